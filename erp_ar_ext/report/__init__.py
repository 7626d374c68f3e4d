"""The report people look at: one HTML file that needs no network and no script."""

from erp_ar_ext.report.page import write_report

__all__ = ["write_report"]
