"""AR>N roll-forward: every way in and out of what is long past due, worked out by hand, and on random histories."""

import csv
import json
from datetime import date, timedelta
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger.axes import on_axis
from erp_ar_ext.ledger.library import model
from erp_ar_ext.ledger.roll_forward import FORECASTS, MOVEMENTS, RollForward

FROM, TO = "2026-03-31", "2026-04-30"
"""A span of 30 days; what is due by 28 February is over 60 days past due on 30 April."""

HEAD = """
    customers: account_id name
        A1 Acme
        A2 Basil
    transactions: trx_id account_id class trx_date due_date amount
"""


def rolled(ledger, since=FROM, to=TO, *, over=(60,), forecast_to=None, **options):
    """Totals and rows of accounts of the roll-forward between two days; it ties out, with nothing left over."""
    until = date.fromisoformat(forecast_to) if forecast_to else None
    with ledger.on(since, **options) as opening, ledger.on(to, **options) as closing:
        rolling = RollForward(opening, closing, over=over, by="account", forecast_to=until)
        assert rolling.tie_out.ok, rolling.tie_out.failed
        totals, rows = rolling.totals(), rolling.rows()
    for row in (*totals, *rows):
        assert row["residual"] == 0, row
        assert row["opening"] + sum(row[movement] for movement in MOVEMENTS) == row["closing"], row
    return totals, rows


def told(row):
    """What moved, in text: `opening:100 cash:-40 closing:60`."""
    return " ".join(f"{name}:{row[name]:.2f}" for name in ("opening", *MOVEMENTS, "closing") if row[name])


def the_row(ledger, **options):
    totals, _ = rolled(ledger, **options)
    return told(totals[0]) or "nothing" if totals else "nothing"


STORIES = {
    "an old item nobody pays stays": (
        "T1 A1 INV 2026-01-01 2026-01-15 100",
        "opening:100.00 closing:100.00",
    ),
    "an item that grows old with a part paid before ages in with the rest": (
        """T1 A1 INV 2026-01-01 2026-02-15 100
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-04-10 30
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 30 2026-04-10""",
        "aged_in:70.00 closing:70.00",
    ),
    "an item that is paid on the day it grows old has aged in and was collected": (
        """T1 A1 INV 2026-01-01 2026-02-15 100
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-04-17 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 100 2026-04-17""",
        "aged_in:100.00 cash:-100.00",
    ),
    "an item that is paid the day before never was old": (
        """T1 A1 INV 2026-01-01 2026-02-15 100
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-04-16 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 100 2026-04-16""",
        "nothing",
    ),
    "an item due 60 days before the first day grows old on the next": (
        "T1 A1 INV 2026-01-01 2026-01-30 100",
        "aged_in:100.00 closing:100.00",
    ),
    "an item due 61 days before the first day is there at once": (
        "T1 A1 INV 2026-01-01 2026-01-29 100",
        "opening:100.00 closing:100.00",
    ),
    "an item due 60 days before the last day is not old yet": (
        "T1 A1 INV 2026-01-01 2026-03-01 100",
        "nothing",
    ),
    "a document booked late is a new old item": (
        "T1 A1 INV 2026-04-05 2026-01-15 100",
        "new_old_items:100.00 closing:100.00",
    ),
    "cash with a discount, a write-off and a credit memo each in their column": (
        """T1 A1 INV 2026-01-01 2026-01-15 100
        C1 A1 CM 2026-04-20 2026-04-20 -20
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-04-10 60
        applications: application_id source_schedule_id target_schedule_id amount discount gl_date
            P1 R1 T1 50 2 2026-04-10
            P2 C1 T1 20 - 2026-04-20
        adjustments: adjustment_id schedule_id amount gl_date status
            J1 T1 -5 2026-04-12 A
            J2 T1 -7 2026-04-12 W
            J3 T1 3 2026-04-30 A
            J4 T1 9 2026-05-01 A""",
        "opening:100.00 cash:-50.00 discounts:-2.00 credits:-20.00 adjustments:-2.00 closing:26.00",
    ),
    "an old credit memo is part of the amount, and used on an old item it moves nothing": (
        """T1 A1 INV 2026-01-01 2026-01-15 100
        C1 A1 CM 2026-01-05 2026-01-05 -30
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 C1 T1 10 2026-04-20""",
        "opening:70.00 closing:70.00",
    ),
    "an old credit memo used on a young item leaves the amount": (
        """T1 A1 INV 2026-04-01 2026-04-15 100
        C1 A1 CM 2026-01-05 2026-01-05 -30
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 C1 T1 30 2026-04-20""",
        "opening:-30.00 credits:30.00",
    ),
    "a returned payment opens the item again": (
        """T1 A1 INV 2026-01-01 2026-01-15 100
        receipts: receipt_id account_id receipt_date amount reversed_date
            R1 A1 2026-03-10 100 2026-04-08
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 100 2026-03-10""",
        "other:100.00 closing:100.00",
    ),
    "an application taken back within the span is cash and other": (
        """T1 A1 INV 2026-01-01 2026-01-15 100
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-04-02 100
        applications: application_id source_schedule_id target_schedule_id amount discount gl_date reversal_gl_date
            P1 R1 T1 90 1 2026-04-02 2026-04-08""",
        "opening:100.00 cash:-90.00 discounts:-1.00 other:91.00 closing:100.00",
    ),
    "what an unknown source paid is other": (
        """T1 A1 INV 2026-01-01 2026-01-15 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R9 T1 90 2026-04-02""",
        "opening:100.00 other:-90.00 closing:10.00",
    ),
    "events of the first day are before the span, those of the last are in it": (
        """T1 A1 INV 2026-01-01 2026-01-15 100
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-03-31 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 10 2026-03-31
            P2 R1 T1 20 2026-04-01
            P3 R1 T1 30 2026-04-30
            P4 R1 T1 40 2026-05-01""",
        "opening:90.00 cash:-50.00 closing:40.00",
    ),
}


