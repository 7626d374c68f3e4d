"""An intent as a document, so that recovery needs nothing but the state database."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from erp_ar_ext.errors import StateError
from erp_ar_ext.model import canonical_bytes, digest
from erp_ar_ext.spi import ActionKind, Intent


def intent_text(intent: Intent) -> str:
    """Write an intent as canonical JSON: amounts as decimal text, days as ISO text."""
    return canonical_bytes(asdict(intent)).decode()


def intent_digest(text: str) -> str:
    """Digest of an intent's canonical text."""
    return digest(orjson.loads(text))


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
