"""Rates, ratios and differences of groups as ranges: all that a published table leaves possible.

A rate is the ratio of two sums of cells. Its ends are found by asking, for a value that was
reached, whether some compatible table gives more, until none does. Two rates at once (a ratio or a
difference) are asked first whether one table gives both their ends; where none does, the rate of
the reference is divided into ever smaller pieces, and pieces are thrown away that cannot give
more than was reached.

Source: Dinkelbach (1967), Management Science 13:492-498; branch and bound as in Falk and
Soland (1969), Management Science 15:550-569.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from doorlicht.audit.aggregates.published import (
    AggregateSpec,
    Array,
    PublishedTable,
    RateSpec,
    Total,
)
from doorlicht.audit.aggregates.relevance import Failed, narrow, relevant_rows
from doorlicht.audit.aggregates.system import (
    NoTableError,
    Sum,
    System,
    solve,
    solve_rate,
    system_of,
)
from doorlicht.audit.aggregates.totals import row_totals_of
from doorlicht.language import Text
from doorlicht.records import Measure

METHOD: Final = "bounds"

Extent = Literal["relevant", "whole"]

CLOSE: Final = 1e-9
"""Part of a number within which two of them are the same: the solver is no more exact."""

PRECISE: Final = 1e-7
"""Part of a ratio or difference to within which its ends are found."""

MOST_PIECES: Final = 200
"""Pieces after which the end that surely holds is taken; a dozen or two are enough as a rule."""

MOST_STEPS: Final = 60
"""Steps to the end of a rate; each one is as good as twice the digits."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a number can be, and what the printed numbers themselves give."""

    printed: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of one group: what is added up above and below the line."""

    above: Array
    below: Array
    range: Range


@dataclass(slots=True)
class Bounds:
    """All compatible tables of one published table, and the ranges that were asked of it."""

    spec: AggregateSpec
    table: PublishedTable
    system: System
    row_totals: tuple[Total, ...]
    rows_used: tuple[str, ...]
    solved: int = 0
    _rates: dict[tuple[str, str], Rate] = field(default_factory=dict[tuple[str, str], Rate])
    _given: dict[tuple[int, int, bool], bool] = field(
        default_factory=dict[tuple[int, int, bool], bool]
    )

    def count(self, rows: Sequence[str], group: str) -> Range:
        """Return how many people of a group there can be in some rows together."""
        wanted = self._sum(rows, group)
        low, high = (self._solve(wanted, is_most=is_most) for is_most in (False, True))
        return Range(self._printed(rows, group), low, high)

    def rate(self, rate: RateSpec, group: str) -> Rate:
        """Return a rate of a group."""
        if (rate.name, group) not in self._rates:
            above, below = self._sum(rate.above, group), self._sum(rate.below, group)
            printed = _over(self._printed(rate.above, group), self._printed(rate.below, group))
            low, high = (
                self._end_of_rate(above, below, printed, is_most=is_most)
                for is_most in (False, True)
            )
            self._rates[rate.name, group] = Rate(above, below, Range(printed, low, high))
        return self._rates[rate.name, group]

    def ratio(self, one: Rate, other: Rate) -> Range:
        """Return what the ratio of two rates can be."""
        printed = _over(one.range.printed, other.range.printed)
        ends = [self._end_of_two(one, other, _RATIO, is_most=is_most) for is_most in (False, True)]
        return Range(printed, ends[0], ends[1])

    def difference(self, one: Rate, other: Rate) -> Range:
        """Return what the difference of two rates can be."""
        printed = one.range.printed - other.range.printed
        ends = [
            self._end_of_two(one, other, _DIFFERENCE, is_most=is_most) for is_most in (False, True)
        ]
        return Range(printed, ends[0], ends[1])

    def _sum(self, rows: Sequence[str], group: str) -> Array:
        wanted: Sum = {(row, column): 1.0 for row in rows for column in self.spec.groups[group]}
        return self.system.weights(wanted)

    def _printed(self, rows: Sequence[str], group: str) -> float:
        return self.table.total_of(tuple(rows), self.spec.groups[group])

    def _solve(self, wanted: Array, *, is_most: bool) -> float:
        self.solved += 1
        found = solve(self.system, wanted, is_most=is_most)
        if found is None:
            raise NoTableError("aggregates.no_table")
        return found.value

    def _end_of_rate(self, above: Array, below: Array, start: float, *, is_most: bool) -> float:
        end = self._rate_end(above, below, start, is_most=is_most, more=())
        if end is None:
            raise NoTableError("aggregates.no_table")
        return end

    def _rate_end(
        self,
        above: Array,
        below: Array,
        start: float,
        *,
        is_most: bool,
        more: Sequence[tuple[Array, float, float]],
    ) -> float | None:
        """Return the least or most that a rate can be; nothing where no table has one."""
        touched = (above != 0) | (below != 0)
        if not np.isfinite(self.system.high[touched]).all():
            self.solved += 1
            found = solve_rate(self.system, above, below, is_most=is_most, more=more)
            return None if found is None else found.value
        reached = start if math.isfinite(start) else 0.5
        is_reached = False
        for _ in range(MOST_STEPS):
            self.solved += 1
            found = solve(self.system, above - reached * below, is_most=is_most, more=more)
            if found is None:
                return None
            people = float(below @ found.unknowns)
            if people <= CLOSE:
                # Nobody below the line: there is a table without any rate, and none with a better.
                return reached if is_reached else (1.0 if is_most else 0.0)
            better = float(above @ found.unknowns) / people
            if is_reached and abs(better - reached) <= CLOSE * max(abs(reached), CLOSE):
                return max(better, reached) if is_most else min(better, reached)
            reached, is_reached = better, True
        return reached

    def _end_of_two(self, one: Rate, other: Rate, how: _How, *, is_most: bool) -> float:
        """Return the least or most that two rates together can give.

        Towards the most the first rate is to be large and the second small; towards the least
        the other way round. Both are asked here as the same question.
        """
        best_one = one.range.high if is_most else one.range.low
        start = other.range.low if is_most else other.range.high
        end = other.range.high if is_most else other.range.low
        outer = how.of(best_one, start)
        if math.isinf(outer) or self._is_given(one, other, best_one, start, is_most):
            return outer
        return _Search(self, one, other, how, is_most, best_one).run(start, end)

    def _is_given(
        self, one: Rate, other: Rate, wanted: float, border: float, is_most: bool
    ) -> bool:
        """Tell whether a table has this first rate, or a better one, and the second as well."""
        asked = (id(one), id(other), is_most)
        if asked not in self._given:
            self.solved += 1
            found = solve(
                self.system,
                one.above - wanted * one.below,
                is_most=is_most,
                more=_at_best(other, border, is_most),
            )
            people = 1.0 if found is None else max(float(one.below @ found.unknowns), 1.0)
            short = -math.inf if found is None else found.value / people * (1 if is_most else -1)
            self._given[asked] = short >= -CLOSE * max(wanted, CLOSE)
        return self._given[asked]

    def better(
        self, one: Rate, other: Rate, wanted: float, border: float, is_most: bool
    ) -> Array | None:
        """Return a table whose first rate is better than wanted, if there is one.

        Only tables count whose second rate is at least as good as the border.
        """
        self.solved += 1
        found = solve(
            self.system,
            one.above - wanted * one.below,
            is_most=is_most,
            more=_at_best(other, border, is_most),
        )
        if found is None:
            return None
        people = max(float(one.below @ found.unknowns), CLOSE)
        gain = found.value / people * (1 if is_most else -1)
        if gain <= CLOSE * max(abs(wanted), CLOSE):
            return None
        return found.unknowns


def _at_best(rate: Rate, border: float, is_most: bool) -> tuple[tuple[Array, float, float], ...]:
    """Return as a sum of unknowns that a rate is not more than a border, or not less.

    On one side only: the solver takes two limits that nearly coincide for a contradiction.
    """
    sums = rate.above - border * rate.below
    return ((sums, -math.inf, 0.0),) if is_most else ((sums, 0.0, math.inf),)


@dataclass(frozen=True, slots=True)
class _How:
    """How two rates are put together."""

    is_ratio: bool

    def of(self, one: float, other: float) -> float:
        if not self.is_ratio:
            return one - other
        if other == 0:
            return math.inf if one > 0 else math.nan
        return one / other


_RATIO: Final = _How(is_ratio=True)
_DIFFERENCE: Final = _How(is_ratio=False)


@dataclass(slots=True)
class _Search:
    """Looks for the end of a ratio or difference that no table reaches with both rates' ends."""

    bounds: Bounds
    one: Rate
    other: Rate
    how: _How
    is_most: bool
    best_one: float
    reached: float = math.nan

    def run(self, start: float, end: float) -> float:
        """Return what some table gives, and none gives more but for :data:`PRECISE` of it."""
        pieces = [(start, end)]
        for _ in range(MOST_PIECES):
            if not pieces:
                break
            near, far = pieces.pop()
            far = self._cut(far)
            if (far <= near) if self.is_most else (far >= near):
                continue
            found = self.bounds.better(self.one, self.other, self._wanted(near), far, self.is_most)
            if found is None:
                continue
            self._climb(found)
            middle = (near + far) / 2
            # The nearer piece, which can give more, is looked at first: the last one in the list.
            pieces += [(middle, far), (near, middle)]
        else:
            # Not found in time: an end that surely holds, if a little too wide.
            return self.how.of(self.best_one, start)
        return self.reached

    def _climb(self, table: Array) -> None:
        """Go from a table to better ones as long as there are any, and keep the best.

        Each step goes to the table that would be best if the number were as straight as it is
        here; counts move by so little that it nearly is (Frank and Wolfe 1956).
        """
        for _ in range(MOST_STEPS):
            value = self._value(table)
            if not self._is_gain(value):
                return
            self.reached = value
            self.bounds.solved += 1
            better = solve(self.bounds.system, self._slope(table), is_most=self.is_most)
            if better is None:
                return
            table = better.unknowns

    def _value(self, table: Array) -> float:
        one, other = (
            float(rate.above @ table) / max(float(rate.below @ table), CLOSE)
            for rate in (self.one, self.other)
        )
        return self.how.of(one, other)

    def _slope(self, table: Array) -> Array:
        """Return how the number changes with each unknown; of a ratio, how its logarithm does."""
        slopes: list[Array] = []
        for rate in (self.one, self.other):
            above = max(float(rate.above @ table), CLOSE)
            below = max(float(rate.below @ table), CLOSE)
            slope = rate.above / above - rate.below / below
            slopes.append(slope if self.how.is_ratio else slope * above / below)
        return slopes[0] - slopes[1]

    def _is_gain(self, value: float) -> bool:
        if math.isnan(value) or math.isnan(self.reached):
            return not math.isnan(value)
        gain = value - self.reached if self.is_most else self.reached - value
        return gain > CLOSE * CLOSE

    def _wanted(self, near: float) -> float:
        """Return which first rate would make more than was reached, with the second so good."""
        if math.isnan(self.reached):
            return 0.0 if self.is_most else 1.0
        more = PRECISE * abs(self.reached) * (1 if self.is_most else -1)
        border = self.reached + more
        return border * near if self.how.is_ratio else border + near

    def _cut(self, far: float) -> float:
        """Return how bad the second rate can be, if the best first one is to make up for it."""
        if math.isnan(self.reached):
            return far
        if self.how.is_ratio:
            worst = self.best_one / self.reached if self.reached > 0 else far
        else:
            worst = self.best_one - self.reached
        return min(far, worst) if self.is_most else max(far, worst)


