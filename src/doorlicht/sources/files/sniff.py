"""How a text table is written: encoding, delimiter, quotes, header, lines before it.

Whether there is a header decides about privacy: the first row of a file without one is a person's
data and must never be taken for names. So a first row counts as a header only if something
speaks for it; in doubt the columns are called ``column1`` and so on.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

from doorlicht.sources.tables import UnreadableError
from doorlicht.vocabulary.names import MIN_ELEMENTS, load_name_terms

HEAD_BYTES: Final = 256 * 1024
SAMPLE_LINES: Final = 400
DELIMITERS: Final = (",", ";", "\t", "|", "^", "~", "\x01")
MAX_FIELD: Final = 4 << 20

_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NUMBER: Final = re.compile(r"^[-+(]?[\d.,' ]*\d[\d.,' ]*[%)]?$")
_DATE: Final = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$|^\d{1,2}:\d{2}")
_ELEMENT: Final = re.compile(r"^\d\d[._]\d\d([._](\d\d|H))?$")
_YEAR: Final = re.compile(r"^(19|20)\d\d$")
_SILENT: Final = frozenset(
    {
        "-",
        "?",
        ".",
        "na",
        "n/a",
        "nan",
        "null",
        "none",
        "onbekend",
        "unknown",
        "nvt",
        "n.v.t.",
        "leeg",
    }
)
_VALUE_MEANINGS: Final = frozenset(
    {"one", "two", "country_name", "group_colour", "group_people", "group_certain", "language_name",
     "religion_group", "religion_group_short", "thing", "lookalike", "share"}
)  # fmt: skip
"""Meanings that values have as often as names: countries, peoples, languages, religions."""

KNOWN_SHARE: Final = 0.5
"""Part of the cells that must be made of known words where nothing else tells a header."""

_IDENTIFIER: Final = re.compile(r"^[^\W\d][\w .,:/()\[\]%&'?+\-#*$]{0,80}$")


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text table is written.

    Attributes
    ----------
    skip_lines
        Lines before the first row of data (with the header, where there is one).
    names
        From the header; empty where there is none.
    columns
        Number of columns.
    is_ragged
        Whether some rows of the sample are shorter than others.
    has_quoted_newlines
        Whether a quoted value of the sample spans lines.
    """

    encoding: str
    delimiter: str
    quote: str
    skip_lines: int
    names: tuple[str, ...]
    columns: int
    is_ragged: bool
    has_quoted_newlines: bool
    escape: str = '"'


def find_encoding(head: bytes, *, is_whole: bool) -> str:
    """Return the encoding of the beginning of a file.

    Raises
    ------
    UnreadableError
        If it is no text in any known encoding.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if not head:
        return "utf-8"
    zeros = head.count(0)
    if zeros > len(head) * 0.2:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) > 4 * min(even, odd):
            return "utf-16-be" if even > odd else "utf-16-le"
        raise UnreadableError("file.no_text")
    if zeros:
        raise UnreadableError("file.no_text")
    # A few old formats divide their columns by the sign 1; other control signs are no text.
    if _control_signs(head) > len(head) * 0.02:
        raise UnreadableError("file.no_text")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head, final=is_whole)
    except UnicodeDecodeError:
        return _legacy_encoding(head)
    return "utf-8"


def _control_signs(head: bytes) -> int:
    return sum(head.count(bytes([byte])) for byte in (*range(2, 9), *range(14, 27), 127))


def _legacy_encoding(head: bytes) -> str:
    # Windows-1252 is by far the usual one; it is taken unless its letters make no words.
    high = Counter(byte for byte in head if byte >= 128)
    windows_letters = sum(n for byte, n in high.items() if byte >= 192)
    if windows_letters >= 0.5 * sum(high.values()):
        return "cp1252"
    best = from_bytes(
        head[: 64 * 1024],
        cp_isolation=["cp1252", "cp850", "cp437", "mac_roman", "cp1250", "latin_1"],
    ).best()
    return best.encoding if best is not None else "cp1252"


def sniff(head: bytes, *, is_whole: bool, suffix: str = "") -> TextForm:
    """Return how a text table is written, from its first bytes.

    Raises
    ------
    UnreadableError
        If it is no text, or holds no table.
    """
    encoding = find_encoding(head, is_whole=is_whole)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    lines = text.splitlines(keepends=True)
    if not is_whole and len(lines) > 1:
        lines.pop()
    if not any(line.strip() for line in lines):
        raise UnreadableError("file.empty")
    skipped = 0
    delimiter = ""
    first = lines[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        delimiter, skipped = lines[0].strip()[4], 1
    lines = lines[: SAMPLE_LINES + skipped]
    body = lines[skipped:]
    if not delimiter:
        delimiter = _find_delimiter(body, suffix)
    rows = _read_rows("".join(body), delimiter)
    preamble, width = _preamble(rows)
    table = [row for _, row in rows[preamble:]]
    if not table:
        raise UnreadableError("file.no_table")
    names = _header(table, width)
    before = rows[preamble][0] if rows else 0
    first_row = rows[preamble + 1][0] if names and len(rows) > preamble + 1 else before
    if names and len(rows) == preamble + 1:
        first_row = len(body)
    return TextForm(
        encoding=encoding,
        delimiter=delimiter,
        quote='"',
        skip_lines=skipped + first_row,
        names=names,
        columns=width,
        is_ragged=any(0 < len(row) < width for row in table),
        has_quoted_newlines=any("\n" in cell for row in table for cell in row),
        escape="\\" if '\\"' in text and '""' not in text else '"',
    )


def _find_delimiter(lines: Sequence[str], suffix: str) -> str:
    """Return the delimiter that cuts most lines into the same number of columns."""
    text = "".join(lines)
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        widths = Counter(len(row) for _, row in _read_rows(text, delimiter) if row)
        if not widths:  # nothing but delimiters, perhaps a billion of them
            continue
        width, often = widths.most_common(1)[0]
        if width < 2:
            wider = [(n, w) for w, n in widths.items() if w > 1]
            if not wider or max(wider)[0] < 0.3 * sum(widths.values()):
                continue
            often, width = max(wider)
        score = (often / sum(widths.values())) ** 2 * (1 + min(width, 50) / 50)
        if suffix == "tsv" and delimiter == "\t":
            score *= 2
        if delimiter == "," and text.count(", ") > 0.9 * text.count(","):
            score *= 0.8  # a comma and a space is how people write, in a cell
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _read_rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return rows with the number of the line on which each begins."""
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    began = 0
    try:
        for row in reader:
            rows.append((began, row))
            began = reader.line_num
    except csv.Error:
        return rows
    return [(line, row) for line, row in rows if row and any(cell.strip() for cell in row)]


