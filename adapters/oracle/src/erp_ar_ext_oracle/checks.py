"""Lines of `erp-ar doctor` for Oracle: what was asked of the database, what it said, and what to run where it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import oracledb
import sqlalchemy as sa

from erp_ar_ext.errors import ConfigError, ErpArError, SourceError
from erp_ar_ext.spi import Check, CheckStatus, ReadContext
from erp_ar_ext_oracle.connection import connected, driver_connection, open_engine
from erp_ar_ext_oracle.contract import needs
from erp_ar_ext_oracle.reactions import full_code, known, worded
from erp_ar_ext_oracle.settings import OracleSettings, parse
from erp_ar_ext_oracle.statements import OPTIONAL, READABLE, optional_tables, statement

OK, WARNING, FAILED = CheckStatus.OK, CheckStatus.WARNING, CheckStatus.FAILED

SESSION = """
SELECT SYS_CONTEXT('USERENV', 'SESSION_USER') AS session_user,
       SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AS current_schema,
       SYS_CONTEXT('USERENV', 'SERVICE_NAME') AS service_name,
       SYS_CONTEXT('USERENV', 'CURRENT_EDITION_NAME') AS edition
FROM dual
"""
CLOCK = "SELECT SYS_EXTRACT_UTC(SYSTIMESTAMP) AS utc, SYSDATE AS local_time FROM dual"
ORGANISATIONS = "SELECT organization_id, name FROM hr_operating_units"
ANY_SCHEDULE = "SELECT COUNT(*) FROM ar_payment_schedules_all WHERE org_id = :org_id AND ROWNUM = 1"
SERVICE = """
SELECT commit_outcome FROM all_services WHERE LOWER(name) = LOWER(SYS_CONTEXT('USERENV', 'SERVICE_NAME'))
"""
STATEMENTS = (SESSION, CLOCK, ORGANISATIONS, ANY_SCHEDULE, SERVICE)
"""What is sent besides a probe of each table and the package."""

CLOCK_SKEW_SECONDS = 60
OLDEST = (12, 1)


def run_checks(settings: Mapping[str, Any], context: ReadContext) -> list[Check]:
    """Check the reading side: connection, tables, operating units, clock; never raises for what it finds wrong."""
    return _run(settings, context, (_session, _tables, _organisations, _clock))


def _run(
    settings: Mapping[str, Any],
    context: ReadContext,
    parts: tuple[Callable[[sa.Connection, OracleSettings], Iterator[Check]], ...],
) -> list[Check]:
    try:
        parsed = parse(settings)
        engine = open_engine(parsed, context.base_dir)
    except ConfigError as error:
        return [Check("settings", FAILED, str(error), error.hint)]
    try:
        with connected(engine, parsed, SourceError, action="doctor") as connection:
            return [check for part in parts for check in part(connection, parsed)]
    except ErpArError as error:
        return [Check("connection", FAILED, str(error), error.hint)]
    finally:
        engine.dispose()


def probe(table: str, columns: tuple[str, ...]) -> str:
    """Statement that reads no row, and fails where the table or one of the columns is not there or not granted."""
    return f"SELECT {', '.join(columns) or '1'} FROM {table} WHERE 1 = 0"


@dataclass(frozen=True)
class Needed:
    """A table that the reader needs: the columns it names, and the entities that are read from it."""

    table: str
    columns: tuple[str, ...]
    entities: tuple[str, ...]

    @property
    def left_out(self) -> tuple[str, ...]:
        """Entities that cannot be read without it; of the others, only some columns stay empty."""
        return tuple(name for name in self.entities if self.table not in optional_tables(name))

    @property
    def required(self) -> bool:
        """Whether nothing at all is read without it."""
        return any(name not in OPTIONAL for name in self.left_out)


def needed_tables() -> list[Needed]:
    """All tables that the reader's statements name, in the order of the alphabet."""
    columns: dict[str, set[str]] = {}
    entities: dict[str, list[str]] = {}
    for entity in READABLE:
        for table, named in needs(statement(entity)).items():
            columns.setdefault(table, set()).update(named)
            entities.setdefault(table, []).append(entity)
    return [Needed(table, tuple(sorted(columns[table])), tuple(entities[table])) for table in sorted(columns)]


