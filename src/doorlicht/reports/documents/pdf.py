"""A document as a tagged PDF that is PDF/UA-1 and PDF/A-2a at once, written by typst.

The letters are those within typst's own wheel, so that the same document is the same file on every
machine. Only where one is missing the fonts of the machine are asked, and a sign that nothing can
draw is spelled out by its code point: both standards refuse a letter without a shape, and leaving
it out would change a name.

Source: ISO 14289-1 (PDF/UA-1), section 7.21.8, and ISO 19005-2 (PDF/A-2), section 6.2.11.8.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, time
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
    Run,
    Section,
    Table,
    walk,
)
from doorlicht.reports.documents.widths import lay_out
from doorlicht.reports.picture_files import render_inner_svg

STANDARDS: Final = ("ua-1", "a-2a")
_LACKING: Final = re.compile(r"the text `(\".*\")` could not be displayed", re.DOTALL)
_MAX_SPELLED: Final = 2_000
"""Different signs without a shape; more means that something else is wrong."""


def render_pdf(document: Document) -> bytes:
    """Return the file; the same document gives the same bytes."""
    tree = _tree(document)
    lacking: set[str] = set()
    for fonts in (_own_fonts(), _all_fonts()):
        lacking = _signs_without_shape(tree, fonts)
        if not lacking:
            break
    else:
        fonts = _all_fonts()
    return _compiled(_spelled(tree, lacking) if lacking else tree, document, fonts)


def _compiled(tree: str, document: Document, fonts: Any) -> bytes:
    # Imported late: only who asks for a PDF waits for it.
    import typst

    at = datetime.combine(document.day, time(12), UTC)
    for _ in range(_MAX_SPELLED):
        try:
            made: Any = typst.compile(
                _page(),
                sys_inputs={"document": tree},
                format="pdf",
                pdf_standards=list(STANDARDS),
                timestamp=int(at.timestamp()),
                font_paths=fonts,
            )
            return bytes(made)
        except typst.TypstError as error:
            found = _LACKING.search(str(error))
            if found is None:
                raise
            # Signs that a font has by themselves and not together, such as an accent on a digit.
            tree = _spelled(tree, {one for one in _unescaped(found[1]) if not one.isascii()})
    raise RuntimeError("signs without a shape stay")


def _signs_without_shape(tree: str, fonts: Any) -> set[str]:
    """Return which signs of a text no font can draw; found in a page of nothing but the signs."""
    import typst

    ahead = {one for one in tree if not one.isascii()}
    lacking: set[str] = set()
    while ahead:
        try:
            typst.compile(
                _PROBE,
                sys_inputs={"document": json.dumps(sorted(ahead), ensure_ascii=False)},
                format="pdf",
                pdf_standards=list(STANDARDS),
                timestamp=0,
                font_paths=fonts,
            )
        except typst.TypstError as error:
            found = _LACKING.search(str(error))
            new = ahead & set(_unescaped(found[1])) if found else set[str]()
            if not new:
                # Something else; the document itself will tell it.
                return lacking
            lacking |= new
            ahead -= new
        else:
            return lacking
    return lacking


def _unescaped(told: str) -> str:
    r"""Return the text that an error of typst names, which it writes as Rust does.

    Examples
    --------
    >>> _unescaped(r'"\u{301}x"') == "\u0301x"
    True
    """
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), told[1:-1])


def _spelled(tree: str, signs: set[str]) -> str:
    return tree.translate({ord(one): f"[U+{ord(one):04X}]" for one in signs})


_PROBE: Final = b"""#set document(title: "x")
#set text(font: ("Libertinus Serif", "New Computer Modern"))
#for one in json(bytes(sys.inputs.document)) [#text(one)\\ ]
"""


@cache
def _page() -> bytes:
    return (resources.files("doorlicht.reports") / "templates" / "document.typ").read_bytes()


@cache
def _own_fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False)


@cache
def _all_fonts() -> Any:
    import typst

    return typst.Fonts()


def _tree(document: Document) -> str:
    """Return all that the page needs, as JSON: typst evaluates no word of it."""
    return json.dumps(
        {
            "title": document.title,
            "subtitle": document.subtitle,
            "organisation": document.organisation,
            "maker": f"doorlicht {document.version}",
            "language": document.language,
            "contents": (
                {
                    "title": document.contents_title,
                    "rows": [{"text": one.title, "to": one.id} for one in document.sections],
                }
                if document.has_contents
                else None
            ),
            "parts": [_part(one, document, 1) for one in document.parts],
        },
        ensure_ascii=False,
    )


def _part(one: Block | Section, document: Document, level: int) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": one.kind}
    match one:
        case Section():
            inner = [_part(each, document, level + 1) for each in one.parts]
            # Pages turn with the outermost section, for no page lies within another.
            lies = level == 1 and any(_is_wide(each) for each, _ in walk(one.parts))
            return told | {
                "title": one.title, "id": one.id, "level": level, "parts": inner, "lies": lies,
            }  # fmt: skip
        case Paragraph():
            return told | {"line": _line(one.line)}
        case Items():
            items = [_line(each) for each in one.items]
            return told | {"items": items, "numbered": one.is_numbered}
        case Table():
            return told | _table(one, may_lie=level > 1)
        case Note():
            return told | {"label": one.label, "line": _line(one.line), "tone": one.tone}
        case Chart():
            svg = render_inner_svg(one.picture, document.language, version=document.version)
            return told | {
                "title": one.caption,
                "svg": svg,
                "alt": one.picture.description,
                "numbers": _table(one.numbers, may_lie=level > 1),
            }
        case Facts():
            rows = [{"name": name, "line": _line(what)} for name, what in one.rows]
            return told | {"title": _line(one.title), "rows": rows, "id": one.id}
        case Address():
            return told | {"lines": list(one.lines)}


def _is_wide(one: Block | Section) -> bool:
    table = one.numbers if isinstance(one, Chart) else one
    return isinstance(table, Table) and lay_out(table).kind == "landscape"


def _table(one: Table, *, may_lie: bool) -> dict[str, Any]:
    """Return a table; one outside all sections stays on an upright page."""
    layout = lay_out(one)
    kind = "list" if layout.kind == "landscape" and not may_lie else layout.kind
    return {
        "layout": kind,
        "shares": [round(share, 1) for share in layout.shares],
        "caption": one.caption,
        "head": list(one.head),
        "rows": [[_line(cell) for cell in row] for row in one.rows],
        "numeric": sorted(one.numeric),
    }


def _line(one: Line) -> list[dict[str, Any]]:
    return [_run(run) for run in one]


def _run(run: Run) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": run.kind, "text": run.text}
    match run:
        case Link():
            return told | {"to": run.target, "inside": run.is_inside}
        case Mark():
            return told | {"to": run.figure, "sign": run.sign}
        case Open():
            return told
        case _:
            return told | {"strong": run.is_strong, "name": run.is_name}
