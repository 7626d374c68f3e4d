"""The model files: each a single SELECT that says what it is, its columns those of the published catalogue."""

import re
from datetime import date

import pytest
import sqlglot

from erp_ar_ext.ledger import CATALOGUE, FactType, Grain, Ledger
from erp_ar_ext.ledger.library import model, names

SQL_TYPES = {
    FactType.TEXT: r"VARCHAR", FactType.MONEY: r"DECIMAL\(\d+,4\)", FactType.INTEGER: r"INTEGER",
    FactType.DATE: r"DATE", FactType.BOOLEAN: r"BOOLEAN",
}  # fmt: skip

EMPTY = """
    customers: account_id
        A1
    transactions: trx_id account_id amount
        T1 A1 100
"""


@pytest.mark.parametrize("name", names())
def test_a_model_says_what_it_is(name) -> None:
    """A header names the model, its grain and its columns, and one SELECT follows."""
    text = model(name).sql
    header = [line for line in text.splitlines() if line.startswith("--")]
    assert header[0].startswith(f"-- {name}: ")
    assert any(line.startswith("-- grain: one row per ") for line in header)
    assert any(line.startswith("-- columns: ") for line in header)
    statements = sqlglot.parse(re.sub(r"(?<!:):[a-z_]+|\{[a-z_]+\}", "NULL", text), dialect="duckdb")
    assert len(statements) == 1
    assert isinstance(statements[0], sqlglot.exp.Query)


@pytest.mark.parametrize("grain", list(Grain))
def test_the_facts_are_those_of_the_catalogue(books, grain) -> None:
    """Every fact is a column of its model, of its type and in its order, and the model has no other but org_id."""
    with Ledger(books(EMPTY).snapshot, date(2026, 2, 1)) as ledger:
        ledger.define_facts()
        described = ledger.engine.rows(f"DESCRIBE {grain}_facts")
    columns = {name: kind for name, kind, *_ in described if name != "org_id"}
    assert list(columns) == list(CATALOGUE[grain])
    for name, fact in CATALOGUE[grain].items():
        assert re.fullmatch(SQL_TYPES[fact.type], columns[name]), (name, columns[name])


def test_codes_of_facts_are_those_the_models_give(books) -> None:
    """Facts that list their codes take no value off the list on a ledger that has most of them."""
    with Ledger(books(EMPTY).snapshot, date(2026, 2, 1)) as ledger:
        ledger.define_facts()
        for grain in Grain:
            for fact in (fact for fact in CATALOGUE[grain].values() if fact.codes):
                values = {row[0] for row in ledger.engine.rows(f'SELECT DISTINCT "{fact.name}" FROM {grain}_facts')}
                assert values <= set(fact.codes), (fact.name, values)
