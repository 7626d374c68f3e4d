"""Refusals for what is called by a name: reserved words, functions, casts, clocks."""

from __future__ import annotations

from collections.abc import Iterator

from gate.lexer import Kind
from gate.rule import Rule, add, rule
from gate.tree import Group, Node, Phrase, Statement, split
from gate.words import AGGREGATES, ARITY, FOREIGN_FUNCTIONS, MONADS, NEWER_FUNCTIONS, RESERVED, VALUES


def calls(statement: Statement) -> Iterator[tuple[Node, Group, Node | None]]:
    """Each name with parentheses behind it, and what stands before it; no methods and no packages' functions."""
    for phrase in statement.phrases:
        for i in range(len(phrase) - 1):
            one, group = phrase[i], phrase[i + 1]
            before = phrase[i - 1] if i else None
            if isinstance(group, Group) and one.word.isidentifier() and (before is None or before.word != "."):
                yield one, group, before


_NO_CALL = (
    "ON",
    "INTO",
    "TABLE",
    "FROM",
    "JOIN",
    "UPDATE",
    "REFERENCES",
    "WITH",
    "INTERVAL",
    "TO",
    "FUNCTION",
    "PROCEDURE",
    "VIEW",
)


@rule("ORA-00904", "Oracle has no such function")
def foreign_functions(statement: Statement) -> Iterator[Node]:
    """Functions of other databases."""
    for one, _group, before in calls(statement):
        bare = before is None or (before.word not in _NO_CALL and before.kind is not Kind.TEXT)
        if one.word in FOREIGN_FUNCTIONS and bare:
            yield one


@rule("ORA-00923", "it takes no parentheses")
def empty_parentheses(statement: Statement) -> Iterator[Node]:
    """SYSDATE()."""
    yield from (one for one, group, _before in calls(statement) if one.word in MONADS and not group.items)


@rule("ORA-00909", "wrong number of arguments")
def arguments(statement: Statement) -> Iterator[Node]:
    """Too many or too few arguments of a common function."""
    for one, group, before in calls(statement):
        fewest, most = ARITY.get(one.word, (int(one.word in AGGREGATES), 9999))
        given = len(split(group.items, ",")) if group.items else 0
        if not fewest <= given <= most and (before is None or before.word not in _NO_CALL):
            yield one


@rule("ORA-00909", "CONCAT of more than two came with 23ai: ||", until=23)
def concat(statement: Statement) -> Iterator[Node]:
    """CONCAT of three."""
    for one, group, _before in calls(statement):
        if one.word == "CONCAT" and len(split(group.items, ",")) > 2:
            yield one


_PARTS_OF_DATES = {
    *("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"),
    *("TIMEZONE_HOUR", "TIMEZONE_MINUTE", "TIMEZONE_REGION", "TIMEZONE_ABBR"),
}


@rule("ORA-00907", "EXTRACT knows no such part")
def extract(statement: Statement) -> Iterator[Node]:
    """EXTRACT(EPOCH FROM ...)."""
    for one, group, _before in calls(statement):
        dated = one.word == "EXTRACT" and any(node.word == "FROM" for node in group.items)
        if dated and group.items[0].word not in _PARTS_OF_DATES:
            yield group.items[0]


def _reserved(node: Node) -> bool:
    return node.kind is Kind.WORD and node.word in RESERVED


def _operand(node: Node) -> bool:
    bare = isinstance(node, Group) or node.kind in (Kind.QUOTED, Kind.TEXT, Kind.NUMBER, Kind.BIND)
    return bare or (node.kind is Kind.WORD and (node.word in VALUES or node.word not in RESERVED))


def _alias(item: Phrase) -> Node | None:
    """The alias of a select item, where it is a reserved word."""
    if len(item) < 2 or not _reserved(item[-1]):
        return None
    if item[-2].word == "AS":
        return item[-1]
    return item[-1] if _operand(item[-2]) and item[-1].word != "NULL" else None


@rule("ORA-00923", "the alias is a reserved word")
def reserved_alias(statement: Statement) -> Iterator[Node]:
    """SELECT a AS date."""
    for query in statement.queries:
        yield from (alias for item in query.items if (alias := _alias(item)) is not None)


@rule("ORA-01747", "the column is a reserved word")
def reserved_column(statement: Statement) -> Iterator[Node]:
    """SELECT t.date."""
    for part in statement.sql_parts if not statement.plsql else ():
        for i in range(2, len(part)):
            if part[i - 1].word == "." and _reserved(part[i]) and part[i].word not in ("ROWID", "COLUMN_VALUE"):
                yield part[i]


@rule("ORA-00903", "the table is a reserved word")
def reserved_table(statement: Statement) -> Iterator[Node]:
    """FROM order."""
    tables: list[Phrase] = [list(query["FROM"]) for query in statement.queries]
    for table in tables:
        starts = [0, *(i + 1 for i, node in enumerate(table) if node.word in (",", "JOIN"))]
        yield from (table[i] for i in starts if i < len(table) and _reserved(table[i]) and table[i].word != "TABLE")
    words = [token.word for token in statement.tokens[:3]]
    for opening in (["INSERT", "INTO"], ["MERGE", "INTO"], ["DELETE", "FROM"], ["UPDATE"], ["CREATE", "TABLE"]):
        at = len(opening)
        if words[:at] == opening and len(statement.tokens) > at and _reserved(statement.tokens[at]):
            yield statement.tokens[at]


@rule("ORA-00904", "TRUE and FALSE in SQL came with 23ai", until=23)
def booleans(statement: Statement) -> Iterator[Node]:
    """WHERE flag = TRUE."""
    for part in statement.sql_parts:
        for i, node in enumerate(part):
            before = part[i - 1].word if i else ""
            if node.word in ("TRUE", "FALSE") and before not in (".", "IS", "NOT", "DEFAULT", "=>"):
                yield node


def _newer(since: float) -> None:
    def find(statement: Statement) -> Iterator[Node]:
        yield from (one for one, _group, _before in calls(statement) if NEWER_FUNCTIONS.get(one.word) == since)

    add(Rule(f"functions_of_{since:g}", "ORA-00904", f"the function came with {since:g}", find, since))


for _since in sorted(set(NEWER_FUNCTIONS.values())):
    _newer(_since)
