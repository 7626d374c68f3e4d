"""Options that several commands share, and the values they are read as."""

from __future__ import annotations

import getpass
import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from erp_ar_ext.errors import UsageError
from erp_ar_ext.workspace import Workspace

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout instead of tables.")]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="Configuration file; else ERP_AR_CONFIG, else ./erp-ar.toml.", show_default=False
    ),
]
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Business date: the end of this day.", show_default=False)
]
Who = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="NAME", help="Who you are; else ERP_AR_USER, else the login name.", show_default=False
    ),
]
PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan file.", show_default=False)]

_given: dict[str, Path | None] = {"config": None}


def remember_config(path: Path | None) -> None:
    """Keep the file given before the command's name, for the command."""
    _given["config"] = path


def workspace(config: Path | None) -> Workspace:
    """Open the installation that the command line names."""
    return Workspace.open(config or _given["config"])


def business_date(text: str) -> date:
    """Read an ISO date. Raises UsageError for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max  # the last day of the calendar stands for "no end" in the ledger, and is no business date
    if day == date.max or day.isoformat() != text:
        raise UsageError(f"{text!r} is not a date", hint="write it as YYYY-MM-DD, for example 2026-01-31")
    return day


def bucket_bounds(text: str) -> list[int]:
    """Read comma-separated upper bounds of buckets. Raises UsageError for what is not whole numbers."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as error:
        raise UsageError(f"{text!r} is not a list of whole days", hint="for example --buckets 30,60,90") from error


def person(given: str | None) -> str:
    """Name of whoever runs the command: maker of a plan, checker of an approval."""
    try:
        return given or os.environ.get("ERP_AR_USER") or getpass.getuser()
    except (KeyError, OSError) as error:  # a container's user need not have a name
        hint = "say who you are: --as NAME, or set ERP_AR_USER"
        raise UsageError("this user has no login name", hint=hint) from error
