"""What is past due for long."""

from __future__ import annotations

from decimal import Decimal

from erp_ar_ext.kpi.formula import Formula, Parts, Span, Unit, Value


def receivables_over(overdue_for_longer: Decimal) -> Value:
    """Open debits past due for more than a number of days: more than 60 begins with day 61."""
    return overdue_for_longer


FORMULAS = (
    Formula(
        "AR_OVER",
        "sum of open debits past due for more than N days: N + 1 or more",
        Unit.AMOUNT,
        receivables_over,
        "by due date; debits alone, neither credit memos nor cash are set off",
        span=Span.DAY,
        parts=Parts.OVER_DAYS,
    ),
)
