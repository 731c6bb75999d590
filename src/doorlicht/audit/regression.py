"""Logistic regression from counts: how much more often, with other things equal.

Fitted by iteratively reweighted least squares, as R's ``glm`` does, on a table of people with the
same marks: a million people in a hundred kinds cost as much as a hundred people.

Source: McCullagh and Nelder (1989), Generalized Linear Models, section 2.5; relative risk from an
odds ratio: Zhang and Yu (1998), JAMA 280:1690-1691.

Limits: what is not among the columns is not held equal. A column that others add up to says nothing
of its own; it gets no coefficient, as in R.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from doorlicht.audit.distributions import normal_two_tails
from doorlicht.audit.intervals import Array, normal_quantile
from doorlicht.errors import InputError

MAX_STEPS: Final = 50
SAME: Final = 1e-12
"""Change of the deviance, as part of it, after which the fit has settled."""

DEPENDENT: Final = 1e-9
"""Part of a column that must be left when the others are taken off, for it to have its own say."""

FAR: Final = 15.0
"""A coefficient that goes this far has no end: the column alone decides the outcome."""

_SAYS_NOTHING: Final = 100.0
"""Log-odds of an interval that holds every ratio: other columns decide the outcome completely."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One column of a regression.

    Attributes
    ----------
    value, standard_error
        On the scale of log-odds; nothing where the column says nothing of its own.
    is_endless
        Everybody with this mark had the same outcome, so that there is no last value.
    """

    name: str
    value: float | None
    standard_error: float | None
    p_value: float | None
    is_endless: bool = False

    def odds_ratio(self, level: float = 0.95) -> tuple[float, float, float] | None:
        """Return the odds ratio with its interval; nothing if the data say nothing of it."""
        if self.value is None or self.standard_error is None or self.is_endless:
            return None
        reach = normal_quantile(level) * self.standard_error
        if reach > _SAYS_NOTHING:
            return None
        return math.exp(self.value), math.exp(self.value - reach), math.exp(self.value + reach)


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic regression as it came out.

    Attributes
    ----------
    has_settled
        Whether the last step changed nothing any more.
    probabilities
        Fitted chance for each row that was given.
    """

    coefficients: tuple[Coefficient, ...]
    log_likelihood: float
    people: float
    has_settled: bool
    probabilities: Array

    def named(self, name: str) -> Coefficient:
        """Return the coefficient of a column."""
        return next(one for one in self.coefficients if one.name == name)


def fit_logistic(
    names: Sequence[str], columns: ArrayLike, outcome: ArrayLike, people: ArrayLike | None = None
) -> Fit:
    """Return a logistic regression of an outcome on columns, with an intercept of its own.

    Parameters
    ----------
    columns
        One row a kind of people (or a person), one column a name.
    outcome
        Share of those people with the outcome, 0..1.
    people
        How many there are of each kind; one without it.

    Raises
    ------
    InputError
        If the lengths differ, or a number is missing.

    Examples
    --------
    >>> fit = fit_logistic(["group"], [[0], [1]], [0.1, 0.25], [1000, 200])
    >>> round(fit.named("group").value, 4), round(fit.named("group").standard_error, 4)
    (1.0986, 0.1944)
    """
    x = np.atleast_2d(np.asarray(columns, dtype=np.float64))
    y = np.asarray(outcome, dtype=np.float64)
    weight = np.ones(len(y)) if people is None else np.asarray(people, dtype=np.float64)
    if x.shape != (len(y), len(names)) or len(weight) != len(y):
        raise InputError("audit.lengths", rows=len(y))
    if not (np.isfinite(x).all() and np.isfinite(y).all() and np.isfinite(weight).all()):
        raise InputError("audit.numbers")
    full = np.column_stack([np.ones(len(y)), x])
    own = _with_own_say(full * np.sqrt(weight)[:, None])
    beta, covariance, settled = _settle(full[:, own], y, weight)
    eta = full[:, own] @ beta
    values: list[float | None] = [None] * full.shape[1]
    errors: list[float | None] = [None] * full.shape[1]
    for place, at in enumerate(own):
        values[at] = float(beta[place])
        errors[at] = float(math.sqrt(max(covariance[place, place], 0)))
    coefficients = tuple(
        _coefficient(name, value, error)
        for name, value, error in zip(("(intercept)", *names), values, errors, strict=True)
    )
    likelihood = float((weight * (y * eta - np.logaddexp(0, eta))).sum())
    return Fit(coefficients, likelihood, float(weight.sum()), settled, _logistic(eta))


def _with_own_say(x: Array) -> list[int]:
    """Return the columns that are not made of those before them."""
    own: list[int] = []
    basis: list[Array] = []
    for at in range(x.shape[1]):
        column = x[:, at].copy()
        size = float(np.linalg.norm(column))
        # Twice, so that what rounding left of the first time goes as well.
        for _ in range(2):
            for one in basis:
                column -= (one @ column) * one
        left = float(np.linalg.norm(column))
        if size > 0 and left > DEPENDENT * size:
            own.append(at)
            basis.append(column / left)
    return own


def _settle(x: Array, y: Array, weight: Array) -> tuple[Array, Array, bool]:
    mean = (weight * y + 0.5 * (weight > 0)) / np.maximum(weight + 1, 1)
    eta: Array = np.log(mean / (1 - mean))
    deviance = math.inf
    settled = False
    for _ in range(MAX_STEPS):
        eta = np.clip(x @ _step(x, y, weight, eta), -2 * FAR, 2 * FAR)
        now = -2 * float((weight * (y * eta - np.logaddexp(0, eta))).sum())
        settled = abs(now - deviance) <= SAME * (abs(now) + 0.1)
        deviance = now
        if settled:
            break
    p = _logistic(eta)
    information = x.T @ (x * (weight * p * (1 - p))[:, None])
    covariance: Array = np.asarray(np.linalg.pinv(information, hermitian=True), np.float64)
    return _step(x, y, weight, eta), covariance, settled


def _step(x: Array, y: Array, weight: Array, eta: Array) -> Array:
    """Return the coefficients that fit best where the last ones led (Fisher scoring)."""
    p = _logistic(eta)
    spread = np.maximum(p * (1 - p), 1e-300)
    scaled = x * (weight * spread)[:, None]
    score: Array = scaled.T @ (eta + (y - p) / spread)
    return _solved(x.T @ scaled, score)


def _solved(information: Array, score: Array) -> Array:
    answer: Array = np.asarray(np.linalg.lstsq(information, score, rcond=None)[0], np.float64)
    return answer


def _logistic(eta: Array) -> Array:
    return 1 / (1 + np.exp(-eta))


def _coefficient(name: str, value: float | None, error: float | None) -> Coefficient:
    if value is None or error is None:
        return Coefficient(name, None, None, None)
    p_value = float(normal_two_tails(np.array([value / error]))[0]) if error else None
    return Coefficient(name, value, error, p_value, abs(value) >= FAR)


def relative_risk(fit: Fit, name: str) -> float | None:
    """Return how many times as often, for people who are otherwise as the reference is.

    Examples
    --------
    >>> fit = fit_logistic(["group"], [[0], [1]], [0.1, 0.25], [1000, 200])
    >>> round(relative_risk(fit, "group"), 6)
    2.5
    """
    intercept, own = fit.named("(intercept)").value, fit.named(name).value
    if intercept is None or own is None:
        return None
    base = 1 / (1 + math.exp(-intercept))
    odds = math.exp(own)
    return odds / (1 - base + base * odds)
