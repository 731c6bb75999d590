"""Clusters of people that a selection treats most unlike the rest, found without any group.

People are split in two by what they have in common, and split again, as long as one of the halves
stands out more than the whole did. What comes out are questions for people, and no proof: clusters
are found because they stand out, so that only a test on other people counts (``unasked.py``).

Source: Misztal-Radecka and Indurkhya (2021), "Bias-Aware Hierarchical Clustering for detecting the
discriminated groups of users in recommendation systems", Information Processing and Management
58(3); k-modes: Huang (1998), "Extensions to the k-Means Algorithm for Clustering Large Data Sets
with Categorical Values", where a point that moves changes the modes at once; where to begin: Cao,
Liang and Bai (2009), "A new initialization method for categorical data clustering".
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

MARGIN: Final = 1e-5
"""By how much a half must stand out more than the whole it was split from."""

MAX_PASSES: Final = 100
_SIDES: Final = (0, 1)
_FIRST_ROWS: Final = 64
_CHUNK: Final = 2_048
"""Points that are looked at together while modes may still change."""

Codes = NDArray[np.int64] | NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(slots=True)
class _Node:
    """A cluster: leaf, or split by two modes."""

    label: int
    score: float
    members: NDArray[np.int64]
    modes: Codes | None = None
    children: tuple[_Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Clusters:
    """What was found.

    Attributes
    ----------
    labels
        The cluster of each person; 0 stands out most.
    scores
        Of each cluster: mean of the measure outside it less the mean inside.
    """

    labels: NDArray[np.int64]
    scores: tuple[float, ...]
    _root: _Node = field(repr=False)
    _order: tuple[int, ...] = field(repr=False, default=())

    def assign(self, codes: Codes) -> NDArray[np.int64]:
        """Return the cluster of other people, with values in the same codes."""
        labels = np.zeros(len(codes), np.int64)
        waiting: list[tuple[_Node, NDArray[np.int64]]] = [(self._root, np.arange(len(codes)))]
        while waiting:
            node, members = waiting.pop()
            if node.modes is None:
                labels[members] = self._order[node.label]
                continue
            side = _nearest(codes[members], node.modes)
            waiting += [
                (child, members[side == at])
                for at, child in enumerate(node.children)
                if (side == at).any()
            ]
        return labels


def find_clusters(codes: Codes, measure: Floats, *, splits: int, smallest: int) -> Clusters:
    """Return clusters of people of whom the measure is far below that of the others.

    Parameters
    ----------
    codes
        People x columns: the number of each value, 0 and up.
    measure
        One a person; what is low stands out. Give ``-selected`` to find those selected most.
    splits
        How often a cluster is split at most.
    smallest
        People that each half must have.

    Examples
    --------
    >>> codes = np.array([[0, 0], [0, 1], [0, 2], [1, 3], [1, 4], [1, 5]])
    >>> found = find_clusters(codes, np.array([0.0, 0, 0, 10, 10, 10]), splits=1, smallest=1)
    >>> found.labels.tolist(), found.scores
    ([0, 0, 0, 1, 1, 1], (10.0, -10.0))
    """
    people = len(codes)
    total = float(measure.sum())
    root = _Node(0, 0.0, np.arange(people))
    number = 1
    heap: list[tuple[float, int, _Node]] = [(-float(np.std(measure)), 0, root)]
    leaves: list[_Node] = []
    for _ in range(splits):
        if not heap:
            break
        node = heapq.heappop(heap)[2]
        own = codes[node.members]
        modes = two_modes(own)
        side = _nearest(own, modes)
        parts = [node.members[side == at] for at in range(len(modes))]
        parts = [part for part in parts if len(part)] if len(modes) == 1 else parts
        if min(len(part) for part in parts) < smallest:
            leaves.append(node)
            continue
        scores = [_score(measure, part, total, people) for part in parts]
        if not any(score >= node.score + MARGIN for score in scores):
            leaves.append(node)
            continue
        labels = [node.label, *range(number, number + len(parts) - 1)]
        number += len(parts) - 1
        node.modes = modes
        node.children = tuple(
            _Node(label, score, part)
            for label, score, part in zip(labels, scores, parts, strict=True)
        )
        for child in node.children:
            spread = -float(np.std(measure[child.members]))
            heapq.heappush(heap, (spread, child.label, child))
    leaves += [entry[2] for entry in heap]
    ordered = sorted(range(len(leaves)), key=lambda at: -leaves[at].score)
    order = [0] * number
    found = np.zeros(people, np.int64)
    for place, at in enumerate(ordered):
        order[leaves[at].label] = place
        found[leaves[at].members] = place
    return Clusters(found, tuple(leaves[at].score for at in ordered), root, tuple(order))


def _score(measure: Floats, part: NDArray[np.int64], total: float, people: int) -> float:
    inside = float(measure[part].sum())
    outside = people - len(part)
    if not outside:
        return float("nan")
    return (total - inside) / outside - inside / len(part)


def _nearest(codes: Codes, modes: Codes) -> NDArray[np.int64]:
    if len(modes) == 1:
        return np.zeros(len(codes), np.int64)
    further = np.zeros(len(codes), np.int16)
    for at in range(codes.shape[1]):
        # Only columns in which the modes differ tell which one is nearer.
        if modes[0][at] != modes[1][at]:
            further += codes[:, at] != modes[0][at]
            further -= codes[:, at] != modes[1][at]
    return (further > 0).astype(np.int64)


# ── two modes ───────────────────────────────────────────────────────────────────────────────


def two_modes(codes: Codes) -> Codes:
    """Return two modes around which people lie: one where all are alike.

    A point that is nearer to the other mode moves at once, and the modes with it, as in the
    paper; points are taken in their order, so that the same table always gives the same modes.
    """
    # Values are numbered anew within these people, in the order of their codes.
    own, known = _numbered(codes)
    unique = _few_rows(own)
    if unique is not None:
        return np.array([[known[at][value] for at, value in enumerate(row)] for row in unique])
    modes = _begin(own)
    side = _nearest(own, modes)
    counts = [_counts(own[side == at], known) for at in (0, 1)]
    for at in (0, 1):
        if (side == at).any():
            modes[at] = [int(np.argmax(one)) for one in counts[at]]
    cost = _cost(own, modes)
    for _ in range(MAX_PASSES):
        moves = _pass(own, side, modes, counts)
        now = _cost(own, modes)
        if not moves or now >= cost:
            break
        cost = now
    return np.array([[known[at][value] for at, value in enumerate(mode)] for mode in modes])


def _numbered(codes: Codes) -> tuple[NDArray[np.int32], list[NDArray[np.int64]]]:
    own = np.empty(codes.shape, np.int32, order="F")
    known: list[NDArray[np.int64]] = []
    for at in range(codes.shape[1]):
        column = codes[:, at]
        present = np.bincount(column) > 0
        known.append(np.flatnonzero(present))
        own[:, at] = (np.cumsum(present) - 1)[column]
    return own, known


def _few_rows(own: NDArray[np.int32]) -> list[tuple[int, ...]] | None:
    """Return the different rows if there are no more than two, else nothing."""
    # The first rows tell nearly always that there are more.
    if len(np.unique(own[:_FIRST_ROWS], axis=0)) > len(_SIDES):
        return None
    other = np.flatnonzero((own != own[0]).any(axis=1))
    if not len(other):
        return [tuple(own[0].tolist())]
    second = own[other[0]]
    if ((own[other] != second).any(axis=1)).any():
        return None
    # In the order in which Python keeps a set of them, as the published tool does.
    return list({tuple(own[0].tolist()), tuple(second.tolist())})


def _begin(own: NDArray[np.int32]) -> NDArray[np.int64]:
    people, columns = own.shape
    density = np.zeros(people)
    for at in range(columns):
        often = np.bincount(own[:, at])
        density += (often / float(people) / float(columns))[own[:, at]]
    first = own[int(np.argmax(density))]
    apart = (own != first).sum(axis=1) * density
    return np.array([first, own[int(np.argmax(apart))]], np.int64)


def _counts(own: NDArray[np.int32], known: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    return [np.bincount(own[:, at], minlength=len(known[at])) for at in range(own.shape[1])]


def _cost(own: NDArray[np.int32], modes: NDArray[np.int64]) -> int:
    apart = np.zeros((2, len(own)), np.int16)
    for at in range(own.shape[1]):
        for side in (0, 1):
            apart[side] += own[:, at] != modes[side][at]
    return int(np.minimum(apart[0], apart[1]).sum(dtype=np.int64))


def _pass(
    own: NDArray[np.int32],
    side: NDArray[np.int64],
    modes: NDArray[np.int64],
    counts: list[list[NDArray[np.int64]]],
) -> int:
    """Move each point in its order to the nearest mode, and the modes with it; count the moves.

    Modes stay the same during most moves. So points are taken many at a time, up to the first
    that changes a mode; from there on distances are taken anew.
    """
    moves, at, people = 0, 0, len(own)
    chunk = _CHUNK
    while at < people:
        end = min(at + chunk, people)
        part = own[at:end]
        nearest = _nearest(part, modes)
        movers = np.flatnonzero(nearest != side[at:end])
        if not len(movers):
            at = end
            chunk = min(chunk * 2, people)
            continue
        done = _moves_until_change(part[movers], nearest[movers], modes, counts)
        taken = movers[:done]
        _move(part[taken], nearest[taken], counts)
        side[at + taken] = nearest[taken]
        moves += len(taken)
        is_changed = _follow_modes(part[taken[-1]], int(nearest[taken[-1]]), modes, counts)
        if is_changed:
            at += int(taken[-1]) + 1
            chunk = _CHUNK
        else:
            at = end if done == len(movers) else at + int(taken[-1]) + 1
            chunk = min(chunk * 2, people)
    return moves


def _moves_until_change(
    points: NDArray[np.int32],
    to: NDArray[np.int64],
    modes: NDArray[np.int64],
    counts: list[list[NDArray[np.int64]]],
) -> int:
    """Return how many of the moves are made up to and with the first that changes a mode."""
    first = len(points) - 1
    steps = np.where(to == 1, 1, -1)
    for column in range(points.shape[1]):
        values = points[: first + 1, column]
        sign = steps[: first + 1]
        at = np.arange(len(values))
        size = len(counts[0][column])
        gained = np.zeros((len(values), size), np.int64)
        gained[at, values] = sign
        gained = np.cumsum(gained, axis=0)
        changed = np.zeros(len(values), bool)
        for side, direction in ((0, -1), (1, 1)):
            now = counts[side][column] + direction * gained
            mode = int(modes[side][column])
            arrives = to[: first + 1] == side
            changed |= arrives & (now[at, values] > now[:, mode])
            changed |= ~arrives & (values == mode) & (np.argmax(now, axis=1) != mode)
        hits = np.flatnonzero(changed)
        if len(hits):
            first = int(hits[0])
    return first + 1


def _move(
    points: NDArray[np.int32], to: NDArray[np.int64], counts: list[list[NDArray[np.int64]]]
) -> None:
    for column in range(points.shape[1]):
        size = len(counts[0][column])
        for side in (0, 1):
            arriving = np.bincount(points[to == side, column], minlength=size)
            counts[side][column] += arriving
            counts[1 - side][column] -= arriving


def _follow_modes(
    point: NDArray[np.int32],
    to: int,
    modes: NDArray[np.int64],
    counts: list[list[NDArray[np.int64]]],
) -> bool:
    """Let the modes follow the last move; return whether one changed."""
    before = modes.copy()
    for column, value in enumerate(point.tolist()):
        reached = counts[to][column]
        if reached[modes[to][column]] < reached[value]:
            modes[to][column] = value
        if modes[1 - to][column] == value:
            modes[1 - to][column] = int(np.argmax(counts[1 - to][column]))
    return bool((modes != before).any())
