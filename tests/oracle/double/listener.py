"""The listener: its sessions, users, faults and trace."""

import asyncio
import re
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from . import dictionary
from .catalogue import DBA, Catalogue
from .engine import Engine
from .errors import OraError
from .faults import Fault
from .handle import Call
from .profiles import Profile
from .session import Session
from .statements import Statement

gate: Callable[[str, int], list[str]] | None
try:
    from gate import check as gate
except ImportError:  # it is a package of its own, and may be left out
    gate = None

TRACE = 20_000
"""Calls that are kept."""


class Listener:
    """Waits for connections, and knows what the tests ask of them."""

    def __init__(self, conninfo: str, profile: Profile, services: list[str], *, verbose: bool = False) -> None:
        self.profile, self.services = profile, [one.upper() for one in services]
        self.catalogue = Catalogue(conninfo, dictionary.build(conninfo, profile))
        self.sessions: set[Session] = set()
        self.faults: list[Fault] = []
        self.go_on = asyncio.Event()
        self._trace: deque[Call] = deque(maxlen=TRACE)
        self._verbose = verbose
        self._checked: dict[str, OraError | None] = {}
        self._server: asyncio.Server | None = None

    # connections

    async def listen(self, host: str, port: int) -> int:
        """Start to listen; gives the port."""
        self._server = await asyncio.start_server(self._connected, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self, reader, writer)
        self.sessions.add(session)
        try:
            await session.run()
        finally:
            self.sessions.discard(session)

    async def close(self) -> None:
        """Stop listening, end all sessions."""
        if self._server:
            self._server.close()
        self.kill_sessions()
        await asyncio.sleep(0.05)  # their ends roll back

    def open_engine(self, session: Session) -> Engine:
        """Open a session's connection of PostgreSQL's."""
        user = session.user
        role = None if user in DBA else self.catalogue.role_name(user)
        engine = Engine(self.catalogue.conninfo, user, role, self.catalogue)
        if not self.catalogue.may(engine.conn, user, "CREATE SESSION"):
            engine.close()
            raise OraError(1045, f"user {user} lacks CREATE SESSION privilege; logon denied")
        engine.set_context(service=session.service, version=self.profile.text)
        return engine

    def check(self, statement: Statement) -> None:
        """Refuse what Oracle's own parser would: the gate's part."""
        if gate is None or statement.kind == "plsql":
            return
        key = statement.sql
        if key not in self._checked:
            if len(self._checked) > TRACE:
                self._checked.clear()
            found = [one for one in gate(key, self.profile.version[0]) if re.match(r"(ORA|PLS)-\d{5}", one)]
            code = int(found[0][4:9]) if found and found[0].startswith("ORA") else 6550
            self._checked[key] = OraError(code, f"{found[0][10:]} [the gate]") if found else None
        error = self._checked[key]
        if error:
            raise OraError(error.code, error.text.split(": ", 1)[1])

    # what tests ask

    def record(self, session: Session, call: str, sql: str = "", detail: str = "") -> None:
        """Keep a call in the trace."""
        one = Call(session.number, session.user, call, sql, detail)
        self._trace.append(one)
        if self._verbose:
            print(one, file=sys.stderr, flush=True)  # noqa: T201

    def calls(self) -> list[dict[str, Any]]:
        """Calls so far."""
        return [asdict(one) for one in self._trace]

    def clear_trace(self) -> None:
        """Forget the calls so far."""
        self._trace.clear()

    def clear_faults(self) -> None:
        """Forget faults, wake stalled calls."""
        self.faults.clear()
        self.go_on.set()
        self.go_on = asyncio.Event()

    def kill_sessions(self) -> None:
        """Cut every connection."""
        for session in list(self.sessions):
            session.cut()

    async def add_user(self, name: str, password: str, state: str = "open") -> None:
        """Make a user with the rights to make what it likes in its schema."""
        await asyncio.to_thread(self.catalogue.add_user, name.upper(), password, state)

    async def drop_user(self, name: str) -> None:
        """Drop a user; its sessions end first."""
        for session in list(self.sessions):
            if session.user == name.upper():
                session.cut()
        for _attempt in range(100):
            if not any(session.user == name.upper() for session in self.sessions):
                break
            await asyncio.sleep(0.02)
        await asyncio.to_thread(self.catalogue.drop_user, name.upper())
