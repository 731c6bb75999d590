"""A table as a spreadsheet: XLSX through XlsxWriter, ODS through odfdo. Text stays text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from doorlicht.records.persons import clean_text

Cell = str | int | date | None

MAX_SHEET_NAME: Final = 31
"""Letters that Excel takes in the name of a sheet."""


def write_xlsx(path: Path, title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Write a table as a workbook, with a fixed header and a filter; no text becomes a formula."""
    # Heavy, and needed here alone.
    import xlsxwriter  # pyright: ignore[reportMissingTypeStubs] (it has none)

    options = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd", "in_memory": True,
    }  # fmt: skip
    # The library says of most of its methods nothing on types.
    book: Any = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": title, "author": "doorlicht"})
    sheet = book.add_worksheet(title[:MAX_SHEET_NAME])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet.write_row(0, 0, head, bold)
    for at, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(at, column, datetime.combine(cell, time.min))
            elif isinstance(cell, int):
                sheet.write_number(at, column, cell)
            elif cell:
                sheet.write_string(at, column, clean_text(cell))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(head) - 1)
    sheet.set_column(0, len(head) - 1, 18)
    book.close()


def write_ods(path: Path, title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Write a table as an OpenDocument spreadsheet."""
    # Heavy, and needed here alone.
    from odfdo import Document, Table

    document = Document("spreadsheet")
    document.body.clear()
    table: Any = Table(title)
    # XML takes no control signs, whoever wrote them into a name.
    table.set_values([list(head), *([_clean(cell) for cell in row] for row in rows)])
    document.body.append(table)
    meta: Any = document.meta
    meta.generator = "doorlicht"
    meta.title = title
    document.save(path)


def _clean(cell: Cell) -> Cell:
    return clean_text(cell) if isinstance(cell, str) else cell
