"""Which snapshot was the current one, when, and up to where of the ERP's clock it was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Row, Select, select

from erp_ar_ext.model import canonical_bytes
from erp_ar_ext.store import leases
from erp_ar_ext.store.database import Database, moment_text
from erp_ar_ext.store.records import Known, Lease
from erp_ar_ext.store.tables import RUNS, SNAPSHOTS

SYNC = "sync"
"""Name of the lease of whoever makes snapshots."""


class History:
    """The snapshots that were current, one after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(  # noqa: PLR0913 - one argument per column
        self,
        snapshot_id: str,
        identity: Mapping[str, str],
        *,
        reading: str | None = None,
        cursor: datetime | None = None,
        swept: bool = False,
        run_id: str | None = None,
        lease: Lease | None = None,
    ) -> None:
        """Make a snapshot the current one and move the cursor, both or neither.

        Content that is current already stays known since when it was first found, and only its cursor moves; content
        of an earlier day that comes back is current anew. Raises LeaseHeld for a run that was overtaken.
        """
        whose = _whose(identity, reading)
        with self._database.writing() as connection:
            if lease is not None:
                leases.renew(self._database, connection, lease)
            now, last = self._database.moment(), connection.execute(_NEWEST_FIRST).first()
            swept_at = now if swept else _swept_at(connection, whose)
            values = {**whose, "run_id": run_id, "swept_at": swept_at, "cursor_at": cursor and cursor.isoformat()}
            if last is not None and last.snapshot_id == snapshot_id:
                connection.execute(SNAPSHOTS.update().where(SNAPSHOTS.c.seq == last.seq).values(**values))
                return
            seq, known_at = (1, now) if last is None else (last.seq + 1, max(now, last.known_at))
            connection.execute(SNAPSHOTS.insert().values(seq=seq, snapshot_id=snapshot_id, known_at=known_at, **values))

    def current(self) -> Known | None:
        """The snapshot of the last sync; None before the first."""
        return self._first(_NEWEST_FIRST)

    def base(self, identity: Mapping[str, str], reading: str | None = None) -> Known | None:
        """The newest snapshot that was read from this ERP in this very way: what a sync may build upon."""
        return self._first(_read(_whose(identity, reading)))

    def known_at(self, moment: datetime) -> Known | None:
        """The snapshot that was the current one at a moment, which has a zone; None before the first sync."""
        return self._first(_NEWEST_FIRST.where(SNAPSHOTS.c.known_at <= moment_text(moment)))

    def all(self) -> list[Known]:
        """Every snapshot that was ever current, oldest first; one that came back stands there each time."""
        with self._database.reading() as connection:
            return [_known(row) for row in connection.execute(select(SNAPSHOTS).order_by(SNAPSHOTS.c.seq))]

    def read_from(self) -> str | None:
        """When the sync began that last read the current snapshot, as fixed-width UTC text; None where none is known.

        What was written into the ERP before then is in the snapshot.
        """
        query = select(RUNS.c.started_at).join(SNAPSHOTS, SNAPSHOTS.c.run_id == RUNS.c.run_id)
        with self._database.reading() as connection:
            return connection.scalar(query.order_by(SNAPSHOTS.c.seq.desc()).limit(1))

    def _first(self, query: Select[tuple[object, ...]]) -> Known | None:
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _known(row)


_NEWEST_FIRST: Select[tuple[object, ...]] = select(SNAPSHOTS).order_by(SNAPSHOTS.c.seq.desc())


def _whose(identity: Mapping[str, str], reading: str | None) -> dict[str, str | None]:
    return {"identity": canonical_bytes(identity).decode(), "reading": reading}


def _read(whose: Mapping[str, str | None]) -> Select[tuple[object, ...]]:
    """Rows of what was read from one ERP in one way, newest first."""
    return _NEWEST_FIRST.where(*(SNAPSHOTS.c[column] == value for column, value in whose.items()))


def _swept_at(connection: Connection, whose: Mapping[str, str | None]) -> str | None:
    """When the keys of this ERP were last compared, by the newest row that tells."""
    row = connection.execute(_read(whose).limit(1)).first()
    return None if row is None else row.swept_at


def _known(row: Row[tuple[object, ...]]) -> Known:
    return Known(
        row.snapshot_id,
        datetime.fromisoformat(row.known_at),
        None if row.cursor_at is None else datetime.fromisoformat(row.cursor_at),
        None if row.swept_at is None else datetime.fromisoformat(row.swept_at),
    )
