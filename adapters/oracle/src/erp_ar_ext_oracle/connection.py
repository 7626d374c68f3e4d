"""Connections: how they are opened, and what every session is set to before it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import oracledb
import sqlalchemy as sa
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from erp_ar_ext.errors import ConfigError, ErpArError
from erp_ar_ext.spi import Event
from erp_ar_ext_oracle import events
from erp_ar_ext_oracle.reactions import Reaction, facts, known, reaction, was_replaced, worded
from erp_ar_ext_oracle.settings import OracleSettings

FORMATS = {
    "NLS_DATE_FORMAT": "YYYY-MM-DD HH24:MI:SS",
    "NLS_TIMESTAMP_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF6",
    "NLS_NUMERIC_CHARACTERS": ".,",
    "NLS_SORT": "BINARY",
    "NLS_COMP": "BINARY",
}
"""What the session's settings would otherwise decide: how texts become dates and numbers, and what equals what."""

LONGEST_WAIT = 20.0
"""Seconds that two tries to connect are apart at most."""


def open_engine(settings: OracleSettings, base_dir: Path) -> sa.Engine:
    """Make an engine whose sessions are set up on every checkout; nothing is connected yet.

    Relative folders start at `base_dir`. Raises ConfigError where Oracle's client libraries cannot be loaded.
    """
    _choose_mode(settings, base_dir)
    arguments = _arguments(settings, base_dir)
    engine = sa.create_engine(
        "oracle+oracledb://",
        creator=lambda: oracledb.connect(**arguments),
        pool_size=2,
        max_overflow=1,
        pool_pre_ping=True,
        arraysize=1_000,
        max_identifier_length=30,
    )
    statement = _set_up(settings)

    @sa.event.listens_for(engine, "checkout")
    def _prepare(session: Any, _record: object, _proxy: object) -> None:
        _tell_who(session, settings)
        with session.cursor() as cursor:
            cursor.execute(statement)

    @sa.event.listens_for(engine, "handle_error")
    def _drop_dead(context: sa.ExceptionContext) -> None:
        error = context.original_exception
        if error is not None and reaction(error) is Reaction.RECONNECT:
            context.is_disconnect = True
            if context.is_pre_ping:
                events.SESSION_RENEWED.tell(**facts(error))

    return engine


@contextmanager
def connected(
    engine: sa.Engine,
    settings: OracleSettings,
    kind: type[ErpArError],
    *,
    action: str = "look",
    sleep: Callable[[float], None] | None = None,
) -> Iterator[sa.Connection]:
    """Give a connection, tried again where the error table says that may help; the DBA sees `action` in V$SESSION.

    Raises ConfigError for what a person must set right, else `kind`; neither shows a password.
    """
    connection = _connect(engine, settings, kind, sleep)
    try:
        driver_connection(connection).action = action
        yield connection
    finally:
        connection.close()


def driver_connection(connection: sa.Connection) -> Any:
    """The driver's own connection beneath SQLAlchemy's: what data frames are fetched with."""
    return connection.connection.driver_connection


def failure(error: BaseException, place: str, kind: type[ErpArError]) -> ErpArError:
    """An error of the driver as one of ours, worded and with a hint: ConfigError where a person must set it right."""
    entry = known(error)
    our = ConfigError if entry.reaction is Reaction.CONFIGURATION else kind
    return our(worded(error), place=place, hint=entry.hint)


def retrying(settings: OracleSettings, wanted: Callable[[BaseException], bool], told: Event, **more: Any) -> Retrying:
    """Tries as many as the settings say, further and further apart, for the errors that are `wanted`; each is told."""

    def tell(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if error is not None:
            event = events.PACKAGE_REPLACED if was_replaced(error) else told
            event.tell(tries=state.attempt_number, **facts(error))

    return Retrying(
        retry=retry_if_exception(wanted),
        stop=stop_after_attempt(settings.retries + 1),
        wait=wait_random_exponential(multiplier=0.5, max=LONGEST_WAIT),
        reraise=True,
        before_sleep=tell,
        **more,
    )


def _connect(
    engine: sa.Engine, settings: OracleSettings, kind: type[ErpArError], sleep: Callable[[float], None] | None
) -> sa.Connection:
    more = {} if sleep is None else {"sleep": sleep}
    try:
        return retrying(settings, _may_connect, events.CONNECT_AGAIN, **more)(engine.connect)
    except (sa.exc.DBAPIError, oracledb.Error, OSError) as error:
        # the driver's own chain is cut: it may name what was given to connect with
        raise failure(error, f"oracle {settings.dsn}", kind) from None


def _may_connect(error: BaseException) -> bool:
    return reaction(error) is Reaction.RECONNECT


def _choose_mode(settings: OracleSettings, base_dir: Path) -> None:
    if settings.thick is False:
        return
    folder = None if settings.thick is True else str(base_dir / settings.thick)
    try:
        oracledb.init_oracle_client(
            lib_dir=folder, config_dir=None if settings.config_dir is None else str(base_dir / settings.config_dir)
        )
    except oracledb.Error as error:
        raise failure(error, "oracle client", ConfigError) from error


def _arguments(settings: OracleSettings, base_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = {
        "user": settings.user,
        "password": settings.password.get_secret_value(),
        "dsn": settings.dsn,
        "tcp_connect_timeout": settings.connect_timeout_seconds,
        "stmtcachesize": 64,
        "program": "erp-ar",
    }
    if settings.edition is not None:
        found["edition"] = settings.edition
    if settings.config_dir is not None:
        found["config_dir"] = str(base_dir / settings.config_dir)
    if settings.wallet_location is not None:
        found["wallet_location"] = str(base_dir / settings.wallet_location)
    if settings.wallet_password is not None:
        found["wallet_password"] = settings.wallet_password.get_secret_value()
    return found


def _tell_who(session: Any, settings: OracleSettings) -> None:
    """Set what costs no round trip: it goes with the next call, and the DBA sees it in V$SESSION."""
    session.call_timeout = round(settings.call_timeout_seconds * 1_000)
    session.module = settings.module
    session.client_identifier = settings.client_identifier
    if settings.schema_ is not None:
        session.current_schema = settings.schema_.upper()


def _set_up(settings: OracleSettings) -> str:
    values = FORMATS | {"NLS_LANGUAGE": settings.language.upper()}
    return "ALTER SESSION SET " + " ".join(f"{name} = '{value}'" for name, value in values.items())
