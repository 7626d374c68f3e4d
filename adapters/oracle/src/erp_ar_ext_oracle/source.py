"""The reading side: every entity, what changed of it, all its keys, and rows by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from pyarrow import compute as pc

from erp_ar_ext.errors import SourceError
from erp_ar_ext.model import Entity, Finding, Kind, Severity
from erp_ar_ext.spi import Batch, InputFile, ReadContext, Window
from erp_ar_ext_oracle.catalog import Catalog
from erp_ar_ext_oracle.connection import open_engine
from erp_ar_ext_oracle.convert import Taker, canonical_keys, fetched_schema
from erp_ar_ext_oracle.queries import KEYS_AT_ONCE, Queries, Query
from erp_ar_ext_oracle.session import ReadingSession
from erp_ar_ext_oracle.settings import OracleSettings, identity
from erp_ar_ext_oracle.statements import load

_NUMBER = r"(?P<number>\d{1,38})$"


class OracleSource:
    """An open connection. Opening raises ConfigError or SourceError, worded, where no session can be had."""

    def __init__(self, settings: OracleSettings, context: ReadContext) -> None:
        self._settings = settings
        self._context = context
        self._engine = open_engine(settings, context.base_dir)
        self._session = ReadingSession(self._engine, settings)
        self._catalog = Catalog(self._session, settings)
        self._takers: dict[str, Taker] = {}
        self._read: dict[str, int] = {}
        self._orgs: set[str] = set()
        try:
            self._session.clock()
        except BaseException:
            self.close()
            raise

    def identity(self) -> Mapping[str, str]:
        """Which ERP this is, by the name it is given or its service: the same from whichever machine."""
        return identity(self._settings)

    def entities(self) -> Sequence[str]:
        """Entities whose tables are there and granted.

        Raises SourceError where a table that every reading needs is not, ContractError where it lacks a column.
        """
        return self._catalog.entities()

    def clock(self) -> datetime:
        """SYSDATE: the database's own time, in its own zone, to the second."""
        return self._session.clock()

    def read(self, entity: type[Entity]) -> Iterator[Batch]:
        """Read all rows of an entity. Raises SourceError where the database does not give them."""
        self._read[entity.entity] = 0
        yield from self._taken(entity, self._queries(entity).all_rows(entity))

    def changes(self, entity: type[Entity], window: Window) -> Iterator[Batch]:
        """Read the rows that were last changed in the window, or whose columns come from one that was."""
        yield from self._taken(entity, self._queries(entity).changed(entity, window))

    def keys(self, entity: type[Entity]) -> Iterator[pa.RecordBatch]:
        """Read the keys of all rows, with all columns but texts."""
        query = self._queries(entity).keys(entity)
        nothing = pa.RecordBatch.from_pylist([], schema=fetched_schema(query.columns))
        yield canonical_keys(query.columns, nothing)  # so that the columns are told where there is no row
        for frame in self._frames(entity, query):
            yield canonical_keys(query.columns, frame)

    def rows(self, entity: type[Entity], keys: pa.Table) -> Iterator[Batch]:
        """Read the rows of these keys, some hundred at a time by statements of one text."""
        query = self._queries(entity).by_key(entity)
        wanted = pc.unique(_joined(entity, keys))
        for some in _chunks(_row_keys(entity, keys)):
            binds = query.binds | {f"k{number}": key for number, key in enumerate(some, start=1)}
            yield from self._taken(entity, replace(query, binds=binds), wanted)

    def inputs(self) -> Sequence[InputFile]:
        """Tables read so far, with the number of rows that came of each."""
        return [InputFile(load(name).tables[0], rows=rows) for name, rows in self._read.items()]

    def findings(self) -> Sequence[Finding]:
        """What was noticed so far: absent tables, odd rows, times of day, operating units that were found."""
        found = [finding for taker in self._takers.values() for finding in taker.findings()]
        if self._orgs and not self._settings.org_ids:
            words = f"org_ids is empty: rows of operating units {', '.join(sorted(self._orgs))} were read"
            found.append(Finding("oracle-all-org-ids", Severity.INFO, words, place="org_ids"))
        return [*self._catalog.findings(), *found]

    def close(self) -> None:
        """End the transaction and the sessions."""
        self._session.close()
        self._engine.dispose()

    def _taken(self, entity: type[Entity], query: Query, wanted: pa.Array | None = None) -> Iterator[Batch]:
        """Convert frames; of a look-up by key, rows that only share the look-up's column are dropped first."""
        taker = self._takers.setdefault(entity.entity, Taker(entity, load(entity.entity).tables[0]))
        for fetched in self._frames(entity, query):
            frame = fetched if wanted is None else fetched.filter(pc.is_in(_joined(entity, fetched), value_set=wanted))
            batch = taker.take(frame)
            self._read[entity.entity] = self._read.get(entity.entity, 0) + frame.num_rows
            if "org_id" in batch.rows.schema.names:
                self._orgs.update(one for one in pc.unique(batch.rows.column("org_id")).to_pylist() if one)
            self._context.progress(entity.entity, frame.num_rows)
            yield batch

    def _queries(self, entity: type[Entity]) -> Queries:
        if not self._catalog.can_read(entity.entity):
            words = f"{entity.entity} cannot be read here"
            raise SourceError(words, place="oracle", hint="erp-ar doctor names the tables that are missing")
        return self._catalog.queries

    def _frames(self, entity: type[Entity], query: Query) -> Iterator[pa.RecordBatch]:
        schema = fetched_schema(query.columns, query.extras)
        return self._session.frames(f"oracle {load(entity.entity).tables[0]}", query.text, query.binds, schema)


def _joined(entity: type[Entity], rows: pa.Table | pa.RecordBatch) -> Any:
    """The key of each row as one text, so that rows are compared by all of it; an empty part is a part too."""
    parts = []
    for name in entity.key():
        values = rows.column(name)
        days = values.cast(pa.date32()) if pa.types.is_timestamp(values.type) else values
        parts.append(pc.fill_null(days.cast(pa.string()), ""))
    joined = pc.binary_join_element_wise(*parts, "\x1f")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _row_keys(entity: type[Entity], keys: pa.Table) -> list[Any]:
    """What the rows are looked up by, each once: the number that an id ends with, or the day of a rate.

    An id without a number is none of this database's.
    """
    name = next(column.name for column in entity.columns() if column.key)
    days = [column.name for column in entity.columns() if column.key and column.kind is Kind.DAY]
    if days:
        found = pc.unique(keys.column(days[0])).to_pylist()
        return [datetime(day.year, day.month, day.day) for day in found if isinstance(day, date)]  # noqa: DTZ001
    numbers = pc.extract_regex(pc.unique(keys.column(name)), pattern=_NUMBER)
    texts = pc.unique(pc.drop_null(pc.struct_field(numbers, "number"))).to_pylist()
    return [int(text) for text in texts]


def _chunks(row_keys: list[Any]) -> Iterator[list[Any]]:
    """Keys as many as a statement has binds for; the last one is repeated where there are fewer."""
    for start in range(0, len(row_keys), KEYS_AT_ONCE):
        some = row_keys[start : start + KEYS_AT_ONCE]
        yield some + [some[-1]] * (KEYS_AT_ONCE - len(some))
