"""`erp-ar oracle`: what a DBA needs, printed; these commands connect to nothing."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from erp_ar_ext.errors import FileError
from erp_ar_ext_oracle.package import Site, ddl

APP = typer.Typer(help="Scripts for the DBA of an Oracle database.", no_args_is_help=True)


class Body(StrEnum):
    """What carries out a request: the suite's public APIs, an import of the site's own, or the package itself."""

    EBS = "ebs"
    INTERFACE = "interface"
    STANDALONE = "standalone"


@APP.callback()
def _scripts() -> None:
    """Scripts for the DBA of an Oracle database."""


@APP.command("ddl")
def ddl_command(  # noqa: PLR0913 - one argument per option
    *,
    body: Annotated[
        Body,
        typer.Option(
            "--body", help="ebs: E-Business Suite's public APIs; interface: staging tables; standalone: plain tables."
        ),
    ] = Body.EBS,
    owner: Annotated[str, typer.Option("--owner", help="Schema of the table of requests and the staging tables.")] = (
        "XXAR"
    ),
    apps: Annotated[
        str | None,
        typer.Option("--apps", help="Schema of the packages; APPS unless said, and the owner for standalone."),
    ] = None,
    reader: Annotated[
        str | None, typer.Option("--reader", help="User of the source, who is granted SELECT on what is read.")
    ] = None,
    writer: Annotated[
        str | None, typer.Option("--writer", help="User of the target, who is granted EXECUTE on the package.")
    ] = None,
    fnd_user: Annotated[
        str, typer.Option("--fnd-user", help="FND user that the suite's APIs see.", rich_help_panel="E-Business Suite")
    ] = "ERP_AR",
    responsibility: Annotated[
        str,
        typer.Option(
            "--responsibility", help="Key of the responsibility they see.", rich_help_panel="E-Business Suite"
        ),
    ] = "ERP_AR",
    release_reason: Annotated[
        str,
        typer.Option(
            "--release-reason",
            help="Code that holds are lifted with, of lookup RELEASE_REASON.",
            rich_help_panel="E-Business Suite",
        ),
    ] = "AR_AUTOMATIC",
    editioned: Annotated[
        bool,
        typer.Option("--editioned", help="For release 12.2 with online patching.", rich_help_panel="E-Business Suite"),
    ] = False,
    uninstall: Annotated[bool, typer.Option("--uninstall", help="Print what takes everything away again.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write one file each into this folder, numbered in the order to run them."),
    ] = None,
) -> int:
    """Print the SQL that installs the package in the database, filled in with the site's names.

    Plain SQL for any client, to be read before it is run. A second run changes nothing.

    Example: erp-ar oracle ddl --body ebs --reader ERP_AR_READ --writer ERP_AR_WRITE --out install

    Example: erp-ar oracle ddl --uninstall > uninstall.sql
    """
    site = Site(body, owner, apps, reader, writer, editioned, fnd_user, responsibility, release_reason)
    scripts = list(ddl(site, uninstall=uninstall))
    if out is None:
        typer.echo("\n".join(f"-- {name}\n{text.rstrip()}\n" for name, text in scripts), nl=False)
        return 0
    for number, (name, text) in enumerate(scripts, start=1):
        path = out / f"{number:02}_{Path(name).name.split('_', maxsplit=1)[1]}"
        _write(path, text)
        typer.echo(f"wrote {path}", err=True)
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(
            f"cannot be written: {error.strerror}", place=str(path), hint="name a folder that this user may write to"
        ) from error
