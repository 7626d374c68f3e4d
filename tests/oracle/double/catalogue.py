"""What all sessions of a double share: users, roles, rights, synonyms."""

import threading
from dataclasses import dataclass
from typing import Any

import psycopg

from .errors import OraError, refused
from .names import oracle_name, postgresql_name, quoted

DBA = {"SYS", "SYSTEM"}
SYSTEM_PRIVILEGES = {
    "CREATE SESSION", "ALTER SESSION", "CREATE TABLE", "CREATE VIEW", "CREATE SEQUENCE", "CREATE PROCEDURE",
    "CREATE SYNONYM", "CREATE PUBLIC SYNONYM", "DROP PUBLIC SYNONYM", "CREATE TRIGGER", "CREATE TYPE",
    "UNLIMITED TABLESPACE", "CREATE MATERIALIZED VIEW", "CREATE JOB", "CREATE INDEXTYPE", "CREATE OPERATOR",
    "CREATE CLUSTER",
}  # fmt: skip
ROLES = {
    "CONNECT": {"CREATE SESSION"},
    "RESOURCE": {
        "CREATE TABLE", "CREATE SEQUENCE", "CREATE PROCEDURE", "CREATE TRIGGER", "CREATE TYPE", "CREATE CLUSTER",
    },
}  # fmt: skip
EVERYTHING = SYSTEM_PRIVILEGES


@dataclass
class Account:
    """A user who may log on."""

    password: str
    state: str = "open"


