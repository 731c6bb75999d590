"""Replicates from counts are what drawing people one by one would give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from doorlicht.audit import bootstrap
from doorlicht.audit.bootstrap import bootstrap_rates, draw_sorted, percentiles
from doorlicht.audit.comparing import rates_of
from doorlicht.records import ALL_OTHERS, Group

MANY = 200_000


@pytest.mark.parametrize(
    ("n", "p"),
    [
        pytest.param(1, 0.5, id="one-person"),
        pytest.param(40, 0.01, id="hardly-anybody"),
        pytest.param(40, 0.99, id="nearly-all"),
        pytest.param(900, 0.3, id="some"),
        pytest.param(300_000_000, 0.4, id="more-counts-than-are-listed"),
    ],
)
def test_counts_come_up_as_often_as_their_chance_says(n, p):
    drawn = draw_sorted(np.random.default_rng(1), n, p, MANY)
    assert (np.diff(drawn) >= 0).all()
    for share in (0.01, 0.2, 0.5, 0.8, 0.99):
        count = stats.binom.ppf(share, n, p)
        expected = stats.binom.cdf(count, n, p)
        found = (np.rint(drawn * n) <= count).mean()
        assert found == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / MANY))


@pytest.mark.parametrize(("p", "expected"), [(0.0, 0.0), (1.0, 1.0), (1 + 1e-12, 1.0)])
def test_of_a_group_without_chance_each_repetition_is_the_same(p, expected):
    assert set(draw_sorted(np.random.default_rng(1), 10, p, 5).tolist()) == {expected}
    assert np.isnan(draw_sorted(np.random.default_rng(1), 0, np.nan, 5)).all()


@pytest.mark.parametrize("reference", ["b", ALL_OTHERS])
def test_comparisons_are_those_of_repetitions_that_are_drawn_one_by_one(reference):
    rates = rates_of([Group("a", 300, 60), Group("b", 500, 50)], [60, 50], [300, 500])
    ours = bootstrap_rates(
        "rate", rates, np.random.default_rng(1), reference=reference, replicates=MANY
    )
    numbers = np.random.default_rng(2)
    a, b = numbers.binomial(300, 0.2, MANY) / 300, numbers.binomial(500, 0.1, MANY) / 500
    for one in ours:
        if one.group == "a" and one.reference is not None:
            plain = a / b if one.measure == "rate_ratio" else a - b
            expected = np.quantile(plain, (0.025, 0.975))
            width = float(expected[1] - expected[0])
            assert (one.low, one.high) == pytest.approx(tuple(expected), abs=0.015 * width)


NUMBERS = st.one_of(st.floats(-5, 5), st.sampled_from([0.0, 1.0, np.inf, np.nan]))


@settings(deadline=None, max_examples=60)
@given(arrays(np.float64, st.integers(1, 3000), elements=NUMBERS), st.sampled_from([0.8, 0.95]))
def test_the_ends_are_those_of_the_whole_in_order(drawn, level):
    ordered = np.sort(drawn)
    first = max(int((1 - level) / 2 * (len(drawn) - 1)), 0)
    expected = (ordered[first], ordered[len(drawn) - 1 - first])
    np.testing.assert_equal(percentiles(drawn, level), tuple(map(float, expected)))


def test_a_sample_that_misleads_changes_nothing():
    drawn = np.arange(10_000.0)
    # All that is looked at beforehand lies in the middle.
    drawn[:: bootstrap._SAMPLED] = 5000.0
    ordered = np.sort(drawn)
    assert percentiles(drawn, 0.95) == (ordered[249], ordered[9750])
