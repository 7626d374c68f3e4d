"""The state database: runs, snapshots, plans, approvals, the outbox and the lease."""

from erp_ar_ext.store.migrations import migrations_folder
from erp_ar_ext.store.records import Decision, Known, Lease, OutboxRow, OutboxState, Run, Settlement, Verdict
from erp_ar_ext.store.retention import Retention
from erp_ar_ext.store.store import Store
from erp_ar_ext.store.sums import Beyond
from erp_ar_ext.store.words import Stopped

__all__ = [
    "Beyond",
    "Decision",
    "Known",
    "Lease",
    "OutboxRow",
    "OutboxState",
    "Retention",
    "Run",
    "Settlement",
    "Stopped",
    "Store",
    "Verdict",
    "migrations_folder",
]
