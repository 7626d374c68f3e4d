"""An ERP in memory: the rules a write-back meets, and calls that can be made to fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from erp_ar_ext.model import OUR_REFERENCE
from erp_ar_ext.spi import ActionKind, Intent, Outcome, WriteResult


class Moment(StrEnum):
    """When a call fails."""

    BEFORE = "before"
    """Nothing has happened yet."""
    MIDWAY = "midway"
    """The first half of the intents is written."""
    AFTER = "after"
    """All is done, and only the answer is lost."""


@dataclass(frozen=True)
class Fault:
    """Which call fails (counted from 1, whatever it asks), when, and with what; `lasting`: all later ones too."""

    call: int
    moment: Moment
    error: BaseException
    lasting: bool = False

    def strikes(self, call: int) -> bool:
        """Tell whether this call fails."""
        return call == self.call or (self.lasting and call > self.call)


@dataclass(frozen=True)
class _Written:
    """What was written under a reference."""

    content: tuple[object, ...]
    erp_id: str


@dataclass
class MemoryErp:
    """Rows of entities in memory, with the rules of write-back: reference first, then the guard, then the effect.

    `rows` are canonical rows by entity, with text or Python values. What is written appears in them. `fault` makes
    a call fail; `calls` counts those made.
    """

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    name: str = "memory"
    fault: Fault | None = None
    calls: int = 0
    effects: Counter[str] = field(default_factory=Counter)
    """How often something was written under each reference: never more than once, or write-back is broken."""
    _references: dict[str, _Written] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Mapping[str, Sequence[Mapping[str, Any]]], name: str = "memory") -> MemoryErp:
        """Make an ERP that holds a copy of these rows."""
        return cls({entity: [dict(row) for row in table] for entity, table in rows.items()}, name)

    def next_call(self) -> Fault | None:
        """Count a call; returns the fault that strikes it."""
        self.calls += 1
        return self.fault if self.fault is not None and self.fault.strikes(self.calls) else None

    def find(self, intent: Intent) -> WriteResult | None:
        """Look an intent up by its reference."""
        written = self._references.get(intent.external_ref)
        if written is None:
            return None
        if written.content == _content(intent):
            return WriteResult(intent.key, Outcome.EXISTS, written.erp_id)
        return WriteResult(intent.key, Outcome.DIFFERS, written.erp_id, "other content under the same reference")

    def answer(self, intent: Intent) -> WriteResult:
        """Say what `write` would answer, and write nothing."""
        found = self.find(intent)
        if found is not None:
            return found
        outcome, message = self._judge(intent)
        return WriteResult(intent.key, outcome, message=message)

    def write(self, intent: Intent) -> WriteResult:
        """Write an intent unless its reference exists or its guard fails."""
        answer = self.answer(intent)
        if answer.outcome is not Outcome.CREATED:
            return answer
        erp_id = self._effect(intent)
        self._references[intent.external_ref] = _Written(_content(intent), erp_id)
        self.effects[intent.external_ref] += 1
        return WriteResult(intent.key, Outcome.CREATED, erp_id)

    def table(self, entity: str) -> list[dict[str, Any]]:
        """Rows of an entity; new ones may be appended."""
        return self.rows.setdefault(entity, [])

    def _judge(self, intent: Intent) -> tuple[Outcome, str]:
        if not any(row["account_id"] == intent.account_id for row in self.table("customers")):
            return Outcome.REFUSED, f"there is no account {intent.account_id}"
        if intent.kind is ActionKind.HOLD:
            return self._judge_hold(intent)
        if intent.kind is ActionKind.RELEASE:
            return self._judge_release(intent)
        if intent.kind is ActionKind.ADJUSTMENT:
            return self._judge_adjustment(intent)
        return Outcome.CREATED, ""

    def _judge_hold(self, intent: Intent) -> tuple[Outcome, str]:
        wanted = tuple(intent.payload.get(name) for name in ("name", "scope", "scope_id"))
        for row in self.table("holds"):
            same = (row["name"], row["scope"], row.get("scope_id")) == wanted
            if same and row["account_id"] == intent.account_id and not row.get("released_on"):
                return Outcome.STALE, f"hold {row['hold_id']} is active already"
        return Outcome.CREATED, ""

    def _judge_release(self, intent: Intent) -> tuple[Outcome, str]:
        row = self._row("holds", "hold_id", intent.payload.get("hold_id"))
        if row is None or not (row.get("external_ref") or "").startswith(OUR_REFERENCE):
            return Outcome.REFUSED, f"hold {intent.payload.get('hold_id')} is none of ours"
        if row.get("released_on"):
            return Outcome.STALE, f"it was lifted on {row['released_on']}"
        return Outcome.CREATED, ""

    def _judge_adjustment(self, intent: Intent) -> tuple[Outcome, str]:
        row = self._row("schedules", "schedule_id", intent.schedule_id)
        if row is None:
            return Outcome.REFUSED, f"there is no schedule {intent.schedule_id}"
        if row["currency"] != intent.currency or not intent.amount:
            return Outcome.REFUSED, f"an adjustment of {intent.schedule_id} is an amount in {row['currency']}"
        for name in ("amount_original", "amount_remaining"):
            if name in intent.guard and _decimal(row.get(name)) != _decimal(intent.guard[name]):
                return Outcome.STALE, f"{name} is {row.get(name)}, the plan saw {intent.guard[name]}"
        return Outcome.CREATED, ""

    def _effect(self, intent: Intent) -> str:
        """Write the rows, as the ERP's own screens would; returns the id of the row."""
        day = intent.business_date.isoformat()
        if intent.kind is ActionKind.RELEASE:
            self._lift(intent, day)
            return str(intent.payload["hold_id"])
        entity, id_column, row = _new_row(intent, day)
        row[id_column] = f"W{len(self._references) + 1}"
        self.table(entity).append(row)
        if intent.kind is ActionKind.ADJUSTMENT:
            self._adjust(intent)
        return str(row[id_column])

    def _lift(self, intent: Intent, day: str) -> None:
        row = self._row("holds", "hold_id", intent.payload["hold_id"])
        if row is not None:
            row["released_on"] = day

    def _adjust(self, intent: Intent) -> None:
        row = self._row("schedules", "schedule_id", intent.schedule_id)
        remaining = _decimal(row.get("amount_remaining")) if row is not None else None
        if row is not None and remaining is not None and intent.amount is not None:
            row["amount_remaining"] = f"{remaining + intent.amount:f}"

    def _row(self, entity: str, column: str, value: object) -> dict[str, Any] | None:
        return next((row for row in self.table(entity) if row[column] == value), None)


