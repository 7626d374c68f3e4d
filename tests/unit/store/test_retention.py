"""Retention: which snapshots are kept, told in days and names."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from erp_ar_ext.store import Known, Retention
from erp_ar_ext.store.retention import beyond

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def history(text):
    """Snapshots by name and the moment they became current: `A 2026-06-01 08:00`."""
    lines = [line.split(maxsplit=1) for line in text.strip().splitlines()]
    return [Known(name, datetime.fromisoformat(moment.strip()).replace(tzinfo=UTC)) for name, moment in lines]


DAILY = history(
    """
    A 2026-03-10 08:00
    B 2026-03-31 08:00
    C 2026-04-02 08:00
    D 2026-05-20 08:00
    E 2026-06-10 08:00
    F 2026-06-14 08:00
    G 2026-06-15 08:00
    """
)


def kept(known, keep, now=NOW):
    removed = beyond(known, keep, now)
    return "".join(dict.fromkeys(one.snapshot_id for one in known if one.snapshot_id not in removed))


def test_the_newest_are_kept_however_old():
    """A number of the newest stays, and the current one even where the number is nought."""
    assert kept(DAILY, Retention(newest=3)) == "EFG"
    assert kept(DAILY, Retention(newest=1), now=NOW + timedelta(days=3650)) == "G"
    assert kept(DAILY, Retention(newest=0)) == "G"


def test_all_that_was_current_in_the_last_days_is_kept():
    """Of the last five days all stay, and the one that was current when they began: every moment has its answer."""
    assert kept(DAILY, Retention(newest=1, days=5)) == "EFG"
    assert kept(DAILY, Retention(newest=1, days=4)) == "EFG"
    assert kept(DAILY, Retention(newest=1, days=6)) == "DEFG"


def test_the_last_of_each_month_is_kept_for_that_many_months():
    """At the ends of May, April and March stood D, C and B; a month without a sync ends with the one before."""
    assert kept(DAILY, Retention(newest=1, month_ends=1)) == "DG"
    assert kept(DAILY, Retention(newest=1, month_ends=2)) == "CDG"
    assert kept(DAILY, Retention(newest=1, month_ends=24)) == "BCDG"


def test_a_month_ends_where_the_company_is():
    """A sync at 23:30 UTC on 31 March is of 1 April in Berlin."""
    known = history("A 2026-03-30 08:00\nB 2026-03-31 23:30\nC 2026-04-15 08:00")
    april = datetime(2026, 4, 20, tzinfo=UTC)
    assert kept(known, Retention(newest=1, month_ends=1, zone=UTC), april) == "BC"
    assert kept(known, Retention(newest=1, month_ends=1, zone=ZoneInfo("Europe/Berlin")), april) == "AC"


def test_a_snapshot_that_came_back_is_kept_if_any_of_its_times_is():
    """A content that was current twice goes only when neither of its times keeps it; it is named once."""
    known = history("A 2026-01-01 08:00\nB 2026-02-01 08:00\nA 2026-06-01 08:00\nC 2026-06-15 08:00")
    assert beyond(known, Retention(newest=1, days=10), NOW) == ["B"]
    assert beyond(known, Retention(newest=1), NOW) == ["B", "A"]


def test_nothing_is_removed_from_an_empty_history():
    """Before the first sync there is nothing to remove."""
    assert beyond([], Retention(newest=1, days=90, month_ends=24), NOW) == []
