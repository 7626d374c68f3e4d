"""Read workbooks: typed cells as exact text.

A number cell is a binary float in the file itself. It is written as the shortest decimal that stands for it,
which is what the spreadsheet shows: exact up to 15 digits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from erp_ar_ext.errors import ContractError, SourceError
from erp_ar_ext_csv.locate import EntityFile
from erp_ar_ext_csv.records import Records, text_batch
from erp_ar_ext_csv.settings import Notation, nearest
from erp_ar_ext_csv.stream import file_digest

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_BATCH_ROWS = 50_000


class SheetReader:
    """Reader of one sheet; rows are numbered as the spreadsheet shows them.

    `notations` says for each source column how its texts are written: numbers and dates are written the same
    way, so that text cells and typed cells of a column can stand together.
    """

    typed: frozenset[int] = frozenset()
    floats: frozenset[int] = frozenset()

    def __init__(self, file: EntityFile, notations: Mapping[str, Notation]) -> None:
        self._file = file
        self._rows = self._open()
        if not self._rows:
            raise ContractError("is empty: not even a header", place=file.name, hint="name the sheet with sheet = ...")
        self.header = [_text(cell, Notation()).strip() for cell in self._rows[0]]
        self._notations = [notations.get(name, Notation()) for name in self.header]

    def digest(self) -> str:
        """Digest of the workbook as stored."""
        return file_digest(self._file.path, self._file.name)

    def records(self) -> Iterator[Records]:
        """Read in batches; a sheet is a rectangle, so no row is ragged."""
        rows = iter(self._rows[1:])
        first = 2
        while block := list(islice(rows, _BATCH_ROWS)):
            columns = [
                pa.array([_text(cell, notation) for cell in cells], pa.string())
                for cells, notation in zip(zip(*block, strict=True), self._notations, strict=True)
            ]
            yield Records(text_batch(columns, pa.arange(first, first + len(block))))
            first += len(block)

    def _open(self) -> Sequence[Sequence[Any]]:
        try:
            with CalamineWorkbook.from_path(str(self._file.path)) as book:
                name = self._file.mapping.sheet or book.sheet_names[0]
                return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except WorksheetNotFound as error:
            raise SourceError(
                f"has no sheet {self._file.mapping.sheet!r}{nearest(str(self._file.mapping.sheet), book.sheet_names)}",
                place=self._file.name,
                hint=f"correct files.{self._file.entity}.sheet in erp-ar.toml",
            ) from error
        except (CalamineError, OSError, IndexError) as error:
            raise SourceError(
                f"is not a workbook that can be read: {error}", place=self._file.name, hint="save it again as .xlsx"
            ) from error


def _text(cell: Any, notation: Notation) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        plain = f"{Decimal(repr(cell)):f}"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return plain.replace(".", notation.decimal_mark or ".")
    if isinstance(cell, dt.datetime) and (notation.date_format is None or cell.time() != dt.time.min):
        return cell.isoformat(sep=" ")  # a time of day must not get lost in a format that has none
    if isinstance(cell, dt.date) and notation.date_format:
        return cell.strftime(notation.date_format)
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)
