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

from doorlicht.sources.files.blanks import (
    BLANKS,
    Span,
    cut,
    find_spans,
    is_rule,
    split,
    usual_width,
)
from doorlicht.sources.tables import UnreadableError
from doorlicht.vocabulary.names import MIN_ELEMENTS, load_name_terms

HEAD_BYTES: Final = 256 * 1024
SAMPLE_LINES: Final = 400
DELIMITERS: Final = (",", ";", "\t", "|", "^", "~", "\x01")
"""Signs that stand for little else; a colon or blank divides columns where none of these does."""

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
_TIME: Final = re.compile(r"(?<![\w:])\d{1,2}(:\d{2}){1,2}(?![\w:])|:(?=//|\\)")
"""Colons that divide no columns: in a time, an address, a path."""

MIN_LINES: Final = 3
"""Fewer lines do not show that a colon or a blank divides them."""

WEAK: Final = 0.5
"""A lower score is of a delimiter that is not in all lines, or not as often."""

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

MOST_UNKNOWN: Final = 0.5
"""Part of the words of a cell that may be unknown where the cell still counts as a name."""

_PARTICLES: Final = frozenset(
    {"van", "der", "den", "de", "het", "'t", "ten", "ter", "te", "op", "in", "von", "zu", "du",
     "des", "la", "le", "el", "al", "ben", "bin", "da", "di", "do", "dos", "del", "y", "e"}
)  # fmt: skip

_IDENTIFIER: Final = re.compile(r"^[^\W\d][\w .,:/()\[\]%&'?+\-#*$]{0,80}$")


_STRAY_ZEROS: Final = 0.001
"""Share of zero bytes up to which text is damaged text; programs and images hold far more."""


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
    spans
        Where the columns of aligned text begin and end; the delimiter is a blank then.
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
    spans: tuple[Span, ...] = ()


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
    if zeros > max(1, len(head) * _STRAY_ZEROS):
        raise UnreadableError("file.no_text")
    # A few old formats divide their columns by the sign 1; other control signs are no text.
    if _control_signs(head) > len(head) * (0 if zeros else 0.02):
        raise UnreadableError("file.no_text")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head, final=is_whole)
    except UnicodeDecodeError:
        if zeros:
            raise UnreadableError("file.no_text") from None
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


def sniff(
    head: bytes, *, is_whole: bool, suffix: str = "", encoding: str = "", delimiter: str = "",
    header: bool | None = None,
) -> TextForm:  # fmt: skip
    """Return how a text table is written, from its first bytes.

    Parameters
    ----------
    encoding, delimiter, header
        Where the user says so; what is found by itself does not count then.

    Raises
    ------
    UnreadableError
        If it is no text, or holds no table.
    """
    encoding = encoding or find_encoding(head, is_whole=is_whole)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    lines = text.splitlines(keepends=True)
    if not is_whole and len(lines) > 1:
        lines.pop()
    if not any(line.strip() for line in lines):
        raise UnreadableError("file.empty")
    skipped = 0
    first = lines[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        delimiter, skipped = delimiter or lines[0].strip()[4], 1
    lines = lines[: SAMPLE_LINES + skipped]
    body = lines[skipped:]
    spans: tuple[Span, ...] = ()
    if not delimiter:
        delimiter, spans = _find_layout(body, suffix)
    rows = _spaced_rows(body, spans) if delimiter == BLANKS else _read_rows(body, delimiter)
    preamble, width = _preamble(rows)
    table = [row for _, row in rows[preamble:]]
    if not table:
        raise _nothing_in_it(body)
    names = _shifted_header(rows, preamble, width) if header is None else ()
    if names:
        preamble = next(at for at, (_, row) in enumerate(rows) if len(row) == width - 1)
    elif header is None:
        names = _header(table, width)
    elif header:
        names = _padded(table[0], width)
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
        spans=spans,
    )


def _nothing_in_it(lines: Sequence[str]) -> UnreadableError:
    """Return why no row could be made: columns without a name or value, or no table at all."""
    widest = max((line.strip("\r\n") for line in lines), key=len, default="")
    if widest and not set("".join(lines)) - {*DELIMITERS, '"', " ", "\r", "\n"}:
        columns = 1 + max(widest.count(delimiter) for delimiter in DELIMITERS)
        return UnreadableError("file.no_values", columns=columns)
    return UnreadableError("file.no_table")


