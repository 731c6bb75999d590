"""Ten thousand times the same audit with other people: the bootstrap, from counts alone.

A group in which ``k`` of ``n`` were selected, drawn again with replacement, has a binomial number
of selected people: nobody needs to be drawn one by one, and a million people cost as much as a
hundred. The sizes of the groups are held, for they say nothing about the selection.

Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, sections 8.2 (samples of
their own for each group) and 13.3 (percentiles). That counts are sufficient: section 5.2.

Limits: where nobody or everybody was selected each repetition is the same, and the bootstrap
says nothing; such a measure has no interval of it and says so. The intervals of
``intervals.py`` hold there as well, and are the ones to publish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.comparing import Rates, choose_reference, known, rates_of
from doorlicht.audit.intervals import Array
from doorlicht.language import Text
from doorlicht.records import ALL_OTHERS, Group, Measure

REPLICATES: Final = 10_000
METHOD: Final = "bootstrap"


def bootstrap_selection(
    groups: Sequence[Group],
    random: np.random.Generator,
    *,
    reference: str | None = None,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> tuple[Measure, ...]:
    """Return rate, ratio and difference per group, with intervals from drawing again.

    Parameters
    ----------
    random
        Where chance comes from; the same one gives the same intervals.

    Examples
    --------
    >>> groups = [Group("a", 200, 50), Group("b", 1000, 100)]
    >>> for one in bootstrap_selection(groups, np.random.default_rng(1)):
    ...     print(one.measure, one.group, round(one.low, 2), round(one.high, 2))
    selection_rate a 0.19 0.31
    selection_rate b 0.08 0.12
    selection_ratio a 1.82 3.37
    selection_difference a 0.09 0.21
    """
    rates = rates_of(groups, [g.selected for g in groups], [g.n for g in groups])
    people = np.rint(rates.n * rates.information).astype(np.int64)
    values = rates.values
    chosen = choose_reference(groups, reference)
    is_compared = len(groups) > 1
    base, base_people = _base(rates, people, chosen)
    one_base = (
        None
        if chosen == ALL_OTHERS or not is_compared
        else _draw(random, base_people[:1], base[:1], replicates)
    )
    of: dict[str, Callable[[Array, Array], Array]] = {
        "selection_ratio": np.divide,
        "selection_difference": np.subtract,
    }
    ends = {name: np.full((2, len(groups)), np.nan) for name in ("selection_rate", *of)}
    for first in range(0, len(groups), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        drawn = _draw(random, people[part], values[part], replicates)
        ends["selection_rate"][:, part] = percentiles(drawn, level)
        if not is_compared:
            continue
        others = (
            _draw(random, base_people[part], base[part], replicates)
            if one_base is None
            else one_base
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            for name, make in of.items():
                ends[name][:, part] = percentiles(make(drawn, others), level)
    rows = [at for at, name in enumerate(rates.names) if name != chosen]
    measures = _measures("selection_rate", rates.names, None, values, ends["selection_rate"], level)
    if is_compared:
        names = [rates.names[at] for at in rows]
        for name, make in of.items():
            with np.errstate(divide="ignore", invalid="ignore"):
                shown = make(values, base)
            measures += _measures(name, names, chosen, shown[rows], ends[name][:, rows], level)
    return tuple(measures)


AT_ONCE: Final = 100
"""Groups that are drawn together, so that ten thousand of them take little memory."""


def _base(rates: Rates, people: NDArray[np.int64], chosen: str) -> tuple[Array, NDArray[np.int64]]:
    """Return for each group the rate of what it is compared with, and how many people that is."""
    if chosen != ALL_OTHERS:
        at = rates.names.index(chosen)
        return np.full(len(people), rates.values[at]), np.full(len(people), people[at])
    with np.errstate(divide="ignore", invalid="ignore"):
        base = (rates.k.sum() - rates.k) / (rates.n.sum() - rates.n)
    return base, people.sum() - people


def _draw(
    random: np.random.Generator, people: NDArray[np.int64], rates: Array, replicates: int
) -> Array:
    """Return drawn rates, one row a group, so that what is sorted lies together."""
    drawn = np.empty((len(people), replicates))
    for at, (n, p) in enumerate(zip(people, rates, strict=True)):
        # A sum of weights can leave a hair more than all, or less than none.
        drawn[at] = random.binomial(n, min(max(p, 0), 1), replicates) / n if n else np.nan
    return drawn


def _measures(
    name: str,
    groups: Sequence[str],
    reference: str | None,
    values: Array,
    ends: Array,
    level: float,
) -> list[Measure]:
    low, high = ends
    measures: list[Measure] = []
    for at, group in enumerate(groups):
        is_stuck = not np.isfinite(values[at]) or low[at] == high[at] or np.isnan(low[at])
        measures.append(
            Measure(
                name,
                group,
                reference,
                known(values[at]),
                float(low[at]) if not is_stuck else -np.inf if "difference" in name else 0.0,
                float(high[at]) if not is_stuck else np.inf,
                level,
                METHOD,
                Text("audit_note.no_spread") if is_stuck else None,
            )
        )
    return measures


def percentiles(drawn: Array, level: float) -> tuple[Array, Array]:
    """Return between which values the middle part of each row lies; of a row without numbers NaN.

    Examples
    --------
    >>> low, high = percentiles(np.arange(1000.0)[None, :], 0.95)
    >>> float(low[0]), float(high[0])
    (24.0, 975.0)
    """
    replicates = drawn.shape[1]
    tail = (1 - level) / 2
    first = max(int(np.floor(tail * (replicates - 1))), 0)
    last = replicates - 1 - first
    # Two places only need to be right: partitioning is several times as fast as sorting.
    placed = np.partition(drawn, (first, last), axis=1)
    return placed[:, first], placed[:, last]
