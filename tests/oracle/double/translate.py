"""Oracle SQL to PostgreSQL, through sqlglot's tree.

Nothing is passed through unseen: every kind of node, every argument that changes its meaning and every function is on
a list, and what is not on it is refused by name.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.dialects.oracle import Oracle
from sqlglot.errors import SqlglotError

from . import names
from .errors import OraError, refused
from .expressions import ALLOWED, KEYS, REWRITES
from .types import OracleType
from .values import literal

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
PLACE = re.compile("\x01([ni])(\\d+)\x01")
LIST_LIMIT = 1000
NAME_SIZE = 60
"""Letters of a column's name that PostgreSQL keeps, at least."""


class _Parser(Oracle.Parser):  # type: ignore[misc, valid-type]
    """Oracle's parser that knows no function: each stays the call that was written."""

    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
        name: parse for name, parse in Oracle.Parser.FUNCTION_PARSERS.items() if name in ("CAST", "EXTRACT", "TRIM")
    }


class Dialect(Oracle):
    """Oracle, with all functions left as they stand."""

    Parser = _Parser


@dataclass
class Translated:
    """A translated statement: its SQL in pieces, between which bound values go."""

    tree: exp.Expression
    wait: int | None = None
    pieces: list[str] = field(default_factory=list)
    binds: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Generate the SQL once."""
        cut = PLACE.split(generated(self.tree))
        self.pieces = cut[0::3]
        self.binds = [(kind, int(number)) for kind, number in zip(cut[1::3], cut[2::3], strict=True)]

    def sql(self, values: list[Any], kinds: list[int]) -> str:
        """SQL with values in their places; `kinds` are the types of the binds on the wire."""
        parts = [self.pieces[0]]
        for (kind, number), piece in zip(self.binds, self.pieces[1:], strict=True):
            value = values[number]
            parts.append(f"({int(value)})" if kind == "i" and value is not None else literal(value, kinds[number]))
            parts.append(piece)
        return "".join(parts)

    @property
    def tables(self) -> set[tuple[str, str]]:
        """Tables that it names, as (owner or '', name) in PostgreSQL's spelling."""
        local = {one.alias for one in self.tree.find_all(exp.CTE)}
        found = {(one.db, one.name) for one in self.tree.find_all(exp.Table)}
        return {one for one in found if one[0] or one[1] not in local}

    @property
    def is_plain_insert(self) -> bool:
        """Whether it inserts one row of values, so that many of it can be one INSERT."""
        values = self.tree.args.get("expression")
        return (
            isinstance(self.tree, exp.Insert)
            and isinstance(values, exp.Values)
            and values.find(exp.Select) is None
            and not self.tree.args.get("returning")
        )

    def batches(self, rows: list[list[Any]], kinds: list[int], size: int) -> Iterator[str]:
        """SQL for many rows of values: INSERTs of many rows, or a row's statement after another's."""
        if not self.is_plain_insert:
            for start in range(0, len(rows), size):
                yield ";".join(self.sql(row, kinds) for row in rows[start : start + size])
            return
        whole = self.tree.copy()
        values = whole.args["expression"]
        row_of = Translated(values.expressions[0].copy())
        values.set("expressions", [exp.Var(this="\x02")])
        before, after = generated(whole).split("\x02")
        for start in range(0, len(rows), size):
            yield before + ",".join(row_of.sql(row, kinds) for row in rows[start : start + size]) + after

    @property
    def locks(self) -> bool:
        """Whether it is a SELECT ... FOR UPDATE."""
        return isinstance(self.tree, exp.Query) and self.tree.find(exp.Lock) is not None


Resolve = Callable[[str, str], tuple[str, str] | None]
"""(owner or '', name) of a table in PostgreSQL's spelling -> what its synonym stands for, if it is one."""


