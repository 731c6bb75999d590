"""How many were missed by all of several ways of looking, told by how often they found the same.

If two ways of looking, that know nothing of each other, find mostly the same things, then few are
left; if each finds things of its own, more are left that neither found.

Assumptions, without which the numbers mean nothing:

- The ways are independent: what one finds is not easier or harder to find for the other. In data
  that is rarely so. What has an open name tends to have open values too; then more was missed than
  the estimate says. So read an estimate as a *least* number.
- Everything found is truly what was looked for, and what both found is recognised as the same.
- Each way could have found each thing.

Source: Chapman (1951), University of California Publications in Statistics 1:131-160; Seber (1982),
The Estimation of Animal Abundance, section 3.1, for the exact interval from the hypergeometric
distribution of the overlap; Chao (1987), Biometrics 43:783-791, for the lower bound with ways that
do not find all things equally easily and for its interval; Fienberg (1972), Biometrika 59:591-603,
for three ways of which every two may depend on each other.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist
from typing import Final, Literal

from doorlicht.evidence.bounds import is_likelier, risk_of

Found = Mapping[frozenset[str], int]
"""How many things were found by exactly these ways of looking, together."""

Method = Literal["two", "unlike", "three"]

MOST: Final = 1_000_000_000
"""An interval that reaches as far has no upper end."""


@dataclass(frozen=True, slots=True)
class Missed:
    """How many things none of some ways of looking found.

    Attributes
    ----------
    method
        ``two``: two independent ways. ``unlike``: three or more, of things that are not all as
        easy to find; a least number. ``three``: three of which every two may depend on each
        other, but not all three at once in yet another way.
    ways
        Their names, in order.
    found
        What they found together, each thing once.
    missed
        The estimate; ``None`` where the overlap is too small to say anything.
    low, high
        Ends of its interval; ``high`` is ``None`` where the data set no end to it.
    """

    method: Method
    ways: tuple[str, ...]
    found: int
    missed: float | None
    low: float | None
    high: float | None


def missed_by_two(found: Found, one: str, other: str, *, confidence: float = 0.95) -> Missed:
    """Return what neither of two independent ways found, with the exact interval of the overlap.

    Source
    ------
    Chapman (1951) for the estimate. The interval holds each total under which the overlap that
    was seen is not too large and not too small (Seber 1982, section 3.1.4).

    Examples
    --------
    >>> both = {frozenset({"name", "value"}): 40, frozenset({"name"}): 10, frozenset({"value"}): 8}
    >>> estimate = missed_by_two(both, "name", "value")
    >>> round(estimate.missed, 1), estimate.low, estimate.high
    (2.0, 0, 7)
    """
    first = sum(count for ways, count in found.items() if one in ways)
    second = sum(count for ways, count in found.items() if other in ways)
    both = sum(count for ways, count in found.items() if one in ways and other in ways)
    together = first + second - both
    names = tuple(sorted((one, other)))
    if not both:
        return Missed("two", names, together, None, None, None)
    estimate = (first + 1) * (second + 1) / (both + 1) - 1 - together
    tail = risk_of(confidence) / 2

    low = _first_total(together, lambda total: is_likelier(total, first, second, both, tail))
    # Above this total so large an overlap would be too rare.
    over = _first_total(low, lambda total: is_likelier(total, first, second, both - 1, 1 - tail))
    high = None if over >= MOST else max(1, over - 1 - together)
    return Missed("two", names, together, max(0.0, estimate), low - together, high)


def missed_by_unlike(found: Found, ways: Iterable[str], *, confidence: float = 0.95) -> Missed:
    """Return at least how many things none of the ways found, if some are harder to find.

    Rests on how many things one way alone found (``f1``) and how many exactly two (``f2``):
    ``(k - 1) / k * f1**2 / (2 * f2)`` of ``k`` ways.

    Source
    ------
    Chao (1987), formulas 2 and 11, with the factor for a known number of ways of Chao and Colwell
    (2017), Biometrical Journal 59:1138-1163.
    """
    names = tuple(sorted(ways))
    times = Counter[int]()
    for by, count in found.items():
        times[len(by & set(names))] += count
    once, twice = times[1], times[2]
    together = sum(count for number, count in times.items() if number)
    if not (once and twice):
        return Missed("unlike", names, together, None, None, None)
    share, ratio = (len(names) - 1) / len(names), once / twice
    missed = share * once * ratio / 2
    variance = twice * (share / 2 * ratio**2 + share**2 * ratio**3 + share**2 / 4 * ratio**4)
    return Missed("unlike", names, together, missed, *_spread(missed, variance, confidence))


def missed_by_three(found: Found, ways: Iterable[str], *, confidence: float = 0.95) -> Missed:
    """Return what none of three ways found, if every two of them may depend on each other.

    Source
    ------
    Fienberg (1972): the log-linear model without an interaction of all three at once. It says
    nothing where a combination of ways found nothing.
    """
    names = tuple(sorted(ways))
    cells = {
        some: sum(n for by, n in found.items() if by.intersection(names) == some)
        for size in (1, 2, 3)
        for some in map(frozenset, combinations(names, size))
    }
    together = sum(cells.values())
    if len(names) != 3 or not all(cells.values()):
        return Missed("three", names, together, None, None, None)
    odd = math.prod(count for some, count in cells.items() if len(some) % 2)
    missed = odd / math.prod(count for some, count in cells.items() if len(some) == 2)
    variance = missed**2 * (sum(1 / count for count in cells.values()) + 1 / missed)
    return Missed("three", names, together, missed, *_spread(missed, variance, confidence))


def estimates(found: Found, *, confidence: float = 0.95) -> list[Missed]:
    """Return every estimate that the ways of looking allow: of each two, and of all together.

    Examples
    --------
    >>> found = {frozenset({"name", "value"}): 40, frozenset({"name"}): 10}
    >>> [(one.method, one.high) for one in estimates(found)]
    [('two', 2)]
    """
    ways = sorted(set[str]().union(*found))
    result = [missed_by_two(found, *pair, confidence=confidence) for pair in combinations(ways, 2)]
    if len(ways) > 2:
        result.append(missed_by_unlike(found, ways, confidence=confidence))
    if len(ways) == 3:
        result.append(missed_by_three(found, ways, confidence=confidence))
    return result


def _first_total(start: int, holds: Callable[[int], bool]) -> int:
    """Return the first total from ``start`` on for which something holds, and for all above it."""
    step, low, high = 1, start, start
    while not holds(high):
        if high >= MOST:
            return MOST
        low, high, step = high + 1, min(MOST, high + step), 2 * step
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _spread(missed: float, variance: float, confidence: float) -> tuple[float, float]:
    """Return an interval that is symmetric on the scale of logarithms (Chao 1987, section 4)."""
    score = NormalDist().inv_cdf(0.5 + confidence / 2)
    factor = math.exp(score * math.sqrt(math.log1p(variance / missed**2)))
    return missed / factor, max(1.0, missed * factor)
