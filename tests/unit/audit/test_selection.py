"""Selection and errors per group: right numbers, nobody dropped, nothing guessed."""

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, precision_score

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fairlearn.metrics import (
        MetricFrame,
        false_negative_rate,
        false_positive_rate,
        selection_rate,
    )

from doorlicht.audit.counting import count_people, groups_of
from doorlicht.audit.error_rates import limits_of_outcomes, measure_error_rates
from doorlicht.audit.scores import (
    calibrate,
    limits_of_scores,
    measure_top_shares,
    tabulate_scores,
)
from doorlicht.audit.selection import measure_selection
from doorlicht.errors import InputError
from doorlicht.records import ALL_OTHERS, UNKNOWN_GROUP, Group, Outcomes


def found(measures, name, group):
    return next(one for one in measures if one.measure == name and one.group == group)


def people(seed, n=400):
    numbers = np.random.default_rng(seed)
    group = numbers.choice(["a", "b", "c"], n, p=[0.6, 0.3, 0.1])
    score = numbers.random(n) + (group == "b") * 0.2
    outcome = numbers.random(n) < score / 2
    return group, score, score > 0.8, outcome


@pytest.mark.parametrize("seed", range(5))
def test_rates_agree_with_fairlearn_and_scikit_learn(seed):
    group, _, selected, outcome = people(seed)
    groups = groups_of(count_people(selected, [group], outcome=outcome))
    measures = (*measure_selection(groups), *measure_error_rates(groups))
    for name, metric in (
        ("selection_rate", selection_rate),
        ("fpr", false_positive_rate),
        ("fnr", false_negative_rate),
        ("precision", lambda a, b: precision_score(a, b, zero_division=0)),
    ):
        frame = MetricFrame(
            metrics=metric, y_true=outcome, y_pred=selected, sensitive_features=group
        )
        for one in ("a", "b", "c"):
            expected = frame.by_group[one]
            assert found(measures, name, one).value == pytest.approx(expected, abs=1e-12)
    tn, fp, fn, tp = confusion_matrix(outcome[group == "b"], selected[group == "b"]).ravel()
    assert found(measures, "fdr", "b").value == pytest.approx(fp / (fp + tp), abs=1e-12)
    assert found(measures, "npv", "b").value == pytest.approx(tn / (tn + fn), abs=1e-12)
    assert found(measures, "for", "b").value == pytest.approx(fn / (tn + fn), abs=1e-12)


def test_ratio_and_difference_are_of_the_rates_and_name_their_reference():
    groups = [Group("a", 200, 50), Group("b", 1000, 100), Group(UNKNOWN_GROUP, 5000, 10)]
    measures = measure_selection(groups)
    assert {one.reference for one in measures if one.reference} == {"b"}
    assert found(measures, "selection_ratio", "a").value == 2.5
    assert found(measures, "selection_difference", "a").value == 0.15
    against_others = measure_selection(groups, reference=ALL_OTHERS)
    ratio = found(against_others, "selection_ratio", "a")
    assert ratio.value == pytest.approx(0.25 / (110 / 6000))
    assert ratio.reference == ALL_OTHERS


def test_a_reference_that_is_not_there_is_told_with_the_nearest():
    with pytest.raises(InputError) as error:
        measure_selection([Group("Turkey", 5, 1), Group("Poland", 5, 1)], reference="Turky")
    assert error.value.details["nearest"] == "Turkey"


def test_a_missing_group_is_counted_as_unknown():
    cells = count_people([1, 0, 1, 0], [["a", None, math.nan, "a"]])
    groups = groups_of(cells)
    assert [(group.name, group.n, group.selected) for group in groups] == [
        ("a", 2, 1),
        (UNKNOWN_GROUP, 2, 1),
    ]


def test_people_whose_decision_is_missing_are_counted_apart():
    (group,) = groups_of(count_people([1, None, math.nan, 0], [["a"] * 4]))
    assert (group.n, group.selected, group.undecided) == (2, 1, 2)


