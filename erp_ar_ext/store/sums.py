"""What a checker has approved in a period, summed exactly, and what is beyond a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from sqlalchemy import Connection, and_, exists, or_, select

from erp_ar_ext.limits import Authority, folded, most
from erp_ar_ext.model import amount_text, canonical_bytes
from erp_ar_ext.store.database import moment_text
from erp_ar_ext.store.plans import PlannedAction
from erp_ar_ext.store.records import SENT, Verdict
from erp_ar_ext.store.tables import APPROVALS, OUTBOX, PLANS


@dataclass(frozen=True)
class Asked:
    """An action whose approval is weighed; `amount` is absolute, and None where it moves no money."""

    key: str
    kind: str
    account_id: str
    amount: Decimal | None
    currency: str | None

    @classmethod
    def of(cls, action: PlannedAction) -> Self:
        """Take from an action what limits are held against."""
        amount = None if action.amount is None else abs(action.amount)
        return cls(action.key, str(action.kind), action.account_id, amount, action.currency)


@dataclass(frozen=True)
class Counted(Asked):
    """An approval that is in force; `sent` where its action has left for the ERP by it."""

    decided_at: str
    sent: bool


@dataclass(frozen=True)
class Beyond:
    """A limit that an action would step over: the most that is allowed, and what it would come to."""

    key: str
    limit: str
    most: Decimal | None = None
    reaches: Decimal | None = None
    currency: str | None = None
    words: str = ""
    others: tuple[str, ...] = ()
    """Who could approve it instead."""

    def __str__(self) -> str:
        who = f"may be approved by {', '.join(self.others)}" if self.others else "no other checker may approve it now"
        return f"{self.key[:8]}: {self.words}; {who}"

    def as_dict(self) -> dict[str, Any]:
        """For --json: amounts as text."""
        texts = {name: getattr(self, name) for name in ("most", "reaches")}
        return asdict(self) | {
            name: None if amount is None else amount_text(amount, self.currency) for name, amount in texts.items()
        }


def first_limit(asked: Asked, authority: Authority) -> Beyond | None:
    """Tell which limit of a checker an action is beyond by itself, whatever else was approved."""
    if authority.kinds is not None and asked.kind not in authority.kinds:
        allowed = ", ".join(authority.kinds) or "nothing"
        return Beyond(asked.key, "kinds", words=f"{asked.kind} is not among what may be approved: {allowed}")
    if authority.per_action is None or asked.amount is None:
        return None
    return _above("per_action", asked, most(authority.per_action, asked.currency), asked.amount, "on one action")


class Room:
    """What a checker has used of a period, and whether an action still fits.

    An action counts once in a period, however many plans it was approved in: it can be sent only once. Where its
    amount was not the same in all, the greatest counts.
    """

    def __init__(self, authority: Authority, approved: Iterable[Asked] = ()) -> None:
        self._authority = authority
        self._each: dict[tuple[str, str, str | None], Decimal] = {}
        self._of_account: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
        self._of_all: dict[str | None, Decimal] = defaultdict(Decimal)
        for one in approved:
            self.take(one)

    def take(self, asked: Asked) -> None:
        """Count an action."""
        more = self._more(asked)
        if more:
            self._each[_whose(asked)] = self._each.get(_whose(asked), Decimal(0)) + more
            self._of_account[asked.account_id, asked.currency] += more
            self._of_all[asked.currency] += more

    def beyond(self, asked: Asked) -> Beyond | None:
        """Tell which limit an action is beyond, with what was approved before it; None where it fits."""
        alone = first_limit(asked, self._authority)
        if alone is not None or asked.amount is None:
            return alone
        allowed, period = self._authority, self._authority.period
        on_account, on_all = self._reaches(asked)
        if allowed.per_customer is not None:
            where = f"on account {asked.account_id} in a {period}"
            above = _above("per_customer", asked, most(allowed.per_customer, asked.currency), on_account, where)
            if above is not None:
                return above
        if allowed.per_period is None:
            return None
        return _above("per_period", asked, most(allowed.per_period, asked.currency), on_all, f"in a {period}")

    def told(self, asked: Asked) -> dict[str, str]:
        """For the audit trail: how much of which limit is used, with an action that is counted already."""
        limits = {
            "per_action": (self._authority.per_action, asked.amount),
            "per_customer": (self._authority.per_customer, self._of_account[asked.account_id, asked.currency]),
            "per_period": (self._authority.per_period, self._of_all[asked.currency]),
        }
        return {
            name: f"{amount_text(used, asked.currency)} of {amount_text(most(amounts, asked.currency), asked.currency)}"
            for name, (amounts, used) in limits.items()
            if amounts is not None and used is not None and asked.amount is not None
        }

    def _reaches(self, asked: Asked) -> tuple[Decimal, Decimal]:
        more = self._more(asked)
        return self._of_account[asked.account_id, asked.currency] + more, self._of_all[asked.currency] + more

    def _more(self, asked: Asked) -> Decimal:
        return max((asked.amount or Decimal(0)) - self._each.get(_whose(asked), Decimal(0)), Decimal(0))


def within(counted: Sequence[Counted], authority: Authority) -> set[str]:
    """Keys of approvals that fit under the limits as they are now: what was sent first, then as they were given."""
    room, fit = Room(authority), set()
    greatest: dict[str, Counted] = {}
    for one in sorted(counted, key=lambda one: (one.amount or Decimal(0), one.sent)):
        greatest[one.key] = one
    sent = {one.key for one in counted if one.sent}
    for one in sorted(greatest.values(), key=lambda one: (one.key not in sent, one.decided_at, one.key)):
        if one.key in sent or room.beyond(one) is None:
            room.take(one)
            fit.add(one.key)
    return fit


def approved_in(connection: Connection, checker: str, period: tuple[str, str], now: str) -> list[Counted]:
    """Read what counts of a checker's approvals in a period, given by its start and its end.

    An approval counts while it is the last word in its plan, was not rejected since in another, and has not expired;
    once its action has left for the ERP it counts whatever becomes of it.
    """
    given = and_(APPROVALS.c.decided_at >= period[0], APPROVALS.c.decided_at < period[1])
    spelled = connection.scalars(select(APPROVALS.c.checker).where(given).distinct())
    names = [name for name in spelled if folded(name) == folded(checker)]
    since = APPROVALS.alias("since")
    overruled = exists().where(
        since.c.action_key == APPROVALS.c.action_key,
        or_(
            and_(since.c.plan_id == APPROVALS.c.plan_id, since.c.seq > APPROVALS.c.seq),
            and_(since.c.decision == Verdict.REJECTED, since.c.decided_at > APPROVALS.c.decided_at),
        ),
    )
    left = and_(
        OUTBOX.c.action_key == APPROVALS.c.action_key,
        OUTBOX.c.plan_id == APPROVALS.c.plan_id,
        OUTBOX.c.state.in_(SENT),
    )
    query = (
        select(APPROVALS, OUTBOX.c.state)
        .select_from(APPROVALS.outerjoin(OUTBOX, left))
        .where(given, APPROVALS.c.decision == Verdict.APPROVED, APPROVALS.c.amount.is_not(None), ~overruled)
        .where(or_(OUTBOX.c.state.is_not(None), APPROVALS.c.expires_at.is_(None), APPROVALS.c.expires_at >= now))
    )
    return [
        Counted(
            row.action_key,
            row.kind,
            row.account_id,
            abs(Decimal(row.amount)),
            row.currency,
            row.decided_at,
            row.state is not None,
        )
        for name in names
        for row in connection.execute(query.where(APPROVALS.c.checker == name))
    ]


def sent_since(connection: Connection, moment: datetime, erp: Mapping[str, str]) -> dict[str, Decimal]:
    """Add up, per currency, what left for an ERP since a moment and may be there; amounts are absolute."""
    query = (
        select(OUTBOX.c.currency, OUTBOX.c.amount)
        .join(PLANS, PLANS.c.plan_id == OUTBOX.c.plan_id)
        .where(PLANS.c.erp == canonical_bytes(erp).decode(), OUTBOX.c.sent_at >= moment_text(moment))
        .where(OUTBOX.c.state.in_(SENT), OUTBOX.c.amount.is_not(None))
    )
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in connection.execute(query):
        sums[row.currency] += abs(Decimal(row.amount))
    return sums


def _above(limit: str, asked: Asked, allowed: Decimal, reaches: Decimal, where: str) -> Beyond | None:
    if reaches <= allowed:
        return None
    amounts = [amount_text(amount, asked.currency) for amount in (reaches, allowed, reaches - allowed)]
    words = "{} {} {}, {} are allowed: {} too much".format(amounts[0], asked.currency, where, *amounts[1:])
    return Beyond(asked.key, limit, allowed, reaches, asked.currency, words)


def _whose(asked: Asked) -> tuple[str, str, str | None]:
    return asked.key, asked.account_id, asked.currency
