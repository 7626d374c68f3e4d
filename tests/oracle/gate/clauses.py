"""Refusals of query blocks whose clauses are all known, but stand in the wrong place or do not fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gate.rule import rule
from gate.tree import SET_OPERATORS, Group, Node, Phrase, Query, Statement, phrases, queries

_ORDER = ("SELECT", "INTO", "FROM", "WHERE", "GROUP", "ORDER", "FETCH", "FOR")


@rule("ORA-00933", "the clauses stand in another order, each once")
def clause_order(statement: Statement) -> Iterator[Node]:
    """ORDER BY ... WHERE, a second WHERE, a JOIN behind WHERE."""
    for query in statement.queries:
        known = [_ORDER.index(clause) for clause in query.clauses if clause in _ORDER]
        if known != sorted(known):
            yield query.start
        for clause, nodes in query.clauses.items():
            strays = ("WHERE", "HAVING") if clause == "FROM" else ("WHERE", "HAVING", "JOIN")
            yield from (node for node in nodes if node.word in strays)


@rule("ORA-00905", "a join needs ON or USING")
def join_without_condition(statement: Statement) -> Iterator[Node]:
    """FROM t JOIN u WHERE ..."""
    for query in statement.queries:
        words = [node.word for node in query["FROM"]]
        free = sum(word == "JOIN" and before in ("CROSS", "NATURAL") for before, word in pairwise(["", *words]))
        natural = sum(word == "NATURAL" for word in words)
        bound = words.count("ON") + words.count("USING")
        if words.count("JOIN") - max(free, natural) > bound:
            yield query["FROM"][words.index("JOIN")]


@rule("ORA-00905", "FETCH FIRST n ROWS ONLY or WITH TIES")
def fetch_rows(statement: Statement) -> Iterator[Node]:
    """FETCH FIRST 10."""
    for query in statement.queries:
        if "FETCH" in query and not {"ROW", "ROWS"} & {node.word for node in query["FETCH"]}:
            yield query["FETCH"][0]


@rule("ORA-00933", "ORDER BY stands behind the last query of a union")
def ordered_part(statement: Statement) -> Iterator[Node]:
    """ORDER BY before UNION."""
    for query in statement.queries:
        if "ORDER" in query and query.after is not None and query.after.word in SET_OPERATORS:
            yield query.after


def _united(query: Query) -> bool:
    return query.before is not None and query.before.word in (*SET_OPERATORS, "ALL")


@rule("ORA-01786", "rows of a union are not locked")
def locked_union(statement: Statement) -> Iterator[Node]:
    """UNION ... FOR UPDATE."""
    yield from (query.start for query in statement.queries if "FOR" in query and _united(query))


@rule("ORA-00907", "only the outermost query locks rows")
def locked_subquery(statement: Statement) -> Iterator[Node]:
    """FROM (SELECT ... FOR UPDATE)."""
    for phrase in [] if statement.plsql else statement.phrases[1:]:
        if phrase and phrase[0].word == "SELECT":
            yield from (a for a, b in pairwise(phrase) if a.word == "FOR" and b.word == "UPDATE")


def _width(query: Query) -> int | None:
    """How many columns a query gives; unknown with a star."""
    starred = any(item and item[-1].word == "*" for item in query.items)
    return None if starred else len(query.items)


@rule("ORA-01789", "the queries of a union give as many columns each")
def union_width(statement: Statement) -> Iterator[Node]:
    """SELECT a, b ... UNION SELECT a."""
    for one, other in pairwise(statement.queries):
        same = (
            one.after is not None
            and one.after.word in SET_OPERATORS
            and _united(other)
            and one.start.at < other.start.at
        )
        if same and None not in (_width(one), _width(other)) and _width(one) != _width(other):
            yield other.start


@rule("ORA-00923", "a star beside columns is t.*")
def star_beside(statement: Statement) -> Iterator[Node]:
    """SELECT *, a."""
    for query in statement.queries:
        yield from (item[0] for item in query.items if [n.word for n in item] == ["*"] and len(query.items) > 1)


def _inserted(statement: Statement) -> Iterator[tuple[Node, int]]:
    """Each INSERT ... SELECT with how many columns the query gives more than are named."""
    for change in statement.changes:
        words = [node.word for node in change]
        listed = change[3] if len(change) > 4 else None
        if words[:2] != ["INSERT", "INTO"] or not isinstance(listed, Group) or words[4] not in ("SELECT", "WITH"):
            continue
        top: Phrase = change[4:]
        width = next((_width(one) for one in queries(top) if one.start in top), None)
        if width is not None:
            yield change[2], width - (len(listed.items) + 1) // 2


@rule("ORA-00913", "the query gives more columns than are named")
def too_many_selected(statement: Statement) -> Iterator[Node]:
    """INSERT INTO t (a) SELECT a, b."""
    yield from (node for node, more in _inserted(statement) if more > 0)


@rule("ORA-00947", "the query gives fewer columns than are named")
def too_few_selected(statement: Statement) -> Iterator[Node]:
    """INSERT INTO t (a, b) SELECT a."""
    yield from (node for node, more in _inserted(statement) if more < 0)


@rule("ORA-00936", "a query for a value stands in parentheses of its own")
def query_in_values(statement: Statement) -> Iterator[Node]:
    """VALUES (SELECT ...)."""
    for nodes in phrases(statement.nodes):
        for one, inside in pairwise(nodes):
            if one.word == "VALUES" and isinstance(inside, Group) and [n.word for n in inside.items[:1]] == ["SELECT"]:
                yield inside