@pytest.mark.parametrize(("rows", "expected"), STORIES.values(), ids=STORIES)
def test_every_way_in_and_out_has_its_column(books, rows, expected) -> None:
    """What is over 60 days past due at the end of March, and what led from there to the end of April."""
    assert the_row(books(HEAD + rows)) == expected


TWO_ACCOUNTS = (
    HEAD
    + """
        T1 A1 INV 2026-01-01 2026-01-15 100
        T2 A1 INV 2025-01-01 2025-02-15 200
        T3 A2 INV 2026-01-01 2026-03-20 55.55
        T4 A2 INV 2026-01-01 2026-02-20 44.45
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-04-11 10.01
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 T1 10.01 2026-04-11
"""
)


def test_several_numbers_of_days_are_told_side_by_side(books) -> None:
    """Each number of days has rows of its own, in order; an item over 360 days is over 60 too."""
    totals, rows = rolled(books(TWO_ACCOUNTS), over=(360, 60, 60))
    assert [(row["over_days"], told(row)) for row in totals] == [
        (60, "opening:300.00 aged_in:44.45 cash:-10.01 closing:334.44"),
        (360, "opening:200.00 closing:200.00"),
    ]
    assert [(row["over_days"], row["account_id"], row["closing"]) for row in rows] == [
        (60, "A1", Decimal("289.99")),
        (60, "A2", Decimal("44.45")),
        (360, "A1", Decimal(200)),
    ]


def test_over_nothing_is_all_that_is_past_due(books) -> None:
    """Over 0 days is what is past due at all: what was due on the last day is not."""
    ledger = books(HEAD + "T1 A1 INV 2026-04-01 2026-04-29 1\nT2 A1 INV 2026-04-01 2026-04-30 2\n")
    assert the_row(ledger, over=(0,)) == "aged_in:1.00 closing:1.00"


def test_the_forecast_says_what_will_be_old(books) -> None:
    """Unpaid: what is there and what grows old by then. At the pace of the span: less its cash per day, exactly."""
    ledger = books(TWO_ACCOUNTS)
    (total,), _ = rolled(ledger, forecast_to="2026-05-20")
    assert (total["will_age_in"], total["unpaid"]) == (Decimal("55.55"), Decimal("389.99"))
    assert total["expected_cash"] == Decimal("-6.67"), "10.01 in 30 days is 6.6733 in 20"
    assert total["at_pace"] == Decimal("383.32")
    (day_before,), _ = rolled(ledger, forecast_to="2026-05-19")
    assert (day_before["will_age_in"], day_before["expected_cash"]) == (0, Decimal("-6.34"))


def test_no_more_is_forecast_to_be_paid_than_is_there(books) -> None:
    """A pace that would pay more than there will be leaves nothing, never less."""
    ledger = books(
        HEAD
        + """
        T1 A1 INV 2026-01-01 2026-01-15 100
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-04-11 90
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 T1 90 2026-04-11
    """
    )
    (row,), _ = rolled(ledger, forecast_to="2026-05-30")
    assert (row["closing"], row["expected_cash"], row["at_pace"]) == (10, -10, 0)


@pytest.mark.parametrize(("currency", "expected"), [("JPY", "-3"), ("USD", "-2.50"), ("KWD", "-2.500")])
def test_expected_cash_is_rounded_half_up_to_the_minor_unit(books, currency, expected) -> None:
    """5 in 30 days is 2.5 in 15 days, and 3 where a currency has no smaller coin."""
    ledger = books(f"""
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date currency amount
            T1 A1 2026-01-01 2026-01-15 {currency} 100
        receipts: receipt_id account_id receipt_date currency amount
            R1 A1 2026-04-11 {currency} 5
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 5 2026-04-11
    """)
    (row,), _ = rolled(ledger, forecast_to="2026-05-15")
    assert row["expected_cash"] == Decimal(expected)


