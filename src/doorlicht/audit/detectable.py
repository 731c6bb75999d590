"""What could have been seen at all: the smallest disparity that a group of this size shows.

"No difference found" in a group of 41 people is no sign that there is none. This says how large a
ratio would have had to be to be found with a given chance (the power).

Source: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, section 4.2:
power of the score test of two rates, without continuity correction.

Limits: an approximation by the normal distribution; with fewer than ten people it is rough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from doorlicht.audit.comparing import against, choose_reference, known, rates_of
from doorlicht.audit.distributions import normal_below
from doorlicht.audit.intervals import Array, normal_quantile
from doorlicht.records import Detectable, Group

_BISECTIONS: Final = 64
"""Halvings after which nothing of a double is left to be told apart."""


def power_of_comparison(
    p1: ArrayLike, n1: ArrayLike, p0: ArrayLike, n0: ArrayLike, level: float = 0.95
) -> Array:
    """Return the chance that two rates which differ are found to differ.

    Examples
    --------
    >>> power_of_comparison(0.2, 100, 0.1, 100).round(3).tolist()
    [0.508]
    """
    arrays = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in (p1, n1, p0, n0)))
    a, b, c, d = (np.atleast_1d(array) for array in arrays)
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (a * b + c * d) / (b + d)
        equal = np.sqrt(pooled * (1 - pooled) * (1 / b + 1 / d))
        apart = np.sqrt(a * (1 - a) / b + c * (1 - c) / d)
        gap = np.abs(a - c)
        up, down = (gap - z * equal) / apart, (-gap - z * equal) / apart
        power = normal_below(up) + normal_below(down)
    certain = np.where(gap > z * equal, 1.0, 0.0)
    power = np.where(apart > 0, power, certain)
    return np.where((b > 0) & (d > 0), power, 0.0)


def smallest_detectable(
    groups: Sequence[Group],
    *,
    reference: str | None = None,
    level: float = 0.95,
    power: float = 0.8,
) -> tuple[Detectable, ...]:
    """Return the smallest ratio over and under 1 that would have been found in each group.

    Examples
    --------
    >>> small, = smallest_detectable([Group("a", 41, 4), Group("b", 5000, 500)])
    >>> round(small.ratio_above, 1), round(small.ratio_below, 2)
    (2.5, 0.02)
    """
    chosen = choose_reference(groups, reference)
    rates = rates_of(groups, [g.selected for g in groups], [g.n for g in groups])
    _, _, k0, n0 = against(rates, chosen)
    n1 = rates.n * rates.information
    with np.errstate(divide="ignore", invalid="ignore"):
        base = np.where(n0 > 0, k0 / n0, np.nan)
    filled = np.nan_to_num(base)
    above = _edge(filled, np.ones_like(filled), (n1, filled, n0), level, power)
    below = _edge(filled, np.zeros_like(filled), (n1, filled, n0), level, power)
    with np.errstate(divide="ignore", invalid="ignore"):
        up, down = above / base, below / base
    return tuple(
        Detectable(name, chosen, known(up[at]), known(down[at]), known(above[at] - base[at]),
                   level, power)
        for at, name in enumerate(rates.names)
        if name != chosen
    )  # fmt: skip


def _edge(
    start: Array, end: Array, others: tuple[Array, Array, Array], level: float, power: float
) -> Array:
    """Return the rate nearest to the reference that is found; NaN where even the end is not."""
    n1, base, n0 = others

    def is_found(rate: Array) -> NDArray[np.bool_]:
        return power_of_comparison(rate, n1, base, n0, level) >= power

    near, far = start.copy(), end.copy()
    reachable = is_found(far)
    for _ in range(_BISECTIONS):
        middle = (near + far) / 2
        found = is_found(middle)
        near = np.where(found, near, middle)
        far = np.where(found, middle, far)
    return np.where(reachable, far, np.nan)
