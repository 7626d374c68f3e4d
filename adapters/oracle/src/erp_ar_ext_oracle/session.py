"""One reading's session: a single read-only transaction, or a statement at a time, and what may be tried again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import oracledb
import pyarrow as pa
import sqlalchemy as sa

from erp_ar_ext.errors import SourceError
from erp_ar_ext_oracle import events
from erp_ar_ext_oracle.connection import connected, driver_connection, failure, retrying
from erp_ar_ext_oracle.reactions import Reaction, full_code, reaction
from erp_ar_ext_oracle.settings import OracleSettings

_WORTH_ANOTHER_TRY = (Reaction.RETRY_READ, Reaction.RETRY_UNIT, Reaction.RECONNECT)
_ABSENT = ("ORA-00942", "ORA-00980", "ORA-01031", "ORA-04063", "ORA-00904")
"""Not there, a synonym to nowhere, not granted, a view that does not compile, a column that is not there."""


class ReadingSession:
    """Reads frames. In a read-only transaction all of them are of one moment: that of the first statement."""

    def __init__(self, engine: sa.Engine, settings: OracleSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._opened: Any = None
        self._connection: Any = None
        self._reading = False
        self._handed_over = False

    def clock(self) -> datetime:
        """The database's own time, to the second and without a zone."""
        return self._tried("the database's clock", self._ask_clock)  # type: ignore[no-any-return]

    def answers(self, text: str, binds: Mapping[str, object]) -> str | None:
        """None where a statement can be run; else the code of what is missing. Raises SourceError for all else."""
        try:
            self._tried("what is there to read", lambda: self._run(text, binds), raw=True)
        except oracledb.Error as error:
            if full_code(error) in _ABSENT:
                return full_code(error)
            raise failure(error, "what is there to read", SourceError) from None
        return None

    def frames(self, place: str, text: str, binds: Mapping[str, object], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Rows of a statement, batch by batch, in the types asked for.

        Tried again only while nothing was handed over: of this statement, or, in a read-only transaction, of any, as
        another transaction would be of another moment. Raises SourceError.
        """
        if self._settings.consistency == "statement":
            self._handed_over = False
        batches, first = self._tried(place, lambda: self._start(text, binds, schema))
        while first is not None:
            self._handed_over = True
            yield first
            try:
                first = _let_go(lambda: next(batches, None))
            except oracledb.Error as error:
                raise failure(error, place, SourceError) from None

    def close(self) -> None:
        """End the transaction, and let go of the connection."""
        opened, self._opened, self._connection, self._reading = self._opened, None, None, False
        if opened is not None:
            opened.__exit__(None, None, None)

    def _start(
        self, text: str, binds: Mapping[str, object], schema: pa.Schema
    ) -> tuple[Iterator[pa.RecordBatch], pa.RecordBatch | None]:
        connection = self._connected()
        if self._settings.consistency == "read_only" and not self._reading:
            connection.rollback()  # whatever was looked at before does not belong to the moment that is read
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            self._reading = True
        frames = connection.fetch_df_batches(text, dict(binds), size=self._settings.batch_rows, requested_schema=schema)
        batches = (batch for frame in frames for batch in _batches(frame))
        return batches, next(batches, None)

    def _ask_clock(self) -> datetime:
        with self._connected().cursor() as cursor:
            cursor.execute("SELECT SYSDATE FROM dual")
            ((now,),) = cursor.fetchall()
        return now  # type: ignore[no-any-return]

    def _run(self, text: str, binds: Mapping[str, object]) -> None:
        with self._connected().cursor() as cursor:
            cursor.execute(text, dict(binds))

    def _connected(self) -> Any:
        if self._connection is None:
            opened = connected(self._engine, self._settings, SourceError, action="read")
            self._connection = driver_connection(opened.__enter__())
            self._opened = opened
        return self._connection

    def _tried(self, place: str, what: Any, *, raw: bool = False) -> Any:
        try:
            return retrying(self._settings, self._may_try_again, events.READ_AGAIN)(_let_go, what)
        except oracledb.Error as error:
            if raw:
                raise
            raise failure(error, place, SourceError) from None

    def _may_try_again(self, error: BaseException) -> bool:
        """Whether another try can help, and nothing was handed over that it would not agree with."""
        known = reaction(error)
        if self._handed_over or known not in _WORTH_ANOTHER_TRY:
            return False
        self.close() if known is Reaction.RECONNECT else self._connection.rollback()
        self._reading = False
        return True


def _let_go(what: Any) -> Any:
    """Call the driver; of an error, let go of the frames in which it arose.

    They hold cursors. Were these left to the garbage collector, it might close one while the driver prepares another
    statement of the same connection, and would wait there for ever.
    """
    try:
        return what()
    except oracledb.Error as error:
        raise error.with_traceback(None) from None


def _batches(frame: Any) -> Iterator[pa.RecordBatch]:
    yield from (batch for batch in pa.table(frame).to_batches() if batch.num_rows)
