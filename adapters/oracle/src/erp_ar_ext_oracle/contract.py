"""Which tables and columns the reader needs, found in its own statements: a list kept by hand would fall behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlglot import exp, parse_one
from sqlglot.optimizer.scope import Scope, traverse_scope

PSEUDO_COLUMNS = {"ROWNUM", "SYSDATE", "SYSTIMESTAMP", "LEVEL", "ROWID"}
NOT_TABLES = {"DUAL"}

Needs = Mapping[str, tuple[str, ...]]
"""Columns, sorted, by the name of their table; both in upper case."""


def needs(statement: str) -> Needs:
    """Tables that a SELECT reads, and the columns it names of each.

    Raises ValueError for a column without an alias where the statement's part reads more than one table: nobody,
    a reader of the file included, can tell there whose it is.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for scope in traverse_scope(parse_one(statement, read="oracle")):
        tables = {
            alias: source.name.upper() for alias, source in scope.sources.items() if isinstance(source, exp.Table)
        }
        for name in tables.values():
            found.setdefault(name, set())
        for column in scope.columns:
            table = tables.get(column.table) if column.table else _only_table(scope, tables, column)
            if table and column.name.upper() not in PSEUDO_COLUMNS:
                found[table].add(column.name.upper())
    return {table: tuple(sorted(columns)) for table, columns in sorted(found.items()) if table not in NOT_TABLES}


def probe(table: str, columns: tuple[str, ...]) -> str:
    """Statement that reads no row, and fails where the table or one of the columns is not there or not granted."""
    return f"SELECT {', '.join(columns) or '1'} FROM {table} WHERE 1 = 0"


def _only_table(scope: Scope, tables: Mapping[str, str], column: exp.Column) -> str | None:
    """The table of a column without an alias; None where it is a column of a subquery, or one the SELECT names."""
    if column.name.upper() in PSEUDO_COLUMNS or len(scope.sources) == 0:
        return None
    if len(scope.sources) == 1:
        return next(iter(tables.values()), None)
    message = f"whose column is {column.name}? Give it an alias"
    raise ValueError(message)
