"""What every reader gives: text columns as they stand in the file, with row numbers, and rows that do not fit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

ROW = "_row"
"""Column of `Records.rows` with the number of each row in its file."""


@dataclass(frozen=True)
class Ragged:
    """A row with another number of fields than the header, with its text."""

    row: int
    fields: int
    text: str


@dataclass(frozen=True)
class Records:
    """Some rows: columns c0, c1 ... of text in the header's order, and `_row`; beside them the ragged rows."""

    rows: pa.RecordBatch
    ragged: tuple[Ragged, ...] = field(default=())


class Reader(Protocol):
    """An open file of any kind."""

    @property
    def header(self) -> list[str]:
        """Column names as the file has them."""
        ...

    @property
    def typed(self) -> frozenset[int]:
        """Positions of columns that have a type in the file: their text is in canonical form."""
        ...

    @property
    def floats(self) -> frozenset[int]:
        """Positions of columns that the file holds as binary floating point."""
        ...

    def records(self) -> Iterator[Records]:
        """Read all rows, in order. Raises SourceError where the file is broken."""
        ...

    def digest(self) -> str:
        """SHA-256 of the file, as `sha256:<hex>`, once all rows were read."""
        ...


def text_batch(columns: list[pa.Array], rows: pa.Array) -> pa.RecordBatch:
    """Name text columns by position and put the row numbers beside them."""
    names = [f"c{position}" for position in range(len(columns))]
    return pa.RecordBatch.from_arrays([*columns, rows], names=[*names, ROW])


def record_reader(text: str, delimiter: str, quote: str) -> Iterator[list[str]]:
    """Divide a little text into records of fields; an empty quote is none.

    Going through it raises csv.Error where a field is longer than 131,072 characters.
    """
    lines = io.StringIO(text, newline="")
    if quote:
        return csv.reader(lines, delimiter=delimiter, quotechar=quote)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
