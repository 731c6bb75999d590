"""Columns are as wide as what stands in them: nothing runs into another thing or off the page."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest
from tests.document_input import invented
from tests.document_texts import pdf_text, stands_in_order

from doorlicht.reports.documents.content import Document, Section, Table, Words, line
from doorlicht.reports.documents.making import make_document
from doorlicht.reports.documents.pdf import render_pdf
from doorlicht.reports.documents.widths import LANDSCAPE, PORTRAIT, lay_out

MARGIN = 24 * 72 / 25.4
SPACE = 4.0
"""A space at the end of a line hangs over the margin."""
LONG = ("Afkomstgerelateerde persoonsgegevens", "Verantwoordingsdocumentatie",
        "Gegevensbeschermingseffectbeoordeling", "Directoraat-generaal Toeslagen",
        "2026-11-27", "Toezichtsverantwoordelijkheid")  # fmt: skip


def table(*cells: str, numeric: frozenset[int] = frozenset(), is_name: bool = False) -> Table:
    head = tuple(f"Kolom {at}" for at in range(len(cells)))
    row = tuple(line(Words(one, is_name=is_name)) for one in cells)
    return Table("Tabel", head, (row,) * 3, numeric)


def of(one: Table) -> Document:
    return Document("Verslag", "nl", date(2026, 11, 27), (Section("S", "s", (one,)),))


def faults(file: bytes) -> list[str]:
    """What lies over something else, or outside the margins."""
    found: list[str] = []
    with pypdfium2.PdfDocument(file) as opened:
        for page in opened:
            text = page.get_textpage()
            boxes = [text.get_rect(at) for at in range(text.count_rects())]
            for at, one in enumerate(boxes):
                if one[0] < MARGIN - SPACE or one[2] > page.get_width() - MARGIN + SPACE:
                    found.append(f"outside: {text.get_text_bounded(*one)}")
                found += [
                    f"over: {text.get_text_bounded(*one)}"
                    for other in boxes[at + 1 :]
                    if one[0] < other[2] - 1 and other[0] < one[2] - 1
                    and one[1] < other[3] - 2 and other[1] < one[3] - 2
                ]  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        pytest.param(table("Inspectie", "3", numeric=frozenset({1})), "portrait", id="small"),
        pytest.param(table(*LONG[3:5]), "portrait", id="names"),
        pytest.param(table(*LONG[:5]), "landscape", id="long-words"),
        pytest.param(table(*LONG, *LONG), "list", id="twelve-long-words"),
        pytest.param(table("f" * 64, "0" * 64, "a", is_name=True), "landscape", id="two-hashes"),
        pytest.param(table("f" * 64, "0" * 64, "a" * 32, is_name=True), "list", id="hashes"),
        pytest.param(table(*["WWWMMM@@@"] * 8), "landscape", id="wide-letters"),
        pytest.param(table(*["x" * 9 + " " + "y" * 9] * 8), "portrait", id="eight-columns"),
        pytest.param(table("Ä" * 20, "é" * 20), "portrait", id="other-letters"),
    ],
)
def test_no_table_runs_into_itself_or_off_the_page(one: Table, kind: str) -> None:
    assert lay_out(one).kind == kind
    made = render_pdf(of(one))
    assert faults(made) == []
    assert stands_in_order(of(one), pdf_text(made)) == []


def test_a_wide_table_takes_its_heading_along_and_one_outside_sections_is_a_list() -> None:
    with pypdfium2.PdfDocument(render_pdf(of(table(*LONG[:5])))) as opened:
        sizes = [page.get_width() > page.get_height() for page in opened]
        texts = [page.get_textpage().get_text_bounded() for page in opened]
    lying = [text for text, lies in zip(texts, sizes, strict=True) if lies]
    assert len(lying) == 1
    assert lying[0].startswith("S")
    alone = Document("Verslag", "nl", date(2026, 11, 27), (table(*LONG[:5]),))
    made = render_pdf(alone)
    assert faults(made) == []
    assert stands_in_order(alone, pdf_text(made)) == []


def test_columns_fill_the_page_and_each_has_what_its_longest_word_needs() -> None:
    layout = lay_out(table("Afkomstgerelateerde gegevens over mensen " * 5, "12", "3"))
    assert sum(layout.shares) == pytest.approx(PORTRAIT)
    assert layout.shares[0] > layout.shares[1]
    assert sum(lay_out(table(*LONG[:5])).shares) == pytest.approx(LANDSCAPE)


def test_parts_of_a_line_that_are_one_word_stay_together() -> None:
    apart = Table("T", ("K",), ((line("abc ", "def"),),))
    joined = Table("T", ("K",), ((line("abc", "def" * 60),),))
    assert lay_out(apart).kind == "portrait"
    assert lay_out(joined).kind == "list" or sum(lay_out(joined).shares) > PORTRAIT


@pytest.mark.long
@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_of_a_final_report_runs_into_anything(language: str) -> None:
    document, _ = make_document("final", invented(), language, version="0")
    assert faults(render_pdf(document)) == []
