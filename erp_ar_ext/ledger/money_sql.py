"""Amounts as text, in SQL: the set-based twin of `erp_ar_ext.model.amount_text`.

A reminder that quotes an amount must quote it exactly, for a hundred thousand accounts at once; so the text is
made where the rows are, from the decimal's own digits, and nothing is rounded on the way.
"""

from __future__ import annotations

from collections.abc import Iterable

from erp_ar_ext.engine import DuckDBEngine
from erp_ar_ext.model.currencies import MINOR_UNITS
from erp_ar_ext.model.types import MONEY_SCALE

_DEFAULT_DIGITS = 2


def minor_unit_sql(currency_expr: str) -> str:
    """DuckDB expression for the digits after the point of a currency, 2 where it is unknown or NULL."""
    by_digits: dict[int, list[str]] = {}
    for code, digits in MINOR_UNITS.items():
        by_digits.setdefault(digits, []).append(code)
    cases = " ".join(
        f"WHEN contains({_listed(codes)}, ' ' || {currency_expr} || ' ') THEN {digits}"
        for digits, codes in sorted(by_digits.items())
    )
    return f"CASE {cases} ELSE {_DEFAULT_DIGITS} END"


def _listed(codes: Iterable[str]) -> str:
    """Codes as one text to search in: an IN list of this length would become a join for every amount."""
    return f"' {' '.join(sorted(codes))} '"


def money_text_sql(expr: str, currency_expr: str) -> str:
    """DuckDB expression for an amount as plain text with its currency's digits, more only where it has more.

    `expr` is a DECIMAL with at most four digits after the point (any precision, so a sum is fine),
    `currency_expr` a currency code. A NULL amount gives NULL.
    """
    text = f"CAST(CAST({expr} AS DECIMAL(38, {MONEY_SCALE})) AS VARCHAR)"
    trailing_zeros = f"length({text}) - length(rtrim({text}, '0'))"
    unwanted = f"least({trailing_zeros}, {MONEY_SCALE} - {minor_unit_sql(currency_expr)})"
    # All four digits gone: the point goes with them.
    dropped = f"CASE {unwanted} WHEN {MONEY_SCALE} THEN {MONEY_SCALE + 1} ELSE {unwanted} END"
    return f"left({text}, length({text}) - {dropped})"


def define_money_functions(engine: DuckDBEngine) -> None:
    """Let models say `money_text(amount, currency)` and `minor_digits(currency)`, for sentences and tolerances."""
    functions = {
        "minor_digits(currency)": minor_unit_sql("currency"),
        "money_text(amount, currency)": money_text_sql("amount", "currency"),
    }
    for head, body in functions.items():
        engine.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")
