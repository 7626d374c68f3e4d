"""Every statement that the project can send to an Oracle database, collected from where it is made."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path

import erp_ar_ext_oracle
import state_sql
from erp_ar_ext_oracle import package, statements
from erp_ar_ext_oracle.connection import _set_up
from erp_ar_ext_oracle.contract import needs, probe
from erp_ar_ext_oracle.queries import Queries
from erp_ar_ext_oracle.settings import OracleSettings
from sqlalchemy.dialects.oracle.oracledb import OracleDialect_oracledb
from sqlalchemy.schema import CreateIndex, CreateTable

from erp_ar_ext.model import ENTITIES
from erp_ar_ext.spi import Window
from erp_ar_ext.store.tables import METADATA
from erp_ar_ext.store.upgrade import upgrade_sql

ADAPTER = Path(erp_ar_ext_oracle.__file__).parent
SITES = {
    "ebs": package.Site("ebs", "XXAR", "APPS", reader="ERP_READER", writer="ERP_WRITER"),
    "ebs, editioned": package.Site("ebs", "XXAR", "APPS", reader="ERP_READER", writer="ERP_WRITER", editioned=True),
    "interface": package.Site("interface", "XXAR", "APPS", reader="ERP_READER", writer="ERP_WRITER"),
    "standalone": package.Site("standalone", "ERP"),
    "standalone, two schemas": package.Site("standalone", "ERP", "PKG", reader="ERP_READER", writer="ERP_WRITER"),
}
"""Each body, with each option."""

_BASE = {"dsn": "host/service", "user": "reader", "password": "none"}
_SETTINGS = {
    "all units": OracleSettings.model_validate(_BASE),
    "two units": OracleSettings.model_validate(
        {**_BASE, "org_ids": (81, 204), "reference_attribute": 7, "credit_limit_currency": "USD", "schema": "apps"}
    ),
}
Named = Iterator[tuple[str, str]]


def for_the_grammar() -> dict[str, str]:
    """All of it in fewer words, for a grammar is slow: it sees no difference between schemas, and none between the
    frames of a file, which stands between their parentheses; once it stands there, else a query of nothing. SEQ is no
    word of Oracle's, whatever the grammars think.
    """
    found = {}
    for name, sql in everything().items():
        bare = sql if name.endswith(", whole") else _FILE.sub(r"\1SELECT 1 FROM dual\2", sql)
        found[name] = re.sub(
            r"\bseq\b", "number_of", re.sub(r"\b(APPS|ERP|PKG|XXAR)\b", "OWNER", bare), flags=re.IGNORECASE
        )
    return found


_FILE = re.compile(r"(\bfound AS \(\n).*?(\n\)\nSELECT\n)", re.DOTALL)


def read() -> Named:
    """Each entity whole, by window, by keys, its keys, and the probe; with and without its optional tables."""
    window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    for name, entity in ENTITIES.items():
        yield f"{name}, all units", Queries(_SETTINGS["all units"]).all_rows(entity).text
        queries = Queries(_SETTINGS["two units"])
        yield f"{name}, whole", queries.all_rows(entity).text
        yield f"{name}, changed", queries.changed(entity, window).text
        yield f"{name}, by key", queries.by_key(entity).text
        yield f"{name}, keys", queries.keys(entity).text
        yield f"{name}, probe", queries.probe(entity).text
        if absent := statements.optional_tables(name):
            yield f"{name}, without {', '.join(absent)}", Queries(_SETTINGS["two units"], absent).all_rows(entity).text


def probed() -> Named:
    """What the doctor and the reader ask of each table that they need."""
    for name in ENTITIES:
        for table, columns in needs(statements.statement(name)).items():
            yield f"probe of {table} for {name}", probe(table, columns)


def called() -> Named:
    """Each procedure of the package as the writer calls it, and its version."""
    for schema, (procedure, names) in product((None, "apps"), package.signatures().items()):
        if names:
            yield f"{procedure} of {schema}", package.call(schema, procedure.lower(), map(str.lower, names))
        yield f"version of {schema}", package.version_query(schema)


def installed() -> Named:
    """Each statement of each script for a DBA, for every body and option, and of the scripts that take it all away."""
    for told, site in SITES.items():
        for what, plain in (("", False), (", plain", True)):
            for number, sql in enumerate(package.statements(site, plain=plain), start=1):
                yield f"install {told}{what}, {number}: {' '.join(sql.split()[:5])}", sql
        for file, text in package.ddl(site, uninstall=True):
            yield from ((f"uninstall {told}: {file}, {n}", sql) for n, sql in enumerate(package.split(text), start=1))


def dialect(version: float) -> OracleDialect_oracledb:
    """SQLAlchemy's dialect as it is on a connection to a server of a version."""
    made = OracleDialect_oracledb(max_identifier_length=30)
    made.server_version_info = (int(version), round(version * 10) % 10)
    made._supports_offset_fetch = True
    made.supports_identity_columns = True
    return made