def generated(tree: exp.Expression) -> str:
    """PostgreSQL's text of a translated tree; what its generator cannot say is refused."""
    try:
        return tree.sql("postgres", identify=True, unsupported_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        raise refused(str(error).splitlines()[0]) from error


def parsed(text: str) -> exp.Expression:
    """Tree of one statement, with PostgreSQL's names."""
    try:
        trees = sqlglot.parse(text, read=Dialect)
    except SqlglotError as error:
        raise OraError(900, f"invalid SQL statement [double: {str(error).splitlines()[0][:160]}]") from error
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, exp.Expression):
        raise OraError(911, "invalid character after the statement")
    if isinstance(tree, exp.Command):
        raise refused(f"this statement: {text[:80]}")
    for one in tree.find_all(exp.Identifier):
        if len(one.this.encode()) > 128:
            raise OraError(972, "identifier is too long")
    names.fold(tree)
    return tree


@lru_cache(2000)
def plain(text: str) -> Translated:
    """Translate a statement as it stands, once for all sessions: few name a synonym."""
    return translated(text)


def translated(text: str, resolve: Resolve | None = None) -> Translated:
    """Translate a query or a change of rows."""
    tree = parsed(text)
    wait = _wait(tree)
    _label(tree)
    return Translated(rewritten(tree, resolve), wait)


def rewritten(tree: exp.Expression, resolve: Resolve | None = None) -> exp.Expression:
    """Check every node and write what Oracle means in PostgreSQL's words."""
    _check(tree)
    if resolve:
        _synonyms(tree, resolve)
    for node in reversed(list(tree.walk())):  # from the leaves up: a rewritten node is not looked into again
        rewrite = REWRITES.get(type(node))
        if rewrite is None:
            continue
        other = rewrite(node)
        if other is node:
            continue
        if node is tree:
            tree = other
        else:
            node.replace(other)
    return tree


def expression(text: str) -> exp.Expression:
    """Translate an expression that stands alone, such as a column's default."""
    select = rewritten(parsed(f"SELECT {text} FROM DUAL"))
    found: exp.Expression = select.expressions[0]
    return found


def _check(tree: exp.Expression) -> None:
    for node in tree.walk():
        kind = type(node)
        if kind is exp.Limit or kind is exp.OnConflict:
            raise OraError(933, "SQL command not properly ended")
        if kind is exp.Values and len(node.expressions) > 1:
            raise OraError(933, "SQL command not properly ended")
        if kind is exp.In and len(node.expressions) > LIST_LIMIT:
            raise OraError(1795, f"maximum number of expressions in a list is {LIST_LIMIT}")
        if kind not in ALLOWED:
            raise refused(kind.__name__.upper())
        allowed = KEYS.get(kind)
        if allowed is None:
            continue
        for key, value in node.args.items():
            if value and key not in allowed:
                raise refused(f"{kind.__name__.upper()} with {key.strip('_').upper()}")


def _synonyms(tree: exp.Expression, resolve: Resolve) -> None:
    local = {one.alias for one in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if not table.db and table.name in local:
            continue
        stands_for = resolve(table.db, table.name)
        if stands_for is None:
            continue
        name = table.name
        table.set("db", exp.to_identifier(stands_for[0], quoted=True))
        table.set("this", exp.to_identifier(stands_for[1], quoted=True))
        if not table.alias and stands_for[1] != name:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def _label(tree: exp.Expression) -> None:
    """Call a column that is an expression by its text, as Oracle does."""
    select = tree
    while isinstance(select, exp.SetOperation):
        select = select.this
    if not isinstance(select, exp.Select):
        return
    for one in list(select.expressions):
        if isinstance(one, (exp.Column, exp.Alias, exp.Star)):
            continue
        text = re.sub(r'[\s"]', "", one.sql("oracle")).upper()
        one.replace(exp.Alias(this=one.copy(), alias=exp.to_identifier(text[:NAME_SIZE], quoted=True)))


def _wait(tree: exp.Expression) -> int | None:
    lock = tree.find(exp.Lock)
    wait = lock.args.get("wait") if lock else None
    return int(wait.name) if isinstance(wait, exp.Literal) else None


def column_types(tree: exp.Expression) -> dict[str, OracleType]:
    """Oracle types of the columns that a CREATE TABLE defines, by PostgreSQL's name of the column."""
    return {one.name: OracleType.of(one.args["kind"]) for one in tree.find_all(exp.ColumnDef) if one.args.get("kind")}
