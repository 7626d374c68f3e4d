"""Read an entity by its changes, and now and then compare every key (the sweep).

What the window cannot show - a row that is gone, a row committed after its window closed, a change that left no time
stamp - the sweep finds: it compares the keys, and whatever else of a row is cheap, with what the snapshot would hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import duckdb
import pyarrow as pa

from erp_ar_ext import events
from erp_ar_ext.model import Entity
from erp_ar_ext.snapshot import SnapshotBuilder
from erp_ar_ext.snapshot.manifest import EntityEntry
from erp_ar_ext.snapshot.staging import staged
from erp_ar_ext.snapshot.tables import Base, same_key
from erp_ar_ext.spi import IncrementalSource, Window


class ChangesReader:
    """Reads entities of one source into one snapshot, from one window."""

    def __init__(
        self,
        source: IncrementalSource,
        builder: SnapshotBuilder,
        con: duckdb.DuckDBPyConnection,
        window: Window,
        *,
        sweep: bool,
    ) -> None:
        self._source = source
        self._builder = builder
        self._con = con
        self._window = window
        self._sweep = sweep

    def read(self, entity: type[Entity]) -> EntityEntry:
        """Read what changed of an entity that the snapshot before has, and write it as it is now."""
        batches = self._source.changes(entity, self._window)
        # Rows that cannot be taken are met again by a sweep, as keys that are missing here: there they are counted.
        taken, rejected = self._builder.stage(entity, batches, keep_rejects=not self._sweep)
        key = ", ".join(f'"{column}"' for column in entity.key())
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE gone_keys AS SELECT {key} FROM {staged(entity)} WHERE FALSE")
        if self._sweep:
            more, rejected = self._compare_keys(entity, self._builder.before[entity.entity])
            taken += more
        return self._builder.merge(entity, taken=taken, rejected=rejected, all_rejects=self._sweep)

    def _compare_keys(self, entity: type[Entity], base: Base) -> tuple[int, int]:
        """Fill `gone_keys`, and read again what is new or differs; returns how many were taken and rejected."""
        columns = self._fill_keys_there(entity)
        listed = ", ".join(f'"{column}"' for column in columns)
        key = ", ".join(f'"{column}"' for column in entity.key())
        self._con.execute(
            f"CREATE OR REPLACE TEMP VIEW mirrored AS SELECT {listed} FROM {base.sql()} AS old "
            f"ANTI JOIN {staged(entity)} AS now ON {same_key(entity.key(), 'old', 'now')} "
            f"UNION ALL SELECT {listed} FROM {staged(entity)}"
        )
        ((gone,),) = self._con.execute(
            f"INSERT INTO gone_keys SELECT DISTINCT {key} FROM mirrored AS here "
            f"ANTI JOIN keys_there AS there ON {same_key(entity.key(), 'here', 'there')}"
        ).fetchall()
        differing = self._con.sql(
            f"SELECT DISTINCT {key} FROM (SELECT {listed} FROM keys_there EXCEPT SELECT {listed} FROM mirrored)"
        ).to_arrow_table()
        if gone or differing.num_rows:
            events.SYNC_SWEEP_FOUND.tell(entity=entity.entity, differing=differing.num_rows, gone=gone)
        if not differing.num_rows:
            return 0, 0
        taken, rejected = self._builder.stage(entity, self._source.rows(entity, differing))
        self._con.register("asked_for", differing)
        self._con.execute(
            f"INSERT INTO gone_keys SELECT {key} FROM asked_for AS asked "
            f"ANTI JOIN {staged(entity)} AS now ON {same_key(entity.key(), 'asked', 'now')}"
        )
        self._con.unregister("asked_for")
        return taken, rejected

    def _fill_keys_there(self, entity: type[Entity]) -> list[str]:
        """Put what the source says is there into the table `keys_there`; returns its columns."""
        batches: Iterator[pa.RecordBatch] = iter(self._source.keys(entity))
        first = next(batches, None)
        if first is None:
            schema = pa.schema([entity.arrow_schema().field(column) for column in entity.key()])
            first = pa.RecordBatch.from_pylist([], schema=schema)
        self._con.register("arriving", pa.RecordBatchReader.from_batches(first.schema, chain([first], batches)))
        self._con.execute("CREATE OR REPLACE TEMP TABLE keys_there AS SELECT * FROM arriving")
        self._con.unregister("arriving")
        return list(first.schema.names)
