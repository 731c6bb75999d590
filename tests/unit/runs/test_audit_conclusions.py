"""What an audit concludes is what its exit code says, also where rates are nought or one."""

import pytest

from doorlicht.cli.audit import exit_code
from doorlicht.language import LANGUAGES
from doorlicht.records import ALL_OTHERS, Audited, Cell, Measure
from doorlicht.reports.audit_words import say_text
from doorlicht.runs.audit_conclusions import conclude
from doorlicht.runs.audit_measures import measure_cells
from doorlicht.runs.audit_request import AuditRequest


def audit_of(group, reference, *, against="b"):
    """Return an audit of ``(selected, not selected)`` of a group and of its reference."""
    cells = [
        Cell((name,), is_selected, n)
        for name, counts in (("a", group), ("b", reference))
        for is_selected, n in zip((True, False), counts, strict=True)
        if n
    ]
    request = AuditRequest("t.csv", "jo", groups=["g"], reference=against)
    return measure_cells(cells, ["g"], request)


def said(report, language="en"):
    return " ".join(say_text(one, language) for one in report.conclusions)


@pytest.mark.parametrize("against", ["b", ALL_OTHERS])
@pytest.mark.parametrize(
    ("group", "reference", "words"),
    [
        pytest.param((40, 160), (0, 300), "nobody is selected, and of a 20.0 %", id="none-of-b"),
        pytest.param((40, 160), (300, 0), "a is selected 0.20 times", id="all-of-b"),
        pytest.param((0, 200), (90, 210), "a is selected 0.00 times", id="none-of-a"),
        pytest.param((200, 0), (90, 210), "a is selected 3.33 times", id="all-of-a"),
        pytest.param((200, 0), (0, 300), "nobody is selected, and of a 100.0 %", id="all-or-none"),
        pytest.param((0, 200), (300, 0), "a is selected 0.00 times", id="none-or-all"),
    ],
)  # fmt: skip
def test_what_stands_out_at_the_end_of_the_scale_is_concluded(group, reference, words, against):
    report = audit_of(group, reference, against=against)
    assert exit_code(report) == 1
    assert words in said(report)
    assert "audit_says.nothing" not in [one.key for one in report.conclusions]
    assert "geselecteerd" in said(report, "nl")


@pytest.mark.parametrize(
    ("group", "reference"),
    [((0, 200), (0, 300)), ((200, 0), (300, 0)), ((1, 20), (0, 30)), ((20, 1), (30, 0))],
    ids=["none-at-all", "all", "one-more", "one-less"],
)
def test_what_is_chance_is_concluded_to_be_that(group, reference):
    report = audit_of(group, reference)
    assert exit_code(report) == 0
    assert [one.key for one in report.conclusions] == ["audit_says.nothing"]


@pytest.mark.parametrize(
    ("group", "reference", "way"),
    [((3, 300), (150, 300), "less"), ((50, 50), (2, 300), "more"), ((4, 0), (9, 300), "more")],
)
def test_what_stands_out_by_few_people_is_told_without_its_numbers(group, reference, way):
    report = audit_of(group, reference)
    assert exit_code(report) == 1
    assert [one.key for one in report.conclusions] == [f"audit_says.selected_few_{way}"]
    for language in LANGUAGES:
        assert not any(sign.isdigit() for sign in said(report, language).replace("5", ""))


def test_groups_of_two_columns_that_have_one_name_are_two_comparisons():
    # "a" of the one column stands out, and "a" of the other does not.
    cells = [Cell((one, other), is_selected, n) for one, other, is_selected, n in [
        ("a", "a", True, 60), ("a", "a", False, 40), ("a", "b", True, 60), ("a", "b", False, 40),
        ("b", "a", True, 20), ("b", "a", False, 80), ("b", "b", True, 20), ("b", "b", False, 80),
    ]]  # fmt: skip
    report = measure_cells(cells, ["x", "y"], AuditRequest("t.csv", "jo", groups=["x", "y"],
                                                            reference="b"))  # fmt: skip
    found = {
        each.attribute: one.adjusted_p_value
        for each in report.audited for one in each.measures if one.measure == "selection_ratio"
        and one.group == "a"
    }  # fmt: skip
    assert found["x"] < 1e-6
    assert found["y"] == 1
    assert report.details["comparisons"] == 2 + 3


def one_measure(name, **numbers):
    usual = {"value": 2.0, "low": 1.1, "high": 3.0, "p_value": 0.001, "adjusted_p_value": 0.01}
    return Measure(name, "a", "b", level=0.95, method="-", **{**usual, **numbers})


@pytest.mark.parametrize(
    ("measures", "words"),
    [
        ([one_measure("selection_ratio", high=float("inf"))], "from 1.10, no upper end"),
        ([one_measure("fpr_ratio", high=float("inf"))], "false positive rate of a is 2.00 times"),
        ([one_measure("fpr_ratio", value=None), one_measure("fpr_difference", value=0.1)],
         "false positive rate of b is nought, and that of a 10.0 %"),
        ([one_measure("selection_ratio_conditional")], "among people who are alike, a to b: 2.00"),
        ([one_measure("selection_ratio_conditional", value=None),
          one_measure("selection_difference_conditional", value=0.1)], "nobody of b is selected"),
        ([one_measure("selection_odds_ratio_adjusted")], "factors held equal, a to b: 2.00"),
    ],
)  # fmt: skip
def test_each_kind_of_comparison_that_stands_out_has_a_sentence(measures, words):
    (text,) = conclude([Audited("g", (), tuple(measures))], 1)
    assert words in say_text(text, "en")
    assert say_text(text, "nl")


@pytest.mark.parametrize("searched", ["subgroup", "wrong_subgroup"])
@pytest.mark.parametrize(
    "measures",
    [
        [one_measure("selection_ratio")],
        [one_measure("selection_ratio", high=float("inf"))],
        [one_measure("selection_ratio", value=None), one_measure("selection_difference")],
    ],
)
def test_a_subgroup_that_stands_out_is_a_question_whatever_the_others_are(searched, measures):
    (text,) = conclude([Audited("g", (), tuple(measures))], 0, searched=searched)
    assert say_text(text, "en").endswith("Why?")
    assert say_text(text, "nl").endswith("Waarom?")
