"""The few functions of probability that scipy computes for us, with types, and loaded when called.

Loading ``scipy.special`` takes longer than the whole of ``doorlicht --help``; ``scipy.stats``
three times as long, so that what is needed of it is made here from the functions below it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_TAIL_TERMS: Final = 250
"""Beyond this count, where fewer than 20 are expected, no chance is left that a double can hold."""

_AT_ONCE: Final = 500
"""Cells whose tails are added up together, so that ten thousand groups take little memory."""


def _special(name: str) -> Callable[..., Array]:
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return cast("Callable[..., Array]", getattr(cast("Any", special), name))


def beta_quantile(a: Array, b: Array, share: float) -> Array:
    """Return the value under which this share of a beta distribution lies.

    Examples
    --------
    >>> beta_quantile(np.array([1.0]), np.array([1.0]), 0.25).tolist()
    [0.25]
    """
    return _special("betaincinv")(a, b, share)


def normal_two_tails(score: Array) -> Array:
    """Return the chance of a standard normal value at least this far from nought.

    Examples
    --------
    >>> normal_two_tails(np.array([1.959964])).round(4).tolist()
    [0.05]
    """
    return _special("erfc")(np.abs(score) / np.sqrt(2))


def normal_below(score: Array) -> Array:
    """Return the chance of a standard normal value at most this large."""
    return _special("ndtr")(score)


def normal_quantiles(share: Array) -> Array:
    """Return the standard normal value under which each share lies."""
    return _special("ndtri")(share)


def chi_square_above(value: Array, degrees: float) -> Array:
    """Return the chance of a chi-square value at least this large.

    Examples
    --------
    >>> chi_square_above(np.array([3.841459]), 1).round(4).tolist()
    [0.05]
    """
    return _special("chdtrc")(degrees, value)


def hypergeometric_tails(count: Array, drawn: Array, found: Array, total: Array) -> Array:
    """Return twice the smaller tail of a count, at most 1 (Fisher's exact test).

    ``count`` of ``drawn`` people have what ``found`` of ``total`` have. It should be the cell of
    which the fewest are expected: the tails are added up from it.

    Examples
    --------
    >>> one = np.array
    >>> hypergeometric_tails(one([1.0]), one([9.0]), one([12.0]), one([24.0])).round(4).tolist()
    [0.0094]
    """
    parts = [
        _tails(count[at : at + _AT_ONCE], drawn[at : at + _AT_ONCE], found[at : at + _AT_ONCE],
               total[at : at + _AT_ONCE])
        for at in range(0, len(count), _AT_ONCE)
    ]  # fmt: skip
    return np.concatenate(parts) if parts else np.zeros(0)


def _tails(count: Array, drawn: Array, found: Array, total: Array) -> Array:
    log_factorial = _special("gammaln")
    count = np.minimum(count, _TAIL_TERMS)
    furthest = int(np.minimum(np.minimum(drawn, found), 2 * _TAIL_TERMS).max(initial=0))
    at = np.arange(furthest + 1, dtype=np.float64)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = (
            log_factorial(found + 1)
            - log_factorial(at + 1)
            - log_factorial(found - at + 1)
            + log_factorial(total - found + 1)
            - log_factorial(drawn - at + 1)
            - log_factorial(total - found - drawn + at + 1)
            - log_factorial(total + 1)
            + log_factorial(drawn + 1)
            + log_factorial(total - drawn + 1)
        )
    possible = (at <= found) & (at <= drawn) & (at >= drawn + found - total)
    chance = np.where(possible, np.exp(np.where(possible, parts, -np.inf)), 0.0)
    below = np.where(at <= count, chance, 0.0).sum(axis=0)
    above = np.where(at >= count, chance, 0.0).sum(axis=0)
    return np.minimum(1.0, 2 * np.minimum(below, above))
