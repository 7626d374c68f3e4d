"""A desk that syncs an ERP again and again, and asks after each time whether a row was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sql_erp import make_sql_erp as make_sql_erp  # noqa: PLC0414 - a fixture of this folder

from erp_ar_ext.ledger import Ledger
from erp_ar_ext.snapshot import Snapshot, SnapshotStore
from erp_ar_ext.spi import Source
from erp_ar_ext.sync import SyncOptions, SyncResult, sync


@dataclass
class Mirror:
    """What a desk keeps of one ERP: snapshots, and how far they were read."""

    open_source: Callable[[], Source]
    folder: Path
    overlap: timedelta = timedelta(hours=2)
    base: Snapshot | None = None
    cursor: datetime | None = None
    results: list[SyncResult] = field(default_factory=list)

    def sync(self, *, sweep: bool = False, full: bool = False) -> SyncResult:
        """Sync on from the last time; the sweep is left to the test."""
        options = SyncOptions(self.base, self.cursor, self.overlap, sweep=sweep, full=full)
        result = self._run(self.folder / "snapshots", options)
        self.base, self.cursor = result.snapshot, result.cursor
        self.results.append(result)
        return result

    def whole(self) -> Snapshot:
        """Read everything anew, into another place: what the mirror should be."""
        return self._run(self.folder / "whole", SyncOptions(full=True)).snapshot

    def is_right(self) -> bool:
        """Whether the mirror holds what the ERP holds, to the byte, and what is folded from it too."""
        mirrored, whole = self._current(), self.whole()
        same = mirrored.snapshot_id == whole.snapshot_id
        if same:
            folded = {name: (entry.rows, entry.digest) for name, entry in mirrored.manifest.derived.items()}
            assert folded == {name: (entry.rows, entry.digest) for name, entry in whole.manifest.derived.items()}
        return same

    def open(self, day: str) -> dict[str, str]:
        """Open documents at the end of a day, by schedule."""
        return self._amounts(day, "SELECT schedule_id, open_amount FROM open_items WHERE open_amount <> 0")

    def owed(self, day: str) -> dict[str, str]:
        """What each account owes at the end of a day."""
        return self._amounts(day, "SELECT account_id, sum(open_amount) FROM open_items GROUP BY account_id")

    def _amounts(self, day: str, query: str) -> dict[str, str]:
        with Ledger(self._current(), date.fromisoformat(day)) as ledger:
            return {name: f"{amount:.2f}" for name, amount in ledger.engine.rows(query)}

    def _current(self) -> Snapshot:
        assert self.base is not None, "nothing was synced yet"
        return self.base

    def _run(self, place: Path, options: SyncOptions) -> SyncResult:
        work = self.folder / f"work-{place.name}-{len(self.results)}"
        work.mkdir(parents=True, exist_ok=True)
        for left in work.iterdir():
            left.unlink() if left.is_file() else None
        source = self.open_source()
        try:
            return sync(source, snapshots=SnapshotStore(place, work / "quarantine"), work_dir=work, options=options)
        finally:
            source.close()


@pytest.fixture
def make_mirror(tmp_path: Path) -> Iterator[Any]:
    """Make a mirror of what a source reads."""
    return lambda open_source, **options: Mirror(open_source, tmp_path / "mirror", **options)
