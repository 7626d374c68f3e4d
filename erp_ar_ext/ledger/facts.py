"""The catalogue of facts: what a policy may ask about an account or a schedule, as of a date.

A fact is a column of the ledger model of its grain (`models/account_facts.sql`, `models/schedule_facts.sql`);
a test holds the two together. An account has one row of facts per currency: amounts of different currencies
are never added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Grain(StrEnum):
    """What a rule is tried on."""

    ACCOUNT = "account"
    """An account and a currency it has open items, open orders or a payment plan in."""
    SCHEDULE = "schedule"
    """An open schedule."""


class FactType(StrEnum):
    """Type of a fact, for the check of predicates."""

    TEXT = "text"
    MONEY = "money"
    INTEGER = "integer"
    DATE = "date"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Fact:
    """One fact; `codes` lists the values a code can take, where they are fixed, `least` is the lowest of a number."""

    name: str
    type: FactType
    doc: str
    codes: tuple[str, ...] = ()
    least: int | None = None


PLAN_STATES = ("none", "on_track", "late", "broken", "completed")
LIMIT_STATES = ("none", "zero", "amount", "unknown")

_T, _M, _I, _D, _B = FactType.TEXT, FactType.MONEY, FactType.INTEGER, FactType.DATE, FactType.BOOLEAN

_CUSTOMER = (
    Fact("account_id", _T, "The account; a merged account's items belong to the survivor."),
    Fact("account_number", _T, "Number people know the account by."),
    Fact("account_name", _T, "Customer's name."),
    Fact("account_status", _T, "A active, I inactive.", ("A", "I")),
    Fact(
        "account_kind",
        _T,
        "trade, employee, government or intercompany; trade where the master says nothing.",
        ("trade", "employee", "government", "intercompany"),
    ),
    Fact("country", _T, "ISO 3166 country of the account."),
    Fact("language", _T, "Language of the account."),
    Fact("profile_class", _T, "Customer profile class."),
    Fact("collector", _T, "Who works the account."),
    Fact("currency", _T, "Currency of every amount in the row."),
    Fact("credit_hold", _B, "The ERP's own credit hold is set."),
    Fact("insolvent", _B, "An administrator or liquidator is appointed on or before the as-of date."),
    Fact("insolvency_date", _D, "Day of the appointment; empty until it has come."),
    Fact("dunning_blocked", _B, "Contact is blocked up to and including the as-of date or longer."),
)

IDENTITY_FACTS = _CUSTOMER
"""Facts about who the customer is: those of both grains that a policy's layers choose by."""

_PLAN = (
    Fact(
        "plan_state",
        _T,
        "State of the payment plan: none, on_track, late (an instalment was paid in its days of "
        "grace, or is in them now), broken (one was not paid by then), completed.",
        PLAN_STATES,
    ),
)

_SAID = (
    Fact(
        "notes_since_due",
        _T,
        "Kinds of the notes we wrote about it since its due date (an account's: since the oldest undisputed one), in "
        "their order, each between blanks: `like '% first %'` asks for one.",
    ),
    Fact("last_note_days", _I, "Days since the last of these notes; empty when there is none.", least=0),
    Fact(
        "dispute_closed_days",
        _I,
        "Days since a dispute about what is open was last closed; empty when none was.",
        least=0,
    ),
)

_COLLECTIBLE = (
    Fact(
        "due_amount",
        _M,
        "Open debits past due, without guarantees; with those not past due where the policy counts them as due.",
        least=0,
    ),
    Fact("insolvent_amount", _M, "Of it, all that an insolvent account owes.", least=0),
    Fact("blocked_amount", _M, "Of it, all that an account under a dunning block owes, unless insolvent.", least=0),
    Fact("due_disputed_amount", _M, "Of the rest, the disputed part.", least=0),
    Fact("promised_amount", _M, "Of the rest, what a kept payment plan still waits for.", least=0),
    Fact("usable_credits", _M, "Of the rest, what open credits and cash not applied cover.", least=0),
    Fact("collectible_amount", _M, "The rest of the due amount: what can be asked for today.", least=0),
)

