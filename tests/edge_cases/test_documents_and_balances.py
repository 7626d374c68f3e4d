"""Documents and their balances: credits, parts, instalments, classes, what is short and what is over."""

import json

import pytest

from erp_ar_ext.ledger import Aging

CUSTOMER = """
    customers: account_id
        A1
"""
SHORT_PAID = """
rules:
  - {id: short-paid, for_each: schedule, action: note, note_kind: short-paid,
     when: open_amount > 0 and open_amount * 50 <= amount_original and days_past_due > 0,
     text: "{trx_number}: {open_amount} of {amount_original} {currency} is missing"}
"""


@pytest.mark.edge_case(2)
def test_a_credit_memo_that_paid_nothing_is_aged_and_netted_only_where_a_fact_says_so(books):
    """Edge case 2: an unapplied credit memo ages by its own date, and is taken off in the one fact that says "net"."""
    ledger = books(
        CUSTOMER
        + """
        transactions: trx_id class account_id trx_date amount due_date
            T1 INV A1 2026-01-01 100 2026-01-31
            C1 CM A1 2025-11-01 -30 -
        """
    )
    assert ledger.buckets("2026-02-10") == {"T1": {"1-30": "100.00"}, "C1": {"91+": "-30.00"}}
    account = ledger.facts("2026-02-10")["A1"]
    assert (account["open_amount"], account["overdue_amount"], account["credits_amount"]) == (70, 100, -30)
    assert account["net_overdue_amount"] == 70


@pytest.mark.edge_case(3)
def test_cash_of_three_kinds_is_told_apart_and_none_is_lost(books):
    """Edge case 3: plain unapplied cash, cash on account and cash of nobody are told apart and all in the total."""
    ledger = books(
        CUSTOMER
        + """
        transactions: trx_id account_id trx_date amount due_date
            T1 A1 2026-01-01 100 2026-01-31
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 50
            R2 - 2026-02-01 8
        applications: application_id source_schedule_id target_schedule_id status amount gl_date
            P1 R1 T1 APP 20 2026-02-01
            P2 R1 - ACC 12 2026-02-01
            P3 R2 - UNID 8 2026-02-01
        """
    )
    with ledger.on("2026-02-10") as day:
        rows = day.engine.rows(
            "SELECT account_id, unapplied, on_account, unidentified FROM open_items WHERE unapplied <> 0 ORDER BY 1"
        )
        assert rows == [("A1", -30, -12, 0), (None, -8, 0, -8)]
        aging = Aging(day)
        assert {row["account_id"]: row["unapplied"] for row in json.loads(aging.as_json())["rows"]} == {
            "A1": "-30.00",
            None: "-8.00",
        }
        assert aging.totals()[0].unapplied == -38
        assert aging.tie_out.ok


@pytest.mark.edge_case(4)
def test_a_negative_invoice_keeps_its_class_and_counts_by_its_sign(books):
    """Edge case 4: a negative invoice is credit in every sum, and stays an invoice where its class is asked for."""
    ledger = books(
        CUSTOMER
        + """
        transactions: trx_id class account_id trx_date amount due_date
            T1 INV A1 2026-01-01 100 2026-01-31
            T2 INV A1 2026-01-01 -40 2026-01-31
            C1 CM A1 2026-01-01 -5 2026-01-31
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 T2 T1 25 2026-02-05
        """
    )
    account = ledger.facts("2026-02-01")["A1"]
    assert (account["overdue_amount"], account["credits_amount"], account["overdue_items"]) == (100, -45, 1)
    assert ledger.open("2026-02-05") == {"T1": "75.00", "T2": "-15.00", "C1": "-5.00"}
    classes = {key: row["class"] for key, row in ledger.facts("2026-02-05", "schedule").items()}
    assert classes == {"T1": "INV", "T2": "INV", "C1": "CM"}


@pytest.mark.edge_case(5)
def test_an_invoice_whose_parts_cancel_opens_again_by_the_part_that_is_corrected(books):
    """Edge case 5: line -100 and tax +100 make a balance of nothing, until one of the two is corrected."""
    ledger = books(
        CUSTOMER
        + """
        transactions: trx_id account_id trx_date amount due_date
            T1 A1 2026-01-01 0 2026-01-31
        adjustments: adjustment_id schedule_id type amount gl_date
            J1 T1 TAX -100 2026-02-01
            J2 T1 LINE 100 2026-02-10
        """
    )
    assert ledger.open("2026-01-31") == {}
    assert ledger.open("2026-02-01") == {"T1": "-100.00"}, "the line is left: credit"
    assert ledger.open("2026-02-10") == {}


