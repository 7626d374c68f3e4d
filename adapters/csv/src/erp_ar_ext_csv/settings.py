"""The adapter's section of erp-ar.toml, checked before any file is opened."""

from __future__ import annotations

import codecs
import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from erp_ar_ext.errors import ConfigError
from erp_ar_ext.model import ENTITIES, Kind

PLACE = "csv adapter settings"
ISO_DATES = "YYYY-MM-DD"

_NUMBER = "[YymdjGVuwWUHIMSfgn]"
_READ_AS_WRITTEN = """
SELECT coalesce(bool_and(try_strptime(strftime(day, $format), $format) = day), FALSE)
FROM (VALUES (DATE '2026-01-02'), (DATE '2026-01-03'), (DATE '2026-02-02'), (DATE '2027-01-02')) AS probe(day)
"""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Notation(_Section):
    """How values are written; a setting left out is taken from the next wider section."""

    decimal_mark: Literal[".", ","] | None = Field(default=None, description="Decimal mark; `.` unless said.")
    thousands_mark: str | None = Field(default=None, max_length=1, description="Thousands mark; none unless said.")
    date_format: str | None = Field(default=None, description="strptime format of dates; ISO 8601 unless said.")
    null_values: list[str] | None = Field(default=None, description="Texts that stand for empty, as `NULL`.")

    @field_validator("date_format")
    @classmethod
    def _date_format_is_known(cls, value: str | None) -> str | None:
        if value is not None:
            check_date_format(value)
        return value

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.thousands_mark is not None and self.thousands_mark == self.decimal_mark:
            message = f"decimal and thousands mark are both {self.thousands_mark!r}"
            raise ValueError(message)
        if self.thousands_mark and (self.thousands_mark.isalnum() or self.thousands_mark in "+-()"):
            message = f"{self.thousands_mark!r} cannot be a thousands mark"
            raise ValueError(message)
        return self


class Format(Notation):
    """How a file is written."""

    encoding: str | None = Field(default=None, description="Python's name of the encoding; utf-8 unless said.")
    delimiter: str | None = Field(default=None, min_length=1, max_length=1, description="Comma unless said.")
    quote: str | None = Field(default=None, max_length=1, description='`"` unless said; empty for no quoting.')

    @field_validator("delimiter", "quote")
    @classmethod
    def _one_byte(cls, value: str | None) -> str | None:
        if value and (not value.isascii() or value in "\r\n\0"):
            message = f"{value!r} is not a plain ASCII character, as a delimiter or quote must be"
            raise ValueError(message)
        return value

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, value: str | None) -> str | None:
        try:
            if value is not None:
                "".encode(value)
                codecs.getincrementaldecoder(value)
        except LookupError as error:
            message = f"no text encoding is called {value!r}; common ones: utf-8, utf-16, cp1252, gbk, euc-kr"
            raise ValueError(message) from error
        return value


class ColumnMapping(Notation):
    """Where one canonical column comes from: a column of the file, or a constant."""

    column: str | None = Field(default=None, description="Name of the file's column.")
    constant: str | None = Field(default=None, description="A value for every row, in canonical form.")
    values: dict[str, str] = Field(default_factory=dict, description="The file's codes and what they mean here.")
    negate: bool = Field(default=False, description="Turn the sign of an amount round.")
    id_format: Literal["integer"] | None = Field(default=None, description="`123.0` is the id `123`.")
    prefix: str = Field(default="", description="Text put before an id.")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.column is None) == (self.constant is None):
            message = "give either column or constant"
            raise ValueError(message)
        return self

    def misfit(self, kind: Kind) -> str | None:
        """Name an option that a column of this kind cannot have; None when all fit."""
        if self.negate and kind not in (Kind.MONEY, Kind.RATE):
            return "negate is for amounts"
        if (self.id_format or self.prefix) and kind not in (Kind.ID, Kind.TEXT, Kind.CODE):
            return "id_format and prefix are for ids and text"
        return None