ACCOUNT_FACTS = (
    *_CUSTOMER,
    Fact("open_amount", _M, "All that is open: debits, unapplied credit memos and guarantees, without unapplied cash."),
    Fact("not_due_amount", _M, "Open debits that are not past due, without guarantees.", least=0),
    Fact("overdue_amount", _M, "Open debits that are past due, without guarantees.", least=0),
    Fact("disputed_amount", _M, "Disputed part of the open debits.", least=0),
    Fact("overdue_disputed_amount", _M, "Disputed part of the overdue debits.", least=0),
    Fact("credits_amount", _M, "Open credit memos, negative."),
    Fact("unapplied_amount", _M, "Cash not applied to any document, negative."),
    Fact("net_overdue_amount", _M, "Overdue debits less their disputed part, credits and unapplied cash.", least=0),
    *_COLLECTIBLE,
    Fact("open_items", _I, "Number of open debits, credit memos and guarantees.", least=0),
    Fact("overdue_items", _I, "Number of open debits past due, without guarantees.", least=0),
    Fact("oldest_overdue_days", _I, "Days past due of the oldest open debit; 0 when none is overdue.", least=0),
    Fact("oldest_due_date", _D, "Due date of the oldest open debit."),
    Fact(
        "oldest_undisputed_due_date",
        _D,
        "Due date of the oldest overdue debit that is not wholly disputed; empty when there is none.",
    ),
    *_SAID,
    *_PLAN,
    Fact(
        "plan_late_instalments",
        _I,
        "Instalments of the plan paid, or still unpaid, within their days of grace.",
        least=0,
    ),
    Fact("plan_broken_instalments", _I, "Instalments of the plan not paid by the end of their days of grace.", least=0),
    Fact("plan_overdue_amount", _M, "Unpaid part of the plan's instalments that are due."),
    Fact("plan_next_due_date", _D, "Next day an instalment of the plan falls due."),
    Fact(
        "limit_account_id",
        _T,
        "Account whose limit and exposure these are: its own, or the top of its parents where the policy says so.",
    ),
    Fact(
        "limit_state",
        _T,
        "Credit limit: none (not set), zero, amount, or unknown (no currency is known for it, or the exposure cannot "
        "be converted to it).",
        LIMIT_STATES,
    ),
    Fact("limit_currency", _T, "Currency of the limit and the exposure; the row's own without a limit."),
    Fact("credit_limit", _M, "Credit limit, in its own currency."),
    Fact(
        "exposure_amount",
        _M,
        "Exposure by the policy's formula, of the whole account: without one, open items but guarantees, open orders "
        "and unapplied cash, in the limit's currency at the rate of the as-of date; empty where it is unknown.",
    ),
    Fact(
        "over_limit_amount",
        _M,
        "Exposure above the limit, in the limit's currency; 0 when within or without one.",
        least=0,
    ),
    Fact("our_active_holds", _I, "Active holds on the account that this program placed.", least=0),
    Fact("other_active_holds", _I, "Active holds on the account that somebody else placed.", least=0),
)

SCHEDULE_FACTS = (
    *_CUSTOMER,
    Fact("schedule_id", _T, "The schedule."),
    Fact("trx_number", _T, "Number of the document."),
    Fact("class", _T, "Class of the document.", ("INV", "DM", "CM", "CB", "DEP", "GUAR", "BR", "PMT")),
    Fact("instalment", _I, "Number of the instalment."),
    Fact("trx_date", _D, "Date of the document."),
    Fact("due_date", _D, "Day it fell or falls due."),
    Fact("days_past_due", _I, "As-of date less due date; 0 or less is not due."),
    Fact("amount_original", _M, "Amount when created."),
    Fact("open_amount", _M, "Amount open; a credit memo's is negative."),
    Fact("disputed_amount", _M, "Disputed part of the open amount.", least=0),
    *_COLLECTIBLE,
    *_SAID,
    Fact("in_plan", _B, "A payment plan that is not broken, cancelled or completed covers it."),
    *_PLAN,
)

LIMIT_CURRENCY_FACTS = frozenset(("credit_limit", "exposure_amount", "over_limit_amount"))
"""Money facts in the currency of the credit limit; all others are in the row's currency."""

CATALOGUE: Mapping[Grain, Mapping[str, Fact]] = {
    Grain.ACCOUNT: {fact.name: fact for fact in ACCOUNT_FACTS},
    Grain.SCHEDULE: {fact.name: fact for fact in SCHEDULE_FACTS},
}
