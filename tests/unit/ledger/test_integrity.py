"""Amounts, dates and statuses that cannot be right are told row by row, and the same in every form."""

import csv
import json
from datetime import date

import pyarrow.parquet as pq
import pytest
from ledgers_gone_wrong import DAY, findings, invoices, many

from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger.integrity import CHECKS, Integrity, IntegrityRules
from erp_ar_ext.ledger.tie_out import balance_tie_out

PARTS = """
    customers: account_id
        A1
    transactions: org_id trx_id account_id amount complete
        {org} T1 A1 100 {complete}
        {org} T2 A1 -40 Y
    schedules: org_id schedule_id trx_id account_id amount_original due_date
        {org} S1 T1 A1 {first} 2026-02-01
        {org} S2 T1 A1 50 2026-03-01
        {org} S3 T2 A1 -40 2026-03-01
    transaction_lines: org_id line_id trx_id line_number type amount
        {org} L1 T1 1 LINE {goods}
        {org} L2 T1 2 TAX 19
        {org} L3 {of} 1 LINE -40
"""
AGREEING = {"complete": "Y", "first": 50, "goods": 81, "of": "T2"}


def test_a_header_is_held_against_its_lines_and_its_schedules(books) -> None:
    """What the parts are more or less than the document is told to the cent; what is being entered is left alone."""
    orgs, text = many(PARTS, AGREEING, {
        "agreeing": {},
        "a cent": {"goods": "80.99"},
        "lines of another": {"of": "T9"},
        "schedules": {"first": "50.01"},
        "being entered": {"first": 60, "complete": "N"},
    })  # fmt: skip
    given = books(text)
    told = {
        (orgs[row["org_id"]], check): (row["trx_id"], row["amount"])
        for check, rows in findings(given).items()
        for row in rows
    }
    assert told == {
        ("a cent", "header-lines"): ("T1", "-0.01"),
        ("lines of another", "header-lines"): ("T2", "40.00"),
        ("schedules", "header-schedules"): ("T1", "0.01"),
    }
    (check,) = [c for c in balance_tie_out(given.on(DAY)).checks if c["name"] == "documents_equal_lines"]
    assert check == {"name": "documents_equal_lines", "currency": "USD", "difference": "40.01", "items": 2}


def test_without_lines_or_schedules_there_is_nothing_to_compare(books) -> None:
    """A source that gives no lines has no document without them."""
    assert findings(books(invoices("T1 1 2026-01-05 A1 100 - -"))) == {}


DATED = """
    customers: account_id
        A1
    transactions: org_id trx_id trx_date account_id amount due_date class
        {org} T1 {trx_date} A1 {amount} {document_due} {class_}
    schedules: org_id schedule_id trx_id class account_id amount_original due_date gl_date
        {org} S1 T1 {class_} A1 {amount} {due_date} {gl_date}
"""
SOUND_DATES = {
    "org": 1, "trx_date": "2026-02-01", "document_due": "-", "due_date": "2026-03-01", "gl_date": "2026-02-01",
    "class_": "INV", "amount": 100,
}  # fmt: skip
MEMO = {"class_": "CM", "amount": -100}
DATES = {
    "sound": ({}, None),
    "none": ({"due_date": "-"}, "due-date-missing"),
    "of the document": ({"due_date": "-", "document_due": "2026-03-01"}, None),
    "none of a memo": ({"due_date": "-", **MEMO}, None),
    "at once": ({"due_date": "2026-02-01"}, None),
    "before": ({"due_date": "2026-01-31"}, "due-before-document"),
    "before a memo": ({"due_date": "2026-01-31", **MEMO}, None),
    "no end": ({"due_date": "4712-12-31"}, "date-out-of-range"),
    "last": ({"due_date": "2100-12-31"}, None),
    "no beginning": ({"due_date": "1900-01-01"}, "date-out-of-range"),
    "typed": ({"trx_date": "2926-02-01", "due_date": "2926-03-01", "gl_date": "2926-02-01"}, "date-out-of-range"),
    "accounted in 1989": ({"gl_date": "1989-12-31"}, "date-out-of-range"),
    "a month before": ({"gl_date": "2026-01-01"}, None),
    "more than a month before": ({"gl_date": "2025-12-31"}, "gl-before-document"),
    "accounted later": ({"gl_date": "2026-05-01"}, None),
}


