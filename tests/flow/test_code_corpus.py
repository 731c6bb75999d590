"""A trace of every project of the corpus says what its makers know of it (``tests/data/code``)."""

import pytest
from tests.code_corpus import Scores, all_scores, compare, projects, trace_project

from doorlicht.lineage import relevance

FLOORS = {
    "flows": (0.95, 0.95),
    "references": (0.95, 0.98),
    "verdicts": (0.95, 0.0),
    "visibility": (0.95, 0.0),
    "models": (0.90, 0.95),
    "lost": (0.0, 0.95),
}
"""Lowest precision and recall over the whole corpus."""


@pytest.fixture(scope="module")
def total():
    scores = Scores()
    for _, each in all_scores():
        scores.add(each)
    return scores


@pytest.mark.parametrize("kind", FLOORS)
def test_the_floors_hold(total, kind):
    score = getattr(total, kind)
    precision, recall = FLOORS[kind]
    assert score.precision >= precision, score.wrong
    assert score.recall >= recall, score.missed


def test_a_project_without_origin_has_no_flow():
    wrong = {
        folder.name: compare(folder, trace_project(folder)).flows.wrong
        for folder in projects()
        if folder.name.startswith(("z", "n"))
    }
    assert {name: flows for name, flows in wrong.items() if flows} == {}


@pytest.mark.long
def test_what_is_tied_by_name_has_the_flows_of_what_is_tied_by_file(monkeypatch):
    """As if every project were large code (``docs/decisions/011-which-code-is-followed.md``)."""
    whole = {folder: trace_project(folder).flows for folder in projects()}
    monkeypatch.setattr(relevance, "MAX_WHOLE", 0)

    by_name = {folder: trace_project(folder).flows for folder in projects()}

    assert {folder.name for folder in whole if whole[folder] != by_name[folder]} == set()
