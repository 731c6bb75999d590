"""A published table out of a workbook or a CSV file, as names and numbers.

A cell without a number is a cell that was left out; which it may be is for the rounding rules to
say. Text of a cell is kept for the names of rows and columns alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from doorlicht.audit.aggregates.published import PublishedTable
from doorlicht.audit.delimited import read_delimited
from doorlicht.errors import InputError, nearest

TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt")

_NUMBER: Final = re.compile(
    r"[-\u2212]?\d{1,3}([., '\u2019\u00a0\u202f]\d{3})+|[-\u2212]?\d+([.,]\d+)?", re.ASCII
)
"""A number with or without marks between thousands."""

MOST_PEOPLE: Final = 1e12
"""More people than ever lived; sums beyond it are no longer exact."""

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
    rows = read_delimited(path)
    if rows is None:
        raise InputError("aggregates.sheet_unreadable", path=str(path))
    return tuple(tuple(row) for row in rows)


def table_of(sheet: Sheet, plan: SheetPlan) -> PublishedTable:
    """Return the table that stands in a sheet.

    Raises
    ------
    InputError
        If a column or row of the plan is not there, a name stands twice, or a cell holds no
        count and nothing that the plan knows as a mark.

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
    width = max((len(row) for row in sheet.cells), default=0)
    labels = _column(plan.labels, above, width)
    at = {name: _column(wanted, above, width) for name, wanted in plan.columns.items()}
    _check_different(at)
    ended = 0
    rows: list[str] = []
    places: list[int] = []
    values: list[list[float]] = []
    for number, cells in enumerate(sheet.cells, start=1):
        if number < plan.first_row or (plan.last_row and number > plan.last_row):
            continue
        label = _label(cells, labels)
        if not label:
            if not plan.last_row:
                ended = ended or number
            continue
        if ended:
            break
        rows.append(label)
        places.append(number)
        values.append([_number(cells, column, plan.marks, number) for column in at.values()])
    else:
        ended = 0  # nothing below the row without a name has a name
    if not rows:
        others = ", ".join(name for name in sheet.others if name != sheet.name)
        code = "aggregates.sheet_empty_of_more" if others else "aggregates.sheet_empty"
        raise InputError(code, row=plan.first_row, sheet=sheet.name, others=others)
    if len(set(rows)) < len(rows):
        twice = next(name for name in rows if rows.count(name) > 1)
        raise InputError("aggregates.row_twice", name=twice)
    return PublishedTable(tuple(rows), tuple(at), np.array(values), tuple(places), ended)


def _column(wanted: str, above: Sequence[Sequence[object]], width: int) -> int:
    """Return which column is meant: by the text above it, or by its letter."""
    for row in reversed(above):
        texts = [_plain(cell) for cell in row]
        found = [at for at, text in enumerate(texts) if text == _plain(wanted)]
        if len(found) > 1:
            letters = ", ".join(letter_of(at) for at in found[:8])
            raise InputError("aggregates.column_twice", name=wanted, letters=letters)
        if found:
            return found[0]
    if re.fullmatch(r"[A-Za-z]{1,3}", wanted):
        number = 0
        for letter in wanted.upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        if number <= width:
            return number - 1
    texts = [_plain(cell) for row in above for cell in row if _plain(cell)]
    raise InputError("aggregates.no_column", name=wanted, nearest=nearest(wanted, texts))


def _check_different(at: Mapping[str, int]) -> None:
    """Refuse two names for one column: one of them is a slip of the pen."""
    by_place: dict[int, str] = {}
    for name, place in at.items():
        if place in by_place:
            raise InputError(
                "aggregates.column_named_twice", name=by_place[place], other=name,
                letter=letter_of(place),
            )  # fmt: skip
        by_place[place] = name


def letter_of(column: int) -> str:
    """Return the letters by which a workbook calls a column, from 0.

    Examples
    --------
    >>> letter_of(0), letter_of(25), letter_of(26), letter_of(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _plain(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _label(cells: Sequence[object], at: int) -> str:
    return _plain(cells[at]) if at < len(cells) else ""


def _number(cells: Sequence[object], at: int, marks: tuple[str, ...], row: int) -> float:
    """Return a count, or NaN where a cell was left out.

    An empty cell was left out where the plan names no other mark. Where it does, a cell that is
    empty by accident would be taken for a small number, and every range would be too narrow.
    """
    cell = cells[at] if at < len(cells) else ""
    text = _plain(cell)
    if text in marks or (not text and not marks):
        return float("nan")
    if not text:
        raise InputError("aggregates.empty_cell", row=row, column=letter_of(at))
    value = number_in(cell)
    if value is None:
        raise InputError("aggregates.no_number", row=row, column=letter_of(at))
    if not 0 <= value <= MOST_PEOPLE:
        raise InputError("aggregates.no_count", row=row, column=letter_of(at))
    return value


def number_in(cell: object) -> float | None:
    """Return the number that a cell holds; a single mark before three digits is of thousands.

    Published counts are whole, so that ``1.240`` is a thousand two hundred and forty.

    Examples
    --------
    >>> number_in("1.240"), number_in("60,5"), number_in(17), number_in("17*")
    (1240.0, 60.5, 17.0, None)
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = _plain(cell)
    if not _NUMBER.fullmatch(text):
        return None
    text = text.replace("\u2212", "-")
    if re.fullmatch(r"-?\d{1,3}([., '\u2019\u00a0\u202f]\d{3})+", text):
        return float(re.sub(r"[^\d-]", "", text))
    return float(text.replace(",", "."))
