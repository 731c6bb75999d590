"""Chances that are not worked out as whole numbers.

Loading ``scipy.special`` takes longer than the whole of ``doorlicht --help``, so that it is loaded
when it is called.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Numbers = Array | np.float64


def _special(name: str) -> Callable[..., Any]:
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return cast("Callable[..., Any]", getattr(cast("Any", special), name))


def log_choose(n: Numbers, k: Numbers) -> Array:
    """Return the logarithm of how many ways there are to choose ``k`` out of ``n``.

    Examples
    --------
    >>> np.exp(log_choose(np.array([5.0]), np.array([2.0]))).round(6).tolist()
    [10.0]
    """
    log_factorial = _special("gammaln")
    parts: Array = log_factorial(n + 1) - log_factorial(k + 1) - log_factorial(n - k + 1)
    return parts


def binomial_below(count: int, tries: int, share: float) -> float:
    """Return the chance of at most ``count`` in ``tries`` that each come true with this share.

    Made without scipy, for every report of a scan asks for it.

    Examples
    --------
    >>> round(binomial_below(0, 3, 0.5), 9)
    0.125
    """
    if count >= tries:
        return 1.0
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1.0, tries + 1)))])
    true = np.arange(count + 1)
    ways = factorials[tries] - factorials[true] - factorials[tries - true]
    logs = ways + true * math.log(share) + (tries - true) * math.log1p(-share)
    return min(1.0, float(np.exp(np.logaddexp.reduce(logs))))
