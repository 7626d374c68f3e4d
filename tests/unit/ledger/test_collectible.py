"""What can be collected: due less each deduction, in order, so that nothing is deducted twice."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from erp_ar_ext.ledger.collectible import DEDUCTIONS, Collectible
from erp_ar_ext.ledger.fact_rules import CollectibleRules, FactRules

DAY = "2026-03-01"
SHORT = {
    "no_account": "nobody", "insolvent": "insolvent", "blocked": "blocked", "disputed": "disputed",
    "promised": "promised", "usable_credits": "credits", "collectible_amount": "rest",
}  # fmt: skip
COLUMNS = {
    "customers": "account_id insolvency_date dunning_block_until",
    "transactions": "trx_id account_id amount",
    "schedules": "schedule_id account_id class due_date amount_original",
    "disputes": "dispute_id schedule_id amount opened_on",
    "receipts": "receipt_id account_id receipt_date amount",
    "applications": "application_id source_schedule_id target_schedule_id amount gl_date",
    "payment_plans": "plan_id account_id agreed_on",
    "plan_items": "plan_id schedule_id",
    "plan_instalments": "plan_id seq due_on amount",
}
CUSTOMER = {
    "customers": ["A1 - -"],
    "transactions": ["T1 A1 0"],
    "schedules": ["S1 A1 INV 2026-01-10 100", "S2 A1 INV 2026-01-20 100", "S3 A1 INV 2026-03-01 100"],
}
"""Three debits of 100, of which two are past due on 1 March, and nothing against them."""
UNTOUCHED = {"S1": "rest 100", "S2": "rest 100"}


def written(cases) -> str:
    """Every case's customer in one ledger; the ids of a case end with its number."""
    lines = []
    for table, columns in COLUMNS.items():
        lines.append(f"{table}: {columns}")
        for number, case in enumerate(cases):
            given = [*([] if table == "customers" and table in case else CUSTOMER.get(table, [])), *case.get(table, [])]
            lines += [re.sub(r"\b([A-Z]\d)\b", rf"\1-{number}", row) for row in given]
    return "\n".join(lines)


def parts_of(row) -> str:
    """Parts of a row that are not zero, as `disputed 40 rest 60`; they add up to what is due, none below zero."""
    amounts = {name: row[name] for name in (*DEDUCTIONS, "collectible_amount")}
    assert sum(amounts.values()) == row["due_amount"]
    assert min(amounts.values()) >= 0
    return " ".join(f"{SHORT[name]} {amount.normalize():f}" for name, amount in amounts.items() if amount)


@pytest.fixture
def collect(books):
    """Parts of every due schedule of some books on a day; the tie-out must hold."""

    def make(text, day=DAY, **rules):
        with books(text).on(day) as ledger:
            made = Collectible(ledger, FactRules(**rules))
            assert made.tie_out.ok, made.tie_out.failed
            rows = ledger.engine.arrow("SELECT * FROM collectible_items ORDER BY schedule_id").to_pylist()
            for account in ledger.engine.arrow("SELECT * FROM collectible_accounts").to_pylist():
                parts_of(account)
        return {row["schedule_id"]: parts_of(row) for row in rows}

    return make


@pytest.fixture
def collect_each(collect):
    """Parts of each case's schedules, the customers of all cases in one ledger."""

    def make(cases, day=DAY, **rules):
        found = collect(written(cases.values()), day, **rules)
        parts = {name: {} for name in cases}
        for schedule, told in found.items():
            short, number = schedule.split("-")
            parts[list(cases)[int(number)]][short] = told
        return parts

    return make


def test_what_is_past_due_is_collectible_and_what_falls_due_today_is_not(collect_each) -> None:
    """Without a reason against it, all of every debit past its due date can be collected."""
    assert collect_each({"customer": {}}) == {"customer": UNTOUCHED}
    assert collect_each({"customer": {}}, "2026-01-10") == {"customer": {}}


def test_by_switch_what_is_not_due_is_collectible_too(collect_each) -> None:
    """A policy that asks for everything open counts what falls due today or later."""
    rules = CollectibleRules(not_due=True)
    assert collect_each({"customer": {}}, collectible=rules) == {"customer": UNTOUCHED | {"S3": "rest 100"}}


