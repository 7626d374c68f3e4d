"""`aging`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

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
    workspace,
)
from erp_ar_ext.ledger import AXES, BASES, Aging
from erp_ar_ext.ledger.aging_rules import CREDITS, DISPUTED, UNAPPLIED, AgingRules
from erp_ar_ext.ledger.buckets import DEFAULT_BOUNDS, DEFAULT_MONTHS, make_buckets
from erp_ar_ext.ledger.table_file import SUFFIXES
from erp_ar_ext.policy.schema import Aging as PolicyAging

_GRAINS = ("account", "schedule")
_TREATMENTS = {"credits": CREDITS, "unapplied": UNAPPLIED, "disputed": DISPUTED}


def aging_command(  # noqa: PLR0913, PLR0917 - one argument per option
    as_of: AsOf,
    by: Annotated[str, typer.Option("--by", help="account or schedule: what a row is.")] = "account",
    basis: Annotated[
        str | None,
        typer.Option("--basis", help="due_date (default), trx_date or gl_date: what items age by.", show_default=False),
    ] = None,
    axis: Axis = AXES[0],
    known_at: KnownAt = None,
    buckets: Annotated[
        str | None,
        typer.Option(
            "--buckets", help="Last day (or month) of each bucket: 30,60,90, by months 1,2,3.", show_default=False
        ),
    ] = None,
    months: Annotated[bool, typer.Option("--months", help="Count age in calendar months.")] = False,  # noqa: FBT002
    credit: Annotated[
        str | None,
        typer.Option(
            "--credits",
            help="Where open credit memos stand: own_age (default), oldest_first, same_document or apart.",
            show_default=False,
        ),
    ] = None,
    unapplied: Annotated[
        str | None,
        typer.Option(
            "--unapplied", help="Where cash not applied stands: apart (default) or oldest_first.", show_default=False
        ),
    ] = None,
    disputed: Annotated[
        str | None,
        typer.Option(
            "--disputed", help="Where disputed amounts stand: in_buckets (default) or apart.", show_default=False
        ),
    ] = None,
    as_policy: Annotated[  # noqa: FBT002
        bool, typer.Option("--policy", help="Age as the policy's section aging says; other options still win.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write all rows to FILE.csv or FILE.parquet.", show_default=False)
    ] = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Largest rows to show of each currency.")] = 5,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Show the open balance by how long it is past due, as of any day.

    Amounts of different currencies are never added. Unless told otherwise, credit memos are in the buckets, by their
    own age, and cash that is not applied to any document stands apart as unapplied.

    Example: erp-ar aging --as-of 2026-01-31 --by schedule --out aging.csv

    Example: erp-ar aging --as-of 2026-01-31 --axis trx_date --buckets 30,60,90,120,180,360 --credits oldest_first

    Example: erp-ar aging --as-of 2026-01-31 --months --buckets 1,2,3,6,12 --disputed apart --json
    """
    day = business_date(as_of)
    one_of("--by", by, _GRAINS)
    treatments = {"credits": credit, "unapplied": unapplied, "disputed": disputed}
    rules = _rules(AgingRules(), buckets, treatments, months=months)
    if basis:
        one_of("--basis", basis, BASES)
    check_out(out, *SUFFIXES)
    with workspace(config) as desk:
        section = desk.policy().aging if as_policy else PolicyAging()
        if as_policy:
            rules = _rules(section.rules(), buckets, treatments, months=months)
        with ledger_of(desk, day, basis=basis or section.basis, axis=axis, known_at=known_at) as ledger:
            aging = Aging(ledger, by=by, rules=rules)
            if out:
                aging.write(out)
                output.say_wrote(out)
            if as_json:
                output.print_bytes(aging.as_json())
            elif not out:
                _show(aging, top)
    return 0


def _rules(base: AgingRules, buckets: str | None, treatments: dict[str, str | None], *, months: bool) -> AgingRules:
    """Rules that the options change. Raises UsageError for values that the options do not have."""
    unit = "months" if months else base.unit
    made = base.buckets
    if buckets or unit != base.unit:
        default = DEFAULT_BOUNDS if unit == "days" else DEFAULT_MONTHS
        made = make_buckets(bucket_bounds(buckets) if buckets else default, unit)
    given: dict[str, Any] = {name: value for name, value in treatments.items() if value is not None}
    for name, value in given.items():
        one_of(f"--{name}", value, _TREATMENTS[name])
    return replace(base, buckets=made, unit=unit, **given)


def _show(aging: Aging, top: int) -> None:
    rules = aging.rules
    names = [bucket.name for bucket in aging.buckets]
    credits_head = "credits apart" if "credits" in rules.apart else "of it credits"
    disputed_head = "disputed apart" if "disputed" in rules.apart else "disputed"
    numbers = ("open", *names, *(("set off",) if rules.sets_off else ()), credits_head, "unapplied", disputed_head)
    rows = [
        (
            t.currency,
            *(
                output.money(amount, t.currency)
                for amount in (
                    *(t.open_amount, *t.buckets.values(), *((t.set_off,) if rules.sets_off else ())),
                    *(t.credits, t.unapplied, t.disputed),
                )
            ),
        )
        for t in aging.totals()
    ]
    output.show_table(_title(aging), ("currency", *numbers), rows, right=numbers)
    if top:
        _show_largest(aging, top)
    output.say_tie_out(aging.tie_out)


def _title(aging: Aging) -> str:
    ledger, rules = aging.ledger, aging.rules
    told = [f"{name} {getattr(rules, name)}" for name in _TREATMENTS if getattr(rules, name) != getattr(_USUAL, name)]
    if rules.unit == "months":
        told.insert(0, "in calendar months")
    if ledger.axis != AXES[0]:
        told.insert(0, "on the dates of documents")
    details = "".join(f", {one.replace('_', ' ')}" for one in told)
    return f"aging as of {ledger.as_of} by {ledger.basis.replace('_', ' ')}{details}"


_USUAL = AgingRules()


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
