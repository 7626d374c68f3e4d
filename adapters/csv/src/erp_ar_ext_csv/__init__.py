"""CSV, Parquet and spreadsheet files as an ERP: read through a mapping, written back into a folder beside them."""

from erp_ar_ext_csv.adapter import ADAPTER, CsvAdapter
from erp_ar_ext_csv.settings import CsvSettings

__all__ = ["ADAPTER", "CsvAdapter", "CsvSettings"]
