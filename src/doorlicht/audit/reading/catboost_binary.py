"""Models of CatBoost in their own binary form.

Source: the schema ``catboost/libs/model/flatbuffers``; FlatBuffers, *Internals*.
"""

from __future__ import annotations

import struct
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.catboost_trees import (
    MAX_LEVELS,
    Parts,
    Split,
    name_features,
    nodes_of_tree,
    only,
    symmetric,
)
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Floats
from doorlicht.audit.scoring.forest import TreesBrokenError


class _Table:
    """A table of FlatBuffers: fields by their number, each of which may be absent."""

    def __init__(self, content: bytes, at: int) -> None:
        self.content = content
        self.at = at
        (back,) = struct.unpack_from("<i", content, at)
        self.fields = at - back
        if not 0 <= self.fields <= len(content) - 4:
            raise IndexError(at)
        (self.size,) = struct.unpack_from("<H", content, self.fields)

    def place(self, number: int) -> int | None:
        """Return where a field stands."""
        entry = 4 + 2 * number
        if entry + 2 > self.size:
            return None
        (offset,) = struct.unpack_from("<H", self.content, self.fields + entry)
        return self.at + offset if offset else None

    def scalar(self, number: int, kind: str, default: float) -> float:
        """Return a number."""
        at = self.place(number)
        return default if at is None else struct.unpack_from(f"<{kind}", self.content, at)[0]

    def _target(self, number: int) -> int | None:
        at = self.place(number)
        if at is None:
            return None
        return at + struct.unpack_from("<I", self.content, at)[0]

    def table(self, number: int) -> _Table | None:
        """Return a table inside this one."""
        at = self._target(number)
        return None if at is None else _Table(self.content, at)

    def text(self, number: int) -> str:
        """Return a text."""
        at = self._target(number)
        return "" if at is None else _text(self.content, at)

    def numbers(self, number: int, kind: str) -> NDArray[Any]:
        """Return a row of numbers."""
        at = self._target(number)
        if at is None:
            return np.zeros(0, kind)
        (count,) = struct.unpack_from("<I", self.content, at)
        if count * np.dtype(kind).itemsize > len(self.content) - at:
            raise IndexError(count)
        return np.frombuffer(self.content, kind, count, at + 4)

    def tables(self, number: int) -> list[_Table]:
        """Return a row of tables."""
        return [_Table(self.content, at) for at in self._targets(number)]

    def texts(self, number: int) -> list[str]:
        """Return a row of texts."""
        return [_text(self.content, at) for at in self._targets(number)]

    def _targets(self, number: int) -> list[int]:
        at = self._target(number)
        if at is None:
            return []
        offsets = self.numbers(number, "<u4")
        return [at + 4 + 4 * place + int(offset) for place, offset in enumerate(offsets)]


def _text(content: bytes, at: int) -> str:
    (length,) = struct.unpack_from("<I", content, at)
    if length > len(content) - at:
        raise IndexError(length)
    return content[at + 4 : at + 4 + length].decode("utf-8", "replace")


def read_binary(content: bytes, parts: Parts) -> None:
    """Read a model from its binary form into its parts."""
    (size,) = struct.unpack_from("<I", content, 4)
    core = content[8 : 8 + size]
    if len(core) < size:
        raise IndexError(size)
    (root,) = struct.unpack_from("<I", core, 0)
    model = _Table(core, root)
    parts.about = {each.text(0): each.text(1) for each in model.tables(2)}
    trees = model.table(1)
    if trees is None:
        raise LackingError("trees")
    floats, categories = trees.tables(5), trees.tables(4)
    names: dict[int, str] = {}
    for told, flat_field, text_field in ((floats, 2, 4), (categories, 1, 2)):
        for each in told:
            flat = int(each.scalar(flat_field, "i", -1))
            names[flat] = each.text(text_field) or str(flat)
    names.pop(-1, None)
    name_features(parts, names)
    splits: list[Split] = []
    for each in floats:
        flat = int(each.scalar(2, "i", -1))
        if each.scalar(5, "b", 0) == 2:
            parts.missing_right.add(flat)
        splits += [Split(flat, float(border)) for border in each.numbers(3, "<f4")]
    parts.width = int(trees.scalar(0, "i", 1)) or 1
    flat_of = {int(each.scalar(0, "i", -1)): int(each.scalar(1, "i", -1)) for each in categories}
    for each in trees.tables(6):
        flat = flat_of[int(each.scalar(0, "i", -1))]
        words = each.texts(2)
        count = len(each.numbers(1, "<i4"))
        parts.categories[flat] = words
        if len(words) != count:
            parts.lacks.append("OneHotFeature")
        splits += [Split(flat, 0.0, place) for place in range(count)]
    if trees.tables(7):
        parts.lacks.append("CtrFeature")
    if trees.tables(12) or trees.tables(13):
        parts.lacks.append("EstimatedFeature")
    parts.scale = float(trees.scalar(14, "d", 1.0))
    bias = trees.numbers(16, "<f8").tolist()
    parts.bias = bias or [float(trees.scalar(15, "d", 0.0))]
    if not parts.lacks:
        _binary_trees(trees, splits, parts)


