"""What was looked at in which unit, and above all what never was."""

from datetime import date

from doorlicht.organisation import make_history, measure_coverage
from doorlicht.records import InventoryStep, OrganisationUnit, ScopeDecision

TODAY = date(2025, 1, 1)
REORGANISED = date(2024, 6, 30)
AFTER = date(2024, 7, 1)


def scope(*units, decision="in"):
    return [
        ScopeDecision(f"S-{one}", one, decision, "because", "A. Vries", date(2023, 1, 1),
                      date(2030, 1, 1))
        for one in units
    ]  # fmt: skip


def step(unit, kind="interview", state="done", on=date(2024, 1, 1), **more):
    name = f"I-{unit}-{kind}-{state}-{more.get('source', '')}-{on}"
    return InventoryStep(name, unit, kind, state, done_on=on if state == "done" else None, **more)


def states(units, steps, *, kinds=("interview",), day=TODAY, sources=None, decisions=None):
    coverage = measure_coverage(
        make_history(units), scope(units[0].id) if decisions is None else decisions, steps, day,
        kinds=kinds, sources=sources,
    )  # fmt: skip
    return {row.unit: [cell.state for cell in row.cells] for row in coverage.rows}


TREE = [OrganisationUnit("m", "M"), OrganisationUnit("a", "A", parent="m")]


def test_a_cell_without_any_step_was_never_looked_at():
    coverage = measure_coverage(
        make_history(TREE), scope("m"), [step("a", state="started"), step("m", state="planned")],
        TODAY, kinds=("interview", "scan"),
    )  # fmt: skip
    assert [(one.unit, one.kind) for one in coverage.never] == [("m", "scan"), ("a", "scan")]
    assert [[one.state for one in row.cells] for row in coverage.rows] == [
        ["planned", "never"], ["started", "never"],
    ]  # fmt: skip


def test_a_step_holds_for_the_units_below_only_where_it_says_so():
    assert states(TREE, [step("m")]) == {"m": ["done"], "a": ["never"]}
    assert states(TREE, [step("m", covers_below=True)]) == {"m": ["done"], "a": ["covered"]}
    started = step("m", state="started", covers_below=True)
    assert states(TREE, [started]) == {"m": ["started"], "a": ["never"]}


def test_what_was_done_after_the_day_was_not_done_yet():
    later = step("m", on=date(2025, 1, 2))
    assert states(TREE, [later])["m"] == ["never"]
    assert states(TREE, [later], day=date(2025, 1, 2))["m"] == ["done"]


def test_each_source_of_a_unit_needs_a_scan_of_its_own():
    scans = [step("a", "scan", source="hr"), step("a", "scan", "started", source="grants")]
    found = states(TREE, scans, kinds=("scan",), sources={"a": ["hr", "grants", "archive"]})
    assert found == {"m": ["never"], "a": ["done", "started", "never"]}


def test_a_scan_of_a_source_counts_whichever_unit_it_was_noted_under():
    found = states(TREE, [step("m", "scan", source="hr")], kinds=("scan",), sources={"a": ["hr"]})
    assert found["a"] == ["done"]


def test_of_several_steps_at_one_source_the_furthest_counts():
    assert states(TREE, [step("a", state="planned"), step("a")])["a"] == ["done"]


def renamed(**more):
    return [
        OrganisationUnit("a", "A", until=REORGANISED, status="merged", successors=("c",)),
        OrganisationUnit("c", "C", since=AFTER, **more),
    ]


def merged():
    return [
        OrganisationUnit("b", "B", until=REORGANISED, status="merged", successors=("c",)),
        *renamed(),
    ]


def test_a_unit_that_was_born_of_others_is_covered_where_all_of_these_were():
    assert states(renamed(), [step("a")]) == {"c": ["taken_over"]}
    assert states(merged(), [step("a")]) == {"c": ["never"]}
    assert states(merged(), [step("a"), step("b")]) == {"c": ["taken_over"]}
    assert states(merged(), [step("a"), step("c", on=AFTER)]) == {"c": ["done"]}


def test_what_a_unit_did_before_it_took_over_another_one_counts_in_part():
    units = [
        OrganisationUnit("a", "A", until=REORGANISED, status="merged", successors=("c",)),
        OrganisationUnit("c", "C"),
    ]
    both = scope("a", "c")
    assert states(units, [step("c")], decisions=both) == {"c": ["partly"]}
    assert states(units, [step("a")], decisions=both) == {"c": ["never"]}
    assert states(units, [step("a"), step("c")], decisions=both) == {"c": ["done"]}
    assert states(units, [step("c", on=REORGANISED)], decisions=both) == {"c": ["partly"]}
    assert states(units, [step("c", on=AFTER)], decisions=both) == {"c": ["done"]}


def test_both_parts_of_a_split_are_covered_by_what_was_looked_at_as_a_whole():
    units = [
        OrganisationUnit("a", "A", until=REORGANISED, status="split", successors=("b", "c")),
        OrganisationUnit("b", "B", since=AFTER), OrganisationUnit("c", "C", since=AFTER),
    ]  # fmt: skip
    assert states(units, [step("a")]) == {"b": ["taken_over"], "c": ["taken_over"]}


def test_units_that_are_no_rows_are_named():
    units = [*TREE, OrganisationUnit("b", "B", parent="m"), OrganisationUnit("x", "X")]
    coverage = measure_coverage(
        make_history(units), scope("m") + scope("b", decision="out_for_now"), [], TODAY,
        kinds=("scan",),
    )  # fmt: skip
    assert (coverage.excluded, coverage.undecided) == (("b",), ("x",))
    assert [row.unit for row in coverage.rows] == ["m", "a"]
