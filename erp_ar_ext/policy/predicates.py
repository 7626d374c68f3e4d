"""Conditions, compiled: text in, DuckDB SQL and its parts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from erp_ar_ext.policy.expressions import Checker
from erp_ar_ext.policy.parsing import Issue, Unparsable, condition_text, conjuncts, parse
from erp_ar_ext.policy.ranges import Range, possible
from erp_ar_ext.policy.scope import Scope
from erp_ar_ext.policy.terms import CURRENCY_OF, SAME, Term


@dataclass(frozen=True)
class Conjunct:
    """One of the conditions that must all be true; `range` where it is one on one fact: the values that it can have."""

    text: str
    sql: str
    range: tuple[str, Range] | None = None


@dataclass(frozen=True)
class Predicate:
    """A condition over the facts of one row.

    `sql` is DuckDB SQL over the fact columns, settings inlined. It is three-valued: where a fact it needs is
    empty it can be NULL, so callers wrap it: `coalesce(<sql>, false)`. The same holds for each conjunct; the
    first whose SQL is not true is the condition that was not met. `facts` and `settings` are the names the
    policy's author wrote; what the settings' layers look at (identity facts) is in `sql` alone.
    """

    text: str
    sql: str
    conjuncts: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]
    settings: tuple[str, ...]


@dataclass(frozen=True)
class Compiled:
    """What compiling gave: a predicate, unless an issue is an error; its conjuncts with what is known of them."""

    predicate: Predicate | None
    issues: tuple[Issue, ...]
    parts: tuple[Conjunct, ...] = ()
    settings: tuple[str, ...] = ()


def compile_predicate(text: str, scope: Scope) -> Compiled:
    """Check a condition and write it as SQL; all that is wrong with it stands in the issues."""
    try:
        return _compile(text, scope)
    except Unparsable as error:
        return Compiled(None, (error.issue,))
    except RecursionError:
        hint = "split the rule in two, or name parts of it as settings"
        return Compiled(None, (Issue("the condition is nested too deeply", hint),))


def _compile(text: str, scope: Scope) -> Compiled:
    tree = parse(text)
    nodes = conjuncts(tree)
    checker = Checker(text, scope, settled=frozenset(filter(None, map(_settled, nodes))))
    terms = [checker.condition(node) for node in nodes]
    issues = tuple(dict.fromkeys(checker.issues))
    parts = tuple(_conjunct(node, term) for node, term in zip(nodes, terms, strict=True))
    settings = tuple(sorted(checker.settings))
    if any(issue.severity.value == "error" for issue in issues):
        return Compiled(None, issues, (), settings)
    return Compiled(predicate_of(text.strip(), parts, sorted(checker.facts), settings), issues, parts, settings)


def predicate_of(text: str, parts: Sequence[Conjunct], facts: Sequence[str], settings: Sequence[str]) -> Predicate:
    """Predicate whose parts must all be true."""
    sql = "(" + " AND ".join(part.sql for part in parts) + ")"
    return Predicate(text, sql, tuple((part.text, part.sql) for part in parts), tuple(facts), tuple(settings))


def _conjunct(node: exp.Expr, term: Term) -> Conjunct:
    known = (term.range[0].name, term.range[1].intersect(possible(term.range[0]))) if term.range else None
    return Conjunct(condition_text(node), term.sql, known)


def _settled(node: exp.Expr) -> str | None:
    """What a condition settles about currencies: the row's or the limit's is one, or both are the same."""
    if not isinstance(node, exp.EQ):
        return None
    sides = (node.this, node.expression)
    names = {side.name for side in sides if isinstance(side, exp.Column)}
    if names == set(CURRENCY_OF.values()):
        return SAME
    literal = any(isinstance(side, exp.Literal) for side in sides)
    return next((whose for whose, name in CURRENCY_OF.items() if literal and name in names), None)