def test_people_are_counted_by_each_attribute_and_by_both():
    cells = count_people([1, 1, 0, 0], [["a", "a", "b", "b"], ["x", "y", "x", "x"]])
    assert {group.name for group in groups_of(cells, by=[1])} == {"x", "y"}
    assert {group.name: group.n for group in groups_of(cells)} == {
        "a & x": 1,
        "a & y": 1,
        "b & x": 2,
    }


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["a", "b", None])), max_size=60))
def test_nobody_is_lost_or_counted_twice(rows):
    groups = groups_of(count_people([r[0] for r in rows], [[r[1] for r in rows]]))
    assert sum(group.n for group in groups) == len(rows)
    assert sum(group.selected for group in groups) == sum(r[0] for r in rows)


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param(([1, 0], [["a"]]), id="short-group"),
        pytest.param(([1, 2], [["a", "b"]]), id="two-is-no-truth"),
        pytest.param((["yes", "no"], [["a", "b"]]), id="words"),
    ],
)
def test_columns_that_do_not_fit_are_refused(columns):
    with pytest.raises(InputError):
        count_people(*columns)


@pytest.mark.parametrize("weights", [[1, -1], [1, math.nan], [1, math.inf]])
def test_a_weight_that_is_no_weight_is_refused(weights):
    with pytest.raises(InputError):
        count_people([1, 0], [["a", "b"]], weights=weights)


def test_equal_weights_change_nothing_but_the_size():
    group, _, selected, outcome = people(3)
    plain = groups_of(count_people(selected, [group], outcome=outcome))
    heavy = groups_of(
        count_people(selected, [group], outcome=outcome, weights=np.full(len(group), 2.5))
    )
    for a, b in zip(measure_selection(plain), measure_selection(heavy), strict=True):
        assert (b.value, b.low, b.high) == pytest.approx((a.value, a.low, a.high))
    assert heavy[0].effective_n == pytest.approx(plain[0].n)


def test_unequal_weights_make_the_interval_wider_and_say_how_much_is_left():
    groups = groups_of(count_people([1, 0] * 100, [["a"] * 200], weights=np.tile([1, 1, 9, 9], 50)))
    (rate,) = measure_selection(groups)
    (plain,) = measure_selection([Group("a", 200, 100)])
    assert rate.value == 0.5
    assert rate.high - rate.low > plain.high - plain.low
    assert rate.note.params["effective"] == pytest.approx(200 * 25 / 41, abs=0.1)


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param([], id="no-groups"),
        pytest.param([Group("a", 10, 3)], id="one-group"),
        pytest.param([Group("a", 0, 0), Group("b", 10, 3)], id="an-empty-group"),
        pytest.param([Group("a", 5, 5), Group("b", 10, 10)], id="all-selected"),
        pytest.param([Group("a", 5, 0), Group("b", 10, 0)], id="none-selected"),
        pytest.param([Group(UNKNOWN_GROUP, 5, 2)], id="only-unknown"),
    ],
)
def test_odd_groups_give_measures_without_nonsense(groups):
    for one in measure_selection(groups):
        assert one.value is None or math.isfinite(one.value)
        assert not math.isnan(one.low)
        assert not math.isnan(one.high)
        assert one.low <= one.high
    assert measure_error_rates(groups) == ()


def test_without_anybody_in_the_reference_there_is_no_ratio_and_it_says_so():
    measures = measure_selection([Group("a", 50, 5), Group("b", 100, 0)])
    ratio = found(measures, "selection_ratio", "a")
    assert (ratio.value, ratio.high) == (None, math.inf)
    assert ratio.note.key == "audit_note.none_in_reference"


def test_ten_thousand_groups_are_measured():
    groups = [Group(f"g{at}", 100 + at % 7, at % 11) for at in range(10_000)]
    assert len(measure_selection(groups)) == 29_999 - 1


CHECKED_ONLY = [
    Group("a", 1000, 100, Outcomes(60, 40, 0, 0)),
    Group("b", 2000, 100, Outcomes(80, 20, 0, 0)),
]


