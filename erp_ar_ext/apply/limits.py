"""Hold what an apply is about to send against `[limits]`, before anything of it is queued.

What the plan sent before counts with what is ready now, so that applying again gives no more room; and what left for
the ERP today, by whatever plan, counts for the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from erp_ar_ext.apply.standing import Standing
from erp_ar_ext.errors import LimitError
from erp_ar_ext.limits import Amounts, RunLimits, most, span
from erp_ar_ext.model import amount_text
from erp_ar_ext.plan.document import Action, Plan
from erp_ar_ext.store import Store


@dataclass(frozen=True)
class Exceeded:
    """A limit of `[limits]` that would be stepped over: the most that is allowed, and what it would come to."""

    limit: str
    most: str
    reaches: str
    currency: str | None
    words: str

    def __str__(self) -> str:
        return self.words

    def as_dict(self) -> dict[str, Any]:
        """For --json: amounts as text."""
        return asdict(self)


def refuse_beyond(plan: Plan, standing: Standing, store: Store, limits: RunLimits, zone: tzinfo) -> None:
    """Raise LimitError, which names every limit and by how much, where a plan may not be sent as it stands."""
    if not standing.ready or limits == RunLimits():
        return
    found = (
        *_of_plan(standing, limits),
        *_of_actions(standing.ready, limits),
        *_of_day(plan, standing, store, limits, zone),
    )
    if found:
        raise LimitError(
            "nothing was sent: this plan is beyond [limits]",
            beyond=found,
            hint="reject what is not to be sent, plan less at once, or have [limits] raised by whoever sets them",
        )


def _of_plan(standing: Standing, limits: RunLimits) -> Iterator[Exceeded]:
    actions = (*standing.ready, *standing.sent)
    before = f", {len(standing.sent):,} of them sent before" if standing.sent else ""
    accounts = len({action.account_id for action in actions})
    for name, allowed, reaches, what in (
        ("actions", limits.actions, len(actions), f"actions{before}"),
        ("customers", limits.customers, accounts, "accounts"),
    ):
        if allowed is not None and reaches > allowed:
            words = f"{name}: {reaches:,} {what}, {allowed:,} are allowed: {reaches - allowed:,} too many"
            yield Exceeded(name, str(allowed), str(reaches), None, words)
    if limits.per_plan is not None:
        yield from _sums("per_plan", limits.per_plan, _sum(actions), _sum(standing.sent), "sent before")


def _of_actions(ready: Sequence[Action], limits: RunLimits) -> Iterator[Exceeded]:
    refused = [action for action in ready if limits.kinds is not None and action.kind not in limits.kinds]
    for kind in sorted({str(action.kind) for action in refused}):
        count = sum(action.kind == kind for action in refused)
        allowed = ", ".join(limits.kinds or ()) or "none"
        yield Exceeded("kinds", allowed, kind, None, f"kinds: {count:,} of kind {kind}; allowed: {allowed}")
    if limits.per_action is None:
        return
    above: dict[str, list[Action]] = defaultdict(list)
    for action in ready:
        if _amount(action) > most(limits.per_action, action.currency):
            above[action.currency or ""].append(action)
    for currency, actions in sorted(above.items()):
        largest = max(actions, key=_amount)
        reaches, allowed_amount = _amount(largest), most(limits.per_action, currency)
        told, by = _texts(currency, reaches, allowed_amount)
        what = f"{len(actions):,} above {told[1]} {currency}, the largest {told[0]} (action {largest.key[:8]})"
        words = f"per_action: {what}: {by} too much"
        yield Exceeded("per_action", told[1], told[0], currency, words)


def _of_day(plan: Plan, standing: Standing, store: Store, limits: RunLimits, zone: tzinfo) -> Iterator[Exceeded]:
    if limits.per_day is None:
        return
    today, _end = span("day", store.shared_now(), zone)
    sent = store.sent_since(today, plan.erp)
    together = _sum(standing.ready)
    for currency in together:
        together[currency] += sent.get(currency, Decimal(0))
    yield from _sums("per_day", limits.per_day, together, sent, "sent today")


def _sums(
    name: str, allowed: Amounts, reaches: Mapping[str, Decimal], before: Mapping[str, Decimal], when: str
) -> Iterator[Exceeded]:
    for currency, amount in sorted(reaches.items()):
        if amount <= most(allowed, currency):
            continue
        told, by = _texts(currency, amount, most(allowed, currency))
        earlier = before.get(currency, Decimal(0))
        of_it = f", {amount_text(earlier, currency)} of it {when}" if earlier else ""
        words = f"{name}: {told[0]} {currency}{of_it}, {told[1]} are allowed: {by} too much"
        yield Exceeded(name, told[1], told[0], currency, words)


def _texts(currency: str, reaches: Decimal, allowed: Decimal) -> tuple[tuple[str, str], str]:
    texts = (amount_text(reaches, currency), amount_text(allowed, currency))
    return texts, amount_text(reaches - allowed, currency)


def _sum(actions: Iterable[Action]) -> dict[str, Decimal]:
    """Add up absolute amounts per currency; actions that move no money are left out."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for action in actions:
        if action.amount is not None:
            sums[action.currency or ""] += abs(action.amount)
    return dict(sums)


def _amount(action: Action) -> Decimal:
    return abs(action.amount) if action.amount is not None else Decimal(0)
