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
from erp_ar_ext_oracle.contract import needs, probe
from erp_ar_ext_oracle.package import NAME, VERSION, signatures, version_query
from erp_ar_ext_oracle.reactions import full_code, known, worded
from erp_ar_ext_oracle.settings import OracleSettings, parse
from erp_ar_ext_oracle.statements import OPTIONAL, READABLE, optional_tables, statement

Part = Callable[[sa.Connection, OracleSettings], Iterator[Check]]
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
PACKAGES = """
SELECT owner, object_name, object_type, status
FROM all_objects
WHERE object_name IN ('XXAR_EXT_API', 'XXAR_EXT_EFFECTS') AND object_type IN ('PACKAGE', 'PACKAGE BODY')
"""
ARGUMENTS = """
SELECT object_name, argument_name
FROM all_arguments
WHERE package_name = 'XXAR_EXT_API' AND argument_name IS NOT NULL
ORDER BY object_name, sequence
"""
SERVICE = """
SELECT commit_outcome FROM all_services WHERE LOWER(name) = LOWER(SYS_CONTEXT('USERENV', 'SERVICE_NAME'))
"""
STATEMENTS = (SESSION, CLOCK, ORGANISATIONS, ANY_SCHEDULE, PACKAGES, ARGUMENTS, SERVICE)
"""What is sent besides a probe of each table and the package."""

CLOCK_SKEW_SECONDS = 60
OLDEST = (12, 1)


def run_checks(settings: Mapping[str, Any], context: ReadContext) -> list[Check]:
    """Check the reading side: connection, tables, operating units, clock; never raises for what it finds wrong."""
    return _run(settings, context, (_session, _tables, _organisations, _clock))


def run_target_checks(settings: Mapping[str, Any], context: ReadContext) -> list[Check]:
    """Check the writing side: the package, its parameters, the service; never raises for what it finds wrong."""
    checks = _run(settings, context, (_package, _service))
    return [Check(f"write: {one.name}", one.status, one.detail, one.hint) for one in checks]


def _run(
    settings: Mapping[str, Any],
    context: ReadContext,
    parts: tuple[Part, ...],
) -> list[Check]:
    try:
        parsed = parse(settings)
        engine = open_engine(parsed, context.base_dir)
    except ConfigError as error:
        return [Check("settings", FAILED, str(error), error.hint)]
    try:
        with connected(engine, parsed, SourceError, action="doctor") as connection:
            return [check for part in parts for check in _lines(part, connection, parsed)]
    except ErpArError as error:
        return [Check("connection", FAILED, str(error), error.hint)]
    finally:
        engine.dispose()


def _lines(part: Part, connection: sa.Connection, settings: OracleSettings) -> Iterator[Check]:
    """The lines of a part; what it did not expect of the database is a line too, and the next part goes on."""
    try:
        yield from part(connection, settings)
    except sa.exc.DBAPIError as error:
        yield Check(part.__name__.strip("_"), FAILED, worded(error), known(error).hint)


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


def _package(connection: sa.Connection, settings: OracleSettings) -> Iterator[Check]:
    """Ask the package for its version: who may not, cannot write, and can still read and plan."""
    try:
        version = connection.execute(sa.text(version_query(settings.package))).scalar_one()
    except sa.exc.DBAPIError as error:
        detail = f"{settings.user} cannot call {NAME}: {worded(error)}; plans can be made, and not applied"
        yield Check("package", WARNING, detail, f"as a DBA: the scripts of erp-ar oracle ddl --writer {settings.user}")
        yield from _broken_packages(connection)
        return
    if version.split()[0] == VERSION:
        yield Check("package", OK, f"{NAME} {version}")
    else:
        hint = "as a DBA: run the scripts of erp-ar oracle ddl of this release"
        yield Check("package", FAILED, f"{NAME} is {version}; this release calls {VERSION}", hint)
    yield from _broken_packages(connection)
    yield from _parameters(connection)


def _broken_packages(connection: sa.Connection) -> Iterator[Check]:
    for row in connection.execute(sa.text(PACKAGES)):
        if row.status != "VALID":
            hint = f"as a DBA: ALTER PACKAGE {row.owner}.{row.object_name} COMPILE; then SELECT * FROM all_errors"
            yield Check(f"{row.object_type.lower()} {row.object_name}", FAILED, f"is {row.status.lower()}", hint)


def _parameters(connection: sa.Connection) -> Iterator[Check]:
    found: dict[str, list[str]] = {}
    for row in connection.execute(sa.text(ARGUMENTS)):
        found.setdefault(row.object_name, []).append(row.argument_name)
    wanted = {name: list(parameters) for name, parameters in signatures().items() if parameters}
    wrong = [name for name, parameters in wanted.items() if sorted(found.get(name, [])) != sorted(parameters)]
    if not wrong:
        yield Check("signatures", OK, f"{len(wanted)} procedures have the parameters that are sent")
    elif found:
        hint = "as a DBA: run the scripts of erp-ar oracle ddl of this release"
        yield Check("signatures", FAILED, f"{', '.join(sorted(wrong))} do not have the parameters that are sent", hint)
    else:
        yield Check("signatures", WARNING, "ALL_ARGUMENTS shows none to this user", None)


def _service(connection: sa.Connection, _settings: OracleSettings) -> Iterator[Check]:
    """Say whether the service keeps the outcome of a commit; nothing depends on it, as requests have keys."""
    try:
        outcome = connection.execute(sa.text(SERVICE)).scalar()
    except sa.exc.DBAPIError:
        outcome = None
    told = {"YES": "keeps the outcome of a commit", "NO": "keeps no outcome of a commit"}.get(str(outcome))
    yield Check("service", OK, f"{told or 'does not say whether it keeps outcomes'}; requests are looked up by key")
