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

import math
from collections.abc import Callable, Iterator, Sequence
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
    selection_ratio a 1.84 3.37
    selection_difference a 0.09 0.21
    """
    return bootstrap_rates(
        "selection_rate",
        rates_of(groups, [g.selected for g in groups], [g.n for g in groups]),
        random,
        reference=choose_reference(groups, reference),
        level=level,
        replicates=replicates,
        stem="selection",
    )


def bootstrap_rates(
    name: str,
    rates: Rates,
    random: np.random.Generator,
    *,
    reference: str,
    level: float = 0.95,
    replicates: int = REPLICATES,
    stem: str | None = None,
) -> tuple[Measure, ...]:
    """Return any rate per group, and its ratio and difference to the reference, from drawing again.

    Parameters
    ----------
    name, stem
        As in :func:`doorlicht.audit.comparing.measure_rates`.
    """
    people = np.rint(rates.n * rates.information).astype(np.int64)
    is_compared = len(rates.names) > 1
    ends = {kind: np.full((2, len(rates.names)), np.nan) for kind in ("rate", *_OF)}
    bases = _bases(random, rates, people, reference, replicates) if is_compared else None
    for at, (n, p) in enumerate(zip(people.tolist(), rates.values.tolist(), strict=True)):
        drawn = draw_sorted(random, n, p, replicates)
        ends["rate"][:, at] = drawn[list(_places(replicates, level))]
        if bases is None:
            continue
        base = next(bases)
        with np.errstate(divide="ignore", invalid="ignore"):
            for kind, make in _OF.items():
                ends[kind][:, at] = percentiles(make(drawn, base), level)
    measures = _measures(name, rates.names, None, rates.values, ends["rate"], level)
    if bases is not None:
        rows = [at for at, group in enumerate(rates.names) if group != reference]
        names, base, _ = [rates.names[at] for at in rows], *_base(rates, people, reference)
        for kind, make in _OF.items():
            with np.errstate(divide="ignore", invalid="ignore"):
                shown = make(rates.values, base)[rows]
            full = f"{stem or name}_{kind}"
            measures += _measures(full, names, reference, shown, ends[kind][:, rows], level)
    return tuple(measures)


_OF: Final[dict[str, Callable[[Array, Array], Array]]] = {
    "ratio": np.divide,
    "difference": np.subtract,
}


def _base(rates: Rates, people: NDArray[np.int64], chosen: str) -> tuple[Array, NDArray[np.int64]]:
    """Return for each group the rate of what it is compared with, and how many people that is."""
    if chosen != ALL_OTHERS:
        at = rates.names.index(chosen)
        return np.full(len(people), rates.values[at]), np.full(len(people), people[at])
    with np.errstate(divide="ignore", invalid="ignore"):
        base = (rates.k.sum() - rates.k) / (rates.n.sum() - rates.n)
    return base, people.sum() - people


def _bases(
    random: np.random.Generator,
    rates: Rates,
    people: NDArray[np.int64],
    reference: str,
    replicates: int,
) -> Iterator[Array]:
    """Give for each group drawn rates of what it is compared with, in the order of chance."""
    values, sizes = _base(rates, people, reference)
    drawn = None
    for n, p in zip(sizes.tolist(), values.tolist(), strict=True):
        if drawn is None or reference == ALL_OTHERS:
            drawn = random.permutation(draw_sorted(random, n, p, replicates))
        yield drawn


MOST_VALUES: Final = 5_000
"""With more counts that can come up than this, people are quicker drawn one repetition at a time"""

_REACH: Final = 9.0
"""How far from the middle counts are drawn: this many standard deviations, and half its square.
Beyond that lies a chance of less than one in 10^16, also of counts that are small."""


def draw_sorted(random: np.random.Generator, n: int, p: float, replicates: int) -> Array:
    """Return drawn rates of one group, from low to high; NaN if there is nobody.

    How often each count comes up is drawn, and not each repetition: that is the same, and several
    times as fast. Where two groups are compared one of them must be put in the order of chance
    first, and the other may stay as it is.

    Examples
    --------
    >>> draw_sorted(np.random.default_rng(1), 4, 0.5, 6).tolist()
    [0.25, 0.25, 0.25, 0.5, 0.5, 0.5]
    """
    # A sum of weights can leave a hair more than all, or less than none.
    p = min(max(p, 0.0), 1.0)
    if n <= 0 or not 0 < p < 1:
        return np.full(replicates, p if n > 0 else np.nan)
    reach = _REACH * math.sqrt(n * p * (1 - p)) + _REACH**2 / 2
    first, last = max(math.floor(n * p - reach), 0), min(math.ceil(n * p + reach), n)
    if last - first > MOST_VALUES:
        return np.sort(random.binomial(n, p, replicates)) / n
    counts = np.arange(first, last + 1, dtype=np.float64)
    # Each chance follows from the one before it.
    logs = np.zeros(len(counts))
    np.cumsum(np.log((n - counts[:-1]) / (counts[:-1] + 1) * (p / (1 - p))), out=logs[1:])
    chances = np.exp(logs - logs.max())
    return np.repeat(counts / n, random.multinomial(replicates, chances / chances.sum()))


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


def percentiles(drawn: Array, level: float) -> tuple[float, float]:
    """Return between which values the middle part lies; NaN where there are no numbers.

    Examples
    --------
    >>> percentiles(np.arange(1000.0), 0.95)
    (24.0, 975.0)
    """
    first, last = _places(len(drawn), level)
    some = np.sort(drawn[::_SAMPLED])
    # So far into the sample that the value looked for is nearly always before it.
    room = int(first / _SAMPLED + 3 * math.sqrt(first / _SAMPLED)) + 2
    if room < len(some) and not np.isnan(drawn.max()):
        below, above = drawn[drawn <= some[room]], drawn[drawn >= some[-1 - room]]
        if min(len(below), len(above)) > first:
            below.partition(first)
            above.partition(len(above) - 1 - first)
            return float(below[first]), float(above[-1 - first])
    placed = np.partition(drawn, (first, last))
    return float(placed[first]), float(placed[last])


_SAMPLED: Final = 20
"""One in so many is looked at to tell where the ends lie, so that only what lies further out needs
to be put in order. Source: Floyd and Rivest (1975), Communications of the ACM 18:165-172."""


def _places(replicates: int, level: float) -> tuple[int, int]:
    first = max(int(np.floor((1 - level) / 2 * (replicates - 1))), 0)
    return first, replicates - 1 - first
