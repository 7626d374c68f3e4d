"""What a plan saw, compared with rows in memory: the guards as plainly as they can be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from erp_ar_ext.spi import Intent

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def first_difference(intent: Intent, rows: Rows) -> str | None:
    """Say in words what the plan saw and is no longer so; None where all of the guard still holds."""
    now = _now(intent, rows)
    for name, saw in intent.guard.items():
        if name in now and now[name] != _read(name, saw):
            return f"{name} is {now[name]}, the plan saw {saw}"
    return None


def decimal(value: object) -> Decimal | None:
    """Read an amount; None for an empty one."""
    return None if value is None or value == "" else Decimal(str(value))


def _now(intent: Intent, rows: Rows) -> dict[str, Any]:
    """What each guard is compared with."""
    account = _row(rows, "customers", "account_id", intent.account_id)
    schedule = _row(rows, "schedules", "schedule_id", intent.schedule_id)
    hold = _row(rows, "holds", "hold_id", intent.payload.get("hold_id"))
    return {
        "account_status": account.get("status") or None,
        "merged_into": account.get("merged_into") or None,
        "due": _due(intent, rows),
        "amount_original": decimal(schedule.get("amount_original")),
        "amount_remaining": decimal(schedule.get("amount_remaining")),
        "amount_in_dispute": decimal(schedule.get("amount_in_dispute")) or Decimal(0),
        "applied_on": str(hold.get("applied_on")),
    }


def _due(intent: Intent, rows: Rows) -> dict[str, Decimal]:
    """What the ERP says remains of the account's items that are due, receipts among them, by currency."""
    due: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows.get("schedules", ()):
        is_due = row["class"] == "PMT" or not row.get("due_date") or str(row["due_date"]) <= str(intent.business_date)
        if row.get("account_id") == intent.account_id and is_due and intent.currency in (None, row["currency"]):
            due[row["currency"]] += decimal(row.get("amount_remaining")) or 0
    return {currency: amount for currency, amount in due.items() if amount}


def _read(name: str, saw: Any) -> Any:
    if name == "due":
        return {currency: decimal(amount) for currency, amount in saw.items()}
    return decimal(saw) if name.startswith("amount_") else saw


def _row(rows: Rows, entity: str, column: str, value: object) -> Mapping[str, Any]:
    return next((row for row in rows.get(entity, ()) if row[column] == value), {})
