"""Signals: Ctrl-C and SIGTERM end a command in good order; one that writes back finishes what it is at first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Never

ENDING = (signal.SIGINT, signal.SIGTERM)


class Ended(BaseException):
    """A signal has come: end, and let go of leases and files on the way. No Exception, so that nothing takes it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number
        """What a shell says of a program that a signal ended."""


def end_in_good_order() -> None:
    """Let the ending signals raise Ended: by itself, SIGTERM would leave the lease held and the run without an end."""

    def end(number: int, _frame: FrameType | None) -> Never:
        raise Ended(number)

    for one in _heeded():
        signal.signal(one, end)


@contextmanager
def draining() -> Iterator[Callable[[], bool]]:
    """Yield what tells whether to stop at the next action: yes once SIGTERM or SIGINT has come.

    Only the first is met so; the second ends the command at once.
    """
    told = threading.Event()
    before = {one: signal.getsignal(one) for one in _heeded()}

    def put_back() -> None:
        for one, handler in before.items():
            signal.signal(one, handler)

    def drain(_number: int, _frame: FrameType | None) -> None:
        told.set()
        put_back()

    for one in before:
        signal.signal(one, drain)
    try:
        yield told.is_set
    finally:
        put_back()


def _heeded() -> list[signal.Signals]:
    """The ending signals, but for those that this process was started to ignore."""
    return [one for one in ENDING if signal.getsignal(one) is not signal.SIG_IGN]
