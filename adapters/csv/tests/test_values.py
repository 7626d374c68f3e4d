"""Every rule a value can break, in words; and every notation that is taken."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

TRX = "org_id,trx_id,trx_number,class,trx_date,account_id,currency,amount,complete\n"
GOOD = {
    "org_id": "081",
    "trx_id": "T1",
    "trx_number": "INV-1",
    "class": "INV",
    "trx_date": "2026-01-02",
    "account_id": "0007",
    "currency": "USD",
    "amount": "1.00",
    "complete": "Y",
}


def one_transaction(folder, **cells):
    quoted = ",".join('"' + value.replace('"', '""') + '"' for value in {**GOOD, **cells}.values())
    folder.put("transactions.csv", TRX + quoted + "\n")
    return folder.read("transactions")


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("trx_id", "", "required value is missing"),
        ("trx_id", " \u00a0\t", "required value is missing"),
        ("amount", "", "required value is missing"),
        ("trx_date", "31/31/2020", "is not a date of the form YYYY-MM-DD"),
        ("trx_date", "2026-02-30", "is not a date of the form YYYY-MM-DD"),
        ("trx_date", "2026-1-2", "is not a date of the form YYYY-MM-DD"),
        ("trx_date", "0000-01-01", "is not a day between 1900 and 9999"),
        ("trx_date", "1899-12-31", "is not a day between 1900 and 9999"),
        ("trx_date", "2026-01-02 10:30", "is not a date of the form YYYY-MM-DD"),
        ("amount", "1.234,5", "is not an amount (decimal mark '.', no thousands mark)"),
        ("amount", "1,234.50", "is not an amount (decimal mark '.', no thousands mark)"),
        ("amount", "1e3", "is not an amount (decimal mark '.', no thousands mark)"),
        ("amount", "(5.00-)", "is not an amount (decimal mark '.', no thousands mark)"),
        ("amount", "--5", "is not an amount (decimal mark '.', no thousands mark)"),
        ("amount", "-", "is not an amount (decimal mark '.', no thousands mark)"),
        ("amount", ".", "is not an amount (decimal mark '.', no thousands mark)"),
        ("amount", "NaN", "is not an amount (decimal mark '.', no thousands mark)"),
        ("amount", "12 USD", "is not an amount (decimal mark '.', no thousands mark)"),
        ("amount", "1.00001", "has more than 4 decimals"),
        ("amount", "100000000000000", "has more than 14 whole digits"),
        ("complete", "maybe", "is not a flag: Y, N, yes, no, true, false, 1 or 0"),
        ("currency", "usd", "is not a currency code of three capital letters"),
        ("currency", "US", "is not a currency code of three capital letters"),
        ("trx_number", "INV\x07", "holds a control character"),
        ("trx_number", "INV\x00", "holds a control character"),
        ("trx_id", "T\n1", "holds a control character or a line break"),
    ],
)
def test_a_broken_rule_is_told_with_its_place(folder, column, value, rule):
    """A row that breaks a rule is rejected with file, row, column, value and the rule in words."""
    reading = one_transaction(folder, **{column: value})
    assert reading.rows == []
    [reject] = reading.rejects
    assert (reject["file"], reject["row"], reject["column"]) == ("transactions.csv", 2, column)
    assert (reject["value"], reject["rule"], reject["more"]) == (value, rule, None)
    assert f'"{column}"' in reject["record"]


def test_all_broken_rules_of_a_row_are_told(folder):
    """A row that breaks three rules is one reject that names all three."""
    [reject] = one_transaction(folder, trx_date="x", currency="x", amount="x").rejects
    assert reject["column"] == "trx_date"
    assert reject["more"].split("\n") == [
        "currency is not a currency code of three capital letters",
        "amount is not an amount (decimal mark '.', no thousands mark)",
    ]


@pytest.mark.edge_case(68)
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.5", "12.5"),
        ("-12.50", "-12.50"),
        ("(12.50)", "-12.50"),
        ("( 12.50 )", "-12.50"),
        ("12.50-", "-12.50"),
        ("12.50 -", "-12.50"),
        ("- 12.50", "-12.50"),
        ("+12.50", "12.50"),
        ("12.50+", "12.50"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.23450000", "1.2345"),
        ("000000000000000000001.00", "1"),
        ("99999999999999.9999", "99999999999999.9999"),
        (" 7 ", "7"),
        ("-0.00", "0"),
        ("0.1" + "0" * 60, "0.1"),
    ],
)
def test_amounts_are_taken_exactly(folder, text, amount):
    """An amount is what is written, to the last digit, with the sign where accountants put it."""
    [row] = one_transaction(folder, amount=text).rows
    assert row["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("marks", "text", "amount"),
    [
        ({"decimal_mark": ","}, "1234,5", "1234.5"),
        ({"decimal_mark": ",", "thousands_mark": "."}, "1.234.567,89-", "-1234567.89"),
        ({"decimal_mark": ",", "thousands_mark": "."}, "1234,5", "1234.5"),
        ({"decimal_mark": ",", "thousands_mark": " "}, "1\u202f234,5", "1234.5"),
        ({"thousands_mark": ","}, "(1,234.50)", "-1234.50"),
        ({"thousands_mark": "'"}, "1'234.50", "1234.50"),
    ],
)
def test_marks_are_as_configured(folder, marks, text, amount):
    """Decimal and thousands marks follow the configuration."""
    folder.settings.update(marks)
    [row] = one_transaction(folder, amount=text).rows
    assert row["amount"] == Decimal(amount)


@pytest.mark.edge_case(74)
@pytest.mark.parametrize("text", ["1.23", "12.34.567", "1234.567", ".123", "1.234.", "1,5,5"])
def test_thousands_stand_in_groups_of_three(folder, text):
    """A thousands mark anywhere else is no amount: it may be a decimal mark in the wrong country."""
    folder.settings.update({"decimal_mark": ",", "thousands_mark": "."})
    reading = one_transaction(folder, amount=text)
    assert reading.rows == []
    assert reading.rejects[0]["rule"] == "is not an amount (decimal mark ',', thousands mark '.')"


@pytest.mark.parametrize(
    "text", ["2026-01-31", " 2026-01-31 ", "2026-01-31 00:00:00", "2026-01-31T00:00", "2026-01-31 00:00:00.000"]
)
def test_midnight_is_a_date(folder, text):
    """A date that an extract wrote with a time of midnight is that date."""
    [row] = one_transaction(folder, trx_date=text).rows
    assert row["trx_date"] == dt.date(2026, 1, 31)


@pytest.mark.parametrize("word", ["Y", "y", "YES", "true", "T", "1"])
def test_words_for_yes(folder, word):
    """A flag is taken in any of its usual spellings."""
    assert one_transaction(folder, complete=word).rows[0]["complete"] is True


def test_ids_lose_nothing_but_white_space(folder):
    """Leading zeros, inner blanks and letters of an id survive; blanks around it do not."""
    [row] = one_transaction(folder, trx_id=" \u00a00012 3a\ufeff ").rows
    assert row["trx_id"] == "0012 3a"


def test_unknown_codes_pass_through(folder):
    """A code outside the model's list is the core's to report."""
    assert one_transaction(folder, **{"class": "XYZ"}).rows[0]["class"] == "XYZ"


def test_text_may_hold_lines_and_tabs(folder):
    """A document number over two lines is ugly, and still text."""
    assert one_transaction(folder, trx_number="a\tb\nc").rows[0]["trx_number"] == "a\tb\nc"


@pytest.mark.parametrize(
    ("text", "rule"),
    [("1.5", "is not a whole number"), ("3000000000", "is too large a whole number"), ("two", "is not a whole number")],
)
def test_instalments_are_whole_numbers(ledger, text, rule):
    """The number of an instalment is whole and of a sensible size."""
    ledger.put("schedules.csv", (ledger.path / "schedules.csv").read_text().replace(",INV,1,", f",INV,{text},"))
    assert {reject["rule"] for reject in ledger.read("schedules").rejects} == {rule}


@pytest.mark.parametrize(
    ("text", "rate"),
    [("1.0825", "1.0825"), ("0." + "1" * 18, "0." + "1" * 18), ("0." + "1" * 19, None), ("1" * 21, None)],
)
def test_rates_keep_eighteen_decimals(folder, text, rate):
    """A rate is exact to eighteen decimals; one that is finer or longer than that is rejected, not rounded."""
    folder.put("rates.csv", f"from_currency,to_currency,rate_date,rate\nEUR,USD,2026-01-02,{text}\n")
    assert [row["rate"] for row in folder.read("rates").rows] == ([Decimal(rate)] if rate else [])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("31.12.25", "is not a day between 1900 and 9999"),
        ("31.12.0025", "is not a day between 1900 and 9999"),
        ("31.12.1899", "is not a day between 1900 and 9999"),
        ("31/12/2025", "is not a date of the form %d.%m.%Y"),
    ],
)
def test_a_year_that_no_ledger_means_is_refused(folder, text, rule):
    """Two digits where the format has four are not the first century: the invoice would be 2,000 years overdue."""
    folder.map("transactions", date_format="%d.%m.%Y")
    reading = one_transaction(folder, trx_date=text)
    assert (reading.rows, [one["rule"] for one in reading.rejects]) == ([], [rule])


@pytest.mark.parametrize(
    ("date_format", "text", "day"),
    [
        ("%Y%m%d", "20260105", dt.date(2026, 1, 5)),
        ("%Y%m%d", "2026015", None),
        ("%Y%m%d", "202615", None),
        ("%d%m%y", "5126", None),
        ("%y%j", "26005", dt.date(2026, 1, 5)),
        ("%d%b%Y", "05JAN2026", dt.date(2026, 1, 5)),
        ("%m/%d/%Y", "1/5/2026", dt.date(2026, 1, 5)),
        ("%d.%m.%Y", "5.1.2026", dt.date(2026, 1, 5)),
    ],
)
def test_numbers_side_by_side_have_their_full_width(folder, date_format, text, day):
    """2026015 could be 5 January or a day that lost a digit; between marks, a single digit can only be itself."""
    folder.map("transactions", date_format=date_format)
    reading = one_transaction(folder, trx_date=text)
    assert [row["trx_date"] for row in reading.rows] == ([day] if day else [])
    rules = [] if day else [f"is not a date of the form {date_format}"]
    assert [one["rule"] for one in reading.rejects] == rules


@pytest.mark.parametrize(
    ("date_format", "text"),
    [("%d.%m.%Y %H:%M:%S", "05.01.2026 {:02}:00:00"), ("%Y%m%d%H", "20260105{:02}"), ("%x %H", "2026-01-05 {:02}")],
)
def test_a_time_of_day_is_refused_rather_than_dropped(folder, date_format, text):
    """Midnight is the day itself; any other time may belong to another business day, and that is not ours to say."""
    folder.map("transactions", date_format=date_format)
    [row] = one_transaction(folder, trx_date=text.format(0)).rows
    assert row["trx_date"] == dt.date(2026, 1, 5)
    [reject] = one_transaction(folder, trx_date=text.format(23)).rejects
    assert (reject["column"], reject["rule"]) == ("trx_date", "has a time of day other than midnight")


@pytest.mark.parametrize("day", [dt.date(1900, 1, 1), dt.date(9999, 12, 31)])
def test_the_first_and_the_last_day_are_taken(folder, day):
    """The bounds themselves are days."""
    assert one_transaction(folder, trx_date=day.isoformat()).rows[0]["trx_date"] == day
