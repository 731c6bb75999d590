"""Operations of ONNX that models on tables are made of, computed with numpy.

Source: *ONNX Operators* and *ONNX-ML Operators* (opset 1 to 5 of ai.onnx.ml). Sums are
made in 64 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.onnx_steps import (
    FLOAT,
    STRING,
    Step,
    labels_of,
)
from doorlicht.audit.reading.onnx_vectors import vectors
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Floats, codes_of
from doorlicht.audit.scoring.forest import Forest
from doorlicht.audit.scoring.links import logistic, normal, softmax
from doorlicht.audit.scoring.sums import as_single

Operation = Callable[[Step, list[NDArray[Any]]], list[NDArray[Any]]]


def _same(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    del step
    return [given[0]]


def _cast(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    kind = step.attributes.get("to")
    if kind == STRING:
        return [np.array([[str(each) for each in row] for row in given[0].tolist()], object)]
    made = given[0].astype(np.float64) if given[0].dtype == object else given[0]
    if kind == FLOAT:
        return [as_single(np.asarray(made, np.float64))]
    return [np.trunc(made) if kind in {6, 7} else made]


def _concat(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    return [np.concatenate(given, axis=int(step.attributes.get("axis", 1)))]


def _scaler(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    told = step.attributes
    return [(given[0] - told["offset"]) * told["scale"]]


def _imputer(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    told = step.attributes
    values = told.get("imputed_value_floats", told.get("imputed_value_int64s"))
    if values is None or not len(values):
        raise LackingError("Imputer")
    marker = told.get("replaced_value_float", told.get("replaced_value_int64", np.nan))
    gone = np.isnan(given[0]) if marker != marker else given[0] == marker
    return [np.where(gone, np.resize(values, given[0].shape[1])[None, :], given[0])]


def _normalizer(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    norm = str(step.attributes.get("norm", "MAX"))
    matrix = np.asarray(given[0], np.float64)
    if norm == "L1":
        size = np.abs(matrix).sum(axis=1, keepdims=True)
    elif norm == "L2":
        size = np.sqrt((matrix**2).sum(axis=1, keepdims=True))
    else:
        size = matrix.max(axis=1, keepdims=True)
    return [matrix / np.where(size == 0, 1, size)]


def categories_of(step: Step) -> list[Any]:
    """Return the categories that an encoder knows."""
    texts = step.attributes.get("cats_strings")
    return list(texts) if texts else np.asarray(step.attributes["cats_int64s"]).tolist()


def _one_hot(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    known: dict[object, int] = {value: place for place, value in enumerate(categories_of(step))}
    flat = given[0].reshape(-1)
    codes = codes_of(flat, known, -1)
    made = np.zeros((len(flat), len(known)))
    there = codes >= 0
    made[np.flatnonzero(there), codes[there]] = 1.0
    return [made.reshape(len(given[0]), -1, len(known))] if given[0].ndim > 1 else [made]


def _label(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    told = step.attributes
    keys = next(
        (told[name] for name in ("keys_strings", "keys_int64s", "keys_floats") if name in told),
        None,
    )
    values = next(
        (told[n] for n in ("values_int64s", "values_floats", "values_strings") if n in told), None
    )
    if keys is None or values is None:
        if "keys_tensor" not in told or "values_tensor" not in told:
            raise LackingError("LabelEncoder")
        keys, values = told["keys_tensor"].tolist(), told["values_tensor"]
    if isinstance(values, list):
        raise LackingError("LabelEncoder")
    listed = keys.tolist() if isinstance(keys, np.ndarray) else list(keys)
    known: dict[object, int] = {value: place for place, value in enumerate(listed)}
    other = told.get("default_int64", told.get("default_float", -1))
    table = np.append(np.asarray(values, np.float64), float(other))
    gone = next((place for place, value in enumerate(listed) if value != value), -1)
    return [table[codes_of(given[0].reshape(-1), known, gone)].reshape(given[0].shape)]


def _extract(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    axis = int(step.attributes.get("axis", 0)) if step.kind == "Gather" else -1
    return [np.take(given[0], given[1].astype(np.int64).reshape(-1), axis=axis)]


def _reshape(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    del step
    shape = [
        given[0].shape[place] if side == 0 else side
        for place, side in enumerate(given[1].astype(int).tolist())
    ]
    return [given[0].reshape(shape)]


def _flatten(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    del step
    return [given[0].reshape(len(given[0]), -1)]


def _binary(function: Callable[[Any, Any], Any]) -> Operation:
    return lambda _, given: [function(given[0], given[1])]


def _unary(function: Callable[[Any], Any]) -> Operation:
    return lambda _, given: [function(given[0])]


def _gemm(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    told = step.attributes
    left = given[0].T if told.get("transA") else given[0]
    right = given[1].T if told.get("transB") else given[1]
    made = float(told.get("alpha", 1.0)) * (left @ right)
    return [
        made + float(told.get("beta", 1.0)) * given[2] if len(given) > 2 and given[2].size else made
    ]


def _finished(told: Any, made: Floats) -> Floats:
    how = str(told or "NONE")
    if how == "LOGISTIC":
        return logistic(made)
    if how == "SOFTMAX":
        return softmax(made)
    if how == "PROBIT":
        return normal(made)
    if how != "NONE":
        raise LackingError("post_transform")
    return made


def _trees(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    forest, told = cast("Forest", step.forest), step.attributes
    made = forest.means(np.asarray(given[0], np.float64))
    if str(told.get("aggregate_function", "SUM")) != "AVERAGE":
        made = made * len(forest.roots)
    base = told.get("base_values_as_tensor", told.get("base_values"))
    if step.kind == "TreeEnsembleRegressor":
        made = made if base is None else made + np.asarray(base)
        return [_finished(told.get("post_transform"), made)]
    ids = set(np.asarray(told["class_ids"]).tolist())
    if len(ids) == 1 and made.shape[1] <= 2:
        # One weight a leaf stands for the second of two outcomes.
        yes = made[:, max(ids)] + (0.0 if base is None else float(np.asarray(base).reshape(-1)[-1]))
        is_plain = str(told.get("post_transform") or "NONE") in {"NONE", "PROBIT"}
        made = np.stack([1 - yes if is_plain else -yes, yes], axis=1)
    elif base is not None:
        made = made + np.asarray(base)
    scores = _finished(told.get("post_transform"), made)
    return [np.argmax(scores, axis=1), scores]


def _linear(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    told = step.attributes
    weights = np.asarray(told["coefficients"], np.float64).reshape(-1, given[0].shape[1])
    made = given[0] @ weights.T
    intercepts = told.get("intercepts")
    made = made if intercepts is None else made + np.asarray(intercepts)
    if step.kind == "LinearRegressor":
        return [_finished(told.get("post_transform"), made)]
    labels = labels_of(step, "classlabels_strings", "classlabels_int64s", "classlabels_ints")
    if made.shape[1] == 1 and len(labels) == 2:
        made = np.concatenate([-made, made], axis=1)
    scores = _finished(told.get("post_transform"), made)
    return [np.argmax(scores, axis=1), scores]


OPERATIONS: Final[dict[str, Operation]] = {
    "Identity": _same, "Cast": _cast, "Concat": _concat, "FeatureVectorizer": _concat,
    "Scaler": _scaler, "Imputer": _imputer, "Normalizer": _normalizer, "OneHotEncoder": _one_hot,
    "LabelEncoder": _label, "ArrayFeatureExtractor": _extract, "Gather": _extract,
    "Reshape": _reshape, "Flatten": _flatten, "Add": _binary(np.add), "Sub": _binary(np.subtract),
    "Mul": _binary(np.multiply), "Div": _binary(np.divide), "MatMul": _binary(np.matmul),
    "Gemm": _gemm, "Sigmoid": _unary(logistic), "Tanh": _unary(np.tanh),
    "Relu": _unary(lambda told: np.maximum(told, 0)), "Exp": _unary(np.exp),
    "Log": _unary(np.log), "Neg": _unary(np.negative), "Sqrt": _unary(np.sqrt),
    "Softmax": _unary(softmax), "TreeEnsembleClassifier": _trees,
    "TreeEnsembleRegressor": _trees, "LinearClassifier": _linear, "LinearRegressor": _linear,
    "ZipMap": _same, "SVMClassifier": vectors, "SVMRegressor": vectors,
}  # fmt: skip
