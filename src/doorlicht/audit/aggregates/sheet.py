"""A published table out of a workbook or a CSV file, as names and numbers.

A cell without a number is a cell that was left out; which it may be is for the rounding rules to
say. Text of a cell is kept for the names of rows and columns alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from doorlicht.audit.aggregates.published import PublishedTable
from doorlicht.errors import InputError, nearest

TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt")

_NUMBER: Final = re.compile(r"-?\d{1,3}([., \u00a0\u202f]\d{3})+|-?\d+([.,]\d+)?")
"""A number with or without marks between thousands."""

MAX_CELLS: Final = 2_000_000
"""A published table of more cells than this is no table that people read."""


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """Where a table stands in a file.

    Attributes
    ----------
    sheet
        Name of the sheet; the first one without it.
    labels
        Column with the names of the rows: a letter, or the text above it.
    columns
        A name for each column, and its letter or the text above it.
    first_row, last_row
        From 1, as a workbook shows them; without a last row up to the first one without a name.
    marks
        What stands in cells that were left out, such as ``.`` or ``x``.
    """

    sheet: str | None
    labels: str
    columns: Mapping[str, str]
    first_row: int
    last_row: int | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet, row by row, and the names of all sheets of the file."""

    cells: tuple[tuple[object, ...], ...]
    name: str
    others: tuple[str, ...] = field(default=())


def read_sheet(path: Path, name: str | None = None) -> Sheet:
    """Return the cells of a sheet of a workbook, or of a text file.

    Raises
    ------
    InputError
        If the file cannot be read, or has no sheet of that name.
    """
    if path.suffix.lower() in TEXT_ENDINGS:
        return Sheet(_text_cells(path), path.stem, (path.stem,))
    from python_calamine import CalamineError, CalamineWorkbook

    workbook = cast("Any", CalamineWorkbook)
    try:
        book = workbook.from_path(str(path))
        names = tuple(book.sheet_names)
        chosen = names[0] if name is None and names else name
        if chosen not in names:
            near = nearest(str(name), names)
            raise InputError("aggregates.no_sheet", name=str(chosen), nearest=near)
        sheet = book.get_sheet_by_name(str(chosen))
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError):
        raise InputError("aggregates.sheet_unreadable", path=str(path)) from None
    return Sheet(tuple(tuple(row) for row in rows), str(chosen), names)


def _text_cells(path: Path) -> tuple[tuple[object, ...], ...]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError("aggregates.sheet_unreadable", path=str(path)) from None
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    return tuple(tuple(row) for row in csv.reader(text.splitlines(), delimiter=delimiter))


def table_of(sheet: Sheet, plan: SheetPlan) -> PublishedTable:
    """Return the table that stands in a sheet.

    Raises
    ------
    InputError
        If a column or row of the plan is not there, a name stands twice, or a cell holds a word
        that the plan does not know as a mark.

    Examples
    --------
    >>> cells = (("", "all", "born abroad"), ("people", "1,240", "."))
    >>> plan = SheetPlan(None, "A", {"all": "B", "abroad": "born abroad"}, 2, marks=(".",))
    >>> table = table_of(Sheet(cells, "t"), plan)
    >>> table.rows, table.values.tolist()
    (('people',), [[1240.0, nan]])
    """
    if sum(map(len, sheet.cells)) > MAX_CELLS:
        raise InputError("aggregates.sheet_too_large", cells=MAX_CELLS)
    above = sheet.cells[: plan.first_row - 1]
    labels = _column(plan.labels, above)
    at = {name: _column(wanted, above) for name, wanted in plan.columns.items()}
    rows: list[str] = []
    places: list[int] = []
    values: list[list[float]] = []
    for number, cells in enumerate(sheet.cells, start=1):
        if number < plan.first_row or (plan.last_row and number > plan.last_row):
            continue
        label = _label(cells, labels)
        if not label:
            if plan.last_row:
                continue
            break
        rows.append(label)
        places.append(number)
        values.append([_number(cells, column, plan.marks, number) for column in at.values()])
    if not rows:
        raise InputError("aggregates.sheet_empty", row=plan.first_row)
    if len(set(rows)) < len(rows):
        twice = next(name for name in rows if rows.count(name) > 1)
        raise InputError("aggregates.row_twice", name=twice)
    return PublishedTable(tuple(rows), tuple(at), np.array(values), tuple(places))


def _column(wanted: str, above: Sequence[Sequence[object]]) -> int:
    """Return which column is meant: by the text above it, or by its letter."""
    for row in reversed(above):
        texts = [_plain(cell) for cell in row]
        if _plain(wanted) in texts:
            return texts.index(_plain(wanted))
    if re.fullmatch(r"[A-Za-z]{1,3}", wanted):
        number = 0
        for letter in wanted.upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        return number - 1
    texts = [_plain(cell) for row in above for cell in row if _plain(cell)]
    raise InputError("aggregates.no_column", name=wanted, nearest=nearest(wanted, texts))


def _plain(cell: object) -> str:
    return " ".join(str(cell).split())


def _label(cells: Sequence[object], at: int) -> str:
    return _plain(cells[at]) if at < len(cells) else ""


def _number(cells: Sequence[object], at: int, marks: tuple[str, ...], row: int) -> float:
    cell = cells[at] if at < len(cells) else ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = _plain(cell)
    if not text or text in marks:
        return float("nan")
    if _NUMBER.fullmatch(text):
        return _read_number(text)
    raise InputError("aggregates.no_number", row=row, column=at + 1)


def _read_number(text: str) -> float:
    """Return a number; a single mark before three digits stands between thousands.

    Published counts are whole, so that ``1.240`` is a thousand two hundred and forty.
    """
    if re.fullmatch(r"-?\d{1,3}([., \u00a0\u202f]\d{3})+", text):
        return float(re.sub(r"[^\d-]", "", text))
    return float(text.replace(",", "."))