def test_where_only_the_selected_were_checked_errors_are_bounds():
    measures = measure_error_rates(CHECKED_ONLY)
    assert found(measures, "precision", "a").value == 0.6
    assert found(measures, "precision_ratio", "a").value == pytest.approx(0.75)
    fpr = found(measures, "fpr", "a")
    assert (fpr.value, fpr.method) == (None, "bounds")
    # All others negative: 40 of 940; all others positive: all of those 40.
    assert (fpr.low, fpr.high) == pytest.approx((40 / 940, 1))
    fnr = found(measures, "fnr", "a")
    assert (fnr.low, fnr.high) == pytest.approx((0, 900 / 960))
    assert fpr.note.params["unknown"] == 900
    ratio = found(measures, "fpr_ratio", "a")
    assert (ratio.value, ratio.method) == (None, "bounds")
    assert (ratio.low, ratio.high) == pytest.approx((40 / 940, 1 / (20 / 1920)))
    assert [text.key for text in limits_of_outcomes(CHECKED_ONLY)] == ["audit_limit.only_checked"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=4), st.integers(0, 6), st.integers(0, 6))
def test_bounds_hold_whatever_the_unknown_outcomes_are_and_are_reached(cells, su, uu):
    tp, fp, fn, tn = cells
    group = Group("a", sum(cells) + su + uu, tp + fp + su, Outcomes(*cells))
    measures = measure_error_rates([group])
    if not measures or su + uu == 0:
        return
    for name, above, beside in (("fpr", 1, 3), ("fnr", 2, 0), ("precision", 0, 1), ("for", 2, 3)):
        one = found(measures, name, "a")
        if one.method != "bounds":
            continue
        possible = []
        for s in range(su + 1):
            for u in range(uu + 1):
                full = (tp + s, fp + su - s, fn + u, tn + uu - u)
                if full[above] + full[beside]:
                    possible.append(full[above] / (full[above] + full[beside]))
        assert (one.low, one.high) == pytest.approx((min(possible), max(possible)))


def test_a_random_sample_makes_a_number_of_the_bounds():
    numbers = np.random.default_rng(5)
    n = 40_000
    group = numbers.choice(["a", "b"], n)
    outcome = numbers.random(n) < np.where(group == "a", 0.1, 0.05)
    selected = numbers.random(n) < np.where(outcome, 0.4, 0.1)
    sampled = numbers.random(n) < 0.1
    seen = np.where(selected | sampled, outcome, np.nan)
    groups = groups_of(count_people(selected, [group], outcome=seen, sampled=sampled))
    measures = measure_error_rates(groups)
    for name, one in (("fnr", "a"), ("fpr", "a"), ("npv", "b"), ("for", "b")):
        measure = found(measures, name, one)
        own = group == one
        truth = {
            "fnr": (own & outcome & ~selected).sum() / (own & outcome).sum(),
            "fpr": (own & ~outcome & selected).sum() / (own & ~outcome).sum(),
            "npv": (own & ~outcome & ~selected).sum() / (own & ~selected).sum(),
            "for": (own & outcome & ~selected).sum() / (own & ~selected).sum(),
        }[name]
        assert measure.method == "random-sample"
        assert measure.low <= truth <= measure.high
        assert measure.value == pytest.approx(truth, rel=0.2)
    ratio = found(measures, "fnr_ratio", "a" if groups[0].name == "b" else "b")
    assert ratio.method == "random-sample"
    assert ratio.low < ratio.value < ratio.high
    assert [text.key for text in limits_of_outcomes(groups)] == ["audit_limit.random_sample"]


def test_a_random_sample_of_everybody_gives_the_plain_rates():
    group, _, selected, outcome = people(1)
    groups = groups_of(count_people(selected, [group], outcome=outcome))
    drawn = groups_of(count_people(selected, [group], outcome=outcome, sampled=np.ones(len(group))))
    for a, b in zip(measure_error_rates(groups), measure_error_rates(drawn), strict=True):
        assert b.value == pytest.approx(a.value)


def test_errors_are_compared_with_all_others():
    measures = measure_error_rates(CHECKED_ONLY, reference=ALL_OTHERS)
    assert found(measures, "fpr_difference", "a").low == pytest.approx(40 / 940 - 1)


