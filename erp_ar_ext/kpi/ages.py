"""What is past due for long."""

from __future__ import annotations

from decimal import Decimal

from erp_ar_ext.kpi.formula import Formula, Parts, Span, Unit, Value


def receivables_over(overdue_for_longer: Decimal) -> Value:
    """Open documents past due for more than a number of days: more than 60 begins with day 61."""
    return overdue_for_longer


FORMULAS = (
    Formula(
        "AR_OVER",
        "sum of open documents past due for more than N days, N + 1 or more; credit memos by their own age",
        Unit.AMOUNT,
        receivables_over,
        "by due date; with what is outside, the buckets of the aging beyond N days and the close of its roll-forward",
        span=Span.DAY,
        parts=Parts.OVER_DAYS,
        beside=("outside_for_longer",),
    ),
)
