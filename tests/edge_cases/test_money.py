"""Money: currencies with no decimals or three, amounts finer than they are written, rates, percentages of credit."""

import json
from decimal import Decimal

import pytest

from erp_ar_ext.ledger import Aging
from erp_ar_ext.policy import check_policy

WRITE_OFF = """
settings: {small: {USD: 1.00, KRW: 500, KWD: 0.250}}
rules:
  - {id: small, for_each: schedule, when: open_amount between 0 and small and days_past_due > 0, action: adjustment,
     adjustment_type: INVOICE, reason: "{open_amount} {currency} is small"}
"""


@pytest.mark.edge_case(64)
def test_each_currency_has_its_own_tolerance_in_its_own_digits(decide):
    """Edge case 64: a tolerance is given in each currency, and amounts are compared and written in its digits."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id currency trx_date amount due_date
            K1 A1 KRW 2026-01-01 500 2026-01-31
            K2 A1 KRW 2026-01-01 501 2026-01-31
            D1 A1 KWD 2026-01-01 0.250 2026-01-31
            D2 A1 KWD 2026-01-01 0.251 2026-01-31
            U1 A1 USD 2026-01-01 1.00 2026-01-31
            U2 A1 USD 2026-01-01 1.01 2026-01-31
    """
    found = {
        a["schedule_id"]: (a["amount"], a["payload"]["reason"])
        for a in decide(text, WRITE_OFF, "2026-02-10")["actions"]
    }
    assert found == {
        "K1": ("-500", "500 KRW is small"),
        "D1": ("-0.250", "0.250 KWD is small"),
        "U1": ("-1.00", "1.00 USD is small"),
    }


@pytest.mark.edge_case(64)
@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("KRW: 0.10", ["0.10 KRW is no amount: KRW has no decimals; round it"]),
        ("USD: 0.105", ["0.105 USD is no amount: USD has 2 decimals; round it"]),
        ("KWD: 0.105", []),
        ("KRW: 500.00", []),
    ],
)
@pytest.mark.parametrize("place", ["settings", "layer", "tolerance"])
def test_a_tolerance_finer_than_its_currency_is_told(tmp_path, place, amount, told):
    """Edge case 64: a policy that sets 0.10 for a currency without decimals is warned of, wherever it says so."""
    amounts = {"settings": "{EUR: 1.00}", "layer": "{EUR: 1.00}", "tolerance": "{EUR: 1.00}"} | {place: f"{{{amount}}}"}
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "policy: 1\nname: tested\n"
        f"payment_plans: {{amount_tolerance: {amounts['tolerance']}}}\n"
        f"settings: {{small: {amounts['settings']}}}\n"
        f"layers:\n  - {{name: l, level: region, when: country = 'KR', settings: {{small: {amounts['layer']}}}}}\n"
        "rules:\n  - {id: r, for_each: account, when: overdue_amount > small, action: note, note_kind: n, text: x}\n",
        encoding="utf-8",
    )
    _, problems = check_policy(policy)
    assert [str(problem).split("warning: ", 1)[1] for problem in problems] == told


@pytest.mark.edge_case(65)
def test_the_parts_that_are_printed_add_up_to_the_whole_that_is_printed(books):
    """Edge case 65: no part is rounded by itself: printed buckets and rows add up to the printed totals."""
    rows = "\n".join(
        f"T{at} A{at % 3} {currency} 2026-01-01 {amount} 2026-0{1 + at % 4}-15"
        for at, (currency, amount) in enumerate(
            [("USD", "33.3333"), ("USD", "33.3333"), ("USD", "33.3334"), ("USD", "-0.0001"), ("JPY", "100.5"),
             ("JPY", "0.5"), ("KWD", "0.0005"), ("KWD", "1.9995"), ("USD", "0.005")]
        )
    )  # fmt: skip
    ledger = books(f"""
        customers: account_id
            A0
            A1
            A2
        transactions: trx_id account_id currency trx_date amount due_date
            {rows}
    """).on("2026-03-20")
    for grain in ("account", "schedule"):
        aging = Aging(ledger, by=grain)
        printed = json.loads(aging.as_json())["rows"]
        for row in printed:
            assert sum(map(Decimal, row["buckets"].values())) == Decimal(row["open_amount"]), row
        for total in aging.totals():
            of_currency = [row for row in printed if row["currency"] == total.currency]
            assert sum(Decimal(row["open_amount"]) for row in of_currency) == total.open_amount
    assert {total.currency: total.open_amount for total in aging.totals()} == {
        "USD": Decimal("100.0049"),
        "JPY": 101,
        "KWD": 2,
    }


@pytest.mark.edge_case(67)
def test_a_currency_that_was_replaced_is_another_currency(books):
    """Edge case 67: what is owed in a code that was replaced joins the new one only at the rate between them."""
    ledger = books("""
        customers: account_id credit_limit credit_limit_currency
            A1 200 TRY
            A2 200 EUR
        transactions: trx_id account_id currency trx_date amount due_date
            T1 A1 TRL 2004-12-01 150000000 2004-12-31
            T2 A1 TRY 2026-01-01 60 2026-01-31
            T3 A2 DEM 2001-12-01 80 2001-12-31
        rates: from_currency to_currency rate_date rate
            TRL TRY 2005-01-01 0.000001
    """)
    facts = ledger.facts("2026-02-10")
    assert {key: row["open_amount"] for key, row in facts.items()} == {"A1 TRL": 150000000, "A1 TRY": 60, "A2 DEM": 80}
    assert (facts["A1 TRY"]["exposure_amount"], facts["A1 TRY"]["over_limit_amount"]) == (210, 10)
    assert (facts["A2 DEM"]["limit_state"], facts["A2 DEM"]["exposure_amount"]) == ("unknown", None)


@pytest.mark.edge_case(69)
def test_a_percentage_of_a_credit_is_taken_of_its_size(decide):
    """Edge case 69: a share of a negative amount is a share of its size: a small rest of credit is small too."""
    text = """
        customers: account_id
            A1
        transactions: trx_id class account_id trx_date amount due_date
            T1 INV A1 2026-01-01 100 2026-01-31
            C1 CM A1 2026-01-01 -100 2026-01-31
            C2 CM A1 2026-01-01 -100 2026-01-31
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-02-01 95
        applications: application_id source_schedule_id target_schedule_id status amount gl_date
            P1 R1 T1 APP 95 2026-02-01
            P2 C1 - ACTIVITY 95 2026-02-01
            P3 C2 - ACTIVITY 94.99 2026-02-01
    """
    policy = """
settings: {percent: 5}
rules:
  - {id: small, for_each: schedule, when: abs(open_amount) * 100 <= abs(amount_original) * percent, action: adjustment,
     adjustment_type: INVOICE, reason: "rest"}
"""
    found = {a["schedule_id"]: a["amount"] for a in decide(text, policy, "2026-02-10")["actions"]}
    assert found == {"T1": "-5.00", "C1": "5.00"}
