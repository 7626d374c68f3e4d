"""Answer one intent against what the ERP holds now."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from erp_ar_ext.model import OUR_REFERENCE
from erp_ar_ext.spi import ActionKind, Intent, Outcome, WriteResult
from erp_ar_ext_csv.books import Known, Row
from erp_ar_ext_csv.effects import ENTITY_OF, refusal, row_of, same_meaning

_ID_COLUMNS = {"notes": "note_id", "holds": "hold_id", "adjustments": "adjustment_id"}

Answer = tuple[WriteResult, Row | None]
"""The answer, and the row to write when it is CREATED."""


def answer(intent: Intent, known: Known) -> Answer:
    """Decide: refused as it stands, there already, stale, or to be written."""
    row = row_of(intent)
    why_not = refusal(intent, row)
    if why_not:
        return _refused(intent, why_not)
    found = find(intent, known)
    if found:
        return found, None
    return _GUARDS[intent.kind](intent, row, known)


def find(intent: Intent, known: Known) -> WriteResult | None:
    """EXISTS or DIFFERS where the intent's reference is found, else None."""
    entity = ENTITY_OF[intent.kind]
    found = known.references.get((entity, intent.external_ref))
    if found is None:
        return None
    outcome = Outcome.EXISTS if same_meaning(intent, row_of(intent), found) else Outcome.DIFFERS
    message = "" if outcome is Outcome.EXISTS else f"{entity} hold other content under this reference"
    return WriteResult(intent.key, outcome, erp_id=found[_ID_COLUMNS[entity]], message=message)


def _note(intent: Intent, row: Row, known: Known) -> Answer:
    return _created(intent, row) if intent.account_id in known.accounts else _no_account(intent)


def _hold(intent: Intent, row: Row, known: Known) -> Answer:
    if intent.account_id not in known.accounts:
        return _no_account(intent)
    same = ("account_id", "name", "scope", "scope_id")
    for hold in known.holds:
        if _is_active(hold, intent) and all((hold[name] or None) == (row.get(name) or None) for name in same):
            return _stale(intent, f"hold {hold['hold_id']} of this name is active already")
    return _created(intent, row)


def _release(intent: Intent, row: Row, known: Known) -> Answer:
    holds = [hold for hold in known.holds if hold["hold_id"] == row["hold_id"]]
    if intent.org_id is not None:
        holds = [hold for hold in holds if hold["org_id"] in (None, intent.org_id)]
    if len(holds) != 1:
        how_many = f"{len(holds)} holds are" if holds else "no hold is"
        return _refused(intent, f"{how_many} called {row['hold_id']!r}")
    hold = holds[0]
    if not (hold["external_ref"] or "").startswith(OUR_REFERENCE):
        return _refused(intent, f"hold {row['hold_id']} was placed by somebody else, who must lift it")
    if not _is_active(hold, intent):
        return _stale(intent, f"hold {row['hold_id']} was lifted on {hold['released_on']}")
    return _created(intent, {**hold, **row})


def _adjustment(intent: Intent, row: Row, known: Known) -> Answer:
    amounts = known.schedules.get((row["org_id"], row["schedule_id"]))
    if amounts is None:
        return _refused(intent, f"there is no schedule {row['schedule_id']!r} in operating unit {row['org_id']!r}")
    for name, now in zip(("amount_original", "amount_remaining"), amounts, strict=True):
        if name in intent.guard and _amount(intent.guard[name]) != now:
            return _stale(intent, f"{name} is {_shown(now)}, the plan saw {_shown(intent.guard[name])}")
    if "adjustments" in intent.guard:
        count = known.adjustments[row["org_id"], row["schedule_id"]]
        if intent.guard["adjustments"] != count:
            saw = _shown(intent.guard["adjustments"])
            return _stale(intent, f"the schedule's adjustments number {count}, the plan saw {saw}")
    if "inputs" in intent.guard and intent.guard["inputs"] != known.inputs:
        return _stale(intent, "the files changed since the snapshot, and say nothing of what remains open")
    return _created(intent, row)


_GUARDS = {
    ActionKind.NOTE: _note,
    ActionKind.HOLD: _hold,
    ActionKind.RELEASE: _release,
    ActionKind.ADJUSTMENT: _adjustment,
}


def _created(intent: Intent, row: Row) -> Answer:
    erp_id = row[_ID_COLUMNS[ENTITY_OF[intent.kind]]]
    return WriteResult(intent.key, Outcome.CREATED, erp_id=erp_id), row


def _stale(intent: Intent, message: str) -> Answer:
    return WriteResult(intent.key, Outcome.STALE, message=message), None


def _refused(intent: Intent, message: str) -> Answer:
    return WriteResult(intent.key, Outcome.REFUSED, message=message), None


def _no_account(intent: Intent) -> Answer:
    return _refused(intent, f"there is no account {intent.account_id!r}")


def _is_active(hold: Row, intent: Intent) -> bool:
    released = hold.get("released_on")
    return released is None or released > intent.business_date


def _amount(guard: Any) -> Decimal | None:
    """Read an amount the plan saw; one that cannot be read equals nothing."""
    try:
        return None if guard is None else Decimal(str(guard))
    except InvalidOperation:
        return Decimal("NaN")


def _shown(amount: Any) -> str:
    return "empty" if amount is None else str(amount)
