"""The naive collectible amount: what is due, less all that nobody should be asked for on a day, item by item.

As the naive ledger, it is written from the definition: an item goes through the deductions one after the other, each
taking from what the ones before have left; promises and credits go to the oldest item first.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from naive_ledger import ZERO, NaiveLedger, Page, Row, total

DEDUCTIONS = ("no_account", "insolvent", "blocked", "disputed", "promised", "usable_credits")
GRACE = timedelta(2)
"""Days after a promised day on which money still keeps the promise."""

Key = tuple[str, str]


class Collectible:
    """The debits past their due date on a day, the oldest first: what is due of each, what is left to be asked for."""

    def __init__(self, books: NaiveLedger, day: date) -> None:
        self.books, self.day = books, day
        owed = {key: page.facts(day).get("overdue_amount", ZERO) for key, page in books.pages.items()}
        self.due = sorted((key for key in owed if owed[key]), key=lambda key: (books.pages[key].due, key))
        self.rows = {key: {"due_amount": owed[key], **dict.fromkeys(DEDUCTIONS, ZERO)} for key in self.due}
        self.left = {key: owed[key] for key in self.due}
        self._stop()
        self._disputed()
        self._promised()
        self._credited()
        for key in self.due:
            self.rows[key]["collectible_amount"] = self.left[key]

    def _take(self, deduction: str, amount: Decimal, keys: list[Key]) -> None:
        for key in keys:
            part = min(self.left[key], amount)
            self.rows[key][deduction] += part
            self.left[key] -= part
            amount -= part

    def _stop(self) -> None:
        customers = {row["account_id"]: row for row in self.books.rows["customers"]}
        for key in self.due:
            customer = customers.get(self.books.pages[key].account)
            if customer is None:
                self._take("no_account", self.left[key], [key])
            elif customer["insolvency_date"] and customer["insolvency_date"] <= self.day:
                self._take("insolvent", self.left[key], [key])
            elif customer["dunning_block_until"] and self.day <= customer["dunning_block_until"]:
                self._take("blocked", self.left[key], [key])

    def _disputed(self) -> None:
        for key in self.due:
            self._take("disputed", self.books.pages[key].on(self.day)["disputed"], [key])

    def _promised(self) -> None:
        books, day = self.books, self.day
        promises = [(plan, items_of(books, plan), waits_for(books, plan, day)) for plan in plans_in_force(books, day)]
        newest = {key: plan["plan_id"] for plan, items, amount in promises if amount for key in items or ()}
        for plan, _, amount in promises:
            self._take("promised", amount, [key for key in self.due if newest.get(key) == plan["plan_id"]])
        for plan, items, amount in promises:
            owner = (books.survivor(plan["account_id"]), plan["currency"])
            self._take(
                "promised", amount if items is None else ZERO, [key for key in self.due if self._owner(key) == owner]
            )

    def _credited(self) -> None:
        for (org, *owner), amount in usable_credits(self.books, self.day).items():
            keys = [key for key in self.due if key[0] == org and self._owner(key) == tuple(owner)]
            self._take("usable_credits", amount, keys)

    def _owner(self, key: Key) -> tuple[str | None, str]:
        return self.books.pages[key].account, self.books.pages[key].currency


def usable_credits(books: NaiveLedger, day: date) -> dict[tuple[str, str, str], Decimal]:
    """Add up what we owe an account in a company and currency, but cash of nobody knows whom; what is left of it."""
    found: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for (org, _), page in books.pages.items():
        now = page.on(day)
        cash = now.get("unapplied", ZERO) - now.get("unidentified", ZERO)
        credit = page.facts(day).get("credits_amount", ZERO)
        if page.account:
            found[org, page.account, page.currency] -= cash + credit
    return {key: amount for key, amount in found.items() if amount > 0}


def plans_in_force(books: NaiveLedger, day: date) -> list[Row]:
    """List plans that were agreed and neither called off nor replaced, the newest last."""
    plans = {row["plan_id"]: row for row in books.rows["payment_plans"]}
    agreed = {key: plan["agreed_on"] for key, plan in plans.items()}
    ends = {key: [plan["cancelled_on"], agreed.get(plan["replaced_by"])] for key, plan in plans.items()}
    found = [key for key in plans if agreed[key] <= day and not any(end and end <= day for end in ends[key])]
    return [plans[key] for key in sorted(found, key=lambda key: (agreed[key], key))]


def items_of(books: NaiveLedger, plan: Row) -> list[Key] | None:
    """Schedules that a plan covers; None where it is for the whole account."""
    named = [row["schedule_id"] for row in books.rows["plan_items"] if row["plan_id"] == plan["plan_id"]]
    found = []
    for schedule in named:
        pages = {key: page for key, page in books.pages.items() if key[1] == schedule and not page.cash}
        pages = {key: page for key, page in pages.items() if page.currency == plan["currency"]}
        own = [key for key, page in pages.items() if page.account == books.survivor(plan["account_id"])]
        found += own or list(pages)  # an id that several companies use means the one of the account that agreed
    return found if named else None


def waits_for(books: NaiveLedger, plan: Row, day: date) -> Decimal:
    """Add up what is not paid of the legs that may still be paid in time; nothing once a leg was not."""
    items, paid, settled = items_of(books, plan), money(books, plan, day), None
    if items:
        settled = settled_on([books.pages[key] for key in items], day)
    legs = [row for row in books.rows["plan_instalments"] if row["plan_id"] == plan["plan_id"]]
    waiting = promised = ZERO
    for leg in sorted(legs, key=lambda leg: (leg["due_on"], leg["seq"])):
        promised += leg["amount"]
        enough = [on for on, _ in paid if sum(part for then, part in paid if then <= on) >= promised]
        covered = min([*enough, *([settled] if settled else [])], default=None)
        if (covered or day) > leg["due_on"] + GRACE:
            return ZERO  # broken
        if covered is None:
            waiting += min(leg["amount"], promised - sum(part for _, part in paid))
    return waiting


def money(books: NaiveLedger, plan: Row, day: date) -> list[tuple[date, Decimal]]:
    """List what came since the agreement and counts: all of the account, or on the items, where credit memos count."""
    items, owner, found = items_of(books, plan), (books.survivor(plan["account_id"]), plan["currency"]), []
    for row in books.rows["receipts"] if items is None else ():
        stands = row["reversed_date"] is None or day < row["reversed_date"]
        if stands and (books.survivor(row["account_id"]), row["currency"]) == owner:
            found.append((row["receipt_date"], row["amount"]))
    for row in books.rows["applications"] if items else ():
        first, gone = books.span(row)
        counts = row["status"] in ("APP", "ACTIVITY") and first <= day and (gone is None or day < gone)
        source = books.pages.get((row["org_id"], row["source_schedule_id"]))
        if counts and source and (row["org_id"], row["target_schedule_id"]) in items:
            if source.cash:
                found.append((source.paper["receipt_date"], row["amount"]))
            elif source.row["class"] == "CM":
                found.append((first, row["amount"]))
    return [(on, amount) for on, amount in found if plan["agreed_on"] <= on <= day]


def settled_on(pages: list[Page], day: date) -> date | None:
    """Find the first day from which on, up to a day, nothing was owed on any of the pages, all of them begun."""
    dates = {when for page in pages for first, gone, _ in page.balance_lines for when in (first, gone) if when}
    since = None
    for then in sorted((when for when in dates if when <= day), reverse=True):
        if any(then < page.begins or total(page.balance_lines, then) > 0 for page in pages):
            break
        since = then
    return since
