"""Pictures of numbers in rows: a name at the left, a line or bar, and the number at the right.

A picture is drawn without a canvas: everything here is places and texts, and a template of SVG
writes them. So the page and the files show the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

ROW: Final = 26
LEFT: Final = 220
WIDTH: Final = 450
"""Of the plotted part; names stand left of it, and the numbers right. A picture is shifted so that
its names fit."""

RIGHT: Final = 60
"""At least; longer numbers get more."""

TOP: Final = 30
MAX_ROWS: Final = 25
_NAME_LETTERS: Final = 42
_NAME_LETTER_WIDTH: Final = 7.6
_LEAST_LEFT: Final = 90
_LETTER_WIDTH: Final = 6.8
"""Of a letter of the numbers, in pixels, rather too wide than too narrow."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a picture.

    Attributes
    ----------
    low, high, value
        Places along the axis; ``value`` is where the dot stands, and of a bar where it ends.
    opens_left, opens_right
        Whether the line goes on beyond the plotted part.
    is_marked
        Drawn otherwise, and said so in ``text``: nobody has to tell colours apart.
    """

    y: float
    name: str
    text: str
    low: float
    high: float
    value: float | None
    opens_left: bool = False
    opens_right: bool = False
    is_bar: bool = False
    is_marked: bool = False

    @property
    def short_name(self) -> str:
        """The name, as long as there is room."""
        fits = len(self.name) <= _NAME_LETTERS
        return self.name if fits else self.name[: _NAME_LETTERS - 1] + "…"


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, and what it is called.

    Attributes
    ----------
    name
        Of its files, without ending.
    notes
        Sentences that stand under the title.
    ticks
        Places along the axis with what they say.
    base
        Place of a line across all rows: the reference, a ratio of 1, or nought.
    left_out
        Rows that there are and that are not drawn.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]
    base: float | None = None
    left_out: int = 0

    @property
    def width(self) -> int:
        """In pixels."""
        longest = max((len(row.text) for row in self.rows), default=0)
        return self.shift + LEFT + WIDTH + max(RIGHT, round(longest * _LETTER_WIDTH) + 24)

    @property
    def shift(self) -> int:
        """How far everything stands to the right, for long names, or to the left."""
        longest = max((len(row.short_name) for row in self.rows), default=0)
        return max(_LEAST_LEFT, round(longest * _NAME_LETTER_WIDTH) + 20) - LEFT

    @property
    def height(self) -> int:
        """Of the rows and the axis, without a title."""
        return TOP + ROW * len(self.rows) + 10

    @property
    def description(self) -> str:
        """All that the picture shows, for who cannot see it."""
        told = (f"{row.name}: {row.text}" for row in self.rows)
        return " ".join([f"{self.title}.", *self.notes, "; ".join(told) + "."])


def row_y(at: int) -> float:
    """Return the middle of the row at a place, from 0 on."""
    return TOP + ROW * at + ROW / 2


@dataclass(frozen=True, slots=True)
class Axis:
    """Where numbers stand: evenly from ``start`` to ``end``, or evenly by their ratios."""

    start: float
    end: float
    is_log: bool = False

    def x(self, value: float) -> float:
        """Return the place of a number, at the border if it lies outside."""
        if value != value:
            value = self.end
        kept = min(max(value, self.start), self.end)
        if self.is_log:
            part = math.log(kept / self.start) / math.log(self.end / self.start)
        else:
            part = (kept - self.start) / (self.end - self.start)
        return round(LEFT + WIDTH * part, 1)

    def is_before(self, value: float) -> bool:
        """Whether a number lies left of what is plotted."""
        return value < self.start * (1 - 1e-9) if self.is_log else value < self.start - 1e-12

    def is_beyond(self, value: float) -> bool:
        """Whether a number lies right of what is plotted, or is no number."""
        return value != value or value > self.end * (1 + 1e-9)


def even_axis(most: float, least: float = 0.0, *, at_most: float = math.inf) -> Axis:
    """Return an axis with round ends around nought and what lies between two numbers."""
    step = step_of(max(most - least, 1e-9))
    end = min(at_most, math.ceil(most / step - 1e-9) * step)
    return Axis(min(0.0, math.floor(least / step + 1e-9) * step), max(end, step * 1e-9))


def even_ticks(axis: Axis) -> list[float]:
    """Return round numbers along an even axis."""
    step = step_of(axis.end - axis.start)
    first = math.ceil(axis.start / step - 1e-9)
    last = math.floor(axis.end / step + 1e-9)
    return [step * at for at in range(first, last + 1)]


def ratio_axis(least: float, most: float) -> Axis:
    """Return an axis of ratios that holds 1 and is at least a factor of two to one side."""
    powers = [factor * 10.0**power for power in range(-6, 7) for factor in (1, 2, 5)]
    least, most = max(min(least, 1.0), 1e-6), min(max(most, 1.0), 1e6)
    start = max((one for one in powers if one <= least * (1 + 1e-9)), default=1e-6)
    end = min((one for one in powers if one >= most * (1 - 1e-9)), default=5e6)
    if start == end:
        start, end = 0.5, 2.0
    return Axis(start, end, is_log=True)


def ratio_ticks(axis: Axis) -> list[float]:
    """Return 1, 2, 5, 10 ... between the ends; only powers of ten where there are many."""
    every = [factor * 10.0**power for power in range(-6, 7) for factor in (1, 2, 5)]
    ticks = [one for one in every if not axis.is_before(one) and not axis.is_beyond(one)]
    if len(ticks) <= _MANY_TICKS:
        return ticks
    return [one for one in ticks if math.isclose(math.log10(one) % 1.0, 0.0, abs_tol=1e-9)]


_MANY_TICKS: Final = 10


def step_of(length: float) -> float:
    """Return a round step that gives about five parts.

    Examples
    --------
    >>> step_of(0.43), step_of(7)
    (0.1, 2.0)
    """
    rough = length / 5
    power = 10 ** math.floor(math.log10(rough))
    return float(next(one for one in (power, 2 * power, 5 * power, 10 * power) if one >= rough))
