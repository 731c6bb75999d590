"""Forests of R: ``randomForest`` and ``ranger``.

Source: ``randomForest`` 4.7 (``getTree``); ``ranger`` 0.12 (``treeInfo``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.r_columns import coded_columns, need
from doorlicht.audit.reading.r_serial import RValue
from doorlicht.audit.reading.sklearn_trees import describe
from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.audit.scoring.blocks import Block, Floats, Scores
from doorlicht.audit.scoring.forest import LEFT, MAX_SET, RIGHT, TreesBrokenError, joined
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then, TreeMeans


def random_forest(model: RValue, made: Understood) -> None:
    """Read a forest of randomForest."""
    forest = need(model.get("forest"), "forest")
    levels = need(forest.get("xlevels"), "xlevels")
    names = tuple(levels.names)
    told = model.get("importance")
    if not all(names) or not names:
        dims = told.attributes.get("dimnames") if told is not None else None
        names = tuple(dims.items[0].texts()) if dims is not None else ()
    made.names, made.width = names, len(names)
    is_classifier = need(model.get("type"), "type").text() == "classification"
    made.kind = "classifier" if is_classifier else "regressor"
    made.before = [coded_columns(names, levels)]
    _forest_importance(told, made)
    counts = need(forest.get("ncat"), "ncat").numbers().astype(int)
    status = need(forest.get("nodestatus"), "nodestatus").matrix()
    best = need(forest.get("bestvar"), "bestvar").matrix().astype(int)
    split = need(forest.get("xbestsplit"), "xbestsplit").matrix()
    says = need(forest.get("nodepred"), "nodepred").matrix()
    sizes = need(forest.get("ndbigtree"), "ndbigtree").numbers().astype(int)
    if is_classifier:
        children = need(forest.get("treemap"), "treemap").matrix()
        left, right = children[:, 0, :], children[:, 1, :]
        made.outcomes = tuple(need(model.get("classes"), "classes").texts())
        width = len(made.outcomes)
    else:
        left = need(forest.get("leftDaughter"), "leftDaughter").matrix()
        right = need(forest.get("rightDaughter"), "rightDaughter").matrix()
        width = 1
    trees: list[dict[str, Any]] = []
    for place, size in enumerate(sizes.tolist()):
        rows = slice(0, size)
        is_leaf = status[rows, place] == -1
        values = says[rows, place]
        if is_classifier:
            votes = np.zeros((size, width))
            at = np.flatnonzero(is_leaf)
            votes[at, values[at].astype(int) - 1] = 1.0
        else:
            votes = values.reshape(-1, 1)
        feature = np.where(is_leaf, 0, best[rows, place] - 1)
        sets = {
            int(node): _bits(split[node, place], int(counts[feature[node]]))
            for node in np.flatnonzero(~is_leaf & (counts[feature] > 1))
        }
        trees.append(
            {
                "feature": feature,
                "threshold": split[rows, place],
                "left": np.where(is_leaf, -1, left[rows, place] - 1).astype(int),
                "right": np.where(is_leaf, -1, right[rows, place] - 1).astype(int),
                "values": votes,
                "sets": sets,
            }
        )
    grown = joined(trees)
    describe(made, grown)
    means = TreeMeans(grown, is_single=False)
    made.link = "identity"
    if is_classifier:
        made.predictor = Predictor(proba=_whole(means))
    else:
        made.predictor = Predictor(value=Then(_whole(means), lambda scores: scores[:, 0]))


def _whole(scores: Scores) -> Scores:
    """Return scores of rows in which nothing is missing; others have none, as in R."""

    def score(block: Block) -> Floats:
        made = scores(block)
        made[np.isnan(block.matrix()).any(axis=1)] = np.nan
        return made

    return score


def _bits(packed: float, count: int) -> NDArray[np.int8]:
    """Return which levels of a factor go left; level 1 is bit 0, and code 0 is no level."""
    if count > 64:
        raise LackingError("ncat")
    number = int(packed)
    table = [RIGHT, *(LEFT if number >> place & 1 else RIGHT for place in range(count))]
    return np.array(table, np.int8)


def _forest_importance(told: RValue | None, made: Understood) -> None:
    if told is None or not made.names:
        return
    table = told.matrix()
    if table.ndim == 2 and len(table) == len(made.names):
        last = np.maximum(table[:, -1], 0)
        made.importances = last / last.sum() if last.sum() > 0 else last
        made.importance_by = "impurity"


def ranger(model: RValue, made: Understood) -> None:
    """Read a forest of ranger."""
    forest = need(model.get("forest"), "forest")
    names = tuple(need(forest.get("independent.variable.names"), "names").texts())
    made.names, made.width = names, len(names)
    kind = need(forest.get("treetype"), "treetype").text()
    told = model.get("variable.importance")
    if told is not None and len(told.numbers()) == len(names):
        size = np.maximum(told.numbers(), 0)
        made.importances = size / size.sum() if size.sum() > 0 else size
        mode = model.get("importance.mode")
        made.importance_by = mode.text() if mode is not None else "impurity"
    is_classifier = kind in {"Classification", "Probability estimation"}
    made.kind = "classifier" if is_classifier else "regressor"
    ordered = need(forest.get("is.ordered"), "is.ordered").numbers()
    made.before = [coded_columns(names, _covariate_levels(forest, names))]
    classes: list[int] = []
    if is_classifier:
        classes = need(forest.get("class.values"), "class.values").numbers().astype(int).tolist()
        levels = forest.get("levels")
        labels = levels.texts() if levels is not None else []
        made.outcomes = tuple(labels or sorted(classes))
    counts = forest.get("terminal.class.counts")
    trees: list[dict[str, Any]] = []
    for place, (children, features, limits) in enumerate(
        zip(
            need(forest.get("child.nodeIDs"), "child.nodeIDs"),
            need(forest.get("split.varIDs"), "split.varIDs"),
            need(forest.get("split.values"), "split.values"),
            strict=True,
        )
    ):
        left, right = (part.numbers().astype(int) for part in children.items[:2])
        is_leaf = (left == 0) & (right == 0)
        limit = limits.numbers()
        feature = np.where(is_leaf, 0, features.numbers().astype(int))
        if len(feature) and feature.max() >= len(names):
            raise TreesBrokenError
        sets = {
            int(node): _partition(limit[node])
            for node in np.flatnonzero(~is_leaf & (ordered[feature] == 0))
        }
        if not is_classifier:
            values = limit.reshape(-1, 1)
        else:
            per_node = counts.items[place] if counts is not None else None
            values = _class_shares(per_node, limit, is_leaf, classes, len(made.outcomes))
        trees.append(
            {
                "feature": feature,
                "threshold": limit,
                "left": np.where(is_leaf, -1, left),
                "right": np.where(is_leaf, -1, right),
                "values": values,
                "sets": sets,
            }
        )
    grown = joined(trees, outside=RIGHT)
    describe(made, grown)
    means = TreeMeans(grown, is_single=False)
    made.link = "identity"
    if is_classifier:
        made.predictor = Predictor(proba=_whole(means))
    elif kind == "Regression":
        made.predictor = Predictor(value=Then(_whole(means), lambda scores: scores[:, 0]))
    else:
        raise LackingError(kind)


def _covariate_levels(forest: RValue, names: Sequence[str]) -> RValue | None:
    told = forest.get("covariate.levels")
    if told is None or len(told.items) != len(names):
        return None
    if not any(told.names):
        told.tags = list(names)
    return told


def _partition(packed: float) -> NDArray[np.int8]:
    number = int(packed)
    bits = max(number.bit_length(), 1)
    if bits >= MAX_SET:
        raise TreesBrokenError
    return np.array(
        [LEFT, *(RIGHT if number >> place & 1 else LEFT for place in range(bits))], np.int8
    )


def _class_shares(
    per_node: RValue | None,
    limit: Floats,
    is_leaf: NDArray[np.bool_],
    classes: list[int],
    width: int,
) -> Floats:
    made = np.zeros((len(limit), width))
    # Levels are counted from 1, in the order of the factor; counts in that of ``class.values``.
    are_levels = max(classes) <= width and min(classes) >= 1
    place = {value: value - 1 if are_levels else sorted(classes).index(value) for value in classes}
    if per_node is not None:
        for node, each in enumerate(per_node.items):
            told = each.numbers()
            for value, share in zip(classes, told.tolist(), strict=False):
                made[node, place[value]] = share
        return made
    for node in np.flatnonzero(is_leaf):
        made[node, place[int(limit[node])]] = 1.0
    return made
