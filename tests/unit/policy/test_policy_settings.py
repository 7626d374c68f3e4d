"""Settings and layers as SQL: which value holds for a row, and which layer gave it."""

from decimal import Decimal

import pytest

POLICY = """
settings:
  days: 60
  minimum: {USD: 5.00, EUR: 4.50}
  greeting: Dear customer
  strict: false
  since: 2026-01-31
  share: 0.5
layers:
  - {name: north, level: region, priority: 2, when: "country in ('SE', 'NO')", settings: {days: 75, greeting: Hej}}
  - {name: norway, level: region, priority: 1, when: country = 'NO', settings: {days: 80}, disable: [remind]}
  - {name: public, level: class, when: account_kind = 'government', settings: {days: 120, minimum: {USD: 50, SEK: 9}}}
  - {name: big, level: customer, when: account_number = '1001', settings: {minimum: {EUR: 100}}, disable: [remind]}
rules:
  - id: remind
    for_each: account
    when: oldest_overdue_days > days and overdue_amount > minimum and insolvent = strict
    action: note
    note_kind: n
    text: "{greeting}: {share} {since} {minimum}"
  - {id: due, for_each: schedule, when: due_date > since and open_amount < minimum * share, action: note, note_kind: n,
     text: x}
"""


@pytest.mark.parametrize(
    ("row", "days", "layer"),
    [
        ({}, 60, "global"),
        ({"country": "DE"}, 60, "global"),
        ({"country": "SE"}, 75, "north"),
        ({"country": "NO"}, 80, "norway"),
        ({"country": "NO", "account_kind": "government"}, 120, "public"),
        ({"country": "NO", "account_number": "1001"}, 80, "norway"),
    ],
)
def test_the_most_specific_layer_wins(row, days, layer, load, facts):
    """Class goes over region, the lower priority over the higher, and a layer that is silent lets others speak."""
    policy = load(POLICY)
    row = {"account_id": "A1", **row}
    assert facts(policy.setting_sql("days"), row) == [days]
    assert facts(policy.setting_layer_sql("days"), row) == [layer]


@pytest.mark.parametrize(
    ("row", "minimum", "layer"),
    [
        ({"currency": "USD"}, "5", "global"),
        ({"currency": "JPY"}, None, "global"),
        ({"currency": "USD", "account_kind": "government"}, "50", "public"),
        ({"currency": "SEK", "account_kind": "government"}, "9", "public"),
        ({"currency": "EUR", "account_kind": "government"}, "4.5", "global"),
        ({"currency": "EUR", "account_kind": "government", "account_number": "1001"}, "100", "big"),
        ({"currency": "USD", "account_kind": "government", "account_number": "1001"}, "50", "public"),
    ],
)
def test_amounts_are_merged_currency_by_currency(row, minimum, layer, load, facts):
    """A layer sets the currencies it names; a currency that nobody names has no amount."""
    policy = load(POLICY)
    assert facts(policy.setting_sql("minimum"), row) == [Decimal(minimum) if minimum else None]
    assert facts(policy.setting_layer_sql("minimum"), row) == [layer]


def test_amounts_in_sql_are_exact(load, facts):
    """A setting's amount has the width of every amount; a plain number keeps its digits too."""
    policy = load(POLICY)
    row = {"currency": "USD"}
    assert facts(f"typeof({policy.setting_sql('minimum')})", row) == ["DECIMAL(18,4)"]
    assert facts(f"typeof({policy.setting_sql('share')})", row) == ["DECIMAL(18,4)"]
    assert facts(policy.setting_sql("share"), row) == [Decimal("0.5")]


def test_rules_see_the_settings_of_their_row(load, facts):
    """One condition holds other values for other customers; without an amount in a currency it is not met."""
    remind = load(POLICY).compiled_rules()[1]
    row = {"oldest_overdue_days": 70, "overdue_amount": 6, "insolvent": False, "currency": "USD"}
    rows = [row, {**row, "country": "SE"}, {**row, "account_kind": "government"}, {**row, "currency": "JPY"}]
    assert remind.id == "remind"
    assert remind.settings == ("days", "greeting", "minimum", "share", "since", "strict")
    assert facts(f"coalesce({remind.when.sql}, false)", *rows) == [True, False, False, False]
    assert facts(remind.message.sql, row, {**row, "country": "NO", "currency": "JPY"}) == [
        "Dear customer: 0.5 2026-01-31 5.00",
        "Hej: 0.5 2026-01-31 -",
    ]


def test_a_layer_switches_rules_off_and_the_condition_says_so(load, facts):
    """A rule that a layer disables acts nowhere in it, and the unmet part names the layer."""
    remind = load(POLICY).compiled_rules()[1]
    assert [text for text, _ in remind.when.conjuncts][-2:] == [
        "enabled (not disabled by layer big)",
        "enabled (not disabled by layer norway)",
    ]
    row = {"oldest_overdue_days": 100, "overdue_amount": 6, "insolvent": False, "currency": "USD"}
    rows = [row, {**row, "country": "NO"}, {**row, "account_number": "1001"}, {**row, "country": "SE"}]
    assert facts(remind.when.sql, *rows) == [True, False, False, True]


def test_a_setting_nobody_declared_has_no_sql(load):
    """Asking for the value or the layer of an unknown setting is a mistake in the program."""
    policy = load(POLICY)
    with pytest.raises(KeyError):
        policy.setting_sql("dayz")
    with pytest.raises(KeyError):
        policy.setting_layer_sql("dayz")
