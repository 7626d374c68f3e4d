"""What the ERP holds now about the targets of some intents: extract and write-back folder together.

The extract is loaded once and again only when its files change; it may be larger than memory.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from erp_ar_ext.errors import SourceError
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.spi import Batch, Intent, ReadContext
from erp_ar_ext_csv.effects import ENTITY_OF
from erp_ar_ext_csv.engine import no_rows
from erp_ar_ext_csv.extract import Extract
from erp_ar_ext_csv.fingerprint import Fingerprint
from erp_ar_ext_csv.journal import Journal
from erp_ar_ext_csv.overlay import merged
from erp_ar_ext_csv.settings import CsvSettings

Row = dict[str, Any]

_REFERENCES = """
SELECT base.* EXCLUDE (_file, _row) FROM base_{entity} AS base
SEMI JOIN wanted USING (external_ref)
UNION ALL BY NAME
SELECT ours.* EXCLUDE (_file, _row) FROM journal_{entity} AS ours
SEMI JOIN wanted USING (external_ref)
"""

_SCHEDULES = """
WITH since AS (
  SELECT ours.org_id, ours.schedule_id, sum(ours.amount) AS amount
  FROM journal_adjustments AS ours ANTI JOIN base_adjustments AS base ON ours.external_ref = base.external_ref
  WHERE ours.status = 'A'
  GROUP BY ours.org_id, ours.schedule_id
)
SELECT schedules.org_id, schedules.schedule_id, amount_original,
  amount_remaining + coalesce(since.amount, 0) AS amount_remaining
