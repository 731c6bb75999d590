"""Models of LightGBM, from their text, also where a pickle holds it.

Source: ``src/io/tree.cpp`` and ``src/io/gbdt_model_text.cpp`` of LightGBM, versions 2 to 4: a node
has a type in bits (1 a set of categories, 2 missing goes left, and from 4 on what counts as
missing: nothing, zero, or not a number), leaves are numbered below zero.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.pickles.arrays import scalar_of
from doorlicht.audit.reading.sklearn_trees import Understand, describe
from doorlicht.audit.reading.things import (
    LackingError,
    Thing,
    Understood,
    names_of,
    values_of,
    within,
)
from doorlicht.audit.scoring.blocks import Floats, Scores
from doorlicht.audit.scoring.forest import LEFT, MAX_SET, RIGHT, TreesBrokenError, joined
from doorlicht.audit.scoring.leaf_lines import Line, Lines
from doorlicht.audit.scoring.links import both, logistic, softmax
from doorlicht.audit.scoring.preparing import Beside, Numbered, Preparation, Same
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then, TreeSums

_LOG: Final = frozenset(["poisson", "gamma", "tweedie"])
_MARGIN: Final = frozenset(["lambdarank", "rank_xendcg"])
_VALUE: Final = frozenset(
    [
        "regression",
        "regression_l1",
        "regression_l2",
        "huber",
        "fair",
        "quantile",
        "mape",
        "l2",
        "l1",
    ]
)


def wrapper(thing: Thing, understand: Understand) -> Understood:
    """Read the wrapper for scikit-learn, or a booster, in a pickle."""
    del understand
    try:
        booster = thing if thing.name == "Booster" else thing.thing("_Booster")
        text = scalar_of(booster.get("handle", "_handle"))
        if not isinstance(text, str):
            raise LackingError("handle")
        best = booster.scalar("best_iteration")
        made = booster_of(text, best if isinstance(best, int) and best > 0 else None)
    except LackingError as error:
        made = Understood(thing.name, "unknown", "lightgbm")
        made.lacks.append(error.attribute)
        return made
    made.algorithm = "LightGBM" if thing.name == "Booster" else thing.name
    outcomes = values_of(thing.get("_classes", "classes_"))
    if outcomes and len(outcomes) == len(made.outcomes):
        made.outcomes = tuple(outcomes)
    names = names_of(thing.get("_feature_name", "feature_names_in_"))
    if names is not None and len(names) == made.width:
        made.names = names
    if thing.scalar("_fitted_with_feature_names") is False:
        made.names = None
    return made


def booster_of(text: str, best: int | None = None) -> Understood:
    """Read a model from its text; ``best`` is the number of rounds that count, if not all."""
    made = Understood("LightGBM", "regressor", "lightgbm")
    try:
        _fill(made, text, best)
    except TreesBrokenError:
        made.lacks.append("trees")
    except (KeyError, ValueError, IndexError, OverflowError, TypeError) as error:
        made.lacks.append(str(error.args[0])[:40] if isinstance(error, KeyError) else "trees")
    return made


def _fill(made: Understood, text: str, best: int | None) -> None:
    head, *sections = text.partition("\nend of trees")[0].split("\nTree=")
    told = _pairs(head)
    names = told["feature_names"].split(" ")
    made.width = within(int(told["max_feature_idx"]) + 1)
    made.names = tuple(names) if len(names) == made.width else None
    if made.names == tuple(f"Column_{place}" for place in range(made.width)):
        # What LightGBM writes where there were no names.
        made.names = None
    each_round = within(int(told.get("num_tree_per_iteration", "1")))
    objective, _, settings = told.get("objective", "").partition(" ")
    if best is not None:
        sections = sections[: best * each_round]
    trees = [_tree(_pairs(section.partition("\n")[2])) for section in sections]
    grown = joined(trees, outside=RIGHT)
    if any("lines" in tree for tree in trees):
        grown = replace(grown, lines=_all_lines(trees, made.width))
    describe(made, grown)
    if grown.lines is not None and made.used is not None:
        made.used[grown.lines.columns[grown.lines.columns >= 0]] = True
    gained = np.zeros(made.width)
    for tree in trees:
        inner = tree["left"] >= 0
        gained += np.bincount(tree["feature"][inner], tree["gain"][inner], made.width)
    made.importances = gained / gained.sum() if gained.sum() > 0 else gained
    made.importance_by = "gain"
    _categories(made, text, told.get("feature_infos", "").split(" "))
    column = np.arange(len(trees)) % each_round
    rounds = max(len(trees) // each_round, 1)
    factor = 1.0 / rounds if "average_output" in head.split("\n") else 1.0
    sums = TreeSums(grown, column, np.zeros(each_round), factor)
    _finish(made, sums, objective, settings, each_round)


def _all_lines(trees: list[dict[str, Any]], width: int) -> Lines:
    lines: list[Line] = []
    for tree in trees:
        # The first tree may be plain where the others are linear.
        plain = [(float(value), (), ()) for value in tree["values"][:, 0]]
        lines += tree.get("lines", plain)
    if any(column >= width for _, columns, _ in lines for column in columns):
        raise TreesBrokenError
    return Lines.of(lines)


def _pairs(section: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in section.split("\n") if "=" in line)
    return {name.strip(): value.strip("\r") for name, _, value in pairs}


def _numbers(told: dict[str, str], name: str, kind: Any) -> NDArray[Any]:
    return np.array(told[name].split(), dtype=kind) if told.get(name) else np.zeros(0, kind)


def _tree(told: dict[str, str]) -> dict[str, Any]:
    leaves = int(told["num_leaves"])
    inner = leaves - 1
    values = _numbers(told, "leaf_value", np.float64)
    feature = _numbers(told, "split_feature", np.int64)
    kind = _numbers(told, "decision_type", np.int64)
    left, right = (_numbers(told, name, np.int64) for name in ("left_child", "right_child"))
    threshold = _numbers(told, "threshold", np.float64)
    gain = _numbers(told, "split_gain", np.float64)
    if len(values) != leaves or not inner == len(feature) == len(left) == len(right) == len(kind):
        raise TreesBrokenError
    # Nodes first and the leaves behind them.
    blank = np.zeros(leaves)
    missing = (kind >> 2) & 3
    is_set = (kind & 1).astype(bool)
    tree: dict[str, Any] = {
        "feature": np.concatenate([feature, blank.astype(np.int64)]),
        "threshold": np.concatenate([threshold, blank]),
        "left": np.concatenate([_moved(left, inner, leaves), np.full(leaves, -1)]),
        "right": np.concatenate([_moved(right, inner, leaves), np.full(leaves, -1)]),
        "values": np.concatenate([np.zeros(inner), values]).reshape(-1, 1),
        "missing_left": np.concatenate([((kind & 2) > 0) & ~is_set, blank.astype(bool)]),
        "zero_missing": np.concatenate([(missing == 1) & ~is_set, blank.astype(bool)]),
        "nan_is_zero": np.concatenate([missing != 2, blank.astype(bool)]),
        "gain": np.concatenate([np.maximum(gain, 0) if len(gain) == inner else blank[1:], blank]),
    }
    if is_set.any():
        tree["sets"] = _sets(told, is_set, threshold)
    if told.get("is_linear", "0") != "0":
        tree["lines"] = [(0.0, (), ())] * inner + _lines(told, leaves)
    return tree


def _lines(told: dict[str, str], leaves: int) -> list[Line]:
    """Return the lines that stand in the leaves of a linear tree."""
    constants = _numbers(told, "leaf_const", np.float64).tolist()
    lengths = _numbers(told, "num_features", np.int64)
    columns = _numbers(told, "leaf_features", np.int64)
    weights = _numbers(told, "leaf_coeff", np.float64)
    if not leaves == len(constants) == len(lengths) or (lengths < 0).any():
        raise TreesBrokenError
    if not lengths.sum() == len(columns) == len(weights) or (columns < 0).any():
        raise TreesBrokenError
    ends = np.cumsum([0, *lengths.tolist()]).tolist()
    return [
        (constant, columns[start:end].tolist(), weights[start:end].tolist())
        for constant, start, end in zip(constants, ends, ends[1:], strict=False)
    ]


def _moved(child: NDArray[np.int64], inner: int, leaves: int) -> NDArray[np.int64]:
    """Return children by their place, given that leaf 0 is written as -1, and 1 as -2."""
    if len(child) and ((child < -leaves).any() or (child >= inner).any()):
        raise TreesBrokenError
    return np.where(child < 0, inner - 1 - child, child)


def _sets(
    told: dict[str, str], is_set: NDArray[np.bool_], threshold: Floats
) -> dict[int, NDArray[np.int8]]:
    edges = _numbers(told, "cat_boundaries", np.int64)
    words = _numbers(told, "cat_threshold", np.uint32)
    sets: dict[int, NDArray[np.int8]] = {}
    for node in np.flatnonzero(is_set):
        place = int(threshold[node])
        bits = words[int(edges[place]) : int(edges[place + 1])].astype("<u4")
        if len(bits) * 32 > MAX_SET:
            raise TreesBrokenError
        is_left = np.unpackbits(bits.view(np.uint8), bitorder="little")
        sets[int(node)] = np.where(is_left > 0, LEFT, RIGHT).astype(np.int8)
    return sets


def _categories(made: Understood, text: str, ranges: list[str]) -> None:
    """Note the names of categories, which are kept where a data frame was given."""
    _, _, last = text.rpartition("\npandas_categorical:")
    try:
        written = json.loads(last.partition("\n")[0]) if last is not text else None
    except (ValueError, RecursionError):
        written = None
    if not isinstance(written, list) or not written or made.width is None:
        return
    listed = cast("list[list[Any]]", written)
    places = [place for place, told in enumerate(ranges) if told and told[0] not in "[n"]
    if len(places) != len(listed):
        # A column with a single value has no range, and may have been one of categories.
        places = [place for place, told in enumerate(ranges) if told and told[0] != "["]
    if len(places) != len(listed):
        made.lacks.append("pandas_categorical")
        return
    parts: list[tuple[tuple[int, ...], Preparation]] = []
    for place in range(made.width):
        if place not in places:
            parts.append(((place,), Same()))
            continue
        values = listed[places.index(place)]
        known: dict[object, int] = {value: number for number, value in enumerate(values)}
        numbers = np.arange(len(values), dtype=np.float64)
        parts.append(((place,), Numbered((known,), (-1,), (numbers,), (np.nan,), np.nan)))
    made.before.append(Beside(tuple(parts)))


def _finish(made: Understood, sums: Scores, objective: str, settings: str, width: int) -> None:
    steep = 1.0
    for setting in settings.split():
        if setting.startswith("sigmoid:"):
            steep = float(setting[8:])
    if objective == "binary":
        made.kind, made.link, made.outcomes = "classifier", "logit", (0, 1)
        made.predictor = Predictor(Then(sums, lambda told: both(logistic(steep * told))), sums)
    elif objective in {"multiclass", "multiclassova"}:
        made.kind, made.outcomes = "classifier", tuple(range(width))
        made.link = "softmax" if objective == "multiclass" else "logit"
        one_each = Then(sums, lambda told: logistic(steep * told))
        chance = Then(sums, softmax) if objective == "multiclass" else one_each
        made.predictor = Predictor(chance, sums)
    elif objective in {"cross_entropy", "xentropy"}:
        made.link = "logit"
        made.predictor = Predictor(value=Then(sums, logistic))
    elif objective in _LOG:
        made.link = "log"
        made.predictor = Predictor(value=Then(sums, np.exp))
    elif objective in _MARGIN:
        made.kind, made.link = "ranker", "identity"
        made.predictor = Predictor(margin=sums)
    elif objective in _VALUE and "sqrt" not in settings:
        made.link = "identity"
        made.predictor = Predictor(value=sums)
    else:
        made.lacks.append("objective")
        made.predictor = Predictor(margin=sums)
