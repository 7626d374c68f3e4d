"""What a checker may approve and what a plan may send: `[approvals]` and `[limits]` of the configuration.

Amounts are absolute and per currency. A table of amounts that is left out limits nothing; one that is there allows
nothing in a currency that it does not name. So there are four different things: no limit, a limit of zero, an amount,
and a currency that nobody thought of, which is none at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,8})?")

Kind = Literal["note", "hold", "release", "adjustment"]
Period = Literal["day", "week", "month"]


def _exact(value: object) -> Decimal:
    """Read an amount as it is written; one that TOML has made a binary fraction of is not what was written."""
    if isinstance(value, float):
        message = f'{value} is read as a binary fraction; write the amount as text, for example "{value:.2f}"'
        raise ValueError(message)  # noqa: TRY004 - pydantic collects ValueErrors
    text = "" if isinstance(value, bool) else str(value)
    if not _AMOUNT.fullmatch(text):
        message = f'{value!r} is not an amount; write it as text, without sign and thousands marks: "1500.00"'
        raise ValueError(message)
    return Decimal(text)


Money = Annotated[Decimal, BeforeValidator(_exact)]
Amounts = dict[Annotated[str, Field(pattern="^[A-Z]{3}$")], Money]
"""The most per currency, by ISO 4217 code."""


class _Limits(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _named(*tables: Amounts | None) -> set[str]:
    return {currency for table in tables if table is not None for currency in table}


class Authority(_Limits):
    """What one checker may approve. What is left out is not limited."""

    kinds: tuple[Kind, ...] | None = Field(None, description="Kinds of actions; all unless said.")
    per_action: Amounts | None = Field(None, description="Most of one action.")
    per_customer: Amounts | None = Field(None, description="Most on one account, in all of a period.")
    per_period: Amounts | None = Field(None, description="Most on all accounts together, in all of a period.")
    period: Period = Field("day", description="Over what amounts add up, in the company's time zone.")

    def currencies(self) -> set[str]:
        """Currencies that any limit names."""
        return _named(self.per_action, self.per_customer, self.per_period)

    @property
    def adds_up(self) -> bool:
        """Whether approvals are held against each other, not only each against its own limit."""
        return self.per_customer is not None or self.per_period is not None

    @property
    def limits_money(self) -> bool:
        """Whether any amount is limited."""
        return self.adds_up or self.per_action is not None

    @property
    def limits_nothing(self) -> bool:
        """Whether everything may be approved."""
        return self.kinds is None and not self.limits_money


class Checker(Authority):
    """What a checker who is named may approve."""

    name: str = Field(min_length=1, description="As given by --as; upper and lower case are the same.")


class Approvals(_Limits):
    """`[approvals]`: who may approve what, and for how long an approval stands."""

    expires_after_hours: int | None = Field(
        None, ge=1, le=100_000, description="An approval older than this no longer lets an action be sent."
    )
    others: Authority | None = Field(
        None, description="What checkers may approve who are not named; where some are named, nothing unless said."
    )
    checkers: tuple[Checker, ...] = Field((), description="The checkers, each a [[approvals.checkers]].")

    @field_validator("checkers")
    @classmethod
    def _each_once(cls, checkers: tuple[Checker, ...]) -> tuple[Checker, ...]:
        names = [folded(checker.name) for checker in checkers]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            message = f"{', '.join(twice)} is there twice"
            raise ValueError(message)
        return checkers

    def currencies(self) -> set[str]:
        """Currencies that any limit of any checker names."""
        everybody = (*self.checkers, *([self.others] if self.others else []))
        return set().union(*(one.currencies() for one in everybody))

    @property
    def lifetime(self) -> timedelta | None:
        """How long an approval stands; None where it does not expire."""
        return None if self.expires_after_hours is None else timedelta(hours=self.expires_after_hours)

    def authority(self, checker: str) -> Authority:
        """Tell what somebody may approve: as it is said of them, else of others, else everything or nothing."""
        named = next((one for one in self.checkers if folded(one.name) == folded(checker)), None)
        return named or self.others or (_NOTHING if self.checkers else _EVERYTHING)


class RunLimits(_Limits):
    """`[limits]`: what a plan may send. Beyond one of them nothing of the plan is sent."""

    kinds: tuple[Kind, ...] | None = Field(None, description="Kinds of actions that are sent; all unless said.")
    actions: int | None = Field(None, ge=0, description="Most actions of a plan.")
    customers: int | None = Field(None, ge=0, description="Most accounts that a plan touches.")
    per_action: Amounts | None = Field(None, description="Most of one action.")
    per_plan: Amounts | None = Field(
        None, description="Most of a plan, with what earlier applies of it sent: applying again gives no more room."
    )
    per_day: Amounts | None = Field(
        None, description="Most of a calendar day of the company's time zone, of all plans for the same ERP."
    )

    def currencies(self) -> set[str]:
        """Currencies that any limit names."""
        return _named(self.per_action, self.per_plan, self.per_day)


_EVERYTHING = Authority()
_NOTHING = Authority(kinds=())


@lru_cache(maxsize=1024)
def folded(name: str) -> str:
    """Name of a person as names are compared: spelling, not spaces, case or the way its letters are encoded.

    >>> folded(" Anna  Groß ") == folded("ANNA GROSS")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def most(amounts: Mapping[str, Decimal], currency: str | None) -> Decimal:
    """Tell the most that a table allows in a currency; nothing in one that it does not name."""
    return amounts.get(currency or "", Decimal(0))


def span(period: Period, moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Start and end of the calendar day, the week from Monday or the month that a moment is in; UTC, end exclusive.

    >>> [f"{one:%d %H:%M}" for one in span("week", datetime(2026, 1, 31, 12, tzinfo=UTC), UTC)]
    ['26 00:00', '02 00:00']
    """
    first = moment.astimezone(zone).date()
    if period == "day":
        after = first + timedelta(days=1)
    elif period == "week":
        first -= timedelta(days=first.weekday())
        after = first + timedelta(days=7)
    else:
        first = first.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
    start, end = (datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (first, after))
    return start, end
