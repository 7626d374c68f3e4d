"""Errors as Oracle tells them, and what PostgreSQL's errors are in its words."""

import re
from collections.abc import Callable

import psycopg

from .names import oracle_name


class OraError(Exception):
    """An error with Oracle's number; `position` is where in the statement."""

    def __init__(self, code: int, text: str = "", position: int = 0) -> None:
        self.code, self.position = code, position
        self.text = f"ORA-{code:05d}: {text}"
        self.rowcount = 0
        super().__init__(self.text)


def refused(what: str) -> OraError:
    """Say that the double would have to guess."""
    return OraError(3001, f"unimplemented feature: the double does not translate {what}")


PLAIN = {
    "22001": (12899, "value too large for column"),
    "22003": (1438, "value larger than specified precision allowed for this column"),
    "22P02": (1722, "invalid number"),
    "22007": (1861, "literal does not match format string"),
    "22008": (1843, "not a valid month or day"),
    "22012": (1476, "divisor is equal to zero"),
    "21000": (1427, "single-row subquery returns more than one row"),
    "25006": (1456, "may not perform insert/delete/update operation inside a READ ONLY transaction"),
    "34000": (1002, "fetch out of sequence"),
    "3F000": (942, "table or view does not exist"),
    "40001": (8177, "can't serialize access for this transaction"),
    "40P01": (60, "deadlock detected while waiting for resource"),
    "42501": (942, "table or view does not exist"),
    "42701": (1430, "column being added already exists in table"),
    "42702": (918, "column ambiguously defined"),
    "42803": (979, "not a GROUP BY expression"),
    "42P01": (942, "table or view does not exist"),
    "42P07": (955, "name is already used by an existing object"),
    "42P10": (1791, "not a SELECTed expression"),
    "42P16": (2260, "table can have only one primary key"),
    "428C9": (32795, "cannot insert into a generated always identity column"),
    "42710": (955, "name is already used by an existing object"),
    "55P03": (54, "resource busy and acquire with NOWAIT specified or timeout expired"),
    "57014": (1013, "user requested cancel of current operation"),
    "57P01": (28, "your session has been killed"),
}


def _constraint(error: psycopg.Error, schema: str) -> str:
    owner = oracle_name(error.diag.schema_name or schema)
    return f"({owner}.{oracle_name(error.diag.constraint_name or '?')})"


def _unique(error: psycopg.Error, schema: str, _sql: str) -> OraError:
    return OraError(1, f"unique constraint {_constraint(error, schema)} violated")


def _reference(error: psycopg.Error, schema: str, _sql: str) -> OraError:
    name = _constraint(error, schema)
    if "still referenced" in str(error):
        return OraError(2292, f"integrity constraint {name} violated - child record found")
    return OraError(2291, f"integrity constraint {name} violated - parent key not found")


def _check(error: psycopg.Error, schema: str, _sql: str) -> OraError:
    if (error.diag.datatype_name or "").startswith("bytes_"):
        return OraError(12899, "value too large for column")
    return OraError(2290, f"check constraint {_constraint(error, schema)} violated")


def _not_null(error: psycopg.Error, schema: str, sql: str) -> OraError:
    told = error.diag
    column = f'("{schema}"."{oracle_name(told.table_name or "?")}"."{oracle_name(told.column_name or "?")}")'
    if sql.lstrip().upper().startswith("UPDATE"):
        return OraError(1407, f"cannot update {column} to NULL")
    return OraError(1400, f"cannot insert NULL into {column}")


def _column(error: psycopg.Error, _schema: str, _sql: str) -> OraError:
    told = re.search(r'column "?([^" ]+)"?', str(error))
    return OraError(904, f'"{told[1].upper() if told else "?"}": invalid identifier')


def _function(error: psycopg.Error, _schema: str, _sql: str) -> OraError:
    """Tell a function apart that no one has from one that the double has, but not for these types."""
    first = str(error).splitlines()[0]
    told = re.search(r"(?:function|procedure) ([\w.$]+)", first)
    if told is None or told[1].startswith(("sys.ora_", "pg_catalog.")):
        return refused(first.removesuffix(" does not exist"))
    return OraError(904, f'"{told[1].upper()}": invalid identifier')


def _undefined(error: psycopg.Error, _schema: str, _sql: str) -> OraError:
    first = str(error).splitlines()[0]
    if "sequence" in first:
        return OraError(2289, "sequence does not exist")
    return OraError(1418 if "index" in first else 2443 if "constraint" in first else 4043, f"no such object: {first}")


def _types(error: psycopg.Error, _schema: str, _sql: str) -> OraError:
    return OraError(932, f"inconsistent datatypes: {str(error).splitlines()[0]}")


def _own(error: psycopg.Error, _schema: str, _sql: str) -> OraError:
    """Take an error that the double's own SQL raises: its message begins with the number."""
    code, _, told = (error.diag.message_primary or "").partition(": ")
    return OraError(-int(code), told)


def _raised(error: psycopg.Error) -> OraError:
    """Take an error that a package raises: RAISE_APPLICATION_ERROR(-20nnn) has the state P0nnn."""
    told = error.diag.message_primary or ""
    if told.startswith("query returned no rows"):
        return OraError(1403, "no data found")
    if told.startswith("query returned more than one row"):
        return OraError(1422, "exact fetch returns more than requested number of rows")
    return OraError(20000 + int((error.sqlstate or "P0000")[2:]), told)


TOLD: dict[str, Callable[[psycopg.Error, str, str], OraError]] = {
    "23505": _unique,
    "23503": _reference,
    "23514": _check,
    "23502": _not_null,
    "42703": _column,
    "42883": _function,
    "42725": _function,
    "42704": _undefined,
    "42804": _types,
    "42846": _types,
    "ORA00": _own,
}


def mapped(error: psycopg.Error, schema: str, sql: str = "") -> OraError:
    """Oracle's error for one of PostgreSQL's."""
    state = error.sqlstate or ""
    if state in TOLD:
        return TOLD[state](error, schema, sql)
    if re.fullmatch(r"P0\d{3}", state):
        return _raised(error)
    if state == "42P01" and "missing FROM-clause" in str(error):
        return OraError(904, "invalid identifier")
    if state in PLAIN:
        code, text = PLAIN[state]
        return OraError(code, text)
    if error.diag.severity == "FATAL" or not state:
        return OraError(3113, "end-of-file on communication channel")
    first = f"[double: {state} {str(error).splitlines()[0]}]"
    return OraError(900, f"invalid SQL statement {first}") if state.startswith("42") else OraError(3001, first)
