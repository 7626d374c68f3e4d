"""Canonical records as CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from erp_ar_ext.model import Entity


def csv_bytes(entity: type[Entity], records: Iterable[Entity]) -> bytes:
    """One entity's file: a header, a line per record, UTF-8; the same records give the same bytes."""
    columns = [column.name for column in entity.columns()]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for record in records:
        values = record.model_dump(by_alias=True)
        writer.writerow([_cell(values[column]) for column in columns])
    return text.getvalue().encode()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Y" if value else "N"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return str(value)
