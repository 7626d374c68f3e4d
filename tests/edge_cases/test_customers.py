"""Customers: merged, gone, inactive, in groups and companies, of other kinds than trade, with more credit than debt."""

import pytest

from erp_ar_ext.ledger import Aging

REMIND = """
rules:
  - {id: remind, for_each: account, when: overdue_amount > 0, action: note, note_kind: remind,
     text: "{overdue_amount} {currency} is overdue"}
"""
MERGE = """
    customers: account_id merged_into
        A1 {into}
        A2 -
    transactions: trx_id account_id trx_date amount due_date
        T1 A1 2026-01-01 100 2026-01-31
        T2 A2 2026-01-01 20 2026-02-05
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-02-01 7
    disputes: dispute_id schedule_id amount opened_on
        D1 T1 30 2026-02-02
    payment_plans: plan_id account_id agreed_on
        L1 A1 2026-02-03
    plan_items: plan_id schedule_id
        L1 T1
    plan_instalments: plan_id seq due_on amount
        L1 1 2026-03-01 100
    holds: hold_id account_id name applied_on external_ref
        H1 A1 overdue 2026-02-04 erp-ar:0001
"""


@pytest.mark.edge_case(39)
def test_a_merge_moves_everything_and_changes_no_total(books):
    """Edge case 39: items, cash, disputes, plans and holds go with a merged customer, and every total stays."""
    before, after = (books(MERGE.format(into=into)) for into in ("-", "A2"))
    totals = [Aging(ledger.on("2026-02-20")).totals() for ledger in (before, after)]
    assert totals[0] == totals[1]
    facts = after.facts("2026-02-20")
    moved = ("overdue_amount", "disputed_amount", "unapplied_amount", "plan_state", "our_active_holds")
    assert list(facts) == ["A2"]
    assert tuple(facts["A2"][name] for name in moved) == (120, 30, -7, "on_track", 1)
    assert {facts["A2"][name] for name in moved[:3]} == {
        sum(row[name] for row in before.facts("2026-02-20").values()) for name in moved[:3]
    }


@pytest.mark.edge_case(39)
def test_what_was_said_to_a_merged_customer_is_not_said_again_to_the_survivor(decide):
    """Edge case 39: a reminder that went to a customer before its merger is not repeated to the survivor."""
    (said,) = [a for a in decide(MERGE.format(into="-"), REMIND, "2026-02-20")["actions"] if a["account_id"] == "A1"]
    note = f"notes: note_id account_id created_on text external_ref\nN1 A1 2026-02-20 overdue erp-ar:{said['key']}\n"
    assert decide(MERGE.format(into="A2") + note, REMIND, "2026-02-25")["actions"] == []
    assert len(decide(MERGE.format(into="A2"), REMIND, "2026-02-25")["actions"]) == 1


@pytest.mark.edge_case(40)
@pytest.mark.parametrize("master", ["A2 A -", "A2 A -\nA1 I A2"], ids=["gone", "a tombstone"])
def test_a_customer_that_is_gone_is_told_and_stops_nothing(books, master):
    """Edge case 40: an item of a customer that was deleted in a merge is told and still open; a tombstone moves it."""
    ledger = books(f"""
        customers: account_id status merged_into
            {master}
        transactions: trx_id account_id trx_date amount due_date
            T1 A1 2026-01-01 100 2026-01-31
            T2 A2 2026-01-01 20 2026-01-31
    """)
    moved = "A1" in master
    assert ledger.owners("2026-02-10") == {"T1": "A2" if moved else "A1", "T2": "A2"}
    told = {code: (finding["severity"], finding["example"]) for code, finding in ledger.findings.items()}
    assert told == ({} if moved else {"unknown-account": ("warning", "T1")})
    assert Aging(ledger.on("2026-02-10")).totals()[0].open_amount == 120


@pytest.mark.edge_case(41)
def test_an_inactive_customer_still_owes(actions):
    """Edge case 41: a customer that was closed in the master is reminded of what it owes like any other."""
    text = """
        customers: account_id status
            A1 I
        transactions: trx_id account_id trx_date amount due_date
            T1 A1 2026-01-01 100 2026-01-31
    """
    assert actions(text, REMIND, "2026-02-10") == [("note", "A1", None, None)]


