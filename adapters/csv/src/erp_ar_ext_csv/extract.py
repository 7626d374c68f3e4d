"""Read the extract: all base files of an entity, one after the other, without what was written back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from erp_ar_ext.errors import SourceError
from erp_ar_ext.model import ENTITIES, Entity, Finding, Severity
from erp_ar_ext.spi import Batch, InputFile
from erp_ar_ext_csv.binding import bind, column_mappings, file_format, unused
from erp_ar_ext_csv.columnar import ParquetReader
from erp_ar_ext_csv.convert import Converter, Origin
from erp_ar_ext_csv.delimited import DelimitedReader
from erp_ar_ext_csv.engine import one_batch, session
from erp_ar_ext_csv.locate import EntityFile, locate, stray_files
from erp_ar_ext_csv.records import Reader
from erp_ar_ext_csv.settings import CsvSettings
from erp_ar_ext_csv.sheets import SUFFIXES, SheetReader


class Extract:
    """The base files of a folder. Opening raises SourceError where a required one is missing."""

    def __init__(self, settings: CsvSettings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder
        self.files = locate(settings, folder)
        self._inputs: dict[str, InputFile] = {}
        self._findings: dict[tuple[str, str | None, str | None], Finding] = {}
        for finding in stray_files(folder):
            self.note(finding)

    def inputs(self) -> list[InputFile]:
        """Files read so far, by name."""
        return [self._inputs[name] for name in sorted(self._inputs)]

    def findings(self) -> list[Finding]:
        """What was noticed so far; reading an entity again repeats nothing."""
        return list(self._findings.values())

    def note(self, finding: Finding) -> None:
        """Keep a finding; a newer one of the same code, entity and place replaces it."""
        self._findings[finding.code, finding.entity, finding.place] = finding

    def record_input(self, read: InputFile) -> None:
        """Keep what was read of a file. Raises SourceError where it is not what was read of it before."""
        before = self._inputs.get(read.name, read)
        if before.digest != read.digest:
            raise SourceError(
                "changed while it was read", place=read.name, hint="run the sync again when the extract is complete"
            )
        self._inputs[read.name] = before if read.rows is None else read

    def signature(self, entity: str) -> tuple[tuple[str, int, int, int], ...]:
        """What tells whether an entity's files changed: the signature of each."""
        return tuple(file.signature() for file in self.files.get(entity, ()))

    def read(self, entity: type[Entity]) -> Iterator[Batch]:
        """Read all base rows of an entity; none where it has no file."""
        files = self.files.get(entity.entity, ())
        seen = _Seen(entity) if any(file.mapping.distinct for file in files) else None
        for file in files:
            yield from self._read_file(entity, file, seen if file.mapping.distinct else None)
        if seen is not None:
            self._tell_collapsed(entity, seen)
            seen.close()

    def _read_file(self, entity: type[Entity], file: EntityFile, seen: _Seen | None) -> Iterator[Batch]:
        reader = open_reader(self.settings, file)
        bound = bind(self.settings, file, reader)
        if file.mapped:
            for finding in unused(self.settings, file, reader.header):
                self.note(finding)
        form = file_format(self.settings, file)
        quote = '"' if form.quote is None else form.quote
        origin = Origin(file.name, reader.header, form.delimiter or ",", quote)
        converter = Converter(entity, origin, bound)
        rows = 0
        try:
            for records in reader.records():
                batch = converter.convert(records)
                rows += batch.rows.num_rows + batch.rejects.num_rows
                yield Batch(seen.first(batch.rows), batch.rejects) if seen else batch
        finally:
            converter.close()
        self.record_input(InputFile(file.name, reader.digest(), rows))
        self._tell_blank(file, converter.blank_rows)

    def _tell_blank(self, file: EntityFile, blank_rows: int) -> None:
        if blank_rows:
            message = "rows without any value were passed over"
            self.note(
                Finding("csv-blank-rows", Severity.INFO, message, entity=file.entity, place=file.name, count=blank_rows)
            )

    def _tell_collapsed(self, entity: type[Entity], seen: _Seen) -> None:
        names = ", ".join(file.name for file in self.files[entity.entity])
        if seen.collapsed:
            message = f"further rows of the same {', '.join(entity.key())} were dropped, as `distinct` says"
            self.note(Finding("csv-distinct", Severity.INFO, message, entity.entity, place=names, count=seen.collapsed))


class _Seen:
    """Keys met so far, kept by the engine: a set that may outgrow memory."""

    def __init__(self, entity: type[Entity]) -> None:
        self.collapsed = 0
        self._key = entity.key()
        self._connection = session()
        columns = ", ".join(f'"{name}" VARCHAR' for name in self._key)
        self._connection.execute(f"CREATE TEMP TABLE seen ({columns})")

    def first(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """Rows of keys not met before, the first of each."""
        key = ", ".join(f'"{name}"' for name in self._key)
        same = " AND ".join(f'CAST(batch."{name}" AS VARCHAR) IS NOT DISTINCT FROM seen."{name}"' for name in self._key)
        self._connection.register("batch", rows)
        kept = self._connection.sql(
            f"SELECT * FROM batch ANTI JOIN seen ON {same} "
            f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _row) = 1 ORDER BY _row"
        ).to_arrow_table()
        first = one_batch(kept, rows.schema)
        self._connection.register("batch", first)
        self._connection.execute(f"INSERT INTO seen SELECT {key} FROM batch")
        self.collapsed += rows.num_rows - first.num_rows
        return first

    def close(self) -> None:
        """Let go of the engine."""
        self._connection.close()


def open_reader(settings: CsvSettings, file: EntityFile) -> Reader:
    """Open a file by its kind. Raises SourceError where it cannot be opened, ContractError without a header."""
    suffix = file.path.suffix.lower()
    if suffix == ".parquet":
        return ParquetReader(file)
    if suffix in SUFFIXES:
        mappings = column_mappings(settings, file)
        form = file_format(settings, file)
        notations = {mapping.column: mapping for mapping in mappings.values() if mapping.column is not None}
        canonical = {column.name: form for column in ENTITIES[file.entity].columns()}
        return SheetReader(file, notations if file.mapped else canonical)
    return DelimitedReader(file, file_format(settings, file))


def check_header(settings: CsvSettings, file: EntityFile) -> None:
    """Bind a file's header without reading its rows. Raises as reading would."""
    bind(settings, file, open_reader(settings, file))
