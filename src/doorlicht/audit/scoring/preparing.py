"""What a pipeline does with columns before its model: scale, fill in, and make numbers of names.

Each preparation computes, and tells for each column that comes out of it by what it is called and
from which columns it was made.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.scoring.blocks import (
    Block,
    Column,
    Floats,
    Scores,
    codes_of,
    is_missing,
    is_nan,
)
from doorlicht.errors import InputError


@dataclass(frozen=True, slots=True)
class Origin:
    """A column inside a model: what to call it, and the features that it was made from.

    ``is_plain``: it is the feature itself, so that a coefficient is one of the feature. ``word`` is
    the piece of text that is counted, which may be the name of a person.
    """

    label: str
    features: tuple[str, ...]
    is_plain: bool = False
    categories: tuple[str, ...] = ()
    word: str = ""


Origins = Sequence[Origin]


class Preparation(Protocol):
    """A step before a model."""

    def __call__(self, block: Block) -> Block:
        """Return the columns as the next step takes them."""
        ...

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return what comes out, given what goes in."""
        ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scale:
    """Numbers moved and stretched: (x - minus) * times + plus, each where it is given."""

    minus: Floats | None = None
    divided: Floats | None = None
    times: Floats | None = None
    plus: Floats | None = None
    low: float | None = None
    high: float | None = None

    def __call__(self, block: Block) -> Block:
        """Return the columns scaled."""
        made = block.matrix().copy()
        if self.minus is not None:
            made -= self.minus
        if self.divided is not None:
            made /= self.divided
        if self.times is not None:
            made *= self.times
        if self.plus is not None:
            made += self.plus
        if self.low is not None:
            made = np.clip(made, self.low, self.high)
        return Block.of_matrix(made, block.names)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the columns themselves: one unit of them is no unit of the feature any more."""
        return [replace(each, is_plain=False) for each in origins]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Same:
    """Nothing is changed."""

    def __call__(self, block: Block) -> Block:
        """Return the block."""
        return block

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the columns themselves."""
        return list(origins)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Each:
    """A function of numbers, the same for all columns."""

    function: Callable[[Floats], Floats]
    name: str

    def __call__(self, block: Block) -> Block:
        """Return the function of each number."""
        with np.errstate(all="ignore"):
            return Block.of_matrix(self.function(block.matrix()), block.names)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the columns, each with the name of the function."""
        return [Origin(f"{self.name}({each.label})", each.features) for each in origins]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fill:
    """What is missing gets a value; columns without one are left out.

    ``marker`` is what stands for missing, where that is not what is not a number. Where a mean is
    filled in, ``None`` is missing too, because the column is made into numbers first.
    """

    values: tuple[Any, ...]
    marker: Any = None
    told: tuple[int, ...] = ()
    kept_empty: bool = False
    is_numeric: bool = False

    def __call__(self, block: Block) -> Block:
        """Return the columns filled, and behind them where some were empty."""
        made: list[Column] = []
        names: list[str] = []
        gone = [self._is_gone(column) for column in block.columns]
        for column, name, empty, value in zip(
            block.columns, block.names, gone, self.values, strict=True
        ):
            if value is None or value != value:
                if self.kept_empty:
                    made.append(np.zeros(block.rows))
                    names.append(name)
                continue
            made.append(_filled(column, empty, value))
            names.append(name)
        for place in self.told:
            made.append(gone[place].astype(np.float64))
            names.append(block.names[place])
        return Block(tuple(made), tuple(names), block.rows)

    def _is_gone(self, column: Column) -> NDArray[np.bool_]:
        if self.marker is None:
            return is_missing(column) if self.is_numeric else is_nan(column)
        found: NDArray[np.bool_] = np.fromiter(
            (value == self.marker for value in column.tolist()), bool, len(column)
        )
        return found

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the columns that have a value, and those that tell what was missing."""
        kept = [
            each
            for each, value in zip(origins, self.values, strict=True)
            if self.kept_empty or not (value is None or value != value)
        ]
        told = [origins[place] for place in self.told]
        return kept + [Origin(f"{each.label} missing", each.features) for each in told]


