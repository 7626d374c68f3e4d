"""The named inputs of formulas: what each is, in words, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from erp_ar_ext.kpi.coverage import STATES
from erp_ar_ext.kpi.dso import months_to_count
from erp_ar_ext.kpi.figures import Cohort, Coverage, DueItems, Figures, Payments, Promises
from erp_ar_ext.kpi.formula import Parts, total
from erp_ar_ext.kpi.payments import self_check
from erp_ar_ext.kpi.period import month_of, months_before
from erp_ar_ext.policy.schema import Overlay

InputValue = Decimal | int | date | Sequence[Any] | None


@dataclass(frozen=True)
class Part:
    """What a formula is measured for: a bucket by its number, a limit in days, or the whole."""

    name: str = ""
    number: int = 0


Read = Callable[[Figures, str, Part], InputValue]


@dataclass(frozen=True)
class Input:
    """An input of formulas; `read` gives its value for a currency and a part."""

    unit: str
    words: str
    read: Read


def parts_of(parts: Parts, figures: Figures) -> list[Part]:
    """What a formula is measured for, under the policy."""
    buckets = figures.settings.aging.buckets
    if parts is Parts.BUCKET_STEPS:
        steps = enumerate(pairwise(buckets))
        return [Part(f"{before.name} to {after.name}", number) for number, (before, after) in steps]
    if parts is Parts.OVER_DAYS:
        return [Part(f"over {days} days", days) for days in sorted(set(figures.settings.kpi.over_days))]
    return [Part()]


def _payments(name: str) -> Read:
    return lambda figures, currency, _: getattr(figures.payments.get(currency, Payments()), name)


def _due_items(name: str) -> Read:
    return lambda figures, currency, _: getattr(figures.due_items.get(currency, DueItems()), name)


def _promises(name: str) -> Read:
    return lambda figures, currency, _: getattr(figures.promises.get(currency, Promises()), name)


def _coverage(name: str) -> Read:
    return lambda figures, currency, _: getattr(figures.coverage.get(currency, Coverage()), name)


def _provided(standing: str) -> Read:
    return lambda figures, currency, _: figures.provided_as(currency, standing)


def _attended(figures: Figures, currency: str, _part: Part) -> Decimal:
    coverage = figures.coverage.get(currency, Coverage())
    return total(getattr(coverage, state) for state in STATES)


def _payment_self_check(figures: Figures, currency: str, _part: Part) -> Decimal:
    payments = figures.payments.get(currency, Payments())
    return self_check(payments.paid_days, payments.late_days, payments.term_days)


def _in_bucket(figures: Figures, currency: str, part: Part) -> list[Cohort]:
    """Items that were in the part's bucket a month before."""
    then, bucket = figures.month_before, figures.settings.bucket
    return [row for row in figures.cohort.get(currency, ()) if bucket(row.due_date, then) == part.number]


def _items_left(figures: Figures, currency: str, part: Part, *, in_next: bool) -> int:
    now, bucket = figures.ledger.as_of, figures.settings.bucket
    rows = _in_bucket(figures, currency, part)
    return sum(row.items_left for row in rows if (bucket(row.due_date, now) == part.number + 1) is in_next)


def _past_due(figures: Figures, currency: str) -> list[Cohort]:
    return [row for row in figures.cohort.get(currency, ()) if row.due_date < figures.month_before]


def _individual(figures: Figures, currency: str, _part: Part) -> Decimal:
    found = figures.individuals.get(currency, ())
    return total(amount for row in found for amount in (row.open_amount, row.unapplied))


def _overlay(figures: Figures) -> list[Overlay]:
    rules = figures.settings.provision
    return [rules.overlay] if rules and rules.overlay else []


