"""Checks of a tie-out: what they are called, and how a query gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erp_ar_ext.engine import DuckDBEngine, Parameter
from erp_ar_ext.model import amount_text

BALANCE_CHECKS = (
    *("accounts_equal_items", "account_parts_equal_open", "items_equal_control"),
    *("derived_equals_erp", "documents_equal_schedules", "documents_equal_lines"),
)
"""Names of the checks of `balance_tie_out`, those that only some sources can answer too."""


def run_checks(engine: DuckDBEngine, query: str, parameters: Mapping[str, Parameter]) -> tuple[dict[str, Any], ...]:
    """Checks for JSON from a query of a check's name, a currency and the difference in it."""
    return tuple(
        {"name": name, "currency": currency, "difference": amount_text(difference, currency)}
        for name, currency, difference in engine.rows(query, parameters)
    )
