"""The write-back folder: what this program wrote, one append-only file per entity, beside the extract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from erp_ar_ext.errors import SourceError
from erp_ar_ext.model import Entity
from erp_ar_ext.spi import Batch, InputFile
from erp_ar_ext_csv.binding import bind
from erp_ar_ext_csv.convert import Converter, Origin
from erp_ar_ext_csv.delimited import DelimitedReader
from erp_ar_ext_csv.extract import Extract
from erp_ar_ext_csv.locate import EntityFile
from erp_ar_ext_csv.settings import CsvSettings, EntityMapping, Format

FOLDER = "writeback"
JOURNALS = ("notes", "holds", "adjustments")
"""Entities that can be written back."""


class Journal:
    """Reads the write-back files of a folder; they are ours, so their form is fixed whatever the settings say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER

    def path(self, entity: str) -> Path:
        """Where an entity's rows are written."""
        return self.folder / f"{entity}.csv"

    def entities(self) -> list[str]:
        """Entities that something was written back of."""
        return [name for name in JOURNALS if self.path(name).is_file()]

    def read(self, entity: type[Entity], extract: Extract | None = None) -> Iterator[Batch]:
        """All rows as they were appended, a release after its hold; `extract` takes note of the file read.

        Raises SourceError where the file is not as this program writes it.
        """
        path = self.path(entity.entity)
        if not path.is_file():
            return
        file = EntityFile(entity.entity, path, f"{FOLDER}/{path.name}", EntityMapping())
        reader = DelimitedReader(file, Format())
        if reader.header != [column.name for column in entity.columns()]:
            raise SourceError(
                "does not have the columns that this program writes",
                place=file.name,
                hint="move the file away if something else wrote it; restore it from a backup if it was edited",
            )
        bound = bind(CsvSettings(path="."), file, reader)
        converter = Converter(entity, Origin(file.name, reader.header, ours=True), bound)
        rows = 0
        try:
            for records in reader.records():
                batch = converter.convert(records)
                rows += batch.rows.num_rows + batch.rejects.num_rows
                yield batch
        finally:
            converter.close()
        if extract is not None:
            extract.record_input(InputFile(file.name, reader.digest(), rows, guarded=False))

    def signature(self, entity: str) -> tuple[int, int, int] | None:
        """What tells whether an entity's file changed: inode, size and modification time; None without a file."""
        if not self.path(entity).is_file():
            return None
        stat = self.path(entity).stat()
        return stat.st_ino, stat.st_size, stat.st_mtime_ns