INPUTS: Mapping[str, Input] = {
    "receivables": Input(
        "amount",
        "what is owed at the end of the as-of day: debits and credit memos, less cash not applied where the policy "
        "counts it; without guarantees and the kinds of customers left out",
        lambda f, currency, _: f.receivables(f.ledger.as_of, currency),
    ),
    "opening_receivables": Input(
        "amount",
        "receivables at the end of the day before the period",
        lambda f, currency, _: f.receivables(f.period.opening, currency),
    ),
    "current_receivables": Input(
        "amount",
        "of the receivables, debits and credit memos no more than `current_days` past due",
        lambda f, currency, _: f.current_receivables(currency),
    ),
    "sales": Input(
        "amount",
        "invoices and debit memos dated in the period, less credit memos where the policy says so; with tax",
        lambda f, currency, _: f.sales(currency, lambda sales: sales.in_period),
    ),
    "days": Input("days", "days of the period", lambda f, _currency, _: f.period.days),
    "months": Input("months", "months of the period, none where not of whole months", lambda f, *_: f.period.months),
    "prior_month_sales": Input(
        "amount",
        "sales of the calendar month before that of the as-of day",
        lambda f, currency, _: f.sales_of_month(currency, months_before(month_of(f.ledger.as_of), 1)),
    ),
    "months_back": Input(
        "list",
        "calendar months from the as-of day's back to the one that covers the rest: month, sales, days",
        lambda f, currency, _: months_to_count(f.receivables(f.ledger.as_of, currency), f.months_back(currency)),
    ),
    "open_invoices": Input(
        "list",
        "open invoices and debit memos by month: amount open, amount x days since their dates, sales of the month",
        lambda f, currency, _: f.open_invoices(currency),
    ),
    "paid": Input("amount", "receipts dated in the period, as far as they are applied to documents", _payments("paid")),
    "paid_days": Input("amount x days", "amount paid x days from document to receipt, summed", _payments("paid_days")),
    "late_days": Input("amount x days", "amount paid x days from due date to receipt, summed", _payments("late_days")),
    "term_days": Input("amount x days", "amount paid x days from document to due date, summed", _payments("term_days")),
    "payment_self_check": Input(
        "amount x days", "paid_days - term_days - late_days, three sums of their own: zero", _payment_self_check
    ),
    "items_due": Input("items", "debits that fell due in the period and were not cancelled", _due_items("items")),
    "items_in_full": Input(
        "items", "of them paid whole by receipts dated up to the due date, without deduction", _due_items("in_full")
    ),
    "items_cancelled": Input(
        "items", "closed by credit or adjustment alone by their due date, not counted", _due_items("cancelled")
    ),
    "promised": Input("amount", "promises that fell due in the period and can be judged", _promises("promised")),
    "promised_and_paid": Input(
        "amount", "of them paid within the days of grace, never more than promised", _promises("paid")
    ),
    "promises_kept": Input("promises", "paid within the days of grace and the tolerance", _promises("kept")),
    "promises_partly_kept": Input("promises", "paid in part within the days of grace", _promises("partly_kept")),
    "promises_broken": Input("promises", "not paid at all within the days of grace", _promises("broken")),
    "promises_open": Input("promises", "whose days of grace are not over: not judged", _promises("open")),
    "promises_called_off": Input(
        "promises", "cancelled or replaced before their days of grace were over: not judged", _promises("called_off")
    ),
    "overdue": Input("amount", "open debits past due, without guarantees", _coverage("overdue")),
    "attended": Input("amount", "of it in a valid state", _attended),
    "overdue_accounts": Input("accounts", "accounts with anything overdue", _coverage("accounts")),
    "attended_accounts": Input("accounts", "of them those with nothing unattended", _coverage("attended_accounts")),
    "overdue_insolvent": Input("amount", "overdue of insolvent accounts", _coverage("insolvent")),
    "overdue_blocked": Input("amount", "overdue of accounts whose dunning is blocked", _coverage("blocked")),
    "overdue_in_plan": Input("amount", "overdue under a plan in force and not broken", _coverage("in_plan")),
    "overdue_disputed": Input("amount", "disputed part of what is overdue", _coverage("disputed")),
    "overdue_on_hold": Input("amount", "overdue of accounts with an active hold", _coverage("on_hold")),
    "overdue_noted": Input("amount", "overdue with a note of the last `note_days` days", _coverage("noted")),
    "overdue_unattended": Input("amount", "overdue in no valid state", _coverage("unattended")),
    "bucket_before": Input(
        "amount",
        "open debits in the bucket a month before",
        lambda f, currency, part: f.bucket_amount(f.month_before, currency, part.number),
    ),
    "next_bucket_now": Input(
        "amount",
        "open debits in the next bucket at the end of the as-of day",
        lambda f, currency, part: f.bucket_amount(f.ledger.as_of, currency, part.number + 1),
    ),
    "items_before": Input(
        "items",
        "debits in the bucket a month before",
        lambda f, currency, part: sum(row.items for row in _in_bucket(f, currency, part)),
    ),
    "items_rolled": Input(
        "items", "of them open in the next bucket now", lambda *given: _items_left(*given, in_next=True)
    ),
    "items_settled": Input(
        "items",
        "of them no longer open",
        lambda f, currency, part: sum(row.items - row.items_left for row in _in_bucket(f, currency, part)),
    ),
    "items_elsewhere": Input(
        "items", "of them open in another bucket now", lambda *given: _items_left(*given, in_next=False)
    ),
    "past_due_before": Input(
        "amount",
        "open debits past due a month before",
        lambda f, currency, _: total(row.amount for row in _past_due(f, currency)),
    ),
    "past_due_left": Input(
        "amount",
        "what is open of those items now",
        lambda f, currency, _: total(row.amount_left for row in _past_due(f, currency)),
    ),
    "items_past_due_before": Input(
        "items", "debits past due a month before", lambda f, currency, _: sum(r.items for r in _past_due(f, currency))
    ),
    "items_past_due_left": Input(
        "items", "of them still open", lambda f, currency, _: sum(r.items_left for r in _past_due(f, currency))
    ),
    "settled": Input(
        "list",
        "disputes settled in the period: days from opening to settlement, how many",
        lambda f, currency, _: sorted(f.disputes.get(currency, ()), key=lambda each: each.days),
    ),
    "overdue_for_longer": Input(
        "amount",
        "open documents past due for more than N days: debits, less credit memos by their own age",
        lambda f, currency, part: f.overdue_for_longer(currency, part.number, ("debit", "credit")),
    ),
    "outside_for_longer": Input(
        "amount",
        "guarantees and documents of customers left out, past due for more than N days",
        lambda f, currency, part: f.overdue_for_longer(currency, part.number, ("guarantee", "outside")),
    ),
    "matrix": Input(
        "list",
        "segments and buckets: gross balance, loss rate in percent, loss at that rate, provision with the overlay",
        lambda f, currency, _: f.matrix(currency),
    ),
    "at_historic_rates": Input(
        "amount",
        "what the provision would be without the overlay",
        lambda f, currency, _: total(cell.at_historic_rate for cell in f.matrix(currency) or ()),
    ),
    "overlay": Input(
        "list", "factor on every rate, who approved it, and why; empty where there is none", lambda f, *_: _overlay(f)
    ),
    "provision_individual": Input("amount", "accounts assessed individually, not in the matrix", _individual),
    "provision_credits": Input("amount", "credit memos, where they stand apart", _provided("credit")),
    "provision_cash": Input("amount", "cash not applied", _provided("cash")),
    "provision_guarantees": Input("amount", "guarantees", _provided("guarantee")),
    "provision_outside": Input("amount", "kinds of customers left out", _provided("outside")),
    "aging_total": Input(
        "amount",
        "total of the aging, cash not applied included: the matrix and what stands apart add up to it",
        lambda f, currency, _: f.aging_totals.get(currency, Decimal(0)),
    ),
    "assessed_individually": Input(
        "list",
        "accounts assessed individually: insolvent ones, and those the policy names",
        lambda f, currency, _: list(f.individuals.get(currency, ())),
    ),
}
"""All inputs by name."""
