"""Run the migrations, inside a transaction that is open already."""

from __future__ import annotations

import logging

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from erp_ar_ext.store.migrations import migrations_folder


def upgrade(connection: Connection) -> None:
    """Upgrade the schema to the newest revision."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # an upgrade of state is no news to a desk
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
