"""Support vectors in ONNX.

Source: *ONNX-ML Operators*, SVMClassifier and SVMRegressor. What they stand for is that of libsvm:
see :mod:`doorlicht.audit.reading.sklearn_kernels`. Without ``prob_a`` runtimes differ in what they
give out for a classifier; that is not computed.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.onnx_steps import Step, labels_of
from doorlicht.audit.reading.sklearn_kernels import coupled, distances
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Floats, few_at_a_time
from doorlicht.audit.scoring.links import logistic


def vectors(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """Return the value of a regression, or the label and chances of a classifier."""
    told = step.attributes
    if str(told.get("post_transform") or "NONE") != "NONE" or told.get("one_class"):
        raise LackingError("post_transform")
    matrix = np.asarray(given[0], np.float64)
    weights = np.asarray(told["coefficients"], np.float64)
    shift = np.asarray(told["rho"], np.float64)
    if step.kind == "SVMRegressor":
        if not told.get("n_supports"):
            return [(matrix @ weights + shift[0])[:, None]]
        return [_compared(told, matrix, weights[:, None]) + shift[0]]
    outcomes = len(labels_of(step, "classlabels_strings", "classlabels_ints"))
    counts = np.asarray(told.get("vectors_per_class", ()), np.int64)
    slopes, shifts = (np.asarray(told.get(name, ()), np.float64) for name in ("prob_a", "prob_b"))
    pairs = list(itertools.combinations(range(outcomes), 2))
    if len(counts) != outcomes or not len(pairs) == len(slopes) == len(shifts) == len(shift):
        raise LackingError("prob_a")
    by_pair = _by_pair(weights.reshape(outcomes - 1, -1), counts, pairs)
    sums = _compared(told, matrix, by_pair) + shift
    chances = coupled(logistic(-(slopes * sums + shifts)), outcomes)
    return [np.argmax(chances, axis=1), chances]


def _by_pair(weights: Floats, counts: NDArray[np.int64], pairs: list[tuple[int, int]]) -> Floats:
    ends = np.cumsum([0, *counts])
    if ends[-1] != weights.shape[1]:
        raise LackingError("vectors_per_class")
    made = np.zeros((weights.shape[1], len(pairs)))
    for at, (first, second) in enumerate(pairs):
        own, other = (slice(ends[each], ends[each + 1]) for each in (first, second))
        made[own, at] = weights[second - 1, own]
        made[other, at] = weights[first, other]
    return made


def _compared(told: dict[str, Any], matrix: Floats, weights: Floats) -> Floats:
    """Return sums of the likeness of rows to vectors, a column for each of the weights."""
    support = np.asarray(told["support_vectors"], np.float64).reshape(len(weights), -1)
    if support.shape[1] != matrix.shape[1]:
        raise LackingError("support_vectors")
    gamma, shift, degree = (*np.asarray(told.get("kernel_params", ()), np.float64), 0, 0, 0)[:3]
    name = str(told.get("kernel_type") or "LINEAR")
    made = np.empty((len(matrix), weights.shape[1]))
    for few in few_at_a_time(len(matrix), len(support)):
        rows = matrix[few]
        if name == "RBF":
            alike = np.exp(-gamma * distances(rows, support))
        else:
            alike = rows @ support.T
            if name == "POLY":
                alike = (gamma * alike + shift) ** degree
            elif name == "SIGMOID":
                alike = np.tanh(gamma * alike + shift)
            elif name != "LINEAR":
                raise LackingError("kernel_type")
        made[few] = alike @ weights
    return made
