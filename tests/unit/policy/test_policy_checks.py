"""Static checks of a policy: each faulty line is named, with what is wrong and the next step - and no other line."""

from pathlib import Path

import pytest

from erp_ar_ext.errors import PolicyError
from erp_ar_ext.policy import check_policy, load_policy

NOTE = """
rules:
  - id: remind-1
    for_each: account
    when: {when}
    action: note
    note_kind: reminder
    text: Please pay.
"""

CONDITIONS = {
    "unknown fact": (
        "overdue_amout > 0",
        "unknown fact 'overdue_amout' in rule remind-1; did you mean 'overdue_amount'?",
    ),
    "fact in capitals": (
        "OVERDUE_AMOUNT > 0",
        "unknown fact 'OVERDUE_AMOUNT' in rule remind-1; did you mean 'overdue_amount'?",
    ),
    "nothing near": ("xyzzy > 0", "unknown fact 'xyzzy' in rule remind-1; erp-ar policy facts lists the facts"),
    "double quotes": (
        'country = "Sweden"',
        "unknown fact 'Sweden' in rule remind-1; text is written in single quotes: 'Sweden'",
    ),
    "fact of the other grain": (
        "days_past_due > 0",
        "'days_past_due' is a fact of a schedule, not of an account in rule remind-1; erp-ar policy facts",
    ),
    "text compared with a number": (
        "account_name > 5",
        "account_name (text) cannot go with a whole number in rule remind-1",
    ),
    "amount compared with text": (
        "overdue_amount = 'x'",
        "overdue_amount (money) cannot go with text 'x' in rule remind-1",
    ),
    "amount compared with days": (
        "overdue_amount > oldest_overdue_days",
        "overdue_amount (money) cannot go with oldest_overdue_days (whole number) in rule remind-1",
    ),
    "date compared with a number": (
        "oldest_due_date > 30",
        "oldest_due_date (date) cannot go with a whole number in rule remind-1",
    ),
    "date compared with other text": (
        "oldest_due_date > '31.01.2026'",
        "text '31.01.2026' is not a date in rule remind-1; dates are written 'YYYY-MM-DD'",
    ),
    "a day that is not in the calendar": (
        "oldest_due_date > DATE '2026-02-30'",
        "'2026-02-30' is not a date in rule remind-1; dates are written YYYY-MM-DD",
    ),
    "ordered conditions": (
        "insolvent > dunning_blocked",
        "conditions are not larger or smaller than one another in rule remind-1",
    ),
    "not a condition": (
        "overdue_amount",
        "'overdue_amount' is a money, not a yes-or-no condition in rule remind-1; compare it",
    ),
    "part that is not a condition": (
        "insolvent and overdue_items",
        "'overdue_items' is a whole number, not a yes-or-no condition in rule remind-1",
    ),
    "not of a number": ("not overdue_items", "'overdue_items' is a whole number, not a yes-or-no condition"),
    "null compared": ("country = null", "nothing equals null in rule remind-1; write 'is null' or 'is not null'"),
    "null alone": ("insolvent or null", "null is not a condition in rule remind-1"),
    "a code that does not exist": (
        "plan_state = 'brokn'",
        "plan_state is never 'brokn' in rule remind-1; did you mean 'broken'?",
    ),
    "a code in a list": (
        "plan_state in ('broken', 'latte')",
        "plan_state is never 'latte' in rule remind-1; did you mean 'late'?",
    ),
    "a code in small letters": (
        "account_status = 'a'",
        "account_status is never 'a' in rule remind-1; did you mean 'A'?",
    ),
    "a code with nothing near": (
        "account_status <> 'zzz'",
        "account_status is never 'zzz' in rule remind-1; it is 'A' or 'I'",
    ),
    "a currency that is none": (
        "currency = 'usd' and overdue_amount > 5",
        "'usd' is not a currency code in rule remind-1; three capital letters of ISO 4217, like USD",
    ),
    "function off the list": (
        "regexp_matches(country, 'S')",
        "function 'regexp_matches' is not part of the policy language",
    ),
    "the clock": ("oldest_due_date < current_date", "function 'current_date' is not part of the policy language"),
    "chance": ("random() > 0.5", "function 'random' is not part of the policy language"),
    "subquery in a list": (
        "country in (select 'SE')",
        "a condition holds no subqueries in rule remind-1; list the values",
    ),
    "subquery": ("(select 1) = 1", "a condition holds no subqueries in rule remind-1; it sees the facts of one row"),
    "exists": ("exists (select 1)", "a condition holds no subqueries in rule remind-1; it sees the facts of one row"),
    "statement": ("select 1", "a condition holds no subqueries in rule remind-1; it sees the facts of one row"),
    "other statement": ("drop table customers", "'DROP TABLE customers' is not part of the policy language"),
    "semicolon": ("insolvent; drop table x", "a condition is one expression, without ';' in rule remind-1"),
    "comment that hides a condition": (
        "insolvent -- and overdue_amount > 0",
        "a condition holds no SQL comments in rule remind-1; write comments as YAML comments, with #",
    ),
    "cast": ("overdue_amount::integer > 0", "casts are not part of the policy language in rule remind-1; write dates"),
    "division": (
        "overdue_amount / 2 > 0",
        "division is not part of the policy language: it is not exact in rule remind-1; multiply the other side",
    ),
    "case": ("case when insolvent then true end", "is not part of the policy language in rule remind-1"),
    "alias": ("insolvent as x", "'insolvent AS x' is not part of the policy language in rule remind-1"),
    "column of a table": ("a.country = 'SE'", "'a.country' is not a name in rule remind-1; facts and settings stand"),
    "placeholder": ("overdue_items > $1", "is not part of the policy language in rule remind-1"),
    "without an operand": ("overdue_amount > @", "the condition is not complete"),
    "cut off": ("insolvent and", "the condition cannot be read near 'and' in rule remind-1; a condition looks like"),
    "open quote": ('"country = \'SE"', "the condition cannot be read: "),
    "two factors": (
        "open_amount * overdue_amount > 0",
        "one factor must be a number or a setting without currencies in rule remind-1",
    ),
    "text in arithmetic": ("country + 1 > 0", "text + whole number makes no sense in rule remind-1"),
    "negative text": ("-country = 'x'", "'country' is a text, not a number in rule remind-1"),
    "number in a text function": ("lower(overdue_items) = 'x'", "'overdue_items' is a whole number, not text"),
    "mixed coalesce": ("coalesce(country, 0) = 0", "country (text) cannot go with a whole number in rule remind-1"),
    "lonely coalesce": ("coalesce(country) = 'SE'", "coalesce needs a second value to fall back on in rule remind-1"),
    "empty list": ("country in ()", "'in ()' lists nothing in rule remind-1; list the values"),
    "exponent": ("overdue_items > 1e5", "'1e5' is not a plain number in rule remind-1; write it out, like 1000.50"),
    "too many digits": (
        "overdue_items > 0.00001",
        "number '0.00001' is too long in rule remind-1; at most 14 digits before",
    ),
    "is of something else": ("country is overdue_items", "'is' stands before null, true or false in rule remind-1"),
    "contradicting days": (
        "oldest_overdue_days > 30 and oldest_overdue_days between 1 and 30",
        "can never be true: oldest_overdue_days > 30 and oldest_overdue_days BETWEEN 1 AND 30 is never true; the rule",
    ),
    "no whole number between": (
        "oldest_overdue_days > 30 and oldest_overdue_days < 31",
        "'when' of rule remind-1 can never be true",
    ),
    "below the least": (
        "overdue_amount < 0 and insolvent",
        "'when' of rule remind-1 can never be true: overdue_amount < 0 is never true",
    ),
    "between values below the least": (
        "oldest_overdue_days between -30 and -1",
        "'when' of rule remind-1 can never be true",
    ),
    "a value below the least": ("our_active_holds = -5", "'when' of rule remind-1 can never be true"),
    "two states at once": (
        "plan_state = 'broken' and (plan_state = 'late')",
        "'when' of rule remind-1 can never be true",
    ),
    "no state left": (
        "plan_state in ('broken', 'late') and plan_state not in ('late', 'broken', 'none')",
        "'when' of rule remind-1 can never be true",
    ),
    "yes and no": ("insolvent and not insolvent", "'when' of rule remind-1 can never be true"),
    "something and its contrary": (
        "(insolvent or dunning_blocked) and not (insolvent or dunning_blocked)",
        "'when' of rule remind-1 can never be true: insolvent OR dunning_blocked stands beside its contrary",
    ),
    "a value and none": (
        "country is null and country = 'SE'",
        "'when' of rule remind-1 can never be true: country IS NULL stands beside a condition on its value",
    ),
    "false": ("false and insolvent", "'when' of rule remind-1 can never be true: false is never true"),
    "bare amount": (
        "overdue_amount > 100",
        "warning: overdue_amount (money) goes with the same number in every currency in rule remind-1; make it a",
    ),
    "bare amounts": (
        "overdue_amount between 100 and 200",
        "warning: overdue_amount (money) goes with the same number in every currency in rule remind-1",
    ),
    "bare amount in the limit's currency": (
        "currency = 'USD' and over_limit_amount > 1000",
        "make it a setting per currency, or add: limit_currency = 'USD'",
    ),
    "two currencies": (
        "overdue_amount > credit_limit",
        "warning: an amount in the limit's currency goes with one in the row's currency in rule remind-1",
    ),
}


