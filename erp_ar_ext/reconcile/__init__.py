"""What we wrote, held against what the ERP holds now."""

from erp_ar_ext.reconcile.reconciliation import Kind, Reconciliation, sent_rows

__all__ = ["Kind", "Reconciliation", "sent_rows"]
