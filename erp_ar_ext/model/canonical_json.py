"""One way to write a document as bytes, so that its digest is its name.

Keys sorted, no white space, UTF-8, amounts and dates as strings. A float is refused: it has no business near
money, and its text is not the same everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson


def canonical_bytes(document: object) -> bytes:
    """Write a document canonically.

    Raises TypeError where it holds anything but text, whole numbers, booleans, null, dates, Decimals,
    lists and mappings with text keys.
    """
    return orjson.dumps(_refuse_floats(document), default=_as_text, option=orjson.OPT_SORT_KEYS)


def digest(document: object) -> str:
    """Digest of the canonical form, as `sha256:<hex>`."""
    return "sha256:" + hashlib.sha256(canonical_bytes(document)).hexdigest()


def short(digest_text: str) -> str:
    """First twelve hex digits of a digest: enough for people and file names."""
    return digest_text.removeprefix("sha256:")[:12]


def _as_text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)


def _refuse_floats(value: object) -> object:
    if isinstance(value, float):
        message = "a float has no canonical form"
        raise TypeError(message)
    if isinstance(value, Mapping):
        return {name: _refuse_floats(member) for name, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_refuse_floats(member) for member in value]
    return value
