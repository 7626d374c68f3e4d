"""`report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import ConfigFile, Json, check_out, workspace


def report_command(
    plan_or_run: Annotated[
        str, typer.Argument(metavar="PLAN|RUN", help="A plan file or a run's id.", show_default=False)
    ],
    out: Annotated[Path | None, typer.Option("--out", help="Where to write the HTML file.", show_default=False)] = None,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Write the report people look at: one HTML file that needs no network.

    Example: erp-ar report monday.json --out monday.html
    """
    check_out(out)
    with workspace(config) as desk:
        path = desk.report(desk.find_plan(plan_or_run), out)
    if as_json:
        output.print_json({"report": str(path)})
    else:
        output.stdout().print(f"report: {path}", soft_wrap=True)
    return 0
