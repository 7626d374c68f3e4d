"""`reconcile`."""

from __future__ import annotations

from typing import Annotated

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import ConfigFile, Json, workspace
from erp_ar_ext.model import short
from erp_ar_ext.reconcile import Reconciliation

_TOLD = {
    "missing": "we wrote it, and it is not there",
    "changed": "it says something else than we wrote",
    "twice": "it is there more than once",
    "lifted": "a hold of ours that somebody else lifted",
    "foreign": "it has our mark, and was not written from here",
    "unexpected": "it is there, though the ERP had not taken it",
}


def reconcile_command(
    top: Annotated[int, typer.Option("--top", min=0, help="Differences to show.")] = 20,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Hold what we wrote against what the last sync found in the ERP: missing, changed, twice, lifted, foreign.

    Sync first: what was written since the last sync began is counted, and not judged. Exits 4 where something differs
    or is in doubt.

    Example: erp-ar reconcile --json
    """
    with workspace(config) as desk, desk.reconciliation() as found:
        if as_json:
            output.print_json(
                {
                    "snapshot": found.snapshot.snapshot_id,
                    "actions": found.actions(),
                    "counts": found.counts(),
                    "differences": found.rows(),
                }
            )
        else:
            _show(found, top)
        return found.exit_code


def _show(found: Reconciliation, top: int) -> None:
    actions = found.actions()
    told = [f"{actions['compared']:,} actions held against snapshot {short(found.snapshot.snapshot_id)}"]
    if actions["not_read_yet"]:
        told.append(f"{actions['not_read_yet']:,} written since, which the next sync reads")
    if actions["in_doubt"]:
        told.append(f"{actions['in_doubt']:,} in doubt: erp-ar recover looks them up")
    output.stdout().print("; ".join(told))
    counts = found.counts()
    if not counts:
        output.stdout().print("nothing differs")
        return
    rows = [(what, f"{count:,}", _TOLD[what]) for what, count in counts.items()]
    output.show_table("differences", ("what", "count", "meaning"), rows, right=("count",))
    shown = ("what", "kind", "account_id", "schedule_id", "erp_id", "column", "ours", "theirs", "external_ref")
    cells = [tuple(row[name] for name in shown) for row in found.rows(top)] if top else []
    if cells:
        output.show_table(f"the first {len(cells)}", shown, cells)
