"""Every difference to the ERP's own amounts has a cause that explains it to the cent, or says that none does."""

import csv
import json
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from ledgers_gone_wrong import DAY, many

from erp_ar_ext.ledger.variances import CAUSES, Variances

BOOK = """
    customers: account_id
        A1
    transactions: org_id trx_id class account_id currency amount
        {org} T1 INV A1 {currency} {billed}
        {org} C1 CM A1 USD -30
    schedules: org_id schedule_id trx_id receipt_id class account_id currency amount_original amount_remaining due_date
        {org} S1 T1 - INV A1 {currency} 100 {invoice} 2026-02-01
        {org} S2 C1 - CM A1 USD {memo} {memo_left} -
        {org} S3 - R1 PMT A1 USD -60 {cash} -
    receipts: org_id receipt_id account_id receipt_date amount reversed_date reversal_reason
        {org} R1 A1 2026-01-10 60 {reversed} {reason}
    applications: org_id application_id source_schedule_id target_schedule_id status amount discount {dates}
        {org} P1 {source} {target} {status} {paid} {discount} {paid_on} {taken_back}
        {org} P2 S2 {credited} APP 5 - 2025-12-20 -
    adjustments: org_id adjustment_id schedule_id amount gl_date status
        {org} J1 S1 {adjusted} 2026-01-20 {adjustment}
    rates: from_currency to_currency rate_date rate
        EUR USD 2026-01-10 1.25
"""
SOUND = {
    "dates": "gl_date reversal_gl_date",
    "billed": 100, "currency": "USD", "invoice": 50, "memo": -30, "memo_left": -25, "cash": -20, "reversed": "-",
    "reason": "-", "source": "S3", "target": "S1", "status": "APP", "paid": 40, "discount": 5, "paid_on": "2026-01-10",
    "taken_back": "-", "credited": "S1", "adjusted": -7, "adjustment": "R",
}  # fmt: skip
"""An invoice of 100, of which a receipt paid 40 with a discount of 5 and a credit memo 5; nothing differs."""

CASES = {
    "nothing": ({}, {}),
    "waits": ({"adjustment": "W", "invoice": 43}, {"S1": ("7.00", "adjustment_pending", "J1")}),
    "waits for more": ({"adjustment": "W", "invoice": 44}, {"S1": ("6.00", "unexplained", None)}),
    "receipt reversed": (
        {"reversed": "2026-01-20", "cash": 0},
        {"S1": ("45.00", "reversed_receipt", "P1")},
    ),
    "receipt reversed, and all of it still there": (
        {"reversed": "2026-01-20"},
        {"S1": ("45.00", "reversed_receipt", "P1"), "S3": ("20.00", "reversed_receipt", "P1")},
    ),
    "receipt reversed, and its money still there": (
        {"reversed": "2026-01-20", "cash": -60, "invoice": 95},
        {"S3": ("60.00", "reversed_receipt", "P1")},
    ),
    "reversed without a date": (
        {"reason": "bounced", "invoice": 95, "cash": 0},
        {"S1": ("-45.00", "reversed_receipt", "P1"), "S3": ("-20.00", "reversed_receipt", "P1")},
    ),
    "application reversed": (
        {"taken_back": "2026-01-15"},
        {"S1": ("45.00", "reversed_application", "P1"), "S3": ("-40.00", "reversed_application", "P1")},
    ),
    "pays what is not there": (
        {"target": "S9", "cash": -20},
        {"S1": ("45.00", "schedule_not_there", "P1")},
    ),
    "pays what is not there, and is not counted": (
        {"target": "S9", "cash": -60, "invoice": 95},
        {"S3": ("40.00", "schedule_not_there", "P1")},
    ),
    "paid from what is not there": (
        {"source": "S9", "cash": -60, "invoice": 95},
        {"S1": ("-45.00", "schedule_not_there", "P1")},
    ),
    "two currencies": (
        {"currency": "EUR", "credited": "S8", "memo_left": -25, "invoice": 55, "cash": -10},
        {"S3": ("-10.00", "other_currency", "P1")},
    ),
    "two currencies, used up": (
        {"currency": "EUR", "credited": "S8", "invoice": 55, "cash": 0},
        {"S3": ("-20.00", "other_currency", "P1")},
    ),
    "two currencies, not counted": (
        {"currency": "EUR", "credited": "S8", "invoice": 100, "cash": -60},
        {"S1": ("-45.00", "other_currency", "P1"), "S3": ("40.00", "other_currency", "P1")},
    ),
    "discount": ({"invoice": 55}, {"S1": ("-5.00", "discount_not_taken", "P1")}),
    "memo without its sign": ({"memo_left": 25}, {"S2": ("-50.00", "wrong_sign", None)}),
    "memo turned round": ({"memo": 30}, {"S2": ("60.00", "wrong_sign", None)}),
    "negative application": (
        {"paid": -40, "discount": "-"},
        {"S1": ("85.00", "unexplained", None), "S3": ("-80.00", "wrong_sign", "P1")},
    ),
    "write-off without its sign": (
        {"adjusted": 7, "adjustment": "A", "invoice": 43},
        {"S1": ("14.00", "wrong_sign", "J1")},
    ),
    "status in words": (
        {"status": "Applied"},
        {"S1": ("45.00", "status_unknown", "P1"), "S3": ("-40.00", "status_unknown", "P1")},
    ),
    "a later day": (
        {"paid_on": "2026-07-01", "invoice": 95, "cash": -60},
        {"S1": ("-45.00", "later_than_the_day", None), "S3": ("40.00", "later_than_the_day", None)},
    ),
    "read before the last application": (
        {"invoice": 95, "cash": -60},
        {"S1": ("-45.00", "changed_after_the_read", "P1"), "S3": ("40.00", "changed_after_the_read", "P1")},
    ),
    "not counted": ({"credited": "S1", "memo_left": -30}, {"S2": ("5.00", "not_in_the_erp", "P2")}),
    "half a cent": ({"invoice": "50.0040"}, {"S1": ("-0.004", "rounding", None)}),
    "a cent": ({"invoice": "50.01"}, {"S1": ("-0.01", "unexplained", None)}),
    "not read": (
        {"invoice": 38, "cash": -8},
        {"S1": ("12.00", "application_missing", "S3"), "S3": ("-12.00", "application_missing", "S1")},
    ),
    "not read, of different amounts": (
        {"invoice": 38, "cash": -9},
        {"S1": ("12.00", "unexplained", None), "S3": ("-11.00", "unexplained", None)},
    ),
}


