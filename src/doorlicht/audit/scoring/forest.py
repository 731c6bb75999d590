"""Decision trees as flat arrays, and the leaves that rows end in.

All trees of a model lie after each other in one set of arrays. A leaf leads to itself, so that
rows that arrived early need no care. What differs between libraries is said by the arrays: whether
a row goes left at the threshold itself, where missing values go, and which categories go left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.scoring.blocks import Floats
from doorlicht.audit.scoring.leaf_lines import Lines

CELLS: Final = 1 << 16
"""Rows times trees that are walked at once: more no longer fits the cache of a processor."""

MAX_DEPTH: Final = 5_000
MAX_SET: Final = 1 << 16
"""The highest number of a category in a set."""

LEFT: Final = 1
RIGHT: Final = 0
AS_MISSING: Final = -1

ZERO: Final = 1e-35
"""What LightGBM takes for zero."""


class TreesBrokenError(Exception):
    """The trees lead outside themselves or in circles."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Categories:
    """Which categories go where, for the nodes that split on them.

    ``table`` has for a node, from ``start`` for ``length`` codes, ``LEFT``, ``RIGHT`` or
    ``AS_MISSING``; ``outside`` says it for codes beyond that.
    """

    is_set: NDArray[np.bool_]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    table: NDArray[np.int8]
    outside: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Forest:
    """Trees; ``values`` has a row for each node, of which only those of leaves count.

    ``is_strict``: left is less than the threshold, and not also the threshold itself.
    Where there are ``lines``, leaves say what those do of a row, in the place of their value.
    ``zero_missing`` and ``nan_is_zero`` say of nodes that zero counts as missing, and that missing
    counts as zero.
    """

    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: Floats
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    values: Floats
    missing_left: NDArray[np.bool_] | None = None
    is_strict: bool = False
    zero_missing: NDArray[np.bool_] | None = None
    nan_is_zero: NDArray[np.bool_] | None = None
    categories: Categories | None = None
    depth: int = 0
    lines: Lines | None = None

    @property
    def is_leaf(self) -> NDArray[np.bool_]:
        """Which nodes are leaves."""
        return self.left == np.arange(len(self.left))

    def leaves(self, matrix: Floats) -> NDArray[np.int32]:
        """Return the node that each row ends in, for each tree."""
        # Whole numbers of 32 bits: half as much to move, and these are all that take time.
        flat = np.ascontiguousarray(matrix).reshape(-1)
        whole = np.int32 if matrix.size < 1 << 31 else np.int64
        first = np.arange(len(matrix), dtype=whole)[:, None] * whole(matrix.shape[1])
        feature = self.feature.astype(np.int32)
        children = np.stack([self.right, self.left], axis=1).reshape(-1).astype(np.int32)
        node = np.repeat(self.roots.astype(np.int32)[None, :], len(matrix), axis=0)
        is_plain = self._is_plain()
        for _ in range(self.depth):
            value: Floats = flat.take(first + feature.take(node))
            limit = self.threshold.take(node)
            goes = value <= limit if is_plain else self._goes_left(value, limit, node)
            node = children.take(2 * node + goes)
        return node

    def _is_plain(self) -> bool:
        """Return whether nothing but a threshold decides, and nothing missing goes left."""
        missing = self.missing_left
        return not (
            self.is_strict
            or self.categories is not None
            or self.zero_missing is not None
            or self.nan_is_zero is not None
            or (missing is not None and missing.any())
        )

    def _goes_left(
        self, value: Floats, limit: Floats, node: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        if self.nan_is_zero is not None and np.isnan(value).any():
            value = np.where(np.isnan(value) & self.nan_is_zero[node], 0.0, value)
        goes = value < limit if self.is_strict else value <= limit
        gone = np.isnan(value)
        if self.zero_missing is not None:
            gone |= (np.abs(value) <= ZERO) & self.zero_missing[node]
        if self.categories is not None:
            kind = self.categories
            is_set = kind.is_set[node]
            if is_set.any():
                code = np.where(np.isfinite(value), value, -1.0)
                inside = (code >= 0) & (np.trunc(code) < kind.length[node])
                place = kind.start[node] + np.where(inside, code, 0).astype(np.int64)
                found = np.where(inside, kind.table[np.where(inside, place, 0)], kind.outside)
                goes = np.where(is_set, found == LEFT, goes)
                gone |= is_set & (found == AS_MISSING)
        if self.missing_left is not None:
            goes = np.where(gone, self.missing_left.take(node), goes) if gone.any() else goes
        return goes

    def sums(self, matrix: Floats, column: NDArray[np.int64], width: int) -> Floats:
        """Return the sums of the leaves, tree by tree into the column that belongs to the tree."""
        out = np.zeros((len(matrix), width))
        step = max(CELLS // max(len(self.roots), 1), 16)
        for start in range(0, len(matrix), step):
            ended = self._ended(matrix[start : start + step])
            for each in range(width):
                chosen = ended if width == 1 else ended[:, column == each]
                out[start : start + step, each] = chosen.sum(axis=1)
        return out

    def _ended(self, matrix: Floats) -> Floats:
        """Return what the leaf says of each row, for each tree."""
        leaves = self.leaves(matrix)
        if self.lines is None:
            return self.values[:, 0].take(leaves)
        return self.lines.values(matrix, leaves, self.values[:, 0])

    def means(self, matrix: Floats) -> Floats:
        """Return the mean over the trees of what stands in the leaves."""
        out = np.zeros((len(matrix), self.values.shape[1]))
        columns = np.ascontiguousarray(self.values.T)
        step = max(CELLS // max(len(self.roots), 1), 16)
        for start in range(0, len(matrix), step):
            ended = self.leaves(matrix[start : start + step])
            for each in range(self.values.shape[1]):
                out[start : start + step, each] = columns[each].take(ended).mean(axis=1)
        return out

    def uses(self, width: int) -> NDArray[np.int64]:
        """Return how many nodes look at each of the features."""
        return np.bincount(self.feature[~self.is_leaf], minlength=width)[:width]


def joined(
    trees: list[dict[str, Any]],
    *,
    is_strict: bool = False,
    outside: int = RIGHT,
    roots: NDArray[np.int64] | None = None,
) -> Forest:
    """Return trees as one forest; with ``roots`` they already lie in one set of arrays.

    Each is a dictionary of arrays with an entry for a node: ``feature``, ``threshold``, ``left``,
    ``right`` (-1 or less for a leaf), ``values`` (a row a node); and where they matter
    ``missing_left``, ``zero_missing``, ``nan_is_zero``, and ``sets``: for the number of a node a
    table of what becomes of its categories.

    Raises
    ------
    TreesBrokenError
        If a tree leads outside itself or in circles.

    Examples
    --------
    >>> tree = {"feature": [0, 0, 0], "threshold": [5.0, 0, 0], "left": [1, -1, -1],
    ...     "right": [2, -1, -1], "values": [[0.0], [1.0], [2.0]]}
    >>> joined([tree]).means(np.array([[5.0], [6.0]])).tolist()
    [[1.0], [2.0]]
    """
    sizes = [len(tree["left"]) for tree in trees]
    if not sizes or min(sizes) == 0:
        raise TreesBrokenError
    starts = np.cumsum([0, *sizes[:-1]]).astype(np.int64)
    lefts: list[NDArray[np.int64]] = []
    rights: list[NDArray[np.int64]] = []
    for tree, start, size in zip(trees, starts, sizes, strict=True):
        own = np.arange(size)
        left = np.asarray(tree["left"], dtype=np.int64)
        right = np.asarray(tree["right"], dtype=np.int64)
        if len(right) != size or (left >= size).any() or (right >= size).any():
            raise TreesBrokenError
        is_leaf = (left < 0) | (right < 0)
        if (~is_leaf & ((left == own) | (right == own))).any():
            # Below, what leads to itself is a leaf: this would become one with a value of its own.
            raise TreesBrokenError
        lefts.append(np.where(is_leaf, own, left) + start)
        rights.append(np.where(is_leaf, own, right) + start)
    left, right = np.concatenate(lefts), np.concatenate(rights)
    feature = np.concatenate([np.asarray(tree["feature"], np.int64) for tree in trees])
    is_leaf = left == np.arange(len(left))
    feature[is_leaf] = 0
    if (feature < 0).any():
        raise TreesBrokenError
    threshold = np.concatenate([np.asarray(tree["threshold"], np.float64) for tree in trees])
    values = np.concatenate([np.asarray(tree["values"], np.float64) for tree in trees])
    if not len(feature) == len(threshold) == len(values) == len(left):
        raise TreesBrokenError
    if roots is None:
        roots = starts
    return Forest(
        roots,
        feature,
        threshold,
        left,
        right,
        values,
        _flags(trees, "missing_left", sizes),
        is_strict,
        _flags(trees, "zero_missing", sizes),
        _flags(trees, "nan_is_zero", sizes),
        _sets(trees, starts, len(left), outside),
        _depth(roots, left, right),
    )


def _flags(trees: list[dict[str, Any]], name: str, sizes: list[int]) -> NDArray[np.bool_] | None:
    if not any(name in tree for tree in trees):
        return None
    parts = [
        np.asarray(tree[name], bool) if name in tree else np.zeros(size, bool)
        for tree, size in zip(trees, sizes, strict=True)
    ]
    made = np.concatenate(parts)
    if len(made) != sum(sizes):
        raise TreesBrokenError
    return made if made.any() or name == "missing_left" else None


def _sets(
    trees: list[dict[str, Any]], starts: NDArray[np.int64], nodes: int, outside: int
) -> Categories | None:
    if not any(tree.get("sets") for tree in trees):
        return None
    is_set = np.zeros(nodes, bool)
    first, length = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    tables: list[NDArray[np.int8]] = []
    at = 0
    for tree, start in zip(trees, starts, strict=True):
        for place, table in tree.get("sets", {}).items():
            node = start + place
            if len(table) > MAX_SET:
                raise TreesBrokenError
            is_set[node], first[node], length[node] = True, at, len(table)
            tables.append(np.asarray(table, np.int8))
            at += len(table)
    table = np.concatenate([*tables, np.zeros(1, np.int8)])
    return Categories(is_set, first, length, table, outside)


def _depth(roots: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64]) -> int:
    """Return how many steps the longest way takes; each node is reached once in a tree."""
    ahead = roots
    depth = reached = 0
    while True:
        inner = ahead[left[ahead] != ahead]
        if not len(inner):
            return depth
        ahead = np.concatenate([left[inner], right[inner]])
        depth += 1
        reached += len(ahead)
        if reached > len(left) or depth > MAX_DEPTH:
            raise TreesBrokenError
