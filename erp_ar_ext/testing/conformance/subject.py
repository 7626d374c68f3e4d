"""The adapter under test, with an ERP that holds the example company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from erp_ar_ext.model import ENTITIES
from erp_ar_ext.spi import Adapter, Capability, ReadContext, Source, Support, Target
from erp_ar_ext.testing.company import COMPANY, Rows


@dataclass(frozen=True)
class Subject:
    """An adapter, the settings that lead to a fresh ERP, and the context it is opened with."""

    adapter: Adapter
    settings: Mapping[str, Any]
    context: ReadContext

    @contextmanager
    def source(self) -> Iterator[Source]:
        """Open for reading."""
        with closing(self.adapter.open_source(self.settings, self.context)) as source:
            yield source

    @contextmanager
    def target(self) -> Iterator[Target]:
        """Open for writing."""
        with closing(self.adapter.open_target(self.settings, self.context)) as target:
            yield target

    def rows(self, entity: str) -> list[dict[str, Any]]:
        """All rows of an entity that are taken, as Python values; without the columns that tell their place."""
        with self.source() as source:
            schema = ENTITIES[entity].arrow_schema()
            batches = [batch.rows.select(schema.names) for batch in source.read(ENTITIES[entity])]
        return [row for batch in batches for row in batch.to_pylist()]

    def can(self, capability: Capability) -> bool:
        """Tell whether the adapter declares a capability, in full or in part."""
        return self.adapter.info.support(capability) in (Support.FULL, Support.PARTIAL)

    def need(self, *capabilities: Capability) -> None:
        """Skip the test unless all capabilities are declared."""
        missing = [capability.value for capability in capabilities if not self.can(capability)]
        if missing:
            pytest.skip(f"the {self.adapter.info.name} adapter does not declare {', '.join(missing)}")


class BaseConformance:
    """What reading and writing tests share: the fixture that makes a fresh ERP for each test."""

    company: Rows = COMPANY
    """Rows the ERP holds before each test; the tests' expectations follow them."""

    unusable_settings: Mapping[str, Any] = {"no_such_setting": "x"}
    """Settings the adapter must refuse with a ConfigError."""

    def prepare(self, company: Rows, folder: Path) -> tuple[Adapter, Mapping[str, Any]]:
        """Make a fresh ERP that holds the company's rows; returns the adapter and the settings that lead there.

        `folder` is empty and private to the test.
        """
        raise NotImplementedError("a subclass loads the company's rows into its ERP here")

    @pytest.fixture
    def subject(self, tmp_path: Path) -> Subject:
        """Prepare the adapter under test."""
        folder = tmp_path / "erp"
        work = tmp_path / "work"
        folder.mkdir()
        work.mkdir()
        adapter, settings = self.prepare(self.company, folder)
        return Subject(adapter, settings, ReadContext(base_dir=tmp_path, work_dir=work))
