"""The product, asked about every day at once.

Whatever tables the ledger, the aging and the collectible amounts define for one day are recorded as they are defined,
and defined once more for a list of days: each `:as_of` becomes the day of a lateral join. So every day is answered by
the product's own SQL, at the price of one.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

import pyarrow as pa
from histories import BOUNDS, Row
from naive_collectible import GRACE
from structlog.testing import capture_logs

from erp_ar_ext.engine import DuckDBEngine, bind
from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.ledger.collectible import Collectible
from erp_ar_ext.ledger.fact_rules import FactRules
from erp_ar_ext.snapshot import Snapshot, SnapshotStore
from erp_ar_ext.spi import Batch, Source
from erp_ar_ext.sync import SyncOptions, SyncResult, scratch, sync


class RowSource:
    """A source of rows."""

    def __init__(self, rows: dict[str, list[Row]]) -> None:
        self.tables = rows

    def identity(self):
        """Name itself."""
        return {"adapter": "rows"}

    def entities(self):
        """What it holds."""
        return list(self.tables)

    def read(self, entity) -> Iterator[Batch]:
        """All rows in one batch."""
        yield Batch(pa.RecordBatch.from_pylist(self.tables[entity.entity], schema=entity.arrow_schema()))

    def inputs(self):
        """What was read."""
        return []

    def findings(self):
        """Nothing was noticed."""
        return []

    def close(self):
        """Nothing to let go of."""


def synced(source: Source | dict[str, list[Row]], folder: Path, *, part_rows: int = 1000, **options: Any) -> SyncResult:
    """Sync a source, or rows, into a folder; a table of more than `part_rows` rows is kept in a file a month.

    Nothing waits for the disk: hundreds of small snapshots would, and no power cut is tried here.
    """
    source = RowSource(source) if isinstance(source, dict) else source
    store = SnapshotStore(folder / "snapshots", folder / "quarantine", part_rows=part_rows)
    with (
        scratch(folder) as work_dir,
        patch("os.fsync"),
        capture_logs(),
    ):  # thousands of lines of log would hide what failed
        return sync(source, snapshots=store, work_dir=work_dir, memory_limit="300MB", options=SyncOptions(**options))


class EveryDay:
    """A snapshot's ledger on each of some days, aged and collectible, on one axis of dates; `ledger` is of one day."""

    def __init__(self, snapshot: Snapshot, days: list[date], axis: str, one_day: date) -> None:
        self.days = days
        with recorded() as definitions:
            self.ledger = Ledger(snapshot, one_day, axis=axis, memory_limit="300MB")
            self.aging = Aging(self.ledger, bounds=BOUNDS)
            self.collectible = Collectible(self.ledger, FactRules(grace_days=GRACE.days))
        self.engine = self.ledger.engine
        self.buckets = [bucket.name for bucket in self.aging.buckets]
        self.engine.connection.execute("CREATE TEMP TABLE asked AS SELECT unnest(?) AS asked_day", [days])
        self.tables: set[str] = set()
        self.rows = cache(self._rows)
        for name, select, parameters in definitions:
            self._define(name, select, parameters)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.ledger.close()

    def _rows(self, table: str) -> list[Row]:
        """All rows of a table, each with its `asked_day`."""
        found = self.engine.connection.execute(f"SELECT * FROM every_{table}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _define(self, name: str, select: str, parameters: dict[str, Any]) -> None:
        parts = [table for table in self.tables if re.search(rf"\b{table}\b", select)]
        if not parts and ":as_of" not in select:
            return  # it is the same on all days
        rowid = ", e.rowid" if "rowid" in select else ""  # a row of a table has one, a row of a query has not
        rows = f"SELECT * EXCLUDE asked_day{rowid} FROM every_{{}} AS e WHERE e.asked_day = asked.asked_day"
        of_the_day = ", ".join(f"{table} AS ({rows.format(table)})" for table in parts)
        select = bind(re.sub(r":as_of\b", "asked.asked_day", select).replace("AS MATERIALIZED (", "AS ("), parameters)
        self.engine.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE every_{name} AS SELECT asked.asked_day, found.* FROM asked, LATERAL "
            f"({'WITH ' + of_the_day if parts else ''} SELECT * FROM ({select})) AS found"
        )
        self.tables.add(name)


@contextmanager
def recorded() -> Iterator[list[tuple[str, str, dict[str, Any]]]]:
    """Record what engines define: name, SELECT and parameters."""
    definitions, define = [], DuckDBEngine.define

    def record(engine, name, select, parameters=None, *, materialized=False) -> None:
        definitions.append((name, select, dict(parameters or {})))
        define(engine, name, select, parameters, materialized=materialized)

    with patch.object(DuckDBEngine, "define", record):
        yield definitions
