"""Where the score intervals of a difference and of a ratio end, found in a few steps.

Both intervals hold every value at which the counts would be no surprise. At such a value the rates
``p1`` and ``p0`` that fit the counts best are tied together, and the tie has one number: the
multiplier of Lagrange. All else follows from the multiplier in closed form, and the surprise, as
a function of it, is convex and rising. Newton's method then cannot go astray: after one step it
comes down to the edge from above, in five steps or so. That is where these functions differ from
looking for the value itself, where each step solves a cubic equation.

Each entry of an array is found as if alone: what is found stays, while others are looked for.

Source: the intervals are those of Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226,
and Koopman (1984), Biometrics 40:513-517. The multiplier in the place of the ratio is the step of
Nam (1995), Biometrical Journal 37:375-379; the same for the difference is worked out below.

Limits: counts may be fractions, but nobody may be missing: sizes are above nought here.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_STEPS: Final = 100
"""Steps to an edge; five are usual."""

_NEAR: Final = 1e-9
"""After a step that is this small beside the multiplier, the next would change nothing: the error
is squared at each step."""

_NEGLIGIBLE: Final = 1e-12
"""What sums of weights leave behind where everybody was counted on one side."""


def limits_of_difference(
    k1: Array, n1: Array, k0: Array, n0: Array, surprise: Array
) -> tuple[Array, Array]:
    """Return between which values ``k1/n1 - k0/n0`` lies.

    Parameters
    ----------
    surprise
        The square of the score at the edge, for each comparison.

    Examples
    --------
    >>> cells = [np.array([count]) for count in (56.0, 70.0, 48.0, 80.0)]
    >>> low, high = limits_of_difference(*cells, np.array([1.96**2 * 150 / 149]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0528, 0.3382)
    """
    size = len(k1)
    # The highest difference is the lowest with its sides turned round.
    low = _lowest_difference(
        np.array([[*k1, *k0], [*(n0 - k0), *(n1 - k1)]]),
        np.array([[*n1, *n0], [*n0, *n1]]),
        np.array([*surprise, *surprise]),
    )
    return low[:size], -low[size:]


def _lowest_difference(k: Array, n: Array, surprise: Array) -> Array:
    """Return the lower limits of ``p + q - 1``: ``p`` is of the first row, ``q`` of the second.

    With ``q`` the share of the others in the reference, both sides are alike. The likelihood has
    its top where ``m p (1 - p) = k - n p`` on both sides, of which the root is written below so
    that nothing is lost by subtracting; the surprise is the sum of ``m^2 p (1 - p) / n``. Its
    second derivative has the sign of ``n^2 + m (n - k) - m n p``, and as ``m p`` is at most ``k``
    that is never below nought.
    """
    twice, others = 2 * k, 4 * (n - k)
    with np.errstate(all="ignore"):
        # From here on one side alone is surprise enough.
        enough = n + surprise * n / k
        most = np.minimum(enough[0], enough[1])
        p = (k + 1) / (n + 2)
        part = p * (1 - p) / n
        m: Array = np.minimum(np.sqrt(surprise / (part[0] + part[1])), most)
        is_found: NDArray[np.bool_] = k[0] + k[1] <= 0
        for _ in range(MOST_STEPS):
            root = np.sqrt((n - m) ** 2 + m * others)
            p = twice / (m + n + root)
            spread = m * p * (1 - p)
            part = spread / n
            level = part[0] + part[1]
            rises = part + np.where(root > 0, spread / root, 0.0)
            step = (m * level - surprise) / (rises[0] + rises[1])
            following = np.where(is_found, m, np.minimum(m - step, most))
            is_found = is_found | (np.abs(following - m) <= _NEAR * m)
            m = following
            if is_found.all():
                break
        p = twice / (m + n + np.sqrt((n - m) ** 2 + m * others))
    return np.where(k[0] + k[1] > 0, p[0] + p[1] - 1, -1.0)


def limits_of_ratio(
    k1: Array, n1: Array, k0: Array, n0: Array, surprise: Array
) -> tuple[Array, Array]:
    """Return between which values ``(k1/n1) / (k0/n0)`` lies; from 0 and up to infinity if need be.

    Examples
    --------
    >>> cells = [np.array([count]) for count in (36.0, 40.0, 16.0, 80.0)]
    >>> low, high = limits_of_ratio(*cells, np.array([1.96**2]))
    >>> round(float(low[0]), 2), round(float(high[0]), 2)
    (2.94, 7.15)
    """
    size = len(k1)
    low = _lowest_ratio(
        np.array([*k1, *k0]), np.array([*n1, *n0]),
        np.array([*k0, *k1]), np.array([*n0, *n1]),
        np.array([*surprise, *surprise]),
    )  # fmt: skip
    with np.errstate(divide="ignore"):
        return low[:size], 1 / low[size:]


def _lowest_ratio(k1: Array, n1: Array, k0: Array, n0: Array, surprise: Array) -> Array:
    """Return the lower limits of ``p1 / p0``.

    The likelihood has its top where ``(k1 - n1 p1) / (1 - p1) = m = -(k0 - n0 p0) / (1 - p0)``, so
    that ``p1 = (k1 - m) / (n1 - m)`` and ``p0 = (k0 + m) / (n0 + m)``. The surprise is ``m^2 (a /
    (k1 - m) + b / (k0 + m))``, with ``a`` and ``b`` the shares of the others: two convex terms.
    """
    some = k1 > 0
    k1 = np.where(some, k1, n1 / 2)
    a, b = (n1 - k1) / n1, (n0 - k0) / n0
    # Where all of the group count, its rate stays 1 until the multiplier has come to the count.
    is_all = a * k1 <= _NEGLIGIBLE * surprise
    a = np.where(is_all, 0.0, a)
    with np.errstate(all="ignore"):
        # Where one of the two terms alone is surprise enough: not below the edge.
        first = 2 * surprise * k1 / (surprise + np.sqrt(surprise**2 + 4 * a * surprise * k1))
        second = (surprise + np.sqrt(surprise**2 + 4 * b * surprise * k0)) / (2 * b)
        m = np.minimum(first, np.where(b > 0, second, np.inf))
        is_never = is_all & (b * k1**2 <= surprise * (k0 + k1))
        is_found = is_never | ~some
        for _ in range(MOST_STEPS):
            left, right = k1 - m, k0 + m
            one = np.where(is_all, 0.0, a / left)
            other = b / right
            rise = m * (one * (left + k1) / left + other * (right + k0) / right)
            rise = np.where(is_all, m * other * (right + k0) / right, rise)
            step = (m * m * (one + other) - surprise) / rise
            following = np.where(is_found, m, m - step)
            is_found |= np.abs(step) <= _NEAR * m
            m = following
            if is_found.all():
                break
        p1 = np.where(is_all, 1.0, (k1 - m) / (n1 - m))
        ratio = p1 * (n0 + m) / (k0 + m)
        odds = (surprise - n1**2 * b / (k0 + n1)) / n1
        ratio = np.where(is_never, (n0 + n1) / (k0 + n1) / (1 + odds), ratio)
    return np.where(some, ratio, 0.0)
