"""Conditions as SQL: what they find among rows of facts, and what they leave out when a fact is empty."""

import functools
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erp_ar_ext.ledger.facts import CATALOGUE, Grain
from erp_ar_ext.policy.predicates import compile_predicate
from erp_ar_ext.policy.scope import rule_scope

TERMS = [
    *("overdue_amount", "credit_limit", "open_items", "country", "account_status", "insolvent", "oldest_due_date"),
    *("5", "-0.5", "0", "'SE'", "'A'", "'2026-01-31'", "true", "null"),
    *("(overdue_amount * 2)", "(overdue_amount + not_due_amount)", "(open_items - 1)", "(oldest_due_date + 1)"),
    *("(plan_next_due_date - oldest_due_date)", "abs(open_items)", "length(country)", "starts_with(country, 'S')"),
    *("coalesce(country, 'x')", "coalesce(oldest_due_date, '2026-01-31')", "greatest(overdue_amount, 0)"),
    *("least(open_items, 1.5)", "(oldest_due_date - length(country))"),
]
JOINED = [
    *("{0} = {1}", "{0} <> {1}", "{0} > {1}", "{0} <= {1}"),
    *("{0} in ({1}, {2})", "{0} between {1} and {2}", "{0} like {1}", "{0} is {1}"),
]
SQL_TYPES = {
    "text": "VARCHAR",
    "money": "DECIMAL(18, 4)",
    "integer": "INTEGER",
    "date": "DATE",
    "boolean": "BOOLEAN",
}
TRUE_FALSE_OR_EMPTY = st.sampled_from([True, False, None])
NAMES = ("insolvent", "dunning_blocked", "credit_hold")


@functools.cache
def engine():
    """One connection for all examples, with a row of facts of an account that are all empty."""
    connection = duckdb.connect()
    columns = (f'CAST(NULL AS {SQL_TYPES[fact.type]}) AS "{name}"' for name, fact in CATALOGUE[Grain.ACCOUNT].items())
    connection.execute(f"CREATE TABLE empty_facts AS SELECT {', '.join(columns)}")
    return connection


def compiled(text, grain=Grain.ACCOUNT):
    """A sound condition."""
    found = compile_predicate(text, rule_scope(grain, {}))
    assert found.predicate is not None, found.issues
    return found.predicate


OVERDUE = {"overdue_amount": Decimal("31.75"), "oldest_overdue_days": 12, "insolvent": False, "country": "SE"}


@pytest.mark.parametrize(
    ("when", "row", "answer"),
    [
        ("overdue_amount > 0 and oldest_overdue_days between 1 and 30 and not insolvent", OVERDUE, True),
        ("oldest_overdue_days not between 1 and 12", OVERDUE, False),
        ("country in ('NO', 'SE')", OVERDUE, True),
        ("country not in ('NO', 'SE')", OVERDUE, False),
        ("country like 'S%' and country ilike 's_'", OVERDUE, True),
        ("country not like 'S%'", OVERDUE, False),
        ("country not ilike 's_'", OVERDUE, False),
        ("not country like 'N%' and country not like 'N%'", OVERDUE, True),
        ("overdue_amount = 31.75", OVERDUE, True),
        ("overdue_amount * 3 = 95.25", OVERDUE, True),
        ("overdue_amount - 0.0001 >= 31.75", OVERDUE, False),
        ("-overdue_amount < -31.7499 and abs(-overdue_amount) = overdue_amount", OVERDUE, True),
        ("starts_with(lower(country), 's') and upper(country) like '_E' and length(country) = 2", OVERDUE, True),
        ("greatest(overdue_amount, 40) = 40 and least(overdue_amount, 40) = overdue_amount", OVERDUE, True),
        ("coalesce(language, country) = 'SE'", OVERDUE, True),
        ("language is null and country is not null and insolvent is not true", OVERDUE, True),
        ("language is distinct from country", OVERDUE, True),
        ("insolvent = false or 1 = 0", OVERDUE, True),
        ("oldest_due_date < '2026-01-31'", {"oldest_due_date": date(2026, 1, 30)}, True),
        ("oldest_due_date + 1 = DATE '2026-01-31'", {"oldest_due_date": date(2026, 1, 30)}, True),
        (
            "plan_next_due_date - oldest_due_date = 2",
            {"oldest_due_date": date(2026, 2, 27), "plan_next_due_date": date(2026, 3, 1)},
            True,
        ),
        ("open_items * 2000000 > 1 and open_items + 2000000000 > 1", {"open_items": 2_000_000}, True),
        ("account_name = 'O''Brien'", {"account_name": "O'Brien"}, True),
        ("account_name = '\"; drop table account_facts'", {"account_name": "x"}, False),
        ("not (insolvent or country = 'NO') and (insolvent or country = 'SE')", OVERDUE, True),
    ],
)
def test_a_condition_finds_the_rows_it_names(when, row, answer, facts):
    """The SQL of a condition answers as the condition reads."""
    assert facts(compiled(when).sql, row) == [answer]


