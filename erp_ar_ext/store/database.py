"""The connection to the state database: transactions, the clock, and errors in this project's words."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    Dialect,
    Engine,
    ExceptionContext,
    Insert,
    Update,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.sql.compiler import SQLCompiler

from erp_ar_ext import events
from erp_ar_ext.errors import StateError

BUSY_SECONDS = 10
"""How long a SQLite connection waits for another process to finish its transaction."""

CACHE_KIB = 64 * 1024
"""Pages of a SQLite file that a connection may keep in memory: an outbox of a hundred thousand actions."""

_WRITES = "erp_ar_ext_writes"

_DRIVERS = {"postgresql": "postgresql+psycopg", "oracle": "oracle+oracledb"}
"""Which driver a URL means that names none."""

_ONE_MOMENT = {"postgresql": "REPEATABLE READ", "oracle": "SERIALIZABLE"}
"""Isolation in which a transaction sees one moment; on SQLite each does."""

_SERVER_CLOCKS = {
    "postgresql": text("SELECT clock_timestamp() AT TIME ZONE 'UTC'"),
    "oracle": text("SELECT SYS_EXTRACT_UTC(SYSTIMESTAMP) FROM dual"),
}
"""How a server tells the time, in UTC. A SQLite file has none: all who may open it are on one machine."""

_RESTORE = (
    "restore it from a backup; without one, move it away and run erp-ar sync: what was written back is found again "
    "by its reference, approvals are given anew"
)
_ASK_THE_SERVER = "see that the server of [state] url answers and lets this user in, and try again"
_ASK_THE_DBA = "let this user make tables in its schema, or have the DBA run what erp-ar state-ddl prints"
_HINTS = {
    ("ORA-28000", "ORA-28001"): "the account is locked or its password has expired: the DBA sets it right",
    ("ORA-01017", "password authentication failed"): "correct the user or the password of [state] url",
    ("ORA-00942", "ORA-01031", "ORA-01950", "permission denied"): _ASK_THE_DBA,
    ("locked", "deadlock", "could not serialize", "ORA-00054", "ORA-08177"): "another run is writing; try again",
    ("not a database", "malformed", "corrupt"): _RESTORE,
    ("disk I/O", "disk is full", "readonly", "unable to open"): "make room, or give this user the rights on its folder",
}
"""What to do next, by words of what the database said."""


def utc_now() -> datetime:
    """Tell the moment: for logs, leases and the timestamps of state, never for business dates."""
    return datetime.now(UTC)


def moment_text(moment: datetime) -> str:
    """Write a moment as UTC text of fixed width: text order is time order.

    >>> moment_text(datetime(2026, 1, 31, 12, tzinfo=UTC))
    '2026-01-31T12:00:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@lru_cache(maxsize=1024)  # those who approve many actions do so at one moment
def later(moment: str, by: timedelta) -> str:
    """Tell the moment that comes so much after another, or before it; both as fixed-width UTC text.

    >>> later("2026-01-31T23:59:59.000000Z", timedelta(seconds=1))
    '2026-02-01T00:00:00.000000Z'
    """
    return moment_text(datetime.fromisoformat(moment) + by)


