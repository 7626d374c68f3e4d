"""Answer one intent against what the ERP holds now."""

from __future__ import annotations

from collections.abc import Mapping
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
    result, written = _GUARDS[intent.kind](intent, row, known)
    changed = _changed(intent, known) if written is not None else None
    return _stale(intent, changed) if changed else (result, written)


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
    if intent.account_id not in known.accounts:
        return _no_account(intent)
    if intent.schedule_id is not None and _schedule(intent, known) is None:
        return _no_schedule(intent)
    return _created(intent, row)


def _hold(intent: Intent, row: Row, known: Known) -> Answer:
    if intent.account_id not in known.accounts:
        return _no_account(intent)
    same = ("account_id", "name", "scope", "scope_id")
    for hold in known.holds:
        if _is_active(hold, intent) and all((hold[name] or None) == (row.get(name) or None) for name in same):
            return _stale(intent, f"hold {hold['hold_id']} of this name is active already")
    return _created(intent, row)


def _release(intent: Intent, row: Row, known: Known) -> Answer:
    holds = _holds(intent, known)
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
    return _created(intent, row) if _schedule(intent, known) is not None else _no_schedule(intent)


def _changed(intent: Intent, known: Known) -> str | None:
    """Say what the plan saw and is no longer so; None where all of the guard still holds."""
    now = _now(intent, known)
    for name, saw in intent.guard.items():
        if name in now and now[name] != _read(name, saw):
            return f"{name} is {_shown(now[name])}, the plan saw {_shown(_read(name, saw))}"
    if "adjustments" in intent.guard:
        count = known.adjustments[intent.org_id or "", intent.schedule_id or ""]
        if intent.guard["adjustments"] != count:
            saw = _shown(intent.guard["adjustments"])
            return f"the schedule's adjustments number {count}, the plan saw {saw}"
    if "inputs" in intent.guard and intent.guard["inputs"] != known.inputs:
        return "the files changed since the snapshot, and say nothing of what remains open"
    return None


def _now(intent: Intent, known: Known) -> dict[str, Any]:
    """What each guard is compared with."""
    account = known.accounts.get(intent.account_id) or {}
    schedule = _schedule(intent, known) or {}
    due = known.dues.get(intent.account_id, {}).get(intent.business_date, {})
    now = {
        "account_status": account.get("status"),
        "merged_into": account.get("merged_into"),
        "amount_original": schedule.get("amount_original"),
        "amount_remaining": schedule.get("amount_remaining"),
        "amount_in_dispute": schedule.get("amount_in_dispute") or Decimal(0),
        "due": {name: sum_ for name, sum_ in due.items() if sum_ and intent.currency in (None, name)},
    }
    if intent.kind is ActionKind.RELEASE:
        [now["applied_on"]] = {hold["applied_on"].isoformat() for hold in _holds(intent, known)}
    return now


def _read(name: str, saw: Any) -> Any:
    """What the plan saw, as it is compared."""
    if name == "due" and isinstance(saw, Mapping):
        return {currency: _amount(amount) for currency, amount in saw.items()}
    return _amount(saw) if name.startswith("amount_") else saw


def _schedule(intent: Intent, known: Known) -> Row | None:
    return known.schedules.get((intent.org_id or "", intent.schedule_id or ""))


def _holds(intent: Intent, known: Known) -> list[Row]:
    """Holds that a release may mean."""
    holds = [hold for hold in known.holds if hold["hold_id"] == intent.payload.get("hold_id")]
    return [hold for hold in holds if intent.org_id is None or hold["org_id"] in (None, intent.org_id)]


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


def _no_schedule(intent: Intent) -> Answer:
    return _refused(intent, f"there is no schedule {intent.schedule_id!r} in operating unit {intent.org_id!r}")


def _is_active(hold: Row, intent: Intent) -> bool:
    released = hold.get("released_on")
    return released is None or released > intent.business_date


def _amount(guard: Any) -> Decimal | None:
    """Read an amount the plan saw; one that cannot be read equals nothing."""
    try:
        return None if guard is None else Decimal(str(guard))
    except InvalidOperation:
        return Decimal("NaN")


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{currency} {amount}" for currency, amount in sorted(value.items())) or "nothing"
    return "empty" if value is None else str(value)