def _find_layout(lines: Sequence[str], suffix: str) -> tuple[str, tuple[Span, ...]]:
    """Return the delimiter, and for aligned text where its columns are."""
    delimiter, score = _find_delimiter(lines, suffix)
    if score > 0 and not _is_prose(delimiter, lines):
        return (":", ()) if score < WEAK and _colons_divide(lines) else (delimiter, ())
    spans = find_spans(lines)
    width = usual_width(lines) if len(lines) >= MIN_LINES else 1
    rows = [row for _, row in _spaced_rows(lines)]
    has_header = width > 1 and len(rows[0]) == width and bool(_header(rows, width))
    if spans and not (has_header and width > len(spans)):
        return BLANKS, spans
    if score < WEAK and _colons_divide(lines):
        return ":", ()
    # Two words on each line are a first and a last name as often as two columns.
    if score == 0 and (width > 2 or has_header):
        return BLANKS, ()
    return delimiter, ()


def _is_prose(delimiter: str, lines: Sequence[str]) -> bool:
    """Whether each comma has a blank after it, as in a name and its initials."""
    text = "".join(lines)
    return delimiter == "," and text.count(", ") == text.count(",")


def _colons_divide(lines: Sequence[str]) -> bool:
    """Whether nearly all lines have as many columns by their colons, at least two."""
    filled = [line for line in lines if line.strip()]
    if len(filled) < MIN_LINES or any(_TIME.search(line) for line in filled[:20]):
        return False
    widths = Counter(len(row) for _, row in _read_rows(filled, ":"))
    width, often = widths.most_common(1)[0] if widths else (1, 0)
    return width > 1 and often >= 0.9 * widths.total()


def _find_delimiter(lines: Sequence[str], suffix: str) -> tuple[str, float]:
    """Return the delimiter that cuts most lines into the same number of columns, and its score."""
    text = "".join(lines)
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        widths = Counter(len(row) for _, row in _read_rows(lines, delimiter) if row)
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
    return best, best_score


def _spaced_rows(lines: Sequence[str], spans: Sequence[Span] = ()) -> list[tuple[int, list[str]]]:
    """Return rows of text in which blanks divide the columns, with the number of their line."""
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines):
        if not line.strip() or is_rule(line):
            continue
        try:
            rows.append((number, cut(line, spans) if spans else next(split([line]))))
        except (csv.Error, StopIteration):
            break
    return rows


def _shifted_header(
    rows: Sequence[tuple[int, list[str]]], preamble: int, width: int
) -> tuple[str, ...]:
    """Return the names where the rows have one cell more: their number, as R writes tables.

    The header is then the first row, one cell shorter than every other, whose first cells differ.
    Where the last cells are all empty, the rows end with a delimiter that the header lacks.
    """
    if width < 3 or preamble > 1 or len(rows) < 1 + MIN_LINES:
        return ()
    first, data = rows[0][1], [row for _, row in rows[1:]]
    if len(first) != width - 1 or any(len(row) != width for row in data):
        return ()
    if not any(row[-1].strip() for row in data):
        names = (*(cell.strip() for cell in first), "")
        return names if is_header(names, data[:100]) else ()
    if len({row[0] for row in data}) < len(data) or not all(cell.strip() for cell in first):
        return ()
    names = ["", *(cell.strip() for cell in first)]
    return tuple(names) if is_header(names, data[:100]) else ()


def _read_rows(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """Return rows with the number of the line on which each begins."""
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter)
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
    first = _padded(table[0], width)
    return first if is_header(first, table[1:101]) else ()


def _padded(row: Sequence[str], width: int) -> tuple[str, ...]:
    return (*(cell.strip() for cell in row), *[""] * (width - len(row)))


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
    # A lone cell has no others beside it, so each of its words must be one.
    most_unknown = MOST_UNKNOWN if len(first) > 1 else 0.0
    known = sum(_is_known(cell, most_unknown) for cell in filled) / len(filled)
    elements = sum(_ELEMENT.match(cell) is not None for cell in filled)
    if load_name_terms().are_elements(filled, MIN_ELEMENTS):
        return True
    if against > 0.3 * len(filled):
        return False
    # Words that names are made of count only together: a person's value can be one by chance.
    return sum(scores) + 2.0 * elements > 0 or known >= KNOWN_SHARE


def _is_known(cell: str, most_unknown: float) -> bool:
    """Whether a cell is made of words of names of columns, but for a part of its words.

    What stands between the names of persons (*van der*, *El*) is in names of columns too, and says
    nothing.
    """
    words = [word for word in cell.split() if word.lower() not in _PARTICLES]
    reading = load_name_terms().read_name(" ".join(words))
    return bool(reading.meanings - _VALUE_MEANINGS) and reading.unknown <= most_unknown * len(words)


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
