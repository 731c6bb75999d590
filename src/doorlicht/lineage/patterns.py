"""Patterns that stand in the code that is read: only run if they cannot take long.

A pattern like ``(a+)+$`` takes longer than anybody can wait on some names. Which patterns do is
hard to tell, which surely do not is easy: no repetition of a group, few repetitions in a row.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MAX_PATTERN: Final = 2_000
MAX_REPEATS: Final = 3
"""Open repetitions in one alternative; each multiplies the time by the length of the text."""

MAX_SUBJECT: Final = 120
"""Letters of a name that are looked at; longer ones are no names of columns."""

_PIECE: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,?\d*\}|.", re.DOTALL)


@lru_cache(maxsize=10_000)
def compiled(pattern: str, *, is_exact: bool = False) -> re.Pattern[str] | None:
    """Return a pattern, ignoring case if not exact; ``None`` if it is broken or could take long.

    Examples
    --------
    >>> compiled("^(nat|land)_.*") is None, compiled("(a+)+$") is None
    (False, True)
    """
    if len(pattern) > MAX_PATTERN or not _is_quick(pattern):
        return None
    try:
        return re.compile(pattern, 0 if is_exact else re.IGNORECASE)
    except (re.error, OverflowError, RecursionError):
        return None


def _is_quick(pattern: str) -> bool:
    repeats, before = 0, ""
    for match in _PIECE.finditer(pattern):
        piece = match.group()
        is_repeat = piece in ("*", "+") or (len(piece) > 1 and piece.startswith("{"))
        if is_repeat:
            if before == ")":
                return False
            repeats += 1
        elif piece == "|":
            repeats = 0
        if repeats > MAX_REPEATS:
            return False
        before = piece
    return True
