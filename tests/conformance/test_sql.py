"""A source over SQL tables with last-changed times holds what every source of changes must hold."""

from pathlib import Path

from sql_erp import SqlAdapter, SqlErp, sqlite_engine

from erp_ar_ext.testing.conformance import BaseChangesConformance, BaseReadConformance


class SqlSubject:
    """Each test has a database of its own."""

    def prepare(self, company, folder: Path):
        """Fill the tables."""
        return SqlAdapter(SqlErp(sqlite_engine(folder / "erp.db"), company)), {}


class TestSqlReads(SqlSubject, BaseReadConformance):
    """Reading tables."""


class TestSqlChanges(SqlSubject, BaseChangesConformance):
    """Reading changes of tables."""

    def stamp(self, subject, moment):
        """Stamp every row."""
        erp = subject.adapter.erp
        with erp.engine.begin() as connection:
            for entity in erp.entities:
                connection.execute(erp.table(entity).update().values(last_update_date=moment))
