"""Whether the extract is still the one that a plan was made from."""

from __future__ import annotations

from erp_ar_ext.spi import InputFile, inputs_digest
from erp_ar_ext_csv.extract import Extract
from erp_ar_ext_csv.locate import EntityFile
from erp_ar_ext_csv.stream import file_digest


class Fingerprint:
    """Digests the base files of all entities, each anew only when it changed."""

    def __init__(self) -> None:
        self._digests: dict[str, tuple[object, str]] = {}

    def of(self, extract: Extract) -> str:
        """The `inputs_digest` that a sync of the extract would give. Raises SourceError for an unreadable file."""
        files = {file.name: file for files in extract.files.values() for file in files}
        return inputs_digest(InputFile(name, self._digest(file)) for name, file in files.items())

    def _digest(self, file: EntityFile) -> str:
        signature = file.signature()
        known = self._digests.get(file.name)
        if known is None or known[0] != signature:
            known = self._digests[file.name] = signature, file_digest(file.path, file.name)
        return known[1]
