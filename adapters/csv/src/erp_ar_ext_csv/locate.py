"""Find each entity's files in the folder, before anything is read."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

from erp_ar_ext.errors import SourceError
from erp_ar_ext.model import ENTITIES, REQUIRED_ENTITIES, Finding, Severity
from erp_ar_ext_csv.settings import CsvSettings, EntityMapping, nearest

CANONICAL_SUFFIXES = (".csv", ".csv.gz", ".parquet")
_READABLE = (*CANONICAL_SUFFIXES, ".txt", ".tsv", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")


@dataclass(frozen=True)
class EntityFile:
    """A file that rows of an entity are read from; `name` is relative to the folder, for reports."""

    entity: str
    path: Path
    name: str
    mapping: EntityMapping

    @property
    def mapped(self) -> bool:
        """Whether the configuration says where each column comes from."""
        return self.mapping.columns is not None

    def signature(self) -> tuple[str, int, int, int]:
        """What tells whether the file changed: name, inode, size in bytes and modification time in ns.

        Raises SourceError where the file is gone.
        """
        try:
            stat = self.path.stat()
        except OSError as error:
            raise SourceError(
                f"cannot be read: {error.strerror}", place=self.name, hint="put the file back, or extract it again"
            ) from error
        return self.name, stat.st_ino, stat.st_size, stat.st_mtime_ns


def locate(settings: CsvSettings, folder: Path) -> dict[str, tuple[EntityFile, ...]]:
    """Files of every entity that has one, in the model's order.

    Raises SourceError where the folder or a file that must be there is missing, and where an entity has two
    canonical files.
    """
    present = _listing(folder)
    found = {name: _files_of(name, settings, folder, present) for name in ENTITIES}
    missing = [name for name in REQUIRED_ENTITIES if not found[name]]
    if missing:
        raise SourceError(
            "; ".join(f"no file for {name}: looked for {_wanted(name)}{_near(name, present)}" for name in missing),
            place=str(folder),
            hint="put the files there, or say with files.<entity>.file in erp-ar.toml which files to read",
        )
    return {name: files for name, files in found.items() if files}


def stray_files(folder: Path) -> list[Finding]:
    """Findings for files whose names nearly are an entity's: they are not read."""
    found = []
    for name in _listing(folder):
        stem = name.split(".", maxsplit=1)[0]
        if stem in ENTITIES or not name.endswith(CANONICAL_SUFFIXES):
            continue
        close = difflib.get_close_matches(stem.lower(), list(ENTITIES), n=1, cutoff=0.8)
        if close:
            message = f"is not read: the file of {close[0]} is called {close[0]}{name.removeprefix(stem)}"
            found.append(Finding("csv-stray-file", Severity.WARNING, message, entity=close[0], place=name))
    return found


def _listing(folder: Path) -> list[str]:
    try:
        names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    except FileNotFoundError as error:
        raise SourceError(
            "there is no such folder", place=str(folder), hint="correct path in erp-ar.toml or ERP_AR__SOURCE__PATH"
        ) from error
    except NotADirectoryError as error:
        raise SourceError(
            "is a file, not a folder", place=str(folder), hint="path names the folder that holds the files"
        ) from error
    except OSError as error:
        raise SourceError(
            f"the folder cannot be read: {error.strerror}", place=str(folder), hint="grant this user leave to read it"
        ) from error
    return [name for name in names if name.lower().endswith(_READABLE) and not name.startswith((".", "~$"))]


def _files_of(entity: str, settings: CsvSettings, folder: Path, present: list[str]) -> tuple[EntityFile, ...]:
    mapping = settings.files.get(entity) or EntityMapping()
    paths = [path for pattern in mapping.file for path in _named(entity, pattern, folder, present)]
    if not mapping.file:
        paths = [folder / name for name in (entity + suffix for suffix in CANONICAL_SUFFIXES) if name in present]
        if len(paths) > 1:
            raise SourceError(
                f"{entity} has {len(paths)} files: {', '.join(path.name for path in paths)}",
                place=str(folder),
                hint=f"remove all but one, or name the ones to read in files.{entity}.file",
            )
        if not paths and entity in settings.files:
            raise SourceError(
                f"no file for {entity}: looked for {_wanted(entity)}{_near(entity, present)}",
                place=str(folder),
                hint=f"name its file in files.{entity}.file",
            )
    return tuple(EntityFile(entity, path, _relative(path, folder), mapping) for path in dict.fromkeys(paths))


def _named(entity: str, pattern: str, folder: Path, present: list[str]) -> list[Path]:
    if (folder / pattern).is_file():
        return [folder / pattern]
    matched = [] if Path(pattern).is_absolute() else sorted(path for path in folder.glob(pattern) if path.is_file())
    if not matched:
        raise SourceError(
            f"files.{entity}.file = {pattern!r} matches no file{nearest(pattern, present)}",
            place=str(folder),
            hint="correct the name in erp-ar.toml, or put the file there",
        )
    return matched


def _relative(path: Path, folder: Path) -> str:
    # Two files outside the folder may have one name: only the whole way from the folder tells them apart.
    return Path(os.path.relpath(path, folder)).as_posix()


def _wanted(entity: str) -> str:
    return ", ".join(entity + suffix for suffix in CANONICAL_SUFFIXES)


def _near(entity: str, present: list[str]) -> str:
    return nearest(f"{entity}.csv", present) or "; the folder holds no file of a known kind"