def _over(above: float, below: float) -> float:
    return above / below if below else math.nan


def bounds_of(spec: AggregateSpec, table: PublishedTable, *, extent: Extent = "relevant") -> Bounds:
    """Return what a published table leaves possible.

    Parameters
    ----------
    extent
        ``relevant`` lets the rows enter that matter; ``whole`` all of them, which takes minutes
        for a large sheet and can only make a range narrower.

    Raises
    ------
    NoTableError
        If the printed numbers contradict each other; ``contradictions.py`` says where.
    """
    row_totals = row_totals_of(spec, table)
    narrowed = narrow(table, spec.rounding, row_totals, spec.column_totals)
    if narrowed.failed:
        raise _contradiction(narrowed.failed)
    wanted = {row for rate in spec.rates for row in (*rate.above, *rate.below)}
    for row in wanted:
        table.row(row)
    kept = table.rows if extent == "whole" else relevant_rows(table, row_totals, wanted)
    at = [table.row(name) for name in kept]
    inside = set(kept)
    totals = tuple(one for one in row_totals if {one.total, *one.parts} <= inside)
    system = system_of(
        table.with_rows(kept),
        (narrowed.low[at], narrowed.high[at]),
        totals,
        spec.column_totals,
    )
    return Bounds(spec, table, system, row_totals, kept)


