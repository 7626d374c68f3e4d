"""Reading from Oracle when something goes wrong: nothing is half read, the error says what to do, the next is right."""

from contextlib import closing
from datetime import date, datetime
from decimal import Decimal

import pytest
from as_kept import as_kept
from oracle_books import Numbers
from snapshot_reader import SnapshotReader

from erp_ar_ext.errors import SourceError
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.testing import COMPANY

pytestmark = pytest.mark.oracle

NUMBERS = Numbers()
LEDGER = as_kept(NUMBERS.rows(COMPANY))
SCHEDULE, DOCUMENT = NUMBERS.number("S101"), NUMBERS.number("00101")
PAGE = {"batch_rows": 1}
"""One row a page, so that a small ledger has several."""

SCHEDULES = "ar_payment_schedules_all ps"
"""What only the statement of schedules has in it."""


@pytest.fixture
def reader(ebs_schema, ebs_books, tmp_path):
    """A desk whose ERP holds the example company."""
    ebs_books.become(LEDGER)
    return SnapshotReader("oracle", ebs_schema.settings | {"retries": 1}, tmp_path)


@pytest.fixture
def change(ebs_books):
    """Change a row as somebody else at the ERP does, by a connection of its own."""

    def update(table, key, assignment, **binds):
        column = {"AR_PAYMENT_SCHEDULES_ALL": "PAYMENT_SCHEDULE_ID", "RA_CUSTOMER_TRX_ALL": "CUSTOMER_TRX_ID"}[table]
        statement = f"UPDATE {table} SET {assignment}, LAST_UPDATE_DATE = SYSDATE WHERE {column} = :key"
        ebs_books.execute(statement, key=int(key), **binds)

    return update


def codes(source):
    """Codes of what a source noticed in rows."""
    return {one.code for one in source.findings() if one.entity}


def rows_of(source, entity):
    """Rows of an entity that a source gives, by the last column of their key."""
    key = ENTITIES[entity].key()[-1]
    found = [row for batch in source.read(ENTITIES[entity]) for row in batch.rows.to_pylist()]
    return {row[key]: row for row in found}


