"""One session's work on PostgreSQL: transactions, queries in portions, changes of rows.

A statement that fails takes back what it did and no more, as in Oracle: each runs behind a savepoint. A plain SELECT
opens no transaction of Oracle's, though PostgreSQL has one open while its cursor is.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from . import names
from .catalogue import Catalogue
from .errors import OraError, mapped
from .results import Description, columns_of
from .statements import Statement
from .translate import Translated, plain, translated
from .types import Column
from .values import Raw, quoted

MANY = 400
"""Rows of one INSERT where a client sends many."""


@dataclass
class Bind:
    """A bind as the client describes it."""

    kind: int
    size: int
    form: int
    is_array: bool = False


@dataclass
class Result:
    """What a statement gives."""

    cursor: "Cursor | None" = None
    rowcount: int = 0
    rowcounts: list[int] = field(default_factory=list)
    outs: dict[int, Raw] = field(default_factory=dict)
    directions: list[int] = field(default_factory=list)
    returning: list[list[list[Raw]]] | None = None
    failed: list[tuple[int, OraError]] = field(default_factory=list)
    warning: bool = False


class Cursor:
    """An open query: rows come in portions, from a cursor of PostgreSQL's."""

    def __init__(self, engine: "Engine", name: str, columns: list[Column], *, locks: bool) -> None:
        self.engine, self.name, self.columns, self.locks = engine, name, columns, locks
        self.done = self.held = False
        self.fetched = 0

    def fetch(self, count: int) -> list[list[Raw]]:
        """Columns of the next rows, at most as many; fewer are the last."""
        if self.done or count < 1:
            return [[] for _ in self.columns]
        if self.name not in self.engine.open:
            raise OraError(1002, "fetch out of sequence")
        try:
            columns, _ = self.engine.raw(f"FETCH {count} FROM {self.name}")
        except psycopg.Error as error:
            self.engine.lost(self)
            raise mapped(error, self.engine.schema) from error
        if len(columns[0]) < count:
            self.close()
        return columns

    def close(self) -> None:
        """Close it; the last one to close ends PostgreSQL's transaction, if nothing else needs it."""
        if not self.done:
            self.done = True
            self.engine.closed(self)


