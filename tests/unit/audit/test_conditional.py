"""Comparing like with like: by strata, by regression, and whether a difference turns round."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import example, given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from doorlicht.audit.conditional import (
    Stratum,
    are_alike,
    check_simpson,
    cochran_mantel_haenszel,
    measure_adjusted,
    measure_stratified,
    strata_of,
)
from doorlicht.audit.regression import fit_logistic, relative_risk
from doorlicht.audit.selection import measure_selection
from doorlicht.errors import InputError
from doorlicht.records import Cell, Group

STRATA = [
    Stratum("x", 20, 50, 10, 50),
    Stratum("y", 5, 50, 5, 100),
    Stratum("z", 30, 60, 40, 200),
]


def tables(strata):
    return [np.array([[s.k1, s.n1 - s.k1], [s.k0, s.n0 - s.k0]]) for s in strata]


def test_the_common_odds_ratio_agrees_with_statsmodels():
    table = StratifiedTable(tables(STRATA))
    ratio, _, odds = measure_stratified(STRATA, group="a", reference="b")
    assert odds.value == pytest.approx(table.oddsratio_pooled, abs=1e-12)
    expected = table.oddsratio_pooled_confint()
    assert (odds.low, odds.high) == pytest.approx(expected, abs=1e-9)
    assert ratio.value == pytest.approx(table.riskratio_pooled, abs=1e-12)
    test = table.test_null_odds(correction=False)
    assert cochran_mantel_haenszel(STRATA) == pytest.approx(test.pvalue, abs=1e-12)
    assert are_alike(STRATA) == pytest.approx(table.test_equal_odds(adjust=True).pvalue, abs=1e-9)


def test_one_stratum_gives_what_there_is_without_strata():
    one = Stratum("", 40, 100, 90, 400)
    measures = measure_stratified([one], group="a", reference="b")
    plain = {
        m.measure: m.value for m in measure_selection([Group("a", 100, 40), Group("b", 400, 90)])
    }
    assert measures[0].value == pytest.approx(40 / 100 / (90 / 400))
    assert measures[1].value == pytest.approx(0.4 - 0.225)
    assert plain["selection_ratio"] == pytest.approx(measures[0].value)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
        max_size=5,
    )
)
@example([(5, 5, 3, 1)] * 3)
def test_odd_strata_give_no_nonsense(rows):
    strata = [Stratum(str(at), a, a + b, c, c + d) for at, (a, b, c, d) in enumerate(rows)]
    for one in measure_stratified(strata, group="a", reference="b"):
        assert one.value is None or math.isfinite(one.value)
        assert one.low <= one.high
        assert not math.isnan(one.low)
    assert check_simpson(strata).key.startswith("audit_verdict.simpson_")
    p_value = are_alike(strata)
    assert p_value is None or 0 <= p_value <= 1


def test_people_in_strata_without_a_counterpart_are_told():
    strata = [*STRATA, Stratum("q", 5, 25, 0, 0)]
    one = measure_stratified(strata, group="a", reference="b")[0]
    assert one.note.params["people"] == 25


def test_strata_are_made_of_cells_and_a_missing_factor_is_one_of_its_own():
    cells = [
        Cell(("a", "x", None), True, 3),
        Cell(("a", "x", None), False, 4),
        Cell(("b", "x", "q"), False, 5),
        Cell(("c", "x", "q"), False, 50),
    ]
    strata = strata_of(cells, group_at=0, factors_at=[1, 2], group="a", reference="b")
    assert [(one.name, one.n1, one.n0) for one in strata] == [
        ("x & q", 0, 5),
        ("x & unknown", 7, 0),
    ]


@pytest.mark.parametrize(
    ("strata", "kind"),
    [
        # Bickel, Hammel and O'Connell (1975), Science 187: departments A and F, in small.
        pytest.param(
            [Stratum("a", 89, 108, 512, 825), Stratum("f", 24, 341, 22, 373)],
            "reversed",
            id="berkeley",
        ),
        pytest.param(
            [Stratum("a", 400, 800, 100, 200), Stratum("b", 20, 200, 80, 800)],
            "vanishes",
            id="explained",
        ),
        pytest.param(
            [Stratum("a", 300, 500, 100, 500), Stratum("b", 90, 500, 30, 500)], "holds", id="holds"
        ),
        pytest.param([Stratum("a", 1, 3, 1, 4)], "unclear", id="few"),
        pytest.param([], "unclear", id="nobody"),
    ],
)
def test_whether_a_difference_turns_round_is_told(strata, kind):
    text = check_simpson(strata)
    assert text.key == f"audit_verdict.simpson_{kind}"
    assert text.in_language("nl")
    assert text.in_language("en")


def crime(seed, n=2000):
    numbers = np.random.default_rng(seed)
    x = np.column_stack([numbers.integers(0, 2, n), numbers.normal(size=n), numbers.random(n)])
    y = numbers.random(n) < 1 / (1 + np.exp(-(x @ [0.7, -0.4, 0.2] - 1)))
    return x, y.astype(float)


@pytest.mark.parametrize("seed", range(3))
def test_the_regression_agrees_with_statsmodels(seed):
    x, y = crime(seed)
    expected = sm.GLM(y, sm.add_constant(x), family=sm.families.Binomial()).fit(tol=1e-13)
    fit = fit_logistic(["a", "b", "c"], x, y)
    assert [one.value for one in fit.coefficients] == pytest.approx(expected.params, abs=1e-9)
    errors = [one.standard_error for one in fit.coefficients]
    assert errors == pytest.approx(expected.bse, abs=1e-9)
    assert [one.p_value for one in fit.coefficients] == pytest.approx(expected.pvalues, abs=1e-8)
    assert fit.log_likelihood == pytest.approx(expected.llf, abs=1e-8)
    assert fit.has_settled


def test_counts_give_the_same_as_people():
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    n, k = np.array([50, 70, 40, 90]), np.array([5, 20, 8, 50])
    by_count = fit_logistic(["a", "b"], x, k / n, n)
    people = np.repeat(x, n, axis=0)
    outcome = np.concatenate(
        [np.r_[np.ones(a), np.zeros(b - a)] for a, b in zip(k, n, strict=True)]
    )
    one_by_one = fit_logistic(["a", "b"], people, outcome)
    for a, b in zip(by_count.coefficients, one_by_one.coefficients, strict=True):
        assert (a.value, a.standard_error) == pytest.approx((b.value, b.standard_error))


def test_a_column_that_others_add_up_to_says_nothing_of_its_own():
    x, y = crime(1)
    fit = fit_logistic(["a", "b", "c", "sum"], np.column_stack([x, x[:, 0] + x[:, 1]]), y)
    assert fit.named("sum").value is None
    assert fit.named("a").value is not None


def test_a_column_that_decides_alone_is_told_as_endless():
    fit = fit_logistic(["a"], [[0], [0], [1], [1]], [0, 0, 1, 1])
    assert fit.named("a").is_endless
    assert fit.named("a").odds_ratio() is None


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_missing_numbers_are_refused(bad):
    with pytest.raises(InputError):
        fit_logistic(["a"], [[0], [bad]], [0, 1])


def test_adjusted_odds_ratios_agree_with_the_common_one_where_strata_are_large():
    cells = []
    for name, (k1, n1, k0, n0) in {
        "x": (2000, 5000, 1000, 5000),
        "y": (500, 5000, 400, 10_000),
    }.items():
        for group, k, n in (("a", k1, n1), ("b", k0, n0)):
            cells += [Cell((group, name), True, k), Cell((group, name), False, n - k)]
    (adjusted,) = measure_adjusted(cells, group_at=0, factors_at=[1], reference="b")
    strata = strata_of(cells, group_at=0, factors_at=[1], group="a", reference="b")
    odds = measure_stratified(strata, group="a", reference="b")[2]
    assert adjusted.value == pytest.approx(odds.value, rel=0.01)
    assert adjusted.method == "logistic-regression"


def test_a_factor_that_is_the_group_itself_leaves_nothing_to_compare():
    cells = [
        Cell(("a", "north"), True, 10),
        Cell(("a", "north"), False, 30),
        Cell(("b", "south"), True, 10),
        Cell(("b", "south"), False, 50),
    ]
    measures = measure_adjusted(cells, group_at=0, factors_at=[1], reference="b")
    assert measures[0].value is not None or measures[0].note is not None


def test_nobody_gives_nothing():
    assert measure_adjusted([], group_at=0, factors_at=[], reference="b") == ()


def test_relative_risk_is_the_ratio_of_both_chances():
    fit = fit_logistic(["a"], [[0], [1]], [0.2, 0.5], [400, 300])
    assert relative_risk(fit, "a") == pytest.approx(2.5)