ALONE = {
    "insolvent": ({"customers": ["A1 2026-03-01 -"]}, "insolvent 100", "insolvent 100"),
    "insolvent tomorrow": ({"customers": ["A1 2026-03-02 -"]}, "rest 100", "rest 100"),
    "blocked up to today": ({"customers": ["A1 - 2026-03-01"]}, "blocked 100", "blocked 100"),
    "block is over": ({"customers": ["A1 - 2026-02-28"]}, "rest 100", "rest 100"),
    "part disputed": ({"disputes": ["D1 S1 40 2026-02-01"]}, "disputed 40 rest 60", "rest 100"),
    "dispute of tomorrow": ({"disputes": ["D1 S1 40 2026-03-02"]}, "rest 100", "rest 100"),
    "disputed twice": ({"disputes": ["D1 S1 40 2026-02-01", "D2 S1 90 2026-02-01"]}, "disputed 100", "rest 100"),
    "cash": ({"receipts": ["R1 A1 2026-02-01 130"]}, "credits 100", "credits 30 rest 70"),
    "cash of tomorrow": ({"receipts": ["R1 A1 2026-03-02 130"]}, "rest 100", "rest 100"),
    "credit memo": ({"schedules": ["C1 A1 CM 2026-02-01 -130"]}, "credits 100", "credits 30 rest 70"),
    "guarantee": ({"schedules": ["G1 A1 GUAR 2026-01-01 500"]}, "rest 100", "rest 100"),
}


def test_each_deduction_alone(collect_each) -> None:
    """Each reason takes what it covers off the oldest debit first, from its first day to its last."""
    expected = {name: {"S1": first, "S2": second} for name, (_, first, second) in ALONE.items()}
    assert collect_each({name: changes for name, (changes, *_) in ALONE.items()}) == expected


EVERYTHING = {
    "disputes": ["D1 S1 40 2026-02-01"],
    "receipts": ["R1 A1 2026-02-01 70"],
    "payment_plans": ["L1 A1 2026-02-10"],
    "plan_items": ["L1 S1"],
    "plan_instalments": ["L1 1 2026-04-01 25"],
}
ORDERED = {
    "all that can be": ({}, "disputed 40 promised 25 credits 35", "credits 35 rest 65"),
    "a block is whole": ({"customers": ["A1 - 2026-12-31"]}, "blocked 100", "blocked 100"),
    "insolvency comes first": ({"customers": ["A1 2026-01-01 2026-12-31"]}, "insolvent 100", "insolvent 100"),
    "dispute before promise": (
        {"disputes": ["D1 S1 90 2026-02-01"]}, "disputed 90 promised 10", "credits 70 rest 30",
    ),
    "a promise above the rest": (
        {"plan_instalments": ["L1 1 2026-04-01 500"]}, "disputed 40 promised 60", "credits 70 rest 30",
    ),
    "credits above the rest": (
        {"receipts": ["R1 A1 2026-02-01 999"]}, "disputed 40 promised 25 credits 35", "credits 100",
    ),
}  # fmt: skip


@pytest.mark.edge_case(46)
def test_the_order_of_deductions(collect_each) -> None:
    """Insolvent, blocked, disputed, promised, credits: each takes only what those before it have left."""
    expected = {name: {"S1": first, "S2": second} for name, (_, first, second) in ORDERED.items()}
    assert collect_each({name: EVERYTHING | changes for name, (changes, *_) in ORDERED.items()}) == expected


WAITING = {
    "whole account": ((), ["1 2026-04-01 130"], "promised 100", "promised 30 rest 70"),
    "due today": ((), ["1 2026-03-01 130"], "promised 100", "promised 30 rest 70"),
    "broken yesterday": ((), ["1 2026-02-28 130"], "rest 100", "rest 100"),
    "a broken plan defers nothing": ((), ["1 2026-02-20 30", "2 2026-04-01 100"], "rest 100", "rest 100"),
    "instalments add up": ((), ["1 2026-04-01 60", "2 2026-05-01 60"], "promised 100", "promised 20 rest 80"),
    "one item": (["S2"], ["1 2026-04-01 30"], "rest 100", "promised 30 rest 70"),
    "more than the item": (["S2"], ["1 2026-04-01 300"], "rest 100", "promised 100"),
    "an item not due": (["S3"], ["1 2026-04-01 30"], "rest 100", "rest 100"),
    "items oldest first": (["S2", "S1"], ["1 2026-04-01 130"], "promised 100", "promised 30 rest 70"),
}


def agreed(items, legs):
    return {
        "payment_plans": ["L1 A1 2026-02-10"],
        "plan_items": [f"L1 {item}" for item in items],
        "plan_instalments": [f"L1 {leg}" for leg in legs],
    }


def test_what_a_kept_plan_still_waits_for_is_not_asked_for(collect_each) -> None:
    """A plan covers its items, or its account's debits, the oldest first, up to what it is not yet time for."""
    expected = {name: {"S1": first, "S2": second} for name, (*_, first, second) in WAITING.items()}
    assert collect_each({name: agreed(items, legs) for name, (items, legs, *_) in WAITING.items()}) == expected


