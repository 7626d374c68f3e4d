"""Bars of an aging as geometry: one chart per currency, on that currency's own scale.

Lengths are exact decimals, cut to a tenth of a unit only when they become text of the SVG.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp_ar_ext.report.wording import money

HEIGHT = 210
_TOP, _BOTTOM = 26, 26
_PLOT = HEIGHT - _TOP - _BOTTOM
_PITCH, _BAR = 86, 54
_PER_CHARACTER = Decimal("6.6")

NOT_DUE_COLOUR = "#5b7fa6"
OVERDUE_COLOURS = ("#f3cf9b", "#e5a455", "#c8702a", "#8f3d12", "#5a2108", "#33130a")
"""From light to dark with age: blue beside orange, and told apart by lightness alone, on paper too."""


@dataclass(frozen=True)
class Bar:
    """One column: its place and size in the SVG's units, and its label above (or below, when negative)."""

    name: str
    label: str
    colour: str
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal
    label_y: Decimal

    @property
    def middle(self) -> Decimal:
        """Where the labels are centred."""
        return tenth(self.x + self.width / 2)


@dataclass(frozen=True)
class Columns:
    """A chart of columns; `baseline` is where zero stands."""

    width: Decimal
    height: int
    baseline: Decimal
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Segment:
    """A part of a bar that is 1000 units wide in all."""

    name: str
    colour: str
    x: Decimal
    width: Decimal


def columns(buckets: Mapping[str, Decimal], currency: str, fresh: int = 1) -> Columns:
    """Lay out one column per bucket; a negative bucket (more credits than debits) hangs below the baseline.

    `fresh` says how many of the buckets, the first ones, are not past due.
    """
    amounts = list(buckets.values())
    above, below = max(Decimal(0), *amounts), max(Decimal(0), *(-amount for amount in amounts))
    scale = _PLOT / (above + below) if above + below else Decimal(0)
    baseline = tenth(_TOP + above * scale)
    labels = [money(amount, currency) for amount in amounts]
    pitch = max(Decimal(_PITCH), max(len(label) for label in labels) * _PER_CHARACTER + 8)
    bars = [
        _bar(name, label, amount, baseline, abs(amount) * scale, at * pitch + (pitch - _BAR) / 2, colour)
        for at, (name, amount, label, colour) in enumerate(
            zip(buckets, amounts, labels, colours(len(amounts), fresh), strict=True)
        )
    ]
    return Columns(tenth(pitch * len(bars)), HEIGHT, baseline, tuple(bars))


def age_profile(buckets: Mapping[str, Decimal], fresh: int = 1) -> tuple[Segment, ...]:
    """Lay out the buckets as parts of one bar; a bucket of nothing or less has no part."""
    whole = sum((max(Decimal(0), amount) for amount in buckets.values()), Decimal(0))
    segments, x = [], Decimal(0)
    for (name, amount), colour in zip(buckets.items(), colours(len(buckets), fresh), strict=True):
        if amount > 0:
            width = amount * 1000 / whole
            segments.append(Segment(name, colour, tenth(x), tenth(width)))
            x += width
    return tuple(segments)


def length(amount: Decimal, longest: Decimal) -> Decimal:
    """Length of a bar in percent of the longest."""
    return tenth(max(Decimal(0), amount) * 100 / longest) if longest > 0 else Decimal(0)


def colours(count: int, fresh: int = 1) -> Sequence[str]:
    """Colours of that many buckets: those not due, then ever darker; the last colour repeats."""
    overdue = [OVERDUE_COLOURS[min(at, len(OVERDUE_COLOURS) - 1)] for at in range(count - fresh)]
    return [*[NOT_DUE_COLOUR] * fresh, *overdue]


def tenth(value: Decimal) -> Decimal:
    """Cut to one decimal: finer than any screen."""
    return value.quantize(Decimal("0.1"))


def _bar(  # noqa: PLR0913, PLR0917 - a bar is drawn from that many measures
    name: str, label: str, amount: Decimal, baseline: Decimal, height: Decimal, x: Decimal, colour: str
) -> Bar:
    top = baseline - height if amount >= 0 else baseline
    label_y = top - 7 if amount >= 0 else top + height + 15
    return Bar(name, label, colour, tenth(x), tenth(top), Decimal(_BAR), tenth(height), tenth(label_y))