def test_basis_and_axis_are_those_of_the_ledgers(books) -> None:
    """By document dates an item is old at another time, and on their axis the same receipt counts on another day."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id trx_date gl_date due_date amount
            T1 A1 2026-01-05 2026-04-03 2026-03-30 100
        receipts: receipt_id account_id receipt_date gl_date amount
            R1 A1 2026-03-20 2026-04-10 40
        applications: application_id source_schedule_id target_schedule_id amount apply_date gl_date
            P1 R1 T1 40 2026-03-20 2026-04-10
    """)
    assert the_row(ledger) == "nothing"
    assert the_row(ledger, basis="trx_date") == "new_old_items:100.00 cash:-40.00 closing:60.00"
    assert the_row(ledger, basis="trx_date", axis="trx_date") == "opening:60.00 closing:60.00"
    assert the_row(ledger, basis="gl_date", axis="trx_date", over=(10,)) == "aged_in:60.00 closing:60.00"


def test_the_document_names_its_formulas_and_ties_out_at_both_ends(books, tmp_path) -> None:
    """JSON, CSV and Parquet carry the same rows; both ends are held against the agings of their days."""
    ledger = books(TWO_ACCOUNTS)
    with ledger.on(FROM) as opening, ledger.on(TO) as closing:
        rolling = RollForward(opening, closing, by="account", forecast_to=date(2026, 5, 20))
        document = json.loads(rolling.as_json(), parse_float=pytest.fail)
        rolling.write(tmp_path / "rolled.csv")
        rolling.write(tmp_path / "rolled.parquet")
        largest = rolling.largest(1)
    assert (document["from"], document["to"], document["over"]) == (FROM, TO, [60, 360])
    assert document["forecast"] == {"to": "2026-05-20", "formulas": FORECASTS}
    assert document["rows"][0] | {"residual": "0.00"} == document["rows"][0]
    assert document["totals"][0]["closing"] == "334.44"
    checks = {(check["name"], check.get("over_days"), check.get("as_of")) for check in document["tie_out"]["checks"]}
    assert {("roll_forward_residual", 60, None), ("closing_equals_aging", 360, None)} <= checks
    assert {("items_equal_control", None, FROM), ("items_equal_control", None, TO)} <= checks
    assert document["tie_out"]["ok"] is True
    with (tmp_path / "rolled.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    shown = ("over_days", "account_id", "opening", "aged_in", "closing", "at_pace")
    assert [tuple(line[name] for name in shown) for line in lines] == [
        tuple(str(row[name]) for name in shown) for row in document["rows"]
    ]
    assert pq.read_table(tmp_path / "rolled.parquet")["closing"].to_pylist() == [
        Decimal("289.9900"), Decimal("44.4500"), Decimal("200.0000"),
    ]  # fmt: skip
    assert [(row["over_days"], row["account_name"]) for row in largest] == [(60, "Acme"), (360, "Acme")]


def test_an_event_that_is_missing_shows(books) -> None:
    """A change of a balance that is no movement leaves a residual, and the check fails: nothing is made to fit."""
    ledger = books(TWO_ACCOUNTS)
    with ledger.on(FROM) as opening, ledger.on(TO) as closing:
        emptied = on_axis(model("counted_applications").sql, closing.axis) + " AND FALSE"
        closing.engine.define("counted_applications", emptied)
        tie_out = RollForward(opening, closing, over=(60,)).tie_out
    assert [(check["name"], check["difference"]) for check in tie_out.failed] == [("roll_forward_residual", "10.01")]


def test_days_in_no_order_are_refused(books) -> None:
    """A span that does not go forward, a forecast that looks back and days below nothing say what they should be."""
    ledger = books(TWO_ACCOUNTS)
    with ledger.on(FROM) as opening, ledger.on(TO) as closing, ledger.on(TO, axis="trx_date") as other:
        with pytest.raises(UsageError, match="is not before"):
            RollForward(closing, opening)
        with pytest.raises(UsageError, match="is not before"):
            RollForward(closing, closing)
        with pytest.raises(UsageError, match="does not look beyond"):
            RollForward(opening, closing, forecast_to=date.fromisoformat(TO))
        with pytest.raises(UsageError, match="number of days"):
            RollForward(opening, closing, over=(60, -1))
        with pytest.raises(UsageError, match="more than their day"):
            RollForward(opening, other)


@pytest.mark.parametrize("days", [1, 7, 31, 400])
def test_spans_that_follow_one_another_add_up(books, days) -> None:
    """The closing of each span is the opening of the next, however the time is cut."""
    ledger = books(TWO_ACCOUNTS)
    start = date(2026, 3, 25)
    cuts = [start, start + timedelta(days), start + timedelta(2 * days)]
    first, second, whole = (
        rolled(ledger, str(since), str(to))[0][0]
        for since, to in ((cuts[0], cuts[1]), (cuts[1], cuts[2]), (cuts[0], cuts[2]))
    )
    assert first["closing"] == second["opening"]
    for movement in MOVEMENTS:
        assert first[movement] + second[movement] == whole[movement]
