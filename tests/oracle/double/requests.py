"""What a client asks: the TTC messages that the thin driver sends, read into plain objects."""

from dataclasses import dataclass, field
from typing import Any

from . import wire
from .engine import Bind
from .statements import Statement, statement
from .values import decoded
from .wire import NeedMoreError, Reader

AUTH_PHASE_ONE, AUTH_PHASE_TWO = 118, 115
EXECUTE, REEXECUTE, REEXECUTE_AND_FETCH, FETCH, LOB, RELEASE = 94, 4, 78, 5, 96, 163
SIMPLE = {14: "commit", 15: "rollback", 147: "ping", 9: "logoff"}
CLOSE_CURSORS, SET_SCHEMA, SESSION_STATE, END_TO_END, APP_CONTEXT = 105, 152, 176, 135, 154

PROTOCOL, DATA_TYPES, FUNCTION, PIGGYBACK, FAST_AUTH, ONE_WAY = 1, 2, 3, 17, 34, 26


class ProtocolError(Exception):
    """A message that no client of ours sends."""


@dataclass
class OpenStatement:
    """A statement that a client keeps open under a number."""

    statement: Statement
    binds: list[Bind] = field(default_factory=list)
    defines: list[Bind] = field(default_factory=list)
    directions: list[int] = field(default_factory=list)
    result: Any = None
    """Its rows, while it is a query that runs."""


@dataclass
class Execution:
    """A call that runs a statement."""

    options: int
    number: int
    sent: OpenStatement
    is_new: bool
    iterations: int
    rows: list[list[Any]]
    executions: int
    defines: list[Bind] | None = None
    wants_counts: bool = False


@dataclass
class LobCall:
    """A call on a LOB."""

    operation: int
    locator: bytes
    source: int
    destination: int
    data: bytes | None
    amount: int
    has_amount: bool


@dataclass
class Logon:
    """One of the two calls of a logon."""

    phase: int
    user: str
    values: dict[str, str]


@dataclass
class Request:
    """One message of a client."""

    call: str
    piggybacks: list[tuple[int, Any]] = field(default_factory=list)
    about: Any = None
    fast: bool = False

    @property
    def sql(self) -> str:
        """Statement that it is about, if any."""
        return self.about.sent.statement.sql if isinstance(self.about, Execution) else ""


