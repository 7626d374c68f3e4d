"""The embedded engine, shared: opening a database costs more than converting a small file."""

from __future__ import annotations

import tempfile
from functools import cache
from itertools import count
from pathlib import Path

import duckdb
import pyarrow as pa

from erp_ar_ext.model import Entity
from erp_ar_ext.spi import PLACE_SCHEMA
from erp_ar_ext_csv import events


def session() -> duckdb.DuckDBPyConnection:
    """Open a session of its own views and temporary tables; the caller closes it."""
    return _database().cursor()


_NUMBERS = count(1)


def file_session(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a session whose tables are in a file of its own; the caller ends it.

    It is not to outlive a crash, so it keeps no log, and waits for no disk.
    """
    connection, name = session(), f"file_{next(_NUMBERS)}"
    file = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{file}' AS {name} (RECOVERY_MODE no_wal_writes)")
    connection.execute(f"USE {name}")
    return connection


def end_file_session(connection: duckdb.DuckDBPyConnection) -> None:
    """End a session of a file, and let go of the file, which is removed next.

    So it does not matter where the disk has no room for what DuckDB would still write into it.
    """
    ((name,),) = connection.execute("SELECT current_database()").fetchall()
    connection.execute("USE memory")
    try:
        connection.execute(f"DETACH {name}")
    except duckdb.IOException as error:
        events.SCRATCH_LET_GO.tell(error=str(error).split("\n", maxsplit=1)[0])
    connection.close()


def placed_schema(entity: type[Entity]) -> pa.Schema:
    """Arrow schema of an entity's rows with their places."""
    return pa.schema([*entity.arrow_schema(), *PLACE_SCHEMA])


def no_rows(entity: type[Entity]) -> pa.RecordBatch:
    """Make a batch without rows."""
    return pa.RecordBatch.from_pylist([], schema=placed_schema(entity))


def one_batch(table: pa.Table, schema: pa.Schema) -> pa.RecordBatch:
    """Columns of a query's result that a schema names, in one batch of that very schema."""
    columns = [table.column(name).combine_chunks().cast(schema.field(name).type) for name in schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"temp_directory": tempfile.gettempdir()})
