"""Payment plans: legs judged by the dates of the money, plans by their legs."""

from decimal import Decimal

import pytest

PLAN = """
    customers: account_id
        A1
    transactions: trx_id account_id amount
        T1 A1 0
    schedules: schedule_id account_id due_date amount_original
        S1 A1 2025-12-31 300
        S2 A1 2025-12-31 500
    payment_plans: plan_id account_id agreed_on
        L1 A1 2026-01-05
    plan_items: plan_id schedule_id
        L1 S1
    plan_instalments: plan_id seq due_on amount
        L1 1 2026-02-01 100
        L1 2 2026-03-01 100
        L1 3 2026-04-01 100
"""

PAID = """
    receipts: receipt_id account_id receipt_date amount reversed_date
        {receipts}
    applications: application_id source_schedule_id target_schedule_id amount gl_date reversal_gl_date
        {applications}
"""


def paid(*payments: str) -> str:
    """Receipts as `day amount [reversed]`, each applied to S1 on the day it came."""
    receipts, applications = [], []
    for number, payment in enumerate(payments, start=1):
        day, amount, reversed_on = (*payment.split(), "-")[:3]
        receipts.append(f"R{number} A1 {day} {amount} {reversed_on}")
        applications.append(f"P{number} R{number} S1 {amount} {day} -")
    return PAID.format(receipts="\n".join(receipts), applications="\n".join(applications))


@pytest.mark.edge_case(57)
def test_legs_are_met_late_in_grace_open_or_broken(books) -> None:
    """Met by the day, late within the days of grace, in grace while they run, broken after, open before."""
    ledger = books(PLAN + paid("2026-02-01 100", "2026-03-04 100"))
    assert ledger.legs("2026-02-01", grace_days=3) == {1: ("met", "0.00"), 2: ("open", "100.00"), 3: ("open", "100.00")}
    assert ledger.legs("2026-03-01", grace_days=3)[2] == ("open", "100.00"), "the day itself is in time"
    assert ledger.legs("2026-03-02", grace_days=3)[2] == ("in_grace", "100.00")
    assert ledger.legs("2026-03-04", grace_days=3)[2] == ("late", "0.00")
    assert ledger.legs("2026-03-04", grace_days=2)[2] == ("broken", "0.00"), "covered, but too late"
    assert ledger.legs("2026-04-04", grace_days=3)[3] == ("in_grace", "100.00")
    assert ledger.legs("2026-04-05", grace_days=3)[3] == ("broken", "100.00")


def test_a_plan_is_as_bad_as_its_worst_leg_until_it_is_paid_off(books) -> None:
    """On track, late, broken and, though broken before, completed once every leg is covered."""
    ledger = books(PLAN + paid("2026-01-20 60", "2026-02-03 40", "2026-03-20 200"))
    assert ledger.plans("2026-01-04") == {}, "not yet agreed"
    assert ledger.plans("2026-02-01", grace_days=3) == {"L1": "on_track"}
    assert ledger.plans("2026-02-03", grace_days=3) == {"L1": "late"}
    assert ledger.plans("2026-03-10", grace_days=3) == {"L1": "broken"}
    assert ledger.plans("2026-03-20", grace_days=3) == {"L1": "completed"}
    account = ledger.facts("2026-03-10", grace_days=3)["A1"]
    assert (account["plan_state"], account["plan_late_instalments"], account["plan_broken_instalments"]) == (
        "broken", 1, 1,
    )  # fmt: skip
    assert (account["plan_overdue_amount"], str(account["plan_next_due_date"])) == (100, "2026-04-01")
    schedules = ledger.facts("2026-02-03", "schedule", grace_days=3)
    assert {key: (row["in_plan"], row["plan_state"]) for key, row in schedules.items()} == {
        "S1": (True, "late"),
        "S2": (False, "none"),
    }


@pytest.mark.edge_case(57)
def test_paying_early_moves_no_later_leg(books) -> None:
    """Money goes to the earliest unpaid leg, and what is paid ahead covers the next ones in part."""
    ledger = books(PLAN + paid("2026-01-10 150"))
    assert ledger.legs("2026-01-10") == {1: ("met", "0.00"), 2: ("open", "50.00"), 3: ("open", "100.00")}
    assert ledger.legs("2026-03-02")[2] == ("broken", "50.00")


def test_a_shortfall_within_the_tolerance_counts_as_covered(books) -> None:
    """A leg short by no more than the tolerance of the plan's currency is met; a cent more and it is not."""
    ledger = books(PLAN + paid("2026-02-01 99.50"))
    judged = {
        (currency, cents): ledger.legs("2026-02-02", amount_tolerance={currency: Decimal(cents) / 100})[1]
        for currency, cents in (("USD", 50), ("USD", 49), ("EUR", 50))
    }
    assert judged == {("USD", 50): ("met", "0.00"), ("USD", 49): ("broken", "0.50"), ("EUR", 50): ("broken", "0.50")}


def test_only_receipts_of_the_agreement_on_its_items_count(books) -> None:
    """Money or credit from before the agreement, or on another item, pays no leg."""
    ledger = books(
        PLAN
        + """
        schedules: schedule_id class account_id due_date amount_original
            S1 INV A1 2025-12-31 300
            S2 INV A1 2025-12-31 500
            S3 CM A1 2026-01-10 -100
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-04 100
            R2 A1 2026-01-20 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 S1 100 2026-01-20
            P2 R2 S2 100 2026-01-20
            P3 S3 S2 50 2026-01-20
            P4 S3 S1 50 2026-01-04
        """
    )
    assert ledger.legs("2026-01-31")[1] == ("open", "100.00")


