"""A document as DOCX, for who edits it further: real headings, header rows, language, alt texts.

Source: ISO/IEC 29500-1 (Office Open XML), sections 17.3.1 (paragraphs), 17.4 (tables: a row that
is repeated as header, 17.4.78) and 20.4.2.5 (what a picture shows, in words).
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, time
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

_LOCALE: Final = {"nl": "nl-NL", "en": "en-GB"}
_LETTERS: Final = "Calibri"
_BRAND: Final = "154273"
_SOFT: Final = "4A5768"
_OPEN: Final = "7A3B00"
_TINTS: Final = {"note": "F3F6F9", "warning": "FFF4E5", "open": "FFF4E5"}
_PICTURE_INCHES: Final = 6.3
_CELL: Final = "Table Text"


def render_docx(document: Document) -> bytes:
    """Return the file; the same document gives the same bytes."""
    # Heavy, and needed here alone.
    import docx

    made: Any = docx.Document()
    _Writer(document, made).write()
    out = io.BytesIO()
    made.save(out)
    return repack(out.getvalue())


class _Writer:
    """Writes one document; the library says of what it makes too little on types."""

    def __init__(self, document: Document, made: Any) -> None:
        self._document = document
        self._made = made
        self._bookmarks = 0
        self._pictures = 0

    def write(self) -> None:
        document, made = self._document, self._made
        self._set_up()
        made.add_paragraph(document.title, style="Title")
        if document.subtitle:
            made.add_paragraph(document.subtitle, style="Subtitle")
        if document.has_contents:
            self._strong(document.contents_title)
            for one in document.sections:
                row = made.add_paragraph(style="List Bullet")
                self._link(row, Link(one.title, one.id))
        for part, level in walk(document.parts):
            self._part(part, level)

    def _set_up(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt, RGBColor

        document, made = self._document, self._made
        about = made.core_properties
        about.title, about.author = document.title[:255], document.organisation[:255]
        about.subject, about.comments, about.keywords = document.subtitle[:255], "", ""
        about.last_modified_by = f"doorlicht {document.version}"
        about.language = _LOCALE[document.language]
        about.created = about.modified = datetime.combine(document.day, time(12), UTC)
        page = made.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(25)
        for name in ("Normal", "Title", "Subtitle", *(f"Heading {at}" for at in range(1, 6))):
            style = made.styles[name]
            style.font.name = _LETTERS
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                # What a theme says would go before the name.
                fonts.attrib.pop(qn(f"w:{kind}"), None)
            if name != "Normal":
                style.font.color.rgb = RGBColor.from_string(_BRAND)
        made.styles["Normal"].font.size = Pt(11)
        cell = made.styles.add_style(_CELL, WD_STYLE_TYPE.PARAGRAPH)
        cell.base_style, cell.font.size = made.styles["Normal"], Pt(9)
        made.styles["Subtitle"].font.color.rgb = RGBColor.from_string(_SOFT)
        for one in made.styles.element.iter(qn("w:lang")):
            one.set(qn("w:val"), _LOCALE[document.language])
        footer = page.footer.paragraphs[0]
        footer.alignment = 2
        field = _made("w:fldSimple", instr="PAGE")
        number = _made("w:r")
        number.append(_texted("1"))
        field.append(number)
        footer._p.append(field)

    def _part(self, part: Block | Section, level: int) -> None:
        made = self._made
        match part:
            case Section():
                self._bookmark(made.add_heading(part.title, level), part.id)
            case Paragraph():
                self._line(made.add_paragraph(), part.line)
            case Items():
                self._items(part)
            case Table():
                self._table(part)
            case Note():
                row = made.add_paragraph()
                _shade(row, _TINTS[part.tone])
                row.add_run(part.label).bold = True
                row.add_run(" ")
                self._line(row, part.line)
            case Chart():
                self._chart(part)
            case Facts():
                self._facts(part)
            case Address():
                row = made.add_paragraph()
                for at, text in enumerate(part.lines):
                    run = row.add_run(text)
                    if at < len(part.lines) - 1:
                        run.add_break()

    def _strong(self, text: str) -> Any:
        row = self._made.add_paragraph()
        row.add_run(text).bold = True
        row.paragraph_format.keep_with_next = True
        return row

    def _items(self, part: Items) -> None:
        if not part.is_numbered:
            for item in part.items:
                self._line(self._made.add_paragraph(style="List Bullet"), item)
            return
        number = self._new_numbering()
        for item in part.items:
            row = self._made.add_paragraph(style="List Number")
            properties = row._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = 0
            properties.get_or_add_numId().val = number
            self._line(row, item)

    def _new_numbering(self) -> int:
        """Return a numbering that starts at one; all lists of a style go on counting otherwise."""
        style = self._made.styles["List Number"].element
        shared = style.pPr.numPr.numId.val
        numbering = self._made.part.numbering_part.element
        ours = next(one for one in numbering.num_lst if one.numId == shared)
        new = numbering.add_num(ours.abstractNumId.val)
        new.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(new.numId)

    def _facts(self, part: Facts) -> None:
        if part.title:
            row = self._made.add_paragraph()
            row.paragraph_format.keep_with_next = True
            for run in self._line(row, part.title):
                run.bold = True
        else:
            row = None
        for at, (name, what) in enumerate(part.rows):
            fact = self._made.add_paragraph()
            fact.paragraph_format.space_after = 0
            fact.add_run(f"{name}: ").font.color.rgb = _colour(_SOFT)
            self._line(fact, what)
            row = fact if row is None and at == 0 else row
        if part.id and row is not None:
            self._bookmark(row, part.id)

    def _table(self, part: Table) -> None:
        from docx.shared import Inches

        caption = self._made.add_paragraph(style="Caption")
        caption.add_run(part.caption)
        caption.paragraph_format.keep_with_next = True
        table = self._made.add_table(rows=1, cols=len(part.head), style="Table Grid")
        properties = table._tbl.tblPr
        properties.append(_made("w:tblCaption", val=part.caption))
        look = properties.find(_qualified("w:tblLook"))
        for name, value in (("firstRow", "1"), ("firstColumn", "1"), ("lastRow", "0")):
            look.set(_qualified(f"w:{name}"), value)
        # Rows that are added take the widths of the columns over; the first one has its own.
        shares = lay_out(part, room=EDITED).shares
        head = table.rows[0]
        for at, share in enumerate(shares):
            width = Inches(_PICTURE_INCHES * share / sum(shares))
            table.columns[at].width = head.cells[at].width = width
        head._tr.get_or_add_trPr().append(_made("w:tblHeader"))
        for at, title in enumerate(part.head):
            row = head.cells[at].paragraphs[0]
            row.style = self._made.styles[_CELL]
            row.add_run(title).bold = True
            _align(row, is_number=at in part.numeric)
        cell_style = self._made.styles[_CELL]
        for cells in part.rows:
            # Asked once: the library goes through the whole row for each of its cells.
            places = table.add_row().cells
            for at, cell in enumerate(cells):
                row = places[at].paragraphs[0]
                row.style = cell_style
                _align(row, is_number=at in part.numeric)
                self._line(row, cell)
        for row in table.rows:
            row._tr.get_or_add_trPr().append(_made("w:cantSplit"))
        self._made.add_paragraph()

    def _chart(self, part: Chart) -> None:
        from docx.shared import Inches

        caption = self._made.add_paragraph(style="Caption")
        caption.add_run(part.caption)
        caption.paragraph_format.keep_with_next = True
        svg = render_inner_svg(
            part.picture, self._document.language, version=self._document.version
        )
        png = render_png(svg, part.picture, version=self._document.version)
        drawn = self._made.add_picture(io.BytesIO(png), width=Inches(_PICTURE_INCHES))
        self._pictures += 1
        about = drawn._inline.docPr
        about.set("descr", part.picture.description)
        about.set("name", f"{part.picture.name} {self._pictures}")
        self._table(part.numbers)

    def _line(self, row: Any, parts: Line) -> list[Any]:
        """Write a line into a paragraph, and return the runs that it consists of."""
        runs: list[Any] = []
        for one in parts:
            match one:
                case Link():
                    self._link(row, one)
                case Mark():
                    runs.append(row.add_run(one.text))
                    self._link(row, Link(one.sign, one.figure), is_raised=True)
                case Open():
                    run = row.add_run(one.text)
                    run.font.color.rgb, run.italic = _colour(_OPEN), True
                    runs.append(run)
                case _:
                    run = row.add_run(one.text)
                    run.bold = one.is_strong or None
                    if one.is_name:
                        run.font.name = "Consolas"
                        run.font.no_proof = True
                    runs.append(run)
        return runs

    def _link(self, row: Any, link: Link, *, is_raised: bool = False) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE

        if link.is_inside:
            outer = _made("w:hyperlink", anchor=_bookmark_name(link.target))
        else:
            outer = _made("w:hyperlink")
            to = self._made.part.relate_to(
                link.target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
            outer.set(_qualified("r:id"), to)
        run = row.add_run(link.text)
        run.font.color.rgb = _colour(_BRAND)
        run.underline = not is_raised
        run.font.superscript = is_raised or None
        outer.append(run._r)
        row._p.append(outer)

    def _bookmark(self, row: Any, target: str) -> None:
        self._bookmarks += 1
        number = str(self._bookmarks)
        row._p.append(_made("w:bookmarkStart", id=number, name=_bookmark_name(target)))
        row._p.append(_made("w:bookmarkEnd", id=number))


def _bookmark_name(target: str) -> str:
    """Return an id as Word takes it: letters, digits and underscores."""
    return "d_" + re.sub(r"\W", "_", target)[:38]


def _qualified(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)


def _made(tag: str, **attributes: str) -> Any:
    from docx import oxml

    # The library gives this function half a type.
    make: Any = getattr(oxml, "OxmlElement")  # noqa: B009
    element: Any = make(tag)
    for name, value in attributes.items():
        element.set(_qualified(f"w:{name}"), value)
    return element


def _texted(text: str) -> Any:
    element = _made("w:t")
    element.text = text
    return element


def _colour(code: str) -> Any:
    from docx.shared import RGBColor

    return RGBColor.from_string(code)


def _shade(row: Any, colour: str) -> None:
    properties = row._p.get_or_add_pPr()
    # The schema sets the order: shading stands before spacing and alignment.
    properties.insert_element_before(
        _made("w:shd", val="clear", color="auto", fill=colour), "w:tabs", "w:spacing", "w:jc"
    )


def _align(row: Any, *, is_number: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    row.paragraph_format.space_after = 0
    if is_number:
        row.alignment = WD_ALIGN_PARAGRAPH.RIGHT
