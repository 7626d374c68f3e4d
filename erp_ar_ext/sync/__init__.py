"""Sync: read a source into a snapshot, fold its history, and say what was found."""

from erp_ar_ext.sync.sync import SyncResult, scratch, sync

__all__ = ["SyncResult", "scratch", "sync"]
