"""Exposure by its declared formula: every component, every conversion, and what makes it unknown."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from erp_ar_ext.ledger.exposure import COMPONENTS, Exposure
from erp_ar_ext.ledger.fact_rules import ExposureRules, FactRules

DAY = "2026-01-31"
BOOKS = """
    customers: account_id credit_limit credit_limit_currency
        A1 200 USD
    transactions: trx_id class account_id due_date amount currency
        T1 INV A1 2026-01-10 100 USD
        T2 INV A1 2026-03-10 40 USD
        T3 CM A1 2026-01-10 -7 USD
        T4 GUAR A1 2026-01-10 500 USD
        T5 INV A1 2026-01-11 10 EUR
    disputes: dispute_id schedule_id amount opened_on
        D1 T1 25 2026-01-20
        D2 T2 5 2026-01-20
        D3 T4 99 2026-01-20
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-01-05 30
    orders: order_id account_id open_amount ordered_on
        O1 A1 3 2026-01-20
    rates: from_currency to_currency rate_date rate
        EUR USD 2026-01-15 1.25
        EUR USD 2026-02-10 2
        USD JPY 2026-01-01 150.5
"""


SYNCED = {}
"""Books by their text: several formulas and days are tried on one and the same ledger."""


@pytest.fixture
def expose(books):
    """Exposures of some books as JSON on a day, by account, and the findings; the tie-out must hold."""

    def make(text, day=DAY, **rules):
        if text not in SYNCED:
            SYNCED[text] = books(text)
        with SYNCED[text].on(day) as ledger:
            made = Exposure(ledger, FactRules(exposure=ExposureRules(**rules)))
            assert made.tie_out.ok, made.tie_out.failed
            document = json.loads(made.as_json())
        for row in document["rows"]:
            if row["exposure_amount"]:
                parts = sum(Decimal(row[name]) for name in (*COMPONENTS, "rounding"))
                assert parts == Decimal(row["exposure_amount"])
        return {row["account_id"]: row for row in document["rows"]}, document

    return make


@pytest.mark.parametrize(
    ("rules", "component", "amount", "exposure"),
    [
        ({}, "overdue", "112.50", "118.50"),
        ({"not_due": False}, "not_due", "0.00", "78.50"),
        ({"disputed": False}, "disputed", "-30.00", "88.50"),
        ({"disputed": False, "not_due": False}, "disputed", "-25.00", "53.50"),
        ({"credit_memos": False}, "credit_memos", "0.00", "125.50"),
        ({"guarantees": True}, "guarantees", "500.00", "618.50"),
        ({"unapplied_cash": False}, "unapplied_cash", "0.00", "148.50"),
        ({"open_orders": False}, "open_orders", "0.00", "115.50"),
    ],
)
def test_each_component_counts_by_its_switch(expose, rules, component, amount, exposure) -> None:
    """The exposure is the sum of the components that the policy counts, each told apart in the limit's currency."""
    rows, _ = expose(BOOKS, **rules)
    assert (rows["A1"][component], rows["A1"]["exposure_amount"]) == (amount, exposure)


def test_every_component_every_line_and_how_much_of_the_limit(expose) -> None:
    """An account tells its components, what each currency was converted at, headroom and the share of the limit."""
    rows, document = expose(BOOKS)
    row = rows["A1"]
    assert {name: row[name] for name in COMPONENTS} == {
        "overdue": "112.50", "not_due": "40.00", "disputed": "0.00", "credit_memos": "-7.00", "guarantees": "0.00",
        "unapplied_cash": "-30.00", "open_orders": "3.00",
    }  # fmt: skip
    assert row["lines"] == [
        {"currency": "EUR", "amount": "10.00", "rate": "1.25", "rate_date": "2026-01-15", "converted": "12.5",
         "problem": None},
        {"currency": "USD", "amount": "106.00", "rate": "1", "rate_date": None, "converted": "106", "problem": None},
    ]  # fmt: skip
    assert (row["headroom"], row["over_limit_amount"], row["utilisation"]) == ("81.50", "0.00", "0.5925")
    assert (document["rate_date"], document["counted"]["guarantees"]) == (DAY, False)