class EntityMapping(Format):
    """Where one entity comes from."""

    file: list[str] = Field(default_factory=list, description="File name, glob pattern, or a list of them.")
    sheet: str | None = Field(default=None, description="Sheet of a workbook; the first unless said.")
    distinct: bool = Field(default=False, description="Keep the first row of each key and drop the others.")
    columns: dict[str, ColumnMapping] | None = Field(default=None, description="Origin of each canonical column.")

    @field_validator("file", mode="before")
    @classmethod
    def _one_or_many_files(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("columns", mode="before")
    @classmethod
    def _plain_names(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {name: {"column": origin} if isinstance(origin, str) else origin for name, origin in value.items()}


class CsvSettings(Format):
    """Section `[source]` or `[target]` of erp-ar.toml for `adapter = "csv"`."""

    adapter: Literal["csv"] = "csv"
    path: str = Field(min_length=1, description="Folder of the files, relative to erp-ar.toml.")
    name: str | None = Field(
        default=None,
        min_length=1,
        description="Name of this set of files in plans; the path as written here unless said.",
    )
    files: dict[str, EntityMapping] = Field(default_factory=dict, description="Mapping of each entity.")

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        for name, mapping in self.files.items():
            if name not in ENTITIES:
                message = f"files.{name}: no entity is called {name!r}{nearest(name, ENTITIES)}"
                raise ValueError(message)
            known = [column.name for column in ENTITIES[name].columns()]
            for column in mapping.columns or {}:
                if column not in known:
                    message = f"files.{name}.columns.{column}: {name} has no column {column!r}{nearest(column, known)}"
                    raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _options_fit_their_columns(self) -> Self:
        for name, mapping in self.files.items():
            for column in ENTITIES[name].columns():
                origin = (mapping.columns or {}).get(column.name)
                if origin is not None and (misfit := origin.misfit(column.kind)):
                    message = f"files.{name}.columns.{column.name}: {misfit}"
                    raise ValueError(message)
        return self


def parse(settings: Mapping[str, Any]) -> CsvSettings:
    """Check the section. Raises ConfigError that names every setting that cannot be used."""
    try:
        return CsvSettings.model_validate(dict(settings))
    except ValidationError as error:
        problems = [_worded(problem["loc"], problem["type"], problem["msg"]) for problem in error.errors()]
        raise ConfigError(
            "; ".join(problems), place=PLACE, hint="correct erp-ar.toml; the adapter's README lists all settings"
        ) from error


def check_date_format(date_format: str) -> None:
    """Raise ValueError for a format that the reader does not know, or that does not tell one day from another."""
    if re.search("%[zZ]", date_format):
        message = f"{date_format!r} has a time zone, and a day in one is another day elsewhere"
        raise ValueError(message)
    if re.search(f"%-{_NUMBER}%-?{_NUMBER}", date_format):
        message = f"{date_format!r} has numbers of any width side by side, which can be read in several ways"
        raise ValueError(message)
    try:
        ((as_written,),) = duckdb.execute(_READ_AS_WRITTEN, {"format": date_format}).fetchall()
    except duckdb.Error as error:
        message = f"{date_format!r} is not a date format: write it as in %d.%m.%Y"
        raise ValueError(message) from error
    if not as_written:
        message = f"{date_format!r} does not give day, month and year"
        raise ValueError(message)


def numbers_run_together(date_format: str) -> bool:
    """Whether numbers stand side by side, as in %Y%m%d: a digit too few would be taken from the next number."""
    return re.search(f"%-?{_NUMBER}%-?{_NUMBER}", date_format) is not None


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the closest known name, else what there is."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if not close:
        close = difflib.get_close_matches(name.lower(), [other.lower() for other in names], n=1, cutoff=0.6)
        close = [other for other in names if other.lower() in close]
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; there are: {', '.join(names)}" if names else ""


def _worded(place: tuple[int | str, ...], kind: str, message: str) -> str:
    where = ".".join(str(part) for part in place)
    if kind == "extra_forbidden":
        known = [*CsvSettings.model_fields, *EntityMapping.model_fields, *ColumnMapping.model_fields]
        return f"{where} is not a setting{nearest(str(place[-1]), dict.fromkeys(known))}"
    if kind == "missing":
        return f"{where} is missing"
    message = message.removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