class Database:
    """An engine with a clock; all its errors are StateError.

    Rows are stamped by this machine's clock. What several machines compare, which is the lease, goes by the server's,
    unless a `clock` is given for everything.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] | None = None) -> None:
        self.engine = engine
        self.place = engine.url.render_as_string(hide_password=True)
        self._clock = clock or utc_now
        self._server_clock = None if clock else _SERVER_CLOCKS.get(engine.dialect.name)
        self._writer = engine.execution_options(**{_WRITES: True})

    def moment(self, after: timedelta = timedelta()) -> str:
        """Tell the moment, or one that much later, as fixed-width UTC text."""
        return moment_text(self._clock() + after)

    def shared_moment(self, connection: Connection, after: timedelta = timedelta()) -> str:
        """Tell the moment by the clock of all who share this database, or one that much later."""
        if self._server_clock is None:
            return self.moment(after)
        now: datetime = connection.execute(self._server_clock).scalar_one()
        return moment_text(now.replace(tzinfo=UTC) + after)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads."""
        with _told(self.place), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def steady(self) -> Iterator[Connection]:
        """Open a transaction that reads everything as of one moment, however many statements it takes."""
        level = _ONE_MOMENT.get(self.engine.dialect.name)
        engine = self.engine if level is None else self.engine.execution_options(isolation_level=level)
        with _told(self.place), engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes; on SQLite it takes the write lock at once, so that it cannot fail half-way.

        Commits when the block ends, rolls back when it raises. A StateError out of the commit itself leaves open
        whether it happened: whoever depends on that reads again.
        """
        with _told(self.place), self._writer.begin() as connection:
            yield connection

    def check(self) -> None:
        """Go through all of a SQLite file; a server looks after its own. Raises StateError where it is damaged."""
        if self.engine.dialect.name != "sqlite":
            return
        with self.reading() as connection:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()).rsplit("\n", maxsplit=1)[-1]
        if found != "ok":
            raise StateError(f"the state database is damaged: {found}", place=self.place, hint=_RESTORE)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def execute_many(connection: Connection, statement: Insert | Update, rows: Sequence[Mapping[str, object]]) -> int:
    """Run a statement for many rows that have the same columns; returns how many rows of the table it touched.

    Where the driver takes rows by place, as SQLite's does, they go straight to it: SQLAlchemy's own way looks at every
    value of every row, which takes longer than writing them.
    """
    text, places = _by_place(statement, connection.dialect, tuple(rows[0]))
    if places is None:
        return connection.execute(statement, rows).rowcount
    in_place = itemgetter(*places)
    return connection.exec_driver_sql(text, [in_place(row) for row in rows]).rowcount


@lru_cache(maxsize=64)
def _by_place(
    statement: Insert | Update, dialect: Dialect, columns: tuple[str, ...]
) -> tuple[str, Sequence[str] | None]:
    """Compile a statement; also says which column's value comes at which place, or None where they go by name."""
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    return str(compiled), compiled.positiontup if isinstance(compiled, SQLCompiler) else None


def connect(url: str, base_dir: Path) -> Engine:
    """Make the engine for a state URL; a relative SQLite path counts from `base_dir`.

    A SQLite file that is not there is made for its owner alone, and so is its folder. Errors hide what was written:
    customers' names and amounts have no place in a log. Raises StateError for a URL
    that cannot be used.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, base_dir)
    parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
    try:
        engine = create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise StateError(
            f"the driver {error.name} is not installed",
            place=parsed.render_as_string(hide_password=True),
            hint=f"pip install 'erp-ar-ext[{parsed.get_backend_name()}]', or the driver the URL names",
        ) from error
    except SQLAlchemyError as error:
        raise _state_error(error, parsed.render_as_string(hide_password=True)) from error
    event.listen(engine, "handle_error", _tell_renewed)
    return engine


def _tell_renewed(context: ExceptionContext) -> None:
    """Tell where a connection is gone that is looked at before it is used again."""
    if context.is_pre_ping and context.is_disconnect:
        events.STATE_SESSION_RENEWED.tell(database=context.dialect.name)


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except SQLAlchemyError as error:
        raise StateError(
            "the URL of the state database is not one",
            hint="[state] url is like sqlite:///.erp-ar/state.db, postgresql://user@host/database or oracle://user@host/?service_name=service",
        ) from error


def _sqlite(url: URL, base_dir: Path) -> Engine:
    if not url.database or url.database == ":memory:":
        raise StateError(
            "a database in memory would forget what was sent",
            hint="name a file in [state] url, like sqlite:///.erp-ar/state.db",
        )
    path = base_dir / url.database
    _make_private(path)
    engine = create_engine(url.set(database=str(path)), connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: Path) -> None:
    """Make the folder and the file so that only their owner reads them: they hold names and amounts."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StateError(
            f"cannot be made or opened: {error.strerror}",
            place=str(path),
            hint="correct [state] url, or the rights on its folder",
        ) from error


def _prepare_sqlite(connection: object, _record: object) -> None:
    """Leave BEGIN to us, keep foreign keys, and make a commit survive a power cut.

    The rollback journal stays the default: it works on network folders, where a write-ahead log does not.
    """
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = EXTRA")  # FULL, and the folder too once the journal is removed
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _told(place: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise _state_error(error, place) from error


def _state_error(error: SQLAlchemyError, place: str) -> StateError:
    cause = str(error.orig if isinstance(error, DBAPIError) else error).split("\n", maxsplit=1)[0]
    hint = next((hint for words, hint in _HINTS.items() if any(word in cause for word in words)), _ASK_THE_SERVER)
    return StateError(f"the state database does not answer as it should: {cause}", place=place, hint=hint)
