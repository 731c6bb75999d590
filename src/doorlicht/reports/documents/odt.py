"""A document as ODT (OpenDocument 1.4), for who edits it further with free software.

Source: OASIS, Open Document Format for Office Applications v1.3 and v1.4, part 3: headings with an
outline level (5.1.2), header rows (9.1.13), and title and description of a picture (10.3.16, 17).
"""

from __future__ import annotations

import io
import re
from datetime import datetime, time
from functools import cache
from importlib import resources
from typing import Any, Final

from doorlicht.reports.documents.content import (
    Address,
    Block,
    Chart,
    Document,
    Facts,
    Items,
    Line,
    Link,
    Mark,
    Note,
    Open,
    Paragraph,
    Section,
    Table,
    walk,
)
from doorlicht.reports.documents.packing import repack
from doorlicht.reports.documents.widths import EDITED, lay_out
from doorlicht.reports.picture_files import render_inner_svg, render_png

_COUNTRY: Final = {"nl": "NL", "en": "GB"}
_BODY: Final = "Text_20_body"
_PICTURE_CM: Final = 16.0
_CELL: Final = 'style:family="table-cell"'


def render_odt(document: Document) -> bytes:
    """Return the file; the same document gives the same bytes."""
    # Heavy, and needed here alone.
    import odfdo

    made: Any = odfdo.Document("text")
    _Writer(document, made).write()
    out = io.BytesIO()
    made.save(out)
    return repack(out.getvalue())


