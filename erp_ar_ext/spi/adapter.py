"""What an adapter distribution publishes under the entry-point group `erp_ar_ext.adapters`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

from erp_ar_ext.spi.capabilities import Capability, Support
from erp_ar_ext.spi.reading import ReadContext, Source
from erp_ar_ext.spi.writing import Target

SPI_VERSION = 1
"""Raised when an adapter written for the old protocols would no longer work."""

ENTRY_POINT_GROUP = "erp_ar_ext.adapters"

COMMAND_GROUP = "erp_ar_ext.commands"
"""Entry points of further commands an adapter brings, each a `typer.Typer`: `erp-ar <name> ...`."""


@dataclass(frozen=True)
class AdapterInfo:
    """How an adapter describes itself; `settings` is the pydantic model of its section in erp-ar.toml."""

    name: str
    version: str
    summary: str
    settings: type[BaseModel]
    capabilities: Mapping[Capability, Support] = field(default_factory=dict)
    spi_version: int = SPI_VERSION

    def support(self, capability: Capability) -> Support:
        """How far a capability goes; one that is not named is unknown."""
        return self.capabilities.get(capability, Support.UNKNOWN)


class CheckStatus(StrEnum):
    """Result of one line of `erp-ar doctor`."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One line of `erp-ar doctor`: what was checked, what was found, and what to run when it failed."""

    name: str
    status: CheckStatus
    detail: str
    hint: str | None = None


class Adapter(Protocol):
    """An adapter: a description, and how to open it."""

    @property
    def info(self) -> AdapterInfo:
        """Describe the adapter."""
        ...

    def open_source(self, settings: Mapping[str, Any], context: ReadContext) -> Source:
        """Open for reading. Raises ConfigError for unusable settings, SourceError where nothing answers."""
        ...

    def open_target(self, settings: Mapping[str, Any], context: ReadContext) -> Target:
        """Open for writing. Raises AdapterError where the adapter only reads."""
        ...

    def checks(self, settings: Mapping[str, Any], context: ReadContext) -> list[Check]:
        """Check settings, connection and schema for `erp-ar doctor`; never raises for what it finds wrong."""
        ...


@runtime_checkable
class ChecksTarget(Protocol):
    """An adapter that can also tell whether it could write: `erp-ar doctor` asks it about the configured target."""

    def target_checks(self, settings: Mapping[str, Any], context: ReadContext) -> list[Check]:
        """Check what writing needs beyond what reading needs; never raises for what it finds wrong."""
        ...
