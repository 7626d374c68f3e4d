"""How the cells of a table read in JSON and CSV: amounts with their currency's digits, other decimals exactly."""

from __future__ import annotations

from erp_ar_ext.ledger.money_sql import money_text_sql
from erp_ar_ext.model.types import MONEY_SCALE


def cell_text_sql(name: str, kind: str, currency: str = "currency") -> str | None:
    """DuckDB expression for a column's text, or None where the column is no decimal and stands for itself.

    `kind` is its SQL type. A decimal with four digits after the point is an amount in the row's `currency` column; one
    with more, such as a rate, keeps all its digits but zeros at the end.
    """
    if not kind.startswith("DECIMAL"):
        return None
    column = f'"{name}"'
    if kind.endswith(f",{MONEY_SCALE})"):
        return money_text_sql(column, currency)
    return exact_text_sql(column)


def exact_text_sql(expression: str) -> str:
    """DuckDB expression for a decimal with a point in its type, as text without zeros at the end."""
    return f"rtrim(rtrim(CAST({expression} AS VARCHAR), '0'), '.')"
