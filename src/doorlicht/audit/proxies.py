"""How well the other features together tell origin, and which of them carry it.

Where origin is known, for a test and for nothing else, its place can be taken by a postcode, a
language or a household size without anybody meaning it. Each feature by itself: bias-corrected
Cramér's V and mutual information, also among people who are alike in what may lawfully count. All
together: how well they tell one group from everybody else in people that were not learned from,
against the same with the groups shuffled.

Source: weights of evidence in a logistic regression, as in Thomas, Edelman and Crook (2002),
Credit Scoring and Its Applications, sections 5.3 and 8.3; area under the curve and its error:
DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44:837-845; permutations: Phipson and Smyth
(2010), Statistical Applications in Genetics and Molecular Biology 9:39.

Limits: it is about these people and these features. The features are put together by adding what
each says; what only a combination of two would tell is not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from doorlicht.audit.association import conditional_information, cramers_v, mutual_information
from doorlicht.audit.intervals import Array, normal_quantile
from doorlicht.audit.woe import Coded
from doorlicht.errors import InputError
from doorlicht.records import UNKNOWN_GROUP, ProxyFeature, ProxyPower

Codes = NDArray[np.int64]

BINS: Final = 20
"""Into how many parts of equal size numbers are cut."""

MOST_VALUES: Final = 1000
"""A feature with more values is a name or a number of a person; the rarest go together."""

MOST_PEOPLE: Final = 20_000
"""With more people than this a sample is drawn: the area is known to half a percent then."""

FOLDS: Final = 5
PERMUTATIONS: Final = 19
"""The fewest with which one in twenty can be told."""


def codes_of(column: ArrayLike) -> Codes:
    """Return a number for each different value, or for each part of numbers; missing is a value.

    Examples
    --------
    >>> codes_of(["b", "a", None, "b"]).tolist()
    [1, 0, 2, 1]
    """
    array = np.asarray(column)
    if array.dtype.kind in "fiu" and len(np.unique(array)) > BINS:
        numbers = array.astype(np.float64)
        seen = numbers[np.isfinite(numbers)]
        parts = np.quantile(seen, np.linspace(0, 1, BINS + 1)[1:-1]) if len(seen) else np.array([])
        edges: Array = np.unique(parts)
        codes = np.searchsorted(edges, numbers, side="right").astype(np.int64)
        codes[np.isnan(numbers)] = len(edges) + 1
        return codes
    words = np.array(["\U0010ffff" if _is_missing(one) else str(one) for one in array.tolist()])
    _, codes, counts = np.unique(words, return_inverse=True, return_counts=True)
    codes = codes.astype(np.int64)
    if len(counts) > MOST_VALUES:
        frequent = np.argsort(-counts, kind="stable")[: MOST_VALUES - 1]
        place = np.full(len(counts), MOST_VALUES - 1, dtype=np.int64)
        place[frequent] = np.arange(len(frequent))
        codes = place[codes]
    return codes


def _is_missing(value: object) -> bool:
    # Only what is no number differs from itself.
    return value is None or value != value


def measure_features(
    features: Mapping[str, ArrayLike],
    origin: ArrayLike,
    alike: ArrayLike | None = None,
) -> tuple[ProxyFeature, ...]:
    """Return how much each feature tells of origin, the most telling first.

    Parameters
    ----------
    alike
        For each person which lawful factors they have, as one value: then it is also told how much
        a feature adds to those.

    Examples
    --------
    >>> found = measure_features({"street": [1, 1, 2, 2] * 20, "day": [1, 2, 1, 2] * 20},
    ...                          ["a", "a", "b", "b"] * 20)
    >>> [(one.name, round(one.cramers_v, 2)) for one in found]
    [('street', 1.0), ('day', 0.0)]
    """
    groups = codes_of(origin)
    layer = np.zeros_like(groups) if alike is None else codes_of(alike)
    found: list[ProxyFeature] = []
    for name, column in features.items():
        codes = codes_of(column)
        if len(codes) != len(groups):
            raise InputError("audit.lengths", rows=len(groups))
        shape = (int(layer.max(initial=0)) + 1, int(codes.max(initial=0)) + 1,
                 int(groups.max(initial=0)) + 1)  # fmt: skip
        key = (layer * shape[1] + codes) * shape[2] + groups
        tables = np.bincount(key, minlength=int(np.prod(shape))).reshape(shape)
        table = tables.sum(axis=0)
        found.append(
            ProxyFeature(
                name,
                cramers_v(table),
                mutual_information(table),
                None if alike is None else conditional_information(tables),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.cramers_v, one.name)))


def area_under_curve(score: ArrayLike, is_of_group: ArrayLike) -> tuple[float, float]:
    """Return how often one of the group has the higher score than one who is not, and its error.

    Examples
    --------
    >>> area, error = area_under_curve([1, 2, 3, 4, 5], [0, 0, 1, 0, 1])
    >>> round(area, 3), round(error, 3)
    (0.833, 0.236)
    """
    scores, marks = np.asarray(score, np.float64), np.asarray(is_of_group, np.bool_)
    own, others = scores[marks], scores[~marks]
    if not len(own) or not len(others):
        return float("nan"), float("nan")
    # Of each score how many of the other side lie under it; half of those with the same one.
    over = _placed(own, others)
    under = 1 - _placed(others, own)
    area = float(over.mean())
    spread = 0.0
    for part in (over, under):
        spread += float(part.var(ddof=1)) / len(part) if len(part) > 1 else 0.0
    return area, float(np.sqrt(spread))


def _placed(scores: Array, among: Array) -> Array:
    ordered = np.sort(among)
    left = np.searchsorted(ordered, scores, side="left")
    right = np.searchsorted(ordered, scores, side="right")
    return (left + right) / (2 * len(among))


def measure_proxy_power(
    features: Mapping[str, ArrayLike],
    origin: ArrayLike,
    random: np.random.Generator,
    *,
    level: float = 0.95,
    permutations: int = PERMUTATIONS,
) -> tuple[ProxyPower, ...]:
    """Return how well the features together tell each group from everybody else.

    An area of 0.5 is no better than chance, 1 tells everybody. It is measured on people that were
    not learned from. Beside it stands what came out with the groups shuffled.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> group = random.choice(["a", "b"], 400)
    >>> street = np.where(random.random(400) < 0.8, group == "a", group == "b")
    >>> power = measure_proxy_power({"street": street}, group, random)
    >>> [(one.group, 0.7 < one.area < 0.9, one.p_value) for one in power]
    [('a', True, 0.05), ('b', True, 0.05)]
    """
    names = [UNKNOWN_GROUP if _is_missing(one) else str(one) for one in np.asarray(origin).tolist()]
    groups = np.array(names)
    columns = [codes_of(column) for column in features.values()]
    if any(len(column) != len(groups) for column in columns):
        raise InputError("audit.lengths", rows=len(groups))
    if len(groups) > MOST_PEOPLE:
        drawn = random.choice(len(groups), MOST_PEOPLE, replace=False)
        groups = groups[drawn]
        columns = [column[drawn] for column in columns]
    if not columns:
        return ()
    coded = Coded.of(columns)
    found: list[ProxyPower] = []
    for name in sorted(set(groups.tolist())):
        marks = groups == name
        if min(int(marks.sum()), int((~marks).sum())) < 2 * FOLDS:
            continue
        fold = _folds(marks, random)
        area, error = area_under_curve(coded.cross_score(marks, fold), marks)
        shuffled: list[float] = []
        for _ in range(permutations):
            turned = marks[random.permutation(len(marks))]
            scores = coded.cross_score(turned, _folds(turned, random))
            shuffled.append(area_under_curve(scores, turned)[0])
        reach = normal_quantile(level) * error
        at_least = sum(one >= area for one in shuffled)
        found.append(
            ProxyPower(
                name,
                len(groups),
                area,
                max(area - reach, 0.0),
                min(area + reach, 1.0),
                level,
                float(np.mean(shuffled)) if shuffled else None,
                (1 + at_least) / (1 + permutations) if shuffled else None,
            )
        )
    return tuple(found)


def _folds(marks: NDArray[np.bool_], random: np.random.Generator) -> Codes:
    """Return a fold for each person, with as much of the group in each of them."""
    fold = np.empty(len(marks), dtype=np.int64)
    for part in (np.flatnonzero(marks), np.flatnonzero(~marks)):
        fold[random.permutation(part)] = np.arange(len(part)) % FOLDS
    return fold
