"""What one entity definition gives: the record type, its columns, its key and its Arrow schema.

An entity is a frozen pydantic model whose fields are annotated with the column types of
`erp_ar_ext.model.types`. Everything else - Arrow schema, CSV header, documentation - is derived here, so a
column is written down once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Union, cast, get_args, get_origin

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from erp_ar_ext.model.types import ColumnType, Kind


@dataclass(frozen=True)
class Column:
    """One column of an entity."""

    name: str
    type: ColumnType
    required: bool
    key: bool
    codes: tuple[str, ...]
    doc: str

    @property
    def kind(self) -> Kind:
        """Shorthand for the kind of the column's type."""
        return self.type.kind


class Entity(BaseModel):
    """Base of the canonical records: immutable, exact, and strict about unknown columns."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.removesuffix("_"),  # the column is `class`, a word Python keeps
        validate_by_name=True,
        validate_by_alias=True,
    )

    entity: ClassVar[str]
    """The entity's name: the name of its CSV file and of its snapshot table."""

    kept_by: ClassVar[str | None] = None
    """The date by whose month a snapshot keeps the rows of a large ledger: a month that is over seldom changes."""

    @classmethod
    @cache
    def columns(cls) -> tuple[Column, ...]:
        """Columns in their public order."""
        return tuple(
            _column(name, annotation, cls)
            for name, annotation in cls.__annotations__.items()
            if get_origin(annotation) is not cast("Any", ClassVar)
        )

    @classmethod
    @cache
    def key(cls) -> tuple[str, ...]:
        """Columns that identify a row: ids are unique within an operating unit, so `org_id` leads where it is."""
        own = tuple(column.name for column in cls.columns() if column.key)
        has_org = any(column.name == "org_id" for column in cls.columns())
        return ("org_id", *own) if has_org else own

    @classmethod
    @cache
    def arrow_schema(cls) -> pa.Schema:
        """Arrow schema; a field is nullable unless its column is required."""
        return pa.schema(
            [pa.field(c.name, c.type.arrow, nullable=not c.required, metadata={"doc": c.doc}) for c in cls.columns()]
        )


def key(doc: str) -> Any:
    """A required column that identifies the row."""
    return Field(description=doc, json_schema_extra={"key": True})


def required(doc: str, *, codes: tuple[str, ...] = ()) -> Any:
    """A column that every row must fill."""
    return Field(description=doc, json_schema_extra={"codes": list(codes)})


def optional(doc: str, *, codes: tuple[str, ...] = ()) -> Any:
    """A column that may be empty or absent."""
    return Field(default=None, description=doc, json_schema_extra={"codes": list(codes)})


def _column(name: str, annotation: Any, entity: type[Entity]) -> Column:
    field = entity.model_fields[name]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    codes = extra.get("codes") or []
    return Column(
        name=name.removesuffix("_"),
        type=_column_type(annotation),
        required=field.is_required(),
        key=bool(extra.get("key")),
        codes=tuple(str(code) for code in codes) if isinstance(codes, list) else (),
        doc=field.description or "",
    )


def _column_type(annotation: Any) -> ColumnType:
    """Find the ColumnType in `Money` or in `Money | None`."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(arm for arm in get_args(annotation) if arm is not NoneType)
    if get_origin(annotation) is not Annotated:
        message = f"{annotation!r} is not one of the column types of the model"
        raise TypeError(message)
    return next(mark for mark in get_args(annotation)[1:] if isinstance(mark, ColumnType))