class _Writer:
    """Writes one document; the library says of what it makes too little on types."""

    def __init__(self, document: Document, made: Any) -> None:
        self._document = document
        self._made = made
        self._body: Any = made.body
        self._pictures = 0
        self._tables = 0
        self._columns: set[str] = set()

    def write(self) -> None:
        document, body = self._document, self._body
        body.clear()
        self._set_up()
        body.append(self._paragraph(document.title, "Title"))
        if document.subtitle:
            body.append(self._paragraph(document.subtitle, "Subtitle"))
        if document.has_contents:
            body.append(self._paragraph(document.contents_title, "FactTitle"))
            rows = tuple((Link(one.title, one.id),) for one in document.sections)
            self._items(Items(rows))
        for part, level in walk(document.parts):
            self._part(part, level)

    def _set_up(self) -> None:
        document, made = self._document, self._made
        at = datetime.combine(document.day, time(12))
        about: Any = made.meta
        about.title, about.subject = document.title, document.subtitle
        about.generator = f"doorlicht {document.version}".strip()
        about.creator = about.initial_creator = document.organisation or "doorlicht"
        about.creation_date = about.date = at
        about.language = f"{document.language}-{_COUNTRY[document.language]}"
        styles: Any = made.styles
        for one in styles.get_elements("//style:default-style/style:text-properties"):
            one.set_attribute("fo:language", document.language)
            one.set_attribute("fo:country", _COUNTRY[document.language])
        named = styles.get_element("//office:styles")
        for markup in _styles():
            # Of cells LibreOffice reads only the styles that stand beside the content.
            if _CELL in markup:
                made.insert_style(_element(markup), automatic=True)
            else:
                named.append(_element(markup))
        for level in styles.get_elements("//text:outline-level-style"):
            # The template of the library numbers headings, which no other form does.
            for name in ("style:num-format", "style:num-suffix", "loext:num-list-format"):
                level.set_attribute(name, "")
        for one in styles.get_elements("//style:style[@style:family='paragraph']"):
            if re.fullmatch(r"Heading_20_[1-5]", one.get_attribute("style:name") or ""):
                for text in one.get_elements("style:text-properties"):
                    text.set_attribute("fo:color", "#154273")

    def _part(self, part: Block | Section, level: int) -> None:
        body = self._body
        match part:
            case Section():
                head = _element("text:h", "text:style-name", f"Heading_20_{level}")
                head.set_attribute("text:outline-level", str(level))
                head.append(_bookmark(part.id))
                head.append(part.title)
                body.append(head)
            case Paragraph():
                body.append(self._filled(_BODY, part.line))
            case Items():
                self._items(part)
            case Table():
                self._table(part)
            case Note():
                row = _element("text:p", "text:style-name", f"Note_{part.tone}")
                row.append(_span(part.label, "Strong"))
                row.append(" ")
                body.append(self._fill(row, part.line))
            case Chart():
                self._chart(part)
            case Facts():
                self._facts(part)
            case Address():
                row = _element("text:p", "text:style-name", _BODY)
                for at, text in enumerate(part.lines):
                    row.append(text)
                    if at < len(part.lines) - 1:
                        row.append(_element("text:line-break"))
                body.append(row)

    def _paragraph(self, text: str, style: str) -> Any:
        row = _element("text:p", "text:style-name", style)
        row.append(text)
        return row

    def _filled(self, style: str, parts: Line) -> Any:
        return self._fill(_element("text:p", "text:style-name", style), parts)

    def _fill(self, row: Any, parts: Line) -> Any:
        for one in parts:
            match one:
                case Link():
                    row.append(_link(one.text, one))
                case Mark():
                    row.append(one.text)
                    raised = _span("", "Mark")
                    raised.append(_link(one.sign, Link(one.sign, one.figure)))
                    row.append(raised)
                case Open():
                    row.append(_span(one.text, "Open_end"))
                case _ if one.is_name:
                    row.append(_span(one.text, "Name"))
                case _ if one.is_strong:
                    row.append(_span(one.text, "Strong"))
                case _:
                    row.append(one.text)
        return row

    def _items(self, part: Items) -> None:
        style = "Numbers" if part.is_numbered else "Bullets"
        rows = _element("text:list", "text:style-name", style)
        for item in part.items:
            row = _element("text:list-item")
            row.append(self._filled(_BODY, item))
            rows.append(row)
        self._body.append(rows)

    def _facts(self, part: Facts) -> None:
        where = _bookmark(part.id) if part.id else None
        if part.title:
            row = _element("text:p", "text:style-name", "FactTitle")
            if where is not None:
                row.append(where)
            where = None
            self._body.append(self._fill(row, part.title))
        for name, what in part.rows:
            row = _element("text:p", "text:style-name", "Fact")
            if where is not None:
                row.append(where)
            where = None
            row.append(_span(f"{name}:", "Term"))
            row.append(" ")
            self._body.append(self._fill(row, what))

    def _table(self, part: Table) -> None:
        self._tables += 1
        self._body.append(self._paragraph(part.caption, "TableCaption"))
        table = _element("table:table", "table:name", f"table-{self._tables}")
        title = _element("table:title")
        title.append(part.caption)
        table.append(title)
        shares = lay_out(part, room=EDITED).shares
        for share in shares:
            wide = _element("table:table-column")
            wide.set_attribute("table:style-name", self._column(share / sum(shares)))
            table.append(wide)
        heads = _element("table:table-header-rows")
        heads.append(
            _row(
                [
                    self._paragraph(one, "CellHeadNumber" if at in part.numeric else "CellHead")
                    for at, one in enumerate(part.head)
                ]
            )
        )
        table.append(heads)
        for cells in part.rows:
            table.append(
                _row(
                    [
                        self._filled("CellNumber" if at in part.numeric else "CellText", cell)
                        for at, cell in enumerate(cells)
                    ]
                )
            )
        self._body.append(table)
        self._body.append(_element("text:p", "text:style-name", "Standard"))

    def _column(self, share: float) -> str:
        """Return the style of a column that has a share of the width."""
        name = f"Column_{round(share * 1000)}"
        if name not in self._columns:
            self._columns.add(name)
            width = f'style:column-width="{_PICTURE_CM * share:.2f}cm"'
            self._made.insert_style(
                _element(
                    f'<style:style style:name="{name}" style:family="table-column">'
                    f"<style:table-column-properties {width}/></style:style>"
                ),
                automatic=True,
            )
        return name

    def _chart(self, part: Chart) -> None:
        picture, document = part.picture, self._document
        self._body.append(self._paragraph(part.caption, "TableCaption"))
        svg = render_inner_svg(picture, document.language, version=document.version)
        png = render_png(svg, picture, version=document.version)
        self._pictures += 1
        name = f"Pictures/picture-{self._pictures}.png"
        self._made.container.set_part(name, png)
        self._made.manifest.add_full_path(name, "image/png")
        frame = _element("draw:frame", "draw:name", f"{picture.name}-{self._pictures}")
        height = _PICTURE_CM * picture.height / picture.width
        for key, value in (
            ("draw:style-name", "Picture"),
            ("text:anchor-type", "as-char"),
            ("svg:width", f"{_PICTURE_CM}cm"),
            ("svg:height", f"{height:.2f}cm"),
        ):
            frame.set_attribute(key, value)
        image = _element("draw:image", "xlink:href", name)
        for key, value in (("type", "simple"), ("show", "embed"), ("actuate", "onLoad")):
            image.set_attribute(f"xlink:{key}", value)
        frame.append(image)
        for tag, text in (("svg:title", picture.title), ("svg:desc", picture.description)):
            told = _element(tag)
            told.append(text)
            frame.append(told)
        row = _element("text:p", "text:style-name", "Standard")
        row.append(frame)
        self._body.append(row)
        self._table(part.numbers)


def _element(tag: str, name: str = "", value: str = "") -> Any:
    import odfdo

    # The library gives this function half a type.
    make: Any = getattr(odfdo.Element, "from_tag")  # noqa: B009
    made: Any = make(tag)
    if name:
        made.set_attribute(name, value)
    return made


@cache
def _styles() -> tuple[str, ...]:
    """Return what parts look like, an element a line; the colours are those of the page."""
    file = resources.files("doorlicht.reports") / "templates" / "document.odt.xml"
    return tuple(file.read_text("utf-8").splitlines())


def _row(paragraphs: list[Any]) -> Any:
    row = _element("table:table-row")
    for one in paragraphs:
        cell = _element("table:table-cell", "table:style-name", "Cell")
        cell.set_attribute("office:value-type", "string")
        cell.append(one)
        row.append(cell)
    return row


def _span(text: str, style: str) -> Any:
    made = _element("text:span", "text:style-name", style)
    if text:
        made.append(text)
    return made


def _link(text: str, link: Link) -> Any:
    made = _element("text:a", "xlink:type", "simple")
    made.set_attribute("xlink:href", f"#{link.target}" if link.is_inside else link.target)
    made.append(text)
    return made


def _bookmark(target: str) -> Any:
    return _element("text:bookmark", "text:name", target)
