"""The axes of dates a balance can follow, and how a model is told which.

Every event of a receivable has two dates: the accounting (GL) date, by which the books are kept, and the date of the
document, the receipt or the application itself, which is what the customer sees. "Open as of D" has an answer on each.
The third axis, what was known at a moment, is no column but the choice of a snapshot.
"""

from __future__ import annotations

AXES = ("gl_date", "trx_date")
"""Axes of dates; the first is the default, because it ties out with the general ledger."""

AXIS_VIEWS = ("ledger_schedules", "counted_applications", "balance_periods", "daily_totals")
"""What was folded at sync, on the chosen axis and with merged accounts at their survivors."""

_UNTIL = {"gl_date": "gl_until", "trx_date": "trx_until"}
_ADJUSTED_ON = {"gl_date": "gl_date", "trx_date": "apply_date"}


def on_axis(sql: str, axis: str) -> str:
    """Put the columns of an axis into a model: `{axis}` counts from, `{axis_until}` no longer counts from."""
    columns = {"{axis}": axis, "{axis_until}": _UNTIL[axis], "{adjusted_on}": _ADJUSTED_ON[axis]}
    for place, column in columns.items():
        sql = sql.replace(place, column)
    return sql
