"""Drafts a spec from a sheet, for a person to look over and complete.

What can be seen is filled in: where the numbers begin, what the columns are called, by which
number everything can be divided, which rows are a classification, which columns add up to which
others. What cannot be seen is left as a question in a comment.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import yaml

from doorlicht.audit.aggregates.published import Array
from doorlicht.audit.aggregates.sheet import Sheet, letter_of, number_in
from doorlicht.errors import InputError
from doorlicht.language import Language, say

MIN_NUMBERS: Final = 2
"""A row with fewer numbers is a title and no row of the table."""

MAX_PARTS: Final = 5
"""Columns that together make another one; more of them add up by accident."""

MAX_COLUMNS: Final = 14
"""With more columns than this, sums are not looked for: there are too many of them."""

MARK_LENGTH: Final = 3
"""What stands in a cell that was left out is no longer than this; a longer text is a word."""

BASES: Final = (1000, 100, 50, 25, 20, 10, 5, 3, 2)
BETWEEN: Final = (" & ", " x ", " \u00d7 ", " / ", ", ")


def numbers_in(sheet: Sheet) -> int:
    """Return how many cells of a sheet hold a number: which sheet has the table, in other words."""
    return sum(_is_number(cell) for row in sheet.cells for cell in row)


def draft_spec(sheet: Sheet, language: Language = "en") -> str:
    """Return a spec in YAML with what can be seen of a sheet, and questions about the rest.

    Raises
    ------
    InputError
        If no row of the sheet holds two numbers: there is no table in it.

    Examples
    --------
    >>> cells = (("", "All", "Born here", "Born abroad"), ("Total", 120.0, 80.0, 40.0),
    ...          ("Sex: m", 70.0, 50.0, 20.0), ("Sex: f", 50.0, 30.0, 20.0))
    >>> print(draft_spec(Sheet(cells, "Table 1")).split("rounding:")[1].split("groups:")[0].strip())
    base: 10
      direction: nearest
    """
    first, last, labels, columns = _extent(sheet)
    names = _names(sheet.cells, first, columns)
    rows = [_text(sheet.cells[at], labels) for at in range(first, last + 1)]
    values = np.array(
        [[_value(sheet.cells[at], column) for column in columns] for at in range(first, last + 1)]
    )
    between = max(BETWEEN, key=lambda mark: sum(mark in row for row in rows))
    base = _base(values)
    tree: dict[str, Any] = {
        "source": "",
        "sheet": {
            "name": sheet.name,
            "labels": letter_of(labels),
            "columns": {
                name: letter_of(column) for name, column in zip(names, columns, strict=True)
            },
            "first_row": first + 1,
            "last_row": last + 1,
        },
        "rounding": {
            "base": base,
            "direction": "nearest",
            **_suppressed(sheet, first, last, columns),
        },
        "groups": {names[-1]: [names[-1]], names[0]: [names[0]]},
        "reference": names[0],
        "rates": {"selected": {"selected": [rows[-1]], "population": [rows[0]]}},
        "everybody": rows[0],
        "between": between,
        "classifications": _classifications(rows, between),
        "column_totals": _column_totals(names, values, base),
    }
    questions = [
        say(f"audit_wizard.{key}", language)
        for key in ("intro", "rounding", "groups", "rates", "totals")
    ]
    comments = "\n".join(f"# {line}" for line in questions)
    text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=96)
    return f"{comments}\n\n{text}"


def _extent(sheet: Sheet) -> tuple[int, int, int, list[int]]:
    """Return first and last row of the table, the column of labels, and those of numbers."""
    cells = sheet.cells
    counts = [sum(_is_number(cell) for cell in row) for row in cells]
    rows = [at for at, count in enumerate(counts) if count >= MIN_NUMBERS]
    if not rows:
        raise InputError("aggregates.no_draft", sheet=sheet.name, others=", ".join(sheet.others))
    first, last = rows[0], rows[-1]
    width = max(len(row) for row in cells)
    height = last - first + 1
    filled = [
        sum(column < len(row) and _is_number(row[column]) for row in cells[first : last + 1])
        for column in range(width)
    ]
    texts = [
        sum(
            column < len(row) and bool(str(row[column]).strip()) and not _is_number(row[column])
            for row in cells[first : last + 1]
        )
        for column in range(width)
    ]
    labels = int(np.argmax(texts))
    columns = [
        column
        for column in range(width)
        if column > labels and filled[column] >= height / 2
    ]  # fmt: skip
    return first, last, labels, columns or [labels]


def _suppressed(
    sheet: Sheet, first: int, last: int, columns: Sequence[int]
) -> dict[str, dict[str, object]]:
    """Return what stands in cells without a number, if it is as short as a mark."""
    found = {_text(sheet.cells[at], column) for at in range(first, last + 1) for column in columns}
    marks = sorted(text for text in found if len(text) <= MARK_LENGTH and number_in(text) is None)
    return {"suppressed": {"from": 0, "marks": marks}} if any(marks) else {}


def _is_number(cell: object) -> bool:
    return number_in(cell) is not None


def _value(row: Sequence[object], column: int) -> float:
    cell = row[column] if column < len(row) else None
    value = number_in(cell)
    return math.nan if value is None else value


def _text(row: Sequence[object], column: int) -> str:
    return " ".join(str(row[column]).split()) if column < len(row) else ""


def _names(cells: Sequence[Sequence[object]], first: int, columns: Sequence[int]) -> list[str]:
    """Return what stands above each column, or its letter; each name once."""
    names: list[str] = []
    for column in columns:
        above = [_text(cells[at], column) for at in range(first) if _text(cells[at], column)]
        name = above[-1] if above else letter_of(column)
        names.append(f"{name} ({letter_of(column)})" if name in names else name)
    return names


def _base(values: Array) -> int:
    whole = values[np.isfinite(values)]
    return next((base for base in BASES if whole.size and not (whole % base).any()), 1)


def _classifications(rows: Sequence[str], between: str) -> dict[str, list[str]]:
    """Return rows that are called by the same word before a colon, or but for a number."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if between in row:
            continue
        name, colon, _ = row.partition(":")
        key = name if colon else row.rstrip("0123456789 ")
        if colon or key != row:
            found.setdefault(key, []).append(row)
    return {name: values for name, values in found.items() if len(values) > 1}


def _column_totals(names: Sequence[str], values: Array, base: int) -> list[dict[str, Any]]:
    """Return columns that are in every row the sum of some others, as far as rounding allows."""
    if len(names) > MAX_COLUMNS:
        return []
    totals: list[dict[str, Any]] = []
    for at, name in enumerate(names):
        others = [other for other in range(len(names)) if other != at]
        for size in range(1, MAX_PARTS + 1):
            for parts in itertools.combinations(others, size):
                if size == 1 and parts[0] < at:
                    continue
                if _adds_up(values, at, parts, base):
                    listed = [names[part] for part in parts]
                    totals.append({"total": name, "parts": listed})
    return totals


def _adds_up(values: Array, total: int, parts: Sequence[int], base: int) -> bool:
    columns = values[:, [total, *parts]]
    whole = columns[np.isfinite(columns).all(axis=1)]
    if len(whole) < MIN_NUMBERS or not whole[:, 1:].any(axis=0).all():
        return False
    allowed = 0.0 if base == 1 else base / 2 * (len(parts) + 1)
    return bool((np.abs(whole[:, 0] - whole[:, 1:].sum(axis=1)) <= allowed).all())
