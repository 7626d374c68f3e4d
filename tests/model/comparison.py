"""The product's figures beside those of the naive ledger, each as amounts by what they are of; zeros are left out."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from every_day import EveryDay
from histories import BOUNDS
from naive_collectible import DEDUCTIONS, Collectible
from naive_ledger import NaiveLedger

Amounts = dict[tuple[Any, ...], Decimal]

BALANCES = {
    "overdue": "overdue_amount",
    "not_due": "not_due_amount",
    "overdue_disputed": "overdue_disputed_amount",
    "credits": "credits_amount",
    "guarantees": "guarantees_amount",
    "overdue_items": "overdue_items",
}
"""Columns of an account's balance, and what the reference calls them."""
ITEM = ("open_amount", "unapplied", "on_account", "unidentified", "disputed")


def assert_product_equals_reference(product: EveryDay, books: NaiveLedger) -> None:
    """Compare by item and by account, on every day."""
    assert_equal(items_of_product(product), items_of_reference(product, books))
    assert_equal(accounts_of_product(product), accounts_of_reference(product, books))
    assert_equal(collectible_of_product(product), collectible_of_reference(product, books))


def assert_equal(found: Amounts, expected: Amounts) -> None:
    """Tell the first differences by what they are of, day first: thousands of equal amounts help nobody."""
    wrong = sorted((key for key in {*found, *expected} if found.get(key, 0) != expected.get(key, 0)), key=repr)
    told = [f"{key}: the product has {found.get(key, 0)}, the reference {expected.get(key, 0)}" for key in wrong[:5]]
    assert not wrong, "\n".join([f"{len(wrong)} amounts differ", *told])


def items_of_product(product: EveryDay) -> Amounts:
    """Amounts of each schedule, and its days past due."""
    found: Amounts = {}
    for row in product.rows("open_items"):
        key = (row["asked_day"], row["account_id"], row["currency"], row["org_id"], row["schedule_id"])
        found |= {(*key, name): row[name] for name in ITEM}
        found[*key, "late"] = Decimal(row["days_past_due"] if row["class"] != "PMT" else 0)
    return found


def items_of_reference(product: EveryDay, books: NaiveLedger) -> Amounts:
    """The same of the reference."""
    found: Amounts = {}
    for day in product.days:
        for key, page in books.pages.items():
            amounts = page.on(day)
            late = (day - page.due).days if amounts.get("open_amount") else 0
            for name, amount in (*amounts.items(), ("late", Decimal(late))):
                found[day, page.account, page.currency, *key, name] = amount
    return found


def accounts_of_product(product: EveryDay) -> Amounts:
    """Amounts of each account and currency: in buckets, and as balances that facts and rules stand on."""
    aging = {name: name for name in (*product.buckets, "open_amount", "unapplied", "disputed")}
    found: Amounts = {}
    for table, names in (("aging", aging), ("account_balances", BALANCES)):
        for row in product.rows(table):
            for column, name in names.items():
                found[row["asked_day"], row["account_id"], row["currency"], name] = Decimal(row[column])
    return found


def accounts_of_reference(product: EveryDay, books: NaiveLedger) -> Amounts:
    """The same of the reference."""
    found: Amounts = defaultdict(Decimal)
    for day in product.days:
        for page in books.pages.values():
            for name, amount in page.facts(day, BOUNDS).items():
                found[day, page.account, page.currency, name] += amount
    return found


def collectible_of_product(product: EveryDay) -> Amounts:
    """What can be collected of each schedule, and each deduction; and sums by account."""
    found: Amounts = {}
    for name in ("due_amount", *DEDUCTIONS, "collectible_amount"):
        for row in product.rows("collectible_items"):
            found[row["asked_day"], row["account_id"], row["currency"], row["org_id"], row["schedule_id"], name] = row[
                name
            ]
        for row in product.rows("collectible_accounts"):
            found[row["asked_day"], row["account_id"], row["currency"], name] = row[name]
    return found


def collectible_of_reference(product: EveryDay, books: NaiveLedger) -> Amounts:
    """The same of the reference."""
    found: Amounts = defaultdict(Decimal)
    for day in product.days:
        for key, row in Collectible(books, day).rows.items():
            page = books.pages[key]
            for name, amount in row.items():
                found[day, page.account, page.currency, *key, name] = amount
                found[day, page.account, page.currency, name] += amount
    return found
