"""Reading only what changed: two further protocols that a source may meet, and the core asks for by `isinstance`.

Where rows are lost, it is here: a row committed late with an earlier time, two rows of one second at the edge of a
window, a change that touched no time stamp, a row that is gone. So the window is of the ERP's own clock, reaches back
by an overlap and includes its lower bound, and now and then every key is compared (the sweep).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

import pyarrow as pa

from erp_ar_ext.model import Entity
from erp_ar_ext.spi.reading import Batch, Source


@dataclass(frozen=True)
class Window:
    """A span of the ERP's clock: from `since`, included, up to `until`, excluded, so that windows tile.

    Both are as the ERP tells the time, with or without a zone; the core only subtracts from them. A clock without a
    zone jumps back an hour in autumn: the overlap must be longer than that.
    """

    since: datetime
    until: datetime


@runtime_checkable
class IncrementalSource(Source, Protocol):
    """A source that knows when a row last changed."""

    def clock(self) -> datetime:
        """Tell the time by the ERP's own clock; asked once, before anything is read."""
        ...

    def changes(self, entity: type[Entity], window: Window) -> Iterator[Batch]:
        """Read the rows that were last changed in the window, as they are now.

        A row may come that did not change, and one may come twice: the later reading counts. One that changed after
        the window may be left out: it is in the next.
        """
        ...

    def keys(self, entity: type[Entity]) -> Iterator[pa.RecordBatch]:
        """Read the key columns of all rows there are, and as many further columns of the entity as are cheap.

        What is not among them any more is gone. What is new, or differs in a column given, changed without a trace:
        amounts, dates and statuses are worth giving, long texts are not. A row that would be rejected is among them.
        """
        ...

    def rows(self, entity: type[Entity], keys: pa.Table) -> Iterator[Batch]:
        """Read the rows of these keys, those that are still there; there may be a great many."""
        ...


@runtime_checkable
class FingerprintedSource(Source, Protocol):
    """A source that can tell, without converting a row, that an entity would be read exactly as before."""

    def fingerprint(self, entity: type[Entity]) -> str | None:
        """Digest of all that the entity would be read from, and of how; None where that cannot be told.

        Asked just before the entity is read, so that what changes in between is read once too often, not too seldom.
        """
        ...
