"""DuckDB over the Parquet files of a snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from erp_ar_ext.engine.instances import Instance
from erp_ar_ext.model import ENTITIES, Entity
from erp_ar_ext.snapshot.files import parquet_sql

Parameter = str | int | Decimal | date | bool | None

_WORD = re.compile(r"[a-z_]+")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)\b")


UNTRUSTED = "statistics_propagation"
"""An optimizer that is never on. In DuckDB 2.0.0 it makes a comparison with a sum over an outer join with an empty
materialized CTE come out false, without an error. It also has columns written to Parquet as never empty when statistics
say so, which depend on where rows come from: the same rows would not give the same bytes."""


class DuckDBEngine:
    """One session; every table of the snapshot is a view over its files, and an entity that was not read is empty.

    A view is made when a statement first names it: most questions ask few of the forty tables, and each costs a
    millisecond, which is more than a small ledger's answer.

    `database` is a file for tables that are too large to wait in memory; without one everything is in memory, or
    spilled to `spill_dir`.
    """

    def __init__(
        self,
        tables: Mapping[str, Sequence[Path]],
        *,
        memory_limit: str = "1GB",
        spill_dir: Path | None = None,
        database: Path | None = None,
    ) -> None:
        self._instance = Instance(memory_limit=memory_limit, spill_dir=spill_dir, database=database)
        self._con = self._instance.session
        self._view = "TEMP VIEW" if database else "VIEW"  # in a file, each would be written to disk at once
        self._con.execute("SET preserve_insertion_order = false")
        self._con.execute(f"SET disabled_optimizers = '{UNTRUSTED}'")
        self.given: set[str] = set()
        self._unasked = {name: _no_rows(entity) for name, entity in ENTITIES.items() if name not in tables}
        self._asked: set[str] = set()
        for name, paths in tables.items():
            self.add_files(name, paths)

    def add_files(self, name: str, paths: Sequence[Path]) -> None:
        """Make Parquet files a table."""
        self.given.add(name)
        self._unasked[name] = f"SELECT * FROM {parquet_sql(paths)}"
        if name in self._asked:  # views that were made of it follow
            self._make_views(name)

    def add_rows(self, name: str, rows: pa.Table) -> None:
        """Make Arrow rows a table."""
        self._unasked.pop(name, None)
        self._con.register("incoming", rows)
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")
        self._con.unregister("incoming")

    def define(
        self, name: str, select: str, parameters: Mapping[str, Parameter] | None = None, *, materialized: bool = False
    ) -> None:
        """Give a SELECT a name that later statements read from; a materialized one is computed now, once."""
        what = "TEMP TABLE" if materialized else "TEMP VIEW"
        self._make_views(select)
        self._unasked.pop(name, None)
        self._con.execute(f"CREATE OR REPLACE {what} {name} AS {bind(select, parameters or {})}")

    def rows(self, query: str, parameters: Mapping[str, Parameter] | None = None) -> list[tuple[Any, ...]]:
        """Run a query and fetch all rows: DECIMAL comes as Decimal, DATE as date."""
        self._make_views(query)
        return self._con.execute(bind(query, parameters or {})).fetchall()

    def arrow(self, query: str, parameters: Mapping[str, Parameter] | None = None) -> pa.Table:
        """Run a query and fetch an Arrow table."""
        self._make_views(query)
        return self._con.sql(bind(query, parameters or {})).to_arrow_table()

    def execute(self, statement: str, parameters: Mapping[str, Parameter] | None = None) -> None:
        """Run a statement for its effect, such as COPY."""
        self._make_views(statement)
        self._con.execute(bind(statement, parameters or {}))

    def _make_views(self, sql: str) -> None:
        """Make the tables that a statement names, in so far as they are not there yet."""
        for name in self._unasked.keys() & set(_WORD.findall(sql)):
            self._con.execute(f"CREATE OR REPLACE {self._view} {name} AS {self._unasked.pop(name)}")
            self._asked.add(name)

    @contextmanager
    def joins_as_written(self) -> Iterator[None]:
        """Have joins run in the order of the statement, the right side held in memory.

        For joins of millions with millions: DuckDB 2.0 fails with an internal error when it turns one around whose left
        side is a join itself that does not fit into memory.
        """
        self._con.execute(f"SET disabled_optimizers = '{UNTRUSTED},join_order,build_side_probe_side'")
        try:
            yield
        finally:
            self._con.execute(f"SET disabled_optimizers = '{UNTRUSTED}'")

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The DuckDB connection itself, for the writer of Parquet files: it knows the tables asked for through here."""
        return self._con

    def close(self) -> None:
        """Let go of the session, and of its tables."""
        self._instance.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def _no_rows(entity: type[Entity]) -> str:
    columns = ", ".join(f'NULL::{c.type.sql} AS "{c.name}"' for c in entity.columns())
    return f"SELECT {columns} WHERE false"


def bind(sql: str, parameters: Mapping[str, Parameter]) -> str:
    """Put literals in the place of `:name` parameters.

    Literals, not bound values, because a view keeps its text and DuckDB takes no parameters in DDL. Raises
    KeyError for a parameter that has no value.
    """
    if not parameters:
        return sql
    return _PARAMETER.sub(lambda match: literal(parameters[match.group(1)]), sql)


def literal(value: Parameter) -> str:
    """Write a value as a SQL literal of its own type."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case Decimal():
            return f"CAST('{value:f}' AS DECIMAL(18,4))"
        case date():
            return f"DATE '{value.isoformat()}'"
        case str():
            return "'" + value.replace("'", "''") + "'"
