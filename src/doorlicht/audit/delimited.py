"""Small text files of rows and columns that a person published: read whole, in any usual encoding.

Published tables come out of spreadsheets, so that they are in UTF-8, in UTF-16 or in the code
page of an office; a name of a row is worth no refusal. What is not text, or has a quotation mark
that never ends, is refused: half of it would be taken for one cell.
"""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 64 << 20
"""No published table is larger; more is data."""

MAX_CELL: Final = 100_000
"""Characters of a cell; a longer one is a quotation mark too many."""

_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CODE_PAGE: Final = "cp1252"
"""What is no UTF-8 is nearly always this, in Western Europe."""


def read_delimited(path: Path) -> list[list[str]] | None:
    r"""Return the rows of a text file, or nothing if it cannot be read as one.

    What divides columns is what the first line that is divided at all has most of: semicolons,
    commas or tabs.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "t.csv"
    ...     _ = path.write_bytes("ma\u00eds;n\nall;1,5\n".encode("cp1252"))
    ...     rows = read_delimited(path)
    >>> rows[1], len(rows[0][0])
    (['all', '1,5'], 4)
    """
    text = _text_of(path)
    if text is None:
        return None
    delimiter = delimiter_of(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return None if any(len(cell) > MAX_CELL for row in rows for cell in row) else rows


def delimiter_of(text: str) -> str:
    r"""Return what divides columns.

    Examples
    --------
    >>> delimiter_of("A title without columns\nname;n\nall;1,240,500")
    ';'
    """
    divided = (line for line in text.splitlines() if any(mark in line for mark in ";,\t"))
    return max(";,\t", key=next(divided, "").count)


def _text_of(path: Path) -> str | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        content = path.read_bytes()
    except (OSError, ValueError):
        return None
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", _CODE_PAGE)
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None
