"""Disputes and what they leave, payment plans that meet the unexpected, exemptions, rules that meet on one line."""

import pytest

from erp_ar_ext.errors import PolicyError
from erp_ar_ext.policy import load_policy

INVOICE = """
    customers: account_id
        A1
    schedules: schedule_id account_id due_date amount_original
        S1 A1 2026-01-31 100
        S2 A1 2026-01-31 {second}
    transactions: trx_id account_id amount
        T1 A1 0
"""
DISPUTES = "disputes: dispute_id schedule_id amount opened_on closed_on\n"
RECEIPTS = "receipts: receipt_id account_id receipt_date amount reversed_date\n"
APPLICATIONS = "applications: application_id source_schedule_id target_schedule_id amount gl_date\n"


def amounts(ledger, day):
    row = ledger.facts(day, "schedule").get("S1")
    return row and (row["open_amount"], row["disputed_amount"])


@pytest.mark.edge_case(51)
def test_money_beyond_the_undisputed_part_lowers_the_disputed_part(books):
    """Edge case 51: once more than the undisputed part was paid, what is disputed is what is left."""
    ledger = books(
        INVOICE.format(second=0)
        + f"{DISPUTES} D1 S1 60 2026-02-01 -\n"
        + f"{RECEIPTS} R1 A1 2026-02-05 40 -\n R2 A1 2026-02-10 25 -\n"
        + f"{APPLICATIONS} P1 R1 S1 40 2026-02-05\n P2 R2 S1 25 2026-02-10\n"
    )
    assert [amounts(ledger, day) for day in ("2026-02-04", "2026-02-05", "2026-02-10")] == [
        (100, 60),
        (60, 60),
        (35, 35),
    ]
    assert ledger.facts("2026-02-10")["A1"]["net_overdue_amount"] == 0


AFTER_A_DISPUTE = """
rules:
  - {id: closed, group: g, priority: 1, for_each: account, action: note, note_kind: closed,
     text: "the dispute is closed", when: net_overdue_amount > 0 and dispute_closed_days <= 14}
  - {id: final, group: g, priority: 2, for_each: account, action: note, note_kind: final, text: "final",
     when: net_overdue_amount > 0 and oldest_overdue_days > 60}
"""


@pytest.mark.edge_case(52)
def test_an_item_whose_dispute_was_not_valid_is_as_old_as_ever_and_not_warned_at_once(decide):
    """Edge case 52: once a dispute is closed, age counts from the due date, and that is told before any warning."""
    text = INVOICE.format(second=0) + f"{DISPUTES} D1 S1 100 2026-02-05 2026-04-10\n"
    assert decide(text, AFTER_A_DISPUTE, "2026-04-09")["actions"] == []
    (told,) = decide(text, AFTER_A_DISPUTE, "2026-04-10")["actions"]
    assert (told["rule"], told["facts"]["dispute_closed_days"]) == ("closed", 0)
    note = (
        f"notes: note_id account_id created_on kind text external_ref\nN1 A1 2026-04-10 closed x erp-ar:{told['key']}\n"
    )
    assert decide(text + note, AFTER_A_DISPUTE, "2026-04-24")["actions"] == []
    (final,) = decide(text + note, AFTER_A_DISPUTE, "2026-04-25")["actions"]
    assert (final["rule"], final["facts"]["oldest_overdue_days"]) == ("final", 84)


@pytest.mark.edge_case(53)
def test_what_a_credit_did_not_settle_is_due_again_when_the_dispute_is_closed(books):
    """Edge case 53: a dispute that ended with credit for less than was disputed leaves the rest to be collected."""
    ledger = books(
        """
        customers: account_id
            A1
        transactions: trx_id class account_id trx_date amount due_date
            S1 INV A1 2026-01-01 100 2026-01-31
            C1 CM A1 2026-02-10 -40 2026-02-10
        """
        f"{DISPUTES} D1 S1 60 2026-02-01 2026-02-11\n"
        f"{APPLICATIONS} P1 C1 S1 40 2026-02-10\n"
    )
    assert [amounts(ledger, day) for day in ("2026-02-09", "2026-02-10", "2026-02-11")] == [
        (100, 60),
        (60, 60),
        (60, 0),
    ]
    assert ledger.facts("2026-02-11")["A1"]["net_overdue_amount"] == 60


@pytest.mark.edge_case(54)
@pytest.mark.xfail(reason="disputes of more than an item are counted as the whole item and not told")
def test_disputes_of_more_than_there_is_are_told(books):
    """Edge case 54: disputes that add up to more than their item was for are a finding with the item's name."""
    ledger = books(
        INVOICE.format(second=50)
        + f"{DISPUTES} D1 S1 60 2026-02-01 -\n D2 S1 70 2026-02-03 -\n D3 S2 50 2026-02-03 -\n"
    )
    assert amounts(ledger, "2026-02-03") == (100, 100)
    told = ledger.findings["disputed-beyond-amount"]
    assert (told["count"], told["example"]) == (1, "S1")


