"""A table of the engine as a file for people: CSV for their spreadsheets, Parquet for their tools."""

from __future__ import annotations

from pathlib import Path

import duckdb

from erp_ar_ext.engine import DuckDBEngine, literal
from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger.rows_out import cell_text_sql
from erp_ar_ext.model.spreadsheet import FORMULA_PATTERN

SUFFIXES = (".csv", ".parquet")


def write_table(engine: DuckDBEngine, table: str, path: Path, *, order: str, currency: str = "currency") -> None:
    """Write all rows of a table, whole or not at all; a CSV has amounts as decimal text.

    `currency` names the column that amounts are in. A text that a spreadsheet would run as a formula gets an apostrophe
    in front. Raises UsageError where the file cannot be written.
    """
    beside = path.with_name(f".{path.name}.tmp")
    parquet = path.suffix == ".parquet"
    columns = engine.rows(f"DESCRIBE {table}")
    select = "*" if parquet else ", ".join(_cell(name, kind, currency) for name, kind, *_ in columns)
    options = "FORMAT parquet, COMPRESSION zstd" if parquet else "FORMAT csv, HEADER"
    try:
        engine.execute(f"COPY (SELECT {select} FROM {table} ORDER BY {order}) TO {literal(str(beside))} ({options})")
        beside.replace(path)
    except (duckdb.IOException, OSError) as error:
        hint = "choose a folder that exists and has room"
        raise UsageError(f"cannot be written: {error}", place=str(path), hint=hint) from error
    finally:
        beside.unlink(missing_ok=True)


def _cell(name: str, kind: str, currency: str) -> str:
    column = f'"{name}"'
    text = cell_text_sql(name, kind, currency)
    if text:
        return f"{text} AS {column}"
    if kind == "VARCHAR":
        danger = f"regexp_matches({column}, {literal(FORMULA_PATTERN)})"
        return f"CASE WHEN {danger} THEN '''' || {column} ELSE {column} END AS {column}"
    return column
