"""Values that do not fit, and those that nearly do not: a bad row is put aside with its rule, the others are read."""

from contextlib import closing
from datetime import date, datetime
from decimal import Decimal

import pytest
from ebs_rows import EbsRows
from erp_ar_ext_oracle import ADAPTER
from oracle_books import OracleBooks

from erp_ar_ext.model import ENTITIES, Severity
from erp_ar_ext.spi import ReadContext, Window

pytestmark = pytest.mark.oracle

SCHEDULES = ENTITIES["schedules"]
FULL = "12345678901234567890123456789012345678"


@pytest.fixture
def ebs(ebs_schema):
    """The tables, empty but for one customer."""
    OracleBooks(ebs_schema.connection).clear()
    return EbsRows(ebs_schema.connection)


@pytest.fixture
def reader(ebs_schema, tmp_path):
    """An open source; `batch_rows` is small, so that there are several batches."""
    settings = {**ebs_schema.settings, "batch_rows": 2}
    with closing(ADAPTER.open_source(settings, ReadContext(tmp_path, tmp_path))) as source:
        yield source


def schedule(number, **columns):
    """Make a schedule that is as it should be but for these columns."""
    return {"payment_schedule_id": number, "customer_trx_id": 1, "amount_due_original": 100, **columns}


def taken(batches):
    """Rows taken, and those rejected."""
    given = list(batches)
    return (
        [row for batch in given for row in batch.rows.to_pylist()],
        [row for batch in given for row in batch.rejects.to_pylist()],
    )


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"amount_due_original": Decimal("1.00001")}, ("amount_original", "1.00001", "more than 4 decimals")),
        ({"amount_due_original": Decimal(FULL)}, ("amount_original", FULL, "more than 14 whole digits")),
        ({"amount_due_original": -(10**14)}, ("amount_original", "-100000000000000", "more than 14 whole digits")),
        ({"amount_due_remaining": Decimal("0.33333")}, ("amount_remaining", "0.33333", "more than 4 decimals")),
        ({"terms_sequence_number": 2**31}, ("instalment", "2147483648", "too large a whole number")),
        ({"amount_due_original": None}, ("amount_original", None, "required value is missing")),
        ({"gl_date": None}, ("gl_date", None, "required value is missing")),
        ({"gl_date": date(4712, 12, 31)}, ("gl_date", "4712-12-31", "required value is missing")),
        ({"due_date": date(202, 1, 5)}, ("due_date", "0202-01-05", "is not a day from 1900 on")),
        ({"class": ""}, ("class", None, "required value is missing")),
        ({"invoice_currency_code": "usd"}, ("currency", "usd", "three capital letters")),
        ({"org_id": None}, ("org_id", None, "required value is missing")),
    ],
)
def test_a_row_that_does_not_fit_is_rejected_and_the_others_are_read(ebs, reader, columns, expected):
    """Rows in are rows taken plus rows rejected; the reject names table, column, value and rule."""
    ebs.put("ar_payment_schedules_all", schedule(1), schedule(2, **columns), schedule(3))
    rows, rejects = taken(reader.read(SCHEDULES))
    assert {row["schedule_id"] for row in rows} == {"1", "3"}
    (reject,) = rejects
    name, value, rule = expected
    assert (reject["file"], reject["column"]) == ("AR_PAYMENT_SCHEDULES_ALL", name)
    assert (reject["value"] or "").removesuffix(" 00:00:00") == (value or "")
    assert rule in reject["rule"]
    assert '"schedule_id": "2"' in reject["record"]
    assert reader.inputs()[0].rows == 3


def test_a_row_tells_every_rule_it_broke(ebs, reader):
    """The first rule stands by itself, the further ones in lines of their own."""
    ebs.put("ar_payment_schedules_all", schedule(2, amount_due_original=None, gl_date=None, invoice_currency_code="$"))
    _, (reject,) = taken(reader.read(SCHEDULES))
    assert reject["column"] == "gl_date"
    assert reject["more"].splitlines() == [
        "currency: is not a currency code of three capital letters",
        "amount_original: required value is missing",
    ]


