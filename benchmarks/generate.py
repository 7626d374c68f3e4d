"""Write a made-up receivables ledger as canonical Parquet files: `python benchmarks/generate.py --out DIR`.

The SQL beside this file says what is in it. The same seed and size give the same bytes.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from erp_ar_ext.model import ENTITIES, Entity

FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2026, 1, 31)
DEFAULT_SEED = 7
BLOCK = 20
"""Instalments come in blocks of twenty; a size in between is rounded up."""

ROW_GROUP_ROWS = 122_880


def generate(folder: Path, *, schedules: int, seed: int = DEFAULT_SEED, memory_limit: str = "1500MB") -> dict[str, int]:
    """Write `<entity>.parquet` files into a folder; return their numbers of rows.

    `schedules` counts instalments of documents; every receipt has a schedule of its own beside them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.execute(f"SET memory_limit = '{memory_limit}'")
        con.execute(f"SET temp_directory = '{folder / '.spill'}'")
        con.execute("SET preserve_insertion_order = false")
        for name, value in {
            "seed": seed,
            "schedules": -(-schedules // BLOCK) * BLOCK,
            "first_day": FIRST_DAY,
            "last_day": LAST_DAY,
        }.items():
            con.execute(f"SET VARIABLE {name} = ?", [value])
        con.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
        made = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        return {name: _write(con, entity, folder) for name, entity in ENTITIES.items() if name in made}


def _write(con: duckdb.DuckDBPyConnection, entity: type[Entity], folder: Path) -> int:
    schema = entity.arrow_schema()
    columns = ", ".join(f'CAST("{column.name}" AS {column.type.sql}) AS "{column.name}"' for column in entity.columns())
    key = ", ".join(entity.key())
    rows = con.sql(f"SELECT {columns} FROM {entity.entity} ORDER BY {key}").to_arrow_reader(ROW_GROUP_ROWS)
    written = 0
    with pq.ParquetWriter(folder / f"{entity.entity}.parquet", schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(batch.cast(schema))
            written += batch.num_rows
    return written


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument(
        "--schedules", type=int, default=1_000_000, help="instalments of documents (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="default: %(default)s")
    given = parser.parse_args()
    print(f"seed {given.seed}, documents from {FIRST_DAY} to {LAST_DAY}")
    for name, rows in generate(given.out, schedules=given.schedules, seed=given.seed).items():
        print(f"{name:18}{rows:>12,}")


if __name__ == "__main__":
    main()