GROUP = """
    customers: account_id parent_account_id credit_limit credit_limit_currency
        P - 100 USD
        A1 P - -
        A2 P - -
        X1 X2 - -
        X2 X1 - -
    transactions: trx_id account_id trx_date amount due_date
        T1 A1 2026-01-01 70 2026-01-31
        T2 A2 2026-01-01 40 2026-03-31
        T3 X1 2026-01-01 5 2026-01-31
"""


@pytest.mark.edge_case(42)
def test_a_child_is_reminded_of_what_it_owes_itself(actions):
    """Edge case 42: reminders go to the account that owes, not to its parent, and a circle of parents does no harm."""
    assert actions(GROUP, REMIND, "2026-02-10") == [("note", "A1", None, None), ("note", "X1", None, None)]


@pytest.mark.edge_case(42)
def test_the_accounts_of_a_group_are_held_for_what_all_of_them_owe(decide):
    """Edge case 42: against the parent's limit stands what all accounts of the group owe, in holds as in exposure."""
    policy = """
exposure: {group: parent}
rules:
  - {id: limit, for_each: account, when: over_limit_amount > 0, action: hold, hold: limit,
     reason: "{over_limit_amount}"}
"""
    held = {a["account_id"]: a["reason"] for a in decide(GROUP, policy, "2026-02-10")["actions"]}
    assert held == {"A1": "10.00", "A2": "10.00"}


@pytest.mark.edge_case(43)
def test_a_customer_of_two_companies_has_the_limit_of_each(books):
    """Edge case 43: accounts of one legal entity in two companies are each held against their own limit."""
    ledger = books("""
        customers: account_id parent_account_id credit_limit credit_limit_currency
            NORTH GROUP 100 USD
            SOUTH GROUP 100 EUR
        transactions: org_id trx_id account_id currency trx_date amount
            1 T1 NORTH USD 2026-01-01 150
            2 T1 SOUTH USD 2026-01-01 90
        rates: from_currency to_currency rate_date rate
            USD EUR 2026-01-01 0.90
    """)
    facts = ledger.facts("2026-01-31")
    told = ("limit_currency", "exposure_amount", "over_limit_amount")
    assert tuple(facts["NORTH"][name] for name in told) == ("USD", 150, 50)
    assert tuple(facts["SOUTH"][name] for name in told) == ("EUR", 81, 0)


INSOLVENT = """
    customers: account_id insolvency_date
        A1 2026-02-10
    transactions: trx_id account_id trx_date amount due_date
        BEFORE A1 2026-01-01 100 2026-01-31
        AFTER A1 2026-02-12 30 2026-02-20
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-06-01 15
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 BEFORE 15 2026-06-01
"""
OF_INSOLVENCY = """
rules:
  - {id: remind, for_each: account, when: overdue_amount > 0 and not insolvent, action: note,
     note_kind: remind, text: x}
  - {id: stop, for_each: account, when: insolvent, action: hold, hold: insolvency, reason: "{insolvency_date}"}
  - {id: prove, for_each: schedule, when: open_amount > 0 and trx_date <= insolvency_date, action: note,
     note_kind: proof-of-debt, text: "{trx_number}: {open_amount} {currency} to be proved"}
"""


@pytest.mark.edge_case(46)
def test_an_insolvency_stops_reminders_and_parts_the_debts(decide):
    """Edge case 46: from the appointment on there are a hold and the debts to be proved, and no reminders."""

    def told(day):
        actions = decide(INSOLVENT, OF_INSOLVENCY, day)["actions"]
        return {a["rule"]: a.get("schedule_id") or a["payload"].get("reason") for a in actions}

    assert told("2026-02-09") == {"remind": None}
    assert told("2026-02-10") == {"stop": "2026-02-10", "prove": "BEFORE"}
    assert told("2026-02-25") == {"stop": "2026-02-10", "prove": "BEFORE"}, "the later invoice is another debt"


@pytest.mark.edge_case(46)
def test_a_dividend_lowers_the_debts_of_before(books):
    """Edge case 46: what the administrator pays later lowers the debt it is applied to, and the rest stays open."""
    assert books(INSOLVENT).open("2026-06-01") == {"BEFORE": "85.00", "AFTER": "30.00"}