def _binary_trees(trees: _Table, splits: list[Split], parts: Parts) -> None:
    asked = trees.numbers(1, "<i4")
    sizes = trees.numbers(2, "<i4")
    values = trees.numbers(8, "<f8").astype(np.float64)
    steps = trees.numbers(10, "<u4")
    if len(steps):
        _uneven_trees(trees, splits, parts, asked, sizes, values, steps)
        return
    at = leaf = 0
    for size in sizes.tolist():
        if not 0 <= size <= MAX_LEVELS:
            raise TreesBrokenError
        chosen = [splits[int(place)] for place in asked[at : at + size]]
        count = (1 << size) * parts.width
        parts.trees.append(symmetric(chosen, values[leaf : leaf + count], parts))
        at, leaf = at + size, leaf + count


def _uneven_trees(
    trees: _Table,
    splits: list[Split],
    parts: Parts,
    asked: NDArray[Any],
    sizes: NDArray[Any],
    values: Floats,
    steps: NDArray[Any],
) -> None:
    """Read trees that are not symmetric: each node says how far its children are from it."""
    leaves = trees.numbers(11, "<u4").astype(np.int64)
    to_left, to_right = (steps & 0xFFFF).astype(np.int64), (steps >> 16).astype(np.int64)
    if not len(asked) == len(steps) == len(leaves):
        raise TreesBrokenError
    at = 0
    for size in cast("list[int]", sizes.tolist()):
        own = np.arange(int(size))
        rows = slice(at, at + size)
        left = np.where(to_left[rows] > 0, own + to_left[rows], -1)
        right = np.where(to_right[rows] > 0, own + to_right[rows], -1)
        # A child that is no node of its own is a leaf, whose value stands with this node.
        parts.trees.append(_uneven(asked[rows], left, right, leaves[rows], splits, values, parts))
        at += size


def _uneven(
    asked: NDArray[Any],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    leaves: NDArray[np.int64],
    splits: list[Split],
    values: Floats,
    parts: Parts,
) -> dict[str, Any]:
    size = len(asked)
    is_leaf = (left < 0) & (right < 0)
    # Where one child only is missing, rows stay at the node: it gets a leaf of its own.
    stays = np.flatnonzero(~is_leaf & ((left < 0) | (right < 0)))
    extra = {int(node): size + place for place, node in enumerate(stays)}
    for node, place in extra.items():
        if left[node] < 0:
            left[node] = place
        else:
            right[node] = place
    chosen = [
        None if leaf else splits[int(place)] for leaf, place in zip(is_leaf, asked, strict=True)
    ]
    rows = [*range(size), *stays.tolist()]
    table = np.zeros((size + len(stays), parts.width))
    for place, node in enumerate(rows):
        if place >= size or is_leaf[node]:
            first = int(leaves[node])
            if first + parts.width > len(values):
                raise TreesBrokenError
            table[place] = values[first : first + parts.width]
    more = np.full(len(stays), -1)
    sets = {
        place: only(split.category)
        for place, split in enumerate(chosen)
        if split is not None and split.category is not None
    }
    blank = np.zeros(len(stays))
    return nodes_of_tree(
        np.array([split.feature if split else 0 for split in chosen] + [0] * len(stays)),
        np.concatenate([[split.border if split else 0.0 for split in chosen], blank]),
        np.concatenate([left, more]), np.concatenate([right, more]), table, sets, parts,
    )  # fmt: skip
