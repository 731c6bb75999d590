"""Checking figures of others: what holds, what cannot be, and what was meant instead."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.audit.published import (
    Figure,
    check_figures,
    check_replicates,
    read_figures,
)
from doorlicht.errors import InputError

TABLE = {"tp": 1369, "fp": 805, "fn": 532, "tn": 990}
OTHERS = {"reference_tp": 505, "reference_fp": 349, "reference_fn": 461, "reference_tn": 1139}


def verdict(measure, printed, counts=TABLE, **more):
    (found,) = check_figures([Figure("f", measure, printed, counts, **more)])
    return found


@pytest.mark.parametrize(
    ("measure", "printed", "expected", "meant"),
    [
        # ProPublica (2016), the table for black defendants, and the same with a digit changed.
        pytest.param("fpr", "44.85%", "holds", None, id="holds"),
        pytest.param("fpr", "0.4485", "holds", None, id="as-a-share"),
        pytest.param("fpr", "44,85 %", "holds", None, id="with-a-comma"),
        pytest.param("fpr", "44.86%", "impossible", None, id="last-digit"),
        pytest.param("fnr", "27.99%", "holds", None, id="false-negatives"),
        pytest.param("fpr", "37.03%", "impossible", "fdr", id="false-discoveries-meant"),
        pytest.param("precision", "0.63", "holds", None, id="two-decimals"),
        pytest.param("selection_rate", "58.8%", "holds", None, id="selected-of-both-outcomes"),
        pytest.param("fpr", "about half", "unknown", None, id="words"),
    ],
)
def test_a_figure_holds_or_does_not(measure, printed, expected, meant):
    found = verdict(measure, printed)
    assert (found.verdict, found.meant) == (expected, meant)
    if found.note:
        assert found.note.in_language("nl")
        assert found.note.in_language("en")


def test_ratios_and_differences_are_checked_with_the_reference():
    counts = {**TABLE, **OTHERS}
    assert verdict("fpr_ratio", "1.91", counts).verdict == "holds"
    assert verdict("fpr_difference", "21.4%", counts).verdict == "holds"
    assert verdict("selection_ratio", "1.69", counts).verdict == "holds"
    assert verdict("fpr_ratio", "1.89", counts).verdict == "impossible"
    assert verdict("fpr_ratio", "1.91").verdict == "unknown"


def test_counts_that_were_rounded_leave_room():
    counts = {"selected": 2010, "people": 54820}
    assert verdict("selection_rate", "3.67%", counts).verdict == "holds"
    assert verdict("selection_rate", "3.68%", counts).verdict == "impossible"
    assert verdict("selection_rate", "3.66%", counts, rounding=10).verdict == "possible"
    assert verdict("selection_rate", "3.80%", counts, rounding=10).verdict == "impossible"


def test_a_figure_outside_its_own_interval_is_told():
    found = verdict("fpr", "44.85%", printed_low="45.1%", printed_high="47.0%")
    assert found.note.key == "audit_figure.outside_interval"
    assert verdict("fpr", "44.85%", printed_low="43.1%", printed_high="47.0%").note is None


@given(
    st.lists(st.integers(1, 500), min_size=4, max_size=4),
    st.sampled_from(["fpr", "fnr", "precision", "fdr", "npv", "for"]),
    st.integers(1, 6),
)
def test_what_is_computed_from_the_counts_always_holds(cells, measure, decimals):
    counts = dict(zip(("tp", "fp", "fn", "tn"), cells, strict=True))
    exact = check_figures([Figure("f", measure, "9", counts)])[0].recomputed
    assert verdict(measure, f"{exact:.{decimals}f}", counts).verdict == "holds"


@given(st.lists(st.integers(20, 500), min_size=4, max_size=4), st.data())
def test_what_came_from_counts_before_their_rounding_is_never_called_impossible(cells, data):
    measure = data.draw(st.sampled_from(["fpr", "fnr", "precision"]))
    counts = dict(zip(("tp", "fp", "fn", "tn"), cells, strict=True))
    exact = check_figures([Figure("f", measure, "9", counts)])[0].recomputed
    rounded = {name: round(count / 10) * 10 for name, count in counts.items()}
    found = verdict(measure, f"{exact:.4f}", rounded, rounding=10)
    assert found.verdict in ("holds", "possible")


def test_figures_are_read_from_a_file(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("figure;measure;printed;tp;fp;fn;tn\na;fpr;44,85%;1369;805;532;990\n", "utf-8")
    (found,) = check_figures(read_figures(path))
    assert (found.figure, found.verdict) == ("a", "holds")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("measure,printed,tq\n", "figures.column", id="unknown-column"),
        pytest.param("printed,tp\n", "figures.column", id="no-measure"),
        pytest.param("measure,printed\nfprr,1\n", "figures.measure", id="unknown-measure"),
        pytest.param("measure,printed,tp\nfpr,1,many\n", "figures.number", id="a-word"),
        pytest.param("measure,printed,tp\nfpr,1,-3\n", "figures.number", id="negative"),
        pytest.param("measure,printed,rounding\nfpr,1,0\n", "figures.number", id="rounding"),
    ],
)
def test_a_file_of_figures_is_checked_at_the_door(tmp_path, text, code):
    path = tmp_path / "figures.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        read_figures(path)
    assert error.value.code == code


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError) as error:
        read_figures(tmp_path / "none.csv")
    assert error.value.code == "figures.unreadable"


@pytest.mark.parametrize(
    ("replicates", "key"),
    [
        pytest.param(np.full((100, 3), 0.2), "replicates_identical", id="identical"),
        pytest.param(np.full((5, 2), np.nan), "replicates_identical", id="all-missing"),
        pytest.param([0.1, 0.2] * 50, "replicates_repeated", id="two-values"),
        pytest.param([0.1], "replicates_few", id="one"),
        pytest.param(np.arange(100.0), None, id="good"),
    ],
)
def test_a_bootstrap_that_repeats_itself_is_told(replicates, key):
    found = check_replicates(replicates)
    assert (found.key if found else None) == (key and f"audit_figure.{key}")
