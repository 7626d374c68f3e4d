"""What must hold of the product's own figures on every day, whatever the reference says."""

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from typing import Any

from every_day import EveryDay
from histories import Row
from naive_ledger import NaiveLedger

BY_ACCOUNT = ("asked_day", "account_id", "currency")


def sums(rows: list[Row], by: tuple[str, ...], *names: str) -> dict[tuple[Any, ...], Decimal]:
    """Add up columns of rows, by other columns; sums of zero are left out."""
    found: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for row in rows:
        found[tuple(row[column] for column in by)] += sum((row[name] for name in names), Decimal(0))
    return {key: amount for key, amount in found.items() if amount}


def buckets_equal_open(product: EveryDay) -> None:
    """Each account's buckets add up to what it has open."""
    aging = product.rows("aging")
    assert sums(aging, BY_ACCOUNT, *product.buckets) == sums(aging, BY_ACCOUNT, "open_amount")


def items_equal_accounts(product: EveryDay) -> None:
    """An account's balance is the sum of its items: of what is open, of cash not applied, and of what is disputed."""
    for name in ("open_amount", "unapplied", "disputed"):
        of_items, of_balances, of_aging = (
            sums(product.rows(table), BY_ACCOUNT, name) for table in ("open_items", "account_balances", "aging")
        )
        assert of_items == of_balances == of_aging, name


def items_equal_control_total(product: EveryDay) -> None:
    """All items of a currency add up to its control account: to all that was posted up to the day."""
    items = sums(product.rows("open_items"), ("currency", "asked_day"), "open_amount", "unapplied")
    posted = product.engine.rows("SELECT currency, day, amount FROM daily_totals")
    control = {
        (currency, day): sum(amount for code, posted_on, amount in posted if code == currency and posted_on <= day)
        for currency in {row[0] for row in posted}
        for day in product.days
    }
    assert items == {key: amount for key, amount in control.items() if amount}


def balances_roll_forward(product: EveryDay, books: NaiveLedger) -> None:
    """Open at the end of a day = open the day before + what was posted that day + what ended to count that day."""
    posted: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for page in books.pages.values():
        for first, gone, amount in page.balance_lines:
            if gone is None or first < gone:
                posted[first, page.account, page.currency] += amount
                posted[gone, page.account, page.currency] -= amount
    open_then = sums(product.rows("open_items"), BY_ACCOUNT, "open_amount", "unapplied")
    for before, day in pairwise(product.days):
        for owner in {key[1:] for key in (*open_then, *posted)}:
            change = open_then.get((day, *owner), 0) - open_then.get((before, *owner), 0)
            assert change == posted.get((day, *owner), 0), (day, owner)


def the_end_equals_the_erp(product: EveryDay, rows: dict[str, list[Row]]) -> None:
    """With everything posted, each schedule has open what the ERP says remains of it."""
    drafts = {(row["org_id"], row["trx_id"]) for row in rows["transactions"] if row["complete"] is False}
    remaining = {
        (row["org_id"], row["schedule_id"]): row["amount_remaining"]
        for row in rows["schedules"]
        if row["amount_remaining"] and (row["org_id"], row["trx_id"]) not in drafts
    }
    last = [row for row in product.rows("open_items") if row["asked_day"] == product.days[-1]]
    with_schedule = [row for row in last if not row["schedule_id"].startswith("R")]
    assert sums(with_schedule, ("org_id", "schedule_id"), "open_amount", "unapplied") == remaining
