"""Key figures of a ledger: each with its formula, its inputs, and a value or the reason for none."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel

from erp_ar_ext.errors import UsageError
from erp_ar_ext.kpi.catalogue import chosen
from erp_ar_ext.kpi.figures import Coverage, Figures, Payments
from erp_ar_ext.kpi.formula import Formula, Span, Undefined, Unit, exact, rounded, total
from erp_ar_ext.kpi.inputs import INPUTS, InputValue, Part, parts_of
from erp_ar_ext.kpi.payments import self_check
from erp_ar_ext.kpi.period import Period
from erp_ar_ext.kpi.provision import APART, out_of_balance
from erp_ar_ext.kpi.settings import Settings
from erp_ar_ext.ledger import Ledger, TieOut, balance_tie_out
from erp_ar_ext.model import amount_text
from erp_ar_ext.model.spreadsheet import harmless

Check = dict[str, Any]


@dataclass(frozen=True)
class KeyFigure:
    """A formula's value for a currency and a part; `first_day` is None where it looks at the as-of day alone."""

    formula: Formula
    part: Part
    currency: str
    first_day: date | None
    as_of: date
    inputs: Mapping[str, InputValue]
    beside: Mapping[str, InputValue]
    value: Decimal | None
    undefined: str | None

    @property
    def text(self) -> str | None:
        """Value as decimal text, rounded as its unit is shown; None where it is undefined."""
        if self.value is None:
            return None
        shown = rounded(self.value, self.formula.unit)
        return amount_text(shown, self.currency) if self.formula.unit is Unit.AMOUNT else f"{shown:f}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "id": self.formula.id,
            "part": self.part.name or None,
            "formula": self.formula.words,
            "currency": self.currency,
            "unit": str(self.formula.unit),
            "as_of": self.as_of.isoformat(),
            "from": self.first_day.isoformat() if self.first_day else None,
            "inputs": [self._told(name, value) for name, value in self.inputs.items()],
            "beside": [self._told(name, value) for name, value in self.beside.items()],
            "value": self.text,
            "undefined": self.undefined,
        }

    def _told(self, name: str, value: InputValue) -> dict[str, Any]:
        return {"name": name, "unit": INPUTS[name].unit, "value": plain(value, self.currency)}


