"""Builds the schema sys in a fresh database: Oracle's functions and its dictionary."""

import re
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.dialects.oracle import dictionary as declared
from sqlalchemy.types import Date, DateTime, Integer, Numeric, TypeEngine

from .profiles import Profile

FILES = Path(__file__).parent / "sql"
OWNERS = ("owner", "sequence_owner", "index_owner")
FOR_DBAS = {"v_$instance", "v_$database", "v_$session", "v_$parameter", "v_$transaction"}
"""Views that a DBA grants; the others are everyone's."""


def build(conninfo: str, profile: Profile) -> str:
    """Build the schema sys; gives the database's name."""
    with psycopg.connect(conninfo) as conn:
        conn.execute("SELECT set_config('double.version', %s, false)", (profile.text,))
        for key in ("user", "sid", "nls_date_format"):
            conn.execute("SELECT set_config(%s, '1', false)", (f"double.{key}",))
        for name in ("bootstrap.sql", "functions.sql"):
            conn.execute((FILES / name).read_text().encode())
        _views(conn)
        _rights(conn)
        conn.commit()
        return conn.info.dbname


def _views(conn: psycopg.Connection[Any]) -> None:
    known = _declared()
    parts = re.split(r"^-- view (\S+)\n", (FILES / "dictionary.sql").read_text(), flags=re.MULTILINE)[1:]
    for name, query in zip(parts[0::2], parts[1::2], strict=True):
        columns = [one.name for one in conn.execute(f"SELECT * FROM ({query}) q LIMIT 0".encode()).description or []]
        missing = "".join(
            f', NULL::{_type(kind)} AS "{column}"'
            for column, kind in known.get(name, {}).items()
            if column not in columns
        )
        conn.execute(f'CREATE VIEW sys."{name}" AS SELECT q.*{missing} FROM ({query}) q'.encode())
        if name.startswith("all_"):
            columns += [column for column in known.get(name, {}) if column not in columns]
            _variants(conn, name, columns)


def _variants(conn: psycopg.Connection[Any], name: str, columns: list[str]) -> None:
    conn.execute(f'CREATE VIEW sys."dba_{name[4:]}" AS SELECT * FROM sys."{name}"'.encode())
    owner = next((one for one in OWNERS if one in columns), None)
    if owner is None:
        return
    others = ", ".join(f'"{one}"' for one in columns if one != owner)
    conn.execute(
        f'CREATE VIEW sys."user_{name[4:]}" AS SELECT {others} FROM sys."{name}"'
        f" WHERE {owner} = current_setting('double.user')".encode()
    )


def _rights(conn: psycopg.Connection[Any]) -> None:
    views = conn.execute("SELECT viewname FROM pg_views WHERE schemaname = 'sys'").fetchall()
    for (name,) in views:
        if name not in FOR_DBAS and not name.startswith("dba_"):
            conn.execute(f'GRANT SELECT ON sys."{name}" TO PUBLIC'.encode())


def _declared() -> dict[str, dict[str, TypeEngine[Any]]]:
    """Columns that SQLAlchemy reads of each view, with their types."""
    found = {}
    for name in dir(declared):
        table = getattr(declared, name)
        table = getattr(table, "element", table)
        if name.startswith("all_") and hasattr(table, "columns"):
            label = table.name.replace(declared.DB_LINK_PLACEHOLDER, "")
            found[label] = {column.name: column.type for column in table.columns}
    return found


def _type(kind: TypeEngine[Any]) -> str:
    if isinstance(kind, (Integer, Numeric)):
        return "numeric"
    return "timestamp" if isinstance(kind, (DateTime, Date)) else "text"
