"""How wide the columns of a table are: by what stands in them, so that no word runs into another.

The widths of letters are estimated from those of a book face, rather too wide than too narrow. A
line breaks at spaces, and after a hyphen or slash that no digit follows (Unicode UAX 14).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from doorlicht.reports.documents.content import Line, Mark, Table, Words

PORTRAIT: Final = 459.0
"""Of the text on an upright page of A4 with margins of 24 mm, in points."""

LANDSCAPE: Final = 705.0
"""Of the text on a page that lies."""

_SIZE: Final = 9.5
_PADDING: Final = 10.5
_MOST: Final = 260.0
"""Of what a column asks for by itself; longer texts are read over several lines."""

_NARROW: Final = frozenset("iljtfrI.,;:'!|()[] -")
_WIDE: Final = frozenset("mwMWQO%&@—…")
_FACES: Final = {"narrow": 0.36, "wide": 0.85, "capital": 0.68, "other": 0.54, "fixed": 0.49}
"""Widths of letters, in ems of the text around them; ``fixed`` for names of columns and files."""

_BREAK: Final = re.compile(r"\s+|(?<=[-/])(?=\D)")

LayoutKind = Literal["portrait", "landscape", "list"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table fits: upright, lying, or only as a list; and the shares of its columns."""

    kind: LayoutKind
    shares: tuple[float, ...]


EDITED: Final = 0.82
"""Room in forms that people edit: their letters are wider, and are whatever the machine has."""


def lay_out(table: Table, *, room: float = 1.0) -> Layout:
    """Return how a table fits on a page of A4.

    Parameters
    ----------
    room
        Which part of a page there is for letters as wide as those of the PDF.

    Examples
    --------
    >>> from doorlicht.reports.documents.content import line
    >>> lay_out(Table("", ("Unit", "n"), ((line("Inspectie"), line("3")),))).kind
    'portrait'
    >>> lay_out(Table("", ("Hash", "n"), ((line("a" * 300), line("3")),))).kind
    'list'
    """
    columns = [
        _column([table.head[at], *(row[at] for row in table.rows)]) for at in range(len(table.head))
    ]
    least = sum(one.least for one in columns)
    if least <= PORTRAIT * room:
        return Layout("portrait", _shares(columns, PORTRAIT * room, table.numeric))
    kind: LayoutKind = "landscape" if least <= LANDSCAPE * room else "list"
    return Layout(kind, _shares(columns, LANDSCAPE * room, table.numeric))


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column needs so that no word sticks out, and what it asks for."""

    least: float
    asked: float


def _column(cells: list[str | Line]) -> _Column:
    least = asked = 0.0
    for cell in cells:
        # The head is bold.
        factor = 1.08 if isinstance(cell, str) else 1.0
        words = _words(cell)
        if words:
            least = max(least, factor * max(words))
            asked = max(asked, factor * (sum(words) + _FACES["narrow"] * _SIZE * len(words)))
    return _Column(least + _PADDING, max(least, min(asked, _MOST)) + _PADDING)


def _words(cell: str | Line) -> list[float]:
    """Return the widths of what stays together in a cell, in points."""
    if isinstance(cell, str):
        return [_width(one) for one in _BREAK.split(cell) if one]
    found: list[float] = []
    is_open = False
    for run in cell:
        is_fixed = isinstance(run, Words) and run.is_name
        text = run.text + (run.sign if isinstance(run, Mark) else "")
        pieces = _BREAK.split(text)
        for at, one in enumerate(pieces):
            width = _width(one, is_fixed=is_fixed)
            # The end of one part of a line and the beginning of the next may be one word.
            if at == 0 and is_open and found:
                found[-1] += width
            else:
                found.append(width)
        is_open = bool(pieces[-1])
    return [one for one in found if one]


def _width(text: str, *, is_fixed: bool = False) -> float:
    if is_fixed:
        return _FACES["fixed"] * _SIZE * len(text)
    return _SIZE * sum(map(_em, text))


def _em(letter: str) -> float:
    if letter in _NARROW:
        return _FACES["narrow"]
    if letter in _WIDE or ord(letter) >= 0x1100:
        # Letters of the East are as wide as high.
        return 1.05 if ord(letter) >= 0x1100 else _FACES["wide"]
    return _FACES["capital"] if letter.isupper() else _FACES["other"]


def _shares(columns: list[_Column], width: float, numeric: frozenset[int]) -> tuple[float, ...]:
    """Return the widths: each has what it needs; what is left goes where more is asked for."""
    left = width - sum(one.least for one in columns)
    if left <= 0:
        return tuple(one.least for one in columns)
    wishes = [one.asked - one.least for one in columns]
    if sum(wishes) > left:
        return tuple(
            one.least + left * wish / sum(wishes) for one, wish in zip(columns, wishes, strict=True)
        )
    # Everything fits on one line: the rest goes to words, so that numbers stay near their head.
    words = [at for at in range(len(columns)) if at not in numeric] or list(range(len(columns)))
    rest = (left - sum(wishes)) / len(words)
    return tuple(one.asked + (rest if at in words else 0.0) for at, one in enumerate(columns))
