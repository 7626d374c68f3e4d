"""Sync: read a source into a snapshot, fold its history, and say what was found."""

from erp_ar_ext.sync.sync import OVERLAP, SyncOptions, SyncResult, scratch, sync

__all__ = ["OVERLAP", "SyncOptions", "SyncResult", "scratch", "sync"]