@pytest.mark.edge_case(16)
def test_a_reversal_opens_the_judgement_again(books) -> None:
    """A leg met by a payment that is returned later is judged as if the money had never come."""
    ledger = books(PLAN + paid("2026-01-31 100 2026-02-20"))
    assert ledger.legs("2026-02-19")[1] == ("met", "0.00")
    assert ledger.legs("2026-02-20")[1] == ("broken", "100.00")


def test_a_plan_without_items_is_paid_by_the_account(books) -> None:
    """Receipts of the account in the plan's currency count, applied or not; others' and returned ones do not."""
    ledger = books("""
        customers: account_id merged_into
            A1 -
            A0 A1
            A2 -
        transactions: trx_id account_id amount
            T1 A1 500
        payment_plans: plan_id account_id agreed_on
            L1 A1 2026-01-05
        plan_instalments: plan_id seq due_on amount
            L1 1 2026-02-01 100
        receipts: receipt_id account_id currency receipt_date amount reversed_date
            R1 A1 USD 2026-01-10 40 -
            R2 A0 USD 2026-01-11 25 -
            R3 A1 EUR 2026-01-10 900 -
            R4 A2 USD 2026-01-10 900 -
            R5 A1 USD 2026-01-10 900 2026-01-12
            R6 -  USD 2026-01-10 900 -
    """)
    assert ledger.legs("2026-01-11")[1] == ("met", "0.00")
    assert ledger.legs("2026-01-12")[1] == ("open", "35.00")


def test_plans_that_were_called_off_or_replaced_are_not_in_force(books) -> None:
    """A plan is in force up to the day before it is cancelled, or its successor is agreed."""
    ledger = books(
        PLAN
        + """
        payment_plans: plan_id account_id agreed_on cancelled_on replaced_by
            L1 A1 2026-01-05 - L2
            L2 A1 2026-01-20 - -
            L3 A1 2026-01-05 2026-01-25 -
        plan_instalments: plan_id seq due_on amount
            L1 1 2026-02-01 100
            L2 1 2026-02-01 100
            L3 1 2026-02-01 100
        """
    )
    assert set(ledger.plans("2026-01-19")) == {"L1", "L3"}
    assert set(ledger.plans("2026-01-20")) == {"L2", "L3"}
    assert set(ledger.plans("2026-01-25")) == {"L2"}


def test_an_item_means_the_schedule_of_the_plans_own_account(books) -> None:
    """Where two companies use one schedule id, only the plan's account's schedule is covered and paid."""
    ledger = books(
        PLAN
        + """
        customers: account_id
            A1
            A2
        schedules: org_id schedule_id account_id amount_original
            1 S1 A1 300
            2 S1 A2 300
        receipts: org_id receipt_id account_id receipt_date amount
            2 R1 A2 2026-01-20 300
        applications: org_id application_id source_schedule_id target_schedule_id amount gl_date
            2 P1 R1 S1 100 2026-01-20
        """
    )
    assert ledger.legs("2026-01-31")[1] == ("open", "100.00")
    with ledger.on("2026-01-31") as day:
        day.define_facts()
        rows = day.engine.rows("SELECT org_id, in_plan FROM schedule_facts ORDER BY org_id")
    assert rows == [("1", True), ("2", False)]


def test_credit_on_a_plans_items_lowers_what_it_demands(books) -> None:
    """An item that a credit memo closed is no longer to be paid: its plan is not broken for want of that money."""
    ledger = books(
        PLAN
        + """
        schedules: schedule_id class account_id due_date amount_original
            S1 INV A1 2025-12-31 300
            S3 CM A1 2026-01-10 -300
        applications: application_id source_schedule_id target_schedule_id amount gl_date reversal_gl_date
            P1 S3 S1 250 2026-01-20 -
            P2 S3 S1 50 2026-01-20 2026-04-10
        """
    )
    assert ledger.legs("2026-01-19")[1] == ("open", "100.00"), "it counts from its own day"
    assert ledger.plans("2026-03-15") == {"L1": "completed"}
    assert ledger.legs("2026-04-10")[3] == ("broken", "50.00"), "credit that is taken back is demanded again"


def test_a_plan_whose_items_are_all_in_another_currency_is_told(books) -> None:
    """Money in another currency keeps no plan; one item in the plan's own currency is enough to be kept."""
    plan = PLAN + "\nschedules: schedule_id account_id currency amount_original\nS1 A1 EUR 300\nS2 A1 {other} 500\n"
    plan += "plan_items: plan_id schedule_id\nL1 S1\nL1 S2\n"
    assert books(plan.format(other="EUR")).findings["plan-in-another-currency"]["example"] == "L1"
    assert "plan-in-another-currency" not in books(plan.format(other="USD")).findings


def test_an_item_of_nothing_holds_no_plan_open(books) -> None:
    """Where all that was owed of a plan's items is settled, an item that never was owed anything changes nothing."""
    ledger = books("""
        transactions: trx_id account_id amount
            T1 A1 100.00
            T2 A1 0.00
        schedules: schedule_id trx_id account_id amount_original
            S1 T1 A1 100.00
            S2 T2 A1 0.00
        adjustments: adjustment_id schedule_id amount gl_date
            J1 S1 -100.00 2026-01-15
        payment_plans: plan_id account_id agreed_on
            P1 A1 2026-01-05
        plan_items: plan_id schedule_id
            P1 S1
            P1 S2
        plan_instalments: plan_id seq due_on amount
            P1 1 2026-01-20 100.00
    """)
    assert ledger.plans("2026-01-14") == {"P1": "on_track"}
    assert ledger.plans("2026-01-21") == {"P1": "completed"}
