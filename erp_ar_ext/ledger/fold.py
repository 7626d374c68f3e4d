"""Fold a snapshot's history into balance periods, once, while it is made.

The raw rows stay in the snapshot and are what the periods are checked against; the periods are what makes
"as of any day" cheap. See docs/decisions/0004-balance-periods.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from erp_ar_ext.engine import DuckDBEngine, bind
from erp_ar_ext.ledger.library import model
from erp_ar_ext.model import amount_text
from erp_ar_ext.snapshot.files import write_parquet
from erp_ar_ext.snapshot.manifest import FileEntry

CLEANED = ("survivors", "ledger_schedules", "counted_applications")
FOLDED = ("balance_periods", "daily_totals")


def fold(engine: DuckDBEngine, folder: Path) -> dict[str, FileEntry]:
    """Write the derived tables of a snapshot into its folder, and make them tables of the engine.

    Each model stands on those before it; all are files because each is read many times, by the next ones and by
    every plan.
    """
    entries = _write(engine, folder, CLEANED)
    engine.define("balance_events", model("balance_events").sql)
    return entries | _write(engine, folder, FOLDED)


def _write(engine: DuckDBEngine, folder: Path, names: tuple[str, ...]) -> dict[str, FileEntry]:
    schedules_given = {"schedules_given": "schedules" in engine.given}
    entries = {}
    for name in names:
        path = folder / f"{name}.parquet"
        entries[name] = write_parquet(engine.connection, bind(model(name).sql, schedules_given), path)
        engine.add_file(name, path)
    return entries


def source_tie_out(engine: DuckDBEngine) -> list[dict[str, Any]]:
    """Hold the source against itself; amounts are decimal text."""
    rows = engine.rows(model("source_tie_out").sql)
    return [
        {"name": name, "currency": currency, "difference": amount_text(difference, currency), "items": items}
        for name, currency, difference, items in rows
    ]
