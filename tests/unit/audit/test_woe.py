"""Weights of evidence: the fast fit is that of the regression, and shuffled groups tell nothing."""

import numpy as np
import pytest

from doorlicht.audit.regression import fit_logistic
from doorlicht.audit.woe import Coded, fit_weights


def drawn(people=400, features=3, seed=1):
    random = np.random.default_rng(seed)
    x = random.normal(size=(features, people))
    return x, (random.random(people) < 1 / (1 + np.exp(0.5 - x[0] - 2 * x[-1]))).astype(float)


@pytest.mark.parametrize("features", [1, 3, 12])
def test_weights_are_those_of_the_regression(features):
    x, y = drawn(features=features)
    fit = fit_logistic([str(at) for at in range(features)], x.T, y)
    assert fit_weights(x, y) == pytest.approx([one.value for one in fit.coefficients], abs=1e-9)


def test_a_step_too_far_is_halved():
    # Copies of one feature, each with the weight 1 to begin with, send everybody far off.
    x, y = drawn()
    copied = np.concatenate([30 * x[:1]] * 8)
    fit = fit_logistic(["x"], 30 * x[:1].T, y)
    weights = fit_weights(copied, y)
    assert weights[1:].sum() == pytest.approx(fit.coefficients[1].value, abs=1e-8)


def test_people_who_are_told_apart_for_certain_end_the_fit():
    y = np.array([0.0] * 50 + [1.0] * 50)
    weights = fit_weights(np.array([np.arange(100.0) - 49.5]), y)
    assert np.isfinite(weights).all()
    assert weights[1] > 1


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_people_of_one_kind_are_no_error(share):
    weights = fit_weights(drawn()[0], np.full(400, share))
    assert np.isfinite(weights).all()


def test_scores_come_from_the_other_folds():
    # A feature that names each person says nothing of people who were not learned from.
    people = 200
    marks = np.arange(people) % 2 == 0
    fold = (np.arange(people) // 2) % 5
    alone = Coded.of([np.arange(people)]).cross_score(marks, fold)
    assert np.ptp(alone) == pytest.approx(0, abs=1e-9)
    told = Coded.of([marks.astype(np.int64)]).cross_score(marks, fold)
    assert told[marks].min() > told[~marks].max()
