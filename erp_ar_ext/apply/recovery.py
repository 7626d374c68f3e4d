"""Settle what is in doubt: look it up in the ERP by its reference, before anything else is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from erp_ar_ext import events
from erp_ar_ext.apply.report import Recovered, RecoverReport
from erp_ar_ext.errors import AdapterError
from erp_ar_ext.secrets import masked
from erp_ar_ext.spi import Intent, Outcome, Target, WriteResult
from erp_ar_ext.store import Lease, OutboxRow, OutboxState, Settlement, Store
from erp_ar_ext.store.records import UNSETTLED

LOOK_UP_SIZE = 200
"""Intents in one look-up."""


def recover(store: Store, target: Target, owner: str) -> RecoverReport:
    """Look up all that is in doubt, and once more what is in conflict: a person may have put that right.

    Touches only intents that were sent to the very ERP the target is; of others it says that they are left in
    doubt. Raises LeaseHeld while another run writes, StateError where the state database fails.
    """
    with store.lease(owner) as lease:
        erp = dict(target.identity())
        report = look_up_unsettled(store, target, lease, (*UNSETTLED, OutboxState.CONFLICT), erp)
        ours = {one.key for one in report.settled}
        elsewhere = [_elsewhere(row) for row in store.outbox.in_state(UNSETTLED) if row.key not in ours]
    return RecoverReport((*report.settled, *elsewhere))


def look_up_unsettled(
    store: Store, target: Target, lease: Lease, states: Sequence[OutboxState], erp: dict[str, str]
) -> RecoverReport:
    """Look up the intents in the given states that were sent to this ERP, and record what is found."""
    rows = store.outbox.in_state(states, erp=erp)
    settled: list[Recovered] = []
    for start in range(0, len(rows), LOOK_UP_SIZE):
        settled += look_up(store, target, lease, rows[start : start + LOOK_UP_SIZE])
    return RecoverReport(tuple(settled))


def look_up(store: Store, target: Target, lease: Lease, rows: Sequence[OutboxRow]) -> list[Recovered]:
    """Look intents up and record what is found; where the look-up fails they stay, or become, in doubt."""
    try:
        found = _answers(target, [row.intent for row in rows])
    except Exception as error:  # noqa: BLE001 - whatever a look-up dies of, the intents are in doubt and are reported so
        message = f"the look-up failed: {masked(str(error))}"
        events.OUTBOX_LOOK_UP_FAILED.tell(actions=len(rows), error=message)
        return _left_in_doubt(store, lease, rows, message)
    store.outbox.settle([_settlement(row.key, found[row.key]) for row in rows], lease)
    return [_told(row, found[row.key]) for row in rows]


def _answers(target: Target, intents: Sequence[Intent]) -> Mapping[str, WriteResult | None]:
    """Ask the target. Raises AdapterError for an answer that does not fit the question."""
    results = target.look_up(intents)
    fits = len(results) == len(intents) and all(
        result is None or (result.key == intent.key and result.outcome in (Outcome.EXISTS, Outcome.DIFFERS))
        for intent, result in zip(intents, results, strict=False)
    )
    if not fits:
        raise AdapterError("the adapter's answer does not fit what was looked up", hint="report it to its author")
    return {intent.key: result for intent, result in zip(intents, results, strict=True)}


def _settlement(key: str, result: WriteResult | None) -> Settlement:
    if result is None:
        return Settlement(key, OutboxState.APPROVED, message="looked up: it is not in the ERP")
    state = OutboxState.DONE if result.outcome is Outcome.EXISTS else OutboxState.CONFLICT
    return Settlement(key, state, result.erp_id, result.message)


def _told(row: OutboxRow, result: WriteResult | None) -> Recovered:
    """Log and report where a looked-up intent went."""
    if result is None:
        events.OUTBOX_RECOVERED_REQUEUED.tell(key=row.key)
        return _recovered(row, "requeued", "it is not in the ERP; a later apply may send it")
    if result.outcome is Outcome.EXISTS:
        events.OUTBOX_RECOVERED_DONE.tell(key=row.key, erp_id=result.erp_id)
        return _recovered(row, "done", "it is in the ERP")
    events.OUTBOX_RECOVERED_CONFLICT.tell(key=row.key, erp_id=result.erp_id)
    return _recovered(row, "conflict", result.message or "the ERP holds something else under its reference")


def _left_in_doubt(store: Store, lease: Lease, rows: Sequence[OutboxRow], message: str) -> list[Recovered]:
    """Leave conflicts as they are, and the others in doubt."""
    unknown = [row for row in rows if row.state is not OutboxState.CONFLICT]
    store.outbox.settle([Settlement(row.key, OutboxState.IN_DOUBT, message=message) for row in unknown], lease)
    for row in unknown:
        events.OUTBOX_RECOVERED_IN_DOUBT.tell(key=row.key)
    return [_recovered(row, "conflict" if row.state is OutboxState.CONFLICT else "in_doubt", message) for row in rows]


def _elsewhere(row: OutboxRow) -> Recovered:
    events.OUTBOX_RECOVERED_ELSEWHERE.tell(key=row.key)
    return _recovered(row, "in_doubt", "it was sent to another ERP than the target of this configuration")


def _recovered(row: OutboxRow, outcome: str, message: str) -> Recovered:
    return Recovered(row.key, row.intent.kind, row.intent.account_id, outcome, message)
