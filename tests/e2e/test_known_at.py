"""What was known at a moment, how long it is kept, and one sync at a time: as a user types it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from erp_ar_ext.workspace import Workspace

DAY = "2026-01-31"
KEEPING = """\
[source]
adapter = "csv"
path = "data"

[snapshot]
retention = {newest}
retention_days = {days}
month_ends = 0
"""
LATE = "1,T{n},I-1{n},INV,2026-01-0{n},A3,USD,10.00\n"
LATE_SCHEDULE = "1,S1{n},T{n},A3,INV,1,2026-01-05,2026-01-0{n},USD,10.00,10.00\n"


def sync_late_invoices(company, *numbers):
    """Sync after each further invoice of January; returns the moments at which each became known."""
    for number in numbers:
        for file, row in (("transactions", LATE), ("schedules", LATE_SCHEDULE)):
            with (company.data / f"{file}.csv").open("a", encoding="utf-8") as table:
                table.write(row.format(n=number))
        assert company.erp_ar("sync").code == 0
    with Workspace.open(company.folder / "erp-ar.toml") as desk:
        return [known.known_at for known in desk.store.history.all()]


def open_of(company, account, *options):
    aging = company.erp_ar("aging", "--as-of", DAY, "--json", *options).json
    return [row["open_amount"] for row in aging["rows"] if row["account_id"] == account and row["currency"] == "USD"]


@pytest.mark.edge_case(26)
def test_the_aging_of_a_day_is_told_as_it_was_known_then(company):
    """Invoices of January that were entered later are not in the January aging as it was known before."""
    moments = sync_late_invoices(company, 6, 7, 8)
    known = [open_of(company, "A3", "--known-at", moment.isoformat()) for moment in moments]
    assert known == [["10.00"], ["20.00"], ["30.00"]]
    just_before = (moments[1] - timedelta(microseconds=1)).isoformat()
    assert open_of(company, "A3", "--known-at", just_before) == ["10.00"]
    assert open_of(company, "A3", "--known-at", moments[-1].date().isoformat()) == open_of(company, "A3")


def test_a_moment_before_the_first_sync_is_an_error(company):
    """Nothing was known then; the error names the oldest moment that can be asked for."""
    [first] = sync_late_invoices(company, 6)
    done = company.erp_ar("aging", "--as-of", DAY, "--json", "--known-at", "2020-01-31")
    assert done.code == 1
    assert "nothing had been read by 2020-01-31 23:59:59 UTC" in done.json["error"]["message"]
    assert f"{first:%Y-%m-%d %H:%M:%S}" in done.json["error"]["hint"]


def test_a_moment_whose_snapshot_is_removed_is_an_error(company):
    """What the retention has removed is not answered from another snapshot; the error names the oldest kept."""
    company.write("erp-ar.toml", KEEPING.format(newest=2, days=0))
    moments = sync_late_invoices(company, 6, 7, 8)
    done = company.erp_ar("aging", "--as-of", DAY, "--json", "--known-at", moments[0].isoformat())
    assert done.code == 1
    assert "is removed" in done.json["error"]["message"]
    assert f"{moments[1]:%Y-%m-%d %H:%M:%S}" in done.json["error"]["hint"]
    assert open_of(company, "A3", "--known-at", moments[1].isoformat()) == ["20.00"]


@pytest.mark.parametrize(
    "moment", ["yesterday", "2026-02-30", "2026-1-5", "2026-01-31T25:00", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_moment_is_refused(company, moment):
    """Anything but an ISO date or date-time is wrong usage."""
    sync_late_invoices(company, 6)
    done = company.erp_ar("aging", "--as-of", DAY, "--json", "--known-at", moment)
    assert (done.code, done.json["error"]["code"]) == (64, "ERPAR-0064")


def test_a_moment_is_told_in_the_companys_zone(company):
    """A date-time without an offset, and the end of a date, are those of the company."""
    [first] = sync_late_invoices(company, 6)
    zone = '[company]\ntime_zone = "Pacific/Kiritimati"\n'
    company.write("erp-ar.toml", KEEPING.format(newest=2, days=0) + zone)
    there = (first + timedelta(hours=14)).replace(tzinfo=None)
    assert open_of(company, "A3", "--known-at", there.isoformat()) == ["10.00"]
    early = (there - timedelta(seconds=1)).isoformat()
    assert company.erp_ar("aging", "--as-of", DAY, "--known-at", early).code == 1
    assert open_of(company, "A3", "--known-at", there.date().isoformat()) == ["10.00"]
    assert company.erp_ar("aging", "--as-of", DAY, "--known-at", f"{there.date() - timedelta(days=1)}").code == 1


@pytest.mark.edge_case(26)
def test_the_restated_list_tells_what_moved_since(company):
    """What was entered after a moment is listed with both balances, up to now or up to a second moment."""
    moments = [moment.isoformat() for moment in sync_late_invoices(company, 6, 7, 8)]
    asked = ("restated", "--as-of", DAY, "--json", "--known-at", moments[0])
    till_now, till_then = company.erp_ar(*asked), company.erp_ar(*asked, "--against", moments[1])
    assert [row["schedule_id"] for row in till_now.json["rows"]] == ["S17", "S18"]
    assert [(row["known"], row["balance_now"]) for row in till_then.json["rows"]] == [("new", "10.00")]
    total = {"currency": "USD", "schedules": 2, "balance_then": "0.00", "balance_now": "20.00", "difference": "20.00"}
    assert till_now.json["totals"] == [total]
    shown = company.erp_ar(*asked[:3], "--known-at", moments[0], "--out", company.folder / "list.csv")
    assert shown.code == 0
    assert len((company.folder / "list.csv").read_text(encoding="utf-8").splitlines()) == 3
    assert "S18" in company.erp_ar("restated", "--as-of", DAY, "--known-at", moments[0]).out


def test_nothing_restated_is_said(company):
    """A list without rows says so in words."""
    moments = sync_late_invoices(company, 6)
    done = company.erp_ar("restated", "--as-of", DAY, "--known-at", moments[0].isoformat())
    assert (done.code, "no balance of that day has changed" in done.out) == (0, True)


def test_an_unknown_axis_is_refused(company):
    """A balance follows one of two kinds of dates."""
    done = company.erp_ar("aging", "--as-of", DAY, "--axis", "due_date", "--json")
    assert (done.code, done.json["error"]["message"]) == (64, "--axis 'due_date' is not one of gl_date, trx_date")


@pytest.mark.parametrize(("newest", "days", "left"), [(2, 0, 2), (1, 0, 1), (2, 1, 3)])
def test_snapshots_beyond_the_retention_are_removed(company, newest, days, left):
    """The newest are kept, and all of the last days; the others go with the next sync."""
    company.write("erp-ar.toml", KEEPING.format(newest=newest, days=days))
    sync_late_invoices(company, 6, 7, 8)
    assert len(list((company.folder / ".erp-ar/snapshots").iterdir())) == left


def test_a_second_sync_at_the_same_time_is_refused_at_once(company):
    """While one reads, the next exits 75 and changes nothing."""
    with Workspace.open(company.folder / "erp-ar.toml") as desk, desk.store.lease("the first", name="sync"):
        done = company.erp_ar("sync", "--json")
        assert desk.store.current_snapshot() is None
    assert (done.code, done.json["error"]["code"]) == (75, "ERPAR-0775")
    assert "the first" in done.json["error"]["message"]
    assert company.erp_ar("sync").code == 0
