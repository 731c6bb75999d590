"""Leaves that hold a line of the columns instead of one value: the linear trees of LightGBM.

Source: ``Tree::Predict`` in ``include/LightGBM/tree.h``: a row in which a column of the line is
missing gets the plain value of the leaf.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.scoring.blocks import Floats

MAX_CELLS: Final = 1 << 26
"""Leaves times the columns of the longest line; no honest model comes near."""

Line = tuple[float, Sequence[int], Sequence[float]]
"""The constant of a line, and its columns with their coefficients."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Lines:
    """A line for each node; those of nodes that are no leaves are never looked at.

    ``columns`` and ``weights`` have a row for each node, as wide as the longest line; a column of
    -1 is none.
    """

    constants: Floats
    columns: NDArray[np.int32]
    weights: Floats

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Lines:
        """Return lines as arrays.

        Raises
        ------
        ValueError
            If one of them is so long that all together would take much memory.

        Examples
        --------
        >>> Lines.of([(1.0, [0], [2.0]), (5.0, [], [])]).columns.tolist()
        [[0], [-1]]
        """
        widest = max((len(columns) for _, columns, _ in lines), default=0)
        if widest * len(lines) > MAX_CELLS:
            raise ValueError(widest)
        made = cls(
            np.array([constant for constant, _, _ in lines]),
            np.full((len(lines), widest), -1, np.int32),
            np.zeros((len(lines), widest)),
        )
        for node, (_, columns, weights) in enumerate(lines):
            made.columns[node, : len(columns)] = columns
            made.weights[node, : len(weights)] = weights
        return made

    def values(self, matrix: Floats, leaves: NDArray[np.int32], plain: Floats) -> Floats:
        """Return what the line of its leaf says of each row, for each tree.

        Examples
        --------
        >>> lines = Lines.of([(1.0, [0], [2.0])])
        >>> rows, ended = np.array([[3.0], [np.nan]]), np.zeros((2, 1), np.int32)
        >>> lines.values(rows, ended, np.array([7.0])).tolist()
        [[7.0], [7.0]]
        """
        made: Floats = self.constants.take(leaves)
        row = np.arange(len(matrix))[:, None]
        for place in range(self.columns.shape[1]):
            column = self.columns[:, place].take(leaves)
            value = np.where(column >= 0, matrix[row, column], 0.0)
            made += self.weights[:, place].take(leaves) * value
        return np.where(np.isnan(made), plain.take(leaves), made)
