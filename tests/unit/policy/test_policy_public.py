"""A policy as others see it: its digest, its rules in order, its schema, its facts, and the policies that we ship."""

from pathlib import Path

import pytest
import yaml

from erp_ar_ext.ledger.facts import CATALOGUE, Grain
from erp_ar_ext.policy import check_policy, facts_catalogue, load_policy, policy_schema
from erp_ar_ext.spi import ActionKind

ROOT = Path(__file__).parents[3]
SHIPPED = [
    ROOT / "erp_ar_ext/demo/policy.yaml",
    ROOT / "examples/ibm_late_payments/policy.yaml",
    ROOT / "examples/sap_open_invoices/policy.yaml",
]
RULES = """
settings: {minimum: {USD: 5.00}}
rules:
  - {id: z, for_each: account, when: insolvent, action: note, note_kind: n, text: x}
  - {id: b, group: g, priority: 10, for_each: account, when: overdue_amount > minimum, action: hold, hold: h, reason: x,
     release_when: overdue_amount = 0}
  - {id: c, group: g, priority: 9, for_each: account, when: credit_hold, action: note, note_kind: n, text: "{country}",
     approval: required}
  - {id: a, for_each: schedule, when: in_plan, action: adjustment, adjustment_type: INVOICE, reason: "{trx_number}"}
"""


def test_digest_is_of_what_the_policy_says(load):
    """Comments, white space, order of keys and 5.0 for 5.00 change nothing; an amount, a rule or a word does."""
    name = load(RULES).digest
    assert name.startswith("sha256:")
    assert (
        load(
            "# a comment\n"
            + RULES.replace("5.00", "5.0").replace("{id: z, for_each: account,", "{for_each:   account, id: z,")
        ).digest
        == name
    )
    assert load(RULES.replace("5.00", "5.01")).digest != name
    assert load(RULES.replace("text: x", "text: y")).digest != name
    assert load(RULES.replace("approval: required", "approval: auto")).digest != name


def test_rules_come_in_the_order_they_are_tried(load):
    """Ungrouped rules by id, then each group by priority: the same order whatever the file's."""
    assert [rule.id for rule in load(RULES).compiled_rules()] == ["a", "z", "c", "b"]


def test_rules_carry_what_the_plan_needs(load):
    """Kind, approval by kind, texts, release and amount of each rule are there, and the facts it names."""
    adjustment, _, note, hold = load(RULES).compiled_rules()
    assert (adjustment.action, adjustment.approval, adjustment.adjustment_type) == (
        ActionKind.ADJUSTMENT,
        "required",
        "INVOICE",
    )
    assert adjustment.grain is Grain.SCHEDULE
    assert adjustment.facts == ("in_plan", "open_amount", "trx_number")
    assert (note.action, note.approval, note.note_kind) == (ActionKind.NOTE, "required", "n")
    assert note.facts == ("country", "credit_hold")
    assert (hold.action, hold.approval, hold.hold, hold.settings) == (ActionKind.HOLD, "required", "h", ("minimum",))
    assert hold.release_when is not None
    assert hold.release_when.text == "overdue_amount = 0"