@pytest.mark.parametrize(("when", "message"), CONDITIONS.values(), ids=CONDITIONS)
def test_faulty_condition_is_told_at_its_line(when, message, policy_file):
    """A condition that cannot mean what it says is one problem, on its line, with what is wrong."""
    _, problems = check_policy(policy_file(NOTE.format(when=when)))
    assert [problem.line for problem in problems] == [6]
    assert message in str(problems[0])


SOUND = [
    "overdue_amount > 0",
    "insolvent",
    "not insolvent and (dunning_blocked or credit_hold)",
    "oldest_due_date < DATE '2026-01-31' and oldest_due_date <> '2026-01-01'",
    "oldest_due_date + 30 > plan_next_due_date and plan_next_due_date - oldest_due_date < 10",
    "currency = 'USD' and overdue_amount > 1000.50",
    "overdue_amount * 2 > open_amount + not_due_amount - abs(credits_amount)",
    "coalesce(profile_class, 'none') in ('none', 'vip') and length(country) = 2",
    "starts_with(upper(account_name), 'A') or lower(country) like 's%' or collector ilike 'x_'",
    "greatest(overdue_amount, 0) > least(open_amount, not_due_amount)",
    "insolvent is not true and country is not null and credit_hold = false",
    "overdue_amount is distinct from open_amount",
    "overdue_items not between -1 and 1 and plan_state <> 'broken'",
    "unapplied_amount < -0.0",
    "limit_currency = 'USD' and over_limit_amount > 1000",
    "currency = limit_currency and overdue_amount > credit_limit",
]


