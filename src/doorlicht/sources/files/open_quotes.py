"""Lines that a quotation mark swallows: one that is opened in a row and closed far below.

Readers of delimited text take everything up to the next mark for one value, as the format says
(RFC 4180, 2.6). One stray mark then hides the rows down to the next one, or to the end of the
file, without an error.
"""

from __future__ import annotations

from typing import Final

MAX_LINES_OF_VALUE: Final = 1_000
"""A value of more lines is no value: a mark was opened and not closed."""

_STRIDE: Final = 2 * MAX_LINES_OF_VALUE
"""So many lines do not fit in fewer bytes, so that marks closer together need no look."""


class OpenQuotes:
    """Counts lines in values without end, while a text goes by in blocks.

    Parameters
    ----------
    quote, delimiter, escape
        How the text is written; marks and ends of lines are single bytes in it.
    """

    def __init__(self, quote: str, delimiter: str, escape: str) -> None:
        self._mark = quote.encode()
        self._opens = frozenset(b"\n\r" + delimiter.encode()[-1:])
        self._escaped = b"\\" + self._mark if escape == "\\" else b""
        self.begin()

    def begin(self) -> None:
        """Forget what went by: a text begins."""
        self._found = self._lines = 0
        self._is_open = self._is_at_end = False
        self._before = b"\n"[0]

    @property
    def lines(self) -> int:
        """Lines that stand in values which are too long to be values, or never end."""
        return self._found + (self._lines if self._is_open else 0)

    def see(self, block: bytes) -> None:
        """Look at the next part of the text."""
        if not self._mark or not block:
            return
        if self._escaped:
            block = block.replace(self._escaped, b"\\ ")
        if self._is_at_end:
            self._is_open = block[0] not in self._opens
        at = block.find(self._mark)
        if self._is_open:
            self._lines += block.count(b"\n", 0, len(block) if at < 0 else at)
        if at >= 0:
            self._close(self._lines)
            at = self._last(block, at)
            self._is_open = self._is_opening(block, at)
            self._lines = block.count(b"\n", at) if self._is_open else 0
        # Whether the mark at the end of a block begins a value, the next block tells.
        self._is_at_end = self._is_open and at == len(block) - 1
        self._before = block[-1]

    def _last(self, block: bytes, at: int) -> int:
        """Return the last mark of a block; values that are too long on the way are counted."""
        while True:
            near = block.rfind(self._mark, at + 1, at + 1 + _STRIDE)
            if near >= 0:
                at = near
                continue
            further = block.find(self._mark, at + 1 + _STRIDE)
            if further < 0:
                return at
            if self._is_opening(block, at):
                self._close(block.count(b"\n", at, further))
            at = further

    def _is_opening(self, block: bytes, at: int) -> bool:
        """Whether a mark begins a value: a field begins there, and does not end there as well."""
        before = block[at - 1] if at else self._before
        after = block[at + 1] if at + 1 < len(block) else None
        return before in self._opens and after not in self._opens

    def _close(self, lines: int) -> None:
        self._found += lines if lines > MAX_LINES_OF_VALUE else 0
