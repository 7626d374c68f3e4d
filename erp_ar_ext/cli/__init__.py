"""The command `erp-ar`: parse, call, print."""

from erp_ar_ext.cli.main import main

__all__ = ["main"]
