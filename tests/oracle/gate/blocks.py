"""Refusals of PL/SQL: parameters, labels, queries without a place for their row."""

from __future__ import annotations

from collections.abc import Iterator

from gate.lexer import Kind
from gate.rule import rule
from gate.tree import Group, Node, Statement, split

_SCALARS = ("VARCHAR2", "VARCHAR", "NVARCHAR2", "CHAR", "RAW", "NUMBER")


@rule("PLS-00103", "a parameter's type has no length")
def parameter_length(statement: Statement) -> Iterator[Node]:
    """p_a IN VARCHAR2(10)."""
    for i, node in enumerate(statement.nodes[:-2] if statement.plsql else ()):
        group = statement.nodes[i + 2]
        if node.word not in ("PROCEDURE", "FUNCTION", "CURSOR") or not isinstance(group, Group):
            continue
        for part in split(group.items, ","):
            yield from (part[j] for j in range(len(part) - 1) if part[j].word in _SCALARS and part[j + 1].word == "()")


@rule("PLS-00428", "a query in PL/SQL needs INTO")
def query_into(statement: Statement) -> Iterator[Node]:
    """BEGIN SELECT a FROM t; END."""
    for query in statement.queries if statement.plsql else ():
        before = query.before.word if query.before is not None else ""
        if before in (";", "BEGIN", "THEN", "LOOP", "ELSE") and "INTO" not in query:
            yield query.start


@rule("PLS-00113", "END names another unit")
def end_label(statement: Statement) -> Iterator[Node]:
    """CREATE PACKAGE a ... END b."""
    words = [token.word for token in statement.tokens]
    if statement.unit not in ("PACKAGE", "PROCEDURE", "FUNCTION") or len(words) < 8 or words[-3] != "END":
        return
    at = words.index(statement.unit) + 1
    at += words[at] == "BODY"
    at += 2 * (words[at + 1] == ".")
    if words[-2] != words[at]:
        yield statement.tokens[-2]


@rule("ORA-21000", "an error of one's own is -20000 to -20999")
def own_error(statement: Statement) -> Iterator[Node]:
    """RAISE_APPLICATION_ERROR(-1, 'x')."""
    for phrase in statement.phrases:
        for i, node in enumerate(phrase[:-1]):
            inside = phrase[i + 1]
            if node.word != "RAISE_APPLICATION_ERROR" or not isinstance(inside, Group):
                continue
            code = split(inside.items, ",")[0]
            literal = len(code) == 2 and code[0].word == "-" and code[1].kind is Kind.NUMBER
            if literal and not 20000 <= int(code[1].text) <= 20999:
                yield node


@rule("PLS-00103", "a statement ends with a semicolon")
def missing_semicolon(statement: Statement) -> Iterator[Node]:
    """UPDATE t SET a = 1 COMMIT;."""
    for change in statement.changes if statement.plsql else ():
        yield from (node for node in change if node.word in ("COMMIT", "ROLLBACK"))


@rule("PLS-00049", "a stored unit has no binds")
def bind_in_unit(statement: Statement) -> Iterator[Node]:
    """CREATE PROCEDURE ... :a."""
    if statement.unit and statement.unit != "TRIGGER":
        yield from (token for token in statement.tokens if token.kind is Kind.BIND)


@rule("PLS-00103", "IF needs THEN")
def then_missing(statement: Statement) -> Iterator[Node]:
    """IF 1 = 1 NULL; END IF."""
    for i, node in enumerate(statement.nodes if statement.plsql else ()):
        if node.word in ("IF", "ELSIF") and (i == 0 or statement.nodes[i - 1].word != "END"):
            rest = [one.word for one in statement.nodes[i:]]
            if "THEN" not in rest[: rest.index(";") if ";" in rest else None]:
                yield node
