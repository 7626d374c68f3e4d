"""The writing side: one call of XXAR_EXT_API and one transaction for each intent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import oracledb
import sqlalchemy as sa

from erp_ar_ext.errors import ConfigError, TransientWriteError, UnknownOutcomeError, WriteError
from erp_ar_ext.spi import Intent, Outcome, ReadContext, WriteResult
from erp_ar_ext_oracle import events
from erp_ar_ext_oracle.connection import connected, driver_connection, open_engine, retrying
from erp_ar_ext_oracle.package import call
from erp_ar_ext_oracle.reactions import Reaction, facts, known, reaction, was_replaced, worded
from erp_ar_ext_oracle.requests import NoRequestError, Request, request_of
from erp_ar_ext_oracle.settings import OracleSettings, identity

OUT_SIZES = {"x_outcome": 30, "x_erp_id": 40, "x_message": 4_000}
"""OUT parameters of every procedure, with their longest values in characters."""

_READ_AGAIN = (Reaction.RETRY_READ, Reaction.RETRY_UNIT, Reaction.RECONNECT)

Answer = TypeVar("Answer")


class OracleTarget:
    """An open database to write to. Every intent is a transaction of its own, so none can undo another."""

    def __init__(
        self, settings: OracleSettings, context: ReadContext, *, sleep: Callable[[float], None] | None = None
    ) -> None:
        self._settings = settings
        self._engine = open_engine(settings, context.base_dir)
        self._stopping = context.stopping
        self._waiting = {} if sleep is None else {"sleep": sleep}

    def identity(self) -> Mapping[str, str]:
        """Which ERP this is, as its source says."""
        return identity(self._settings)

    def write(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Call and commit, intent by intent; once the run is to stop, the rest is left.

        Raises TransientWriteError where the database failed before anything was committed, UnknownOutcomeError where
        it failed in a commit or after one.
        """
        if not intents:
            return []
        with self._connection("apply") as connection:
            batch = _Batch(connection, self._settings, self._waiting)
            return [
                WriteResult(intent.key, Outcome.LEFT) if self._stopping() else batch.write(intent) for intent in intents
            ]

    def check(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Answer as `write` would, and write nothing. Raises TransientWriteError where the database fails."""
        if not intents:
            return []
        with self._connection("check") as connection:
            batch = _Batch(connection, self._settings, self._waiting)
            return [batch.check(intent) for intent in intents]

    def look_up(self, intents: Sequence[Intent]) -> Sequence[WriteResult | None]:
        """Find the intents' requests; tried again on a new connection. Raises TransientWriteError where it fails."""
        if not intents:
            return []
        again = retrying(self._settings, _may_read_again, events.LOOK_UP_AGAIN, **self._waiting)
        return again(self._look_up, intents)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def _look_up(self, intents: Sequence[Intent]) -> list[WriteResult | None]:
        with self._connection("look up") as connection:
            batch = _Batch(connection, self._settings, self._waiting)
            return [batch.look_up(intent) for intent in intents]

    @contextmanager
    def _connection(self, action: str) -> Iterator[sa.Connection]:
        """Connect. Whatever keeps us from it, nothing was written: raises TransientWriteError."""
        opened = connected(self._engine, self._settings, TransientWriteError, action=action, **self._waiting)
        try:
            connection = opened.__enter__()
        except ConfigError as error:
            raise TransientWriteError(f"nothing was written: {error}", place=error.place, hint=error.hint) from None
        try:
            yield connection
        except BaseException:
            connection.invalidate()  # whatever state it is in, nobody gets it again
            raise
        finally:
            opened.__exit__(None, None, None)


class _Batch:
    """Intents written over one connection; it knows whether anything was committed yet."""

    def __init__(self, connection: sa.Connection, settings: OracleSettings, waiting: Mapping[str, Any]) -> None:
        self._driver = driver_connection(connection)
        self._settings = settings
        self._waiting = waiting
        self._committed = False

    def write(self, intent: Intent) -> WriteResult:
        return self._answer(intent, self._write)

    def check(self, intent: Intent) -> WriteResult:
        return self._answer(intent, self._dry_run)

    def look_up(self, intent: Intent) -> WriteResult | None:
        """Raises TransientWriteError: looking up writes nothing."""
        try:
            request = request_of(intent, self._settings)
        except NoRequestError:
            return None  # it can never have been written
        try:
            outcome, *rest = self._call(Request("look_up", request.identity))
            self._driver.rollback()
        except oracledb.Error as error:
            raise self._failed(error) from error
        return None if outcome is None else _result(intent, outcome, *rest)

    def _answer(self, intent: Intent, ask: Callable[[Intent, Request], WriteResult]) -> WriteResult:
        """Ask, again where the error table says so; a database's own refusal is an answer, and not the others'."""
        try:
            request = request_of(intent, self._settings)
        except NoRequestError as error:
            return WriteResult(intent.key, Outcome.REFUSED, message=str(error))
        try:
            again = retrying(self._settings, self._may_ask_again, events.CALL_AGAIN, **self._waiting)
            return again(ask, intent, request)
        except oracledb.Error as error:
            return self._refused(intent, error)

    def _write(self, intent: Intent, request: Request) -> WriteResult:
        result = _result(intent, *self._call(request, p_dry_run="N"))
        if result.outcome is not Outcome.CREATED:
            self._driver.rollback()
            return result
        try:
            self._driver.commit()
        except oracledb.Error as error:
            raise self._in_doubt(error) from error
        self._committed = True
        return result

    def _dry_run(self, intent: Intent, request: Request) -> WriteResult:
        result = _result(intent, *self._call(request, p_dry_run="Y"))
        self._driver.rollback()
        return result

    def _call(self, request: Request, **more: str) -> tuple[str | None, str | None, str | None]:
        """Call a procedure; returns outcome, id and message as the package gives them."""
        with self._driver.cursor() as cursor:
            outs = {name: cursor.var(oracledb.DB_TYPE_VARCHAR, size) for name, size in OUT_SIZES.items()}
            binds = {**request.binds, **more, **outs}
            cursor.execute(call(self._settings.package, request.procedure, binds), binds)
            outcome, erp_id, message = (var.getvalue() for var in outs.values())
        return outcome, erp_id, message

    def _may_ask_again(self, error: BaseException) -> bool:
        """Whether the unit may be done again: the session stands, and all of it is undone."""
        if not isinstance(error, oracledb.Error) or reaction(error, wrote=True) is not Reaction.RETRY_UNIT:
            return False
        self._undo(error)
        return True

    def _refused(self, intent: Intent, error: oracledb.Error) -> WriteResult:
        """Answer for one intent. Raises where the error is not this intent's alone."""
        what = reaction(error, wrote=True)
        if what not in (Reaction.REFUSE, Reaction.RETRY_UNIT) or was_replaced(error):
            raise self._failed(error) from error
        self._undo(error)
        outcome = Outcome.REFUSED if what is Reaction.REFUSE else Outcome.STALE
        return WriteResult(intent.key, outcome, message=worded(error))

    def _undo(self, error: oracledb.Error) -> None:
        """Roll back. Raises where even that fails: the session is gone, and with it what was not committed."""
        try:
            self._driver.rollback()
        except oracledb.Error as second:
            raise self._failed(second) from error

    def _failed(self, error: oracledb.Error) -> WriteError:
        """The error of a call: nothing of this intent is there, for its commit was never sent."""
        if self._committed:
            return self._in_doubt(error)
        events.CALL_FAILED.tell(**facts(error))
        return TransientWriteError(
            f"nothing was written: {worded(error)}", place=f"oracle {self._settings.dsn}", hint=known(error).hint
        )

    def _in_doubt(self, error: oracledb.Error) -> UnknownOutcomeError:
        events.CALL_IN_DOUBT.tell(**facts(error))
        return UnknownOutcomeError(
            f"some of it may have been written: {worded(error)}",
            place=f"oracle {self._settings.dsn}",
            hint="erp-ar recover looks up each request by its key",
        )


def _result(intent: Intent, outcome: str | None, erp_id: str | None, message: str | None) -> WriteResult:
    """Raises ValueError for an outcome that the SPI does not know."""
    return WriteResult(intent.key, Outcome(str(outcome).lower()), erp_id=erp_id, message=message or "")


def _may_read_again(error: BaseException) -> bool:
    cause = error.__cause__ if isinstance(error, TransientWriteError) else None
    return cause is not None and reaction(cause) in _READ_AGAIN