def test_an_instalment_in_its_days_of_grace_is_still_waited_for(collect_each) -> None:
    """The day after an instalment was due nobody is asked for it while its days of grace run."""
    case = {"late": agreed((), ["1 2026-02-28 130"])}
    assert collect_each(case, grace_days=1) == {"late": {"S1": "promised 100", "S2": "promised 30 rest 70"}}
    assert collect_each(case, "2026-03-02", grace_days=1)["late"]["S1"] == "rest 100"


def test_only_the_unpaid_part_of_a_plan_is_waited_for(collect_each) -> None:
    """An instalment that was paid early no longer keeps the rest of its item from being asked for."""
    paid = {
        "receipts": ["R1 A1 2026-02-20 30"],
        "applications": ["P1 R1 S1 30 2026-02-20"],
    }
    case = {"early": agreed(["S1"], ["1 2026-03-10 30", "2 2026-04-10 30"]) | paid}
    assert collect_each(case) == {"early": {"S1": "promised 30 rest 40", "S2": "rest 100"}}


def test_an_item_of_two_plans_is_promised_once(collect_each) -> None:
    """The newer plan stands for an item; a plan of the whole account covers only what plans of items leave over."""
    both = {
        "payment_plans": ["L1 A1 2026-02-10", "L2 A1 2026-02-12"],
        "plan_instalments": ["L1 1 2026-04-01 90", "L2 1 2026-04-01 30"],
    }
    assert collect_each({
        "one item": both | {"plan_items": ["L1 S1", "L2 S1"]},
        "item and account": both | {"plan_items": ["L2 S1"]},
    }) == {
        "one item": {"S1": "promised 30 rest 70", "S2": "rest 100"},
        "item and account": {"S1": "promised 100", "S2": "promised 20 rest 80"},
    }  # fmt: skip


def test_credits_stay_in_their_company_account_and_currency(collect) -> None:
    """Cash of one company pays nothing in another, nor in another currency or account; a merged account is one."""
    assert collect("""
        customers: account_id merged_into
            A1 -
            A2 -
            A0 A1
        transactions: trx_id account_id amount
            T0 A2 0
        schedules: org_id schedule_id account_id class due_date amount_original currency
            1 S1 A1 INV 2026-01-10 100 USD
            2 S2 A1 INV 2026-01-10 100 USD
            1 S3 A1 INV 2026-01-10 100 JPY
            1 S4 A2 INV 2026-01-10 100 USD
            1 S5 A0 INV 2026-01-11 100 USD
        receipts: org_id receipt_id account_id receipt_date amount currency
            1 R1 A1 2026-02-01 130 USD
            1 R2 - 2026-02-01 999 USD
        applications: org_id application_id source_schedule_id target_schedule_id amount gl_date status
            1 P2 R1 - 20 2026-02-01 UNID
    """) == {
        "S1": "credits 100", "S2": "rest 100", "S3": "rest 100", "S4": "rest 100", "S5": "credits 10 rest 90",
    }, "20 of the cash is of nobody identified, and not usable"  # fmt: skip


def test_by_switch_credits_pay_nothing(collect_each) -> None:
    """A policy that chases every item on its own leaves credits out."""
    rules = CollectibleRules(credits=False)
    assert collect_each({"cash": ALONE["cash"][0]}, collectible=rules) == {"cash": UNTOUCHED}


def test_an_item_of_nobody_is_due_and_not_collectible(collect) -> None:
    """What belongs to no account stays in the sum, as a deduction of its own."""
    assert collect("""
        customers: account_id
            A1
        transactions: trx_id account_id amount
            T1 A1 0
        schedules: schedule_id account_id due_date amount_original
            S1 - 2026-01-01 5
    """) == {"S1": "nobody 5"}


def test_amounts_have_the_digits_of_their_currency(books, tmp_path) -> None:
    """JSON and CSV tell yen without digits and dinars with three, and Parquet has exact decimals."""
    synced = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount currency
            T1 A1 5000 JPY
            T2 A1 1.234 KWD
        disputes: dispute_id schedule_id amount opened_on
            D1 T2 0.034 2026-01-05
    """)
    with synced.on(DAY) as ledger:
        made = Collectible(ledger)
        rows = {row["currency"]: row for row in json.loads(made.as_json())["rows"]}
        made.write(tmp_path / "c.csv")
        made.write(tmp_path / "c.parquet")
        kept = ledger.engine.rows(f"SELECT currency, collectible_amount FROM '{tmp_path}/c.parquet' ORDER BY ALL")
    assert (rows["JPY"]["due_amount"], rows["KWD"]["disputed"]) == ("5000", "0.034")
    assert rows["KWD"]["collectible_amount"] == "1.200"
    assert [line.split(",")[-1] for line in (tmp_path / "c.csv").read_text().splitlines()[1:]] == ["5000", "1.200"]
    assert kept == [("JPY", Decimal(5000)), ("KWD", Decimal("1.2"))]
