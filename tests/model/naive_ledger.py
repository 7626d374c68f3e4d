"""The naive ledger: what is open on a day, added up line by line as one would on paper.

The product is held against it, so it is written from the definitions and shares no code with the product. Amounts
are signed: what the customer owes is positive, what we owe the customer is negative.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)
Row = dict[str, Any]
Line = tuple[date, date | None, Decimal]
"""First day it counts, first day it no longer does, amount."""


def total(lines: list[Line], day: date) -> Decimal:
    """Add up the lines that count at the end of a day."""
    return sum((amount for first, gone, amount in lines if first <= day and (gone is None or day < gone)), ZERO)


class Page:
    """The page of a schedule, or of a receipt that has none: all that was ever entered about it."""

    def __init__(self, row: Row, paper: Row, account: str | None, begins: date) -> None:
        self.row, self.paper, self.account, self.begins = row, paper, account, begins
        self.cash, self.currency = row["class"] == "PMT", row["currency"]
        self.due = row.get("due_date") or paper.get("due_date") or paper.get("trx_date") or begins
        self.reversed_on = paper.get("reversed_date")
        self.balance_lines: list[Line] = [(begins, self.reversed_on, row["amount_original"])]
        self.disputes: list[Line] = []
        self.standing: dict[str, list[Line]] = defaultdict(list)

    def on(self, day: date) -> dict[str, Decimal]:
        """Tell what is open at the end of a day, and what of it is disputed or stands somewhere."""
        balance = total(self.balance_lines, day)
        if not self.cash:
            disputed = total(self.disputes, day) if self.disputes else self.row["amount_in_dispute"] or ZERO
            return {"open_amount": balance, "disputed": min(max(balance, ZERO), disputed)}
        left = max(ZERO, -balance)  # of a payment, never more stands somewhere than is left of it
        unidentified = min(left, total(self.standing["UNID"], day))
        on_account = min(left - unidentified, total(self.standing["ACC"], day))
        if self.account is None:  # nobody's money stands on nobody's account
            return {"unapplied": balance, "unidentified": balance, "on_account": ZERO}
        return {"unapplied": balance, "unidentified": -unidentified, "on_account": -on_account}

    def facts(self, day: date, bounds: tuple[int, ...] = (30, 60, 90)) -> Row:
        """Tell what an account has of this page: in a bucket, due, overdue, as credit."""
        now, late = self.on(day), (day - self.due).days
        if self.cash:
            return {"unapplied": now["unapplied"]}
        amount = now["open_amount"]
        now[bucket(late, bounds)] = amount
        if self.row["class"] == "GUAR":  # nobody can be asked to pay a guarantee
            return {**now, "guarantees_amount": amount}
        if amount < 0:
            return {**now, "credits_amount": amount}
        if late <= 0:
            return {**now, "not_due_amount": amount}
        count = Decimal(amount > 0)
        return {**now, "overdue_amount": amount, "overdue_disputed_amount": now["disputed"], "overdue_items": count}


class NaiveLedger:
    """The books of all companies, kept by one axis of dates: `gl_date`, or `trx_date`, the dates of the papers."""

    def __init__(self, rows: dict[str, list[Row]], axis: str = "gl_date") -> None:
        self.rows, self.by_gl_date = rows, axis == "gl_date"
        self.pages: dict[tuple[str, str], Page] = {}
        self.merged = {row["account_id"]: row["merged_into"] for row in rows["customers"]}
        self._open_pages()
        for row in rows["applications"]:
            self._apply(row)
        for row in rows["adjustments"]:
            if row["status"] == "A":
                self._enter(row, row["schedule_id"], (self._day(row), None, row["amount"]))
        for row in rows["disputes"]:
            if page := self.pages.get((row["org_id"], row["schedule_id"])):
                page.disputes.append((row["opened_on"], row["closed_on"], row["amount"]))

    def survivor(self, account: str | None) -> str | None:
        """Follow an account's merges to their end."""
        while self.merged.get(account):
            account = self.merged[account]
        return account

    def _open_pages(self) -> None:
        documents = {(row["org_id"], row["trx_id"]): row for row in self.rows["transactions"]}
        receipts = {(row["org_id"], row["receipt_id"]): row for row in self.rows["receipts"]}
        for row in self.rows["schedules"]:
            receipt = receipts.pop((row["org_id"], row["receipt_id"]), None)
            paper = receipt or documents[row["org_id"], row["trx_id"]]
            if paper.get("complete") is not False:  # what is still being entered is not owed
                self._open_page(row["schedule_id"], row, paper)
        for row in receipts.values():
            own = {"class": "PMT", "amount_original": -row["amount"], "gl_date": row["gl_date"] or row["receipt_date"]}
            self._open_page(row["receipt_id"], {**row, **own}, row)

    def _open_page(self, schedule: str, row: Row, paper: Row) -> None:
        dated = paper["receipt_date"] if "receipt_date" in paper else paper["trx_date"]
        account = self.survivor(row["account_id"] or paper["account_id"])
        self.pages[row["org_id"], schedule] = Page(row, paper, account, row["gl_date"] if self.by_gl_date else dated)

    def span(self, application: Row) -> tuple[date, date | None]:
        """First day an application counts, first day it no longer does: what a bounced receipt paid is open again."""
        source = self.pages.get((application["org_id"], application["source_schedule_id"]))
        ends = [application["reversal_gl_date"], source.reversed_on if source else None]
        return self._day(application), min((end for end in ends if end), default=None)

    def _apply(self, row: Row) -> None:
        span, source = self.span(row), self.pages.get((row["org_id"], row["source_schedule_id"]))
        if row["status"] in ("APP", "ACTIVITY"):
            self._enter(row, row["source_schedule_id"], (*span, row["amount"]))
            self._enter(row, row["target_schedule_id"], (*span, -row["amount"] - (row["discount"] or ZERO)))
        elif source:  # it only says where a rest stands
            source.standing[row["status"]].append((*span, row["amount"]))

    def _enter(self, row: Row, schedule: str | None, line: Line) -> None:
        if page := self.pages.get((row["org_id"], schedule)):
            page.balance_lines.append(line)

    def _day(self, row: Row) -> date:
        return row["gl_date"] if self.by_gl_date else row["apply_date"]


def bucket(days_past_due: int, bounds: tuple[int, ...]) -> str:
    """Name the bucket of an age."""
    if days_past_due <= 0:
        return "not_due"
    for low, high in zip((0, *bounds), bounds, strict=False):
        if days_past_due <= high:
            return f"{low + 1}-{high}"
    return f"{bounds[-1] + 1}+"
