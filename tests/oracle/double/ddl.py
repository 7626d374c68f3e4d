"""Definitions: Oracle commits before and after each, and its types are remembered beside PostgreSQL's."""

import re
from collections.abc import Callable

from sqlglot import exp

from . import names, units
from .engine import Engine, Result
from .errors import OraError, refused
from .grants import GRANTS
from .names import folded, quoted
from .statements import Statement, flat, split
from .translate import column_types, expression, generated, parsed, rewritten
from .types import OracleType
from .units import located

NAME = r'((?:"[^"]+"|[\w$#]+)(?:\.(?:"[^"]+"|[\w$#]+))?)'
STORAGE = re.compile(
    r"\s+(TABLESPACE\s+\w+|NOCOMPRESS|COMPRESS|NOLOGGING|LOGGING|PCTFREE\s+\d+|INITRANS\s+\d+|SEGMENT\s+CREATION\s+\w+"
    r"|NOPARALLEL|ONLINE|COMPUTE\s+STATISTICS)\b",
    re.IGNORECASE,
)
"""What says where and how rows lie on disk, and nothing about them."""
CREATES = {
    "TABLE": "CREATE TABLE",
    "INDEX": "CREATE TABLE",
    "UNIQUE": "CREATE TABLE",
    "VIEW": "CREATE VIEW",
    "SEQUENCE": "CREATE SEQUENCE",
    "SYNONYM": "CREATE SYNONYM",
    "PUBLIC": "CREATE PUBLIC SYNONYM",
    "PACKAGE": "CREATE PROCEDURE",
    "PROCEDURE": "CREATE PROCEDURE",
    "FUNCTION": "CREATE PROCEDURE",
    "TRIGGER": "CREATE TRIGGER",
    "TYPE": "CREATE TYPE",
}


def define(engine: Engine, statement: Statement) -> Result:
    """Run a definition."""
    text = flat(statement.text)
    if re.match(r"ALTER SESSION SET ", text, re.IGNORECASE):
        return _alter_session(engine, text)
    engine.commit()
    _check_right(engine, text)
    try:
        with engine.statement(text):
            if statement.unit:
                return units.create(engine, statement)
            for pattern, handle in HANDLERS:
                found = re.match(pattern, text, re.IGNORECASE | re.DOTALL)
                if found:
                    handle(engine, found)
                    return Result()
            _through_tree(engine, text)
            return Result()
    finally:
        engine.commit()
        engine.catalogue.changed()  # what a name stands for may be something else now


def _check_right(engine: Engine, text: str) -> None:
    words = re.sub(r"^CREATE (OR REPLACE )?((NO)?FORCE )?((NON)?EDITION(ABLE|ING) )?", "CREATE ", text.upper()).split()
    right = CREATES.get(words[1]) if words[0] == "CREATE" and len(words) > 1 else None
    if right and not engine.catalogue.may(engine.conn, engine.user, right):
        raise OraError(1031, "insufficient privileges")


def _alter_session(engine: Engine, text: str) -> Result:
    settings = re.findall(r"([\w$]+)\s*=\s*('(?:[^']|'')*'|\"[^\"]+\"|[\w$#.]+)", text[len("ALTER SESSION SET ") :])
    for key, written in settings:
        name, value = key.upper(), written.strip("'\"").replace("''", "'")
        if name == "CURRENT_SCHEMA":
            engine.set_schema(folded(written))
        elif name == "ISOLATION_LEVEL":
            level = "repeatable read" if value.upper() == "SERIALIZABLE" else "read committed"
            engine.conn.execute(f"SET default_transaction_isolation = '{level}'")
        elif name in ("NLS_DATE_FORMAT", "NLS_TIMESTAMP_FORMAT"):
            engine.set_context(**{name.lower(): value})
        elif FIXED_SETTINGS.get(name) not in (value.upper(), "*"):
            raise refused(f"ALTER SESSION SET {name} = {value}")
    return Result()


FIXED_SETTINGS = {
    "NLS_NUMERIC_CHARACTERS": ".,",
    "NLS_SORT": "BINARY",
    "NLS_COMP": "BINARY",
    "NLS_LANGUAGE": "AMERICAN",
    "NLS_TERRITORY": "AMERICA",
    "NLS_DATE_LANGUAGE": "AMERICAN",
    "NLS_LENGTH_SEMANTICS": "BYTE",
    "NLS_TIMESTAMP_TZ_FORMAT": "*",
    "TIME_ZONE": "*",
    "EDITION": "ORA$BASE",
    "DDL_LOCK_TIMEOUT": "*",
    "OPTIMIZER_MODE": "*",
    "STATISTICS_LEVEL": "*",
    "PLSQL_WARNINGS": "*",
}
"""Settings of a session that the double keeps at one value; * is any, where it makes no difference here."""