@pytest.mark.edge_case(29)
def test_dates_that_are_missing_absurd_or_out_of_order(books) -> None:
    """Edge case 29: no due date, one before the document, placeholders of 1900 and 4712, each told once."""
    orgs, text = many(DATED, SOUND_DATES, {case: change for case, (change, _) in DATES.items()})
    told = dict.fromkeys(DATES)
    for row in Integrity(books(text).on(DAY)).first(99):
        assert told[orgs[row["org_id"]]] is None, row
        told[orgs[row["org_id"]]] = row["check_id"]
    assert told == {case: check for case, (_, check) in DATES.items()}


def test_the_range_of_dates_and_the_days_of_the_books_are_rules(books) -> None:
    """A company knows when it began and how long it bills ahead."""
    given = books(DATED.format(**(SOUND_DATES | {"gl_date": "2026-01-25"})))
    assert list(findings(given, latest=date(2026, 2, 28))) == ["date-out-of-range"]
    assert list(findings(given, earliest=date(2026, 1, 26))) == ["date-out-of-range"]
    assert list(findings(given, gl_days=6)) == ["gl-before-document"]
    assert findings(given, gl_days=7) == {}


@pytest.mark.edge_case(29)
def test_an_absurd_date_of_a_document_is_told_once_for_all_its_instalments(books) -> None:
    """Edge case 29: the document's own date is wrong once, whatever the day that is asked about."""
    given = books("""
        customers: account_id
            A1
        transactions: trx_id trx_date account_id amount
            T1 2926-01-01 A1 100
        schedules: schedule_id trx_id account_id instalment amount_original due_date gl_date
            S1 T1 A1 1 50 2926-02-01 2926-01-01
            S2 T1 A1 2 50 2026-02-01 2026-01-01
            S3 T1 A1 3 0 2026-03-01 2026-01-01
    """)
    (row,) = findings(given)["date-out-of-range"]
    assert (row["schedule_id"], row["why"]) == ("S1", "dated 2926-01-01, due on 2926-02-01")


APPLIED = """
    customers: account_id
        A1
    transactions: org_id trx_id class account_id amount due_date
        {org} T1 INV A1 {invoice} 2026-02-01
        {org} C1 CM A1 -30 -
    receipts: org_id receipt_id account_id receipt_date amount
        {org} R1 A1 2026-02-01 100
    applications: org_id application_id source_schedule_id target_schedule_id amount gl_date
        {org} P1 R1 T1 {paid} 2026-02-01
        {org} P2 C1 T1 {credited} 2026-02-03
"""


@pytest.mark.edge_case(4)
@pytest.mark.edge_case(14)
def test_an_item_that_got_or_gave_more_than_it_was_for(books) -> None:
    """Edge cases 4 and 14: an overpaid invoice is a refund to come; sign and not class decides what is beyond zero."""
    orgs, text = many(APPLIED, {}, {
        "settled": {"invoice": 130, "paid": 100, "credited": 30},
        "overpaid": {"invoice": 120, "paid": 100, "credited": 30},
        "receipt": {"invoice": 131, "paid": 101, "credited": 30},
        "memo": {"invoice": 140, "paid": 100, "credited": 31},
        "negative invoice": {"invoice": -5, "paid": 0, "credited": 0},
    })  # fmt: skip
    told = {
        (orgs[row["org_id"]], check): (row["number"], row["amount"], row["related_id"])
        for check, rows in findings(books(text)).items()
        for row in rows
    }
    assert told == {
        ("overpaid", "overpaid"): ("T1", "-10.00", "C1"),
        ("receipt", "over-applied"): ("R1", "1.00", "T1"),
        ("memo", "over-applied"): ("C1", "1.00", "T1"),
    }


@pytest.mark.edge_case(14)
def test_an_overpayment_is_told_from_its_day_on(books) -> None:
    """Edge case 14: the day before the second payment there was nothing to refund."""
    given = books(APPLIED.format(org=1, invoice=120, paid=100, credited=30))
    assert findings(given, day="2026-02-02") == {}
    assert list(findings(given, day="2026-02-03")) == ["overpaid"]


STATED = """
    customers: account_id
        A1
    transactions: org_id trx_id account_id amount
        {org} T1 A1 100
    schedules: org_id schedule_id trx_id account_id amount_original amount_remaining status due_date
        {org} S1 T1 A1 100 {remaining} {status} 2026-02-01
    receipts: org_id receipt_id account_id receipt_date amount
        {org} R1 A1 2026-02-01 {paid}
    applications: org_id application_id source_schedule_id target_schedule_id amount gl_date
        {org} P1 R1 S1 {paid} 2026-02-01
"""
STATES = (
    ("0", "OP", 100, ("open-without-balance", "0.00")),
    ("-", "OP", 100, ("open-without-balance", "0.00")),
    ("-", "op", 100, ("open-without-balance", "0.00")),
    ("0", "CL", 100, None),
    ("60", "OP", 40, None),
    ("60", "CL", 40, ("closed-with-balance", "60.00")),
    ("-", "CL", 40, ("closed-with-balance", "60.00")),
    ("0", "CL", 40, None),
    ("60", "OP", 100, None),
    ("60", "-", 40, None),
)


