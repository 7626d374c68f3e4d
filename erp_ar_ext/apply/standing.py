"""How each action of a plan stands before anything is sent: the outbox and the checker's words decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from erp_ar_ext.apply.report import ActionOutcome, ActionReport
from erp_ar_ext.plan.document import Action, Plan
from erp_ar_ext.store import OutboxRow, OutboxState, Stopped, Store
from erp_ar_ext.store.records import SENT

_SETTLED = {
    OutboxState.DONE: ActionOutcome.ALREADY_APPLIED,
    OutboxState.SENDING: ActionOutcome.IN_DOUBT,
    OutboxState.IN_DOUBT: ActionOutcome.IN_DOUBT,
    OutboxState.CONFLICT: ActionOutcome.CONFLICT,
}
_SETTLED_BY_THIS_PLAN = {
    OutboxState.STALE: ActionOutcome.STALE,
    OutboxState.REFUSED: ActionOutcome.REFUSED,
}


@dataclass(frozen=True)
class Standing:
    """A plan's actions: those to be sent now, in the plan's order, and what is said of the others."""

    ready: tuple[Action, ...]
    told: Mapping[str, ActionReport]
    unqueued: tuple[str, ...]
    """Keys of ready actions that the outbox does not hold as approved under this plan yet."""
    sent: tuple[Action, ...] = ()
    """Actions that this plan sent before, and that may be in the ERP."""

    @property
    def unfinished(self) -> bool:
        """Something of the plan would still be sent, now or once it is approved."""
        missing = ActionOutcome.APPROVAL_MISSING
        return bool(self.ready) or any(report.outcome is missing for report in self.told.values())


def stand(plan: Plan, store: Store) -> Standing:
    """Look at the outbox and the approvals; changes nothing."""
    rows = store.outbox.rows([action.key for action in plan.actions])
    stopped = store.stopped(plan)
    ready: list[Action] = []
    told: dict[str, ActionReport] = {}
    for action in plan.actions:
        row = rows.get(action.key)
        report = _told(plan, action, row, stopped.get(action.key))
        if report is None:
            ready.append(action)
        else:
            told[action.key] = report
    unqueued = tuple(action.key for action in ready if not _is_queued(plan, rows.get(action.key)))
    sent = tuple(action for action in plan.actions if _was_sent(plan, rows.get(action.key)))
    return Standing(tuple(ready), told, unqueued, sent)


def _told(plan: Plan, action: Action, row: OutboxRow | None, stopped: Stopped | None) -> ActionReport | None:
    """Say why an action is not sent now; None for one that is."""
    if row is not None:
        settled = _SETTLED.get(row.state)
        if settled is None and row.plan_id == plan.plan_id:
            settled = _SETTLED_BY_THIS_PLAN.get(row.state)
        if settled is not None:
            return ActionReport.of(action, settled, row.message, row.erp_id)
    return None if stopped is None else told_stopped(action, stopped)


def told_stopped(action: Action, stopped: Stopped) -> ActionReport:
    """Report on an action that a checker's word, or the want of one, keeps from being sent."""
    outcome = ActionOutcome.REJECTED if stopped.rejected else ActionOutcome.APPROVAL_MISSING
    return ActionReport.of(action, outcome, stopped.why)


def _is_queued(plan: Plan, row: OutboxRow | None) -> bool:
    return row is not None and row.plan_id == plan.plan_id and row.state is OutboxState.APPROVED


def _was_sent(plan: Plan, row: OutboxRow | None) -> bool:
    return row is not None and row.plan_id == plan.plan_id and row.state in SENT
