"""Aging buckets: ranges of whole days past due that hold every integer exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from erp_ar_ext.errors import UsageError

DEFAULT_BOUNDS = (30, 60, 90)


@dataclass(frozen=True)
class Bucket:
    """Days past due from `first` to `last`, both included; None is without end on that side."""

    name: str
    first: int | None
    last: int | None

    def condition(self, days: str) -> str:
        """SQL that is true when the expression `days` falls into the bucket."""
        parts = []
        if self.first is not None:
            parts.append(f"{days} >= {self.first}")
        if self.last is not None:
            parts.append(f"{days} <= {self.last}")
        return " AND ".join(parts)


def make_buckets(bounds: Sequence[int]) -> tuple[Bucket, ...]:
    """Buckets for upper bounds: (30, 60) gives not_due, 1-30, 31-60, 61+.

    Every whole number of days falls into exactly one, because each range begins a day after the one before
    ends and the outer two have no end. Raises UsageError for bounds that do not rise from 1.
    """
    if not bounds or any(later <= earlier for earlier, later in zip((0, *bounds), bounds, strict=False)):
        raise UsageError(
            f"buckets must be rising whole numbers of days from 1, not {','.join(map(str, bounds)) or 'nothing'}",
            hint="for example --buckets 30,60,90",
        )
    inner = [Bucket(f"{low + 1}-{high}", low + 1, high) for low, high in zip((0, *bounds), bounds, strict=False)]
    return (Bucket("not_due", None, 0), *inner, Bucket(f"{bounds[-1] + 1}+", bounds[-1] + 1, None))
