"""Text whose columns are divided by blanks: by one or more each time, or aligned under each other.

Statistics packages, databases and printers write such tables. They have no delimiter of their own,
and ordinary text has blanks too; so blanks count as a layout only where nearly every line says so.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

BLANKS: Final = " "
"""The delimiter of text in which one or more blanks divide the columns."""

MIN_SHARE: Final = 0.9
"""Part of the lines that must have the same number of columns."""

MIN_ALIGNED: Final = 8
"""Fewer lines can have a blank at the same place by chance."""

MIN_PADDED: Final = 0.5
"""Part of the lines that must have two blanks together, for columns that are aligned."""

Span = tuple[int, int]
"""Where a column begins and where it ends; the last one ends with the line (-1)."""

_RUN: Final = re.compile(r"\S {2,}\S")
_RULE: Final = re.compile(r"[-=+| ]+")


def find_spans(lines: Sequence[str]) -> tuple[Span, ...]:
    """Return the columns of aligned text; none where it is not aligned.

    Between two columns stands a place that is blank in every line. A line of dashes under the
    header is no part of the table.

    Examples
    --------
    >>> rows = [f"Bo{n}     de Boer   Utrecht" for n in range(5)]
    >>> find_spans(rows + [f"Kim{n}    Visser    Den Haag" for n in range(5)])
    ((0, 8), (8, 18), (18, -1))
    """
    texts = [line.rstrip() for line in lines if line.strip() and not is_rule(line)]
    if len(texts) < MIN_ALIGNED or any("\t" in text for text in texts):
        return ()
    if sum(_RUN.search(text) is not None for text in texts) < MIN_PADDED * len(texts):
        return ()
    width = max(len(text) for text in texts)
    blank = [all(text[at : at + 1] in {"", " "} for text in texts) for at in range(width)]
    starts = [at for at in range(width) if not blank[at] and (at == 0 or blank[at - 1])]
    if len(starts) < 2:
        return ()
    spans = tuple(zip(starts, [*starts[1:], -1], strict=True))
    # What still has wide gaps in its cells is not aligned, or not by these columns.
    gaps = sum(any(_RUN.search(cell) for cell in cut(text, spans)) for text in texts)
    return spans if gaps <= (1 - MIN_SHARE) * len(texts) else ()


def is_rule(line: str) -> bool:
    """Whether a line is only drawn, as under a header."""
    text = line.strip()
    return len(text) > 1 and "-" * 2 in text + "=" * 2 and _RULE.fullmatch(text) is not None


def cut(line: str, spans: Sequence[Span]) -> list[str]:
    """Return the cells of one line of aligned text."""
    return [(line[start:] if end < 0 else line[start:end]).strip() for start, end in spans]


def split(lines: Iterable[str]) -> Iterator[list[str]]:
    """Return the cells of lines that are divided by blanks; quotes hold cells together.

    Raises
    ------
    csv.Error
        If a cell is longer than a cell can be.
    """
    stripped = (line.rstrip() for line in lines)
    return (
        row for row in csv.reader(stripped, delimiter=BLANKS, skipinitialspace=True) if any(row)
    )


def usual_width(lines: Sequence[str]) -> int:
    """Return into how many columns blanks divide nearly all lines; 1 where they do not."""
    try:
        widths = Counter(len(row) for row in split(lines))
    except csv.Error:
        return 1
    if not widths:
        return 1
    width, often = widths.most_common(1)[0]
    return width if often >= MIN_SHARE * widths.total() else 1


def is_padded(lines: Sequence[str]) -> bool:
    """Whether nearly all lines have two blanks together, as in columns of fixed width.

    Examples
    --------
    >>> is_padded(["Bo    31", "Kim   28"]), is_padded(["Bo is 31", "Kim is  28"])
    (True, False)
    """
    texts = [line for line in lines if line.strip()]
    return bool(texts) and sum(_RUN.search(text) is not None for text in texts) >= (
        MIN_SHARE * len(texts)
    )
