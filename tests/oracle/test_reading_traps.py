"""What E-Business Suite keeps in its own way, row by row, and what is read of it."""

from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from ebs_rows import EbsRows
from ebs_traps import KOREAN, put_traps
from erp_ar_ext_oracle import ADAPTER
from oracle_books import OracleBooks

from erp_ar_ext.model import ENTITIES
from erp_ar_ext.spi import ReadContext

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def traps(ebs_schema):
    """The tables with all traps in them, once for the module."""
    OracleBooks(ebs_schema.connection).clear()
    put_traps(EbsRows(ebs_schema.connection))
    return ebs_schema


@pytest.fixture(scope="module")
def readings(traps, tmp_path_factory):
    """Everything that is read of them: rows by entity and key, and findings."""
    return read(traps.settings, tmp_path_factory.mktemp("work"))


@pytest.fixture
def rows(readings):
    """Rows by entity and key."""
    return readings[0]


def read(settings, folder: Path):
    """Read every entity; no row may be rejected."""
    with closing(ADAPTER.open_source(settings, ReadContext(folder, folder))) as source:
        found = {name: {} for name in source.entities()}
        for name, table in found.items():
            entity = ENTITIES[name]
            own = [key for key in entity.key() if key != "org_id"]
            for batch in source.read(entity):
                assert batch.rejects.to_pylist() == []
                table.update({tuple(row[key] for key in own): row for row in batch.rows.to_pylist()})
        return found, list(source.findings())


def column(rows, entity, name):
    """One column, by key."""
    return {key[0] if len(key) == 1 else key: row[name] for key, row in rows[entity].items()}


EXPECTED = {
    ("customers", "name"): {"11": 'Nordwind, "N" & Söhne', "12": "Gulf Supplies", "13": "한국상사", "14": "한국상사"},
    ("customers", "kind"): {"11": "government", "12": "intercompany"},
    ("customers", "credit_limit"): {"11": Decimal(0)},
    ("customers", "credit_limit_currency"): {"11": "EUR"},
    ("customers", "credit_hold"): {"11": True, "12": None},
    ("customers", "dunning_block_until"): {"11": None, "12": date(9999, 12, 31)},
    ("customers", "insolvency_date"): {"11": None, "12": date(2026, 2, 1)},
    ("customers", "parent_account_id"): {"11": None, "12": "11"},
    ("customers", "merged_into"): {"11": None, "12": None, "13": None, "14": "13"},
    ("customers", "collector"): {"11": "Kim", "12": "Kim", "13": "Kim", "14": None},
    ("transactions", "org_id"): dict.fromkeys(("101", "103", "104", "105", "106", "107", "109"), "101")
    | {"102": "102"},
    ("transactions", "class"): {
        "101": "INV",
        "102": "DM",
        "103": "CM",
        "104": "CB",
        "105": "DEP",
        "106": "GUAR",
        "107": "INV",
        "109": "DM",
    },
    ("transactions", "amount"): {
        "101": Decimal(300),
        "102": Decimal(5000),
        "103": Decimal(-40),
        "104": Decimal("31.755"),
        "105": Decimal(10),
        "106": Decimal(10),
        "107": Decimal("70.5"),
        "109": Decimal(60),
    },
    ("transactions", "original_trx_id"): {"103": "101", "104": "101"},
    ("transactions", "terms"): {"101": "30 NET"},
    ("transactions", "exchange_rate"): {"105": Decimal("1.123456789")},
    ("transaction_lines", "type"): {"111": "LINE", "112": "TAX", "113": "LINE", "114": "LINE"},
    ("schedules", "instalment"): {"301": 1, "302": 2, "303": 3, "304": 1, "305": 1, "306": 1},
    ("schedules", "amount_in_dispute"): {"303": Decimal(25)},
    ("schedules", "status"): dict.fromkeys(("302", "303", "304", "305", "306"), "OP") | {"301": "CL"},
    ("receipts", "account_id"): {"201": "11", "202": None, "203": "11", "204": "11"},
    ("receipts", "gl_date"): {"201": date(2026, 1, 20)},
    ("receipts", "cleared_date"): {"201": date(2026, 1, 22)},
    ("receipts", "reversed_date"): {"203": date(2026, 2, 2)},
    ("receipts", "reversal_reason"): {"203": "NSF"},
    ("applications", "status"): {
        "221": "UNAPP",
        "222": "APP",
        "224": "ACC",
        "225": "OTHER ACC",
        "226": "ACTIVITY",
        "227": "APP",
        "228": "APP",
        "229": "ACTIVITY",
    },
    ("applications", "target_schedule_id"): {"222": "301", "227": "302", "228": "301"},
    ("applications", "reversal_gl_date"): {"222": date(2026, 1, 30)},
    ("applications", "discount"): {"227": Decimal("2.5")},
    ("adjustments", "status"): {"241": "A", "242": "W", "243": "U", "244": "A"},
    ("adjustments", "external_ref"): {"241": "erp-ar:k1"},
    ("disputes", "opened_on"): {"321": date(2026, 2, 5), "322": date(2026, 2, 9)},
    ("disputes", "closed_on"): {"321": date(2026, 2, 9)},
    ("disputes", "reason"): {"321": "DAMAGED"},
    ("holds", "account_id"): {"421": "11", "422": "12", "423": "11"},
    ("holds", "scope"): {"421": "account", "422": "site", "423": "order"},
    ("holds", "scope_id"): {"422": "901", "423": "401"},
    ("holds", "released_on"): {"422": date(2026, 3, 1)},
    ("holds", "external_ref"): {"421": "erp-ar:h1"},
    ("payment_plans", "cancelled_on"): {"promise-612": date(2026, 3, 1)},
    ("plan_items", "schedule_id"): {("promise-611", "302"): "302"},
    ("plan_instalments", "amount"): {("promise-611", 1): Decimal(90), ("promise-612", 1): Decimal(90)},
    ("notes", "account_id"): {"501": "11", "502": "11", "503": "12"},
    ("notes", "schedule_id"): {"502": "302"},
    ("notes", "text"): {"501": "Called: pays on Friday.", "502": KOREAN, "503": "about the party"},
    ("notes", "created_on"): {"501": date(2026, 2, 3), "502": date(2026, 3, 1), "503": date(2026, 3, 1)},
    ("orders", "open_amount"): {"401": Decimal(10)},
    ("orders", "ordered_on"): {"401": date(2026, 2, 20)},
}
"""Columns by entity: what each row has; a row that is not named here has nothing there."""


