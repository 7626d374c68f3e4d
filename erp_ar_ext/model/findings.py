"""Findings: what is wrong with data or rules, as values that are collected and reported all at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing found, with its place.

    `count` says how many rows are alike; `example` shows one of them.
    """

    code: str
    severity: Severity
    message: str
    entity: str | None = None
    place: str | None = None
    count: int = 1
    example: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the keys are the attribute names."""
        return asdict(self)

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        times = f" ({self.count:,} rows)" if self.count > 1 else ""
        return f"{self.severity}: {place}{self.message}{times}"
