"""Read delimited text: streamed, in blocks, with row numbers that stay right after any broken row."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator

import pyarrow as pa
from pyarrow import csv as arrow_csv

from erp_ar_ext.errors import ContractError, SourceError
from erp_ar_ext_csv.locate import EntityFile
from erp_ar_ext_csv.records import Ragged, Records, record_reader, text_batch
from erp_ar_ext_csv.settings import Format
from erp_ar_ext_csv.stream import Utf8Stream

BLOCK = 8 << 20
_END = "\x02end of file\x02"
_HEAD = 1 << 20


class DelimitedReader:
    """Reader of one delimited text file; a row is a record, quoted line breaks included, and the header row 1."""

    typed: frozenset[int] = frozenset()
    floats: frozenset[int] = frozenset()

    def __init__(self, file: EntityFile, form: Format) -> None:
        self._file = file
        self._encoding = form.encoding or "utf-8"
        self._delimiter = form.delimiter or ","
        self._quote = '"' if form.quote is None else form.quote
        self._digest = ""
        self.header = self._read_header()

    def digest(self) -> str:
        """Digest of the file as stored."""
        return self._digest

    def records(self) -> Iterator[Records]:
        """Read block by block; the ragged rows come with the block they are in."""
        # A line that is ragged whatever the header: meeting it proves that no quote is open at the end.
        ending = _END if len(self.header) > 1 else _END + self._delimiter + _END
        numbers = _RowNumbers(ending)
        with Utf8Stream(self._file.path, self._file.name, self._encoding, ending=ending.encode()) as stream:
            try:
                for batch in self._open(stream, numbers):
                    yield numbers.number(batch)
            except pa.ArrowInvalid as error:
                raise self._broken(str(error), numbers) from error
            rest = numbers.rest()
            stream.read()
            self._digest = stream.digest
        if not numbers.ended:
            raise self._broken("a quote is never closed", numbers)
        yield Records(text_batch([pa.array([], pa.string())] * len(self.header), pa.array([], pa.int64())), rest)

    def _open(self, stream: Utf8Stream, numbers: _RowNumbers) -> arrow_csv.CSVStreamingReader:
        names = [f"c{position}" for position in range(len(self.header))]
        return arrow_csv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._delimiter,
                quote_char=self._quote or False,
                newlines_in_values=True,
                ignore_empty_lines=False,  # an empty line has a number too
                invalid_row_handler=numbers.ragged,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )

    def _read_header(self) -> list[str]:
        with Utf8Stream(self._file.path, self._file.name, self._encoding) as stream:
            head = stream.read(_HEAD).decode("utf-8", errors="ignore")
        if not head.strip():
            raise ContractError("is empty: not even a header", place=self._file.name, hint="extract the file again")
        try:
            names = next(record_reader(head, self._delimiter, self._quote))
        except csv.Error as error:
            raise ContractError(
                f"the header cannot be read: {error}",
                place=self._file.name,
                hint="look for a quote that is never closed in the header, and check the delimiter",
            ) from error
        return [name.strip() for name in names] or [""]

    def _broken(self, what: str, numbers: _RowNumbers) -> SourceError:
        return SourceError(
            f"cannot be read after row {max(numbers.last, 1)}: {what}",
            place=self._file.name,
            hint="look for a quote that is never closed near that row; quote = '' reads quotes as plain characters",
        )


class _RowNumbers:
    """Gives rows their numbers: the parser tells the numbers of ragged rows, all others follow in order."""

    def __init__(self, ending: str) -> None:
        self.ended = False
        self.last = 0
        self._ending = ending
        self._ragged_rows: deque[int] = deque()
        self._ragged: list[Ragged] = []
        self._next = 1

    def ragged(self, row: arrow_csv.InvalidRow) -> str:
        """Take note of a ragged row."""
        if row.text == self._ending:
            self.ended = True
            return "skip"
        self._ragged_rows.append(row.number)
        self._ragged.append(Ragged(row.number, row.actual_columns, row.text))
        return "skip"

    def number(self, batch: pa.RecordBatch) -> Records:
        """Number the rows of the next batch; the header is left out."""
        rows = text_batch(batch.columns, self._numbers(batch.num_rows))
        if rows.num_rows and rows.column(rows.num_columns - 1)[0].as_py() == 1:
            rows = rows.slice(1)
        return Records(rows, self.rest())

    def rest(self) -> tuple[Ragged, ...]:
        """Ragged rows not handed out yet."""
        ragged, self._ragged = tuple(self._ragged), []
        return ragged

    def _numbers(self, count: int) -> pa.Array:
        spans = []
        while count:
            if self._ragged_rows and self._ragged_rows[0] == self._next:
                self._ragged_rows.popleft()
                self._next += 1
                continue
            end = self._ragged_rows[0] if self._ragged_rows else self._next + count
            span = min(count, end - self._next)
            spans.append(pa.arange(self._next, self._next + span))
            self._next += span
            count -= span
        self.last = self._next - 1
        return pa.concat_arrays(spans) if spans else pa.array([], pa.int64())
