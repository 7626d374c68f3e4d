"""Run the migrations, inside a transaction that is open already, or write down what they would run."""

from __future__ import annotations

import io
import logging

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from erp_ar_ext.store.migrations import migrations_folder
from erp_ar_ext.store.oracle import RepeatableOracle


def upgrade(connection: Connection) -> None:
    """Upgrade the schema to the newest revision."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def upgrade_sql(database: str, since: str | None = None) -> str:
    """Write the SQL of an upgrade for a DBA to run: from a revision, or of an empty schema, to the newest one.

    `database` is sqlite, postgresql or oracle; no connection is made.
    """
    config, out = _config(), io.StringIO()
    config.output_buffer = out
    config.set_main_option("sqlalchemy.url", f"{database}://")
    command.upgrade(config, f"{since or 'base'}:head", sql=True)
    end = "COMMIT\n\n/\n" if database == RepeatableOracle.__dialect__ else ""
    return out.getvalue().rstrip("\n") + f"\n\n{end}"


def _config() -> Config:
    logging.getLogger("alembic").setLevel(logging.WARNING)  # an upgrade of state is no news to a desk
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    return config
