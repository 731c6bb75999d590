"""Every form of a document says the same, holds any name, and can be read by everybody."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.document_texts import (
    W,
    docx_text,
    everything,
    html_text,
    odt_text,
    packed,
    pdf_text,
    stands_in_order,
    wanted,
)

from doorlicht.language import LANGUAGES
from doorlicht.reports.documents.content import Document, Paragraph, Section, Table, line, plain
from doorlicht.reports.documents.docx import render_docx
from doorlicht.reports.documents.html import render_html_document
from doorlicht.reports.documents.odt import render_odt
from doorlicht.reports.documents.pdf import render_pdf

MARKUP = """<b>&amp;"'$x$ #eval("1") *_[a](b)@ref \\n {{ y }} {% raw %} // /* =1+1 `"""


@pytest.fixture(scope="module")
def document() -> Document:
    return everything(MARKUP)


def test_all_forms_say_the_same(document: Document) -> None:
    assert html_text(render_html_document(document)) == wanted(document)
    assert docx_text(render_docx(document)) == wanted(document)
    assert odt_text(render_odt(document)) == wanted(document)
    assert stands_in_order(document, pdf_text(render_pdf(document))) == []


@settings(max_examples=4)
@given(st.text(max_size=40))
@example("a\x00b\x1b\u202ec\ud800\ufffe")
@example("👩\u200d👩 \u0301x 中文 עברית")
def test_any_name_stands_in_every_form_that_can_be_edited(name: str) -> None:
    shown = everything(name, drawn=False)
    assert html_text(render_html_document(shown)) == wanted(shown)
    assert docx_text(render_docx(shown)) == wanted(shown)
    assert odt_text(render_odt(shown)) == wanted(shown)


LETTERS = st.text(
    st.characters(codec="latin-1", categories=["L", "N", "P", "S", "Zs"]), max_size=40
)


@settings(max_examples=5)
@given(LETTERS)
@example(MARKUP)
@example('"` could not be displayed with font `"')
def test_any_name_in_letters_of_europe_stands_in_a_pdf(name: str) -> None:
    shown = small(name)
    assert stands_in_order(shown, pdf_text(render_pdf(shown))) == []


def small(name: str) -> Document:
    rows = ((line(name or "-"), line("1")),)
    parts = (Paragraph(line("of ", name, ".")), Table("Units", ("Unit", "n"), rows))
    return Document("Report", "nl", date(2026, 11, 27), (Section("S", "s", parts),))


def test_a_sign_that_no_font_can_draw_is_spelled_out_and_not_left_out() -> None:
    # Of a script that was added to Unicode in 2023 and that no font here has.
    text = pdf_text(render_pdf(small("Dienst \U0001e4d0 A")))
    assert "Dienst[U+1E4D0]A" in text


def test_a_pdf_is_the_same_bytes_each_time_and_keeps_to_both_standards(document: Document) -> None:
    made = render_pdf(document)
    assert made == render_pdf(document)
    for part in (b"<pdfuaid:part>1<", b"<pdfaid:part>2<", b"<pdfaid:conformance>A<"):
        assert part in made
    assert b"/Lang(nl)" in made
    assert b"/Marked true" in made
    assert b"2026-11-27T12:00:00" in made


