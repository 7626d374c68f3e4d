"""Apply a plan: recover, refuse what is out of date, queue, send. Never twice, never on stale facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from erp_ar_ext import events
from erp_ar_ext.apply.limits import refuse_beyond
from erp_ar_ext.apply.recovery import look_up_unsettled
from erp_ar_ext.apply.report import ActionOutcome, ActionReport, ApplyReport, RecoverReport
from erp_ar_ext.apply.sending import Sender
from erp_ar_ext.apply.standing import Standing, stand
from erp_ar_ext.errors import AdapterError, PlanError, TransientWriteError
from erp_ar_ext.limits import RunLimits
from erp_ar_ext.plan.document import Plan
from erp_ar_ext.secrets import masked
from erp_ar_ext.spi import Intent, Outcome, Target, WriteResult
from erp_ar_ext.store import Lease, Store
from erp_ar_ext.store.records import UNSETTLED

BATCH_SIZE = 200
"""Actions sent in one call, unless told otherwise."""

Progress = Callable[[int, int], None]
"""Called with the actions settled so far, and the actions to be sent in all."""

_NO_LIMITS = RunLimits()

_CHECKED = {
    Outcome.CREATED: ActionOutcome.WOULD_CREATE,
    Outcome.EXISTS: ActionOutcome.EXISTS,
    Outcome.DIFFERS: ActionOutcome.CONFLICT,
    Outcome.STALE: ActionOutcome.STALE,
    Outcome.REFUSED: ActionOutcome.REFUSED,
    Outcome.LEFT: ActionOutcome.LEFT,
}


def apply_plan(  # noqa: PLR0913 - two stores to talk to, two facts to check, three knobs; all by name
    plan: Plan,
    *,
    store: Store,
    target: Target,
    current_snapshot: str | None,
    current_policy: str | None = None,
    owner: str,
    limits: RunLimits = _NO_LIMITS,
    zone: tzinfo = UTC,
    dry_run: bool = False,
    progress: Progress = lambda _settled, _total: None,
    batch_size: int = BATCH_SIZE,
    sleep: Callable[[float], None] = time.sleep,
    stopping: Callable[[], bool] = lambda: False,
) -> ApplyReport:
    """Write a plan's approved actions to the ERP, each exactly once.

    `current_snapshot` is the digest of what the last sync found, `current_policy` that of the policy as it is now;
    `owner` names this run in the lease. `limits` are those of a plan and of a day, which begins at midnight in `zone`:
    beyond one of them nothing is sent. Once `stopping()` says yes, the actions not tried are left.
    A dry run asks the target what it would do, and changes nothing anywhere.
    Raises PlanError where something is still to be sent but snapshot, policy or ERP are not those the plan was made
    from, LimitError beyond a limit, LeaseHeld while another run writes, StateError where the state database fails (what
    was sent by then is looked up by the next run).
    """
    present = Present(current_snapshot, current_policy, limits, zone)
    if dry_run:
        return _preview(plan, store, target, present)
    with store.lease(owner) as lease:
        recovered = _recover_first(plan, store, target, lease)
        standing = stand(plan, store)
        _refuse_if_outdated(plan, standing, target, present)
        refuse_beyond(plan, standing, store, present.limits, present.zone)
        intents = plan.intents()
        store.outbox.queue(plan, [intents[key] for key in standing.unqueued], lease)
        sender = Sender(plan, intents, store, target, lease, batch_size, sleep, stopping)
        held_up = {row.intent.account_id for row in store.outbox.in_state(UNSETTLED, erp=plan.erp)}
        sent = sender.send(standing.ready, held_up, progress)
    stopped = stopping() and any(one.outcome is ActionOutcome.LEFT for one in sent.values())
    return ApplyReport(plan.plan_id, _in_order(plan, {**standing.told, **sent}), recovered, stopped=stopped)


@dataclass(frozen=True)
class Present:
    """What a plan must fit: the snapshot, the policy and the limits of now; a policy of None is not compared."""

    snapshot: str | None
    policy: str | None
    limits: RunLimits
    zone: tzinfo


def _preview(plan: Plan, store: Store, target: Target, present: Present) -> ApplyReport:
    standing = stand(plan, store)
    _refuse_if_outdated(plan, standing, target, present)
    refuse_beyond(plan, standing, store, present.limits, present.zone)
    intents = plan.intents()
    try:
        results = _check(target, [intents[action.key] for action in standing.ready])
    except TransientWriteError as error:
        message = masked(str(error))
        events.APPLY_NOT_CHECKED.tell(plan=plan.plan_id, actions=len(standing.ready), error=message)
        checked = {action.key: ActionReport.of(action, ActionOutcome.LEFT, message) for action in standing.ready}
    else:
        checked = {
            action.key: ActionReport.of(action, _CHECKED[result.outcome], result.message, result.erp_id)
            for action, result in zip(standing.ready, results, strict=True)
        }
    return ApplyReport(plan.plan_id, _in_order(plan, {**standing.told, **checked}), dry_run=True)


def _check(target: Target, intents: Sequence[Intent]) -> Sequence[WriteResult]:
    """Ask what a write would do. Raises AdapterError for answers that do not fit the question."""
    results = target.check(intents) if intents else []
    if [result.key for result in results] != [intent.key for intent in intents]:
        raise AdapterError("the adapter's answers do not fit what was asked", hint="report it to the adapter's author")
    return results


def _recover_first(plan: Plan, store: Store, target: Target, lease: Lease) -> RecoverReport:
    """Settle what earlier runs left; never against another ERP, where a look-up would find nothing and resend."""
    erp = dict(target.identity())
    return look_up_unsettled(store, target, lease, UNSETTLED, erp) if erp == plan.erp else RecoverReport()


def _refuse_if_outdated(plan: Plan, standing: Standing, target: Target, present: Present) -> None:
    if not standing.unfinished:
        return
    erp = dict(target.identity())
    if erp != plan.erp:
        raise PlanError(
            f"this plan was made from another ERP ({_named(plan.erp)}) than the target of this configuration "
            f"({_named(erp)})",
            hint="apply it with the configuration it was planned with, or make a new one with erp-ar plan",
        )
    if present.policy is not None and plan.policy.digest != present.policy:
        raise PlanError(
            "the policy has changed since this plan was made",
            hint="erp-ar plan --as-of DATE makes a plan under the policy as it is now",
        )
    if plan.snapshot != present.snapshot:
        raise PlanError(
            "this plan was made from a snapshot that is no longer the current one",
            hint="erp-ar plan --as-of DATE makes a plan from the current snapshot",
        )


def _named(erp: Mapping[str, str]) -> str:
    return ", ".join(f"{key} {value!r}" for key, value in erp.items())


def _in_order(plan: Plan, told: Mapping[str, ActionReport]) -> tuple[ActionReport, ...]:
    return tuple(told[action.key] for action in plan.actions)
