"""Trees and forests of scikit-learn: what stands in their leaves, and the mean of that.

Source: ``sklearn.tree._tree.Tree.__getstate__`` and ``predict``: columns are rounded to 32 bits
before they are compared; ``missing_go_to_left`` since 1.3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from doorlicht.audit.pickles.arrays import scalar_of
from doorlicht.audit.pickles.nodes import Call, Node
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.things import LackingError, Thing, Understood, nodes_of
from doorlicht.audit.scoring.blocks import Floats
from doorlicht.audit.scoring.forest import Forest, TreesBrokenError, joined
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then, TreeMeans
from doorlicht.records.models import ModelKind

Understand = Any
"""Reads a node within another; see ``classes.understand``."""


def tree_of(node: Node, *, as_shares: bool) -> tuple[dict[str, Any], Thing]:
    """Return the arrays of a tree, from the node of a fitted tree estimator."""
    if not isinstance(node, Call):
        raise LackingError("estimators_")
    thing = Thing(node)
    inner = thing.thing("tree_")
    nodes, values = inner.array("nodes"), inner.floats("values")
    if nodes.dtype.names is None or values.ndim != 3:
        raise LackingError("tree_")
    if values.shape[1] != 1:
        # Several outcomes at once: which of them is the score is not for us to say.
        raise LackingError("n_outputs_")
    told = values[:, 0, :]
    if as_shares:
        total = told.sum(axis=1, keepdims=True)
        told = told / np.where(total == 0, 1, total)
    tree: dict[str, Any] = {
        "feature": nodes["feature"], "threshold": nodes["threshold"],
        "left": nodes["left_child"], "right": nodes["right_child"], "values": told,
    }  # fmt: skip
    if "missing_go_to_left" in nodes.dtype.names:
        tree["missing_left"] = nodes["missing_go_to_left"].astype(bool)
    tree["gain"] = _gain(nodes)
    return tree, thing


def _gain(nodes: Any) -> Floats:
    """Return what each node of a tree wins in impurity, times its part of the rows."""
    names = nodes.dtype.names
    gained = np.zeros(len(nodes))
    if "impurity" not in names or "weighted_n_node_samples" not in names or len(nodes) < 2:
        return gained
    left, right = nodes["left_child"], nodes["right_child"]
    size = len(nodes)
    inner = (left >= 0) & (right >= 0) & (left < size) & (right < size)
    weight, impurity = nodes["weighted_n_node_samples"], nodes["impurity"]
    lost = weight * impurity
    gained[inner] = lost[inner] - lost[left[inner]] - lost[right[inner]]
    return gained / weight[0] if weight[0] else gained


def importances_of(trees: list[dict[str, Any]], width: int, *, normalise_trees: bool) -> Floats:
    """Return the mean decrease of impurity by feature, as the library computes it."""
    total = np.zeros(width)
    for tree in trees:
        if len(tree["left"]) < 2:
            continue
        inner = np.asarray(tree["left"]) >= 0
        features = np.asarray(tree["feature"])[inner]
        if len(features) and (features.min() < 0 or features.max() >= width):
            raise TreesBrokenError
        one = np.bincount(features, weights=tree["gain"][inner], minlength=width)
        if normalise_trees and one.sum() > 0:
            one = one / one.sum()
        total += one
    return total / total.sum() if total.sum() > 0 else total


def describe(made: Understood, forest: Forest) -> None:
    """Note the shape of trees and which columns they look at."""
    width = made.width or int(forest.feature.max()) + 1
    made.width = width
    if int(forest.feature.max()) >= width:
        raise TreesBrokenError
    made.used = forest.uses(width) > 0
    made.trees = (len(forest.roots), len(forest.left), forest.depth)


def tree(thing: Thing, understand: Understand) -> Understood:
    """Read one decision tree."""
    del understand
    return _averaged(thing, [thing.node])


def forest(thing: Thing, understand: Understand) -> Understood:
    """Read a forest: the mean of its trees."""
    del understand
    return _averaged(thing, None)


def _averaged(thing: Thing, nodes: list[Node] | None) -> Understood:
    is_classifier = "Classifier" in thing.name
    kind: ModelKind = "classifier" if is_classifier else "regressor"
    made = begin(thing, kind)
    try:
        members = nodes if nodes is not None else thing.listed("estimators_")
        trees = [tree_of(node, as_shares=is_classifier)[0] for node in members]
        grown = joined(trees)
        describe(made, grown)
        made.importances = importances_of(trees, made.width or 0, normalise_trees=True)
        made.importance_by = "impurity"
        means = TreeMeans(grown)
        if is_classifier:
            made.predictor = Predictor(proba=means)
        else:
            made.predictor = Predictor(value=Then(means, first_column))
        made.link = "identity"
        if not made.outcomes and is_classifier:
            made.lacks.append("classes_")
    except (LackingError, TreesBrokenError) as error:
        made.lacks.append(getattr(error, "attribute", "tree_"))
    return made


def first_column(scores: Floats) -> Floats:
    return scores[:, 0]


def isolation(thing: Thing, understand: Understand) -> Understood:
    """Read an isolation forest: how soon a row stands apart from the others."""
    del understand
    made = begin(thing, "outliers")
    try:
        members = thing.listed("estimators_")
        chosen = [nodes_of(each) for each in thing.listed("estimators_features_")]
        trees: list[dict[str, Any]] = []
        for node, features in zip(members, chosen, strict=True):
            tree, member = tree_of(node, as_shares=False)
            places = np.array([scalar_of(place) for place in features or ()], dtype=np.int64)
            is_inner = np.asarray(tree["left"]) >= 0
            tree["feature"] = np.where(is_inner, places[np.maximum(tree["feature"], 0)], 0)
            size = member.thing("tree_").array("nodes")["n_node_samples"].astype(np.float64)
            tree["values"] = (_depths(tree) + _expected_depth(size)).reshape(-1, 1)
            trees.append(tree)
        grown = joined(trees)
        describe(made, grown)
        sample = float(_expected_depth(np.array([thing.number("_max_samples", "max_samples_")]))[0])
        offset = thing.number("offset_")

        def decide(depth: Floats) -> Floats:
            return -(2.0 ** (-depth[:, 0] / sample)) - offset

        made.predictor = Predictor(margin=Then(TreeMeans(grown), decide))
    except (LackingError, TreesBrokenError, ValueError, IndexError, TypeError) as error:
        made.lacks.append(getattr(error, "attribute", "tree_"))
    return made


def _depths(tree: dict[str, Any]) -> Floats:
    """Return how many steps lead to each node; children stand behind their parent."""
    left, right = np.asarray(tree["left"]), np.asarray(tree["right"])
    made = np.zeros(len(left))
    for node in np.flatnonzero(left >= 0).tolist():
        for child in (int(left[node]), int(right[node])):
            if not node < child < len(left):
                raise TreesBrokenError
            made[child] = made[node] + 1
    return made


def _expected_depth(size: Floats) -> Floats:
    """Return how deep a row stands on average in a tree that was grown to its end.

    Source: Liu, Ting and Zhou (2008), "Isolation Forest", equation 1.
    """
    many = np.maximum(size, 3.0)
    told = 2.0 * (np.log(many - 1.0) + np.euler_gamma) - 2.0 * (many - 1.0) / many
    return np.where(size <= 1, 0.0, np.where(size == 2, 1.0, told))
