"""How many items of a population can be wrong, given a sample, and how large one must be.

Everything here is exact: chances are compared as whole numbers wherever rounding could matter. Of a
population of ``size`` items, ``drawn`` are drawn without putting back, each set being as likely as
any other, and ``wrong`` of them are found to be wrong. Then the wrong ones among the drawn follow
the hypergeometric distribution, and the bound is the largest number of wrong items in the whole
population with which so few (``wrong`` or less) would be drawn more often than ``1 - confidence``.

Source: Clopper and Pearson (1934), Biometrika 26:404-413, for the way to make a bound of a test;
Wright (1991), Exact Confidence Bounds when Sampling from Small Finite Universes, Lecture Notes in
Statistics 66, for finite populations.

Limits: that the draw was by lot and that each drawn item was judged rightly is taken for granted.
An item that nobody could judge counts as wrong; who calls these functions sees to that.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

import numpy as np

from doorlicht.evidence.tails import log_choose

_FEW: Final = 2000
"""Of more, the numbers get thousands of digits: logarithms decide first where they surely can."""


def risk_of(confidence: float) -> Fraction:
    """Return ``1 - confidence`` as an exact fraction of what is written: 0.95 gives 1/20.

    Raises
    ------
    ValueError
        If it does not lie between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError("a confidence lies between 0 and 1")
    return 1 - Fraction(str(confidence))


def is_likelier(size: int, bad: int, drawn: int, wrong: int, risk: Fraction) -> bool:
    """Tell whether at most ``wrong`` bad items are drawn with a chance above ``risk``.

    Parameters
    ----------
    bad
        How many of the ``size`` items are wrong.

    Examples
    --------
    >>> is_likelier(10, 1, 5, 0, Fraction(49, 100)), is_likelier(10, 1, 5, 0, Fraction(1, 2))
    (True, False)
    """
    # Drawn and bad can change places in the formula; the fewer they are, the smaller the numbers.
    few, many = sorted((bad, drawn))
    least = max(0, few + many - size)
    if wrong < least:
        return False
    if few > _FEW:
        logs = np.arange(least, min(wrong, few) + 1, dtype=np.float64)
        logs = (
            log_choose(np.float64(many), logs)
            + log_choose(np.float64(size - many), few - logs)
            - log_choose(np.float64(size), np.float64(few))
        )
        nearness = float(np.logaddexp.reduce(logs)) - math.log(risk)
        if abs(nearness) > 1e-12 * size + 1e-6:
            return nearness > 0
    ways = math.comb(many, least) * math.comb(size - many, few - least)
    total = ways
    for count in range(least, min(wrong, few)):
        ways = ways * (many - count) * (few - count)
        ways //= (count + 1) * (size - many - few + count + 1)
        total += ways
    return total * risk.denominator > risk.numerator * math.comb(size, few)


def upper_bound(size: int, drawn: int, wrong: int, confidence: float = 0.95) -> int:
    """Return how many of the ``size`` items can be wrong at most, at this confidence.

    Over many samples, the number of wrong items lies above the bound in at most ``1 -
    confidence`` of them, whatever that number is. It is never less than ``wrong``, and never
    more than ``wrong`` and all that were not drawn.

    Raises
    ------
    ValueError
        If the counts do not fit together, or the confidence is no share.

    Examples
    --------
    >>> upper_bound(61_300, 750, 0)
    242
    >>> upper_bound(40, 40, 3), upper_bound(40, 0, 0)
    (3, 40)
    """
    risk = risk_of(confidence)
    if not 0 <= wrong <= drawn <= size:
        raise ValueError("of a population some are drawn, and of those some are wrong")
    low, high = wrong, wrong + size - drawn
    while low < high:
        middle = (low + high + 1) // 2
        if is_likelier(size, middle, drawn, wrong, risk):
            low = middle
        else:
            high = middle - 1
    return low


def sample_size(size: int, at_most: int, confidence: float = 0.95, allowed: int = 0) -> int:
    """Return the smallest sample that can show that at most ``at_most`` items are wrong.

    Parameters
    ----------
    allowed
        How many wrong items may be found in the sample, with the bound still met.

    Returns
    -------
    int
        The number to draw; ``size`` where less cannot show it.

    Examples
    --------
    >>> sample_size(61_300, 245)
    741
    >>> upper_bound(61_300, 741, 0), upper_bound(61_300, 740, 0)
    (245, 246)
    >>> sample_size(100, 0), sample_size(100, 100)
    (95, 0)
    """
    risk = risk_of(confidence)
    if not (0 <= at_most <= size and allowed >= 0):
        raise ValueError("at most all items can be wrong")
    if at_most == size:
        return 0
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if middle >= allowed and not is_likelier(size, at_most + 1, middle, allowed, risk):
            high = middle
        else:
            low = middle + 1
    return low
