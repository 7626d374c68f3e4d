"""Whether the extract is still the one that a plan was made from, or that an entity was read from."""

from __future__ import annotations

from erp_ar_ext.model import ENTITIES, Entity, digest
from erp_ar_ext.spi import InputFile, inputs_digest
from erp_ar_ext_csv.extract import Extract
from erp_ar_ext_csv.journal import FOLDER, JOURNALS, Journal
from erp_ar_ext_csv.locate import EntityFile
from erp_ar_ext_csv.settings import CsvSettings
from erp_ar_ext_csv.stream import file_digest
from erp_ar_ext_csv.version import VERSION


class Fingerprint:
    """Digests the base files of all entities, each anew only when it changed."""

    def __init__(self) -> None:
        self._digests: dict[str, tuple[object, str]] = {}

    def of(self, extract: Extract) -> str:
        """The `inputs_digest` that a sync of the extract would give. Raises SourceError for an unreadable file."""
        files = {file.name: file for files in extract.files.values() for file in files}
        return inputs_digest(InputFile(name, self._digest(file)) for name, file in files.items())

    def of_entity(self, entity: type[Entity], settings: CsvSettings, extract: Extract, journal: Journal) -> str:
        """Digest of all that an entity would be read from: bytes of files, rows written back, settings, columns.

        The extract takes note of the files, as it does when they are read. Raises SourceError for an unreadable file.
        """
        written = _laid_over(entity.entity, journal)
        files = [InputFile(file.name, self._digest(file)) for file in _base_files(entity.entity, extract, written)]
        ours = [
            InputFile(f"{FOLDER}/{name}.csv", file_digest(journal.path(name), f"{FOLDER}/{name}.csv"), guarded=False)
            for name in written
        ]
        for file in (*files, *ours):
            extract.record_input(file)
        read_from = {"files": [[file.name, file.digest] for file in files], "ours": [file.digest for file in ours]}
        return digest({"adapter": VERSION, "how": _how(entity.entity, settings, written), **read_from})

    def _digest(self, file: EntityFile) -> str:
        signature = file.signature()
        known = self._digests.get(file.name)
        if known is None or known[0] != signature:
            known = self._digests[file.name] = signature, file_digest(file.path, file.name)
        return known[1]


def _laid_over(entity: str, journal: Journal) -> list[str]:
    """Entities whose written-back rows bear on how this one is read."""
    written = journal.entities()
    if entity == "schedules":
        return ["adjustments"] if "adjustments" in written else []
    return [entity] if entity in JOURNALS and entity in written else []


def _base_files(entity: str, extract: Extract, written: list[str]) -> list[EntityFile]:
    """Files of the entity, and of those whose rows tell which of ours the extract holds by now."""
    return [file for name in dict.fromkeys((entity, *written)) for file in extract.files.get(name, ())]


def _how(entity: str, settings: CsvSettings, written: list[str]) -> list[object]:
    """What the settings say of these entities, and the columns the model gives them."""
    common = settings.model_dump(mode="json", exclude={"path", "name", "files"})
    names = list(dict.fromkeys((entity, *written)))
    mapped = [settings.files[name].model_dump(mode="json") if name in settings.files else None for name in names]
    return [common, mapped, [[column.name for column in ENTITIES[name].columns()] for name in names]]
