"""How long disputes take to be settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp_ar_ext.kpi.formula import Formula, Undefined, Unit, Value, exact

_NONE = Undefined("no dispute was settled in the period")


@dataclass(frozen=True)
class SettledAfter:
    """How many disputes were settled after a number of days."""

    days: int
    disputes: int


@exact
def median_days(settled: Sequence[SettledAfter]) -> Value:
    """Days of the dispute in the middle; between two, half of their sum."""
    count = sum(each.disputes for each in settled)
    if not count:
        return _NONE
    return Decimal(_ranked(settled, (count + 1) // 2) + _ranked(settled, count // 2 + 1)) / 2


@exact
def ninetieth_percentile_days(settled: Sequence[SettledAfter]) -> Value:
    """Fewest days within which at least nine in ten disputes were settled (nearest rank, nothing in between)."""
    count = sum(each.disputes for each in settled)
    if not count:
        return _NONE
    return Decimal(_ranked(settled, (count * 9 + 9) // 10))


def _ranked(settled: Sequence[SettledAfter], rank: int) -> int:
    """Days of the dispute that is number `rank` by days, from 1."""
    seen = 0
    for each in sorted(settled, key=lambda each: each.days):
        seen += each.disputes
        if seen >= rank:
            return each.days
    raise IndexError(rank)


_SOURCE = "raw days from opening to settlement; a case that is opened again keeps its id and is one dispute"

FORMULAS = (
    Formula(
        "DISPUTE_DAYS_MEDIAN",
        "median of days from opening to settlement, of disputes settled in the period",
        Unit.DAYS,
        median_days,
        _SOURCE,
    ),
    Formula(
        "DISPUTE_DAYS_P90",
        "90th percentile (nearest rank) of days from opening to settlement, of disputes settled in the period",
        Unit.DAYS,
        ninetieth_percentile_days,
        _SOURCE,
    ),
)
