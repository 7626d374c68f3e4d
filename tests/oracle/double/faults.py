"""Faults that a test asks for: what goes wrong, at which call, before or after the call took effect."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from .errors import OraError

CALLS = ("connect", "auth", "execute", "fetch", "commit", "rollback", "ping", "lob", "logoff", "packet", "*")
ACTIONS = ("drop", "rst", "half", "error", "stall", "delay")

MESSAGES = {
    1: "unique constraint (DOUBLE.INJECTED) violated",
    28: "your session has been killed",
    54: "resource busy and acquire with NOWAIT specified or timeout expired",
    60: "deadlock detected while waiting for resource",
    600: "internal error code, arguments: [injected], [], [], [], [], [], [], [], [], [], [], []",
    942: "table or view does not exist",
    1012: "not logged on",
    1013: "user requested cancel of current operation",
    1017: "invalid username/password; logon denied",
    1031: "insufficient privileges",
    1033: "ORACLE initialization or shutdown in progress",
    1034: "ORACLE not available",
    1089: "immediate shutdown or close in progress - no operations are permitted",
    1555: 'snapshot too old: rollback segment number 9 with name "INJECTED" too small',
    2049: "timeout: distributed transaction waiting for lock",
    2091: "transaction rolled back",
    2396: "exceeded maximum idle time, please connect again",
    3113: "end-of-file on communication channel",
    3114: "not connected to ORACLE",
    3135: "connection lost contact",
    4020: "deadlock detected while trying to lock object APPS.XXAR_EXT_API",
    4021: "timeout occurred while waiting to lock object",
    4061: 'existing state of package "APPS.XXAR_EXT_API" has been invalidated',
    4068: "existing state of packages has been discarded",
    6508: "PL/SQL: could not find program unit being called",
    6512: "at line 1",
    8177: "can't serialize access for this transaction",
    12170: "TNS:Connect timeout occurred",
    12514: "TNS:listener does not currently know of service requested in connect descriptor",
    12516: "TNS:listener could not find available handler with matching protocol stack",
    12520: "TNS:listener could not find available handler for requested type of server",
    12528: "TNS:listener: all appropriate instances are blocking new connections",
    12541: "TNS:no listener",
    25408: "can not safely replay call",
    28000: "The account is locked.",
    28001: "the password has expired",
    30006: "resource busy; acquire with WAIT timeout expired",
}
"""Texts of the errors that tests inject; any other code gets a text that says it was injected."""


def message(code: int) -> str:
    """Text of an error, without its code."""
    return MESSAGES.get(code, "error injected by a test")


@dataclass
class Fault:
    """One thing that goes wrong.

    `when` is "before" (the call has no effect) or "after" (it took effect, the answer is lost); `match` is a part of
    the statement's text, `skip` lets that many matching calls pass, `times` says how many fail. The call "packet" is
    every packet that the server sends: there the connection can be dropped, reset, or cut in the middle of one (half).
    """

    call: str
    when: str = "before"
    action: str = "drop"
    match: str = ""
    times: int = 1
    skip: int = 0
    code: int | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a fault that would never strike."""
        if self.call not in CALLS or self.when not in ("before", "after") or self.action not in ACTIONS:
            raise ValueError(f"no such fault: {self}")
        if self.action == "error" and self.code is None:
            raise ValueError("an error that is injected has a code")

    def strikes(self, call: str, when: str, sql: str) -> bool:
        """Whether it is this call's turn; counts the calls."""
        if self.times < 1 or self.call not in (call, "*") or self.when != when:
            return False
        if self.match.upper() not in sql.upper():
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class DroppedError(Exception):
    """The server is to vanish: the message says how."""


async def disturb(
    faults: Sequence[Fault],
    call: tuple[str, str, str],
    told: Callable[[str], None],
    stall: Callable[[], Awaitable[None]],
) -> None:
    """Let a fault strike, if it is one's turn; `call` is its name, before or after, and its statement."""
    for fault in faults:
        if not fault.strikes(*call):
            continue
        told(f"{call[1]} {call[0]}: {fault.action}")
        if fault.action in ("drop", "rst"):
            raise DroppedError(fault.action)
        if fault.action == "error":
            code = fault.code or 600
            raise OraError(code, message(code))
        if fault.action == "delay":
            await asyncio.sleep(fault.seconds)
        else:
            await stall()
        return


def cut(faults: Sequence[Fault], send_half: Callable[[], None]) -> None:
    """Cut the connection instead of sending a packet, if it is its turn."""
    for fault in faults:
        if fault.call == "packet" and fault.strikes("packet", "before", ""):
            if fault.action == "half":
                send_half()
            raise DroppedError("rst" if fault.action == "rst" else "drop")
