"""How sure is none: each way of telling by itself, and never nought."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.evidence.residual import (
    Coverage,
    Recall,
    SampleBound,
    make_residual,
    missed_by_recall,
)

RECALL = Recall(45, 48, 0.828, 0.987, "second set")
SAMPLE = SampleBound("SA-1", "clean-columns", 61_300, 750, 0, 242, 0.95)


def test_of_what_the_detectors_miss_as_measured_a_share_remains():
    missed = missed_by_recall(100, RECALL)
    assert missed.expected == pytest.approx(100 * 3 / 45)
    assert missed.high >= 100 * (1 / 0.828 - 1)


@given(st.integers(0, 5000), st.floats(0.01, 0.999999), st.floats(0.5, 0.9999))
def test_it_is_never_nought_and_never_without_a_number(found, low, confidence):
    missed = missed_by_recall(found, Recall(9, 10, low, 1.0, "any"), confidence)
    assert missed.high >= 1
    assert missed.expected is None or math.isfinite(missed.expected)


def test_nothing_found_says_little_and_still_sets_an_end():
    missed = missed_by_recall(0, RECALL)
    assert missed.expected is None
    assert missed.high == 2


def test_a_lower_recall_or_more_confidence_leaves_more():
    worse = missed_by_recall(100, Recall(45, 48, 0.6, 0.987, "second set"))
    assert worse.high > missed_by_recall(100, RECALL).high
    assert missed_by_recall(100, RECALL, 0.99).high > missed_by_recall(100, RECALL).high


def test_detectors_that_found_nothing_when_they_were_measured_say_nothing():
    nothing = Recall(0, 5, 0.0, 0.4, "small")
    with pytest.raises(ValueError, match="no end"):
        missed_by_recall(3, nothing)
    residual = make_residual(Coverage(9, 0), 3, recall=nothing, samples=[], recapture=[])
    assert residual.basis == "nothing"


@pytest.mark.parametrize(
    ("recall", "samples", "basis"),
    [(None, [], "nothing"), (RECALL, [], "recall"), (RECALL, [SAMPLE], "sample"),
     (None, [SAMPLE], "sample")],
)  # fmt: skip
def test_the_statement_leads_with_what_rests_on_the_least(recall, samples, basis):
    residual = make_residual(Coverage(100, 3), 7, recall=recall, samples=samples, recapture=[])
    assert residual.basis == basis


def test_no_more_can_be_missed_than_was_looked_at():
    residual = make_residual(Coverage(103, 0), 100, recall=RECALL, samples=[], recapture=[])
    assert residual.recall.high == 3
    with pytest.raises(ValueError, match="more was found"):
        make_residual(Coverage(1, 0), 2, recall=None, samples=[], recapture=[])


def test_the_share_of_a_sample_is_that_of_its_population():
    assert SAMPLE.share == pytest.approx(242 / 61_300)
