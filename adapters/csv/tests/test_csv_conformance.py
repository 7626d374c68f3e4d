"""The csv adapter holds what every adapter must hold."""

import csv
from pathlib import Path

import pytest
from erp_ar_ext_csv import ADAPTER

from erp_ar_ext.model import ENTITIES
from erp_ar_ext.testing.conformance import BaseReadConformance, BaseWriteConformance


class CsvSubject:
    """Each test has a folder of canonical files."""

    def columns(self, entity, _rows):
        """All columns of an entity."""
        return [column.name for column in ENTITIES[entity].columns()]

    def prepare(self, company, folder):
        """Write the company's rows as files."""
        self.put(company, folder)
        return ADAPTER, {"path": str(folder)}

    def become(self, subject, company):
        """Write other rows in place of them."""
        self.put(company, Path(subject.settings["path"]))

    def put(self, company, folder):
        """Write rows as files."""
        for entity, rows in company.items():
            columns = self.columns(entity, rows)
            with (folder / f"{entity}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows(rows)


class TestCsvReads(CsvSubject, BaseReadConformance):
    """Reading from files."""


class FewColumns(CsvSubject):
    """Files that leave out what they have nothing to say in."""

    def columns(self, _entity, rows):
        """Columns that some row has a value in."""
        return list(dict.fromkeys(name for row in rows for name in row))


class TestCsvReadsFewColumns(FewColumns, BaseReadConformance):
    """Reading from files with few columns."""


class TestCsvWrites(CsvSubject, BaseWriteConformance):
    """Writing beside files."""


@pytest.mark.thorough
class TestCsvWritesBesideFewColumns(FewColumns, BaseWriteConformance):
    """Writing beside files with few columns."""
