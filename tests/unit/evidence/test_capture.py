"""Capture and recapture: against published figures, and against populations that are known."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from doorlicht.evidence.capture import (
    estimates,
    missed_by_three,
    missed_by_two,
    missed_by_unlike,
)


def found_by(chances, total, generator):
    """Things found by independent ways, each with its chance."""
    seen = generator.random((total, len(chances))) < np.array(chances)
    found = {}
    for pattern in product((True, False), repeat=len(chances)):
        if any(pattern):
            ways = frozenset(f"way {at}" for at, by in enumerate(pattern) if by)
            found[ways] = int((seen == pattern).all(axis=1).sum())
    return found


def test_the_estimate_of_two_ways_is_the_published_one():
    # Seber (1982), example 3.1, after Buck and Thoits: bass in First Sister Lake; 109 caught,
    # 177 caught later, 57 of those for the second time: 338 in all.
    found = {frozenset("ab"): 57, frozenset("a"): 52, frozenset("b"): 120}
    estimate = missed_by_two(found, "a", "b")
    assert estimate.found == 229
    assert round(estimate.missed + estimate.found) == 337
    assert estimate.low + 229 < 300 < 338 < estimate.high + 229 < 420


def test_the_interval_of_two_ways_holds_as_often_as_it_says():
    generator = np.random.default_rng(5)
    held = 0
    for _ in range(300):
        found = found_by((0.6, 0.5), 60, generator)
        estimate = missed_by_two(found, "way 0", "way 1")
        held += estimate.low <= 60 - estimate.found <= estimate.high
    assert held >= 0.95 * 300 - 3 * (300 * 0.95 * 0.05) ** 0.5


def test_where_all_was_found_twice_the_interval_still_ends_above_nought():
    estimate = missed_by_two({frozenset("ab"): 12}, "a", "b")
    assert estimate.missed == 0
    assert estimate.low == 0
    assert estimate.high >= 1


def test_ways_that_found_nothing_together_set_no_end():
    for found in ({frozenset("a"): 3, frozenset("b"): 4}, {frozenset("a"): 3}, {}):
        estimate = missed_by_two(found, "a", "b")
        assert (estimate.missed, estimate.low, estimate.high) == (None, None, None)


def test_a_single_thing_found_twice_sets_hardly_an_end():
    estimate = missed_by_two(
        {frozenset("ab"): 1, frozenset("a"): 200, frozenset("b"): 300}, "a", "b"
    )
    assert estimate.high is None or estimate.high > 100_000


def test_things_that_are_harder_to_find_leave_at_least_the_estimate():
    generator = np.random.default_rng(3)
    easy = found_by((0.9, 0.9, 0.9), 500, generator)
    hard = found_by((0.2, 0.2, 0.2), 500, generator)
    both = {ways: easy[ways] + hard[ways] for ways in easy}
    estimate = missed_by_unlike(both, ["way 0", "way 1", "way 2"])
    # By the formula of Chao with two thirds, and a least number: more was missed.
    once = sum(both[frozenset([f"way {at}"])] for at in range(3))
    twice = estimate.found - once - both[frozenset(["way 0", "way 1", "way 2"])]
    assert estimate.missed == pytest.approx(2 / 3 * once**2 / (2 * twice))
    assert estimate.low < estimate.missed < estimate.high < 1000 - estimate.found


def test_three_ways_of_which_two_go_together_are_told_apart_from_independent_ones():
    generator = np.random.default_rng(11)
    total = 20_000
    first = generator.random(total) < 0.5
    second = np.where(generator.random(total) < 0.5, first, generator.random(total) < 0.5)
    third = generator.random(total) < 0.4
    found = {}
    for pattern in product((True, False), repeat=3):
        if any(pattern):
            ways = frozenset(name for name, by in zip("abc", pattern, strict=True) if by)
            found[ways] = int(((first == pattern[0]) & (second == pattern[1])
                               & (third == pattern[2])).sum())  # fmt: skip
    truth = total - sum(found.values())
    by_three = missed_by_three(found, "abc")
    by_two = missed_by_two(found, "a", "b")
    assert by_three.low < truth < by_three.high
    # The two that go together find the same, and so tell too little.
    assert by_two.high + by_two.found < total


def test_a_combination_that_found_nothing_leaves_three_ways_without_an_answer():
    found = {frozenset("abc"): 9, frozenset("a"): 1, frozenset("b"): 1, frozenset("ab"): 2}
    assert missed_by_three(found, "abc").missed is None
    assert missed_by_unlike({frozenset("ab"): 4}, "abc").missed is None


@pytest.mark.parametrize("ways", [("a",), ("a", "b"), ("a", "b", "c")])
def test_every_two_ways_and_all_together_are_estimated(ways):
    found = {frozenset(ways): 5, **{frozenset(way): 2 for way in ways}}
    methods = [estimate.method for estimate in estimates(found)]
    assert methods == {1: [], 2: ["two"], 3: ["two"] * 3 + ["unlike", "three"]}[len(ways)]
    for estimate in estimates(found):
        for value in (estimate.missed, estimate.low, estimate.high):
            assert value is None or value >= 0
        assert estimate.high is None or estimate.high >= 1
