"""Files of another shape are mapped, not rewritten."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from erp_ar_ext_csv import ADAPTER

from erp_ar_ext.errors import ConfigError, ContractError, SourceError
from erp_ar_ext.spi import CheckStatus

INVOICES = (
    "cust,name,doc,day,sum,kind,extra\n"
    "007,Ada,11.0,1/31/2026,5.00,RV,x\n"
    "007,Ada Ltd,12,2/1/2026,7.50,RG,x\n"
    "008,Bolt,13.00,2/1/2026,2.00,RV,x\n"
)
CUSTOMERS = {"account_id": "cust", "account_number": "cust", "name": "name", "status": {"constant": "A"}}
TRANSACTIONS = {
    "org_id": {"constant": "081"},
    "trx_id": {"column": "doc", "id_format": "integer"},
    "trx_number": {"column": "doc", "id_format": "integer", "prefix": "INV-"},
    "class": {"column": "kind", "values": {"RV": "INV", "RG": "CM"}},
    "trx_date": {"column": "day", "date_format": "%m/%d/%Y"},
    "account_id": "cust",
    "currency": {"constant": "USD"},
    "amount": {"column": "sum", "negate": True},
}


@pytest.fixture
def mapped(folder):
    folder.put("invoices.csv", INVOICES)
    folder.map("customers", file="invoices.csv", distinct=True, columns=CUSTOMERS)
    folder.map("transactions", file="invoices.csv", columns=TRANSACTIONS)
    return folder


def test_one_file_feeds_two_entities(mapped):
    """Customers and transactions both come out of one invoice file."""
    rows = mapped.read("transactions").rows
    assert [(row["trx_id"], row["trx_number"], row["class"]) for row in rows] == [
        ("11", "INV-11", "INV"),
        ("12", "INV-12", "CM"),
        ("13", "INV-13", "INV"),
    ]
    assert [row["amount"] for row in rows] == [Decimal(-5), Decimal("-7.5"), Decimal(-2)]
    assert rows[0]["trx_date"] == dt.date(2026, 1, 31)
    assert {row["org_id"] for row in rows} == {"081"}


def test_distinct_keeps_the_first_row_of_a_key(mapped):
    """A customer of two invoices is one account; the other row is counted in a finding, not in the rows."""
    reading = mapped.read("customers")
    assert [(row["account_id"], row["name"], row["_row"]) for row in reading.rows] == [
        ("007", "Ada", 2),
        ("008", "Bolt", 4),
    ]
    assert [(one.code, one.count) for one in reading.findings if one.code == "csv-distinct"] == [("csv-distinct", 1)]


def test_unused_columns_are_a_finding(mapped):
    """Columns that no mapping reads are listed once."""
    [finding] = mapped.read("transactions").findings
    assert finding.message == "1 columns are not used: extra"


def test_half_a_document_number_is_refused(mapped):
    """A document number such as 11.5 is not cut off."""
    mapped.put("invoices.csv", INVOICES.replace("11.0", "11.5").replace("13.00", "1.3E+01"))
    rejects = mapped.read("transactions").rejects
    assert [(one["row"], one["column"], one["rule"]) for one in rejects] == [
        (2, "doc", "is not a whole document number"),
        (4, "doc", "is not a whole document number"),
    ]


def test_null_values_stand_for_empty(folder):
    """Texts such as NULL mean empty where the configuration says so."""
    folder.settings["null_values"] = ["NULL", "-"]
    folder.put("customers.csv", "account_id,account_number,name,status,credit_limit,email\n1,1,x,A,NULL,-\n")
    [row] = folder.read("customers").rows
    assert (row["credit_limit"], row["email"]) == (None, None)


@pytest.mark.parametrize("file", ["part-*.csv", ["part-a.csv", "part-b.csv"]])
def test_an_entity_in_several_files(folder, file):
    """Files of one entity are read one after the other; each row knows its own."""
    folder.put("part-a.csv", "account_id,account_number,name,status\n1,1,x,A\n")
    folder.put("part-b.csv", "account_id,account_number,name,status\n2,2,y,A\n")
    folder.map("customers", file=file)
    assert [(row["account_id"], row["_file"]) for row in folder.read("customers").rows] == [
        ("1", "part-a.csv"),
        ("2", "part-b.csv"),
    ]


def test_a_mapped_column_that_the_file_lacks(mapped):
    """A misspelt source column is named with the nearest one."""
    mapped.put("invoices.csv", INVOICES.replace("cust,", "customer,"))
    with pytest.raises(ContractError, match="the file has no column 'cust', which account_id is mapped to; did you"):
        mapped.read("customers")


def test_a_mapped_file_without_a_required_column(mapped):
    """A required canonical column must be mapped."""
    mapped.map("customers", file="invoices.csv", columns={"account_id": "cust"})
    with pytest.raises(ContractError, match="required columns are missing: account_number, name, status"):
        mapped.read("customers")


def test_a_file_that_matches_nothing(folder):
    """A pattern without files names the nearest file."""
    folder.map("customers", file="custmers.csv")
    with pytest.raises(SourceError, match=r"matches no file; did you mean 'customers\.csv'"):
        folder.read("customers")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "path is missing"),
        ({"path": ".", "pth": "."}, "pth is not a setting; did you mean 'path'"),
        ({"path": ".", "encoding": "utf8x"}, "encoding: no text encoding is called 'utf8x'"),
        ({"path": ".", "encoding": "base64"}, "no text encoding is called 'base64'"),
        ({"path": ".", "date_format": "%Q"}, "'%Q' is not a date format"),
        ({"path": ".", "date_format": "%m/%Y"}, "'%m/%Y' does not give day, month and year"),
        ({"path": ".", "date_format": "%H:%M"}, "'%H:%M' does not give day, month and year"),
        ({"path": ".", "date_format": "%Y-%m-%d %z"}, "has a time zone"),
        ({"path": ".", "date_format": "%-d%-m%Y"}, "side by side"),
        ({"path": ".", "delimiter": ";;"}, "delimiter"),
        ({"path": ".", "delimiter": "¦"}, "ASCII"),
        ({"path": ".", "delimiter": "\n"}, "delimiter"),
        ({"path": ".", "files": {"customers": {"quote": "“"}}}, "files.customers.quote"),
        ({"path": ".", "thousands_mark": ",", "decimal_mark": ","}, "decimal and thousands mark are both ','"),
        ({"path": ".", "thousands_mark": "-"}, "'-' cannot be a thousands mark"),
        ({"path": ".", "files": {"customer": {}}}, "no entity is called 'customer'; did you mean 'customers'"),
        ({"path": ".", "files": {"customers": {"colums": {}}}}, "files.customers.colums is not a setting"),
        (
            {"path": ".", "files": {"customers": {"columns": {"acount_id": "x"}}}},
            "customers has no column 'acount_id'; did you mean 'account_id'",
        ),
        (
            {"path": ".", "files": {"customers": {"columns": {"name": {"column": "x", "constant": "y"}}}}},
            "give either column or constant",
        ),
        (
            {"path": ".", "files": {"customers": {"columns": {"name": {"column": "x", "negate": True}}}}},
            "negate is for amounts",
        ),
    ],
)
def test_settings_that_cannot_be_used(folder, settings, message):
    """A wrong setting is named, with the nearest right one."""
    with pytest.raises(ConfigError) as caught:
        ADAPTER.open_source(settings, folder.context)
    assert message in caught.value.message
    assert caught.value.hint


def test_a_constant_that_breaks_its_rule(mapped):
    """A constant is checked once, not rejected once a row."""
    mapped.map("transactions", file="invoices.csv", columns={**TRANSACTIONS, "currency": {"constant": "dollar"}})
    with pytest.raises(ConfigError, match="the constant 'dollar' is not a currency code"):
        mapped.read("transactions")


def test_checks_tell_which_header_is_wrong(folder):
    """The doctor reads headers only, and fails just the file that is wrong."""
    folder.put("schedules.csv", "wrong\n")
    checks = {check.name: check for check in ADAPTER.checks(folder.settings, folder.context)}
    assert checks["schedules: schedules.csv"].status is CheckStatus.FAILED
    assert checks["customers: customers.csv"].status is CheckStatus.OK
    assert checks["write-back folder"].status is CheckStatus.OK


def test_checks_of_a_missing_folder(folder):
    """The doctor reports a missing folder instead of raising."""
    [check] = ADAPTER.checks({"path": "nowhere"}, folder.context)
    assert (check.status, check.name) == (CheckStatus.FAILED, "files")
    assert check.hint


@pytest.mark.parametrize("sections", [({}, {"thousands_mark": "."}), ({"decimal_mark": ","}, {"thousands_mark": ","})])
def test_marks_that_clash_across_sections(folder, sections):
    """A thousands mark that is the decimal mark of the wider section, or the usual one, would misread amounts."""
    wide, narrow = sections
    folder.settings.update(wide)
    folder.map("transactions", **narrow)
    with pytest.raises(ConfigError, match="decimal and thousands mark are both"):
        folder.read("transactions")