def document_of(variances):
    """What `tie-out --json` tells."""
    return json.loads(variances.as_json(), parse_float=pytest.fail)


@pytest.mark.edge_case(73)
def test_a_difference_is_explained_to_the_cent_or_not_at_all(books) -> None:
    """Edge case 73: a cause is told where what it adds or takes is the whole difference, with the row it is about."""
    orgs, text = many(BOOK, SOUND, {case: change for case, (change, _) in CASES.items()})
    told = {case: {} for case in CASES}
    for row in document_of(Variances(books(text).on(DAY)))["rows"]:
        if row["check_id"] == "derived_equals_erp":
            told[orgs[row["org_id"]]][row["schedule_id"]] = (row["difference"], row["cause"], row["related_id"])
    assert told == {case: expected for case, (_, expected) in CASES.items()}


def test_the_causes_add_up_to_the_checks(books) -> None:
    """Totals by cause and currency are the difference of each check, and a check of its own says so."""
    _, text = many(BOOK, SOUND, {case: change for case, (change, _) in CASES.items()})
    document = document_of(Variances(books(text).on(DAY)))
    sums = {}
    for total in document["totals"]:
        key = total["check_id"], total["currency"]
        sums[key] = sums.get(key, 0) + Decimal(total["difference"])
        rows = [row for row in document["rows"] if all(row[k] == total[k] for k in ("check_id", "cause", "currency"))]
        assert len(rows) == total["items"]
        assert sum(Decimal(row["difference"]) for row in rows) == Decimal(total["net"])
        assert total["meaning"] == CAUSES[total["cause"]]
    checks = {(c["name"], c["currency"]): Decimal(c["difference"]) for c in document["tie_out"]["checks"]}
    assert sums
    assert {key: checks[key] for key in sums} == sums
    assert {checks["variances_equal_checks", currency] for currency in ("USD", "EUR")} == {0}
    assert document["tie_out"]["ok"] is False


def test_a_list_that_lost_a_row_fails_its_own_check(books) -> None:
    """The list is summed against the checks that the sync made: a difference that it does not name is told."""
    ledger = books(BOOK.format(**(SOUND | {"org": 1, "invoice": "50.01"}))).on(DAY)
    ledger.engine.execute("CREATE OR REPLACE TEMP TABLE untied_schedules AS FROM untied_schedules WHERE false")
    failed = {check["name"]: check["difference"] for check in Variances(ledger).tie_out.failed}
    assert failed == {"derived_equals_erp": "0.01", "variances_equal_checks": "-0.01"}


