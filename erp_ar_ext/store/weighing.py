"""Hold approvals against a checker's limits: before they are given, and again before what they allow is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import lru_cache

from sqlalchemy import Connection

from erp_ar_ext.limits import Approvals, Authority, Checker, Period, folded, span
from erp_ar_ext.model import amount_text
from erp_ar_ext.store.database import later, moment_text
from erp_ar_ext.store.plans import KnownPlan, PlannedAction
from erp_ar_ext.store.records import Decision
from erp_ar_ext.store.sums import Asked, Beyond, Room, approved_in, first_limit, within
from erp_ar_ext.store.words import Stopped

OTHERS = "whoever is not named in [approvals]"


@dataclass(frozen=True)
class Rules:
    """What `[approvals]` says, and the zone in which days, weeks and months begin."""

    approvals: Approvals
    zone: tzinfo

    def period(self, authority: Authority, moment: str) -> tuple[str, str]:
        """Start and end of the period over which a checker's approvals of a moment add up."""
        return _span(authority.period, moment, self.zone)


@lru_cache(maxsize=1024)
def _span(period: Period, moment: str, zone: tzinfo) -> tuple[str, str]:
    start, end = span(period, datetime.fromisoformat(moment), zone)
    return moment_text(start), moment_text(end)


@dataclass(frozen=True)
class Given:
    """A word that is about to be written down."""

    action: PlannedAction
    decided_at: str
    seq: int
    expires_at: str | None = None
    limits: Mapping[str, str] = field(default_factory=dict)

    def told(self) -> dict[str, object]:
        """For the audit trail: the amount, until when the word stands, and how much of which limit is used."""
        amount, currency = self.action.amount, self.action.currency
        told = {
            "amount": None if amount is None else f"{amount_text(amount, currency)} {currency}",
            "expires_at": self.expires_at,
            "limits": dict(self.limits),
        }
        return {name: value for name, value in told.items() if value}


def weigh(  # noqa: PLR0913, PLR0917 - who would approve what, when, under which rules
    connection: Connection, plan: KnownPlan, given: Sequence[Given], checker: str, now: str, rules: Rules
) -> tuple[list[Given], tuple[Beyond, ...]]:
    """Part approvals into those that fit, in the plan's order, and those beyond a limit, with who could give them."""
    rooms = _Rooms(connection, now, rules)
    lifetime = rules.approvals.lifetime
    fit: list[Given] = []
    beyond: list[Beyond] = []
    for one in given:
        asked, room = Asked.of(one.action), rooms.of(checker, one.decided_at)
        above = room.beyond(asked)
        if above is not None:
            beyond.append(replace(above, others=rooms.who_else(asked, one.decided_at, {checker, plan.maker})))
            continue
        room.take(asked)
        end = None if lifetime is None else later(one.decided_at, lifetime)
        fit.append(replace(one, expires_at=end, limits=room.told(asked)))
    return fit, tuple(beyond)


def beyond_by_now(  # noqa: PLR0913, PLR0917 - actions, what was said of them, and the rules of now
    connection: Connection,
    actions: Sequence[PlannedAction],
    in_force: Mapping[str, Decision],
    known: Collection[str],
    now: str,
    rules: Rules,
) -> dict[str, Stopped]:
    """Find approvals that, with what else their checker approved, are beyond the limits as they are configured now."""
    fits: dict[tuple[str, tuple[str, str]], set[str]] = {}
    found: dict[str, Stopped] = {}
    for action in actions:
        if action.approval != "required" or action.amount is None or action.key in known:
            continue
        word = in_force[action.key]
        authority = rules.approvals.authority(word.checker)
        if not authority.adds_up:
            continue
        period = rules.period(authority, word.decided_at)
        whose = folded(word.checker), period
        if whose not in fits:
            fits[whose] = within(approved_in(connection, word.checker, period, now), authority)
        if action.key not in fits[whose]:
            why = f"{word.checker} may no longer approve it: with what else they approved, it is beyond a limit"
            found[action.key] = Stopped(action.key, rejected=False, why=why)
    return found


class _Rooms:
    """The rooms of several checkers and periods, each read once."""

    def __init__(self, connection: Connection, now: str, rules: Rules) -> None:
        self._connection = connection
        self._now = now
        self._rules = rules
        self._known: dict[tuple[str, tuple[str, str]], Room] = {}

    def of(self, checker: str, moment: str) -> Room:
        """What a checker has left in the period of a moment."""
        authority = self._rules.approvals.authority(checker)
        period = self._rules.period(authority, moment)
        whose = folded(checker), period
        if whose not in self._known:
            counted = approved_in(self._connection, checker, period, self._now) if authority.adds_up else ()
            self._known[whose] = Room(authority, counted)
        return self._known[whose]

    def who_else(self, asked: Asked, moment: str, not_these: Collection[str]) -> tuple[str, ...]:
        """Who of those named could approve an action, as their rooms are now, and whether those not named could."""
        ruled_out = {folded(name) for name in not_these}
        named: list[Checker] = [one for one in self._rules.approvals.checkers if folded(one.name) not in ruled_out]
        able = [one.name for one in named if self.of(one.name, moment).beyond(asked) is None]
        others = self._rules.approvals.others
        if others is not None and first_limit(asked, others) is None:
            able.append(OTHERS)
        return tuple(able)
