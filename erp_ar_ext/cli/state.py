"""`state-ddl`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from erp_ar_ext.errors import UsageError
from erp_ar_ext.store.migrations import REVISIONS


class StateDatabase(StrEnum):
    """Databases that can hold the state."""

    ORACLE = "oracle"
    POSTGRESQL = "postgresql"
    SQLITE = "sqlite"


def state_ddl_command(
    database: Annotated[StateDatabase, typer.Option("--database", help="For which database.")],
    since: Annotated[
        str | None, typer.Option("--since", help="The revision in alembic_version; without one, from an empty schema.")
    ] = None,
) -> int:
    """Print the SQL that makes or upgrades the state database, where a DBA runs it instead of the program.

    It connects to nothing. The program upgrades its state database itself where it may make tables.

    Example: erp-ar state-ddl --database oracle > state.sql
    """
    if since is not None and since not in REVISIONS:
        raise UsageError(f"there is no revision {since}", hint=f"one of {', '.join(REVISIONS)}")
    from erp_ar_ext.store.upgrade import upgrade_sql  # noqa: PLC0415 - Alembic is slow to import and seldom needed

    typer.echo(upgrade_sql(database, since), nl=False)
    return 0
