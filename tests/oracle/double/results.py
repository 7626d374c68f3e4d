"""What PostgreSQL's results look like to Oracle's clients."""

from typing import Any

import psycopg
from sqlglot import exp

from .names import oracle_name
from .types import Column, OracleType
from .values import Raw


def columns_of(cursor: psycopg.Cursor[Any]) -> list[list[Raw]]:
    """Columns of a result, as PostgreSQL's own texts: no Python object is made of a value but its bytes."""
    result = cursor.pgresult
    if result is None:
        return []
    value, rows = result.get_value, range(result.ntuples)
    return [[value(row, at) for row in rows] for at in range(result.nfields)]


class Description:
    """Describes the columns of results; remembers the types of columns that it has looked up."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self._conn = conn
        self._version = -1
        self._remembered: dict[int, dict[tuple[int, int], OracleType]] = {}

    def columns(self, cursor: psycopg.Cursor[Any], tree: exp.Expression, version: int) -> list[Column]:
        """Describe a result; what is remembered of tables is of one version of the catalogue."""
        if version != self._version:
            self._version = version
            self._remembered.clear()
        result = cursor.pgresult
        kinds = self.types(cursor, tree)
        labels = [oracle_name(((result.fname(at) if result else b"") or b"").decode()) for at in range(len(kinds))]
        return [kind.column(label) for kind, label in zip(kinds, labels, strict=True)]

    def types(self, cursor: psycopg.Cursor[Any], tree: exp.Expression) -> list[OracleType]:
        """Types of a result: of the columns it comes from, else by PostgreSQL's types."""
        result = cursor.pgresult
        if result is None:
            return []
        fields = range(result.nfields)
        known = self._known({(result.ftable(at), result.ftablecol(at)) for at in fields if result.ftable(at)})
        moments = self._moments(tree) if any(result.ftype(at) == 1114 for at in fields) else "DATE"
        return [
            known.get((result.ftable(at), result.ftablecol(at)))
            or OracleType.of_result(result.ftype(at), result.fmod(at), moments=moments)
            for at in fields
        ]

    def _known(self, places: set[tuple[int, int]]) -> dict[tuple[int, int], OracleType]:
        tables = {table for table, _ in places}
        self._look_up(tables.difference(self._remembered))
        return {place: kind for table in tables for place, kind in self._remembered[table].items()}

    def _look_up(self, tables: set[int]) -> None:
        if not tables:
            return
        rows = self._conn.execute(
            'SELECT relid::int8, attnum, data_type, char_length, prec, scale, in_bytes FROM sys."ora$cols"'
            " WHERE relid = ANY(%s::oid[])",
            (list(tables),),
        )
        self._remembered.update({table: {} for table in tables})
        for table, place, *kind in rows:
            self._remembered[table][table, place] = OracleType(*kind)

    def _moments(self, tree: exp.Expression) -> str:
        """DATE, unless a TIMESTAMP is anywhere in sight: the fraction of a second must not get lost."""
        text = tree.sql("postgres").lower()
        if "ora_systimestamp" in text or "ora_to_timestamp" in text or "as timestamp)" in text:
            return "TIMESTAMP(6)"
        columns = {one.name for one in tree.find_all(exp.Column)}
        found = self._conn.execute(
            'SELECT 1 FROM sys."ora$cols" o JOIN pg_attribute a ON a.attrelid = o.relid AND a.attnum = o.attnum'
            " JOIN pg_class c ON c.oid = o.relid"
            " WHERE o.data_type LIKE 'TIMESTAMP%%' AND (a.attname = ANY(%s) OR %s) AND c.relname = ANY(%s) LIMIT 1",
            (list(columns), tree.find(exp.Star) is not None, [one.name for one in tree.find_all(exp.Table)]),
        )
        return "TIMESTAMP(6)" if found.fetchone() else "DATE"