BREAKS = {
    "session killed": ({"action": "error", "code": 28}, "the connection was lost"),
    "ORA-01555": ({"action": "error", "code": 1555}, "snapshot too old"),
    "ORA-08177": ({"action": "error", "code": 8177}, "another session changed what this transaction had read"),
    "call timeout": ({"action": "stall"}, "the database did not answer in time"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_read_that_breaks_between_two_pages_is_not_gone_on_with(name, reader, oracle_faults):
    """Another transaction would be of another moment: the error says what happened, where, and what to do."""
    fault, words = BREAKS[name]
    with closing(reader.open(call_timeout_seconds=1, **PAGE)) as source:
        pages = source.read(ENTITIES["schedules"])
        assert next(pages).rows.num_rows == 1
        oracle_faults.fault("fetch", match=SCHEDULES, **fault)
        with pytest.raises(SourceError, match=words) as error:
            list(pages)
    assert error.value.hint
    assert error.value.place == "oracle AR_PAYMENT_SCHEDULES_ALL"


def test_a_sync_that_breaks_leaves_nothing_and_the_next_is_right(reader, change, oracle_faults, tmp_path):
    """No snapshot appears; the next sync of the changes has all that reading everything gives."""
    before = reader.sync()
    change("AR_PAYMENT_SCHEDULES_ALL", SCHEDULE, "AMOUNT_DUE_REMAINING = 99")
    there = reader.snapshots()
    oracle_faults.fault("fetch", match=SCHEDULES, skip=1, action="drop")
    with pytest.raises(SourceError, match="the connection was lost"):
        reader.sync(full=True, **PAGE)
    assert reader.snapshots() == there
    after = reader.sync()
    assert after.snapshot.snapshot_id != before.snapshot.snapshot_id
    whole = SnapshotReader("oracle", reader.settings, tmp_path / "whole").sync()
    assert after.snapshot.snapshot_id == whole.snapshot.snapshot_id


LATE = datetime(2026, 2, 1, 23, 59, 59)  # noqa: DTZ001 - as Oracle keeps it
LARGEST = Decimal("99999999999999.9999")
NAMES = {"STATUS": "status", "DUE_DATE": "due_date", "AMOUNT_DUE_ORIGINAL": "amount_original"}
VALUES = {
    "unknown code": ("STATUS", "ZZ", "ZZ", None),  # the ledger tells of it
    "never": ("DUE_DATE", datetime(4712, 12, 31), None, None),  # noqa: DTZ001 - as Oracle keeps it
    "time of day": ("DUE_DATE", LATE, date(2026, 2, 1), "oracle-time-of-day"),
    "largest": ("AMOUNT_DUE_ORIGINAL", LARGEST, LARGEST, None),
    "empty text": ("STATUS", "", None, None),
}


def test_odd_values_are_taken_and_told(reader, change):
    """A code that is new here, a day that means never, a time of day, the largest amount, a text that is none."""
    read, told = {}, {}
    with closing(reader.open(consistency="statement")) as source:
        for name, (column, value, _, _) in VALUES.items():
            before = codes(source)
            change("AR_PAYMENT_SCHEDULES_ALL", SCHEDULE, f"{column} = :value", value=value)
            read[name] = rows_of(source, "schedules")[SCHEDULE][NAMES[column]]
            told[name] = next(iter(codes(source) - before), None)
    assert read == {name: expected for name, (_, _, expected, _) in VALUES.items()}
    assert told == {name: finding for name, (_, _, _, finding) in VALUES.items()}


REJECTED = {
    "38 digits": (
        "AMOUNT_DUE_ORIGINAL",
        Decimal(12345678901234567890123456789012345678),
        "more than 14 whole digits",
    ),
    "too fine": ("AMOUNT_DUE_ORIGINAL", Decimal("0.00001"), "more than 4 decimals"),
    "empty text": ("INVOICE_CURRENCY_CODE", "", "required value is missing"),
    "no currency": ("INVOICE_CURRENCY_CODE", "usd", "not a currency code of three capital letters"),
    "before time": ("GL_DATE", datetime(26, 1, 2), "not a day from 1900 on"),  # noqa: DTZ001
    "no instalment": ("TERMS_SEQUENCE_NUMBER", 99_999_999_999, "too large a whole number"),
}


def test_a_row_that_cannot_be_taken_is_rejected_alone(reader, change, ebs_books):
    """The others are taken; the reject names table and rule."""
    found = {}
    with closing(reader.open(consistency="statement")) as source:
        for name, (column, value, rule) in REJECTED.items():
            change("AR_PAYMENT_SCHEDULES_ALL", SCHEDULE, f"{column} = :value", value=value)
            batches = list(source.read(ENTITIES["schedules"]))
            assert sum(batch.rows.num_rows for batch in batches) == len(LEDGER["schedules"]) - 1
            found[name] = [(line["file"], rule in line["rule"]) for one in batches for line in one.rejects.to_pylist()]
            ebs_books.clear()
            ebs_books.become(LEDGER)
    assert found == {name: [("AR_PAYMENT_SCHEDULES_ALL", True)] for name in REJECTED}


def test_a_row_comes_back_once_it_is_set_right(reader, change):
    """Until then the sync says that it misses a row."""
    right = reader.sync()
    change("AR_PAYMENT_SCHEDULES_ALL", SCHEDULE, "AMOUNT_DUE_ORIGINAL = 12345678901234567890123456789012345678")
    result = reader.sync()
    assert (result.quarantined, result.exit_code) == (1, 3)
    (own,) = [row for row in LEDGER["schedules"] if row["schedule_id"] == SCHEDULE]
    change("AR_PAYMENT_SCHEDULES_ALL", SCHEDULE, "AMOUNT_DUE_ORIGINAL = :amount", amount=own["amount_original"])
    assert reader.sync().snapshot.snapshot_id == right.snapshot.snapshot_id


@pytest.mark.parametrize(("consistency", "seen"), [("read_only", "100.00"), ("statement", "99.00")])
def test_what_others_commit_while_it_is_read(consistency, seen, reader, change):
    """In one read-only transaction all entities are of the moment the first was read; else each is of its own."""
    with closing(reader.open(consistency=consistency)) as source:
        assert rows_of(source, "transactions")[DOCUMENT]["po_number"] is None
        change("RA_CUSTOMER_TRX_ALL", DOCUMENT, "PURCHASE_ORDER = '4711'")
        change("AR_PAYMENT_SCHEDULES_ALL", SCHEDULE, "AMOUNT_DUE_REMAINING = 99")
        assert rows_of(source, "schedules")[SCHEDULE]["amount_remaining"] == Decimal(seen)
        again = rows_of(source, "transactions")[DOCUMENT]["po_number"]
        assert again == (None if consistency == "read_only" else "4711")
    with closing(reader.open()) as source:
        assert rows_of(source, "schedules")[SCHEDULE]["amount_remaining"] == Decimal(99)