def _session(connection: sa.Connection, settings: OracleSettings) -> Iterator[Check]:
    session = driver_connection(connection)
    mode = "thin driver" if session.thin else "thick driver"
    release = tuple(int(part) for part in session.version.split(".")[:2])
    if release < OLDEST:
        yield Check("database", FAILED, f"Oracle {session.version}", "releases from 12.1 on are supported")
    else:
        yield Check("database", OK, f"Oracle {session.version}, {mode} {oracledb.__version__}")
    row = connection.execute(sa.text(SESSION)).one()
    edition = f", edition {row.edition}" if row.edition else ""
    yield Check(
        "session", OK, f"user {row.session_user}, names of {row.current_schema}, service {row.service_name}{edition}"
    )
    if settings.edition and row.edition and settings.edition.upper() != row.edition:
        yield Check("edition", FAILED, f"the session is in {row.edition}", "correct edition, or leave it out")


def _tables(connection: sa.Connection, settings: OracleSettings) -> Iterator[Check]:
    """Probe each table with the very columns that are read of it."""
    needed = needed_tables()
    left_out: set[str] = set()
    broken = 0
    for one in needed:
        try:
            connection.execute(sa.text(probe(one.table, one.columns)))
        except sa.exc.DBAPIError as error:
            broken += 1
            left_out |= set(one.left_out)
            yield _unreadable(one, error, settings)
    entities = f"{len(READABLE) - len(left_out)} of {len(READABLE)} entities can be read"
    yield Check("tables", OK, f"{len(needed) - broken} of {len(needed)} have the columns that are read; {entities}")


def _unreadable(needed: Needed, error: sa.exc.DBAPIError, settings: OracleSettings) -> Check:
    so = f"not read without it: {', '.join(needed.left_out)}" if needed.left_out else "what comes from it is empty"
    hint = known(error).hint
    if full_code(error) == "ORA-00942":
        hint = f"as a DBA: GRANT SELECT ON {settings.schema_ or 'APPS'}.{needed.table} TO {settings.user}"
    status = FAILED if needed.required else WARNING
    return Check(f"table {needed.table}", status, f"{worded(error)}; {so}", hint)


def _organisations(connection: sa.Connection, settings: OracleSettings) -> Iterator[Check]:
    try:
        units = {int(row.organization_id): row.name for row in connection.execute(sa.text(ORGANISATIONS))}
    except sa.exc.DBAPIError:
        units = {}  # the probe of the table has told why
    wanted = sorted(set(settings.org_ids)) or sorted(units)
    for org_id in wanted:
        name = f"org_id {org_id} ({units[org_id]})" if org_id in units else f"org_id {org_id}"
        try:
            rows = connection.execute(sa.text(ANY_SCHEDULE), {"org_id": org_id}).scalar_one()
        except sa.exc.DBAPIError:
            return  # told by the probe, too
        if rows:
            yield Check(name, OK, "schedules are visible")
        else:
            hint = "correct org_ids; on EBS, read through the _ALL tables: the others are empty without a context"
            yield Check(name, WARNING, "no schedule is visible", hint)
    if not wanted:
        yield Check("org_ids", WARNING, "no operating unit is visible", "name them: org_ids = [204]")


def _clock(connection: sa.Connection, _settings: OracleSettings) -> Iterator[Check]:
    before = datetime.now(UTC)
    row = connection.execute(sa.text(CLOCK)).one()
    after = datetime.now(UTC)
    server = row.utc.replace(tzinfo=UTC)
    skew = max((before - server).total_seconds(), (server - after).total_seconds(), 0.0)
    detail = f"the database says {row.local_time:%Y-%m-%d %H:%M:%S}, {skew:.0f} s from this machine's clock"
    if skew > CLOCK_SKEW_SECONDS:
        hint = "set both clocks by NTP; reading goes by the database's clock, leases by the state database's"
        yield Check("clock", WARNING, detail, hint)
    else:
        yield Check("clock", OK, detail)
