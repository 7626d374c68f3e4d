"""Bring the state database to the schema this release knows, or refuse one that is newer."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from erp_ar_ext.errors import StateError
from erp_ar_ext.store.database import Database
from erp_ar_ext.store.migrations import REVISIONS


def migrate(database: Database) -> None:
    """Upgrade to the newest schema; does nothing where it is there.

    Raises StateError for a database that a newer release has upgraded.
    """
    with database.reading() as connection:
        if _revision(connection, database.place) == REVISIONS[-1]:
            return
    from erp_ar_ext.store.upgrade import upgrade  # noqa: PLC0415 - Alembic is slow to import and seldom needed

    with database.writing() as connection:
        upgrade(connection)


def _revision(connection: Connection, place: str) -> str | None:
    """Revision the database is at, None for an empty one. Raises StateError for one that this release does not know."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision is not None and revision not in REVISIONS:
        raise StateError(
            f"the state database was upgraded by a newer release (its schema is {revision})",
            place=place,
            hint="upgrade erp-ar-ext; an older release must not write to it",
        )
    return revision
