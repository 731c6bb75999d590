"""A picture of rates by group with their intervals, as SVG that needs nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from doorlicht.records import Audited, Measure
from doorlicht.reports.small_numbers import LIMIT

MAX_ROWS: Final = 25
ROW: Final = 26
LEFT: Final = 220
WIDTH: Final = 460
"""Of the plotted part; the names of groups stand left of it, and the numbers right."""

RIGHT: Final = 170
TOP: Final = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A group: where its line lies, from where to where it goes, and what stands beside it."""

    y: float
    name: str
    low: float
    high: float
    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class RatePicture:
    """What is drawn; ``ticks`` are places along the axis with what they say."""

    width: int
    height: int
    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]
    reference: float | None
    left_out: int


def draw_rates(
    audited: Audited, name: Callable[[str], str], share: Callable[[float], str]
) -> RatePicture | None:
    """Return the picture of the selection rates, or none where there is nothing to draw."""
    small = {group.name for group in audited.groups if group.has_fewer_than(LIMIT)}
    rates = [
        one for one in audited.measures if one.measure == audited.rate and one.group not in small
    ]
    if not rates:
        return None
    shown = rates[:MAX_ROWS]
    most = max(_top(one) for one in shown) or 1.0
    step = _step(most)
    end = min(1.0, math.ceil(most / step - 1e-9) * step)
    reference = next((one.reference for one in audited.measures if one.reference), None)
    base = next((one.value for one in rates if one.group == reference), None)
    rows = tuple(
        Row(
            TOP + ROW * at + ROW / 2, name(one.group), _x(one.low, end), _x(one.high, end),
            None if one.value is None else _x(one.value, end),
            "?" if one.value is None
            else f"{share(one.value)} ({share(one.low)} - {share(one.high)})",
        )
        for at, one in enumerate(shown)
    )  # fmt: skip
    ticks = tuple((_x(step * at, end), share(step * at)) for at in range(round(end / step) + 1))
    return RatePicture(
        LEFT + WIDTH + RIGHT,
        TOP + ROW * len(rows) + 10,
        rows,
        ticks,
        None if base is None else _x(base, end),
        len(rates) - len(shown),
    )


def _top(one: Measure) -> float:
    return one.high if math.isfinite(one.high) else (one.value or 0.0)


def _x(value: float, end: float) -> float:
    if not math.isfinite(value):
        value = end
    return round(LEFT + WIDTH * min(max(value / end, 0.0), 1.0), 1)


def _step(most: float) -> float:
    """Return a round step that gives about five parts."""
    rough = most / 5
    power = 10 ** math.floor(math.log10(rough))
    return float(next(one for one in (power, 2 * power, 5 * power, 10 * power) if one >= rough))
