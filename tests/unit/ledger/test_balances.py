"""What is open on a day: payments, credit memos, cash, reversals, corrections."""

import pytest

from erp_ar_ext.errors import SnapshotError

ONE_INVOICE = """
    customers: account_id
        A1
    transactions: trx_id account_id amount
        T1 A1 100
    schedules: schedule_id trx_id account_id due_date amount_original amount_remaining
        S1 T1 A1 2026-01-31 100 {remaining}
"""


def test_a_part_payment_leaves_the_rest_open(books) -> None:
    """An invoice is open in full before its part payment and by the rest from the day of the payment."""
    ledger = books(
        ONE_INVOICE.format(remaining="69.75")
        + """
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-10 30
        applications: application_id source_schedule_id target_schedule_id amount discount gl_date
            P1 R1 S1 30 0.25 2026-02-10
        """
    )
    assert ledger.open("2026-02-09") == {"S1": "100.00"}
    assert ledger.open("2026-02-10") == {"S1": "69.75"}, "the discount lowers the invoice too"
    assert ledger.unapplied("2026-02-10") == {}, "and costs the receipt nothing"


@pytest.mark.edge_case(1)
def test_a_credit_memo_is_open_by_what_it_has_not_paid(books) -> None:
    """A credit memo applied in part stays open, negative, by its rest; the invoice falls by what it got."""
    ledger = books(
        ONE_INVOICE.format(remaining=60)
        + """
        transactions: trx_id class account_id trx_date amount
            T1 INV A1 2026-01-01 100
            C1 CM A1 2026-01-05 -70
        schedules: schedule_id trx_id class account_id gl_date amount_original amount_remaining
            S1 T1 INV A1 2026-01-01 100 60
            S2 C1 CM A1 2026-01-05 -70 -30
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 S2 S1 40 2026-01-20
        """
    )
    assert ledger.open("2026-01-19") == {"S1": "100.00", "S2": "-70.00"}
    assert ledger.open("2026-01-20") == {"S1": "60.00", "S2": "-30.00"}
    account = ledger.facts("2026-01-20")["A1"]
    assert (account["open_amount"], account["credits_amount"], account["overdue_amount"]) == (30, -30, 60)


def test_cash_that_paid_nothing_stands_apart(books) -> None:
    """Unapplied, on-account and unidentified cash is never in the open amount, whatever its UNAPP rows say."""
    ledger = books(
        ONE_INVOICE.format(remaining=80)
        + """
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 50
            R2 A1 2026-02-01 7
            R3 -  2026-02-01 3
        applications: application_id source_schedule_id target_schedule_id status amount gl_date
            U1 R1 - UNAPP 50 2026-02-01
            P1 R1 S1 APP 20 2026-02-02
            U2 R1 - UNAPP -20 2026-02-02
            O1 R2 - ACC 7 2026-02-01
            N1 R3 - UNID 3 2026-02-01
        """
    )
    assert ledger.open("2026-02-02") == {"S1": "80.00"}
    assert ledger.unapplied("2026-02-01") == {"R1": "-50.00", "R2": "-7.00", "R3": "-3.00"}
    assert ledger.unapplied("2026-02-02") == {"R1": "-30.00", "R2": "-7.00", "R3": "-3.00"}
    assert list(ledger.facts("2026-02-02")) == ["A1"], "cash of nobody known is no account's"
    assert ledger.facts("2026-02-02")["A1"]["unapplied_amount"] == -37


def test_a_refund_uses_up_cash(books) -> None:
    """Money that went to an activity, such as a refund, is no longer unapplied and pays no invoice."""
    ledger = books(
        ONE_INVOICE.format(remaining=100)
        + """
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 50
        applications: application_id source_schedule_id target_schedule_id status amount gl_date
            P1 R1 - ACTIVITY 50 2026-02-05
        """
    )
    assert ledger.unapplied("2026-02-04") == {"R1": "-50.00"}
    assert ledger.unapplied("2026-02-05") == {}
    assert ledger.open("2026-02-05") == {"S1": "100.00"}


def test_a_reversed_application_opens_the_invoice_again(books) -> None:
    """From its reversal on, an application counts neither for the invoice nor for the receipt."""
    ledger = books(
        ONE_INVOICE.format(remaining=100)
        + """
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date reversal_gl_date
            P1 R1 S1 100 2026-02-01 2026-02-10
        """
    )
    assert ledger.open("2026-02-09") == {}
    assert ledger.open("2026-02-10") == {"S1": "100.00"}
    assert ledger.unapplied("2026-02-10") == {"R1": "-100.00"}


