"""What stands in for origin, and what a score does with one feature."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score, roc_auc_score

from doorlicht.audit.association import (
    conditional_information,
    correlation,
    cramers_v,
    mutual_information,
)
from doorlicht.audit.flips import measure_ablation, measure_dependence, measure_flips
from doorlicht.audit.proxies import (
    area_under_curve,
    codes_of,
    measure_features,
    measure_proxy_power,
)
from doorlicht.errors import InputError

TABLES = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=5)


@given(TABLES)
def test_association_lies_between_nothing_and_all(rows):
    assert 0 <= cramers_v(rows) <= 1
    assert mutual_information(rows) >= 0
    assert mutual_information(rows) <= mutual_information(rows, is_corrected=False) + 1e-12
    assert cramers_v(np.transpose(rows)) == pytest.approx(cramers_v(rows))


def test_mutual_information_agrees_with_scikit_learn():
    numbers = np.random.default_rng(1)
    x, y = numbers.integers(0, 4, 500), numbers.integers(0, 3, 500)
    table = np.histogram2d(x, y, bins=(4, 3))[0]
    expected = mutual_info_score(x, y) / math.log(2)
    assert mutual_information(table, is_corrected=False) == pytest.approx(expected, abs=1e-12)


def test_by_chance_many_categories_do_not_hang_together():
    numbers = np.random.default_rng(2)
    table = np.histogram2d(numbers.integers(0, 40, 600), numbers.integers(0, 9, 600), (40, 9))[0]
    chi = ((table - 600 / 360) ** 2 / (600 / 360)).sum()
    assert math.sqrt(chi / 600 / 8) > 0.2
    assert cramers_v(table) < 0.1


def test_what_lawful_factors_tell_already_is_taken_off():
    numbers = np.random.default_rng(3)
    job = numbers.integers(0, 2, 4000)
    origin = np.where(numbers.random(4000) < 0.8, job, 1 - job)
    wage = np.where(numbers.random(4000) < 0.8, job, 1 - job)
    (plain,) = measure_features({"wage": wage}, origin)
    (given_job,) = measure_features({"wage": wage}, origin, alike=job)
    assert plain.bits > 0.03
    assert given_job.bits_among_alike < 0.005
    assert conditional_information([]) == 0


def test_correlation_without_change_is_no_number():
    assert math.isnan(correlation([1, 1, 1], [1, 2, 3]))
    with pytest.raises(InputError):
        correlation([1, 2], [1])


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=60))
def test_the_area_agrees_with_scikit_learn(rows):
    scores, marks = [r[0] for r in rows], [r[1] for r in rows]
    area, error = area_under_curve(scores, marks)
    if len(set(marks)) < 2:
        assert math.isnan(area)
    else:
        assert area == pytest.approx(roc_auc_score(marks, scores), abs=1e-12)
        assert error >= 0


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        pytest.param(["b", None, "a", math.nan], [1, 2, 0, 2], id="missing-is-a-value"),
        pytest.param([2, 1, 2], [1, 0, 1], id="few-numbers"),
        pytest.param([True, False], [1, 0], id="truths"),
        pytest.param([], [], id="nobody"),
    ],
)
def test_values_become_codes(column, codes):
    assert codes_of(column).tolist() == codes


def test_many_numbers_are_cut_and_many_words_put_together():
    assert len(set(codes_of(np.arange(1000.0)).tolist())) == 20
    assert codes_of([*np.arange(100.0), math.nan, math.inf]).max() == 20
    assert len(set(codes_of([str(n) for n in range(5000)]).tolist())) == 1000


def test_a_street_tells_origin_and_a_weekday_does_not():
    random = np.random.default_rng(4)
    origin = random.choice(["a", "b", None], 3000, p=[0.6, 0.3, 0.1])
    street = np.where(origin == "b", random.integers(0, 12, 3000), random.integers(4, 30, 3000))
    day = random.integers(0, 7, 3000)
    power = {one.group: one for one in measure_proxy_power({"street": street}, origin, random)}
    assert set(power) == {"a", "b", "unknown"}
    assert power["b"].area > 0.8
    assert power["b"].low < power["b"].area < power["b"].high
    assert power["b"].p_value == 0.05
    assert power["b"].shuffled_area == pytest.approx(0.5, abs=0.03)
    by_day = {one.group: one for one in measure_proxy_power({"day": day}, origin, random)}
    assert by_day["b"].area == pytest.approx(0.5, abs=0.05)
    assert by_day["b"].p_value > 0.05


def test_a_feature_that_says_the_same_twice_is_not_counted_twice():
    random = np.random.default_rng(5)
    origin = random.choice(["a", "b"], 2000)
    street = np.where(random.random(2000) < 0.7, origin == "a", origin == "b")
    once = measure_proxy_power({"s": street}, origin, random, permutations=0)[0]
    twice = measure_proxy_power({"s": street, "t": street}, origin, random, permutations=0)[0]
    assert twice.area == pytest.approx(once.area, abs=0.01)
    assert twice.p_value is None


def test_too_few_people_give_no_power():
    random = np.random.default_rng(6)
    assert measure_proxy_power({"s": [1, 2, 3]}, ["a", "b", "a"], random) == ()
    assert measure_proxy_power({}, ["a"] * 50 + ["b"] * 50, random) == ()


PEOPLE = {
    "nl": np.array([1, 1, 0, 0, 0]),
    "tr": np.array([0, 0, 1, 1, 0]),
    "debts": np.array([1.0, 5.0, 1.0, 5.0, 1.0]),
}


def scored(people):
    return people["debts"] + 3 * people["tr"]


def test_a_feature_in_several_columns_is_turned_as_a_whole():
    settings = {"nl": {"nl": 1, "tr": 0}, "tr": {"nl": 0, "tr": 1}}
    flips = measure_flips(scored, PEOPLE, settings, border=4, groups=["n", "n", "t", "t", "x"])
    found = {(one.value, one.group): one for one in flips}
    assert found["tr", None].newly_selected == 2
    assert found["nl", None].no_longer_selected == 1
    assert found["nl", "t"].no_longer_selected == 1
    assert found["nl", "n"].moved == 0
    assert found["tr", "n"].mean_shift == 3
    assert PEOPLE["tr"].tolist() == [0, 0, 1, 1, 0]


def test_scores_that_are_no_number_are_counted_apart():
    flips = measure_flips(
        lambda p: np.where(p["nl"] == 1, np.nan, p["debts"]), PEOPLE, {"nl": {"nl": 1}}, border=2
    )
    assert (flips[0].people, flips[0].without_score) == (0, 5)


def test_infinite_scores_do_not_spoil_the_mean():
    flips = measure_flips(
        lambda p: np.where(p["tr"] == 1, np.inf, p["debts"]), PEOPLE, {"tr": {"tr": 1}}, border=2
    )
    assert math.isfinite(flips[0].mean_shift)
    assert flips[0].newly_selected == 2


def test_a_feature_that_is_not_there_is_told():
    with pytest.raises(InputError) as error:
        measure_flips(scored, PEOPLE, {"x": {"land": 1}}, border=1)
    assert error.value.details["name"] == "land"
    with pytest.raises(InputError):
        measure_ablation(scored, PEOPLE, ["land"], np.random.default_rng(1), border=1)


def test_a_score_of_another_length_is_refused():
    with pytest.raises(InputError):
        measure_dependence(lambda _: [1.0], PEOPLE, {"x": {"nl": 1}})


def test_dropping_what_a_score_needs_costs_and_what_it_does_not_need_costs_nothing():
    random = np.random.default_rng(7)
    people = {"x": random.normal(size=2000), "y": random.normal(size=2000)}
    outcome = people["x"] + random.normal(size=2000) > 0
    lost = measure_ablation(lambda p: p["x"], people, ["x"], random, border=1, outcome=outcome)
    assert lost.changed_sides > 200
    assert lost.same_selected < 0.2
    assert lost.area > 0.75
    assert lost.area_without == pytest.approx(0.5, abs=0.03)
    kept = measure_ablation(lambda p: p["x"], people, ["y"], random, border=1, outcome=outcome)
    assert (kept.changed_sides, kept.area_without) == (0, pytest.approx(kept.area))
