"""Rows of the entities being read, waiting in a scratch database on disk to be checked for duplicate keys and sorted.

Sorting spills to disk, so the size of an entity is not bounded by memory.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from erp_ar_ext.errors import ContractError
from erp_ar_ext.model import Entity
from erp_ar_ext.spi import REJECT_SCHEMA

_REJECTED_COPIES = """
    SELECT later._file AS file, later._row AS "row", $key_column AS "column", {key_text} AS value,
           'the same key stands in ' || coalesce(first._file, 'the source') || ', row ' || coalesce(first._row, 0)
               || '; the first row was taken' AS rule,
           '' AS more, to_json({record})::VARCHAR AS record
    FROM {table} AS later
    JOIN (SELECT {key}, min(rowid) AS first_id FROM {table} GROUP BY {key} HAVING count(*) > 1) AS twice
      ON {same_key} AND later.rowid > twice.first_id
    JOIN {table} AS first ON first.rowid = twice.first_id
    ORDER BY later.rowid
"""


GATHERED_ROWS = 200_000
"""Rows that are gathered for one statement: a hundred megabytes at the most."""


class Staging:
    """Rows of one entity after the other, each in a table of the scratch database until it is written."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._gathered: list[pa.RecordBatch] = []
        self._gathered_rows = 0  # kept, not summed anew: an adapter may give a great many small batches

    def add(self, entity: type[Entity], rows: pa.RecordBatch) -> None:
        """Add rows that are in the entity's schema, with or without their place.

        They are gathered before they go into the table: a statement for each small batch costs five times as much.
        """
        self._check(entity, rows)
        self._gathered.append(rows)
        self._gathered_rows += rows.num_rows
        if self._gathered_rows >= GATHERED_ROWS:
            self.flush(entity)

    def flush(self, entity: type[Entity]) -> None:
        """Put what was gathered into the entity's table, which is made if there is none."""
        columns = ", ".join(f'"{column.name}" {column.type.sql}' for column in entity.columns())
        self._con.execute(f"CREATE TABLE IF NOT EXISTS {staged(entity)} ({columns}, _file VARCHAR, _row BIGINT)")
        if self._gathered:
            tables = [pa.Table.from_batches([rows]) for rows in self._gathered]
            self._con.register("incoming", pa.concat_tables(tables, promote_options="default"))
            self._con.execute("SET preserve_insertion_order = true")  # of two rows with one key the first is taken
            self._con.execute(f"INSERT INTO {staged(entity)} BY NAME SELECT * FROM incoming")
            self._con.execute("SET preserve_insertion_order = false")
            self._con.unregister("incoming")
            self._gathered.clear()
            self._gathered_rows = 0

    def take_duplicates(self, entity: type[Entity]) -> pa.Table:
        """Remove all but the first row of each key; return the others in the reject schema."""
        key = ", ".join(f'"{column}"' for column in entity.key())
        twice = f"SELECT 1 FROM {staged(entity)} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
        if not self._con.execute(twice).fetchall():
            return REJECT_SCHEMA.empty_table()
        rejects: pa.Table = self._con.sql(
            _REJECTED_COPIES.format(
                table=staged(entity),
                key=key,
                record=_as_text(entity),
                key_text=" || ' ' || ".join(f"coalesce(later.\"{c}\"::VARCHAR, '')" for c in entity.key()),
                same_key=" AND ".join(f'later."{c}" IS NOT DISTINCT FROM twice."{c}"' for c in entity.key()),
            ),
            params={"key_column": ", ".join(entity.key())},
        ).to_arrow_table()
        self._con.execute(
            f"DELETE FROM {staged(entity)} WHERE rowid NOT IN (SELECT min(rowid) FROM {staged(entity)} GROUP BY {key})"
        )
        return rejects

    def keep_latest(self, entity: type[Entity]) -> None:
        """Keep the last row of each key: of a row that changed while it was read, the later reading counts."""
        key = ", ".join(f'"{column}"' for column in entity.key())
        self._con.execute(
            f"DELETE FROM {staged(entity)} WHERE rowid NOT IN (SELECT max(rowid) FROM {staged(entity)} GROUP BY {key})"
        )

    def select(self, entity: type[Entity]) -> str:
        """SQL of the entity's rows, in its own columns."""
        columns = ", ".join(f'"{column.name}"' for column in entity.columns())
        return f"SELECT {columns} FROM {staged(entity)}"

    def drop(self, entity: type[Entity]) -> None:
        """Let go of the entity's rows."""
        self._con.execute(f"DROP TABLE {staged(entity)}")

    @staticmethod
    def _check(entity: type[Entity], rows: pa.RecordBatch) -> None:
        for field in entity.arrow_schema():
            at = rows.schema.get_field_index(field.name)
            if at < 0 or rows.schema.field(at).type != field.type:
                raise ContractError(
                    f"the adapter gave {entity.entity} without a column {field.name!r} of type {field.type}",
                    hint="this is a fault of the adapter; its conformance tests would show it",
                )


def staged(entity: type[Entity]) -> str:
    """Name the table of an entity's rows that wait to be written."""
    return f"staged_{entity.entity}"


def _as_text(entity: type[Entity]) -> str:
    """A row as it stands in a file, every value as text."""
    members = ", ".join(f"'{column.name}': later.\"{column.name}\"::VARCHAR" for column in entity.columns())
    return f"{{{members}}}"
