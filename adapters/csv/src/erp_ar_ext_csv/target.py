"""The writing side: an append-only folder beside the extract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from erp_ar_ext.errors import ConfigError, SourceError, TransientWriteError
from erp_ar_ext.spi import Intent, ReadContext, WriteResult
from erp_ar_ext_csv.append import append, exclusive, nothing_written, obstacle
from erp_ar_ext_csv.books import Books, Known, Row
from erp_ar_ext_csv.effects import ENTITY_OF
from erp_ar_ext_csv.guards import answer, find
from erp_ar_ext_csv.journal import FOLDER
from erp_ar_ext_csv.settings import CsvSettings
from erp_ar_ext_csv.source import folder_of, identity


class CsvTarget:
    """An open folder to write to. One process writes at a time; readers never wait."""

    def __init__(self, settings: CsvSettings, context: ReadContext) -> None:
        self._settings = settings
        self._folder = folder_of(settings, context) / FOLDER
        self._books = Books(settings, folder_of(settings, context), context)

    def identity(self) -> Mapping[str, str]:
        """Which folder this is, as its source says."""
        return identity(self._settings)

    def write(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Decide and write under one lock; a later intent sees what an earlier one wrote.

        Raises TransientWriteError when nothing was written, UnknownOutcomeError when something may have been.
        """
        with exclusive(self._folder):
            results, rows = self._decide(intents)
            if rows:
                append(self._folder, rows)
        return results

    def check(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Answer as `write` would, and write nothing. Raises TransientWriteError where the folder cannot be written."""
        why_not = obstacle(self._folder)
        if why_not:
            raise nothing_written(self._folder, why_not)
        return self._decide(intents)[0]

    def look_up(self, intents: Sequence[Intent]) -> Sequence[WriteResult | None]:
        """Find the intents' references in the extract and in what was written back."""
        known = self._known(intents)
        return [find(intent, known) for intent in intents]

    def close(self) -> None:
        """Let go of the scratch database."""
        self._books.close()

    def _decide(self, intents: Sequence[Intent]) -> tuple[list[WriteResult], dict[str, list[Row]]]:
        known = self._known(intents)
        results: list[WriteResult] = []
        rows: dict[str, list[Row]] = {}
        for intent in intents:
            result, row = answer(intent, known)
            results.append(result)
            if row is not None:
                known.add(ENTITY_OF[intent.kind], row)
                rows.setdefault(ENTITY_OF[intent.kind], []).append(row)
        return results, rows

    def _known(self, intents: Sequence[Intent]) -> Known:
        try:
            return self._books.known(intents)
        except (SourceError, ConfigError) as error:
            raise TransientWriteError(
                f"the folder cannot be read, so nothing was written: {error}",
                place=error.place,
                hint=error.hint,
            ) from error
        except (OSError, duckdb.Error, pa.ArrowException) as error:
            # Reading comes before writing: whatever fails here must not look as if something may be written.
            raise TransientWriteError(
                f"what the folder holds could not be looked up, so nothing was written: {error}",
                place=str(self._folder.parent),
                hint="check the folder and the room for temporary files, and apply again",
            ) from error
