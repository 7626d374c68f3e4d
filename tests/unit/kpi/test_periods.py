"""Periods of whole months, as calendars have them."""

from datetime import date

import pytest

from erp_ar_ext.errors import UsageError
from erp_ar_ext.kpi import Period
from erp_ar_ext.kpi.period import days_of_month, months_before, months_between


@pytest.mark.parametrize(
    ("last", "months", "first", "days"),
    [
        ("2026-01-31", 3, "2025-11-01", 92),
        ("2026-02-28", 1, "2026-02-01", 28),
        ("2024-02-29", 1, "2024-02-01", 29),
        ("2024-02-28", 1, "2024-01-29", 31),  # not the end of the month in a leap year
        ("2025-02-28", 12, "2024-03-01", 365),
        ("2026-04-30", 1, "2026-04-01", 30),  # the last day stays the last day
        ("2026-03-30", 1, "2026-03-01", 30),
        ("2026-02-15", 3, "2025-11-16", 92),
        ("2026-01-31", 13, "2025-01-01", 396),
    ],
)
def test_a_period_of_months_begins_after_the_same_day(last, months, first, days) -> None:
    """A period that ends with a month begins with one; its months are counted back the same."""
    period = Period.of_months(date.fromisoformat(last), months)
    assert (period.first, period.days, period.months) == (date.fromisoformat(first), days, months)


def test_a_period_of_days_need_not_be_of_whole_months() -> None:
    """Then it has no number of months."""
    assert Period.between(date(2026, 1, 10), date(2026, 1, 31)).months is None
    assert Period.between(date(2026, 1, 1), date(2026, 1, 31)).months == 1
    assert Period.between(date(2026, 1, 31), date(2026, 1, 31)).days == 1


@pytest.mark.parametrize(("first", "last"), [("2026-01-31", "2026-01-30"), ("0001-01-01", "0001-01-31")])
def test_a_period_without_days_is_refused(first, last) -> None:
    """It ends before it begins, or there is no day before it whose end would be its beginning."""
    with pytest.raises(UsageError, match="has no days"):
        Period.between(date.fromisoformat(first), date.fromisoformat(last))


def test_months_before_the_calendar_are_refused() -> None:
    """The first year has no year before it."""
    with pytest.raises(UsageError, match="the calendar had not begun"):
        months_before(date(1, 6, 1), 6)
    assert months_before(date(1, 7, 1), 6) == date(1, 1, 1)


def test_the_month_of_the_as_of_day_has_its_days_so_far() -> None:
    """Other months have all of theirs, February 29 in a leap year."""
    last = date(2024, 3, 10)
    assert [(month, days_of_month(month, last)) for month in months_between(date(2023, 12, 5), last)] == [
        (date(2024, 3, 1), 10), (date(2024, 2, 1), 29), (date(2024, 1, 1), 31), (date(2023, 12, 1), 31),
    ]  # fmt: skip
