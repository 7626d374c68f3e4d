"""Refusals that are a run of words: a table, matched inside each pair of parentheses.

A pattern's parts: words (with `|` between alternatives), `^` the statement's start, `()` a pair of parentheses, `(0)`
an empty one, `#` a number, `:` a bind, `'` a text, `@` a name with its schema, `!A|B` the end or any word but these. A
word behind a point is a column's name and matches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from gate.lexer import Kind
from gate.rule import Finder, Rule, add
from gate.tree import Group, Node, Phrase, Statement

_KINDS = {"#": Kind.NUMBER, ":": Kind.BIND, "'": Kind.TEXT}


def _name_end(nodes: Phrase, i: int) -> int | None:
    if i >= len(nodes) or not nodes[i].is_name:
        return None
    while i + 2 < len(nodes) and nodes[i + 1].word == "." and nodes[i + 2].is_name:
        i += 2
    return i + 1


def _after(nodes: Phrase, i: int, part: str) -> int | None:
    """Index behind what the part matches at an index; none where it does not."""
    if part.startswith("!"):
        return min(i + 1, len(nodes)) if i >= len(nodes) or nodes[i].word not in part[1:].split("|") else None
    if i >= len(nodes):
        return None
    if part == "@":
        return _name_end(nodes, i)
    if part == "(0)":
        one = nodes[i]
        return i + 1 if isinstance(one, Group) and not one.items else None
    if any(nodes[i].kind is _KINDS[one] for one in part.split("|") if one in _KINDS):
        return i + 1
    return i + 1 if nodes[i].word and nodes[i].word in part.split("|") else None


def _matches(nodes: Phrase, i: int, parts: list[str]) -> bool:
    at = i
    for part in parts:
        following = _after(nodes, at, part)
        if following is None:
            return False
        at = following
    return not (i and nodes[i - 1].word == ".")


def occurrences(statement: Statement, pattern: str) -> Iterator[Node]:
    """Where a pattern starts."""
    parts = pattern.split()
    if not _may_match(statement.words, parts):
        return
    if parts[0] == "^":
        if statement.nodes and _matches(statement.nodes, 0, parts[1:]):
            yield statement.nodes[0]
        return
    for phrase in statement.phrases:
        yield from (phrase[i] for i in range(len(phrase)) if _matches(phrase, i, parts))


def _may_match(words: set[str], parts: list[str]) -> bool:
    """Whether a statement has a word of each part that is made of words: most patterns end here."""
    return all(any(word in words for word in part.split("|")) for part in parts if part[0].isalpha())


def _finder(patterns: tuple[str, ...], *, plsql: bool | None) -> Finder:
    def find(statement: Statement) -> Iterator[Node]:
        if plsql is None or statement.plsql is plsql:
            for pattern in patterns:
                yield from occurrences(statement, pattern)

    return find


def _refuse(
    name: str, code: str, reason: str, *patterns: str, until: float | None = None, plsql: bool | None = None
) -> None:
    add(Rule(name, code, reason, _finder(patterns, plsql=plsql), until))


_refuse("ilike", "ORA-00920", "ILIKE is no operator: UPPER(x) LIKE UPPER(y)", "ILIKE", "SIMILAR TO")
_refuse("top", "ORA-00923", "TOP is no clause: FETCH FIRST n ROWS ONLY", "SELECT TOP #")
_refuse("distinct_on", "ORA-00936", "DISTINCT ON is another database's", "DISTINCT ON ()")
_refuse("lock_modes", "ORA-00905", "rows are locked FOR UPDATE only", "FOR SHARE", "FOR NO KEY", "FOR KEY SHARE")
_refuse("upsert", "ORA-00933", "an upsert is a MERGE", "ON CONFLICT", "ON DUPLICATE KEY")
_refuse("recursive", "ORA-00905", "WITH needs no RECURSIVE", "WITH RECURSIVE")
_refuse("default_values", "ORA-00926", "INSERT needs VALUES (...)", "DEFAULT VALUES")
_refuse("insert_or", "ORA-00925", "INSERT INTO is the only form", "^ INSERT OR|IGNORE|OVERWRITE", plsql=False)
_refuse(
    "merge_conditions",
    "ORA-00905",
    "a branch of MERGE is WHEN [NOT] MATCHED THEN, and DELETE follows its UPDATE",
    "MATCHED AND",
    "MATCHED BY",
    "MATCHED THEN DELETE",
    "MATCHED THEN DO",
)
_refuse(
    "merge_on",
    "ORA-00969",
    "the condition of MERGE stands in parentheses",
    "^ MERGE INTO @ USING @ ON !()",
    "^ MERGE INTO @ @ USING @ ON !()",
    "^ MERGE INTO @ @ USING @ @ ON !()",
    "^ MERGE INTO @ @ USING () @ ON !()",
)
_refuse(
    "on_update",
    "ORA-00905",
    "a foreign key knows ON DELETE CASCADE or SET NULL only",
    "ON UPDATE CASCADE|RESTRICT|SET|NO",
    "ON DELETE RESTRICT|NO",
    "ON DELETE SET DEFAULT",
)
_refuse("replace_table", "ORA-00922", "a table is not replaced", "^ CREATE OR REPLACE TABLE")
_refuse("temp_table", "ORA-00901", "CREATE GLOBAL TEMPORARY TABLE", "^ CREATE TEMP|TEMPORARY|UNLOGGED")
_refuse("private_table", "ORA-00901", "private temporary tables came with 18c", "^ CREATE PRIVATE TEMPORARY", until=18)
_refuse("add_column", "ORA-00904", "ALTER TABLE t ADD x NUMBER, without COLUMN", "ADD|MODIFY COLUMN", plsql=False)
_refuse("alter_column", "ORA-01735", "ALTER TABLE t MODIFY x", "ALTER COLUMN", plsql=False)
_refuse(
    "index_using",
    "ORA-00906",
    "an index has no method",
    "^ CREATE INDEX @ ON @ USING",
    "^ CREATE UNIQUE INDEX @ ON @ USING",
)
_refuse("concurrently", "ORA-00969", "an index is made ONLINE, at the end", "INDEX CONCURRENTLY")
_refuse("drop_cascade", "ORA-00905", "DROP TABLE ... CASCADE CONSTRAINTS", "^ DROP TABLE @ CASCADE !CONSTRAINTS")
_refuse("drop_index_on", "ORA-00933", "an index is dropped by its name alone", "^ DROP INDEX @ ON")
_refuse("sequence_words", "ORA-00933", "NOCYCLE, NOCACHE: one word", "NO CYCLE|CACHE|MAXVALUE|MINVALUE|ORDER")
_refuse("truncate", "ORA-03290", "TRUNCATE TABLE", "^ TRUNCATE !TABLE|CLUSTER", plsql=False)
_refuse("explain", "ORA-00905", "EXPLAIN PLAN FOR", "^ EXPLAIN !PLAN")
_refuse(
    "set",
    "ORA-00922",
    "SET TRANSACTION, ROLE or CONSTRAINT is all there is",
    "^ SET !TRANSACTION|ROLE|CONSTRAINT|CONSTRAINTS",
    plsql=False,
)
_refuse(
    "isolation",
    "ORA-02179",
    "isolation is READ COMMITTED or SERIALIZABLE",
    "ISOLATION LEVEL REPEATABLE",
    "ISOLATION LEVEL READ UNCOMMITTED",
)
_refuse("create_schema", "ORA-02420", "a schema is a user: CREATE USER", "^ CREATE SCHEMA !AUTHORIZATION")
_refuse("grant_on_all", "ORA-00990", "a grant names one object", "ON ALL TABLES|SEQUENCES IN SCHEMA")
_refuse("grant_on_schema", "ORA-00990", "grants on a schema came with 23ai", "ON SCHEMA @ TO", until=23)
_refuse("inline_comment", "ORA-00907", "COMMENT ON COLUMN t.c IS '...'", "COMMENT '")
_refuse("autoincrement", "ORA-00907", "GENERATED ... AS IDENTITY", "AUTOINCREMENT", "AUTO_INCREMENT")
_refuse("stored_column", "ORA-00907", "a generated column is VIRTUAL", "() STORED")
_refuse("nulls_distinct", "ORA-00907", "UNIQUE has no NULLS clause", "UNIQUE NULLS")
_refuse("engine", "ORA-00922", "a table has no engine", "ENGINE =")
_refuse("table_if_not_exists", "ORA-00922", "IF [NOT] EXISTS came with 23ai", "^ CREATE TABLE IF", until=23)
_refuse(
    "if_exists",
    "ORA-00933",
    "IF [NOT] EXISTS came with 23ai",
    "^ CREATE|DROP|ALTER !TABLE IF",
    "^ DROP|ALTER TABLE IF",
    until=23,
)
_refuse("set_all", "ORA-00928", "ALL behind MINUS and INTERSECT came with 21c", "MINUS|INTERSECT ALL", until=21)
_refuse("except", "ORA-00933", "EXCEPT came with 21c: MINUS", "EXCEPT SELECT|ALL|()", until=21)
_refuse("not_null_default", "ORA-00907", "DEFAULT stands before NOT NULL", "NOT NULL DEFAULT", plsql=False)
_refuse("default_boolean", "ORA-00984", "BOOLEAN in SQL came with 23ai", "DEFAULT TRUE|FALSE", until=23, plsql=False)
_refuse("elseif", "PLS-00103", "ELSIF", "ELSEIF", plsql=True)
_refuse(
    "returned_length",
    "PLS-00103",
    "what a function returns has no length",
    "RETURN VARCHAR2|VARCHAR|NVARCHAR2|CHAR|RAW|NUMBER ()",
    plsql=True,
)
_refuse("merge_target_as", "ORA-02012", "no AS before the alias of a table", "^ MERGE INTO @ AS")
_refuse("update_as", "ORA-00971", "no AS before the alias of a table", "^ UPDATE @ AS")
_refuse(
    "target_as",
    "ORA-00933",
    "no AS before the alias of a table",
    "^ DELETE FROM @ AS",
    "^ DELETE @ AS",
    "^ INSERT INTO @ AS",
    "USING @ AS",
    "USING () AS",
)
_refuse(
    "update_join",
    "ORA-00971",
    "a join is not updated: a subquery, or MERGE",
    "^ UPDATE @ JOIN|INNER|LEFT",
    "^ UPDATE @ @ JOIN|INNER|LEFT",
    "^ UPDATE @ , @",
)
_refuse(
    "delete_using",
    "ORA-00933",
    "DELETE has no USING: EXISTS (SELECT ...)",
    "^ DELETE FROM @ USING",
    "^ DELETE FROM @ @ USING",
)
_refuse("empty_in", "ORA-00936", "IN needs at least one value", "IN (0)")
_refuse("trailing_comma", "ORA-00936", "nothing stands behind the comma", ", FROM", ", WHERE")
_refuse("overflow", "ORA-00907", "ON OVERFLOW came with 12.2", "ON OVERFLOW", until=12.2)
_refuse("conversion_error", "ORA-00907", "ON CONVERSION ERROR came with 12.2", "ON CONVERSION ERROR", until=12.2)
_refuse("collate", "ORA-00907", "COLLATE came with 12.2", "COLLATE @", until=12.2)
_refuse("rename_table", "ORA-00903", "RENAME t TO u, without TABLE", "^ RENAME TABLE")
_refuse("alter_twice", "ORA-01735", "one change a clause: ADD (a NUMBER, b NUMBER)", ", ADD|MODIFY|DROP", plsql=False)
_refuse("no_columns", "ORA-00936", "columns are missing", "KEY (0)", "^ CREATE INDEX @ ON @ (0)", "UNIQUE (0)")
_refuse("postgresql_blocks", "PLS-00103", "that is PL/pgSQL", "PERFORM @ ()", "RAISE NOTICE|WARNING|INFO", plsql=True)
_refuse("loop_do", "PLS-00103", "a loop begins with LOOP", ".. # DO", ".. @ DO", plsql=True)
_refuse("assignment", "PLS-00103", "a value is assigned by :=", "BEGIN|;|LOOP @ =", plsql=True)
