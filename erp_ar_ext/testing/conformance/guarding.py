"""What the ERP's people do between plan and write, and what it means for each action: a guard for each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from erp_ar_ext.spi import ActionKind, Intent
from erp_ar_ext.testing.company import ORG, Rows

_ACCOUNT = {"account_status": "A", "merged_into": None}
_REMAINING = {"amount_remaining": "100.00", "amount_in_dispute": "0.00"}

GUARDS: Mapping[str, tuple[ActionKind, Mapping[str, Any], Mapping[str, Any]]] = {
    "note on an account": (ActionKind.NOTE, {"currency": "USD"}, _ACCOUNT | {"due": {"USD": "50.00"}}),
    "note on a schedule": (ActionKind.NOTE, {"currency": "USD", "schedule_id": "S101"}, _ACCOUNT | _REMAINING),
    "hold": (ActionKind.HOLD, {}, _ACCOUNT | {"due": {"JPY": "5000", "USD": "50.00"}, "active_hold": None}),
    "release": (
        ActionKind.RELEASE,
        {},
        _ACCOUNT | {"due": {"KWD": "31.750"}, "released_on": None, "applied_on": "2026-02-10"},
    ),
    "adjustment": (ActionKind.ADJUSTMENT, {}, _ACCOUNT | _REMAINING | {"amount_original": "120.00"}),
}
"""Kind, further parts and guard of one action of each sort, as a plan of the example company gives them."""

Change = Callable[[Rows, Intent], Rows]


def guarded(sort: str, example: Callable[[ActionKind, str], Intent]) -> Intent:
    """Make an intent of a sort with all of its guard, under a key of its own."""
    kind, parts, guard = GUARDS[sort]
    return replace(example(kind, f"guarded{list(GUARDS).index(sort)}"), guard=guard, **parts)


def _row(rows: Rows, entity: str, column: str, value: str, changes: Mapping[str, str]) -> Rows:
    table = [{**row, **changes} if row[column] == value else row for row in rows[entity]]
    return {**rows, entity: table}


def _account(changes: Mapping[str, str], rows: Rows, intent: Intent) -> Rows:
    return _row(rows, "customers", "account_id", intent.account_id, changes)


def _merged(rows: Rows, intent: Intent) -> Rows:
    [other] = [row["account_id"] for row in rows["customers"] if row["account_id"] != intent.account_id]
    return _account({"merged_into": other}, rows, intent)


def _schedule(changes: Mapping[str, str], rows: Rows, intent: Intent) -> Rows:
    schedule = "S103" if intent.kind is ActionKind.RELEASE else "S101"
    return _row(rows, "schedules", "schedule_id", schedule, changes)


def _elsewhere(rows: Rows, intent: Intent) -> Rows:
    """Change what is another account's."""
    schedule = "S101" if intent.kind is ActionKind.RELEASE else "S103"
    return _row(rows, "schedules", "schedule_id", schedule, {"amount_remaining": "1.000"})


def _hold(changes: Mapping[str, str], rows: Rows, _intent: Intent) -> Rows:
    return _row(rows, "holds", "hold_id", "H1", changes)


def _held(rows: Rows, intent: Intent) -> Rows:
    hold = {"account_id": intent.account_id, "scope": "account", "name": "credit-overdue", "applied_on": "2026-03-01"}
    return {**rows, "holds": [*rows["holds"], {"org_id": ORG, "hold_id": "H9", **hold}]}


def _invoiced(rows: Rows, intent: Intent) -> Rows:
    """Add an item of the account that is not due yet."""
    [like] = [row for row in rows["schedules"] if row["schedule_id"] == "S101"]
    [document] = [row for row in rows["transactions"] if row["trx_id"] == like["trx_id"]]
    new = {"account_id": intent.account_id, "trx_id": "00199", "due_date": "2026-06-01"}
    schedule = {**like, **new, "schedule_id": "S199", "gl_date": "2026-03-01"}
    transaction = {**document, **new, "trx_number": "INV-199", "trx_date": "2026-03-01"}
    return {
        **rows,
        "schedules": [*rows["schedules"], schedule],
        "transactions": [*rows["transactions"], transaction],
    }


_BY_ACCOUNT = {"note on an account", "hold", "release"}
_BY_SCHEDULE = {"note on a schedule", "adjustment"}
_ALL = _BY_ACCOUNT | _BY_SCHEDULE

CHANGES: Mapping[str, tuple[Change, set[str]]] = {
    "the customer was merged": (_merged, _ALL),
    "the customer was made inactive": (partial(_account, {"status": "I"}), _ALL),
    "a part was paid": (partial(_schedule, {"amount_remaining": "1.00"}), _ALL),
    "the item was closed": (partial(_schedule, {"amount_remaining": "0.00"}), _ALL),
    "the item was disputed": (partial(_schedule, {"amount_in_dispute": "5.00"}), _BY_SCHEDULE),
    "a payment came back": (partial(_schedule, {"amount_remaining": "110.00"}), _ALL),
    "a person placed the hold": (_held, {"hold"}),
    "a person lifted the hold": (partial(_hold, {"released_on": "2026-03-01"}), {"release"}),
    "the hold was lifted and placed anew": (partial(_hold, {"applied_on": "2026-03-01"}), {"release"}),
    "another customer paid": (_elsewhere, set()),
    "a new item is not due yet": (_invoiced, set()),
}
"""What happens, and which sorts of actions it makes stale: the others are still right, and must be written."""
