"""The page and the JSON of a scan: true to the schema, accessible, bounded, and without values."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from doorlicht.language import LANGUAGES, Language
from doorlicht.records import BlindSpot, Location, Signal, Source, Unit, finding_id
from doorlicht.register import Editions, KeptFinding, LookedAt, ScanRecord
from doorlicht.reports import ReportContent, render_findings_json, render_html
from doorlicht.reports.findings_json import findings_schema
from doorlicht.reports.html import MAX_FINDINGS
from doorlicht.testing import make_finding
from doorlicht.vocabulary import load_vocabulary

MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SCAN = ScanRecord(
    id=1, by="An", status="finished", started_at=MOMENT, resumed_at=None, ended_at=MOMENT,
    process="", editions=Editions("2026-11", "2026-11", "1", "0.1.0"),
    settings={"sample_rows": None}, sources=("hr",),
    organisation="Proef <script>alert(1)</script>",
)  # fmt: skip


def kept(column: str, index: int = 0, **named: Any) -> KeptFinding:
    finding = make_finding(column, index=index, **named)
    return KeptFinding(finding, "people.csv", MOMENT, MOMENT, is_gone=False)


def content(*findings: KeptFinding, sample: int | None = None) -> ReportContent:
    return ReportContent(
        scan=replace(SCAN, settings={"sample_rows": sample}),
        units=(Unit("a", "Afdeling A"), Unit("b", "Nieuw", status="being_founded")),
        sources=(Source("hr", "files", "data", "Personeel", "a"),),
        findings=findings,
        blind_spots=(BlindSpot("hr", "kapot.parquet", "file.broken"),),
        looked_at=LookedAt(3, 4, 50, 6000, 7_000_000),
        concepts=load_vocabulary().concepts,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_json_fits_its_published_schema(language: Language) -> None:
    proxy = kept("achternaam", 2, concept="name", kind="proxy", probability=0.3)
    tree = render_findings_json(content(kept("land"), proxy, sample=10), language)
    jsonschema.Draft202012Validator(findings_schema()).validate(tree)
    assert len(tree["findings"]) == 2
    assert tree["scan"]["sample_rows"] == 10


def test_none_found_is_never_said_without_how_much_was_looked_at() -> None:
    page = render_html(content(), "en")
    assert "No column was found" in page
    assert "6,000 rows" in page
    assert "1 blind spot." in page


def test_blind_spots_come_before_findings() -> None:
    page = render_html(content(kept("land")), "nl")
    assert page.index("kapot.parquet") < page.index("geboorteland")


def test_odd_names_cannot_disturb_the_page() -> None:
    page = render_html(content(kept("<img src=x onerror=alert(1)>\u202e\n" + "x" * 500)), "en")
    assert "<img" not in page
    assert "<script" not in page
    assert "\u202e" not in page


def test_a_page_of_very_many_findings_stays_bounded_and_says_so() -> None:
    many = [kept(f"kolom{i}", i, probability=0.6) for i in range(MAX_FINDINGS + 500)]
    page = render_html(content(*many), "en")
    assert "500 less probable findings" in page
    assert len(page) < 4_000_000


def test_the_page_asks_nothing_of_a_network() -> None:
    page = render_html(content(kept("land")), "en")
    assert "http://" not in page
    assert "https://" not in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(language: Language, scheme: Any, tmp_path: Path) -> None:
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        pytest.skip("no chromium here to try the page in")
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    free = kept("notitie", 3, concept="religion", probability=0.7)
    proxy = kept("achternaam", 2, concept="name", kind="proxy")
    made = render_html(content(kept("land"), free, proxy, sample=10), language)
    # The policy of the page forbids every script, also the one that inspects it.
    page_path = tmp_path / "page.html"
    page_path.write_text(made.replace("default-src 'none';", ""), "utf-8")
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        page = browser.new_page(color_scheme=scheme)
        page.goto(page_path.as_uri())
        result = Axe().run(page)
        browser.close()
    assert result.violations_count == 0, result.generate_report()


def test_signals_of_a_finding_stand_on_the_page_with_their_weights() -> None:
    place = Location("hr", "people.csv", "land", 1)
    finding = replace(
        make_finding("land"),
        id=finding_id(place, "country_of_birth"),
        signals=(Signal("base", -2.5, make_finding("land").signals[0].note),
                 Signal("name_strong", 5.25, make_finding("land").signals[0].note)),
    )  # fmt: skip
    page = render_html(content(KeptFinding(finding, "a", MOMENT, MOMENT, is_gone=False)), "en")
    assert "+5.2" in page
    assert "-2.5" in page