# tables, indexes, views: through the tree


def _through_tree(engine: Engine, text: str) -> None:
    text = re.sub(r" CASCADE CONSTRAINTS", " CASCADE", text, flags=re.IGNORECASE)
    text = re.sub(r" PURGE$", "", text, flags=re.IGNORECASE)
    if text[:6].upper() == "CREATE":
        # PostgreSQL keeps an index where its table is, and has no name for the owner of one
        text = re.sub(
            r'^(CREATE (?:UNIQUE )?INDEX )["\w$#]+\.(?=["\w$#]+ ON )', r"\1", STORAGE.sub("", text), flags=re.IGNORECASE
        )
    tree = parsed(text)
    if isinstance(tree, exp.Create):
        _create(engine, tree)
    elif isinstance(tree, (exp.Drop, exp.Comment, exp.TruncateTable, exp.Alter)):
        run_for(engine, tree)
    else:
        raise refused(f"this definition: {text[:80]}")


def run_for(engine: Engine, tree: exp.Expression) -> None:
    """Run what a tree says, for the owner of the table it names."""
    table = tree.find(exp.Table)
    owner = names.oracle_name(table.db) if table is not None and table.db else engine.schema
    sql = generated(rewritten(tree))
    with engine.acting_as(owner):
        engine.run(sql)


def _create(engine: Engine, tree: exp.Create) -> None:
    if tree.args.get("properties") or tree.args["kind"] not in ("TABLE", "INDEX"):
        raise refused(f"CREATE {tree.args['kind']} in this form")
    table = tree.find(exp.Table)
    assert table is not None
    owner = names.oracle_name(table.db) if table.db else engine.schema
    target = quoted(owner, names.oracle_name(table.name))
    types = column_types(tree)
    identities = _identities(tree)
    made = rewritten(tree)
    stored = _stored(engine, types)
    for column in made.find_all(exp.ColumnDef):
        column.set("kind", stored[column.name])
    sql = generated(made)
    with engine.acting_as(owner):
        engine.run(sql)
        for name, kind in identities.items():
            _identity(engine, target, name, kind)
    if tree.args["kind"] == "TABLE":
        remember(engine, target, types)
        for name, kind in identities.items():
            engine.run(
                f'UPDATE sys."ora$cols" SET identity = {engine.text(kind)}'
                f" WHERE relid = {engine.text(target)}::regclass AND attnum = {_place(target, name)}"
            )
        if not types:  # CREATE TABLE ... AS SELECT
            remember_result(engine, target, generated(made.expression))


def _stored(engine: Engine, types: dict[str, OracleType]) -> dict[str, exp.DataType]:
    """Types of columns; a domain for a length in bytes is made where it is first needed."""
    lengths = sorted({kind.length for kind in types.values() if kind.in_bytes})
    if lengths:
        engine.conn.execute("SELECT sys.ora_bytes(size) FROM unnest(%s::int[]) size", (lengths,))
    return {name: exp.DataType.build(kind.stored, dialect="postgres", udt=True) for name, kind in types.items()}


def _identities(tree: exp.Create) -> dict[str, str]:
    """Columns that number themselves; taken out of the tree, for PostgreSQL's own would not let a row be loaded."""
    found = {}
    for column in tree.find_all(exp.ColumnDef):
        for constraint in list(column.constraints):
            if isinstance(constraint.kind, exp.GeneratedAsIdentityColumnConstraint):
                found[column.name] = "ALWAYS" if constraint.kind.this else "BY DEFAULT"
                column.args["constraints"].remove(constraint)
    return found


def _identity(engine: Engine, target: str, column: str, kind: str) -> None:
    row = engine.conn.execute("SELECT %s::regclass::oid::int8", (target,)).fetchone()
    assert row
    schema = target.partition(".")[0]
    sequence = f'{schema}."iseq$${row[0]}"'
    engine.run(f'CREATE SEQUENCE {sequence} OWNED BY {target}."{column}"')
    engine.run(
        f"""ALTER TABLE {target} ALTER COLUMN "{column}" SET DEFAULT nextval('{sequence}'),"""
        f' ALTER COLUMN "{column}" SET NOT NULL'
    )
    if kind == "ALWAYS":
        engine.run(f"""COMMENT ON SEQUENCE {sequence} IS 'always'""")


def _place(target: str, column: str) -> str:
    return (
        f"(SELECT attnum FROM pg_attribute WHERE attrelid = '{target}'::regclass"
        f" AND attname = '{column.replace(chr(39), chr(39) * 2)}')"
    )


