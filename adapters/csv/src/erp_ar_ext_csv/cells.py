"""Cells of the write-back folder: safe in a spreadsheet, and read back as they were.

A text that a spreadsheet could take for a formula gets an apostrophe in front, and so does one that begins with
an apostrophe. Reading takes one leading apostrophe away. Amounts, dates, numbers and flags stay as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from erp_ar_ext.model import Column, Entity, Kind

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")  # noqa: RUF001 - full-width twins
_AS_THEY_ARE = (Kind.MONEY, Kind.RATE, Kind.DAY, Kind.INTEGER, Kind.FLAG)


def is_escaped(column: Column) -> bool:
    """Whether the column's cells may carry an apostrophe in front."""
    return column.kind not in _AS_THEY_ARE


def header_line(entity: type[Entity]) -> bytes:
    """First line of an entity's write-back file."""
    return _lines([[column.name for column in entity.columns()]])


def row_lines(entity: type[Entity], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows in the entity's columns as CSV in UTF-8; a column that a row lacks is empty."""
    columns = entity.columns()
    return _lines([[_cell(column, row.get(column.name)) for column in columns] for row in rows])


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    # With both characters in the line end, the writer quotes a cell that holds either: a bare one would end the row.
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if is_escaped(column) and text.startswith(_DANGEROUS) else text