class Catalogue:
    """Users and synonyms; what is kept in the database's tables is read through any session's connection."""

    def __init__(self, conninfo: str, database: str) -> None:
        self.conninfo, self._database = conninfo, database
        self.accounts: dict[str, Account] = {}
        self.version = 0
        self._synonyms: tuple[int, dict[tuple[str, str], tuple[str, str]]] = (-1, {})
        self._lock = threading.Lock()

    # users and roles

    def role_name(self, user: str) -> str:
        """Name of a user's role in PostgreSQL, which all databases of a server share."""
        return f"{self._database}_{postgresql_name(user)}"

    def add_user(self, name: str, password: str, state: str = "open", *, with_rights: bool = True) -> None:
        """Make a user with a schema; Oracle's own users need no rights."""
        if name in self.accounts:
            raise OraError(1920, f"user name '{name}' conflicts with another user or role name")
        with psycopg.connect(self.conninfo, autocommit=True) as conn:
            role = "" if name in DBA else self.role_name(name)
            if role:
                conn.execute(f'CREATE ROLE "{role}"')
            owner = f' AUTHORIZATION "{role}"' if role else ""
            if name != "SYS":
                conn.execute(f"CREATE SCHEMA {quoted(name)}{owner}")
            conn.execute(f"GRANT USAGE ON SCHEMA {quoted(name)} TO PUBLIC")
            conn.execute('INSERT INTO sys."ora$users" VALUES (%s, %s) ON CONFLICT DO NOTHING', (name, role))
            if with_rights and role:
                self.grant_system(conn, name, EVERYTHING)
        self.accounts[name] = Account(password, state)

    def drop_user(self, name: str) -> None:
        """Drop a user and all that it owns."""
        if self.accounts.pop(name, None) is None:
            raise OraError(1918, f"user '{name}' does not exist")
        role = self.role_name(name)
        with psycopg.connect(self.conninfo, autocommit=True) as conn:
            schemas = conn.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname = %s OR starts_with(nspname, %s)",
                (postgresql_name(name), postgresql_name(name) + "$"),
            ).fetchall()
            for (schema,) in schemas:
                conn.execute(f'DROP SCHEMA "{schema}" CASCADE')
            if name not in DBA:
                conn.execute(f'DROP OWNED BY "{role}" CASCADE; DROP ROLE "{role}"')
            for table, column in (("source", "owner"), ("synonyms", "owner"), ("users", "name"), ("grants", "owner"),
                                  ("privileges", "grantee")):  # fmt: skip
                conn.execute(f'DELETE FROM sys."ora${table}" WHERE {column} = %s', (name,))
            conn.execute('DELETE FROM sys."ora$grants" WHERE grantee = %s', (name,))
            if conn.execute("SELECT to_regclass('plsql.deployed')").fetchone() != (None,):
                conn.execute("DELETE FROM plsql.deployed WHERE owner = %s", (name,))
        self.changed()

    def create_role(self, conn: psycopg.Connection[Any], name: str) -> None:
        """Make a role that can be granted."""
        role = self.role_name(name)
        conn.execute(f'CREATE ROLE "{role}"')
        conn.execute('INSERT INTO sys."ora$users" VALUES (%s, %s, %s)', (name, role, "ROLE"))

    def role(self, conn: psycopg.Connection[Any], name: str) -> str | None:
        """PostgreSQL's role of a user, a role or PUBLIC; None of a DBA. Raises ORA-01917 for nobody."""
        if name == "PUBLIC":
            return "public"
        found = conn.execute('SELECT role FROM sys."ora$users" WHERE name = %s', (name,)).fetchone()
        if found is None:
            raise OraError(1917, f"user or role '{name}' does not exist")
        return found[0] or None

    def grant_system(self, conn: psycopg.Connection[Any], grantee: str, privileges: set[str]) -> None:
        """Grant rights of the system."""
        for privilege in privileges - SYSTEM_PRIVILEGES:
            raise refused(f"GRANT {privilege}")
        for privilege in sorted(privileges):
            conn.execute(
                'INSERT INTO sys."ora$privileges" VALUES (%s, %s) ON CONFLICT DO NOTHING', (grantee, privilege)
            )

    def may(self, conn: psycopg.Connection[Any], user: str, privilege: str) -> bool:
        """Whether a user has a right of the system, itself or through a role."""
        if user in DBA:
            return True
        found = conn.execute(
            'SELECT 1 FROM sys."ora$privileges" p LEFT JOIN sys."ora$users" u ON u.name = p.grantee'
            " WHERE p.privilege = %s AND (p.grantee IN (%s, 'PUBLIC') OR u.kind = 'ROLE' AND"
            " pg_has_role(%s, u.role, 'USAGE')) LIMIT 1",
            (privilege, user, self.role_name(user)),
        )
        return found.fetchone() is not None

    def may_execute(self, conn: psycopg.Connection[Any], user: str, owner: str, name: str) -> bool:
        """Whether a user may run a package."""
        if user in DBA or user == owner:
            return True
        found = conn.execute(
            'SELECT 1 FROM sys."ora$grants" g LEFT JOIN sys."ora$users" u ON u.name = g.grantee'
            " WHERE g.owner = %s AND g.name = %s AND g.privilege = 'EXECUTE' AND (g.grantee IN (%s, 'PUBLIC')"
            " OR u.kind = 'ROLE' AND pg_has_role(%s, u.role, 'USAGE')) LIMIT 1",
            (owner, name, user, self.role_name(user)),
        )
        return found.fetchone() is not None

    # synonyms

    def changed(self) -> None:
        """Let every session look up names anew."""
        self.version += 1

    def synonyms(self, conn: psycopg.Connection[Any]) -> dict[tuple[str, str], tuple[str, str]]:
        """All synonyms, by owner and name."""
        version = self.version
        with self._lock:
            if self._synonyms[0] != version:
                rows = conn.execute('SELECT owner, name, table_owner, table_name FROM sys."ora$synonyms"').fetchall()
                self._synonyms = (version, {(row[0], row[1]): (row[2], row[3]) for row in rows})
            return self._synonyms[1]

    def stands_for(self, conn: psycopg.Connection[Any], schema: str, owner: str, name: str) -> tuple[str, str] | None:
        """What a synonym stands for; Oracle's names."""
        known = self.synonyms(conn)
        found = known.get((owner or schema, name))
        if found is None and not owner:
            found = known.get(("PUBLIC", name))
        return found

    def synonym(self, conn: psycopg.Connection[Any], schema: str, owner: str, name: str) -> tuple[str, str] | None:
        """What a table's synonym stands for; PostgreSQL's names."""
        seen = set()
        at = (oracle_name(owner) if owner else "", oracle_name(name))
        while True:
            own = at[0] or schema
            found = self.stands_for(conn, schema, *at)
            if found is None:
                break
            if not at[0] and (schema, at[1]) not in self.synonyms(conn) and self._exists(conn, own, at[1]):
                break  # a table of one's own goes before a public synonym
            if at in seen:
                raise OraError(1775, "looping chain of synonyms")
            seen.add(at)
            at = found
        if not seen:
            return None
        return postgresql_name(at[0]), postgresql_name(at[1])

    @staticmethod
    def _exists(conn: psycopg.Connection[Any], owner: str, name: str) -> bool:
        return conn.execute("SELECT to_regclass(%s)", (quoted(owner, name),)).fetchone() != (None,)
