"""`sync` and `aging`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import (
    AsOf,
    Axis,
    ConfigFile,
    Json,
    KnownAt,
    bucket_bounds,
    business_date,
    check_out,
    ledger_of,
    one_of,
    owner,
    workspace,
)
from erp_ar_ext.ledger import AXES, BASES, Aging, make_buckets
from erp_ar_ext.ledger.table_file import SUFFIXES
from erp_ar_ext.model import short
from erp_ar_ext.sync import SyncResult

_GRAINS = ("account", "schedule")


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


def aging_command(  # noqa: PLR0913, PLR0917 - one argument per option
    as_of: AsOf,
    by: Annotated[str, typer.Option("--by", help="account or schedule: what a row is.")] = "account",
    basis: Annotated[
        str, typer.Option("--basis", help="due_date, trx_date or gl_date: what items age by.")
    ] = "due_date",
    axis: Axis = AXES[0],
    known_at: KnownAt = None,
    buckets: Annotated[str, typer.Option("--buckets", help="Last day of each bucket.")] = "30,60,90",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write all rows to FILE.csv or FILE.parquet.", show_default=False)
    ] = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Largest rows to show of each currency.")] = 5,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Show the open balance by how long it is past due, as of any day.

    Amounts of different currencies are never added. Credit memos are in the buckets, by their own age; cash that is
    not applied to any document stands apart as unapplied.

    Example: erp-ar aging --as-of 2026-01-31 --by schedule --out aging.csv
    """
    day, bounds = business_date(as_of), bucket_bounds(buckets)
    make_buckets(bounds)
    one_of("--by", by, _GRAINS)
    one_of("--basis", basis, BASES)
    check_out(out, *SUFFIXES)
    with workspace(config) as desk, ledger_of(desk, day, basis=basis, axis=axis, known_at=known_at) as ledger:
        aging = Aging(ledger, by=by, bounds=bounds)
        if out:
            aging.write(out)
            output.say_wrote(out)
        if as_json:
            output.print_bytes(aging.as_json())
        elif not out:
            _show_aging(aging, top)
    return 0


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
        _show_tie_out(manifest.tie_out)
    output.say_findings(manifest.findings)
    if result.quarantined:
        words = f"rows that could not be taken: {escape(str(result.quarantine))}"
        output.say("quarantine", words, level=logging.WARNING, folder=str(result.quarantine))
    output.say_next("erp-ar aging --as-of YYYY-MM-DD, or erp-ar plan --as-of YYYY-MM-DD")


def _show_tie_out(checks: Sequence[dict[str, Any]]) -> None:
    rows = [
        (check["name"].replace("_", " "), check["currency"], output.money(check["difference"], check["currency"]))
        for check in checks
    ]
    output.show_table("tie-out", ("check", "currency", "difference"), rows, right=("difference",))


def _show_aging(aging: Aging, top: int) -> None:
    names = [bucket.name for bucket in aging.buckets]
    numbers = ("open", *names, "of it credits", "unapplied", "disputed")
    rows = [
        (
            t.currency,
            *(
                output.money(a, t.currency)
                for a in (t.open_amount, *t.buckets.values(), t.credits, t.unapplied, t.disputed)
            ),
        )
        for t in aging.totals()
    ]
    title = f"aging as of {aging.ledger.as_of} by {aging.ledger.basis.replace('_', ' ')}"
    output.show_table(title, ("currency", *numbers), rows, right=numbers)
    if top:
        _show_largest(aging, top)
    told = "ties out" if aging.tie_out.ok else "does NOT tie out"
    output.stdout().print(f"{told}: {len(aging.tie_out.checks)} checks, {len(aging.tie_out.failed)} with a difference")
    if not aging.tie_out.ok:
        _show_tie_out(aging.tie_out.failed)


def _show_largest(aging: Aging, top: int) -> None:
    keys = ("account_id", "account_name", *(("schedule_id", "due_date") if aging.by == "schedule" else ()), "currency")
    numbers = ("days past due", "open", "past due", "unapplied")
    rows = [
        (
            *(row[key] for key in keys),
            row["days_past_due"],
            *(output.money(row[name], row["currency"]) for name in ("open_amount", "overdue", "unapplied")),
        )
        for row in aging.largest(top)
    ]
    shown = [key.replace("_", " ").removesuffix(" id") for key in keys]
    title = f"largest past due, {top} of each currency"
    output.show_table(title, (*shown, *numbers), rows, right=numbers)
