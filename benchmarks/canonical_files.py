"""A source of canonical Parquet files that tells its changes: what a sync costs apart from any adapter's conversion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from erp_ar_ext.model import ENTITIES, Entity
from erp_ar_ext.spi import Batch, Window

ROWS = 122_880


class CanonicalFiles:
    """Files `<entity>.parquet` of a folder, and those of a folder of changes, which stand in for what changed since."""

    def __init__(self, folder: Path, changes: Path | None = None, *, hours: int = 0) -> None:
        self._folder = folder
        self._changes = changes
        self._now = datetime(2026, 2, 1, hours)  # noqa: DTZ001 - an ERP's clock without a zone

    def identity(self) -> Mapping[str, str]:
        """Name itself."""
        return {"adapter": "benchmark"}

    def entities(self) -> list[str]:
        """Files there are."""
        return [name for name in ENTITIES if (self._folder / f"{name}.parquet").exists()]

    def clock(self) -> datetime:
        """Tell a made-up time."""
        return self._now

    def read(self, entity: type[Entity]) -> Iterator[Batch]:
        """All rows."""
        yield from _batches(self._folder, entity)

    def changes(self, entity: type[Entity], window: Window) -> Iterator[Batch]:  # noqa: ARG002 - there is one window
        """Rows of the folder of changes."""
        if self._changes and (self._changes / f"{entity.entity}.parquet").exists():
            yield from _batches(self._changes, entity)

    def keys(self, entity: type[Entity]) -> Iterator[pa.RecordBatch]:
        """Keys and what the ERP says remains."""
        cheap = [column for column in ("amount_remaining", "status", "reversal_gl_date") if _has(entity, column)]
        for batch in _batches(self._folder, entity):
            yield batch.rows.select([*entity.key(), *cheap])

    def rows(self, entity: type[Entity], keys: pa.Table) -> Iterator[Batch]:
        """Rows by their keys; the benchmark's sweeps find nothing."""
        raise NotImplementedError

    def inputs(self) -> list[object]:
        """Nothing that a plan is guarded by."""
        return []

    findings = inputs

    def close(self) -> None:
        """Nothing to let go of."""


def _batches(folder: Path, entity: type[Entity]) -> Iterator[Batch]:
    for rows in pq.ParquetFile(folder / f"{entity.entity}.parquet").iter_batches(ROWS):
        yield Batch(rows.cast(entity.arrow_schema()))


def _has(entity: type[Entity], name: str) -> bool:
    return any(column.name == name for column in entity.columns())
