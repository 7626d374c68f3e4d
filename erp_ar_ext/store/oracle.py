"""What Oracle does otherwise when the schema is upgraded: each DDL statement commits by itself.

An upgrade that is cut off leaves its first steps there. So on Oracle a step that was done already is passed over, and
the next opening goes on where the last one ended.
"""

from __future__ import annotations

from typing import Any

from alembic.ddl.oracle import OracleImpl
from sqlalchemy import Table, inspect

from erp_ar_ext import events


class RepeatableOracle(OracleImpl):
    """Alembic's Oracle; it makes no table that is there already, and drops none that is not."""

    __dialect__ = "oracle"

    def create_table(self, table: Table, **options: Any) -> None:
        """Make a table, unless one with just these columns is there: another's table of that name stays an error."""
        if self._columns(table) == {column.name for column in table.columns}:
            events.STATE_UPGRADE_RESUMED.tell(table=table.name)
        else:
            super().create_table(table, **options)

    def drop_table(self, table: Table, **options: Any) -> None:
        """Drop a table, where it is there."""
        if self.as_sql or self._columns(table):
            super().drop_table(table, **options)

    def version_table_impl(self, **options: Any) -> Table:
        """Build the table of the revision; its rows return nothing: a script has nowhere to put that."""
        table = super().version_table_impl(**options)
        table.implicit_returning = False
        return table

    def _columns(self, table: Table) -> set[str]:
        if self.as_sql or self.connection is None:
            return set()
        inspector = inspect(self.connection)
        if not inspector.has_table(table.name):
            return set()
        return {column["name"] for column in inspector.get_columns(table.name)}
