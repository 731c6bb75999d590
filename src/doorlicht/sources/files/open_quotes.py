"""Lines that a quotation mark swallows: one that is opened in a row and closed far below.

Readers of delimited text take everything up to the next mark for one value, as the format says
(RFC 4180, 2.6). One stray mark then hides the rest of a file, without an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

MAX_LINES_OF_VALUE: Final = 1_000
"""A value of more lines is no value: a mark was opened and not closed."""

DENSE: Final = 200
"""With a mark in fewer bytes than this, values are quoted as a habit; marks are then only counted,
for a stray one shifts all that follow and gives rows that do not fit.
"""


def may_swallow(marks: int, size: int) -> bool:
    """Return whether so many marks in so many bytes are worth a look at where each stands."""
    return marks > 0 and (marks * DENSE <= size or marks % 2 == 1)


def swallowed_lines(blocks: Iterable[bytes], *, quote: str, delimiter: str, escape: str) -> int:
    """Return how many lines stand in values that are too long to be values.

    Parameters
    ----------
    blocks
        Text in UTF-8 or another encoding in which marks and ends of lines are single bytes.
    """
    mark, is_escaped = quote.encode(), escape == "\\"
    found = lines = 0
    is_open = False
    opens = frozenset(b"\n\r" + delimiter.encode()[-1:])
    before = b"\n"[0]
    for block in blocks:
        if is_escaped:
            block = block.replace(b"\\" + mark, b"\\ ")
        at = start = 0
        while (at := block.find(mark, at)) >= 0:
            if not is_open:
                last = block[at - 1] if at else before
                is_open = last in opens
                at += 1
                start = at
                continue
            if block[at + 1 : at + 2] == mark:
                at += 2
                continue
            lines += block.count(b"\n", start, at)
            found += lines if lines > MAX_LINES_OF_VALUE else 0
            is_open, lines = False, 0
            at += 1
        if is_open:
            lines += block.count(b"\n", start)
        before = block[-1]
    return found + (lines if is_open else 0)