@pytest.mark.edge_case(6)
def test_an_item_of_nothing_is_chased_by_nobody(actions):
    """Edge case 6: an invoice of no amount, and one that is paid but still called open, are nobody's debt."""
    text = (
        CUSTOMER
        + """
        transactions: trx_id account_id trx_date amount
            T1 A1 2026-01-01 0
            T2 A1 2026-01-01 100
        schedules: schedule_id trx_id account_id due_date amount_original amount_remaining status
            S1 T1 A1 2026-01-31 0 0 OP
            S2 T2 A1 2026-01-31 100 0 OP
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 S2 100 2026-02-01
        """
    )
    every = """
rules:
  - {id: account, for_each: account, when: open_items > 0 or overdue_items > 0, action: note, note_kind: n, text: x}
  - {id: item, for_each: schedule, when: days_past_due > 0, action: note, note_kind: n, text: x}
"""
    assert [kind for kind, *_ in actions(text, every, "2026-01-31")] == ["note"], "the day before it was paid"
    assert actions(text, every, "2026-02-10") == []


INSTALMENTS = (
    CUSTOMER
    + """
    transactions: trx_id account_id trx_date amount
        T1 A1 2026-01-01 300
    schedules: schedule_id trx_id account_id instalment due_date amount_original
        S1 T1 A1 1 2026-01-31 100
        S2 T1 A1 2 2026-02-28 100
        S3 T1 A1 3 2026-03-31 100
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-02-01 60
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 {target} 60 2026-02-01
"""
)


@pytest.mark.edge_case(7)
@pytest.mark.parametrize(
    ("target", "aged"),
    [
        ("S1", {"S1": {"31-60": "40.00"}, "S2": {"1-30": "100.00"}, "S3": {"not_due": "100.00"}}),
        ("S2", {"S1": {"31-60": "100.00"}, "S2": {"1-30": "40.00"}, "S3": {"not_due": "100.00"}}),
    ],
)
def test_each_instalment_ages_alone_and_a_short_payment_stays_where_it_was_put(books, target, aged):
    """Edge case 7: an instalment ages by its own due date; a short payment lowers only the one it was applied to."""
    ledger = books(INSTALMENTS.format(target=target))
    assert ledger.buckets("2026-03-05") == aged
    assert ledger.facts("2026-03-05")["A1"]["overdue_amount"] == 140


@pytest.mark.edge_case(8)
@pytest.mark.parametrize("kind", ["INV", "DM", "CB", "DEP", "BR"])
def test_every_class_of_debit_is_asked_for(actions, books, kind):
    """Edge case 8: invoices, debit memos, chargebacks, deposits and bills are reminded of, guarantees are not."""
    text = (
        CUSTOMER
        + "transactions: trx_id class account_id trx_date amount due_date\n T1 {} A1 2026-01-01 50 2026-01-05\n"
    )
    reminder = """
rules:
  - {id: remind, for_each: account, when: overdue_amount > 0, action: note, note_kind: r, text: "{overdue_amount}"}
"""
    assert actions(text.format(kind), reminder, "2026-01-20") == [("note", "A1", None, None)]
    assert actions(text.format("GUAR"), reminder, "2026-01-20") == []
    assert books(text.format(kind)).findings == {}, "a class that is known is no finding"


@pytest.mark.edge_case(9)
def test_a_discount_taken_too_late_stays_open_and_is_found_as_short_paid(decide):
    """Edge case 9: a discount that was not granted is still owed, and a rule finds what is missing by its share."""
    text = (
        CUSTOMER
        + """
        transactions: trx_id account_id trx_date amount due_date
            EARNED A1 2026-01-01 100 2026-01-31
            LATE A1 2026-01-01 100 2026-01-31
            PART A1 2026-01-01 100 2026-01-31
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-09 98
            R2 A1 2026-02-20 98
            R3 A1 2026-02-20 97.99
        applications: application_id source_schedule_id target_schedule_id amount discount gl_date
            P1 R1 EARNED 98 2 2026-01-09
            P2 R2 LATE 98 - 2026-02-20
            P3 R3 PART 97.99 - 2026-02-20
        """
    )
    (found,) = decide(text, SHORT_PAID, "2026-02-28")["actions"]
    assert (found["schedule_id"], found["payload"]["text"]) == ("LATE", "LATE: 2.00 of 100.00 USD is missing")


@pytest.mark.edge_case(10)
def test_a_retention_is_not_due_before_its_own_day(books):
    """Edge case 10: what is held back until a later day is not overdue with the rest of its invoice."""
    ledger = books(
        CUSTOMER
        + """
        transactions: trx_id account_id trx_date amount
            T1 A1 2026-01-01 1000
        schedules: schedule_id trx_id account_id instalment due_date amount_original
            S1 T1 A1 1 2026-01-31 900
            S2 T1 A1 2 2027-01-31 100
        """
    )
    account = ledger.facts("2026-03-15")["A1"]
    assert (account["overdue_amount"], account["not_due_amount"], account["oldest_overdue_days"]) == (900, 100, 43)
    assert ledger.buckets("2027-02-01")["S2"] == {"1-30": "100.00"}


