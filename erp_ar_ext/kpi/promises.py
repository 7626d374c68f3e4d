"""Whether promises to pay were kept: each instalment of a payment plan is a promise."""

from __future__ import annotations

from decimal import Decimal

from erp_ar_ext.kpi.formula import Formula, Unit, Value, exact, percent

_NONE = "promises that fell due in the period and can be judged"


@exact
def kept_by_amount(promised: Decimal, promised_and_paid: Decimal) -> Value:
    """Part of the promised money that came within the days of grace, in percent; never more than was promised."""
    return percent(promised_and_paid, promised, _NONE)


@exact
def kept_by_count(promises_kept: int, promises_partly_kept: int, promises_broken: int) -> Value:
    """Promises kept, in percent of those kept, partly kept and broken."""
    judged = promises_kept + promises_partly_kept + promises_broken
    return percent(Decimal(promises_kept), Decimal(judged), _NONE)


_BESIDE = ("promises_open", "promises_called_off")
_SOURCE = "states of a promise to pay as in SAP's promise to pay; judged by the policy's days of grace and tolerance"

FORMULAS = (
    Formula(
        "PROMISE_KEPT_AMOUNT",
        "sum of min(paid within the days of grace, promised) / sum of promised, of promises that fell due and are no "
        "longer open, x 100",
        Unit.PERCENT,
        kept_by_amount,
        _SOURCE,
        beside=_BESIDE,
    ),
    Formula(
        "PROMISE_KEPT_COUNT",
        "promises kept / (kept + partly kept + broken), of those that fell due and are no longer open, x 100",
        Unit.PERCENT,
        kept_by_count,
        _SOURCE,
        beside=_BESIDE,
    ),
)
