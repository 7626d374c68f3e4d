"""What Oracle takes, but does not mean what it seems to, or what a translator is known to get wrong."""

from __future__ import annotations

from collections.abc import Iterator

from gate.lexer import Kind
from gate.rule import rule
from gate.tree import Group, Node, Statement, phrases, split


@rule("EMPTY-TEXT", "a comparison with '' is never true: '' is NULL", hazard=True)
def empty_text(statement: Statement) -> Iterator[Node]:
    """WHERE b = ''."""
    signs = ("=", "<>", "!=", "^=", "<", ">", "<=", ">=")
    for top in statement.sql_parts:
        for part in phrases(top):
            for i, node in enumerate(part):
                near = {one.word for one in (*part[max(0, i - 1) : i], *part[i + 1 : i + 2])}
                assigned = "SET" in {one.word for one in part[:i]} and "WHERE" not in {one.word for one in part[:i]}
                if node.kind is Kind.TEXT and not node.text and near & set(signs) and not assigned:
                    yield node


@rule("OUTER-MARK", "(+) becomes an inner join in sqlglot: write LEFT JOIN", hazard=True)
def outer_mark(statement: Statement) -> Iterator[Node]:
    """x.a = y.a (+)."""
    yield from (token for token in statement.tokens if token.word == "(+)")


@rule("RETURNING-MANY", "sqlglot cannot read RETURNING of several columns", hazard=True)
def returning_many(statement: Statement) -> Iterator[Node]:
    """RETURNING a, b INTO :x, :y."""
    for change in statement.changes if not statement.plsql else ():
        words = [node.word for node in change]
        at = words.index("RETURNING") if "RETURNING" in words else len(words)
        if len(split(change[at:], ",")) > 1:
            yield change[at]


@rule("NULL-IN-LIST", "NOT IN a list with NULL is never true", hazard=True)
def null_in_list(statement: Statement) -> Iterator[Node]:
    """NOT IN (1, NULL)."""
    for phrase in statement.phrases:
        for i in range(len(phrase) - 2):
            words = [node.word for node in phrase[i : i + 2]]
            inside = phrase[i + 2]
            if words == ["NOT", "IN"] and isinstance(inside, Group):
                yield from (part[0] for part in split(inside.items, ",") if [n.word for n in part] == ["NULL"])