FROM schedules
SEMI JOIN wanted USING (schedule_id)
LEFT JOIN since ON schedules.org_id = since.org_id AND schedules.schedule_id = since.schedule_id
"""

_ADJUSTMENTS = """
SELECT org_id, schedule_id, count(DISTINCT adjustment_id) AS adjustments
FROM (
  SELECT org_id, schedule_id, adjustment_id FROM adjusted
  UNION ALL
  SELECT ours.org_id, ours.schedule_id, ours.adjustment_id
  FROM journal_adjustments AS ours ANTI JOIN base_adjustments AS base ON ours.external_ref = base.external_ref
)
SEMI JOIN wanted USING (schedule_id)
GROUP BY org_id, schedule_id
"""
"""Counted as a sync counts them: one of ours that the extract holds by now is one, not two."""

_ACCOUNTS = "SELECT account_id FROM customers SEMI JOIN wanted USING (account_id)"

_HOLDS = """
SELECT * FROM holds
WHERE account_id IN (SELECT account_id FROM wanted) OR hold_id IN (SELECT hold_id FROM wanted)
"""


_ON_ACCOUNTS = {"notes", "holds"}
"""Entities whose rows name an account, which must be there."""


@dataclass
class Known:
    """What bears on a batch of intents; `add` keeps it right while the batch is decided.

    `adjustments` counts those of a schedule, and `inputs` is the digest of the extract: both are looked up only
    for intents whose guard names them.
    """

    accounts: set[str] = field(default_factory=set)
    references: dict[tuple[str, str], Row] = field(default_factory=dict)
    holds: list[Row] = field(default_factory=list)
    schedules: dict[tuple[str, str], tuple[Decimal, Decimal | None]] = field(default_factory=dict)
    adjustments: Counter[tuple[str, str]] = field(default_factory=Counter)
    inputs: str | None = None

    def add(self, entity: str, row: Row) -> None:
        """Take in a row that is about to be written."""
        self.references[entity, row["external_ref"]] = row
        if entity == "holds":
            self.holds = [hold for hold in self.holds if not _same_hold(hold, row)] + [row]
        key = (row.get("org_id"), row.get("schedule_id"))
        if entity == "adjustments" and key in self.schedules:
            original, remaining = self.schedules[key]
            self.schedules[key] = original, None if remaining is None else remaining + row["amount"]
            self.adjustments[key] += 1


class Books:
    """Reads the folder as a target must see it, anew wherever a file changed."""

    def __init__(self, settings: CsvSettings, folder: Path, context: ReadContext) -> None:
        self._settings = settings
        self._folder = folder
        self._journal = Journal(folder)
        context.work_dir.mkdir(parents=True, exist_ok=True)
        self._scratch = Path(tempfile.mkdtemp(prefix="csv-target-", dir=context.work_dir))
        self._connection = duckdb.connect(str(self._scratch / "books.duckdb"))
        self._loaded: dict[str, object] = {}
        self._fingerprint = Fingerprint()

    def close(self) -> None:
        """Let go of the scratch database."""
        self._connection.close()
        shutil.rmtree(self._scratch)

    def known(self, intents: Sequence[Intent]) -> Known:
        """Look up all that bears on the intents, and no more. Raises SourceError where a file cannot be read."""
        entities = {ENTITY_OF[intent.kind] for intent in intents}
        extract = Extract(self._settings, self._folder)
        self._refresh(extract, entities)
        names = ("external_ref", "account_id", "schedule_id", "hold_id")
        rows = [
            (intent.external_ref, intent.account_id, intent.schedule_id, intent.payload.get("hold_id"))
            for intent in intents
        ]
        wanted = pa.Table.from_pylist(
            [dict(zip(names, row, strict=True)) for row in rows],
            schema=pa.schema([(name, pa.string()) for name in names]),
        )
        self._connection.register("wanted", wanted)
        known = Known()
        for entity in sorted(entities):
            for row in self._rows(_REFERENCES.format(entity=entity)):
                known.references[entity, row["external_ref"]] = row
        if entities & _ON_ACCOUNTS:
            known.accounts = {row["account_id"] for row in self._rows(_ACCOUNTS)}
        if "holds" in entities:
            known.holds = self._rows(_HOLDS)
        if "adjustments" in entities:
            self._add_schedules(known, extract, {name for intent in intents for name in intent.guard})
        return known

    def _add_schedules(self, known: Known, extract: Extract, guarded: set[str]) -> None:
        for row in self._rows(_SCHEDULES):
            amounts = (row["amount_original"], row["amount_remaining"])
            known.schedules[row["org_id"], row["schedule_id"]] = amounts
        if "adjustments" in guarded:
            adjusted = _Copy("adjusted", "adjustments", columns="org_id, schedule_id, adjustment_id")
            self._renew(adjusted, extract.signature("adjustments"), extract.read(ENTITIES["adjustments"]))
            for row in self._rows(_ADJUSTMENTS):
                known.adjustments[row["org_id"], row["schedule_id"]] = row["adjustments"]
        if "inputs" in guarded:
            known.inputs = self._fingerprint.of(extract)

    def _rows(self, sql: str) -> list[Row]:
        rows: list[Row] = self._connection.sql(sql).to_arrow_table().to_pylist()
        return rows

    def _refresh(self, extract: Extract, entities: set[str]) -> None:
        journal = self._journal
        for entity in entities:
            model, base = ENTITIES[entity], extract.signature(entity)
            self._renew(_Copy(f"journal_{entity}", entity), journal.signature(entity), _sound(journal.read(model)))
            with_reference = _Copy(f"base_{entity}", entity, condition="external_ref IS NOT NULL")
            self._renew(with_reference, base, extract.read(model))
        if "holds" in entities:
            holds = (extract.signature("holds"), journal.signature("holds"))
            self._renew(_Copy("holds", "holds"), holds, merged(ENTITIES["holds"], extract, journal))
        if entities & _ON_ACCOUNTS:
            accounts = _Copy("customers", "customers", columns="account_id")
            self._renew(accounts, extract.signature("customers"), extract.read(ENTITIES["customers"]))
        if "adjustments" in entities:
            balances = "schedules" if "schedules" in extract.files else "transactions"
            amounts = _Copy("schedules", balances, columns=_BALANCES[balances])
            self._renew(amounts, (balances, extract.signature(balances)), extract.read(ENTITIES[balances]))

    def _renew(self, copy: _Copy, signature: object, batches: Iterator[Batch]) -> None:
        """Load a table unless it was loaded from the very same files; batches not needed are never read."""
        if copy.table in self._loaded and self._loaded[copy.table] == signature:
            return
        self._loaded.pop(copy.table, None)
        self._connection.register("batch", no_rows(ENTITIES[copy.entity]))
        self._connection.execute(f"CREATE OR REPLACE TABLE {copy.table} AS SELECT {copy.columns} FROM batch")
        for batch in batches:
            self._connection.register("batch", batch.rows)
            self._connection.execute(
                f"INSERT INTO {copy.table} SELECT {copy.columns} FROM batch WHERE {copy.condition}"
            )
        self._loaded[copy.table] = signature


@dataclass(frozen=True)
class _Copy:
    """A table of the scratch database: which entity's rows, and which of their columns, it holds."""

    table: str
    entity: str
    columns: str = "*"
    condition: str = "true"


_BALANCES = {
    "schedules": "org_id, schedule_id, amount_original, amount_remaining",
    "transactions": "org_id, trx_id AS schedule_id, amount AS amount_original, "
    "CAST(NULL AS DECIMAL(18, 4)) AS amount_remaining",
}
"""Where a schedule's amounts stand: without schedules, each transaction is one."""


def _sound(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Refuse a write-back file with a spoilt row: it may hide a reference that was written already."""
    for batch in batches:
        if batch.rejects.num_rows:
            spoilt = batch.rejects.slice(0, 1).to_pylist()[0]
            raise SourceError(
                f"row {spoilt['row']}: {spoilt['column']} {spoilt['rule']}",
                place=spoilt["file"],
                hint="restore the file: only erp-ar writes in this folder",
            )
        yield batch


def _same_hold(one: Row, other: Row) -> bool:
    return bool(one["hold_id"] == other["hold_id"] and one["org_id"] == other["org_id"])
