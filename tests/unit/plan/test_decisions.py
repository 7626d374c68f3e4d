"""What a policy demands of a ledger, action by action."""

from __future__ import annotations

import pytest

from erp_ar_ext.errors import PlanError
from erp_ar_ext.spi import inputs_digest

NO_INPUTS = inputs_digest([])
BOOKS = """
    customers: account_id
        A1
    schedules: schedule_id account_id due_date amount_original currency
        S1 A1 2026-01-01 100 USD
        S2 A1 2026-02-01 40 USD
"""
REMINDERS = """
rules:
  - {id: late, group: dunning, priority: 1, for_each: account, when: oldest_overdue_days > 30,
     action: note, note_kind: late, text: "late {overdue_amount} {currency}"}
  - {id: early, group: dunning, priority: 2, for_each: account, when: oldest_overdue_days > 0 and overdue_amount > 0,
     action: note, note_kind: early, text: "early {overdue_amount} {currency}"}
"""
HOLD = """
rules:
  - {id: overdue, for_each: account, when: oldest_overdue_days > 30, action: hold, hold: overdue, reason: "old debt"}
"""
WRITE_OFF = """
settings: {small: {USD: 5.00, JPY: 500}}
rules:
  - {id: small, for_each: schedule, when: open_amount between 0.01 and small and days_past_due > 30,
     action: adjustment, adjustment_type: INVOICE, reason: "small {open_amount} {currency}"}
"""
HOLDS = "holds: hold_id account_id name applied_on released_on external_ref\n"


def test_the_first_rule_of_a_group_that_holds_decides_and_says_why_others_did_not(decide):
    """On day 20 the early reminder fires, because the condition of the late one is not met; on day 31 the late one."""
    (early,) = decide(BOOKS, REMINDERS, "2026-01-21")["actions"]
    assert (early["rule"], early["payload"]["text"]) == ("early", "early 100.00 USD")
    assert early["passed_over"] == [{"rule": "late", "unmet": "oldest_overdue_days > 30"}]
    assert early["facts"]["oldest_overdue_days"] == 20
    (late,) = decide(BOOKS, REMINDERS, "2026-02-01")["actions"]
    assert (late["rule"], late["passed_over"]) == ("late", [])


def test_a_threshold_is_met_on_the_day_it_names_and_not_before(actions):
    """More than 30 days is day 31."""
    assert actions(BOOKS, HOLD, "2026-01-31") == []
    assert actions(BOOKS, HOLD, "2026-02-01") == [("hold", "A1", None, None)]


def test_each_currency_of_an_account_is_reminded_of_its_own(decide):
    """Two currencies are two notes, never a sum."""
    text = BOOKS + "S3 A1 2026-01-01 5000 JPY\n"
    notes = decide(text, REMINDERS, "2026-01-21")["actions"]
    assert sorted(note["payload"]["text"] for note in notes) == ["early 100.00 USD", "early 5000 JPY"]
    assert len({note["key"] for note in notes}) == 2


NOTES = "notes: note_id account_id created_on kind text external_ref\n"


@pytest.mark.parametrize(
    ("note", "said_again"),
    [
        ("N1 A1 2026-01-21 early x erp-ar:0001", False),
        ("N1 A1 2026-01-21 late x erp-ar:0001", False),
        ("N1 A1 2026-01-21 other x erp-ar:0001", True),
        ("N1 A1 2026-01-20 early x erp-ar:0001", True),
        ("N1 A1 2026-01-21 early x -", True),
        ("N1 A0 2026-01-21 early x erp-ar:0001", False),
        ("N1 A2 2026-01-21 early x erp-ar:0001", True),
    ],
    ids=["same stage", "higher stage", "another matter", "the day before", "by a person", "before the merger", "other"],
)
def test_of_a_group_one_rule_speaks_to_an_account_a_day(actions, note, said_again):
    """A payment or a write-off after the first note gives it another key: it is not written a second time that day."""
    text = BOOKS.replace(
        "account_id\n        A1", "account_id merged_into\n        A1 -\n        A0 A1\n        A2 -", 1
    )
    told = actions(text + NOTES + note, REMINDERS, "2026-01-21")
    assert told == ([("note", "A1", None, None)] if said_again else [])


