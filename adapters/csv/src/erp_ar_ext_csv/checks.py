"""Lines of `erp-ar doctor`: settings, folder, each file's header, the write-back folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from erp_ar_ext.errors import ConfigError, ErpArError, SourceError
from erp_ar_ext.spi import Check, CheckStatus, ReadContext
from erp_ar_ext_csv.extract import Extract, check_header
from erp_ar_ext_csv.journal import FOLDER
from erp_ar_ext_csv.locate import EntityFile
from erp_ar_ext_csv.settings import CsvSettings, parse
from erp_ar_ext_csv.source import folder_of


def run_checks(settings: Mapping[str, Any], context: ReadContext) -> list[Check]:
    """Check what can be checked without reading rows; stops where the rest depends on what failed."""
    try:
        parsed = parse(settings)
    except ConfigError as error:
        return [_failed("settings", error)]
    folder = folder_of(parsed, context)
    try:
        extract = Extract(parsed, folder)
    except SourceError as error:
        return [_failed("files", error)]
    files = [file for files in extract.files.values() for file in files]
    found = Check("files", CheckStatus.OK, f"{len(files)} files of {len(extract.files)} entities in {folder}")
    strays = [Check(f"file {f.place}", CheckStatus.WARNING, f.message, "rename it") for f in extract.findings()]
    return [found, *strays, *(_header(parsed, file) for file in files), _write_back(folder)]


def _header(settings: CsvSettings, file: EntityFile) -> Check:
    name = f"{file.entity}: {file.name}"
    try:
        check_header(settings, file)
    except ErpArError as error:
        return _failed(name, error)
    return Check(name, CheckStatus.OK, "columns fit")


def _write_back(folder: Path) -> Check:
    target = folder / FOLDER
    place = target if target.exists() else folder
    if os.access(place, os.W_OK | os.X_OK):
        return Check("write-back folder", CheckStatus.OK, f"{target} can be written")
    hint = f"give this user leave to write in {place}"
    return Check("write-back folder", CheckStatus.WARNING, f"{place} cannot be written: plans can, apply cannot", hint)


def _failed(name: str, error: ErpArError) -> Check:
    return Check(name, CheckStatus.FAILED, str(error), error.hint)
