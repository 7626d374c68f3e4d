"""An ERP whose rows come, go and change between syncs: most with a time stamp, some late, some without a trace."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pyarrow as pa
from every_day import RowSource
from histories import Row

from erp_ar_ext.model import ENTITIES, Entity
from erp_ar_ext.spi import Batch, Window

Rows = dict[str, list[Row]]
DAY = timedelta(days=1)


class MovingErp(RowSource):
    """A source that knows when its rows changed.

    `tells` has whole rows come with the keys; else only the keys do, and what differs in nothing else stays unseen.
    """

    def __init__(self, rows: Rows, luck: Random, *, tells: bool) -> None:
        super().__init__(rows)
        self.luck = luck
        self.tells = tells
        self.now = datetime(2026, 6, 1)  # noqa: DTZ001 - the clock of many an ERP has no zone
        self.stamps = {(name, key_of(name, row)): self.now - DAY for name in rows for row in rows[name]}

    def become(self, rows: Rows, *, traceable: bool) -> None:
        """Let a day pass; if it is not traceable, some rows have no time stamp that tells of their change."""
        last, self.now = self.now, self.now + DAY
        before = {(name, key_of(name, row)): row for name in self.tables for row in self.tables[name]}
        for name in rows:
            for row in rows[name]:
                at = (name, key_of(name, row))
                if before.get(at) != row:
                    hidden = not traceable and (self.tells or at not in before) and self.luck.random() < 0.5
                    self.stamps[at] = last - 9 * DAY if hidden else last + self.luck.choice((0, 0.3, 0.999)) * DAY
        self.tables = rows

    def clock(self) -> datetime:
        """Tell the time."""
        return self.now

    def changes(self, entity: type[Entity], window: Window) -> Iterator[Batch]:
        """Rows whose time stamp is in the window, each in a batch of its own."""
        for row in self.tables[entity.entity]:
            if window.since <= self.stamps[entity.entity, key_of(entity.entity, row)] < window.until:
                yield Batch(batch_of(entity, [row]))

    def keys(self, entity: type[Entity]) -> Iterator[pa.RecordBatch]:
        """Keys of all rows, and all else if it tells."""
        rows = batch_of(entity, self.tables[entity.entity])
        yield rows if self.tells else rows.select(list(entity.key()))

    def rows(self, entity: type[Entity], keys: pa.Table) -> Iterator[Batch]:
        """Rows of these keys."""
        wanted = {tuple(row.values()) for row in keys.select(list(entity.key())).to_pylist()}
        yield Batch(
            batch_of(entity, [row for row in self.tables[entity.entity] if key_of(entity.entity, row) in wanted])
        )


def key_of(name: str, row: Row) -> tuple[Any, ...]:
    return tuple(row[column] for column in ENTITIES[name].key())


def batch_of(entity: type[Entity], rows: list[Row]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=entity.arrow_schema())