@pytest.mark.edge_case(82)
def test_amounts_arrive_to_the_last_digit(ebs, reader):
    """The largest and the finest amount, a tenth, dinars and yen are what they were: nothing went through a float."""
    amounts = ["99999999999999.9999", "-99999999999999.9999", "0.0001", "0.1", "31.755", "5000", "0"]
    rows = [schedule(place, amount_due_original=Decimal(one)) for place, one in enumerate(amounts, 1)]
    ebs.put("ar_payment_schedules_all", *rows)
    read, _ = taken(reader.read(SCHEDULES))
    assert {row["schedule_id"]: row["amount_original"] for row in read} == {
        str(place): Decimal(one) for place, one in enumerate(amounts, 1)
    }


@pytest.mark.edge_case(82)
def test_an_empty_text_is_no_text(ebs, reader):
    """What Oracle holds as nothing is nothing, whether it was written as '' or left out."""
    ebs.put(
        "ar_adjustments_all",
        {"adjustment_id": 1, "payment_schedule_id": 1, "amount": -1, "reason_code": "", "attribute15": None},
        {"adjustment_id": 2, "payment_schedule_id": 1, "amount": -1, "attribute15": ""},
    )
    rows, _ = taken(reader.read(ENTITIES["adjustments"]))
    assert [(row["reason"], row["external_ref"]) for row in rows] == [(None, None), (None, None)]


@pytest.mark.edge_case(82)
def test_a_day_with_a_time_is_read_as_its_day_and_told_once(ebs, reader):
    """A due date at ten in the evening is of that day; one finding counts them; midnight is not told."""
    late = datetime(2026, 2, 4, 22, 0)  # noqa: DTZ001 - that ERP's clock has no zone
    before_1970 = datetime(1969, 12, 31, 23, 59, 59)  # noqa: DTZ001
    ebs.put("ar_payment_schedules_all", schedule(1, due_date=late), schedule(2, due_date=before_1970), schedule(3))
    rows, rejects = taken(reader.read(SCHEDULES))
    assert {row["schedule_id"]: row["due_date"] for row in rows} == {
        "1": date(2026, 2, 4),
        "2": date(1969, 12, 31),
        "3": date(2026, 2, 4),
    }
    assert rejects == []
    (told,) = [one for one in reader.findings() if one.code == "oracle-time-of-day"]
    assert (told.severity, told.count, told.entity) == (Severity.INFO, 2, "schedules")
    assert "due_date" in told.message


def test_an_unknown_code_is_passed_on_as_it_is(ebs, reader):
    """A class that a site has invented does not stop the reading; the ledger tells of it."""
    ebs.put("ar_payment_schedules_all", schedule(1, **{"class": "XX"}), schedule(2))
    rows, rejects = taken(reader.read(SCHEDULES))
    assert sorted(row["class"] for row in rows) == ["INV", "XX"]
    assert rejects == []


def test_a_flag_that_is_neither_yes_nor_no_is_rejected(ebs, reader):
    """A complete flag of P is nothing that can be counted on."""
    ebs.put("ra_cust_trx_types_all", {"cust_trx_type_id": 1, "type": "INV"})
    ebs.put("ra_customer_trx_all", {"customer_trx_id": 1, "trx_number": "1", "complete_flag": "P"})
    rows, (reject,) = taken(reader.read(ENTITIES["transactions"]))
    assert rows == []
    assert (reject["column"], reject["value"]) == ("complete", "P")


def test_a_rejected_row_has_its_key_among_the_keys(ebs, reader):
    """The sweep must not take it for deleted; what does not fit is empty there."""
    ebs.put("ar_payment_schedules_all", schedule(1), schedule(2, amount_due_original=Decimal(FULL)))
    keys = [row for batch in reader.keys(SCHEDULES) for row in batch.to_pylist()]
    assert {row["schedule_id"]: row["amount_original"] for row in keys} == {"1": Decimal(100), "2": None}


def test_a_change_behind_a_row_is_a_change_of_the_row(ebs, reader):
    """A customer whose party or profile alone was changed is in the window, one that was not changed is not."""
    old = datetime(2020, 1, 1)  # noqa: DTZ001
    for number in (1, 2):
        ebs.put("hz_parties", {"party_id": number, "party_name": "N", "last_update_date": old})
        account = {"cust_account_id": number, "party_id": number, "account_number": str(number)}
        ebs.put("hz_cust_accounts", {**account, "last_update_date": old})
    ebs.put("hz_customer_profiles", {"cust_account_profile_id": 9, "cust_account_id": 2, "credit_hold": "Y"})
    window = Window(datetime(2026, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001
    rows, _ = taken(reader.changes(ENTITIES["customers"], window))
    assert [(row["account_id"], row["credit_hold"]) for row in rows] == [("2", True)]
