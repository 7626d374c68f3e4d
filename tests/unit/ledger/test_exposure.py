"""Exposure against the credit limit, and holds."""

from decimal import Decimal

import pytest

from erp_ar_ext.ledger.fact_rules import ExposureRules

ORDERS_AND_ITEMS = """
    customers: account_id credit_limit credit_limit_currency
        {customer}
    transactions: trx_id account_id currency amount
        T1 A1 USD 100
        T2 A1 EUR 10
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-01-05 30
    orders: order_id account_id open_amount ordered_on
        O1 A1 25 2026-01-20
        O2 A1 999 2026-03-01
    rates: from_currency to_currency rate_date rate
        {rates}
"""
EUR_TO_USD = "EUR USD 2026-01-01 1.10\nEUR USD 2026-01-15 1.255\nEUR USD 2026-03-01 9"
USD_TO_EUR_ONLY = "USD EUR 2026-01-01 0.90"


def test_exposure_adds_items_cash_and_orders_at_the_days_rate(books) -> None:
    """Open items, less cash, plus orders placed by the day, each at the latest rate of the day or before."""
    ledger = books(ORDERS_AND_ITEMS.format(customer="A1 100 USD", rates=EUR_TO_USD))
    facts = ledger.facts("2026-01-31")["A1 EUR"]
    assert facts["exposure_amount"] == Decimal(100) - 30 + 25 + Decimal("12.55")
    assert (facts["limit_state"], facts["credit_limit"], facts["over_limit_amount"]) == ("amount", 100, Decimal("7.55"))
    assert ledger.facts("2026-01-14")["A1 EUR"]["exposure_amount"] == 100 - 30 + 11, "the older rate, no order yet"


@pytest.mark.edge_case(66)
@pytest.mark.parametrize("rates", [USD_TO_EUR_ONLY, "EUR USD 2026-02-01 1.1", "EUR USD 2026-01-01 1000000000"])
def test_a_missing_rate_makes_the_exposure_unknown(books, rates) -> None:
    """Without a usable rate on the day the exposure is unknown: never converted by 1, never called within limit."""
    facts = books(ORDERS_AND_ITEMS.format(customer="A1 1 USD", rates=rates)).facts("2026-01-31")["A1 USD"]
    assert (facts["limit_state"], facts["exposure_amount"], facts["over_limit_amount"]) == ("unknown", None, None)
    assert facts["credit_limit"] == 1


@pytest.mark.parametrize(
    ("customer", "state", "over"),
    [
        ("A1 - -", "none", Decimal(0)),
        ("A1 0 USD", "zero", Decimal("107.55")),
        ("A1 5000 USD", "amount", Decimal(0)),
        ("A1 50 -", "unknown", None),
    ],
)
def test_a_limit_is_none_zero_an_amount_or_unknown(books, customer, state, over) -> None:
    """No limit is not a limit of nothing, and a limit without a currency cannot be compared with."""
    facts = books(ORDERS_AND_ITEMS.format(customer=customer, rates=EUR_TO_USD)).facts("2026-01-31")["A1 USD"]
    assert (facts["limit_state"], facts["over_limit_amount"]) == (state, over)


def test_holds_count_while_they_are_active(books) -> None:
    """A hold on the account counts from its day to the day before its release, ours and others' apart."""
    ledger = books("""
        customers: account_id
            A1
        transactions: trx_id account_id amount
            T1 A1 100
        holds: hold_id account_id scope applied_on released_on external_ref
            H1 A1 account 2026-01-10 2026-01-20 erp-ar:abc
            H2 A1 account 2026-01-15 - -
            H3 A1 order 2026-01-01 - -
            H4 A1 account 2026-01-18 - other:1
    """)
    active = {
        day: tuple(ledger.facts(day)["A1"][fact] for fact in ("our_active_holds", "other_active_holds"))
        for day in ("2026-01-09", "2026-01-10", "2026-01-19", "2026-01-20")
    }
    assert active == {"2026-01-09": (0, 0), "2026-01-10": (1, 0), "2026-01-19": (1, 2), "2026-01-20": (0, 2)}


