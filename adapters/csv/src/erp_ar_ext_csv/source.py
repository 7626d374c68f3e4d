"""The reading side: the extract, with what was written back since."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from erp_ar_ext.model import ENTITIES, Entity, Finding, digest, short
from erp_ar_ext.spi import Batch, InputFile, ReadContext
from erp_ar_ext_csv.extract import Extract
from erp_ar_ext_csv.fingerprint import Fingerprint
from erp_ar_ext_csv.journal import JOURNALS, Journal
from erp_ar_ext_csv.overlay import adjusted_schedules, merged
from erp_ar_ext_csv.settings import CsvSettings


class CsvSource:
    """An open folder. Opening raises SourceError where a required file is missing."""

    def __init__(self, settings: CsvSettings, context: ReadContext) -> None:
        folder = folder_of(settings, context)
        self._settings = settings
        self._context = context
        self._extract = Extract(settings, folder)
        self._journal = Journal(folder)
        self._fingerprint = Fingerprint()

    def identity(self) -> Mapping[str, str]:
        """Which folder this is, by its name or its path as configured: the same wherever the installation is."""
        return identity(self._settings)

    def entities(self) -> Sequence[str]:
        """Entities with a file, or with rows that were written back."""
        written = self._journal.entities()
        return [name for name in ENTITIES if name in self._extract.files or name in written]

    def read(self, entity: type[Entity]) -> Iterator[Batch]:
        """Read all rows of an entity, batch by batch.

        Raises SourceError where a file cannot be read, ContractError where its columns do not fit.
        """
        for batch in self._batches(entity):
            self._context.progress(entity.entity, batch.rows.num_rows + batch.rejects.num_rows)
            yield batch

    def fingerprint(self, entity: type[Entity]) -> str:
        """Digest of the entity's files, of what was written back to it, and of the settings it is read by.

        Raises SourceError where a file cannot be read.
        """
        return self._fingerprint.of_entity(entity, self._settings, self._extract, self._journal)

    def inputs(self) -> Sequence[InputFile]:
        """Files read or digested so far, by name relative to the folder; with the number of records once read."""
        return self._extract.inputs()

    def findings(self) -> Sequence[Finding]:
        """What was noticed so far: unused columns, files with nearly right names, rows passed over."""
        return self._extract.findings()

    def close(self) -> None:
        """Nothing stays open between reads."""

    def _batches(self, entity: type[Entity]) -> Iterator[Batch]:
        written = self._journal.entities()
        if entity.entity in JOURNALS and entity.entity in written:
            return merged(entity, self._extract, self._journal)
        if entity.entity == "schedules" and "adjustments" in written:
            return adjusted_schedules(self._extract, self._journal)
        return self._extract.read(entity)


def folder_of(settings: CsvSettings, context: ReadContext) -> Path:
    """The configured folder; a relative path starts at the configuration file."""
    return context.base_dir / Path(settings.path).expanduser()


def identity(settings: CsvSettings) -> dict[str, str]:
    """What names this ERP in plans: the name it is given, else its path as configured.

    Of an absolute path it is the last part with a digest: plans and snapshots tell nothing of the machine.
    """
    path = Path(os.path.normpath(settings.path))
    unnamed = f"{path.name}-{short(digest(str(path)))}" if path.is_absolute() else path.as_posix()
    return {"adapter": "csv", "name": settings.name or unnamed}