@pytest.mark.edge_case(55)
def test_a_dispute_counts_only_while_there_is_something_to_dispute(books):
    """Edge case 55: a dispute about a paid item counts for nothing until the item is open again or is disputed anew."""
    ledger = books(
        INVOICE.format(second=0)
        + f"{DISPUTES} D1 S1 30 2026-02-03 2026-02-20\n D1-again S1 45 2026-03-01 -\n"
        + f"{RECEIPTS} R1 A1 2026-02-01 100 2026-02-10\n"
        + f"{APPLICATIONS} P1 R1 S1 100 2026-02-01\n"
    )
    told = {day: amounts(ledger, day) for day in ("2026-02-05", "2026-02-10", "2026-02-20", "2026-03-01")}
    assert told == {
        "2026-02-05": None,
        "2026-02-10": (100, 30),
        "2026-02-20": (100, 0),
        "2026-03-01": (100, 45),
    }


PROMISE = """
    payment_plans: plan_id account_id agreed_on
        {plans}
    plan_items: plan_id schedule_id
        {items}
    plan_instalments: plan_id seq due_on amount
        {legs}
"""


@pytest.mark.edge_case(56)
@pytest.mark.parametrize("taken_off", ["receipt", "credit memo", "write-off"])
def test_a_promise_of_more_than_is_owed_is_kept_when_nothing_is_left(books, taken_off):
    """Edge case 56: a promise above the balance is kept once its items are closed, by money, credit or write-off."""
    rest = {
        "receipt": f"{RECEIPTS} R1 A1 2026-02-05 60 -\n R2 A1 2026-02-08 40 -\n{APPLICATIONS} P2 R2 S1 40 2026-02-08\n",
        "credit memo": f"{RECEIPTS} R1 A1 2026-02-05 60 -\n{APPLICATIONS} P2 S2 S1 40 2026-02-08\n",
        "write-off": f"{RECEIPTS} R1 A1 2026-02-05 60 -\n"
        "adjustments: adjustment_id schedule_id amount gl_date\n J1 S1 -40 2026-02-08\n" + APPLICATIONS,
    }
    ledger = books(
        INVOICE.format(second=-40).replace("S2 A1", "S2 A1")
        + PROMISE.format(plans="L1 A1 2026-02-01", items="L1 S1", legs="L1 1 2026-02-06 60\nL1 2 2026-02-10 90")
        + rest[taken_off]
        + "P1 R1 S1 60 2026-02-05\n"
    )
    assert ledger.legs("2026-02-07") == {1: ("met", "0.00"), 2: ("open", "90.00")}
    assert ledger.legs("2026-02-08") == {1: ("met", "0.00"), 2: ("met", "0.00")}
    assert ledger.plans("2026-02-11") == {"L1": "completed"}


@pytest.mark.edge_case(56)
def test_a_promise_and_a_plan_on_one_item_are_each_judged(books):
    """Edge case 56: money on an item counts for its promise and for its plan, and the worse of the two is told."""
    ledger = books(
        INVOICE.format(second=0)
        + PROMISE.format(
            plans="L1 A1 2026-02-01\nL2 A1 2026-02-01",
            items="L1 S1\nL2 S1",
            legs="L1 1 2026-02-05 100\nL2 1 2026-02-10 50\nL2 2 2026-03-10 50",
        )
        + f"{RECEIPTS} R1 A1 2026-02-04 50 -\n{APPLICATIONS} P1 R1 S1 50 2026-02-04\n"
    )
    assert ledger.plans("2026-02-05") == {"L1": "on_track", "L2": "on_track"}
    assert ledger.plans("2026-02-06") == {"L1": "broken", "L2": "on_track"}
    item = ledger.facts("2026-02-06", "schedule")["S1"]
    assert (item["in_plan"], item["plan_state"]) == (True, "broken")
    assert ledger.facts("2026-02-06")["A1"]["plan_state"] == "broken"