@pytest.mark.parametrize("render", [render_docx, render_odt])
def test_a_packed_file_is_the_same_bytes_each_time(render: Any) -> None:
    shown = everything(drawn=False)
    first = render(shown)
    assert first == render(shown)
    moments = {one.date_time for one in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert moments == {(1980, 1, 1, 0, 0, 0)}


@pytest.fixture(scope="module")
def word(document: Document) -> Any:
    return docx.Document(io.BytesIO(render_docx(document)))


def test_a_docx_has_real_headings_header_rows_alt_texts_and_its_language(
    word: Any,
) -> None:
    heads = [(one.style.name, one.text) for one in word.paragraphs if "Heading" in one.style.name]
    assert heads == [
        ("Heading 1", "Summary"), ("Heading 2", "Deeper"), ("Heading 1", plain(f"Annex {MARKUP}")),
    ]  # fmt: skip
    assert len(word.tables) == 2
    for table in word.tables:
        assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
        assert table.rows[1]._tr.trPr.find(f"{W}tblHeader") is None
    told = [one.get("descr") for one in word.element.iter() if one.tag.endswith("}docPr")]
    assert len(told) == 1
    assert "Inspectie: 0 of 40" in told[0]
    languages = {one.get(f"{W}val") for one in word.styles.element.iter(f"{W}lang")}
    assert languages == {"nl-NL"}
    assert word.core_properties.language == "nl-NL"
    assert word.core_properties.title.startswith("Report")


def test_a_docx_starts_each_numbered_list_at_one(word: Any) -> None:
    numbers = [
        one._p.pPr.numPr.numId.val for one in word.paragraphs if one.style.name == "List Number"
    ]
    assert len(numbers) == 4
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]


def test_every_link_within_a_file_arrives(document: Document, word: Any) -> None:
    names = {one.get(f"{W}name") for one in word.element.iter(f"{W}bookmarkStart")}
    targets = {one.get(f"{W}anchor") for one in word.element.iter(f"{W}hyperlink")} - {None}
    assert targets
    assert targets <= names
    content = zipfile.ZipFile(io.BytesIO(render_odt(document))).read("content.xml")
    tree = etree.fromstring(content)
    space = tree.nsmap
    odt_targets = set(tree.xpath("//text:a/@xlink:href", namespaces=space))
    odt_names = set(tree.xpath("//text:bookmark/@text:name", namespaces=space))
    assert {one[1:] for one in odt_targets if one.startswith("#")} <= odt_names
    assert "#FIG-AAAA" in odt_targets


def test_an_odt_has_levels_header_rows_alt_texts_and_its_language(document: Document) -> None:
    packed_file = zipfile.ZipFile(io.BytesIO(render_odt(document)))
    assert packed_file.infolist()[0].filename == "mimetype"
    tree = etree.fromstring(packed_file.read("content.xml"))
    space = tree.nsmap
    assert tree.xpath("//text:h/@text:outline-level", namespaces=space) == ["1", "2", "1"]
    assert len(tree.xpath("//table:table-header-rows/table:table-row", namespaces=space)) == 2
    assert "Inspectie: 0 of 40" in tree.xpath("//svg:desc", namespaces=space)[0].text
    styles = etree.fromstring(packed_file.read("styles.xml"))
    found = styles.xpath("//style:default-style//@fo:language", namespaces=styles.nsmap)
    assert set(found) == {"nl"}


def test_a_table_with_a_hole_is_refused() -> None:
    with pytest.raises(ValueError, match="as many cells"):
        Table("Units", ("Unit", "n"), ((line("a"),),))


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
def test_axe_finds_nothing_and_nothing_sticks_out(browser: Any, tmp_path: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / "page.html"
    long = "een-heel-lange-naam-van-een-kolom-die-nergens-breekt-" * 3
    # The policy of the page forbids every script, also the one that inspects it.
    page = render_html_document(everything(long)).replace("default-src 'none';", "")
    file.write_text(page, "utf-8")
    for scheme, width in (("light", 1280), ("dark", 320)):
        view = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
        view.goto(file.as_uri())
        found = Axe().run(view)
        assert found.violations_count == 0, found.generate_report()
        assert view.evaluate("document.documentElement.scrollWidth") == width
        view.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_asks_nothing_of_a_network_and_says_its_language(language: str) -> None:
    page = render_html_document(everything(language=language, drawn=False))
    assert f'<html lang="{language}">' in page
    assert "default-src 'none'" in page
    for asked in ("<script", "<link", "<img", "url("):
        assert asked not in page


def test_texts_are_one_line_without_signs_that_steer() -> None:
    assert packed(plain("a\r\n\tb\u202e\u200bc\ufdd0")) == "ab\ufffd\ufffdc\ufffd"
