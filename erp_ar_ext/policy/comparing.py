"""What may be compared with, or added to, what."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlglot import exp

from erp_ar_ext.ledger.facts import Fact
from erp_ar_ext.model import Severity
from erp_ar_ext.policy.problems import did_you_mean, one_of
from erp_ar_ext.policy.ranges import Range, compared
from erp_ar_ext.policy.terms import CURRENCY_OF, NUMERIC, SAME, UNKNOWN, Term, Type, boolean, day_of

Report = Callable[[exp.Expression, str, str | None, Severity], None]

_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "=", "<>": "<>"}
_VALUES = {
    Type.TEXT: str,
    Type.MONEY: Decimal,
    Type.INTEGER: Decimal,
    Type.DATE: date,
    Type.BOOLEAN: bool,
}
_CURRENCY = re.compile(r"[A-Z]{3}")


class Comparer:
    """Checks that two sides go together, and makes the term of both.

    `settled` names the currencies that the condition settles: where the row's is one, a bare number beside an
    amount of the row is one amount.
    """

    def __init__(self, report: Report, settled: frozenset[str]) -> None:
        self._report = report
        self._settled = settled

    def pair(self, node: exp.Expression, left: Term, operator: str, right: Term) -> Term:
        """Term of `left operator right`."""
        if Type.NULL in (left.type, right.type):
            self._error(node, "nothing equals null", "write 'is null' or 'is not null'")
            return boolean("NULL")
        left, right = self._fit(node, left, right)
        if left.type is Type.BOOLEAN and operator in (">", ">=", "<", "<="):
            self._error(node, "conditions are not larger or smaller than one another")
        return boolean(f"({left.sql} {operator} {right.sql})", _range_of(left, operator, right))

    def between(self, node: exp.Expression, this: Term, low: Term, high: Term) -> Term:
        """Term of `this between low and high`."""
        at_least, at_most = self.pair(node, this, ">=", low), self.pair(node, this, "<=", high)
        both = None
        if at_least.range and at_most.range:
            both = (at_least.range[0], at_least.range[1].intersect(at_most.range[1]))
        return boolean(f"({at_least.sql} AND {at_most.sql})", both)

    def among(self, node: exp.Expression, this: Term, values: Sequence[Term]) -> Term:
        """Term of `this in (values)`."""
        if not values:
            self._error(node, "'in ()' lists nothing", "list the values: country in ('SE', 'NO')")
            return boolean("NULL")
        pairs = [self.pair(node, this, "=", value) for value in values]
        ranges = [pair.range[1].values for pair in pairs if pair.range]
        every = None
        if this.fact and len(ranges) == len(pairs):
            every = (this.fact, Range(values=frozenset().union(*(values or () for values in ranges))))
        return boolean(f"({' OR '.join(pair.sql for pair in pairs)})", every)

    def total(self, node: exp.Expression, left: Term, sign: str, right: Term) -> Term:
        """Term of a sum or difference: numbers with numbers; days may be added to a date, dates subtracted."""
        kinds = (left.type, right.type)
        sql = f"({left.sql} {sign} {right.sql})"
        if Type.UNKNOWN in kinds:
            return UNKNOWN
        if kinds == (Type.DATE, Type.INTEGER):
            return Term(Type.DATE, f"({left.sql} {sign} CAST({right.sql} AS INTEGER))")
        if kinds == (Type.DATE, Type.DATE) and sign == "-":
            return Term(Type.INTEGER, sql)
        if not NUMERIC.issuperset(kinds):
            self._error(node, f"{left.type} {sign} {right.type} makes no sense")
            return UNKNOWN
        if UNKNOWN in self._fit(node, left, right):
            return UNKNOWN
        return Term(
            wider(left, right), f"({widened(left)} {sign} {right.sql})", money_in=left.money_in or right.money_in
        )

    def choice(self, node: exp.Expression, function: str, terms: Sequence[Term]) -> Term:
        """Term of a function that picks one of its arguments, which must all be alike."""
        fitted = [terms[0]]
        for term in terms[1:]:
            first, other = self._fit(node, fitted[0], term)
            fitted[0] = first
            fitted.append(other)
        kind = next((term for term in fitted if term.type is Type.MONEY), fitted[0])
        sql = f"{function}({', '.join(term.sql for term in fitted)})"
        if function == "coalesce" and len(terms) == 1:
            self._error(node, "coalesce needs a second value to fall back on", "coalesce(country, 'none')")
        return Term(kind.type, sql, money_in=kind.money_in)

    def _error(self, node: exp.Expression, message: str, hint: str | None = None) -> None:
        self._report(node, message, hint, Severity.ERROR)

    def _fit(self, node: exp.Expression, left: Term, right: Term) -> tuple[Term, Term]:
        """Both sides, text read as a date beside a date; reports sides that do not go together."""
        if {left.type, right.type} & {Type.UNKNOWN, Type.NULL}:
            return left, right
        if {left.type, right.type} == {Type.DATE, Type.TEXT}:
            return self._as_day(node, left), self._as_day(node, right)
        if not _alike(left, right):
            self._error(node, f"{_described(left)} cannot go with {_described(right)}")
            return UNKNOWN, UNKNOWN
        self._check_money(node, left, right)
        for fact_side, other in ((left, right), (right, left)):
            self._check_code(node, fact_side, other)
        return left, right

    def _as_day(self, node: exp.Expression, term: Term) -> Term:
        if term.type is Type.DATE:
            return term
        day = day_of(term.literal) if isinstance(term.literal, str) else None
        if day is None:
            self._error(node, f"{_described(term)} is not a date", "dates are written 'YYYY-MM-DD'")
            return UNKNOWN
        return replace(term, type=Type.DATE, sql=f"DATE '{day}'", literal=day)

    def _check_money(self, node: exp.Expression, left: Term, right: Term) -> None:
        for money, other in ((left, right), (right, left)):
            bare = money.type is Type.MONEY and other.type is not Type.MONEY and not other.is_zero
            if bare and money.money_in not in self._settled:
                message = f"{_described(money)} goes with the same number in every currency"
                name = CURRENCY_OF.get(money.money_in or "", "currency")
                hint = f"make it a setting per currency, or add: {name} = 'USD'"
                self._report(node, message, hint, Severity.WARNING)
        both = left.money_in and right.money_in and left.money_in != right.money_in
        if both and SAME not in self._settled:
            message = "an amount in the limit's currency goes with one in the row's currency"
            self._report(node, message, "add: currency = limit_currency", Severity.WARNING)

    def _check_code(self, node: exp.Expression, fact_side: Term, other: Term) -> None:
        fact, value = fact_side.fact, other.literal
        if fact is None or not isinstance(value, str):
            return
        if fact.codes and value not in fact.codes:
            hint = did_you_mean(value, fact.codes, otherwise=f"it is {one_of(fact.codes)}")
            self._error(node, f"{fact.name} is never {value!r}", hint)
        if fact.name in CURRENCY_OF.values() and not _CURRENCY.fullmatch(value):
            self._error(node, f"{value!r} is not a currency code", "three capital letters of ISO 4217, like USD")


def _alike(left: Term, right: Term) -> bool:
    if left.type is right.type:
        return True
    if not {left.type, right.type} <= NUMERIC:
        return False
    if Type.MONEY not in (left.type, right.type):
        return True
    # Beside an amount only a plain number stands for an amount; a count of days or items does not.
    other = right if left.type is Type.MONEY else left
    return other.constant


def _described(term: Term) -> str:
    if term.fact:
        return f"{term.fact.name} ({term.type})"
    return f"{term.type} {term.literal!r}" if isinstance(term.literal, str) else f"a {term.type}"


def wider(left: Term, right: Term) -> Type:
    """Type of a sum or product of two numbers."""
    kinds = {left.type, right.type}
    return Type.MONEY if Type.MONEY in kinds else Type.NUMBER if Type.NUMBER in kinds else Type.INTEGER


def widened(term: Term) -> str:
    """SQL of a factor or summand; whole numbers get room, so that a count times a number cannot overflow."""
    return f"CAST({term.sql} AS BIGINT)" if term.type is Type.INTEGER else term.sql


def _range_of(left: Term, operator: str, right: Term) -> tuple[Fact, Range] | None:
    if operator not in _MIRRORED:
        return None
    if left.fact is None:
        left, operator, right = right, _MIRRORED[operator], left
    value = right.literal
    if left.fact is None or value is None or not isinstance(value, _VALUES.get(left.type, ())):
        return None
    found = compared(left.fact, operator, value)
    return (left.fact, found) if found else None
