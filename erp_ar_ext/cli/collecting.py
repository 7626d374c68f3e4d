"""`collectible`."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.by_policy import Basis, Out, amounts, rules_of, say_tie_out, words
from erp_ar_ext.cli.options import (
    AsOf,
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
from erp_ar_ext.ledger import AXES
from erp_ar_ext.ledger.collectible import DEDUCTIONS, Collectible
from erp_ar_ext.ledger.table_file import SUFFIXES

_COLUMNS = ("due_amount", *DEDUCTIONS, "collectible_amount")
_NUMBERS = ("due", *words(DEDUCTIONS), "collectible")


def collectible_command(  # noqa: PLR0913, PLR0917 - one argument per option
    as_of: AsOf,
    by: Annotated[str, typer.Option("--by", help="account or schedule: what a row is.")] = "account",
    basis: Basis = None,
    axis: Axis = AXES[0],
    known_at: KnownAt = None,
    out: Out = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Largest rows to show of each currency.")] = 5,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Show what can be collected today: what is due, less what nobody should be asked for, each deduction apart.

    Of what is due, these are taken off in this order: what belongs to no account, to insolvent and to blocked
    accounts, what is disputed, what a kept payment plan still waits for, and what open credits pay. The policy's
    sections collectible and payment_plans set the rules.

    Example: erp-ar collectible --as-of 2026-01-31 --by schedule --out collectible.csv
    """
    day = business_date(as_of)
    one_of("--by", by, ("account", "schedule"))
    check_out(out, *SUFFIXES)
    with workspace(config) as desk:
        rules, basis_date, policy = rules_of(desk, basis)
        with ledger_of(desk, day, basis=basis_date, axis=axis, known_at=known_at) as ledger:
            made = Collectible(ledger, rules, by=cast(Literal["account", "schedule"], by))
            if out:
                made.write(out)
                output.say_wrote(out)
            if as_json:
                output.print_bytes(made.as_json(policy))
            elif not out:
                _show(made, top)
    return 0


def _show(made: Collectible, top: int) -> None:
    title = f"collectible as of {made.ledger.as_of}, by {made.ledger.basis.replace('_', ' ')}"
    totals = [(row["currency"], *amounts(row, _COLUMNS, row["currency"])) for row in made.totals()]
    output.show_table(title, ("currency", *_NUMBERS), totals, right=_NUMBERS)
    if top:
        _show_largest(made, top)
    say_tie_out(made.tie_out)


def _show_largest(made: Collectible, top: int) -> None:
    of_schedule = ("schedule_id", "due_date") if made.by == "schedule" else ()
    keys = ("account_id", "account_name", *of_schedule, "currency", "days_past_due")
    rows = [(*(row[key] for key in keys), *amounts(row, _COLUMNS, row["currency"])) for row in made.largest(top)]
    shown = [key.replace("_", " ").removesuffix(" id") for key in keys]
    output.show_table(
        f"largest collectible, {top} of each currency", (*shown, *_NUMBERS), rows, right=("days past due", *_NUMBERS)
    )
