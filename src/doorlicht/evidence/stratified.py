"""How many items of a population can be wrong, given a sample drawn from each of its strata.

The test: as few wrong items as were seen, or fewer, must not be too unlikely. "As few" is told by
the estimate ``sum(size / drawn * wrong)`` over the strata. How likely that is depends on how
the wrong items are spread over the strata, which nobody knows; so the spread counts that makes it
likeliest, and the bound is the largest number of wrong items that this test does not refuse.

Going through all spreads is out of reach beyond three strata. Instead an opponent puts the wrong
items into one stratum after another, and sees what was drawn from each before going on to the
next. That opponent does at least as well as any spread, so the bound holds; and with one or two
strata, or with nothing found, there is nothing to be gained by looking, so it is exact. How near
it comes elsewhere is measured: ``benchmarks/prove_samples.py``.

Source: Wendell and Schmee (1996), Exact Inference for Proportions from a Stratified Finite
Population, JASA 91:825-830, for the test; Brown, Smith and Sun (2010), Information Relaxations and
Duality in Stochastic Dynamic Programs, Operations Research 58:785-801, for the opponent who knows
more than there is to know.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.evidence import bounds
from doorlicht.evidence.tails import log_choose

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

MAX_STRATA: Final = 20
"""More take long, and tell nobody more: strata are for what differs."""

_FINEST_GRID: Final = 4096
_MOST_STATES: Final = 128
"""Weighted counts that are told apart; where more are possible, they are rounded down."""

_PORTIONS: Final = 150
"""Portions in which wrong items are handed out, for each stratum after the first: 1/150 is lost."""

_MOST_PORTIONS: Final = 450


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the population, how many were drawn from it, and how many of those are wrong."""

    size: int
    drawn: int
    wrong: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.wrong <= self.drawn <= self.size:
            raise ValueError("of a stratum some are drawn, and of those some are wrong")

    @property
    def unseen(self) -> int:
        """How many were not drawn."""
        return self.size - self.drawn


def stratified_bound(strata: Sequence[Stratum], confidence: float = 0.95) -> int:
    """Return how many items of all strata together can be wrong at most, at this confidence.

    Of a stratum from which nothing was drawn every item can be wrong; of one that was drawn whole
    it is known. With one stratum it is :func:`doorlicht.evidence.bounds.upper_bound`.

    Raises
    ------
    ValueError
        If there are more than ``MAX_STRATA`` strata, or the confidence is no share.

    Examples
    --------
    >>> stratified_bound([Stratum(20_000, 300), Stratum(30_000, 250), Stratum(11_300, 200)])
    355
    >>> stratified_bound([Stratum(300, 300, 2), Stratum(50, 0)])
    52
    """
    risk = bounds.risk_of(confidence)
    if len(strata) > MAX_STRATA:
        raise ValueError(f"at most {MAX_STRATA} strata")
    sure = sum(one.wrong for one in strata if not one.unseen)
    sure += sum(one.size for one in strata if one.unseen and not one.drawn)
    open_ones = [one for one in strata if one.unseen and one.drawn]
    if len(open_ones) < 2:
        return sure + sum(
            bounds.upper_bound(one.size, one.drawn, one.wrong, confidence) for one in open_ones
        )
    found = sum(one.wrong for one in open_ones)
    # The order makes a difference to what the opponent learns; each gives a bound that holds.
    by_weight = sorted(open_ones, key=lambda one: one.size / one.drawn)
    orders = [by_weight, by_weight[::-1]] if found and len(open_ones) > 2 else [by_weight[::-1]]
    return sure + found + min(_most_unseen(order, float(risk)) for order in orders)


