"""Intents as calls of XXAR_EXT_API: binds by name, and the digest of what the intent means."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from erp_ar_ext.model import OUR_REFERENCE
from erp_ar_ext.model.entities import ADJUSTMENT_TYPES
from erp_ar_ext.spi import ActionKind, Intent
from erp_ar_ext_oracle.settings import OracleSettings

KEY_BYTES = 64
"""Longest REQUEST_KEY; a longer reference is keyed by its digest, which is as long as that."""

TEXT_BYTES = 32_767
"""Longest text that PL/SQL takes, and JTF_NOTES_PUB stores."""

UNEQUAL = "-"
"""Guard of an amount the plan did not see, or that is no number: what the package finds never equals it."""

NOTHING = "-"
"""Guard of what the plan saw to be empty: null would guard nothing."""

_ID = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LIMITS = {
    "p_external_ref": 150,
    "p_kind": 30,
    "p_name": 240,
    "p_text": TEXT_BYTES,
    "p_author": 240,
    "p_currency": 15,
}
_COMMENT_CHARACTERS = 4_000
_SCOPES = ("account", "site", "order")
_DIGITS = 38


@dataclass(frozen=True)
class Request:
    """One call: the procedure, and its IN parameters by name."""

    procedure: str
    binds: Mapping[str, Any]

    @property
    def identity(self) -> dict[str, Any]:
        """The parameters a look-up needs."""
        return {name: self.binds[name] for name in ("p_request_key", "p_payload_hash")}


class NoRequestError(Exception):
    """The intent cannot be put into a call; the message says why."""


def request_of(intent: Intent, settings: OracleSettings) -> Request:
    """Make the call for an intent. Raises NoRequestError for what the database could not take as it is meant."""
    procedure, build = _BUILDERS[intent.kind]
    if not intent.external_ref.startswith(OUR_REFERENCE):
        raise NoRequestError(f"external_ref does not begin with {OUR_REFERENCE!r}")
    binds = {
        "p_request_key": request_key(intent.external_ref),
        "p_payload_hash": payload_hash(intent),
        "p_external_ref": intent.external_ref,
        "p_org_id": _optional_number("org_id", intent.org_id),
        "p_account_id": _number("account_id", intent.account_id),
        "p_business_date": datetime.combine(intent.business_date, time()),
        "p_guard_status": _text_guard(intent, "account_status"),
        "p_guard_merged": _text_guard(intent, "merged_into"),
        **build(intent, settings),
    }
    if intent.kind is not ActionKind.ADJUSTMENT:
        binds["p_org_ids"] = ",".join(str(org) for org in settings.org_ids) or None
        binds["p_guard_due"] = _due_guard(intent)
    for name, limit in _LIMITS.items():
        _check_text(name.removeprefix("p_"), binds.get(name), limit)
    return Request(procedure, binds)


def request_key(external_ref: str) -> str:
    """Key of a request: the reference itself where it fits, else its digest."""
    short = len(external_ref.encode("utf-8", "surrogatepass")) <= KEY_BYTES
    return external_ref if short else hashlib.sha256(external_ref.encode("utf-8", "surrogatepass")).hexdigest()


def payload_hash(intent: Intent) -> str:
    """SHA-256 of what the intent means: day, author, reason and guard may differ, and it is the same request."""
    meaning = [str(intent.kind), *(_plain(value) for value in _MEANING[intent.kind](intent))]
    return hashlib.sha256(json.dumps(meaning, ensure_ascii=True).encode()).hexdigest()


_MEANING: dict[ActionKind, Callable[[Intent], tuple[Any, ...]]] = {
    ActionKind.NOTE: lambda one: (
        one.account_id,
        one.schedule_id,
        one.payload.get("note_kind"),
        one.payload.get("text"),
    ),
    ActionKind.HOLD: lambda one: (
        one.account_id,
        one.payload.get("scope") or "account",
        one.payload.get("scope_id"),
        one.payload.get("name"),
    ),
    ActionKind.RELEASE: lambda one: (one.payload.get("hold_id"),),
    ActionKind.ADJUSTMENT: lambda one: (one.org_id, one.schedule_id, one.payload.get("type"), one.amount),
}


def _plain(value: Any) -> str | None:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else str(value)
    return None if value is None else str(value).strip() or None


def _note(intent: Intent, _settings: OracleSettings) -> dict[str, Any]:
    text = intent.payload.get("text")
    if not isinstance(text, str) or not text.strip():
        raise NoRequestError("text is missing")
    return {
        "p_schedule_id": _optional_number("schedule_id", intent.schedule_id),
        "p_kind": intent.payload.get("note_kind"),
        "p_text": text,
        "p_author": intent.author,
        "p_currency": intent.currency,
        "p_guard_remaining": _guard(intent, "amount_remaining"),
        "p_guard_dispute": _guard(intent, "amount_in_dispute"),
    }


def _hold(intent: Intent, _settings: OracleSettings) -> dict[str, Any]:
    scope = intent.payload.get("scope") or "account"
    if scope not in _SCOPES:
        raise NoRequestError(f"scope is not one of {', '.join(_SCOPES)}")
    if not intent.payload.get("name"):
        raise NoRequestError("name is missing")
    scope_id = intent.payload.get("scope_id")
    return {
        "p_scope": scope,
        "p_scope_id": None if scope == "account" else _number("scope_id", scope_id),
        "p_name": intent.payload["name"],
        "p_reason": _comment(intent.payload.get("reason")),
        "p_author": intent.author,
    }


def _release(intent: Intent, _settings: OracleSettings) -> dict[str, Any]:
    return {
        "p_hold_id": _number("hold_id", intent.payload.get("hold_id")),
        "p_guard_applied": _text_guard(intent, "applied_on"),
        "p_name": intent.payload.get("name"),
        "p_reason": _comment(intent.payload.get("reason")),
        "p_author": intent.author,
    }


def _adjustment(intent: Intent, settings: OracleSettings) -> dict[str, Any]:
    if intent.payload.get("type") not in ADJUSTMENT_TYPES:
        raise NoRequestError(f"type is not one of {', '.join(ADJUSTMENT_TYPES)}")
    return {
        "p_org_id": _number("org_id", intent.org_id),
        "p_schedule_id": _number("schedule_id", intent.schedule_id),
        "p_type": intent.payload["type"],
        "p_amount": _amount(intent.amount),
        "p_currency": intent.currency,
        "p_activity": settings.adjustment_activity,
        "p_reason": settings.adjustment_reason,
        "p_comments": _comment(intent.payload.get("reason")),
        "p_guard_original": _guard(intent, "amount_original"),
        "p_guard_remaining": _guard(intent, "amount_remaining"),
        "p_guard_dispute": _guard(intent, "amount_in_dispute"),
    }


_BUILDERS: dict[ActionKind, tuple[str, Callable[[Intent, OracleSettings], dict[str, Any]]]] = {
    ActionKind.NOTE: ("add_note", _note),
    ActionKind.HOLD: ("place_hold", _hold),
    ActionKind.RELEASE: ("lift_hold", _release),
    ActionKind.ADJUSTMENT: ("post_adjustment", _adjustment),
}


def _guard(intent: Intent, name: str) -> str | None:
    """What the plan saw as plain decimal text; None where it does not say."""
    if name not in intent.guard:
        return None
    try:
        seen = Decimal(str(intent.guard[name]))
    except InvalidOperation:
        return UNEQUAL
    return format(seen, "f") if seen.is_finite() and _fits(seen) else UNEQUAL


def _text_guard(intent: Intent, name: str) -> str | None:
    """What the plan saw as text, NOTHING where it saw nothing; None where it does not say."""
    return str(intent.guard[name] or NOTHING) if name in intent.guard else None


def _due_guard(intent: Intent) -> str | None:
    """What the plan saw due, by currency, as the package writes it; None where it does not say."""
    seen = intent.guard.get("due")
    if seen is None:
        return None
    try:
        return ", ".join(f"{currency} {Decimal(amount):.4f}" for currency, amount in sorted(seen.items())) or NOTHING
    except (InvalidOperation, TypeError, ValueError, AttributeError):
        return f"{seen!r}"


def _amount(amount: Decimal | None) -> Decimal:
    if not isinstance(amount, Decimal) or not amount.is_finite() or not amount:
        raise NoRequestError("amount is not an amount other than zero")
    if not _fits(amount):
        raise NoRequestError(f"amount has more than {_DIGITS} digits")
    return amount


def _fits(amount: Decimal) -> bool:
    """Whether NUMBER keeps every digit."""
    _, digits, exponent = amount.normalize().as_tuple()
    return isinstance(exponent, int) and len(digits) + abs(exponent) <= _DIGITS


def _optional_number(name: str, text: str | None) -> int | None:
    return None if text is None else _number(name, text)


def _number(name: str, text: Any) -> int:
    """Read an id: text of a NUMBER id, as the reader gives it, so that no two texts mean one row."""
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise NoRequestError(f"there is no {name} {text!r}: ids of this ERP are whole numbers")
    return int(text)


def _comment(text: Any) -> str | None:
    """Text of a reason, as much as a comment holds: the message of the plan says it in full."""
    if text is None:
        return None
    clean = _CONTROL.sub(" ", str(text)).encode("utf-8", "replace").decode()
    return clean[:_COMMENT_CHARACTERS]


def _check_text(name: str, text: Any, limit: int) -> None:
    if text is None:
        return
    if not isinstance(text, str):
        raise NoRequestError(f"{name} is no text")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise NoRequestError(f"{name} holds half a character, which UTF-8 cannot write") from None
    if size > limit:
        raise NoRequestError(f"{name} is longer than {limit:,} bytes")
    if _CONTROL.search(text):
        raise NoRequestError(f"{name} holds a control character")
