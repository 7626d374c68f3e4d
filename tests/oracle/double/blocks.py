"""Anonymous blocks, as far as a client sends them: calls, assignments, statements, EXECUTE IMMEDIATE.

PL/SQL with declarations, loops or conditions belongs into a package, and a block that has them is refused by name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import plsql, wire
from .engine import Bind, Engine, Result
from .errors import OraError, refused
from .names import folded
from .statements import TOKENS, Statement, split, statement
from .values import literal, raw

IN, OUT, IN_OUT = 32, 16, 48
BIND = re.compile(r"\s*:b(\d+)\s*")
LANGUAGE = re.compile(
    r"(FOR|WHILE|LOOP|CASE|DECLARE|BEGIN|EXCEPTION|OPEN|FETCH|CLOSE|RAISE|RETURN|FORALL|GOTO)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Routine:
    """A procedure or function that can be called: parameters as (name, direction, has a default)."""

    parameters: list[tuple[str, str, bool]]
    run: Callable[["Block", dict[str, Any]], dict[str, Any]]
    is_function: bool = False


class Block:
    """One run of a block with one row of binds."""

    def __init__(self, engine: Engine, binds: list[Bind], values: list[Any]) -> None:
        self.engine, self.values = engine, list(values)
        self.kinds = [bind.kind for bind in binds]
        self.directions = [IN] * len(binds)
        self._branches: list[list[bool]] = []

    def declare(self, text: str, body: str) -> str:
        """Declare scalar variables; gives the body, in which they are binds of the block's own."""
        for one in split(text, ";"):
            found = re.match(
                r"\s*([\w$#]+)\s+(NUMBER|VARCHAR2|DATE|PLS_INTEGER)(?:\([^)]*\))?\s*(?::=\s*(.*))?$",
                one,
                re.IGNORECASE | re.DOTALL,
            )
            if found is None:
                if one.strip():
                    raise refused(f"the declaration {one.strip()[:60]}")
                continue
            self.values.append(self.evaluate(found[3]) if found[3] else None)
            self.kinds.append(VARIABLES[found[2].upper()])
            self.directions.append(IN)
            body = _replaced(body, found[1].upper(), f":b{len(self.values) - 1}")
        return body

    def run(self, text: str) -> None:
        """Run the statements between BEGIN and END."""
        for one in split(text, ";"):
            self._step(one.strip())
        if self._branches:
            raise _compilation('PLS-00103: Encountered the symbol "end-of-file"')

    def _step(self, text: str) -> None:
        """Run a statement, unless it stands in a branch that is not taken."""
        branch = re.match(r"(IF|ELSIF)\b(.*?)\bTHEN\b(.*)$", text, re.IGNORECASE | re.DOTALL)
        if re.fullmatch(r"END\s+IF", text, re.IGNORECASE):
            self._branches.pop()
        elif branch:
            self._branch(branch[1].upper(), branch[2])
            self._step(branch[3].strip())
        elif re.match(r"ELSE\b", text, re.IGNORECASE):
            self._branches[-1] = [not self._branches[-1][1], True]
            self._step(text[4:].strip())
        elif all(taken for taken, _ in self._branches):
            self._statement(text)

    def _branch(self, word: str, condition: str) -> None:
        """Enter a branch; each remembers whether it is taken, and whether it or one before it was."""
        before = self._branches.pop()[1] if word == "ELSIF" else False
        reached = not before and all(taken for taken, _ in self._branches)
        taken = reached and self.evaluate(f"CASE WHEN {condition} THEN 1 ELSE 0 END") == 1
        self._branches.append([taken, before or taken])

    def _statement(self, text: str) -> None:
        if not text or text.upper() == "NULL":
            return
        for pattern, handle in STATEMENTS:
            found = re.match(pattern, text, re.IGNORECASE | re.DOTALL)
            if found:
                handle(self, found)
                return
        if LANGUAGE.match(text):
            raise refused(f"a block with {text.split(maxsplit=1)[0].upper()}")
        self._call(text, None)

    def assign(self, found: re.Match[str]) -> None:
        """Set a bind to a value."""
        place, text = int(found[1]), found[2].strip()
        again = re.search(rf":b{place}\b", text) is not None
        self.directions[place] = IN_OUT if again else OUT
        called = CALL.match(text)
        if called and QUALIFIED.fullmatch(called[1]):
            self._call(text, place)
        else:
            self.values[place] = self.evaluate(text)

    def transaction(self, found: re.Match[str]) -> None:
        """COMMIT, ROLLBACK, SAVEPOINT."""
        control(self.engine, found[0])

    def immediate(self, found: re.Match[str]) -> None:
        """EXECUTE IMMEDIATE."""
        if re.search(r"\b(USING|INTO)\b\s+:", found[1], re.IGNORECASE):
            raise refused("EXECUTE IMMEDIATE with USING or INTO")
        execute(self.engine, statement(str(self.evaluate(found[1]))), [], [[]])

    def application_error(self, found: re.Match[str]) -> None:
        """RAISE_APPLICATION_ERROR."""
        code, text = [self.evaluate(one) for one in split(found[1], ",")][:2]
        raise OraError(-int(code), f"{text}\nORA-06512: at line 1")

    def sleep(self, found: re.Match[str]) -> None:
        """DBMS_SESSION.SLEEP."""
        with self.engine.statement(active=False):
            self.engine.conn.execute("SELECT pg_sleep(%s)", (self.evaluate(found[1]),))

    def change(self, found: re.Match[str]) -> None:
        """Insert, update, delete or merge."""
        inner = self._numbered(found[0])
        self.engine.change(inner, self._binds(inner), [self._bound(inner)], go_on=False)

    def select_into(self, found: re.Match[str]) -> None:
        """SELECT ... INTO binds."""
        inner = self._numbered(f"SELECT {found[1]} FROM {found[3]}")
        with self.engine.statement(active=False):
            sql = self.engine.translated(inner).sql(self._bound(inner), [bind.kind for bind in self._binds(inner)])
            rows = self.engine.conn.execute(sql.encode()).fetchmany(2)
        if not rows:
            raise OraError(1403, "no data found\nORA-06512: at line 1")
        if len(rows) > 1:
            raise OraError(1422, "exact fetch returns more than requested number of rows\nORA-06512: at line 1")
        for target, value in zip(split(found[2], ","), rows[0], strict=True):
            self.set(target, value)

    def set(self, target: str, value: Any, direction: int = OUT) -> None:
        """Set the bind that an expression is; nothing else can be assigned to."""
        place = BIND.fullmatch(target)
        if place is None:
            raise OraError(6550, f"line 1, column 7:\nPLS-00363: expression '{target.strip()}' cannot be assigned to")
        self.values[int(place[1])] = value
        self.directions[int(place[1])] = direction

    def _numbered(self, text: str) -> Statement:
        """Statement whose binds are those of the block, each time they stand in it."""
        return Statement(re.sub(r":b(\d+)", r":b_\1", text))

    def _bound(self, inner: Statement) -> list[Any]:
        return [self.values[int(name[2:])] for name in inner.names]

    def _binds(self, inner: Statement) -> list[Bind]:
        return [Bind(self.kinds[int(name[2:])], 0, 1) for name in inner.names]

    def evaluate(self, text: str) -> Any:
        """Value of an expression."""
        place = BIND.fullmatch(text)
        if place:
            return self.values[int(place[1])]
        inner = self._numbered(f"SELECT {text} FROM DUAL")
        with self.engine.statement(active=False):
            sql = self.engine.translated(inner).sql(self._bound(inner), [bind.kind for bind in self._binds(inner)])
            row = self.engine.conn.execute(sql.encode()).fetchone()
        return row[0] if row else None

    def _call(self, text: str, result: int | None) -> None:
        called = CALL.match(text)
        routine = self._routine(called[1]) if called else None
        if called is None or routine is None:
            written = called[1].upper() if called else text[:30]
            raise _compilation(f"PLS-00201: identifier '{written}' must be declared")
        arguments, outs = self._arguments(called[1], routine, split(called[2], ",") if called[2] else [])
        found = routine.run(self, arguments)
        for name, (target, direction) in outs.items():
            self.set(target, found.get(name), direction)
        if result is not None:
            self.values[result] = found.get("")

    def _arguments(
        self, name: str, routine: Routine, written: list[str]
    ) -> tuple[dict[str, Any], dict[str, tuple[str, int]]]:
        """Values of the arguments, and where results go; by parameter."""
        wrong = _compilation(
            f"PLS-00306: wrong number or types of arguments in call to '{name.rpartition('.')[2].upper()}'"
        )
        known = {parameter: direction for parameter, direction, _ in routine.parameters}
        given: dict[str, str] = {}
        for at, one in enumerate(written):
            named = re.match(r"\s*([\w$#]+)\s*=>\s*(.*)$", one, re.DOTALL)
            parameter = named[1].upper() if named else list(known)[at] if at < len(known) else ""
            if parameter not in known or parameter in given:
                raise wrong
            given[parameter] = named[2] if named else one
        if any(not default and parameter not in given for parameter, _, default in routine.parameters):
            raise wrong
        outs = {
            parameter: (text, IN_OUT if known[parameter] == "IN OUT" else OUT)
            for parameter, text in given.items()
            if known[parameter] != "IN"
        }
        values = {
            parameter: None if known[parameter] == "OUT" else self.evaluate(text) for parameter, text in given.items()
        }
        return values, outs

    def _routine(self, written: str) -> Routine | None:
        parts = [folded(part) for part in written.split(".")]
        known = BUILT_IN.get(".".join(parts).removeprefix("SYS."))
        if known:
            return known
        if len(parts) < 2:
            return None
        owner, package = (parts[-3] if len(parts) > 2 else ""), parts[-2]
        engine = self.engine
        owner, package = engine.catalogue.stands_for(engine.conn, engine.schema, owner, package) or (
            owner or engine.schema,
            package,
        )
        if not engine.catalogue.may_execute(engine.conn, engine.user, owner, package):
            return None
        found = plsql.lookup(engine, package, parts[-1], owner)
        return Routine(found[0], _deployed(found), found[1]) if found else None


