"""The first page of an inquiry: what it says, and what it does not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.document_input import DAY, dossier

from doorlicht.language import LANGUAGES, Language
from doorlicht.organisation import find_open_terms, shipped_rules, standing_exclusions
from doorlicht.records import Fault, InquiryRun, News, StepRun
from doorlicht.reports.documents.content import text_of, words_of
from doorlicht.reports.documents.html import render_html_document
from doorlicht.reports.inquiry_page import MAX_IDS, Overview, inquiry_document
from doorlicht.runs.inquiry_overview import measure_seconds

AT = datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=UTC)
STEPS = (
    StepRun("scan", "scan", "done", outcome={"read": 3, "findings": 2}, at=AT),
    StepRun("audit:wijk", "audit", "failed", fault=Fault("inquiry.no_register", {"path": "x"})),
    StepRun("report", "report"),
)


def told(**more: Any) -> Overview:
    return Overview(InquiryRun("Proef", STEPS, more.pop("news", News())), AT, **more)


def words(one: Overview, language: Language = "nl") -> str:
    return "\n".join(words_of(inquiry_document(one, language, version="0")))


def with_campaign() -> Overview:
    one = dossier()
    return told(
        coverage=one.coverage(DAY),
        exclusions=standing_exclusions(one.history, one.decisions, DAY),
        alerts=find_open_terms(one.question_sets, one.commitments, DAY, shipped_rules()),
        unit_names={unit: one.history.last(unit).name for unit in one.history.versions},
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_shows_its_state_and_what_it_gave_or_failed_on(language: Language) -> None:
    shown = words(told(seconds={"scan": 12.34}), language)
    states = {"nl": ("klaar", "mislukt", "nog niet gedaan"), "en": ("done", "failed", "not done")}
    assert all(one in shown for one in states[language])
    assert "12.3 s" in shown
    assert {"nl": "2 bevindingen", "en": "2 findings"}[language] in shown
    assert {"nl": "1 stap is mislukt", "en": "1 step failed"}[language] in shown


def test_what_was_made_can_be_reached_from_the_page_whatever_its_name() -> None:
    page = render_html_document(
        inquiry_document(
            told(made={"scan": ["findings.html"]}, others=["brief & 50%.pdf"]), "nl", version="0"
        )
    )
    assert 'href="./findings.html"' in page
    assert 'href="./brief%20%26%2050%25.pdf"' in page


def test_without_a_campaign_the_page_does_not_say_that_nothing_is_open() -> None:
    shown = words(told())
    assert "er is geen campagne bekend" in shown
    assert "er is geen onderdeel bekend" in shown
    assert "niets open" not in shown


def test_of_units_without_a_campaign_those_without_a_scanned_source_are_named() -> None:
    assert "DG Nieuw" in words(told(unseen=["DG Nieuw"]))
    assert "kan alleen een campagne zeggen" in words(told(unseen=[]))


def test_a_unit_left_out_past_its_day_is_named_with_that_day() -> None:
    shown = words(with_campaign())
    assert "DG Nieuw" in shown
    assert "2025-07-01 zou er weer naar gekeken zijn" in shown
    assert "voorgoed buiten het onderzoek: it has no data" in shown
    one = with_campaign()
    assert one.coverage is not None
    undecided = replace(one, coverage=replace(one.coverage, undecided=("dg-o",)))
    assert "DG Oprichting\nniemand heeft besloten" in words(undecided)


def test_open_terms_are_told_with_the_most_urgent_first() -> None:
    shown = words(with_campaign())
    assert shown.index("Q-1") < shown.index("T-1")
    assert "T-2" not in shown
    assert "Nothing is open" in words(replace(with_campaign(), alerts=()), "en")


def test_of_many_new_ids_some_are_shown_and_the_others_counted() -> None:
    ids = tuple(f"F-{n}" for n in range(MAX_IDS + 3))
    shown = words(told(news=News(AT, findings=ids)))
    assert "F-19" in shown
    assert "F-20" not in shown
    assert "en nog 3" in shown
    assert f"{MAX_IDS + 3} bevindingen" in shown


def test_what_is_new_cannot_be_told_before_an_inquiry_was_ever_finished() -> None:
    assert "nog niet eerder helemaal af" in words(told())
    assert "de eerste keer" in words(told(is_whole=True))
    assert "niets nieuws" in words(told(news=News(AT)))


def test_links_in_a_page_are_told_in_its_words_too() -> None:
    document = inquiry_document(told(made={"scan": ["findings.html"]}), "en", version="0")
    assert "findings.html" in list(words_of(document))
    assert text_of(()) == ""


def test_a_step_took_the_time_from_its_last_start_to_its_end() -> None:
    def at(status: Any, seconds: int) -> StepRun:
        return StepRun("scan", "scan", status, at=AT + timedelta(seconds=seconds))

    kept = [at("running", 0), at("done", 5), at("running", 10), at("unchanged", 11)]
    assert measure_seconds(kept) == {"scan": 5.0}
    assert measure_seconds([at("running", 0)]) == {}
