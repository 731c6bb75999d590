"""Support vectors and small networks of scikit-learn.

Source: ``sklearn.svm._base`` (``dual_coef_``, ``intercept_`` and the kernels),
``sklearn.utils.multiclass._ovr_decision_function``, ``svm_predict_probability`` of libsvm and
``sklearn.neural_network._multilayer_perceptron``. Probabilities of support vectors follow Platt
(2000) for each pair of outcomes, and Wu, Lin and Weng (2004), JMLR 5:975-1005, algorithm 2, for
all of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from doorlicht.audit.pickles.arrays import array_of
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.things import LackingError, Thing, Understood
from doorlicht.audit.scoring.blocks import CELLS, Block, Floats, few_at_a_time
from doorlicht.audit.scoring.links import both, logistic, softmax
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then


def vectors(thing: Thing) -> Understood:
    """Read support vectors: for outcomes, for values, and for outliers."""
    is_classifier = thing.name in {"SVC", "NuSVC"}
    made = begin(thing, "classifier" if is_classifier else "regressor")
    made.kind = "outliers" if thing.name == "OneClassSVM" else made.kind
    try:
        support = thing.floats("support_vectors_")
        made.width = made.width or support.shape[1]
        if support.ndim != 2 or support.shape[1] != made.width:
            raise LackingError("support_vectors_")
        if is_classifier:
            made.predictor = _of_outcomes(thing, support, len(made.outcomes))
            return made
        weights = thing.floats("dual_coef_", "_dual_coef_").reshape(-1, 1)
        shift = thing.floats("intercept_", "_intercept_").reshape(-1)[:1]
        scores = Then(_Compared(support, weights, shift, _kernel(thing)), _flat)
        is_value = made.kind == "regressor"
        made.predictor = Predictor(value=scores) if is_value else Predictor(margin=scores)
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _of_outcomes(thing: Thing, support: Floats, outcomes: int) -> Predictor:
    """Return what support vectors say of each pair of outcomes, and of all of them together."""
    if outcomes < 2:
        raise LackingError("classes_")
    if outcomes == 2 and "_dual_coef_" not in thing:
        # Older versions keep one sign for two outcomes, and the other for all.
        weights, shift = -thing.floats("dual_coef_"), -thing.floats("intercept_")
    else:
        weights = thing.floats("_dual_coef_", "dual_coef_")
        shift = thing.floats("_intercept_", "intercept_")
    pairs = list(itertools.combinations(range(outcomes), 2))
    counts = thing.maybe("_n_support", "n_support_")
    if counts is None or len(counts) != outcomes or counts.sum() != len(support):
        raise LackingError("_n_support")
    if weights.shape != (outcomes - 1, len(support)) or len(shift) != len(pairs):
        raise LackingError("dual_coef_")
    ends = np.cumsum([0, *counts.astype(np.int64)])
    by_pair = np.zeros((len(support), len(pairs)))
    for at, (first, second) in enumerate(pairs):
        # The vectors of an outcome have a weight against each of the others, in their order.
        own, other = (slice(ends[each], ends[each + 1]) for each in (first, second))
        by_pair[own, at] = weights[second - 1, own]
        by_pair[other, at] = weights[first, other]
    told = _Compared(support, by_pair, shift, _kernel(thing))
    margin = _margin_of(thing, outcomes)
    slopes, shifts = (thing.maybe(name, f"{name[1:]}_") for name in ("_probA", "_probB"))
    if slopes is None or shifts is None or not len(slopes):
        return Predictor(margin=Then(told, margin))
    if len(slopes) != len(pairs) or len(shifts) != len(pairs):
        raise LackingError("_probA")
    at_once = max(CELLS // outcomes**2, 1)

    def couple(each: Floats) -> Floats:
        pairwise = logistic(-(slopes * each + shifts))
        parts = range(0, max(len(each), 1), at_once)
        return np.concatenate([coupled(pairwise[at : at + at_once], outcomes) for at in parts])

    chances = Then(told, couple)
    return Predictor(chances, Then(told, margin))


def _margin_of(thing: Thing, outcomes: int) -> Callable[[Floats], Floats]:
    if outcomes == 2:
        return lambda told: -told[:, 0]
    if thing.text("decision_function_shape") != "ovr":
        return lambda told: told

    def votes(told: Floats) -> Floats:
        made, sums = np.zeros((2, len(told), outcomes))
        for at, (first, second) in enumerate(itertools.combinations(range(outcomes), 2)):
            is_second = told[:, at] < 0
            made[:, first] += ~is_second
            made[:, second] += is_second
            sums[:, first] += told[:, at]
            sums[:, second] -= told[:, at]
        # Less than a third, so that it decides between equal votes alone.
        return made + sums / (3 * (np.abs(sums) + 1))

    return votes


_LEAST_CHANCE: Final = 1e-7
_NEAR: Final = 0.005
_MOST_ROUNDS: Final = 100


def coupled(pairwise: Floats, outcomes: int) -> Floats:
    """Return chances of all outcomes from those of the first of each pair, one row a person.

    Stops where the library does, for each row by itself: what it gives is not the limit.

    Examples
    --------
    >>> coupled(np.array([[0.9, 0.9, 0.5]]), 3).round(2).tolist()
    [[0.82, 0.09, 0.09]]
    """
    pairwise = np.clip(pairwise, _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    against = np.zeros((len(pairwise), outcomes, outcomes))
    for at, (first, second) in enumerate(itertools.combinations(range(outcomes), 2)):
        against[:, first, second] = pairwise[:, at]
        against[:, second, first] = 1 - pairwise[:, at]
    matrix = -against * against.transpose(0, 2, 1)
    every = np.arange(outcomes)
    matrix[:, every, every] = (against**2).sum(axis=1)
    chances = np.full((len(pairwise), outcomes), 1 / outcomes)
    # Of whom something is missing nothing follows, and not that all outcomes are as likely.
    unknown = np.isnan(pairwise).any(axis=1)
    chances[unknown] = np.nan
    left = np.flatnonzero(~unknown)
    for _ in range(max(_MOST_ROUNDS, outcomes)):
        own, now = matrix[left], chances[left]
        pull = np.einsum("rij,rj->ri", own, now)
        level = (now * pull).sum(axis=1)
        goes_on = np.abs(pull - level[:, None]).max(axis=1) >= _NEAR / outcomes
        left = left[goes_on]
        if not len(left):
            break
        own, now, pull, level = own[goes_on], now[goes_on], pull[goes_on], level[goes_on]
        for each in range(outcomes):
            step = (level - pull[:, each]) / own[:, each, each]
            now[:, each] += step
            level = (level + step * (step * own[:, each, each] + 2 * pull[:, each])) / (1 + step)
            level /= 1 + step
            pull = (pull + step[:, None] * own[:, each]) / (1 + step)[:, None]
            now /= (1 + step)[:, None]
        chances[left] = now
    return chances


Kernel = Callable[[Floats, Floats], Floats]


def _kernel(thing: Thing) -> Kernel:
    name = thing.text("kernel") or "rbf"
    if name == "linear":
        return lambda rows, support: rows @ support.T
    gamma = thing.number("_gamma")
    if name == "rbf":
        return lambda rows, support: np.exp(-gamma * distances(rows, support))
    shift = thing.number("coef0")
    if name == "poly":
        degree = thing.number("degree")
        return lambda rows, support: (gamma * (rows @ support.T) + shift) ** degree
    if name == "sigmoid":
        return lambda rows, support: np.tanh(gamma * (rows @ support.T) + shift)
    raise LackingError("kernel")


def distances(rows: Floats, support: Floats) -> Floats:
    """Return squared distances, by differences: by products they would lose digits."""
    made = np.zeros((len(rows), len(support)))
    for place in range(rows.shape[1]):
        made += (rows[:, place, None] - support[None, :, place]) ** 2
    return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Compared:
    """The weighted likeness of rows to support vectors; ``weights`` has a column for each sum."""

    support: Floats
    weights: Floats
    shift: Floats
    kernel: Kernel

    def __call__(self, block: Block) -> Floats:
        matrix = block.matrix()
        made = np.empty((block.rows, self.weights.shape[1]))
        for few in few_at_a_time(block.rows, len(self.support)):
            made[few] = self.kernel(matrix[few], self.support) @ self.weights
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