@pytest.mark.edge_case(16)
def test_a_returned_payment_opens_what_it_paid_with_its_old_due_date(books) -> None:
    """A receipt without funds is gone from its reversal on, and the invoice ages by its first due date."""
    ledger = books(
        ONE_INVOICE.format(remaining=100)
        + """
        receipts: receipt_id account_id receipt_date amount reversed_date
            R1 A1 2026-02-01 110 2026-02-20
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 S1 100 2026-02-01
        """
    )
    assert ledger.unapplied("2026-02-19") == {"R1": "-10.00"}
    assert ledger.open("2026-02-19") == {}
    assert ledger.open("2026-02-20") == {"S1": "100.00"}
    assert ledger.unapplied("2026-02-20") == {}, "the money went back"
    assert ledger.buckets("2026-03-03") == {"S1": {"31-60": "100.00"}}


def test_a_receipt_reversed_before_it_was_used_leaves_no_trace(books) -> None:
    """An application entered after its receipt was reversed moves no balance on any day."""
    ledger = books(
        ONE_INVOICE.format(remaining=100)
        + """
        receipts: receipt_id account_id receipt_date gl_date amount reversed_date
            R1 A1 2026-02-01 2026-02-15 100 2026-02-05
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 S1 100 2026-02-15
        """
    )
    for day in ("2026-02-01", "2026-02-14", "2026-02-15", "2026-03-01"):
        assert ledger.open(day) == {"S1": "100.00"}, day
        assert ledger.unapplied(day) == {}, day


@pytest.mark.edge_case(19)
def test_what_is_dated_later_does_not_count_yet(books) -> None:
    """Documents and receipts with an accounting date after the day are not in its balance."""
    ledger = books(
        ONE_INVOICE.format(remaining=100)
        + """
        schedules: schedule_id account_id gl_date amount_original
            S1 A1 2026-01-10 100
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 40
        """
    )
    assert ledger.open("2026-01-09") == {}
    assert ledger.open("2026-01-10") == {"S1": "100.00"}
    assert ledger.unapplied("2026-01-31") == {}
    assert ledger.unapplied("2026-02-01") == {"R1": "-40.00"}


def test_only_approved_adjustments_count(books) -> None:
    """A write-off counts from its accounting date when approved, and never while it waits or was rejected."""
    ledger = books(
        ONE_INVOICE.format(remaining="97.50")
        + """
        adjustments: adjustment_id schedule_id amount gl_date status
            J1 S1 -5 2026-02-01 A
            J2 S1 2.50 2026-02-02 A
            J3 S1 -50 2026-02-01 W
            J4 S1 -30 2026-02-01 R
        """
    )
    assert ledger.open("2026-01-31") == {"S1": "100.00"}
    assert ledger.open("2026-02-01") == {"S1": "95.00"}
    assert ledger.open("2026-02-02") == {"S1": "97.50"}


def test_a_receipt_keeps_its_own_schedule(books) -> None:
    """A receipt that has a schedule is not counted a second time, also when only the schedule's id names it."""
    ledger = books(
        ONE_INVOICE.format(remaining=100)
        + """
        schedules: schedule_id receipt_id class account_id gl_date amount_original
            S1 - INV A1 2026-01-01 100
            S8 R1 PMT A1 2026-02-01 -40
            R2 - PMT A1 2026-02-01 -5
        receipts: receipt_id account_id receipt_date amount reversed_date
            R1 A1 2026-02-01 40 -
            R2 A1 2026-02-01 5 2026-02-09
        """
    )
    assert ledger.unapplied("2026-02-01") == {"S8": "-40.00", "R2": "-5.00"}
    assert ledger.unapplied("2026-02-09") == {"S8": "-40.00"}


def test_a_balance_too_large_to_write_is_told_by_its_schedule(books) -> None:
    """A schedule whose corrections add up beyond every amount stops the sync with its name and what to do."""
    with pytest.raises(SnapshotError, match="schedule S1 of company 1") as caught:
        books(
            ONE_INVOICE.format(remaining="-")
            + """
            adjustments: adjustment_id schedule_id amount gl_date
                J1 S1 90000000000000 2026-02-01
                J2 S1 90000000000000 2026-02-02
            """
        )
    assert "sync again" in caught.value.hint
