"""Linear models of scikit-learn: coefficients, and the link that makes a score of their sum.

Source: ``sklearn.linear_model``, versions 0.19 to 1.9: ``LogisticRegression.predict_proba`` (which
of softmax and one-against-all holds depends on ``multi_class`` and ``solver``), and
``SGDClassifier.predict_proba``.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from doorlicht.audit.pickles.arrays import array_of
from doorlicht.audit.reading.things import (
    LackingError,
    Thing,
    Understood,
    names_of,
    values_of,
    within,
)
from doorlicht.audit.scoring.blocks import Block, Floats, Scores
from doorlicht.audit.scoring.links import both, inverse, logistic, shares, softmax
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Linear, Then
from doorlicht.records.models import ModelKind


def begin(thing: Thing, kind: ModelKind) -> Understood:
    """Return what every estimator of scikit-learn tells: names, width, outcomes, version."""
    made = Understood(thing.name, kind, thing.package)
    made.names = names_of(thing.get("feature_names_in_"))
    width = thing.scalar("n_features_in_", "n_features_", "_n_features")
    made.width = (
        within(width) if isinstance(width, int) else (len(made.names) if made.names else None)
    )
    made.outcomes = tuple(values_of(thing.get("classes_")) or ())
    made.version = thing.text("_sklearn_version")
    made.keeps_rows = any(name in thing for name in _ROWS)
    return made


_ROWS: Final = ("_fit_X", "support_vectors_", "X_train_", "X_fit_")
"""Attributes in which rows of the training stand: of neighbours, vectors and Gaussian processes."""


def classifier(thing: Thing) -> Understood:
    """Read a linear classifier."""
    made = begin(thing, "classifier")
    try:
        sums = _sums(thing, made)
        made.predictor = Predictor(_probability(thing, made, sums), sums)
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def regressor(thing: Thing) -> Understood:
    """Read a linear regression, also a generalised one."""
    made = begin(thing, "regressor")
    try:
        sums = _sums(thing, made)
        made.link = _link_of(thing)
        link = made.link

        def score(margin: Floats) -> Floats:
            told = inverse(link, margin)
            return margin if told is None else told

        made.predictor = Predictor(value=sums if link == "identity" else Then(sums, score))
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def outliers(thing: Thing) -> Understood:
    """Read a linear one-class model; its decision function is what it tells."""
    made = begin(thing, "outliers")
    try:
        weights = np.atleast_2d(thing.floats("coef_"))
        made.predictor = Predictor(margin=Linear(weights, -thing.floats("offset_")))
        made.coefficients = weights
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _sums(thing: Thing, made: Understood) -> Scores:
    weights = np.atleast_2d(thing.floats("coef_"))
    intercept = thing.maybe("intercept_")
    shift = np.zeros(1) if intercept is None else np.atleast_1d(intercept)
    if weights.ndim != 2 or len(shift) not in {1, len(weights)}:
        raise LackingError("coef_")
    made.coefficients = weights
    made.intercept = tuple(shift.tolist())
    made.width = made.width or weights.shape[1]
    if made.width != weights.shape[1]:
        raise LackingError("coef_")
    made.used = (weights != 0).any(axis=0)
    return Linear(weights, shift)


_LOGISTIC: Final = frozenset({"LogisticRegression", "LogisticRegressionCV"})


def _probability(thing: Thing, made: Understood, sums: Scores) -> Scores | None:
    if thing.name in _LOGISTIC:
        told = thing.text("multi_class") or "auto"
        is_binary = len(made.outcomes) <= 2
        is_softmax = told == "multinomial" or (
            told in {"auto", "deprecated"} and not is_binary and thing.text("solver") != "liblinear"
        )
        made.link = "softmax" if is_softmax else "logit"
        if is_softmax and is_binary:
            # Two outcomes as softmax of d and -d, which is the logistic function of 2d.
            return Then(sums, lambda margin: softmax(np.stack([-margin, margin], axis=1)))
        return Then(sums, softmax if is_softmax else _one_against_all)
    if thing.name == "LinearDiscriminantAnalysis":
        is_binary = len(made.outcomes) <= 2
        made.link = "logit" if is_binary else "softmax"
        return Then(sums, _one_against_all if is_binary else softmax)
    if thing.name == "SGDClassifier":
        loss = thing.text("loss")
        if loss in {"log", "log_loss"}:
            made.link = "logit"
            return Then(sums, _one_against_all)
        if loss == "modified_huber":
            made.link = "clipped"
            return Then(sums, _clipped)
    return None


def _one_against_all(margin: Floats) -> Floats:
    told = logistic(margin)
    return both(told) if told.ndim == 1 else shares(told)


def _clipped(margin: Floats) -> Floats:
    told = (np.clip(margin, -1, 1) + 1) / 2
    return both(told) if told.ndim == 1 else shares(told)


_LOG: Final = frozenset({"PoissonRegressor", "GammaRegressor"})


def _link_of(thing: Thing) -> str:
    if thing.name in _LOG:
        return "log"
    if thing.name == "TweedieRegressor":
        link = thing.text("link") or "auto"
        if link == "auto":
            power = thing.scalar("power")
            return "log" if isinstance(power, int | float) and power > 0 else "identity"
        return link
    return "identity"


def bayes(thing: Thing) -> Understood:
    """Read naive Bayes: what each feature adds to the log-odds of each outcome."""
    made = begin(thing, "classifier")
    try:
        joint = _joint(thing, made)
        made.predictor = Predictor(Then(joint, softmax))
        made.link = "softmax"
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def quadratic(thing: Thing) -> Understood:
    """Read a quadratic discriminant: how far a row lies from the middle of each outcome."""
    made = begin(thing, "classifier")
    try:
        means, prior = thing.floats("means_"), np.log(thing.floats("priors_"))
        turns = [array_of(node) for node in thing.listed("rotations_")]
        spreads = [array_of(node) for node in thing.listed("scalings_")]
        parts = [
            (mean, turn * spread**-0.5, np.log(spread).sum())
            for mean, turn, spread in zip(means, turns, spreads, strict=True)
            if turn is not None and spread is not None
        ]
        if len(parts) != len(prior) or len(prior) != len(made.outcomes):
            raise LackingError("rotations_")

        def joint(block: Block) -> Floats:
            matrix = block.matrix()
            told = [
                (((matrix - mean) @ turn) ** 2).sum(axis=1) + level for mean, turn, level in parts
            ]
            return -0.5 * np.stack(told, axis=1) + prior

        made.link = "softmax"
        made.predictor = Predictor(Then(joint, softmax))
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _joint(thing: Thing, made: Understood) -> Scores:
    if thing.name == "GaussianNB":
        prior = np.log(thing.floats("class_prior_"))
        mean, spread = thing.floats("theta_"), thing.floats("var_", "sigma_")
        made.width = mean.shape[1]

        def gaussian(block: Block) -> Floats:
            matrix = block.matrix()
            told = [
                prior[each]
                - 0.5 * np.sum(np.log(2.0 * np.pi * spread[each]))
                - 0.5 * np.sum((matrix - mean[each]) ** 2 / spread[each], axis=1)
                for each in range(len(mean))
            ]
            return np.stack(told, axis=1)

        return gaussian
    if thing.name == "CategoricalNB":
        return _categorical(thing)
    weights = thing.floats("feature_log_prob_")
    made.width = weights.shape[1]
    prior = thing.floats("class_log_prior_")
    if thing.name == "BernoulliNB":
        edge = thing.scalar("binarize")
        absent = np.log(1 - np.exp(weights))

        def bernoulli(block: Block) -> Floats:
            matrix = block.matrix()
            if isinstance(edge, int | float):
                matrix = (matrix > edge).astype(float)
            return matrix @ (weights - absent).T + prior + absent.sum(axis=1)

        made.coefficients = weights - absent
        return bernoulli
    if thing.name in {"MultinomialNB", "ComplementNB"}:
        is_single = len(made.outcomes) == 1
        made.coefficients = weights
        is_plain = thing.name == "MultinomialNB" or is_single
        return Linear(weights, prior if is_plain else np.zeros(len(weights)))
    raise LackingError(thing.name)


def _categorical(thing: Thing) -> Scores:
    """Return what naive Bayes says of columns of category numbers; a number it lacks is refused."""
    tables = [array_of(node) for node in thing.listed("feature_log_prob_")]
    known = [table.astype(np.float64) for table in tables if table is not None]
    prior = thing.floats("class_log_prior_")
    if len(known) != len(tables) or any(len(table) != len(prior) for table in known):
        raise LackingError("feature_log_prob_")

    def categorical(block: Block) -> Floats:
        matrix = block.matrix()
        made = np.repeat(prior[None, :], block.rows, axis=0)
        for place, table in enumerate(known):
            column = matrix[:, place]
            is_known = (column >= 0) & (column < table.shape[1])
            codes = np.where(is_known, column, 0).astype(np.int64)
            made += np.where(is_known[:, None], table[:, codes].T, np.nan)
        return made

    return categorical