@pytest.mark.parametrize("when", SOUND)
def test_sound_condition_has_no_problem(when, policy_file):
    """A condition that makes sense is not complained about."""
    assert check_policy(policy_file(NOTE.format(when=f'"{when}"')))[1] == []


FAULTY = sorted((Path(__file__).parent / "faulty").glob("*.yaml"))


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_every_fault_of_a_policy_is_told_at_once(path, marked_problems):
    """All faulty lines of a file are told together, each as its `#!` remark says, and no sound line is."""
    expected, found = marked_problems(path)
    assert found == expected


def test_place_is_the_very_word_in_folded_text(policy_file):
    """Line and column point at the misspelt fact itself, wherever YAML folding moved it."""
    path = policy_file("""
rules:
  - id: remind-1
    for_each: account
    when: >-
      not insolvent
      and overdue_amout > 0
    action: note
    note_kind: reminder
    text: "Pay {overdue_amount} {curency}"
""")
    _, problems = check_policy(path)
    assert [(problem.line, problem.column) for problem in problems] == [(8, 11), (11, 34)]
    assert str(problems[0]) == (
        f"{path}:8:11: unknown fact 'overdue_amout' in rule remind-1; did you mean 'overdue_amount'?"
    )


def test_loading_a_faulty_policy_tells_all_its_errors(policy_file):
    """Loading stops with every error of the file and the next step; a warning alone does not stop it."""
    path = policy_file(NOTE.format(when="overdue_amout > 0 and country > 5 and overdue_amount > 5"))
    with pytest.raises(PolicyError, match="2 problem") as stopped:
        load_policy(path)
    assert len(stopped.value.problems) == 2
    assert stopped.value.place == str(path)
    assert load_policy(policy_file(NOTE.format(when="overdue_amount > 5"))).name == "tested"
