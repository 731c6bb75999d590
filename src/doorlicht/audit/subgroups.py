"""People described by ordinary columns who are selected out of proportion, without any group.

Half of the people are searched, and only the other half says how far a subgroup stands out: what
is found because it stands out says nothing about itself. Everything that is tried on the other
half is corrected for together. Results are questions for people: an ordinary column can stand for
origin, and it can be a good reason.

Source: search by a beam over conjunctions: Herrera et al. (2011), "An overview on subgroup
discovery", Knowledge and Information Systems 29, section 4; splitting the sample: Cox (1975), "A
note on data-splitting for the evaluation of significance levels", Biometrika 62.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.clustering import find_clusters
from doorlicht.audit.multiplicity import correct_for_number
from doorlicht.audit.selection import measure_selection
from doorlicht.records import ALL_OTHERS, Group, Measure

BEAM: Final = 40
DEPTH: Final = 3
MAX_TESTED: Final = 40
"""Subgroups that are tested on the other half; each more makes all of them less sure."""

MAX_VALUES: Final = 30
"""Values of a column of texts that are conditions; with more it names things one by one."""

MIN_NAMES: Final = 30
LONG_NUMBER: Final = 100_000
"""Whole numbers that all differ and have six digits or more are those of persons or files."""

BINS: Final = 5
MIN_PEOPLE: Final = 30
MIN_SHARE: Final = 0.01
SPLITS: Final = 10
ALIKE: Final = 0.95
"""Overlap from which on two subgroups are the same people."""

Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Condition:
    """A column with one of its values, or a range of its numbers: ``low <= x < high``."""

    column: str
    value: str = ""
    low: float = -np.inf
    high: float = np.inf

    @property
    def text(self) -> str:
        """How it is written."""
        if self.value:
            return f"{self.column} = {self.value}"
        if not np.isfinite(self.low):
            return f"{self.column} < {self.high:g}"
        if not np.isfinite(self.high):
            return f"{self.column} >= {self.low:g}"
        return f"{self.low:g} <= {self.column} < {self.high:g}"

    def holds(self, column: NDArray[Any]) -> Truths:
        """Return for whom it holds; it holds for nobody whose value is missing."""
        if self.value:
            return np.asarray(column == self.value, np.bool_)
        with np.errstate(invalid="ignore"):
            return np.asarray((column >= self.low) & (column < self.high), np.bool_)


@dataclass(frozen=True, slots=True)
class Unasked:
    """What a search without groups found, on the half of the people that was not searched.

    Attributes
    ----------
    groups
        Each subgroup with its people in that half; subgroups overlap, clusters do not.
    left_out
        Columns that were not searched: they have too many values, or only one.
    searched, tested
        People of the two halves.
    """

    groups: tuple[Group, ...]
    measures: tuple[Measure, ...]
    clusters: tuple[Group, ...]
    cluster_measures: tuple[Measure, ...]
    left_out: tuple[str, ...]
    searched: int
    tested: int


def search_subgroups(
    columns: Mapping[str, NDArray[Any]],
    selected: NDArray[np.float64],
    random: np.random.Generator,
    *,
    level: float = 0.95,
) -> Unasked:
    """Search half of the people for whom is selected most, and test that on the other half.

    Parameters
    ----------
    columns
        Ordinary columns, one entry a person: numbers, or texts with ``None`` where missing.
    selected
        1 or 0 a person; people of whom it is not known (NaN) are left out.
    """
    known = np.flatnonzero(~np.isnan(selected))
    order = random.permutation(known)
    half = len(order) // 2
    first, second = order[:half], order[half:]
    conditions, left_out = _conditions({name: one[first] for name, one in columns.items()})
    y = selected.astype(bool)
    found = _beam(conditions, {name: one[first] for name, one in columns.items()}, y[first])
    rest = {name: one[second] for name, one in columns.items()}
    masks = [_all_hold(each, rest) for each in found]
    names = [" & ".join(one.text for one in each) for each in found]
    groups, measures = _tested(names, masks, y[second], level)
    clusters, cluster_measures = _clusters(conditions, columns, (first, second), y, level)
    corrected = correct_for_number([*measures, *cluster_measures], "benjamini-hochberg")
    return Unasked(
        tuple(groups),
        tuple(corrected[: len(measures)]),
        tuple(clusters),
        tuple(corrected[len(measures) :]),
        tuple(left_out),
        len(first),
        len(second),
    )


def _conditions(columns: Mapping[str, NDArray[Any]]) -> tuple[list[Condition], list[str]]:
    conditions: list[Condition] = []
    left_out: list[str] = []
    for name, column in columns.items():
        made = _of_column(name, column)
        if len(made) < 2:
            left_out.append(name)
        conditions += made if len(made) > 1 else []
    return conditions, left_out


def _of_column(name: str, column: NDArray[Any]) -> list[Condition]:
    if column.dtype == object:
        texts = [one for one in column.tolist() if one is not None]
        values, often = np.unique(np.array(texts, dtype=str), return_counts=True)
        if len(values) > MAX_VALUES:
            enough = often >= max(MIN_PEOPLE, MIN_SHARE * len(column))
            # Of a column that names things one by one hardly any value is shared by many.
            if often[enough].sum() < len(texts) / 2:
                return []
            values = values[enough]
        return [Condition(name, str(value)) for value in values.tolist()]
    numbers = column[np.isfinite(column)]
    values, often = np.unique(numbers, return_counts=True)
    if _are_names(numbers, values):
        return []
    if len(values) <= BINS:
        edges = values[1:].tolist()
    else:
        edges = np.quantile(numbers, np.linspace(0, 1, BINS + 1)[1:-1]).tolist()
    # A border is shown: it is what many people have, or else a round number and nobody's value.
    shared = frozenset(values[often >= MIN_PEOPLE].tolist())
    edges = sorted({one if one in shared else float(f"{one:.3g}") for one in edges})
    borders = [-np.inf, *edges, np.inf]
    return [
        Condition(name, low=low, high=high)
        for low, high in itertools.pairwise(borders)
        if low < high
    ]


def _are_names(numbers: NDArray[Any], values: NDArray[Any]) -> bool:
    """Tell whether numbers name people one by one: each is another, and long or one of a row."""
    if len(values) < MIN_NAMES or len(values) < len(numbers) or (values % 1).any():
        return False
    return bool(values[0] >= LONG_NUMBER or values[-1] - values[0] < 2 * len(values))


def _all_hold(each: Sequence[Condition], columns: Mapping[str, NDArray[Any]]) -> Truths:
    people = len(next(iter(columns.values())))
    mask = np.ones(people, np.bool_)
    for one in each:
        mask &= one.holds(columns[one.column])
    return mask


def _beam(
    conditions: Sequence[Condition], columns: Mapping[str, NDArray[Any]], y: Truths
) -> list[tuple[Condition, ...]]:
    """Return the conjunctions that stand out most in either direction, without near repeats."""
    smallest = max(MIN_PEOPLE, int(MIN_SHARE * len(y)))
    single = [one.holds(columns[one.column]) for one in conditions]
    kept: list[tuple[float, tuple[int, ...], Truths]] = []
    beam: list[tuple[float, tuple[int, ...], Truths]] = [(0.0, (), np.ones(len(y), np.bool_))]
    for _ in range(DEPTH):
        longer: list[tuple[float, tuple[int, ...], Truths]] = []
        seen: set[tuple[int, ...]] = set()
        for before, chosen, mask in beam:
            used = {conditions[at].column for at in chosen}
            for at, condition in enumerate(conditions):
                key = tuple(sorted((*chosen, at)))
                if condition.column in used or key in seen:
                    continue
                seen.add(key)
                both = mask & single[at]
                people = int(np.count_nonzero(both))
                if people < smallest or people > len(y) - smallest:
                    continue
                quality = _stands_out(int(np.count_nonzero(both & y)), people, y)
                # A longer description must say more than the shorter one did.
                if quality > before:
                    longer.append((quality, key, both))
        longer.sort(key=lambda entry: -entry[0])
        beam = _different(longer, BEAM)
        kept += beam
    kept.sort(key=lambda entry: (-entry[0], len(entry[1])))
    return [tuple(conditions[at] for at in key) for _, key, _ in _different(kept, MAX_TESTED)]


def _stands_out(k: int, n: int, y: Truths) -> float:
    """Return by how many standard errors a rate differs from that of the others."""
    people, found = len(y), int(np.count_nonzero(y))
    p = found / people
    if p in (0.0, 1.0):
        return 0.0
    error = np.sqrt(p * (1 - p) * (1 / n + 1 / (people - n)))
    return float(abs(k / n - (found - k) / (people - n)) / error)


def _different(
    entries: Sequence[tuple[float, tuple[int, ...], Truths]], most: int
) -> list[tuple[float, tuple[int, ...], Truths]]:
    chosen: list[tuple[float, tuple[int, ...], Truths]] = []
    for entry in entries:
        if len(chosen) == most:
            break
        mask = entry[2]
        size = np.count_nonzero(mask)
        if all(
            np.count_nonzero(mask & other[2])
            < ALIKE * (size + np.count_nonzero(other[2]) - np.count_nonzero(mask & other[2]))
            for other in chosen
        ):
            chosen.append(entry)
    return chosen


def _tested(
    names: Sequence[str], masks: Sequence[Truths], y: Truths, level: float
) -> tuple[list[Group], list[Measure]]:
    groups: list[Group] = []
    measures: list[Measure] = []
    for name, mask in zip(names, masks, strict=True):
        n, k = int(np.count_nonzero(mask)), int(np.count_nonzero(mask & y))
        group = Group(name, n, k)
        others = Group(ALL_OTHERS, len(y) - n, int(np.count_nonzero(y)) - k)
        groups.append(group)
        measures += [
            replace(one, group=name)
            for one in measure_selection([group, others], reference=ALL_OTHERS, level=level)
            if one.group == name
        ]
    return groups, measures


def _clusters(
    conditions: Sequence[Condition],
    columns: Mapping[str, NDArray[Any]],
    halves: tuple[NDArray[np.int64], NDArray[np.int64]],
    y: Truths,
    level: float,
) -> tuple[list[Group], list[Measure]]:
    """Return clusters of the first half, with what they are selected in the second."""
    names = list(dict.fromkeys(one.column for one in conditions))
    if not names:
        return [], []
    codes = np.stack([_codes(name, columns[name], conditions) for name in names], axis=1)
    first, second = halves
    smallest = max(MIN_PEOPLE, int(MIN_SHARE * len(first)))
    found = find_clusters(
        codes[first], -y[first].astype(np.float64), splits=SPLITS, smallest=smallest
    )
    if len(found.scores) < 2:
        return [], []
    labels = found.assign(codes[second])
    masks = [labels == at for at in range(len(found.scores))]
    described = [
        f"#{at + 1}: {_described(codes[second][mask], codes[second], names, conditions)}"
        for at, mask in enumerate(masks)
    ]
    return _tested(described, masks, y[second], level)


def _codes(name: str, column: NDArray[Any], conditions: Sequence[Condition]) -> NDArray[np.int64]:
    codes = np.zeros(len(column), np.int64)
    for number, one in enumerate(each for each in conditions if each.column == name):
        codes[one.holds(column)] = number + 1
    return codes


def _described(
    own: NDArray[np.int64],
    everybody: NDArray[np.int64],
    names: Sequence[str],
    conditions: Sequence[Condition],
) -> str:
    """Return the values that are most overrepresented in a cluster, at most three.

    Where most people of the cluster have none of them, each is told with the share who has it.
    """
    told: list[tuple[float, str]] = []
    less: list[tuple[float, str]] = []
    for at, name in enumerate(names):
        made = [one for one in conditions if one.column == name]
        for number, one in enumerate(made, start=1):
            inside = float((own[:, at] == number).mean()) if len(own) else 0.0
            outside = float((everybody[:, at] == number).mean())
            if inside > 0.5 and inside > outside:
                told.append((inside - outside, one.text))
            elif inside > outside:
                less.append((inside - outside, f"{one.text} ({inside:.0%})"))
    chosen = sorted(told or less, reverse=True)[:3]
    return ", ".join(text for _, text in chosen) or "-"
