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
from itertools import islice
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from doorlicht.audit.intervals import Array
from doorlicht.records import Audited, Measure

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
    measures: Iterable[Measure],
    correction: Correction = "holm",
    attributes: Sequence[str] | None = None,
) -> tuple[Measure, ...]:
    """Return the measures with their p-values corrected for all of them together.

    Hand over everything that was tried in an audit at once, and not only what stood out.

    Parameters
    ----------
    attributes
        By what people are told apart in each measure, where groups of several attributes bear the
        same names, as with yes and no.

    Examples
    --------
    >>> one = Measure("fpr_ratio", "a", "b", 2.0, 1.1, 3.0, 0.95, "bounds", None, 0.02)
    >>> two = Measure("fpr_ratio", "c", "b", 1.0, 0.5, 2.0, 0.95, "bounds", None, 0.9)
    >>> [measure.adjusted_p_value for measure in correct_for_number([one, two])]
    [0.04, 0.9]
    """
    given = tuple(measures)
    by = attributes or [""] * len(given)
    keys = [(attribute, *comparison_of(one)) for attribute, one in zip(by, given, strict=True)]
    tried = {
        key: one.p_value for key, one in zip(keys, given, strict=True) if one.p_value is not None
    }
    corrected = CORRECTIONS[correction](list(tried.values()))
    adjusted = dict(zip(tried, corrected.tolist(), strict=True))
    return tuple(
        one.corrected(adjusted[key]) if one.p_value is not None else one
        for key, one in zip(keys, given, strict=True)
    )


def correct_audited(
    audited: Sequence[Audited], correction: Correction = "holm"
) -> tuple[list[Audited], int]:
    """Return groups by several attributes with everything corrected together, and how much it was.

    Examples
    --------
    >>> one = Measure("fpr_ratio", "1", "0", 2.0, 1.1, 3.0, 0.95, "bounds", None, 0.02)
    >>> two = Measure("fpr_ratio", "1", "0", 1.0, 0.5, 2.0, 0.95, "bounds", None, 0.9)
    >>> done, tried = correct_audited([Audited("x", (), (one,)), Audited("y", (), (two,))])
    >>> [each.measures[0].adjusted_p_value for each in done], tried
    ([0.04, 0.9], 2)
    """
    attributes = [each.attribute for each in audited for _ in each.measures]
    measures = [one for each in audited for one in each.measures]
    corrected = iter(correct_for_number(measures, correction, attributes))
    done = [
        replace(each, measures=tuple(islice(corrected, len(each.measures)))) for each in audited
    ]
    return done, sum(number_of_comparisons(each.measures) for each in audited)


def comparison_of(measure: Measure) -> tuple[str, str, str | None]:
    """Return what tells one comparison from another, within one attribute.

    Ratio, difference and odds ratio of the same rates are one comparison: they share a p-value.
    What is adjusted by a regression is another than what is compared by strata.

    Examples
    --------
    >>> one = Measure("selection_odds_ratio_adjusted", "a", "b", 2.0, 1.1, 3.0, 0.95, "-")
    >>> comparison_of(one)
    ('adjusted', 'a', 'b')
    """
    stem, _, ending = measure.measure.rpartition("_")
    return ending if ending in _WITHIN else stem, measure.group, measure.reference


_WITHIN: Final = ("conditional", "adjusted")


def number_of_comparisons(measures: Sequence[Measure]) -> int:
    """Return how many comparisons with a p-value there are, within one attribute."""
    return len({comparison_of(one) for one in measures if one.p_value is not None})
