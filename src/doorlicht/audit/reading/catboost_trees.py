"""What the forms of a CatBoost model have in common: its parts, and trees as flat arrays.

In a symmetric tree all nodes of a level ask the same; the answers are the bits of the number of
the leaf.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Floats
from doorlicht.audit.scoring.forest import LEFT, RIGHT, TreesBrokenError

MAX_LEVELS: Final = 16

Document = dict[str, Any]


@dataclass(slots=True)
class Split:
    """A question: whether a number is above a border, or a category is this one."""

    feature: int
    border: float = 0.0
    category: int | None = None


@dataclass(slots=True)
class Parts:
    """What either form of a model tells."""

    names: list[str] = field(default_factory=list[str])
    missing_right: set[int] = field(default_factory=set[int])
    categories: dict[int, list[str]] = field(default_factory=dict[int, "list[str]"])
    trees: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    width: int = 1
    scale: float = 1.0
    bias: list[float] = field(default_factory=list[float])
    about: Document = field(default_factory=dict[str, Any])
    lacks: list[str] = field(default_factory=list[str])


def name_features(parts: Parts, names: dict[int, str]) -> None:
    """Note the names of the features, by their place; a place without one is its name."""
    if names and max(names) > 100_000:
        raise LackingError("flat_feature_index")
    parts.names = [names.get(place, str(place)) for place in range(max(names, default=-1) + 1)]


def symmetric(splits: list[Split], values: Floats, parts: Parts) -> dict[str, Any]:
    """Return the nodes of a symmetric tree, level by level, and its leaves behind them."""
    levels = len(splits)
    if levels > MAX_LEVELS or values.size != (1 << levels) * parts.width:
        raise TreesBrokenError
    leaves = 1 << levels
    inner = leaves - 1
    feature = np.zeros(inner + leaves, np.int64)
    border = np.zeros(inner + leaves)
    left = np.full(inner + leaves, -1, np.int64)
    right = np.full(inner + leaves, -1, np.int64)
    sets: dict[int, NDArray[np.int8]] = {}
    for level, split in enumerate(splits):
        start, following = (1 << level) - 1, (1 << (level + 1)) - 1
        own = np.arange(1 << level)
        feature[start + own], border[start + own] = split.feature, split.border
        left[start + own] = following + own
        right[start + own] = following + own + (1 << level)
        if split.category is not None:
            for place in own:
                sets[start + int(place)] = only(split.category)
    table = np.zeros((inner + leaves, parts.width))
    table[inner:] = values.reshape(leaves, parts.width)
    return nodes_of_tree(feature, border, left, right, table, sets, parts)


def only(category: int) -> NDArray[np.int8]:
    """Return where categories go, of which one goes right."""
    table = np.full(category + 1, LEFT, np.int8)
    table[category] = RIGHT
    return table


def nodes_of_tree(
    feature: NDArray[np.int64],
    border: Floats,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    values: Floats,
    sets: dict[int, NDArray[np.int8]],
    parts: Parts,
) -> dict[str, Any]:
    """Return a tree as :func:`doorlicht.audit.scoring.forest.joined` takes it."""
    goes_right = np.isin(feature, list(parts.missing_right))
    return {
        "feature": feature, "threshold": border.astype(np.float32).astype(np.float64),
        "left": left, "right": right, "values": values, "missing_left": ~goes_right, "sets": sets,
    }  # fmt: skip
