"""Refusals of query blocks: their clauses, and what does not go together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gate.grouping import has_aggregate
from gate.lexer import Kind
from gate.rule import rule
from gate.tree import Group, Node, Phrase, Query, Statement, flat


@rule("ORA-00923", "SELECT without FROM came with 23ai: FROM DUAL", until=23)
def missing_from(statement: Statement) -> Iterator[Node]:
    """SELECT 1."""
    yield from (query.start for query in statement.queries if "FROM" not in query)


@rule("ORA-00905", "only PL/SQL selects INTO")
def select_into(statement: Statement) -> Iterator[Node]:
    """SELECT a INTO b."""
    if not statement.plsql:
        yield from (query.start for query in statement.queries if "INTO" in query)


@rule("ORA-00933", "LIMIT is no clause: FETCH FIRST n ROWS ONLY")
def limit(statement: Statement) -> Iterator[Node]:
    """LIMIT 10."""
    for query in statement.queries:
        for clause in query.clauses.values():
            for one, following in pairwise(clause):
                counted = following.kind in (Kind.NUMBER, Kind.BIND) or following.word in ("ALL", "()")
                if one.word == "LIMIT" and counted and _bare(clause, one):
                    yield one


@rule("ORA-00933", "OFFSET n ROWS, before FETCH")
def offset(statement: Statement) -> Iterator[Node]:
    """OFFSET 5."""
    for query in statement.queries:
        for clause in query.clauses.values():
            for i, node in enumerate(clause[:-1]):
                counted = clause[i + 1].kind in (Kind.NUMBER, Kind.BIND)
                rows = [one.word for one in clause[i + 2 : i + 3]]
                if node.word == "OFFSET" and counted and rows not in (["ROW"], ["ROWS"]):
                    yield node


def _bare(clause: Phrase, node: Node) -> bool:
    at = list(clause).index(node)
    return at == 0 or clause[at - 1].word not in (".", ",")


@rule("ORA-00933", "QUALIFY is no clause: an outer query with WHERE")
def qualify(statement: Statement) -> Iterator[Node]:
    """QUALIFY ROW_NUMBER() ..."""
    yield from (query.start for query in statement.queries if "QUALIFY" in query)


@rule("ORA-00933", "named windows came with 21c", until=21)
def named_window(statement: Statement) -> Iterator[Node]:
    """WINDOW w AS (...)."""
    yield from (query.start for query in statement.queries if "WINDOW" in query)


@rule("ORA-00923", "an aggregate has no FILTER: CASE inside it")
def filtered(statement: Statement) -> Iterator[Node]:
    """COUNT(*) FILTER (WHERE ...)."""
    for phrase in statement.phrases:
        for i, node in enumerate(phrase[:-1]):
            inside = phrase[i + 1]
            first = inside.items[0].word if isinstance(inside, Group) and inside.items else ""
            if node.word == "FILTER" and first == "WHERE":
                yield node


_BEFORE_ORDERED = (
    *("FROM", "JOIN", "APPLY", "LATERAL", ",", "USING", "INTO", "AS", "CURSOR", "MULTISET", "XMLTABLE", "FOR"),
    *("UNION", "MINUS", "INTERSECT", "EXCEPT", "ALL", "TABLE", "CURSOR", "IS", ""),
)


@rule("ORA-00907", "a subquery for a value or a list has no ORDER BY without FETCH")
def ordered_subquery(statement: Statement) -> Iterator[Node]:
    """IN (SELECT ... ORDER BY a)."""
    for phrase in statement.phrases:
        for i, node in enumerate(phrase):
            if not isinstance(node, Group) or not node.is_query or _may_be_ordered(phrase, i):
                continue
            words = [one.word for one in node.items]
            if "ORDER" in words and not {"FETCH", "OFFSET", "()"} & set(words[words.index("ORDER") :]):
                yield node


def _may_be_ordered(phrase: Phrase, i: int) -> bool:
    before = phrase[i - 1].word if i else ""
    loop = before == "IN" and i > 2 and phrase[i - 3].word == "FOR"
    return loop or before in _BEFORE_ORDERED


@rule("ORA-00933", "no AS before the alias of a table")
def table_as(statement: Statement) -> Iterator[Node]:
    """FROM t AS x."""
    for query in statement.queries:
        clause = query["FROM"]
        for i, node in enumerate(clause):
            flashback = [one.word for one in clause[i + 1 : i + 2]] == ["OF"]
            json = i > 1 and clause[i - 2].word in ("JSON_TABLE", "XMLTABLE")
            if node.word == "AS" and not flashback and not json:
                yield node


def _for_update(query: Query) -> bool:
    return [node.word for node in query["FOR"][:1]] == ["UPDATE"]


@rule("ORA-02014", "rows of FETCH FIRST are not locked: a subquery of ROWIDs")
def locked_page(statement: Statement) -> Iterator[Node]:
    """FETCH FIRST ... FOR UPDATE."""
    yield from (query.start for query in statement.queries if _for_update(query) and "FETCH" in query)


@rule("ORA-01786", "only rows of tables are locked")
def locked_groups(statement: Statement) -> Iterator[Node]:
    """SELECT DISTINCT ... FOR UPDATE."""
    for query in statement.queries:
        distinct = [node.word for node in query["SELECT"][:1]] in (["DISTINCT"], ["UNIQUE"])
        if _for_update(query) and (distinct or "GROUP" in query or has_aggregate(query["SELECT"])):
            yield query.start


@rule("ORA-00904", "FOR UPDATE OF names columns, not tables")
def locked_tables(statement: Statement) -> Iterator[Node]:
    """FOR UPDATE OF x."""
    for query in statement.queries:
        clause = query["FOR"]
        if [node.word for node in clause[:2]] != ["UPDATE", "OF"] or not clause[2:]:
            continue
        tables = {token.word for token in flat(query["FROM"], into_queries=False)}
        single = len(clause) == 3 or clause[3].word != "."
        if single and clause[2].word in _aliases(query, tables):
            yield clause[2]


def _aliases(query: Query, tables: set[str]) -> set[str]:
    """Names in a FROM clause that stand before ON, a comma, JOIN or the end."""
    clause = list(query["FROM"])
    ends = {"ON", ",", "JOIN", "LEFT", "INNER", "CROSS", ""}
    following = [*(node.word for node in clause[1:]), ""]
    return {node.word for node, after in zip(clause, following, strict=True) if after in ends and node.word in tables}
