"""What every adapter that reads only changes must hold: one row too few here is money that nobody asks for."""
# ruff: noqa: S101 - a test's assertions

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from erp_ar_ext.model import ENTITIES, Entity, Kind
from erp_ar_ext.spi import REJECT_SCHEMA, Batch, Capability, IncrementalSource, Source, Window
from erp_ar_ext.testing.conformance.subject import BaseConformance, Subject

SECOND = timedelta(seconds=1)
MANY = 2_500
"""Keys asked for at once: more than a list in a statement may hold in some databases."""

each_entity = pytest.mark.parametrize("entity", list(ENTITIES))


class BaseChangesConformance(BaseConformance):
    """Reading changes: the bounds of a window, all the keys, and rows by key."""

    def stamp(self, subject: Subject, moment: datetime) -> None:
        """Make every row of the ERP one that was last changed at a moment of the ERP's clock."""
        raise NotImplementedError("a subclass sets the last-changed time of all rows here")

    def test_declares_that_it_reads_changes(self, subject: Subject) -> None:
        """An adapter that meets the protocol declares it, with a clock of the ERP's own."""
        with subject.source() as source:
            assert isinstance(source, IncrementalSource)
        assert subject.can(Capability.READ_INCREMENTAL)
        assert subject.can(Capability.SERVER_CLOCK)

    def test_the_clock_does_not_run_backwards(self, subject: Subject) -> None:
        """Two looks at the clock are in order, and both with a zone or both without."""
        with subject.source() as source:
            first, second = _incremental(source).clock(), _incremental(source).clock()
        assert first <= second

    @each_entity
    def test_a_window_has_its_lower_bound_and_not_its_upper(self, subject: Subject, entity: str) -> None:
        """A row of the very second is in the window that begins with it, and only there: not in the one that ends."""
        self._skip_unless_there(entity)
        with subject.source() as source:
            moment = _yesterday(source)
        self.stamp(subject, moment)
        every_row = _by_key(subject.rows(entity), entity)
        assert self._changed(subject, entity, moment, moment + SECOND) == every_row
        assert self._changed(subject, entity, moment - SECOND, moment) == []
        assert self._changed(subject, entity, moment + SECOND, moment + 2 * SECOND) == []

    @each_entity
    def test_a_wide_window_has_every_row(self, subject: Subject, entity: str) -> None:
        """A window over days has the rows as a full reading has them, in the entity's own columns."""
        self._skip_unless_there(entity)
        with subject.source() as source:
            moment = _yesterday(source)
        self.stamp(subject, moment)
        window = Window(moment - timedelta(days=400), moment + timedelta(days=1))
        with subject.source() as source:
            batches = list(_incremental(source).changes(ENTITIES[entity], window))
        schema = ENTITIES[entity].arrow_schema()
        assert all(batch.rows.schema.types[: len(schema.types)] == schema.types for batch in batches)
        assert all(batch.rejects.schema.names == REJECT_SCHEMA.names for batch in batches)
        assert _by_key(_plain(batches, ENTITIES[entity]), entity) == _by_key(subject.rows(entity), entity)

    @each_entity
    def test_the_keys_are_complete(self, subject: Subject, entity: str) -> None:
        """Every row there is has its key among the keys, once, and whatever else is given with it is as it was read."""
        self._skip_unless_there(entity)
        with subject.source() as source:
            given = pa.Table.from_batches(list(_incremental(source).keys(ENTITIES[entity])))
        assert set(ENTITIES[entity].key()) <= set(given.schema.names) <= set(ENTITIES[entity].arrow_schema().names)
        expected = ENTITIES[entity].arrow_schema()
        assert [field.type for field in given.schema] == [expected.field(name).type for name in given.schema.names]
        read = [{name: row[name] for name in given.schema.names} for row in subject.rows(entity)]
        assert _by_key(given.to_pylist(), entity) == _by_key(read, entity)

    @each_entity
    def test_rows_are_found_by_their_keys(self, subject: Subject, entity: str) -> None:
        """Those asked for come as they are, and a key that is not there any more brings nothing."""
        self._skip_unless_there(entity)
        every_row = _by_key(subject.rows(entity), entity)
        assert self._found(subject, entity, [*every_row[:1], *_unknown(entity, 1)]) == every_row[:1]
        assert self._found(subject, entity, [*_unknown(entity, MANY), *every_row]) == every_row
        assert self._found(subject, entity, []) == []

    def _skip_unless_there(self, entity: str) -> None:
        if entity not in self.company:
            pytest.skip(f"the example company has no {entity}")

    @staticmethod
    def _changed(subject: Subject, entity: str, since: datetime, until: datetime) -> list[dict[str, Any]]:
        with subject.source() as source:
            batches = _incremental(source).changes(ENTITIES[entity], Window(since, until))
            return _by_key(_plain(batches, ENTITIES[entity]), entity)

    @staticmethod
    def _found(subject: Subject, entity: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        model = ENTITIES[entity]
        schema = pa.schema([model.arrow_schema().field(name) for name in model.key()])
        keys = pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema=schema)
        with subject.source() as source:
            return _by_key(_plain(_incremental(source).rows(model, keys), model), entity)


def _incremental(source: Source) -> IncrementalSource:
    assert isinstance(source, IncrementalSource)
    return source


def _yesterday(source: Source) -> datetime:
    """A second of yesterday, with a time of day: a clock that loses it would read whole days, or none."""
    day = _incremental(source).clock() - timedelta(days=1)
    return day.replace(hour=13, minute=37, second=11, microsecond=0)


def _plain(batches: Iterable[Batch], entity: type[Entity]) -> list[dict[str, Any]]:
    names = entity.arrow_schema().names
    return [row for batch in batches for row in batch.rows.select(names).to_pylist()]


def _by_key(rows: list[dict[str, Any]], entity: str) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: tuple(str(row[name]) for name in ENTITIES[entity].key()))


def _unknown(entity: str, count: int) -> list[dict[str, Any]]:
    """Keys that no row has; ids and codes of text are all that differs."""
    columns = [column for column in ENTITIES[entity].columns() if column.name in ENTITIES[entity].key()]
    plain = {Kind.DAY: datetime(2001, 1, 1).date(), Kind.INTEGER: 1}  # noqa: DTZ001 - a day has no zone
    return [{column.name: plain.get(column.kind, f"no-such-{number}") for column in columns} for number in range(count)]