def test_a_note_on_one_schedule_leaves_the_others_to_be_noted(actions):
    """Said today of one schedule is not said of another, nor of the same number in another company."""
    rules = """
rules:
  - {id: each, for_each: schedule, when: days_past_due > 0, action: note, note_kind: late, text: "late {open_amount}"}
"""
    notes = NOTES.replace("account_id", "org_id account_id schedule_id")
    told = actions(BOOKS + notes + "N1 1 A1 S1 2026-02-03 late x erp-ar:0001", rules, "2026-02-03")
    assert told == [("note", "A1", "S2", None)]
    told = actions(BOOKS + notes + "N1 2 A1 S1 2026-02-03 late x erp-ar:0001", rules, "2026-02-03")
    assert told == [("note", "A1", "S1", None), ("note", "A1", "S2", None)]


def test_a_hold_is_placed_once_for_all_currencies(actions):
    """A hold is on the account."""
    text = BOOKS + "S3 A1 2026-01-01 5000 JPY\n"
    assert actions(text, HOLD, "2026-03-01") == [("hold", "A1", None, None)]


@pytest.mark.edge_case(80)
@pytest.mark.parametrize("reference", ["erp-ar:0001", "-"])
def test_a_hold_that_is_there_is_not_placed_again(actions, reference):
    """A hold that is there, whoever placed it, is not placed a second time."""
    assert actions(BOOKS + HOLDS + f"H1 A1 overdue 2026-02-01 - {reference}\n", HOLD, "2026-03-01") == []


def test_our_hold_is_lifted_when_its_reason_is_gone_in_every_currency(actions):
    """While one currency still gives the reason, it stays; a paid-up account with nothing open is released too."""
    old_yen = "S3 A1 2025-01-01 5000 JPY\n"
    ours = HOLDS + "H1 A1 overdue 2025-12-01 - erp-ar:0001\n"
    assert actions(BOOKS + old_yen + ours, HOLD, "2026-01-15") == []
    assert actions(BOOKS + ours, HOLD, "2026-01-15") == [("release", "A1", None, None)]
    nothing_open = BOOKS + "transactions: trx_id account_id amount\nT1 A1 0\n" + ours
    assert actions(nothing_open, HOLD, "2025-12-15") == [("release", "A1", None, None)]


def test_a_release_says_which_condition_is_no_longer_met(decide):
    """The reason is the first condition of the rule that fails, or that nothing is open; layers may look at the id."""
    policy = "layers:\n  - {name: a, level: customer, when: account_id = 'A7', disable: [overdue]}\n" + HOLD
    ours = HOLDS + "H1 A1 overdue 2025-12-01 - erp-ar:0001\n"
    (paid,) = decide(BOOKS + ours, policy, "2026-01-15")["actions"]
    assert paid["reason"] == "no longer so: oldest_overdue_days > 30"
    (empty,) = decide(BOOKS + ours, policy, "2025-12-15")["actions"]
    assert empty["reason"] == "nothing is open any more"


def test_a_hold_of_somebody_else_is_never_lifted(actions):
    """Only holds with our mark are ours to lift."""
    assert actions(BOOKS + HOLDS + "H1 A1 overdue 2025-12-01 - fraud-desk\n", HOLD, "2026-01-15") == []


def test_a_release_condition_of_its_own_keeps_a_hold_from_flapping(actions):
    """Placed above 30 days, lifted only when nothing is older than 10."""
    policy = HOLD.replace('reason: "old debt"', 'reason: "old debt", release_when: oldest_overdue_days <= 10')
    ours = HOLDS + "H1 A1 overdue 2025-12-01 - erp-ar:0001\n"
    assert actions(BOOKS + ours, policy, "2026-01-15") == []
    assert actions(BOOKS + ours, policy, "2026-01-11") == [("release", "A1", None, None)]


def test_a_release_condition_waits_until_the_reason_is_gone_too(actions):
    """A hold whose own condition still holds is not lifted only to be placed again."""
    policy = HOLD.replace('reason: "old debt"', 'reason: "old debt", release_when: overdue_amount < 1000')
    ours = HOLDS + "H1 A1 overdue 2026-02-05 - erp-ar:0001\n"
    assert actions(BOOKS + ours, policy, "2026-03-01") == []


@pytest.mark.edge_case(80)
def test_a_hold_that_was_lifted_today_is_not_placed_again_today(actions):
    """Who lifted a hold today had a reason: it is not placed again today; tomorrow the rule may decide again."""
    lifted = HOLDS + "H1 A1 overdue 2026-02-05 2026-03-01 erp-ar:0001\n"
    assert actions(BOOKS + lifted, HOLD, "2026-03-01") == []
    assert actions(BOOKS + lifted, HOLD, "2026-03-02") == [("hold", "A1", None, None)]


