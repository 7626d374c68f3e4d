"""A target whose answers hold no secret: they are kept in the outbox, and shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from erp_ar_ext.secrets import masked
from erp_ar_ext.spi import Intent, Target, WriteResult


class DiscreetTarget:
    """Asks another target, and takes every known secret out of what it says."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def identity(self) -> Mapping[str, str]:
        """Which ERP this is."""
        return self._target.identity()

    def write(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Write, as the other does."""
        return [_discreet(one) for one in self._target.write(intents)]

    def check(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Check, as the other does."""
        return [_discreet(one) for one in self._target.check(intents)]

    def look_up(self, intents: Sequence[Intent]) -> Sequence[WriteResult | None]:
        """Look up, as the other does."""
        return [one and _discreet(one) for one in self._target.look_up(intents)]

    def close(self) -> None:
        """Close the other."""
        self._target.close()


def _discreet(result: WriteResult) -> WriteResult:
    return replace(result, message=masked(result.message))
