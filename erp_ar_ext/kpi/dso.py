"""Days of sales that the receivables stand for: how long money is out.

Receivables and sales are in one currency, with tax as it stands in the ledger in both. A negative balance of
receivables gives negative days: it is told, not hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp_ar_ext.kpi.formula import Formula, Span, Undefined, Unit, Value, divided, exact

CONVENTIONAL_DAYS = 30

_PERIOD_SALES = "sales of the period"


@dataclass(frozen=True)
class MonthOfSales:
    """A calendar month by its first day, its sales, and its days (up to the as-of day in the last)."""

    month: date
    sales: Decimal
    days: int


@dataclass(frozen=True)
class MonthOfOpenInvoices:
    """The invoices of a month that are open: sum of amount open x age in days, beside the month's sales."""

    month: date
    open_amount: Decimal
    amount_days: Decimal
    sales: Decimal


@exact
def dso_simple(receivables: Decimal, sales: Decimal, days: int) -> Value:
    """Days of sales outstanding over a period."""
    return divided(receivables * days, sales, _PERIOD_SALES)


@exact
def dso_countback(receivables: Decimal, months_back: Sequence[MonthOfSales]) -> Value:
    """Days counted back from the last month until its sales, and those before, use up the receivables.

    A month whose sales do not cover the rest counts with all its days, so a month without sales does too.
    """
    rest, days = receivables, Decimal(0)
    for month in months_back:
        if rest <= month.sales or rest <= 0:
            last = divided(rest * month.days, month.sales, f"sales of {month.month:%Y-%m}")
            return last if isinstance(last, Undefined) else days + last
        rest, days = rest - month.sales, days + month.days
    return Undefined(
        "the sales of the whole history do not add up to the receivables" if months_back else "there are no sales"
    )


@exact
def months_to_count(receivables: Decimal, months_back: Iterable[MonthOfSales]) -> list[MonthOfSales]:
    """Months that a count-back looks at: up to the one that covers the rest."""
    rest, looked_at = receivables, list[MonthOfSales]()
    for month in months_back:
        looked_at.append(month)
        if rest <= month.sales or rest <= 0:
            break
        rest -= month.sales
    return looked_at


@exact
def dso_true(open_invoices: Sequence[MonthOfOpenInvoices]) -> Value:
    """Age of each open invoice, weighted by its part of the sales of its month, summed."""
    total = Decimal(0)
    for month in open_invoices:
        part = divided(month.amount_days, month.sales, f"sales of {month.month:%Y-%m}")
        if isinstance(part, Undefined):
            return part
        total += part
    return total if open_invoices else Undefined("there are no open invoices")


@exact
def dso_conv_oracle(receivables: Decimal, prior_month_sales: Decimal) -> Value:
    """Days of sales by the convention of months of 30 days."""
    return divided(receivables * CONVENTIONAL_DAYS, prior_month_sales, "sales of the prior month")


@exact
def bpdso(current_receivables: Decimal, sales: Decimal, days: int) -> Value:
    """Best possible days of sales outstanding: what they would be if nothing were past due."""
    return divided(current_receivables * days, sales, _PERIOD_SALES)


@exact
def average_days_delinquent(receivables: Decimal, current_receivables: Decimal, sales: Decimal, days: int) -> Value:
    """Days of sales that are late: DSO_SIMPLE less BPDSO, before either is rounded."""
    return divided((receivables - current_receivables) * days, sales, _PERIOD_SALES)


_SALES = "common practice of credit managers; the length of the period is part of the answer"

FORMULAS = (
    Formula("DSO_SIMPLE", "receivables / sales x days of the period", Unit.DAYS, dso_simple, _SALES),
    Formula(
        "DSO_COUNTBACK",
        "from the last month back: take each month's sales off the receivables and add its days; of the month that "
        "covers the rest, rest / sales x days",
        Unit.DAYS,
        dso_countback,
        "count-back method, by real calendar months; the as-of day's month has its days up to that day",
        span=Span.DAY,
    ),
    Formula(
        "DSO_TRUE",
        "sum over open invoices of: age in days since the document date x amount open / sales of the document's month",
        Unit.DAYS,
        dso_true,
        "true DSO by invoice, on the amount that is open, so that an invoice nearly paid does not count whole",
        span=Span.DAY,
    ),
    Formula(
        "DSO_CONV_ORACLE",
        "receivables x 30 / sales of the calendar month before that of the as-of day",
        Unit.DAYS,
        dso_conv_oracle,
        "conventional DSO as Oracle's collections metrics word it",
        span=Span.DAY,
    ),
    Formula("BPDSO", "current receivables / sales x days of the period", Unit.DAYS, bpdso, _SALES),
    Formula(
        "ADD",
        "(receivables - current receivables) / sales x days of the period, which is DSO_SIMPLE - BPDSO",
        Unit.DAYS,
        average_days_delinquent,
        _SALES,
    ),
)
