"""One connection: its packets, its logon, its calls one after another, and interruptions of them."""

import asyncio
import contextlib
import re
import struct
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg

from . import blocks, wire
from .engine import Cursor, Engine
from .errors import OraError, mapped
from .faults import DroppedError, disturb
from .lobs import Lobs
from .logon import Verifier, welcome
from .packets import BREAK, DATA, END_OF_FILE, MARKER, RESET, Packets
from .replies import NO_DATA, Replies
from .requests import (
    AUTH_PHASE_ONE,
    CLOSE_CURSORS,
    END_TO_END,
    LOB,
    SET_SCHEMA,
    Execution,
    Logon,
    OpenStatement,
    ProtocolError,
    Request,
    Requests,
)
from .wire import NeedMoreError, Reader, Writer

if TYPE_CHECKING:
    from .listener import Listener

EXECUTE, FETCH, COMMIT, BATCH_ERRORS = 0x20, 0x40, 0x100, 0x80000
NUMBERS = count(100)
CANCELLED = "user requested cancel of current operation"


class Session:
    """One client's connection."""

    def __init__(self, listener: "Listener", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.listener, self.profile = listener, listener.profile
        self.number = next(NUMBERS)
        self.packets = Packets(reader, writer, listener.faults)
        self.statements: dict[int, OpenStatement] = {}
        self.lobs = Lobs()
        self.requests = Requests(self.profile.field_version, self.statements, self.lobs)
        self.replies = Replies(self.lobs)
        self.engine: Engine | None = None
        self.user = ""
        self.service = ""
        self._verifier: Verifier | None = None
        self._next = count(1)
        self._buffer = bytearray()
        self._incoming: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue()
        self._broken = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"session-{self.number}")

    # life

    async def run(self) -> None:
        """Serve the connection until it ends, however it does."""
        reading = None
        try:
            await self._handshake()
            reading = asyncio.ensure_future(self._read())
            await self._serve()
        except DroppedError as dropped:
            self.packets.drop(with_reset=str(dropped) == "rst")
        except (asyncio.IncompleteReadError, OSError):
            pass  # the client has gone, as clients do
        except Exception:  # noqa: BLE001 - told in the trace; this client's connection ends, the others go on
            self.listener.record(self, "crash", "", traceback.format_exc())
        finally:
            if reading:
                reading.cancel()
            self._end()

    def _end(self) -> None:
        if self.engine:
            self._interrupt()
            self._thread.submit(self.engine.close)
        self._thread.shutdown(wait=False)
        self.packets.writer.close()

    def cut(self) -> None:
        """Let the connection end at once."""
        self.packets.drop(with_reset=False)

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)
        except psycopg.Error as error:
            raise mapped(error, self.user) from error
        except (ValueError, TypeError, LookupError, ArithmeticError) as error:
            self.listener.record(self, "crash", "", traceback.format_exc())
            raise OraError(600, f"internal error code, arguments: [double], [{error!r}]") from error

    def _interrupt(self) -> None:
        self._broken.set()
        if self.engine:
            asyncio.get_running_loop().run_in_executor(None, self.engine.cancel)

    async def _read(self) -> None:
        """Read packets for ever, so that an interruption is seen while a call runs."""
        try:
            while True:
                kind, body = await self.packets.read()
                if kind == MARKER and body[2] in BREAK:
                    self._interrupt()
                await self._incoming.put((kind, body))
        except (asyncio.IncompleteReadError, OSError):
            await self._incoming.put(None)
            self._interrupt()

    # faults

    async def _fault(self, call: str, when: str, sql: str = "") -> None:
        def told(what: str) -> None:
            self.listener.record(self, "fault", sql, what)

        await disturb(self.listener.faults, (call, when, sql), told, self._stall)

    async def _stall(self) -> None:
        waiting = [asyncio.ensure_future(event.wait()) for event in (self._broken, self.listener.go_on)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()

    # before the first call

    async def _handshake(self) -> None:
        wanted, descriptor = await self.packets.connect()
        self.listener.record(self, "connect", "", descriptor)
        await self._connect_fault(descriptor)
        found = re.search(r"\(SERVICE_NAME=([^)]*)\)", descriptor, re.IGNORECASE)
        if not found or found[1].upper() not in self.listener.services:
            await self.packets.refuse(12514)
            raise ConnectionError("refused")
        self.service = found[1].upper()
        protocol = min(wanted, self.profile.protocol)
        if protocol < 319:  # an older client: it knows no end of a response
            fast = self.profile.fast_auth and wanted >= 319
            self.profile = replace(self.profile, end_of_response=False, fast_auth=fast)
        self.packets.accept(protocol, self.profile)

    async def _connect_fault(self, descriptor: str) -> None:
        try:
            await self._fault("connect", "before", descriptor)
        except OraError as error:  # a listener refuses in its own way
            await self.packets.refuse(error.code)
            raise ConnectionError("refused") from error

    # calls

    async def _next_request(self) -> Request | int | None:
        """Next message; None at the end, a number for a marker."""
        while True:
            if self._buffer:
                reader = Reader(self._buffer)
                with contextlib.suppress(NeedMoreError):
                    request = self.requests.read(reader)
                    del self._buffer[: reader.at]
                    return request
            packet = await self._incoming.get()
            if packet is None:
                return None
            kind, body = packet
            if kind == MARKER:
                self._buffer.clear()
                return body[2]
            if kind == DATA:
                if struct.unpack(">H", body[:2])[0] & END_OF_FILE:
                    return None
                self._buffer += body[2:]

    async def _serve(self) -> None:
        while True:
            request = await self._next_request()
            if request is None:
                return
            if isinstance(request, int):
                if request != RESET:
                    await self._reset()
                continue
            self._broken.clear()
            writer, ended = await self._answer(request)
            if self._broken.is_set() and request.call != "logoff":
                if await self._incoming.get() is None:  # the marker that interrupted the call
                    return
                await self._reset()
                continue
            if request.call != "release":
                await self.packets.send(writer)
            if ended:
                return

    async def _reset(self) -> None:
        """Agree with the client that the call is over: both send markers, then the error is told."""
        self._broken.clear()
        self.packets.marker(BREAK[0])
        self.packets.marker(RESET)
        await self.packets.writer.drain()
        while True:
            packet = await self._incoming.get()
            if packet is None:
                raise ConnectionError("gone")
            if packet[0] == MARKER and packet[1][2] == RESET:
                break
        self._buffer.clear()
        writer = Writer()
        self._status(writer, OraError(1013, CANCELLED))
        await self.packets.send(writer)

    def _status(self, writer: Writer, error: OraError | None = None, *about: Any, warning: bool = False) -> None:
        self.replies.field_version = self.requests.field_version
        self.replies.in_transaction = bool(self.engine and self.engine.active)
        self.replies.status(writer, error, *about, warning=warning)

    async def _answer(self, request: Request) -> tuple[Writer, bool]:
        """Do what a message asks; gives the answer, and whether the session is over."""
        writer = Writer()
        if request.fast or request.call == "protocol":
            self._tell_protocol(writer, request)
        if request.call == "datatypes":
            self.replies.data_types(writer)
        if request.call in ("protocol", "datatypes"):
            return writer, False
        if request.call == "auth" and self.profile.end_of_response:
            self.packets.end_of_response = True
        before = len(writer.data)
        await self._piggybacks(request)
        sql = request.sql or self._fetched(request)
        self.listener.record(self, request.call, sql)
        try:
            await self._fault(request.call, "before", sql)
            await self._call(request, writer)
            await self._fault(request.call, "after", sql)
        except OraError as error:
            self.listener.record(self, "error", sql, error.text)
            del writer.data[before:]
            self._status(writer, error, 0, error.rowcount)
            return writer, request.call == "auth"
        return writer, request.call == "logoff"

    def _tell_protocol(self, writer: Writer, request: Request) -> None:
        self.replies.field_version = self.requests.field_version
        self.replies.protocol(writer)
        if request.fast:
            self.replies.data_types(writer)
            self.packets.end_of_response = self.profile.end_of_response

    def _fetched(self, request: Request) -> str:
        sent = self.statements.get(request.about[0]) if request.call == "fetch" else None
        return sent.statement.sql if sent else ""

    async def _piggybacks(self, request: Request) -> None:
        for function, about in request.piggybacks:
            if function == CLOSE_CURSORS:
                for number in about:
                    await self._close(self.statements.pop(number, None))
            elif function == LOB:
                self.lobs.free(about)
            elif function == END_TO_END:
                self.listener.record(self, "end_to_end", "", repr(about))
                if self.engine:
                    await self._in_thread(lambda told=about: self._engine.set_context(**told))
            elif function == SET_SCHEMA and self.engine:
                await self._in_thread(self.engine.set_schema, about)

    async def _close(self, sent: OpenStatement | None) -> None:
        if sent and isinstance(sent.result, Cursor):
            await self._in_thread(sent.result.close)
            sent.result = None

    @property
    def _engine(self) -> Engine:
        if self.engine is None:
            raise ProtocolError("a call before the logon")
        return self.engine

    async def _call(self, request: Request, writer: Writer) -> None:
        about = request.about
        if request.call == "auth":
            await self._logon(about, writer)
        elif request.call == "execute":
            await self._execute(about, writer)
        elif request.call == "fetch":
            await self._fetch(about[0], about[1], writer)
        elif request.call == "lob":
            self.lobs.answer(about, writer)
            self._status(writer)
        elif request.call == "commit":
            await self._in_thread(self._engine.commit)
            self._status(writer)
        elif request.call in ("rollback", "logoff"):
            await self._in_thread(self._engine.rollback)
            self._status(writer)
        else:
            self._status(writer)

    async def _logon(self, logon: Logon, writer: Writer) -> None:
        if logon.phase == AUTH_PHASE_ONE:
            self.user = logon.user.strip('"') if logon.user.startswith('"') else logon.user.upper()
            self._verifier = Verifier(self.listener.catalogue.accounts.get(self.user))
            self._verifier.challenge(writer)
        else:
            if self._verifier is None:
                raise ProtocolError("a logon without its first call")
            key = self._verifier.session_key(logon.values)
            self.engine = await self._in_thread(self.listener.open_engine, self)
            welcome(writer, key, session=self.number, service=self.service, version=self.profile.number)
        self._status(writer)

    # statements

    async def _execute(self, call: Execution, writer: Writer) -> None:
        number, sent = call.number, call.sent
        if call.is_new:
            number = number or next(self._next)
            await self._close(self.statements.get(number))
            self.statements[number] = sent
        if call.defines:
            sent.defines = call.defines
            self._status(writer, None, number)
        elif not call.options & EXECUTE:
            if sent.statement.kind == "query":
                self.listener.check(sent.statement)
                self.replies.describe(writer, await self._in_thread(self._engine.describe, sent.statement))
            self._status(writer, None, number)
        else:
            await self._run(call, number, writer)

    async def _run(self, call: Execution, number: int, writer: Writer) -> None:
        sent = call.sent
        self.listener.check(sent.statement)
        await self._close(sent)
        result = await self._in_thread(lambda: self._run_in_thread(call))
        if result.cursor is not None:
            sent.result = result.cursor
            if call.is_new:
                self.replies.describe(writer, result.cursor.columns)
            await self._first_rows(call, number, writer)
            return
        if sent.statement.kind == "plsql":
            sent.directions = result.directions
            self.replies.outs(writer, sent, result)
        if result.returning is not None:
            self.replies.returning(writer, sent, result)
        if call.wants_counts:
            self.replies.counts(writer, result)
        error = OraError(24381, "error(s) in array DML") if result.failed else None
        self._status(writer, error, number, result.rowcount, result.failed, warning=result.warning)

    def _run_in_thread(self, call: Execution) -> Any:
        sent = call.sent
        rows = call.rows or [[None] * len(sent.binds) for _ in range(max(call.executions, 1))]
        go_on = bool(call.options & BATCH_ERRORS)
        result = blocks.execute(self._engine, sent.statement, sent.binds, rows, go_on=go_on)
        if call.options & COMMIT:
            self._engine.commit()
        return result

    async def _first_rows(self, call: Execution, number: int, writer: Writer) -> None:
        has_lobs = any(column.kind in wire.LOBS for column in call.sent.result.columns)
        if call.options & FETCH and call.iterations and not (has_lobs and not call.sent.defines):
            await self._fetch(number, call.iterations, writer)
        else:
            self._status(writer, None, number)

    async def _fetch(self, number: int, wanted: int, writer: Writer) -> None:
        sent = self.statements.get(number)
        if sent is None or not isinstance(sent.result, Cursor):
            raise OraError(1001, "invalid cursor")
        cursor = sent.result

        def portion() -> int:
            columns = cursor.fetch(wanted)
            self.replies.rows(writer, cursor.columns, sent.defines, columns)
            return len(columns[0])

        fetched = await self._in_thread(portion)
        cursor.fetched += fetched
        done = OraError(NO_DATA, "no data found") if fetched < wanted else None
        self._status(writer, done, number, cursor.fetched)
