"""Restated balances: what was known of a day at one moment, beside what is known of it by now."""

from datetime import date
from decimal import Decimal

import orjson
import pyarrow.parquet as pq
import pytest

from erp_ar_ext.errors import SnapshotError
from erp_ar_ext.ledger.restated import Restated

JANUARY = """
    customers: account_id
    A1
    A2
    schedules: schedule_id account_id gl_date amount_original currency
    S1 A1 2026-01-05 100.00 USD
    S2 A1 2026-01-06 200.00 USD
    S3 A2 2026-01-07 300.00 EUR
    S4 A2 2026-01-08 400.00 USD
    adjustments: adjustment_id schedule_id amount gl_date
    J1 S2 -50.00 2026-01-20
    """


def known_later(text, *changes):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture
def compare(books):
    """Restated schedules of the end of January: what became of each, and its balances then and now."""

    def rows(later, **options):
        then, now = books(JANUARY), books(later)
        with Restated(then.snapshot, now.snapshot, date(2026, 1, 31), **options) as restated:
            listed = restated.engine.rows(
                "SELECT schedule_id, known, balance_then::VARCHAR, balance_now::VARCHAR FROM restated ORDER BY ALL"
            )
        return {name: " ".join((known, t.removesuffix("00"), n.removesuffix("00"))) for name, known, t, n in listed}

    return rows


def test_nothing_entered_late_restates_nothing(compare):
    """Items of February, and a payment in February of an item of January, leave the end of January as it was."""
    later = known_later(
        JANUARY,
        ("    adjustments:", "    S9 A1 2026-02-01 9.00 USD\n    adjustments:"),
        ("J1 S2 -50.00 2026-01-20", "J1 S2 -50.00 2026-01-20\n    J2 S1 -100.00 2026-02-01"),
    )
    assert compare(later) == {}


def test_what_was_entered_late_is_told_by_schedule(compare):
    """A document dated back, a late adjustment, a correction and a deletion are each one row, and nothing else is."""
    later = known_later(
        JANUARY,
        ("    S4 A2 2026-01-08 400.00 USD\n", "    S5 A2 2026-01-31 5.00 USD\n"),
        ("J1 S2 -50.00", "J1 S2 -60.00"),
        ("2026-01-20", "2026-01-20\n    J2 S3 -300.00 2026-01-31"),
    )
    assert compare(later) == {
        "S2": "changed 150.00 140.00",
        "S3": "changed 300.00 0.00",
        "S4": "gone 400.00 0.00",
        "S5": "new 0.00 5.00",
    }


def test_the_axis_decides_what_is_of_that_day(compare):
    """An adjustment of January that is posted in February restates January by its own date only."""
    adjustments = "adjustments: adjustment_id schedule_id amount gl_date apply_date"
    later = known_later(
        JANUARY,
        ("adjustments: adjustment_id schedule_id amount gl_date", adjustments),
        ("J1 S2 -50.00 2026-01-20", "J1 S2 -50.00 2026-01-20 2026-01-20\n    J2 S1 -10.00 2026-02-02 2026-01-30"),
    )
    assert compare(later, axis="gl_date") == {}
    assert compare(later, axis="trx_date") == {"S1": "changed 100.00 90.00"}


def test_an_amount_moved_to_another_currency_is_told_in_both(books):
    """Amounts of two currencies are never taken from each other."""
    later = books(known_later(JANUARY, ("300.00 EUR", "300.00 GBP")))
    with Restated(books(JANUARY).snapshot, later.snapshot, date(2026, 1, 31)) as restated:
        assert {total.currency: f"{total.difference:.2f}" for total in restated.totals()} == {
            "EUR": "-300.00",
            "GBP": "300.00",
        }


def test_totals_are_per_currency_and_equal_the_rows(books, tmp_path):
    """Each currency has its sum then, now and between; JSON, CSV and Parquet hold the same rows."""
    later = known_later(
        JANUARY,
        ("300.00 EUR", "310.50 EUR"),
        ("    S4 A2 2026-01-08 400.00 USD\n", "    S5 A2 2026-01-31 7 JPY\n"),
        ("J1 S2 -50.00", "J1 S2 -60.00"),
    )
    with Restated(books(JANUARY).snapshot, books(later).snapshot, date(2026, 1, 31)) as restated:
        document = orjson.loads(restated.as_json())
        for name in ("list.csv", "list.parquet"):
            restated.write(tmp_path / name)
        [largest] = [row for row in restated.largest(1) if row["currency"] == "USD"]
    assert document["totals"] == [
        {"currency": "EUR", "schedules": 1, "balance_then": "300.00", "balance_now": "310.50", "difference": "10.50"},
        {"currency": "JPY", "schedules": 1, "balance_then": "0", "balance_now": "7", "difference": "7"},
        {"currency": "USD", "schedules": 2, "balance_then": "550.00", "balance_now": "140.00", "difference": "-410.00"},
    ]
    assert [row["schedule_id"] for row in document["rows"]] == ["S2", "S3", "S5", "S4"]
    assert largest["schedule_id"] == "S4"
    lines = (tmp_path / "list.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[-1] for line in lines] == ["difference", "-10.00", "10.50", "7", "-400.00"]
    assert sum(pq.read_table(tmp_path / "list.parquet")["difference"].to_pylist()) == Decimal("-392.50")


def test_two_erps_are_not_compared(books):
    """Balances of another ERP are no news of this one."""
    then, now = books(JANUARY).snapshot, books(JANUARY).snapshot
    other = now.manifest.model_copy(update={"source": {"adapter": "text", "name": "other"}})
    with pytest.raises(SnapshotError, match="different ERPs"):
        Restated(then, type(now)(now.folder, other), date(2026, 1, 31))