def _preamble(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, int]:
    """Return how many rows come before the table (titles, comments), and its width."""
    widths = Counter(len(row) for _, row in rows)
    if not widths:
        return 0, 1
    width = max(widths, key=lambda w: (widths[w] * min(w, 3), w))
    for position, (_, row) in enumerate(rows):
        filled = sum(1 for cell in row if cell.strip())
        is_comment = row[0].lstrip().startswith("#") and filled < width
        if not is_comment and len(row) >= width * 0.8 and filled >= max(1, width * 0.5):
            return position, max(width, len(row))
    return 0, width


def _header(table: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """Return the first row where it is a header, else nothing."""
    first = [cell.strip() for cell in table[0]]
    first += [""] * (width - len(first))
    data = table[1:101]
    if is_header(first, data):
        return tuple(first)
    return ()


def is_header(first: Sequence[str], data: Sequence[Sequence[str]]) -> bool:
    """Return whether a row holds names of columns; ``data`` are the rows after it.

    Examples
    --------
    >>> is_header(["name", "age"], [["Bo", "31"], ["Kim", "28"]])
    True
    >>> is_header(["Bo", "31"], [["Kim", "28"], ["Sam", "44"]])
    False
    """
    filled = [cell for cell in first if cell]
    if not filled:
        return False
    scores = [
        _cell_score(cell, [row[position].strip() for row in data if position < len(row)])
        for position, cell in enumerate(first)
    ]
    against = sum(score < 0 for score in scores)
    known = sum(_is_known(cell) for cell in filled) / len(filled)
    elements = sum(_ELEMENT.match(cell) is not None for cell in filled)
    if load_name_terms().are_elements(filled, MIN_ELEMENTS):
        return True
    if against > 0.3 * len(filled):
        return False
    # Words that names are made of count only together: a person's value can be one by chance.
    return sum(scores) + 2.0 * elements > 0 or known >= KNOWN_SHARE


def _is_known(cell: str) -> bool:
    """Whether a cell has a word that names of columns are made of."""
    meanings = load_name_terms().read_name(cell).meanings
    return bool(meanings - _VALUE_MEANINGS)


def _cell_score(cell: str, values: Sequence[str]) -> float:
    """Return how much one cell speaks for a header, by the values below it."""
    column = [value for value in values if value]
    if not cell or cell.lower() in _SILENT:
        return 0.0
    if _YEAR.match(cell) and column and not any(_YEAR.match(value) for value in column):
        return 0.3
    if _ELEMENT.match(cell):
        return 1.0
    is_value = _is_value(cell)
    numeric = sum(_is_value(value) for value in column)
    mostly_values = bool(column) and numeric >= 0.7 * len(column)
    if is_value:
        return -2.0
    if mostly_values:
        return 1.5
    if cell in column:
        return -2.0
    if not column:
        return 0.0 if _IDENTIFIER.match(cell) else -0.5
    if "@" in cell or len(cell) > 80:
        return -2.0
    lengths = {len(value) for value in column}
    if len(lengths) == 1 and len(column) > 3 and len(cell) not in lengths:
        return 1.0
    # The values are few words again and again, and the first cell is none of them.
    if len(column) >= 8 and len(set(column)) <= len(column) / 4:
        return 1.0
    is_coded_name = "_" in cell or cell.islower() or (cell.isupper() and len(cell) > 1)
    looks_like_data = any(value.islower() for value in column) or any(
        value.isupper() for value in column
    )
    if _IDENTIFIER.match(cell) and is_coded_name and not looks_like_data:
        return 0.5
    return 0.0


def _is_value(cell: str) -> bool:
    return bool(_NUMBER.match(cell) or _DATE.match(cell))


def column_names(names: Sequence[str], width: int) -> list[str]:
    """Return names for all columns: those of the header, ``column1`` ... where it is silent."""
    return [
        (names[i] if i < len(names) and names[i] else f"column{i + 1}")
        if names
        else f"column{i + 1}"
        for i in range(width)
    ]