def test_identity_facts_are_as_of_the_day(books) -> None:
    """Insolvency counts from its day on, a dunning block up to and including its last day; trade is the usual kind."""
    ledger = books("""
        customers: account_id insolvency_date dunning_block_until kind credit_hold
            A1 2026-01-20 2026-01-15 - Y
            A2 - - government -
        transactions: trx_id account_id amount
            T1 A1 100
            T2 A2 100
    """)
    told = {
        day: tuple(ledger.facts(day)["A1"][fact] for fact in ("insolvent", "dunning_blocked"))
        for day in ("2026-01-15", "2026-01-16", "2026-01-20")
    }
    assert told == {"2026-01-15": (False, True), "2026-01-16": (False, False), "2026-01-20": (True, False)}
    facts = ledger.facts("2026-01-20")
    assert {key: (row["account_kind"], row["credit_hold"]) for key, row in facts.items()} == {
        "A1": ("trade", True),
        "A2": ("government", False),
    }


LARGE = """
    customers: account_id credit_limit credit_limit_currency
        A1 1 {limit_currency}
    transactions: trx_id account_id amount
        T1 A1 {first}
        T2 A1 {second}
    rates: from_currency to_currency rate_date rate
        USD IDR 2026-01-01 {rate}
"""


@pytest.mark.edge_case(68)
@pytest.mark.parametrize(
    ("limit_currency", "amounts", "rate", "exposure"),
    [
        ("IDR", (9_000_000_000, 0), 16250, 146_250_000_000_000),
        ("USD", (90_000_000_000_000, 90_000_000_000_000), 1, 180_000_000_000_000),
        ("IDR", (90_000_000_000_000, 90_000_000_000_000), 99_999_999, None),
    ],
)
def test_exposure_is_exact_however_large(books, limit_currency, amounts, rate, exposure) -> None:
    """An exposure may be larger than any one amount; beyond all exact numbers it is unknown, never a crash."""
    ledger = books(LARGE.format(limit_currency=limit_currency, first=amounts[0], second=amounts[1], rate=rate))
    facts = ledger.facts("2026-02-01")["A1"]
    assert (facts["exposure_amount"], facts["limit_state"]) == (exposure, "amount" if exposure else "unknown")


def test_a_rate_of_zero_or_less_is_no_rate(books) -> None:
    """A rate that would make debt vanish or turn it round is left out and told; the one before it still counts."""
    rates = "EUR USD 2026-01-01 1.10\nEUR USD 2026-01-10 0\nEUR USD 2026-01-12 -1"
    ledger = books(ORDERS_AND_ITEMS.format(customer="A1 100 USD", rates=rates))
    assert ledger.facts("2026-01-31")["A1 EUR"]["exposure_amount"] == 100 - 30 + 25 + 11
    assert (ledger.findings["bad-rate"]["count"], ledger.findings["bad-rate"]["example"]) == (2, "EUR USD 2026-01-10")


def test_a_limit_without_a_currency_is_told(books) -> None:
    """A limit that no currency is given for, neither its own nor the account's, is a finding of its own."""
    ledger = books(ORDERS_AND_ITEMS.format(customer="A1 50 -", rates=EUR_TO_USD))
    assert ledger.findings["limit-without-currency"]["example"] == "A1"
    assert "limit-without-currency" not in books(ORDERS_AND_ITEMS.format(customer="A1 50 USD", rates="")).findings


def test_the_facts_follow_the_policys_formula_and_group(books) -> None:
    """An account below a parent has the parent's limit and the group's exposure, by the components that count."""
    ledger = books("""
        customers: account_id parent_account_id credit_limit credit_limit_currency
            A1 - 100 USD
            A2 A1 5 USD
        transactions: trx_id account_id amount
            T1 A1 80
            T2 A2 40
        orders: order_id account_id open_amount ordered_on
            O1 A2 7 2026-01-20
    """)
    own = ledger.facts("2026-01-31")["A2"]
    assert (own["limit_account_id"], own["credit_limit"], own["exposure_amount"]) == ("A2", 5, 47)
    rules = ExposureRules(group="parent", open_orders=False)
    facts = ledger.facts("2026-01-31", exposure=rules)
    told = ("limit_account_id", "credit_limit", "exposure_amount", "over_limit_amount")
    assert [[facts[account][name] for name in told] for account in ("A1", "A2")] == [["A1", 100, 120, 20]] * 2
