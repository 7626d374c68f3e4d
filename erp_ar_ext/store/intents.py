"""An intent as a document, so that recovery needs nothing but the state database."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from erp_ar_ext.errors import StateError
from erp_ar_ext.model import bytes_digest, canonical_bytes, digest
from erp_ar_ext.spi import ActionKind, Intent

_FIELDS = tuple(field.name for field in fields(Intent))


def intent_text(intent: Intent) -> str:
    """Write an intent as canonical JSON: amounts as decimal text, days as ISO text."""
    return canonical_bytes({name: getattr(intent, name) for name in _FIELDS}).decode()


def intent_digest(text: str) -> str:
    """Digest of an intent's canonical text."""
    return bytes_digest(text.encode())


def read_intent(text: str, expected_digest: str) -> Intent:
    """Read an intent back, equal to the one that was written. Raises StateError where the text was changed."""
    document: dict[str, Any] = orjson.loads(text)
    if digest(document) != expected_digest:
        raise StateError(
            f"the outbox row of action {document.get('key')} was changed: its intent does not have its digest",
            hint="restore the state database from a copy; erp-ar reconcile shows what the ERP holds",
        )
    amount = document.pop("amount")
    return Intent(
        **{
            **document,
            "kind": ActionKind(document["kind"]),
            "business_date": date.fromisoformat(document["business_date"]),
        },
        amount=None if amount is None else Decimal(amount),
    )
