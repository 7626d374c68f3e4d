"""A day's changes of a made-up ledger: open instalments that are paid, each by a receipt of its own."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from generate import LAST_DAY

from erp_ar_ext.model import ENTITIES

_PAID = """
CREATE TABLE paid AS
SELECT * FROM read_parquet('{source}/schedules.parquet')
WHERE class = 'INV' AND amount_remaining > 0
ORDER BY hash(schedule_id) LIMIT {count}
"""
_ROWS = {
    "schedules": """
        SELECT * REPLACE (0 AS amount_remaining, 'CL' AS status) FROM paid
        UNION ALL BY NAME
        SELECT org_id, 'new-' || schedule_id AS schedule_id, 'new-' || schedule_id AS receipt_id, account_id,
               'PMT' AS class, 1 AS instalment, DATE '{day}' AS gl_date, currency,
               -amount_remaining AS amount_original, 0 AS amount_remaining
        FROM paid""",
    "receipts": """
        SELECT org_id, 'new-' || schedule_id AS receipt_id, schedule_id AS receipt_number, account_id,
               DATE '{day}' AS receipt_date, DATE '{day}' AS gl_date, currency, amount_remaining AS amount
        FROM paid""",
    "applications": """
        SELECT org_id, 'new-' || schedule_id AS application_id, 'new-' || schedule_id AS source_schedule_id,
               schedule_id AS target_schedule_id, 'APP' AS status, amount_remaining AS amount,
               DATE '{day}' AS apply_date, DATE '{day}' AS gl_date
        FROM paid""",
}


def make_changes(source: Path, folder: Path, one_in: int) -> int:
    """Write the rows that change when one schedule in so many is paid; returns how many schedules those are."""
    folder.mkdir(parents=True, exist_ok=True)
    count = pq.ParquetFile(source / "schedules.parquet").metadata.num_rows // one_in
    with duckdb.connect() as con:
        con.execute(_PAID.format(source=source, count=count))
        for name, query in _ROWS.items():
            entity = ENTITIES[name]
            empty = ", ".join(f'NULL::{column.type.sql} AS "{column.name}"' for column in entity.columns())
            rows = con.sql(
                f"SELECT {empty} WHERE FALSE UNION ALL BY NAME ({query.format(day=LAST_DAY)})"
            ).to_arrow_table()
            pq.write_table(rows.cast(entity.arrow_schema()), folder / f"{name}.parquet")
    return count
