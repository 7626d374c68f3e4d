"""Which words are in force on the actions of a plan: what may be sent, what not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, exists, or_, select

from erp_ar_ext.limits import Approvals
from erp_ar_ext.store.database import later
from erp_ar_ext.store.plans import KnownPlan, PlannedAction
from erp_ar_ext.store.records import Decision, Verdict
from erp_ar_ext.store.sums import Asked, first_limit
from erp_ar_ext.store.tables import APPROVALS

CHUNK = 500
"""Keys in one IN list: some databases take no more than a thousand."""


@dataclass(frozen=True)
class Stopped:
    """An action that may not be sent, and why; `rejected` where a checker said so, else its approval is missing."""

    key: str
    rejected: bool
    why: str


@dataclass(frozen=True)
class Words:
    """What was said of actions: in the plan itself, last of all, and what of it is in force."""

    own: dict[str, Decision]
    last: dict[str, Decision]
    in_force: dict[str, Decision]

    def next_seq(self, key: str) -> int:
        """Number of the plan's next word on an action."""
        return self.own[key].seq + 1 if key in self.own else 1


def words(
    connection: Connection,
    plan_id: str,
    keys: Sequence[str] | None = None,
    *,
    but: Select[Any] | None = None,
) -> Words:
    """Read the words on the actions of a plan, by key: on those that are asked for, or on all, or on all `but` some.

    An approval binds to its plan. A rejection binds to what the action means, which is its key: it stands in later
    plans too, until somebody approves that action again, in whatever plan. And it ends every approval before it, in
    every plan: none of them comes back to life when it is lifted, for somebody else may have used its room by then.
    """
    own: dict[str, Decision] = {}
    last: dict[str, Decision] = {}
    rejected: dict[str, Decision] = {}
    for row in _rows(connection, plan_id, keys, but):
        word = _decision(row)
        last[word.action_key] = word
        if word.plan_id != plan_id:
            if word.verdict is Verdict.REJECTED:
                rejected[word.action_key] = word
        elif word.action_key not in own or own[word.action_key].seq < word.seq:
            own[word.action_key] = word
    in_force = dict(own)
    for key, no in rejected.items():
        if last[key] is no:
            in_force[key] = no
        elif key in own and own[key].verdict is Verdict.APPROVED and own[key].decided_at <= no.decided_at:
            in_force[key] = replace(no, verdict=Verdict.REVOKED)
    return Words(own, last, in_force)


def stopped_among(
    connection: Connection, plan: KnownPlan, keys: Sequence[str], now: str, rules: Approvals
) -> dict[str, Stopped]:
    """Find those of some actions, which were all to be sent a while ago, that may be sent no more.

    Asks for what is not a plain, lasting approval, which is seldom anything: only that is looked at closely.
    """
    found: set[str] = set()
    doubtful = _doubtful(APPROVALS, now, rules)
    for chunk in chunks(keys):
        query = select(APPROVALS.c.action_key).where(APPROVALS.c.action_key.in_(chunk), doubtful).distinct()
        found.update(connection.scalars(query))
    if not found:
        return {}
    in_force = words(connection, plan.plan_id, sorted(found)).in_force
    looked_at = [action for action in plan.actions if action.key in found]
    return stopped_by_word(looked_at, in_force, now, rules)


def approved_plainly(connection: Connection, plan_id: str, now: str, rules: Approvals) -> Select[Any]:
    """Build the query of the keys of a plan that have nothing but lasting approvals, by one who may approve everything.

    They may be sent, and are most of a plan. All others are to be looked at closely.
    """
    of_plan = select(APPROVALS.c.checker).where(APPROVALS.c.plan_id == plan_id).distinct()
    unlimited = [checker for checker in connection.scalars(of_plan) if rules.authority(checker).limits_nothing]
    said = APPROVALS.alias("said")
    return select(APPROVALS.c.action_key).where(
        APPROVALS.c.plan_id == plan_id,
        APPROVALS.c.checker.in_(unlimited),
        ~exists().where(said.c.action_key == APPROVALS.c.action_key, _doubtful(said, now, rules)),
    )


