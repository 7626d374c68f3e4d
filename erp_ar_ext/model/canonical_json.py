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

_LEAVES = frozenset({str, int, bool, type(None), date, Decimal})
"""Types of nearly all values: known to be no float by looking at the type alone."""


def canonical_bytes(document: object) -> bytes:
    """Write a document canonically.

    Raises TypeError where it holds anything but text, whole numbers, booleans, null, dates, Decimals,
    lists and mappings with text keys.
    """
    _refuse_floats(document)
    return orjson.dumps(document, default=_plain, option=orjson.OPT_SORT_KEYS)


def digest(document: object) -> str:
    """Digest of the canonical form, as `sha256:<hex>`."""
    return bytes_digest(canonical_bytes(document))


def bytes_digest(*parts: bytes) -> str:
    """Digest of bytes that follow each other, as `sha256:<hex>`."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part)
    return "sha256:" + sha.hexdigest()


def short(digest_text: str) -> str:
    """First twelve hex digits of a digest: enough for people and file names."""
    return digest_text.removeprefix("sha256:")[:12]


def _plain(value: Any) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return list(value)
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)


def _refuse_floats(document: object) -> None:
    """Walk through a document with a stack and exact types: a plan has millions of values."""
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind in _LEAVES:
            continue
        if kind is dict:
            waiting.extend(value.values())
        elif kind is list:
            waiting.extend(value)
        elif isinstance(value, float):
            message = "a float has no canonical form"
            raise TypeError(message)
        elif isinstance(value, Mapping):
            waiting.extend(value.values())
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            waiting.extend(value)