QUALIFIED = re.compile(r'["A-Za-z][^.]*\..*(?<!\.NEXTVAL)(?<!\.CURRVAL)', re.IGNORECASE)
"""A name of a package's routine, and not of a sequence's number."""
VARIABLES = {"NUMBER": wire.NUMBER, "PLS_INTEGER": wire.NUMBER, "VARCHAR2": wire.VARCHAR, "DATE": wire.DATE}


def _replaced(text: str, name: str, bind: str) -> str:
    """Text in which a variable is a bind, wherever it stands alone."""
    parts, before = [], ""
    for token in TOKENS.finditer(text):
        is_it = token.lastgroup == "word" and token.group().upper() == name and before != "."
        parts.append(bind if is_it else token.group())
        before = token.group()
    return "".join(parts)


CALL = re.compile(r"""((?:"[^"]+"|[\w$#]+)(?:\.(?:"[^"]+"|[\w$#]+))*)\s*(?:\((.*)\))?\s*$""", re.DOTALL)


def _compilation(told: str) -> OraError:
    return OraError(6550, f"line 1, column 7:\n{told}\nORA-06550: line 1, column 7:\nPL/SQL: Statement ignored")


def _deployed(found: tuple[list[tuple[str, str, bool]], bool, str, list[str]]) -> Callable[..., dict[str, Any]]:
    """Call of a package's routine in PostgreSQL; a function's result has the name ''."""
    parameters, is_function, place, types = found
    casts = {name: kind for (name, _, _), kind in zip(parameters, types, strict=False)}

    def run(block: Block, arguments: dict[str, Any]) -> dict[str, Any]:
        written = ", ".join(f"{name.lower()} => {literal(value)}::{casts[name]}" for name, value in arguments.items())
        with block.engine.statement(place):
            made = f"SELECT {place}({written})" if is_function else f"CALL {place}({written})"
            cursor = block.engine.conn.execute(made.encode())
            row = cursor.fetchone() if cursor.description else None
        if is_function:
            return {"": row[0] if row else None}
        return {one.name.upper(): value for one, value in zip(cursor.description or [], row or (), strict=True)}

    return run


