"""Options that several commands share, and the values they are read as."""

from __future__ import annotations

import getpass
import os
import socket
import tempfile
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger import AXES, Ledger
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
Axis = Annotated[
    str,
    typer.Option(
        "--axis", help="gl_date: as the books have it; trx_date: by the dates of documents, receipts and applications."
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="MOMENT",
        help="As it was known then: a date (its end) or a date-time, in the company's time zone unless it names one.",
        show_default=False,
    ),
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


def check_out(path: Path | None, *suffixes: str) -> None:
    """Check before any work that `--out` can be written.

    Raises UsageError for a name that ends otherwise than it must, and for a place that takes no file.
    """
    if path is None:
        return
    if suffixes and path.suffix not in suffixes:
        hint = f"name the file like list{suffixes[0]}"
        raise UsageError(f"--out {path} is neither {' nor '.join(suffixes)}", hint=hint)
    folder = path.absolute().parent
    if not folder.is_dir():
        raise UsageError(f"--out {path}: its folder does not exist", hint=f"mkdir -p {path.parent}")
    if path.exists() and not path.is_file():
        what = "is a folder" if path.is_dir() else "is no plain file"
        raise UsageError(f"--out {path} {what}", hint="name the file to write")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = f"--out {path}: its folder cannot be written: {error.strerror}"
        raise UsageError(message, hint="name a folder that this user may write to") from error


def business_date(text: str) -> date:
    """Read an ISO date. Raises UsageError for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max  # the last day of the calendar stands for "no end" in the ledger, and is no business date
    if day == date.max or day.isoformat() != text:
        raise UsageError(f"{text!r} is not a date", hint="write it as YYYY-MM-DD, for example 2026-01-31")
    return day


def moment_known(text: str, zone: tzinfo) -> datetime:
    """Read a moment: the end of an ISO date, or an ISO date-time; without an offset it is told in the zone.

    The hour that comes twice in autumn means its first time. Raises UsageError for anything else.
    """
    try:
        if len(text) <= len("2026-01-31"):
            moment = datetime.combine(business_date(text), time.max)
        else:
            moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, UsageError) as error:
        hint = "write it as YYYY-MM-DD or YYYY-MM-DDTHH:MM, for example 2026-01-31T18:00+01:00"
        raise UsageError(f"{text!r} is not a moment", hint=hint) from error


def ledger_of(
    desk: Workspace, as_of: date, *, basis: str = "due_date", axis: str = AXES[0], known_at: str | None = None
) -> AbstractContextManager[Ledger]:
    """Open the ledger as the options say. Raises UsageError for an axis or a moment that is none."""
    one_of("--axis", axis, AXES)
    moment = None if known_at is None else moment_known(known_at, desk.config.zone)
    return desk.ledger(as_of, basis=basis, axis=axis, known_at=moment)


def one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raise UsageError for a value that the option does not have."""
    if value not in allowed:
        raise UsageError(f"{option} {value!r} is not one of {', '.join(allowed)}", hint="erp-ar COMMAND --help")


def bucket_bounds(text: str) -> list[int]:
    """Read comma-separated upper bounds of buckets. Raises UsageError for what is not whole numbers."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as error:
        raise UsageError(f"{text!r} is not a list of whole days", hint="for example --buckets 30,60,90") from error


def person(given: str | None) -> str:
    """Name of whoever runs the command: maker of a plan, checker of an approval. Raises UsageError for a blank one."""
    hint = "say who you are: --as NAME, or set ERP_AR_USER"
    try:
        name = given if given is not None else os.environ.get("ERP_AR_USER") or getpass.getuser()
    except (KeyError, OSError) as error:  # a container's user need not have a name
        raise UsageError("this user has no login name", hint=hint) from error
    if not name.strip():
        raise UsageError("the name of who runs this is blank", hint=hint)
    return name.strip()


def owner() -> str:
    """Name of this run in the lease."""
    return f"{socket.gethostname()}:{os.getpid()}"
