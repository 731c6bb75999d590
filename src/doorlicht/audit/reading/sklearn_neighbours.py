"""Models of scikit-learn that look up who is near: nearest neighbours.

Source: ``sklearn.neighbors._classification``, ``_regression`` and ``_base`` (the weights), versions
0.22 to 1.9. Such a model holds the rows it was made of.

Limits: where two rows are equally far and only one of them is among the nearest, which one the
library takes depends on how it stores and splits the rows. Where that would make a difference, a
row gets no score here (not a number). The library finds distances of the ``brute`` method by
products, which loses digits: where weights are by distance, scores may differ in the last ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from doorlicht.audit.pickles.arrays import scalar_of
from doorlicht.audit.pickles.nodes import Pairs
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.sklearn_trees import first_column
from doorlicht.audit.reading.things import LackingError, Thing, Understood
from doorlicht.audit.scoring.blocks import Block, Floats, few_at_a_time
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then

_SAME: Final = 1e-12
"""Distances that differ by less than this part are equal: rounding alone makes as much."""

Distance = Callable[[Floats, Floats], Floats]


def neighbours(thing: Thing) -> Understood:
    """Read a classifier or regression by the nearest rows that it keeps."""
    is_classifier = "Classifier" in thing.name
    made = begin(thing, "classifier" if is_classifier else "regressor")
    try:
        kept = thing.floats("_fit_X")
        if kept.ndim != 2:
            raise LackingError("_fit_X")
        made.width = made.width or kept.shape[1]
        number, weights = int(thing.number("n_neighbors")), thing.text("weights")
        if weights not in {"uniform", "distance"}:
            raise LackingError("weights")
        if not 0 < number <= len(kept):
            raise LackingError("n_neighbors")
        told = _told(thing, made, len(kept))
        scores = _Nearest(kept, told, number, _distance_of(thing), weights == "distance")
        made.predictor = (
            Predictor(proba=scores)
            if is_classifier
            else Predictor(value=Then(scores, first_column))
        )
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _told(thing: Thing, made: Understood, kept: int) -> Floats:
    """Return what each stored row says: a column for each outcome, or its value."""
    told = thing.floats("_y")
    if told.ndim == 2 and told.shape[1] == 1:
        told = told[:, 0]
    if told.shape != (kept,):
        raise LackingError("outputs_2d_")
    if made.kind == "regressor":
        return told[:, None]
    return (told[:, None] == np.arange(len(made.outcomes))).astype(np.float64)


def _distance_of(thing: Thing) -> Distance:
    name = thing.text("effective_metric_", "metric")
    power = thing.scalar("p")
    settings = thing.get("effective_metric_params_")
    for key, node in (settings.named() if isinstance(settings, Pairs) else {}).items():
        if key == "p":
            power = scalar_of(node)
        elif node is not None:
            raise LackingError("metric_params")
    if name == "minkowski":
        name = {1: "manhattan", 2: "euclidean"}.get(power, name) if power else name
    if name in {"euclidean", "l2"}:
        return lambda rows, kept: np.sqrt(_added(rows, kept, np.square))
    if name in {"manhattan", "cityblock", "l1"}:
        return lambda rows, kept: _added(rows, kept, np.abs)
    if name == "chebyshev":
        return _furthest
    if name == "minkowski" and isinstance(power, int | float) and power > 0:
        return lambda rows, kept: (
            _added(rows, kept, lambda gap: np.abs(gap) ** power) ** (1 / power)
        )
    raise LackingError("metric")


def _added(rows: Floats, kept: Floats, part: Callable[[Floats], Floats]) -> Floats:
    made = np.zeros((len(rows), len(kept)))
    for place in range(rows.shape[1]):
        made += part(rows[:, place, None] - kept[None, :, place])
    return made


def _furthest(rows: Floats, kept: Floats) -> Floats:
    made = np.zeros((len(rows), len(kept)))
    for place in range(rows.shape[1]):
        np.maximum(made, np.abs(rows[:, place, None] - kept[None, :, place]), out=made)
    return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Nearest:
    """The weighted mean of what the nearest stored rows say."""

    kept: Floats
    told: Floats
    number: int
    distance: Distance
    is_weighted: bool

    def __call__(self, block: Block) -> Floats:
        matrix = block.matrix()
        made = np.empty((block.rows, self.told.shape[1]))
        for few in few_at_a_time(block.rows, len(self.kept)):
            made[few] = self._mean(matrix[few])
        return made

    def _mean(self, rows: Floats) -> Floats:
        distances = self.distance(rows, self.kept)
        edge = np.partition(distances, self.number - 1, axis=1)[:, self.number - 1, None]
        is_at_edge = np.abs(distances - edge) <= _SAME * edge
        is_nearer = (distances < edge) & ~is_at_edge
        room = self.number - is_nearer.sum(axis=1)
        weights = is_nearer + is_at_edge * (room / is_at_edge.sum(axis=1))[:, None]
        if self.is_weighted:
            with np.errstate(divide="ignore"):
                inverse = 1 / distances
            is_there = np.isinf(inverse) & (weights > 0)
            # Who stands in the very place is the only one who counts.
            alone = is_there.any(axis=1)
            inverse[alone] = is_there[alone]
            weights = weights * inverse
        made = weights @ self.told / weights.sum(axis=1, keepdims=True)
        for row in np.flatnonzero(is_at_edge.sum(axis=1) > room):
            if (np.ptp(self.told[is_at_edge[row]], axis=0) > 0).any():
                made[row] = np.nan
        made[np.isnan(rows).any(axis=1)] = np.nan
        return made
