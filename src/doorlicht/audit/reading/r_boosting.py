"""Boosted trees of ``gbm``.

Source: ``gbm`` 2.1 (``pretty.gbm.tree``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.r_columns import CodedColumns, coded_columns, need
from doorlicht.audit.reading.r_serial import RValue
from doorlicht.audit.reading.sklearn_trees import describe
from doorlicht.audit.reading.things import Understood
from doorlicht.audit.scoring.blocks import Block, Floats, Scores
from doorlicht.audit.scoring.forest import LEFT, RIGHT, TreesBrokenError, joined
from doorlicht.audit.scoring.links import both, logistic, softmax
from doorlicht.audit.scoring.preparing import Origin, Origins
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then, TreeSums


def gbm(model: RValue, made: Understood) -> None:
    """Read boosted trees of gbm."""
    names = tuple(need(model.get("var.names"), "var.names").texts())
    made.names, made.width = names, len(names)
    kinds = need(model.get("var.type"), "var.type").numbers()
    levels = RValue("list")
    told = need(model.get("var.levels"), "var.levels")
    for name, each, kind in zip(names, told.items, kinds.tolist(), strict=True):
        if kind > 0:
            levels.items.append(each)
            levels.tags.append(name)
    made.before = [_coded_from_zero(names, levels)]
    told_sets = model.get("c.splits")
    sets = [each.numbers() for each in told_sets] if told_sets is not None else []
    written = need(model.get("trees"), "trees").items
    trees = [_gbm_tree(tree, kinds, sets) for tree in written]
    grown = joined(trees, is_strict=True)
    describe(made, grown)
    gained = np.zeros(len(names))
    for tree in trees:
        gained += np.bincount(tree["about"], tree["gain"], len(names))
    made.importances = gained / gained.sum() if gained.sum() > 0 else gained
    made.importance_by = "gain"
    made.trees = (len(written), sum(len(tree.items[0].numbers()) for tree in written), grown.depth)
    told_classes = model.get("num.classes")
    classes = int(told_classes.numbers()[0]) if told_classes is not None else 1
    start = np.resize(need(model.get("initF"), "initF").numbers(), classes)
    sums = TreeSums(grown, np.arange(len(trees)) % classes, start)
    name = need(need(model.get("distribution"), "distribution").get("name"), "distribution").text()
    _finish_gbm(made, sums, name, model)


def _finish_gbm(made: Understood, sums: Scores, name: str, model: RValue) -> None:
    if name == "bernoulli":
        made.kind, made.link, made.outcomes = "classifier", "logit", (0, 1)
        made.predictor = Predictor(Then(sums, lambda told: both(logistic(told))), sums)
    elif name == "adaboost":
        made.kind, made.link, made.outcomes = "classifier", "logit", (0, 1)
        made.predictor = Predictor(Then(sums, lambda told: both(logistic(2 * told))), sums)
    elif name == "multinomial":
        made.kind, made.link = "classifier", "softmax"
        made.outcomes = tuple(need(model.get("classes"), "classes").texts())
        made.predictor = Predictor(Then(sums, softmax), sums)
    elif name == "poisson":
        made.kind, made.link = "regressor", "log"
        made.predictor = Predictor(value=Then(sums, np.exp))
    elif name in {"gaussian", "laplace", "tdist", "quantile", "huberized"}:
        made.kind, made.link = "regressor", "identity"
        made.predictor = Predictor(value=sums)
    else:
        made.kind, made.link = "ranker", "identity"
        made.predictor = Predictor(margin=sums)


def _gbm_tree(tree: RValue, kinds: Floats, sets: list[Floats]) -> dict[str, Any]:
    """Return a tree in which missing values go a third way, as a node ahead of each question."""
    about, code, left, right, missing, gain, _, _ = (part.numbers() for part in tree.items[:8])
    is_leaf = about < 0
    count = len(about)
    feature = np.where(is_leaf, 0, about).astype(int)
    if count and feature.max() >= len(kinds):
        raise TreesBrokenError
    # Nodes first: they ask whether the value is missing. Behind them the questions themselves.
    own = np.arange(count)
    threshold = np.where(is_leaf, 0.0, code)
    made_sets: dict[int, NDArray[np.int8]] = {}
    for node in np.flatnonzero(~is_leaf & (kinds[feature] > 0)):
        told = sets[int(code[node])]
        made_sets[count + int(node)] = np.where(told == -1, LEFT, RIGHT).astype(np.int8)
        threshold[node] = 0.0
    return {
        "feature": np.concatenate([feature, feature]),
        "threshold": np.concatenate([np.full(count, -np.inf), threshold]),
        "left": np.concatenate(
            [np.where(is_leaf, -1, missing), np.where(is_leaf, -1, left)]
        ).astype(int),
        "right": np.concatenate(
            [np.where(is_leaf, -1, own + count), np.where(is_leaf, -1, right)]
        ).astype(int),
        "values": np.concatenate([np.where(is_leaf, code, 0.0), np.zeros(count)]).reshape(-1, 1),
        "missing_left": np.concatenate([~is_leaf, np.zeros(count, bool)]),
        "sets": made_sets,
        "about": feature[~is_leaf],
        "gain": np.maximum(gain[~is_leaf], 0),
    }


def _coded_from_zero(features: Sequence[str], levels: RValue) -> _ZeroCoded:
    """Return a preparation that gives factors the number of their level, from 0."""
    return _ZeroCoded(coded_columns(features, levels))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _ZeroCoded:
    """As :class:`CodedColumns`, with levels from 0."""

    inner: CodedColumns

    def __call__(self, block: Block) -> Block:
        made = self.inner(block)
        columns = tuple(
            column - 1 if place in self.inner.levels else column
            for place, column in enumerate(made.columns)
        )
        return Block(columns, made.names, made.rows)

    def outputs(self, origins: Origins) -> list[Origin]:
        return self.inner.outputs(origins)
