"""The page of a framework: whole, readable by everybody, and not disturbed by what is in a file."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from doorlicht.assessment import load_framework
from doorlicht.assessment.framework_form import make_framework
from doorlicht.assessment.soundness import cases_of
from doorlicht.language import LANGUAGES, Language
from doorlicht.reports.framework_html import render_framework
from doorlicht.reports.framework_picture import WIDTH, draw_framework

SHIPPED = (
    "motion-21", "college-risk-profiling", "avg-minimisation", "ai-regulation", "adr-ark-controls",
)  # fmt: skip
ODD = "<img src=x onerror=alert(1)>\u202e{{ 7*7 }}"


def page(name: str, language: Language = "en") -> str:
    return render_framework(load_framework(name), cases_of(name), language, version="0.1.0")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_everything_of_a_framework_stands_in_its_page(name: str, language: Language) -> None:
    framework = load_framework(name)
    made = page(name, language)
    for node in framework.nodes:
        assert f'id="n-{node.id}"' in made
    for fact in framework.facts:
        assert f"<code>{fact}</code>" in made
    for case in cases_of(name):
        assert case.id in made
    assert "None" not in re.sub(r"<style>.*?</style>", "", made, flags=re.DOTALL)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_question_and_every_way_out_is_drawn_within_the_picture(name: str) -> None:
    framework = load_framework(name)
    for language in LANGUAGES:
        picture = draw_framework(framework, language)
        drawn = {box.id: box for box in picture.boxes if box.id}
        assert set(drawn) == set(framework.node_by_id)
        assert all(0 <= box.y < box.y + box.height <= picture.height for box in picture.boxes)
        for node in framework.verdict_nodes:
            ways = [one for one in drawn[node.id].exits if one.kind != "note"]
            assert len(ways) == len(node.ends) + (node.fails_to is not None)
        assert picture.width == WIDTH
        boxes = sorted(picture.boxes, key=lambda box: box.y)
        for above, below in itertools.pairwise(boxes):
            assert above.y + above.height <= below.y


def test_a_page_says_that_no_lawyer_has_checked_the_rules() -> None:
    assert "Not yet checked by a lawyer." in page("motion-21")
    assert "Nog niet door een jurist getoetst." in page("motion-21", "nl")


def test_a_page_asks_nothing_of_a_network_and_runs_nothing() -> None:
    made = page("motion-21")
    assert "http://" not in made
    assert "https://" not in made
    assert "<script" not in made
    assert "default-src 'none'" in made


def test_odd_texts_of_a_framework_cannot_disturb_its_page() -> None:
    words = {"nl": ODD, "en": ODD}
    framework = make_framework(
        {
            "framework": "odd", "edition": "2026-01-01", "title": words, "about": words,
            "checked_by": ODD,
            "facts": {"a": {"question": words, "help": words, "who": words},
                      "b": {"question": words, "values": {"x": words, "y": words}}},
            "nodes": {"n": {"group": "g", "question": words, "sources": ["s"], "passes": "a",
                            "fails": "bad", "ends": {"out": "b is x"}, "remark": words,
                            "lawyer": {"L": "a"}, "checked_by": ODD}},
            "groups": {"g": words}, "lawyers": {"L": words},
            "sources": {"s": {"label": ODD, "article": ODD, "url": "javascript:alert(1)"}},
            "kinds": {"k": words},
            "consequences": {"c": {"kind": "k", "outcomes": ["bad"], "text": words,
                                   "owner": words, "proof": words, "verifier": words}},
            "outcomes": {"bad": {**words, "role": "fail", "weight": 1, "meaning": words},
                         "open": {**words, "role": "open"}, "good": {**words, "role": "pass"},
                         "out": {**words, "role": "outside"}},
        },
        "odd",
    )  # fmt: skip
    made = render_framework(framework, [], "en", version="0.1.0")
    assert "<img" not in made
    assert "\u202e" not in made
    assert "javascript:" not in made
    assert "{{ 7*7 }}" in made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("chromium is not here; apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["motion-21", "ai-regulation"])
def test_axe_finds_nothing(browser: Any, tmp_path: Path, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for language in LANGUAGES:
        file = tmp_path / "page.html"
        # The policy of the page forbids every script, also the one that inspects it.
        file.write_text(page(name, language).replace("default-src 'none';", ""), "utf-8")
        for scheme in ("light", "dark"):
            for width in (1280, 400):
                view = browser.new_page(
                    color_scheme=scheme, viewport={"width": width, "height": 900}
                )
                view.goto(file.as_uri())
                found = Axe().run(view)
                assert found.violations_count == 0, found.generate_report()
                assert view.evaluate("document.documentElement.scrollWidth") == width
                view.close()


@pytest.mark.long
def test_every_text_of_the_picture_fits_its_box(browser: Any, tmp_path: Path) -> None:
    for name in SHIPPED:
        for language in LANGUAGES:
            file = tmp_path / "page.html"
            file.write_text(page(name, language), "utf-8")
            view = browser.new_page(viewport={"width": 1280, "height": 900})
            view.goto(file.as_uri())
            wide = view.evaluate(
                """() => [...document.querySelectorAll('.picture g')].flatMap(g => {
                     const box = g.querySelector('rect').getBoundingClientRect();
                     return [...g.querySelectorAll('text')]
                       .filter(t => t.getBoundingClientRect().right > box.right + 1
                                 || t.getBoundingClientRect().bottom > box.bottom + 1)
                       .map(t => t.textContent)})"""
            )
            assert wide == []
            view.close()
