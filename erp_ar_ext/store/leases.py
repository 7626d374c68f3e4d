"""One runner at a time: a lease row with a fencing number that only grows, by the database's clock.

Taken by a conditional UPDATE whose row count is checked. Every writing transaction of the holder begins by
renewing it, which also locks the row: a runner that was paused and overtaken finds out before it writes, and
cannot finish a row that is another's by now.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, or_, select
from sqlalchemy.exc import IntegrityError

from erp_ar_ext import events
from erp_ar_ext.errors import LeaseHeld, StateError
from erp_ar_ext.store.database import Database, later
from erp_ar_ext.store.records import Lease
from erp_ar_ext.store.tables import LEASE

LEASE_TTL = timedelta(seconds=60)
"""How long after a runner's death another one may start; a living runner renews in a third of it."""


def acquire(database: Database, lease: Lease) -> Lease:
    """Take the lease, with a greater fencing number than anybody had. Raises LeaseHeld while another holds it."""
    with database.writing() as connection:
        until = database.shared_moment(connection, after=lease.ttl)
        held_by = _holder(connection, lease.name)
        taken = connection.execute(
            LEASE.update()
            .where(LEASE.c.name == lease.name, or_(LEASE.c.owner.is_(None), _is_over(database, connection, lease)))
            .values(owner=lease.owner, fencing=LEASE.c.fencing + 1, expires_at=until)
        )
        if taken.rowcount == 0:
            _first(connection, lease, until, held_by)
        fencing = connection.scalar(select(LEASE.c.fencing).where(LEASE.c.name == lease.name))
    if held_by is not None:
        event = events.LEASE_CLOCK_SET_BACK if held_by[1] > later(until, lease.ttl) else events.LEASE_TAKEN_OVER
        event.tell(name=lease.name, owner=lease.owner, before=held_by[0])
    return replace(lease, fencing=fencing or 1)


def renew(database: Database, connection: Connection, lease: Lease) -> None:
    """Prolong the lease inside a writing transaction, and lock it there. Raises LeaseHeld once another took it."""
    kept = connection.execute(
        LEASE.update()
        .where(LEASE.c.name == lease.name, LEASE.c.owner == lease.owner, LEASE.c.fencing == lease.fencing)
        .values(expires_at=database.shared_moment(connection, after=lease.ttl))
    )
    if kept.rowcount != 1:
        _tell_lost(lease)
        raise LeaseHeld(
            "this run was overtaken: its lease ran out and another run has it",
            place=database.place,
            hint="run it again; what this run sent is looked up first",
        )


def release(database: Database, lease: Lease) -> None:
    """Let the next one run; does nothing where another run has taken the lease already."""
    with database.writing() as connection:
        released = connection.execute(
            LEASE.update()
            .where(LEASE.c.name == lease.name, LEASE.c.owner == lease.owner, LEASE.c.fencing == lease.fencing)
            .values(owner=None, expires_at=database.shared_moment(connection))
        )
    if released.rowcount != 1:
        _tell_lost(lease)


@contextmanager
def kept_alive(database: Database, lease: Lease) -> Iterator[None]:
    """Renew the lease now and then while the block runs, however long the ERP takes to answer."""
    done = threading.Event()
    beat = threading.Thread(target=_beat, args=(database, lease, done), name="lease", daemon=True)
    beat.start()
    try:
        yield
    finally:
        done.set()
        beat.join()


def _beat(database: Database, lease: Lease, done: threading.Event) -> None:
    while not done.wait(lease.ttl.total_seconds() / 3):
        try:
            with database.writing() as connection:
                renew(database, connection, lease)
        except LeaseHeld:
            return  # the runner finds out at its next transaction, which begins by renewing
        except StateError as error:
            events.LEASE_NOT_RENEWED.tell(name=lease.name, owner=lease.owner, error=str(error))


def _tell_lost(lease: Lease) -> None:
    events.LEASE_LOST.tell(name=lease.name, owner=lease.owner, fencing=lease.fencing)


def _is_over(database: Database, connection: Connection, lease: Lease) -> ColumnElement[bool]:
    """Whether a lease ran out. One that ends later than any could was set before the clock jumped back."""
    now, beyond = database.shared_moment(connection), database.shared_moment(connection, after=2 * lease.ttl)
    return or_(LEASE.c.expires_at <= now, LEASE.c.expires_at > beyond)


def _holder(connection: Connection, name: str) -> tuple[str, str] | None:
    """Read who holds the lease, and until when; None where nobody does."""
    row = connection.execute(select(LEASE.c.owner, LEASE.c.expires_at).where(LEASE.c.name == name)).first()
    return None if row is None or row.owner is None else (row.owner, row.expires_at)


def _first(connection: Connection, lease: Lease, expires_at: str, held_by: tuple[str, str] | None) -> None:
    """Take a lease that nobody ever had. Raises LeaseHeld where somebody has it after all."""
    try:
        if held_by is None:
            connection.execute(
                LEASE.insert().values(name=lease.name, owner=lease.owner, fencing=1, expires_at=expires_at)
            )
            return
    except IntegrityError:
        held_by = ("another run", "soon")  # it inserted the row, or took the lease, a moment before us
    owner, until = held_by
    raise LeaseHeld(
        f"another run holds the lease: {owner}, until {until} unless it is renewed",
        hint="try again when it has ended",
    )
