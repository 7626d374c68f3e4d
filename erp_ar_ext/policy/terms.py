"""What the checker of expressions knows of a part of an expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from erp_ar_ext.ledger.facts import Fact, FactType
from erp_ar_ext.policy.ranges import Range, Value


class Type(StrEnum):
    """Type of an expression; UNKNOWN stands for one that has a problem already, so that one typo is told once."""

    TEXT = "text"
    MONEY = "money"
    INTEGER = "whole number"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "yes-or-no condition"
    NULL = "null"
    UNKNOWN = "unknown"


OF_FACT = {
    FactType.TEXT: Type.TEXT,
    FactType.MONEY: Type.MONEY,
    FactType.INTEGER: Type.INTEGER,
    FactType.DATE: Type.DATE,
    FactType.BOOLEAN: Type.BOOLEAN,
}

NUMERIC = frozenset((Type.MONEY, Type.INTEGER, Type.NUMBER))

CURRENCY_OF = {"row": "currency", "limit": "limit_currency"}
"""The fact that holds the currency of a money term, by `Term.money_in`."""

SAME = "same"
"""What a condition settles that demands `currency = limit_currency`."""


@dataclass(frozen=True)
class Term:
    """Type and SQL of a part of an expression, and what is known of its value.

    `literal` is set for a literal; `constant` also for a setting without currencies. `money_in` says whose
    currency a money term is in, `row` or `limit`. `range` holds for a condition on one fact: the fact and the
    values of it that make the condition true.
    """

    type: Type
    sql: str
    literal: Value | None = None
    constant: bool = False
    fact: Fact | None = None
    money_in: str | None = None
    range: tuple[Fact, Range] | None = None

    @property
    def is_zero(self) -> bool:
        """Whether it is the number 0, the one number that means the same in every currency."""
        return isinstance(self.literal, Decimal) and not self.literal


UNKNOWN = Term(Type.UNKNOWN, "NULL")


def boolean(sql: str, range_: tuple[Fact, Range] | None = None) -> Term:
    """Term of a condition."""
    return Term(Type.BOOLEAN, sql, range=range_)


def day_of(text: str) -> date | None:
    """Day written as YYYY-MM-DD; None for any other text and for days the calendar does not have."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def quoted(name: str) -> str:
    """Name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