def _context(**keys: str) -> Callable[..., dict[str, Any]]:
    """Set what SYS_CONTEXT answers from arguments."""

    def run(block: Block, arguments: dict[str, Any]) -> dict[str, Any]:
        block.engine.set_context(**{key: str(arguments.get(name) or "") for key, name in keys.items()})
        return {}

    return run


def _transaction_id(block: Block, _arguments: dict[str, Any]) -> dict[str, Any]:
    block.engine.begin()
    return {"": f"{block.engine.conn.info.backend_pid}.1.1"}


def _nothing(_block: Block, _arguments: dict[str, Any]) -> dict[str, Any]:
    return {}


BUILT_IN = {
    "DBMS_TRANSACTION.LOCAL_TRANSACTION_ID": Routine([("CREATE_TRANSACTION", "IN", True)], _transaction_id, True),
    "DBMS_OUTPUT.ENABLE": Routine([("BUFFER_SIZE", "IN", True)], _nothing),
    "DBMS_OUTPUT.PUT_LINE": Routine([("A", "IN", False)], _nothing),
    "DBMS_SESSION.SET_IDENTIFIER": Routine([("CLIENT_ID", "IN", False)], _context(client_identifier="CLIENT_ID")),
    "DBMS_APPLICATION_INFO.SET_MODULE": Routine(
        [("MODULE_NAME", "IN", False), ("ACTION_NAME", "IN", False)],
        _context(module="MODULE_NAME", action="ACTION_NAME"),
    ),
    "DBMS_APPLICATION_INFO.SET_ACTION": Routine([("ACTION_NAME", "IN", False)], _context(action="ACTION_NAME")),
    "DBMS_APPLICATION_INFO.SET_CLIENT_INFO": Routine(
        [("CLIENT_INFO", "IN", False)], _context(client_info="CLIENT_INFO")
    ),
}

