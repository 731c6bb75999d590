"""What came into scope later, what failed the test, and measures by kind, in documents."""

from dataclasses import replace
from datetime import date

import pytest
from tests.document_input import DECISIONS, LINES, invented

from doorlicht.records import MeasureTaken, ScopeDecision
from doorlicht.reports.documents.content import Table, walk, words_of
from doorlicht.reports.documents.making import make_document


def table(document, caption):
    found = [one for one, _ in walk(document.parts)
             if isinstance(one, Table) and one.caption == caption]  # fmt: skip
    return [[" ".join(run.text for run in cell) for cell in row] for row in found[0].rows]


def made(kind, given, language="nl"):
    return make_document(kind, given, language, version="0.1.0")[0]


def with_decision(day):
    """The unit that was being founded came in on a day; it was founded on 1 January 2026."""
    given = invented()
    taken_in = ScopeDecision("S-9", "dg-n", "in", "it is there now", "A. Vries", day)
    return replace(given, dossier=replace(given.dossier, decisions=(*DECISIONS, taken_in)))


@pytest.mark.parametrize(
    ("day", "due", "late"),
    [
        pytest.param(date(2026, 9, 14), "1 juli 2025", True, id="after-its-review"),
        pytest.param(date(2025, 6, 1), "1 juli 2025", False, id="before-its-review"),
    ],
)
def test_a_unit_that_came_in_later_is_told_with_whether_that_was_late(day, due, late):
    ((unit, reason, since, by_when, taken_in),) = table(
        made("final", with_decision(day)), "Onderdelen die eerst niet meededen"
    )
    assert (unit, reason, since) == ("DG Nieuw", "being founded", "6 januari 2025")
    assert by_when.strip() == due
    assert ("te laat" in taken_in) is late


def test_what_is_still_left_out_is_not_told_as_having_come_in():
    assert "Onderdelen die eerst niet meededen" not in words_of(made("final", invented()))


def test_each_use_that_fails_is_named_with_what_it_was_for():
    failed = replace(LINES[0], use=replace(LINES[0].use, purpose="Kiezen wie wordt bekeken"))
    given = invented()
    given = replace(given, inventory=replace(given.inventory, lines=(failed, *LINES[1:])))
    rows = table(made("letter", given), "Gebruiken die niet door de toets komen")
    assert rows == [
        ["nationaliteit", "score", "Kiezen wie wordt bekeken", "DG Aanvragen", "onrechtmatig"]
    ]


def test_what_nobody_judged_is_not_told_as_failing():
    given = invented()
    open_ones = tuple(replace(one, verdict="") for one in LINES)
    given = replace(given, inventory=replace(given.inventory, lines=open_ones))
    told = words_of(made("letter", given))
    assert "niet bekend: gebruiken die niet door de toets komen" in told
    assert "Gebruiken die niet door de toets komen" not in told


def test_measures_are_counted_by_what_they_do_in_the_order_of_the_framework():
    given = replace(
        invented(),
        measures=tuple(
            MeasureTaken(f"MT-{n}", "U-0001", "A-1", consequence, "data", False, state=state)
            for n, (consequence, state) in enumerate(
                [("clean_up", "verified"), ("clean_up", "started"), ("stop_now", "verified"),
                 ("of my own", "refused")]
            )
        ),
    )  # fmt: skip
    rows = table(made("final", given), "Maatregelen naar soort")
    stop, clean, own = [(what.split()[0], *counts) for what, *counts in rows]
    assert stop == ("Stop", "1", "1", "0")
    assert clean == ("Rectificeer,", "2", "1", "1")
    assert own == ("of", "1", "0", "0")


def test_a_note_to_the_minister_is_addressed_to_the_minister():
    told = words_of(made("decision_note", invented()))
    assert "de minister" in told
    assert not any("Tweede Kamer der Staten-Generaal" in one for one in told)