def test_an_adjustment_takes_the_whole_open_amount_off(load, facts):
    """The signed amount of a write-off is the open amount with the other sign, exactly."""
    amount = load(RULES).compiled_rules()[0].amount_sql
    assert [str(value) for value in facts(amount, {"open_amount": "4.99"}, grain=Grain.SCHEDULE)] == ["-4.9900"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_shipped_policies_have_no_problems(path, facts):
    """Every policy that we ship passes its own checks, and all its SQL runs."""
    policy, problems = check_policy(path)
    assert problems == []
    for rule in policy.compiled_rules():
        for sql in (
            rule.when.sql,
            rule.message.sql,
            rule.amount_sql or "NULL",
            *(sql for _, sql in rule.when.conjuncts),
        ):
            facts(sql, {"account_id": "A1"}, grain=rule.grain)


REMINDED = {
    "account_number": "7",
    "oldest_overdue_days": 12,
    "net_overdue_amount": 31,
    "overdue_amount": 31,
    "insolvent": False,
    "dunning_blocked": False,
    "plan_state": "none",
    "currency": "USD",
    "limit_state": "none",
    "over_limit_amount": 0,
}


@pytest.mark.parametrize(
    ("change", "acting"),
    [
        ({}, ["remind-1"]),
        ({"oldest_overdue_days": 30}, ["remind-1"]),
        ({"oldest_overdue_days": 31}, ["remind-2"]),
        ({"oldest_overdue_days": 90}, ["remind-3"]),
        ({"oldest_overdue_days": 91}, ["final-demand"]),
        ({"insolvent": True}, []),
        ({"dunning_blocked": True}, []),
        ({"plan_state": "on_track"}, []),
        ({"plan_state": "broken"}, ["plan-broken", "remind-1"]),
        ({"net_overdue_amount": 0}, []),
        ({"account_number": "1001"}, []),
        ({"oldest_overdue_days": 61, "overdue_amount": 501}, ["overdue-hold", "remind-3"]),
        ({"oldest_overdue_days": 61, "overdue_amount": 501, "plan_state": "late"}, ["remind-3"]),
        ({"oldest_overdue_days": 61, "overdue_amount": 501, "country": "SE"}, ["remind-3"]),
        ({"oldest_overdue_days": 61, "overdue_amount": 501, "currency": "XTS"}, ["remind-3"]),
        ({"limit_state": "zero", "over_limit_amount": 1}, ["credit-limit-hold", "remind-1"]),
        ({"limit_state": "unknown", "over_limit_amount": None}, ["remind-1"]),
        ({"limit_state": "amount", "over_limit_amount": 1, "plan_state": "on_track"}, []),
        ({"limit_state": "amount", "over_limit_amount": 1, "account_kind": "government"}, ["remind-1"]),
    ],
)
def test_the_demo_policy_does_what_its_comments_say(change, acting, facts):
    """Each stage reminds in its days, holds come with their reason, and plans, blocks and layers stop them."""
    rules = [rule for rule in load_policy(SHIPPED[0]).compiled_rules() if rule.grain is Grain.ACCOUNT]
    row = {**REMINDED, **change}
    assert [rule.id for rule in rules if facts(f"coalesce({rule.when.sql}, false)", row) == [True]] == acting


def test_every_key_of_the_schema_is_described():
    """An editor can tell what each key is for, and that no other key belongs there."""
    schema = policy_schema()
    for part in [schema, *(part for part in schema["$defs"].values() if "properties" in part)]:
        assert part["additionalProperties"] is False
        assert [name for name, key in part["properties"].items() if not key.get("description")] == []


def test_the_schema_knows_the_keys_of_the_demo_policy():
    """The published schema and the policies that we ship use the same words."""
    schema = policy_schema()
    written = yaml.safe_load(SHIPPED[0].read_text(encoding="utf-8"))
    assert set(written) <= set(schema["properties"])
    models = {
        part["properties"]["action"]["const"]: part
        for part in schema["$defs"].values()
        if "action" in part.get("properties", {})
    }
    for rule in written["rules"]:
        model = models[rule["action"]]
        assert set(model["required"]) <= set(rule) <= set(model["properties"])


def test_the_catalogue_lists_every_fact_once_per_grain():
    """`policy facts` shows what conditions may ask, with types, codes and whether layers may ask it."""
    listed = facts_catalogue()
    assert len(listed) == sum(len(facts) for facts in CATALOGUE.values())
    state = next(fact for fact in listed if fact["name"] == "plan_state")
    assert state["codes"] == ["none", "on_track", "late", "broken", "completed"]
    assert not state["identity"]
    assert next(fact for fact in listed if fact["name"] == "country")["identity"]
