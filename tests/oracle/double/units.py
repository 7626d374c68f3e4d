"""Units of PL/SQL: kept as they were sent, and deployed with the rights of their owner."""

import re

from . import names, plsql
from .engine import Engine, Result
from .errors import OraError, refused
from .names import folded
from .statements import Statement, flat


def located(engine: Engine, written: str) -> tuple[str, str]:
    """Owner and name of what stands in a statement; Oracle's names."""
    parts = [folded(part) for part in written.split(".")]
    return (parts[0], parts[1]) if len(parts) == 2 else (engine.schema, parts[0])


def create(engine: Engine, statement: Statement) -> Result:
    """Keep a unit of PL/SQL, and deploy the packages once they are complete."""
    assert statement.unit
    kind = flat(statement.unit[1]).upper()
    if "PACKAGE" not in kind:
        raise refused(f"CREATE {kind}")
    owner, name = located(engine, statement.unit[2])
    was, engine.schema = engine.schema, owner
    engine.run(
        'INSERT INTO sys."ora$source" (owner, name, type, text) VALUES '
        f"({engine.text(owner)}, {engine.text(name)}, {engine.text(kind)}, {engine.text(statement.sql)})"
        " ON CONFLICT (owner, name, type) DO UPDATE SET text = excluded.text, status = 'VALID', error = NULL"
    )
    try:
        deploy(engine, owner)
    except OraError as error:
        engine.conn.execute(
            "UPDATE sys.\"ora$source\" SET status = 'INVALID', error = %s WHERE (owner, name, type) = (%s, %s, %s)",
            (error.text, owner, name, kind),
        )
        return Result(warning=True)
    finally:
        engine.schema = was
    return Result()


def deploy(engine: Engine, owner: str) -> None:
    """Deploy a user's packages, so that they run with the rights of the user."""
    rows = engine.conn.execute(
        "SELECT text FROM sys.\"ora$source\" WHERE owner = %s AND type LIKE 'PACKAGE%%' ORDER BY name, type", (owner,)
    )
    source = "\n/\n".join(row[0].rstrip().rstrip("/") for row in rows)
    role = engine.catalogue.role(engine.conn, owner)
    engine.conn.execute("SAVEPOINT deploy_; SET LOCAL ROLE NONE")
    try:
        plsql.deploy(engine, source)
        schemas = engine.conn.execute(
            "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", (names.postgresql_name(owner) + "$",)
        ).fetchall()
        for (schema,) in schemas:
            _belongs_to(engine, schema, role)
    except BaseException:
        engine.conn.execute("ROLLBACK TO deploy_")
        raise
    finally:
        engine.conn.execute(f'SET LOCAL ROLE "{engine.role}"' if engine.role else "SET LOCAL ROLE NONE")


def _belongs_to(engine: Engine, schema: str, role: str | None) -> None:
    engine.conn.execute(f'GRANT USAGE ON SCHEMA "{schema}" TO PUBLIC; GRANT USAGE ON SCHEMA plsql TO PUBLIC')
    if role is None:
        return
    routines = engine.conn.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = %s::regnamespace", (f'"{schema}"',)
    ).fetchall()
    for (routine,) in routines:
        engine.conn.execute(f'ALTER ROUTINE {routine} SECURITY DEFINER; ALTER ROUTINE {routine} OWNER TO "{role}"')


def drop_package(engine: Engine, found: re.Match[str]) -> None:
    """DROP PACKAGE."""
    owner, name = located(engine, found[2])
    only = " AND type = 'PACKAGE BODY'" if found[1] else ""
    where = f"owner = {engine.text(owner)} AND name = {engine.text(name)}{only}"
    if engine.run(f'DELETE FROM sys."ora$source" WHERE {where}').rowcount == 0:
        raise OraError(4043, f"object {name} does not exist")
    was, engine.schema = engine.schema, owner
    engine.conn.execute("SET LOCAL ROLE NONE")
    plsql.undeploy(engine, name)
    if not only:
        engine.run(f'DELETE FROM sys."ora$grants" WHERE owner = {engine.text(owner)} AND name = {engine.text(name)}')
    engine.schema = was


def compile_package(engine: Engine, found: re.Match[str]) -> None:
    """ALTER PACKAGE ... COMPILE: all of them always are."""
    owner, name = located(engine, found[1])
    if not engine.conn.execute(
        'SELECT 1 FROM sys."ora$source" WHERE owner = %s AND name = %s', (owner, name)
    ).fetchone():
        raise OraError(4043, f"object {name} does not exist")
