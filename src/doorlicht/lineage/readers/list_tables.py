"""Small tables of text: lists of columns, features, weights and codes."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from doorlicht.lineage.readers.list_trees import Content, list_of, number_of
from doorlicht.records.code import Const, Dict, Expr, Hidden

MAX_ROWS: Final = 2_000
MAX_COLUMNS: Final = 50
_DELIMITERS: Final = (",", ";", "\t", "|")
_LOOKED_AT: Final = 20
"""Records by which the delimiter is chosen."""

_DATE: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?")


def read_table(text: str, delimiter: str | None = None) -> Content:
    r"""Return a column name with its values for each column; larger tables are data.

    The first row is taken for the names, unless it holds a number or date: then the columns
    are named V1, V2 and so on, as R does.

    Examples
    --------
    >>> table = read_table("name;use\nage;yes\n").expr
    >>> [(key.value, values.items[0].value) for key, values in table.pairs]
    [('name', Const(value='age', line=2)), ('use', Const(value='yes', line=2))]
    """
    delimiter = delimiter or guess_delimiter(text)
    rows: list[tuple[int, list[str]]] = []
    hidden: list[Hidden] = []
    try:
        for line, row in _records(text, delimiter):
            rows.append((line, row))
            if len(rows) > MAX_ROWS + 1 or len(row) > MAX_COLUMNS:
                return Content(None)
    except csv.Error:
        hidden.append(Hidden("list_broken", rows[-1][0] + 1 if rows else 1))
    if not rows:
        return Content(None, (), tuple(hidden))
    first_line, first = rows[0]
    width = max(len(row) for _, row in rows)
    if _is_header(first):
        names = _names(first, width)
        rows = rows[1:]
    else:
        names = [f"V{number}" for number in range(1, width + 1)]
    pairs: list[tuple[Expr | None, Expr]] = []
    for at, name in enumerate(names):
        values: list[Expr] = [
            Const(_value(row[at]) if at < len(row) else None, line) for line, row in rows
        ]
        pairs.append((Const(name, first_line), list_of(values, first_line)))
    return Content(Dict(tuple(pairs), first_line), (), tuple(hidden))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Return the records that hold anything, with the line on which each begins."""
    reader = csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True)
    line = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield line, row
        line = reader.line_num + 1


def _lines(text: str) -> Iterable[str]:
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        yield text[at:end]
        at = end


def guess_delimiter(text: str) -> str:
    r"""Return the sign that cuts the first records into equally many cells, most of all.

    Examples
    --------
    >>> guess_delimiter("a;b\n1,5;2\n")
    ';'
    """
    best, choice = (0.0, 1), ","
    for delimiter in _DELIMITERS:
        widths: list[int] = []
        try:
            for _, row in _records(text, delimiter):
                widths.append(len(row))
                if len(widths) >= _LOOKED_AT:
                    break
        except csv.Error:
            continue
        if not widths:
            continue
        width, rows = Counter(widths).most_common(1)[0]
        if width > 1 and (rows / len(widths), width) > best:
            best, choice = (rows / len(widths), width), delimiter
    return choice


def _is_header(row: list[str]) -> bool:
    cells = [cell.strip() for cell in row]
    return not any(cell and (_number(cell) is not None or _DATE.fullmatch(cell)) for cell in cells)


def _names(row: list[str], width: int) -> list[str]:
    names: list[str] = []
    used: Counter[str] = Counter()
    for at in range(width):
        name = row[at].strip() if at < len(row) else ""
        name = name or f"V{at + 1}"
        used[name] += 1
        names.append(name if used[name] == 1 else f"{name}.{used[name] - 1}")
    return names


def _number(cell: str) -> int | float | None:
    number = number_of(cell)
    return number_of(cell.replace(",", ".", 1)) if number is None and "," in cell else number


def _value(cell: str) -> str | int | float | None:
    cell = cell.strip()
    if not cell:
        return None
    number = _number(cell)
    return cell if number is None else number