def remember(engine: Engine, target: str, types: dict[str, OracleType]) -> None:
    """Keep Oracle's types of columns."""
    if not types:
        return
    rows = ", ".join(
        f"({engine.text(name)}, {engine.text(kind.name)}, {kind.length}, {_number(kind.precision)}::int,"
        f" {_number(kind.scale)}::int, {kind.in_bytes})"
        for name, kind in types.items()
    )
    engine.conn.execute(
        f"""INSERT INTO sys."ora$cols" (relid, attnum, data_type, char_length, prec, scale, in_bytes)
        SELECT a.attrelid, a.attnum, v.kind, v.size, v.prec, v.scale, v.in_bytes
        FROM (VALUES {rows}) v(name, kind, size, prec, scale, in_bytes)
        JOIN pg_attribute a ON a.attrelid = {engine.text(target)}::regclass AND a.attname = v.name
        ON CONFLICT (relid, attnum) DO UPDATE SET data_type = excluded.data_type, in_bytes = excluded.in_bytes,
        char_length = excluded.char_length, prec = excluded.prec, scale = excluded.scale""".encode()
    )


def _number(value: int | None) -> str:
    return "NULL" if value is None else str(value)


def remember_result(engine: Engine, target: str, query: str) -> None:
    """Keep Oracle's types of what a query gives: a view's, or those of a table made from one."""
    tree = exp.Select()
    _, cursor = engine.raw(f"SELECT * FROM ({query}) q_ WHERE false")
    types = engine.description.types(cursor, tree)
    columns = engine.conn.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum", (target,)
    ).fetchall()
    remember(engine, target, {name: kind for (name,), kind in zip(columns, types, strict=True)})


def _view(engine: Engine, found: re.Match[str]) -> None:
    owner, name = located(engine, found[1])
    columns = found[2] or ""
    query = re.sub(r" WITH (READ ONLY|CHECK OPTION)( CONSTRAINT \w+)?$", "", found[3], flags=re.IGNORECASE)
    made = generated(engine.translated(Statement(query)).tree)
    listed = ", ".join(quoted(folded(one)) for one in split(columns.strip("() "), ","))
    target = quoted(owner, name)
    with engine.acting_as(owner):
        engine.run(f"DROP VIEW IF EXISTS {target} CASCADE")
        engine.run(f"CREATE VIEW {target}{f' ({listed})' if listed else ''} AS {made}")
    remember_result(engine, target, made)


def _sequence(engine: Engine, found: re.Match[str]) -> None:
    owner, name = located(engine, found[1])
    options = re.sub(r"\b(NOCACHE|NOORDER|ORDER|NOKEEP|KEEP|NOSCALE|GLOBAL)\b", "", found[2], flags=re.IGNORECASE)
    options = re.sub(r"\bNO(CYCLE|MAXVALUE|MINVALUE)\b", r"NO \1", options, flags=re.IGNORECASE)
    options = re.sub(r"\bMAXVALUE 9{19,}", "", options, flags=re.IGNORECASE)
    if not re.fullmatch(
        r"(\s|START WITH -?\d+|INCREMENT BY -?\d+|(NO )?(CYCLE|MAXVALUE|MINVALUE)( -?\d+)?|CACHE \d+)*",
        options,
        re.IGNORECASE,
    ):
        raise refused(f"a sequence with {options.strip()}")
    with engine.acting_as(owner):
        engine.run(f"CREATE SEQUENCE {quoted(owner, name)} {options}")


# changes of tables


def _add(engine: Engine, found: re.Match[str]) -> None:
    owner, name = located(engine, found[1])
    inner = found[2].strip()
    inner = inner[1:-1] if inner.startswith("(") else inner
    target = quoted(owner, name)
    for part in split(inner, ","):
        if re.match(r"\s*(CONSTRAINT|PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK)\b", part, re.IGNORECASE):
            run_for(engine, parsed(f"ALTER TABLE {found[1]} ADD {part}"))
            continue
        tree = parsed(f"CREATE TABLE x_ ({part})")
        types = column_types(tree)
        column = rewritten(tree).find(exp.ColumnDef)
        assert column is not None
        column.set("kind", _stored(engine, types)[column.name])
        with engine.acting_as(owner):
            engine.run(f"ALTER TABLE {target} ADD COLUMN {generated(column)}")
        remember(engine, target, types)


def _modify(engine: Engine, found: re.Match[str]) -> None:
    owner, table = located(engine, found[1])
    inner = found[2].strip()
    target = quoted(owner, table)
    for part in split(inner[1:-1] if inner.startswith("(") else inner, ","):
        column = re.match(r'\s*("[^"]+"|[\w$#]+)\s*(.*)$', part, re.DOTALL)
        assert column
        name, rest = quoted(folded(column[1])), column[2].strip()
        with engine.acting_as(owner):
            _modify_column(engine, target, name, rest)


