"""The collectible amount beside a plain walk through each customer's items, over made-up ledgers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp_ar_ext.ledger.collectible import DEDUCTIONS, Collectible
from erp_ar_ext.ledger.fact_rules import CollectibleRules, FactRules

DAY = date(2026, 3, 1)


@dataclass(frozen=True)
class Item:
    """A debit of one of two companies, with what is disputed of it."""

    org: int
    overdue_days: int
    amount: int
    disputed: int


@dataclass(frozen=True)
class Promise:
    """A plan of one instalment that is still to come; no items means the whole account."""

    amount: int
    items: frozenset[int]


@dataclass(frozen=True)
class Customer:
    """A customer with everything that can stand against a debit."""

    state: str
    items: tuple[Item, ...]
    promises: tuple[Promise, ...]
    credits: tuple[int, int]


amounts = st.integers(1, 60)
items = st.builds(Item, st.integers(1, 2), st.integers(-3, 40), amounts, st.integers(0, 30))
promises = st.builds(Promise, amounts, st.frozensets(st.integers(0, 3), max_size=2))
customers = st.builds(
    Customer,
    st.sampled_from(("open", "open", "open", "insolvent", "blocked")),
    st.lists(items, min_size=1, max_size=4).map(tuple),
    st.lists(promises, max_size=3).map(tuple),
    st.tuples(st.integers(0, 80), st.integers(0, 80)),
)


def first_of(customer: Customer, item: Item) -> dict[str, int]:
    """Deduction that needs no other item."""
    if customer.state == "open":
        return {"disputed": min(item.amount, item.disputed)}
    return {customer.state: item.amount}


def walked(customer: Customer, *, not_due: bool) -> dict[int, dict[str, int]]:
    """Parts of each due item by its number, one deduction after the other, one item after the other."""
    numbered = [(number, item) for number, item in enumerate(customer.items) if item.overdue_days > 0 or not_due]
    oldest = sorted(numbered, key=lambda pair: (-pair[1].overdue_days, pair[1].org, pair[0]))
    parts = {number: dict.fromkeys(DEDUCTIONS, 0) | first_of(customer, item) for number, item in oldest}
    free = {number: item.amount - sum(parts[number].values()) for number, item in oldest}

    def cover(deduction: str, amount: int, covered: list[int]) -> None:
        for number in covered:
            taken = min(amount, free[number])
            parts[number][deduction] += taken
            free[number] -= taken
            amount -= taken

    newest = {}
    for place, promise in enumerate(customer.promises):
        newest |= dict.fromkeys((item for item in promise.items if item < len(customer.items)), place)
    for place, promise in enumerate(customer.promises):
        if promise.items:
            cover("promised", promise.amount, [number for number, _ in oldest if newest.get(number) == place])
    for promise in customer.promises:
        if not promise.items:
            cover("promised", promise.amount, [number for number, _ in oldest])
    for org, credit in enumerate(customer.credits, start=1):
        cover("usable_credits", credit, [number for number, item in oldest if item.org == org])
    return {number: parts[number] | {"collectible_amount": free[number]} for number, _ in oldest}


def as_books(ledger: list[Customer]) -> str:
    """Tables of the customers, each with its number in its ids."""
    day_after = DAY + timedelta(days=1)
    rows: dict[str, list[str]] = {
        "customers: account_id insolvency_date dunning_block_until": [],
        "transactions: trx_id account_id amount": ["T0 A0 0"],
        "schedules: org_id schedule_id account_id class due_date amount_original": [],
        "disputes: org_id dispute_id schedule_id amount opened_on": [],
        "payment_plans: plan_id account_id agreed_on": [],
        "plan_items: plan_id schedule_id": [],
        "plan_instalments: plan_id seq due_on amount": [],
    }
    accounts, _, schedules, disputes, plans, plan_items, legs = rows.values()
    for a, customer in enumerate(ledger):
        insolvent = DAY if customer.state == "insolvent" else "-"
        accounts.append(f"A{a} {insolvent} {DAY if customer.state == 'blocked' else '-'}")
        for i, item in enumerate(customer.items):
            due = DAY - timedelta(days=item.overdue_days)
            schedules.append(f"{item.org} S{a}-{i} A{a} INV {due} {item.amount}")
            disputes.append(f"{item.org} D{a}-{i} S{a}-{i} {item.disputed} {DAY}")
        for org, credit in enumerate(customer.credits, start=1):
            schedules.append(f"{org} C{a}-{org} A{a} CM {DAY} -{credit}")
        for p, promise in enumerate(customer.promises):
            plans.append(f"L{a}-{p} A{a} 2026-02-1{p}")
            legs.append(f"L{a}-{p} 1 {day_after} {promise.amount}")
            plan_items += [f"L{a}-{p} S{a}-{item}" for item in sorted(promise.items)]
    return "\n".join("\n".join([head, *lines]) for head, lines in rows.items())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledger=st.lists(customers, min_size=1, max_size=12), not_due=st.booleans())
def test_parts_are_those_of_a_walk_through_the_items(books, ledger, not_due) -> None:
    """For any customer the set-based amounts are what a walk gives; they add up to due and none is below zero."""
    with books(as_books(ledger)).on(str(DAY)) as day:
        made = Collectible(day, FactRules(collectible=CollectibleRules(not_due=not_due)))
        assert made.tie_out.ok, made.tie_out.failed
        rows = day.engine.arrow("SELECT * FROM collectible_items").to_pylist()
    found = {row["schedule_id"]: {name: int(row[name]) for name in (*DEDUCTIONS, "collectible_amount")} for row in rows}
    expected = {
        f"S{a}-{i}": parts
        for a, customer in enumerate(ledger)
        for i, parts in walked(customer, not_due=not_due).items()
    }
    assert found == expected
    for row in rows:
        assert sum(found[row["schedule_id"]].values()) == row["due_amount"]
        assert min(found[row["schedule_id"]].values()) >= 0
