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
from erp_ar_ext.ledger.axes import AXES, AXIS_VIEWS, on_axis
from erp_ar_ext.ledger.library import model
from erp_ar_ext.model import amount_text
from erp_ar_ext.model.types import MONEY_PRECISION, MONEY_SCALE
from erp_ar_ext.snapshot.files import write_parquet
from erp_ar_ext.snapshot.manifest import FileEntry

_KEYED = {
    "survivors": "account_id",
    "every_schedule": "org_id, schedule_id",
    "moving_applications": "org_id, application_id",
}
_BY_AXIS = {"periods_by": "valid_to, org_id, schedule_id, valid_from", "totals_by": "currency, day"}


def fold(engine: DuckDBEngine, folder: Path) -> dict[str, FileEntry]:
    """Write the derived tables of a snapshot into its folder, and make them tables of the engine.

    Each model stands on those before it; all are files because each is read many times, by the next ones and by
    every plan. Raises SnapshotError where a schedule's balance is larger than an amount can be.
    """
    schedules_given = {"schedules_given": "schedules" in engine.given}
    entries = {
        name: _write(engine, folder, name, bind(model(name).sql, schedules_given), order)
        for name, order in _KEYED.items()
    }
    engine.define("balance_events", model("balance_events").sql)
    for axis in AXES:
        try:
            for name, order in _BY_AXIS.items():
                sql = on_axis(model(f"{name}_axis").sql, axis)
                entries[f"{name}_{axis}"] = _write(engine, folder, f"{name}_{axis}", sql, order)
        except duckdb.ConversionException as error:
            raise _too_large(engine, axis) from error
    return entries


def _write(engine: DuckDBEngine, folder: Path, name: str, sql: str, order: str) -> FileEntry:
    path = folder / f"{name}.parquet"
    entry = write_parquet(engine.connection, f"{sql} ORDER BY {order}", path)
    engine.add_file(name, path)
    return entry


def define_axis_views(engine: DuckDBEngine, axis: str) -> None:
    """Define what the folded tables say on one axis, under the names that other models read."""
    for name in AXIS_VIEWS:
        engine.define(name, on_axis(model(name).sql, axis))


_TOO_LARGE = """
SELECT org_id, schedule_id
FROM (SELECT org_id, schedule_id, sum(amount) OVER (PARTITION BY org_id, schedule_id ORDER BY {axis}) AS balance
      FROM balance_events)
WHERE abs(balance) >= {limit}
ORDER BY ALL LIMIT 1
"""


def _too_large(engine: DuckDBEngine, axis: str) -> SnapshotError:
    """Name the schedule that no balance can be written for: DuckDB names only the number."""
    org_id, schedule_id = engine.rows(_TOO_LARGE.format(axis=axis, limit=10 ** (MONEY_PRECISION - MONEY_SCALE)))[0]
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
