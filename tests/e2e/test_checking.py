"""`erp-ar tie-out` and `erp-ar integrity`, as a user types them."""

from __future__ import annotations

import csv

import pyarrow.parquet as pq
import pytest

DAY = "2026-01-31"
LINES = """\
org_id,line_id,trx_id,line_number,type,amount,description
1,L1,T1,1,LINE,800.00,pumps
1,L2,T1,2,TAX,100.00,
1,L3,T2,1,LINE,1000.00,valves
1,L4,T3,1,LINE,50.00,seals
1,L5,T4,1,LINE,700,
1,L6,C1,1,LINE,-20.00,
"""
WAITING = """\
org_id,adjustment_id,schedule_id,type,amount,apply_date,gl_date,status
1,J1,S2,INVOICE,-3.50,2026-01-20,2026-01-20,W
"""


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def change(company, entity, old, new):
    """Replace a text in a file of the company."""
    path = company.data / f"{entity}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_company_in_order_ties_out(company):
    """Every check of every currency holds, nothing is listed, and the command succeeds."""
    company.write("data/transaction_lines.csv", LINES)
    assert company.erp_ar("sync").code == 0
    answer = company.erp_ar("tie-out", "--as-of", DAY, "--json")
    assert (answer.code, answer.json["tie_out"]["ok"], answer.json["rows"], answer.json["totals"]) == (0, True, [], [])
    names = {check["name"] for check in answer.json["tie_out"]["checks"]}
    assert names == {
        "buckets_equal_open", "rows_equal_items", "accounts_equal_items", "account_parts_equal_open",
        "items_equal_control", "derived_equals_erp", "documents_equal_schedules", "documents_equal_lines",
        "variances_equal_checks",
    }  # fmt: skip
    assert "ties out: 27 checks, 0 with a difference" in company.erp_ar("tie-out", "--as-of", DAY).out


def test_what_differs_is_listed_by_cause(company):
    """A write-off that waits is told with its amount, in every form; the command exits 1."""
    company.write("data/adjustments.csv", WAITING)
    change(company, "schedules", "EUR,1000.00,3.50", "EUR,1000.00,0.00")
    change(company, "transactions", "JPY,700", "JPY,701")
    company.erp_ar("sync")
    answer = company.erp_ar("tie-out", "--as-of", DAY, "--json")
    assert answer.code == 1
    told = {(t["check_id"], t["cause"]): (t["currency"], t["items"], t["difference"]) for t in answer.json["totals"]}
    assert told == {
        ("derived_equals_erp", "adjustment_pending"): ("EUR", 1, "3.50"),
        ("documents_equal_schedules", "unexplained"): ("JPY", 1, "1"),
    }
    shown = company.erp_ar("tie-out", "--as-of", DAY)
    assert shown.code == 1
    assert "adjustment pending" in shown.out
    assert "does NOT tie out" in shown.out
    for suffix in ("csv", "parquet"):
        out = company.folder / f"variances.{suffix}"
        assert company.erp_ar("tie-out", "--as-of", DAY, "--out", out).code == 1
        rows = rows_of(out) if suffix == "csv" else pq.read_table(out).to_pylist()
        assert [(row["cause"], row["related_id"] or None) for row in rows] == [
            ("adjustment_pending", "J1"),
            ("unexplained", None),
        ]


@pytest.mark.edge_case(74)
def test_a_row_that_could_not_be_read_explains_what_it_leaves_open(company):
    """Edge case 74: a payment with a damaged date is put aside, and named where its amount is missing."""
    change(company, "applications", "APP,996.50,2025-12-01,2025-12-01", "APP,996.50,2025-12-01,01.12.2025")
    assert company.erp_ar("sync").code == 3
    answer = company.erp_ar("tie-out", "--as-of", DAY, "--json")
    rows = {row["schedule_id"]: (row["difference"], row["cause"], row["related_id"]) for row in answer.json["rows"]}
    assert rows == {"S2": ("996.50", "row_in_quarantine", "applications.csv, row 3")}
    assert [finding["code"] for finding in answer.json["findings"]] == ["quarantined", "differs-from-erp"]


@pytest.mark.edge_case(74)
def test_files_that_came_twice_change_nothing_and_look_like_nothing(synced):
    """Edge case 74: every row of the extract once more is put aside; no amount and no duplicate comes of it."""
    once = synced.erp_ar("aging", "--as-of", DAY, "--json").json["rows"]
    for entity in ("transactions", "schedules", "receipts", "applications"):
        path = synced.data / f"{entity}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join([*lines, *lines[1:]]), encoding="utf-8")
    assert synced.erp_ar("sync").code == 3
    assert synced.erp_ar("aging", "--as-of", DAY, "--json").json["rows"] == once
    assert synced.erp_ar("tie-out", "--as-of", DAY, "--json").json["rows"] == []
    found = synced.erp_ar("integrity", "--as-of", DAY, "--json").json["rows"]
    assert [row for row in found if "duplicate" in row["check_id"]] == []


def test_what_is_wrong_with_invoices_is_listed_in_every_form(company):
    """A gap, lines that do not add up and an invoice keyed twice: a report for people, which is no failure."""
    company.write("data/transaction_lines.csv", LINES.replace("800.00", "799.99"))
    with (company.data / "transactions.csv").open("a", encoding="utf-8") as file:
        file.write("1,T7,I-7,INV,2026-01-12,A1,USD,50.00\n1,T8,I-7,INV,2026-01-14,A1,USD,50.00\n")
    company.erp_ar("sync")
    answer = company.erp_ar("integrity", "--as-of", DAY, "--json")
    assert answer.code == 0
    found = {(row["check_id"], row["number"]): row for row in answer.json["rows"]}
    assert found["number-gap", "I-5 .. I-6"]["related_number"] == "I-7"
    assert found["header-lines", "I-1"]["amount"] == "-0.01"
    duplicate = found["duplicate-document", "I-7"]
    assert (duplicate["trx_id"], duplicate["related_id"], duplicate["severity"]) == ("T8", "T7", "warning")
    counts = {line["check_id"]: line["rows"] for line in answer.json["summary"]}
    assert {check: counts[check] for check in ("number-gap", "header-lines", "duplicate-document")} == {
        "number-gap": 1, "header-lines": 3, "duplicate-document": 1,
    }  # fmt: skip
    assert answer.json["tie_out"]["ok"] is False
    out = company.folder / "wrong.csv"
    assert company.erp_ar("integrity", "--as-of", DAY, "--out", out).code == 0
    assert [row["check_id"] for row in rows_of(out)] == [row["check_id"] for row in answer.json["rows"]]
    assert company.erp_ar("integrity", "--as-of", DAY, "--out", out.with_suffix(".parquet")).code == 0
    assert pq.read_table(out.with_suffix(".parquet")).num_rows == len(answer.json["rows"])
    shown = company.erp_ar("integrity", "--as-of", DAY)
    assert "does NOT tie out" in shown.out
    assert "2 numbers are missing before I-7" in shown.out


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--out", "wrong.txt", "neither .csv nor .parquet"),
        ("--largest-gap", "-1", "largest_gap cannot be less than 0"),
        ("--latest", "2026-02-30", "is not a date"),
        ("--earliest", "2101-01-01", "is after 2100-12-31"),
    ],
)
def test_wrong_usage_of_integrity(company, option, value, told):
    """An option that makes no sense is refused before anything is read, and told with the next step."""
    answer = company.erp_ar("integrity", "--as-of", DAY, option, value)
    assert answer.code == 64
    assert told in answer.err
    assert "next" in answer.err
