"""Fold a snapshot's history into balance periods, once, while it is made.

The raw rows stay in the snapshot and are what the periods are checked against; the periods are what makes
"as of any day" cheap. See docs/decisions/0004-balance-periods.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from erp_ar_ext.engine import DuckDBEngine, bind
from erp_ar_ext.errors import SnapshotError
from erp_ar_ext.ledger.library import model
from erp_ar_ext.model import amount_text
from erp_ar_ext.model.types import MONEY_PRECISION, MONEY_SCALE
from erp_ar_ext.snapshot.files import write_parquet
from erp_ar_ext.snapshot.manifest import FileEntry

CLEANED = ("survivors", "ledger_schedules", "counted_applications")
FOLDED = ("balance_periods", "daily_totals")


def fold(engine: DuckDBEngine, folder: Path) -> dict[str, FileEntry]:
    """Write the derived tables of a snapshot into its folder, and make them tables of the engine.

    Each model stands on those before it; all are files because each is read many times, by the next ones and by
    every plan. Raises SnapshotError where a schedule's balance is larger than an amount can be.
    """
    entries = _write(engine, folder, CLEANED)
    engine.define("balance_events", model("balance_events").sql)
    try:
        return entries | _write(engine, folder, FOLDED)
    except duckdb.ConversionException as error:
        raise _too_large(engine) from error


def _write(engine: DuckDBEngine, folder: Path, names: tuple[str, ...]) -> dict[str, FileEntry]:
    schedules_given = {"schedules_given": "schedules" in engine.given}
    entries = {}
    for name in names:
        path = folder / f"{name}.parquet"
        entries[name] = write_parquet(engine.connection, bind(model(name).sql, schedules_given), path)
        engine.add_file(name, path)
    return entries


_TOO_LARGE = f"""
SELECT org_id, schedule_id
FROM (SELECT org_id, schedule_id, sum(amount) OVER (PARTITION BY org_id, schedule_id ORDER BY day) AS balance
      FROM balance_events)
WHERE abs(balance) >= {10 ** (MONEY_PRECISION - MONEY_SCALE)}
ORDER BY ALL LIMIT 1
"""


def _too_large(engine: DuckDBEngine) -> SnapshotError:
    """Name the schedule that no balance can be written for: DuckDB names only the number."""
    org_id, schedule_id = engine.rows(_TOO_LARGE)[0]
    return SnapshotError(
        f"adds up to a balance of more than {MONEY_PRECISION - MONEY_SCALE} digits before the point",
        place=f"schedule {schedule_id} of company {org_id}",
        hint="correct the amounts of the schedule, its applications or its adjustments in the source; then sync again",
    )


def source_tie_out(engine: DuckDBEngine) -> list[dict[str, Any]]:
    """Hold the source against itself; amounts are decimal text."""
    rows = engine.rows(model("source_tie_out").sql, {"schedules_given": "schedules" in engine.given})
    return [
        {"name": name, "currency": currency, "difference": amount_text(difference, currency), "items": items}
        for name, currency, difference, items in rows
    ]
