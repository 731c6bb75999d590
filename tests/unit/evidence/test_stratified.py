"""The bound over strata: held against every spread there is, and against the truth."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from benchmarks.prove_samples import bound_by_enumeration, coverage_of
from doorlicht.evidence.bounds import upper_bound
from doorlicht.evidence.stratified import MAX_STRATA, Stratum, stratified_bound

CASES = [
    [(60, 12, 0), (25, 9, 0)],
    [(60, 12, 1), (25, 9, 0)],
    [(60, 6, 1), (40, 20, 2)],
    [(123, 31, 2), (64, 16, 1)],
    [(30, 8, 0), (22, 5, 0), (33, 9, 0)],
    [(35, 10, 1), (40, 12, 1), (26, 9, 0)],
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_bound_is_never_under_the_exact_one_and_at_most_a_tenth_above_it(case):
    strata = [Stratum(*one) for one in case]
    exact, bound = bound_by_enumeration(strata), stratified_bound(strata)
    assert exact <= bound <= 1.1 * exact


def test_with_one_or_two_strata_or_nothing_found_it_is_exact():
    for case in CASES[:5]:
        strata = [Stratum(*one) for one in case]
        assert stratified_bound(strata) == bound_by_enumeration(strata)


def test_one_stratum_is_a_simple_sample():
    assert stratified_bound([Stratum(500, 60, 2)]) == upper_bound(500, 60, 2)


def test_a_stratum_drawn_whole_is_known_and_one_not_drawn_is_not():
    rest = stratified_bound([Stratum(500, 60, 2)])
    assert stratified_bound([Stratum(500, 60, 2), Stratum(40, 40, 3)]) == rest + 3
    assert stratified_bound([Stratum(500, 60, 2), Stratum(40, 0)]) == rest + 40
    assert stratified_bound([]) == 0


def test_more_wrong_items_never_lower_the_bound_and_a_larger_sample_does():
    bounds = [
        stratified_bound([Stratum(900, 90, wrong), Stratum(400, 60, 1)]) for wrong in (0, 1, 2, 5)
    ]
    assert bounds == sorted(bounds)
    assert stratified_bound([Stratum(900, 120), Stratum(400, 60)]) < stratified_bound(
        [Stratum(900, 90), Stratum(400, 60)]
    )


def test_wrong_items_that_are_handed_out_in_portions_make_the_bound_hardly_larger():
    small = stratified_bound([Stratum(4_000, 400, 1), Stratum(6_000, 300), Stratum(1_000, 100)])
    large = stratified_bound(
        [Stratum(400_000, 400, 1), Stratum(600_000, 300), Stratum(100_000, 100)]
    )
    assert 100 * small < large * 1.02
    assert large < 1.15 * 100 * small


def test_the_bound_does_not_lean_on_the_order_of_the_strata():
    strata = [Stratum(200, 30, 1), Stratum(90, 20), Stratum(150, 12)]
    assert stratified_bound(strata) == stratified_bound(strata[::-1])


@pytest.mark.parametrize("spread", list(product((0, 6), (0, 9), (3,))), ids=str)
def test_in_drawn_audits_the_bound_holds_as_often_as_it_says(spread):
    sizes, drawn = (120, 60, 30), (30, 12, 10)
    held = coverage_of(sizes, drawn, spread, audits=300, generator=np.random.default_rng(7))
    # Of 300 audits 95 % and three standard errors: less would be no accident.
    assert held >= 0.95 - 3 * (0.95 * 0.05 / 300) ** 0.5


def test_too_many_strata_are_refused():
    with pytest.raises(ValueError, match=str(MAX_STRATA)):
        stratified_bound([Stratum(10, 2)] * (MAX_STRATA + 1))
    with pytest.raises(ValueError, match="drawn"):
        Stratum(3, 4)
