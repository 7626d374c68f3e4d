"""Build a snapshot: count, quarantine, sort, write, name, and move into place as one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from erp_ar_ext.model import Entity, canonical_bytes
from erp_ar_ext.snapshot.files import sync_to_disk, write_whole
from erp_ar_ext.snapshot.manifest import EntityEntry, FileEntry, Manifest, snapshot_id
from erp_ar_ext.snapshot.quarantine import Quarantine
from erp_ar_ext.snapshot.staging import Staging
from erp_ar_ext.spi import Batch


class SnapshotBuilder:
    """Collects entities in a folder that nobody reads until `finish` gives it its name."""

    def __init__(self, folder: Path, work_dir: Path, quarantine: Path, memory_limit: str) -> None:
        self.folder = folder
        self._staging = Staging(work_dir, memory_limit)
        self.quarantine = Quarantine(quarantine)
        self.entities: dict[str, EntityEntry] = {}
        self.derived: dict[str, FileEntry] = {}

    def add(self, entity: type[Entity], batches: Iterable[Batch]) -> EntityEntry:
        """Take in an entity: every row is written to the snapshot or to the quarantine."""
        taken = quarantined = 0
        for batch in batches:
            self._staging.add(entity, batch.rows)
            self.quarantine.add(entity.entity, batch.rejects)
            taken += batch.rows.num_rows
            quarantined += batch.rejects.num_rows
        self._staging.flush(entity)
        copies = self._staging.take_duplicates(entity)
        for rows in copies.to_batches():
            self.quarantine.add(entity.entity, rows)
        entry = self._write(entity, taken - copies.num_rows, quarantined + copies.num_rows)
        self.entities[entity.entity] = entry
        return entry

    def finish(
        self,
        root: Path,
        *,
        source: Mapping[str, str],
        inputs: list[dict[str, Any]],
        tie_out: list[dict[str, Any]],
        findings: list[dict[str, Any]],
    ) -> tuple[Manifest, bool]:
        """Name the snapshot and move it to `root`; returns its manifest, and whether it was not there before.

        One that is there already stays as it is, but for what it was last read from: the same rows may come from files
        with other bytes, and plans are guarded by those.
        """
        manifest = Manifest(
            source=dict(source),
            inputs=inputs,
            entities=self.entities,
            derived=self.derived,
            tie_out=tie_out,
            findings=findings,
        )
        manifest = manifest.model_copy(update={"snapshot_id": snapshot_id(manifest)})
        content = canonical_bytes(manifest.model_dump(mode="json")) + b"\n"
        write_whole(self.folder / "manifest.json", content)
        place = root / manifest.snapshot_id.removeprefix("sha256:")
        new = not place.exists()
        if not new:
            write_whole(place / "manifest.json", content)
            shutil.rmtree(self.folder)
        else:
            self.folder.rename(place)
            sync_to_disk(root)
        return manifest, new

    def close(self) -> None:
        """Let go of the scratch database and the quarantine files."""
        self._staging.close()
        self.quarantine.close()

    def _write(self, entity: type[Entity], taken: int, quarantined: int) -> EntityEntry:
        sums = self._staging.sums(entity)
        written = self._staging.write(entity, self.folder / f"{entity.entity}.parquet")
        return EntityEntry(
            **written.model_dump(),
            rows_in=taken + quarantined,
            rows_taken=taken,
            rows_quarantined=quarantined,
            sums=sums,
        )
