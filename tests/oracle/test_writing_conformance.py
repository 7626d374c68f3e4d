"""The Oracle target, on Oracle-style tables, holds what every target must hold."""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pytest
from oracle_books import Numbers
from oracle_package import fill, numbered

from erp_ar_ext.model import Entity, Kind
from erp_ar_ext.spi.registry import load
from erp_ar_ext.testing.conformance import BaseWriteConformance

pytestmark = pytest.mark.oracle


class NumberedSource:
    """Reads ids back as the company of the kit has them: the ERP's own are numbers."""

    def __init__(self, source, numbers: Numbers) -> None:
        self._source = source
        self._numbers = numbers

    def __getattr__(self, name):
        return getattr(self._source, name)

    def read(self, entity: type[Entity]) -> Iterator:
        """Read, and name the ids."""
        ids = {column.name for column in entity.columns() if column.kind is Kind.ID}
        for batch in self._source.read(entity):
            columns = [
                pa.array([text and self._numbers.text(text) for text in values.to_pylist()], values.type)
                if name in ids
                else values
                for name, values in zip(batch.rows.schema.names, batch.rows.columns, strict=True)
            ]
            yield replace(batch, rows=pa.RecordBatch.from_arrays(columns, schema=batch.rows.schema))


class NumberedTarget:
    """Writes with numbers where the kit has its own ids."""

    def __init__(self, target, numbers: Numbers) -> None:
        self._target = target
        self._numbers = numbers

    def __getattr__(self, name):
        asked = getattr(self._target, name)
        if name not in ("write", "check", "look_up"):
            return asked
        return lambda intents: asked([numbered(intent, self._numbers) for intent in intents])


class NumberedAdapter:
    """The adapter, with the ids of the kit."""

    def __init__(self, adapter, numbers: Numbers) -> None:
        self.info = adapter.info
        self._adapter = adapter
        self._numbers = numbers

    def open_source(self, settings, context):
        """Open for reading."""
        return NumberedSource(self._adapter.open_source(settings, context), self._numbers)

    def open_target(self, settings, context):
        """Open for writing."""
        return NumberedTarget(self._adapter.open_target(settings, context), self._numbers)


class TestOracleWrites(BaseWriteConformance):
    """Writing through the package with its standalone body."""

    @pytest.fixture(autouse=True)
    def _schema(self, package_schema):
        self.package_schema = package_schema

    def prepare(self, company, folder):  # noqa: ARG002 - the ERP is a schema
        """Fill the tables."""
        self.numbers, self.books = fill(self.package_schema, company)
        return NumberedAdapter(load("oracle"), self.numbers), self.package_schema.settings

    def become(self, subject, company):  # noqa: ARG002 - the ERP is a schema
        """Change rows over a connection of their own."""
        self.books.become(self.numbers.rows(company))
