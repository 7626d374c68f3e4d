"""Whether every overdue item is in somebody's hands."""

from __future__ import annotations

from decimal import Decimal

from erp_ar_ext.kpi.formula import Formula, Span, Unit, Value, exact, percent

STATES = ("insolvent", "blocked", "in_plan", "disputed", "on_hold", "noted")
"""Valid states, in the order in which an amount is put into one."""


@exact
def coverage_by_account(overdue_accounts: int, attended_accounts: int) -> Value:
    """Accounts all of whose overdue items are in a valid state, in percent of all overdue accounts."""
    return percent(Decimal(attended_accounts), Decimal(overdue_accounts), "overdue accounts")


@exact
def coverage_by_amount(overdue: Decimal, attended: Decimal) -> Value:
    """Overdue amount in a valid state, in percent of all that is overdue."""
    return percent(attended, overdue, "overdue amounts")


_BESIDE = tuple(f"overdue_{state}" for state in (*STATES, "unattended"))
_STATE = (
    "a valid state is, the first that applies: account insolvent; dunning blocked; a plan in force and not broken; "
    "the disputed part; a hold on the account; a note on the account or the item in the policy's `note_days`"
)

FORMULAS = (
    Formula(
        "COVERAGE_ACCOUNTS",
        "overdue accounts with every overdue item in a valid state / overdue accounts x 100",
        Unit.PERCENT,
        coverage_by_account,
        _STATE,
        span=Span.DAY,
    ),
    Formula(
        "COVERAGE_AMOUNT",
        "overdue amount in a valid state / overdue amount x 100",
        Unit.PERCENT,
        coverage_by_amount,
        _STATE,
        span=Span.DAY,
        beside=_BESIDE,
    ),
)
