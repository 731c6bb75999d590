"""A figure can be traced to what was counted, and never changes in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from tests.document_input import DAY, DECISIONS, LINES, STEPS, earlier, invented

from doorlicht.errors import InputError
from doorlicht.language import LANGUAGES, known_keys
from doorlicht.reports.corrections import compare_figures, find_corrections
from doorlicht.reports.documents.given import Given
from doorlicht.reports.documents.making import make_document
from doorlicht.reports.figures import count_figure, every_figure, queries


def counted(given: Given, query: str, **parameters: str) -> int:
    found = count_figure(given, query, **parameters)
    assert found is not None
    return found.value


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("units", 5),
        ("units_in_scope", 2),
        ("units_left_out", 2),
        ("units_overdue", 1),
        ("units_undecided", 0),
        ("cells", 4),
        ("cells_covered", 2),
        ("cells_never", 1),
        ("statements", 2),
        ("statements_looked_into", 1),
        ("statements_wrong", 1),
        ("uses", 3),
        ("uses_decided", 1),
        ("uses_undecided", 2),
        ("uses_wrong", 1),
        ("measures", 2),
        ("measures_open", 1),
        ("measures_verified", 1),
        ("measures_late", 1),
        ("blind_spots", 1),
        ("tables_read", 40),
        ("columns_read", 4000),
        ("sample_drawn", 300),
        ("sample_wrong", 1),
        ("sample_population", 4000),
        ("missed_at_most", 62),
        ("missed_by_recall", 3),
        ("remarks", 2),
        ("remarks_open", 1),
        ("questions", 6),
        ("questions_open", 4),
        ("question_sets_overdue", 1),
        ("commitments", 2),
        ("commitments_open", 1),
        ("commitments_overdue", 1),
    ],
)
def test_what_is_counted_is_what_the_input_holds(query: str, value: int) -> None:
    assert counted(invented(), query) == value


def test_every_query_is_tried_and_has_its_words() -> None:
    tried = {
        mark.args[1][at][0]
        for mark in test_what_is_counted_is_what_the_input_holds.pytestmark
        for at in range(len(mark.args[1]))
    }
    assert set(queries()) == tried
    for name in queries():
        for part in ("label", "definition"):
            assert all(f"figures.query.{name}.{part}" in known_keys(one) for one in LANGUAGES)


@pytest.mark.parametrize("query", queries())
def test_what_the_register_does_not_hold_gives_no_figure(query: str) -> None:
    assert count_figure(Given(DAY), query) is None


def test_of_uses_that_nobody_decided_on_it_is_not_known_how_many_fail() -> None:
    given = invented()
    assert given.inventory is not None
    undecided = replace(given, inventory=replace(given.inventory, lines=LINES[1:]))
    assert count_figure(undecided, "uses_wrong") is None
    assert count_figure(given, "uses_wrong", concept="country_of_birth") is None
    none = replace(given, inventory=replace(given.inventory, lines=()))
    assert counted(none, "uses_wrong") == 0


def test_a_parameter_narrows_what_is_counted() -> None:
    assert counted(invented(), "uses", concept="nationality") == 2
    assert counted(invented(), "uses", concept="nationality", role="score") == 1
    assert counted(invented(), "uses", concept="religion") == 0
    assert counted(invented(), "cells", unit="insp") == 2
    assert counted(invented(), "questions", set="Q-2") == 1


@pytest.mark.parametrize(
    ("query", "parameters", "code"),
    [
        pytest.param("usess", {}, "figures.no_such", id="query"),
        pytest.param("uses", {"colour": "red"}, "figures.no_parameter", id="parameter"),
        pytest.param("units", {"unit": "insp"}, "figures.no_parameter", id="other-query"),
    ],
)
def test_a_question_that_cannot_be_counted_is_told(
    query: str, parameters: dict[str, str], code: str
) -> None:
    with pytest.raises(InputError) as error:
        count_figure(invented(), query, **parameters)
    assert error.value.code == code


def test_the_same_rows_give_the_same_figure_in_any_order() -> None:
    given = invented()
    assert given.inventory is not None
    turned = replace(given, inventory=replace(given.inventory, lines=LINES[::-1]))
    assert count_figure(given, "uses") == count_figure(turned, "uses")


@settings(max_examples=8)
@drawn(st.sets(st.sampled_from(range(3))), st.sets(st.sampled_from(range(3))))
def test_two_figures_are_one_exactly_if_the_same_was_counted(
    some: set[int], others: set[int]
) -> None:
    def figure(which: set[int]) -> object:
        given = invented()
        assert given.inventory is not None
        lines = tuple(LINES[at] for at in sorted(which))
        found = count_figure(
            replace(given, inventory=replace(given.inventory, lines=lines)), "uses"
        )
        assert found is not None
        return found.id, found.snapshot

    assert (figure(some) == figure(others)) is (some == others)


def test_a_use_that_is_changed_gives_another_figure_though_the_number_stays() -> None:
    given = invented()
    assert given.inventory is not None
    first = replace(LINES[0], use=replace(LINES[0].use, unit="insp"))
    other = replace(given, inventory=replace(given.inventory, lines=(first, *LINES[1:])))
    before, after = count_figure(given, "uses"), count_figure(other, "uses")
    assert before is not None
    assert after is not None
    assert (before.value, before.id == after.id) == (after.value, False)


def test_what_became_known_of_the_day_of_a_report_is_a_correction() -> None:
    given = invented()
    assert given.dossier is not None
    less = replace(given, dossier=replace(given.dossier, decisions=DECISIONS[:1]))
    signed = earlier(less, "units_in_scope", "units", "measures").figures
    (found,) = find_corrections(signed, given)
    assert (found.before.value, found.after and found.after.value) == (1, 2)
    assert (found.added, found.removed) == (("insp",), ())
    assert found.cells == (("insp", None, ()),)
    assert find_corrections(signed, less) == []


def test_a_correction_shows_each_cell_as_it_was_and_as_it_is() -> None:
    given = invented()
    assert given.dossier is not None
    signed = earlier(given, "cells_covered", "units").figures
    steps = (replace(STEPS[0], state="not_applicable"), STEPS[2],
             replace(STEPS[1], id="I-9", unit="insp"))  # fmt: skip
    now = replace(given, dossier=replace(given.dossier, steps=steps))
    (found,) = find_corrections(signed, now)
    assert found.cells == (
        ("dg-a/interview/head of applications", ("done",), None),
        ("dg-a/scan/files", ("done",), ("not_applicable",)),
        ("insp/interview/head of applications", None, ("done",)),
    )
    # Of a report that was signed by a version that kept ids alone, only these can be compared.
    old = [replace(one, counted=()) for one in signed]
    (found,) = find_corrections(old, now)
    assert [one.id for one in found.cells] == [
        "dg-a/interview/head of applications",
        "insp/interview/head of applications",
    ]


def test_a_use_that_was_proposed_since_is_no_correction() -> None:
    given = invented()
    assert given.inventory is not None
    less = replace(given, inventory=replace(given.inventory, lines=LINES[:2]))
    assert find_corrections(earlier(less, "uses").figures, given) == []


def test_what_cannot_be_counted_any_more_is_a_correction_without_a_number() -> None:
    signed = earlier(invented(), "units_in_scope").figures
    (found,) = find_corrections(signed, replace(invented(), dossier=None))
    assert found.after is None
    assert found.removed == ("dg-a", "insp")


def test_a_figure_of_another_day_stands_beside_the_one_that_answered_the_same_question() -> None:
    given = invented()
    then = earlier(replace(given, day=date(2026, 6, 1)), "uses", "measures_late")
    now = [count_figure(given, name) for name in ("uses", "units")]
    pairs = compare_figures(then.figures, [one for one in now if one is not None])
    assert [(before and before.query, after.query) for before, after in pairs] == [
        ("uses", "uses"), (None, "units"),
    ]  # fmt: skip


def test_every_figure_of_a_document_is_among_all_that_can_be_counted() -> None:
    known = {one.id for one in every_figure(invented())}
    for kind in ("final", "progress", "answers"):
        _, figures = make_document(kind, invented(), "nl", version="0")
        assert {one.id for one in figures} <= known
