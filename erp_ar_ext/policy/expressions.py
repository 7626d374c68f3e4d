"""The checker of conditions: types every part and writes its SQL; what it does not know, it refuses.

SQL is written anew from what was understood, never copied from the policy, so a condition can only ever be
arithmetic and comparison over facts. Division is refused: DuckDB's result would be a float.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar

from sqlglot import exp

from erp_ar_ext.model import Severity
from erp_ar_ext.model.types import MONEY_PRECISION, MONEY_SCALE
from erp_ar_ext.policy.comparing import Comparer, widened, wider
from erp_ar_ext.policy.parsing import Issue, where
from erp_ar_ext.policy.problems import did_you_mean
from erp_ar_ext.policy.ranges import Range, complement
from erp_ar_ext.policy.scope import Scope
from erp_ar_ext.policy.terms import NUMERIC, UNKNOWN, Term, Type, boolean, day_of, text_literal

FUNCTIONS = ("abs", "coalesce", "greatest", "least", "length", "lower", "starts_with", "upper")

_NUMBER = re.compile(r"(\d*)(?:\.(\d*))?")
_COMPARISONS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}
_UNDERSTOOD = frozenset((
    *("this", "expression", "expressions", "low", "high", "symmetric", "negate", "to", "table", "is_string"),
    *("query", "unnest", "field", "ignore_nulls"),
))  # fmt: skip
"""What a part may have: what a parser says beside, as `negate` for "not like", is never passed over."""


class Checker:
    """Checks one condition; its issues, facts and settings are collected on the way.

    `settled` says what the condition settles about currencies: that of the `row` or the `limit`, or that both
    are the `same`.
    """

    def __init__(self, text: str, scope: Scope, settled: frozenset[str]) -> None:
        self.issues: list[Issue] = []
        self.facts: set[str] = set()
        self.settings: set[str] = set()
        self._text = text
        self._scope = scope
        self._compare = Comparer(self._report, settled)

    def condition(self, node: exp.Expression) -> Term:
        """Term of a part that must be a condition."""
        term = self.term(node)
        if term.type in (Type.BOOLEAN, Type.UNKNOWN):
            return term
        if term.type is Type.NULL:
            return self._problem(node, "null is not a condition")
        return self._problem(
            node, f"{_sql(node)!r} is a {term.type}, not a yes-or-no condition", "compare it with something"
        )

    def term(self, node: exp.Expression) -> Term:
        """Term of any part."""
        if any(value and name not in _UNDERSTOOD for name, value in node.args.items()):
            return self._refused(node)
        handler = self._HANDLERS.get(type(node))
        if handler is not None:
            return handler(self, node)
        if type(node) in _COMPARISONS:
            return self._comparison(node)
        return self._refused(node)

    def _report(self, node: exp.Expression, message: str, hint: str | None, severity: Severity) -> None:
        offset, token = where(node, self._text)
        self.issues.append(Issue(message, hint, offset, token, severity))

    def _problem(self, node: exp.Expression, message: str, hint: str | None = None) -> Term:
        self._report(node, message, hint, Severity.ERROR)
        return UNKNOWN

    def _refused(self, node: exp.Expression) -> Term:
        if isinstance(node, exp.Query | exp.Exists):
            return self._problem(node, "a condition holds no subqueries", "it sees the facts of one row")
        if isinstance(node, exp.Func) and not isinstance(node, exp.Case | exp.Cast):
            name = _sql(node).split("(")[0].lower()
            if not name.isidentifier():
                return self._problem(node, f"{_sql(node)!r} is not part of the policy language")
            hint = did_you_mean(name, FUNCTIONS, otherwise=f"these are: {', '.join(FUNCTIONS)}")
            return self._problem(node, f"function {name!r} is not part of the policy language", hint)
        return self._problem(node, f"{_sql(node)!r} is not part of the policy language")

    def _column(self, node: exp.Expression) -> Term:
        if not isinstance(node.this, exp.Identifier) or node.args.get("table"):
            return self._problem(node, f"{_sql(node)!r} is not a name", "facts and settings stand alone")
        name = node.name
        term = self._scope.term(name)
        if term is None:
            message, hint = self._scope.unknown(name)
            if node.this.quoted and message.startswith("unknown"):
                hint = f"text is written in single quotes: {text_literal(name)}"
            return self._problem(node, message, hint)
        (self.facts if term.fact else self.settings).add(name)
        if term.type is Type.BOOLEAN and term.fact:
            return replace(term, range=(term.fact, Range(values=frozenset((True,)))))
        return term

    def _literal(self, node: exp.Expression) -> Term:
        text = str(node.this)
        if node.is_string:
            return Term(Type.TEXT, text_literal(text), literal=text, constant=True)
        digits = _NUMBER.fullmatch(text)
        if digits is None:
            return self._problem(node, f"{text!r} is not a plain number", "write it out, like 1000.50")
        whole, fraction = digits[1].lstrip("0"), (digits[2] or "").rstrip("0")
        if len(whole) > MONEY_PRECISION - MONEY_SCALE or len(fraction) > MONEY_SCALE:
            return self._problem(node, f"number {text!r} is too long", "at most 14 digits before the point, 4 after it")
        number = Decimal(text)
        return Term(Type.NUMBER if fraction else Type.INTEGER, f"{number:f}", literal=number, constant=True)

    def _boolean(self, node: exp.Expression) -> Term:
        return Term(Type.BOOLEAN, "TRUE" if node.this else "FALSE", literal=bool(node.this), constant=True)

    def _null(self, _node: exp.Expression) -> Term:
        return Term(Type.NULL, "NULL")

    def _paren(self, node: exp.Expression) -> Term:
        term = self.term(node.this)
        return replace(term, sql=f"({term.sql})")

    def _cast(self, node: exp.Expression) -> Term:
        value = node.this
        if not (node.args["to"].is_type("date") and isinstance(value, exp.Literal) and value.is_string):
            return self._problem(node, "casts are not part of the policy language", "write dates as DATE '2026-01-31'")
        day = day_of(str(value.this))
        if day is None:
            return self._problem(value, f"{value.this!r} is not a date", "dates are written YYYY-MM-DD")
        return Term(Type.DATE, f"DATE '{day}'", literal=day, constant=True)

    def _connective(self, node: exp.Expression) -> Term:
        left, right = self.condition(node.this), self.condition(node.expression)
        word = "AND" if isinstance(node, exp.And) else "OR"
        return boolean(f"({left.sql} {word} {right.sql})")

    def _not(self, node: exp.Expression) -> Term:
        inner = self.condition(node.this)
        negated = None
        if inner.range is not None:
            fact, range_ = inner.range
            rest = complement(fact, range_)
            negated = (fact, rest) if rest else None
        return boolean(f"(NOT {inner.sql})", negated)

    def _comparison(self, node: exp.Expression) -> Term:
        left, right = self.term(node.this), self.term(node.expression)
        return self._compare.pair(node, left, _COMPARISONS[type(node)], right)

    def _between(self, node: exp.Expression) -> Term:
        if node.args.get("symmetric"):
            return self._problem(node, "'between symmetric' is not part of the policy language")
        this, low, high = (self.term(node.args[name]) for name in ("this", "low", "high"))
        return self._compare.between(node, this, low, high)

    def _in(self, node: exp.Expression) -> Term:
        if any(node.args.get(name) for name in ("query", "unnest", "field")):
            return self._problem(node, "a condition holds no subqueries", "list the values: country in ('SE', 'NO')")
        this = self.term(node.this)
        return self._compare.among(node, this, [self.term(value) for value in node.expressions])

    def _is(self, node: exp.Expression) -> Term:
        if isinstance(node.expression, exp.Null):
            return boolean(f"({self.term(node.this).sql} IS NULL)")
        if isinstance(node.expression, exp.Boolean):
            return boolean(f"({self.condition(node.this).sql} IS {self.term(node.expression).sql})")
        return self._problem(node, "'is' stands before null, true or false")

    def _like(self, node: exp.Expression) -> Term:
        this, pattern = self._text_of(node.this), self._text_of(node.expression)
        word = "NOT " * bool(node.args.get("negate")) + ("ILIKE" if isinstance(node, exp.ILike) else "LIKE")
        return boolean(f"({this.sql} {word} {pattern.sql})")

    def _text_of(self, node: exp.Expression) -> Term:
        term = self.term(node)
        if term.type in (Type.TEXT, Type.UNKNOWN):
            return term
        return self._problem(node, f"{_sql(node)!r} is a {term.type}, not text")

    def _number_of(self, node: exp.Expression) -> Term:
        term = self.term(node)
        if term.type in NUMERIC or term.type is Type.UNKNOWN:
            return term
        return self._problem(node, f"{_sql(node)!r} is a {term.type}, not a number")

    def _neg(self, node: exp.Expression) -> Term:
        term = self._number_of(node.this)
        value = -term.literal if isinstance(term.literal, Decimal) else None
        return Term(term.type, f"(-{term.sql})", literal=value, constant=term.constant, money_in=term.money_in)

    def _sum(self, node: exp.Expression) -> Term:
        left, right = self.term(node.this), self.term(node.expression)
        return self._compare.total(node, left, "+" if isinstance(node, exp.Add) else "-", right)

    def _product(self, node: exp.Expression) -> Term:
        left, right = self._number_of(node.this), self._number_of(node.expression)
        if not (left.constant or right.constant) and UNKNOWN not in (left, right):
            return self._problem(node, "one factor must be a number or a setting without currencies")
        sql = f"({widened(left)} * {right.sql})"
        return Term(wider(left, right), sql, money_in=left.money_in or right.money_in)

    def _division(self, node: exp.Expression) -> Term:
        return self._problem(
            node, "division is not part of the policy language: it is not exact", "multiply the other side instead"
        )

    def _abs(self, node: exp.Expression) -> Term:
        term = self._number_of(node.this)
        return Term(term.type, f"abs({term.sql})", money_in=term.money_in)

    def _same_types(self, node: exp.Expression) -> Term:
        terms = [self.term(part) for part in (node.this, *node.expressions)]
        return self._compare.choice(node, node.key, terms)

    def _text_function(self, node: exp.Expression) -> Term:
        return Term(Type.TEXT, f"{node.key}({self._text_of(node.this).sql})")

    def _length(self, node: exp.Expression) -> Term:
        return Term(Type.INTEGER, f"length({self._text_of(node.this).sql})")

    def _starts_with(self, node: exp.Expression) -> Term:
        return boolean(f"starts_with({self._text_of(node.this).sql}, {self._text_of(node.expression).sql})")

    _HANDLERS: ClassVar[dict[type[exp.Expression], Callable[[Checker, exp.Expression], Term]]] = {
        exp.Abs: _abs,
        exp.Add: _sum,
        exp.And: _connective,
        exp.Between: _between,
        exp.Boolean: _boolean,
        exp.Cast: _cast,
        exp.Coalesce: _same_types,
        exp.Column: _column,
        exp.Div: _division,
        exp.Greatest: _same_types,
        exp.ILike: _like,
        exp.In: _in,
        exp.IntDiv: _division,
        exp.Is: _is,
        exp.Least: _same_types,
        exp.Length: _length,
        exp.Like: _like,
        exp.Literal: _literal,
        exp.Lower: _text_function,
        exp.Mod: _division,
        exp.Mul: _product,
        exp.Neg: _neg,
        exp.Not: _not,
        exp.Null: _null,
        exp.Or: _connective,
        exp.Paren: _paren,
        exp.StartsWith: _starts_with,
        exp.Sub: _sum,
        exp.Upper: _text_function,
    }


def _sql(node: exp.Expression) -> str:
    return node.sql(dialect="duckdb", normalize_functions="lower")
