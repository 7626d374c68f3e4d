"""`restated`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import (
    AsOf,
    Axis,
    ConfigFile,
    Json,
    business_date,
    check_out,
    moment_known,
    one_of,
    workspace,
)
from erp_ar_ext.ledger import AXES
from erp_ar_ext.ledger.restated import Restated
from erp_ar_ext.ledger.table_file import SUFFIXES
from erp_ar_ext.model import short

_MOMENT = "a date (its end) or a date-time, in the company's time zone unless it names one."


def restated_command(  # noqa: PLR0913, PLR0917 - one argument per option
    as_of: AsOf,
    known_at: Annotated[
        str, typer.Option("--known-at", metavar="MOMENT", help=f"What was known then: {_MOMENT}", show_default=False)
    ],
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="MOMENT", help="What is known now, unless a later moment is named here."),
    ] = None,
    axis: Axis = AXES[0],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write all rows to FILE.csv or FILE.parquet.", show_default=False)
    ] = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Largest differences to show of each currency.")] = 10,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """List the schedules whose balance on a day is known otherwise by now: what was entered late or dated back.

    Say of a day that was reported on when it was reported on; the sum of the differences is what has moved since.

    Example: erp-ar restated --as-of 2026-01-31 --known-at 2026-02-05T18:00
    """
    day = business_date(as_of)
    one_of("--axis", axis, AXES)
    check_out(out, *SUFFIXES)
    with workspace(config) as desk:
        then = moment_known(known_at, desk.config.zone)
        now = None if against is None else moment_known(against, desk.config.zone)
        with desk.restated(day, known_at=then, against=now, axis=axis) as restated:
            if out:
                restated.write(out)
                output.say_wrote(out)
            if as_json:
                output.print_bytes(restated.as_json())
            elif not out:
                _show(restated, top)
    return 0


def _show(restated: Restated, top: int) -> None:
    snapshots = f"{short(restated.then.snapshot_id)} and {short(restated.now.snapshot_id)}"
    totals = [
        (t.currency, f"{t.schedules:,}", *_amounts(t.currency, t.balance_then, t.balance_now, t.difference))
        for t in restated.totals()
    ]
    numbers = ("schedules", "then", "now", "difference")
    output.show_table(
        f"restated as of {restated.as_of}: snapshots {snapshots}", ("currency", *numbers), totals, right=numbers
    )
    if not totals:
        output.stdout().print("no balance of that day has changed")
    elif top:
        _show_largest(restated, top)


def _show_largest(restated: Restated, top: int) -> None:
    keys = ("account_id", "schedule_id", "trx_number", "gl_date", "known", "currency")
    rows = [
        (
            *(row[key] for key in keys),
            *_amounts(row["currency"], row["balance_then"], row["balance_now"], row["difference"]),
        )
        for row in restated.largest(top)
    ]
    numbers = ("then", "now", "difference")
    columns = ("account", "schedule", "number", "gl date", "known", "currency", *numbers)
    output.show_table(f"largest differences, {top} of each currency", columns, rows, right=numbers)


def _amounts(currency: str, *amounts: Decimal) -> tuple[str, ...]:
    return tuple(output.money(amount, currency) for amount in amounts)
