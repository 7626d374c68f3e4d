"""Periods of whole days, and the months in them.

Months are those of the calendar, with 28 to 31 days. "A month before" the last day of a month is the last day of the
month before, so that periods that end with a month begin with one, in February too.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from erp_ar_ext.errors import UsageError

_DAY = timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """The day `months` months before: the last of a month for the last of one, else the same number or the last.

    Raises UsageError for a day before the calendar begins.
    """
    count = day.year * 12 + day.month - 1 - months
    if count < 12:
        raise UsageError(f"{months} months before {day} the calendar had not begun", hint="ask for fewer months")
    year, month = count // 12, count % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, last if (day + _DAY).month != day.month else min(day.day, last))


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included; `last` is the as-of day."""

    first: date
    last: date

    @classmethod
    def of_months(cls, last: date, months: int) -> Period:
        """Period of whole months that ends with a day. Raises UsageError for one before the calendar begins."""
        return cls(months_before(last, months) + _DAY, last)

    @classmethod
    def between(cls, first: date, last: date) -> Period:
        """Period of given days. Raises UsageError where it ends before it begins."""
        if not date.min < first <= last:
            hint = "it begins on or before --as-of, and after the first day of the calendar"
            raise UsageError(f"a period from {first} to {last} has no days", hint=hint)
        return cls(first, last)

    @property
    def opening(self) -> date:
        """The day before the first: its end is the period's beginning."""
        return self.first - _DAY

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int | None:
        """Number of months, None where the period is not of whole months."""
        months = (self.last.year - self.opening.year) * 12 + self.last.month - self.opening.month
        return months if months > 0 and months_before(self.last, months) == self.opening else None


def month_of(day: date) -> date:
    """First day of a day's month."""
    return day.replace(day=1)


def months_between(first: date, last: date) -> Iterator[date]:
    """First days of the months of two days and between them, the last one first."""
    for count in range(last.year * 12 + last.month - 1, first.year * 12 + first.month - 2, -1):
        yield date(count // 12, count % 12 + 1, 1)


def days_of_month(month: date, last: date) -> int:
    """Days of a month, given its first day; of the month of `last`, those up to it."""
    if month_of(last) == month:
        return last.day
    return calendar.monthrange(month.year, month.month)[1]
