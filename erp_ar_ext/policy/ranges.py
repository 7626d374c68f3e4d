"""Which values of one fact satisfy a condition: enough logic to see that a rule can never act.

A range speaks of values that are there: a condition on an empty fact is never true, so every range leaves the
empty value out, and one range inside another means one condition implies the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from erp_ar_ext.ledger.facts import Fact, FactType

Value = str | Decimal | date | bool


@dataclass(frozen=True)
class Range:
    """Values of a fact: a finite set, or an interval less some values. Bounds are (value, inclusive)."""

    values: frozenset[Value] | None = None
    excluded: frozenset[Value] = frozenset()
    low: tuple[Any, bool] | None = None
    high: tuple[Any, bool] | None = None

    def admits(self, value: Any) -> bool:
        """Whether a value is in the range."""
        if self.values is not None and value not in self.values:
            return False
        if value in self.excluded:
            return False
        if self.low and (value < self.low[0] or (value == self.low[0] and not self.low[1])):
            return False
        return not (self.high and (value > self.high[0] or (value == self.high[0] and not self.high[1])))

    def intersect(self, other: Range) -> Range:
        """Values in both ranges."""
        both = Range(
            excluded=self.excluded | other.excluded,
            low=_tighter(self.low, other.low, upper=False),
            high=_tighter(self.high, other.high, upper=True),
        )
        sets = [found for found in (self.values, other.values) if found is not None]
        if not sets:
            return both
        members = frozenset.intersection(*sets)
        return Range(values=frozenset(value for value in members if both.admits(value)))

    @property
    def is_empty(self) -> bool:
        """Whether no value can be in the range."""
        if self.values is not None:
            return not any(self.admits(value) for value in self.values)
        if self.low is None or self.high is None:
            return False
        if self.low[0] == self.high[0]:
            return not (self.low[1] and self.high[1]) or self.low[0] in self.excluded
        return bool(self.low[0] > self.high[0])

    def within(self, other: Range) -> bool:
        """Whether every value of this range is in the other."""
        if self.values is not None:
            return all(other.admits(value) for value in self.values if self.admits(value))
        if other.values is not None:
            return False
        both = self.intersect(other)
        same_bounds = both.low == self.low and both.high == self.high
        return same_bounds and not any(self.admits(value) for value in other.excluded)


_Bound = tuple[Any, bool]


def _tighter(one: _Bound | None, two: _Bound | None, *, upper: bool) -> _Bound | None:
    if one is None or two is None:
        return one or two
    if one[0] == two[0]:
        return one if not one[1] else two
    return one if (one[0] < two[0]) is upper else two


def possible(fact: Fact) -> Range:
    """Values that a fact can have at all."""
    return Range(low=None if fact.least is None else (Decimal(fact.least), True))


def compared(fact: Fact, operator: str, value: Value) -> Range | None:
    """Range of `fact operator value`; None for an operator that says nothing about ranges."""
    if operator == "=":
        return Range(values=frozenset((value,)))
    if operator == "<>":
        return complement(fact, Range(values=frozenset((value,))))
    inclusive = operator.endswith("=")
    if operator[0] == ">":
        return Range(low=_whole(fact, value, inclusive=inclusive, upper=False))
    if operator[0] == "<":
        return Range(high=_whole(fact, value, inclusive=inclusive, upper=True))
    return None


def complement(fact: Fact, range_: Range) -> Range | None:
    """All other values of a fact; None where they are not one range."""
    if range_.values is None:
        return None
    if fact.type is FactType.BOOLEAN:
        return Range(values=frozenset((True, False)) - range_.values)
    if fact.codes:
        return Range(values=frozenset(fact.codes) - range_.values)
    return Range(excluded=range_.values)


def _whole(fact: Fact, value: Value, *, inclusive: bool, upper: bool) -> _Bound:
    """Bound of a fact; for whole numbers the nearest one inside, so that > 30 and >= 31 are the same."""
    if fact.type is not FactType.INTEGER or not isinstance(value, Decimal):
        return value, inclusive
    step = Decimal(-1 if upper else 1)
    nearest = value.to_integral_value(ROUND_FLOOR if upper else ROUND_CEILING)
    return (nearest if inclusive or nearest != value else nearest + step), True
