"""Small ledgers in the domain's own language: a table of text becomes a snapshot, and answers are plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.model import ENTITIES, Entity, Kind
from erp_ar_ext.snapshot import SnapshotStore
from erp_ar_ext.spi import PLACE_SCHEMA, Batch
from erp_ar_ext.sync import SyncResult, sync

SAME_AS = {
    "account_number": "account_id", "name": "account_id", "trx_number": "trx_id", "receipt_number": "receipt_id",
    "apply_date": "gl_date",
}  # fmt: skip
DEFAULTS = {
    "org_id": "1", "currency": "USD", "class": "INV", "instalment": "1", "type": "INVOICE", "scope": "account",
    "gl_date": "2026-01-01", "trx_date": "2026-01-01", "name": "credit-overdue",
}  # fmt: skip
OWN_DEFAULTS = {
    ("customers", "status"): "A",
    ("applications", "status"): "APP",
    ("adjustments", "status"): "A",
    ("receipts", "gl_date"): "-",
    ("transactions", "gl_date"): "-",
    ("customers", "currency"): "-",
    ("schedules", "status"): "-",
}
"""What a row of the tables below need not say; a dash is an empty cell."""

READ = {
    Kind.MONEY: Decimal, Kind.RATE: Decimal, Kind.DAY: date.fromisoformat, Kind.INTEGER: int,
    Kind.FLAG: lambda text: text == "Y",
}  # fmt: skip


def parse(text: str) -> dict[str, list[dict[str, Any]]]:
    """Tables as `entity: columns` followed by one row a line; cells are parted by blanks."""
    tables: dict[str, list[dict[str, Any]]] = {}
    entity, columns = "", []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        head, colon, rest = line.partition(": ")
        if colon:
            entity, columns = head, rest.split()
            tables[entity] = []
        else:
            tables[entity].append(_row(ENTITIES[entity], dict(zip(columns, line.split(), strict=True))))
    return tables


def _row(entity: type[Entity], given: dict[str, str]) -> dict[str, Any]:
    row = {}
    for column in entity.columns():
        default = OWN_DEFAULTS.get((entity.entity, column.name), DEFAULTS.get(column.name, "-"))
        cell = given.get(column.name) or given.get(SAME_AS.get(column.name, "")) or default
        row[column.name] = None if cell == "-" else READ.get(column.kind, str)(cell)
    return row


class TextSource:
    """A source that holds parsed tables; every row's place is its number in its table."""

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        self.tables = tables

    def identity(self):
        """Name itself."""
        return {"adapter": "text"}

    def entities(self):
        """What it holds."""
        return list(self.tables)

    def read(self, entity: type[Entity]) -> Iterator[Batch]:
        """All rows in one batch."""
        rows = [
            {**row, "_file": entity.entity, "_row": at} for at, row in enumerate(self.tables[entity.entity], start=2)
        ]
        schema = pa.schema([*entity.arrow_schema(), *PLACE_SCHEMA])
        yield Batch(pa.RecordBatch.from_pylist(rows, schema=schema))

    def inputs(self):
        """What was read."""
        return []

    def findings(self):
        """Nothing was noticed."""
        return []

    def close(self):
        """Nothing to let go of."""


class Books:
    """A synced ledger that answers in text: amounts as `31.75`, keyed by schedule or account."""

    def __init__(self, result: SyncResult) -> None:
        self.result = result
        self.snapshot = result.snapshot
        self.findings = {f["code"]: f for f in result.snapshot.manifest.findings}

    def on(self, day: str, **options: Any) -> Ledger:
        """Open the ledger on a day."""
        return Ledger(self.snapshot, date.fromisoformat(day), **options)

    def open(self, day: str) -> dict[str, str]:
        """Open documents on a day: balance by schedule."""
        return self._amounts(day, "SELECT schedule_id, open_amount FROM open_items WHERE open_amount <> 0")

    def unapplied(self, day: str) -> dict[str, str]:
        """Cash not applied on a day: balance by schedule of the receipt."""
        return self._amounts(day, "SELECT schedule_id, unapplied FROM open_items WHERE unapplied <> 0")

    def disputed(self, day: str) -> dict[str, str]:
        """Disputed parts on a day, by schedule."""
        return self._amounts(day, "SELECT schedule_id, disputed FROM open_items WHERE disputed <> 0")

    def owners(self, day: str) -> dict[str, str | None]:
        """Whose the open schedules are on a day."""
        with self.on(day) as ledger:
            return dict(ledger.engine.rows("SELECT schedule_id, account_id FROM open_items"))

    def buckets(self, day: str, bounds: tuple[int, ...] = (30, 60, 90), **options: Any) -> dict[str, dict[str, str]]:
        """Filled buckets by schedule: {"S1": {"1-30": "100.00"}}."""
        with self.on(day, **options) as ledger:
            aging = Aging(ledger, by="schedule", bounds=bounds)
            assert aging.tie_out.ok, aging.tie_out.failed
            rows = ledger.engine.arrow("SELECT * FROM aging").to_pylist()
        names = [bucket.name for bucket in aging.buckets]
        return {row["schedule_id"]: {name: f"{row[name]:.2f}" for name in names if row[name]} for row in rows}

    def facts(self, day: str, grain: str = "account", **options: Any) -> dict[str, dict[str, Any]]:
        """Facts on a day by account (or schedule); account facts of several currencies by `A1 EUR`."""
        with self.on(day) as ledger:
            ledger.define_facts(**options)
            rows = ledger.engine.arrow(f"SELECT * FROM {grain}_facts").to_pylist()
        key = "account_id" if grain == "account" else "schedule_id"
        plain = {row[key]: row for row in rows}
        return plain if len(plain) == len(rows) else {f"{row[key]} {row['currency']}": row for row in rows}

    def legs(self, day: str, *, grace_days: int = 0, tolerance: str = "NULL") -> dict[int, tuple[str, str]]:
        """The only plan's legs on a day: state and unpaid part by number."""
        with self.on(day) as ledger:
            ledger.define_facts(grace_days=grace_days, amount_tolerance_sql=tolerance)
            rows = ledger.engine.rows("SELECT seq, state, unpaid FROM plan_legs ORDER BY seq")
        return {seq: (state, f"{unpaid:.2f}") for seq, state, unpaid in rows}

    def plans(self, day: str, **options: Any) -> dict[str, str]:
        """Plans in force on a day and their states."""
        with self.on(day) as ledger:
            ledger.define_facts(**options)
            return dict(ledger.engine.rows("SELECT plan_id, state FROM plan_states"))

    def _amounts(self, day: str, query: str) -> dict[str, str]:
        with self.on(day) as ledger:
            return {schedule: f"{amount:.2f}" for schedule, amount in ledger.engine.rows(query)}


def store_in(folder: Path) -> SnapshotStore:
    return SnapshotStore(folder / "snapshots", folder / "quarantine", "500MB")


@pytest.fixture
def books(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Books]:
    """Sync a text of tables, in a folder of its own."""

    def build(text: str) -> Books:
        folder = tmp_path_factory.mktemp("books")
        (folder / "work").mkdir()
        return Books(sync(TextSource(parse(text)), snapshots=store_in(folder), work_dir=folder / "work"))

    return build
