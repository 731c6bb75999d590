"""Models of XGBoost, from their JSON or UBJSON, also where a pickle holds those bytes.

Source: the schema of models in the documentation of XGBoost (``doc/model.schema``), versions 1.0
to 3.2, and ``include/xgboost/tree_model.h``: columns are rounded to 32 bits, left is *less than*
the threshold, and a category that stands in the set of a node goes right.

XGBoost adds up in 32 bits; here it is done in 64, so that scores differ in the seventh digit.
"""

from __future__ import annotations

import itertools
import json
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.pickles.arrays import bytes_of
from doorlicht.audit.reading.sklearn_trees import Understand, describe
from doorlicht.audit.reading.things import LackingError, Thing, Understood, values_of, within
from doorlicht.audit.reading.ubjson import UbjsonError, read_ubjson
from doorlicht.audit.scoring.blocks import Floats, Scores
from doorlicht.audit.scoring.forest import LEFT, MAX_SET, RIGHT, TreesBrokenError, joined
from doorlicht.audit.scoring.links import both, log_odds, logistic, softmax
from doorlicht.audit.scoring.preparing import Beside, Numbered, Preparation, Same
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Linear, Then, TreeSums

Document = dict[str, Any]

_LOGISTIC: Final = frozenset(["binary:logistic", "reg:logistic"])
_LOG: Final = frozenset(
    ["count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft"]
)


class NoModelError(Exception):
    """These bytes are no model of this library in a form that is read."""


def document_of(content: bytes) -> Document:
    """Return the document in which a model stands.

    Raises
    ------
    NoModelError
        If there is none.
    """
    try:
        text = content.lstrip()[:1] == b"{" and content.lstrip()[1:2] in {b'"', b" ", b"\n", b"\r"}
        told = json.loads(content) if text else read_ubjson(content)
    except (ValueError, UbjsonError, RecursionError) as error:
        raise NoModelError from error
    if isinstance(told, dict) and "Model" in told:
        # What a pickle holds: the model and the settings of its training.
        told = cast("Document", told)["Model"]
    if not isinstance(told, dict) or "learner" not in told:
        raise NoModelError
    return cast("Document", told)


def wrapper(thing: Thing, understand: Understand) -> Understood:
    """Read the wrapper for scikit-learn, or a booster, in a pickle."""
    del understand
    booster = thing if thing.name == "Booster" else None
    kind = "classifier" if thing.name.endswith("Classifier") else "regressor"
    kind = "ranker" if thing.name.endswith("Ranker") else kind
    try:
        booster = booster or thing.thing("_Booster")
        raw = bytes_of(booster.get("handle"))
        if raw is None:
            raise LackingError("handle")
        made = learner(document_of(raw), is_wrapped=thing.name != "Booster")
    except (LackingError, NoModelError) as error:
        made = Understood(thing.name, "unknown" if thing.name == "Booster" else kind, "xgboost")
        made.lacks.append(getattr(error, "attribute", "handle"))
        return made
    made.algorithm = thing.name
    outcomes = values_of(thing.get("classes_"))
    if outcomes:
        made.outcomes = tuple(outcomes)
    return made


def learner(document: Document, *, is_wrapped: bool = False) -> Understood:
    """Read a model from its document."""
    made = Understood("XGBoost", "regressor", "xgboost")
    try:
        told = _dictionary(document["learner"])
        version = document.get("version")
        if isinstance(version, list | np.ndarray):
            made.version = ".".join(str(int(part)) for part in cast("list[Any]", version))
        _fill(made, told, is_wrapped=is_wrapped)
    except TreesBrokenError:
        made.lacks.append("trees")
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        made.lacks.append(str(error.args[0])[:40] if isinstance(error, KeyError) else "learner")
    return made


def _dictionary(value: Any) -> Document:
    if not isinstance(value, dict):
        raise KeyError("learner")
    return cast("Document", value)


def _fill(made: Understood, told: Document, *, is_wrapped: bool) -> None:
    shape = _dictionary(told["learner_model_param"])
    made.width = within(int(shape["num_feature"]))
    names = [str(name) for name in told.get("feature_names") or ()]
    made.names = tuple(names) if len(names) == made.width else None
    objective = str(_dictionary(told["objective"])["name"])
    classes = int(shape.get("num_class", 0))
    width = within(max(classes, int(shape.get("num_target", 1)), 1))
    if objective.startswith(("binary:", "multi:")) or objective == "reg:logistic":
        made.kind = "classifier"
        made.outcomes = tuple(range(max(classes, 2)))
    elif objective.startswith("rank:"):
        made.kind = "ranker"
    start = _start(shape["base_score"], objective, width)
    booster = _dictionary(told["gradient_booster"])
    scale: Floats | None = None
    if booster["name"] == "gblinear":
        sums = _linear(made, booster, start, width)
    else:
        if booster["name"] == "dart":
            scale = np.asarray(booster["weight_drop"], np.float64)
            booster = _dictionary(booster["gbtree"])
        limit = _best(told) if is_wrapped else None
        sums = _trees(made, _dictionary(booster["model"]), start, width, scale, limit)
    _finish(made, sums, objective)


def _best(told: Document) -> int | None:
    """Return how many rounds were best, where training stopped early."""
    best = _dictionary(told.get("attributes") or {}).get("best_iteration")
    return int(best) + 1 if best is not None else None


def _start(written: Any, objective: str, width: int) -> Floats:
    text = str(written).strip("[] ")
    numbers = np.array([float(part) for part in text.split(",")], np.float64)
    if objective in _LOGISTIC or objective == "binary:logitraw":
        numbers = log_odds(numbers) if objective != "binary:logitraw" else numbers
    elif objective in _LOG:
        numbers = np.log(numbers)
    return np.resize(numbers, width) if len(numbers) in {1, width} else np.zeros(width)


