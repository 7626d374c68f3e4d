"""What every adapter that reads must hold."""
# ruff: noqa: S101 - a test's assertions

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from erp_ar_ext.errors import AdapterError, ConfigError
from erp_ar_ext.model import ENTITIES, REQUIRED_ENTITIES, Finding
from erp_ar_ext.spi import (
    PLACE_SCHEMA,
    REJECT_SCHEMA,
    SPI_VERSION,
    Capability,
    Check,
    CheckStatus,
    IncrementalSource,
    InputFile,
)
from erp_ar_ext.testing.conformance.subject import BaseConformance, Subject

WRITES = (
    Capability.WRITE_NOTE,
    Capability.WRITE_HOLD,
    Capability.WRITE_RELEASE,
    Capability.WRITE_ADJUSTMENT,
)


class BaseReadConformance(BaseConformance):
    """Reading: exact, complete, the same each time, and honest about what it cannot take."""

    def test_describes_itself(self, subject: Subject) -> None:
        """An adapter has a name, a summary, settings and the version of the protocols it speaks."""
        info = subject.adapter.info
        assert info.name
        assert info.summary
        assert info.spi_version == SPI_VERSION
        assert issubclass(info.settings, BaseModel)
        assert set(info.capabilities) <= set(Capability)

    def test_declares_that_it_reads(self, subject: Subject) -> None:
        """An adapter whose reading is tested declares that it reads."""
        assert subject.can(Capability.READ)

    def test_declares_whether_it_tells_changes(self, subject: Subject) -> None:
        """Reading only changes is declared where the source meets the protocol, and nowhere else."""
        with subject.source() as source:
            assert isinstance(source, IncrementalSource) == subject.can(Capability.READ_INCREMENTAL)

    def test_identity_is_the_same_on_every_run(self, subject: Subject) -> None:
        """The plan file names the ERP: text to text, something in it, and no change from run to run."""
        with subject.source() as first:
            identity = dict(first.identity())
        with subject.source() as second:
            assert dict(second.identity()) == identity
        assert identity
        assert all(isinstance(part, str) for pair in identity.items() for part in pair)

    def test_offers_known_entities(self, subject: Subject) -> None:
        """All entities offered are in the canonical model, none twice, and customers and transactions are there."""
        with subject.source() as source:
            offered = list(source.entities())
        assert set(offered) <= set(ENTITIES)
        assert len(offered) == len(set(offered))
        assert set(REQUIRED_ENTITIES) <= set(offered)

    def test_offers_all_that_is_there(self, subject: Subject) -> None:
        """Every entity that the ERP has rows of is offered."""
        with subject.source() as source:
            assert set(self.company) <= set(source.entities())

    def test_batches_have_the_canonical_schema(self, subject: Subject) -> None:
        """Rows come in the entity's columns, in their order and types; only places of rows may follow."""
        with subject.source() as source:
            for name in source.entities():
                schema = ENTITIES[name].arrow_schema()
                for batch in source.read(ENTITIES[name]):
                    taken = batch.rows.schema
                    assert taken.names[: len(schema.names)] == schema.names
                    assert taken.types[: len(schema.names)] == schema.types
                    assert taken.names[len(schema.names) :] in ([], PLACE_SCHEMA.names)
                    assert batch.rejects.schema.names == REJECT_SCHEMA.names

    @pytest.mark.parametrize("entity", list(ENTITIES))
    def test_reads_every_row_exactly(self, subject: Subject, entity: str) -> None:
        """Every row arrives as it is in the ERP: leading zeros, minor units, letters and empty values alike."""
        if entity not in self.company:
            pytest.skip(f"the example company has no {entity}")
        expected = [ENTITIES[entity].model_validate(row).model_dump(by_alias=True) for row in self.company[entity]]
        assert _sorted(subject.rows(entity), entity) == _sorted(expected, entity)

    def test_rejects_no_good_row(self, subject: Subject) -> None:
        """No row of the example company is rejected."""
        with subject.source() as source:
            for name in source.entities():
                assert [batch.rejects.to_pylist() for batch in source.read(ENTITIES[name]) if batch.rejects] == []

    def test_reading_twice_gives_the_same(self, subject: Subject) -> None:
        """Two readings of an unchanged ERP give the same rows."""
        for name in self.company:
            assert _sorted(subject.rows(name), name) == _sorted(subject.rows(name), name)

    def test_tells_what_it_read(self, subject: Subject) -> None:
        """Once all is read, the inputs are named for the manifest, and what was noticed are findings."""
        with subject.source() as source:
            for name in source.entities():
                list(source.read(ENTITIES[name]))
            inputs = list(source.inputs())
            assert inputs
            assert all(isinstance(one, InputFile) for one in inputs)
            assert all(isinstance(one, Finding) for one in source.findings())

    def test_refuses_unusable_settings(self, subject: Subject) -> None:
        """Settings that cannot be used are a ConfigError with a hint, not a traceback."""
        with pytest.raises(ConfigError) as caught:
            subject.adapter.open_source(self.unusable_settings, subject.context)
        assert caught.value.hint

    def test_checks_find_a_good_setup_good(self, subject: Subject) -> None:
        """The doctor finds nothing failed where the example company can be read."""
        checks = subject.adapter.checks(subject.settings, subject.context)
        assert checks
        assert [one for one in checks if one.status is CheckStatus.FAILED] == []

    def test_checks_never_raise(self, subject: Subject) -> None:
        """The doctor gets a failed check with a hint for unusable settings, never an exception."""
        checks = subject.adapter.checks(self.unusable_settings, subject.context)
        failed = [one for one in checks if isinstance(one, Check) and one.status is CheckStatus.FAILED]
        assert failed
        assert all(one.hint for one in failed)

    def test_a_reader_refuses_to_write(self, subject: Subject) -> None:
        """An adapter that declares no writing says so when it is asked to."""
        if any(subject.can(capability) for capability in WRITES):
            pytest.skip(f"the {subject.adapter.info.name} adapter writes")
        with pytest.raises(AdapterError):
            subject.adapter.open_target(subject.settings, subject.context)


def _sorted(rows: list[dict[str, Any]], entity: str) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: tuple(str(row[name]) for name in ENTITIES[entity].key()))
