"""Intervals hold what their papers print, and agree with other programs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar
from scipy.special import xlog1py, xlogy
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from doorlicht.audit import intervals

# Newcombe (1998), Statistics in Medicine 17:873-890, table II: method 10 (hybrid score).
NEWCOMBE = [
    pytest.param((56, 70, 48, 80), (0.0524, 0.3339), id="a"),
    pytest.param((9, 10, 3, 10), (0.1705, 0.8090), id="b"),
    pytest.param((6, 7, 2, 7), (0.0582, 0.8062), id="c"),
    pytest.param((5, 56, 0, 29), (-0.0381, 0.1926), id="d"),
    pytest.param((0, 10, 0, 20), (-0.1611, 0.2775), id="e"),
    pytest.param((0, 10, 0, 10), (-0.2775, 0.2775), id="f"),
    pytest.param((10, 10, 0, 20), (0.6791, 1.0000), id="g"),
    pytest.param((10, 10, 0, 10), (0.6075, 1.0000), id="h"),
]

# The same, table II: method 5 (Mee) with the factor N/(N-1) of Miettinen and Nurminen, method 6.
MIETTINEN_NURMINEN = [
    pytest.param((56, 70, 48, 80), (0.0528, 0.3382), id="a"),
    pytest.param((9, 10, 3, 10), (0.1700, 0.8406), id="b"),
    pytest.param((6, 7, 2, 7), (0.0342, 0.8534), id="c"),
    pytest.param((5, 56, 0, 29), (-0.0326, 0.1933), id="d"),
    pytest.param((0, 10, 0, 20), (-0.1658, 0.2844), id="e"),
    pytest.param((0, 10, 0, 10), (-0.2879, 0.2879), id="f"),
    pytest.param((10, 10, 0, 20), (0.7156, 1.0000), id="g"),
    # By hand: both rates move alike, so that (1 - d) / (1 + d) = z^2 / 19.
    pytest.param((10, 10, 0, 10), (0.6636, 1.0000), id="h"),
]


@pytest.mark.parametrize(("cells", "expected"), NEWCOMBE)
def test_the_hybrid_interval_is_that_of_the_paper(cells, expected):
    low, high = intervals.newcombe_difference(*cells)
    assert (round(float(low[0]), 4), round(float(high[0]), 4)) == pytest.approx(expected)


@pytest.mark.parametrize(("cells", "expected"), MIETTINEN_NURMINEN)
def test_the_score_interval_is_that_of_the_paper(cells, expected):
    low, high = intervals.miettinen_nurminen_difference(*cells)
    assert (round(float(low[0]), 4), round(float(high[0]), 4)) == pytest.approx(expected)


def test_the_ratio_is_that_of_koopman():
    # Koopman (1984), Biometrics 40:513-517: 36 of 40 against 16 of 80.
    low, high = intervals.miettinen_nurminen_ratio(36, 40, 16, 80, is_corrected=False)
    assert (round(float(low[0]), 2), round(float(high[0]), 2)) == (2.94, 7.15)


pairs = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None)
@given(pairs)
def test_intervals_of_rates_agree_with_statsmodels(pair):
    k, n = pair
    for ours, theirs in ((intervals.wilson, "wilson"), (intervals.clopper_pearson, "beta")):
        low, high = ours(k, n)
        expected = proportion_confint(k, n, method=theirs)
        assert (float(low[0]), float(high[0])) == pytest.approx(expected, rel=1e-11, abs=1e-12)


@settings(deadline=None)
@given(pairs, pairs)
def test_the_hybrid_interval_agrees_with_statsmodels(one, other):
    cells = (*one, *other)
    low, high = intervals.newcombe_difference(*cells)
    expected = confint_proportions_2indep(*cells, method="newcomb", compare="diff")
    assert (float(low[0]), float(high[0])) == pytest.approx(expected, abs=1e-12)


def some_cells(seed):
    numbers = np.random.default_rng(seed)
    n1, n0 = (int(n) for n in numbers.integers(30, 3000, 2))
    return int(numbers.integers(3, n1 // 2)), n1, int(numbers.integers(3, n0 // 3)), n0


@pytest.mark.parametrize("seed", range(30))
def test_the_score_interval_of_a_ratio_agrees_with_statsmodels(seed):
    cells = some_cells(seed)
    expected = confint_proportions_2indep(*cells, method="score", compare="ratio")
    low, high = intervals.miettinen_nurminen_ratio(*cells)
    assert (float(low[0]), float(high[0])) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_the_score_interval_of_a_difference_ends_where_the_likelihood_says(seed):
    """Statsmodels is no judge here: its coefficient of the cubic has a count for a group size."""
    k1, n1, k0, n0 = cells = some_cells(seed)
    for end, sign in zip(intervals.miettinen_nurminen_difference(*cells), (1, -1), strict=True):
        delta = float(end[0])

        def surprise(p, delta=delta):
            return -(
                xlogy(k1, p + delta)
                + xlog1py(n1 - k1, -p - delta)
                + xlogy(k0, p)
                + xlog1py(n0 - k0, -p)
            )

        inside = (max(0, -delta) + 1e-12, min(1, 1 - delta) - 1e-12)
        p = minimize_scalar(surprise, bounds=inside, method="bounded", options={"xatol": 1e-12}).x
        variance = (p + delta) * (1 - p - delta) / n1 + p * (1 - p) / n0
        variance *= (n1 + n0) / (n1 + n0 - 1)
        score = (k1 / n1 - k0 / n0 - delta) / np.sqrt(variance)
        assert score == pytest.approx(sign * intervals.normal_quantile(0.95), abs=1e-5)


@settings(deadline=None)
@given(pairs, pairs, st.sampled_from([0.8, 0.95, 0.99]))
def test_an_interval_holds_the_number_and_lies_within_what_is_possible(one, other, level):
    p1, p0 = one[0] / one[1], other[0] / other[1]
    low, high = intervals.rate(*one, level)
    assert 0 <= low[0] <= p1 <= high[0] <= 1
    for method in (
        intervals.difference,
        intervals.newcombe_difference,
        intervals.miettinen_nurminen_difference,
    ):
        low, high = method(*one, *other, level)
        assert -1 <= low[0] <= p1 - p0 + 1e-9
        assert p1 - p0 - 1e-9 <= high[0] <= 1
    if p0 > 0:
        for method in (intervals.ratio, intervals.miettinen_nurminen_ratio):
            low, high = method(*one, *other, level)
            assert 0 <= low[0] <= p1 / p0 * (1 + 1e-9)
            assert p1 / p0 * (1 - 1e-9) <= high[0]


@settings(deadline=None)
@given(pairs, pairs)
def test_a_difference_turns_round_with_its_sides(one, other):
    for method in (intervals.difference, intervals.miettinen_nurminen_difference):
        low, high = method(*one, *other)
        back_low, back_high = method(*other, *one)
        assert (low[0], high[0]) == pytest.approx((-back_high[0], -back_low[0]), abs=1e-9)


@settings(deadline=None)
@given(pairs, pairs)
def test_a_ratio_turns_round_with_its_sides(one, other):
    if one[0] and other[0]:
        low, high = intervals.miettinen_nurminen_ratio(*one, *other)
        back_low, back_high = intervals.miettinen_nurminen_ratio(*other, *one)
        assert (low[0], high[0]) == pytest.approx((1 / back_high[0], 1 / back_low[0]), rel=1e-9)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param((0, 10, 5, 10), (0, False), id="none-of-the-group"),
        pytest.param((5, 10, 0, 10), (False, np.inf), id="none-of-the-reference"),
        pytest.param((0, 10, 0, 10), (0, np.inf), id="none-at-all"),
        pytest.param((0, 0, 5, 10), (0, False), id="nobody-in-the-group"),
        pytest.param((5, 10, 0, 0), (False, np.inf), id="nobody-in-the-reference"),
    ],
)
@pytest.mark.parametrize("method", [intervals.ratio, intervals.miettinen_nurminen_ratio])
def test_a_ratio_with_empty_cells_ends_where_nothing_is_known(method, cells, expected):
    low, high = method(*cells)
    if expected[0] is not False:
        assert low[0] == expected[0]
    if expected[1] is not False:
        assert high[0] == expected[1]
    assert not np.isnan(low[0])
    assert not np.isnan(high[0])


def test_of_nobody_all_is_possible():
    for method in (intervals.wilson, intervals.clopper_pearson, intervals.rate):
        assert [float(end[0]) for end in method(0, 0)] == [0, 1]
    assert float(intervals.difference(0, 0, 3, 10)[0][0]) < -0.3
    assert [float(end[0]) for end in intervals.miettinen_nurminen_difference(0, 0, 3, 10)] == [
        -1,
        1,
    ]


def test_many_groups_are_done_at_once_and_as_one_by_one():
    numbers = np.random.default_rng(1)
    n = numbers.integers(1, 500, 200)
    k = numbers.binomial(n, 0.1)
    for method in (intervals.difference, intervals.ratio):
        low, high = method(k, n, 40, 400)
        for at in range(0, 200, 17):
            one = method(k[at], n[at], 40, 400)
            assert (float(one[0][0]), float(one[1][0])) == (low[at], high[at])


@settings(deadline=None)
@given(pairs, pairs)
def test_the_exact_p_value_is_twice_the_smaller_tail_of_the_hypergeometric(one, other):
    (k1, n1), (k0, n0) = one, other
    total, found = n1 + n0, k1 + k0
    p = float(intervals.difference_p_value(k1, n1, k0, n0)[0])
    if 0 < found < total:
        spread = stats.hypergeom(total, found, n1)
        exact = min(1, 2 * min(spread.cdf(k1), spread.sf(k1 - 1)))
        expected = min(n1, n0) * min(found, total - found) / total
        if expected < intervals.SMALL_EXPECTED:
            assert p == pytest.approx(exact, rel=1e-7)
        assert 0 <= p <= 1
    else:
        assert p == 1


def test_without_any_difference_to_see_the_p_value_is_one():
    assert intervals.difference_p_value([0, 10, 0], [10, 10, 0], 0, 10)[0] == 1
    assert intervals.difference_p_value(5, 5, 5, 5)[0] == 1


# Calculated with sixty digits by halving, from the likelihood alone. Looking for the most likely
# rates by the cubic of the paper in doubles is off by up to 2e-6 here.
EDGES = [
    pytest.param("difference", (0, 1, 0, 683_656), 0.8, 0, -2.4023381231873287e-06, id="one"),
    pytest.param("difference", (2, 2, 3, 674_702), 0.8, 1, 0.9999978443154066, id="two-of-two"),
    pytest.param(
        "difference", (0, 9_924_228, 0, 84_340), 0.8, 1, 1.654913921211626e-07, id="nobody"
    ),
    pytest.param("ratio", (2, 2, 519_350, 525_666), 0.8, 1, 1.0123602602722297, id="nearly-all"),
    pytest.param("ratio", (44, 44, 135, 686_966), 0.999, 0, 3836.818225644805, id="all-of-few"),
]


@pytest.mark.parametrize(("kind", "cells", "level", "side", "expected"), EDGES)
def test_an_edge_is_right_also_where_groups_are_far_apart_in_size(
    kind, cells, level, side, expected
):
    method = getattr(intervals, f"miettinen_nurminen_{kind}")
    assert float(method(*cells, level)[side][0]) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@settings(deadline=None)
@given(pairs, pairs, st.sampled_from([0.8, 0.95, 0.999]))
def test_at_the_edge_of_a_ratio_the_score_is_as_large_as_the_level_allows(one, other, level):
    (k1, n1), (k0, n0) = one, other
    low, high = intervals.miettinen_nurminen_ratio(*one, *other, level)
    for ratio in (float(low[0]), float(high[0])):
        if 0 < ratio < np.inf:
            total, found = (n1 + n0) * ratio, n1 * ratio + k1 + n0 + k0 * ratio
            root = np.sqrt(found**2 - 4 * total * (k1 + k0))
            p0 = min(2 * (k1 + k0) / (found + root), 1, 1 / ratio)
            p1 = min(p0 * ratio, 1)
            variance = p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0
            variance *= (n1 + n0) / (n1 + n0 - 1)
            # Both sides are nought where all of both are counted and the ratio is 1.
            gap = k1 / n1 - ratio * k0 / n0
            assert gap**2 == pytest.approx(
                intervals.normal_quantile(level) ** 2 * variance, rel=1e-6, abs=1e-12
            )
