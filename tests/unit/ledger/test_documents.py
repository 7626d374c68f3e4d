"""Which schedules there are: with and without a file of schedules, incomplete documents, companies, currencies."""

import pytest


def test_documents_are_their_own_schedules_where_none_are_given(books) -> None:
    """Customers and transactions are enough: each complete document is one schedule due on its due date."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id class account_id trx_date due_date amount complete
            T1 INV A1 2026-01-01 2026-01-15 100 Y
            T2 INV A1 2026-01-03 - 50 -
            T3 CM A1 2026-01-04 - -20 -
            T4 INV A1 2026-01-01 2026-01-15 999 N
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-20 60
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 60 2026-01-20
            P2 T3 T2 15 2026-01-21
    """)
    assert ledger.open("2026-01-19") == {"T1": "100.00", "T2": "50.00", "T3": "-20.00"}
    assert ledger.open("2026-01-21") == {"T1": "40.00", "T2": "35.00", "T3": "-5.00"}
    facts = ledger.facts("2026-01-21", "schedule")
    assert {key: row["days_past_due"] for key, row in facts.items()} == {"T1": 6, "T2": 18, "T3": 17}
    assert facts["T1"]["trx_number"] == "T1"


def test_a_receipt_and_a_document_may_bear_the_same_number(books) -> None:
    """Ids of documents and receipts come from two sequences: the same id on both sides mixes no money."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id trx_date amount
            1 A1 2026-01-01 100
            2 A1 2026-01-01 30
        receipts: receipt_id account_id receipt_date amount
            1 A1 2026-01-10 50
            2 A1 2026-01-10 8
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            1 1 2 30 2026-01-10
            2 1 1 15 2026-01-11
    """)
    assert ledger.open("2026-01-09") == {"1": "100.00", "2": "30.00"}
    assert ledger.open("2026-01-11") == {"1": "85.00"}
    assert ledger.unapplied("2026-01-11") == {"receipt:1": "-5.00", "receipt:2": "-8.00"}
    assert ledger.findings["shared-id"]["count"] == 2


def test_schedules_of_a_document_still_being_entered_are_not_owed(books) -> None:
    """A document that is not complete is owed by nobody, also where its schedules are there already."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount complete
            T1 A1 100 N
            T2 A1 100 Y
        schedules: schedule_id trx_id account_id amount_original amount_remaining
            S1 T1 A1 100 100
            S2 T2 A1 100 100
    """)
    assert ledger.open("2026-02-01") == {"S2": "100.00"}
    assert ledger.buckets("2026-02-01") == {"S2": {"31-60": "100.00"}}


def test_a_document_without_schedules_is_reported(books) -> None:
    """Where schedules are given, a complete document that has none is a finding: it would be owed by nobody."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount complete
            T1 A1 100 Y
            T2 A1 50 -
            T3 A1 70 N
        schedules: schedule_id trx_id account_id amount_original
            S1 T1 A1 100
    """)
    assert ledger.findings["document-without-schedule"]["example"] == "T2"
    assert ledger.findings["document-without-schedule"]["count"] == 1


@pytest.mark.edge_case(29)
def test_a_missing_due_date_falls_back(books) -> None:
    """Without a due date, an item ages by its document's, else by its date or accounting date, and is told."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount
            T1 A1 2026-01-02 2026-01-20 20
            T2 A1 2026-01-02 - 10
        schedules: schedule_id trx_id account_id due_date gl_date amount_original
            S1 T1 A1 2026-01-25 2026-01-05 10
            S2 T1 A1 - 2026-01-05 10
            S3 T2 A1 - 2026-01-05 10
            S4 - A1 - 2026-01-05 10
    """)
    due = {key: row["due_date"].isoformat() for key, row in ledger.facts("2026-02-01", "schedule").items()}
    assert due == {"S1": "2026-01-25", "S2": "2026-01-20", "S3": "2026-01-02", "S4": "2026-01-05"}
    assert ledger.findings["missing-due-date"]["count"] == 2


@pytest.mark.edge_case(83)
def test_companies_with_the_same_ids_are_kept_apart(books) -> None:
    """Ids are unique within a company only: money of one never reaches the other's schedule of that id."""
    ledger = books("""
        customers: account_id
            A1
        schedules: org_id schedule_id account_id gl_date amount_original amount_remaining
            1 S1 A1 2026-01-01 100 60
            2 S1 A1 2026-01-01 500 495
        transactions: org_id trx_id account_id amount
            1 T1 A1 0
        receipts: org_id receipt_id account_id receipt_date amount
            1 R1 A1 2026-02-01 40
            2 R1 A1 2026-02-01 9
        applications: org_id application_id source_schedule_id target_schedule_id amount gl_date
            1 P1 R1 S1 40 2026-02-01
            2 P1 R1 S1 5 2026-02-01
    """)
    with ledger.on("2026-02-01") as day:
        rows = day.engine.rows("SELECT org_id, schedule_id, open_amount + unapplied FROM open_items ORDER BY ALL")
    assert [(org, key, int(amount)) for org, key, amount in rows] == [
        ("1", "S1", 60),
        ("2", "R1", -4),
        ("2", "S1", 495),
    ]
    assert not [row for row in ledger.snapshot.manifest.tie_out if row["items"]]


def test_currencies_are_never_added(books) -> None:
    """An account has one row per currency, and each carries that currency's own digits."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount
            T1 A1 0
        schedules: schedule_id account_id currency amount_original
            S1 A1 USD 10.50
            S2 A1 JPY 1000
            S3 A1 KWD 1.255
    """)
    facts = ledger.facts("2026-02-01")
    assert {key: str(row["open_amount"]) for key, row in facts.items()} == {
        "A1 USD": "10.5000",
        "A1 JPY": "1000.0000",
        "A1 KWD": "1.2550",
    }
