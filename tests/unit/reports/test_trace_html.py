"""The page of a trace: readable by everybody, with and without script, and without values."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from doorlicht.language import LANGUAGES, Language
from doorlicht.records import (
    CodePlace,
    Flow,
    FlowSource,
    Hop,
    LostPath,
    Reference,
    RiskModelSeen,
    TraceResult,
)
from doorlicht.reports.flow_picture import MAX_DRAWN, VERDICTS, draw
from doorlicht.reports.trace_html import MAX_FLOWS, render_trace_html
from doorlicht.vocabulary import load_vocabulary

MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
REFERENCE = Reference(CodePlace("code/prep.R", 3), "land", "nationality", "direct", "read")
ODD = "<img src=x onerror=alert(1)>\u202e"


def model(number: int) -> RiskModelSeen:
    place = CodePlace(f"code/train{number}.py", 7)
    return RiskModelSeen(
        f"M-{number}", f"model{number}", "LogisticRegression", "fraude", (place,), (place,),
        ("leeftijd", "land"), "code", ("lijst.csv",),
    )  # fmt: skip


def flow(number: int, **other: Any) -> Flow:
    known = Flow(
        id=f"FL-{number}",
        concept="country_of_birth",
        kind="direct",
        source=FlowSource(
            "hr", "data/people.csv", f"land{number}", CodePlace("code/prep.R", 3), "F-A"
        ),
        hops=(
            Hop(CodePlace("code/prep.R", 3), "read", f"land{number}"),
            Hop(CodePlace("code/prep.R", 9), "derive", "west"),
            Hop(CodePlace(f"code/train{number % 3}.py", 7), "feature", "west"),
        ),
        feature="west",
        model=f"M-{number % 3}",
        verdict=VERDICTS[number % len(VERDICTS)],
        visibility="literal",
        confidence=0.9,
    )
    return replace(known, **other)


def result(count: int = 12, **other: Any) -> TraceResult:
    known = TraceResult(
        references=(REFERENCE,),
        models=tuple(map(model, range(4))),
        flows=tuple(map(flow, range(count))),
        lost=(LostPath(CodePlace("code/prep.R", 12), "dynamic_code", "dynamic_code", 2),),
        files=3,
        lines=90,
    )
    return replace(known, **other)


def page(made: TraceResult, language: Language = "en", **other: Any) -> str:
    return render_trace_html(
        made, language, concepts=load_vocabulary().concepts, version="0.1.0", at=MOMENT,
        roots=["code"], **other,
    )  # fmt: skip


def test_what_was_lost_comes_before_what_was_found() -> None:
    made = page(result())
    assert made.index("code/prep.R:12") < made.index('id="FL-0"')


def test_every_flow_has_its_path_with_the_line_of_code() -> None:
    made = page(result(), code_line=lambda place: f"line {place.line} of {place.file}")
    for number in range(12):
        assert f'id="FL-{number}"' in made
    assert '<code class="line">line 9 of code/prep.R</code>' in made
    assert "Finding of the scan: F-A" in made


def test_a_model_that_nothing_reaches_is_told_too() -> None:
    made = page(result())
    assert 'id="M-3"' in made
    assert "No origin-related data was seen to reach it." in made


def test_no_flow_and_no_model_are_told_with_what_that_means() -> None:
    assert "That is no proof" in page(result(0, models=()))
    assert "No origin-related data was seen to reach a risk model" in page(result(0))


def test_odd_names_cannot_disturb_the_page() -> None:
    source = FlowSource("x", ODD, ODD, CodePlace(ODD, 1))
    odd = flow(0, source=source, feature=ODD, hops=(Hop(CodePlace(ODD, 1), ODD, ODD),))
    odd_model = replace(model(0), name=ODD, algorithm=ODD, outputs=(ODD,), features=(ODD,))
    made = page(
        result(
            models=(odd_model,),
            flows=(odd,),
            lost=(LostPath(CodePlace(ODD, 1), ODD, ODD),),
            references=(Reference(CodePlace(ODD, 1), ODD, ODD, "direct", "read"),),
        ),
        code_line=lambda _: ODD,
    )
    assert "<img" not in made
    assert "\u202e" not in made


def test_a_page_of_very_many_flows_stays_bounded_and_says_so() -> None:
    made = page(result(MAX_FLOWS + 40))
    assert "40 more are in trace.json" in made
    assert f"{MAX_FLOWS + 40 - MAX_DRAWN:,} flows of lesser verdicts are not drawn" in made
    assert len(made) < 6_000_000


def test_the_page_asks_nothing_of_a_network() -> None:
    made = page(result())
    assert "http://" not in made
    assert "https://" not in made
    assert "default-src 'none'" in made


def test_the_picture_draws_the_strongest_and_ends_what_is_left_out_before_the_model() -> None:
    many = tuple(flow(number, model="M-0") for number in range(MAX_DRAWN * 2))
    picture = draw(result(flows=many, models=(model(0),)), str, lambda one: one.id)
    drawn = [VERDICTS.index(line.flow.verdict) for line in picture.lines]
    assert len(drawn) == MAX_DRAWN
    assert max(drawn) < VERDICTS.index("not-used")
    two = (flow(0, verdict="used"), flow(3, verdict="not-used"))
    picture = draw(result(flows=two, models=(model(0),)), str, lambda one: one.id)
    boxes = {box.label: box for box in picture.boxes}
    assert boxes["model0"].flows == ("FL-0",)
    assert boxes["prep.R"].flows == ("FL-0", "FL-3")
    assert boxes["prep.R"].sub == "3, 9"


def test_boxes_do_not_cover_each_other() -> None:
    picture = draw(result(60), str, lambda one: one.id)
    places = [(box.x, box.y) for box in picture.boxes]
    assert len(set(places)) == len(places)
    for box in picture.boxes:
        assert 0 <= box.x <= picture.width - 216
        assert 0 <= box.y <= picture.height - 34
        near = [other.y for other in picture.boxes if other.x == box.x and other is not box]
        assert all(abs(other - box.y) >= 34 for other in near)


@pytest.fixture
def browser() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium here to try the page in")
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
                 "--disable-component-update", "--no-first-run"]  # fmt: skip
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=arguments)
        yield running
        running.close()


def test_axe_finds_nothing(browser: Any, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for language in LANGUAGES:
        made = page(result(), language, code_line=lambda _: "x <- f(y)")
        for scheme in ("light", "dark"):
            for width in (1280, 400):
                file = tmp_path / "page.html"
                # The policy of the page forbids every script, also the one that inspects it.
                file.write_text(made.replace("default-src 'none';", "").replace(
                    "script-src", "x-src"), "utf-8")  # fmt: skip
                view = browser.new_page(
                    color_scheme=scheme, viewport={"width": width, "height": 900}
                )
                view.goto(file.as_uri())
                view.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                found = Axe().run(view)
                assert found.violations_count == 0, found.generate_report()
                assert view.evaluate("document.documentElement.scrollWidth") == width
                view.close()


def test_a_box_leads_to_the_lines_and_the_flows_can_be_filtered(
    browser: Any, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(result(), code_line=lambda _: "x <- f(y)"), "utf-8")
    view = browser.new_page(viewport={"width": 1280, "height": 900})
    view.goto(file.as_uri())
    view.locator(".picture a.column").first.click()
    target = view.evaluate("location.hash")
    assert target.startswith("#FL-")
    assert view.locator(f"{target} code.line").first.is_visible()
    assert view.locator("#count").inner_text() == "12"
    view.select_option("#verdict", "candidate")
    assert view.locator("#count").inner_text() == "2"
    assert view.locator("ul.flows > li:visible").count() == 2
    view.fill("#words", "land7")
    assert view.locator("#count").inner_text() == "1"
    before = view.evaluate("picture.getAttribute('width')")
    view.get_by_role("button", name="Larger").click()
    assert float(view.evaluate("picture.getAttribute('width')")) > float(before)


def test_the_page_can_be_read_without_script(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(result(), code_line=lambda _: "x <- f(y)"), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    view = context.new_page()
    view.goto(file.as_uri())
    assert view.locator(".picture a.model").count() == 3
    assert not view.locator("#tools").is_visible()
    view.locator("#FL-0 summary").click()
    assert view.locator("#FL-0 code.line").first.is_visible()
    view.emulate_media(media="print")
    assert view.locator("#FL-1 code.line").first.is_visible()
    context.close()