def _most_unseen(strata: Sequence[Stratum], risk: float) -> int:
    """Return how many of the items that were not drawn can be wrong at most."""
    unseen = sum(one.unseen for one in strata)
    found = sum(one.wrong for one in strata)
    thinnest = max(one.size / one.drawn for one in strata)
    risk *= 1 - 1e-13 * max(one.size for one in strata) - 1e-9
    portions = min(_MOST_PORTIONS, _PORTIONS * len(strata))
    steps = _steps(strata)
    reach = math.ceil(thinnest * (found - math.log(risk) + 2 * math.sqrt(found))) + len(strata)
    while True:
        reach = min(reach, unseen)
        portion = -(-reach // portions)
        handed = -(-reach // portion)
        chances = _best_chances(strata, steps, portion, handed)
        most = int(np.flatnonzero(chances > risk).max())
        if most == handed and reach < unseen:
            reach *= 2
        elif portion > 1 and most + len(strata) < handed // 2:
            reach = (most + len(strata) + 1) * portion
        else:
            # Handed out in portions, each stratum but one may hold a part of a portion more.
            return min(unseen, (most + len(strata)) * portion - 1 if portion > 1 else most)


def _best_chances(
    strata: Sequence[Stratum], steps: Sequence[Whole], portion: int, handed: int
) -> Array:
    """Return for 0..handed portions how likely as few are seen, by the best of all play.

    ``steps[i][x]`` tells how far ``x`` wrong items in the sample of stratum ``i`` count; the sum
    of what was seen is the last state there is room for.
    """
    last = sum(int(step[one.wrong]) for step, one in zip(steps, strata, strict=True))
    states = [np.zeros(1, dtype=np.int64)]
    for step in steps[:-1]:
        sums = np.unique((states[-1][:, None] + step[None, :]).ravel())
        states.append(sums[sums <= last])
    far, chance = _moves(strata[-1], steps[-1], portion, handed)
    fits = states[-1][None, :] + far[:, None] <= last
    value = np.zeros((handed + 1, len(states[-1])))
    value[: len(chance)] = chance @ fits.astype(np.float64)
    for at in range(len(strata) - 2, -1, -1):
        far, chance = _moves(strata[at], steps[at], portion, handed)
        value = _one_stratum_earlier(value, chance, far, states[at], states[at + 1])
    return value[:, 0]


def _one_stratum_earlier(
    value: Array, chance: Array, far: Whole, before: Whole, after: Whole
) -> Array:
    """Return the best chances before a stratum, from those behind it.

    ``value[k, s]`` is the chance from state ``after[s]`` on, with ``k`` portions left.
    """
    goal = before[:, None] + far[None, :]
    place = np.minimum(np.searchsorted(after, goal), len(after) - 1)
    row, count = np.nonzero(after[place] == goal)
    cell = place[row, count] * len(before) + row
    best = np.zeros((len(value), len(before)))
    for given, counts in enumerate(chance):
        move = np.bincount(cell, counts[count], len(after) * len(before))
        later = value[: len(value) - given] @ move.reshape(len(after), len(before))
        np.maximum(best[given:], later, out=best[given:])
    return best


def _steps(strata: Sequence[Stratum]) -> list[Whole]:
    """Return for each stratum how far 0, 1, 2, ... wrong items in its sample count, rounded down.

    What is rounded down lets more samples pass for "as few": the bound holds, and is hardly larger.
    """
    weights = [one.size / one.drawn for one in strata]
    seen = sum(weight * one.wrong for weight, one in zip(weights, strata, strict=True))
    counts = [
        np.arange(min(one.drawn, int(seen / weight + 1e-9)) + 1)
        for weight, one in zip(weights, strata, strict=True)
    ]
    if not seen:
        return [np.zeros(1, dtype=np.int64) for _ in strata]
    grid = _FINEST_GRID
    while True:
        unit = seen / grid * (1 + 1e-12)
        steps = [
            np.floor(weight * count / unit).astype(np.int64)
            for weight, count in zip(weights, counts, strict=True)
        ]
        sums = np.zeros(1, dtype=np.int64)
        for step in steps:
            sums = np.unique((sums[:, None] + step[None, :]).ravel())
            sums = sums[sums <= grid]
        if len(sums) <= _MOST_STATES or grid <= _MOST_STATES:
            return steps
        grid //= 2


def _moves(stratum: Stratum, step: Whole, portion: int, handed: int) -> tuple[Whole, Array]:
    """Return how far a sample can move the count, and the chance of each for 0, 1, ... portions."""
    far, first = np.unique(step, return_index=True)
    chance = _chances(stratum, portion, handed, len(step))
    return far, np.add.reduceat(chance, first, axis=1)


def _chances(stratum: Stratum, portion: int, handed: int, counts: int) -> Array:
    """Return the chance of 0..counts-1 wrong items in the sample, for 0, 1, ... portions added.

    What was seen to be wrong is there to begin with. Rows end where the stratum is full.
    """
    most = min(handed, stratum.unseen // portion)
    bad = stratum.wrong + portion * np.arange(most + 1, dtype=np.float64)[:, None]
    seen = np.arange(counts, dtype=np.float64)[None, :]
    size, drawn = float(stratum.size), float(stratum.drawn)
    possible = (seen <= bad) & (seen <= drawn) & (drawn - seen <= size - bad)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = log_choose(bad, seen) + log_choose(size - bad, drawn - seen)
        logs -= log_choose(np.array(size), np.array(drawn))
    return np.where(possible, np.exp(np.where(possible, logs, -np.inf)), 0.0)
