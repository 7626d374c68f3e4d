"""Files that are either whole or not there."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from erp_ar_ext import events
from erp_ar_ext.snapshot.manifest import FileEntry

ROW_GROUP_ROWS = 122_880
"""Rows in a Parquet row group: DuckDB's own unit of parallel work."""


ABANDONED_AFTER_SECONDS = 24 * 60 * 60

PRIVATE = 0o600
"""Mode of files that hold what the ledger holds."""


def write_parquet(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> FileEntry:
    """Write the rows of a fully ordered query: in a session of the engine, the same rows give the same bytes."""
    copied = con.execute(
        f"COPY ({query}) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
    ).fetchall()
    path.chmod(PRIVATE)
    sync_to_disk(path)
    return FileEntry(file=path.name, rows=copied[0][0], bytes=path.stat().st_size, digest=file_digest(path))


def parquet_sql(paths: Sequence[Path], options: str = "") -> str:
    """SQL table of the rows of Parquet files; a `?` or `*` in a folder's name is no pattern."""
    listed = ", ".join(f"'{_quoted(Path(glob.escape(str(path))))}'" for path in paths)
    return f"read_parquet([{listed}]{', ' + options if options else ''})"


def file_digest(path: Path) -> str:
    """Digest of a file's bytes."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file so that a reader sees all of it or what was there before; a private one is its owner's alone."""
    if private:
        make_private(path.parent)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.unlink(missing_ok=True)
        # never through a link that somebody else, who may write into the folder, has put there
        with os.fdopen(
            os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE if private else 0o666), "wb"
        ) as file:
            file.write(content)
        sync_to_disk(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_to_disk(path.parent)


def make_private(folder: Path) -> None:
    """Make a folder for its owner alone, and so those above it that are missing; one that is there stays as it is."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)


def remove_abandoned(parent: Path, prefix: str) -> None:
    """Remove the folders of a kind that killed runs left behind; a day is longer than any run takes."""
    for folder in parent.glob(f"{prefix}*"):
        with suppress(FileNotFoundError):  # its own run is done with it, at this moment
            if time.time() - folder.stat().st_mtime > ABANDONED_AFTER_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
                events.FOLDER_LEFT_OVER_REMOVED.tell(folder=str(folder))


def sync_to_disk(path: Path) -> None:
    """Make sure that a file, or a folder's list of files, outlives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
