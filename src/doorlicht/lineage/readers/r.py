"""R: scripts of base R, the tidyverse and data.table; what is whole around an error is read too.

Source: R Language Definition (4.4).
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

from doorlicht.lineage.readers.r_damage import read_again
from doorlicht.lineage.readers.r_tree import Translation
from doorlicht.lineage.readers.source import MAX_BYTES, MAX_HIDDEN, parser_of, read_text
from doorlicht.records import code


class RReader:
    """Reads scripts of R."""

    name = "r"
    suffixes = frozenset({".r"})

    def read(self, path: str, content: bytes) -> tuple[code.CodeUnit, ...]:
        """Return the file as one unit.

        Examples
        --------
        >>> RReader().read("a.R", b"x <- 'nat'")[0].body[0].value
        Const(value='nat', line=1)
        """
        if len(content) > MAX_BYTES:
            return (code.CodeUnit(path, "r", (), (), (code.Hidden("too_large", 1),)),)
        return (read_r(path, read_text(content)),)


def read_r(path: str, text: str, first_line: int = 1) -> code.CodeUnit:
    """Return a text of R as a unit; ``first_line`` is the line of its first line.

    Examples
    --------
    >>> read_r("a.R", "x <- df %>% select(nat)").body[0].value.func
    Name(id='select', line=1)
    """
    with _no_collecting():
        return _unit(path, text, first_line)


@contextmanager
def _no_collecting() -> Generator[None]:
    """Let Python look for no circles: half the time would go to looking through new nodes."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _unit(path: str, text: str, first_line: int) -> code.CodeUnit:
    source = text.encode("utf-8", "replace")
    root = parser_of("r").parse(source).root_node
    translation = Translation(source, first_line)
    if root.has_error:
        damage: list[int] = []
        body = read_again(translation, root, text, damage)
        translation.comments.sort(key=lambda comment: comment.line)
        hidden = tuple(code.Hidden("syntax_error", line) for line in damage[:MAX_HIDDEN])
    else:
        body = translation.program(root)
        hidden = ()
    return code.CodeUnit(path, "r", body, tuple(translation.comments), hidden)
