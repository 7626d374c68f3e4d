"""Lay what was written back over the extract, which may or may not hold it already.

The extract knows a row of ours by its external reference: then the ERP has taken it over, and the extract's
word stands. Until then our row is part of what the ERP says.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from erp_ar_ext.model import ENTITIES, Entity, Finding, Severity
from erp_ar_ext.spi import Batch
from erp_ar_ext_csv.engine import no_rows, one_batch, session
from erp_ar_ext_csv.extract import Extract
from erp_ar_ext_csv.journal import FOLDER, Journal

_HOLD_STATES = """
CREATE TEMP TABLE states AS
SELECT * REPLACE (first_value(external_ref) OVER (PARTITION BY org_id, hold_id ORDER BY _row) AS external_ref)
FROM journal
QUALIFY row_number() OVER (PARTITION BY org_id, hold_id ORDER BY _row DESC) = 1
"""
"""The last row of a hold counts; whose hold it is, its first row says."""

_HOLDS = """
SELECT batch.* REPLACE (coalesce(batch.released_on, by_id.released_on, by_ref.released_on) AS released_on)
FROM batch
LEFT JOIN states AS by_id ON batch.hold_id = by_id.hold_id AND batch.org_id IS NOT DISTINCT FROM by_id.org_id
LEFT JOIN (SELECT external_ref, max(released_on) AS released_on FROM states GROUP BY external_ref) AS by_ref
  ON batch.external_ref = by_ref.external_ref
ORDER BY batch._row
"""

_NEW_HOLDS = """
SELECT states.* FROM states
ANTI JOIN base AS by_id ON states.hold_id = by_id.id AND states.org_id IS NOT DISTINCT FROM by_id.org_id
ANTI JOIN base AS by_ref ON states.external_ref = by_ref.external_ref
ORDER BY states._row
"""

_NEW_ROWS = """
SELECT journal.* FROM journal ANTI JOIN base ON journal.external_ref = base.external_ref ORDER BY journal._row
"""

_SUMS = """
CREATE TEMP TABLE sums AS
SELECT org_id, schedule_id, sum(amount) AS amount, count(*) AS adjustments
FROM journal ANTI JOIN base ON journal.external_ref = base.external_ref
WHERE status = 'A'
GROUP BY org_id, schedule_id
"""

_SCHEDULES = """
SELECT batch.* REPLACE (CAST(amount_remaining + coalesce(sums.amount, 0) AS DECIMAL(18, 4)) AS amount_remaining)
FROM batch LEFT JOIN sums ON batch.org_id = sums.org_id AND batch.schedule_id = sums.schedule_id
ORDER BY batch._row
"""


def merged(entity: type[Entity], extract: Extract, journal: Journal) -> Iterator[Batch]:
    """Rows of notes, holds or adjustments: the extract's, then ours that it does not hold yet."""
    with session() as connection:
        yield from _load_journal(connection, entity, extract, journal)
        holds = entity.entity == "holds"
        if holds:
            connection.execute(_HOLD_STATES)
        connection.execute("CREATE TEMP TABLE base (org_id VARCHAR, id VARCHAR, external_ref VARCHAR)")
        for batch in extract.read(entity):
            _remember(connection, entity, batch.rows)
            yield Batch(_run(connection, _HOLDS, batch.rows) if holds else batch.rows, batch.rejects)
        new = _run(connection, _NEW_HOLDS if holds else _NEW_ROWS, no_rows(entity))
        written = connection.execute(f"SELECT count(*) FROM {'states' if holds else 'journal'}").fetchall()[0][0]
        _tell_imported(extract, entity, written - new.num_rows)
        yield Batch(new)


def adjusted_schedules(extract: Extract, journal: Journal) -> Iterator[Batch]:
    """Schedules whose `amount_remaining` counts the adjustments of ours that the extract does not hold yet."""
    adjustments, schedules = ENTITIES["adjustments"], ENTITIES["schedules"]
    with session() as connection:
        for _rejected in _load_journal(connection, adjustments, extract, journal):
            pass  # told when the adjustments themselves are read
        connection.execute("CREATE TEMP TABLE base (org_id VARCHAR, id VARCHAR, external_ref VARCHAR)")
        for batch in extract.read(adjustments):
            _remember(connection, adjustments, batch.rows)
        connection.execute(_SUMS)
        for batch in extract.read(schedules):
            yield Batch(_run(connection, _SCHEDULES, batch.rows), batch.rejects)


def _load_journal(
    connection: duckdb.DuckDBPyConnection, entity: type[Entity], extract: Extract, journal: Journal
) -> Iterator[Batch]:
    """Fill table `journal`; yields a batch of rejects where a row of ours was spoilt."""
    connection.register("batch", no_rows(entity))
    connection.execute("CREATE TEMP TABLE journal AS SELECT * FROM batch")
    for batch in journal.read(entity, extract):
        connection.register("batch", batch.rows)
        connection.execute("INSERT INTO journal SELECT * FROM batch")
        if batch.rejects.num_rows:
            yield Batch(no_rows(entity), batch.rejects)


def _remember(connection: duckdb.DuckDBPyConnection, entity: type[Entity], rows: pa.RecordBatch) -> None:
    connection.register("batch", rows)
    key = entity.key()[-1]
    connection.execute(
        f"INSERT INTO base SELECT org_id, {key}, external_ref FROM batch "
        f"WHERE external_ref IS NOT NULL OR {str(entity.entity == 'holds').lower()}"
    )


def _run(connection: duckdb.DuckDBPyConnection, sql: str, rows: pa.RecordBatch) -> pa.RecordBatch:
    connection.register("batch", rows)
    return one_batch(connection.sql(sql).to_arrow_table(), rows.schema)


def _tell_imported(extract: Extract, entity: type[Entity], count: int) -> None:
    if count:
        message = "rows written back are in the extract by now: the extract's are read"
        place = f"{FOLDER}/{entity.entity}.csv"
        extract.note(Finding("csv-imported", Severity.INFO, message, entity.entity, place=place, count=count))
