"""Amounts as text in SQL: the same text as the model writes, for any amount and currency."""

import functools
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erp_ar_ext.ledger.money_sql import minor_unit_sql, money_text_sql
from erp_ar_ext.model import amount_text, minor_unit
from erp_ar_ext.model.currencies import MINOR_UNITS

AMOUNTS = st.one_of(
    st.decimals(-99_999_999_999_999, 99_999_999_999_999, places=4),
    st.decimals(-1000, 1000, places=2),
    st.integers(-1000, 1000).map(Decimal),
)
ROWS = st.lists(st.tuples(AMOUNTS, st.sampled_from(["USD", "JPY", "KWD", "CLF", "EUR", None])), min_size=1, max_size=20)


@functools.cache
def engine():
    """One connection for all examples; opening one costs more than asking it."""
    return duckdb.connect()


def texts(rows, type_="DECIMAL(18, 4)"):
    """Amounts as text, by SQL."""
    amounts, currencies = ([row[index] for row in rows] for index in (0, 1))
    listed = f"SELECT unnest(?::{type_}[]) AS amount, unnest(?::VARCHAR[]) AS currency"
    found = engine().execute(f"SELECT {money_text_sql('amount', 'currency')} FROM ({listed})", [amounts, currencies])
    return [text for (text,) in found.fetchall()]


@settings(deadline=None, max_examples=50)
@given(ROWS)
def test_sql_writes_amounts_as_the_model_does(rows):
    """Text made in SQL is the model's text, digit for digit."""
    assert texts(rows) == [amount_text(amount, currency) for amount, currency in rows]


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("500", "JPY", "500"),
        ("31.75", "USD", "31.75"),
        ("1.25", "KWD", "1.250"),
        ("-0.05", "USD", "-0.05"),
        ("0", "USD", "0.00"),
        ("0", "JPY", "0"),
        ("0.5", "JPY", "0.5"),
        ("1.2345", "USD", "1.2345"),
        ("-1000", "JPY", "-1000"),
        ("1000", "CLF", "1000.0000"),
    ],
)
def test_amounts_have_the_digits_of_their_currency(amount, currency, text):
    """A yen has no cents, a dinar has three digits, and more digits are kept rather than rounded."""
    assert texts([(Decimal(amount), currency)]) == [text]


def test_an_empty_amount_has_no_text():
    """Nothing known is not zero."""
    assert texts([(None, "USD")]) == [None]


def test_sums_wider_than_an_amount_are_written_too():
    """The sum of many large amounts is written exactly."""
    total = Decimal("123456789012345678901234567890.1200")
    assert texts([(total, "USD")], "DECIMAL(38, 4)") == ["123456789012345678901234567890.12"]


def test_minor_units_in_sql_are_those_of_the_model():
    """Every listed currency has the same digits in SQL."""
    codes = [*MINOR_UNITS, "USD"]
    found = engine().execute(f"SELECT {minor_unit_sql('code')} FROM unnest(?) AS codes (code)", [codes])
    assert [digits for (digits,) in found.fetchall()] == [minor_unit(code) for code in codes]
