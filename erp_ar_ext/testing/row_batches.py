"""Rows of text or Python values as what a source gives: for ERPs in tests, whose rows are few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import pyarrow as pa
from pydantic import ValidationError

from erp_ar_ext.model import Entity
from erp_ar_ext.spi import REJECT_SCHEMA, Batch


def make_batch(entity: type[Entity], rows: Iterable[Mapping[str, Any]]) -> Batch:
    """Take the rows that fit the model; the others become rejects, without a number: rows of a table have none."""
    taken: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    for row in rows:
        try:
            taken.append(entity.model_validate(row).model_dump(by_alias=True))
        except ValidationError as error:
            rejects.append(_reject(entity, row, error))
    return Batch(
        pa.RecordBatch.from_pylist(taken, schema=entity.arrow_schema()),
        pa.RecordBatch.from_pylist(rejects, schema=REJECT_SCHEMA),
    )


def make_keys(entity: type[Entity], rows: Iterable[Mapping[str, Any]]) -> pa.RecordBatch:
    """Keys of the rows, with all other columns of those that fit the model; a row without a key has none."""
    found = [_key_row(entity, row) for row in rows]
    nullable = pa.schema([field.with_nullable(True) for field in entity.arrow_schema()])
    return pa.RecordBatch.from_pylist([row for row in found if row], schema=nullable)


def key_of(entity: type[Entity], row: Mapping[str, Any]) -> tuple[str, ...]:
    """Key of a row as text; an empty value is none."""
    return tuple("" if row.get(column) is None else str(row[column]) for column in entity.key())


def _key_row(entity: type[Entity], row: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        return entity.model_validate(row).model_dump(by_alias=True)
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors(include_url=False)}
    if wrong.intersection(entity.key()):
        return None
    schema = entity.arrow_schema()
    texts = dict(zip(entity.key(), key_of(entity, row), strict=True))
    return {name: pa.scalar(text or None).cast(schema.field(name).type).as_py() for name, text in texts.items()}


def _reject(entity: type[Entity], row: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    first, *more = error.errors(include_url=False)
    return {
        "file": entity.entity,
        "row": None,
        "column": str(first["loc"][0]),
        "value": str(first["input"]),
        "rule": first["msg"],
        "more": "\n".join(f"{one['loc'][0]}: {one['msg']}" for one in more) or None,
        "record": orjson.dumps(row, default=str).decode(),
    }