def _content(intent: Intent) -> tuple[object, ...]:
    """What makes two intents the same: not the guard, nor the day they were planned on."""
    payload = tuple(sorted((name, value) for name, value in intent.payload.items() if value is not None))
    return (intent.kind, intent.org_id, intent.account_id, intent.schedule_id, intent.amount, intent.currency, payload)


def _new_row(intent: Intent, day: str) -> tuple[str, str, dict[str, Any]]:
    """Entity, id column and row of a note, a hold or an adjustment."""
    payload = intent.payload
    common = {"org_id": intent.org_id, "external_ref": intent.external_ref}
    account = {"account_id": intent.account_id, **common}
    if intent.kind is ActionKind.NOTE:
        note = {"created_on": day, "author": intent.author, "kind": payload.get("note_kind"), "text": payload["text"]}
        return "notes", "note_id", {**account, "schedule_id": intent.schedule_id, **note}
    if intent.kind is ActionKind.HOLD:
        hold = {name: payload.get(name) for name in ("name", "scope", "scope_id")}
        return "holds", "hold_id", {**account, **hold, "applied_on": day, "applied_by": intent.author}
    adjustment = {"schedule_id": intent.schedule_id, "type": payload["type"], "amount": intent.amount, "status": "A"}
    return (
        "adjustments",
        "adjustment_id",
        {**common, **adjustment, "apply_date": day, "gl_date": day, "reason": payload.get("reason")},
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))
