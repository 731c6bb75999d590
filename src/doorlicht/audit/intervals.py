"""Intervals for rates, and for differences and ratios of two rates, from counts.

All functions take arrays (one entry a comparison) and give ``(low, high)`` of the same length.
Counts may be fractions, as they are where people have weights.

Source
------
- Rates: Wilson (1927), JASA 22:209-212; Clopper and Pearson (1934), Biometrika 26:404-413.
- Differences: Newcombe (1998), Statistics in Medicine 17:873-890, method 10; Miettinen and
  Nurminen (1985), Statistics in Medicine 4:213-226, formulas 8 and 9 with the appendix.
- Ratios: Koopman (1984), Biometrics 40:513-517; Miettinen and Nurminen (1985), formulas 10-11.

Limits: people are taken to be chosen independently of each other. Of a whole population the
interval tells how far chance alone could have moved the rate, and not what a sample missed.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from doorlicht.audit.distributions import (
    beta_quantile,
    hypergeometric_tails,
    normal_two_tails,
)
from doorlicht.audit.score_limits import limits_of_difference, limits_of_ratio

Array = NDArray[np.float64]
Interval = tuple[Array, Array]

SMALL_COUNT: Final = 40
"""With fewer people on one side of a rate, its exact interval is taken (calculated: see `rate`)."""

SMALL_CELL: Final = 10
"""With fewer people in one of four cells, limits that are exact make a difference or ratio."""


def normal_quantile(level: float) -> float:
    """Return how many standard errors an interval of this level reaches to both sides.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return NormalDist().inv_cdf(0.5 + level / 2)


def _counts(*values: ArrayLike) -> tuple[Array, ...]:
    given = [np.asarray(value, dtype=np.float64) for value in values]
    if given[0].ndim == 1 and all(array.shape == given[0].shape for array in given):
        return tuple(given)
    arrays = np.broadcast_arrays(*given)
    return tuple(np.atleast_1d(array) for array in arrays)


def wilson(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Return the score interval of a rate ``k / n``; of nobody all is possible.

    Examples
    --------
    >>> low, high = wilson(15, 148)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0624, 0.1605)
    """
    k, n = _counts(k, n)
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = k / n
        centre = (k + z * z / 2) / (n + z * z)
        half = z / (n + z * z) * np.sqrt(n * p * (1 - p) + z * z / 4)
    low = np.where(k <= 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(k >= n, 1.0, np.clip(centre + half, 0, 1))
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def clopper_pearson(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Return the exact interval of a rate: it never holds the truth less often than it says.

    Examples
    --------
    >>> low, high = clopper_pearson([0, 15], [10, 148])
    >>> high.round(4).tolist()
    [0.3085, 0.1617]
    """
    k, n = _counts(k, n)
    tail = (1 - level) / 2
    some, others = np.where(k > 0, k, 1.0), np.where(k < n, n - k, 1.0)
    low = np.where(k > 0, beta_quantile(some, np.maximum(n - k, 0) + 1, tail), 0.0)
    high = np.where(k < n, beta_quantile(k + 1, others, 1 - tail), 1.0)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def is_small(k: ArrayLike, n: ArrayLike) -> NDArray[np.bool_]:
    """Tell where a rate stands on so few people that the exact interval is taken."""
    k, n = _counts(k, n)
    return np.minimum(k, n - k) < SMALL_COUNT


def is_small_pair(k1: ArrayLike, n1: ArrayLike, k0: ArrayLike, n0: ArrayLike) -> NDArray[np.bool_]:
    """Tell where two rates stand on so few people that they are compared by exact limits."""
    k1, n1, k0, n0 = _counts(k1, n1, k0, n0)
    return np.minimum(np.minimum(k1, n1 - k1), np.minimum(k0, n0 - k0)) < SMALL_CELL