def test_an_unknown_exposure_lifts_no_hold(actions):
    """The rate that would tell is missing: not known is not gone."""
    text = """
        customers: account_id credit_limit credit_limit_currency
            A1 100 EUR
        schedules: schedule_id account_id due_date amount_original
            S1 A1 2026-01-01 500
    """
    policy = HOLD.replace("oldest_overdue_days > 30", "limit_state = 'amount' and over_limit_amount > 0")
    assert actions(text + HOLDS + "H1 A1 overdue 2026-02-05 - erp-ar:0001\n", policy, "2026-03-01") == []


def test_a_hold_in_a_group_is_lifted_by_its_own_condition(actions):
    """Another rule of the group decides on the account now; the reason for the hold is still there."""
    policy = """
rules:
  - {id: final, group: g, priority: 1, for_each: account, when: oldest_overdue_days > 90, action: note,
     note_kind: final, text: "final"}
  - {id: overdue, group: g, priority: 2, for_each: account, when: oldest_overdue_days > 60, action: hold,
     hold: overdue, reason: "old debt"}
"""
    ours = HOLDS + "H1 A1 overdue 2026-03-10 - erp-ar:0001\n"
    assert [kind for kind, *_ in actions(BOOKS + ours, policy, "2026-05-01")] == ["note"]


def test_companies_may_share_the_id_of_a_hold(actions):
    """Two holds, two releases."""
    text = """
        customers: account_id
            A1
            A2
        transactions: trx_id account_id amount
            T1 A1 0
        holds: org_id hold_id account_id name applied_on external_ref
            1 H1 A1 overdue 2026-01-05 erp-ar:0001
            2 H1 A2 overdue 2026-01-05 erp-ar:0002
    """
    assert sorted(actions(text, HOLD, "2026-03-01")) == [("release", "A1", None, None), ("release", "A2", None, None)]


def test_a_hold_moves_with_a_merged_account(actions):
    """The survivor is held already: nothing is placed, and its reason counts for the hold."""
    text = """
        customers: account_id merged_into
            A1 -
            A0 A1
        schedules: schedule_id account_id due_date amount_original
            S1 A1 2026-01-01 100
    """
    assert actions(text + HOLDS + "H1 A0 overdue 2026-02-01 - erp-ar:0001\n", HOLD, "2026-03-01") == []


@pytest.mark.edge_case(59)
@pytest.mark.parametrize(
    ("row", "held"),
    [
        ("E1 A1 overdue ann bob - 2026-03-01", False),
        ("E1 A1 overdue ann bob 100 2026-03-01", False),
        ("E1 A1 overdue ann bob 99.99 2026-03-01", True),
        ("E1 A1 overdue ann bob - 2026-02-04", True),
        ("E1 A1 overdue ann ann - 2026-03-01", True),
        ("E1 A1 overdue ann ANN - 2026-03-01", True),
        ("E1 A1 another ann bob - 2026-03-01", True),
    ],
)
def test_an_exemption_holds_a_hold_off(actions, row, held):
    """An exemption counts by four eyes, for its hold, up to its amount and through its last day."""
    text = BOOKS.replace("S2 A1 2026-02-01 40 USD", "")
    exemptions = "exemptions: exemption_id account_id hold_name requested_by approved_by amount_cap expires_on\n"
    assert bool(actions(text + exemptions + row, HOLD, "2026-02-05")) is held


def test_a_kept_payment_plan_pauses_the_hold_and_a_broken_one_brings_it_back(actions):
    """Adherence by receipt date drives the hold: on track it is lifted, broken it is placed again."""
    policy = HOLD.replace("oldest_overdue_days > 30", "oldest_overdue_days > 30 and plan_state <> 'on_track'")
    plan = """
        payment_plans: plan_id account_id agreed_on
            L1 A1 2026-03-01
        plan_items: plan_id schedule_id
            L1 S1
        plan_instalments: plan_id seq due_on amount
            L1 1 2026-03-10 50
            L1 2 2026-04-10 50
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-03-09 50
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 S1 50 2026-03-09
    """
    ours = HOLDS + "H1 A1 overdue 2026-02-15 - erp-ar:0001\n"
    assert actions(BOOKS + plan + ours, policy, "2026-03-10") == [("release", "A1", None, None)]
    released = HOLDS + "H1 A1 overdue 2026-02-15 2026-03-10 erp-ar:0001\n"
    assert actions(BOOKS + plan + released, policy, "2026-04-10") == []
    assert actions(BOOKS + plan + released, policy, "2026-04-11") == [("hold", "A1", None, None)]


