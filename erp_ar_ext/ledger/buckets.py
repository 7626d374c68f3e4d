"""Aging buckets: ranges of whole days (or months) past due, proven to hold every integer exactly once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from erp_ar_ext.errors import UsageError

Unit = Literal["days", "months"]
End = Literal["from", "to"]

DEFAULT_BOUNDS = (30, 60, 90)
DEFAULT_MONTHS = (1, 2, 3)
FURTHEST = 3_652_059
"""Days of the calendar: its first and its last are less than that apart."""


@dataclass(frozen=True)
class Bucket:
    """Days (or months) past due from `first` to `last`, both included; None is without end on that side."""

    name: str
    first: int | None
    last: int | None

    @property
    def is_past_due(self) -> bool:
        """Whether all that is in it is past due: a bucket never holds both 0 and 1."""
        return self.first is not None and self.first >= 1

    @property
    def is_empty(self) -> bool:
        """Whether it ends before it begins."""
        return self.first is not None and self.last is not None and self.first > self.last

    def condition(self, age: str) -> str:
        """SQL that is true when the expression `age` falls into the bucket."""
        parts = []
        if self.first is not None:
            parts.append(f"{age} >= {self.first}")
        if self.last is not None:
            parts.append(f"{age} <= {self.last}")
        return " AND ".join(parts)


@dataclass(frozen=True)
class Fault:
    """Why buckets are not fit to age by: which of them, counted from 0, and at which of its ends."""

    at: int
    end: End
    message: str
    hint: str


def make_buckets(bounds: Sequence[int], unit: Unit = "days") -> tuple[Bucket, ...]:
    """Buckets for upper bounds: (30, 60) gives not_due, 1-30, 31-60, 61+; months (1, 3) current, 1 month, 2-3 months.

    Each begins where the one before ended and the outer two have no end, so that every whole number falls into
    exactly one. Raises UsageError for bounds that do not rise from 1.
    """
    rises = all(later > earlier for earlier, later in pairwise((0, *bounds)))
    if not bounds or not rises or bounds[-1] >= FURTHEST:
        raise UsageError(
            f"buckets must be rising whole numbers of {unit} from 1, not {','.join(map(str, bounds)) or 'nothing'}",
            hint=f"for example --buckets {'30,60,90' if unit == 'days' else '1,2,3'}",
        )
    called = _called_by_days if unit == "days" else _called_by_months
    inner = [Bucket(called(low + 1, high), low + 1, high) for low, high in pairwise((0, *bounds))]
    beyond = bounds[-1] + 1
    youngest = Bucket("not_due" if unit == "days" else "current", None, 0)
    return (youngest, *inner, Bucket(called(beyond, None), beyond, None))


def faults(buckets: Sequence[Bucket]) -> list[Fault]:
    """Why some whole number is in no bucket or in two, or one bucket mixes what is past due with what is not.

    The proof that there is no such number: the first bucket has no beginning, each other begins on the day after
    the one before it ends, the last has no end. So they are in the order of their days, no two share one, and none
    is between or outside them.
    """
    found = [fault for at, bucket in enumerate(buckets) for fault in _of_one(at, bucket)]
    return found if any(bucket.is_empty for bucket in buckets) else [*found, *_between(buckets)]


def _of_one(at: int, bucket: Bucket) -> Iterator[Fault]:
    first, last = bucket.first, bucket.last
    if bucket.is_empty:
        message = f"bucket {bucket.name!r} holds nothing: it begins at {first} and ends at {last}"
        yield Fault(at, "from", message, "swap them")
    elif (first is None or first <= 0) and (last is None or last >= 1):
        message = f"bucket {bucket.name!r} holds both 0, which is not past due, and 1, which is"
        yield Fault(at, "to" if first is None else "from", message, "let one bucket end at 0 and the next begin at 1")
    ends: tuple[tuple[End, int | None], ...] = (("from", first), ("to", last))
    for end, bound in ends:
        if bound is not None and abs(bound) > FURTHEST:
            message = f"bucket bound {bound} lies beyond the calendar"
            yield Fault(at, end, message, "leave it out for a bucket without end")


def _between(buckets: Sequence[Bucket]) -> Iterator[Fault]:
    if buckets[0].first is not None:
        yield Fault(0, "from", f"no bucket holds what lies below {buckets[0].first}", "leave out its 'from'")
    for at, (before, bucket) in enumerate(pairwise(buckets), start=1):
        if before.last is None or bucket.first is None:
            message = f"bucket {bucket.name!r} overlaps {before.name!r}, which " + (
                "has no end" if before.last is None else f"ends at {before.last}"
            )
            yield Fault(at, "from", message, "only the first has no 'from', and only the last no 'to'")
        elif bucket.first <= before.last:
            message = f"bucket {bucket.name!r} overlaps {before.name!r}: both hold {bucket.first}"
            yield Fault(at, "from", message, f"begin it at {before.last + 1}; the youngest bucket comes first")
        elif bucket.first > before.last + 1:
            low, high = before.last + 1, bucket.first - 1
            missing = f"{low}" if low == high else f"{low} to {high}"
            yield Fault(at, "from", f"no bucket holds {missing}", f"begin {bucket.name!r} at {low}")
    if buckets[-1].last is not None:
        yield Fault(len(buckets) - 1, "to", f"no bucket holds what lies above {buckets[-1].last}", "leave out its 'to'")


def _called_by_days(first: int, last: int | None) -> str:
    if last is None:
        return f"{first}+"
    return f"{first}-{last}"


def _called_by_months(first: int, last: int | None) -> str:
    if first == last:
        return "1 month" if first == 1 else f"{first} months"
    return f"{_called_by_days(first, last)} months"


def quoted(column: str) -> str:
    """Write a name as SQL takes it, whatever is in it."""
    return '"' + column.replace('"', '""') + '"'