@pytest.mark.parametrize(("entity", "name"), EXPECTED)
def test_each_trap_is_read_as_what_it_means(rows, entity, name):
    """A column holds what the ERP's rows mean, in every row that is read; nothing is read of the others."""
    found = {key: value for key, value in column(rows, entity, name).items() if value is not None}
    assert found == {key: value for key, value in EXPECTED[entity, name].items() if value is not None}


@pytest.mark.parametrize(
    ("entity", "keys"),
    [
        ("transactions", {"101", "102", "103", "104", "105", "106", "107", "109"}),
        ("transaction_lines", {"111", "112", "113", "114"}),
        ("schedules", {"301", "302", "303", "304", "305", "306"}),
        ("receipts", {"201", "202", "203", "204"}),
        ("applications", {"221", "222", "224", "225", "226", "227", "228", "229"}),
        ("disputes", {"321", "322"}),
        ("holds", {"421", "422", "423"}),
        ("payment_plans", {"promise-611", "promise-612"}),
        ("notes", {"501", "502", "503"}),
        ("orders", {"401"}),
    ],
)
def test_rows_that_are_no_debt_and_no_cash_are_left_out(rows, entity, keys):
    """Seeded targets, twins of reversals, what is not confirmed, booked or owed is not there, and all else is."""
    assert {key[0] for key in rows[entity]} == keys


def test_a_draft_is_read_as_one(rows):
    """A document that is still being entered says so, and has no accounting date."""
    draft = rows["transactions"]["107",]
    assert (draft["complete"], draft["gl_date"]) == (False, None)
    assert all(row["complete"] for key, row in rows["transactions"].items() if key != ("107",))


def test_a_day_that_never_comes_is_none(rows):
    """31-DEC-4712 is no due date."""
    assert rows["schedules"]["303",]["due_date"] is None
    assert rows["schedules"]["302",]["due_date"] == date(2026, 2, 4)


def test_rates_of_one_type_are_read_in_both_directions(rows):
    """An inverse with more digits than a rate can hold is rounded, not rejected; another type is not read."""
    assert {key: row["rate"] for key, row in rows["rates"].items()} == {
        ("USD", "JPY", date(2026, 1, 30)): Decimal(151),
        ("JPY", "USD", date(2026, 1, 30)): Decimal("0.006622516556291391"),
    }


def test_what_is_odd_is_told(readings):
    """Several limits of which none is asked for, and cash that crosses currencies, with a row each."""
    told = {(one.code, one.entity, one.example) for one in readings[1] if one.code != "oracle-all-org-ids"}
    assert told == {
        ("oracle-remark", "applications", "101 227"),
        ("oracle-remark", "customers", "12"),
    }


def test_the_limit_is_read_in_the_currency_asked_for(traps, tmp_path):
    """With a currency set, an account's limit is the one in it, else its only one."""
    found, _ = read({**traps.settings, "credit_limit_currency": "KWD"}, tmp_path)
    limits = {key[0]: (row["credit_limit"], row["credit_limit_currency"]) for key, row in found["customers"].items()}
    assert limits == {
        "11": (Decimal(0), "EUR"),
        "12": (None, None),
        "13": (Decimal(6), "KWD"),
        "14": (None, None),
    }


def test_only_the_operating_units_asked_for_are_read(traps, tmp_path):
    """Documents of another unit stay out; what belongs to no unit, as a note about an account, is read."""
    found, findings = read({**traps.settings, "org_ids": [102]}, tmp_path)
    assert {key[0] for key in found["transactions"]} == {"102"}
    assert found["schedules"] == {}
    assert {key[0] for key in found["notes"]} == {"501", "503"}
    assert {key[0] for key in found["customers"]} == {"11", "12", "13", "14"}
    assert "oracle-all-org-ids" not in {one.code for one in findings}


def test_the_reference_is_in_the_column_that_the_settings_name(traps, tmp_path):
    """Another flexfield column is another reference: here it is empty."""
    found, _ = read({**traps.settings, "reference_attribute": 3}, tmp_path)
    assert {row["external_ref"] for row in found["adjustments"].values()} == {None}