def test_a_small_balance_is_written_off_by_its_currencys_limit(decide):
    """The whole open amount, with what the ERP says remains as the guard; a currency without a limit is left alone."""
    text = """
        customers: account_id
            A1
        schedules: schedule_id account_id due_date amount_original amount_remaining currency
            S1 A1 2026-01-01 5.00 5.00 USD
            S2 A1 2026-01-01 5.01 - USD
            S3 A1 2026-01-01 500 - JPY
            S4 A1 2026-01-01 1 - EUR
            S5 A1 2026-01-01 -4.00 - USD
    """
    plan = decide(text, WRITE_OFF, "2026-03-01")
    account = {"account_status": "A", "merged_into": None}
    dollars = {"amount_original": "5.00", "amount_remaining": "5.00", "amount_in_dispute": "0.00"}
    yen = {"amount_original": "500", "amount_remaining": None, "amount_in_dispute": "0"}
    assert [(a["schedule_id"], a["amount"], a["guard"]) for a in plan["actions"]] == [
        ("S1", "-5.00", account | dollars),
        ("S3", "-500", account | yen | {"inputs": NO_INPUTS, "adjustments": 0}),
    ]
    assert plan["totals"]["adjustments"] == {"JPY": "-500", "USD": "-5.00"}
    assert plan["actions"][0]["settings"] == {"small": {"value": "5.00", "layer": "global"}}


@pytest.mark.edge_case(64)
def test_a_currency_that_a_setting_does_not_name_is_a_finding(decide):
    """A limit without an amount in euros writes nothing off in euros, and the plan says so."""
    plan = decide(BOOKS + "S3 A1 2026-01-01 1 EUR\n", WRITE_OFF, "2026-03-01")
    assert plan["actions"] == []
    assert [f["message"] for f in plan["findings"]] == [
        "setting small has no value in EUR: conditions on it are not met there"
    ]


def test_two_rules_write_one_balance_off_once(decide):
    """The first rule in the policy's order writes it; its key does not name the rule."""
    twice = WRITE_OFF + WRITE_OFF[WRITE_OFF.index("  - {id: small") :].replace("id: small", "id: smaller")
    text = """
        customers: account_id
            A1
        schedules: schedule_id account_id due_date amount_original
            S1 A1 2026-01-01 3.00
    """
    assert [a["rule"] for a in decide(text, twice, "2026-03-01")["actions"]] == ["small"]


def test_a_layer_changes_a_setting_and_the_plan_shows_which(decide):
    """The customer's layer wins over the region's, and is named."""
    policy = (
        """
layers:
  - {name: north, level: region, when: country = 'SE', settings: {small: {USD: 50.00}}}
  - {name: acme, level: customer, when: account_id = 'A1', settings: {small: {USD: 100.00}}}
"""
        + WRITE_OFF
    )
    text = """
        customers: account_id country
            A1 SE
            A2 SE
            A3 DE
        schedules: schedule_id account_id due_date amount_original
            S1 A1 2026-01-01 80
            S2 A2 2026-01-01 40
            S3 A3 2026-01-01 40
    """
    plan = decide(text, policy, "2026-03-01")
    assert {a["account_id"]: a["settings"]["small"]["layer"] for a in plan["actions"]} == {"A1": "acme", "A2": "north"}


@pytest.mark.edge_case(66)
def test_a_missing_rate_is_a_finding_and_never_a_rate_of_one(decide):
    """Without a rate the exposure of the account is unknown: no hold is placed on it, and somebody is told."""
    text = """
        customers: account_id credit_limit credit_limit_currency
            A1 10 EUR
        schedules: schedule_id account_id due_date amount_original
            S1 A1 2026-01-01 100
    """
    policy = HOLD.replace("oldest_overdue_days > 30", "over_limit_amount > 0")
    plan = decide(text, policy, "2026-03-01")
    assert plan["actions"] == []
    assert [(f["code"], f["example"]) for f in plan["findings"]] == [("missing-rate", "A1")]


def test_a_policy_can_refuse_a_ledger_that_does_not_tie_out(decide):
    """The ERP says 90 remains where the history gives 100."""
    text = BOOKS.replace("amount_original currency", "amount_original amount_remaining currency")
    text = text.replace("100 USD", "100 90 USD").replace("40 USD", "40 40 USD")
    assert not decide(text, REMINDERS, "2026-01-21")["tie_out"]["ok"]
    with pytest.raises(PlanError, match=r"derived_equals_erp USD differs by 10\.00"):
        decide(text, "data: {must_tie_out: true}\n" + REMINDERS, "2026-01-21")
