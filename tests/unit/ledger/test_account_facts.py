"""Facts of an account: which accounts have any, and what each amount and date holds."""

import pytest

from erp_ar_ext.ledger.facts import CATALOGUE

DISPUTED_ITEMS = """
    customers: account_id
        A1
    transactions: trx_id account_id amount
        T1 A1 0
    schedules: schedule_id account_id due_date amount_original
        S1 A1 2026-01-05 100
        S2 A1 2026-01-10 50
        S3 A1 2026-02-20 70
    disputes: dispute_id schedule_id amount opened_on
        D1 S1 {first} 2026-01-20
        D2 S2 {second} 2026-01-20
"""


def oldest_undisputed(ledger, day: str) -> str:
    return str(ledger.facts(day)["A1"]["oldest_undisputed_due_date"])


def test_the_oldest_undisputed_item_skips_what_is_wholly_disputed(books) -> None:
    """An item disputed in part still counts; one disputed in full does not, nor one that is not past due."""
    ledger = books(DISPUTED_ITEMS.format(first=100, second=49))
    assert oldest_undisputed(ledger, "2026-01-05") == "None", "due today is not overdue"
    assert oldest_undisputed(ledger, "2026-01-19") == "2026-01-05", "the dispute is not raised yet"
    assert oldest_undisputed(ledger, "2026-01-20") == "2026-01-10"
    assert str(ledger.facts("2026-01-20")["A1"]["oldest_due_date"]) == "2026-01-05"
    assert oldest_undisputed(books(DISPUTED_ITEMS.format(first=100, second=50)), "2026-01-20") == "None"


def test_an_account_with_nothing_open_has_facts_while_it_has_orders_or_a_plan(books) -> None:
    """Orders alone can be above the limit, and a plan is to be kept: neither needs an open item."""
    ledger = books("""
        customers: account_id credit_limit credit_limit_currency merged_into
            A1 100 USD -
            A2 - - -
            A3 - - -
            A0 - - A1
        transactions: trx_id account_id gl_date amount
            T1 A3 2027-01-01 1
        orders: order_id account_id open_amount ordered_on
            O1 A0 150 2026-01-10
        payment_plans: plan_id account_id agreed_on
            L1 A2 2026-01-15
        plan_instalments: plan_id seq due_on amount
            L1 1 2026-02-01 60
    """)
    assert ledger.facts("2026-01-09") == {}
    facts = ledger.facts("2026-01-20")
    assert set(facts) == {"A1", "A2"}
    assert (facts["A1"]["currency"], facts["A1"]["over_limit_amount"], facts["A2"]["plan_state"]) == (
        "USD", 50, "on_track",
    )  # fmt: skip
    nothing = ("open_amount", "overdue_amount", "net_overdue_amount", "open_items", "oldest_overdue_days")
    assert {facts[account][fact] for account in facts for fact in nothing} == {0}
    assert facts["A1"]["oldest_due_date"] is None


@pytest.mark.edge_case(8)
def test_a_guarantee_is_open_but_nobody_is_asked_to_pay_it(books) -> None:
    """A guarantee stands in the open amount and the aging, and in nothing that is due or at risk."""
    ledger = books("""
        customers: account_id credit_limit credit_limit_currency
            A1 10 USD
        transactions: trx_id class account_id due_date amount
            T1 GUAR A1 2026-01-05 500
            T2 INV A1 2026-01-20 30
        disputes: dispute_id schedule_id amount opened_on
            D1 T1 400 2026-01-06
    """)
    facts = ledger.facts("2026-01-25")["A1"]
    assert facts["open_amount"] == 530
    assert {facts[name] for name in ("overdue_amount", "net_overdue_amount", "exposure_amount")} == {30}
    assert (facts["overdue_items"], facts["oldest_overdue_days"], str(facts["oldest_due_date"])) == (1, 5, "2026-01-20")
    assert ledger.facts("2026-01-15")["A1"]["oldest_overdue_days"] == 0
    assert ledger.buckets("2026-01-25") == {"T1": {"1-30": "500.00"}, "T2": {"1-30": "30.00"}}


def test_facts_with_a_least_value_are_never_below_it(books) -> None:
    """Neither by overpaid invoices or used-up credits, nor by disputes of too much or limits below zero."""
    ledger = books("""
        customers: account_id credit_limit credit_limit_currency
            A1 -10 USD
            A2 50 USD
        transactions: trx_id class account_id due_date amount
            T1 INV A1 2026-01-05 100
            T2 CM A1 2026-01-05 -300
            T3 INV A2 2026-01-05 40
            T4 CM A2 2026-03-05 20
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-10 30
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 150 2026-01-10
            P2 T2 T3 90 2026-01-11
        disputes: dispute_id schedule_id amount opened_on
            D1 T1 -400 2026-01-06
            D2 T3 -400 2026-01-06
            D3 T4 400 2026-01-06
    """)
    rows = 0
    for day in ("2026-01-04", "2026-01-05", "2026-01-07", "2026-01-12", "2026-04-01"):
        for grain, catalogue in CATALOGUE.items():
            for row in ledger.facts(day, grain).values():
                rows += 1
                least = {fact.name: fact.least for fact in catalogue.values() if fact.least is not None}
                assert [name for name in least if row[name] is not None and row[name] < least[name]] == []
    assert rows > 20


def test_facts_tell_what_can_be_collected_and_why_not_the_rest(books) -> None:
    """The parts of what is due are facts of accounts and of schedules, and add up in both."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount
            T0 A1 0
        schedules: schedule_id account_id class due_date amount_original
            S1 A1 INV 2026-01-10 100
            S2 A1 INV 2026-01-12 100
            S3 A1 INV 2026-05-01 100
            S4 A1 CM 2026-01-12 -70
        disputes: dispute_id schedule_id amount opened_on
            D1 S1 40 2026-01-20
        payment_plans: plan_id account_id agreed_on
            L1 A1 2026-01-15
        plan_instalments: plan_id seq due_on amount
            L1 1 2026-04-01 25
    """)
    parts = ("insolvent_amount", "blocked_amount", "due_disputed_amount", "promised_amount", "usable_credits")
    account = ledger.facts("2026-03-01")["A1"]
    schedules = ledger.facts("2026-03-01", "schedule")
    assert [account[name] for name in parts] == [0, 0, 40, 25, 70]
    assert (account["due_amount"], account["collectible_amount"]) == (200, 65)
    assert [schedules["S1"][name] for name in parts] == [0, 0, 40, 25, 35]
    assert [schedules[name]["collectible_amount"] for name in ("S1", "S2", "S3", "S4")] == [0, 65, 0, 0]
    for row in (account, *schedules.values()):
        assert sum(row[name] for name in parts) + row["collectible_amount"] == row["due_amount"]
    blocked = books("""
        customers: account_id dunning_block_until insolvency_date
            A1 2026-12-31 -
            A2 2026-12-31 2026-01-01
        transactions: trx_id account_id amount
            T1 A1 10
            T2 A2 10
    """).facts("2026-03-01")
    assert (blocked["A1"]["blocked_amount"], blocked["A2"]["insolvent_amount"], blocked["A2"]["blocked_amount"]) == (
        10,
        10,
        0,
    )