def stopped_by_word(
    actions: Sequence[PlannedAction], in_force: dict[str, Decision], now: str, rules: Approvals
) -> dict[str, Stopped]:
    """Say of actions why they may not be sent, by the word that is in force on each; those that may are left out."""
    told = (_stopped(action, in_force.get(action.key), now, rules) for action in actions)
    return {one.key: one for one in told if one is not None}


def _doubtful(said: FromClause, now: str, rules: Approvals) -> ColumnElement[bool]:
    """Whether a word is anything but an approval that still stands."""
    doubts: list[ColumnElement[bool]] = [said.c.decision != Verdict.APPROVED, said.c.expires_at < now]
    if rules.lifetime is not None:
        doubts.append(said.c.decided_at < later(now, -rules.lifetime))
    return or_(*doubts)


def _stopped(action: PlannedAction, word: Decision | None, now: str, rules: Approvals) -> Stopped | None:
    if word is not None and word.verdict is Verdict.REJECTED:
        return Stopped(action.key, rejected=True, why=f"rejected by {word.checker}")
    if action.approval != "required":
        return None
    why = _missing(action, word, now, rules)
    return None if why is None else Stopped(action.key, rejected=False, why=why)


def _missing(action: PlannedAction, word: Decision | None, now: str, rules: Approvals) -> str | None:
    """Say why an action has no approval to be sent by; None where it has one."""
    if word is None:
        return "nobody has approved it yet"
    if word.verdict is Verdict.REVOKED:
        return f"its approval was taken back by {word.checker}"
    end = expiry(word, rules)
    if end is not None and end < now:
        return f"the approval by {word.checker} expired at {end[:19]}Z"
    authority = rules.authority(word.checker)
    if authority.limits_money and not word.weighed:
        return f"the approval by {word.checker} is of before limits were kept: it is to be given again"
    beyond = first_limit(Asked.of(action), authority)
    return None if beyond is None else f"{word.checker} may no longer approve it: {beyond.words}"


def expiry(word: Decision, rules: Approvals) -> str | None:
    """Tell until when an approval stands: as was said when it was given, or as is configured now if that is sooner."""
    by_rule = None if rules.lifetime is None else later(word.decided_at, rules.lifetime)
    return min((end for end in (word.expires_at, by_rule) if end is not None), default=None)


def chunks(keys: Sequence[str]) -> list[Sequence[str]]:
    """Cut keys into lists that fit into one statement."""
    return [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]


def _rows(connection: Connection, plan_id: str, keys: Sequence[str] | None, but: Select[Any] | None) -> list[Row[Any]]:
    query = select(*_WORD).order_by(APPROVALS.c.decided_at, APPROVALS.c.seq)
    if but is not None:
        query = query.where(APPROVALS.c.action_key.not_in(but))
    if keys is None:
        of_plan = select(APPROVALS.c.action_key).where(APPROVALS.c.plan_id == plan_id)
        rejected = select(APPROVALS.c.action_key).where(APPROVALS.c.decision == Verdict.REJECTED)
        queries = [query.where(or_(APPROVALS.c.action_key.in_(of_plan), APPROVALS.c.action_key.in_(rejected)))]
    else:
        queries = [query.where(APPROVALS.c.action_key.in_(chunk)) for chunk in chunks(keys)]
    return [row for one in queries for row in connection.execute(one)]


_WORD = tuple(
    APPROVALS.c[name]
    for name in (
        "action_key",
        "decision",
        "maker",
        "checker",
        "decided_at",
        "seq",
        "plan_id",
        "expires_at",
        "kind",
    )
)
_VERDICTS = {str(verdict): verdict for verdict in Verdict}


def _decision(row: Row[Any]) -> Decision:
    key, decision, maker, checker, decided_at, seq, plan_id, expires_at, kind = tuple(row)
    return Decision(key, _VERDICTS[decision], maker, checker, decided_at, seq, plan_id, expires_at, kind is not None)