@pytest.mark.parametrize(
    "when",
    [
        "overdue_amount > 0",
        "not insolvent",
        "country <> 'SE'",
        "country not in ('SE')",
        "oldest_overdue_days not between 1 and 30",
        "not (country = 'SE' and overdue_amount > 0)",
    ],
)
def test_an_empty_fact_meets_no_condition(when, facts):
    """Where a fact is not known, neither a condition nor its contrary is met."""
    assert facts(f"coalesce({compiled(when).sql}, false)", {"account_id": "A1"}) == [False]


@settings(deadline=None)
@given(st.tuples(TRUE_FALSE_OR_EMPTY, TRUE_FALSE_OR_EMPTY, TRUE_FALSE_OR_EMPTY))
def test_the_parts_of_a_condition_are_the_condition(values):
    """A condition is met just when each of its parts is, so an unmet one always has an unmet part to show."""
    predicate = compiled("insolvent and (dunning_blocked or credit_hold) and (not credit_hold and not insolvent)")
    assert len(predicate.conjuncts) == 4
    columns = ", ".join(f"CAST(? AS BOOLEAN) AS {name}" for name in NAMES)
    parts = ", ".join(f"coalesce({sql}, false)" for _, sql in predicate.conjuncts)
    query = f"SELECT coalesce({predicate.sql}, false), {parts} FROM (SELECT {columns})"
    whole, *each = engine().execute(query, values).fetchone()
    assert whole == all(each)


def test_a_condition_says_what_it_is_made_of():
    """Parts are shown as the author would write them, with the facts they ask about."""
    predicate = compiled("(overdue_amount >  0 AND oldest_due_date<'2026-01-31') and plan_state NOT IN ('late')")
    assert [text for text, _ in predicate.conjuncts] == [
        "overdue_amount > 0",
        "oldest_due_date < '2026-01-31'",
        "plan_state NOT IN ('late')",
    ]
    assert predicate.facts == ("oldest_due_date", "overdue_amount", "plan_state")


@pytest.mark.parametrize("grain", Grain)
def test_every_fact_of_the_catalogue_can_be_asked_for(grain, facts):
    """No fact has a name that SQL reads as something else."""
    for name in CATALOGUE[grain]:
        assert facts(compiled(f"{name} is null", grain).sql, {"account_id": None}, grain=grain) == [True]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_either_a_condition_or_a_problem(text):
    """Whatever is typed, the check answers; it never breaks down."""
    found = compile_predicate(text, rule_scope(Grain.ACCOUNT, {}))
    assert (found.predicate is None) == any(issue.severity == "error" for issue in found.issues)


WORDS = "overdue_amount insolvent country 5 0.5 'SE' ( ) and or not > = in between is null + - * , case ; -- :: select"


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=12))
def test_any_words_of_the_language_make_a_condition_or_a_problem(words):
    """Any heap of the language's words is sorted into sound conditions and problems."""
    found = compile_predicate(" ".join(words), rule_scope(Grain.ACCOUNT, {}))
    assert (found.predicate is None) == any(issue.severity == "error" for issue in found.issues)


@settings(deadline=None)
@given(st.sampled_from(JOINED), st.lists(st.sampled_from(TERMS), min_size=3, max_size=3))
def test_a_sound_condition_is_one_the_engine_takes(joined, terms):
    """What the check calls sound, DuckDB runs and answers with true, false or empty: no type slips through."""
    text = joined.format(*terms)
    found = compile_predicate(text, rule_scope(Grain.ACCOUNT, {}))
    if found.predicate is not None:
        query = f"SELECT typeof({found.predicate.sql}) FROM empty_facts"
        assert engine().execute(query).fetchall() == [("BOOLEAN",)], text