class Requests:
    """Reads a session's messages; knows its open statements and LOBs, which say how long a message is."""

    def __init__(self, field_version: int, statements: dict[int, OpenStatement], lobs: dict[bytes, Any]) -> None:
        self.field_version = field_version
        self.statements, self.lobs = statements, lobs

    def read(self, reader: Reader) -> Request:
        """Read one message."""
        kind = reader.u8()
        if kind == PROTOCOL:
            self._protocol(reader)
            return Request("protocol")
        if kind == DATA_TYPES:
            self._data_types(reader)
            return Request("datatypes")
        if kind == FAST_AUTH:
            reader.raw(4)
            self._protocol(reader)
            reader.raw(5)
            version = reader.u8()
            reader.u8()
            self._data_types(reader)
            request = self._call(reader, version)
            request.fast = True
            return request
        reader.at -= 1
        return self._call(reader, self.field_version)

    @staticmethod
    def _protocol(reader: Reader) -> None:
        reader.skip("bb")
        while reader.u8():
            pass

    def _data_types(self, reader: Reader) -> None:
        reader.raw(5)
        capabilities = reader.bytes_() or b""
        if len(capabilities) > 7:
            self.field_version = min(self.field_version, capabilities[7])
        at_run = reader.bytes_() or b""
        if len(at_run) > 1 and at_run[1]:
            reader.raw(11)  # the client's time zone
        while reader.u16():
            reader.raw(6)

    def _call(self, reader: Reader, version: int) -> Request:
        piggybacks = []
        while True:
            kind, function = reader.u8(), reader.u8()
            reader.u8()
            if version >= 18:
                reader.ub()
            if kind != PIGGYBACK:
                break
            if function not in PIGGYBACKS:
                raise ProtocolError(f"piggyback {function}")
            piggybacks.append((function, PIGGYBACKS[function](reader)))
        if kind not in (FUNCTION, ONE_WAY):
            raise ProtocolError(f"message {kind}")
        call, about = self._function(reader, function)
        return Request(call, piggybacks, about)

    def _function(self, reader: Reader, function: int) -> tuple[str, Any]:  # noqa: PLR0911 - a table
        if function in SIMPLE:
            return SIMPLE[function], None
        if function in (AUTH_PHASE_ONE, AUTH_PHASE_TWO):
            return "auth", _logon(reader, function)
        if function == EXECUTE:
            return "execute", self._execute(reader)
        if function in (REEXECUTE, REEXECUTE_AND_FETCH):
            return "execute", self._reexecute(reader, fetches=function == REEXECUTE_AND_FETCH)
        if function == FETCH:
            return "fetch", (reader.ub(), reader.ub())
        if function == LOB:
            return "lob", _lob(reader)
        if function == RELEASE:
            reader.skip("bbn")
            return "release", None
        raise ProtocolError(f"function {function}")

    def _execute(self, reader: Reader) -> Execution:
        options, number = reader.ub(), reader.ub()
        has_sql = reader.u8()
        reader.skip("nbnbbn")
        iterations = reader.ub()
        reader.skip("nb")
        binds = reader.ub()
        reader.raw(5)
        reader.u8()
        defines = reader.ub()
        reader.skip("nbbbnbnnbnb")
        if self.field_version >= 8:
            reader.skip("bnbnb")
        if self.field_version >= 9:
            reader.skip("bn")
        sql = reader.text() if has_sql else None
        more = [reader.ub() for _ in range(13)]
        sent = OpenStatement(statement(sql)) if sql is not None else self.statements[number]
        made = Execution(options, number, sent, sql is not None, iterations, [], more[1])
        made.wants_counts = bool(more[9] & 0x4000)
        if defines:
            made.defines = self._columns(reader, defines)
        elif binds:
            sent.binds = self._columns(reader, binds)
            count = 1 if sent.statement.kind == "query" else more[1]
            made.rows = self._rows(reader, sent, set(sent.statement.return_binds), count)
        return made

    def _reexecute(self, reader: Reader, *, fetches: bool) -> Execution:
        number, iterations, _, more = reader.ub(), reader.ub(), reader.ub(), reader.ub()
        sent = self.statements[number]
        options = 0x20 | (0x40 if fetches else 0) | (0x100 if more & 1 else 0)
        count = 1 if fetches else iterations
        made = Execution(options, number, sent, False, iterations, [], count)
        if sent.binds:
            only_out = {at for at, direction in enumerate(sent.directions) if direction == 16}
            made.rows = self._rows(reader, sent, only_out | set(sent.statement.return_binds), count)
        return made

    def _columns(self, reader: Reader, count: int) -> list[Bind]:
        found = []
        for _ in range(count):
            kind, flags = reader.u8(), reader.u8()
            reader.skip("bb")
            size = reader.ub()
            reader.skip("nn")
            reader.sized()
            reader.skip("nn")
            form = reader.u8()
            reader.ub()
            if self.field_version >= 8:
                reader.ub()
            found.append(Bind(kind, size, form, bool(flags & 0x40)))
        return found

    def _rows(self, reader: Reader, sent: OpenStatement, skipped: set[int], count: int) -> list[list[Any]]:
        binds = sent.binds
        order = [at for at in range(len(binds)) if at not in skipped]
        if not order:
            return [[None] * len(binds) for _ in range(max(count, 1))]
        if sent.statement.kind != "plsql":  # what is long comes last
            order.sort(key=lambda at: binds[at].size > wire.CHUNK)
        rows = []
        for _ in range(count):
            if reader.u8() != 7:
                raise ProtocolError("a row was expected")
            row: list[Any] = [None] * len(binds)
            for at in order:
                row[at] = self._bound(reader, binds[at])
            rows.append(row)
        return rows

    def _bound(self, reader: Reader, bind: Bind) -> Any:
        if bind.is_array:
            return [self._value(reader, bind) for _ in range(reader.ub())]
        return self._value(reader, bind)

    def _value(self, reader: Reader, bind: Bind) -> Any:
        if bind.kind in wire.LOBS:
            locator = reader.sized()
            return None if locator is None else self.lobs[locator].value
        if bind.kind == wire.CURSOR:
            reader.u8()
            return reader.ub() if reader.u8() else None
        if bind.kind == wire.BOOLEAN:
            size = reader.u8()
            if size == 253:
                reader.u8()
                return None
            return reader.raw(size)[0] == 1 if size else None
        return decoded(reader.bytes_(), bind.kind, bind.form)


