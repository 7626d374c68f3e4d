"""Read Parquet: every column as text in canonical form, so that one set of rules serves all kinds of file."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from pyarrow import parquet

from erp_ar_ext.errors import SourceError
from erp_ar_ext_csv.engine import session
from erp_ar_ext_csv.locate import EntityFile
from erp_ar_ext_csv.records import Records, text_batch
from erp_ar_ext_csv.stream import file_digest

_BATCH_ROWS = 65_536


class ParquetReader:
    """Reader of one Parquet file; rows count from 1, as there is no header."""

    def __init__(self, file: EntityFile) -> None:
        self._file = file
        try:
            self._parquet = parquet.ParquetFile(file.path)
        except (pa.ArrowException, OSError) as error:
            raise _broken(file, error) from error
        schema = self._parquet.schema_arrow
        self.header: list[str] = list(schema.names)
        self.typed = frozenset(i for i, field in enumerate(schema) if not _is_text(field.type))
        self.floats = frozenset(i for i, field in enumerate(schema) if pa.types.is_floating(field.type))

    def digest(self) -> str:
        """Digest of the file as stored."""
        return file_digest(self._file.path, self._file.name)

    def records(self) -> Iterator[Records]:
        """Read batch by batch. A decimal is written out plainly, a date in ISO 8601."""
        # DuckDB writes a decimal without an exponent, which Arrow's own cast to text does not promise.
        texts = ", ".join(f"CAST(c{i} AS VARCHAR) AS c{i}" for i in range(len(self.header)))
        first = 1
        with session() as connection:
            for batch in self._batches():
                connection.register("batch", batch)
                table = connection.sql(f"SELECT {texts} FROM batch").to_arrow_table().combine_chunks()
                columns = [column.combine_chunks() for column in table.columns]
                yield Records(text_batch(columns, pa.arange(first, first + batch.num_rows)))
                first += batch.num_rows

    def _batches(self) -> Iterator[pa.RecordBatch]:
        names = [f"c{position}" for position in range(len(self.header))]
        try:
            for batch in self._parquet.iter_batches(_BATCH_ROWS):
                yield batch.rename_columns(names)
        except (pa.ArrowException, OSError) as error:
            raise _broken(self._file, error) from error


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _broken(file: EntityFile, error: Exception) -> SourceError:
    return SourceError(f"is not a whole Parquet file: {error}", place=file.name, hint="write or copy the file again")