def _filled(column: Column, empty: NDArray[np.bool_], value: Any) -> Column:
    if not empty.any():
        return column
    if column.dtype.kind in "biuf" and isinstance(value, int | float):
        made: Column = column.astype(np.float64)
    else:
        made = column.astype(object)
    made[empty] = value
    return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OneHot:
    """A column for each category.

    ``groups`` gives for the number of a category that of its column, -1 for none; ``unknown`` is
    the column of what is not known, -1 for none, and ``None`` where that is an error.
    """

    known: tuple[Mapping[object, int], ...]
    missing: tuple[int, ...]
    groups: tuple[NDArray[np.int64], ...]
    widths: tuple[int, ...]
    unknown: tuple[int | None, ...]

    def __call__(self, block: Block) -> Block:
        """Return ones and zeros."""
        made = np.zeros((block.rows, sum(self.widths)))
        rows = np.arange(block.rows)
        at = 0
        names: list[str] = []
        for place, column in enumerate(block.columns):
            codes = codes_of(column, self.known[place], self.missing[place])
            other = self.unknown[place]
            if other is None and (codes < 0).any():
                raise InputError("model.unknown_category", column=block.names[place] or "?")
            target = np.where(codes >= 0, self.groups[place][codes], -1 if other is None else other)
            there = target >= 0
            made[rows[there], at + target[there]] = 1.0
            names += [block.names[place]] * self.widths[place]
            at += self.widths[place]
        return Block.of_matrix(made, names)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return a column for each category that has one."""
        made: list[Origin] = []
        for place, origin in enumerate(origins):
            labels: list[list[str]] = [[] for _ in range(self.widths[place])]
            for value, number in self.known[place].items():
                target = int(self.groups[place][number])
                if target >= 0:
                    labels[target].append(str(value))
            if 0 <= self.missing[place] < len(self.groups[place]):
                target = int(self.groups[place][self.missing[place]])
                if target >= 0:
                    labels[target].append("-")
            made += [
                Origin(f"{origin.label}={' | '.join(words)}", origin.features, False, tuple(words))
                for words in labels
            ]
        return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Numbered:
    """A number for each category; ``numbers`` gives it for the place of a category."""

    known: tuple[Mapping[object, int], ...]
    missing: tuple[int, ...]
    numbers: tuple[Floats, ...]
    unknown: tuple[float | None, ...]
    if_missing: float | None = None

    def __call__(self, block: Block) -> Block:
        """Return the numbers of the categories."""
        made = np.empty((block.rows, len(block.columns)))
        for place, column in enumerate(block.columns):
            other = self.unknown[place]
            codes = codes_of(column, self.known[place], self.missing[place])
            if other is None and (codes < 0).any():
                raise InputError("model.unknown_category", column=block.names[place] or "?")
            told = np.append(self.numbers[place], np.nan if other is None else other)
            made[:, place] = told[codes]
            if self.if_missing is not None:
                made[is_nan(column), place] = self.if_missing
        return Block.of_matrix(made, block.names)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the columns, with what they know."""
        return [
            Origin(each.label, each.features, False, tuple(str(value) for value in known))
            for each, known in zip(origins, self.known, strict=True)
        ]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Chosen:
    """Some of the columns."""

    places: tuple[int, ...]

    def __call__(self, block: Block) -> Block:
        """Return the columns that are kept."""
        return block.take(self.places)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return those that are kept."""
        return [origins[place] for place in self.places]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Mixed:
    """Weighted sums of all columns (principal components and the like)."""

    weights: Floats
    minus: Floats | None
    divided: Floats | None = None

    def __call__(self, block: Block) -> Block:
        """Return the sums."""
        matrix = block.matrix()
        made = (matrix if self.minus is None else matrix - self.minus) @ self.weights.T
        return Block.of_matrix(made if self.divided is None else made / self.divided)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return sums that rest on every column."""
        features = tuple(dict.fromkeys(name for each in origins for name in each.features))
        return [Origin(f"component {place + 1}", features) for place in range(len(self.weights))]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Products:
    """Products of columns with each other (polynomials, interactions)."""

    combinations: tuple[tuple[int, ...], ...]

    @classmethod
    def up_to(
        cls, width: int, low: int, high: int, *, is_interaction: bool, has_one: bool
    ) -> Products:
        """Return all products of some number of columns."""
        choose = (
            itertools.combinations if is_interaction else (itertools.combinations_with_replacement)
        )
        made = [()] if has_one else []
        for degree in range(max(low, 1), high + 1):
            made += list(choose(range(width), degree))
        return cls(tuple(made))

    def __call__(self, block: Block) -> Block:
        """Return the products."""
        matrix = block.matrix()
        made = np.ones((block.rows, len(self.combinations)))
        for place, each in enumerate(self.combinations):
            for factor in each:
                made[:, place] *= matrix[:, factor]
        return Block.of_matrix(made)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the products, with all columns that are in them."""
        made: list[Origin] = []
        for each in self.combinations:
            features = tuple(dict.fromkeys(n for place in each for n in origins[place].features))
            label = " * ".join(origins[place].label for place in each) or "1"
            made.append(Origin(label, features, len(each) == 1 and origins[each[0]].is_plain))
        return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binned:
    """The number of the interval that a value lies in, or a column for each interval."""

    edges: tuple[Floats, ...]
    is_one_hot: bool

    def __call__(self, block: Block) -> Block:
        """Return the intervals."""
        matrix = block.matrix()
        columns: list[Floats] = []
        for place, edges in enumerate(self.edges):
            number = np.searchsorted(edges[1:-1], matrix[:, place], side="right")
            if self.is_one_hot:
                columns += [(number == each).astype(float) for each in range(len(edges) - 1)]
            else:
                columns.append(number.astype(float))
        return Block(tuple(columns), ("",) * len(columns), block.rows)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the columns, one for each interval where that is how they are written."""
        made: list[Origin] = []
        for each, edges in zip(origins, self.edges, strict=True):
            count = len(edges) - 1 if self.is_one_hot else 1
            made += [
                Origin(
                    f"{each.label} [{place + 1}]" if self.is_one_hot else each.label, each.features
                )
                for place in range(count)
            ]
        return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Steps:
    """Preparations after each other."""

    steps: tuple[Preparation, ...]

    def __call__(self, block: Block) -> Block:
        """Return what the last of them makes."""
        for step in self.steps:
            block = step(block)
        return block

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return what comes out of the last."""
        made = list(origins)
        for step in self.steps:
            made = step.outputs(made)
        return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Beside:
    """Preparations beside each other, each of some of the columns."""

    parts: tuple[tuple[tuple[int, ...], Preparation], ...]

    def __call__(self, block: Block) -> Block:
        """Return what each makes, after each other."""
        made = [step(block.take(places)) for places, step in self.parts]
        return Block.joined(made, block.rows)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return what comes out of each."""
        made: list[Origin] = []
        for places, step in self.parts:
            made += step.outputs([origins[place] for place in places])
        return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class After:
    """The scores of a model behind preparations."""

    preparation: Preparation
    scores: Scores

    def __call__(self, block: Block) -> Floats:
        """Return the scores."""
        return self.scores(self.preparation(block))
