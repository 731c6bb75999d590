"""Correcting for how much was tried: among a hundred groups some stand out by chance alone.

Every group and measure that was compared counts, also those that are not shown. A ratio and a
difference of the same rate are one comparison.

Source: Holm (1979), Scandinavian Journal of Statistics 6:65-70 (chance of any false finding);
Benjamini and Hochberg (1995), JRSS B 57:289-300 (share of false ones among the findings).

Limits: Benjamini-Hochberg is proven for comparisons that are independent or rise together. Groups
that are compared with one reference are of the second kind; overlapping groups mostly are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from doorlicht.audit.intervals import Array
from doorlicht.records import Measure

Correction = Literal["holm", "benjamini-hochberg"]


def holm(p_values: ArrayLike) -> Array:
    """Return p-values so corrected that the chance of any false finding is what one of them says.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    steps = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    return _back(np.minimum(steps, 1), order)


def benjamini_hochberg(p_values: ArrayLike) -> Array:
    """Return p-values so corrected that of the findings at most this share is false, on average.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * len(values) / np.arange(1, len(values) + 1)
    steps = np.minimum.accumulate(scaled[::-1])[::-1]
    return _back(np.minimum(steps, 1), order)


def _back(sorted_values: Array, order: NDArray[np.intp]) -> Array:
    result = np.empty_like(sorted_values)
    result[order] = sorted_values
    return result


CORRECTIONS: Final[dict[Correction, Callable[[ArrayLike], Array]]] = {
    "holm": holm,
    "benjamini-hochberg": benjamini_hochberg,
}


def correct_for_number(
    measures: Iterable[Measure], correction: Correction = "holm"
) -> tuple[Measure, ...]:
    """Return the measures with their p-values corrected for all of them together.

    Hand over everything that was tried in an audit at once, and not only what stood out.

    Examples
    --------
    >>> one = Measure("fpr_ratio", "a", "b", 2.0, 1.1, 3.0, 0.95, "bounds", None, 0.02)
    >>> two = Measure("fpr_ratio", "c", "b", 1.0, 0.5, 2.0, 0.95, "bounds", None, 0.9)
    >>> [measure.adjusted_p_value for measure in correct_for_number([one, two])]
    [0.04, 0.9]
    """
    given = tuple(measures)
    tried: dict[tuple[str, str, str | None], float] = {}
    for one in given:
        if one.p_value is not None:
            tried[_comparison(one)] = one.p_value
    corrected = CORRECTIONS[correction](list(tried.values()))
    adjusted = dict(zip(tried, corrected.tolist(), strict=True))
    return tuple(
        replace(one, adjusted_p_value=adjusted[_comparison(one)])
        if one.p_value is not None
        else one
        for one in given
    )


def _comparison(measure: Measure) -> tuple[str, str, str | None]:
    """Return what tells one comparison from another: ratio and difference are the same one."""
    return measure.measure.rpartition("_")[0], measure.group, measure.reference


def number_of_comparisons(measures: Sequence[Measure]) -> int:
    """Return how many comparisons with a p-value there are."""
    return len({_comparison(one) for one in measures if one.p_value is not None})
