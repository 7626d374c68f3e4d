"""Refusals of definitions: columns, constraints, indexes."""

from __future__ import annotations

from collections.abc import Iterator

from gate.datatypes import wrong_type
from gate.lexer import Kind
from gate.names import calls
from gate.rule import Rule, add, rule
from gate.tree import Group, Node, Phrase, Statement, flat, split
from gate.words import RESERVED

_NO_COLUMN = (
    "CONSTRAINT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "FOREIGN",
    "SUPPLEMENTAL",
    "REF",
    "SCOPE",
    "PERIOD",
    "PARTITION",
)
_NO_TYPE = (
    *("AS", "GENERATED", "REFERENCES", "NULL", "NOT", "DEFAULT", "CONSTRAINT", "INVISIBLE", "VISIBLE", "PRIMARY"),
    *("UNIQUE", "CHECK", "ENCRYPT", "DECRYPT", "DROP"),
)


def _table(statement: Statement) -> Group | None:
    """The parentheses of a CREATE TABLE."""
    words = [node.word for node in statement.nodes]
    if statement.first != "CREATE" or "TABLE" not in words[:5]:
        return None
    before = words.index("AS") if "AS" in words else len(words)
    return next((node for node in statement.nodes[:before] if isinstance(node, Group)), None)


def _altered(statement: Statement) -> Iterator[Phrase]:
    """What an ALTER TABLE adds or modifies."""
    if not statement.head.startswith("ALTER TABLE"):
        return
    for i, node in enumerate(statement.nodes[:-1]):
        if node.word in ("ADD", "MODIFY"):
            following = statement.nodes[i + 1]
            yield from split(following.items, ",") if isinstance(following, Group) else [statement.nodes[i + 1 :]]


def columns(statement: Statement) -> Iterator[Phrase]:
    """Each definition of a column: its name, then the rest."""
    table = _table(statement)
    parts = split(table.items, ",") if table else _altered(statement)
    yield from (part for part in parts if part and part[0].word not in _NO_COLUMN)


@rule("ORA-00904", "the column is a reserved word")
def reserved_new_column(statement: Statement) -> Iterator[Node]:
    """CREATE TABLE t (date DATE)."""
    for part in columns(statement):
        if part[0].kind is Kind.WORD and part[0].word in RESERVED and part[0].word != "COLUMN":
            yield part[0]


@rule("ORA-00904", "a column is missing")
def missing_column(statement: Statement) -> Iterator[Node]:
    """A table without columns, or a comma with nothing behind it."""
    table = _table(statement)
    if table and not all(split(table.items, ",")):
        yield table


def types(statement: Statement) -> Iterator[Phrase]:
    """Each datatype, of a column or of a cast, and what follows it."""
    for part in columns(statement):
        if len(part) > 1 and part[1].word not in _NO_TYPE:
            yield part[1:]
    for one, group, _before in calls(statement):
        parts = split(group.items, "AS") if one.word == "CAST" else []
        yield from (part for part in parts[1:2] if part)


def _types(code: str, reason: str) -> None:
    def find(statement: Statement) -> Iterator[Node]:
        yield from (nodes[0] for nodes in types(statement) if wrong_type(nodes, statement) == code)

    add(Rule(f"type_{code[-5:]}", code, reason, find))


_types("ORA-00902", "no datatype of Oracle's")
_types("ORA-00906", "the type needs a length")
_types("ORA-00907", "a length is in BYTE or CHAR")
_types("ORA-00910", "the type is not that long")
_types("ORA-01723", "a length of nothing")
_types("ORA-01727", "a precision is 1 to 38")
_types("ORA-01728", "a scale is -84 to 127")
_types("ORA-30088", "a second has at most 9 decimals")


def _checks(statement: Statement) -> Iterator[tuple[Node, set[str]]]:
    for phrase in statement.phrases if statement.definition else ():
        for i, node in enumerate(phrase[:-1]):
            inside = phrase[i + 1]
            if node.word == "CHECK" and isinstance(inside, Group):
                yield node, {token.word for token in flat(inside.items)}


@rule("ORA-02436", "a check knows no clock and no user")
def check_with_clock(statement: Statement) -> Iterator[Node]:
    """CHECK (d <= SYSDATE)."""
    clocks = {"SYSDATE", "SYSTIMESTAMP", "CURRENT_DATE", "CURRENT_TIMESTAMP", "USER", "ROWNUM"}
    yield from (node for node, words in _checks(statement) if words & clocks)


@rule("ORA-02251", "a check asks no other row")
def check_with_query(statement: Statement) -> Iterator[Node]:
    """CHECK (a IN (SELECT ...))."""
    yield from (node for node, words in _checks(statement) if "SELECT" in words)


@rule("ORA-02158", "an index has neither a condition nor further columns")
def index_options(statement: Statement) -> Iterator[Node]:
    """CREATE INDEX ... WHERE."""
    words = statement.head.split()
    if words[:2] == ["CREATE", "INDEX"] or words[:3] in (["CREATE", "UNIQUE", "INDEX"], ["CREATE", "BITMAP", "INDEX"]):
        yield from (node for node in statement.nodes if node.word in ("WHERE", "INCLUDE"))


@rule("ORA-00957", "a column is there twice")
def new_column_twice(statement: Statement) -> Iterator[Node]:
    """CREATE TABLE n (a NUMBER, a DATE)."""
    names = [part[0].text.upper() for part in columns(statement)]
    yield from (
        part[0] for part, n in zip(columns(statement), range(len(names)), strict=False) if names.index(names[n]) < n
    )


@rule("ORA-02260", "a table has one primary key")
def two_primary_keys(statement: Statement) -> Iterator[Node]:
    """CREATE TABLE n (a NUMBER PRIMARY KEY, b NUMBER PRIMARY KEY)."""
    table = _table(statement)
    if table and sum(node.word == "PRIMARY" for node in table.items) > 1:
        yield table