@pytest.mark.edge_case(66)
@pytest.mark.parametrize(
    ("rules", "day", "rate", "problem"),
    [
        ({}, "2026-01-14", None, "no_rate"),
        ({}, "2026-02-10", "2", None),
        ({"rate_date": date(2026, 1, 20)}, "2026-02-10", "1.25", None),
        ({"rate_max_age_days": 16}, DAY, "1.25", None),
        ({"rate_max_age_days": 15}, DAY, "1.25", "old_rate"),
        ({"rate_max_age_days": 0, "rate_date": date(2026, 1, 15)}, DAY, "1.25", None),
    ],
    ids=["before the first", "the day's own", "of a fixed day", "just young enough", "too old", "of that very day"],
)
def test_the_rate_is_of_a_declared_day_and_not_too_old(expose, rules, day, rate, problem) -> None:
    """A rate is the latest of its day or before; one that is missing or too old makes the exposure unknown."""
    rows, document = expose(BOOKS, day, **rules)
    [line] = [line for line in rows["A1"]["lines"] if line["currency"] == "EUR"]
    assert (line["rate"], line["problem"]) == (rate, problem)
    assert rows["A1"]["limit_state"] == ("unknown" if problem else "amount")
    assert (rows["A1"]["exposure_amount"] is None) == bool(problem)
    codes = {None: [], "no_rate": ["missing-rate"], "old_rate": ["old-rate"]}
    assert [finding["code"] for finding in document["findings"]] == codes[problem]


def test_a_rate_the_other_way_is_not_taken(expose) -> None:
    """USD to JPY says nothing about JPY to USD: the line fails, it is named, and no amount is invented."""
    text = BOOKS.replace("T5 INV A1 2026-01-11 10 EUR", "T5 INV A1 2026-01-11 1505 JPY")
    rows, document = expose(text)
    row = rows["A1"]
    assert (row["limit_state"], row["problems"], row["utilisation"], row["headroom"]) == ("unknown", 1, None, None)
    assert [row[name] for name in COMPONENTS] == [None] * len(COMPONENTS)
    assert row["lines"][0] == {
        "currency": "JPY", "amount": "1505", "rate": None, "rate_date": None, "converted": None, "problem": "no_rate",
    }  # fmt: skip
    assert [finding["example"] for finding in document["findings"]] == ["A1"]


def test_a_currency_that_cancels_out_needs_no_rate(expose) -> None:
    """An invoice and as much cash in a currency without a rate add nothing, and leave the exposure known."""
    text = BOOKS.replace("T5 INV A1 2026-01-11 10 EUR", "T5 INV A1 2026-01-11 10 GBP").replace(
        "R1 A1 2026-01-05 30", "R1 A1 2026-01-05 30 USD\nR2 A1 2026-01-05 10 GBP"
    ).replace("receipt_date amount", "receipt_date amount currency")  # fmt: skip
    rows, _ = expose(text)
    assert (rows["A1"]["exposure_amount"], rows["A1"]["overdue"]) == ("106.00", "100.00")


LIMITS = """
    customers: account_id credit_limit credit_limit_currency currency
        A1 - - USD
        A2 0 USD -
        A3 50.000 KWD -
        A4 50 - -
        A5 5000 - JPY
        A6 50 - -
    transactions: trx_id account_id amount currency
        T1 A1 100 USD
        T2 A2 100 USD
        T3 A3 10.125 KWD
        T4 A4 100 USD
        T5 A5 100 JPY
    rates: from_currency to_currency rate_date rate
        USD JPY 2026-01-01 150.5
"""


def test_a_limit_is_none_zero_an_amount_or_unknown(expose) -> None:
    """No limit, a limit of nothing, a limit, and one that no currency is known for are four different things."""
    rows, _ = expose(LIMITS)
    told = ("limit_state", "exposure_amount", "utilisation")
    assert {account: tuple(row[name] for name in told) for account, row in rows.items()} == {
        "A1": ("none", None, None),
        "A2": ("zero", "100.00", None),
        "A3": ("amount", "10.125", "0.2025"),
        "A4": ("unknown", None, None),
        "A5": ("amount", "100", "0.02"),
        "A6": ("unknown", None, None),
    }  # fmt: skip
    assert rows["A4"]["lines"][0]["problem"] == "no_limit_currency"
    assert rows["A1"]["lines"][0]["problem"] is None
    assert rows["A6"]["lines"] == []