def _logon(reader: Reader, phase: int) -> Logon:
    has_user = reader.u8()
    reader.skip("nnb")
    count = reader.ub()
    reader.skip("bb")
    user = reader.text() if has_user else ""
    values = {}
    for _ in range(count):
        key = (reader.sized() or b"").decode().rstrip("\0")
        values[key] = (reader.sized() or b"").decode()
        reader.ub()
    return Logon(phase, user, values)


def _lob(reader: Reader) -> LobCall:
    reader.u8()
    size = reader.ub()
    reader.skip("bnnnbbb")
    operation = reader.ub()
    reader.skip("bb")
    source, destination = reader.ub(), reader.ub()
    has_amount = bool(reader.u8())
    reader.raw(6)
    locator = reader.raw(size)
    data = None
    if operation == 0x0110:
        reader.ub()
    if operation == 0x40:
        reader.u8()
        data = reader.bytes_() or b""
    return LobCall(operation, locator, source, destination, data, reader.ub() if has_amount else 0, has_amount)


def _close_cursors(reader: Reader) -> list[int]:
    reader.u8()
    return [reader.ub() for _ in range(reader.ub())]


def _set_schema(reader: Reader) -> str:
    reader.u8()
    return (reader.sized() or b"").decode()


def _free_lobs(reader: Reader) -> bytes:
    reader.u8()
    size = reader.ub()
    reader.skip("bnnnbbbnbnnnbbnbnbn")
    return reader.raw(size)


def _end_to_end(reader: Reader) -> dict[str, str]:
    """Client identifier, module, action, client info and operation: only what changed."""
    reader.skip("bbn")
    sizes = []
    for fields in ("", "", "", "bnbn", "bnbn"):
        reader.skip(fields)
        given, size = reader.u8(), reader.ub()
        sizes.append(size if given else None)
    names = ("client_identifier", "module", "action", "client_info", "operation")
    return {name: _attribute(reader, size) for name, size in zip(names, sizes, strict=True) if size is not None}


def _attribute(reader: Reader, size: int) -> str:
    if size:
        return reader.text()
    if reader.u8() != 0:  # '' has a byte of length, None has none
        reader.at -= 1
    return ""


def _app_context(reader: Reader) -> None:
    reader.skip("bnb")
    count = reader.ub()
    reader.skip("nb")
    reader.bytes_()
    for _ in range(count):
        reader.sized()
        reader.sized()
        reader.ub()


PIGGYBACKS = {
    CLOSE_CURSORS: _close_cursors,
    SET_SCHEMA: _set_schema,
    SESSION_STATE: Reader.ub,
    LOB: _free_lobs,
    END_TO_END: _end_to_end,
    APP_CONTEXT: _app_context,
}

__all__ = ["Execution", "LobCall", "Logon", "NeedMoreError", "OpenStatement", "ProtocolError", "Request", "Requests"]
