"""Texts with facts in them: what the debtor reads is exactly what the ledger holds."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp_ar_ext.ledger.facts import Grain
from erp_ar_ext.policy import compile_template


@pytest.mark.parametrize(
    ("text", "row", "written"),
    [
        ("Account {account_number}", {"account_number": "0042"}, "Account 0042"),
        ("{overdue_amount} {currency}", {"overdue_amount": Decimal(500), "currency": "JPY"}, "500 JPY"),
        ("{overdue_amount} {currency}", {"overdue_amount": Decimal("31.75"), "currency": "USD"}, "31.75 USD"),
        ("{overdue_amount} {currency}", {"overdue_amount": Decimal("1.25"), "currency": "KWD"}, "1.250 KWD"),
        (
            "{credit_limit} {overdue_amount}",
            {"credit_limit": 5, "overdue_amount": 5, "currency": "JPY", "limit_currency": "KWD"},
            "5.000 5",
        ),
        ("{oldest_overdue_days} days", {"oldest_overdue_days": 12}, "12 days"),
        ("since {oldest_due_date}", {"oldest_due_date": date(2026, 1, 31)}, "since 2026-01-31"),
        ("insolvent: {insolvent}", {"insolvent": True}, "insolvent: yes"),
        ("insolvent: {insolvent}", {"insolvent": False}, "insolvent: no"),
        ("{collector} {overdue_amount} {insolvent} {oldest_due_date}", {"account_id": "A1"}, "- - - -"),
        ("it's {{plain}}, 100%", {"account_id": "A1"}, "it's {plain}, 100%"),
        ("{country}{country}", {"country": "O'X"}, "O'XO'X"),
    ],
)
def test_a_template_writes_facts_as_people_read_them(text, row, written, facts):
    """Amounts have their currency's digits, dates are ISO, yes and no are words, and nothing known is a dash."""
    assert facts(compile_template(text, Grain.ACCOUNT).sql, row) == [written]


def test_a_template_knows_its_facts():
    """The facts of a text are named once each, in order of name."""
    template = compile_template("{currency} {account_name} {currency} {{collector}}", Grain.ACCOUNT)
    assert template.facts == ("account_name", "currency")
    assert template.text.startswith("{currency}")


@pytest.mark.parametrize("text", ["{overdue}", "{overdue_amount:>10}", "{overdue_amount!r}", "{", "}", "{}", "{ }", ""])
def test_a_template_that_names_no_fact_is_refused(text):
    """An unknown name, a format or a lone brace is a mistake, not text."""
    with pytest.raises(ValueError, match=r"unknown fact|not a name|a lone|empty"):
        compile_template(text, Grain.ACCOUNT)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40))
def test_any_text_is_written_as_it_is(facts, text):
    """Quotes, percent signs and doubled braces come out as they were meant."""
    escaped = text.replace("{", "{{").replace("}", "}}")
    if escaped.strip():
        assert facts(compile_template(escaped, Grain.ACCOUNT).sql, {"account_id": "A1"}) == [text]
