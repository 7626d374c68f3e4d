"""An ERP in memory: the rules a write-back meets, calls that can be made to fail, and changes that are hard to see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from erp_ar_ext.model import ENTITIES, OUR_REFERENCE, Entity
from erp_ar_ext.spi import ActionKind, Intent, Outcome, WriteResult
from erp_ar_ext.testing.memory_guards import decimal, first_difference
from erp_ar_ext.testing.row_batches import key_of


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


class Transaction:
    """Changes that are stamped when they are made, and seen by others when they are committed."""

    def __init__(self, erp: MemoryErp) -> None:
        self._erp = erp
        self._pending: list[tuple[str, dict[str, Any], datetime]] = []

    def put(self, entity: str, row: Mapping[str, Any]) -> None:
        """Insert a row, or replace the one of its key."""
        self._pending.append((entity, dict(row), self._erp.now))

    def commit(self) -> None:
        """Let others see the rows, each with the time at which it was changed."""
        for entity, row, moment in self._pending:
            self._erp.put(entity, row, changed_at=moment)
        self._pending.clear()


@dataclass
class MemoryErp:
    """Rows of entities in memory, with the rules of write-back: reference first, then the guard, then the effect.

    `rows` are canonical rows by entity, with text or Python values. What is written appears in them. `fault` makes
    a call fail; `calls` counts those made. `now` is the ERP's own clock, which stands still unless it is moved; `put`,
    `put_silently`, `delete` and `begin` are the ways in which an ERP's rows change.
    """

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    name: str = "memory"
    fault: Fault | None = None
    calls: int = 0
    effects: Counter[str] = field(default_factory=Counter)
    """How often something was written under each reference: never more than once, or write-back is broken."""
    now: datetime = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - as most ERPs tell the time: without a zone
    cheap_columns: Collection[str] | None = None
    """Columns that a sweep is given beside the keys; None means all."""
    _references: dict[str, _Written] = field(default_factory=dict)
    _changed_at: dict[tuple[str, *tuple[str, ...]], datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Mapping[str, Sequence[Mapping[str, Any]]], name: str = "memory") -> MemoryErp:
        """Make an ERP that holds a copy of these rows, all changed now by its clock."""
        erp = cls({entity: [dict(row) for row in table] for entity, table in rows.items()}, name)
        for entity, table in erp.rows.items():
            for row in table:
                erp.stamp(entity, row)
        return erp

    def put(self, entity: str, row: Mapping[str, Any], *, changed_at: datetime | None = None) -> None:
        """Insert a row, or replace the one of its key, stamped with the ERP's time or with another."""
        self.put_silently(entity, row)
        self.stamp(entity, row, changed_at)

    def put_silently(self, entity: str, row: Mapping[str, Any]) -> None:
        """Insert or replace a row as a data fix does: whatever stamp there is stays as it was."""
        table, at = self.table(entity), self._place(entity, row)
        if at is None:
            table.append(dict(row))
        else:
            table[at] = dict(row)

    def delete(self, entity: str, row: Mapping[str, Any]) -> None:
        """Delete the row of this key, so that nothing tells of it any more."""
        at = self._place(entity, row)
        if at is not None:
            del self.table(entity)[at]

    def begin(self) -> Transaction:
        """Begin a transaction that others do not see before it commits."""
        return Transaction(self)

    def stamp(self, entity: str, row: Mapping[str, Any], changed_at: datetime | None = None) -> None:
        """Write down when the row of this key was last changed: now, unless another time is given."""
        self._changed_at[entity, *key_of(ENTITIES[entity], row)] = self.now if changed_at is None else changed_at

    def stamped(self, entity: type[Entity], since: datetime, until: datetime) -> list[dict[str, Any]]:
        """Rows that were last changed at `since` or later, and before `until`."""
        stamps = [
            (row, self._changed_at.get((entity.entity, *key_of(entity, row)))) for row in self.table(entity.entity)
        ]
        return [row for row, changed_at in stamps if changed_at is not None and since <= changed_at < until]

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
        if self._row("customers", "account_id", intent.account_id) is None:
            return Outcome.REFUSED, f"there is no account {intent.account_id}"
        outcome, message = _JUDGES[intent.kind](self, intent)
        if outcome is Outcome.CREATED:
            changed = first_difference(intent, self.rows)
            return (Outcome.STALE, changed) if changed else (outcome, message)
        return outcome, message

    def _judge_note(self, intent: Intent) -> tuple[Outcome, str]:
        if intent.schedule_id is not None and self._row("schedules", "schedule_id", intent.schedule_id) is None:
            return Outcome.REFUSED, f"there is no schedule {intent.schedule_id}"
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
        self.stamp(entity, row)
        if intent.kind is ActionKind.ADJUSTMENT:
            self._adjust(intent)
        return str(row[id_column])

    def _lift(self, intent: Intent, day: str) -> None:
        row = self._row("holds", "hold_id", intent.payload["hold_id"])
        if row is not None:
            self.put("holds", {**row, "released_on": day})

    def _adjust(self, intent: Intent) -> None:
        row = self._row("schedules", "schedule_id", intent.schedule_id)
        remaining = decimal(row.get("amount_remaining")) if row is not None else None
        if row is not None and remaining is not None and intent.amount is not None:
            self.put("schedules", {**row, "amount_remaining": f"{remaining + intent.amount:f}"})

    def _place(self, entity: str, row: Mapping[str, Any]) -> int | None:
        model = ENTITIES[entity]
        key = key_of(model, row)
        return next((at for at, other in enumerate(self.table(entity)) if key_of(model, other) == key), None)

    def _row(self, entity: str, column: str, value: object) -> dict[str, Any] | None:
        return next((row for row in self.table(entity) if row[column] == value), None)


_JUDGES: Mapping[ActionKind, Callable[[MemoryErp, Intent], tuple[Outcome, str]]] = {
    ActionKind.NOTE: MemoryErp._judge_note,  # noqa: SLF001 - its own methods, by kind
    ActionKind.HOLD: MemoryErp._judge_hold,  # noqa: SLF001
    ActionKind.RELEASE: MemoryErp._judge_release,  # noqa: SLF001
    ActionKind.ADJUSTMENT: MemoryErp._judge_adjustment,  # noqa: SLF001
}


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
