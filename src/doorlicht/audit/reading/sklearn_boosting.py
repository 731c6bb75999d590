"""Gradient boosting of scikit-learn: trees that are added up, and what their sum starts from.

Source: ``sklearn.ensemble._gb`` and ``sklearn.ensemble._hist_gradient_boosting``.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from doorlicht.audit.pickles.arrays import scalar_of
from doorlicht.audit.pickles.nodes import Call
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.sklearn_trees import Understand, describe, importances_of, tree_of
from doorlicht.audit.reading.things import LackingError, Thing, Understood, nodes_of
from doorlicht.audit.scoring.blocks import Floats, Scores
from doorlicht.audit.scoring.forest import AS_MISSING, LEFT, RIGHT, TreesBrokenError, joined
from doorlicht.audit.scoring.links import TINY, both, log_odds, logistic, softmax
from doorlicht.audit.scoring.preparing import After, Each
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then, TreeSums, as_single

_BINARY_LOGIT: Final = frozenset({"deviance", "log_loss", "binary_crossentropy", "auto"})


def gradient(thing: Thing, understand: Understand) -> Understood:
    """Read gradient boosting: the sum of trees, from where another model starts."""
    is_classifier = "Classifier" in thing.name
    made = begin(thing, "classifier" if is_classifier else "regressor")
    try:
        members = thing.listed("estimators_")
        width = max(len(made.outcomes), 1) if is_classifier and len(made.outcomes) > 2 else 1
        trees = [tree_of(node, as_shares=False)[0] for node in members]
        grown = joined(trees)
        describe(made, grown)
        made.importances = importances_of(trees, made.width or 0, normalise_trees=False)
        made.importance_by = "impurity"
        column = np.arange(len(trees)) % width
        loss = thing.text("loss")
        start = _start(thing, understand, loss, width, is_classifier=is_classifier)
        sums = TreeSums(grown, column, start, thing.number("learning_rate"), is_single=True)
        if not is_classifier:
            made.link = "identity"
            made.predictor = Predictor(value=sums)
        elif loss == "exponential":
            made.link = "logit"
            made.predictor = Predictor(Then(sums, lambda told: both(logistic(2 * told))), sums)
        elif loss in _BINARY_LOGIT:
            made.link = "softmax" if width > 1 else "logit"
            made.predictor = Predictor(
                Then(sums, softmax if width > 1 else lambda told: both(logistic(told))), sums
            )
        else:
            raise LackingError("loss")
    except (LackingError, TreesBrokenError) as error:
        made.lacks.append(getattr(error, "attribute", "tree_"))
    return made


def _start(
    thing: Thing, understand: Understand, loss: str, width: int, *, is_classifier: bool
) -> Floats | Scores:
    if thing.text("init") == "zero" or thing.get("init_") is None or thing.text("init_") == "zero":
        return np.zeros(width)
    first: Understood = understand(thing.get("init_"))
    predictor = first.predictor
    if not is_classifier:
        if predictor.value is None:
            raise LackingError("init_")
        return Then(predictor.value, lambda told: told.reshape(-1, 1))
    if predictor.proba is None:
        raise LackingError("init_")
    scores: Scores = predictor.proba
    if first.before:
        for step in reversed(first.before):
            scores = After(step, scores)
    scores = After(Each(as_single, "single"), scores)
    if width > 1:
        return Then(scores, _centred)
    half = 0.5 if loss == "exponential" else 1.0
    return Then(scores, lambda told: half * log_odds(told[:, 1:2]))


def _centred(probability: Floats) -> Floats:
    made = np.log(np.clip(probability, TINY, 1 - TINY))
    return made - made.mean(axis=1, keepdims=True)


def histogram(thing: Thing, understand: Understand) -> Understood:
    """Read gradient boosting on histograms."""
    is_classifier = "Classifier" in thing.name
    made = begin(thing, "classifier" if is_classifier else "regressor")
    try:
        rounds = [nodes_of(each) or [] for each in thing.listed("_predictors")]
        width = len(rounds[0]) if rounds else 1
        known = _known_categories(thing)
        members = [Thing(node) for each in rounds for node in each if isinstance(node, Call)]
        trees = [_histogram_tree(member, known) for member in members]
        # Categories come first after the preparation that the model itself makes.
        inner = thing.get("_preprocessor")
        if isinstance(inner, Call):
            before: Understood = understand(inner)
            if before.preparation is None:
                raise LackingError("_preprocessor")
            made.before.append(before.preparation)
            made.names = made.names or before.names
        grown = joined(trees, outside=AS_MISSING)
        describe(made, grown)
        made.importances = _gains(trees, made.width or 0)
        made.importance_by = "gain"
        start = thing.floats("_baseline_prediction").reshape(-1)
        column = np.arange(len(trees)) % width
        sums = TreeSums(grown, column, start)
        _link_histogram(thing, made, sums, width, is_classifier=is_classifier)
    except (LackingError, TreesBrokenError) as error:
        made.lacks.append(getattr(error, "attribute", "_predictors"))
    return made


def _link_histogram(
    thing: Thing, made: Understood, sums: Scores, width: int, *, is_classifier: bool
) -> None:
    loss = thing.text("loss")
    if is_classifier:
        made.link = "softmax" if width > 1 else "logit"
        made.predictor = Predictor(
            Then(sums, softmax if width > 1 else lambda told: both(logistic(told))), sums
        )
    elif loss in {"poisson", "gamma"}:
        made.link = "log"
        made.predictor = Predictor(value=Then(sums, np.exp))
    else:
        made.link = "identity"
        made.predictor = Predictor(value=sums)


def _known_categories(thing: Thing) -> dict[int, list[int]]:
    """Return for each column of categories the codes that were there at the training."""
    node = thing.get("_bin_mapper")
    if not isinstance(node, Call):
        return {}
    mapper = Thing(node)
    told = mapper.maybe("is_categorical_")
    if told is None or not told.any():
        return {}
    edges = mapper.listed("bin_thresholds_")
    known: dict[int, list[int]] = {}
    for place in np.flatnonzero(told):
        values = [scalar_of(each) for each in nodes_of(edges[int(place)]) or ()]
        known[int(place)] = [int(each) for each in values if isinstance(each, int | float)]
    return known


def _histogram_tree(thing: Thing, known: dict[int, list[int]]) -> dict[str, Any]:
    nodes = thing.array("nodes")
    names = nodes.dtype.names or ()
    if "value" not in names or "feature_idx" not in names:
        raise LackingError("nodes")
    is_leaf = nodes["is_leaf"].astype(bool)
    threshold = nodes["num_threshold" if "num_threshold" in names else "threshold"]
    tree: dict[str, Any] = {
        "feature": np.where(is_leaf, 0, nodes["feature_idx"]),
        "threshold": threshold,
        "left": np.where(is_leaf, -1, nodes["left"].astype(np.int64)),
        "right": np.where(is_leaf, -1, nodes["right"].astype(np.int64)),
        "values": nodes["value"].reshape(-1, 1),
        "missing_left": nodes["missing_go_to_left"].astype(bool),
        "gain": np.where(is_leaf, 0.0, np.maximum(nodes["gain"], 0)) if "gain" in names else None,
    }
    if "is_categorical" in names and nodes["is_categorical"].any():
        bits = thing.array("raw_left_cat_bitsets")
        sets: dict[int, Any] = {}
        for place in np.flatnonzero(nodes["is_categorical"] & ~is_leaf):
            row = bits[int(nodes["bitset_idx"][place])].astype("<u4")
            is_left = np.unpackbits(row.view(np.uint8), bitorder="little").astype(bool)
            table = np.full(len(is_left), AS_MISSING, np.int8)
            codes = [c for c in known.get(int(nodes["feature_idx"][place]), []) if c < len(table)]
            table[codes] = RIGHT
            table[is_left] = LEFT
            sets[int(place)] = table
        tree["sets"] = sets
    return tree


def _gains(trees: list[dict[str, Any]], width: int) -> Floats | None:
    total = np.zeros(width)
    for tree in trees:
        if tree["gain"] is None:
            return None
        total += np.bincount(tree["feature"], weights=tree["gain"], minlength=width)[:width]
    return total / total.sum() if total.sum() > 0 else total
