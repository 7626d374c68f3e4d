"""Bring the state database to the schema this release knows, or refuse one that is newer."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import erp_ar_ext
from erp_ar_ext.errors import StateError
from erp_ar_ext.store.database import Database


def migrations_folder() -> Path:
    """Find the migrations: inside an installed package, or at the top of a clone."""
    package = Path(erp_ar_ext.__file__).parent
    shipped = package / "_migrations"
    return shipped if shipped.is_dir() else package.parent / "migrations"


def migrate(database: Database) -> None:
    """Upgrade to the newest schema; does nothing where it is there.

    Raises StateError for a database that a newer release has upgraded.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)  # an upgrade of state is no news to a desk
    script = ScriptDirectory(str(migrations_folder()))
    with database.reading() as connection:
        if _revision(connection, script, database.place) == script.get_current_head():
            return
    with database.writing() as connection:
        _upgrade(connection)


def _revision(connection: Connection, script: ScriptDirectory, place: str) -> str | None:
    """Revision the database is at. Raises StateError for one that this release does not know."""
    revision = MigrationContext.configure(connection).get_current_revision()
    known = {step.revision for step in script.walk_revisions()}
    if revision is not None and revision not in known:
        raise StateError(
            f"the state database was upgraded by a newer release (its schema is {revision})",
            place=place,
            hint="upgrade erp-ar-ext; an older release must not write to it",
        )
    return revision


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