@pytest.mark.parametrize(
    ("limit", "amount", "share"),
    [("300", "100", "0.3333"), ("300", "200", "0.6667"), ("20000", "1", "0.0001"), ("30000", "1", "0.00"),
     ("300", "-200", "-0.6667"), ("0.0001", "99999999999999", "999999999999990000.00")],
)  # fmt: skip
def test_the_share_of_the_limit_is_rounded_half_up_and_exact(expose, limit, amount, share) -> None:
    """A share is exact to four digits however large, found without floats, and negative with a credit balance."""
    rows, _ = expose(f"""
        customers: account_id credit_limit credit_limit_currency
            A1 {limit} USD
        transactions: trx_id class account_id amount
            T1 {"CM" if amount.startswith("-") else "INV"} A1 {amount}
    """)
    assert rows["A1"]["utilisation"] == share


@pytest.mark.edge_case(65)
def test_components_that_are_rounded_still_add_up(expose) -> None:
    """What rounding each component makes of the sum is told apart, so that nothing is a cent off."""
    rows, _ = expose("""
        customers: account_id credit_limit credit_limit_currency
            A1 1 USD
        transactions: trx_id account_id due_date amount currency
            T1 A1 2026-01-05 1 JPY
            T2 A1 2026-05-05 1 JPY
        rates: from_currency to_currency rate_date rate
            JPY USD 2026-01-01 0.00665
    """)
    row = rows["A1"]
    assert (row["overdue"], row["not_due"], row["rounding"], row["exposure_amount"]) == (
        "0.0067", "0.0067", "-0.0001", "0.0133",
    )  # fmt: skip


PARENTS = """
    customers: account_id parent_account_id merged_into credit_limit credit_limit_currency
        A1 - - 1000 USD
        A2 A1 - 10 USD
        A3 A2 - - -
        A4 A0 - - -
        A0 - A1 - -
        B1 B2 - 10 USD
        B2 B1 - - -
        B3 B2 - - -
        C1 C1 - 10 USD
        C2 X9 - 10 USD
    transactions: trx_id account_id amount
        T1 A1 1
        T2 A2 2
        T3 A3 4
        T4 A4 8
        T5 B1 16
        T6 B3 32
        T7 C1 64
        T8 C2 128
"""


@pytest.mark.edge_case(42)
def test_by_switch_the_exposure_of_a_group_stands_against_its_top_parents_limit(expose) -> None:
    """All accounts below a parent count with it, also a merged parent's; a circle is a finding and each for itself."""
    rows, document = expose(PARENTS, group="parent")
    assert {account: (row["limit_state"], row["exposure_amount"]) for account, row in rows.items()} == {
        "A1": ("amount", "15.00"),
        "B1": ("amount", "16.00"),
        "B3": ("none", None),
        "C1": ("amount", "64.00"),
        "C2": ("amount", "128.00"),
    }  # fmt: skip
    [finding] = document["findings"]
    assert (finding["code"], finding["count"], finding["example"]) == ("circular-parent", 3, "B1")


def test_without_the_switch_each_account_stands_for_itself(expose) -> None:
    """A parent says nothing about exposure unless the policy says so, and a circle of parents does no harm."""
    rows, document = expose(PARENTS)
    assert (rows["A1"]["exposure_amount"], rows["A2"]["exposure_amount"], document["findings"]) == ("1.00", "2.00", [])


def test_files_hold_accounts_or_lines(books, tmp_path) -> None:
    """A CSV of accounts has amounts in the limit's currency; one of lines has rates and exact conversions."""
    with books(BOOKS).on(DAY) as ledger:
        made = Exposure(ledger)
        made.write(tmp_path / "accounts.csv")
        made.write(tmp_path / "lines.csv", by="line")
        made.write(tmp_path / "lines.parquet", by="line")
        kept = ledger.engine.rows(f"SELECT converted FROM '{tmp_path}/lines.parquet' ORDER BY currency")
    head, row = (tmp_path / "accounts.csv").read_text().splitlines()
    assert dict(zip(head.split(","), row.split(","), strict=True))["exposure_amount"] == "118.50"
    lines = (tmp_path / "lines.csv").read_text().splitlines()
    assert lines[1:] == ["A1,EUR,10.00,USD,1.25,2026-01-15,12.5,", "A1,USD,106.00,USD,1,,106,"]
    assert kept == [(Decimal("12.5"),), (Decimal(106),)]
