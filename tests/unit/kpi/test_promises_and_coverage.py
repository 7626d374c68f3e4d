"""Promises judged by the money that came, and overdue amounts by whose hands they are in."""

from decimal import Decimal

from erp_ar_ext.kpi import Settings
from erp_ar_ext.ledger.fact_rules import FactRules

DAY = "2026-01-31"

# A plan of four promises of 100 each, with three days of grace; T1 is its item.
#   January 5: 100 came that day                                                          kept
#   January 12: 60 came by the 15th                                                        partly kept
#   January 19: nothing more came by the 22nd, and the 30 of the 25th come too late        broken
#   January 31: its days of grace are not over                                             open
# A second plan was cancelled before its promise of January 20 was due, a third one replaced.
PROMISES = """
    customers: account_id
        A1
        A2
    transactions: trx_id account_id trx_date due_date amount
        T1 A1 2025-11-10 2025-12-10 1000
        T2 A2 2025-11-10 2025-12-10 1000
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-01-05 100
        R2 A1 2026-01-14 60
        R3 A1 2026-01-25 30
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 T1 100 2026-01-05
        P2 R2 T1 60 2026-01-14
        P3 R3 T1 30 2026-01-25
    payment_plans: plan_id account_id agreed_on cancelled_on replaced_by
        L1 A1 2026-01-01 - -
        L2 A2 2026-01-01 2026-01-10 -
        L3 A2 2026-01-11 - L4
        L4 A2 2026-01-12 - -
    plan_items: plan_id schedule_id
        L1 T1
        L2 T2
        L3 T2
        L4 T2
    plan_instalments: plan_id seq due_on amount
        L1 1 2026-01-05 100
        L1 2 2026-01-12 100
        L1 3 2026-01-19 100
        L1 4 2026-01-31 100
        L2 1 2026-01-20 500
        L3 1 2026-01-20 500
        L4 1 2026-02-20 500
"""


def test_promises_are_judged_by_the_money_that_came_in_time(kpi) -> None:
    """Of 300 promised, 160 came by the days of grace; of three promises one was kept, one partly, one not."""
    figures = kpi(
        PROMISES, DAY, "PROMISE_KEPT_AMOUNT", "PROMISE_KEPT_COUNT", settings=Settings(facts=FactRules(grace_days=3))
    )
    assert figures.values() == {"PROMISE_KEPT_AMOUNT": "53.33", "PROMISE_KEPT_COUNT": "33.33"}
    assert figures.inputs("PROMISE_KEPT_AMOUNT") == {
        "promised": "300.00", "promised_and_paid": "160.00", "promises_open": 1, "promises_called_off": 2,
    }  # fmt: skip
    assert figures.inputs("PROMISE_KEPT_COUNT") == {
        "promises_kept": 1, "promises_partly_kept": 1, "promises_broken": 1,
        "promises_open": 1, "promises_called_off": 2,
    }  # fmt: skip


def test_grace_and_tolerance_are_the_policys(kpi) -> None:
    """Without grace the 60 of the 14th come too late; with a tolerance of 40 they keep the second promise.

    Without grace: 100 of 300 came by their days, and the last promise, due today, is open still.
    """
    strict = kpi(PROMISES, DAY, "PROMISE_KEPT_AMOUNT", "PROMISE_KEPT_COUNT")
    assert strict.values() == {"PROMISE_KEPT_AMOUNT": "33.33", "PROMISE_KEPT_COUNT": "33.33"}
    lenient = Settings(facts=FactRules(grace_days=3, amount_tolerance={"USD": Decimal(40)}))
    assert kpi(PROMISES, DAY, "PROMISE_KEPT_COUNT", settings=lenient)["PROMISE_KEPT_COUNT"] == "66.67"


def test_the_word_of_a_past_day_is_that_of_the_day(kpi) -> None:
    """As of the 14th the first promise is kept and the second in its days of grace; the plans of A2 are in force."""
    figures = kpi(PROMISES, "2026-01-14", "PROMISE_KEPT_COUNT", settings=Settings(facts=FactRules(grace_days=3)))
    assert figures["PROMISE_KEPT_COUNT"] == "100.00"
    assert figures.inputs("PROMISE_KEPT_COUNT")["promises_open"] == 1


def test_a_payment_that_is_taken_back_breaks_the_promise(kpi) -> None:
    """Kept as of the 10th, broken once the receipt came back."""
    text = PROMISES.replace("receipt_date amount", "receipt_date amount reversed_date")
    text = text.replace("05 100\n        R2 A1 2026-01-14 60\n        R3 A1 2026-01-25 30", "05 100 2026-01-12")
    text = text.replace("P2 R2 T1 60 2026-01-14\n        P3 R3 T1 30 2026-01-25\n", "")
    assert kpi(text, "2026-01-10", "PROMISE_KEPT_COUNT")["PROMISE_KEPT_COUNT"] == "100.00"
    assert kpi(text, "2026-01-12", "PROMISE_KEPT_COUNT")["PROMISE_KEPT_COUNT"] == "0.00"


def test_without_promises_there_is_nothing_to_keep(kpi) -> None:
    """Undefined, and neither 0 nor 100."""
    text = PROMISES.split("payment_plans:", maxsplit=1)[0]
    for value in kpi(text, DAY, "PROMISE_KEPT_AMOUNT", "PROMISE_KEPT_COUNT").values().values():
        assert value == "undefined: promises that fell due in the period and can be judged are zero"


