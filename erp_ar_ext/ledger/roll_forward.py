"""Roll-forward of what is long past due: how AR>N came from one day's amount to another's, and where it is going.

AR>N is what is more than N days past due, that is N + 1 or more; documents only, credit memos by their own age, as
in the aging of the defaults.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from erp_ar_ext.engine import Parameter
from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger.aging import Aging
from erp_ar_ext.ledger.axes import on_axis
from erp_ar_ext.ledger.buckets import FURTHEST
from erp_ar_ext.ledger.ledger import Ledger
from erp_ar_ext.ledger.library import model
from erp_ar_ext.ledger.money_sql import minor_unit_sql
from erp_ar_ext.ledger.table_file import write_table
from erp_ar_ext.ledger.table_json import table_json
from erp_ar_ext.ledger.tie_out import TieOut
from erp_ar_ext.model import amount_text
from erp_ar_ext.model.types import MONEY_SCALE

OVER = (60, 360)
MOVEMENTS = ("aged_in", "new_old_items", "cash", "discounts", "credits", "adjustments", "other")
"""What leads from `opening` to `closing`, signed: what lowers the amount is negative."""

FORECASTS = {
    "AR_OVER_UNPAID": "closing + will_age_in",
    "AR_OVER_AT_PACE": "unpaid + expected_cash; expected_cash = cash x days from the span's end to the forecast's / "
    "days of the span, rounded half up to the currency's minor unit, and no more than is there",
}
"""Formulas of the forecast, by id: of the columns `unpaid` and `at_pace`."""

_GRAINS = {"account": ("account_id", "currency"), "total": ("currency",)}


class RollForward:
    """The roll-forward between two ledgers of one snapshot, as the table `roll_forward_rows` of the later one's engine.

    A row is of one number of days and currency, and with `by="account"` of one account; amounts are signed, so that
    opening + movements = closing. With `forecast_to` a row also has `will_age_in`, `unpaid`, `expected_cash` and
    `at_pace`, by `FORECASTS`; each row is forecast from its own amounts, so that rows of accounts need not add up
    to the total's. A later roll-forward of the same ledger takes the place of an earlier one. Raises UsageError where
    the two ledgers do not belong together or the days are in no order.
    """

    def __init__(
        self,
        opening: Ledger,
        closing: Ledger,
        *,
        over: Sequence[int] = OVER,
        by: str = "total",
        forecast_to: date | None = None,
    ) -> None:
        _check(opening, closing, over, forecast_to)
        self.opening, self.closing, self.by, self.forecast_to = opening, closing, by, forecast_to
        self.over = sorted(set(over))
        self.amounts = ("opening", *MOVEMENTS, "closing", *(_FORECAST if forecast_to else {}))
        self._define()
        self.tie_out = TieOut(tuple(self._checks()))

    def rows(self) -> list[dict[str, Any]]:
        """All rows, in order."""
        return self._listed("roll_forward_rows", self._order(self.by))

    def totals(self) -> list[dict[str, Any]]:
        """One row per number of days and currency."""
        return self._listed("roll_forward_totals", self._order("total"))

    def largest(self, count: int) -> list[dict[str, Any]]:
        """For each number of days and currency, the accounts with the largest closing amount."""
        order = "r.closing DESC, r.account_id"
        query = (
            "SELECT r.*, c.name AS account_name FROM roll_forward_rows AS r "
            "LEFT JOIN customers AS c ON c.account_id = r.account_id "
            f"QUALIFY row_number() OVER (PARTITION BY r.over_days, r.currency ORDER BY {order}) <= {count} "
            f"ORDER BY r.over_days, r.currency, {order}"
        )
        return list(self.closing.engine.arrow(query).to_pylist())

    def as_json(self) -> bytes:
        """The document of `roll-forward --json`: totals and all rows, amounts as decimal text."""
        ledger = self.closing
        head = {
            "from": self.opening.as_of, "to": ledger.as_of, "over": self.over, "by": self.by, "basis": ledger.basis,
            "axis": ledger.axis, "snapshot": ledger.snapshot.snapshot_id,
            "forecast": {"to": self.forecast_to, "formulas": FORECASTS} if self.forecast_to else None,
        }  # fmt: skip
        totals = table_json(ledger.engine, "roll_forward_totals", order=self._order("total"))
        rows = table_json(ledger.engine, "roll_forward_rows", order=self._order(self.by))
        tail = b',\n"totals": %b,\n"rows": %b,\n"tie_out": %b}\n' % (totals, rows, self.tie_out.as_json())
        return orjson.dumps(head).removesuffix(b"}") + tail

    def write(self, path: Path) -> None:
        """Write all rows to a .csv or .parquet file. Raises UsageError where it cannot be written."""
        write_table(self.closing.engine, "roll_forward_rows", path, order=self._order(self.by))

    def _define(self) -> None:
        ledger = self.closing
        parameters: dict[str, Parameter] = {
            "since": self.opening.as_of,
            "as_of": ledger.as_of,
            "forecast_to": self.forecast_to or ledger.as_of,
            "basis": ledger.basis,
        }
        for name in ("span_movements", "roll_forward"):
            sql = on_axis(model(name).sql, ledger.axis).replace("{over}", str(self.over))
            ledger.engine.define(name, sql, parameters, materialized=True)
        for name, by in (("roll_forward_totals", "total"), ("roll_forward_rows", self.by)):
            ledger.engine.define(name, self._select(by), materialized=True)

    def _select(self, by: str) -> str:
        grain = ", ".join(("over_days", *_GRAINS[by]))
        summed = ("opening", *MOVEMENTS, "closing", "residual", "will_age_in")
        sums = ", ".join(f"sum({name}) AS {name}" for name in summed)
        grouped = f"SELECT {grain}, {sums} FROM roll_forward GROUP BY {grain}"
        if self.forecast_to is None:
            return f"SELECT * EXCLUDE (will_age_in) FROM ({grouped})"
        ahead, span = self.forecast_to - self.closing.as_of, self.closing.as_of - self.opening.as_of
        expected = f"greatest({_pace_sql('cash', ahead.days, span.days)}, 0 - greatest(unpaid, 0))"
        with_unpaid = f"SELECT *, closing + will_age_in AS unpaid FROM ({grouped})"
        with_cash = f"SELECT *, {expected} AS expected_cash FROM ({with_unpaid})"
        return f"SELECT *, unpaid + expected_cash AS at_pace FROM ({with_cash})"

    def _checks(self) -> list[dict[str, Any]]:
        """Nothing is left over in any account, and both ends are those of the agings of their days, which tie out."""
        totals = {(row["over_days"], row["currency"]): row for row in self.totals()}
        residual = "SELECT over_days, currency, sum(abs(residual)) FROM roll_forward GROUP BY ALL ORDER BY ALL"
        checks = [
            _check_row("roll_forward_residual", over, currency, left)
            for over, currency, left in self.closing.engine.rows(residual)
        ]
        for end, ledger in (("opening", self.opening), ("closing", self.closing)):
            aging = Aging(ledger, bounds=[days for days in self.over if days] or [1])
            aged = {total.currency: total for total in aging.totals()}
            for over, currency in sorted({*totals, *((over, currency) for over in self.over for currency in aged)}):
                old = [b.name for b in aging.rules.past_due if b.first is not None and b.first > over]
                of_aging = sum((aged[currency].buckets[name] for name in old), Decimal(0)) if currency in aged else 0
                told = totals[over, currency][end] if (over, currency) in totals else 0
                checks.append(_check_row(f"{end}_equals_aging", over, currency, Decimal(told - of_aging)))
            checks += [{**check, "as_of": ledger.as_of.isoformat()} for check in aging.tie_out.checks]
        return checks

    def _listed(self, table: str, order: str) -> list[dict[str, Any]]:
        return list(self.closing.engine.arrow(f"SELECT * FROM {table} ORDER BY {order}").to_pylist())

    @staticmethod
    def _order(by: str) -> str:
        return "over_days, account_id NULLS LAST, currency" if by == "account" else "over_days, currency"


_FORECAST = ("will_age_in", "unpaid", "expected_cash", "at_pace")


def _check(opening: Ledger, closing: Ledger, over: Sequence[int], forecast_to: date | None) -> None:
    same = [(each.snapshot.snapshot_id, each.basis, each.axis) for each in (opening, closing)]
    if same[0] != same[1]:
        raise UsageError("the ledgers of a roll-forward differ in more than their day", hint="open both the same way")
    if opening.as_of >= closing.as_of:
        hint = "the span is from the end of the first day to the end of the second"
        raise UsageError(f"{opening.as_of} is not before {closing.as_of}", hint=hint)
    if forecast_to is not None and forecast_to <= closing.as_of:
        raise UsageError(f"a forecast to {forecast_to} does not look beyond {closing.as_of}", hint="name a later day")
    if not over or any(not 0 <= days < FURTHEST for days in over):
        raise UsageError(f"{', '.join(map(str, over)) or 'nothing'} is no number of days", hint="for example --over 60")


def _check_row(name: str, over: int, currency: str, difference: Decimal) -> dict[str, Any]:
    return {"name": name, "over_days": over, "currency": currency, "difference": amount_text(difference, currency)}


def _pace_sql(amount: str, days: int, of_days: int) -> str:
    """SQL of an amount x days / of_days, rounded half up to the minor unit of the row's currency.

    In whole units of the ledger's smallest amount throughout, because DuckDB divides decimals as floats.
    """
    smallest = f"CAST(CAST({amount} AS DECIMAL(30, {MONEY_SCALE})) * {10**MONEY_SCALE} AS HUGEINT)"
    units = f"([{', '.join(str(10 ** (MONEY_SCALE - digits)) for digits in range(MONEY_SCALE + 1))}])"
    unit = f"{units}[{minor_unit_sql('currency')} + 1]"
    divisor = f"(2 * {of_days} * {unit})::HUGEINT"
    rounded = f"((2 * abs({smallest}) * {days} + {of_days} * {unit}) // {divisor}) * {unit} * sign({smallest})"
    ledger_unit = f"CAST('{Decimal(1).scaleb(-MONEY_SCALE)}' AS DECIMAL({MONEY_SCALE}, {MONEY_SCALE}))"
    return f"CAST(CAST({rounded} AS DECIMAL(30, 0)) * {ledger_unit} AS DECIMAL(38, {MONEY_SCALE}))"
