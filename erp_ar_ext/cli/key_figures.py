"""`kpi`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import (
    AsOf,
    Axis,
    ConfigFile,
    Json,
    KnownAt,
    business_date,
    check_out,
    ledger_of,
    workspace,
)
from erp_ar_ext.errors import UsageError
from erp_ar_ext.kpi import FORMULAS, KeyFigure, Period, Scorecard, Settings, measure
from erp_ar_ext.ledger import AXES


def kpi_command(  # noqa: PLR0913, PLR0917 - one argument per option
    as_of: AsOf,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM-DD", help="First day of the period.", show_default=False),
    ] = None,
    months: Annotated[
        int | None,
        typer.Option("--months", min=1, help="Months of the period, else the policy's.", show_default=False),
    ] = None,
    kpi: Annotated[
        list[str] | None,
        typer.Option("--kpi", metavar="ID", help="Only this one; can be repeated.", show_default=False),
    ] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CODE", help="Only this currency.", show_default=False)
    ] = None,
    axis: Axis = AXES[0],
    known_at: KnownAt = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write all of it to FILE.json or FILE.csv.", show_default=False)
    ] = None,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Measure key figures as of any day: days of sales outstanding, effectiveness, promises, coverage, provision.

    Each is told with its formula and its inputs, per currency; amounts of different currencies are never added. What
    has no value is `undefined`, with the reason. Parameters are those of the policy's sections kpi and provision.

    Example: erp-ar kpi --as-of 2026-01-31 --months 3 --kpi DSO_COUNTBACK --currency USD
    """
    day = business_date(as_of)
    if first and months:
        raise UsageError("--from and --months both say when the period begins", hint="give one of them")
    check_out(out, ".csv", ".json")
    with workspace(config) as desk:
        settings = Settings.of(desk.policy() if desk.config.settings.policy else None)
        begins = business_date(first) if first else None
        period = Period.between(begins, day) if begins else Period.of_months(day, months or settings.kpi.months)
        with ledger_of(desk, day, axis=axis, known_at=known_at) as ledger:
            card = measure(ledger, period, settings, ids=kpi or (), currency=currency)
            if out:
                card.write(out)
                output.say_wrote(out)
            if as_json:
                output.print_json(card.as_dict())
            elif not out:
                _show(card, in_full=bool(kpi))
    return 0


def _show(card: Scorecard, *, in_full: bool) -> None:
    period = card.period
    whole = f", {period.months} months" if period.months else ""
    output.stdout().print(
        f"key figures as of {period.last}, period from {period.first}: {period.days} days{whole}", soft_wrap=True
    )
    output.stdout().print()
    for formula_id, figures in groupby(card.key_figures, key=lambda figure: figure.formula.id):
        _show_formula(formula_id, list(figures), in_full=in_full)
    told = "ties out" if card.tie_out.ok else "does NOT tie out"
    output.stdout().print(f"{told}: {len(card.tie_out.checks)} checks, {len(card.tie_out.failed)} with a difference")
    for check in card.tie_out.failed:
        output.stdout().print(f"  {check['name'].replace('_', ' ')} {check['currency']}: {check['difference']}")


def _show_formula(formula_id: str, figures: Sequence[KeyFigure], *, in_full: bool) -> None:
    formula = FORMULAS[formula_id]
    has_parts = any(figure.part.name for figure in figures)
    columns = ("currency", *(("of",) if has_parts else ()), str(formula.unit), "inputs")
    rows = [
        (
            figure.currency,
            *((figure.part.name,) if has_parts else ()),
            _value(figure),
            _inputs(figure),
        )
        for figure in figures
    ]
    output.show_table(f"{formula.id}: {formula.words}", columns, rows, right=(str(formula.unit),))
    if in_full:
        for figure in figures:
            _show_lists(figure)


def _value(figure: KeyFigure) -> str:
    if figure.text is None:
        return "undefined"
    return output.money(figure.text, figure.currency) if figure.formula.unit == "amount" else figure.text


def _inputs(figure: KeyFigure) -> str:
    told = figure.as_dict()
    named = [
        f"{each['name']} {_cell(each['value'], figure.currency, each['unit'])}"
        for each in (*told["inputs"], *told["beside"])
        if each["value"] is not None
    ]
    return "; ".join([f"{figure.undefined}: {named[0]}", *named[1:]] if figure.undefined and named else named)


def _cell(value: object, currency: str, unit: str) -> str:
    if isinstance(value, list):
        return f"{len(value)} rows"
    return output.money(str(value), currency) if unit.startswith("amount") else str(value)


def _show_lists(figure: KeyFigure) -> None:
    """Rows of the inputs that are lists, for a key figure that was asked for by name."""
    told = figure.as_dict()
    for each in (*told["inputs"], *told["beside"]):
        if isinstance(each["value"], list) and each["value"]:
            columns = list(each["value"][0])
            rows = [[row[column] for column in columns] for row in each["value"]]
            title = f"{each['name']}, {figure.currency}"
            output.show_table(title, [column.replace("_", " ") for column in columns], rows)