PARTS = """
    customers: account_id
        A1
    transactions: org_id trx_id account_id currency amount
        {org} T1 A1 {currency} {billed}
        {org} T2 A1 USD {alone}
    schedules: org_id schedule_id trx_id account_id instalment currency amount_original due_date
        {org} S1 {of} A1 1 USD {first} 2026-02-01
        {org} S2 T1 A1 {number} USD {second} 2026-03-01
    transaction_lines: org_id line_id trx_id line_number type amount
        {org} L1 {of} 1 LINE {goods}
        {org} L2 T1 2 TAX {tax}
"""
AGREEING = {
    "currency": "USD", "billed": 100, "alone": 0, "of": "T1", "number": 2, "first": 50, "second": 50,
    "goods": 81, "tax": 19,
}  # fmt: skip
DOCUMENTS = {
    "nothing": ({}, {}),
    "no parts at all": (
        {"alone": 7},
        {"schedules": ("-7.00", "parts_missing", None), "lines": ("-7.00", "parts_missing", None)},
    ),
    "a number is missing": ({"number": 3, "second": 30}, {"schedules": ("-20.00", "parts_missing", None)}),
    "too much for a missing number": ({"number": 3, "second": 70}, {"schedules": ("20.00", "unexplained", None)}),
    "twice": ({"number": 1}, {}),
    "twice too often": ({"number": 1, "billed": 50, "goods": 31}, {"schedules": ("50.00", "part_twice", "S2")}),
    "turned round": ({"goods": -81, "tax": -19}, {"lines": ("-200.00", "wrong_sign", None)}),
    "another currency": ({"currency": "EUR", "second": 40}, {"schedules": ("-10.00", "other_currency", None)}),
    "half a cent": ({"tax": "19.0040"}, {"lines": ("0.004", "rounding", None)}),
    "a cent": ({"tax": "19.01"}, {"lines": ("0.01", "unexplained", None)}),
    "without its own": (
        {"of": "T9", "number": 1},
        {"schedules": ("-50.00", "unexplained", None), "lines": ("-81.00", "parts_missing", None)},
    ),
}


def test_a_document_that_differs_from_its_parts_has_a_cause(books) -> None:
    """Parts that are missing, there twice, turned round or in another currency are told; a cent is not explained."""
    orgs, text = many(PARTS, AGREEING, {case: change for case, (change, _) in DOCUMENTS.items()})
    told = {case: {} for case in DOCUMENTS}
    for row in document_of(Variances(books(text).on(DAY)))["rows"]:
        parts = row["check_id"].removeprefix("documents_equal_")
        told[orgs[row["org_id"]]][parts] = (row["difference"], row["cause"], row["related_id"])
    assert told == {case: expected for case, (_, expected) in DOCUMENTS.items()}


@pytest.mark.edge_case(74)
def test_a_file_of_lines_that_was_cut_short_does_not_tie_out(books) -> None:
    """Edge case 74: documents whose lines did not arrive differ by their whole amount; with no lines, none does."""
    documents = "customers: account_id\nA1\ntransactions: trx_id account_id amount\nT1 A1 100\nT2 A1 50\n"
    lines = "transaction_lines: line_id trx_id line_number type amount\n"
    (row,) = document_of(Variances(books(documents + lines + "L1 T1 1 LINE 100\n").on(DAY)))["rows"]
    assert (row["trx_id"], row["difference"], row["cause"]) == ("T2", "-50.00", "parts_missing")
    assert Variances(books(documents + lines).on(DAY)).tie_out.ok


@pytest.mark.edge_case(74)
def test_a_file_of_schedules_that_is_only_a_header_is_told(books) -> None:
    """Edge case 74: the debt does not vanish with the rows; the finding stands beside the checks."""
    documents = "customers: account_id\nA1\ntransactions: trx_id account_id amount\nT1 A1 100\n"
    given = books(documents + "schedules: schedule_id trx_id account_id amount_original\n")
    assert given.open(DAY) == {"T1": "100.00"}
    findings = document_of(Variances(given.on(DAY)))["findings"]
    assert [(finding["code"], finding["severity"]) for finding in findings] == [("no-schedules", "error")]


