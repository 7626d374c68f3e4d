"""From an open source to a named snapshot: by its changes where that can be, whole where it must be."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from erp_ar_ext import events
from erp_ar_ext.engine import DuckDBEngine
from erp_ar_ext.ledger import DATA_FINDINGS, data_findings, fold, has_folded, refold, source_tie_out
from erp_ar_ext.model import ENTITIES, Entity, amount_text
from erp_ar_ext.secrets import masked
from erp_ar_ext.snapshot import EntityEntry, Snapshot, SnapshotBuilder, SnapshotStore
from erp_ar_ext.snapshot.files import make_private, remove_abandoned
from erp_ar_ext.snapshot.manifest import SCHEMA_VERSION
from erp_ar_ext.spi import FingerprintedSource, IncrementalSource, Source, Window
from erp_ar_ext.sync.changes import ChangesReader

SCRATCH = "scratch-"

OVERLAP = timedelta(hours=2)
"""How far a window reaches back before the last one ended: longer than a transaction lasts, and than the hour that a
clock without a zone repeats in autumn."""


@dataclass(frozen=True)
class SyncOptions:
    """What a sync goes on from, and how: the snapshot before, and the ERP's clock when that was read.

    `sweep` compares every key; `full` reads and folds everything anew.
    """

    base: Snapshot | None = None
    cursor: datetime | None = None
    overlap: timedelta = OVERLAP
    sweep: bool = True
    full: bool = False


@dataclass(frozen=True)
class SyncResult:
    """What a sync did; `new` is false when the source had not changed since a snapshot that is still there.

    `cursor` is the ERP's clock before anything was read, where the source has one; `window` is what was asked for when
    only changes were. `changed` counts rows by entity: new ones and gone ones, a changed row being both.
    """

    snapshot: Snapshot
    new: bool
    quarantine: Path
    cursor: datetime | None = None
    window: Window | None = None
    swept: bool = True
    changed: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def mode(self) -> str:
        """`incremental` when only changes were read, else `full`."""
        return "incremental" if self.window else "full"

    @property
    def quarantined(self) -> int:
        """Rows that could not be taken."""
        return sum(entry.quarantined for entry in self.snapshot.manifest.entities.values())

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
            "mode": self.mode,
            "window": [moment.isoformat() for moment in (self.window.since, self.window.until)]
            if self.window
            else None,
            "swept": self.swept,
            "folder": str(self.snapshot.folder),
            "entities": {name: _entity(entry) for name, entry in manifest.entities.items()},
            "changed": self.changed,
            "quarantine": str(self.quarantine) if self.quarantined else None,
            "findings": manifest.findings,
            "tie_out": manifest.tie_out,
        }


def _entity(entry: EntityEntry) -> dict[str, Any]:
    """An entity's entry as it is told, its sums with the digits of their currency."""
    sums = {
        currency: {column: amount_text(Decimal(total), currency) for column, total in totals.items()}
        for currency, totals in entry.sums.items()
    }
    return {**entry.model_dump(mode="json"), "sums": sums}


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Make a private folder that is gone afterwards, whatever happens; what killed runs left goes with the next one."""
    make_private(parent)
    remove_abandoned(parent, SCRATCH)
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sync(
    source: Source,
    *,
    snapshots: SnapshotStore,
    work_dir: Path,
    memory_limit: str = "1GB",
    options: SyncOptions | None = None,
) -> SyncResult:
    """Read a source into a snapshot that holds all its rows, whichever of them had to be read.

    Nothing is left behind when it fails: the snapshot appears whole, under its name, at the very end. Raises what
    the source raises, and SnapshotError.
    """
    run = _Sync(source, options or SyncOptions(), work_dir)
    database = work_dir / "scratch.duckdb"
    if database.exists():  # what an earlier sync left in this folder is none of ours
        database.unlink()
        events.SYNC_LEFT_OVER_REMOVED.tell(file=str(database))
    with (
        DuckDBEngine({}, memory_limit=memory_limit, spill_dir=work_dir / "spill", database=database) as engine,
        snapshots.building(engine.connection, run.base.bases() if run.base else {}) as builder,
    ):
        run.read(engine, builder)
        run.fold(engine, builder)
        changed = {name: builder.changed_rows(name) for name in builder.changes if builder.changed_rows(name)}
        tie_out, findings = run.examine(engine, builder, changed=bool(changed))
        manifest, new = builder.finish(
            snapshots.root,
            source=source.identity(),
            inputs=[asdict(item) for item in source.inputs()],
            tie_out=tie_out,
            findings=[*run.findings, *(finding.as_dict() for finding in builder.quarantine.findings()), *findings],
        )
    snapshot = snapshots.open(manifest.snapshot_id)
    snapshots.show_quarantine(snapshot)
    result = SyncResult(snapshot, new, snapshots.quarantine, run.until, run.window, swept=run.swept, changed=changed)
    events.SYNC_DONE.tell(snapshot=snapshot.snapshot_id, new=new, mode=result.mode, quarantined=result.quarantined)
    return result


class _Sync:
    """One run: what it can go on from, and what it asks of the source."""

    def __init__(self, source: Source, options: SyncOptions, work_dir: Path) -> None:
        self.source = source
        self.base = _base(options, source)
        self.until = source.clock() if isinstance(source, IncrementalSource) else None
        self._goes_on = self.base is not None and not options.full
        self.window = _window(options, self.until) if self._goes_on else None
        self.swept = options.sweep or self.window is None
        self.findings: list[dict[str, Any]] = []
        self._work_dir = work_dir

    def read(self, engine: DuckDBEngine, builder: SnapshotBuilder) -> None:
        """Have every entity of the source in the snapshot, and as a table of the engine."""
        given = set(self.source.entities())
        noticed = self.findings = self._noticed()
        for name, entity in ENTITIES.items():
            if name in given:
                entry = self._read(entity, engine, builder)
                before, noticed = noticed, self._noticed()
                if entry.read != "kept":  # what was noticed when it was read last stands as long as that reading does
                    findings = [finding for finding in noticed if finding not in before]
                    entry = builder.entities[name] = entry.model_copy(update={"findings": findings})
                self.findings = [*self.findings, *(one for one in entry.findings if one not in self.findings)]
                engine.add_files(name, builder.paths(name))
                events.SYNC_ENTITY.tell(entity=name, read=entry.read, rows=entry.rows, quarantined=entry.quarantined)

    def _noticed(self) -> list[dict[str, Any]]:
        return [masked(finding.as_dict()) for finding in self.source.findings()]

    def _read(self, entity: type[Entity], engine: DuckDBEngine, builder: SnapshotBuilder) -> EntityEntry:
        source = self.source
        before = self.base.manifest.entities.get(entity.entity) if self.base and self._goes_on else None
        fingerprint = source.fingerprint(entity) if isinstance(source, FingerprintedSource) else None
        if before and fingerprint and fingerprint == before.fingerprint:
            return builder.keep(entity)
        if before and self.window and isinstance(source, IncrementalSource):
            reader = ChangesReader(source, builder, engine.connection, self.window, sweep=self.swept)
            return reader.read(entity)
        return builder.add(entity, source.read(entity), fingerprint)

    def fold(self, engine: DuckDBEngine, builder: SnapshotBuilder) -> None:
        """Fold what changed, or everything where nothing can be gone on from."""
        schedules_given = builder.has_rows("schedules")
        if self._goes_on and self._same_tables(builder, schedules_given=schedules_given):
            refold(engine, builder, schedules_given=schedules_given, spill_dir=self._work_dir / "spill")
        else:
            fold(engine, builder, schedules_given=schedules_given)

    def examine(
        self, engine: DuckDBEngine, builder: SnapshotBuilder, *, changed: bool
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Hold the source against itself and say what is odd: rows that did not change say what they said before."""
        schedules_given = builder.has_rows("schedules")
        if self.base and self._goes_on and not changed and self._same_tables(builder, schedules_given=schedules_given):
            before = self.base.manifest
            return before.tie_out, [finding for finding in before.findings if finding["code"] in DATA_FINDINGS]
        findings = [finding.as_dict() for finding in data_findings(engine)]
        return source_tie_out(engine, schedules_given=schedules_given), findings

    def _same_tables(self, builder: SnapshotBuilder, *, schedules_given: bool) -> bool:
        before = self.base.manifest.entities if self.base else {}
        had_schedules = "schedules" in before and before["schedules"].rows > 0
        return (
            has_folded(builder.before) and before.keys() == builder.entities.keys() and had_schedules is schedules_given
        )


def _window(options: SyncOptions, until: datetime | None) -> Window | None:
    """Span of the ERP's clock to read; None where everything is read.

    A clock that stands earlier than at the last sync was set back: nobody can tell what was stamped meanwhile.
    """
    cursor = options.cursor
    if cursor is None or until is None:
        return None
    if (cursor.tzinfo is None) != (until.tzinfo is None) or until < cursor:
        events.SYNC_CLOCK_SET_BACK.tell(before=cursor.isoformat(), now=until.isoformat())
        return None
    return Window(cursor - options.overlap, until)


def _base(options: SyncOptions, source: Source) -> Snapshot | None:
    """The snapshot to go on from, where it is of this source and of this release."""
    base = options.base
    if base is None:
        return None
    if base.manifest.source == dict(source.identity()) and base.manifest.schema_version == SCHEMA_VERSION:
        return base
    events.SYNC_BASE_NOT_USABLE.tell(snapshot=base.snapshot_id, error="it is of another source, or of another release")
    return None
