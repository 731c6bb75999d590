"""A published table of counts, and the rules by which it was rounded and thinned out.

Source: the forms of rounding are those of Hundepool et al. (2012), Statistical Disclosure
Control, section 5.4; nothing is taken for granted of an office that the spec does not say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from doorlicht.errors import InputError, nearest

Array = NDArray[np.float64]

SLACK: Final = 1e-6
"""Part of a base that a computer may be off."""

Direction = Literal["nearest", "down", "up", "random"]


@dataclass(frozen=True, slots=True)
class Rounding:
    """How counts became what is printed.

    Attributes
    ----------
    base
        Counts are printed as multiples of this; 1 is no rounding.
    direction
        ``random`` is up or down, whichever way chance went.
    suppressed_from, suppressed_to
        The least and the most that a cell without a number can be; without an end if not known.
    """

    base: float = 1
    direction: Direction = "nearest"
    suppressed_from: float = 0
    suppressed_to: float = float("inf")

    def possible(self, printed: Array) -> tuple[Array, Array]:
        """Return the least and the most that each printed number can stand for.

        Half a base counts on both sides: which way an office rounds a half is seldom told. People
        are whole, so that of a base without a half there are no people half way.

        Examples
        --------
        >>> low, high = Rounding(10).possible(np.array([0.0, 120.0, float("nan")]))
        >>> low.tolist(), high.tolist()
        ([0.0, 115.0, 0.0], [5.0, 125.0, inf])
        >>> low, high = Rounding(5).possible(np.array([0.0, 15.0, 17.5]))
        >>> low.tolist(), high.tolist()
        ([0.0, 13.0, 15.0], [2.0, 17.0, 20.0])
        """
        down, up = {
            "nearest": (self.base / 2, self.base / 2),
            "down": (0.0, self.base - 1),
            "up": (self.base - 1, 0.0),
            "random": (self.base - 1, self.base - 1),
        }[self.direction]
        if self.base == 1:
            down = up = 0.0
        missing = np.isnan(printed)
        least, most = np.maximum(printed - down, 0), printed + up
        # What is printed need not be a multiple of the base: then nobody whole may lie between.
        is_whole = np.ceil(least) <= np.floor(most)
        least = np.where(is_whole, np.ceil(least), least)
        most = np.where(is_whole, np.floor(most), most)
        low = np.where(missing, self.suppressed_from, least)
        high = np.where(missing, self.suppressed_to, most)
        return low, high


@dataclass(frozen=True, slots=True)
class Total:
    """A row or column that is the sum of others, or at least not less than their sum."""

    total: str
    parts: tuple[str, ...]
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class RateSpec:
    """A rate of a published table: rows above the line and rows below it."""

    name: str
    above: tuple[str, ...]
    below: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AggregateSpec:
    """What a published table means.

    Attributes
    ----------
    groups
        Columns that together are a group of people.
    reference
        The group that the others are compared with.
    classifications
        Rows that divide everybody, by the name of what they are divided by; with
        ``between`` their names are joined where two of them are crossed.
    """

    groups: Mapping[str, tuple[str, ...]]
    reference: str
    rates: tuple[RateSpec, ...]
    rounding: Rounding = Rounding()
    column_totals: tuple[Total, ...] = ()
    row_totals: tuple[Total, ...] = ()
    classifications: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )
    everybody: str | None = None
    between: str = " & "
    source: str = ""


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """Printed counts: rows and columns by name; NaN where a cell has no number.

    ``places`` are the numbers of the rows in the sheet, from 1, so that a person finds them;
    ``ended`` is the row without a name at which reading ended, if there was more below it.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Array
    places: tuple[int, ...] = ()
    ended: int = 0

    def row(self, name: str) -> int:
        """Return where a row stands.

        Raises
        ------
        InputError
            If there is none of that name; the nearest one is told.
        """
        if self.ended and name not in self.rows:
            raise InputError("aggregates.row_below", name=name, row=self.ended)
        return _place(name, self.rows, "aggregates.no_row")

    def column(self, name: str) -> int:
        """Return where a column stands; see :meth:`row`."""
        return _place(name, self.columns, "aggregates.no_column")

    def total_of(self, rows: tuple[str, ...], columns: tuple[str, ...]) -> float:
        """Return the sum of printed numbers; NaN where one is missing."""
        at = np.ix_([self.row(name) for name in rows], [self.column(name) for name in columns])
        return float(self.values[at].sum())

    def with_rows(self, kept: Sequence[str]) -> PublishedTable:
        """Return the table with these rows alone, in the order of the sheet."""
        at = sorted(self.row(name) for name in kept)
        return PublishedTable(
            tuple(self.rows[row] for row in at),
            self.columns,
            self.values[at],
            tuple(self.places[row] for row in at) if self.places else (),
            self.ended,
        )

    def unlike(self, rounding: Rounding) -> tuple[tuple[str, str], ...]:
        """Return the row and column of numbers that no rounding to such a base gives.

        Examples
        --------
        >>> table = PublishedTable(("all", "ill"), ("n",), np.array([[120.0], [63.0]]))
        >>> table.unlike(Rounding(10)), table.unlike(Rounding(1))
        ((('ill', 'n'),), ())
        """
        with np.errstate(invalid="ignore"):
            rest = np.abs(self.values - rounding.base * np.round(self.values / rounding.base))
            places = np.argwhere(rest > SLACK * rounding.base)
        return tuple((self.rows[row], self.columns[column]) for row, column in places.tolist())


def _place(name: str, names: tuple[str, ...], code: str) -> int:
    if name not in names:
        raise InputError(code, name=name, nearest=nearest(name, names))
    return names.index(name)
