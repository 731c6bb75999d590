"""Ranges from rounded and thinned counts hold all that is possible, and nothing else."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.audit.aggregates.bounds import bounds_of, larger_than, measure_aggregates
from doorlicht.audit.aggregates.contradictions import find_contradictions, tell_contradictions
from doorlicht.audit.aggregates.published import (
    AggregateSpec,
    PublishedTable,
    RateSpec,
    Rounding,
    Total,
)
from doorlicht.audit.aggregates.relevance import narrow
from doorlicht.audit.aggregates.sheet import Sheet, SheetPlan, read_sheet, table_of
from doorlicht.audit.aggregates.spec_form import parse_spec
from doorlicht.audit.aggregates.system import NoTableError, axis_of
from doorlicht.audit.aggregates.wizard import draft_spec
from doorlicht.errors import InputError

SPEC = AggregateSpec(
    {"abroad": ("abroad",), "here": ("here",)},
    "here",
    (RateSpec("selected", ("yes",), ("all",)),),
    Rounding(4),
    (Total("everyone", ("here", "abroad")),),
    classifications={"chosen": ("yes", "no")},
    everybody="all",
)
ROWS, COLUMNS = ("all", "yes", "no"), ("everyone", "here", "abroad")


def published(yes, no, base=4):
    """Print a table of people, each cell rounded by itself."""
    inner = np.array([[yes[0] + no[0], yes[1] + no[1]], yes, no], dtype=float)
    whole = np.column_stack([inner.sum(axis=1), inner])
    return PublishedTable(ROWS, COLUMNS, np.round(whole / base) * base)


def every_table(table, most):
    """All tables of people that, rounded, give what was printed (a half either way)."""
    low, high = Rounding(4).possible(table.values)
    a, b, c, d = (grid.ravel() for grid in np.meshgrid(*[np.arange(most)] * 4))
    cells = np.array([[a + c + b + d, a + c, b + d], [a + b, a, b], [c + d, c, d]], dtype=float)
    fits = ((cells >= low[:, :, None]) & (cells <= high[:, :, None])).all(axis=(0, 1))
    return cells[:, :, fits & (cells[0, 1:] > 0).all(axis=0)]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 11), min_size=4, max_size=4))
def test_ranges_hold_every_table_of_people_and_reach_their_ends(cells):
    table = published(cells[:2], cells[2:])
    measures = {(m.measure, m.group): m for m in measure_aggregates(bounds_of(SPEC, table))}
    people = every_table(table, 15)
    one, other = people[1, 2] / people[0, 2], people[1, 1] / people[0, 1]
    ratios = one[other > 0] / other[other > 0]
    for name, possible in (
        ("selected", one),
        ("selected_ratio", ratios),
        ("selected_difference", one - other),
    ):
        found = measures[name, "abroad"]
        assert found.low <= possible.min() + 1e-7
        assert found.high >= possible.max() - 1e-7
    # Half of an even base is whole, so that the ends of a rate are given by people.
    found = measures["selected", "abroad"]
    assert (found.low, found.high) == pytest.approx((one.min(), one.max()), abs=1e-7)


def test_without_rounding_the_range_is_the_number():
    table = published((10, 30), (90, 70), base=1)
    spec = AggregateSpec(
        SPEC.groups, "here", SPEC.rates, Rounding(1), SPEC.column_totals,
        classifications=SPEC.classifications, everybody="all",
    )  # fmt: skip
    ratio = next(
        m for m in measure_aggregates(bounds_of(spec, table)) if m.measure == "selected_ratio"
    )
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((3, 3, 3))


@pytest.mark.parametrize(
    ("rounding", "printed", "expected"),
    [
        pytest.param(Rounding(10), 20, (15, 25), id="nearest"),
        pytest.param(Rounding(10), 0, (0, 5), id="nearest-nought"),
        pytest.param(Rounding(5, "down"), 20, (20, 24), id="down"),
        pytest.param(Rounding(5, "up"), 20, (16, 20), id="up"),
        pytest.param(Rounding(3, "random"), 21, (19, 23), id="random"),
        pytest.param(Rounding(1), 7, (7, 7), id="none"),
        pytest.param(Rounding(1, "nearest", 1, 4), math.nan, (1, 4), id="suppressed"),
        pytest.param(Rounding(10), math.nan, (0, math.inf), id="suppressed-without-a-rule"),
    ],
)
def test_a_printed_number_stands_for_what_its_rule_allows(rounding, printed, expected):
    low, high = rounding.possible(np.array([float(printed)]))
    assert (low[0], high[0]) == expected


def test_a_suppressed_cell_is_found_from_its_total():
    values = np.array([[100.0, 60.0, 40.0], [30.0, 18.0, 12.0], [70.0, math.nan, 28.0]])
    table = PublishedTable(ROWS, COLUMNS, values)
    spec = AggregateSpec(
        SPEC.groups, "here", SPEC.rates, Rounding(1, "nearest", 1, 99), SPEC.column_totals,
        classifications=SPEC.classifications, everybody="all",
    )  # fmt: skip
    narrowed = narrow(table, spec.rounding, [Total("all", ("yes", "no"))], spec.column_totals)
    assert (narrowed.low[2, 1], narrowed.high[2, 1]) == (42, 42)


def test_a_rate_of_a_cell_that_can_be_anything_has_no_end():
    table = PublishedTable(("all", "yes"), ("n",), np.array([[math.nan], [10.0]]))
    spec = AggregateSpec({"n": ("n",)}, "n", (RateSpec("r", ("yes",), ("all",)),))
    rate = bounds_of(spec, table).rate(spec.rates[0], "n").range
    assert rate.low == pytest.approx(0, abs=1e-6)
    assert rate.high > 1e3


CONTRADICTING = PublishedTable(
    ROWS,
    COLUMNS,
    np.array([[100.0, 60.0, 40.0], [40.0, 20.0, 20.0], [60.0, 20.0, 20.0]]),
    places=(5, 6, 7),
)


def test_a_table_that_contradicts_itself_is_told_with_place_and_people():
    with pytest.raises(NoTableError) as error:
        bounds_of(SPEC, CONTRADICTING)
    assert error.value.code == "aggregates.contradiction"
    failed = find_contradictions(SPEC, CONTRADICTING)
    worst = failed[0]
    assert worst.people == pytest.approx(14)
    assert (worst.total.total, worst.other) == ("all", "here")
    sentences = [text.in_language("en") for text in tell_contradictions(failed, CONTRADICTING)]
    assert "Row 5" in sentences[0]
    for text in tell_contradictions(failed, CONTRADICTING):
        assert text.in_language("nl")


def test_totals_that_can_each_be_right_but_not_together_are_told():
    rows = ("t", "a", "b", "c", "d")
    table = PublishedTable(rows, ("n",), np.array([[10.0], [4.0], [4.0], [4.0], [4.0]]))
    # a + b is t, c + d is t, and a + b + c + d is less than twice the least of t.
    spec = AggregateSpec(
        {"n": ("n",)}, "n", (RateSpec("r", ("a",), ("t",)),), Rounding(2),
        row_totals=(Total("t", ("a", "b")), Total("t", ("c", "d")), Total("c", ("a", "b"))),
    )  # fmt: skip
    failed = find_contradictions(spec, table)
    assert failed
    assert sum(one.people for one in failed) >= 1


def test_a_total_with_parts_that_are_not_printed_is_at_least_their_sum():
    table = PublishedTable(("t", "a", "b"), ("n",), np.array([[30.0], [10.0], [10.0]]))
    spec = AggregateSpec(
        {"n": ("n",)}, "n", (RateSpec("r", ("a",), ("t",)),), Rounding(10),
        row_totals=(Total("t", ("a", "b"), is_complete=False),),
    )  # fmt: skip
    rate = bounds_of(spec, table).rate(spec.rates[0], "n").range
    assert (rate.low, rate.high) == pytest.approx((5 / 35, 15 / 25))
    tight = PublishedTable(("t", "a", "b"), ("n",), np.array([[10.0], [10.0], [10.0]]))
    rate = bounds_of(spec, tight).rate(spec.rates[0], "n").range
    assert (rate.low, rate.high) == pytest.approx((5 / 15, 10 / 15))


def test_a_circle_of_totals_is_no_endless_loop():
    axis = axis_of(["a", "b"], [Total("a", ("b",)), Total("b", ("a",))])
    assert axis.makes.shape == (2, 1)


def test_verdicts_are_larger_not_larger_or_open():
    measures = measure_aggregates(bounds_of(SPEC, published((40, 80), (360, 120))))
    (ratio,) = [m for m in measures if m.measure == "selected_ratio"]
    keys = [
        larger_than(measures, {"selected_ratio": border})[0].key
        for border in (ratio.low - 0.01, ratio.high + 0.01, ratio.value)
    ]
    assert keys == ["audit_verdict.larger", "audit_verdict.not_larger", "audit_verdict.open"]
    for language in ("nl", "en"):
        assert larger_than(measures, {"selected_ratio": 1})[0].in_language(language)


GOOD = """
sheet: {columns: {n: B, m: C}, first_row: 2}
groups: {a: [n], b: [m]}
reference: a
rates: {r: {selected: [x], population: [y]}}
"""


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        pytest.param(GOOD, None, None, id="good"),
        pytest.param("a: [", "aggregates.spec_no_yaml", None, id="no-yaml"),
        pytest.param("", "aggregates.spec_empty", None, id="empty"),
        pytest.param("- a", "aggregates.spec_empty", None, id="a-list"),
        pytest.param("[" * 5_000, "aggregates.spec_no_yaml", None, id="nested-deep"),
        pytest.param(GOOD + "reference: b", "aggregates.spec_no_yaml", None, id="key-twice"),
        pytest.param(GOOD + "rownding: 10", "aggregates.spec_unknown", "rownding", id="unknown"),
        pytest.param(
            GOOD.replace("reference: a", ""), "aggregates.spec_missing", "reference", id="missing"
        ),
        pytest.param(
            GOOD + "rounding: {base: .inf}", "aggregates.spec_wrong", "rounding.base", id="endless"
        ),
        pytest.param(
            GOOD + "rounding: {base: -10}", "aggregates.spec_wrong", "rounding.base", id="negative"
        ),
        pytest.param(
            GOOD + "rounding: {suppressed: {from: 9, to: 1}}", "aggregates.spec_wrong",
            "rounding.suppressed", id="suppressed-the-wrong-way-round",
        ),
        pytest.param(
            GOOD.replace("first_row: 2", "first_row: 3, last_row: 2"), "aggregates.spec_wrong",
            "sheet.last_row", id="last-row-above-the-first",
        ),
        pytest.param(
            GOOD.replace("b: [m]", "b: []"), "aggregates.spec_wrong", "groups.b", id="empty-group"
        ),
        pytest.param(
            GOOD + "verdicts: {r_ration: 2}", "aggregates.spec_verdict", None, id="verdict-unknown"
        ),
        pytest.param(
            GOOD + "verdicts: {r_ratio: .nan}", "aggregates.spec_wrong", "verdicts.r_ratio",
            id="verdict-that-is-no-number",
        ),
        pytest.param(
            GOOD.replace("b: [m]", "b: [m, m]"), "aggregates.spec_twice", "groups.b",
            id="column-twice",
        ),
        pytest.param(
            GOOD.replace("selected: [x]", "selected: [x, x]"), "aggregates.spec_twice",
            "rates.r.selected", id="row-twice",
        ),
        pytest.param(
            GOOD.replace("b: [m]", "b: [m, n]") + "column_totals: [{total: n, parts: [m]}]",
            "aggregates.spec_part", "groups.b", id="a-total-and-its-part",
        ),
        pytest.param(
            GOOD.replace("population: [y]", "population: [y, x]")
            + "everybody: y\nclassifications: {s: [x, z]}",
            "aggregates.spec_part", "rates.r.population", id="everybody-and-a-class",
        ),
        pytest.param(
            GOOD + "row_totals: [{total: y, parts: [y, z]}]", "aggregates.spec_twice",
            "row_totals.0", id="part-of-itself",
        ),
        pytest.param(
            GOOD + "classifications: {s: [x]}", "aggregates.spec_wrong", "classifications.s",
            id="divided-in-one",
        ),
        pytest.param(
            GOOD.replace("reference: a", "reference: c"), "aggregates.spec_wrong", "reference",
            id="reference-that-is-no-group",
        ),
        pytest.param(
            GOOD.replace("b: [m]", "b: [k]"), "aggregates.spec_wrong", "groups.b",
            id="group-of-a-column-that-is-not-there",
        ),
        pytest.param(
            GOOD + "rounding: {base: 0}", "aggregates.spec_wrong", "rounding.base", id="nought"
        ),
    ],
)  # fmt: skip
def test_a_spec_is_checked_at_the_door(text, code, key):
    if code is None:
        spec, plan, _ = parse_spec(text)
        assert spec.reference == "a"
        assert plan.first_row == 2
        return
    with pytest.raises(InputError) as error:
        parse_spec(text)
    assert error.value.code == code
    assert error.value.details.get("key") == key


PLAN = SheetPlan(None, "A", {"n": "B"}, 2, marks=(".", "x"))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        pytest.param("1.240", 1240, id="dot-between-thousands"),
        pytest.param("1,240,500", 1240500, id="commas"),
        pytest.param("1 240", 1240, id="space"),
        pytest.param("17", 17, id="plain"),
        pytest.param(17.0, 17, id="number"),
        pytest.param(".", math.nan, id="mark"),
        pytest.param("1'240", 1240, id="apostrophe"),
        pytest.param("60,5", 60.5, id="decimal-comma"),
    ],
)
def test_cells_are_read_as_counts(cell, value):
    table = table_of(Sheet((("", "n"), ("row", cell)), "t"), PLAN)
    assert table.values[0, 0] == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        pytest.param((("", "n"), ("row", "many")), "aggregates.no_number", id="a-word"),
        pytest.param((("", "n"), ("", 1)), "aggregates.sheet_empty", id="no-rows"),
        pytest.param((("", "n"), ("a", 1), ("a", 2)), "aggregates.row_twice", id="row-twice"),
        pytest.param((("", "n"), ("row", -60)), "aggregates.no_count", id="negative"),
        pytest.param((("", "n"), ("row", 1e30)), "aggregates.no_count", id="more-than-people"),
        pytest.param((("", "n"), ("row", math.nan)), "aggregates.no_count", id="no-number"),
        pytest.param((("", "n"), ("row", "")), "aggregates.empty_cell", id="empty"),
        pytest.param((("", "n"), ("row",)), "aggregates.empty_cell", id="short-row"),
        pytest.param((("", "n"), ("row", True)), "aggregates.no_number", id="true"),
        pytest.param((("", "n"), ("row", "60*")), "aggregates.no_number", id="footnote"),
        pytest.param((("", "n"), ("row", "20%")), "aggregates.no_number", id="share"),
    ],
)
def test_a_sheet_that_does_not_fit_its_plan_is_refused(cells, code):
    with pytest.raises(InputError) as error:
        table_of(Sheet(cells, "t"), PLAN)
    assert error.value.code == code


def test_columns_are_found_by_letter_and_by_the_text_above():
    plan = SheetPlan(None, "B", {"n": "people", "m": "D"}, 3)
    cells = (("", "title", "", ""), ("", "", "people", "more"), ("", "row", 1.0, 2.0))
    assert table_of(Sheet(cells, "t"), plan).values.tolist() == [[1, 2]]
    with pytest.raises(InputError) as error:
        table_of(Sheet(cells, "t"), SheetPlan(None, "B", {"n": "peple"}, 3))
    assert error.value.details["nearest"] == "people"


def test_a_csv_is_read_as_well(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name;n\nall;1.200\nyes;x\n", "utf-8")
    table = table_of(read_sheet(path), SheetPlan(None, "name", {"n": "n"}, 2, marks=("x",)))
    assert table.values[0, 0] == 1200
    assert math.isnan(table.values[1, 0])


def test_a_file_that_is_no_sheet_is_told(tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"PK no")
    with pytest.raises(InputError) as error:
        read_sheet(path)
    assert error.value.code == "aggregates.sheet_unreadable"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_the_wizard_drafts_can_be_used_at_once(language):
    cells = (
        ("", "All", "Born here", "Born abroad"),
        ("Total", 120.0, 80.0, 40.0),
        ("Sex: m", 70.0, 50.0, 20.0),
        ("Sex: f", 50.0, 30.0, 20.0),
    )
    sheet = Sheet(cells, "Table 1")
    spec, plan, _ = parse_spec(draft_spec(sheet, language))
    assert spec.classifications == {"Sex": ("Sex: m", "Sex: f")}
    assert Total("All", ("Born here", "Born abroad")) in spec.column_totals
    assert measure_aggregates(bounds_of(spec, table_of(sheet, plan)))


def test_the_spec_in_the_documentation_is_a_spec():
    page = Path(__file__).parents[4] / "docs/reference/audit-spec.md"
    lines = [line[4:] for line in page.read_text("utf-8").splitlines() if line.startswith("    ")]
    spec, plan, verdicts = parse_spec("\n".join(lines))
    assert spec.rounding == Rounding(10, "nearest", 1, 4)
    assert plan.marks == (".", "x")
    assert verdicts == {"selected_ratio": 6}
