"""Refusals of conditions, and of conditions where a value belongs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gate.lexer import Kind
from gate.rule import rule
from gate.tree import Group, Node, Phrase, Query, Statement, phrases, split
from gate.words import CONDITIONS

_COMPARISONS = ("=", "<>", "!=", "^=", "<", ">", "<=", ">=", "LIKE", "IN", "IS", "BETWEEN", "AND", "OR", "NOT")


def _outside_case(item: Phrase) -> Iterator[Node]:
    """Nodes of an expression that do not stand between CASE and END."""
    depth = 0
    for node in item:
        depth += node.word == "CASE"
        if not depth:
            yield node
        depth -= node.word == "END" and depth > 0


def _condition(item: Phrase) -> Node | None:
    """The word that makes a condition of a select item."""
    if len(item) == 1 and isinstance(item[0], Group) and not item[0].is_query:
        return _condition(item[0].items)
    return next((node for node in _outside_case(item) if node.word in _COMPARISONS), None)


@rule("ORA-00923", "a condition is no column before 23ai: CASE WHEN", until=23)
def condition_as_column(statement: Statement) -> Iterator[Node]:
    """SELECT a = 1."""
    for query in statement.queries:
        yield from (node for item in query.items if (node := _condition(item)) is not None)


@rule("ORA-00936", "EXISTS is no column before 23ai: CASE WHEN EXISTS", until=23)
def exists_as_column(statement: Statement) -> Iterator[Node]:
    """SELECT EXISTS (...)."""
    for query in statement.queries:
        yield from (item[0] for item in query.items if item and item[0].word == "EXISTS")


def _bare(part: Phrase) -> Node | None:
    """What stands where a condition must, but is only a value."""
    while part and part[0].word == "NOT":
        part = part[1:]
    if not part:
        return None
    if isinstance(part[0], Group):
        inside = part[0].items if len(part) == 1 and not part[0].is_query else ()
        return next((bare for one in _pieces(inside) if (bare := _bare(one)) is not None), None)
    if part[0].word in CONDITIONS or (part[0].word and part[0].word in ("CASE", "CURRENT")):
        return None
    only_names = all(node.is_name or node.word in (".", "()") for node in part)
    one_value = len(part) == 1 and part[0].kind in (Kind.NUMBER, Kind.BIND, Kind.TEXT)
    joined = any(a.is_name and b.is_name for a, b in pairwise(part))
    return part[0] if (only_names and not joined) or one_value else None


def _pieces(condition: Phrase) -> list[Phrase]:
    """Parts between AND and OR; the AND of BETWEEN is none, and a CASE is one part."""
    pieces: list[list[Node]] = [[]]
    between = depth = 0
    for node in condition:
        depth += (node.word == "CASE") - (node.word == "END" and depth > 0)
        between += node.word == "BETWEEN"
        if not depth and node.word in ("AND", "OR") and not (node.word == "AND" and between):
            pieces.append([])
            continue
        between -= node.word == "AND" and between > 0
        pieces[-1].append(node)
    return list(pieces)


def _conditions(statement: Statement) -> Iterator[Phrase]:
    for query in statement.queries:
        yield from (query[clause] for clause in ("WHERE", "HAVING") if clause in query)
        for joined in split(query["FROM"], ",", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL"):
            yield from split(joined, "ON")[1:]
    for change in statement.changes:
        words = [node.word for node in change]
        if "WHERE" in words and change[0].word in ("UPDATE", "DELETE"):
            end = words.index("RETURNING") if "RETURNING" in words else len(words)
            yield change[words.index("WHERE") + 1 : end]


@rule("ORA-00920", "a value is no condition before 23ai", until=23)
def value_as_condition(statement: Statement) -> Iterator[Node]:
    """WHERE flag."""
    for condition in _conditions(statement):
        yield from (bare for piece in _pieces(condition) if (bare := _bare(piece)) is not None)


_AFTER_IS = ("NULL", "NAN", "INFINITE", "PRESENT", "EMPTY", "A", "OF", "JSON", "DANGLING", "ANY")
_TRUTHS = ("TRUE", "FALSE", "UNKNOWN")


def _after_is(statement: Statement) -> Iterator[Node]:
    """What stands behind IS or IS NOT."""
    if statement.first == "COMMENT":
        return
    for top in statement.sql_parts:
        for part in phrases(top):
            for i, node in enumerate(part[:-1]):
                at = i + 2 if part[i + 1].word == "NOT" else i + 1
                if node.word == "IS" and at < len(part):
                    yield part[at]


@rule("ORA-00908", "IS TRUE came with 23ai", until=23)
def is_true(statement: Statement) -> Iterator[Node]:
    """WHERE flag IS TRUE."""
    yield from (node for node in _after_is(statement) if node.word in _TRUTHS)


@rule("ORA-00908", "IS needs NULL")
def is_something(statement: Statement) -> Iterator[Node]:
    """IS 1, IS DISTINCT FROM."""
    yield from (node for node in _after_is(statement) if node.word not in (*_AFTER_IS, *_TRUTHS))


def _lists(statement: Statement) -> Iterator[tuple[Node, int]]:
    """Each IN with the number of single values in its list."""
    for phrase in statement.phrases:
        for i, node in enumerate(phrase[:-1]):
            inside = phrase[i + 1]
            if node.word == "IN" and isinstance(inside, Group) and not inside.is_query:
                parts = split(inside.items, ",")
                yield node, sum(not (part and isinstance(part[0], Group)) for part in parts)


@rule("ORA-01795", "a list has at most 1000 values", until=23)
def long_list(statement: Statement) -> Iterator[Node]:
    """IN (1, ..., 1001)."""
    yield from (node for node, values in _lists(statement) if values > 1000)


def _outer(query: Query) -> Phrase | None:
    where = query["WHERE"]
    marked = any(node.word == "(+)" for part in phrases(where) for node in part)
    return where if marked else None


@rule("ORA-25156", "(+) and JOIN do not mix")
def outer_mark_and_join(statement: Statement) -> Iterator[Node]:
    """FROM t JOIN u ... WHERE z.a (+) = x.a."""
    for query in statement.queries:
        where = _outer(query)
        if where and any(node.word == "JOIN" for node in query["FROM"]):
            yield where[0]


@rule("ORA-01468", "a condition has (+) on one side")
def outer_marks(statement: Statement) -> Iterator[Node]:
    """x.a (+) = y.a (+)."""
    for query in statement.queries:
        for piece in _pieces(_outer(query) or ()):
            if sum(node.word == "(+)" for node in piece) > 1 and piece[-1].word == "(+)":
                yield piece[-1]


@rule("ORA-01719", "(+) under OR")
def outer_mark_under_or(statement: Statement) -> Iterator[Node]:
    """x.a (+) = 1 OR x.b (+) = 2."""
    for query in statement.queries:
        for part in phrases(_outer(query) or ()):
            if any(node.word == "OR" for node in part) and any(node.word == "(+)" for node in part):
                yield part[0]
