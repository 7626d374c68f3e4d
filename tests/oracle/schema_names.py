"""Tables and columns that the scripts define, and those that SQL and PL/SQL name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from erp_ar_ext_oracle import package
from gate.definitions import columns
from gate.lexer import Kind
from gate.tree import Group, Phrase, Statement, flat, split

Columns = dict[str, set[str]]
PSEUDO_COLUMNS = {"NEXTVAL", "ROWID"}


@cache
def defined() -> Columns:
    """Columns by table or view, of the Oracle-style tables and of our own; all in upper case."""
    found: Columns = {}
    for sql in package.statements(package.Site("standalone", "ERP"), plain=True):
        statement = Statement(sql)
        words = [node.word for node in statement.nodes]
        if words[:2] == ["CREATE", "TABLE"]:
            found[words[2]] = {part[0].word for part in columns(statement)}
        elif words[:2] == ["CREATE", "VIEW"]:
            found[words[2]] = {item[-1].word for item in statement.queries[0].items}
    return found


def sequences() -> set[str]:
    """Names of the sequences."""
    created = (sql.split() for sql in package.statements(package.Site("standalone", "ERP"), plain=True))
    return {words[2].upper() for words in created if words[:2] == ["CREATE", "SEQUENCE"]}


def named(sql: str) -> Iterator[tuple[str, str]]:
    """Each table that PL/SQL reads or changes, with a column of it, or with nothing where only the table is named."""
    statement = Statement(sql)
    for query in statement.queries:
        yield from _of_a_query(query["FROM"], list(query.clauses.values()))
    for change in statement.changes:
        yield from _of_a_change(change)
    for i, token in enumerate(statement.tokens[:-2]):
        if [one.word for one in statement.tokens[i + 1 : i + 3]] == ["%", "ROWTYPE"]:
            yield token.word, ""


def _of_a_query(tables: Phrase, clauses: list[Phrase]) -> Iterator[tuple[str, str]]:
    aliases = {}
    for part in split(tables, ",", "JOIN"):
        names = [node.word for node in part if node.kind is Kind.WORD]
        if names and not isinstance(part[0], Group):
            aliases[names[1] if len(names) > 1 else names[0]] = names[0]
    yield from ((table, "") for table in aliases.values() if table != "DUAL")
    for clause in clauses:
        tokens = list(flat(clause, into_queries=False))
        for one, point, column in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if point.word == "." and one.word in aliases:
                yield aliases[one.word], column.word


def _of_a_change(change: Phrase) -> Iterator[tuple[str, str]]:
    words = [node.word for node in change]
    if words[:2] == ["INSERT", "INTO"]:
        listed = change[3]
        assert isinstance(listed, Group)
        yield from ((words[2], node.word) for node in listed.items if node.word != ",")
    elif words[0] == "UPDATE":
        end = words.index("WHERE")
        yield from ((words[1], part[0].word) for part in split(change[3:end], ","))
    else:
        yield words[2], ""
