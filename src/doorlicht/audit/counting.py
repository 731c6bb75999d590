"""From people to counts of groups: the only place in an audit where people are seen one by one.

Engines that hold the data make the same table without us (:class:`doorlicht.records.Cell`); this
is for arrays in a notebook. A missing group is counted as the group ``unknown``, a missing
decision as undecided, and a missing outcome as not known; nobody is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from doorlicht.audit.letters import pack
from doorlicht.errors import InputError
from doorlicht.records import UNKNOWN_GROUP, Cell, Group, Outcomes

AND: Final = " & "
"""Between the names of attributes in the name of an intersection."""

Codes = NDArray[np.integer[Any]]

_NO: Final = 0
_YES: Final = 1
_MISSING: Final = 2
_TRUTH: Final = (False, True, None)
"""What the three numbers above stand for."""


def count_people(
    selected: ArrayLike,
    groups: Sequence[ArrayLike],
    *,
    outcome: ArrayLike | None = None,
    sampled: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> tuple[Cell, ...]:
    """Return the contingency table of people, one entry a person in every array.

    Parameters
    ----------
    selected, outcome, sampled
        Truth values; ``None`` or NaN where it is not known.
    groups
        One array for each attribute, for instance nationality and sex.
    weights
        For how many people each one stands; not negative and not infinite.

    Raises
    ------
    InputError
        If the arrays differ in length, a truth value is something else, a weight is no weight, or
        there are more combinations of groups than can be numbered.

    Examples
    --------
    >>> for cell in count_people([1, 0, 0, None], [["a", "a", None, "a"]]):
    ...     print(cell.group, cell.selected, cell.n)
    ('a',) False 1
    ('a',) True 1
    ('a',) None 1
    (None,) False 1
    """
    marks = [_truths(selected, "selected")]
    people = len(marks[0])
    marks.append(_truths(outcome, "outcome") if outcome is not None else _all(people, _MISSING))
    marks.append(_truths(sampled, "sampled") if sampled is not None else _all(people, _NO))
    named = [encode(column) for column in groups]
    weight = None if weights is None else _weights(weights)
    lengths = {len(array) for array in (*marks, *(codes for codes, _ in named))}
    if weight is not None:
        lengths.add(len(weight))
    if len(lengths) > 1:
        raise InputError("audit.lengths", rows=people)
    parts = [*named, *((mark, _TRUTH) for mark in marks)]
    size = math.prod(len(names) for _, names in parts)
    if size > _MOST_KEYS:
        raise InputError("audit.too_many_groups", columns="groups", limit=_MOST_KEYS)
    # Small numbers: what is counted passes through memory once for each column.
    key = np.zeros(people, dtype=np.min_scalar_type(size) if size < _FEW_KEYS else np.int64)
    for codes, names in parts:
        key *= key.dtype.type(len(names))
        key += codes.astype(key.dtype, copy=False)
    found, counts, sums, squares = _tally(key, weight, size)
    return tuple(
        _cell(code, [names for _, names in named], int(n), total, square)
        for code, n, total, square in zip(found, counts, sums, squares, strict=True)
    )


_FEW_KEYS: Final = 1 << 22
"""Combinations of marks up to which each has a counter of its own."""


_MOST_KEYS: Final = 1 << 62
"""Combinations that have a number."""


def _tally(
    key: Codes, weight: NDArray[np.float64] | None, size: int
) -> tuple[list[int], list[int], Sequence[float | None], Sequence[float | None]]:
    if weight is None and size < _FEW_KEYS:
        # Counting needs no order.
        often = np.bincount(key)
        met = np.flatnonzero(often)
        none: list[float | None] = [None] * len(met)
        return met.tolist(), often[met].tolist(), none, none
    unique = cast("Any", np.unique(key, return_inverse=True, return_counts=True))
    found, inverse, counts = unique
    if weight is None:
        nothing: list[float | None] = [None] * len(found)
        return found.tolist(), counts.tolist(), nothing, nothing
    sums = np.bincount(inverse, weight, len(found)).tolist()
    squares = np.bincount(inverse, weight**2, len(found)).tolist()
    return found.tolist(), counts.tolist(), sums, squares


def _cell(
    code: int, names: list[list[str | None]], n: int, weight: float | None, square: float | None
) -> Cell:
    code, sampled = divmod(code, len(_TRUTH))
    code, outcome = divmod(code, len(_TRUTH))
    code, selected = divmod(code, len(_TRUTH))
    group: list[str | None] = []
    for column in reversed(names):
        code, at = divmod(code, len(column))
        group.append(column[at])
    return Cell(
        tuple(reversed(group)),
        _TRUTH[selected],
        n,
        _TRUTH[outcome],
        _TRUTH[sampled] is True,
        weight,
        square,
    )


def _all(people: int, mark: int) -> Codes:
    return np.full(people, mark, dtype=np.uint8)


def _truths(values: ArrayLike, name: str) -> Codes:
    array = np.asarray(values)
    if array.dtype == bool:
        return array.view(np.uint8)
    if array.dtype.kind in "iu":
        # As numbers without a sign those below nought are large.
        if array.size and int(array.view(f"u{array.dtype.itemsize}").max()) > _YES:
            raise InputError("audit.truths", column=name)
        return array.astype(np.uint8)
    if array.dtype == object:
        listed = cast("list[object]", array.tolist())
        array = np.array([np.nan if one is None else one for one in listed], dtype=np.object_)
    try:
        numbers = array.astype(np.float64)
    except (TypeError, ValueError):
        raise InputError("audit.truths", column=name) from None
    missing = np.isnan(numbers)
    if not np.isin(numbers[~missing], (0, 1)).all():
        raise InputError("audit.truths", column=name)
    return np.where(missing, _MISSING, np.where(numbers == 1, _YES, _NO)).astype(np.uint8)


def encode(column: ArrayLike) -> tuple[Codes, list[str | None]]:
    """Return a number for each person, and what the numbers stand for; the missing come last."""
    array = np.asarray(column)
    if array.dtype.kind == "U" and (packed := pack(array)) is not None:
        return _in_order(*packed)
    # Loading it takes longer than the whole of `doorlicht --help`.
    import pyarrow as pa  # pyright: ignore[reportMissingTypeStubs]

    arrow = cast("Any", pa)
    given: Any = array.tolist() if array.dtype == object else array
    encoded = arrow.array(given, from_pandas=True).dictionary_encode()
    names: list[str | None] = [str(one) for one in encoded.dictionary.to_pylist()]
    codes: NDArray[np.int64] = (
        encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False).astype(np.int64)
    )
    return _in_order(codes, names)


def _in_order(codes: Codes, names: Sequence[str | None]) -> tuple[Codes, list[str | None]]:
    order = sorted(range(len(names)), key=lambda at: names[at] or "")
    place = np.empty(len(names) + 1, dtype=np.min_scalar_type(len(names)))
    place[order] = np.arange(len(order))
    place[-1] = len(order)
    return place.take(codes), [*(names[at] for at in order), None]


def _weights(weights: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(weights, dtype=np.float64)
    for kind, is_wrong in (
        ("missing", np.isnan(array)), ("negative", array < 0), ("endless", np.isinf(array)),
    ):  # fmt: skip
        if is_wrong.any():
            raise InputError(f"audit.weights_{kind}", column="weights", path="-")
    return array


@dataclass(slots=True)
class _Tally:
    """What is added up for one group."""

    n: float = 0
    undecided: float = 0
    squares: float = 0
    is_weighted: bool = False
    seen: list[float] | None = None
    drawn: list[float] | None = None
    selected: float = 0


def groups_of(cells: Iterable[Cell], by: Sequence[int] | None = None) -> tuple[Group, ...]:
    """Return the groups of a contingency table, the largest first, unknown last.

    Parameters
    ----------
    by
        Which attributes tell groups apart; all of them without it, so that people with two
        attributes are counted in intersections.

    Examples
    --------
    >>> cells = [Cell(("a", "x"), True, 2), Cell(("a", "y"), False, 3), Cell((None, "x"), True, 1)]
    >>> [(group.name, group.n, group.selected) for group in groups_of(cells, by=[0])]
    [('a', 5, 2), ('unknown', 1, 1)]
    >>> [group.name for group in groups_of(cells)]
    ['a & y', 'a & x', 'unknown & x']
    """
    tallies: dict[str, _Tally] = {}
    for cell in cells:
        chosen = cell.group if by is None else [cell.group[at] for at in by]
        name = AND.join(UNKNOWN_GROUP if one is None else one for one in chosen)
        _add(tallies.setdefault(name, _Tally()), cell)
    groups = [_group(name, tally) for name, tally in tallies.items()]
    return tuple(sorted(groups, key=lambda one: (one.name == UNKNOWN_GROUP, -one.n, one.name)))


def _add(tally: _Tally, cell: Cell) -> None:
    people = cell.n if cell.weight is None else cell.weight
    if cell.selected is None:
        tally.undecided += people
        return
    tally.n += people
    tally.is_weighted |= cell.weight is not None
    tally.squares += cell.n if cell.weight_squared is None else cell.weight_squared
    if cell.selected:
        tally.selected += people
    if cell.outcome is None:
        if cell.is_sampled:
            tally.drawn = tally.drawn or [0, 0, 0, 0, 0, 0]
            tally.drawn[4 if cell.selected else 5] += people
        return
    at = (0 if cell.selected else 2) + (0 if cell.outcome else 1)
    tally.seen = tally.seen or [0, 0, 0, 0]
    tally.seen[at] += people
    if cell.is_sampled:
        tally.drawn = tally.drawn or [0, 0, 0, 0, 0, 0]
        tally.drawn[at] += people


def _group(name: str, tally: _Tally) -> Group:
    # Kish (1965), Survey Sampling, section 11.7: the square of the sum by the sum of the squares.
    effective = tally.n**2 / tally.squares if tally.is_weighted and tally.squares else None
    return Group(
        name,
        tally.n,
        tally.selected,
        Outcomes(*tally.seen) if tally.seen else None,
        Outcomes(*tally.drawn) if tally.drawn else None,
        effective,
        tally.undecided,
    )
