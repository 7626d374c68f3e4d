"""A desk for random write-backs: a few actions, plans of them, an ERP, and a person who works in that ERP meanwhile."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from erp_ar_ext.model import ENTITIES, digest
from erp_ar_ext.plan.document import FORMAT, Action, Plan, plan_digest
from erp_ar_ext.spi import ActionKind, Intent, WriteResult
from erp_ar_ext.testing import COMPANY, MemoryErp
from erp_ar_ext.testing.memory_erp import _Written

IDENTITY = {"adapter": "memory", "name": "memory"}
AS_OF = date(2026, 3, 2)

_NOTE = {"kind": ActionKind.NOTE, "account_id": "0007"}
_ADJUSTMENT = {"kind": ActionKind.ADJUSTMENT, "approval": "required", "payload": {"type": "LINE", "reason": "small"}}
_HOLD = {"name": "credit-overdue", "scope": "account", "scope_id": None, "reason": "overdue"}
CATALOGUE: dict[str, dict[str, Any]] = {
    "release": {
        "kind": ActionKind.RELEASE, "account_id": "0042", "approval": "required",
        "payload": {"hold_id": "H1", "name": "credit-overdue", "reason": "paid"},
    },
    "reminder": _NOTE,
    "call": _NOTE | {"account_id": "0042"},
    "letter": _NOTE | {"schedule_id": "S101", "approval": "required"},
    "stranger": _NOTE | {"account_id": "9999"},
    "hold": {"kind": ActionKind.HOLD, "account_id": "0007", "payload": _HOLD},
    "write-off": _ADJUSTMENT | {
        "account_id": "0007", "schedule_id": "S101", "amount": Decimal("-4.50"), "currency": "USD",
    },
    "waiver": _ADJUSTMENT | {
        "account_id": "0042", "schedule_id": "S103", "amount": Decimal("-0.750"), "currency": "KWD",
    },
}  # fmt: skip
"""What may be planned, by key: every kind, on two accounts, and one that the ERP refuses."""

KEYS = tuple(CATALOGUE)
TABLES = {ActionKind.NOTE: "notes", ActionKind.HOLD: "holds", ActionKind.ADJUSTMENT: "adjustments"}
_OTHERWISE = {
    ActionKind.NOTE: {"text": "paid"},
    ActionKind.ADJUSTMENT: {"type": "TAX"},
    ActionKind.HOLD: {"released_on": "2026-03-02"},
}
IN_ROWS = tuple(key for key, told in CATALOGUE.items() if told["kind"] in TABLES)
"""Keys whose effect is a row of its own; a release changes another's."""


def reference(key: str) -> str:
    """What the ERP is told the action is called."""
    return f"erp-ar:{key}"


class TrustingErp(MemoryErp):
    """Writes whatever it is sent: that nothing is there twice hangs on the outbox alone."""

    def answer(self, intent: Intent) -> WriteResult:
        """Judge the intent, whether its reference is there or not."""
        outcome, message = self._judge(intent)
        return WriteResult(intent.key, outcome, message=message)


def make_plan(keys: list[str], rows: dict[str, list[dict[str, Any]]], snapshot: str, maker: str) -> Plan:
    """Plan actions from a snapshot's rows: they are what its guards saw."""
    actions = [_action(key, rows).model_dump(mode="json") for key in keys]
    document = {
        "format": FORMAT,
        "as_of": AS_OF,
        "snapshot": snapshot,
        "policy": {"name": "default", "digest": "sha256:" + "7" * 64},
        "erp": IDENTITY,
        "maker": maker,
        "totals": {},
        "tie_out": {},
        "actions": actions,
        "findings": [],
    }
    return Plan.model_validate({**document, "plan_id": plan_digest(document)})


def _action(key: str, rows: dict[str, list[dict[str, Any]]]) -> Action:
    told = {"org_id": "081", "approval": "auto", "payload": {"text": f"{key}.", "note_kind": "dunning"}}
    told |= CATALOGUE[key]
    return Action(key=key, rule="rule", reason="overdue", facts={}, guard=_guard(told, rows), **told)