@pytest.mark.edge_case(47)
def test_who_pays_on_a_collection_day_is_given_until_then(actions):
    """Edge case 47: customers whose money comes on a set day are given until then by the layer of their class."""
    text = """
        customers: account_id kind profile_class
            A1 trade -
            GOV government -
            DEBIT trade direct-debit
        transactions: trx_id account_id trx_date amount due_date
            T1 A1 2026-01-01 100 2026-01-31
            T2 GOV 2026-01-01 100 2026-01-31
            T3 DEBIT 2026-01-01 100 2026-01-31
    """
    policy = """
settings: {patience: 0}
layers:
  - {name: public, level: class, priority: 1, when: account_kind = 'government', settings: {patience: 30}}
  - {name: collected, level: class, priority: 2, when: profile_class = 'direct-debit', settings: {patience: 5}}
"""
    policy += REMIND.replace("overdue_amount > 0", "overdue_amount > 0 and oldest_overdue_days > patience")
    reminded = {
        day: [account for _, account, _, _ in actions(text, policy, day)]
        for day in ("2026-02-01", "2026-02-06", "2026-03-03")
    }
    assert reminded == {
        "2026-02-01": ["A1"],
        "2026-02-06": ["A1", "DEBIT"],
        "2026-03-03": ["A1", "DEBIT", "GOV"],
    }


@pytest.mark.edge_case(48)
def test_an_employee_gets_the_remedies_of_employees(decide):
    """Edge case 48: rules for customers pass an employee over, whose own rule names neither sum nor person."""
    text = """
        customers: account_id name kind
            A1 Acme trade
            E7 Meier employee
        transactions: trx_id account_id trx_date amount due_date
            T1 A1 2026-01-01 100 2026-01-31
            T2 E7 2026-01-01 100 2026-01-31
    """
    policy = "layers:\n  - {name: staff, level: class, when: account_kind = 'employee', disable: [remind]}\n" + REMIND
    policy += """
  - {id: payroll, for_each: account, when: account_kind = 'employee' and overdue_amount > 0, action: note,
     note_kind: payroll, text: "advance to be settled with payroll", approval: required}
"""
    told = {a["account_id"]: a for a in decide(text, policy, "2026-02-10")["actions"]}
    assert {account: a["rule"] for account, a in told.items()} == {"A1": "remind", "E7": "payroll"}
    assert (told["E7"]["payload"]["text"], told["E7"]["approval"]) == ("advance to be settled with payroll", "required")


@pytest.mark.edge_case(49)
def test_strangers_who_share_an_account_are_reminded_by_document(decide, books):
    """Edge case 49: what strangers owe under one number is chased by document; one's credit pays no other."""
    text = """
        customers: account_id account_number name
            CASH 9999 cash
            A2 9999 named
        transactions: trx_id class account_id trx_date amount due_date
            T1 INV CASH 2026-01-01 100 2026-01-31
            T2 INV CASH 2026-01-01 30 2026-02-28
            C1 CM CASH 2026-01-01 -500 2026-01-31
            T3 INV A2 2026-01-01 40 2026-01-31
    """
    policy = """
rules:
  - {id: document, for_each: schedule, when: open_amount > 0 and days_past_due > 0, action: note, note_kind: r,
     text: "{trx_number}: {open_amount} {currency}"}
"""
    found = [(a["account_id"], a["payload"]["text"]) for a in decide(text, policy, "2026-02-10")["actions"]]
    assert found == [("A2", "T3: 40.00 USD"), ("CASH", "T1: 100.00 USD")]
    assert {key: row["account_number"] for key, row in books(text).facts("2026-02-10").items()} == {
        "CASH": "9999",
        "A2": "9999",
    }


@pytest.mark.edge_case(50)
def test_a_customer_with_more_credit_than_debt_gets_no_reminder_but_is_looked_at(decide):
    """Edge case 50: where cash or credit covers what is overdue there is a task to apply it, and no reminder."""
    text = """
        customers: account_id
            A1
            A2
        transactions: trx_id account_id trx_date amount due_date
            T1 A1 2026-01-01 100 2026-01-31
            T2 A2 2026-01-01 100 2026-01-31
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 100
            R2 A2 2026-02-01 99.99
    """
    policy = """
rules:
  - {id: remind, group: g, priority: 1, for_each: account, when: net_overdue_amount > 0, action: note,
     note_kind: remind, text: "{net_overdue_amount} {currency} is overdue"}
  - {id: apply, group: g, priority: 2, for_each: account, when: overdue_amount > 0 and unapplied_amount < 0,
     action: note, note_kind: apply-cash, text: "apply {unapplied_amount} {currency}"}
"""
    told = {a["account_id"]: a["payload"]["text"] for a in decide(text, policy, "2026-02-10")["actions"]}
    assert told == {"A1": "apply -100.00 USD", "A2": "0.01 USD is overdue"}
