"""Append rows to the write-back files so that a reader sees all of a batch's rows of a file or none.

Each file is written anew beside the old one, flushed to the disk, and put in its place. A file that was left
half written by a crash is never looked at, and the next write removes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from erp_ar_ext.errors import TransientWriteError, UnknownOutcomeError
from erp_ar_ext.model import ENTITIES, Entity
from erp_ar_ext_csv import events
from erp_ar_ext_csv.cells import header_line, row_lines

LOCK_WAIT_SECONDS = 30.0
_TEMPORARY = ".tmp"


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, making the folder when it is missing.

    Raises TransientWriteError where the folder cannot be written or another process keeps the lock.
    """
    try:
        _make(folder)
        lock = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o660)
    except OSError as error:
        raise nothing_written(folder, error.strerror or str(error)) from error
    try:
        _wait_for(lock, folder)
        left_over = _remove_temporary(folder)
        if left_over:
            events.LEFT_OVER_REMOVED.tell(folder=str(folder), files=left_over)
        yield
    finally:
        os.close(lock)


def obstacle(folder: Path) -> str | None:
    """Say what keeps this user from writing into the folder, as far as that can be told without writing."""
    place = folder if folder.exists() else folder.parent
    if not place.is_dir():
        return "it is no folder"
    return None if os.access(place, os.W_OK | os.X_OK) else "this user may not write there"


def append(folder: Path, additions: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Append rows by entity. Call it under the lock.

    Raises TransientWriteError when no file was changed, as where one ends within a row; UnknownOutcomeError when
    some were, or may have been.
    """
    staged: list[tuple[Path, Path]] = []
    replaced = 0
    try:
        for entity, rows in additions.items():
            staged.append(_stage(folder, ENTITIES[entity], rows))
        for temporary, path in staged:
            temporary.replace(path)
            replaced += 1
        _flush_folder(folder)
    except OSError as error:
        facts = {"folder": str(folder), "error": error.strerror or str(error)}
        if not replaced:
            events.WRITE_UNDONE.tell(**facts)
            raise nothing_written(folder, facts["error"]) from error
        events.WRITE_IN_DOUBT.tell(**facts)
        raise UnknownOutcomeError(
            f"the folder failed in the middle of a write: {facts['error']}",
            place=str(folder),
            hint="repair the disk, then erp-ar recover looks up what was written",
        ) from error
    finally:
        _remove_temporary(folder)


def _remove_temporary(folder: Path) -> list[str]:
    """Remove the files of writes that did not come to their end; returns their names. Call it under the lock."""
    found = sorted(folder.glob(f".*{_TEMPORARY}"))
    for one in found:
        one.unlink(missing_ok=True)
    return [one.name for one in found]


def _make(folder: Path) -> None:
    """Make the folder where it is missing, so that it outlives a power cut as the files in it do."""
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        _flush_folder(folder.parent)


def _stage(folder: Path, entity: type[Entity], rows: Sequence[Mapping[str, Any]]) -> tuple[Path, Path]:
    path = folder / f"{entity.entity}.csv"
    temporary = folder / f".{entity.entity}.{os.getpid()}{_TEMPORARY}"
    # Whoever else may write into the folder could have put a link there: it is never followed.
    with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), "wb") as file:
        if path.exists():
            with path.open("rb") as written:
                shutil.copyfileobj(written, file)
                _check_ending(written, path)
        else:
            file.write(header_line(entity))
        file.write(row_lines(entity, rows))
        file.flush()
        os.fsync(file.fileno())
    return temporary, path


def _check_ending(written: BinaryIO, path: Path) -> None:
    """Refuse a file that ends within a row: the next row would be glued to it."""
    written.seek(max(written.tell() - 1, 0))
    if written.read(1) != b"\n":
        raise TransientWriteError(
            "does not end with a line break, so its last row may be torn; nothing was written",
            place=f"{path.parent.name}/{path.name}",
            hint="restore the file from a backup; if its last row is whole, add a line break to its end",
        )


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _wait_for(lock: int, folder: Path) -> None:
    deadline, waits = time.monotonic() + LOCK_WAIT_SECONDS, False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise TransientWriteError(
                    "another process keeps the lock of the write-back folder",
                    place=str(folder / ".lock"),
                    hint="wait for the other erp-ar to end, and try again",
                ) from error
            if not waits:
                waits = True
                events.WAITS_FOR_LOCK.tell(lock=str(folder / ".lock"))
            time.sleep(0.05)
        else:
            return


def nothing_written(folder: Path, why: str) -> TransientWriteError:
    """Error of a folder that takes nothing."""
    return TransientWriteError(
        f"the write-back folder cannot be written: {why}; nothing was",
        place=str(folder),
        hint="free some disk space, or give this user leave to write there, and apply again",
    )
