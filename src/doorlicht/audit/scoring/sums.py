"""Models that are a weighted sum, and what is made of such sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.scoring.blocks import Block, Floats, Scores
from doorlicht.audit.scoring.forest import Forest


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Linear:
    """The sum of columns times coefficients; ``weights`` has a row for each outcome."""

    weights: Floats
    intercept: Floats

    def __call__(self, block: Block) -> Floats:
        """Return a number a row, or one for each outcome."""
        made = block.matrix() @ self.weights.T + self.intercept
        return made[:, 0] if made.shape[1] == 1 else made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Then:
    """What a function makes of the scores of something else."""

    inner: Scores
    function: Callable[[Floats], Floats]

    def __call__(self, block: Block) -> Floats:
        """Return what is made of the scores."""
        return self.function(self.inner(block))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TreeMeans:
    """The mean of the leaves of trees, with columns rounded as the library rounds them."""

    forest: Forest
    is_single: bool = True

    def __call__(self, block: Block) -> Floats:
        """Return the mean of each column of the leaves."""
        return self.forest.means(as_single(block.matrix()) if self.is_single else block.matrix())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TreeSums:
    """The sums of the leaves of trees, from a start, for each outcome."""

    forest: Forest
    column: NDArray[np.int64]
    start: Floats | Scores
    factor: float = 1.0
    is_single: bool = False

    def __call__(self, block: Block) -> Floats:
        """Return a number a row, or one for each outcome."""
        start = self.start(block) if callable(self.start) else self.start
        width = start.shape[-1]
        matrix = as_single(block.matrix()) if self.is_single else block.matrix()
        made = start + self.factor * self.forest.sums(matrix, self.column, width)
        return made[:, 0] if width == 1 else made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Mean:
    """The weighted mean of the scores of several models."""

    parts: Sequence[Scores]
    weights: Floats

    def __call__(self, block: Block) -> Floats:
        """Return the mean of what the models say."""
        told = np.stack([part(block) for part in self.parts])
        made: Floats = np.average(told, axis=0, weights=self.weights)
        return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Constant:
    """The same for each row."""

    values: Floats

    def __call__(self, block: Block) -> Floats:
        """Return the values, once a row."""
        return np.repeat(self.values[None, :], block.rows, axis=0)


def as_single(matrix: Floats) -> Floats:
    """Return numbers as they are in 32 bits, which is how some libraries take them."""
    with np.errstate(over="ignore"):
        return matrix.astype(np.float32).astype(np.float64)