@pytest.mark.edge_case(6)
def test_a_status_that_contradicts_what_is_left(books) -> None:
    """Edge case 6: open with nothing left, closed with something left; what differs from the ERP is a variance."""
    cases = {
        f"{remaining} {status} {paid}": {"remaining": remaining, "status": status, "paid": paid}
        for remaining, status, paid, _ in STATES
    }
    orgs, text = many(STATED, {}, cases)
    told = dict.fromkeys(cases)
    for check, rows in findings(books(text)).items():
        told |= {orgs[row["org_id"]]: (check, row["amount"]) for row in rows}
    assert told == dict(zip(cases, (found for *_, found in STATES), strict=True))


@pytest.mark.edge_case(5)
@pytest.mark.edge_case(6)
def test_a_document_of_nothing_and_one_whose_parts_cancel_out(books) -> None:
    """Edge cases 5 and 6: nothing at all is worth knowing; a line of -100 with a tax of 100 is not nothing."""
    given = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount
            nothing A1 0
            tax A1 0
            instalments A1 0
            goods A1 0
            something A1 5
        schedules: schedule_id trx_id account_id amount_original due_date
            S1 instalments A1 100 2026-02-01
            S2 instalments A1 -100 2026-03-01
            S3 nothing A1 0 2026-03-01
            S4 tax A1 0 2026-03-01
            S5 goods A1 0 2026-03-01
            S6 something A1 5 2026-03-01
        transaction_lines: line_id trx_id line_number type amount
            L1 tax 1 LINE -100
            L2 tax 2 TAX 100
            L3 goods 1 LINE 7
            L4 nothing 1 LINE 0
            L5 something 1 LINE 5
    """)
    told = {check: {row["number"]: row["amount"] for row in rows} for check, rows in findings(given).items()}
    assert told == {
        "zero-amount": {"nothing": "0.00", "goods": "0.00"},
        "net-zero": {"tax": "100.00", "instalments": "100.00"},
        "header-lines": {"goods": "7.00"},
    }


def test_json_csv_and_parquet_tell_the_same(books, tmp_path) -> None:
    """All three have the same rows and columns; amounts are text but in Parquet, and no text is a formula."""
    given = books(invoices("T1 =1 2026-01-05 A1 100 PO7 -\nT2 =2 2026-01-08 A1 100 PO7 -"))
    integrity = Integrity(given.on(DAY))
    document = json.loads(integrity.as_json(), parse_float=pytest.fail)
    assert document["tie_out"]["ok"] is True
    assert document["as_of"] == DAY
    for suffix in ("csv", "parquet"):
        integrity.write(tmp_path / f"i.{suffix}")
    with (tmp_path / "i.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    rows = pq.read_table(tmp_path / "i.parquet").to_pylist()
    keys = ["check_id", "trx_id", "severity"]
    assert [[row[key] for key in keys] for row in document["rows"]] == [[row[key] for key in keys] for row in rows]
    assert list(lines[0]) == list(document["rows"][0]) == list(rows[0])
    duplicate = next(line for line in lines if line["check_id"] == "duplicate-document")
    assert (duplicate["number"], duplicate["amount"], duplicate["related_number"]) == ("'=2", "100.00", "'=1")
    assert duplicate["why"] == "account, amount and po_number PO7 are those of =1 of 2026-01-05, 3 days before"


def test_the_summary_has_every_check_and_counts_its_rows(books) -> None:
    """Each check stands in the summary once, also with nothing found, and every row has its check's severity."""
    integrity = Integrity(books(APPLIED.format(org=1, invoice=120, paid=100, credited=30)).on(DAY))
    summary = {line["check_id"]: line for line in integrity.summary()}
    assert list(summary) == list(CHECKS)
    assert sum(line["rows"] for line in summary.values()) == len(json.loads(integrity.as_json())["rows"])
    assert summary["overpaid"]["rows"] == 1
    assert {row["severity"] for row in integrity.first(1)} == {"warning"}


@pytest.mark.parametrize(
    "rules",
    [{"duplicate_days": -1}, {"largest_gap": -1}, {"gl_days": -1}, {"earliest": date(2101, 1, 1)}],
)
def test_rules_that_no_document_could_keep_are_refused(rules) -> None:
    """A limit below zero, or a range of dates with no day in it, is a wrong call."""
    with pytest.raises(UsageError):
        IntegrityRules(**rules)
