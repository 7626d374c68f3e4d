"""The tie-out and the findings: what does not add up is told, never hidden."""

from datetime import date

from erp_ar_ext.ledger import Aging, balance_tie_out

ERP_DIFFERS = """
    customers: account_id
        A1
    transactions: trx_id account_id amount
        T1 A1 {document}
    schedules: schedule_id trx_id account_id amount_original amount_remaining
        S1 T1 A1 100 {first}
        S2 T1 A1 100 {second}
"""


def checks(ledger, name):
    return [
        (c["currency"], c["difference"]) for c in Aging(ledger.on("2026-02-01")).tie_out.checks if c["name"] == name
    ]


def test_a_remaining_amount_that_differs_is_caught(books) -> None:
    """The ERP's own remaining amount is a check: a difference of a cent fails the tie-out and is a finding."""
    ledger = books(ERP_DIFFERS.format(document=200, first="100.01", second=100))
    aging = Aging(ledger.on("2026-02-01"))
    assert [(check["name"], check["difference"]) for check in aging.tie_out.failed] == [("derived_equals_erp", "0.01")]
    assert not aging.tie_out.ok
    assert ledger.findings["differs-from-erp"]["example"] == "S1"


def test_differences_that_would_cancel_are_added_up(books) -> None:
    """One schedule too high and one too low by the same amount are two differences, not none."""
    ledger = books(ERP_DIFFERS.format(document=200, first=95, second=105))
    assert checks(ledger, "derived_equals_erp") == [("USD", "10.00")]
    assert ledger.findings["differs-from-erp"]["count"] == 2


def test_documents_are_held_against_their_schedules(books) -> None:
    """A document whose schedules add up to another amount fails the tie-out."""
    ledger = books(ERP_DIFFERS.format(document=210, first=100, second=100))
    assert checks(ledger, "documents_equal_schedules") == [("USD", "10.00")]


def test_a_schedule_the_erp_calls_paid_is_held_against_its_balance(books) -> None:
    """What the ERP says is paid and has no payment here is a difference, as is the other way round."""
    ledger = books(
        ERP_DIFFERS.format(document=200, first=0, second=100)
        + """
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-09 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 S2 100 2026-01-09
        """
    )
    assert checks(ledger, "derived_equals_erp") == [("USD", "200.00")]


def test_a_sound_ledger_ties_out_in_every_currency_on_every_day(books) -> None:
    """Items, accounts, buckets and the control total agree before, between and after all movements."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount
            T1 A1 0
        schedules: schedule_id account_id currency gl_date amount_original
            S1 A1 USD 2026-01-01 100
            S2 A1 EUR 2026-01-15 50
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date reversal_gl_date
            P1 R1 S1 60 2026-02-01 2026-02-15
    """)
    names = {"buckets_equal_open", "rows_equal_items", "accounts_equal_items", "account_parts_equal_open"}
    for day in ("2025-12-31", "2026-01-01", "2026-01-20", "2026-02-01", "2026-02-15", "2027-01-01"):
        aging = Aging(ledger.on(day))
        assert aging.tie_out.ok, (day, aging.tie_out.failed)
        assert not names - {c["name"] for c in aging.tie_out.checks} or day == "2025-12-31"
    assert ("EUR", "0.00") in checks(ledger, "items_equal_control")


def test_periods_that_lost_money_fail_against_the_control_total(books) -> None:
    """The control total is summed from the changes: a period that was tampered with shows as a difference."""
    ledger = books(ERP_DIFFERS.format(document=200, first=100, second=100)).on("2026-02-01")
    ledger.engine.execute("DELETE FROM open_items WHERE schedule_id = 'S1'")
    failed = {check["name"]: check["difference"] for check in balance_tie_out(ledger).failed}
    assert failed == {"items_equal_control": "-100.00", "accounts_equal_items": "100.00"}
    assert ledger.as_of == date(2026, 2, 1)


def test_codes_that_are_not_known_are_taken_and_told(books) -> None:
    """An unknown status or class passes through as it is, with one finding per code and its count."""
    ledger = books("""
        customers: account_id status
            A1 Z
            A2 Z
        transactions: trx_id class account_id amount
            T1 ABC A1 100
    """)
    told = {f["message"].split(" is not")[0]: f["count"] for f in ledger.snapshot.manifest.findings}
    assert told == {"customers.status: 'Z'": 2, "transactions.class: 'ABC'": 1}
    assert ledger.open("2026-02-01") == {"T1": "100.00"}


def test_rows_that_point_nowhere_are_told(books) -> None:
    """Applications, adjustments and schedules that name what does not exist are findings with an example."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount
            T1 A1 0
        schedules: schedule_id account_id amount_original due_date
            S1 A1 100 2026-02-01
            S2 A7 100 2026-02-01
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 10
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 S9 5 2026-02-01
            P2 R9 S1 5 2026-02-01
        adjustments: adjustment_id schedule_id amount gl_date
            J1 S9 -5 2026-02-01
        payment_plans: plan_id account_id agreed_on
            L1 A1 2026-02-01
        plan_items: plan_id schedule_id
            L1 S9
    """)
    told = {code: finding["example"] for code, finding in ledger.findings.items()}
    assert told == {
        "unknown-account": "S2", "unknown-target": "P1", "unknown-source": "P2", "unknown-schedule": "J1",
        "document-without-schedule": "T1", "unknown-plan-item": "S9", "plan-without-instalments": "L1",
    }  # fmt: skip
    assert ledger.unapplied("2026-02-01") == {"R1": "-5.00"}, "money that went nowhere known did leave the receipt"


def test_a_document_without_schedules_does_not_tie_out(books) -> None:
    """Its whole amount is the difference; a document still being entered, or a ledger without schedules, has none."""
    documents = """
        customers: account_id
            A1
        transactions: trx_id account_id amount complete
            T1 A1 100 Y
            T2 A1 50 -
            T3 A1 70 N
    """
    given = books(documents + "schedules: schedule_id trx_id account_id amount_original\nS1 T1 A1 100\n")
    assert checks(given, "documents_equal_schedules") == [("USD", "50.00")]
    assert checks(books(documents), "documents_equal_schedules") == []
