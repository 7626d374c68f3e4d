"""A checker's words on the actions of a plan: never the maker's, never beyond a limit, never after it was sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection, select

from erp_ar_ext.errors import ApprovalError, LimitError
from erp_ar_ext.limits import folded
from erp_ar_ext.model import canonical_bytes
from erp_ar_ext.store import audit
from erp_ar_ext.store.audit import Entry
from erp_ar_ext.store.database import Database, later
from erp_ar_ext.store.plans import KnownPlan, NamedPlan, PlannedAction
from erp_ar_ext.store.records import SENT, Decision, OutboxState, Verdict
from erp_ar_ext.store.sums import Beyond
from erp_ar_ext.store.tables import APPROVALS, OUTBOX, PLANS
from erp_ar_ext.store.weighing import Given, Rules, beyond_by_now, weigh
from erp_ar_ext.store.words import Stopped, Words, approved_plainly, chunks, stopped_by_word, words


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


def take_turn(connection: Connection) -> None:
    """Wait until nobody else gives a word or marks actions as sent, in whatever plan, and keep them waiting.

    Amounts add up over plans: two who both read a sum before either has written would step over a limit together. The
    end of the audit trail is what each of them locks anyway; it is the last lock that a transaction takes.
    """
    audit.lock(connection)


def decide(  # noqa: PLR0913 - what is said of what by whom, under which rules
    database: Database,
    plan: KnownPlan,
    keys: Collection[str] | None,
    checker: str,
    verdict: Verdict,
    *,
    rules: Rules,
    within_limits: bool = False,
) -> tuple[tuple[str, ...], tuple[Beyond, ...]]:
    """Record a checker's word on actions; None means all that it can be said of in passing.

    Returns the keys whose word is new (one that is in force already is not repeated) and, where only what is within
    the checker's limits is wanted, what is beyond them. Raises ApprovalError for the plan's own maker, for keys the
    plan does not have and for actions that were sent, LimitError where anything is beyond a limit: then no word of it
    is kept.
    """
    person = _checker(plan, checker)
    with database.writing() as connection:
        register(database, connection, plan)
        take_turn(connection)
        now = database.shared_moment(connection)
        wanted = _wanted(connection, plan, keys, verdict)
        said = words(connection, plan.plan_id, list(wanted))
        new = _new(wanted, said, verdict, stopped(connection, plan, now, rules), named=keys is not None)
        _refuse_sent(connection, list(new), verdict)
        given = [Given(action, _after(now, said.last.get(key)), said.next_seq(key)) for key, action in new.items()]
        beyond: tuple[Beyond, ...] = ()
        if verdict is Verdict.APPROVED:
            given, beyond = weigh(connection, plan, given, person, now, rules)
            if beyond and not within_limits:
                raise LimitError(
                    f"{len(beyond)} of {len(new)} actions are beyond what {person} may approve; none was approved",
                    beyond=beyond,
                    hint="approve what fits with --within-limits, or name it with --action; the rest is another's",
                )
        _write(database, connection, plan, given, person, verdict)
    return tuple(one.action.key for one in given), beyond


def stopped(connection: Connection, plan: KnownPlan, now: str, rules: Rules) -> dict[str, Stopped]:
    """Say of each action of a plan that may not be sent why, by the limits as they are configured now.

    A limit that was lowered since an approval was given holds for it too: what was sent counts first, then what was
    approved earlier.
    """
    plain = approved_plainly(connection, plan.plan_id, now, rules.approvals)
    free = set(connection.scalars(plain))
    actions = [action for action in plan.actions if action.key not in free]
    in_force = words(connection, plan.plan_id, but=plain).in_force
    found = stopped_by_word(actions, in_force, now, rules.approvals)
    return found | beyond_by_now(connection, actions, in_force, found, now, rules)


def _checker(plan: KnownPlan, checker: str) -> str:
    person = checker.strip()
    if not person:
        raise ApprovalError("nobody is named as the checker", hint="say who approves")
    if folded(person) == folded(plan.maker):
        raise ApprovalError(
            f"{person} made this plan and may not decide on it", hint="another person approves or rejects it"
        )
    return person


def _wanted(
    connection: Connection, plan: KnownPlan, keys: Collection[str] | None, verdict: Verdict
) -> dict[str, PlannedAction]:
    actions = {action.key: action for action in plan.actions}
    if keys is not None:
        unknown = sorted(set(keys) - set(actions))
        if unknown:
            raise ApprovalError(
                f"this plan has no action with key {', '.join(unknown)}", hint="erp-ar show PLAN lists the keys"
            )
        return {key: actions[key] for key in keys}
    if verdict is Verdict.REJECTED:
        return {key: action for key, action in actions.items() if action.approval == "required"}
    gone = {key for chunk in chunks(list(actions)) for key, _state in _sent(connection, chunk)}
    return {
        key: action
        for key, action in actions.items()
        if key not in gone and (action.approval == "required" or verdict is Verdict.REVOKED)
    }


def _new(
    wanted: Mapping[str, PlannedAction],
    said: Words,
    verdict: Verdict,
    may_not: Mapping[str, Stopped],
    *,
    named: bool,
) -> dict[str, PlannedAction]:
    """Leave out actions of which this is in force already, and what may not be said in passing."""

    def is_new(key: str) -> bool:
        own, in_force = said.own.get(key), said.in_force.get(key)
        if verdict is Verdict.REVOKED:
            return own is not None and own.verdict is Verdict.APPROVED
        overturns = verdict is Verdict.APPROVED and in_force is not None and in_force.verdict is Verdict.REJECTED
        if overturns and not named:  # a rejection is overturned by name, never in passing
            return False
        heard = [own, in_force, *([said.last.get(key)] if verdict is Verdict.REJECTED else [])]
        in_force_already = all(word is not None and word.verdict is verdict for word in heard)
        return not in_force_already or (verdict is Verdict.APPROVED and key in may_not)

    return {key: action for key, action in wanted.items() if is_new(key)}


def _after(now: str, last: Decision | None) -> str:
    """Stamp a word later than every word on its action before it, whatever the clock did in between."""
    if last is None or last.decided_at < now:
        return now
    return later(last.decided_at, timedelta(microseconds=1))


def _write(  # noqa: PLR0913, PLR0917 - the parts of a row
    database: Database,
    connection: Connection,
    plan: KnownPlan,
    given: Sequence[Given],
    person: str,
    verdict: Verdict,
) -> None:
    rows = [
        {
            "plan_id": plan.plan_id,
            "action_key": one.action.key,
            "seq": one.seq,
            "decision": verdict,
            "maker": plan.maker,
            "checker": person,
            "decided_at": one.decided_at,
            "expires_at": one.expires_at,
            "account_id": one.action.account_id,
            "kind": one.action.kind,
            "amount": None if one.action.amount is None else f"{one.action.amount:f}",
            "currency": one.action.currency,
        }
        for one in given
    ]
    if rows:
        connection.execute(APPROVALS.insert(), rows)
        entries = [Entry(f"word.{verdict}", plan.plan_id, one.action.key, person, one.told()) for one in given]
        audit.append(database, connection, entries)


def _sent(connection: Connection, keys: Sequence[str]) -> list[tuple[str, str]]:
    query = select(OUTBOX.c.action_key, OUTBOX.c.state).order_by(OUTBOX.c.action_key)
    rows = connection.execute(query.where(OUTBOX.c.action_key.in_(keys), OUTBOX.c.state.in_(SENT)))
    return [(row.action_key, row.state) for row in rows]


def _refuse_sent(connection: Connection, keys: Sequence[str], verdict: Verdict) -> None:
    for chunk in chunks(keys):
        for key, state in _sent(connection, chunk)[:1]:
            told = OutboxState(state).replace("_", " ")
            raise ApprovalError(
                f"action {key} was sent already ({told}) and can no longer be {verdict}",
                hint="erp-ar reconcile shows what the ERP holds",
            )
