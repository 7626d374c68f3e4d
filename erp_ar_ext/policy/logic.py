"""Rules that can never act: conditions that contradict each other, or that an earlier rule always meets first."""

from __future__ import annotations

from collections.abc import Sequence

from erp_ar_ext.policy.predicates import Conjunct
from erp_ar_ext.policy.ranges import Range


def contradiction(parts: Sequence[Conjunct]) -> str | None:
    """Why conditions can never be true together, in words; None where they might."""
    for name, range_ in _ranges(parts).items():
        if range_.is_empty:
            told = " and ".join(part.text for part in parts if part.range and part.range[0] == name)
            return f"{told} is never true"
    texts = {part.text for part in parts}
    for part in parts:
        contraries = {f"NOT {part.text}", f"NOT ({part.text})", part.text.replace(" IS NULL", " IS NOT NULL")}
        if (contraries - {part.text}) & texts:
            return f"{part.text} stands beside its contrary"
        if part.sql == "FALSE":
            return "false is never true"
        if part.text.removesuffix(" IS NULL") in _ranges(parts) and part.text.endswith(" IS NULL"):
            return f"{part.text} stands beside a condition on its value"
    return None


def implies(parts: Sequence[Conjunct], others: Sequence[Conjunct]) -> bool:
    """Whether the others are all true wherever the parts are."""
    texts = {part.text for part in parts}
    ranges = _ranges(parts)
    return all(other.text in texts or _inside(ranges, other) for other in others)


def _inside(ranges: dict[str, Range], other: Conjunct) -> bool:
    if other.range is None:
        return False
    name, wanted = other.range
    return name in ranges and ranges[name].within(wanted)


def _ranges(parts: Sequence[Conjunct]) -> dict[str, Range]:
    """Values of each fact that all conditions leave."""
    ranges: dict[str, Range] = {}
    for part in parts:
        if part.range:
            name, range_ = part.range
            ranges[name] = ranges[name].intersect(range_) if name in ranges else range_
    return ranges