@pytest.mark.edge_case(11)
def test_what_is_left_of_tax_alone_is_owed_until_it_is_corrected_as_tax(decide):
    """Edge case 11: where only the tax was not paid, the tax is open, and it is written off as tax."""
    text = (
        CUSTOMER
        + """
        transactions: trx_id account_id trx_date amount due_date
            T1 A1 2026-01-01 110 2026-01-31
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 100 2026-02-01
        """
    )
    policy = """
settings: {tax_left: {USD: 15.00}}
rules:
  - {id: tax, for_each: schedule, when: open_amount between 0.01 and tax_left and open_amount * 11 = amount_original,
     action: adjustment, adjustment_type: TAX, reason: "only the tax of {amount_original} is left"}
"""
    (write_off,) = decide(text, policy, "2026-02-10")["actions"]
    assert (write_off["amount"], write_off["payload"]["type"]) == ("-10.00", "TAX")
    corrected = text + "adjustments: adjustment_id schedule_id type amount gl_date\n J1 T1 TAX -10 2026-02-08\n"
    assert decide(corrected, policy, "2026-02-10")["actions"] == []


OVERPAID = (
    CUSTOMER
    + """
    transactions: trx_id account_id trx_date amount due_date
        T1 A1 2026-01-01 100 2026-01-31
        T2 A1 2026-01-01 80 2026-01-31
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-02-01 150
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 T1 150 2026-02-01
    payment_plans: plan_id account_id agreed_on
        L1 A1 2026-01-20
        L2 A1 2026-01-20
    plan_items: plan_id schedule_id
        L1 T1
        L2 T2
    plan_instalments: plan_id seq due_on amount
        L1 1 2026-02-01 100
        L2 1 2026-02-01 80
"""
)


@pytest.mark.edge_case(14)
def test_an_overpayment_keeps_one_promise_and_becomes_a_refund_when_it_is_old(books, decide):
    """Edge case 14: what is paid beyond an invoice is negative, keeps no other promise, and is repaid in the end."""
    ledger = books(OVERPAID)
    assert ledger.open("2026-02-02") == {"T1": "-50.00", "T2": "80.00"}
    assert ledger.plans("2026-02-02") == {"L1": "completed", "L2": "broken"}
    policy = """
settings: {refund_after: 60}
rules:
  - {id: refund, for_each: schedule, when: open_amount < 0 and class <> 'CM' and days_past_due > refund_after,
     action: note, note_kind: refund, text: "{trx_number}: {open_amount} {currency} was paid too much"}
"""
    assert decide(OVERPAID, policy, "2026-04-01")["actions"] == []
    (refund,) = decide(OVERPAID, policy, "2026-04-02")["actions"]
    assert (refund["schedule_id"], refund["payload"]["text"]) == ("T1", "T1: -50.00 USD was paid too much")


@pytest.mark.edge_case(15)
def test_what_a_bank_or_a_tax_office_kept_is_told_apart_by_the_customers_country(decide):
    """Edge case 15: what is short is a bank's charge or withheld tax, by the tolerance and the rate of a country."""
    text = """
        customers: account_id country
            DE DE
            BR BR
            SE SE
        transactions: trx_id account_id trx_date amount due_date
            T1 DE 2026-01-01 1000 2026-01-31
            T2 BR 2026-01-01 1000 2026-01-31
            T3 SE 2026-01-01 1000 2026-01-31
        receipts: receipt_id account_id receipt_date amount
            R1 DE 2026-02-01 985
            R2 BR 2026-02-01 850
            R3 SE 2026-02-01 985
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 985 2026-02-01
            P2 R2 T2 850 2026-02-01
            P3 R3 T3 985 2026-02-01
    """
    policy = """
settings: {bank_charge: {USD: 0.00}, withheld_percent: 0}
layers:
  - {name: germany, level: region, when: country = 'DE', settings: {bank_charge: {USD: 20.00}}}
  - {name: brazil, level: region, when: country = 'BR', settings: {withheld_percent: 15}}
rules:
  - {id: withheld, for_each: schedule, when: open_amount > 0 and open_amount * 100 = amount_original * withheld_percent,
     action: note, note_kind: withheld-tax, text: "ask for the certificate of {open_amount} {currency}"}
  - {id: charge, for_each: schedule, when: open_amount between 0.01 and bank_charge,
     action: adjustment, adjustment_type: LINE, reason: "bank charge"}
"""
    found = {a["account_id"]: (a["rule"], a["amount"]) for a in decide(text, policy, "2026-02-10")["actions"]}
    assert found == {"DE": ("charge", "-15.00"), "BR": ("withheld", None)}
