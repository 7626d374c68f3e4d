"""Open a snapshot and be sure it is whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pydantic import ValidationError

from erp_ar_ext.errors import SnapshotError
from erp_ar_ext.snapshot.builder import SnapshotBuilder
from erp_ar_ext.snapshot.files import file_digest, make_private, remove_abandoned
from erp_ar_ext.snapshot.layout import PART_ROWS
from erp_ar_ext.snapshot.manifest import FileEntry, Manifest, snapshot_id
from erp_ar_ext.snapshot.tables import Base


@dataclass(frozen=True)
class Snapshot:
    """A snapshot on disk."""

    folder: Path
    manifest: Manifest

    @property
    def snapshot_id(self) -> str:
        """The snapshot's name."""
        return self.manifest.snapshot_id

    def tables(self) -> dict[str, list[Path]]:
        """Parquet files by table name: the entities that were read, and what was derived from them."""
        return {
            name: [self.folder / file.file for file in entry.files] for name, entry in self.manifest.tables().items()
        }

    def bases(self) -> dict[str, Base]:
        """Every table, as what the next snapshot is made from."""
        return {name: Base(self.folder, entry) for name, entry in self.manifest.tables().items()}

    def verify(self) -> None:
        """Read every file and compare its digest. Raises SnapshotError naming the first that changed."""
        for entry in self._files():
            path = self.folder / entry.file
            if file_digest(path) != entry.digest:
                raise SnapshotError("changed after the snapshot was made", place=str(path), hint=_SYNC_AGAIN)

    def _files(self) -> list[FileEntry]:
        return [file for entry in self.manifest.tables().values() for file in entry.files]


BUILDING = ".building-"
_SYNC_AGAIN = "run erp-ar sync --full"


class SnapshotStore:
    """The folder that holds all snapshots, one sub-folder each."""

    def __init__(self, root: Path, quarantine: Path, *, part_rows: int = PART_ROWS) -> None:
        self.root = root
        self.quarantine = quarantine
        self._part_rows = part_rows

    def open(self, name: str) -> Snapshot:
        """Open a snapshot by its full id. Raises SnapshotError where it is missing, incomplete or not what it says."""
        folder = self.root / name.removeprefix("sha256:")
        try:
            manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
        except OSError as error:
            raise SnapshotError(f"there is no snapshot {name}", place=str(folder), hint="run erp-ar sync") from error
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or "its text"
            raise SnapshotError(
                f"the manifest is of another release, or damaged, at {where}", place=str(folder), hint="run erp-ar sync"
            ) from error
        if manifest.snapshot_id != name or snapshot_id(manifest) != name:
            raise SnapshotError(
                "the manifest does not have the digest it is named by", place=str(folder), hint=_SYNC_AGAIN
            )
        snapshot = Snapshot(folder, manifest)
        for entry in snapshot._files():  # noqa: SLF001 - the store and its snapshots are one
            path = folder / entry.file
            if not path.is_file() or path.stat().st_size != entry.bytes:
                raise SnapshotError(
                    "is missing or has another size than the manifest says", place=str(path), hint=_SYNC_AGAIN
                )
        return snapshot

    def remove(self, name: str) -> None:
        """Remove a snapshot's files; does nothing where there are none."""
        shutil.rmtree(self.root / name.removeprefix("sha256:"), ignore_errors=True)

    @contextmanager
    def building(self, con: duckdb.DuckDBPyConnection, before: Mapping[str, Base]) -> Iterator[SnapshotBuilder]:
        """Build a snapshot in a session with scratch space; what is not finished leaves nothing behind."""
        make_private(self.root)
        remove_abandoned(self.root, BUILDING)
        folder = Path(tempfile.mkdtemp(prefix=BUILDING, dir=self.root))
        builder = SnapshotBuilder(folder, con, self._part_rows, before)
        try:
            yield builder
        finally:
            builder.quarantine.close()
            shutil.rmtree(folder, ignore_errors=True)

    def show_quarantine(self, snapshot: Snapshot) -> None:
        """Put a snapshot's rows in quarantine where people look for them, in the place of the last ones."""
        shutil.rmtree(self.quarantine, ignore_errors=True)
        if (snapshot.folder / "quarantine").is_dir():
            shutil.copytree(snapshot.folder / "quarantine", self.quarantine)
