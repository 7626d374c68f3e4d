"""Refusals of INSERT, UPDATE, DELETE and MERGE, in SQL and in PL/SQL."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import rule
from gate.tree import Group, Node, Phrase, Statement, split


def _of(statement: Statement, *kinds: str) -> Iterator[tuple[Phrase, list[str]]]:
    for change in statement.changes:
        if change[0].word in kinds:
            yield change, [node.word for node in change]


@rule("ORA-00933", "rows are limited by ROWNUM, or a subquery with FETCH FIRST")
def limited_change(statement: Statement) -> Iterator[Node]:
    """DELETE ... LIMIT 1."""
    for change, words in _of(statement, "UPDATE", "DELETE"):
        if "LIMIT" in words and words[words.index("LIMIT") - 1] != ".":
            yield change[words.index("LIMIT")]


@rule("ORA-00933", "UPDATE ... FROM came with 23ai", until=23)
def update_from(statement: Statement) -> Iterator[Node]:
    """An update that is driven by a join."""
    yield from (change[words.index("FROM")] for change, words in _of(statement, "UPDATE") if "FROM" in words)


@rule("ORA-00933", "DELETE with a second FROM came with 23ai", until=23)
def delete_from(statement: Statement) -> Iterator[Node]:
    """A deletion that is driven by a join."""
    for change, words in _of(statement, "DELETE"):
        if words.count("FROM") > 1:
            yield change[len(words) - 1 - words[::-1].index("FROM")]


@rule("ORA-00925", "RETURNING needs INTO")
def returning_into(statement: Statement) -> Iterator[Node]:
    """INSERT ... RETURNING id."""
    for change, words in _of(statement, "INSERT", "UPDATE", "DELETE", "MERGE"):
        if "RETURNING" in words and "INTO" not in words[words.index("RETURNING") :]:
            yield change[words.index("RETURNING")]


@rule("ORA-00933", "INSERT ... SELECT returns nothing")
def returning_select(statement: Statement) -> Iterator[Node]:
    """RETURNING behind a subquery."""
    for change, words in _of(statement, "INSERT"):
        if "RETURNING" in words and {"SELECT", "WITH"} & set(words):
            yield change[words.index("RETURNING")]


@rule("ORA-00933", "MERGE ... RETURNING came with 23ai", until=23)
def returning_merge(statement: Statement) -> Iterator[Node]:
    """RETURNING behind a MERGE."""
    for change, words in _of(statement, "MERGE"):
        if "RETURNING" in words:
            yield change[words.index("RETURNING")]


@rule("ORA-00933", "several rows of VALUES came with 23ai", until=23)
def several_values(statement: Statement) -> Iterator[Node]:
    """VALUES (1), (2)."""
    for change, words in _of(statement, "INSERT"):
        at = words.index("VALUES") if "VALUES" in words else len(words)
        if words[at + 1 : at + 4] == ["()", ",", "()"]:
            yield change[at]


@rule("ORA-00903", "VALUES as a table came with 23ai", until=23)
def table_of_values(statement: Statement) -> Iterator[Node]:
    """FROM (VALUES (1), (2))."""
    for phrase in statement.phrases:
        for node in phrase:
            if isinstance(node, Group) and node.items and node.items[0].word == "VALUES":
                yield node


def _counts(statement: Statement) -> Iterator[tuple[Node, int]]:
    """Each INSERT ... VALUES, with how many values it has more than columns."""
    for change, words in _of(statement, "INSERT"):
        if words[:2] != ["INSERT", "INTO"] or "VALUES" not in words:
            continue
        at = words.index("VALUES")
        names, values = change[at - 1], change[at + 1] if at + 1 < len(change) else None
        if isinstance(names, Group) and isinstance(values, Group):
            yield change[at], len(split(values.items, ",")) - len(split(names.items, ","))


@rule("ORA-00913", "more values than columns")
def too_many_values(statement: Statement) -> Iterator[Node]:
    """(a) VALUES (1, 2)."""
    yield from (node for node, more in _counts(statement) if more > 0)


@rule("ORA-00947", "fewer values than columns")
def too_few_values(statement: Statement) -> Iterator[Node]:
    """(a, b) VALUES (1)."""
    yield from (node for node, more in _counts(statement) if more < 0)


@rule("ORA-01767", "several columns are set from a subquery")
def tuple_of_values(statement: Statement) -> Iterator[Node]:
    """SET (a, b) = (1, 2)."""
    for change, words in _of(statement, "UPDATE"):
        for i in range(len(words) - 2):
            source = change[i + 2]
            tuple_set = words[i : i + 2] == ["()", "="] and words[i - 1] in ("SET", ",")
            if tuple_set and not (isinstance(source, Group) and source.is_query):
                yield source


@rule("ORA-00928", "WITH stands inside INSERT, before its SELECT; UPDATE and DELETE take it in a subquery")
def with_before_change(statement: Statement) -> Iterator[Node]:
    """WITH ... INSERT."""
    if statement.first == "WITH":
        yield from (node for node in statement.nodes if node.word in ("INSERT", "UPDATE", "DELETE", "MERGE"))


def _joined_on(change: Phrase, words: list[str], target: str) -> set[str]:
    """Columns of the target in the condition of a MERGE."""
    on = change[words.index("ON") + 1] if "ON" in words[:-1] else None
    inside = on.items if isinstance(on, Group) else ()
    return {
        inside[i + 2].word
        for i in range(len(inside) - 2)
        if inside[i].word == target and inside[i + 1].word == "." and inside[i + 2].word
    }


@rule("ORA-38104", "a MERGE does not set what it joins on")
def merge_sets_key(statement: Statement) -> Iterator[Node]:
    """ON (x.a = y.a) ... SET x.a."""
    for change, words in _of(statement, "MERGE"):
        if "USING" not in words or "SET" not in words:
            continue
        target = words[words.index("USING") - 1]
        keys = _joined_on(change, words, target)
        for assignment in split(change[words.index("SET") + 1 :], ","):
            names = [node.word for node in assignment[:4]]
            name = names[2] if names[:2] == [target, "."] else names[0] if names[1:2] == ["="] else ""
            if name in keys:
                yield assignment[0]


def _assigned(change: Phrase, words: list[str]) -> list[str]:
    """Names of the columns that a change gives values to."""
    if words[:2] == ["INSERT", "INTO"] and len(change) > 3 and isinstance(change[3], Group):
        return [node.word for node in change[3].items if node.word != ","]
    if words[0] == "UPDATE" and "SET" in words:
        end = words.index("WHERE") if "WHERE" in words else len(words)
        parts = split(change[words.index("SET") + 1 : end], ",")
        return [
            one.word
            for part in parts
            if "=" in [n.word for n in part]
            for one in part[: [n.word for n in part].index("=")][-1:]
        ]
    return []


@rule("ORA-00957", "a column is given twice")
def column_twice(statement: Statement) -> Iterator[Node]:
    """INSERT INTO t (a, a)."""
    for change, words in _of(statement, "INSERT", "UPDATE"):
        names = [name for name in _assigned(change, words) if name not in ("", "()")]
        if len(names) > len(set(names)):
            yield change[0]
