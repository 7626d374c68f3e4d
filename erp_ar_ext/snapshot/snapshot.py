"""Open a snapshot and be sure it is whole."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from erp_ar_ext.errors import SnapshotError
from erp_ar_ext.snapshot.builder import SnapshotBuilder
from erp_ar_ext.snapshot.files import file_digest
from erp_ar_ext.snapshot.manifest import Manifest, snapshot_id


@dataclass(frozen=True)
class Snapshot:
    """A snapshot on disk."""

    folder: Path
    manifest: Manifest

    @property
    def snapshot_id(self) -> str:
        """The snapshot's name."""
        return self.manifest.snapshot_id

    def tables(self) -> dict[str, Path]:
        """Parquet files by table name: the entities that were read, and what was derived from them."""
        files = {**self.manifest.entities, **self.manifest.derived}
        return {name: self.folder / entry.file for name, entry in files.items()}

    def verify(self) -> None:
        """Read every file and compare its digest. Raises SnapshotError naming the first that changed."""
        for entry in (*self.manifest.entities.values(), *self.manifest.derived.values()):
            path = self.folder / entry.file
            if file_digest(path) != entry.digest:
                raise SnapshotError("changed after the snapshot was made", place=str(path), hint=_SYNC_AGAIN)


BUILDING = ".building-"
ABANDONED_AFTER_SECONDS = 24 * 60 * 60
_SYNC_AGAIN = "remove the snapshot's folder and run erp-ar sync"


class SnapshotStore:
    """The folder that holds all snapshots, one sub-folder each."""

    def __init__(self, root: Path, quarantine: Path, memory_limit: str) -> None:
        self.root = root
        self.quarantine = quarantine
        self._memory_limit = memory_limit

    def open(self, name: str) -> Snapshot:
        """Open a snapshot by its full id. Raises SnapshotError where it is missing, incomplete or not what it says."""
        folder = self.root / name.removeprefix("sha256:")
        try:
            manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
        except OSError as error:
            raise SnapshotError(f"there is no snapshot {name}", place=str(folder), hint="run erp-ar sync") from error
        except ValidationError as error:
            raise SnapshotError(f"the manifest cannot be read: {error}", place=str(folder), hint=_SYNC_AGAIN) from error
        if manifest.snapshot_id != name or snapshot_id(manifest) != name:
            raise SnapshotError(
                "the manifest does not have the digest it is named by", place=str(folder), hint=_SYNC_AGAIN
            )
        snapshot = Snapshot(folder, manifest)
        for entry in (*manifest.entities.values(), *manifest.derived.values()):
            path = folder / entry.file
            if not path.is_file() or path.stat().st_size != entry.bytes:
                raise SnapshotError(
                    "is missing or has another size than the manifest says", place=str(path), hint=_SYNC_AGAIN
                )
        return snapshot

    def remove(self, name: str) -> None:
        """Remove a snapshot's files; does nothing where there are none."""
        shutil.rmtree(self.root / name.removeprefix("sha256:"), ignore_errors=True)

    def _remove_abandoned(self) -> None:
        """Remove what syncs that were killed left behind; a day is longer than any sync takes."""
        for folder in self.root.glob(f"{BUILDING}*"):
            if time.time() - folder.stat().st_mtime > ABANDONED_AFTER_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def building(self, work_dir: Path) -> Iterator[SnapshotBuilder]:
        """Build a snapshot; what is not finished leaves nothing behind, and the last quarantine is replaced."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._remove_abandoned()
        folder = Path(tempfile.mkdtemp(prefix=BUILDING, dir=self.root))
        shutil.rmtree(self.quarantine, ignore_errors=True)
        builder = SnapshotBuilder(folder, work_dir, self.quarantine, self._memory_limit)
        try:
            yield builder
        finally:
            builder.close()
            shutil.rmtree(folder, ignore_errors=True)