# Each account is overdue by hundreds of its number, and in the state its comment says.
COVERAGE = """
    customers: account_id insolvency_date dunning_block_until
        A1 2026-01-15 -
        A2 - 2026-01-31
        A3 - -
        A4 - -
        A5 - -
        A6 - -
        A7 - -
        A8 - 2026-01-30
        A9 - -
        A10 - -
    transactions: trx_id account_id trx_date due_date amount
        T1 A1 2025-12-01 2025-12-31 100
        T2 A2 2025-12-01 2025-12-31 200
        T3 A3 2025-12-01 2025-12-31 300
        T4 A4 2025-12-01 2025-12-31 400
        T5 A5 2025-12-01 2025-12-31 500
        T6 A6 2025-12-01 2025-12-31 600
        T7 A7 2025-12-01 2025-12-31 700
        T8 A8 2025-12-01 2025-12-31 800
        T9 A9 2025-12-01 2025-12-31 50
        T99 A9 2025-12-01 2025-12-31 60
        T10 A10 2025-12-01 2026-01-31 999
    payment_plans: plan_id account_id agreed_on
        L3 A3 2026-01-20
    plan_items: plan_id schedule_id
        L3 T3
    plan_instalments: plan_id seq due_on amount
        L3 1 2026-03-01 300
    disputes: dispute_id schedule_id amount opened_on
        D4 T4 150 2026-01-20
    holds: hold_id account_id applied_on released_on
        H5 A5 2026-01-20 -
        H8 A8 2026-01-01 2026-01-20
    notes: note_id account_id schedule_id created_on text
        N6 A6 - 2026-01-18 called
        N7 A7 - 2026-01-17 called
        N9 A9 T9 2026-01-31 called
        N99 A8 - 2026-02-01 called
"""


def test_coverage_puts_every_overdue_amount_into_one_state(kpi) -> None:
    """Of 3,710 overdue, 1,900 are in somebody's hands, and five of nine accounts wholly.

    A4 is covered for the 150 in dispute and not for the rest, A9 for one of two items. A7's note is fifteen days old,
    A8's hold was lifted, its block ended yesterday, and its note is of tomorrow. A10's item falls due today.
    """
    figures = kpi(COVERAGE, DAY, "COVERAGE_ACCOUNTS", "COVERAGE_AMOUNT")
    assert figures.values() == {"COVERAGE_ACCOUNTS": "55.56", "COVERAGE_AMOUNT": "51.21"}
    assert figures.inputs("COVERAGE_ACCOUNTS") == {"overdue_accounts": 9, "attended_accounts": 5}
    assert figures.inputs("COVERAGE_AMOUNT") == {
        "overdue": "3710.00", "attended": "1900.00",
        "overdue_insolvent": "100.00", "overdue_blocked": "200.00", "overdue_in_plan": "300.00",
        "overdue_disputed": "150.00", "overdue_on_hold": "500.00", "overdue_noted": "650.00",
        "overdue_unattended": "1810.00",
    }  # fmt: skip
    assert figures.checks("coverage_parts_equal_overdue") == ["0.00"]


def test_how_long_a_note_counts_is_the_policys(kpi) -> None:
    """With fifteen days A7 is covered too: 2,600 of 3,710."""
    assert kpi(COVERAGE, DAY, "COVERAGE_AMOUNT", note_days=15)["COVERAGE_AMOUNT"] == "70.08"


def test_a_broken_plan_covers_nothing(kpi) -> None:
    """Its first leg was not paid: T3 is unattended, 1,600 of 3,710 are left covered."""
    text = COVERAGE.replace("L3 1 2026-03-01", "L3 1 2026-01-25")
    assert kpi(text, DAY, "COVERAGE_AMOUNT")["COVERAGE_AMOUNT"] == "43.13"


def test_a_plan_without_items_covers_its_account(kpi) -> None:
    """It is an agreement about all the account owes."""
    text = COVERAGE.replace("plan_items: plan_id schedule_id\n        L3 T3\n", "")
    assert kpi(text, DAY, "COVERAGE_AMOUNT").inputs("COVERAGE_AMOUNT")["overdue_in_plan"] == "300.00"


def test_the_states_of_a_merged_account_are_the_survivors(kpi) -> None:
    """A hold and a note that were put on the account before it was merged away still count."""
    text = """
        customers: account_id merged_into
            OLD NEW
            NEW -
            OTHER TWO
            TWO -
        transactions: trx_id account_id trx_date due_date amount
            T1 OLD 2025-12-01 2025-12-31 100
            T2 OTHER 2025-12-01 2025-12-31 100
        holds: hold_id account_id applied_on
            H1 OLD 2026-01-20
        notes: note_id account_id created_on text
            N1 OTHER 2026-01-20 called
    """
    assert kpi(text, DAY, "COVERAGE_ACCOUNTS")["COVERAGE_ACCOUNTS"] == "100.00"


def test_nothing_overdue_is_covered_by_nobody(kpi) -> None:
    """Undefined, not 100."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount
            T1 A1 2026-01-01 2026-01-31 100
    """
    assert kpi(text, DAY, "COVERAGE_ACCOUNTS", "COVERAGE_AMOUNT").values() == {
        "COVERAGE_ACCOUNTS": "undefined: overdue accounts are zero",
        "COVERAGE_AMOUNT": "undefined: overdue amounts are zero",
    }
