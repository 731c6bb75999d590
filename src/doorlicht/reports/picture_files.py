"""Pictures as files: SVG that stands by itself, and PNG made from it without a network.

Both carry their title and a description of all that they show, for who cannot see them: SVG as
``<title>`` and ``<desc>``, PNG as texts of its own (W3C, Portable Network Graphics, third edition,
section 11.3.3).
"""

from __future__ import annotations

import struct
import textwrap
import zlib
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import jinja2

from doorlicht.language import Language, say
from doorlicht.reports.pictures import Picture

_DOTS_PER_PIXEL: Final = 2
_POINTS_PER_PIXEL: Final = 0.75
_TITLE_LETTER_WIDTH: Final = 9.6
_NOTE_LETTER_WIDTH: Final = 6.9
_TITLE_LINE, _NOTE_LINE = 22, 17
_MARGIN: Final = 12


@dataclass(frozen=True, slots=True)
class _Line:
    y: int
    text: str
    is_title: bool


def render_svg(picture: Picture, language: Language, *, version: str, audit: str) -> str:
    """Return a picture as a file of SVG, with its title and what must be known beside it."""
    told = list(picture.notes)
    if picture.left_out:
        told.append(say("audit.picture.left_out", language, n=picture.left_out))
    lines: list[_Line] = []
    y = _MARGIN
    room = picture.width - 2 * _MARGIN
    for text in textwrap.wrap(picture.title, round(room / _TITLE_LETTER_WIDTH)):
        y += _TITLE_LINE
        lines.append(_Line(y, text, is_title=True))
    for text in textwrap.wrap(" ".join(told), round(room / _NOTE_LETTER_WIDTH)):
        y += _NOTE_LINE
        lines.append(_Line(y, text, is_title=False))
    made_by = say("audit.picture.by", language, version=version, id=audit)
    return _svg(picture, language, version, lines, y + _MARGIN, made_by)


def render_inner_svg(picture: Picture, language: Language, *, version: str) -> str:
    """Return a picture as SVG for within a document, which says title and notes itself."""
    return _svg(picture, language, version, [], 0, "")


def _svg(
    picture: Picture, language: Language, version: str, lines: list[_Line], top: int, made_by: str
) -> str:
    svg = _template().render(
        picture=picture,
        lang=language,
        version=version,
        lines=lines,
        top=top,
        height=top + picture.height + (2 * _MARGIN if made_by else 0),
        made_by=made_by,
    )
    return "".join(one for one in svg if _is_xml(one))


def render_png(svg: str, picture: Picture, *, version: str) -> bytes:
    """Return a file of SVG as PNG, on white, with two dots for each of its pixels."""
    # Imported late: only who asks for pictures waits for it.
    import typst

    drawn: Any = typst.compile(
        _PAGE.encode(),
        sys_inputs={"svg": svg, "width": f"{picture.width * _POINTS_PER_PIXEL}"},
        format="png",
        ppi=72 / _POINTS_PER_PIXEL * _DOTS_PER_PIXEL,
        font_paths=_fonts(),
    )
    return _with_texts(
        bytes(drawn),
        {
            "Software": f"doorlicht {version}",
            "Title": picture.title,
            "Description": picture.description,
        },
    )


_PAGE: Final = """#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1pt)
"""
"""A document of nothing but the picture; typst draws SVG and brings letters of its own."""


@cache
def _fonts() -> Any:
    import typst

    # Those of the machine first, for letters that the ones within typst lack.
    return typst.Fonts()


def _with_texts(png: bytes, texts: dict[str, str]) -> bytes:
    """Return a PNG with texts behind its head."""
    head = len(_PNG) + 4 + 4 + 13 + 4
    if not png.startswith(_PNG):
        raise RuntimeError("typst gave no PNG")
    chunks = b"".join(
        _chunk(b"iTXt", name.encode("latin-1") + b"\0\0\0\0\0" + text.encode("utf-8", "replace"))
        for name, text in texts.items()
    )
    return png[:head] + chunks + png[head:]


_PNG: Final = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _is_xml(letter: str) -> bool:
    """Whether a letter may stand in XML 1.0 (section 2.2)."""
    return letter in "\t\n\r" or "\x20" <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or (
        letter >= "\U00010000"
    )  # fmt: skip


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("doorlicht.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("picture.svg.jinja")
