"""What is told in the log: events with a name, which a search finds, an alarm waits for and a test demands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any

import structlog

_log = structlog.get_logger()


class Level(StrEnum):
    """How loud an event is: a warning is for whoever runs the program, info for whoever reads its log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Event:
    """Something that can happen: its dotted name, what it means, and what to do about it, where there is something.

    Each is written down once, in a table (`erp_ar_ext.events`, or a module `events` of an adapter), from which
    docs/reference/events.md is made. Nothing else is logged.
    """

    name: str
    level: Level
    meaning: str
    next_step: str = ""

    def tell(self, log: Any = _log, /, **facts: object) -> None:
        """Log that it happened, with facts: no secret, no amount, no customer's name. `log` is `bound()`."""
        getattr(log, self.level)(self.name, **facts)


def bound() -> Any:
    """Logger that spares a loop, if nothing changes what is logged meanwhile, from making one for each event."""
    return _log.bind()


def events_of(table: ModuleType) -> list[Event]:
    """All events that a table holds, in its order."""
    return [one for one in vars(table).values() if isinstance(one, Event)]
