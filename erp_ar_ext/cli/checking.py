"""`integrity` and `tie-out`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import AsOf, Axis, ConfigFile, Json, KnownAt, business_date, check_out, ledger_of, workspace
from erp_ar_ext.ledger import AXES, TieOut
from erp_ar_ext.ledger.integrity import Integrity, IntegrityRules
from erp_ar_ext.ledger.table_file import SUFFIXES
from erp_ar_ext.ledger.variances import Variances

_USUAL = IntegrityRules()

Out = Annotated[
    Path | None, typer.Option("--out", help="Write all rows to FILE.csv or FILE.parquet.", show_default=False)
]


def integrity_command(  # noqa: PLR0913, PLR0917 - one argument per option
    as_of: AsOf,
    duplicate_days: Annotated[
        int, typer.Option("--duplicate-days", help="Days within which a document can repeat another.")
    ] = _USUAL.duplicate_days,
    largest_gap: Annotated[
        int, typer.Option("--largest-gap", help="Numbers that may be missing at once; more begin a new sequence.")
    ] = _USUAL.largest_gap,
    gl_days: Annotated[
        int, typer.Option("--gl-days", help="Days that the GL date may come before the document's.")
    ] = _USUAL.gl_days,
    earliest: Annotated[
        str, typer.Option("--earliest", metavar="YYYY-MM-DD", help="First day that a document can have.")
    ] = _USUAL.earliest.isoformat(),
    latest: Annotated[
        str, typer.Option("--latest", metavar="YYYY-MM-DD", help="Last day that a document can have.")
    ] = _USUAL.latest.isoformat(),
    axis: Axis = AXES[0],
    known_at: KnownAt = None,
    out: Out = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Largest rows to show of each check.")] = 3,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """List what is wrong with invoices: numbers, duplicates, amounts, dates and statuses that cannot be right.

    A terminal shows what was found per check; --json and --out all rows, each with the reason. Exits 0 whatever
    was found: what is wrong with invoices is for people to judge.

    Example: erp-ar integrity --as-of 2026-01-31 --out wrong.csv
    """
    day = business_date(as_of)
    rules = IntegrityRules(duplicate_days, largest_gap, gl_days, business_date(earliest), business_date(latest))
    check_out(out, *SUFFIXES)
    with workspace(config) as desk, ledger_of(desk, day, axis=axis, known_at=known_at) as ledger:
        integrity = Integrity(ledger, rules)
        if out:
            integrity.write(out)
            output.say_wrote(out)
        if as_json:
            output.print_bytes(integrity.as_json())
        elif not out:
            _show_integrity(integrity, top)
    return 0


def tie_out_command(  # noqa: PLR0913, PLR0917 - one argument per option
    as_of: AsOf,
    axis: Axis = AXES[0],
    known_at: KnownAt = None,
    out: Out = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Largest differences to show of each check.")] = 10,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Run every check of the ledger, and list what differs from the ERP by cause.

    Buckets, open items, accounts and the control total of the day must agree; so must, for all that was read,
    documents, their schedules and their lines, and what history adds up to with what the ERP says remains. Exits 1
    where a check has a difference.

    Example: erp-ar tie-out --as-of 2026-01-31 --out variances.csv
    """
    day = business_date(as_of)
    check_out(out, *SUFFIXES)
    with workspace(config) as desk, ledger_of(desk, day, axis=axis, known_at=known_at) as ledger:
        variances = Variances(ledger, desk.snapshots.quarantine)
        if out:
            variances.write(out)
            output.say_wrote(out)
        if as_json:
            output.print_bytes(variances.as_json())
        elif not out:
            _show_variances(variances, top)
    return 0 if variances.tie_out.ok else 1


def _show_integrity(integrity: Integrity, top: int) -> None:
    summary = integrity.summary()
    rows = [(line["check_id"], line["severity"], f"{line['rows']:,}", line["meaning"]) for line in summary]
    title = f"integrity of invoices as of {integrity.ledger.as_of}"
    output.show_table(title, ("check", "severity", "rows", "what it means"), rows, right=("rows",))
    if top and any(line["rows"] for line in summary):
        found = [
            (
                *(row[key] for key in ("check_id", "org_id", "number", "account_id", "currency")),
                _money(row["amount"], row),
                row["why"],
            )
            for row in integrity.first(top)
        ]
        columns = ("check", "org", "number", "account", "currency", "amount", "why")
        output.show_table(f"largest rows, {top} of each check", columns, found, right=("amount",))
    _say_tie_out(integrity.tie_out)


def _show_variances(variances: Variances, top: int) -> None:
    checks = [
        (check["name"].replace("_", " "), check["currency"], _money(check["difference"], check))
        for check in variances.tie_out.checks
    ]
    title = f"tie-out as of {variances.ledger.as_of}"
    output.show_table(title, ("check", "currency", "difference"), checks, right=("difference",))
    totals = [
        (
            *(total[key].replace("_", " ") for key in ("check_id", "cause")),
            *(total["currency"], f"{total['items']:,}", _money(total["difference"], total), total["meaning"]),
        )
        for total in variances.totals()
    ]
    if totals:
        columns = ("check", "cause", "currency", "items", "difference", "what it means")
        output.show_table("differences by cause", columns, totals, right=("items", "difference"))
    if totals and top:
        _show_largest(variances, top)
    output.say_findings([f for f in variances.ledger.snapshot.manifest.findings if f["severity"] == "error"])
    _say_tie_out(variances.tie_out)


def _show_largest(variances: Variances, top: int) -> None:
    rows = [
        (
            *(row[key] for key in ("org_id", "schedule_id", "number", "currency")),
            *(_money(row[key], row) for key in ("expected", "derived", "difference")),
            row["why"],
        )
        for row in variances.largest(top)
    ]
    numbers = ("expected", "derived", "difference")
    columns = ("org", "schedule", "number", "currency", *numbers, "why")
    output.show_table(f"largest differences, {top} of each check and currency", columns, rows, right=numbers)


def _money(amount: Decimal | str | None, row: dict[str, Any]) -> str:
    return output.money(amount, row["currency"])


def _say_tie_out(tie_out: TieOut) -> None:
    told = "ties out" if tie_out.ok else "does NOT tie out"
    output.stdout().print(f"{told}: {len(tie_out.checks)} checks, {len(tie_out.failed)} with a difference")
