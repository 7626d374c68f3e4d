"""What the ERP holds now about the targets of some intents: extract and write-back folder together.

The extract is loaded once and again only when its files change; it may be larger than memory.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from erp_ar_ext.errors import SourceError
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.spi import Batch, Intent, ReadContext
from erp_ar_ext_csv.effects import ENTITY_OF
from erp_ar_ext_csv.engine import end_file_session, file_session, no_rows
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
SELECT schedules.* REPLACE (amount_remaining + coalesce(since.amount, 0) AS amount_remaining)
FROM schedules
LEFT JOIN since ON schedules.org_id = since.org_id AND schedules.schedule_id = since.schedule_id
WHERE {which}
"""

_OF_SCHEDULE = "schedules.schedule_id IN (SELECT schedule_id FROM wanted)"
_OF_ACCOUNT = "schedules.account_id IN (SELECT account_id FROM wanted)"

_DUES = """
SELECT account_id, currency, business_date, sum(amount_remaining) AS amount
FROM ({schedules}) JOIN (SELECT DISTINCT account_id, business_date FROM wanted) AS asked USING (account_id)
WHERE class = 'PMT' OR due_date IS NULL OR due_date <= business_date
GROUP BY account_id, currency, business_date
HAVING sum(amount_remaining) <> 0
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

_ACCOUNTS = "SELECT * FROM customers SEMI JOIN wanted USING (account_id)"

_HOLDS = """
SELECT * FROM holds
WHERE account_id IN (SELECT account_id FROM wanted) OR hold_id IN (SELECT hold_id FROM wanted)
"""


@dataclass
class Known:
    """What bears on a batch of intents; `add` keeps it right while the batch is decided.

    `dues` is what remains of an account's items that are due by a day, by currency. `adjustments` counts those of a
    schedule, and `inputs` is the digest of the extract: all three only where an intent's guard names them.
    """

    accounts: dict[str, Row] = field(default_factory=dict)
    references: dict[tuple[str, str], Row] = field(default_factory=dict)
    holds: list[Row] = field(default_factory=list)
    schedules: dict[tuple[str, str], Row] = field(default_factory=dict)
    dues: dict[str, dict[date, dict[str, Decimal]]] = field(default_factory=dict)
    adjustments: Counter[tuple[str, str]] = field(default_factory=Counter)
    inputs: str | None = None

    def add(self, entity: str, row: Row) -> None:
        """Take in a row that is about to be written."""
        self.references[entity, row["external_ref"]] = row
        if entity == "holds":
            self.holds = [hold for hold in self.holds if not _same_hold(hold, row)] + [row]
        key = (row.get("org_id"), row.get("schedule_id"))
        if entity == "adjustments" and key in self.schedules:
            schedule = self.schedules[key]
            remaining = schedule["amount_remaining"]
            if remaining is not None:
                self.schedules[key] = {**schedule, "amount_remaining": remaining + row["amount"]}
                self._fall_due(schedule, row["amount"])
            self.adjustments[key] += 1

    def _fall_due(self, schedule: Row, amount: Decimal) -> None:
        for day, due in self.dues.get(schedule["account_id"], {}).items():
            if schedule["class"] == "PMT" or schedule["due_date"] is None or schedule["due_date"] <= day:
                currency = schedule["currency"]
                due[currency] = due.get(currency, Decimal(0)) + amount


class Books:
    """Reads the folder as a target must see it, anew wherever a file changed."""

    def __init__(self, settings: CsvSettings, folder: Path, context: ReadContext) -> None:
        self._settings = settings
        self._folder = folder
        self._journal = Journal(folder)
        context.work_dir.mkdir(parents=True, exist_ok=True)
        self._scratch = Path(tempfile.mkdtemp(prefix="csv-target-", dir=context.work_dir))
        self._connection = file_session(self._scratch / "books.duckdb")
        self._loaded: dict[str, object] = {}
        self._fingerprint = Fingerprint()

    def close(self) -> None:
        """Let go of the scratch database."""
        end_file_session(self._connection)
        shutil.rmtree(self._scratch)

    def known(self, intents: Sequence[Intent]) -> Known:
        """Look up all that bears on the intents, and no more. Raises SourceError where a file cannot be read."""
        entities = {ENTITY_OF[intent.kind] for intent in intents}
        extract = Extract(self._settings, self._folder)
        self._refresh(extract, entities)
        self._connection.register("wanted", _wanted(intents))
        known = Known()
        for entity in sorted(entities):
            for row in self._rows(_REFERENCES.format(entity=entity)):
                known.references[entity, row["external_ref"]] = row
        known.accounts = {row["account_id"]: row for row in self._rows(_ACCOUNTS)}
        if "holds" in entities:
            known.holds = self._rows(_HOLDS)
        self._add_schedules(known, extract, intents)
        return known

    def _add_schedules(self, known: Known, extract: Extract, intents: Sequence[Intent]) -> None:
        guarded = {name for intent in intents for name in intent.guard}
        if "due" in guarded or any(intent.schedule_id is not None for intent in intents):
            self._refresh_schedules(extract)
            for row in self._rows(_SCHEDULES.format(which=_OF_SCHEDULE)):
                known.schedules[row["org_id"], row["schedule_id"]] = row
        if "due" in guarded:
            for row in self._rows(_DUES.format(schedules=_SCHEDULES.format(which=_OF_ACCOUNT))):
                by_day = known.dues.setdefault(row["account_id"], {})
                by_day.setdefault(row["business_date"], {})[row["currency"]] = row["amount"]
        if "adjustments" in guarded:
            adjusted = _Copy("adjusted", "adjustments", columns="org_id, schedule_id, adjustment_id")
            self._renew(adjusted, extract.signature("adjustments"), extract.read(ENTITIES["adjustments"]))
            for row in self._rows(_ADJUSTMENTS):
                known.adjustments[row["org_id"], row["schedule_id"]] = row["adjustments"]
        if "inputs" in guarded:
            known.inputs = self._fingerprint.of(extract)

    def _rows(self, sql: str) -> list[Row]:
        found = self._connection.execute(sql)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _refresh(self, extract: Extract, entities: set[str]) -> None:
        journal = self._journal
        for entity in entities:
            self._refresh_references(extract, entity)
        if "holds" in entities:
            holds = (extract.signature("holds"), journal.signature("holds"))
            self._renew(_Copy("holds", "holds"), holds, merged(ENTITIES["holds"], extract, journal))
        accounts = _Copy("customers", "customers", columns="account_id, status, merged_into")
        self._renew(accounts, extract.signature("customers"), extract.read(ENTITIES["customers"]))

    def _refresh_references(self, extract: Extract, entity: str) -> None:
        journal, model = self._journal, ENTITIES[entity]
        self._renew(_Copy(f"journal_{entity}", entity), journal.signature(entity), _sound(journal.read(model)))
        with_reference = _Copy(f"base_{entity}", entity, condition="external_ref IS NOT NULL")
        self._renew(with_reference, extract.signature(entity), extract.read(model))

    def _refresh_schedules(self, extract: Extract) -> None:
        """Load what remains of each schedule, and the adjustments of ours that the extract does not know yet."""
        self._refresh_references(extract, "adjustments")
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
    "schedules": "org_id, schedule_id, account_id, class, currency, due_date, amount_original, amount_remaining, "
    "amount_in_dispute",
    "transactions": "org_id, trx_id AS schedule_id, account_id, class, currency, due_date, amount AS amount_original, "
    "CAST(NULL AS DECIMAL(18, 4)) AS amount_remaining, CAST(NULL AS DECIMAL(18, 4)) AS amount_in_dispute",
}
"""Where a schedule's amounts stand: without schedules, each transaction is one."""


def _wanted(intents: Sequence[Intent]) -> pa.Table:
    """What the intents are about, to be joined with."""
    names = ("external_ref", "account_id", "schedule_id", "hold_id")
    rows = [
        {
            "external_ref": intent.external_ref,
            "account_id": intent.account_id,
            "schedule_id": intent.schedule_id,
            "hold_id": intent.payload.get("hold_id"),
            "business_date": intent.business_date,
        }
        for intent in intents
    ]
    schema = pa.schema([*((name, pa.string()) for name in names), ("business_date", pa.date32())])
    return pa.Table.from_pylist(rows, schema=schema)


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
