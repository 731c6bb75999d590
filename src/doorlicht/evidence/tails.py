"""The two functions of probability that scipy computes for us, loaded when they are called.

Loading ``scipy.special`` takes longer than the whole of ``doorlicht --help``.
"""

from __future__ import annotations

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

    Examples
    --------
    >>> binomial_below(0, 3, 0.5)
    0.125
    """
    return 1.0 if count >= tries else float(_special("bdtr")(count, tries, share))
