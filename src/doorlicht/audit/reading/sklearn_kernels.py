"""Support vectors and small networks of scikit-learn.

Source: ``sklearn.svm._base`` (``dual_coef_``, ``intercept_`` and the kernels) and
``sklearn.neural_network._multilayer_perceptron``. Of support vectors the decision function for two
outcomes is computed; their probabilities, and those of several outcomes, are not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from doorlicht.audit.pickles.arrays import array_of
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.things import LackingError, Thing, Understood
from doorlicht.audit.scoring.blocks import Block, Floats
from doorlicht.audit.scoring.links import both, logistic, softmax
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then

CELLS: Final = 1 << 22
"""Rows times support vectors that are compared at once."""


def vectors(thing: Thing) -> Understood:
    """Read support vectors: for two outcomes, for values, and for outliers."""
    is_classifier = thing.name in {"SVC", "NuSVC"}
    made = begin(thing, "classifier" if is_classifier else "regressor")
    made.kind = "outliers" if thing.name == "OneClassSVM" else made.kind
    try:
        if is_classifier and len(made.outcomes) > 2:
            raise LackingError("decision_function_shape")
        support = thing.floats("support_vectors_")
        made.width = made.width or support.shape[1]
        weights = thing.floats("dual_coef_", "_dual_coef_").reshape(-1)
        shift = float(thing.floats("intercept_", "_intercept_").reshape(-1)[0])
        if support.shape != (len(weights), made.width):
            raise LackingError("support_vectors_")
        scores = _Compared(support, weights, shift, _kernel(thing))
        if made.kind == "regressor":
            made.predictor = Predictor(value=scores)
        else:
            made.predictor = Predictor(margin=scores)
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


Kernel = Callable[[Floats, Floats], Floats]


def _kernel(thing: Thing) -> Kernel:
    name = thing.text("kernel") or "rbf"
    if name == "linear":
        return lambda rows, support: rows @ support.T
    gamma = thing.number("_gamma")
    if name == "rbf":
        return lambda rows, support: np.exp(-gamma * _distances(rows, support))
    shift = thing.number("coef0")
    if name == "poly":
        degree = thing.number("degree")
        return lambda rows, support: (gamma * (rows @ support.T) + shift) ** degree
    if name == "sigmoid":
        return lambda rows, support: np.tanh(gamma * (rows @ support.T) + shift)
    raise LackingError("kernel")


def _distances(rows: Floats, support: Floats) -> Floats:
    """Return squared distances, by differences: by products they would lose digits."""
    made = np.zeros((len(rows), len(support)))
    for place in range(rows.shape[1]):
        made += (rows[:, place, None] - support[None, :, place]) ** 2
    return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Compared:
    support: Floats
    weights: Floats
    shift: float
    kernel: Kernel

    def __call__(self, block: Block) -> Floats:
        matrix = block.matrix()
        made = np.empty(block.rows)
        step = max(CELLS // max(len(self.support), 1), 1)
        for start in range(0, block.rows, step):
            rows = matrix[start : start + step]
            made[start : start + step] = self.kernel(rows, self.support) @ self.weights
        return made + self.shift


_ACTIVATIONS: Final[dict[str, Callable[[Floats], Floats]]] = {
    "identity": lambda told: told,
    "logistic": logistic,
    "tanh": np.tanh,
    "exp": np.exp,
    "relu": lambda told: np.maximum(told, 0.0),
    "softmax": softmax,
}


def network(thing: Thing) -> Understood:
    """Read a network of layers."""
    is_classifier = "Classifier" in thing.name
    made = begin(thing, "classifier" if is_classifier else "regressor")
    try:
        weights = [array_of(node) for node in thing.listed("coefs_")]
        shifts = [array_of(node) for node in thing.listed("intercepts_")]
        inner, last = thing.text("activation"), thing.text("out_activation_")
        layers = [
            (weight.astype(np.float64), shift.astype(np.float64))
            for weight, shift in zip(weights, shifts, strict=True)
            if weight is not None and shift is not None
        ]
        if len(layers) != len(weights) or not layers:
            raise LackingError("coefs_")
        if inner not in _ACTIVATIONS or last not in _ACTIVATIONS:
            raise LackingError("activation")
        made.width = made.width or layers[0][0].shape[0]
        scores = _Layers(tuple(layers), inner, last)
        made.link = {"softmax": "softmax", "logistic": "logit", "exp": "log"}.get(last, "identity")
        if not is_classifier:
            made.predictor = Predictor(value=Then(scores, _flat))
        elif last == "softmax":
            made.predictor = Predictor(proba=scores)
        else:
            made.predictor = Predictor(proba=Then(scores, both))
    except (LackingError, ValueError) as error:
        made.lacks.append(getattr(error, "attribute", "coefs_"))
    return made


def _flat(told: Floats) -> Floats:
    return told[:, 0] if told.shape[1] == 1 else told


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Layers:
    layers: tuple[tuple[Floats, Floats], ...]
    inner: str
    last: str

    def __call__(self, block: Block) -> Floats:
        made = block.matrix()
        for place, (weight, shift) in enumerate(self.layers):
            is_last = place == len(self.layers) - 1
            made = _ACTIVATIONS[self.last if is_last else self.inner](made @ weight + shift)
        return made
