"""Fold a snapshot's history into balance periods, once, while it is made.

The raw rows stay in the snapshot and are what the periods are checked against; the periods are what makes
"as of any day" cheap. See docs/decisions/0004-balance-periods.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from erp_ar_ext.engine import DuckDBEngine
from erp_ar_ext.ledger.library import model
from erp_ar_ext.model import amount_text
from erp_ar_ext.snapshot.files import write_parquet
from erp_ar_ext.snapshot.manifest import FileEntry

HISTORY = ("survivors", "ledger_schedules", "counted_applications", "balance_events")
DERIVED = ("balance_periods", "daily_totals")


def define_history(engine: DuckDBEngine) -> None:
    """Define the models that lead from raw rows to balance events."""
    for name in HISTORY:
        engine.define(name, model(name).sql, {"schedules_given": "schedules" in engine.given})


def fold(engine: DuckDBEngine, folder: Path) -> dict[str, FileEntry]:
    """Write the derived tables of a snapshot into its folder, and make them tables of the engine."""
    define_history(engine)
    entries = {}
    for name in DERIVED:
        path = folder / f"{name}.parquet"
        entries[name] = write_parquet(engine.connection, model(name).sql, path)
        engine.add_file(name, path)
    return entries


def source_tie_out(engine: DuckDBEngine) -> list[dict[str, Any]]:
    """Hold the source against itself; amounts are decimal text."""
    rows = engine.rows(model("source_tie_out").sql)
    return [
        {"name": name, "currency": currency, "difference": amount_text(difference, currency), "items": items}
        for name, currency, difference, items in rows
    ]
