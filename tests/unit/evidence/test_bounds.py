"""The bound of a simple sample is the exact one, and holds as often as it says."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.evidence import bounds
from doorlicht.evidence.bounds import is_likelier, sample_size, upper_bound

RISK = Fraction(1, 20)


def chance(size, bad, drawn, wrong):
    """The chance of exactly so many, by the definition."""
    return Fraction(comb(bad, wrong) * comb(size - bad, drawn - wrong), comb(size, drawn))


def bound_by_definition(size, drawn, wrong):
    return max(
        bad
        for bad in range(wrong, wrong + size - drawn + 1)
        if sum(chance(size, bad, drawn, k) for k in range(wrong + 1)) > RISK or bad == wrong
    )


@pytest.mark.parametrize("size", [1, 2, 7, 30])
def test_the_bound_is_the_one_of_the_definition(size):
    for drawn in range(size + 1):
        for wrong in range(drawn + 1):
            assert upper_bound(size, drawn, wrong) == bound_by_definition(size, drawn, wrong)


@given(st.integers(1, 60), st.data())
def test_whatever_is_wrong_the_bound_holds_as_often_as_it_says(size, data):
    bad, drawn = data.draw(st.integers(0, size)), data.draw(st.integers(0, size))
    held = sum(
        chance(size, bad, drawn, wrong)
        for wrong in range(max(0, drawn + bad - size), min(bad, drawn) + 1)
        if upper_bound(size, drawn, wrong) >= bad
    )
    assert held >= 1 - RISK


@pytest.mark.parametrize("counts", [(61_300, 30_000, 40), (9_000, 4_000, 1_200), (700, 300, 9)])
def test_logarithms_decide_as_whole_numbers_do(counts, monkeypatch):
    monkeypatch.setattr(bounds, "_FEW", 0)
    by_logarithms = upper_bound(*counts)
    monkeypatch.setattr(bounds, "_FEW", 10**9)
    assert upper_bound(*counts) == by_logarithms


def test_the_smallest_sample_is_just_enough():
    for size, at_most, allowed in ((500, 5, 0), (500, 5, 2), (61_300, 245, 1), (40, 39, 0)):
        drawn = sample_size(size, at_most, allowed=allowed)
        assert upper_bound(size, drawn, allowed) <= at_most
        assert upper_bound(size, drawn - 1, min(allowed, drawn - 1)) > at_most


def test_more_wrong_than_may_be_found_needs_a_sample_that_can_hold_them():
    assert sample_size(10, 3, allowed=5) == 10
    assert upper_bound(10, 10, 5) == 5


def test_a_published_table_of_attribute_samples_is_met():
    # AICPA Audit Guide Audit Sampling, table A.1: 5 % risk, tolerable rates of 5 and 2 %, no
    # deviation expected: 59 and 149 of a large population.
    assert sample_size(1_000_000, 50_000) == 59
    assert sample_size(1_000_000, 20_000) == 149


def test_counts_that_do_not_fit_are_refused():
    for counts in ((10, 11, 0), (10, 5, 6), (10, 5, -1)):
        with pytest.raises(ValueError, match="drawn"):
            upper_bound(*counts)
    for confidence in (0, 1, 1.5):
        with pytest.raises(ValueError, match="confidence"):
            upper_bound(10, 5, 0, confidence)
    with pytest.raises(ValueError, match="at most"):
        sample_size(10, 11)


def test_drawn_and_bad_can_change_places():
    for wrong in range(4):
        assert is_likelier(50, 20, 9, wrong, RISK) == is_likelier(50, 9, 20, wrong, RISK)
