"""The row that an intent becomes in the write-back folder, or why there can be none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from erp_ar_ext.model import ENTITIES, OUR_REFERENCE, Column, Kind
from erp_ar_ext.model.entities import ADJUSTMENT_TYPES
from erp_ar_ext.model.types import MONEY_PRECISION, MONEY_SCALE
from erp_ar_ext.spi import ActionKind, Intent

ENTITY_OF = {
    ActionKind.NOTE: "notes",
    ActionKind.HOLD: "holds",
    ActionKind.RELEASE: "holds",
    ActionKind.ADJUSTMENT: "adjustments",
}
"""Entity that each kind of action adds a row to."""

_MEANING = {
    ActionKind.NOTE: ("account_id", "schedule_id", "kind", "text"),
    ActionKind.HOLD: ("account_id", "scope", "scope_id", "name"),
    ActionKind.RELEASE: ("hold_id",),
    ActionKind.ADJUSTMENT: ("org_id", "schedule_id", "type", "amount"),
}
_LONGEST_TEXT = 100_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ANY_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Row = dict[str, Any]


def row_of(intent: Intent) -> Row:
    """Build the intent's row; for a release, only what differs from the row of its hold."""
    return _BUILDERS[intent.kind](intent)


def refusal(intent: Intent, row: Row) -> str | None:
    """Why the row could not be read back as an entity's row, in words; None for a good one."""
    if not intent.external_ref.startswith(OUR_REFERENCE):
        return f"external_ref does not begin with {OUR_REFERENCE!r}"
    if intent.kind is ActionKind.RELEASE:
        return None if row["hold_id"] else "names no hold_id"
    for column in ENTITIES[ENTITY_OF[intent.kind]].columns():
        problem = _cell_problem(column, row.get(column.name))
        if problem:
            return f"{column.name} {problem}"
    if intent.kind is ActionKind.ADJUSTMENT and row["type"] not in ADJUSTMENT_TYPES:
        return f"type is not one of {', '.join(ADJUSTMENT_TYPES)}"
    return None


def same_meaning(intent: Intent, row: Row, found: Mapping[str, Any]) -> bool:
    """Whether a row found under the intent's reference says the same: day and author may differ."""
    return all(_plain(row.get(name)) == _plain(found.get(name)) for name in _MEANING[intent.kind])


def erp_id(external_ref: str) -> str:
    """Id of a row of ours: always the same for the same reference."""
    return "ext-" + hashlib.sha256(external_ref.encode()).hexdigest()[:20]


def _note(intent: Intent) -> Row:
    return {
        "org_id": intent.org_id,
        "note_id": erp_id(intent.external_ref),
        "account_id": intent.account_id,
        "schedule_id": intent.schedule_id,
        "created_on": intent.business_date,
        "author": intent.author,
        "kind": intent.payload.get("note_kind"),
        "text": intent.payload.get("text"),
        "external_ref": intent.external_ref,
    }


def _hold(intent: Intent) -> Row:
    return {
        "org_id": intent.org_id,
        "hold_id": erp_id(intent.external_ref),
        "account_id": intent.account_id,
        "scope": intent.payload.get("scope") or "account",
        "scope_id": intent.payload.get("scope_id"),
        "name": intent.payload.get("name"),
        "applied_on": intent.business_date,
        "applied_by": intent.author,
        "external_ref": intent.external_ref,
    }


def _release(intent: Intent) -> Row:
    return {
        "hold_id": intent.payload.get("hold_id"),
        "released_on": intent.business_date,
        "external_ref": intent.external_ref,
    }


def _adjustment(intent: Intent) -> Row:
    return {
        "org_id": intent.org_id,
        "adjustment_id": erp_id(intent.external_ref),
        "schedule_id": intent.schedule_id,
        "type": intent.payload.get("type"),
        "amount": intent.amount,
        "apply_date": intent.business_date,
        "gl_date": intent.business_date,
        "status": "A",
        "reason": intent.payload.get("reason"),
        "external_ref": intent.external_ref,
    }


_BUILDERS: dict[ActionKind, Callable[[Intent], Row]] = {
    ActionKind.NOTE: _note,
    ActionKind.HOLD: _hold,
    ActionKind.RELEASE: _release,
    ActionKind.ADJUSTMENT: _adjustment,
}


def _cell_problem(column: Column, value: Any) -> str | None:
    if value is None or value == "":
        return "is missing" if column.required else None
    if isinstance(value, Decimal):
        return _amount_problem(value)
    if not isinstance(value, str):
        return None
    if len(value) > _LONGEST_TEXT:
        return f"is longer than {_LONGEST_TEXT:,} characters"
    if (_CONTROL if column.kind is Kind.TEXT else _ANY_CONTROL).search(value):
        return "holds a control character"
    return None if value.isprintable() or _encodes(value) else "holds half a character, which UTF-8 cannot write"


def _amount_problem(amount: Decimal) -> str | None:
    if not amount.is_finite() or not amount:
        return "is not an amount other than zero"
    try:
        exact = amount.quantize(Decimal(1).scaleb(-MONEY_SCALE)) == amount
    except InvalidOperation:
        exact = False
    fits = exact and abs(amount) < Decimal(10) ** (MONEY_PRECISION - MONEY_SCALE)
    return None if fits else f"does not fit {MONEY_PRECISION} digits, {MONEY_SCALE} of them decimals"


def _encodes(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _plain(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value
