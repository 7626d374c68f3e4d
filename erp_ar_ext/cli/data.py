"""`sync`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from erp_ar_ext import events
from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import ConfigFile, Json, owner, workspace
from erp_ar_ext.model import short
from erp_ar_ext.sync import SyncResult


def sync_command(
    full: Annotated[bool, typer.Option("--full", help="Read everything, not only changes.")] = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Read the source into a snapshot; print counts, findings and the tie-out.

    Only changes are read where the source can tell them. Exits 3 when rows had to be quarantined, 75 when another
    sync is running.

    Example: erp-ar sync
    """
    with workspace(config) as desk:
        with output.reading_progress() as progress:
            result = desk.sync(progress, full=full, owner=owner())
        if as_json:
            output.print_json(result.as_dict())
        else:
            _show(result)
    return result.exit_code


_READ = {"whole": "all rows", "changes": "changes", "kept": "not needed"}


def _show(result: SyncResult) -> None:
    manifest = result.snapshot.manifest
    rows = [
        (name, _READ[e.read], *(f"{count:,}" for count in (e.rows_in, e.rows_taken, e.rows_quarantined, e.rows)))
        for name, e in manifest.entities.items()
    ]
    state = "new" if result.new else "nothing new since it was made"
    numbers = ("rows in", "taken", "quarantined", "rows there")
    title = f"snapshot {short(manifest.snapshot_id)} ({state})"
    output.show_table(title, ("entity", "read", *numbers), rows, right=numbers)
    if result.window:
        swept = "every key was compared" if result.swept else "keys were not compared this time"
        output.stdout().print(f"changes since {result.window.since.isoformat(' ', 'seconds')}; {swept}\n")
    if manifest.tie_out:
        output.show_checks(manifest.tie_out)
    output.say_findings(manifest.findings)
    if result.quarantined:
        words = f"rows that could not be taken: {escape(str(result.quarantine))}"
        output.say(events.QUARANTINE, words, folder=str(result.quarantine))
    output.say_next("erp-ar aging --as-of YYYY-MM-DD, or erp-ar plan --as-of YYYY-MM-DD")
