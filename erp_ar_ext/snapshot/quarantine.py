"""Rows that could not be taken, kept in one CSV file per entity."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from erp_ar_ext.spi import REJECT_SCHEMA

QUARANTINE_SCHEMA = REJECT_SCHEMA


class Quarantine:
    """Writes `<folder>/<entity>.csv`; a folder is made only when there is something to keep."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, pa_csv.CSVWriter] = {}

    def add(self, entity: str, rejects: pa.RecordBatch) -> None:
        """Keep some rejected rows of an entity."""
        if not rejects.num_rows:
            return
        if entity not in self._writers:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._writers[entity] = pa_csv.CSVWriter(self._folder / f"{entity}.csv", REJECT_SCHEMA)
        self._writers[entity].write(rejects.cast(REJECT_SCHEMA))

    def close(self) -> None:
        """Finish the files."""
        for writer in self._writers.values():
            writer.close()
