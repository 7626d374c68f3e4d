"""Rows that could not be taken, kept in one CSV file per entity, for people and their spreadsheets."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from erp_ar_ext.model import Finding, Severity
from erp_ar_ext.model.spreadsheet import FORMULA_PATTERN
from erp_ar_ext.snapshot.files import PRIVATE, make_private
from erp_ar_ext.spi import REJECT_SCHEMA

QUARANTINE_SCHEMA = REJECT_SCHEMA

_AS_READ = ("column", "value", "more", "record")
"""Columns with texts of the source, which may hold anything."""

_NEGATIVE = r"^-[\d.,]*\d$"
"""A negative amount, which no spreadsheet runs."""


class Quarantine:
    """Writes `<folder>/<entity>.csv`; a folder is made only when there is something to keep."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, pa_csv.CSVWriter] = {}
        self._firsts: dict[str, dict[str, Any]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, entity: str, rejects: pa.RecordBatch) -> None:
        """Keep some rejected rows of an entity."""
        if not rejects.num_rows:
            return
        self._counts[entity] += rejects.num_rows
        firsts = [_first(rejects), *([self._firsts[entity]] if entity in self._firsts else [])]
        self._firsts[entity] = min(firsts, key=_place)
        if entity not in self._writers:
            make_private(self._folder)
            file = self._folder / f"{entity}.csv"
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW, PRIVATE))
            self._writers[entity] = pa_csv.CSVWriter(file, REJECT_SCHEMA)
        self._writers[entity].write(_harmless(rejects.cast(REJECT_SCHEMA)))

    def carry(self, before: Path, entity: str) -> None:
        """Take over the rows that an earlier sync put into quarantine, but those that were met again now."""
        file = before / f"{entity}.csv"
        if not file.exists():
            return
        kept = self._read(file)
        if entity in self._writers:
            self._writers.pop(entity).close()
            again = self._read(self._folder / f"{entity}.csv")
            kept = kept.filter(pc.invert(pc.is_in(kept["record"], again["record"])))
            self._counts.pop(entity)
            self._firsts.pop(entity)
            for rows in again.to_batches():
                self.add(entity, rows)
        for rows in kept.to_batches():
            self.add(entity, rows)

    def count(self, entity: str) -> int:
        """Rows of an entity in quarantine."""
        return self._counts[entity]

    @staticmethod
    def _read(file: Path) -> pa.Table:
        options = pa_csv.ConvertOptions(column_types=REJECT_SCHEMA, strings_can_be_null=False)
        return _as_it_was(
            pa_csv.read_csv(file, parse_options=pa_csv.ParseOptions(newlines_in_values=True), convert_options=options)
        )

    def findings(self) -> list[Finding]:
        """One finding per entity with rows in quarantine: how many, and the first with its place and rule.

        The first by its place, whatever order they came in; the row of a table has no number.
        """
        return [
            Finding(
                "quarantined",
                Severity.ERROR,
                f"{entity}: {first['column']} {first['value'] or ''!r} {first['rule']}",
                entity,
                place=first["file"] if first["row"] is None else f"{first['file']}, row {first['row']}",
                count=self._counts[entity],
            )
            for entity, first in self._firsts.items()
        ]

    def close(self) -> None:
        """Finish the files."""
        for writer in self._writers.values():
            writer.close()


def _first(rejects: pa.RecordBatch) -> dict[str, Any]:
    """The first rejected row by its place."""
    order = [(name, "ascending") for name in ("file", "row", "record")]
    first: dict[str, Any] = rejects.sort_by(order).slice(0, 1).to_pylist()[0]
    return first


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["file"], row["row"] is None, row["row"] or 0, row["record"])


def _as_it_was(kept: pa.Table) -> pa.Table:
    """Take the apostrophes away that `_harmless` put there."""
    for name in _AS_READ:
        texts = kept[name]
        bare = pc.utf8_slice_codeunits(texts, 1)
        marked = pc.and_(pc.starts_with(texts, "'"), pc.match_substring_regex(bare, FORMULA_PATTERN))
        if name == "value":
            marked = pc.and_not(marked, pc.match_substring_regex(bare, _NEGATIVE))
        kept = kept.set_column(kept.schema.get_field_index(name), name, pc.if_else(marked, bare, texts))
    return kept


def _harmless(rejects: pa.RecordBatch) -> pa.RecordBatch:
    """Put an apostrophe before each text of the source that a spreadsheet would run as a formula.

    No text is an empty one, as it is when it is read back.
    """
    for name in _AS_READ:
        texts = pc.fill_null(rejects.column(name), "")
        danger = pc.match_substring_regex(texts, FORMULA_PATTERN)
        if name == "value":
            danger = pc.and_not(danger, pc.match_substring_regex(texts, _NEGATIVE))
        marked = pc.if_else(danger, pc.binary_join_element_wise("'", texts, ""), texts)
        field = rejects.schema.field(name)
        rejects = rejects.set_column(rejects.schema.get_field_index(name), field, marked)
    return rejects
