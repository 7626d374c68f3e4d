"""The named SQL files: one SELECT per entity, with its columns under their canonical names and three of our own.

After the entity's columns come `row_key` (the indexed column that a row is found by), `org_key` (the operating unit as
a number, where the entity has one), `changed_on` (when the row, or what its columns come from, was last changed) and,
in some files, `remark` (what was noticed about a row that is taken all the same). The header says in comments what a
row is, how its columns are meant and which traps the statement knows; its lines `-- table:` and `-- optional:` are read
here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from erp_ar_ext.model import ENTITIES

READABLE: tuple[str, ...] = tuple(ENTITIES)
"""Entities with a file, in the order they are read."""

REQUIRED = ("customers", "transactions", "schedules", "receipts", "applications", "adjustments")
OPTIONAL: tuple[str, ...] = tuple(name for name in READABLE if name not in REQUIRED)
"""Entities that may be missing: their tables belong to products that a site may not have."""

REFERENCE = "attribute15"
"""What the files name the flexfield column of the external reference; the settings may mean another one."""

_TABLE = re.compile(r"^-- table: (\w+)$", re.MULTILINE)
_OPTIONAL = re.compile(r"^-- optional: (\w+)\(([^\n]+)\)$", re.MULTILINE)
_BIND = re.compile(r":([a-z]\w*)")


@dataclass(frozen=True)
class OptionalTable:
    """A table whose absence leaves columns empty: its name in upper case, and its columns with their types."""

    name: str
    columns: tuple[tuple[str, str], ...]

    def empty(self) -> str:
        """A part of WITH that stands for the table where it is not there: its columns, and no row."""
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {column}" for column, kind in self.columns)
        return f"{self.name.lower()} AS (SELECT {nothing} FROM dual WHERE 1 = 0)"


@dataclass(frozen=True)
class Statement:
    """One file: its SELECT without the header, and what the header says."""

    entity: str
    text: str
    tables: tuple[str, ...]
    optional: tuple[OptionalTable, ...]

    @property
    def binds(self) -> frozenset[str]:
        """Names of its binds."""
        return frozenset(_BIND.findall(self.text))

    @property
    def has_remark(self) -> bool:
        """Whether it tells what was noticed about a row."""
        return " AS remark" in self.text

    def without(self, absent: Collection[str]) -> bool:
        """Whether nothing is left of it where these tables are absent."""
        return all(table in absent for table in self.tables)


@cache
def load(entity: str) -> Statement:
    """Read the file of an entity."""
    whole = _whole(entity)
    optional = tuple(OptionalTable(name, _columns(listed)) for name, listed in _OPTIONAL.findall(whole))
    text = "\n".join(line for line in whole.splitlines() if not line.startswith("--"))
    return Statement(entity, text.strip(), tuple(_TABLE.findall(whole)), optional)


def statement(entity: str) -> str:
    """The SELECT of an entity as its file has it, without the header."""
    return load(entity).text


def header(entity: str) -> list[str]:
    """What the file's comments say in words, one text per paragraph: the row, how columns are meant, the traps."""
    found: list[str] = []
    for line in filter(lambda one: one.startswith("--"), _whole(entity).splitlines()):
        words = line.removeprefix("--")
        if words.startswith("   "):
            found[-1] += f" {words.strip()}"
        else:
            found.append(words.strip())
    return [text for text in found if not text.startswith(("table:", "optional:"))]


def optional_tables(entity: str) -> tuple[str, ...]:
    """Tables, in upper case, whose absence only leaves columns empty."""
    return tuple(table.name for table in load(entity).optional)


@cache
def _whole(entity: str) -> str:
    return files("erp_ar_ext_oracle").joinpath("sql", f"{entity}.sql").read_text(encoding="utf-8")


def _columns(listed: str) -> tuple[tuple[str, str], ...]:
    """Names and types of a header's list; a comma in brackets belongs to a type."""
    parts = (one.split(maxsplit=1) for one in re.split(r",(?![^(]*\))", listed))
    return tuple((name, kind) for name, kind in parts)
