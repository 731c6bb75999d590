"""Trees in a graph of ONNX.

Source: *ONNX Operators* and *ONNX-ML Operators* (opset 1 to 5 of ai.onnx.ml):
TreeEnsemble, TreeEnsembleClassifier, TreeEnsembleRegressor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.onnx_steps import (
    Step,
    labels_of,
)
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Floats
from doorlicht.audit.scoring.forest import LEFT, MAX_SET, RIGHT, Forest, joined


def forest_of(step: Step) -> Forest:
    """Return the trees of a step."""
    told = step.attributes
    if step.kind == "TreeEnsemble":
        # The newest operator, which no converter writes by itself so far.
        raise LackingError("TreeEnsemble")
    trees = np.asarray(told["nodes_treeids"], np.int64)
    nodes = np.asarray(told["nodes_nodeids"], np.int64)
    modes = np.array(told["nodes_modes"])
    is_leaf = modes == "LEAF"
    place = {
        key: index for index, key in enumerate(zip(trees.tolist(), nodes.tolist(), strict=True))
    }
    yes = _children(place, trees, told["nodes_truenodeids"], is_leaf)
    no = _children(place, trees, told["nodes_falsenodeids"], is_leaf)
    missing = np.asarray(told.get("nodes_missing_value_tracks_true", np.zeros(len(trees))), bool)
    width = width_of(step)
    prefix = "class" if step.kind.endswith("Classifier") else "target"
    weights = _numbers(told, f"{prefix}_weights")
    values = np.zeros((len(trees), width))
    leaves = zip(
        np.asarray(told[f"{prefix}_treeids"]).tolist(),
        np.asarray(told[f"{prefix}_nodeids"]).tolist(),
        np.asarray(told[f"{prefix}_ids"]).tolist(),
        weights.tolist(),
        strict=True,
    )
    for tree, node, column, weight in leaves:
        values[place[tree, node], column] += weight
    made = _tests(
        modes, np.asarray(told["nodes_featureids"], np.int64), _numbers(told, "nodes_values"),
        yes, no, missing,
    )  # fmt: skip
    made["values"] = values
    return _roots_of(made, trees)


def _numbers(told: Mapping[str, Any], name: str) -> Floats:
    found = told.get(f"{name}_as_tensor")
    return np.asarray(told[name] if found is None else found, np.float64)


def width_of(step: Step) -> int:
    """Return how many numbers the trees of a step give a row."""
    if step.kind.endswith("Regressor"):
        return int(step.attributes.get("n_targets", 1))
    labels = labels_of(step, "classlabels_strings", "classlabels_int64s")
    ids = np.asarray(step.attributes["class_ids"])
    return max(len(labels), int(ids.max(initial=0)) + 1)


def _children(
    place: Mapping[tuple[int, int], int],
    trees: NDArray[np.int64],
    children: NDArray[np.int64],
    is_leaf: NDArray[np.bool_],
) -> NDArray[np.int64]:
    pairs = zip(trees.tolist(), np.asarray(children).tolist(), is_leaf.tolist(), strict=True)
    return np.array([-1 if leaf else place[tree, node] for tree, node, leaf in pairs], np.int64)


def _tests(
    modes: NDArray[Any],
    feature: NDArray[np.int64],
    limit: Floats,
    yes: NDArray[np.int64],
    no: NDArray[np.int64],
    missing: NDArray[np.bool_],
) -> dict[str, Any]:
    """Return nodes that all ask whether a value is at most a limit, or stands in a set."""
    known = {
        "BRANCH_LEQ",
        "BRANCH_LT",
        "BRANCH_GTE",
        "BRANCH_GT",
        "BRANCH_EQ",
        "BRANCH_NEQ",
        "LEAF",
    }
    if not set(modes.tolist()) <= known:
        raise LackingError("nodes_modes")
    # Less than a limit is at most the number before it, since columns have 32 bits.
    below = np.nextafter(limit.astype(np.float32), np.float32(-np.inf)).astype(np.float64)
    is_open = (modes == "BRANCH_LT") | (modes == "BRANCH_GTE")
    turned = (modes == "BRANCH_GT") | (modes == "BRANCH_GTE") | (modes == "BRANCH_NEQ")
    sets: dict[int, NDArray[np.int8]] = {}
    for node in np.flatnonzero((modes == "BRANCH_EQ") | (modes == "BRANCH_NEQ")):
        value = float(limit[node])
        if not value.is_integer() or not 0 <= value < MAX_SET:
            raise LackingError("nodes_modes")
        table = np.full(int(value) + 1, RIGHT, np.int8)
        table[-1] = LEFT
        sets[int(node)] = table
    return {
        "feature": feature,
        "threshold": np.where(is_open, below, limit),
        "left": np.where(turned, no, yes),
        "right": np.where(turned, yes, no),
        "missing_left": missing ^ turned,
        "sets": sets,
    }


def _roots_of(made: dict[str, Any], trees: NDArray[np.int64]) -> Forest:
    """Return a forest of trees that lie in one set of arrays, given the tree of each node."""
    _, first = np.unique(trees, return_index=True)
    return joined([made], outside=RIGHT, roots=first.astype(np.int64))