def _guard(told: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    account = next((row for row in rows["customers"] if row["account_id"] == told["account_id"]), None)
    saw: dict[str, Any] = {} if account is None else {"account_status": account["status"]}
    match told["kind"]:
        case ActionKind.ADJUSTMENT:
            row = next(row for row in rows["schedules"] if row["schedule_id"] == told["schedule_id"])
            return saw | {"amount_remaining": row["amount_remaining"]}
        case ActionKind.HOLD:
            return saw | {"active_hold": None}
        case ActionKind.RELEASE:
            return saw | {"released_on": None}
    return saw


@dataclass
class Books:
    """The ERP, what the last sync read of it, and what a person did there to rows of ours."""

    erp: MemoryErp
    snapshot: str = ""
    read: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    deleted: Counter[str] = field(default_factory=Counter)
    changed: set[str] = field(default_factory=set)
    lifted: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, *, trusting: bool) -> "Books":
        """Begin with the example company."""
        return cls((TrustingErp if trusting else MemoryErp).of(COMPANY))

    @property
    def trusting(self) -> bool:
        """Whether the ERP looks for no reference before it writes."""
        return isinstance(self.erp, TrustingErp)

    def sync(self) -> None:
        """Read everything; what is as it was is the same snapshot."""
        if self.erp.rows != self.read:
            self.read = deepcopy(self.erp.rows)
            self.snapshot = digest({"rows": repr(self.read)})

    def present(self, key: str) -> int:
        """How many effects of an action are in the ERP: those that came about, without those a person took away."""
        return self.erp.effects[reference(key)] - self.deleted[key]

    def rows_of(self, key: str) -> list[dict[str, Any]]:
        """Rows of ours that have an action's reference."""
        table = self.erp.table(TABLES[CATALOGUE[key]["kind"]])
        return [row for row in table if row.get("external_ref") == reference(key) and not self._is_foreign(key, row)]

    def is_released(self) -> bool:
        """Whether the hold that `release` lifts is lifted."""
        return bool(next(row for row in self.erp.table("holds") if row["hold_id"] == "H1").get("released_on"))

    def remain(self, schedule: str, amount: str) -> None:
        """A payment, or one that bounced: something else remains of an item."""
        self._alter("schedules", "schedule_id", schedule, amount_remaining=amount)

    def account(self, account: str, status: str) -> None:
        """An account is closed, or opened again."""
        self._alter("customers", "account_id", account, status=status)

    def lift(self, day: str | None) -> None:
        """The hold that `release` lifts is lifted by a person, or put back."""
        self._alter("holds", "hold_id", "H1", released_on=day)

    def delete(self, key: str) -> None:
        """Our row is deleted, and nothing remembers its reference."""
        for row in self.rows_of(key):
            self.erp.delete(TABLES[CATALOGUE[key]["kind"]], row)
            self.deleted[key] += 1
            self.changed.discard(key)
            self.lifted.discard(key)
            self.erp._references[f"gone {sum(self.deleted.values())}"] = self.erp._references.pop(reference(key))
            self._remember(key)

    def change(self, key: str) -> None:
        """Our row is changed; a hold of ours is lifted as well."""
        kind = CATALOGUE[key]["kind"]
        for row in self.rows_of(key):
            self.erp.put(TABLES[kind], row | _OTHERWISE[kind])
            (self.lifted if kind is ActionKind.HOLD else self.changed).add(key)

    def write_foreign(self, key: str) -> None:
        """Somebody writes a row of their own with our reference."""
        kind = CATALOGUE[key]["kind"]
        table, entity = TABLES[kind], ENTITIES[TABLES[kind]]
        told = {"note_id": f"F-{key}", "hold_id": f"F-{key}", "adjustment_id": f"F-{key}", "account_id": "0042"}
        told |= {
            "schedule_id": "S102",
            "created_on": "2026-03-02",
            "text": "theirs",
            "kind": "other",
            "type": "TAX",
        }
        told |= {"amount": "-1", "status": "A", "apply_date": "2026-03-02", "gl_date": "2026-03-02", "org_id": "081"}
        told |= {"scope": "account", "name": "other", "applied_on": "2026-03-02", "external_ref": reference(key)}
        columns = {column.name for column in entity.columns()}
        self.erp.put(table, {name: value for name, value in told.items() if name in columns})
        self.foreign.add(key)
        self._remember(key)

    def remove_foreign(self, key: str) -> None:
        """Somebody takes away their row with our reference."""
        table = TABLES[CATALOGUE[key]["kind"]]
        for row in [row for row in self.erp.table(table) if self._is_foreign(key, row)]:
            self.erp.delete(table, row)
        self.foreign.discard(key)
        if self.erp._references.get(reference(key)) == _theirs(key):
            del self.erp._references[reference(key)]

    def _remember(self, key: str) -> None:
        if key in self.foreign:
            self.erp._references.setdefault(reference(key), _theirs(key))

    def _is_foreign(self, key: str, row: dict[str, Any]) -> bool:
        return f"F-{key}" in row.values()

    def _alter(self, entity: str, column: str, value: str, **changes: Any) -> None:
        row = next(row for row in self.erp.table(entity) if row[column] == value)
        self.erp.put(entity, row | changes)


def _theirs(key: str) -> _Written:
    return _Written(("theirs",), f"F-{key}")
