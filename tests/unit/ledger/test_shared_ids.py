"""Ids that a receipt shares with another schedule, and schedules that leave out whose they are."""

import pytest

OWN_AND_SHARED = """
    customers: account_id
        A1
        A2
    transactions: trx_id account_id amount
        T1 A1 100
    schedules: schedule_id trx_id receipt_id class account_id gl_date amount_original
        T1 T1 - INV A1 2026-01-01 100
        7  -  R1 PMT A1 2026-01-10 -80
    receipts: receipt_id account_id receipt_date amount reversed_date
        R1 A1 2026-01-10 80 {reversed}
        7  A2 2026-01-10 30 {other}
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 7 T1 60 2026-01-15
"""


def test_a_receipts_own_schedule_pays_before_a_receipt_of_that_id(books) -> None:
    """Money from schedule 7 is money of the receipt that has it, not of another receipt numbered 7."""
    ledger = books(OWN_AND_SHARED.format(reversed="-", other="-"))
    assert ledger.open("2026-01-15") == {"T1": "40.00"}
    assert ledger.unapplied("2026-01-15") == {"7": "-20.00", "receipt:7": "-30.00"}
    assert (ledger.findings["shared-id"]["severity"], ledger.findings["shared-id"]["example"]) == ("error", "P1")


@pytest.mark.parametrize(
    ("reversed_on", "other", "left", "cash"),
    [
        ("2026-01-20", "-", {"T1": "100.00"}, {"receipt:7": "-30.00"}),
        ("-", "2026-01-20", {"T1": "40.00"}, {"7": "-20.00"}),
        ("2026-01-20", "2026-01-20", {"T1": "100.00"}, {}),
    ],
)
def test_a_reversal_takes_back_its_own_receipts_money_once(books, reversed_on, other, left, cash) -> None:
    """Whichever of two receipts that share an id is returned, each application is taken back once or not at all."""
    ledger = books(OWN_AND_SHARED.format(reversed=reversed_on, other=other))
    assert (ledger.open("2026-01-20"), ledger.unapplied("2026-01-20")) == (left, cash)


def test_a_credit_memo_pays_before_a_receipt_of_its_id(books) -> None:
    """A memo's credit is used up by what names it, also where another customer's receipt has its number."""
    ledger = books("""
        customers: account_id
            A1
            A2
        transactions: trx_id class account_id amount
            1 INV A1 100
            2 CM A1 -50
        receipts: receipt_id account_id receipt_date amount
            2 A2 2026-01-10 30
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 2 1 40 2026-01-15
    """)
    assert ledger.open("2026-01-15") == {"1": "60.00", "2": "-10.00"}
    assert ledger.unapplied("2026-01-15") == {"receipt:2": "-30.00"}
    assert ledger.findings["shared-id"]["severity"] == "error"


def test_a_schedule_without_an_account_has_its_documents_or_receipts(books) -> None:
    """The account may stand on the document or the receipt alone; where it stands nowhere, that is an error."""
    ledger = books("""
        customers: account_id merged_into
            A1 -
            A0 A1
            A2 -
        transactions: trx_id account_id amount
            T1 A0 10
        schedules: schedule_id trx_id receipt_id class account_id amount_original
            S1 T1 - INV - 10
            S2 -  - INV - 10
            S3 - R1 PMT - -5
            S4 - R2 PMT - -5
        receipts: receipt_id account_id receipt_date amount
            R1 A2 2026-01-01 5
            R2 -  2026-01-01 5
    """)
    assert ledger.owners("2026-02-01") == {"S1": "A1", "S2": None, "S3": "A2", "S4": None}
    finding = ledger.findings["no-account"]
    assert (finding["severity"], finding["count"], finding["example"]) == ("error", 1, "S2")