def _contradiction(failed: Sequence[Failed]) -> NoTableError:
    worst = max(failed, key=lambda one: one.people)
    return NoTableError(
        "aggregates.contradiction",
        total=worst.total.total,
        other=worst.other,
        people=round(worst.people, 1),
        places=len(failed),
    )


def measure_aggregates(bounds: Bounds) -> tuple[Measure, ...]:
    """Return every rate of the spec for each group, and its ratio and difference, as ranges.

    The value is what the printed numbers give; it can lie outside what is possible.
    """
    measures: list[Measure] = []
    for rate in bounds.spec.rates:
        base = bounds.rate(rate, bounds.spec.reference)
        for group in bounds.spec.groups:
            own = bounds.rate(rate, group)
            measures.append(_measure(rate.name, group, None, own.range))
            if group != bounds.spec.reference:
                measures += [
                    _measure(f"{rate.name}_{kind}", group, bounds.spec.reference, found)
                    for kind, found in (
                        ("ratio", bounds.ratio(own, base)),
                        ("difference", bounds.difference(own, base)),
                    )
                ]
    return tuple(measures)


def _measure(name: str, group: str, reference: str | None, found: Range) -> Measure:
    slack = CLOSE * max(abs(found.printed), 1.0) if math.isfinite(found.printed) else 0.0
    is_outside = not found.low - slack <= found.printed <= found.high + slack
    value = None if math.isnan(found.printed) else found.printed
    note = Text("audit_note.printed_impossible") if is_outside and value is not None else None
    return Measure(name, group, reference, value, found.low, found.high, 1.0, METHOD, note)


def larger_than(measures: Iterable[Measure], borders: Mapping[str, float]) -> tuple[Text, ...]:
    """Return what holds under every compatible table, for measures with a border of their own.

    Examples
    --------
    >>> one = Measure("selected_ratio", "a", "b", 6.2, 6.2066, 6.2687, 1.0, "bounds")
    >>> [text.key for text in larger_than([one], {"selected_ratio": 6})]
    ['audit_verdict.larger']
    >>> [text.key for text in larger_than([one], {"selected_ratio": 6.25})]
    ['audit_verdict.open']
    """
    verdicts: list[Text] = []
    for one in measures:
        if one.measure not in borders:
            continue
        border = borders[one.measure]
        key = "larger" if one.low > border else "not_larger" if one.high <= border else "open"
        verdicts.append(
            Text(
                f"audit_verdict.{key}",
                {
                    "measure": one.measure,
                    "group": one.group,
                    "reference": one.reference or "",
                    "border": border,
                },
            )
        )
    return tuple(verdicts)
