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

from doorlicht.audit.comparing import choose_reference, known, rates_of
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
    selection_ratio a 1.83 3.37
    selection_difference a 0.09 0.21
    """
    rates = rates_of(groups, [g.selected for g in groups], [g.n for g in groups])
    people = np.rint(rates.n * rates.information).astype(np.int64)
    values = rates.values
    # One row a group, so that the draws of a group, and the sorting of them, lie together.
    drawn = np.empty((len(groups), replicates))
    for at, (n, p) in enumerate(zip(people, values, strict=True)):
        drawn[at] = random.binomial(n, p, replicates) / n if n else np.nan
    measures = _measures("selection_rate", rates.names, None, values, drawn, level)
    chosen = choose_reference(groups, reference)
    if len(groups) == 1 or not groups:
        return tuple(measures)
    if chosen == ALL_OTHERS:
        known_people = np.where(people > 0, people, 0)[:, None]
        cases = np.nan_to_num(drawn) * known_people
        with np.errstate(divide="ignore", invalid="ignore"):
            others = (cases.sum(axis=0) - cases) / (known_people.sum() - known_people)
            base = (rates.k.sum() - rates.k) / (rates.n.sum() - rates.n)
        rows = np.arange(len(groups))
    else:
        place = rates.names.index(chosen)
        others, base = drawn[place], np.full(len(groups), values[place])
        rows = np.array([at for at in range(len(groups)) if at != place], dtype=np.int64)
    names = [rates.names[at] for at in rows]
    other_rows = others[rows] if others.ndim > 1 else others
    compared: dict[str, Callable[[Array, Array], Array]] = {
        "selection_ratio": np.divide,
        "selection_difference": np.subtract,
    }
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, of in compared.items():
            shown = of(values[rows], base[rows])
            again = of(drawn[rows], other_rows)
            measures += _measures(name, names, chosen, shown, again, level)
    return tuple(measures)


def _measures(
    name: str,
    groups: Sequence[str],
    reference: str | None,
    values: Array,
    drawn: Array,
    level: float,
) -> list[Measure]:
    low, high = percentiles(drawn, level)
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
