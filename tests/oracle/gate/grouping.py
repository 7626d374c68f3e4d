"""Refusals of aggregates: where they stand, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gate.lexer import Kind, Token
from gate.rule import rule
from gate.tree import Group, Node, Phrase, Query, Statement, split
from gate.words import AGGREGATES, MONADS, RESERVED, SYNTAX


def _aggregates(nodes: Phrase) -> Iterator[tuple[Node, Group, bool]]:
    """Each aggregate that stands directly in the nodes, with its arguments and whether it has a window."""
    for i, node in enumerate(nodes[:-1]):
        inside = nodes[i + 1]
        if node.word in AGGREGATES and isinstance(inside, Group) and not (i and nodes[i - 1].word == "."):
            rest = [one.word for one in nodes[i + 2 : i + 7]]
            behind = rest[2:] if rest[:1] == ["KEEP"] else rest[3:] if rest[:2] == ["WITHIN", "GROUP"] else rest
            yield node, inside, behind[:1] == ["OVER"]


def _depth(nodes: Phrase) -> int:
    """How many aggregates stand inside each other, without windows."""
    deepest = 0
    own = {id(inside): not window for _node, inside, window in _aggregates(nodes)}
    for node in nodes:
        if isinstance(node, Group) and not node.is_query:
            deepest = max(deepest, _depth(node.items) + own.get(id(node), False))
    return deepest


def has_aggregate(nodes: Phrase) -> bool:
    """Whether an aggregate stands in an expression, outside its subqueries."""
    return _depth(nodes) > 0


def _has_window(nodes: Phrase) -> bool:
    inside = any(isinstance(node, Group) and not node.is_query and _has_window(node.items) for node in nodes)
    return inside or any(a.word == "OVER" and b.word == "()" for a, b in pairwise(nodes))


@rule("ORA-00934", "no aggregate in WHERE: HAVING")
def aggregate_in_where(statement: Statement) -> Iterator[Node]:
    """WHERE SUM(a) > 1."""
    yield from (query["WHERE"][0] for query in statement.queries if has_aggregate(query["WHERE"]))


@rule("ORA-30483", "no window function in WHERE: an outer query")
def window_in_where(statement: Statement) -> Iterator[Node]:
    """WHERE ROW_NUMBER() OVER (...) = 1."""
    for query in statement.queries:
        yield from (query[clause][0] for clause in ("WHERE", "GROUP", "HAVING") if _has_window(query[clause]))


@rule("ORA-00978", "an aggregate of an aggregate needs GROUP BY")
def nested_without_group(statement: Statement) -> Iterator[Node]:
    """SELECT MAX(SUM(a)) FROM t."""
    yield from (q.start for q in statement.queries if "GROUP" not in q and _depth(q["SELECT"]) > 1)


@rule("ORA-00935", "aggregates go two deep")
def nested_too_deep(statement: Statement) -> Iterator[Node]:
    """MAX(SUM(COUNT(a)))."""
    yield from (query.start for query in statement.queries if _depth(query["SELECT"]) > 2)


def _plain(nodes: Phrase) -> list[str]:
    """An expression as words, without the tables of its columns."""
    found: list[str] = []
    for node in nodes:
        if isinstance(node, Group):
            found += ["(", *_plain(node.items), ")"]
        elif node.word == "." and found:
            found.pop()
        else:
            found.append(node.word or f"{node.kind}:{node.text}")
    return found


def _grouped(query: Query) -> list[list[str]]:
    """Expressions that a query groups by; what stands in ROLLUP, CUBE and GROUPING SETS too."""
    found = []
    for part in split(query["GROUP"][1:], ","):
        found.append(_plain(part))
        if part and part[0].word in ("ROLLUP", "CUBE", "GROUPING"):
            found += [[word] for word in _plain(part) if word not in ("(", ")", ",")]
    return found


def _loose(nodes: Phrase, grouped: list[list[str]]) -> Iterator[Token]:
    """Columns of an expression that are neither grouped by nor inside an aggregate."""
    longest = max(map(len, grouped), default=0) * 2
    arguments = {id(inside) for _node, inside, window in _aggregates(nodes) if not window}
    i = 0
    while i < len(nodes):
        skip = next((n for n in range(min(len(nodes) - i, longest), 0, -1) if _plain(nodes[i : i + n]) in grouped), 0)
        node = nodes[i]
        if not skip and isinstance(node, Group):
            if id(node) not in arguments and not node.is_query and not _of_an_aggregate(nodes, i):
                yield from _loose(node.items, grouped)
        elif not skip and isinstance(node, Token) and _column(nodes, i):
            yield node
        i += skip or 1


def _of_an_aggregate(nodes: Phrase, i: int) -> bool:
    """Whether a pair of parentheses belongs to KEEP or WITHIN GROUP."""
    before = [node.word for node in nodes[max(0, i - 2) : i]]
    return before[-1:] == ["KEEP"] or before == ["WITHIN", "GROUP"]


def _column(nodes: Phrase, i: int) -> bool:
    node = nodes[i]
    following = nodes[i + 1].word if i + 1 < len(nodes) else ""
    if not node.is_name or following in ("(", "()", ".", "=>"):
        return False
    return node.kind is Kind.QUOTED or node.word not in (RESERVED | MONADS | SYNTAX)


def _expression(item: Phrase) -> Phrase:
    """A select item without its alias."""
    words = [node.word for node in item]
    if "AS" in words:
        return item[: words.index("AS")]
    two = len(item) > 1 and item[-1].is_name and item[-1].word != "END"
    return item[:-1] if two and (item[-2].kind is not Kind.MARK and item[-2].word not in RESERVED) else item


def _beside(query: Query) -> Iterator[Token]:
    grouped = _grouped(query)
    for item in query.items:
        if [node.word for node in item][-1:] != ["*"] or len(item) > 2:
            yield from _loose(_expression(item), grouped)


@rule("ORA-00937", "a column beside an aggregate, without GROUP BY")
def missing_group(statement: Statement) -> Iterator[Node]:
    """SELECT a, COUNT(*) FROM t."""
    for query in statement.queries:
        if "GROUP" not in query and has_aggregate(query["SELECT"]):
            yield from _beside(query)


def _aliases(query: Query) -> dict[str, list[str]]:
    return {item[-1].word: _plain(_expression(item)) for item in query.items if len(item) > 1 and item[-1].word}


def _by_alias(query: Query) -> Iterator[Node]:
    """What a query groups by that is an alias of its own and no column of the alias's expression."""
    aliases = _aliases(query)
    for part in split(query["GROUP"][1:], ","):
        word = part[0].word if len(part) == 1 else ""
        if word and word in aliases and word not in aliases[word]:
            yield part[0]


