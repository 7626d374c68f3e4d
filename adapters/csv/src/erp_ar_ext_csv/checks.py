"""Lines of `erp-ar doctor`: settings, folder, each file's header, the write-back folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from erp_ar_ext.errors import ConfigError, ErpArError, SourceError
from erp_ar_ext.spi import Check, CheckStatus, ReadContext
from erp_ar_ext_csv.append import obstacle
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
    why_not = obstacle(target)
    if why_not is None:
        return Check("write-back folder", CheckStatus.OK, f"{target} can be written")
    detail = f"{target} cannot be written: {why_not}; plans can be made, and not applied"
    hint = f"make {target} a folder that this user may write to"
    return Check("write-back folder", CheckStatus.WARNING, detail, hint)


def _failed(name: str, error: ErpArError) -> Check:
    return Check(name, CheckStatus.FAILED, str(error), error.hint)