@pytest.mark.edge_case(73)
def test_one_lost_payment_explains_one_schedule(books) -> None:
    """Edge case 73: of two payments to nowhere and three schedules that want as much, two are explained."""
    given = books("""
        customers: account_id
            A1
            A2
        transactions: trx_id account_id amount
            T1 A1 400
        schedules: schedule_id trx_id account_id amount_original amount_remaining due_date
            S1 T1 A1 100 60 2026-02-01
            S2 T1 A1 100 60 2026-02-01
            S3 T1 A1 100 60 2026-02-01
            S4 T1 A2 100 60 2026-02-01
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-10 200
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 X1 40 2026-01-10
            P2 R1 X2 40 2026-01-10
    """)
    rows = document_of(Variances(given.on(DAY)))["rows"]
    causes = {row["schedule_id"]: (row["cause"], row["why"]) for row in rows}
    assert causes == {
        "S1": ("schedule_not_there", "application P1 pays X1, which is not there, as much"),
        "S2": ("schedule_not_there", "application P2 pays X2, which is not there, as much"),
        "S3": ("unexplained", "nothing that was read explains it"),
        "S4": ("unexplained", "nothing that was read explains it"),
    }


WITHHELD = """
    customers: account_id
        A1
    transactions: trx_id account_id amount
        T1 A1 150
    schedules: schedule_id trx_id account_id amount_original amount_remaining due_date
        S1 T1 A1 100 60 2026-02-01
        S1 T1 A1 50 50 2026-02-01
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-01-10 200
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 S8 5 2026-01-10
        P1 R1 S1 40 2026-01-10
"""


@pytest.mark.edge_case(74)
def test_rows_in_quarantine_explain_what_they_would_have_moved(books) -> None:
    """Edge case 74: a row that could not be taken is the cause where its amount is the difference."""
    given = books(WITHHELD)
    rows = document_of(Variances(given.on(DAY), given.result.quarantine))["rows"]
    assert {row["check_id"]: (row["cause"], row["related_id"]) for row in rows} == {
        "derived_equals_erp": ("row_in_quarantine", "applications, row 3"),
        "documents_equal_schedules": ("row_in_quarantine", "schedules, row 3"),
    }
    assert {row["cause"] for row in document_of(Variances(given.on(DAY)))["rows"]} == {"unexplained"}


def test_a_quarantine_of_another_sync_explains_nothing(books, tmp_path) -> None:
    """A folder that does not hold as many rows as the snapshot misses is not asked."""
    given = books(WITHHELD)
    for file in given.result.quarantine.iterdir():
        lines = file.read_text(encoding="utf-8").splitlines()
        (tmp_path / file.name).write_text("\n".join([*lines, lines[-1], ""]), encoding="utf-8")
    assert {row["cause"] for row in document_of(Variances(given.on(DAY), tmp_path))["rows"]} == {"unexplained"}


def test_a_sound_ledger_has_no_variance(books) -> None:
    """Nothing differs, every check holds, and the sum of the list is among them."""
    variances = Variances(books(BOOK.format(**(SOUND | {"org": 1}))).on(DAY))
    assert document_of(variances)["rows"] == []
    assert variances.tie_out.ok
    names = {check["name"] for check in variances.tie_out.checks}
    assert names >= {"buckets_equal_open", "items_equal_control", "derived_equals_erp", "variances_equal_checks"}


def test_json_csv_and_parquet_tell_the_same(books, tmp_path) -> None:
    """All three have the same rows and columns; amounts are text but in Parquet, and no text is a formula."""
    text = BOOK.format(**(SOUND | {"org": 1, "invoice": 43, "adjustment": "W"})).replace("J1", "=J1")
    variances = Variances(books(text).on(DAY))
    (row,) = document_of(variances)["rows"]
    for suffix in ("csv", "parquet"):
        variances.write(tmp_path / f"v.{suffix}")
    with (tmp_path / "v.csv").open(newline="") as file:
        (line,) = csv.DictReader(file)
    (kept,) = pq.read_table(tmp_path / "v.parquet").to_pylist()
    assert list(line) == list(kept) == list(row)
    assert (row["expected"], row["derived"], row["difference"]) == ("43.00", "50.00", "7.00")
    assert (line["difference"], line["related_id"], kept["related_id"]) == ("7.00", "'=J1", "=J1")
    assert kept["difference"] == 7
