"""The shape of a policy file checked: pydantic's errors as problems with a place and the nearest name."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from erp_ar_ext.policy.problems import Problem, did_you_mean, one_of
from erp_ar_ext.policy.schema import (
    BOUNDS,
    BUCKET_NAME,
    PER_CURRENCY,
    PLAIN,
    RANGES,
    RULES,
    Aging,
    BucketRange,
    Collectible,
    Data,
    Exposure,
    Kpi,
    Layer,
    Overlay,
    PaymentPlans,
    PolicyDocument,
    Provision,
    ProvisionSegment,
)
from erp_ar_ext.policy.yaml_document import Document, KeyPath

_PARTS: dict[str, type[BaseModel]] = {
    "aging": Aging,
    "payment_plans": PaymentPlans,
    "data": Data,
    "collectible": Collectible,
    "exposure": Exposure,
    "kpi": Kpi,
    "provision": Provision,
}
_OF_PROVISION: dict[str, type[BaseModel]] = {"segments": ProvisionSegment, "overlay": Overlay}
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "names with values",
    "model_type": "names with values",
    "model_attributes_type": "names with values",
    "amount": "an amount, like 5.00",
    "rate_date": "as_of or a day, like 2026-01-31",
    "setting": "a number, text, true, false, or amounts per currency",
}
_TAGS = (PER_CURRENCY, PLAIN, BOUNDS, RANGES)
_FORMS = {
    BUCKET_NAME: ("cannot name a bucket", "letters, digits, blanks, '.', '_', '+' and '-', like 31-60"),
    "^[A-Z]{3}$": ("is not a currency code", "three capital letters of ISO 4217, like USD"),
    "^[a-z][a-z0-9_]*$": ("cannot name a setting", "small letters, digits and '_', like hold_after_days"),
    "^[a-z0-9][a-z0-9._-]*$": ("cannot be a name here", "small letters, digits, '.', '_' and '-', like remind-1"),
}


def shape_problems(document: Document) -> tuple[PolicyDocument | None, list[Problem]]:
    """Policy as written where its shape is right, else all that is wrong with the shape."""
    try:
        return PolicyDocument.model_validate(document.value), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [_problem(document, detail) for detail in details if not _follows(detail, details)]


def _follows(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Whether an error only follows from another: a list that is too short because its items are wrong."""
    at = detail["loc"]
    return detail["type"] == "too_short" and any(
        other["loc"][: len(at)] == at and len(other["loc"]) > len(at) for other in details
    )


def _problem(document: Document, detail: ErrorDetails) -> Problem:
    path = _path(detail["loc"])
    kind = detail["type"]
    of_key = kind == "extra_forbidden" or path[-1:] == ("[key]",)
    path = path[:-1] if path[-1:] == ("[key]",) else path
    at = document.key_place(path) if of_key else document.place(path)
    message, hint = _worded(document, path, detail)
    return Problem(document.file, *at, message, hint)


def _path(location: tuple[int | str, ...]) -> KeyPath:
    """Path in the file: the location less the tags that pydantic puts in for unions."""
    path = location[:2] + location[3:] if location[:1] == ("rules",) else location
    return tuple(part for part in path if part not in _TAGS)


def _worded(document: Document, path: KeyPath, detail: ErrorDetails) -> tuple[str, str | None]:
    kind, place = detail["type"], described(document, path)
    if kind == "missing":
        return f"{str(path[-1])!r} is missing in {described(document, path[:-1])}", None
    if kind == "extra_forbidden":
        fields = _model(document, path[:-1]).model_fields
        name, keys = str(path[-1]), [field.alias or key for key, field in fields.items()]
        hint = did_you_mean(name, keys, otherwise=f"known are: {', '.join(keys)}")
        return f"unknown key {name!r} in {described(document, path[:-1])}", hint
    if kind == "union_tag_not_found":
        return f"'action' is missing in {place}", f"it is {one_of(RULES)}"
    if kind == "union_tag_invalid":
        tag = str(detail["ctx"]["tag"])
        return f"unknown action {tag!r} in {place}", did_you_mean(tag, RULES, otherwise=f"it is {one_of(RULES)}")
    return _worded_value(place, detail)


def _worded_value(place: str, detail: ErrorDetails) -> tuple[str, str | None]:
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "literal_error":
        choices = str(context["expected"])
        return f"{place} is {choices}, not {_shown(value)}", did_you_mean(str(value), choices.split("'")[1::2])
    if kind == "string_pattern_mismatch":
        message, hint = _FORMS[str(context["pattern"])]
        return f"{_shown(value)} {message}", hint
    if kind in ("too_short", "string_too_short"):
        return f"{place} is empty", None
    if kind in _WANTED:
        is_number = isinstance(value, int | Decimal)
        quotes = "write it in quotes" if kind == "string_type" and is_number else None
        return f"expected {_WANTED[kind]} for {place}, found {_shown(value)}", quotes
    return f"{place}: {detail['msg'][:1].lower()}{detail['msg'][1:]}", None


def described(document: Document, path: KeyPath) -> str:
    """Words for a part of the policy: `'when' of rule remind-1`."""
    if not path:
        return "the policy"
    owner, rest = _owner(document, path)
    names = [repr(part) if isinstance(part, str) else f"item {part + 1}" for part in reversed(rest)]
    return " of ".join([*names, owner] if owner else names)


def _owner(document: Document, path: KeyPath) -> tuple[str | None, KeyPath]:
    section, index = path[0], path[1] if len(path) > 1 else None
    if path[:2] == ("provision", "segments") and len(path) > 2:
        return _named(document, path[:3], "segment", "name"), path[3:]
    if section not in ("rules", "layers") or not isinstance(index, int):
        return None, path
    kind, key = ("rule", "id") if section == "rules" else ("layer", "name")
    return _named(document, path[:2], kind, key), path[2:]


def _named(document: Document, path: KeyPath, kind: str, key: str) -> str:
    """Words for an item of a list: its name, else its number."""
    item, index = value_at(document, path), path[-1]
    name = item.get(key) if isinstance(item, Mapping) else None
    return f"{kind} {name}" if isinstance(name, str) else f"{kind} number {int(index) + 1}"


def value_at(document: Document, path: KeyPath) -> Any:
    """Value at a path of the file; None where there is none."""
    value: Any = document.value
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _model(document: Document, path: KeyPath) -> type[BaseModel]:
    """Model of the mapping at a path."""
    if path[:1] == ("rules",):
        return RULES[value_at(document, path)["action"]]
    if path[:1] == ("layers",):
        return Layer
    if path[:2] == ("aging", "buckets") and len(path) > 2:
        return BucketRange
    if path[:1] == ("provision",) and len(path) > 1:
        return _OF_PROVISION[str(path[1])]
    return _PARTS[str(path[0])] if path else PolicyDocument


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"text {value!r}" if len(value) <= 40 else f"text {value[:37] + '...'!r}"
    if isinstance(value, Mapping):
        return "names with values"
    return "a list" if isinstance(value, list) else f"number {value}"