def state_tables() -> Named:
    """The tables of the state database, as SQLAlchemy makes them and as the migrations are printed."""
    for version, table in product((12.1, 23), METADATA.sorted_tables):
        yield (
            f"state table {table.name} on {version}",
            str(CreateTable(table).compile(dialect=dialect(version))).strip(),
        )
        for index in table.indexes:
            yield f"state index {index.name} on {version}", str(CreateIndex(index).compile(dialect=dialect(version)))
    for number, sql in enumerate(re.split(r"^/\s*$", upgrade_sql("oracle"), flags=re.MULTILINE), start=1):
        bare = re.sub(r"^--.*\n", "", sql.strip(), flags=re.MULTILINE).strip()
        if bare:
            yield f"state migration {number}", bare


def state_changes() -> Named:
    """What the state database is sent; `state_sql` keeps it, from every test."""
    yield from ((f"state: {' '.join(sql.split()[:4])}, {n}", sql) for n, sql in enumerate(state_sql.kept(), start=1))


@cache
def everything() -> dict[str, str]:
    """All of it, by what it is."""
    parts = (read, probed, session, constants, called, installed, state_tables, state_changes)
    return {f"{part.__name__}: {name}": sql for part in parts for name, sql in part()}


def session() -> Named:
    """What a session is set up with."""
    yield from ((f"set-up, {told}", _set_up(settings)) for told, settings in _SETTINGS.items())


def constants() -> Named:
    """Each plain text in the adapter's modules that is a statement: the doctor's and the session's."""
    for number, (place, text) in enumerate(literals(), start=1):
        if text is not None:
            yield f"{place}, {number}", text


def built() -> set[str]:
    """Where the adapter builds a statement of parts: `module.function`."""
    return {place for place, text in literals() if text is None}


_STATEMENT = re.compile(
    r"\s*(SELECT|WITH|INSERT INTO|UPDATE \w+ SET|DELETE FROM|MERGE INTO|ALTER SESSION|SET TRANSACTION|BEGIN)\s",
    re.ASCII,
)


def literals() -> Iterator[tuple[str, str | None]]:
    """Each text of the adapter's modules that begins like a statement, with its place; no text where it has parts."""
    for path in sorted(ADAPTER.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for scope in tree.body:
            place = f"{path.stem}.{getattr(scope, 'name', '')}".rstrip(".")
            documented = {id(node.value) for node in ast.walk(scope) if isinstance(node, ast.Expr)}
            parts = {id(part) for node in ast.walk(scope) if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in ast.walk(scope):
                if id(node) not in documented and isinstance(node, ast.Constant) and _is_statement(node.value):
                    yield place, None if id(node) in parts or node.value.endswith(" ") else node.value


def _is_statement(value: object) -> bool:
    return isinstance(value, str) and _STATEMENT.match(value) is not None
