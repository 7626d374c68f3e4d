"""The reference adapter: reads from and writes to an ERP in memory. Small on purpose, to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, ValidationError

from erp_ar_ext.errors import ConfigError
from erp_ar_ext.model import ENTITIES, Entity, Finding
from erp_ar_ext.spi import (
    AdapterInfo,
    Batch,
    Capability,
    Check,
    CheckStatus,
    InputFile,
    Intent,
    Outcome,
    ReadContext,
    Support,
    Window,
    WriteResult,
)
from erp_ar_ext.testing.memory_erp import MemoryErp, Moment
from erp_ar_ext.testing.row_batches import key_of, make_batch, make_keys

Answer = TypeVar("Answer")


class MemorySettings(BaseModel):
    """The memory adapter has no settings."""

    model_config = ConfigDict(extra="forbid")


class MemorySource:
    """Reads the rows of a memory ERP; rows that do not fit the model become rejects."""

    def __init__(self, erp: MemoryErp, context: ReadContext) -> None:
        self._erp = erp
        self._context = context
        self._inputs: list[InputFile] = []

    def identity(self) -> Mapping[str, str]:
        """Name the ERP."""
        return _identity(self._erp)

    def entities(self) -> Sequence[str]:
        """Entities that the ERP has rows of, in the model's order."""
        return [name for name in ENTITIES if name in self._erp.rows]

    def read(self, entity: type[Entity]) -> Iterator[Batch]:
        """Read all rows of an entity as one batch."""
        yield self._batch(entity, self._erp.table(entity.entity))

    def clock(self) -> datetime:
        """Tell the time by the ERP's clock."""
        return self._erp.now

    def changes(self, entity: type[Entity], window: Window) -> Iterator[Batch]:
        """Read the rows whose stamp is in the window: its lower bound is, its upper one is not."""
        yield self._batch(entity, self._erp.stamped(entity, window.since, window.until))

    def keys(self, entity: type[Entity]) -> Iterator[pa.RecordBatch]:
        """Read the keys of all rows, with the columns that the ERP gives cheaply."""
        cheap = self._erp.cheap_columns
        found = make_keys(entity, self._erp.table(entity.entity))
        given = [name for name in found.schema.names if name in entity.key() or cheap is None or name in cheap]
        yield found.select(given)

    def rows(self, entity: type[Entity], keys: pa.Table) -> Iterator[Batch]:
        """Read the rows of some keys that are still there."""
        wanted = {key_of(entity, row) for row in keys.select(list(entity.key())).to_pylist()}
        yield self._batch(entity, [row for row in self._erp.table(entity.entity) if key_of(entity, row) in wanted])

    def inputs(self) -> Sequence[InputFile]:
        """Entities read so far."""
        return self._inputs

    def findings(self) -> Sequence[Finding]:
        """Nothing is noticed here."""
        return []

    def close(self) -> None:
        """Nothing to let go of."""

    def _batch(self, entity: type[Entity], rows: Sequence[Mapping[str, Any]]) -> Batch:
        self._inputs.append(InputFile(entity.entity, rows=len(rows)))
        self._context.progress(entity.entity, len(rows))
        return make_batch(entity, rows)


class MemoryTarget:
    """Writes to a memory ERP; the ERP's fault, if it has one, strikes here."""

    def __init__(self, erp: MemoryErp, stopping: Callable[[], bool] = lambda: False) -> None:
        self._erp = erp
        self._stopping = stopping

    def identity(self) -> Mapping[str, str]:
        """Name the ERP."""
        return _identity(self._erp)

    def write(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Write each intent unless its reference exists or its guard fails; told to stop, it leaves the rest."""
        return self._call(self._write, intents)

    def check(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Answer as `write` would, and write nothing."""
        return self._call(self._erp.answer, intents)

    def look_up(self, intents: Sequence[Intent]) -> Sequence[WriteResult | None]:
        """Find each intent by its reference."""
        return self._call(self._erp.find, intents)

    def close(self) -> None:
        """Nothing to let go of."""

    def _write(self, intent: Intent) -> WriteResult:
        return WriteResult(intent.key, Outcome.LEFT) if self._stopping() else self._erp.write(intent)

    def _call(self, ask: Callable[[Intent], Answer], intents: Sequence[Intent]) -> list[Answer]:
        fault = self._erp.next_call()
        if fault is None:
            return [ask(intent) for intent in intents]
        reached = {Moment.BEFORE: 0, Moment.MIDWAY: (len(intents) + 1) // 2, Moment.AFTER: len(intents)}
        for intent in intents[: reached[fault.moment]]:
            ask(intent)
        raise fault.error


class MemoryAdapter:
    """An adapter for one memory ERP."""

    info = AdapterInfo(
        name="memory",
        version="1",
        summary="an ERP in memory, for tests",
        settings=MemorySettings,
        capabilities=dict.fromkeys(Capability, Support.FULL),
    )

    def __init__(self, erp: MemoryErp) -> None:
        self.erp = erp

    def open_source(self, settings: Mapping[str, Any], context: ReadContext) -> MemorySource:
        """Open for reading. Raises ConfigError for any setting: there are none."""
        _validate(settings)
        return MemorySource(self.erp, context)

    def open_target(self, settings: Mapping[str, Any], context: ReadContext) -> MemoryTarget:
        """Open for writing. Raises ConfigError for any setting: there are none."""
        _validate(settings)
        return MemoryTarget(self.erp, context.stopping)

    def checks(self, settings: Mapping[str, Any], context: ReadContext) -> list[Check]:  # noqa: ARG002
        """Say that there is an ERP."""
        try:
            _validate(settings)
        except ConfigError as error:
            return [Check("settings", CheckStatus.FAILED, str(error), error.hint)]
        return [Check("memory", CheckStatus.OK, f"{sum(map(len, self.erp.rows.values()))} rows")]


def _identity(erp: MemoryErp) -> dict[str, str]:
    return {"adapter": "memory", "name": erp.name}


def _validate(settings: Mapping[str, Any]) -> None:
    try:
        MemorySettings.model_validate(settings)
    except ValidationError as error:
        raise ConfigError(
            f"the memory adapter takes no settings: {', '.join(settings)}", hint="remove them from [source]"
        ) from error