class Engine:
    """A session of an Oracle user on a connection of PostgreSQL's own."""

    def __init__(self, conninfo: str, user: str, role: str | None, catalogue: Catalogue) -> None:
        self.catalogue, self.user, self.role = catalogue, user, role
        self.schema = user
        self.conn = psycopg.connect(conninfo, autocommit=True, prepare_threshold=None)
        self.active = False
        self.open: dict[str, Cursor] = {}
        self._counter = 0
        self._translations: dict[tuple[str, str, int], Translated] = {}
        self.description = Description(self.conn)
        self.conn.execute("SET timezone = 'UTC'; SET cursor_tuple_fraction = 1; SET check_function_bodies = off")
        self.set_context(
            user=user, sid=str(self.conn.info.backend_pid), nls_date_format="DD-MON-RR", nls_timestamp_format="refused"
        )
        if role:
            self.conn.execute(f'SET ROLE "{role}"')
        self.set_schema(user)

    @property
    def is_dba(self) -> bool:
        """Whether it may do everything."""
        return self.role is None

    def set_context(self, **values: str) -> None:
        """Set what SYS_CONTEXT answers."""
        settings = ", ".join(f"set_config('double.{key}', {quoted(value)}, false)" for key, value in values.items())
        self.conn.execute(f"SELECT {settings}".encode())

    def set_schema(self, schema: str) -> None:
        """Set the schema in which names are looked for."""
        self.schema = schema
        path = quoted(f"{names.quoted(schema)}, sys, pg_catalog, plsql")
        told = f"set_config('double.schema', {quoted(schema)}, false)"
        self.conn.execute(f"SELECT set_config('search_path', {path}, false), {told}".encode())

    # transactions

    @property
    def in_postgresql(self) -> bool:
        """Whether PostgreSQL has a transaction open."""
        return self.conn.info.transaction_status != TransactionStatus.IDLE

    def begin(self, *, active: bool = True) -> None:
        """Open a transaction, unless there is one."""
        if not self.in_postgresql:
            self.conn.execute("BEGIN")
        self.active = self.active or active

    def commit(self) -> None:
        """Commit; cursors stay open, for PostgreSQL keeps the rest of their rows."""
        self._end("COMMIT")

    def rollback(self) -> None:
        """Roll back; where nothing was changed, open cursors stay open."""
        self._end("ROLLBACK" if self.active else "COMMIT")

    def _end(self, how: str) -> None:
        if not self.in_postgresql:
            return
        self.active = False
        for cursor in list(self.open.values()):
            if cursor.locks or (how == "ROLLBACK" and not cursor.held):
                self.lost(cursor)
            cursor.held = True
        try:
            self.conn.execute(how)
        except psycopg.Error as error:
            raise mapped(error, self.schema) from error

    def set_transaction(self, how: str) -> None:
        """One consistent view for the whole transaction, taken now."""
        if self.active:
            raise OraError(1453, "SET TRANSACTION must be first statement of transaction")
        self._end("COMMIT")
        self.conn.execute(f"BEGIN ISOLATION LEVEL {how}")
        self.conn.execute("SELECT 1 FROM sys.dual")
        self.active = True

    def cancel(self) -> None:
        """Interrupt what runs."""
        with contextlib.suppress(psycopg.Error):
            self.conn.cancel()

    def close(self) -> None:
        """End the session; PostgreSQL rolls back, as Oracle does for a dead session."""
        with contextlib.suppress(psycopg.Error):
            self.conn.close()

    # running SQL

    def run(self, sql: str) -> psycopg.Cursor[Any]:
        """Run SQL of PostgreSQL's that changes something."""
        with self.statement(sql):
            return self.conn.execute(sql.encode())

    @contextlib.contextmanager
    def statement(self, sql: str = "", *, active: bool = True) -> Iterator[None]:
        """Let a statement take back its own effects where it fails."""
        was, is_first = self.active, not self.in_postgresql
        self.begin(active=active)
        try:
            if not is_first:
                self.conn.execute("SAVEPOINT statement_")
            yield
            if not is_first and self.conn.info.transaction_status == TransactionStatus.INTRANS:
                self.conn.execute("RELEASE statement_")
        except (psycopg.Error, OraError) as error:
            self._take_back("ROLLBACK" if is_first else "ROLLBACK TO statement_; RELEASE statement_", was=was)
            if isinstance(error, OraError):
                raise
            raise mapped(error, self.schema, sql) from error

    def _take_back(self, how: str, *, was: bool) -> None:
        try:
            self.conn.execute(how.encode())
            self.active = was
        except psycopg.Error:  # the connection is gone, and the transaction with it
            self.active = False
            self.open.clear()

    def raw(self, sql: str) -> tuple[list[list[Raw]], psycopg.Cursor[Any]]:
        """Columns of what SQL gives, as PostgreSQL's own texts."""
        cursor = self.conn.cursor()
        cursor.execute(sql.encode())
        return columns_of(cursor), cursor

    # queries

    def translated(self, statement: Statement) -> Translated:
        """Translate for the current schema, once for each state of the synonyms."""
        key = (statement.text, self.schema, self.catalogue.version)
        found = self._translations.get(key)
        if found is None:
            if len(self._translations) > 500:
                self._translations.clear()
            found = plain(statement.text)
            if any(self._resolve(*table) for table in found.tables):
                found = translated(statement.text, self._resolve)
            self._translations[key] = found
        return found

    def _resolve(self, owner: str, name: str) -> tuple[str, str] | None:
        return self.catalogue.synonym(self.conn, self.schema, owner, name)

    def query(self, statement: Statement, values: list[Any], kinds: list[int]) -> Cursor:
        """Open a query."""
        made = self.translated(statement)
        sql = made.sql(values, kinds)
        self._counter += 1
        name = f"c{self._counter}"
        hold = "" if made.locks else " WITH HOLD"
        with self.statement(sql, active=made.locks):
            if made.wait is not None:
                self.conn.execute(f"SET LOCAL lock_timeout = '{made.wait * 1000}ms'")
            empty = self.conn.execute(f"DECLARE {name} NO SCROLL CURSOR{hold} FOR {sql};FETCH 0 FROM {name}".encode())
            empty.nextset()
            columns = self.description.columns(empty, made.tree, self.catalogue.version)
            # Oracle locks all rows when the query opens, PostgreSQL as they are fetched
            locked = self.raw(f"FETCH ALL FROM {name}")[0] if made.locks else []
        cursor = Locked(self, name, columns, locked) if made.locks else Cursor(self, name, columns, locks=False)
        self.open[name] = cursor
        return cursor

    def closed(self, cursor: Cursor) -> None:
        """Close a cursor."""
        self.open.pop(cursor.name, None)
        if self.conn.info.transaction_status == TransactionStatus.INERROR:
            return
        ends = not self.active and not self.open and self.in_postgresql
        with contextlib.suppress(psycopg.errors.InvalidCursorName):
            self.conn.execute(f"CLOSE {cursor.name}{'; COMMIT' if ends else ''}".encode())

    def lost(self, cursor: Cursor) -> None:
        """Forget a cursor that PostgreSQL no longer has."""
        self.open.pop(cursor.name, None)

    def describe(self, statement: Statement) -> list[Column]:
        """Columns of a query that does not run yet."""
        nothing: list[Any] = [None] * len(statement.names)
        cursor = self.query(statement, nothing, [0] * len(nothing))
        cursor.close()
        return cursor.columns

    # changes of rows

    def change(self, statement: Statement, binds: list[Bind], rows: list[list[Any]], *, go_on: bool) -> Result:
        """Insert, update, delete or merge, once for each row of binds; `go_on` collects errors."""
        made = self.translated(statement)
        kinds = [bind.kind for bind in binds]
        if len(rows) > 1 and not statement.return_binds and self._many(made, rows, kinds, result := Result()):
            return result
        result = Result(returning=[] if statement.return_binds else None)
        for at, row in enumerate(rows):
            try:
                self._one(made, row, kinds, result, len(statement.return_binds))
            except OraError as error:
                if not go_on:
                    error.rowcount = result.rowcount
                    raise
                result.failed.append((at, error))
                result.rowcounts.append(0)
                if result.returning is not None:
                    result.returning.append([[] for _ in statement.return_binds])
        return result

    def _one(self, made: Translated, row: list[Any], kinds: list[int], result: Result, returned: int) -> None:
        sql = made.sql(row, kinds)
        with self.statement(sql):
            if made.wait is not None:
                self.conn.execute(f"SET LOCAL lock_timeout = '{made.wait * 1000}ms'")
            columns, cursor = self.raw(sql)
        result.rowcount += cursor.rowcount
        result.rowcounts.append(cursor.rowcount)
        if result.returning is not None:
            result.returning.append(columns[:returned])

    def _many(self, made: Translated, rows: list[list[Any]], kinds: list[int], result: Result) -> bool:
        """Try all rows at once; False where one fails, and nothing is done then."""
        try:
            with self.statement():
                for sql in made.batches(rows, kinds, MANY):
                    for count in self._counts(sql):
                        result.rowcount += count
                        result.rowcounts += [1] * count if made.is_plain_insert else [count]
        except OraError as error:
            if error.code in (1013, 28, 3113):
                raise
            return False
        return True

    def _counts(self, sql: str) -> list[int]:
        cursor = self.conn.cursor()
        cursor.execute(sql.encode())
        counts = [cursor.rowcount]
        while cursor.nextset():
            counts.append(cursor.rowcount)
        return counts

    @contextlib.contextmanager
    def acting_as(self, owner: str) -> Iterator[None]:
        """Let a DBA make things in another schema that belong to its owner."""
        role = self.catalogue.role(self.conn, owner) if self.is_dba else None
        if role is None or owner == self.user:
            yield
            return
        self.conn.execute(f'SET ROLE "{role}"')
        try:
            yield
        finally:
            if self.conn.info.transaction_status == TransactionStatus.INERROR:
                self.conn.execute("ROLLBACK")
            self.conn.execute("RESET ROLE")

    @contextlib.contextmanager
    def savepoint_errors(self) -> Iterator[None]:
        """Tell of a savepoint that was never set."""
        try:
            yield
        except psycopg.Error as error:
            raise OraError(1086, "savepoint never established in this session or is invalid") from error

    def lock_table(self, written: str, mode: str, *, nowait: bool) -> None:
        """Lock a table."""
        owner, _, table = written.rpartition(".")
        target = names.quoted(owner or self.schema, table)
        with self.statement():
            self.conn.execute(f"LOCK TABLE {target} IN {mode} MODE{' NOWAIT' if nowait else ''}".encode())

    def text(self, value: str) -> str:
        """SQL text of a string."""
        return quoted(value)


class Locked(Cursor):
    """A query whose rows are all locked already; they are few, for a program changes each."""

    def __init__(self, engine: Engine, name: str, columns: list[Column], locked: list[list[Raw]]) -> None:
        super().__init__(engine, name, columns, locks=True)
        self._locked, self._at = locked, 0

    def fetch(self, count: int) -> list[list[Raw]]:
        """Columns of the next rows, at most as many."""
        found = [column[self._at : self._at + count] for column in self._locked]
        self._at += count
        if len(found[0]) < count:
            self.close()
        return found
