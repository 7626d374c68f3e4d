"""Commands of the contract that a later release brings: they say so, and exit 64."""

from __future__ import annotations

from typing import Never

import typer

from erp_ar_ext.errors import UsageError

ANY_ARGUMENTS = {"ignore_unknown_options": True, "allow_extra_args": True}
"""So that a command of a later release says that, rather than that it does not know an option."""


def simulate_command(_context: typer.Context) -> Never:
    """Show what another policy would have decided, day by day (release 0.5)."""
    _not_yet("simulate", "0.5")


def _not_yet(command: str, release: str) -> Never:
    raise UsageError(
        f"{command} is not in this release; release {release} brings it", hint="erp-ar --help lists the rest"
    )
