"""Amounts, shares and states in the words and marks of a printed page."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from erp_ar_ext.model import grouped_amount_text

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"

KIND_TITLES = {
    "hold": "Holds to place",
    "release": "Holds to lift",
    "adjustment": "Adjustments to post",
    "note": "Notes to write",
}
"""Heading of each kind of action, in the order of the page: what weighs most comes first."""


class Wording(NamedTuple):
    """A word for people, and the tone it is shown in: good, attention, bad or plain."""

    text: str
    tone: str


OUTCOMES = {
    "done": Wording("written", "good"),
    "created": Wording("written", "good"),
    "exists": Wording("written", "good"),
    "already_applied": Wording("written before", "good"),
    "would_create": Wording("would be written", "plain"),
    "approved": Wording("approved, not sent", "attention"),
    "approval_missing": Wording("waiting for approval", "attention"),
    "left": Wording("left for the next run", "attention"),
    "stale": Wording("stale, not written", "attention"),
    "rejected": Wording("rejected by a checker", "plain"),
    "sending": Wording("in doubt", "bad"),
    "in_doubt": Wording("in doubt", "bad"),
    "conflict": Wording("conflict", "bad"),
    "refused": Wording("refused by the ERP", "bad"),
}
"""Words for what became of an action."""

NOT_APPLIED = Wording("not applied", "plain")

CHECKS = {
    "buckets_equal_open": "The buckets add up to what is open",
    "set_offs_cancel": "What is set off of debits is taken from credits and cash of the same account",
    "rows_equal_items": "The accounts add up to the open items, each item in one account",
    "accounts_equal_items": "Balances of accounts equal the open items",
    "account_parts_equal_open": "Not due, overdue and credits make up each account's open amount",
    "items_equal_control": "Open items equal the control account, summed from every change",
    "derived_equals_erp": "Each balance, derived from its history, equals what the ERP says remains",
    "documents_equal_schedules": "Each document's amount equals its instalments",
    "documents_equal_lines": "Each document's amount equals its lines",
}
"""What each check of the tie-out compares."""


AGED_BY = {"days": "days past due", "months": "months"}
"""What the aging counts in."""

APART = {"credits": "Credits, apart", "disputed": "Disputed, apart", "set_off": "Set off by unapplied cash"}
"""Parts of the open amount that stand outside the buckets."""

CREDITS_STAND = {
    "own_age": "A credit memo is in the bucket of its own date, and lowers it.",
    "oldest_first": "Credit memos are set off against the oldest debits of their account; what is left of one is in "
    "the bucket of its own date, and lowers it.",
    "same_document": "A credit memo is set off against the document it names; what is left of it is in the bucket of "
    "its own date, and lowers it.",
    "apart": "Credit memos stand apart, in no bucket.",
}
"""Where credit memos are, by the policy's treatment of them."""


def money(amount: Decimal | None, currency: str | None) -> str:
    """Amount with thousands separators and all its digits; a dash where there is none.

    >>> money(Decimal("1234567.5000"), "USD"), money(Decimal("1000"), "JPY")
    ('1,234,567.50', '1,000')
    """
    if amount is None:
        return NOTHING
    return grouped_amount_text(amount, currency).replace("-", MINUS)


def share(part: Decimal, whole: Decimal) -> str:
    """Part of a whole in percent, to one decimal; a dash where the whole is nothing or less."""
    if whole <= 0:
        return NOTHING
    percent = (part * 100 / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{percent:,f}\N{NO-BREAK SPACE}%".replace("-", MINUS)


def outcome_wording(state: str | None) -> Wording:
    """Word an outcome; a state that has no words is shown as it is."""
    if state is None:
        return NOT_APPLIED
    return OUTCOMES.get(state, Wording(state.replace("_", " "), "plain"))


def check_wording(name: str) -> str:
    """Word a check of the tie-out; one that has no words is shown by its name."""
    return CHECKS.get(name, name.replace("_", " "))


def bucket_wording(name: str) -> str:
    """Word a bucket: `not_due` reads not due, `1-30` reads with an en dash."""
    return {"not_due": "Not due", "current": "Current"}.get(name, name.replace("-", NOTHING))
