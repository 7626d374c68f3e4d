"""Turn the text of one file into canonical rows, and say of each row that cannot be taken which rule it broke."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from erp_ar_ext.errors import ConfigError
from erp_ar_ext.model import Entity
from erp_ar_ext.spi import REJECT_SCHEMA, Batch
from erp_ar_ext_csv.binding import Bound
from erp_ar_ext_csv.cells import is_escaped
from erp_ar_ext_csv.engine import no_rows, one_batch, placed_schema, session
from erp_ar_ext_csv.records import ROW, Ragged, Records, record_reader
from erp_ar_ext_csv.rules import SPACES, quoted, rule_for, trimmed
from erp_ar_ext_csv.settings import PLACE

_NOT_PLAIN = bytes({*range(0x21), 0x7F, *(blank.encode()[0] for blank in SPACES)})
"""Bytes that white space and control characters begin with."""
_EXPONENTS = (b"E+", b"e+")
"""What an id that a spreadsheet cut short has in it."""


@dataclass(frozen=True)
class Origin:
    """Where records come from; `quote` is empty where quotes are plain characters.

    `ours` says that their cells are as this program's write-back writes them.
    """

    file: str
    header: Sequence[str]
    delimiter: str = ","
    quote: str = '"'
    ours: bool = False


class Converter:
    """Converts the records of one file."""

    def __init__(self, entity: type[Entity], origin: Origin, bound: tuple[Bound, ...]) -> None:
        self._entity = entity
        self._file = origin.file
        self._header = list(origin.header)
        self._delimiter, self._quote = origin.delimiter, origin.quote
        self._columns = [_Column(item, ours=origin.ours) for item in bound]
        self._connection = session()
        self.blank_rows = 0
        self._schema = placed_schema(entity)
        self._check_constants()

    def close(self) -> None:
        """Let go of the engine."""
        self._connection.close()

    def convert(self, records: Records) -> Batch:
        """Convert a batch. Rows that are empty throughout are no records; `blank_rows` counts them."""
        taken, bad = self._split(records.rows) if records.rows.num_rows else (no_rows(self._entity), None)
        rejects = [self._ragged(records.ragged)] if records.ragged else []
        if bad is not None:
            rejects.append(self._broken(bad))
        rejected = pa.Table.from_batches(rejects, schema=REJECT_SCHEMA).sort_by("row")
        return Batch(taken, one_batch(rejected, REJECT_SCHEMA))

    def _split(self, rows: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch | None]:
        self._connection.register("raw", rows)
        table = self._connection.sql(self._taking_sql(rows)).to_arrow_table()
        good = table.column("_good").combine_chunks()
        if pc.all(good).as_py() in (True, None):
            return one_batch(table, self._schema), None
        return one_batch(table.filter(good), self._schema), rows.filter(pc.invert(good))

    def _taking_sql(self, rows: pa.RecordBatch) -> str:
        """Trim, convert, and tell good rows: those whose every text has a value."""
        texts, values, good = [], [], []
        for column in self._columns:
            text, value = column.taking(plain=column.is_plain(rows))
            texts.append(f"{text} AS {column.text}")
            values.append(f'{value} AS "{column.name}"')
            good.append(f'"{column.name}" IS NOT NULL' + ("" if column.required else f" OR {column.text} IS NULL"))
        given = {column.name for column in self._columns}
        absent = [field for field in self._entity.arrow_schema() if field.name not in given]
        nothing = "".join(f', CAST(NULL AS {_sql_type(field)}) AS "{field.name}"' for field in absent)
        names = ", ".join(f'"{column.name}"' for column in self._columns)
        return (
            f"WITH texts AS (SELECT {', '.join(texts)}, {ROW} FROM raw), "
            f"converted AS (SELECT *, {', '.join(values)} FROM texts) "
            f"SELECT {names}{nothing}, {quoted(self._file)} AS _file, {ROW}, ({') AND ('.join(good)}) AS _good "
            "FROM converted"
        )

    def _broken(self, bad: pa.RecordBatch) -> pa.RecordBatch:
        self._connection.register("raw", bad)
        names = [f"c{i}" for i in range(len(self._header))]
        keys = ", ".join(f"{quoted(name)}, {cell}" for name, cell in zip(self._header, names, strict=True))
        texts = ", ".join(f"{column.trimmed} AS {column.text}" for column in self._columns)
        broken = ", ".join(
            f"{{'column': {quoted(column.source)}, 'value': {column.raw}, 'rule': {column.rule.words}}}"
            for column in self._columns
        )
        sql = (
            f"WITH trimmed AS (SELECT {texts}, * FROM raw WHERE concat({', '.join(names)}) <> ''), "
            f"listed AS (SELECT {ROW}, list_filter([{broken}], lambda x: x.rule IS NOT NULL) AS broken, "
            f"CAST(json_object({keys}) AS VARCHAR) AS record FROM trimmed) "
            f"SELECT {quoted(self._file)} AS file, {ROW} AS row, broken[1].column AS column, "
            "broken[1].value AS value, broken[1].rule AS rule, "
            "nullif(array_to_string(list_transform(broken[2:], lambda x: x.column || ' ' || x.rule), chr(10)), '') "
            "AS more, record FROM listed"
        )
        rejects = self._connection.sql(sql).to_arrow_table()
        self.blank_rows += bad.num_rows - rejects.num_rows
        return one_batch(rejects, REJECT_SCHEMA)

    def _ragged(self, ragged: tuple[Ragged, ...]) -> pa.RecordBatch:
        wanted = len(self._header)
        found = [
            {
                "file": self._file,
                "row": item.row,
                "column": "(whole row)",
                "value": item.text,
                "rule": f"has {item.fields} fields where the header has {wanted}",
                "record": self._as_json(item.text),
            }
            for item in ragged
        ]
        return pa.RecordBatch.from_pylist(found, schema=REJECT_SCHEMA)

    def _as_json(self, text: str) -> str:
        try:
            fields = next(record_reader(text, self._delimiter, self._quote), [])
        except csv.Error:  # a field longer than the module takes: the row is told whole, undivided
            fields = [text]
        return json.dumps(fields, ensure_ascii=False)

    def _check_constants(self) -> None:
        for column in self._columns:
            if column.constant is not None:
                sql = f"SELECT {column.rule.words} FROM (SELECT {column.trimmed} AS {column.text})"
                ((broken,),) = self._connection.execute(sql).fetchall()
                if broken:
                    raise ConfigError(
                        f"files.{self._entity.entity}.columns.{column.name}: the constant {column.constant!r} {broken}",
                        place=PLACE,
                        hint="write a constant in canonical form: 2026-01-31, 12.50, USD",
                    )


class _Column:
    """SQL of one bound column."""

    def __init__(self, bound: Bound, *, ours: bool) -> None:
        self._bound = bound
        self.name = bound.column.name
        self.source = bound.source
        self.required = bound.column.required
        self.constant = bound.mapping.constant
        self.text = f"t_{self.name}"
        self.raw = quoted(self.constant or "") if bound.position is None else f"c{bound.position}"
        self._shown = self.raw
        if ours and is_escaped(bound.column):
            self._shown = f"CASE WHEN starts_with({self.raw}, '''') THEN substr({self.raw}, 2) ELSE {self.raw} END"
        self.trimmed = trimmed(self._shown, bound.mapping, verbatim=ours)
        self.rule = rule_for(bound.column, self.text, bound.mapping)

    def is_plain(self, rows: pa.RecordBatch) -> bool:
        """Whether the column's bytes hold no white space, control character or exponent: most columns, most times."""
        if self._bound.position is None:
            return False
        data = rows.column(self._bound.position).buffers()[2]
        if data is None:
            return True
        content = data.to_pybytes()
        return len(content.translate(None, _NOT_PLAIN)) == len(content) and not any(
            exponent in content for exponent in _EXPONENTS
        )

    def taking(self, *, plain: bool) -> tuple[str, str]:
        """SQL of the trimmed text, and of the value over it; plain text needs neither trimming nor inspection."""
        if not plain:
            return self.trimmed, self.rule.value
        text = trimmed(self._shown, self._bound.mapping, verbatim=True)
        return text, rule_for(self._bound.column, self.text, self._bound.mapping, printable=True).value


def _sql_type(field: pa.Field) -> str:
    if pa.types.is_decimal(field.type):
        return f"DECIMAL({field.type.precision}, {field.type.scale})"
    kinds = {pa.string(): "VARCHAR", pa.date32(): "DATE", pa.int32(): "INTEGER", pa.bool_(): "BOOLEAN"}
    return kinds[field.type]