@pytest.mark.edge_case(57)
def test_a_leg_is_paid_in_parts_and_by_whoever_pays_the_items(books):
    """Edge case 57: two receipts, one of them of a sister company, keep a leg between them by their own dates."""
    ledger = books(
        INVOICE.format(second=0).replace("A1\n    sch", "A1\n        A7\n    sch")
        + PROMISE.format(plans="L1 A1 2026-02-01", items="L1 S1", legs="L1 1 2026-02-10 100")
        + f"{RECEIPTS} R1 A1 2026-02-05 30 -\n R2 A7 2026-02-10 70 -\n"
        + f"{APPLICATIONS} P1 R1 S1 30 2026-02-05\n P2 R2 S1 70 2026-02-20\n"
    )
    assert ledger.legs("2026-02-09")[1] == ("open", "70.00")
    assert ledger.legs("2026-02-20")[1] == ("met", "0.00"), "the day the money came, not the day it was applied"


@pytest.mark.edge_case(58)
def test_an_invoice_issued_during_a_plan_is_outside_it(books):
    """Edge case 58: a new invoice neither belongs to the plan nor takes its money, and is overdue by itself."""
    ledger = books(
        INVOICE.format(second=70).replace("S2 A1 2026-01-31", "S2 A1 2026-02-15")
        + PROMISE.format(plans="L1 A1 2026-02-01", items="L1 S1", legs="L1 1 2026-02-10 50\nL1 2 2026-03-10 50")
        + f"{RECEIPTS} R1 A1 2026-02-09 50 -\n R2 A1 2026-02-20 20 -\n"
        + f"{APPLICATIONS} P1 R1 S1 50 2026-02-09\n P2 R2 S2 20 2026-02-20\n"
    )
    facts = ledger.facts("2026-02-20", "schedule")
    assert {key: (row["in_plan"], row["open_amount"]) for key, row in facts.items()} == {
        "S1": (True, 50),
        "S2": (False, 50),
    }
    assert ledger.legs("2026-02-20")[2] == ("open", "50.00")
    assert ledger.facts("2026-02-20")["A1"]["plan_state"] == "on_track"


@pytest.mark.edge_case(59)
def test_an_exemption_ends_on_its_day_whatever_is_on_its_way(actions):
    """Edge case 59: the day after an exemption the hold is placed, though the order it was given for is still open."""
    text = """
        customers: account_id credit_limit credit_limit_currency
            A1 100 USD
        transactions: trx_id account_id trx_date amount due_date
            T1 A1 2026-01-01 {owed} 2026-01-31
        orders: order_id account_id open_amount ordered_on
            O1 A1 50 2026-01-20
        exemptions: exemption_id account_id hold_name requested_by approved_by amount_cap expires_on
            E1 A1 credit-limit ann bob 80 2026-02-10
    """
    policy = """
rules:
  - {id: limit, for_each: account, when: over_limit_amount > 0, action: hold, hold: credit-limit, reason: "limit"}
"""
    hold = [("hold", "A1", None, None)]
    assert actions(text.format(owed=80), policy, "2026-02-10") == []
    assert actions(text.format(owed=80), policy, "2026-02-11") == hold
    assert actions(text.format(owed="80.01"), policy, "2026-02-10") == hold, "the price went up beyond the cap"


@pytest.mark.edge_case(61)
@pytest.mark.parametrize(
    ("first", "second", "message"),
    [("", "", "has no priority"), ("priority: 1,", "priority: 1,", "duplicate priority 1")],
    ids=["none", "equal"],
)
def test_two_rules_that_could_both_act_need_an_order(tmp_path, first, second, message):
    """Edge case 61: rules of one group without an order between them are an error, not taken as the file has them."""
    policy = tmp_path / "policy.yaml"
    acts = "for_each: account, action: note, note_kind: n, text: x"
    rules = [
        f"{{id: one, group: g, {first} when: insolvent, {acts}}}",
        f"{{id: two, group: g, {second} when: credit_hold, {acts}}}",
    ]
    policy.write_text("policy: 1\nname: tested\nrules:\n  - " + "\n  - ".join(rules) + "\n", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(policy)
    assert any(message in str(problem) for problem in caught.value.problems), caught.value.problems


@pytest.mark.edge_case(63)
@pytest.mark.parametrize(
    ("condition", "acts"),
    [(">", False), (">=", True), ("<", False), ("<=", True), ("=", True)],
)
def test_an_amount_exactly_at_the_threshold(actions, condition, acts):
    """Edge case 63: at exactly the threshold, more than it is not met and at least it is, to the last decimal."""
    text = INVOICE.format(second=0)
    policy = """
settings: {threshold: {USD: THRESHOLD}}
rules:
  - {id: r, for_each: account, when: overdue_amount CONDITION threshold, action: note, note_kind: n, text: x}
"""

    def act(threshold):
        return actions(text, policy.replace("CONDITION", condition).replace("THRESHOLD", threshold), "2026-02-10")

    assert bool(act("100.00")) is acts
    if condition in {">", ">="}:
        assert not act("100.0001")
        assert act("99.9999")