@dataclass(frozen=True)
class Scorecard:
    """Key figures of one day, and the tie-out that proves the ledger and their inputs."""

    ledger: Ledger
    period: Period
    settings: Settings
    key_figures: tuple[KeyFigure, ...]
    tie_out: TieOut

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "as_of": self.ledger.as_of.isoformat(),
            "period": {
                "from": self.period.first.isoformat(),
                "to": self.period.last.isoformat(),
                "days": self.period.days,
                "months": self.period.months,
            },
            "axis": self.ledger.axis,
            "snapshot": self.ledger.snapshot.snapshot_id,
            "policy": self.settings.named,
            "parameters": self.settings.as_dict(),
            "kpis": [figure.as_dict() for figure in self.key_figures],
            "tie_out": self.tie_out.as_dict(),
        }

    def write(self, path: Path) -> None:
        """Write them to a .json or .csv file, whole or not at all. Raises UsageError where that cannot be done."""
        text = self._csv() if path.suffix == ".csv" else orjson.dumps(self.as_dict(), option=orjson.OPT_INDENT_2)
        beside = path.with_name(f".{path.name}.tmp")
        try:
            beside.write_bytes(text)
            beside.replace(path)
        except OSError as error:
            raise UsageError(
                f"cannot be written: {error}", place=str(path), hint="choose a folder that exists and has room"
            ) from error
        finally:
            beside.unlink(missing_ok=True)

    def _csv(self) -> bytes:
        """One row per key figure; inputs as JSON in a cell."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        columns = ("id", "part", "currency", "value", "unit", "undefined", "as_of", "from", "formula")
        writer.writerow((*columns, "inputs", "snapshot"))
        for figure in map(KeyFigure.as_dict, self.key_figures):
            inputs = {told["name"]: told["value"] for told in (*figure["inputs"], *figure["beside"])}
            cells = [figure[column] for column in columns]
            writer.writerow((*map(harmless, cells), orjson.dumps(inputs).decode(), self.ledger.snapshot.snapshot_id))
        return text.getvalue().encode()


def measure(
    ledger: Ledger, period: Period, settings: Settings, *, ids: Sequence[str] = (), currency: str | None = None
) -> Scorecard:
    """Measure key figures, all unless some are named, per currency, all unless one is named.

    Only sums that a chosen formula needs are taken. Raises UsageError for an unknown id, and for a currency in which
    there is nothing.
    """
    formulas, figures = chosen(ids), Figures(ledger, period, settings)
    currencies = figures.currencies()
    if currency is not None and currency not in currencies:
        hint = f"currencies are {', '.join(currencies)}" if currencies else "the ledger is empty on that day"
        raise UsageError(f"there is nothing in {currency}", hint=hint)
    measured = tuple(
        _measure(figures, formula, part, each)
        for formula in formulas
        for each in (currencies if currency is None else [currency])
        for part in parts_of(formula.parts, figures)
    )
    tie_out = TieOut((*_checks(figures, currencies), *balance_tie_out(ledger).checks))
    return Scorecard(ledger, period, settings, measured, tie_out)


def _measure(figures: Figures, formula: Formula, part: Part, currency: str) -> KeyFigure:
    inputs = {name: INPUTS[name].read(figures, currency, part) for name in formula.takes}
    value = formula.compute(**inputs)
    first_days = {
        Span.PERIOD: figures.period.first,
        Span.MONTH: Period.of_months(figures.ledger.as_of, 1).first,
        Span.DAY: None,
    }
    return KeyFigure(
        formula=formula,
        part=part,
        currency=currency,
        first_day=first_days[formula.span],
        as_of=figures.ledger.as_of,
        inputs=inputs,
        beside={name: INPUTS[name].read(figures, currency, part) for name in formula.beside},
        value=None if isinstance(value, Undefined) else value,
        undefined=value.reason if isinstance(value, Undefined) else None,
    )


def _checks(figures: Figures, currencies: Sequence[str]) -> list[Check]:
    """Prove the sums that were taken: each set of them is a partition of something known from elsewhere."""
    return [
        check
        for currency in currencies
        for check in (
            *_open_checks(figures, currency),
            *_payment_check(figures, currency),
            *_coverage_check(figures, currency),
            *_provision_check(figures, currency),
        )
    ]


def _open_checks(figures: Figures, currency: str) -> list[Check]:
    """All standings together are the control total, on each day that was looked at."""
    control = "SELECT sum(amount) FROM daily_totals WHERE currency = :currency AND day <= :day"
    found = []
    for day in sorted(figures.ages_asked):
        booked = figures.ledger.engine.rows(control, {"currency": currency, "day": day})[0][0] or Decimal(0)
        difference = total((figures.open_amount(day, currency, lambda _: True), -booked))
        found.append({**_check("kpi_open_equals_control", currency, difference), "day": day.isoformat()})
    return found


def _payment_check(figures: Figures, currency: str) -> list[Check]:
    if "payments" not in figures.__dict__:
        return []
    sums = figures.payments.get(currency, Payments())
    return [_check("wap_equals_wat_plus_wadl", currency, self_check(sums.paid_days, sums.late_days, sums.term_days))]


def _coverage_check(figures: Figures, currency: str) -> list[Check]:
    if "coverage" not in figures.__dict__:
        return []
    sums = figures.coverage.get(currency, Coverage())
    parts = (sums.insolvent, sums.blocked, sums.in_plan, sums.disputed, sums.on_hold, sums.noted, sums.unattended)
    return [_check("coverage_parts_equal_overdue", currency, total((*parts, -sums.overdue)))]


def _provision_check(figures: Figures, currency: str) -> list[Check]:
    if "provided" not in figures.__dict__:
        return []
    apart: list[Decimal] = [INPUTS[name].read(figures, currency, Part()) for name in APART]  # type: ignore[misc]
    matrix = figures.matrix(currency)
    if matrix is None:
        return []
    difference = out_of_balance(matrix, apart, figures.aging_totals.get(currency, Decimal(0)))
    return [_check("provision_equals_aging", currency, difference)]


def _check(name: str, currency: str, difference: Decimal) -> Check:
    return {"name": name, "currency": currency, "difference": amount_text(difference, currency)}


@exact
def plain(value: Any, currency: str) -> Any:
    """Input as JSON takes it: amounts and rates as decimal text, rows as objects."""
    if isinstance(value, Decimal):
        return amount_text(value, currency)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [{name: plain(cell, currency) for name, cell in _cells(row).items()} for row in value]
    return value


def _cells(row: Any) -> dict[str, Any]:
    """Cells of a row by name, whatever kind of row it is."""
    if isinstance(row, BaseModel):
        return dict(row)
    return asdict(row) if is_dataclass(row) and not isinstance(row, type) else row._asdict()