@rule("ORA-30482", "LISTAGG(DISTINCT ...) came with 19c", until=19)
def listagg_distinct(statement: Statement) -> Iterator[Node]:
    """LISTAGG(DISTINCT b, ',')."""
    for phrase in statement.phrases:
        for one, inside in pairwise(phrase):
            distinct = isinstance(inside, Group) and [n.word for n in inside.items[:1]] == ["DISTINCT"]
            if one.word == "LISTAGG" and distinct:
                yield one


@rule("ORA-01791", "DISTINCT is ordered by what it selects")
def distinct_order(statement: Statement) -> Iterator[Node]:
    """SELECT DISTINCT a ... ORDER BY b."""
    for query in statement.queries:
        if [node.word for node in query["SELECT"][:1]] != ["DISTINCT"] or query.after is not None:
            continue
        selected = [_plain(_expression(item)) for item in query.items] + [[alias] for alias in _aliases(query)]
        for part in split(query["ORDER"][1:], ",") if not any("*" in item for item in selected) else ():
            bare = [node for node in part if node.word not in ("ASC", "DESC", "NULLS", "FIRST", "LAST")]
            simple = all(node.is_name or node.word == "." for node in bare)
            if simple and bare and _plain(bare) not in selected:
                yield bare[0]


@rule("ORA-00904", "GROUP BY an alias came with 23ai", until=23)
def group_by_alias(statement: Statement) -> Iterator[Node]:
    """GROUP BY upper_b."""
    for query in statement.queries:
        yield from _by_alias(query)


@rule("ORA-00979", "a column that is not grouped by")
def not_grouped(statement: Statement) -> Iterator[Node]:
    """SELECT a, b, SUM(c) ... GROUP BY a."""
    for query in statement.queries:
        if "GROUP" in query and not list(_by_alias(query)):
            yield from _beside(query)