def _modify_column(engine: Engine, target: str, name: str, rest: str) -> None:
    column = f"ALTER TABLE {target} ALTER COLUMN {name}"
    null = re.search(r"\b(NOT )?NULL$", rest, re.IGNORECASE)
    if null:
        engine.run(f"{column} {'SET' if null[1] else 'DROP'} NOT NULL")
        rest = rest[: null.start()].strip()
    default = re.search(r"\bDEFAULT (.*)$", rest, re.IGNORECASE)
    if default:
        engine.run(f"{column} SET DEFAULT {generated(expression(default[1]))}")
        rest = rest[: default.start()].strip()
    if rest:
        types = column_types(parsed(f"CREATE TABLE x_ ({name} {rest})"))
        stored = next(iter(_stored(engine, types).values())).sql("postgres")
        engine.run(f"{column} TYPE {stored} USING {name}::{stored}")
        remember(engine, target, types)


def _rename_column(engine: Engine, found: re.Match[str]) -> None:
    _alter(engine, found[1], f"RENAME COLUMN {quoted(folded(found[2]))} TO {quoted(folded(found[3]))}")


def _rename_table(engine: Engine, found: re.Match[str]) -> None:
    _alter(engine, found[1], f"RENAME TO {quoted(folded(found[2]))}")


def _drop_columns(engine: Engine, found: re.Match[str]) -> None:
    for one in split(found[2].strip("() "), ","):
        _alter(engine, found[1], f"DROP COLUMN {quoted(folded(one))}")


def _drop_constraint(engine: Engine, found: re.Match[str]) -> None:
    _alter(engine, found[1], f"DROP CONSTRAINT {quoted(folded(found[2]))}{' CASCADE' if found[3] else ''}")


def _alter(engine: Engine, written: str, change: str) -> None:
    owner, name = located(engine, written)
    with engine.acting_as(owner):
        engine.run(f"ALTER TABLE {quoted(owner, name)} {change}")


# what is named and dropped


def _synonym(engine: Engine, found: re.Match[str]) -> None:
    owner, name = ("PUBLIC", folded(found[3])) if found[2] else located(engine, found[3])
    known = engine.catalogue.synonyms(engine.conn)
    if (owner, name) in known and not found[1]:
        raise OraError(955, "name is already used by an existing object")
    target = located(engine, found[4])
    values = ", ".join(engine.text(one) for one in (owner, name, *target))
    engine.run(
        f'INSERT INTO sys."ora$synonyms" VALUES ({values}) ON CONFLICT (owner, name) DO UPDATE'
        " SET table_owner = excluded.table_owner, table_name = excluded.table_name"
    )
    engine.catalogue.changed()


def _drop_synonym(engine: Engine, found: re.Match[str]) -> None:
    owner, name = ("PUBLIC", folded(found[2])) if found[1] else located(engine, found[2])
    where = f"owner = {engine.text(owner)} AND name = {engine.text(name)}"
    if engine.run(f'DELETE FROM sys."ora$synonyms" WHERE {where}').rowcount == 0:
        raise OraError(1434 if owner != "PUBLIC" else 1432, "synonym to be dropped does not exist")
    engine.catalogue.changed()


HANDLERS: list[tuple[str, Callable[[Engine, re.Match[str]], None]]] = [
    (
        (
            r"CREATE (?:OR REPLACE )?(?:(?:NO)?FORCE )?(?:(?:NON)?EDITION(?:ABLE|ING) )?"
            rf"VIEW {NAME} ?(\([^)]*\))? AS (.*)$"
        ),
        _view,
    ),
    (rf"CREATE SEQUENCE {NAME}(.*)$", _sequence),
    (rf"CREATE (OR REPLACE )?(?:(?:NON)?EDITIONABLE )?(PUBLIC )?SYNONYM {NAME} FOR {NAME}$", _synonym),
    (rf"DROP (PUBLIC )?SYNONYM {NAME}(?: FORCE)?$", _drop_synonym),
    (rf"DROP PACKAGE (BODY )?{NAME}$", units.drop_package),
    (rf"ALTER PACKAGE {NAME} COMPILE(?: .*)?$", units.compile_package),
    (rf"ALTER TABLE {NAME} ADD (.*)$", _add),
    (rf"ALTER TABLE {NAME} MODIFY (.*)$", _modify),
    (rf"ALTER TABLE {NAME} RENAME COLUMN {NAME} TO {NAME}$", _rename_column),
    (rf"ALTER TABLE {NAME} RENAME TO {NAME}$", _rename_table),
    (rf"ALTER TABLE {NAME} DROP COLUMN (.*)$", _drop_columns),
    (rf"ALTER TABLE {NAME} DROP (\(.*\))$", _drop_columns),
    (rf"ALTER TABLE {NAME} DROP CONSTRAINT {NAME}( CASCADE)?$", _drop_constraint),
    *GRANTS,
]