STATEMENTS: list[tuple[str, Callable[[Block, re.Match[str]], None]]] = [
    (r":b(\d+)\s*:=\s*(.*)$", Block.assign),
    (r"(COMMIT|ROLLBACK|SAVEPOINT)\b.*$", Block.transaction),
    (r"EXECUTE\s+IMMEDIATE\s+(.*)$", Block.immediate),
    (r"RAISE_APPLICATION_ERROR\s*\((.*)\)$", Block.application_error),
    (r"(?:DBMS_SESSION|DBMS_LOCK)\.SLEEP\s*\((.*)\)$", Block.sleep),
    (r"(INSERT|UPDATE|DELETE|MERGE)\b.*$", Block.change),
    (r"SELECT\s+(.*?)\s+INTO\s+(.*?)\s+FROM\s+(.*)$", Block.select_into),
]


def run_block(engine: Engine, sent: Statement, binds: list[Bind], rows: list[list[Any]]) -> Result:
    """Run a block once for each row of binds; what came out of the last stays."""
    text = re.sub(r"^\s*CALL\s+", "", sent.text, flags=re.IGNORECASE) if sent.first == "CALL" else _inside(sent.text)
    result = Result(directions=[IN] * len(binds))
    for row in rows or [[None] * len(binds)]:
        block = Block(engine, binds, row)
        declared = re.match(r"DECLARE\b(.*?)\bBEGIN\b(.*)$", text, re.IGNORECASE | re.DOTALL)
        block.run(block.declare(declared[1], declared[2]) if declared else text)
        result.directions = block.directions[: len(binds)]
        result.outs = {at: raw(block.values[at]) for at, way in enumerate(result.directions) if way != IN}
    return result


def _inside(text: str) -> str:
    text = re.sub(r"^\s*BEGIN\b", "", text, flags=re.IGNORECASE)
    return re.sub(r"\bEND(\s+[\w$#]+)?\s*;?\s*$", "", text, flags=re.IGNORECASE).strip()


def control(engine: Engine, text: str) -> None:
    """Run COMMIT, ROLLBACK, SAVEPOINT, SET TRANSACTION, LOCK TABLE."""
    words = re.sub(r"\s+", " ", text).strip().rstrip(";").upper()
    if re.fullmatch(r"COMMIT( WORK)?( WRITE .*)?", words):
        engine.commit()
    elif found := re.fullmatch(r"ROLLBACK( WORK)? TO( SAVEPOINT)? ([\w$#]+)", words):
        with engine.savepoint_errors():
            engine.conn.execute(f'ROLLBACK TO "{found[3]}"')
    elif re.fullmatch(r"ROLLBACK( WORK)?", words):
        engine.rollback()
    elif found := re.fullmatch(r"SAVEPOINT ([\w$#]+)", words):
        engine.begin()
        engine.conn.execute(f'SAVEPOINT "{found[1]}"')
    elif words.startswith("SET TRANSACTION"):
        _set_transaction(engine, words)
    elif found := re.fullmatch(r"LOCK TABLE ([\w$#.]+) IN (EXCLUSIVE|SHARE) MODE( NOWAIT)?", words):
        engine.lock_table(found[1], found[2], nowait=bool(found[3]))
    else:
        raise OraError(900, "invalid SQL statement")


def _set_transaction(engine: Engine, words: str) -> None:
    how = re.fullmatch(
        r"SET TRANSACTION (READ ONLY|READ WRITE|ISOLATION LEVEL (SERIALIZABLE|READ COMMITTED))( NAME .*)?", words
    )
    if how is None:
        raise refused(words)
    if how[1] == "READ ONLY":
        engine.set_transaction("REPEATABLE READ READ ONLY")
    elif how[2] == "SERIALIZABLE":
        engine.set_transaction("REPEATABLE READ")
    else:
        engine.set_transaction("READ COMMITTED")


def execute(
    engine: Engine, sent: Statement, binds: list[Bind], rows: list[list[Any]], *, go_on: bool = False
) -> Result:
    """Run a statement of any kind."""
    from .ddl import define  # noqa: PLC0415 - definitions run statements, and statements definitions

    if sent.error:
        raise sent.error
    if sent.kind == "plsql":
        return run_block(engine, sent, binds, rows)
    if sent.kind == "ddl":
        return define(engine, sent)
    if sent.kind == "query":
        return Result(cursor=engine.query(sent, rows[0] if rows else [], [bind.kind for bind in binds]))
    if sent.kind == "dml":
        return engine.change(sent, binds, rows or [[]], go_on=go_on)
    control(engine, sent.text)
    return Result()
