"""Snapshots: what was read, once, as immutable Parquet files and a manifest that names their contents."""

from erp_ar_ext.snapshot.builder import SnapshotBuilder
from erp_ar_ext.snapshot.manifest import EntityEntry, FileEntry, Manifest, TableEntry
from erp_ar_ext.snapshot.quarantine import QUARANTINE_SCHEMA
from erp_ar_ext.snapshot.snapshot import Snapshot, SnapshotStore

__all__ = [
    "QUARANTINE_SCHEMA",
    "EntityEntry",
    "FileEntry",
    "Manifest",
    "Snapshot",
    "SnapshotBuilder",
    "SnapshotStore",
    "TableEntry",
]
