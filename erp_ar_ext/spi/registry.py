"""Find adapters by entry point; import one only when it is asked for."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from erp_ar_ext.errors import AdapterError
from erp_ar_ext.spi.adapter import COMMAND_GROUP, ENTRY_POINT_GROUP, SPI_VERSION, Adapter

_registered: dict[str, Adapter] = {}


def register(adapter: Adapter) -> None:
    """Make an adapter known without installing it: for tests and for one's own code."""
    _registered[adapter.info.name] = adapter


def available() -> list[str]:
    """Names of all adapters that are installed or registered, sorted."""
    return sorted({*_registered, *_found()})


def load(name: str) -> Adapter:
    """Import an adapter.

    Raises AdapterError, telling apart an adapter that is not installed, one that is installed but broken, and
    one that speaks another version of the protocols.
    """
    if name in _registered:
        return _registered[name]
    found = _found()
    if name not in found:
        installed = ", ".join(available()) or "none"
        raise AdapterError(
            f"no adapter is called {name!r}; installed: {installed}",
            hint=f"pip install erp-ar-ext-{name}, if that is its distribution, or correct the name in erp-ar.toml",
        )
    adapter: Adapter = _import(found[name])
    if adapter.info.spi_version != SPI_VERSION:
        raise AdapterError(
            f"adapter {name!r} speaks version {adapter.info.spi_version} of the adapter protocols, "
            f"this program version {SPI_VERSION}",
            hint="install matching versions of erp-ar-ext and the adapter",
        )
    return adapter


def commands() -> list[str]:
    """Names of the commands that installed adapters bring, sorted."""
    return sorted(_found(COMMAND_GROUP))


def load_commands(name: str) -> Any:
    """Import the typer application that an adapter publishes under a name of `commands()`. Raises AdapterError."""
    return _import(_found(COMMAND_GROUP)[name])


@cache
def _found(group: str = ENTRY_POINT_GROUP) -> dict[str, EntryPoint]:
    """Find what is installed, once for a process: it takes opening a file of every distribution there is."""
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=group):
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            raise AdapterError(
                f"two installed distributions both offer an adapter {point.name!r}: {other.value} and {point.value}",
                hint="uninstall one of them",
            )
    return found


def _import(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:
        raise AdapterError(
            f"adapter {point.name!r} is installed but cannot be imported: {error}",
            place=point.value,
            hint="reinstall the adapter and what it depends on",
        ) from error
