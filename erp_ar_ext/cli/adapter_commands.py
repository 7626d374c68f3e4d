"""Commands that an adapter brings: `erp-ar <its name> ...`, found by entry point, imported when asked for."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from erp_ar_ext.spi.registry import commands, load_commands


class WithAdapterCommands(TyperGroup):
    """The application's own commands first, then those of the installed adapters."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer's own context
        """Names of all commands, in the order the help shows them."""
        own = super().list_commands(ctx)
        return [*own, *(name for name in commands() if name not in own)]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """Find a command of the application's, else an adapter's group of commands; None where neither is there.

        Raises AdapterError for one that is installed but cannot be imported.
        """
        return super().get_command(ctx, cmd_name) or _of_adapter(cmd_name)


def _of_adapter(name: str) -> Any:
    if name not in commands():
        return None
    group = get_command(load_commands(name))
    group.name = name
    group.rich_help_panel = "Adapters"  # type: ignore[attr-defined]  # every typer command has one
    return group
