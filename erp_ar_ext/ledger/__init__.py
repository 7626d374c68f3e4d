"""The ledger: SQL models over a snapshot, as of any day, and the tie-out that proves them."""

from erp_ar_ext.ledger.aging import Aging
from erp_ar_ext.ledger.axes import AXES
from erp_ar_ext.ledger.buckets import DEFAULT_BOUNDS, Bucket, make_buckets
from erp_ar_ext.ledger.data_findings import DATA_FINDINGS, data_findings, has_rows
from erp_ar_ext.ledger.facts import CATALOGUE, Fact, FactType, Grain
from erp_ar_ext.ledger.fold import define_axis_views, fold, has_folded, source_tie_out
from erp_ar_ext.ledger.ledger import BASES, Ledger
from erp_ar_ext.ledger.refold import refold
from erp_ar_ext.ledger.tie_out import TieOut, balance_tie_out, output_tie_out

__all__ = [
    "AXES",
    "BASES",
    "CATALOGUE",
    "DATA_FINDINGS",
    "DEFAULT_BOUNDS",
    "Aging",
    "Bucket",
    "Fact",
    "FactType",
    "Grain",
    "Ledger",
    "TieOut",
    "balance_tie_out",
    "data_findings",
    "define_axis_views",
    "fold",
    "has_folded",
    "has_rows",
    "make_buckets",
    "output_tie_out",
    "refold",
    "source_tie_out",
]