def _linear(made: Understood, booster: Document, start: Floats, width: int) -> Scores:
    weights = np.asarray(_dictionary(booster["model"])["weights"], np.float64)
    table = weights.reshape(-1, width)
    made.coefficients = table[:-1].T
    made.used = (made.coefficients != 0).any(axis=0)
    made.intercept = tuple((table[-1] + start).tolist())
    return Linear(table[:-1].T, table[-1] + start)


def _trees(
    made: Understood,
    model: Document,
    start: Floats,
    width: int,
    scale: Floats | None,
    limit: int | None,
) -> Scores:
    written = [_dictionary(tree) for tree in model["trees"]]
    column = np.asarray(model["tree_info"], np.int64)
    steps = model.get("iteration_indptr")
    if limit is not None and steps is not None and limit < len(steps):
        written = written[: int(steps[limit])]
    column = column[: len(written)]
    trees = [_tree(tree) for tree in written]
    if scale is not None:
        for tree, factor in zip(trees, scale, strict=False):
            tree["values"] = tree["values"] * factor
    if not trees:
        made.used = np.zeros(made.width or 0, bool)
        return lambda block: np.repeat(start[None, :], block.rows, axis=0)
    grown = joined(trees, is_strict=True, outside=LEFT)
    describe(made, grown)
    gained = np.zeros(made.width or 0)
    for tree in trees:
        inner = tree["left"] >= 0
        gained += np.bincount(tree["feature"][inner], tree["gain"][inner], len(gained))
    made.importances = gained / gained.sum() if gained.sum() > 0 else gained
    made.importance_by = "gain"
    _categories(made, model.get("cats"))
    if len(column) != len(trees) or (column >= width).any():
        raise TreesBrokenError
    return TreeSums(grown, column, start, is_single=True)


def _tree(tree: Document) -> dict[str, Any]:
    shape = _dictionary(tree["tree_param"])
    if int(shape.get("size_leaf_vector", 1)) > 1:
        raise KeyError("size_leaf_vector")
    left = np.asarray(tree["left_children"], np.int64)
    condition = np.asarray(tree["split_conditions"], np.float64)
    condition = condition.astype(np.float32).astype(np.float64)
    gain = np.asarray(tree.get("loss_changes", np.zeros(len(left))), np.float64)
    made: dict[str, Any] = {
        "feature": np.asarray(tree["split_indices"], np.int64),
        "threshold": condition,
        "left": left,
        "right": np.asarray(tree["right_children"], np.int64),
        "values": condition.reshape(-1, 1),
        "missing_left": np.asarray(tree["default_left"], np.int64).astype(bool),
        "gain": np.maximum(gain, 0),
    }
    nodes = np.asarray(tree.get("categories_nodes", ()), np.int64)
    if len(nodes):
        values = np.asarray(tree["categories"], np.int64)
        starts = np.asarray(tree["categories_segments"], np.int64)
        sizes = np.asarray(tree["categories_sizes"], np.int64)
        if len(values) and (values.min() < 0 or values.max() >= MAX_SET):
            raise TreesBrokenError
        sets: dict[int, NDArray[np.int8]] = {}
        for node, first, size in zip(nodes.tolist(), starts.tolist(), sizes.tolist(), strict=True):
            chosen = values[first : first + size]
            table = np.full(int(chosen.max(initial=-1)) + 1, LEFT, np.int8)
            table[chosen] = RIGHT
            sets[node] = table
        made["sets"] = sets
    return made


def _categories(made: Understood, written: Any) -> None:
    """Note the names of categories, which newer versions keep with the model."""
    if not isinstance(written, dict) or made.width is None:
        return
    told = cast("Document", written)
    encodings = told.get("enc")
    if encodings is None or not len(encodings):
        return
    parts: list[tuple[tuple[int, ...], Preparation]] = []
    for place in range(made.width):
        values = _category_values(encodings[place]) if place < len(encodings) else None
        if values is None:
            parts.append(((place,), Same()))
            continue
        known: dict[object, int] = {value: number for number, value in enumerate(values)}
        numbers = np.arange(len(values), dtype=np.float64)
        parts.append(((place,), Numbered((known,), (-1,), (numbers,), (np.nan,), np.nan)))
    made.before.append(Beside(tuple(parts)))


def _category_values(encoding: Any) -> list[Any] | None:
    """Return the categories of one column: texts by their offsets, or numbers."""
    if not isinstance(encoding, dict):
        return None
    told = cast("Document", encoding)
    values = told.get("values")
    if values is None or not len(values):
        return None
    offsets = told.get("offsets")
    if offsets is None:
        return [int(value) for value in values]
    raw = bytes(int(value) & 0xFF for value in values)
    ends = [int(offset) for offset in offsets]
    return [raw[first:last].decode("utf-8", "replace") for first, last in itertools.pairwise(ends)]


def _finish(made: Understood, sums: Scores, objective: str) -> None:
    if objective in _LOGISTIC:
        made.link = "logit"
        chance = Then(sums, lambda told: both(logistic(told.reshape(len(told), -1)[:, 0])))
        made.predictor = Predictor(chance, sums)
    elif objective.startswith("multi:"):
        made.link = "softmax"
        made.predictor = Predictor(Then(sums, softmax), sums)
    elif objective in _LOG:
        made.link = "log"
        made.predictor = Predictor(value=Then(sums, np.exp))
    elif objective.startswith("rank:") or objective in {"binary:logitraw", "binary:hinge"}:
        made.link = "identity"
        made.predictor = Predictor(margin=sums)
    else:
        made.link = "identity"
        made.predictor = Predictor(value=sums)
