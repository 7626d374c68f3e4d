"""How long customers take to pay, and whether they pay in time and in full."""

from __future__ import annotations

from decimal import Decimal

from erp_ar_ext.kpi.formula import Formula, Unit, Value, divided, exact, percent

_NOTHING = "payments of the period on documents"


@exact
def average_days_paid(paid: Decimal, paid_days: Decimal) -> Value:
    """Days from document to payment, weighted by the amounts paid."""
    return divided(paid_days, paid, _NOTHING)


@exact
def average_days_late(paid: Decimal, late_days: Decimal) -> Value:
    """Days from due date to payment, weighted by the amounts paid; negative where payment came early."""
    return divided(late_days, paid, _NOTHING)


@exact
def average_terms(paid: Decimal, term_days: Decimal) -> Value:
    """Days from document to due date, weighted by the amounts paid."""
    return divided(term_days, paid, _NOTHING)


@exact
def self_check(paid_days: Decimal, late_days: Decimal, term_days: Decimal) -> Decimal:
    """What WAP = WAT + WADL is off by, in amount x days: zero, or a payment was weighed in one and not in another."""
    return paid_days - term_days - late_days


@exact
def on_time_in_full(items_due: int, items_in_full: int) -> Value:
    """Items paid whole, without deduction, by their due date, in percent of the items that fell due."""
    return percent(Decimal(items_in_full), Decimal(items_due), "items that fell due in the period")


_WEIGHTED = "weighted averages as Oracle's collections metrics word them; the same weights in all three"
_OF_PAID = "sum of (amount paid x days from {}) / sum of amounts paid"

FORMULAS = (
    Formula(
        "WAP", _OF_PAID.format("document date to receipt date"), Unit.DAYS, average_days_paid, _WEIGHTED,
        beside=("payment_self_check",),
    ),
    Formula(
        "WADL", _OF_PAID.format("due date to receipt date"), Unit.DAYS, average_days_late, _WEIGHTED,
        beside=("payment_self_check",),
    ),
    Formula(
        "WAT", _OF_PAID.format("document date to due date"), Unit.DAYS, average_terms, _WEIGHTED,
        beside=("payment_self_check",),
    ),
    Formula(
        "ON_TIME_IN_FULL",
        "items paid whole by their due date, without discount, credit or adjustment / items that fell due x 100",
        Unit.PERCENT,
        on_time_in_full,
        "delivery term on time in full, for payments",
        beside=("items_cancelled",),
    ),
)  # fmt: skip
