"""What a key figure is: a formula in words, a pure function over named inputs, and a value or the reason for none.

A formula's function names its inputs by its parameters, so that what is printed beside a value is what it was
computed from, and nothing else. Arithmetic is Decimal with 60 significant digits: enough that sums of amounts times
days are exact; only a quotient is cut, far behind the digits that are shown. Rounding happens once, in `rounded`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

PRECISION = 60
SHOWN_DIGITS = 2
"""Digits after the point of days and percents."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Unit(StrEnum):
    """What a value is counted in; an amount is in the currency of its row."""

    DAYS = "days"
    PERCENT = "percent"
    AMOUNT = "amount"


class Span(StrEnum):
    """What time a formula looks at."""

    PERIOD = "the period"
    """The period that was asked for."""
    DAY = "the as-of day"
    """The end of the day, and history before it as far as the formula goes."""
    MONTH = "a month up to the as-of day"
    """Whatever the period."""


class Parts(StrEnum):
    """What a formula has one value for."""

    WHOLE = "each currency"
    BUCKET_STEPS = "each currency, bucket and the one after it"
    """Buckets of the policy's aging."""
    OVER_DAYS = "each currency and limit of `over_days`"
    """Limits in days of the policy."""


@dataclass(frozen=True)
class Undefined:
    """There is no value, and why."""

    reason: str


Value = Decimal | Undefined


@dataclass(frozen=True)
class Formula:
    """A published formula. `beside` are inputs that are told with it and enter nowhere."""

    id: str
    words: str
    unit: Unit
    compute: Callable[..., Value]
    source: str
    span: Span = Span.PERIOD
    parts: Parts = Parts.WHOLE
    beside: tuple[str, ...] = ()

    @property
    def takes(self) -> tuple[str, ...]:
        """Names of the inputs: the parameters of the function."""
        return tuple(inspect.signature(self.compute).parameters)


def exact(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run a formula with `PRECISION` digits: the 28 of a plain Decimal would cut a large sum without a word."""

    @wraps(function)
    def run(*arguments: _P.args, **named: _P.kwargs) -> _R:
        with localcontext(Context(prec=PRECISION)):
            return function(*arguments, **named)

    return run


@exact
def divided(numerator: Decimal, denominator: Decimal, of: str) -> Value:
    """Quotient; undefined where the denominator, named in the plural by `of`, is zero or below.

    A ratio to a negative base says nothing, and none to zero is 0 or without end.
    """
    if denominator > 0:
        return numerator / denominator
    return Undefined(f"{of} are {'below ' if denominator else ''}zero")


@exact
def percent(numerator: Decimal, denominator: Decimal, of: str) -> Value:
    """Share in percent, undefined like `divided`."""
    return divided(100 * numerator, denominator, of)


@exact
def total(amounts: Iterable[Decimal]) -> Decimal:
    """Exact sum."""
    return sum(amounts, Decimal(0))


@exact
def rounded(value: Decimal, unit: Unit) -> Decimal:
    """Value as it is shown: days and percents to two digits, half up (away from zero); amounts as they are."""
    if unit is Unit.AMOUNT:
        return value
    return value.quantize(Decimal(1).scaleb(-SHOWN_DIGITS), ROUND_HALF_UP)
