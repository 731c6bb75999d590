"""The texts of documents, taken out of each form by another library than the one that wrote it."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pypdfium2
from lxml import etree, html

from doorlicht.reports.documents.content import (
    Address,
    Chart,
    Document,
    Facts,
    Items,
    Link,
    Mark,
    Note,
    Open,
    Paragraph,
    Section,
    Table,
    Words,
    line,
    words_of,
)
from doorlicht.reports.pictures import Picture, Row, even_axis, even_ticks, row_y

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def packed(text: str) -> str:
    """Without any space: what is laid out anew breaks lines elsewhere."""
    return "".join(text.split())


def wanted(document: Document) -> str:
    return packed("".join(words_of(document)))


def html_text(page: str) -> str:
    tree = html.fromstring(page)
    for one in [*tree.iter("svg"), *tree.iter("head")]:
        one.drop_tree()
    return packed(tree.text_content())


def docx_text(file: bytes) -> str:
    body = etree.fromstring(zipfile.ZipFile(io.BytesIO(file)).read("word/document.xml"))
    return packed("".join(one.text or "" for one in body.iter(f"{W}t")))


def odt_text(file: bytes) -> str:
    body = etree.fromstring(zipfile.ZipFile(io.BytesIO(file)).read("content.xml"))
    paragraphs = body.iter(f"{TEXT}p", f"{TEXT}h")
    return packed("".join("".join(_own(one)) for one in paragraphs))


def _own(element):
    """Texts in the order of reading, without what stands for a picture."""
    if etree.QName(element).localname in ("title", "desc"):
        return
    yield element.text or ""
    for inner in element:
        yield from _own(inner)
        yield inner.tail or ""


def pdf_text(file: bytes) -> str:
    with pypdfium2.PdfDocument(file) as opened:
        text = "".join(page.get_textpage().get_text_range() for page in opened)
        # PDFium's sign for a hyphen at which a line ends.
        return packed(text.replace("\ufffe", "-"))


def stands_in_order(document: Document, text: str) -> list[str]:
    """The texts that do not stand in ``text`` after the ones before them."""
    at, lost = 0, []
    for words in map(packed, words_of(document)):
        found = text.find(words, at)
        if found < 0:
            lost.append(words)
        else:
            at = found + len(words)
    return lost


def picture(*names: str) -> Picture:
    axis = even_axis(40)
    rows = tuple(
        Row(row_y(at), name, f"{10 * at} of 40", axis.x(0), axis.x(10 * at), axis.x(10 * at),
            is_bar=True)
        for at, name in enumerate(names)
    )  # fmt: skip
    ticks = tuple((axis.x(at), f"{at:g}") for at in even_ticks(axis))
    return Picture("coverage", "What was looked at", ("A bar is a part.",), rows, ticks)


def everything(name: str = "Dienst", *, language: str = "nl", drawn: bool = True) -> Document:
    """A document with each kind of part, in which a name stands wherever one can stand."""
    table = Table(
        f"Units of {name}",
        ("Unit", "Steps", "Looked at"),
        ((line("Inspectie"), line("40"), line(Open("not known"))),
         (line(name), line("25"), line(Words("yes", is_strong=True)))),
        frozenset({1}),
    )  # fmt: skip
    inner: list[object] = [table]
    if drawn:
        inner.append(Chart(picture("Inspectie", name), table))
    return Document(
        f"Report {name}",
        language,
        date(2026, 11, 27),
        (
            Section("Summary", "summary", (
                Paragraph(line(
                    "We saw ", Mark("3 uses", "FIG-AAAA", 1), " in ", Words(name, is_name=True),
                    "; see ", Link("the annex", "annex"), " or ",
                    Link("the law", "https://wetten.overheid.nl/"), ".",
                )),
                Note("Mind:", line("this is ", Words("no", is_strong=True), "."), "warning"),
                Note("Open:", line("nobody answered for ", name, "."), "open"),
                Note("Help:", line("read on.")),
                Items((line("one ", name), line("two"))),
                Items((line("first"), line("then")), is_numbered=True),
                Items((line("first again"), line("and then")), is_numbered=True),
                Section("Deeper", "deeper", tuple(inner)),
            )),
            Section(f"Annex {name}", "annex", (
                Facts((("Value", line("3")), ("Of", line(name))), line("FIG-AAAA"), "FIG-AAAA"),
                Facts((("Day", line("27 November 2026")),), id="day"),
                Address(("The minister", "Postbus 20018", name)),
            )),
        ),
        subtitle=f"Of {name}",
        organisation="Ministerie van Voorbeelden",
        has_contents=True,
        version="0.1.0",
        contents_title="Contents",
    )  # fmt: skip