def rate(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Return the interval of a rate: exact where counts are small, the score interval elsewhere.

    The score interval is the shorter one and right on average, but for rates near 0 or 1 it can
    hold the truth in 83 of 100 cases instead of 95. There the exact interval is taken.

    Source
    ------
    Brown, Cai and DasGupta (2001), Statistical Science 16:101-133, section 4, on the score interval
    near 0 and 1. The border was set by calculating the coverage: ``benchmarks/coverage.py``.
    """
    k, n = _counts(k, n)
    low, high = wilson(k, n, level)
    small = is_small(k, n)
    if small.any():
        low, high = low.copy(), high.copy()
        low[small], high[small] = clopper_pearson(k[small], n[small], level)
    return low, high


def difference(
    k1: ArrayLike, n1: ArrayLike, k0: ArrayLike, n0: ArrayLike, level: float = 0.95
) -> Interval:
    """Return the interval of ``k1/n1 - k0/n0`` that is right for these counts.

    Miettinen and Nurminen; where a cell is small, made from the exact limits of both sides, for
    there the score interval can hold the truth in 92 of 100 cases instead of 95
    (``benchmarks/coverage.py``).
    """
    return _by_size((k1, n1, k0, n0), level, miettinen_nurminen_difference, difference_of_limits)


def ratio(
    k1: ArrayLike, n1: ArrayLike, k0: ArrayLike, n0: ArrayLike, level: float = 0.95
) -> Interval:
    """Return the interval of ``(k1/n1) / (k0/n0)`` that is right for these counts; see above.

    Examples
    --------
    >>> low, high = ratio([30, 0], [100, 41], [200, 200], [1000, 1000])
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([1.07, 0.0], [2.04, 0.43])
    """
    return _by_size((k1, n1, k0, n0), level, miettinen_nurminen_ratio, ratio_of_limits)


def _by_size(
    cells: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
    level: float,
    of_score: Callable[[Array, Array, Array, Array, float], Interval],
    of_limits: Callable[[Array, Interval, Array, Interval], Interval],
) -> Interval:
    k1, n1, k0, n0 = _counts(*cells)
    small = is_small_pair(k1, n1, k0, n0)
    low, high = np.empty_like(k1), np.empty_like(k1)
    large = ~small
    if large.any():
        low[large], high[large] = of_score(k1[large], n1[large], k0[large], n0[large], level)
    if small.any():
        a, b, c, d = k1[small], n1[small], k0[small], n0[small]
        low[small], high[small] = of_limits(
            _share(a, b), clopper_pearson(a, b, level), _share(c, d), clopper_pearson(c, d, level)
        )
    return low, high


def newcombe_difference(
    k1: ArrayLike, n1: ArrayLike, k0: ArrayLike, n0: ArrayLike, level: float = 0.95
) -> Interval:
    """Return the hybrid score interval of ``k1/n1 - k0/n0``.

    Examples
    --------
    >>> low, high = newcombe_difference(56, 70, 48, 80)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0524, 0.3339)
    """
    k1, n1, k0, n0 = _counts(k1, n1, k0, n0)
    return difference_of_limits(
        _share(k1, n1), wilson(k1, n1, level), _share(k0, n0), wilson(k0, n0, level)
    )


def difference_of_limits(
    value1: Array, limits1: Interval, value0: Array, limits0: Interval
) -> Interval:
    """Return the interval of a difference from the intervals of its two sides (MOVER).

    Source
    ------
    Zou and Donner (2008), Statistics in Medicine 27:1693-1702, formula 4.
    """
    p1, p0 = np.nan_to_num(value1, nan=0.5), np.nan_to_num(value0, nan=0.5)
    (low1, high1), (low0, high0) = limits1, limits0
    low = p1 - p0 - np.hypot(p1 - low1, high0 - p0)
    high = p1 - p0 + np.hypot(high1 - p1, p0 - low0)
    unknown = np.isnan(value1) | np.isnan(value0)
    return (
        np.where(unknown, low1 - high0, np.maximum(low, -1)),
        np.where(unknown, high1 - low0, np.minimum(high, 1)),
    )


def ratio_of_limits(value1: Array, limits1: Interval, value0: Array, limits0: Interval) -> Interval:
    """Return the interval of a ratio from the intervals of its two sides (MOVER-R).

    Source
    ------
    Donner and Zou (2012), Statistical Methods in Medical Research 21:347-359, formula 9.
    """
    (low1, high1), (low0, high0) = limits1, limits0
    with np.errstate(all="ignore"):
        product = value1 * value0
        low = product - np.sqrt(
            np.maximum(product**2 - low1 * (2 * value1 - low1) * high0 * (2 * value0 - high0), 0)
        )
        low = low / (high0 * (2 * value0 - high0))
        high = product + np.sqrt(
            np.maximum(product**2 - high1 * (2 * value1 - high1) * low0 * (2 * value0 - low0), 0)
        )
        high = high / (low0 * (2 * value0 - low0))
    # Where the upper limit is twice the value the formula is 0/0; the outer limits always hold.
    with np.errstate(all="ignore"):
        outer_low = np.where(high0 > 0, low1 / high0, 0.0)
        outer_high = np.where(low0 > 0, high1 / low0, np.inf)
    low = np.where(np.isfinite(low), np.maximum(low, outer_low), outer_low)
    high = np.where(np.isfinite(high) & (high > 0), np.minimum(high, outer_high), outer_high)
    unknown = np.isnan(value1) | np.isnan(value0)
    return np.where(unknown, outer_low, low), np.where(unknown, outer_high, high)


def _share(k: Array, n: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n > 0, k / n, np.nan)


def miettinen_nurminen_difference(
    k1: ArrayLike, n1: ArrayLike, k0: ArrayLike, n0: ArrayLike, level: float = 0.95
) -> Interval:
    """Return the score interval of ``k1/n1 - k0/n0``.

    Examples
    --------
    >>> low, high = miettinen_nurminen_difference(56, 70, 48, 80)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0528, 0.3382)
    """
    k1, n1, k0, n0 = _counts(k1, n1, k0, n0)
    value = _share(k1, n1) - _share(k0, n0)
    ready = np.isfinite(value)
    a, b, c, d = (np.where(ready, x, y) for x, y in ((k1, 0.0), (n1, 1.0), (k0, 0.0), (n0, 1.0)))
    low, high = limits_of_difference(a, b, c, d, _surprise(b + d, level))
    return np.where(ready, low, -1.0), np.where(ready, high, 1.0)


def _surprise(total: Array, level: float, *, is_corrected: bool = True) -> Array:
    """Return the square of the score at the edge: with ``N / (N - 1)``, as in the paper."""
    z = normal_quantile(level)
    if not is_corrected:
        return np.full_like(total, z * z)
    return z * z * total / np.maximum(total - 1, 0.5)


def miettinen_nurminen_ratio(
    k1: ArrayLike,
    n1: ArrayLike,
    k0: ArrayLike,
    n0: ArrayLike,
    level: float = 0.95,
    *,
    is_corrected: bool = True,
) -> Interval:
    """Return the score interval of ``(k1/n1) / (k0/n0)``.

    It ends at infinity where nobody of the reference was found, and begins at 0 where nobody of
    the group was. Not corrected, it is the interval of Koopman.

    Examples
    --------
    >>> low, high = miettinen_nurminen_ratio(36, 40, 16, 80, is_corrected=False)
    >>> round(float(low[0]), 2), round(float(high[0]), 2)
    (2.94, 7.15)
    """
    k1, n1, k0, n0 = _counts(k1, n1, k0, n0)
    ready = (n1 > 0) & (n0 > 0) & (k1 + k0 > 0)
    a, b, c, d = (np.where(ready, x, y) for x, y in ((k1, 1.0), (n1, 2.0), (k0, 1.0), (n0, 2.0)))
    low, high = limits_of_ratio(a, b, c, d, _surprise(b + d, level, is_corrected=is_corrected))
    return np.where(ready, low, 0.0), np.where(ready, high, np.inf)


def difference_p_value(
    k1: ArrayLike, n1: ArrayLike, k0: ArrayLike, n0: ArrayLike
) -> NDArray[np.float64]:
    """Return how often chance alone would give a difference as large, if the rates were equal.

    Exact where the counts that chance would give are small, by the score elsewhere (the same
    one as in the intervals). Without people or without any difference to see it is 1.

    Source
    ------
    Fisher (1935), JRSS 98:39-82, twice the smaller tail; Miettinen and Nurminen (1985).

    Examples
    --------
    >>> difference_p_value(300, 1000, 200, 1000).round(8).tolist()
    [2.4e-07]
    """
    k1, n1, k0, n0 = _counts(k1, n1, k0, n0)
    total, found = n1 + n0, k1 + k0
    ready = (n1 > 0) & (n0 > 0) & (found > 0) & (found < total)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = found / total
        variance = p * (1 - p) * (1 / n1 + 1 / n0) * total / (total - 1)
        score = np.abs(k1 / n1 - k0 / n0) / np.sqrt(variance)
        smallest = np.minimum(n1, n0) * np.minimum(p, 1 - p)
    result = np.where(ready, normal_two_tails(np.where(ready, score, 0.0)), 1.0)
    exact = ready & (smallest < SMALL_EXPECTED)
    if exact.any():
        result[exact] = _fisher(k1[exact], n1[exact], k0[exact], n0[exact])
    return result


SMALL_EXPECTED: Final = 20.0
"""With fewer people expected on one side, the score finds differences by chance too often."""


def _fisher(k1: Array, n1: Array, k0: Array, n0: Array) -> Array:
    k1, n1, k0, n0 = (np.rint(cell) for cell in (k1, n1, k0, n0))
    # The cell of which the fewest are expected: of the smaller group, the rarer of yes and no.
    is_group, is_yes = n1 <= n0, k1 + k0 <= (n1 + n0) / 2
    drawn = np.where(is_group, n1, n0)
    yes = np.where(is_group, k1, k0)
    found = np.where(is_yes, k1 + k0, n1 + n0 - k1 - k0)
    return hypergeometric_tails(np.where(is_yes, yes, drawn - yes), drawn, found, n1 + n0)