def test_the_top_is_shared_among_those_with_the_same_score():
    # Ten people with score 1 at the top, of whom five can be in the top 5 of 100.
    score = [1] * 10 + [0] * 90
    group = ["a"] * 4 + ["b"] * 6 + ["b"] * 90
    measures = measure_top_shares(tabulate_scores(score, group), top=0.05)
    assert found(measures, "top_5_share", "a").value == pytest.approx(0.5)
    assert found(measures, "top_5_share", "b").value == pytest.approx(3 / 96)
    assert found(measures, "top_5_share", "b").note.key == "audit_note.ties"


def test_scores_that_are_no_number_are_counted_and_told():
    table = tabulate_scores(
        [math.nan, math.inf, -math.inf, 0.5], ["a", "a", None, "b"], [1, 1, 0, math.nan]
    )
    assert table.without_score.sum() == 1
    assert table.n.sum() == 3
    assert [(text.key, text.params["people"]) for text in limits_of_scores(table)] == [
        ("audit_limit.no_score", 1),
        ("audit_limit.endless_score", 2),
    ]
    bands = calibrate(table)
    assert all(band.mean_score is None or math.isfinite(band.mean_score) for band in bands)


def test_calibration_counts_everybody_once():
    group, score, _, outcome = people(2)
    bands = calibrate(tabulate_scores(score, group, outcome))
    assert sum(band.people for band in bands) == len(group)
    assert sum(band.outcome_rate * band.checked for band in bands if band.checked) == pytest.approx(
        outcome.sum()
    )
    assert len({band.top for band in bands}) == 10


def test_scores_without_anybody_give_nothing():
    table = tabulate_scores([], [])
    assert calibrate(table) == ()
    assert measure_top_shares(table) == ()


def drawn_with(positive, negative, gap=0):
    """A group of which some were drawn; of those who were passed over some gave no outcome."""
    sample = Outcomes(6, 14, positive, negative, unselected_unknown=gap)
    return Group("a", 2000, 200, Outcomes(60, 140, positive, negative), sample)


def test_people_drawn_of_whom_nothing_is_known_leave_a_range_that_holds_whatever_they_are():
    found = {one.measure: one for one in measure_error_rates([drawn_with(5, 150, gap=25)])}
    none = {one.measure: one for one in measure_error_rates([drawn_with(5, 175)])}
    each = {one.measure: one for one in measure_error_rates([drawn_with(30, 150)])}
    for name in ("fnr", "for", "fpr"):
        assert found[name].value is None
        assert found[name].low == pytest.approx(none[name].low)
        assert found[name].high == pytest.approx(each[name].high)
    assert found["npv"].value is None
    assert found["npv"].low == pytest.approx(each["npv"].low)
    assert found["npv"].high == pytest.approx(none["npv"].high)
    # Of those who were selected everything is known.
    assert found["precision"].value == pytest.approx(0.3)


def test_gaps_in_the_draw_are_told_and_widen_what_is_compared():
    one, other = drawn_with(5, 150, gap=25), replace(drawn_with(5, 175), name="b")
    assert [text.key for text in limits_of_outcomes([one, other])] == [
        "audit_limit.random_sample", "audit_limit.sample_gaps",
    ]  # fmt: skip
    assert [text.key for text in limits_of_outcomes([other])] == ["audit_limit.random_sample"]
    whole = measure_error_rates([drawn_with(5, 175), other], reference="b")
    gaps = measure_error_rates([one, other], reference="b")
    narrow = next(each for each in whole if each.measure == "fnr_difference")
    wide = next(each for each in gaps if each.measure == "fnr_difference")
    assert narrow.value == pytest.approx(0)
    assert wide.value is None
    assert wide.low <= narrow.low < narrow.high < wide.high


def test_people_drawn_without_an_outcome_are_counted():
    outcome = [1.0, 0.0, np.nan, np.nan, np.nan, 1.0]
    cells = count_people(
        [1, 1, 1, 0, 0, 0], [np.array(["a"] * 6)], outcome=outcome, sampled=[0, 1, 1, 1, 0, 1]
    )
    (group,) = groups_of(cells)
    assert group.sample == Outcomes(0, 1, 1, 0, selected_unknown=1, unselected_unknown=1)
