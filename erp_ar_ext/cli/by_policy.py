"""What commands that follow the policy's formulas share: options, the rules, and how amounts are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import one_of
from erp_ar_ext.ledger import BASES, TieOut
from erp_ar_ext.ledger.fact_rules import FactRules
from erp_ar_ext.policy import fact_rules
from erp_ar_ext.workspace import Workspace

Out = Annotated[
    Path | None, typer.Option("--out", help="Write all rows to FILE.csv or FILE.parquet.", show_default=False)
]
Basis = Annotated[
    str | None,
    typer.Option(
        "--basis", help="due_date, trx_date or gl_date: what items age by; else the policy's.", show_default=False
    ),
]

_WORDS = {
    "no_account": "nobody's",
    "not_due": "not due",
    "credit_memos": "credit memos",
    "unapplied_cash": "unapplied",
    "open_orders": "orders",
    "usable_credits": "credits",
}
"""Short names of columns whose own are long for a terminal."""


def rules_of(desk: Workspace, basis: str | None) -> tuple[FactRules, str, dict[str, str] | None]:
    """Rules, the date that items age by, and which policy says so; the defaults where none is configured."""
    if basis:
        one_of("--basis", basis, BASES)
    if desk.config.settings.policy is None:
        return FactRules(), basis or BASES[0], None
    policy = desk.policy()
    return fact_rules(policy), basis or policy.aging.basis, {"name": policy.name, "digest": policy.digest}


def say_tie_out(tie_out: TieOut) -> None:
    """Tell whether all checks hold, and which do not."""
    told = "ties out" if tie_out.ok else "does NOT tie out"
    output.stdout().print(f"{told}: {len(tie_out.checks)} checks, {len(tie_out.failed)} with a difference")
    for check in tie_out.failed:
        output.stdout().print(f"  {check['name'].replace('_', ' ')} {check['currency']}: {check['difference']}")


def amounts(row: Mapping[str, Any], columns: Sequence[str], currency: str) -> list[str]:
    """Amounts of a row, for people."""
    return [output.money(row[column], currency) for column in columns]


def words(columns: Sequence[str]) -> list[str]:
    """Headings of columns, for people."""
    return [_WORDS.get(column, column) for column in columns]
