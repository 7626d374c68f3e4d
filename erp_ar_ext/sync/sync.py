"""From an open source to a named snapshot."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog

from erp_ar_ext.engine import DuckDBEngine
from erp_ar_ext.ledger import AXES, data_findings, define_axis_views, fold, source_tie_out
from erp_ar_ext.model import ENTITIES, Finding
from erp_ar_ext.snapshot import Snapshot, SnapshotBuilder, SnapshotStore
from erp_ar_ext.spi import Source

_log = structlog.get_logger()


@dataclass(frozen=True)
class SyncResult:
    """What a sync did; `new` is false when the source had not changed since a snapshot that is still there."""

    snapshot: Snapshot
    new: bool
    quarantine: Path

    @property
    def quarantined(self) -> int:
        """Rows that could not be taken."""
        return sum(entry.rows_quarantined for entry in self.snapshot.manifest.entities.values())

    @property
    def exit_code(self) -> int:
        """0 when every row was taken, 3 when some were quarantined."""
        return 3 if self.quarantined else 0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        manifest = self.snapshot.manifest
        return {
            "snapshot": manifest.snapshot_id,
            "new": self.new,
            "folder": str(self.snapshot.folder),
            "entities": {name: entry.model_dump(mode="json") for name, entry in manifest.entities.items()},
            "quarantine": str(self.quarantine) if self.quarantined else None,
            "findings": manifest.findings,
            "tie_out": manifest.tie_out,
        }


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Make a private folder that is gone afterwards, whatever happens."""
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sync(source: Source, *, snapshots: SnapshotStore, work_dir: Path, memory_limit: str = "1GB") -> SyncResult:
    """Read everything a source has into a snapshot.

    Nothing is left behind when it fails: the snapshot appears whole, under its name, at the very end. Raises what
    the source raises, and SnapshotError.
    """
    with snapshots.building(work_dir) as builder:
        given = set(source.entities())
        for entity in (entity for name, entity in ENTITIES.items() if name in given):
            entry = builder.add(entity, source.read(entity))
            _log.info("sync.entity", entity=entity.entity, rows=entry.rows, quarantined=entry.rows_quarantined)
        tie_out, findings = _fold(builder, work_dir, memory_limit)
        inputs = [asdict(item) for item in source.inputs()]
        manifest, new = builder.finish(
            snapshots.root,
            source=source.identity(),
            inputs=inputs,
            tie_out=tie_out,
            findings=[finding.as_dict() for finding in (*source.findings(), *builder.quarantine.findings(), *findings)],
        )
    result = SyncResult(snapshots.open(manifest.snapshot_id), new, snapshots.quarantine)
    _log.info("sync.done", snapshot=manifest.snapshot_id, new=result.new, quarantined=result.quarantined)
    return result


def _fold(builder: SnapshotBuilder, work_dir: Path, memory_limit: str) -> tuple[list[dict[str, Any]], list[Finding]]:
    tables = {name: builder.folder / entry.file for name, entry in builder.entities.items()}
    with DuckDBEngine(tables, memory_limit=memory_limit, spill_dir=work_dir / "spill") as engine:
        builder.derived.update(fold(engine, builder.folder))
        define_axis_views(engine, AXES[0])
        return source_tie_out(engine), data_findings(engine)
