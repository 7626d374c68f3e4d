"""A statement as a tree: what stands in parentheses is one node."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gate.lexer import Token, tokens


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in a pair of parentheses."""

    at: int
    items: tuple[Node, ...]
    kind: None = None
    word: str = "()"
    text: str = "("
    is_name: bool = False

    @property
    def is_query(self) -> bool:
        """Whether it is a subquery."""
        first = self.items[0] if self.items else None
        return (
            isinstance(first, Group) and first.is_query
            if first and first.word == "()"
            else bool(first and first.word in ("SELECT", "WITH"))
        )


Node = Token | Group
Phrase = Sequence[Node]


class Unbalanced(Exception):  # noqa: N818 - it is a finding, not a fault of ours
    """A parenthesis without its other half, at an offset."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def grouped(flat: list[Token]) -> tuple[Node, ...]:
    """Nest tokens by their parentheses."""
    levels: list[list[Node]] = [[]]
    opened: list[int] = []
    for token in flat:
        if token.word == "(":
            opened.append(token.at)
            levels.append([])
        elif token.word == ")":
            if not opened:
                raise Unbalanced(token.at)
            items = tuple(levels.pop())
            levels[-1].append(Group(opened.pop(), items))
        else:
            levels[-1].append(token)
    if opened:
        raise Unbalanced(opened[-1])
    return tuple(levels[0])


def split(nodes: Phrase, *words: str) -> list[Phrase]:
    """Parts between the words."""
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if node.word in words:
            parts.append([])
        else:
            parts[-1].append(node)
    return list(parts)


def phrases(nodes: Phrase) -> Iterator[Phrase]:
    """The nodes themselves, and what stands in each pair of parentheses below them."""
    yield nodes
    for node in nodes:
        if isinstance(node, Group):
            yield from phrases(node.items)


def flat(nodes: Phrase, *, into_queries: bool = True) -> Iterator[Token]:
    """Every token below the nodes."""
    for node in nodes:
        if isinstance(node, Token):
            yield node
        elif into_queries or not node.is_query:
            yield from flat(node.items, into_queries=into_queries)


_UNIT = re.compile(
    r"CREATE (OR REPLACE )?((NON)?EDITIONABLE )?(IF NOT EXISTS )?"
    r"(?P<unit>PACKAGE|PROCEDURE|FUNCTION|TRIGGER|TYPE)( BODY)?\b"
)
_CLAUSES = {
    "SELECT": (),
    "INTO": (),
    "FROM": (),
    "WHERE": (),
    "START": ("WITH",),
    "CONNECT": ("BY",),
    "GROUP": ("BY",),
    "HAVING": (),
    "ORDER": ("BY", "SIBLINGS"),
    "FETCH": ("FIRST", "NEXT"),
    "FOR": ("UPDATE",),
    "QUALIFY": (),
    "WINDOW": (),
    "RETURNING": (),
    "LOG": ("ERRORS",),
}
SET_OPERATORS = ("UNION", "MINUS", "INTERSECT", "EXCEPT")


@dataclass(frozen=True)
class Query:
    """One query block: the nodes of each clause, without the words that open it."""

    start: Node
    before: Node | None
    after: Node | None
    clauses: dict[str, Phrase] = field(default_factory=dict)

    def __getitem__(self, clause: str) -> Phrase:
        """Nodes of a clause; none where it is missing."""
        return self.clauses.get(clause, ())

    def __contains__(self, clause: str) -> bool:
        """Whether it has the clause."""
        return clause in self.clauses

    @cached_property
    def items(self) -> list[Phrase]:
        """Items of the select list."""
        head = self["SELECT"]
        skip = 1 if head and head[0].word in ("DISTINCT", "UNIQUE", "ALL") else 0
        return split(head[skip:], ",")


def _clause_at(nodes: Phrase, i: int) -> bool:
    word = nodes[i].word
    if word not in _CLAUSES or (
        i and nodes[i - 1].word in (".", ",", "AS") and word in ("FETCH", "START", "LOG", "WINDOW", "QUALIFY")
    ):
        return False
    following = _CLAUSES[word]
    return not following or (i + 1 < len(nodes) and nodes[i + 1].word in following)


def _query(nodes: Phrase, before: Node | None, after: Node | None) -> Query:
    """Cut a query block, which starts with SELECT, into its clauses."""
    clauses: dict[str, list[Node]] = {}
    current: list[Node] = []
    case = 0
    for i, node in enumerate(nodes):
        case += (node.word == "CASE") - (node.word == "END" and case > 0)
        logging = node.word == "INTO" and ("LOG" in clauses or "RETURNING" in clauses)
        if not case and not logging and _clause_at(nodes, i) and node.word not in clauses:
            current = clauses.setdefault(node.word, [])
        else:
            current.append(node)
    return Query(nodes[0], before, after, dict(clauses))


def queries(nodes: Phrase) -> Iterator[Query]:
    """Every query block of the nodes and of what stands in parentheses below them."""
    for phrase in phrases(nodes):
        starts = [i for i, node in enumerate(phrase) if node.word == "SELECT"]
        for i in starts:
            end = next(
                (j for j in range(i + 1, len(phrase)) if phrase[j].word in (*SET_OPERATORS, ";", "SELECT")), len(phrase)
            )
            after = phrase[end] if end < len(phrase) else None
            yield _query(phrase[i:end], phrase[i - 1] if i else None, after)


class Statement:
    """A statement read for the rules: its text, its tokens, its tree and what it is."""

    def __init__(self, sql: str, version: float = 19, max_string: int = 4000) -> None:
        """`version` as 12.1, 12.2, 19 or 23; `max_string` is the longest text of a column, in bytes."""
        self.sql = sql
        self.version = version
        self.max_string = max_string
        self.tokens = tokens(sql)
        self.nodes = grouped(self.tokens)
        self.words = {token.word for token in self.tokens}
        self.head = " ".join(token.word for token in self.tokens[:8])
        unit = _UNIT.match(self.head)
        self.unit = unit["unit"] if unit else ""
        self.plsql = bool(unit) or self.first in ("BEGIN", "DECLARE", "<<")

    @property
    def first(self) -> str:
        """The first word."""
        return self.tokens[0].word if self.tokens else ""

    @property
    def definition(self) -> bool:
        """Whether it defines something, other than in PL/SQL."""
        return self.first in ("CREATE", "ALTER", "DROP") and not self.plsql

    @cached_property
    def phrases(self) -> list[Phrase]:
        """The top level and the inside of every pair of parentheses."""
        return list(phrases(self.nodes))

    @cached_property
    def queries(self) -> list[Query]:
        """Every query block."""
        return [] if self.first in ("GRANT", "REVOKE", "AUDIT", "NOAUDIT") else list(queries(self.nodes))

    @cached_property
    def changes(self) -> list[Phrase]:
        """Every INSERT, UPDATE, DELETE and MERGE, without its semicolon."""
        starts = ("INSERT", "UPDATE", "DELETE", "MERGE")
        if not self.plsql:
            explained = 3 if self.head.startswith("EXPLAIN PLAN FOR") else 0
            return [self.nodes[explained:]] if self.nodes[explained:] and self.nodes[explained].word in starts else []
        found: list[Phrase] = []
        i = 0
        while i < len(self.nodes):
            before = self.nodes[i - 1].word if i else ""
            if self.nodes[i].word in starts and before in (";", "BEGIN", "THEN", "ELSE", "LOOP"):
                end = next((j for j in range(i, len(self.nodes)) if self.nodes[j].word == ";"), len(self.nodes))
                found.append(self.nodes[i:end])
                i = end
            i += 1
        return found

    @cached_property
    def sql_parts(self) -> list[Phrase]:
        """What is SQL in it: the whole, or of PL/SQL its queries and changes."""
        if not self.plsql:
            return [self.nodes]
        parts = [clause for query in self.queries for clause in query.clauses.values()]
        return [*parts, *self.changes]
