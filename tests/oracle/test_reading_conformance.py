"""The oracle adapter reads the example company as every adapter must, and tells its changes as every source must."""

import pytest
from as_kept import as_kept, with_pools
from erp_ar_ext_oracle import ADAPTER
from oracle_books import NO_WHO, Numbers, OracleBooks, primary_keys

from erp_ar_ext.testing import COMPANY
from erp_ar_ext.testing.conformance import BaseChangesConformance, BaseReadConformance

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def loaded(ebs_schema):
    """The example company in the tables, once for the module: nothing here changes more than time stamps."""
    books = OracleBooks(ebs_schema.connection)
    books.clear()
    books.become(OracleSubject.company)
    return ebs_schema


class OracleSubject:
    """The company under ids that are numbers, with what that ERP cannot hold left out."""

    company = with_pools(as_kept(Numbers().rows(COMPANY)))

    @pytest.fixture(autouse=True)
    def _schema(self, loaded):
        self.schema = loaded

    def prepare(self, _company, _folder):
        """The tables are filled already."""
        return ADAPTER, self.schema.settings


class TestOracleReads(OracleSubject, BaseReadConformance):
    """Reading the tables of E-Business Suite."""


class TestOracleChanges(OracleSubject, BaseChangesConformance):
    """Reading changes of those tables."""

    def stamp(self, _subject, moment):
        """Stamp every row of every table."""
        with self.schema.connection.cursor() as cursor:
            for table in primary_keys().keys() - NO_WHO:
                cursor.execute(f"UPDATE {table} SET last_update_date = :1", [moment])
        self.schema.connection.commit()
