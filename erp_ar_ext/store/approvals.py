"""A checker's words on the actions of a plan: never the maker's, never after the action was sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, or_, select

from erp_ar_ext.errors import ApprovalError
from erp_ar_ext.model import canonical_bytes
from erp_ar_ext.store import audit
from erp_ar_ext.store.audit import Entry
from erp_ar_ext.store.database import Database
from erp_ar_ext.store.plans import KnownPlan, NamedPlan
from erp_ar_ext.store.records import SENT, Decision, OutboxState, Verdict
from erp_ar_ext.store.tables import APPROVALS, OUTBOX, PLANS

CHUNK = 500
"""Keys in one IN list: some databases take no more than a thousand."""


def register(database: Database, connection: Connection, plan: NamedPlan) -> None:
    """Write a plan's name down, once, and lock its row: words on it and sending from it take turns."""
    found = connection.scalar(select(PLANS.c.plan_id).where(PLANS.c.plan_id == plan.plan_id).with_for_update())
    if found is not None:
        return
    connection.execute(
        PLANS.insert().values(
            plan_id=plan.plan_id,
            snapshot_id=plan.snapshot,
            policy_name=plan.policy.name,
            policy_digest=plan.policy.digest,
            erp=canonical_bytes(plan.erp).decode(),
            as_of=plan.as_of.isoformat(),
            maker=plan.maker,
            registered_at=database.moment(),
        )
    )
    told = {"as_of": plan.as_of.isoformat(), "snapshot": plan.snapshot, "policy": plan.policy.digest}
    audit.append(database, connection, [Entry("plan", plan.plan_id, None, plan.maker, told)])


def decide(
    database: Database, plan: KnownPlan, keys: Collection[str] | None, checker: str, verdict: Verdict
) -> tuple[str, ...]:
    """Record a checker's word on actions; None means all that require approval.

    Returns the keys whose word is new: one that is in force already is not repeated. Raises ApprovalError for the
    plan's own maker, for keys the plan does not have, and for actions that were sent.
    """
    person = _checker(plan, checker)
    wanted = _wanted(plan, keys)
    with database.writing() as connection:
        register(database, connection, plan)
        own, elsewhere = _words(connection, plan.plan_id)
        in_force = own | elsewhere
        if keys is None and verdict is Verdict.APPROVED:  # a rejection is overturned by name, never in passing
            wanted = [key for key in wanted if key not in in_force or in_force[key].verdict is not Verdict.REJECTED]
        new = [
            key
            for key in wanted
            if not all(word and word.verdict is verdict for word in (own.get(key), in_force.get(key)))
        ]
        _refuse_sent(connection, new, verdict)
        rows = [
            {
                "plan_id": plan.plan_id,
                "action_key": key,
                "seq": own[key].seq + 1 if key in own else 1,
                "decision": verdict,
                "maker": plan.maker,
                "checker": person,
                "decided_at": database.moment(),
            }
            for key in new
        ]
        if rows:
            connection.execute(APPROVALS.insert(), rows)
            audit.append(database, connection, [Entry(f"word.{verdict}", plan.plan_id, key, person) for key in new])
    return tuple(new)


def decisions(connection: Connection, plan_id: str, keys: Sequence[str] | None = None) -> dict[str, Decision]:
    """Words in force on the actions of a plan, by key: on those that are asked for, or on all.

    An approval binds to its plan. A rejection binds to what the action means, which is its key: it stands in later
    plans too, until somebody approves that action again, in whatever plan.
    """
    own, elsewhere = _words(connection, plan_id, keys)
    return own | elsewhere


def _words(
    connection: Connection, plan_id: str, keys: Sequence[str] | None = None
) -> tuple[dict[str, Decision], dict[str, Decision]]:
    """Last word on each action of a plan, and the rejections said of another plan since."""
    query = select(APPROVALS).order_by(APPROVALS.c.decided_at, APPROVALS.c.seq)
    if keys is None:
        of_plan = select(APPROVALS.c.action_key).where(APPROVALS.c.plan_id == plan_id)
        rejected = select(APPROVALS.c.action_key).where(APPROVALS.c.decision == Verdict.REJECTED)
        queries = [query.where(or_(APPROVALS.c.action_key.in_(of_plan), APPROVALS.c.action_key.in_(rejected)))]
    else:
        queries = [query.where(APPROVALS.c.action_key.in_(chunk)) for chunk in chunks(keys)]
    own: dict[str, Decision] = {}
    last: dict[str, Decision] = {}
    for row in (row for one in queries for row in connection.execute(one)):
        word = Decision(
            row.action_key, Verdict(row.decision), row.maker, row.checker, row.decided_at, row.seq, row.plan_id
        )
        last[word.action_key] = word
        if word.plan_id == plan_id and (word.action_key not in own or own[word.action_key].seq < word.seq):
            own[word.action_key] = word
    since = (word for word in last.values() if word.verdict is Verdict.REJECTED and word.plan_id != plan_id)
    return own, {word.action_key: word for word in since}


def chunks(keys: Sequence[str]) -> list[Sequence[str]]:
    """Cut keys into lists that fit into one statement."""
    return [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]


def _checker(plan: KnownPlan, checker: str) -> str:
    person = checker.strip()
    if not person:
        raise ApprovalError("nobody is named as the checker", hint="say who approves")
    if person.casefold() == plan.maker.strip().casefold():
        raise ApprovalError(
            f"{person} made this plan and may not decide on it", hint="another person approves or rejects it"
        )
    return person


def _wanted(plan: KnownPlan, keys: Collection[str] | None) -> list[str]:
    if keys is None:
        return [action.key for action in plan.actions if action.approval == "required"]
    unknown = sorted(set(keys) - {action.key for action in plan.actions})
    if unknown:
        raise ApprovalError(
            f"this plan has no action with key {', '.join(unknown)}", hint="erp-ar show PLAN lists the keys"
        )
    return list(dict.fromkeys(keys))


def _refuse_sent(connection: Connection, keys: Sequence[str], verdict: Verdict) -> None:
    for chunk in chunks(keys):
        row = connection.execute(
            select(OUTBOX.c.action_key, OUTBOX.c.state)
            .where(OUTBOX.c.action_key.in_(chunk), OUTBOX.c.state.in_(SENT))
            .order_by(OUTBOX.c.action_key)
        ).first()
        if row is not None:
            state = OutboxState(row.state).replace("_", " ")
            raise ApprovalError(
                f"action {row.action_key} was sent already ({state}) and can no longer be {verdict}",
                hint="erp-ar reconcile shows what the ERP holds",
            )
