"""The whole inquiry of the example ministry, and what Parliament's rapporteurs asked to be told.

The checklist is what rapporteurs of the Chamber and its questions asked of such an inquiry: who was
left out, how proper use was tested, how far it is, who tests the clean-up from outside, what keeps
it so, what is done if wrong use turns up after all, by which method, with how little data, by which
frameworks, whether images were looked at, what the auditor found, and who coordinates.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from lxml import html

from doorlicht.register import open_register
from doorlicht.reports.figures import queries
from doorlicht.testing import SteppingClock
from tell_story import EXAMPLE, Teller, in_another_folder

ROOT = Path(__file__).parents[2]
FIGURE = re.compile(r"FIG-[A-Z0-9]+")

# What, in which document and section, with which words, and resting on how many figures at least.
CHECKLIST = [
    ("scope", "final", "scope", ["Inspectie Voorbeeldzaken", "waren er 9 onderdelen"], 3),
    ("scope: who was left out", "final", "scope",
     ["Directoraat-generaal Taal en Meedoen", "wordt opgericht", "14 september 2026",
      "Dat was te laat"], 0),
    ("scope: who was left out, to Parliament", "letter", "left-out",
     ["Directoraat-generaal Taal en Meedoen", "Dat was te laat"], 0),
    ("scope: who was left out, in the plan", "plan", "left-out",
     ["Directoraat-generaal Taal en Meedoen", "wordt opgericht", "1 juni 2026"], 2),
    ("scope: why nobody looked", "answers", "question-2", ["1 april 2026", "Dat is te laat"], 0),
    ("testing of proper use", "final", "uses",
     ["vier mensen", "los van elkaar", "onrechtmatig", "oneigenlijk", "lijst van personen"], 20),
    ("testing of proper use: what failed", "letter", "letter-what",
     ["Kiezen wie extra wordt gecontroleerd", "tolk", "geboorteland van ouders"], 8),
    ("progress", "progress", "changes", ["Cijfers van toen en nu", "30 september 2026"], 10),
    ("progress: figures that were put right", "september", "corrections",
     ["stappen die klaar zijn", "1 erbij"], 1),
    ("external testing of the clean-up", "final", "measures",
     ["keek iemand anders na", "Rectificeer, wis", "Nagekeken"], 20),
    ("external testing of the clean-up, in the answers", "answers", "question-13",
     ["door een ander nagekeken"], 1),
    ("safeguards", "final", "safeguards", ["vaker draaien", "wat nieuw is"], 0),
    ("safeguards, in the answers", "answers", "question-18", ["elke maand", "logboek"], 0),
    ("wrong use after all", "final", "what-if-found",
     ["Het gebruik stopt", "De Kamer hoort het", "gewist of grover"], 0),
    ("wrong use after all, in the letter", "letter", "what-if-found", ["Het gebruik stopt"], 0),
    ("method", "final", "methods",
     ["namen van kolommen", "door de code", "gemeten wie er wordt gekozen", "blinde vlek"], 3),
    ("method: how sure", "final", "risk", ["95% zekerheid", "geloot", "nooit zijn bekeken"], 4),
    ("data minimisation", "final", "data-minimisation",
     ["Alleen tellingen", "kleine aantallen"], 0),
    ("frameworks", "final", "mandate", ["Toets motie 21"], 0),
    ("frameworks for algorithms and AI", "answers", "question-16",
     ["AI-verordening", "Algoritmekader", "Algoritmeregister"], 0),
    ("image material", "answers", "question-14", ["foto's", "blinde vlek"], 0),
    ("image material, in the report", "final", "methods", ["Foto's en ander beeld"], 0),
    ("external audit", "final", "outside-audit", ["P. Auditor-Veldkamp", "twee gemeenten"], 2),
    ("external audit: a statement that was wrong", "final", "coverage",
     ["Daarvan klopte er 1 niet", "werkblad met nationaliteiten", "ingetrokken"], 3),
    ("coordinated approach", "answers", "question-6",
     ["Elk ministerie", "coördinerende minister"], 0),
    ("coordinated approach: who leads", "final", "mandate", ["C. Vinkenoog", "D. Hazelhorst"], 0),
    ("answers in time", "final", "parliament",
     ["99 dagen te laat beantwoord", "100 dagen te laat nagekomen", "uitstel"], 4),
]  # fmt: skip


@pytest.fixture(scope="module")
def teller(tmp_path_factory):
    out = tmp_path_factory.mktemp("ministry")
    made = Teller(out, inquiry=in_another_folder(out), language="nl",
                  forms=("html",), quiet=True)  # fmt: skip
    made.tell()
    return made


@pytest.fixture(scope="module")
def pages(teller):
    names = {"september": "progress-september", "june": "progress-june"}
    kinds = ("plan", "progress", "final", "letter", "answers", "decision-note", "persons-letter")
    named = {kind: f"{kind}.nl" for kind in kinds} | names
    return {
        name: html.fromstring((teller.out / f"inquiry/{file}.html").read_text("utf-8"))
        for name, file in named.items()
    }


def section(page, name):
    (found,) = page.xpath(f"//*[@id='{name}']/ancestor-or-self::section[1]")
    return " ".join(found.text_content().split()), set(
        FIGURE.findall(html.tostring(found, encoding="unicode"))
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("document", "where", "words", "figures"),
    [pytest.param(*one[1:], id=one[0]) for one in CHECKLIST],
)
def test_what_the_rapporteurs_asked_for_is_told_with_substance(
    pages, document, where, words, figures
):
    told, marks = section(pages[document], where)
    bare = re.sub(r"\[\d+\]", "", told)
    assert [one for one in words if one not in bare] == []
    assert len(marks) >= figures


@pytest.mark.long
def test_each_figure_that_was_signed_off_is_explained(teller, pages, monkeypatch):
    monkeypatch.setenv("DOORLICHT_REGISTER", str(teller.out / "register.sqlite"))
    marks = {
        mark
        for name in ("final", "letter", "answers", "decision-note", "june", "september")
        for mark in FIGURE.findall(html.tostring(pages[name], encoding="unicode"))
    }
    assert len(marks) > 150
    with open_register(teller.out / "register.sqlite", clock=SteppingClock()) as register:
        for mark in marks:
            figure, reports = register.signed.with_figure(mark)
            assert figure.query in queries()
            assert reports
    for mark in sorted(marks)[::25]:
        said = teller.run("explain", mark)
        assert said.startswith(mark)
        assert "RP-" in said


@pytest.mark.long
def test_the_unit_that_was_being_founded_is_overdue_until_it_came_in_and_told_after_that(pages):
    told, _ = section(pages["june"], "left-out")
    assert "Directoraat-generaal Taal en Meedoen" in told
    assert "Deze dag is voorbij." in told
    told, _ = section(pages["september"], "left-out")
    assert "14 september 2026. Dat was te laat." in told


@pytest.mark.long
def test_no_document_holds_a_value_of_a_person_or_a_place_on_a_machine(teller):
    made = [path for path in teller.out.rglob("*") if path.suffix in {".html", ".json", ".csv"}]
    assert len(made) > 20
    for path in made:
        content = path.read_text("utf-8-sig")
        assert not re.search(r"\b9999\d{5}\b", content), path.name
    for kind in ("final", "letter", "answers", "decision-note", "plan", "progress"):
        for language in ("nl", "en"):
            content = (teller.out / f"inquiry/{kind}.{language}.html").read_text("utf-8")
            assert str(teller.out) not in content
            assert str(ROOT) not in content
            assert "None" not in html.fromstring(content).text_content()


@pytest.mark.long
def test_the_story_ends_with_a_campaign_that_is_closed_and_nothing_left_to_confirm(teller):
    with open_register(teller.out / "register.sqlite", clock=SteppingClock()) as register:
        uses = register.judging.uses()
        signed = {one.kind for one in register.signed.all()}
    assert {one.status for one in uses} == {"confirmed"}
    assert {"progress", "final", "letter", "answers"} <= signed
    assert "afgesloten" in teller.run("campaign", "--lang", "nl", "--register",
                                      str(teller.out / "register.sqlite"))  # fmt: skip


# What can be told without a scan, in the ordinary tests.


@pytest.fixture(scope="module")
def story():
    return yaml.safe_load((EXAMPLE / "story.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def answers():
    return yaml.safe_load((EXAMPLE / "oordelen/antwoorden.yaml").read_text("utf-8"))["answers"]


@pytest.fixture(scope="module")
def questions():
    told = yaml.safe_load((EXAMPLE / "dossier/kamer.yaml").read_text("utf-8"))
    (asked,) = told["question_sets"]
    return asked["questions"]


def test_each_of_eighteen_questions_has_an_answer(questions, answers):
    assert len(questions) == 18
    assert {one["number"] for one in questions} == set(answers)


def test_answers_name_figures_that_there_are(answers):
    named = {name for text in answers.values() for name in re.findall(r"\{(\w+)\}", text)}
    assert named
    assert named <= set(queries())


def test_answers_have_what_the_checklist_asks_of_them(answers):
    for what, document, where, words, figures in CHECKLIST:
        if document == "answers":
            answer = answers[int(where.removeprefix("question-"))]
            assert [one for one in words if one not in answer] == [], what
            assert len(re.findall(r"\{\w+\}", answer)) >= figures, what


def test_the_dossier_is_one_that_may_begin_and_may_not_be_closed(tmp_path):
    out = tmp_path / "out"
    teller = Teller(out, inquiry=in_another_folder(out), quiet=True,
                    story={"people": {}})  # fmt: skip
    register = ("--register", str(out / "register.sqlite"), "--lang", "nl")
    teller.run("run", str(teller.inquiry), "--only", "dossier", "--quiet", *register)
    for state in ("mandated", "planned", "running"):
        teller.run("campaign", "state", state, *register)
    refused = teller.run("campaign", "state", "reporting", *register, ends=65)
    assert "niemand gesproken: Dienst Toelagen (toelagen)" in refused
    shown = teller.run("units", "--on", "2026-06-30", *register, ends=1)
    assert "9 onderdelen" in shown
    plan = out / "plan.html"
    teller.run("document", "plan", "-o", str(plan), *register)
    told = html.fromstring(plan.read_text("utf-8"))
    for where, words in (
        ("left-out", "Directoraat-generaal Taal en Meedoen"),
        ("data-minimisation", "Alleen tellingen"),
        ("what-if-found", "Het gebruik stopt"),
        ("outside-audit", "steekproef"),
        ("plans", "AI-verordening"),
    ):
        assert words in section(told, where)[0], where


def test_people_in_the_story_are_named_once_and_nobody_checks_their_own_work(story):
    people = story["people"]
    assert len(set(people.values())) == len(people)
    roles = ("first", "second", "lawyer", "controller", "doer", "verifier", "drafter", "checker")
    assert set(roles) <= set(people)
