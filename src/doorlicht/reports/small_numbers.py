"""Small numbers, hidden: a count of one to four rows says too much of single persons."""

from __future__ import annotations

from typing import Final

LIMIT: Final = 5
"""Decision 1 of the architecture: counts under this are reported as "< 5"."""


def shown_count(count: int | None) -> str:
    """Return a count of persons or rows as it may be shown; ``None`` was hidden before.

    Examples
    --------
    >>> [shown_count(n) for n in (0, 4, 5, 12345, None)]
    ['0', '< 5', '5', '12345', '< 5']
    """
    if count is None or 0 < count < LIMIT:
        return f"< {LIMIT}"
    return str(count)
