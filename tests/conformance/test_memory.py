"""The in-memory reference adapter holds what every adapter must hold."""

from erp_ar_ext.testing import MemoryAdapter, MemoryErp
from erp_ar_ext.testing.conformance import BaseChangesConformance, BaseReadConformance, BaseWriteConformance


class MemorySubject:
    """Each test has an ERP of its own."""

    def prepare(self, company, folder):
        """Fill a memory ERP."""
        return MemoryAdapter(MemoryErp.of(company, folder.parent.name)), {}


class TestMemoryReads(MemorySubject, BaseReadConformance):
    """Reading from memory."""


class TestMemoryWrites(MemorySubject, BaseWriteConformance):
    """Writing to memory."""

    def become(self, subject, company):
        """Hold other rows."""
        erp = subject.adapter.erp
        for entity, rows in company.items():
            erp.rows[entity] = [dict(row) for row in rows]


class TestMemoryChanges(MemorySubject, BaseChangesConformance):
    """Reading changes from memory."""

    def stamp(self, subject, moment):
        """Stamp every row."""
        erp = subject.adapter.erp
        for entity, table in erp.rows.items():
            for row in table:
                erp.stamp(entity, row, moment)
