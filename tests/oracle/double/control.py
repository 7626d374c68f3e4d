"""The control channel: one JSON object a line asks, one a line answers; for tests, on the loopback only."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Protocol

from .faults import Fault


class Controlled(Protocol):
    """What the channel needs of a listener."""

    faults: list[Fault]

    def clear_faults(self) -> None:
        """Forget faults, wake stalled calls."""

    def kill_sessions(self) -> None:
        """Cut every connection."""

    async def add_user(self, name: str, password: str, state: str) -> None:
        """Make a user."""

    async def drop_user(self, name: str) -> None:
        """Drop a user."""

    def calls(self) -> list[dict[str, Any]]:
        """Calls so far."""

    def clear_trace(self) -> None:
        """Forget the calls so far."""


async def answer(listener: Controlled, request: dict[str, Any]) -> Any:
    """Do what a request asks; returns what it answers."""
    do = request.pop("do", None)
    if do == "fault":
        listener.faults.append(Fault(**request))
        return None
    if do == "add_user":
        return await listener.add_user(**request)
    if do == "drop_user":
        return await listener.drop_user(**request)
    plain: dict[str, Callable[[], Any]] = {
        "clear_faults": listener.clear_faults,
        "kill_sessions": listener.kill_sessions,
        "trace": listener.calls,
        "clear_trace": listener.clear_trace,
    }
    if do not in plain:
        raise ValueError(f"no such request: {do}")
    return plain[do]()


async def serve(listener: Controlled, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection until it closes; an error is told to whoever asked."""
    try:
        while line := await reader.readline():
            try:
                told = {"answer": await answer(listener, json.loads(line))}
            except Exception as error:  # noqa: BLE001 - told, not swallowed: the asking test fails with it
                told = {"error": f"{type(error).__name__}: {error}"}
            writer.write(json.dumps(told, default=str).encode() + b"\n")
            await writer.drain()
    finally:
        writer.close()
