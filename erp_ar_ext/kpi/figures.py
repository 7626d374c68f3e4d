"""What key figures are computed from: sums over a ledger, each taken once, when a formula first needs it.

Rows are summed in SQL (`ledger/models/kpi_*.sql`), by currency and, where a formula sorts by age or month, by due date
or month: a few thousand sums however many schedules there are. What is added up here are those sums.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from erp_ar_ext.engine import Parameter, bind
from erp_ar_ext.kpi.disputes import SettledAfter
from erp_ar_ext.kpi.dso import MonthOfOpenInvoices, MonthOfSales
from erp_ar_ext.kpi.formula import total
from erp_ar_ext.kpi.period import Period, days_of_month, months_before, months_between
from erp_ar_ext.kpi.provision import MatrixCell, matrix_cell
from erp_ar_ext.kpi.settings import Settings
from erp_ar_ext.ledger import Ledger
from erp_ar_ext.ledger.axes import on_axis
from erp_ar_ext.ledger.library import model
from erp_ar_ext.model import OUR_REFERENCE, minor_unit

_ZERO = Decimal(0)
_CONDITION = re.compile(r"\{(amount_tolerance|segment|individual)\}")
_Row = TypeVar("_Row")


class Age(NamedTuple):
    """What is open with a due date; `standing` as in the model kpi_ages."""

    standing: str
    due_date: date
    amount: Decimal
    items: int


class Sales(NamedTuple):
    """Sales of a month, or of the part of it that is in the period."""

    month: date
    in_period: bool
    invoiced: Decimal
    credited: Decimal


class Payments(NamedTuple):
    """Sums of amounts paid, and of amount x days."""

    paid: Decimal = _ZERO
    paid_days: Decimal = _ZERO
    late_days: Decimal = _ZERO
    term_days: Decimal = _ZERO


class DueItems(NamedTuple):
    """Numbers of items that fell due."""

    items: int = 0
    in_full: int = 0
    cancelled: int = 0


class Promises(NamedTuple):
    """Promises that fell due, by verdict."""

    promised: Decimal = _ZERO
    paid: Decimal = _ZERO
    kept: int = 0
    partly_kept: int = 0
    broken: int = 0
    open: int = 0
    called_off: int = 0


class Coverage(NamedTuple):
    """Overdue amounts by state, and accounts."""

    overdue: Decimal = _ZERO
    insolvent: Decimal = _ZERO
    blocked: Decimal = _ZERO
    in_plan: Decimal = _ZERO
    disputed: Decimal = _ZERO
    on_hold: Decimal = _ZERO
    noted: Decimal = _ZERO
    unattended: Decimal = _ZERO
    accounts: int = 0
    attended_accounts: int = 0


class Cohort(NamedTuple):
    """Debits open on an earlier day with a due date, and what is left of them."""

    due_date: date
    items: int
    amount: Decimal
    items_left: int
    amount_left: Decimal


class Provided(NamedTuple):
    """What is open, as the provision matrix looks at it."""

    standing: str
    segment: int
    due_date: date
    amount: Decimal


class Individual(NamedTuple):
    """An account that is assessed individually; amounts in the currency of the row."""

    account_id: str
    account_number: str
    account_name: str
    open_amount: Decimal
    unapplied: Decimal
    insolvent: bool


class OpenMonth(NamedTuple):
    """Open invoices of a month."""

    month: date
    open_amount: Decimal
    amount_days: Decimal


class Figures:
    """Sums of one ledger over one period, by currency. The ledger's models of plans and holds are defined anew."""

    def __init__(self, ledger: Ledger, period: Period, settings: Settings) -> None:
        self.ledger = ledger
        self.period = period
        self.settings = settings
        self.month_before = months_before(ledger.as_of, 1)
        self.ages_asked: dict[date, Mapping[str, Sequence[Age]]] = {}
        self._parameters: dict[str, Parameter] = {
            **settings.facts.parameters(ledger.as_of),
            "first_day": period.first,
            "our_reference": OUR_REFERENCE,
            "outside_kinds": " ".join(settings.kpi.outside_kinds),
            "note_days": settings.kpi.note_days,
        }
        self._defined: set[str] = set()
        self._define("kpi_outside")

    def currencies(self) -> list[str]:
        """Currencies in which anything is open, happened in the period, or was promised for it."""
        return [row[0] for row in self.ledger.engine.rows(_CURRENCIES, self._parameters)]

    def ages(self, day: date) -> Mapping[str, Sequence[Age]]:
        """What was open at the end of a day."""
        if day not in self.ages_asked:
            self.ages_asked[day] = self._lists("kpi_ages", Age, day=day)
        return self.ages_asked[day]

    def open_amount(self, day: date, currency: str, holds: Callable[[Age], bool]) -> Decimal:
        """Sum of what was open at the end of a day, as far as it is asked for."""
        return total(age.amount for age in self.ages(day).get(currency, ()) if holds(age))

    def receivables(self, day: date, currency: str) -> Decimal:
        """What was owed at the end of a day: debits, credits, and cash not applied where the policy counts it."""
        counted = {"debit", "credit", *(("cash",) if self.settings.kpi.count_unapplied else ())}
        return self.open_amount(day, currency, lambda age: age.standing in counted)

    def current_receivables(self, currency: str) -> Decimal:
        """Debits and credits that are no more than `current_days` past due; cash has no due date and is not current."""
        day, limit = self.ledger.as_of, self.settings.kpi.current_days
        return self.open_amount(
            day, currency, lambda age: age.standing in ("debit", "credit") and (day - age.due_date).days <= limit
        )

    def bucket_amount(self, day: date, currency: str, bucket: int) -> Decimal:
        """Debits in a bucket at the end of a day."""
        in_bucket = self.settings.bucket
        return self.open_amount(
            day, currency, lambda age: age.standing == "debit" and in_bucket(age.due_date, day) == bucket
        )

    def overdue_for_longer(self, currency: str, days: int, standings: Collection[str]) -> Decimal:
        """Documents of some standings that are more than `days` past due."""
        day = self.ledger.as_of
        return self.open_amount(
            day, currency, lambda age: age.standing in standings and (day - age.due_date).days > days
        )

    def sales(self, currency: str, holds: Callable[[Sales], bool]) -> Decimal:
        """Sum of sales, less credit memos where the policy says so."""
        found = [sales for sales in self._sales.get(currency, ()) if holds(sales)]
        net = self.settings.kpi.less_credit_memos
        return total((*(sales.invoiced for sales in found), *(sales.credited for sales in found if net)))

    def sales_of_month(self, currency: str, month: date) -> Decimal:
        """Sales of a calendar month, by its first day."""
        return self.sales(currency, lambda sales: sales.month == month)

    def months_back(self, currency: str) -> Iterator[MonthOfSales]:
        """Each month from that of the as-of day back to the first with sales."""
        first = min((sales.month for sales in self._sales.get(currency, ())), default=None)
        last = self.ledger.as_of
        for month in months_between(first, last) if first else ():
            yield MonthOfSales(month, self.sales_of_month(currency, month), days_of_month(month, last))

    def open_invoices(self, currency: str) -> list[MonthOfOpenInvoices]:
        """Open invoices by month, beside the month's sales."""
        return [
            MonthOfOpenInvoices(row.month, row.open_amount, row.amount_days, self.sales_of_month(currency, row.month))
            for row in sorted(self._open_invoices.get(currency, ()))
        ]

    @cached_property
    def payments(self) -> Mapping[str, Payments]:
        """Payments received in the period and applied to documents."""
        return self._by_currency("kpi_payments", Payments)

    @cached_property
    def due_items(self) -> Mapping[str, DueItems]:
        """Items that fell due in the period."""
        return self._by_currency("kpi_due_items", DueItems)

    @cached_property
    def promises(self) -> Mapping[str, Promises]:
        """Promises that fell due in the period."""
        self._define("plan_money", "plan_legs")
        return self._by_currency("kpi_promises", Promises)

    @cached_property
    def coverage(self) -> Mapping[str, Coverage]:
        """Overdue amounts by state."""
        self._define("plan_money", "plan_legs", "plan_states", "holds_then", "account_identity")
        return self._by_currency("kpi_coverage", Coverage)

    @cached_property
    def cohort(self) -> Mapping[str, Sequence[Cohort]]:
        """What was open a month before, and what is left of it."""
        return self._lists("kpi_cohort", Cohort, day=self.month_before)

    @cached_property
    def disputes(self) -> Mapping[str, Sequence[SettledAfter]]:
        """Disputes settled in the period, by days."""
        return self._lists("kpi_disputes", SettledAfter)

    @cached_property
    def provided(self) -> Mapping[str, Sequence[Provided]]:
        """What is open, as the provision matrix looks at it."""
        self._define("account_identity")
        last = len(self.settings.provision.segments) - 1 if self.settings.provision else 0
        return self._lists("kpi_provision", Provided, last_segment=last)

    @cached_property
    def individuals(self) -> Mapping[str, Sequence[Individual]]:
        """Accounts that are assessed individually."""
        self._define("account_identity")
        return self._lists("kpi_individual", Individual)

    @cached_property
    def aging_totals(self) -> Mapping[str, Decimal]:
        """Total of the aging: open amounts and cash not applied, straight from the items."""
        rows = self.ledger.engine.rows(
            "SELECT currency, sum(open_amount + unapplied) FROM open_items GROUP BY currency"
        )
        return dict(rows)

    def matrix(self, currency: str) -> list[MatrixCell] | None:
        """Provision matrix of a currency: every bucket of every segment; None where the policy has none."""
        rules = self.settings.provision
        if rules is None:
            return None
        in_matrix = ("debit", "credit") if rules.credits == "netted" else ("debit",)
        gross: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
        for row in self.provided.get(currency, ()):
            if row.standing in in_matrix:
                cell = row.segment, self.settings.bucket(row.due_date, self.ledger.as_of)
                gross[cell] = total((gross[cell], row.amount))
        overlay, digits = rules.overlay.factor if rules.overlay else Decimal(1), minor_unit(currency)
        return [
            matrix_cell(segment.name, bucket.name, gross[number, at], segment.rates[bucket.name], overlay, digits)
            for number, segment in enumerate(rules.segments)
            for at, bucket in enumerate(self.settings.aging.buckets)
        ]

    def provided_as(self, currency: str, standing: str) -> Decimal:
        """Sum of a standing that is not in the matrix; credits are zero where they are netted in it."""
        if standing == "credit" and self.settings.provision and self.settings.provision.credits == "netted":
            return _ZERO
        return total(row.amount for row in self.provided.get(currency, ()) if row.standing == standing)

    @cached_property
    def _sales(self) -> Mapping[str, Sequence[Sales]]:
        return self._lists("kpi_sales", Sales)

    @cached_property
    def _open_invoices(self) -> Mapping[str, Sequence[OpenMonth]]:
        return self._lists("kpi_open_invoices", OpenMonth)

    def _define(self, *names: str) -> None:
        for name in names:
            if name not in self._defined:
                self._defined.add(name)
                materialized = model(name).materialized or name == "plan_money"  # read twice, by legs and by promises
                self.ledger.engine.define(name, self._sql(name), materialized=materialized)

    def _sql(self, name: str, **parameters: Parameter) -> str:
        """SQL of a model; what the policy wrote is put in last and in one go, because it may look like anything."""
        conditions = {
            "{amount_tolerance}": self.settings.facts.amount_tolerance_sql,
            "{segment}": self.settings.provision_sql.segment,
            "{individual}": self.settings.provision_sql.individual,
        }
        sql = bind(on_axis(model(name).sql, self.ledger.axis), {**self._parameters, **parameters})
        return _CONDITION.sub(lambda mark: conditions[mark.group()], sql)

    def _query(self, name: str, **parameters: Parameter) -> Iterable[tuple[Any, ...]]:
        return self.ledger.engine.rows(self._sql(name, **parameters))

    def _by_currency(self, name: str, row: Callable[..., _Row]) -> Mapping[str, _Row]:
        return {currency: row(*rest) for currency, *rest in self._query(name)}

    def _lists(self, name: str, row: Callable[..., _Row], **parameters: Parameter) -> Mapping[str, list[_Row]]:
        lists: dict[str, list[_Row]] = defaultdict(list)
        for currency, *rest in self._query(name, **parameters):
            lists[currency].append(row(*rest))
        return dict(lists)


_CURRENCIES = """
SELECT currency FROM account_balances
UNION
SELECT currency FROM daily_totals WHERE day BETWEEN :first_day AND :as_of
UNION
SELECT currency FROM daily_totals WHERE day < :first_day GROUP BY currency HAVING sum(amount) <> 0
UNION
SELECT p.currency
FROM plan_instalments AS i JOIN payment_plans AS p ON p.plan_id = i.plan_id
WHERE i.due_on BETWEEN :first_day AND :as_of
ORDER BY currency
"""
