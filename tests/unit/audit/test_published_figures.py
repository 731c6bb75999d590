"""Checking figures of others: what holds, what cannot be, and what was meant instead."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.audit.published import (
    Figure,
    check_figures,
    check_replicates,
    printed_ends,
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
        pytest.param("printed,tp\n", "figures.no_column", id="no-measure"),
        pytest.param("measure,printed\nfprr,1\n", "figures.measure", id="unknown-measure"),
        pytest.param("measure,printed,tp\nfpr,1,many\n", "figures.number", id="a-word"),
        pytest.param("measure,printed,tp\nfpr,1,-3\n", "figures.number", id="negative"),
        pytest.param("measure,printed,rounding\nfpr,1,0\n", "figures.number", id="rounding"),
        pytest.param("measure,printed,tp\nfpr,1,nan\n", "figures.number", id="no-number"),
        pytest.param("measure,printed,tp\nfpr,1,1e300\n", "figures.number", id="too-many-people"),
        pytest.param("", "figures.no_column", id="empty"),
        pytest.param("measure,printed\n\n", "figures.none", id="no-figure"),
        pytest.param("measure,printed,tp,tp\nfpr,1,2,3\n", "figures.column_twice", id="twice"),
        pytest.param(
            "measure,printed,tp,fp\nfpr,1,1,240,3\n", "figures.row_too_long", id="split-number"
        ),
        pytest.param("measure,printed\n,1\n", "figures.no_measure", id="measure-left-out"),
        pytest.param('measure,printed\n"fpr,1\n', "figures.unreadable", id="open-quote"),
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


def test_columns_are_known_whatever_their_case_and_spaces(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("Figure, Measure, Printed, TP, FP, FN, TN\na, FPR, 7.1%, 1.369, 10, 20, 130\n")
    (found,) = read_figures(path)
    assert (found.measure, found.counts["tp"]) == ("fpr", 1369)


@pytest.mark.parametrize(
    ("counts", "rounding", "key"),
    [
        pytest.param({"selected": 150, "people": 100}, 1, "part_too_large", id="more-than-all"),
        pytest.param(
            {"selected": 60, "unselected": 60, "people": 100}, 1, "counts_contradict", id="no-sum"
        ),
        pytest.param(
            {"selected": 60, "unselected": 60, "people": 110}, 10, None, id="no-sum-but-rounded"
        ),
        pytest.param(
            {"selected": 10, "people": 100, "tp": 4, "fp": 10}, 1, "counts_contradict",
            id="outcomes-of-more-people",
        ),
        pytest.param(
            {"selected": 1, "people": 4, "reference_selected": 5, "reference_people": 2}, 1,
            "part_too_large", id="of-the-reference",
        ),
        pytest.param({"selected": 12.3, "unselected": 7.6, "people": 20}, 1, None, id="weights"),
    ],
)  # fmt: skip
def test_counts_that_contradict_each_other_make_no_figure_hold(counts, rounding, key):
    rate = counts["selected"] / (counts["selected"] + counts.get("unselected", 0) or 1)
    figure = Figure("f", "selection_rate", f"{100 * rate:.1f}%", counts, rounding)
    (found,) = check_figures([figure])
    if key is None:
        assert found.verdict == "holds"
    else:
        assert (found.verdict, found.note.key) == ("impossible", f"audit_figure.{key}")


@pytest.mark.parametrize(
    ("printed", "ends"),
    [
        pytest.param(".07", (0.065, 0.075), id="no-nought"),
        pytest.param("7,1 %", (0.0705, 0.0715), id="per-cent"),
        pytest.param("71\u2030", (0.0705, 0.0715), id="per-mille"),
        pytest.param("1.234,5", (1234.45, 1234.55), id="thousands-and-decimals"),
        pytest.param("\u22120.5", (-0.55, -0.45), id="minus"),
        pytest.param("-0,5", (-0.55, -0.45), id="hyphen"),
        pytest.param("1" * 5_000, None, id="endless"),
        pytest.param(".", None, id="a-dot"),
        pytest.param("", None, id="nothing"),
        pytest.param("%", None, id="a-sign"),
        pytest.param("about 7", None, id="words"),
        pytest.param("\u0667%", None, id="digits-of-another-script"),
    ],
)
def test_what_is_printed_stands_for_all_that_is_rounded_to_it(printed, ends):
    assert printed_ends(printed) == (ends and pytest.approx(ends))


@pytest.mark.parametrize(
    ("low", "high", "key"),
    [
        pytest.param("20%", "10%", "interval_reversed", id="reversed"),
        pytest.param("n.a.", "10%", "interval_no_number", id="a-word"),
        pytest.param("17%", "20%", "outside_interval", id="outside"),
        pytest.param("14%", "", None, id="one-end"),
    ],
)
def test_an_interval_that_cannot_be_is_told(low, high, key):
    counts = {"selected": 15, "people": 100}
    figure = Figure("f", "selection_rate", "15%", counts, printed_low=low, printed_high=high)
    note = check_figures([figure])[0].note
    assert (note.key if note else None) == (key and f"audit_figure.{key}")


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
