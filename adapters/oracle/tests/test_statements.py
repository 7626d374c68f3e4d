"""The SQL files: every one gives its entity's columns, explains itself, and is taken by the oldest server."""

import re
from datetime import datetime

import pytest
from erp_ar_ext_oracle.contract import needs
from erp_ar_ext_oracle.queries import KEYS_AT_ONCE, Queries
from erp_ar_ext_oracle.settings import parse
from erp_ar_ext_oracle.statements import OPTIONAL, READABLE, REQUIRED, load, optional_tables, statement
from gate import check, dangers
from sqlglot import exp, parse_one

from erp_ar_ext.model import ENTITIES
from erp_ar_ext.spi import Window

GIVEN = {"dsn": "h/s", "user": "u", "password": "p"}
WINDOW = Window(datetime(2026, 1, 1), datetime(2026, 1, 2))  # noqa: DTZ001 - the database's clock has no zone
OURS = ["org_key", "row_key", "changed_on", "remark"]

each_entity = pytest.mark.parametrize("entity", READABLE)


def selected(text):
    """Names of the columns of each part of a UNION."""
    parts = [parse_one(text, read="oracle")]
    while isinstance(parts[0], exp.Union):
        parts[:1] = [parts[0].left, parts[0].right]
    return [[column.alias_or_name.lower() for column in part.selects] for part in parts]


@each_entity
def test_a_file_gives_the_canonical_columns_in_their_order(entity):
    """After them come our own: how a row is found, when it changed, what was noticed."""
    names = [column.name for column in ENTITIES[entity].columns()]
    for found in selected(statement(entity)):
        assert found[: len(names)] == names
        assert set(found[len(names) :]) <= set(OURS)
        assert {"row_key", "changed_on"} <= set(found)
        assert ("org_key" in found) == ("org_id" in names)


@each_entity
def test_a_file_says_what_a_row_is(entity):
    """The header names the entity and the table; every optional table is one that the statement reads."""
    file = load(entity)
    assert file.tables
    assert set(file.tables) <= set(needs(statement(entity)))
    assert set(optional_tables(entity)) <= set(needs(statement(entity)))


@each_entity
def test_an_optional_table_is_declared_with_the_columns_that_are_read(entity):
    """Else the statement would not run where the table is absent."""
    read = needs(statement(entity))
    for table in load(entity).optional:
        assert {name.upper() for name, _ in table.columns} >= set(read[table.name]), table.name


@each_entity
def test_a_statement_needs_no_newer_server(entity):
    """The gate takes each as it is sent, nothing in it is dangerous, and names have at most 30 bytes."""
    queries = Queries(parse({**GIVEN, "org_ids": [101, 102]}), set(optional_tables(entity)))
    model = ENTITIES[entity]
    for query in (queries.all_rows(model), queries.changed(model, WINDOW), queries.by_key(model), queries.keys(model)):
        names = re.findall(r"\b[A-Za-z_]\w*\b", re.sub(r"'[^']*'", "", query.text))
        assert [name for name in names if len(name) > 30] == []
        assert check(query.text, version=12.1) == []
        assert dangers(query.text, version=12.1) == []
        assert "FETCH FIRST" not in query.text.upper()


def test_an_operating_unit_is_asked_for_by_its_number():
    """A row that belongs to no unit comes with any, where the entity allows one."""
    queries = Queries(parse({**GIVEN, "org_ids": [102, 101, 102]}))
    schedules, notes = queries.all_rows(ENTITIES["schedules"]), queries.all_rows(ENTITIES["notes"])
    assert schedules.binds == {"org_1": 101, "org_2": 102}
    assert "(f.org_key IN (:org_1, :org_2))" in schedules.text
    assert "(f.org_key IN (:org_1, :org_2) OR f.org_key IS NULL)" in notes.text
    assert "org_key IN" not in queries.all_rows(ENTITIES["rates"]).text


def test_a_look_up_by_key_has_one_text():
    """However many keys there are: the database parses it once."""
    query = Queries(parse(GIVEN)).by_key(ENTITIES["schedules"])
    assert query.text.count(":k") == KEYS_AT_ONCE


def test_keys_come_without_texts():
    """What a sweep compares is cheap: numbers, days and codes."""
    query = Queries(parse(GIVEN)).keys(ENTITIES["notes"])
    assert [column.name for column in query.columns] == ["org_id", "note_id", "account_id", "schedule_id", "created_on"]


def test_what_is_read_and_what_may_be_missing():
    """Every entity has a file; those of which a ledger is made are required."""
    assert set(READABLE) == set(ENTITIES)
    assert {*REQUIRED, *OPTIONAL} == set(READABLE)
    assert not set(REQUIRED) & set(OPTIONAL)
