"""How sure it is: drawing again, correcting for what was tried, and what could be seen at all."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from doorlicht.audit.bootstrap import bootstrap_selection
from doorlicht.audit.detectable import power_of_comparison, smallest_detectable
from doorlicht.audit.intervals import difference_p_value
from doorlicht.audit.multiplicity import (
    benjamini_hochberg,
    correct_for_number,
    holm,
    number_of_comparisons,
)
from doorlicht.audit.selection import measure_selection
from doorlicht.records import ALL_OTHERS, Group

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@settings(max_examples=30, deadline=None)
@given(P_VALUES)
def test_corrections_agree_with_statsmodels(values):
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1], abs=1e-12)
    expected = multipletests(values, method="fdr_bh")[1]
    assert benjamini_hochberg(values) == pytest.approx(expected, abs=1e-12)


@given(P_VALUES)
def test_a_correction_keeps_the_order_and_makes_nothing_surer(values):
    for correct in (holm, benjamini_hochberg):
        corrected = correct(values)
        assert (corrected >= np.array(values) - 1e-15).all()
        assert (np.diff(corrected[np.argsort(values, kind="stable")]) >= -1e-15).all()


def test_nothing_tried_is_nothing_corrected():
    assert holm([]).size == 0
    assert correct_for_number([]) == ()


def test_ratio_and_difference_are_one_comparison():
    measures = measure_selection([Group("a", 90, 30), Group("b", 80, 10), Group("c", 200, 20)])
    assert number_of_comparisons(measures) == 2
    corrected = correct_for_number(measures)
    by_kind = {(one.measure, one.group): one for one in corrected}
    ratio, difference = by_kind["selection_ratio", "a"], by_kind["selection_difference", "a"]
    assert ratio.adjusted_p_value == difference.adjusted_p_value
    assert ratio.adjusted_p_value == pytest.approx(2 * ratio.p_value)
    assert by_kind["selection_rate", "a"].adjusted_p_value is None


def test_among_groups_without_differences_hardly_ever_any_is_found():
    numbers = np.random.default_rng(7)
    audits, groups = 300, 50
    false = {"holm": 0, "bh": 0}
    for _ in range(audits):
        n = np.maximum(numbers.lognormal(5, 1.3, groups).astype(int), 1)
        k = numbers.binomial(n, 0.05)
        p_values = difference_p_value(k, n, k.sum() - k, n.sum() - n)
        false["holm"] += bool((holm(p_values) < 0.05).any())
        false["bh"] += bool((benjamini_hochberg(p_values) < 0.05).any())
    # Three standard errors over five in a hundred.
    assert max(false.values()) <= 0.05 * audits + 3 * math.sqrt(audits * 0.05 * 0.95)


def test_the_bootstrap_lies_close_to_the_score_interval():
    groups = [Group("a", 4000, 500), Group("b", 90_000, 9000), Group("c", 7000, 500)]
    again = bootstrap_selection(groups, np.random.default_rng(3))
    plain = measure_selection(groups)
    assert [one.measure for one in again] != []
    by_name = {(one.measure, one.group): one for one in again}
    for one in plain:
        other = by_name[one.measure, one.group]
        assert other.value == pytest.approx(one.value)
        width = one.high - one.low
        assert other.low == pytest.approx(one.low, abs=0.15 * width)
        assert other.high == pytest.approx(one.high, abs=0.15 * width)


def test_the_same_chance_gives_the_same_bootstrap():
    groups = [Group("a", 40, 10), Group("b", 60, 9)]
    one, other = (bootstrap_selection(groups, np.random.default_rng(4)) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param([], id="no-groups"),
        pytest.param([Group("a", 10, 3)], id="one-group"),
        pytest.param([Group("a", 0, 0), Group("b", 10, 3)], id="an-empty-group"),
        pytest.param([Group("a", 5, 5), Group("b", 10, 10)], id="all-selected"),
        pytest.param([Group("a", 5, 0), Group("b", 10, 0)], id="none-selected"),
    ],
)
@pytest.mark.parametrize("reference", [None, ALL_OTHERS])
def test_a_bootstrap_that_says_nothing_says_so(groups, reference):
    for one in bootstrap_selection(groups, np.random.default_rng(1), reference=reference):
        assert one.low <= one.high
        if one.value is None or one.value in {0.0, 1.0}:
            assert one.note.key == "audit_note.no_spread"
            assert one.high == math.inf


def test_the_bootstrap_against_all_others_takes_the_others():
    groups = [Group("a", 4000, 500), Group("b", 3000, 100), Group("c", 500, 100)]
    again = bootstrap_selection(groups, np.random.default_rng(3), reference=ALL_OTHERS)
    plain = measure_selection(groups, reference=ALL_OTHERS)
    by_name = {(one.measure, one.group): one for one in again}
    for one in plain:
        assert by_name[one.measure, one.group].value == pytest.approx(one.value)
        assert by_name[one.measure, one.group].low == pytest.approx(one.low, rel=0.1, abs=0.01)


@pytest.mark.parametrize(("n1", "p0"), [(41, 0.2), (300, 0.05), (1000, 0.3)])
def test_what_is_called_detectable_is_found_as_often_as_promised(n1, p0):
    n0 = 50_000
    (least,) = smallest_detectable([Group("a", n1, n1 * p0), Group("b", n0, n0 * p0)])
    numbers = np.random.default_rng(2)
    found = numbers.binomial(n1, p0 * least.ratio_above, 20_000)
    p_values = difference_p_value(found, n1, numbers.binomial(n0, p0, 20_000), n0)
    assert (p_values < 0.05).mean() == pytest.approx(0.8, abs=0.08)


def test_where_nothing_could_be_seen_there_is_no_ratio():
    (least,) = smallest_detectable([Group("a", 2, 0), Group("b", 1000, 990)])
    assert least.ratio_above is None


def test_power_grows_with_people_and_difference():
    assert power_of_comparison(0.2, 100, 0.1, 100) < power_of_comparison(0.2, 200, 0.1, 200)
    assert power_of_comparison(0.2, 100, 0.1, 100) < power_of_comparison(0.3, 100, 0.1, 100)
    assert power_of_comparison(0.2, 0, 0.1, 100) == 0


@settings(deadline=None)
@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_detectable_ratios_lie_around_one(n1, n0, data):
    k0 = data.draw(st.integers(0, n0))
    for one in smallest_detectable([Group("a", n1, 0), Group("b", n0, k0)], reference="b"):
        assert one.ratio_above is None or one.ratio_above >= 1
        assert one.ratio_below is None or 0 <= one.ratio_below <= 1
