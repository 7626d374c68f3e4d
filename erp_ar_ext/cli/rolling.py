"""`roll-forward`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import (
    Axis,
    ConfigFile,
    Json,
    KnownAt,
    business_date,
    check_out,
    ledger_of,
    one_of,
    workspace,
)
from erp_ar_ext.ledger import AXES, BASES
from erp_ar_ext.ledger.roll_forward import MOVEMENTS, OVER, RollForward
from erp_ar_ext.ledger.table_file import SUFFIXES

_BY = ("total", "account")
_DAY = "YYYY-MM-DD"


def roll_forward_command(  # noqa: PLR0913, PLR0917 - one argument per option
    since: Annotated[
        str, typer.Option("--from", metavar=_DAY, help="The span begins at the end of this day.", show_default=False)
    ],
    to: Annotated[
        str, typer.Option("--to", metavar=_DAY, help="The span ends at the end of this day.", show_default=False)
    ],
    over: Annotated[
        list[int] | None,
        typer.Option("--over", metavar="N", help="More than N days past due, repeatable: 60, 360.", show_default=False),
    ] = None,
    forecast_to: Annotated[
        str | None,
        typer.Option(
            "--forecast-to", metavar=_DAY, help="Tell what will be there at the end of this day.", show_default=False
        ),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="total or account: what a row is.")] = "total",
    basis: Annotated[str, typer.Option("--basis", help="due_date, trx_date or gl_date: what items age by.")] = BASES[0],
    axis: Axis = AXES[0],
    known_at: KnownAt = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write all rows to FILE.csv or FILE.parquet.", show_default=False)
    ] = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Largest accounts to show of each currency.")] = 5,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Show how what is long past due came from one day's amount to another's, and what it will be.

    Opening, what aged in, what was old when it was posted, cash, discounts, credit memos, adjustments, other (what was
    taken back): signed, so that they add up to the closing. It is held against the agings of both days. Over 60 is
    61 or more days past due.

    Example: erp-ar roll-forward --from 2026-01-31 --to 2026-02-28

    Example: erp-ar roll-forward --from 2026-01-31 --to 2026-02-15 --over 60 --forecast-to 2026-02-28 --by account
    """
    first, last = business_date(since), business_date(to)
    until = business_date(forecast_to) if forecast_to else None
    one_of("--by", by, _BY)
    one_of("--basis", basis, BASES)
    check_out(out, *SUFFIXES)
    with (
        workspace(config) as desk,
        ledger_of(desk, last, basis=basis, axis=axis, known_at=known_at) as closing,
        desk.ledger(first, basis=basis, axis=axis, snapshot=closing.snapshot.snapshot_id) as opening,
    ):
        rolling = RollForward(opening, closing, over=over or OVER, by=by, forecast_to=until)
        if out:
            rolling.write(out)
            output.say_wrote(out)
        if as_json:
            output.print_bytes(rolling.as_json())
        elif not out:
            _show(rolling, top)
    return 0


def _show(rolling: RollForward, top: int) -> None:
    span = f"from the end of {rolling.opening.as_of} to the end of {rolling.closing.as_of}"
    ahead = ("will_age_in", "unpaid", "expected_cash", "at_pace") if rolling.forecast_to else ()
    amounts = ("opening", *MOVEMENTS, "closing")
    for over, rows in groupby(rolling.totals(), key=lambda row: row["over_days"]):
        listed = list(rows)
        title = f"over {over} days past due ({over + 1} or more), {span}"
        _show_rows(title, ("currency",), amounts, listed)
        if ahead:
            title = f"over {over} days, forecast to {rolling.forecast_to}"
            _show_rows(title, ("currency",), ("closing", *ahead), listed)
    if top and rolling.by == "account":
        for over, rows in groupby(rolling.largest(top), key=lambda row: row["over_days"]):
            title = f"over {over} days, largest {top} of each currency"
            _show_rows(title, ("account_id", "account_name", "currency"), (*amounts, *ahead[-1:]), list(rows))
    output.say_tie_out(rolling.tie_out)


def _show_rows(title: str, keys: Sequence[str], amounts: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    cells = [
        (*(row[key] for key in keys), *(output.money(row[name], row["currency"]) for name in amounts)) for row in rows
    ]
    heads = [name.replace("_", " ").removesuffix(" id") for name in (*keys, *amounts)]
    output.show_table(title, heads, cells, right=heads[len(keys) :])
