"""Send a plan's actions in batches: `sending` is committed, the ERP is asked, its answers are recorded.

A batch's answers are recorded in the transaction that marks the next one as being sent, the last one's in one of their
own: one commit a batch, and never more than one batch that is being sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from erp_ar_ext import events
from erp_ar_ext.apply.recovery import look_up
from erp_ar_ext.apply.report import ActionOutcome, ActionReport
from erp_ar_ext.apply.standing import told_stopped
from erp_ar_ext.errors import RejectedWriteError, TransientWriteError, UnknownOutcomeError
from erp_ar_ext.plan.document import Action, Plan
from erp_ar_ext.secrets import masked
from erp_ar_ext.spi import Event, Intent, Outcome, Target, WriteResult
from erp_ar_ext.spi.events import bound
from erp_ar_ext.store import Lease, OutboxState, Settlement, Store

TRIES = 3
"""How often a batch is offered to an ERP that says it wrote nothing and to try again."""

STOPPED = "this run was told to stop before it"
"""Said of an action that was not tried."""

_ENDS: dict[Outcome, tuple[OutboxState, ActionOutcome, Event]] = {
    Outcome.CREATED: (OutboxState.DONE, ActionOutcome.CREATED, events.OUTBOX_DONE),
    Outcome.EXISTS: (OutboxState.DONE, ActionOutcome.EXISTS, events.OUTBOX_DONE),
    Outcome.DIFFERS: (OutboxState.CONFLICT, ActionOutcome.CONFLICT, events.OUTBOX_CONFLICT),
    Outcome.STALE: (OutboxState.STALE, ActionOutcome.STALE, events.OUTBOX_STALE),
    Outcome.REFUSED: (OutboxState.REFUSED, ActionOutcome.REFUSED, events.OUTBOX_REFUSED),
    Outcome.LEFT: (OutboxState.APPROVED, ActionOutcome.LEFT, events.OUTBOX_LEFT),
}
_LOOKED_UP = {
    "done": ActionOutcome.EXISTS,
    "conflict": ActionOutcome.CONFLICT,
    "requeued": ActionOutcome.LEFT,
    "in_doubt": ActionOutcome.IN_DOUBT,
}
_HOLDS_UP_ACCOUNT = (ActionOutcome.IN_DOUBT, ActionOutcome.LEFT)

Sent = tuple[dict[str, ActionReport], Sequence[Settlement]]
"""What became of actions, by key, and what of it is still to be recorded."""


@dataclass(frozen=True)
class Sender:
    """Sends the actions of one plan to one target, under one lease."""

    plan: Plan
    intents: Mapping[str, Intent]
    store: Store
    target: Target
    lease: Lease
    batch_size: int
    sleep: Callable[[float], None]
    stopping: Callable[[], bool]

    def send(
        self, actions: Sequence[Action], held_up: set[str], progress: Callable[[int, int], None]
    ) -> dict[str, ActionReport]:
        """Send actions in their order; returns what became of each, by key.

        `held_up` are accounts with something in doubt already. An account's order is kept: once an action of it
        is in doubt or left, its later ones are left too. Once told to stop, it leaves the rest.
        """
        reports: dict[str, ActionReport] = {}
        answers: Sequence[Settlement] = ()
        for start in range(0, len(actions), self.batch_size):
            if self.stopping():
                reports |= self._drained(actions[start:])
                break
            batch = actions[start : start + self.batch_size]
            free = [action for action in batch if action.account_id not in held_up]
            told = {action.key: self._waits(action) for action in batch if action.account_id in held_up}
            if free:
                sent, answers = self._send_batch(free, answers)
                told |= sent
            held_up |= {one.account_id for one in told.values() if one.outcome in _HOLDS_UP_ACCOUNT}
            reports |= told
            progress(len(reports), len(actions))
        if answers:
            self.store.outbox.settle(answers, self.lease)
        return reports

    def _drained(self, rest: Sequence[Action]) -> dict[str, ActionReport]:
        events.APPLY_DRAINED.tell(plan=self.plan.plan_id, left=len(rest))
        return {action.key: ActionReport.of(action, ActionOutcome.LEFT, STOPPED) for action in rest}

    def _waits(self, action: Action) -> ActionReport:
        events.OUTBOX_HELD_UP.tell(key=action.key, account_id=action.account_id)
        return ActionReport.of(action, ActionOutcome.LEFT, "waits for an earlier action of the account")

    def _send_batch(self, batch: Sequence[Action], answers: Sequence[Settlement]) -> Sent:
        """Send a batch, and record the answers to the one before; returns what is still to be recorded of this one."""
        keys = [action.key for action in batch]
        allowed = set(self.store.outbox.begin_sending(self.plan, keys, self.lease, answers))
        told = self._stopped([action for action in batch if action.key not in allowed])
        sending = [action for action in batch if action.key in allowed]
        sent, settlements = self._write(sending) if sending else ({}, ())
        return told | sent, settlements

    def _stopped(self, actions: Sequence[Action]) -> dict[str, ActionReport]:
        """Say why actions that were ready when the run began were not sent: a checker spoke, or an approval expired."""
        stopped = self.store.stopped(self.plan) if actions else {}
        told = {}
        for action in actions:
            events.OUTBOX_WITHDRAWN.tell(key=action.key)
            found = stopped.get(action.key)
            report = ActionReport.of(action, ActionOutcome.LEFT, "its approval was given anew while this apply ran")
            if found is not None:
                report = told_stopped(action, replace(found, why=f"{found.why}, while this apply ran"))
            told[action.key] = report
        return told

    def _write(self, sending: Sequence[Action]) -> Sent:
        try:
            results = self._ask([self.intents[action.key] for action in sending])
        except TransientWriteError as error:
            events.APPLY_GAVE_UP.tell(actions=len(sending), error=_words(error))
            results = _all(sending, Outcome.LEFT, error)
        except RejectedWriteError as error:
            events.APPLY_REFUSED.tell(actions=len(sending), error=_words(error))
            results = _all(sending, Outcome.REFUSED, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, it may have come after the write: look it up
            return self._doubt(sending, _words(error)), ()
        return self._answered(sending, results)

    def _ask(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Ask the target, again where it says that nothing was written. Raises what the last try raised."""
        retrying = Retrying(
            retry=retry_if_exception_type(TransientWriteError),
            stop=stop_after_attempt(TRIES),
            wait=wait_exponential(multiplier=0.2, max=5),
            sleep=self.sleep,
            before_sleep=_tell_again,
            reraise=True,
        )
        results = retrying(self.target.write, intents)
        fits = [result.key for result in results] == [intent.key for intent in intents]
        if not fits or any(result.outcome not in _ENDS for result in results):
            raise UnknownOutcomeError("the adapter's answers do not fit what was sent", hint="report it to its author")
        return results

    @staticmethod
    def _answered(sending: Sequence[Action], results: Sequence[WriteResult]) -> Sent:
        reports, settlements, log = {}, [], bound()
        for action, one in zip(sending, results, strict=True):
            state, outcome, event = _ENDS[one.outcome]
            event.tell(log, key=one.key, outcome=str(one.outcome), erp_id=one.erp_id)
            message = one.message or (STOPPED if outcome is ActionOutcome.LEFT else "")
            reports[action.key] = ActionReport.of(action, outcome, message, one.erp_id)
            settlements.append(Settlement(one.key, state, one.erp_id, one.message))
        return reports, settlements

    def _doubt(self, sending: Sequence[Action], message: str) -> dict[str, ActionReport]:
        """Write the doubt down first, then look up at once: most often that settles it."""
        self.store.outbox.settle(
            [Settlement(action.key, OutboxState.IN_DOUBT, message=message) for action in sending], self.lease
        )
        for action in sending:
            events.OUTBOX_IN_DOUBT.tell(key=action.key, error=message)
        rows = self.store.outbox.rows([action.key for action in sending])
        found = look_up(self.store, self.target, self.lease, [rows[action.key] for action in sending])
        return {
            action.key: ActionReport.of(action, _LOOKED_UP[one.outcome], f"{message}; {one.message}")
            for action, one in zip(sending, found, strict=True)
        }


def _all(sending: Sequence[Action], outcome: Outcome, error: Exception) -> Sequence[WriteResult]:
    return [WriteResult(action.key, outcome, message=_words(error)) for action in sending]


def _tell_again(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    events.APPLY_TRIED_AGAIN.tell(tries=state.attempt_number, error=_words(error) if error else None)


def _words(error: BaseException) -> str:
    return masked(str(error)) or type(error).__name__
