"""Workbooks: every sheet of xlsx, xlsm, xlsb, xls and ods, also hidden ones.

Sheets made by people have titles above the table, empty rows and columns, and notes below. The
table is taken to begin at the row that looks most like a header; what stands above it is looked
at for a comment, and not counted.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from doorlicht.plugins import Limits
from doorlicht.sources.files.readers.rows import stream_of_rows
from doorlicht.sources.files.sniff import column_names, is_header
from doorlicht.sources.tables import Blob, OpenTable, UnreadableError

MAX_WORKBOOK: Final = 1 << 30
HEADER_WITHIN: Final = 30
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Workbook:
    """Reads workbooks by python-calamine, which runs no macro and follows no link."""

    name = "excel"
    suffixes = ("xlsx", "xlsm", "xlsb", "xls", "ods", "xltx", "xltm")

    def takes(self, head: bytes) -> bool:
        """Whether the file is an old workbook; new ones are told from other archives by name."""
        return head.startswith(_OLE)

    def tables(
        self, blob: Blob, options: Mapping[str, object], limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        """Open each sheet that holds anything."""
        del options
        import python_calamine as calamine

        if blob.size > MAX_WORKBOOK:
            yield UnreadableError("limit.document", mebibytes=MAX_WORKBOOK >> 20)
            return
        with blob.open() as file:
            head = file.read(8)
        try:
            with blob.open() as file:
                book = calamine.CalamineWorkbook.from_filelike(file)
                names = [sheet.name for sheet in book.sheets_metadata]
        except calamine.PasswordError:
            yield UnreadableError("file.encrypted")
            return
        # The library raises many kinds for a broken workbook; none may end the scan.
        except Exception:  # noqa: BLE001
            code = "file.encrypted" if self._is_encrypted(blob, head) else "file.broken"
            yield UnreadableError(code)
            return
        for name in names:
            try:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
            except Exception:  # noqa: BLE001 (a sheet that the library cannot read)
                yield UnreadableError("file.broken", suffix=f"#{name}")
                continue
            if any(any(cell not in ("", None) for cell in row) for row in rows):
                yield from self._sheet(name, rows, blob, limits)

    @staticmethod
    def _is_encrypted(blob: Blob, head: bytes) -> bool:
        if not head.startswith(_OLE):
            return False
        with blob.open() as file:
            content = file.read(1 << 20)
        return "EncryptedPackage".encode("utf-16-le") in content

    @staticmethod
    def _sheet(
        name: str, rows: Sequence[Sequence[Any]], blob: Blob, limits: Limits
    ) -> Iterator[OpenTable | UnreadableError]:
        texts = [[cell_text(cell) for cell in row] for row in rows]
        start, names = _table_start(texts)
        width = max(len(row) for row in texts)
        if width > limits.columns:
            yield UnreadableError(
                "limit.columns", suffix=f"#{name}", columns=width, limit=limits.columns
            )
            return
        body = [row for row in texts[start:] if any(row)]
        yield stream_of_rows(
            f"#{name}",
            column_names(names, width),
            lambda: iter(body),
            size=blob.size,
            header=bool(names),
            count=len(body),
        )


def _table_start(rows: Sequence[Sequence[str]]) -> tuple[int, tuple[str, ...]]:
    """Return the row where data begins, and the header above it (empty where there is none)."""
    width = max((len(row) for row in rows), default=0)
    filled = [sum(1 for cell in row if cell) for row in rows]
    usual = sorted(filled[:200])[len(filled[:200]) // 2] if filled else 0
    for position, row in enumerate(rows[:HEADER_WITHIN]):
        if filled[position] < max(1, 0.6 * usual):
            continue
        data = [r for r in rows[position + 1 : position + 60] if any(r)]
        if is_header(row, data):
            return position + 1, (*row, *[""] * (width - len(row)))
        return position, ()
    return 0, ()


def cell_text(cell: object) -> str:
    """Return a cell as text; whole numbers without a fraction, dates as ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, (dt.date, dt.datetime, dt.time)):
        return cell.isoformat()
    return str(cell)
