"""`exposure`."""

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
from erp_ar_ext.ledger.exposure import Exposure
from erp_ar_ext.ledger.table_file import SUFFIXES


def exposure_command(  # noqa: PLR0913, PLR0917 - one argument per option
    as_of: AsOf,
    by: Annotated[str, typer.Option("--by", help="account or line (of one currency): a row of --out.")] = "account",
    basis: Basis = None,
    axis: Axis = AXES[0],
    known_at: KnownAt = None,
    out: Out = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Accounts to show of each currency.")] = 5,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Show each account's exposure against its credit limit, by component and by currency.

    The policy's section exposure is the formula. Amounts are in the currency of the limit, at the rate that each line
    shows; where a rate is missing the exposure is unknown, and the line is named.

    Example: erp-ar exposure --as-of 2026-01-31 --json
    """
    day = business_date(as_of)
    one_of("--by", by, ("account", "line"))
    check_out(out, *SUFFIXES)
    with workspace(config) as desk:
        rules, basis_date, policy = rules_of(desk, basis)
        with ledger_of(desk, day, basis=basis_date, axis=axis, known_at=known_at) as ledger:
            made = Exposure(ledger, rules)
            if out:
                made.write(out, by=cast(Literal["account", "line"], by))
                output.say_wrote(out)
            if as_json:
                output.print_bytes(made.as_json(policy))
            elif not out:
                _show(made, top)
    return 0


def _show(made: Exposure, top: int) -> None:
    columns = ("credit_limit", "exposure_amount", "over_limit_amount")
    numbers = ("accounts", "over", "limit", "exposure", "above limit")
    totals = [
        (row["limit_currency"], row["accounts"], row["over"], *amounts(row, columns, row["limit_currency"]))
        for row in made.totals()
    ]
    output.show_table(f"exposure as of {made.ledger.as_of}", ("currency", *numbers), totals, right=numbers)
    states = made.states()
    told = ", ".join(f"{states.get(state, 0):,} {state}" for state in ("amount", "zero", "none", "unknown"))
    output.stdout().print(f"limits: {told}")
    output.stdout().print()
    if top:
        _show_least_headroom(made, top)
    if states.get("unknown"):
        _show_unconverted(made, max(top, 1))
    output.say_findings([finding.as_dict() for finding in made.findings])
    say_tie_out(made.tie_out)


def _show_least_headroom(made: Exposure, top: int) -> None:
    counted = [name for name, counts in made.rules.exposure.counted().items() if counts != (name == "disputed")]
    columns = ("credit_limit", *counted, "exposure_amount", "headroom")
    numbers = ("limit", *words(counted), "exposure", "headroom", "used")
    rows = [
        (
            row["account_id"],
            row["account_name"],
            row["limit_currency"],
            *amounts(row, columns, row["limit_currency"]),
            "" if row["utilisation"] is None else f"{row['utilisation']:.2%}",
        )
        for row in made.largest(top)
    ]
    title = f"least headroom, {top} of each currency"
    output.show_table(title, ("account", "account name", "currency", *numbers), rows, right=numbers)


def _show_unconverted(made: Exposure, top: int) -> None:
    rows = [
        (
            line["account_id"],
            line["currency"],
            output.money(line["amount"], line["currency"]),
            line["limit_currency"],
            line["rate_date"],
            line["problem"].replace("_", " "),
        )
        for line in made.unconverted(top)
    ]
    columns = ("account", "currency", "amount", "limit in", "newest rate", "problem")
    output.show_table(f"lines that make an exposure unknown, the first {top}", columns, rows, right=("amount",))
