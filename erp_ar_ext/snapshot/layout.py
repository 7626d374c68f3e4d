"""How a table of a snapshot is laid out in files: one, or one a month.

Ninety snapshots of a ledger hold nearly the same rows. A file that is the same in two of them is there once, so the
rows are kept by the month of a date that fits how they change: documents by their date, balances by the month in which
they ended. What was settled in a month that is over stays the file it was. See docs/decisions/0016-files-per-month.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from erp_ar_ext.model import Entity

PART_ROWS = 250_000
"""A table with no more rows is one file: many small files cost more than they save."""

_WHOLE, _OPEN, _OTHER = "", "open", "other"
_FOR_EVER = date(9999, 12, 31)
_FIRST, _LAST = date(1990, 1, 1), date(2100, 1, 1)
"""Months of dates beyond these, which are mistakes, share a file: many of them must not make many files."""


@dataclass(frozen=True)
class Layout:
    """A table's columns in the order that makes its bytes, and the date its rows are kept by.

    `key` is unique. `owner` is what a change replaces as a whole: all rows of a schedule, say; the key itself if empty.
    """

    key: tuple[str, ...]
    month: str | None = None
    order: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()

    @property
    def sorted_by(self) -> str:
        """SQL list that orders the rows of a file."""
        return quoted(self.order or self.key)

    @property
    def replaced_by(self) -> tuple[str, ...]:
        """Columns that name what a change replaces."""
        return self.owner or self.key

    @property
    def part_sql(self) -> str:
        """SQL for the name of the part a row belongs to, when the table is kept in parts."""
        return f"""CASE WHEN "{self.month}" = DATE '{_FOR_EVER}' THEN '{_OPEN}'
            WHEN "{self.month}" >= DATE '{_FIRST}' AND "{self.month}" < DATE '{_LAST}'
            THEN strftime("{self.month}", '%Y-%m') ELSE '{_OTHER}' END"""

    def in_part_sql(self, part: str) -> str:
        """SQL that is true for the rows of a part: a range of days wherever it can be, so that a scan can skip."""
        if part == _WHOLE:
            return "TRUE"
        if part == _OPEN:
            return f"\"{self.month}\" = DATE '{_FOR_EVER}'"
        if part == _OTHER:
            return f"{self.part_sql} = '{_OTHER}'"
        year, month = (int(number) for number in part.split("-"))
        first, after = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        return f"\"{self.month}\" >= DATE '{first}' AND \"{self.month}\" < DATE '{after}'"


def entity_layout(entity: type[Entity]) -> Layout:
    """Layout of an entity's rows."""
    return Layout(entity.key(), entity.kept_by)


def file_name(table: str, part: str) -> str:
    """File of a part: `schedules-2026-01.parquet`, or `schedules.parquet` where the table is one file."""
    return f"{table}-{part}.parquet" if part else f"{table}.parquet"


def part_of(table: str, file: str) -> str:
    """Part that a file holds, empty for the whole table."""
    return file.removeprefix(table).removeprefix("-").removesuffix(".parquet")


def quoted(columns: tuple[str, ...]) -> str:
    """Columns as a SQL list."""
    return ", ".join(f'"{column}"' for column in columns)
