"""The CSV adapter holds what every adapter must hold."""

import csv

import pytest

from erp_ar_ext.testing.conformance import BaseReadConformance, BaseWriteConformance

csv_adapter = pytest.importorskip("erp_ar_ext_csv", reason="the CSV adapter is not installed")


class CsvSubject:
    """Each test has a folder of its own with one file per entity."""

    def prepare(self, company, folder):
        """Write the company's rows as canonical CSV files."""
        for entity, rows in company.items():
            columns = list(dict.fromkeys(name for row in rows for name in row))
            with (folder / f"{entity}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows(rows)
        return csv_adapter.ADAPTER, {"path": str(folder)}


class TestCsvReads(CsvSubject, BaseReadConformance):
    """Reading from files."""


class TestCsvWrites(CsvSubject, BaseWriteConformance):
    """Writing to the folder beside them."""
