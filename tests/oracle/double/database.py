"""The PostgreSQL database behind a double: made for it on the server that is named, dropped when it ends."""

import contextlib
import secrets
from collections.abc import Iterator

import psycopg
from psycopg import conninfo


@contextlib.contextmanager
def of_its_own(url: str) -> Iterator[str]:
    """Make a database, give its connection string, drop it.

    Of its own, because the double adds casts that would change how other users of a database see their SQL. Strings
    sort as bytes, as in Oracle with NLS_SORT=BINARY, while upper and lower know every letter.
    """
    server = url.replace("postgresql+psycopg://", "postgresql://")
    name = f"double_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        _create(connection, name)
    try:
        yield conninfo.make_conninfo(server, dbname=name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            roles = connection.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", (f"{name}_",))
            for (role,) in roles.fetchall():
                connection.execute(f'DROP ROLE "{role}"')


def _create(connection: psycopg.Connection, name: str) -> None:
    for ctype in ("C.UTF-8", "C.utf8", "C"):
        try:
            connection.execute(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE '{ctype}'"
            )
        except psycopg.errors.WrongObjectType:
            if ctype == "C":
                raise
        else:
            return
