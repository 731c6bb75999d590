"""Weights of evidence of features, put together by a logistic regression, over folds of people.

Of each value of a feature it is counted how much more often the group has it than others do; the
logarithm of that is what the value says. A regression weighs the features, so that two that say
the same do not count twice.

Source: Thomas, Edelman and Crook (2002), Credit Scoring and Its Applications, sections 5.3 and 8.3.
The regression is fitted by the method of Newton and Raphson, each step halved as long as it makes
the fit worse: Green (1984), JRSS B 46:149-192.

Limits: made to be done again hundreds of times, with the groups shuffled; it gives weights, and no
errors or p-values (``regression.py`` does).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.intervals import Array

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]

SMOOTHING: Final = 0.5
"""People added to every value, so that one that was never seen says nothing and not everything."""

_MOST_STEPS: Final = 30
_MOST_HALVINGS: Final = 8
_NEAR: Final = 1e-7
"""A step this small leaves an error of about its square."""

_CERTAIN: Final = 25.0
"""As a logarithm of odds: a chance that is 1 to ten digits."""

_SURE: Final = 1.0
"""A step that moves nobody further never makes the fit worse: within it no second derivative
changes by more than a factor e, and the gain outweighs that (Bach 2010, EJS 4:384-414, lemma 1)."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Features as numbers of their values, each feature with numbers of its own.

    Attributes
    ----------
    codes
        A row for each feature, a column for each person.
    size
        How many values there are over all features.
    """

    codes: NDArray[np.intp]
    size: int

    @classmethod
    def of(cls, columns: Sequence[Codes]) -> Coded:
        """Return features that are numbered each from nought."""
        sizes = [int(column.max(initial=0)) + 1 for column in columns]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        codes = np.stack([column + start for column, start in zip(columns, starts, strict=False)])
        return cls(codes.astype(np.intp), int(starts[-1]))

    def cross_score(self, marks: Truths, fold: Codes) -> Array:
        """Return how much speaks for the group of each person, learned from the other folds."""
        folds = int(fold.max()) + 1
        own = self._counted(fold[marks], folds, self.codes[:, marks])
        others = self._counted(fold[~marks], folds, self.codes[:, ~marks])
        own, others = own.sum(axis=0) - own, others.sum(axis=0) - others
        scores = np.empty(len(marks))
        for at in range(folds):
            away = fold == at
            learned = ~away
            y = marks[learned]
            said = _evidence(own[at], others[at], int(y.sum()), int(len(y) - y.sum()))
            weights = fit_weights(said[self.codes[:, learned]], y.astype(np.float64))
            scores[away] = weights[0] + _sums(weights[1:], said[self.codes[:, away]])
        return scores

    def _counted(self, fold: Codes, folds: int, codes: NDArray[np.intp]) -> Array:
        keys = (fold * self.size + codes).ravel()
        counted = np.bincount(keys, minlength=folds * self.size)
        return counted.reshape(folds, self.size).astype(np.float64)


def _evidence(own: Array, others: Array, people: int, rest: int) -> Array:
    """Return for each value how much it speaks for the group."""
    share = people / max(people + rest, 1)
    with np.errstate(divide="ignore"):
        speaks = np.log(own + SMOOTHING * share) - np.log(others + SMOOTHING * (1 - share))
    speaks -= np.log(max(people, 1)) - np.log(max(rest, 1))
    return np.asarray(speaks, np.float64)


def fit_weights(features: Array, truth: Array) -> Array:
    """Return the intercept and a weight for each feature; of features that say the same, together.

    Parameters
    ----------
    features
        A row for each feature, a column for each person.
    truth
        1 or 0 a person.

    Examples
    --------
    >>> fit_weights(np.array([[0.0, 0, 0, 1, 1, 1]]), np.array([0.0, 0, 1, 1, 1, 0])).round(4)
    array([-0.6931,  1.3863])
    """
    x = np.concatenate([np.ones((1, features.shape[1])), features])
    share = min(max(float(truth.mean()), 1e-12), 1 - 1e-12)
    # Were features independent, each would have the weight 1: mostly the nearest place to begin.
    weights = np.ones(len(x))
    weights[0] = np.log(share / (1 - share))
    eta = _sums(weights, x)
    loss = _loss(eta, truth)
    if not loss < -len(truth) * (share * np.log(share) + (1 - share) * np.log(1 - share)):
        weights[1:] = 0.0
        eta = _sums(weights, x)
        loss = _loss(eta, truth)
    for _ in range(_MOST_STEPS):
        step = _newton(x, truth, eta)
        moved = _sums(step, x)
        if float(np.abs(moved).max()) > _SURE:
            step, moved = _halved(step, moved, eta, truth)
        weights, eta = weights + step, eta + moved
        if float(np.abs(step).max()) < _NEAR or _is_told_apart(eta, truth):
            break
    return weights


def _halved(step: Array, moved: Array, eta: Array, truth: Array) -> tuple[Array, Array]:
    """Return a step so short that it does not make the fit worse; none if there is no such step."""
    loss = _loss(eta, truth)
    for _ in range(_MOST_HALVINGS):
        if _loss(eta + moved, truth) <= loss:
            return step, moved
        step, moved = step / 2, moved / 2
    return np.zeros_like(step), np.zeros_like(moved)


def _is_told_apart(eta: Array, truth: Array) -> bool:
    """Return whether everybody is told apart for certain: the weights would grow without end."""
    return bool((np.where(truth > 0, eta, -eta) > _CERTAIN).all())


def _loss(eta: Array, truth: Array) -> float:
    return float((np.logaddexp(0, eta) - truth * eta).sum())


def _newton(x: Array, truth: Array, eta: Array) -> Array:
    # Further off a chance is 0 or 1, and its logarithm too large for a number.
    p = 1 / (1 + np.exp(-np.clip(eta, -500, 500)))
    scaled, slope = x * (p * (1 - p)), _sums_over(x, truth - p)
    information = np.zeros((len(x), len(x)))
    block = max(_ALONE // len(x) ** 2, 1)
    for start in range(0, x.shape[1], block):
        part = slice(start, start + block)
        information += scaled[:, part] @ x[:, part].T
    # Columns that others make up leave it without an inverse; of all answers the shortest is taken.
    return np.asarray(np.linalg.lstsq(information, slope, rcond=None)[0], np.float64)


_ALONE: Final = 200_000
"""Products of numbers up to which a matrix product is done by one thread: with so few rows, threads
wait for each other longer than they work."""


def _sums(weights: Array, x: Array) -> Array:
    return np.einsum("i,ij->j", weights, x)


def _sums_over(x: Array, people: Array) -> Array:
    return np.einsum("ij,j->i", x, people)
