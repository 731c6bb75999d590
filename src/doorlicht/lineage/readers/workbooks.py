"""The formulas and headers of a workbook (xlsx, xlsm, ods), without computing anything.

Sheets are read as a stream: a workbook of a hundred thousand rows keeps its headers and each
different formula of a column once. What is unpacked is counted, so that an archive made to swamp
the reader ends.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Final, cast

from doorlicht.lineage.readers.formulas import (
    Ref,
    column_number,
    from_open_formula,
    from_open_range,
    parse_cells,
)
from doorlicht.xml_elements import Element, read_xml, stream_xml

MAX_UNPACKED: Final = 256 * 1024 * 1024
MAX_PARTS: Final = 10_000
HEADER_WITHIN: Final = 30
"""Rows in which the header is looked for."""

MAX_FORMULAS: Final = 200
"""Different formulas of one column that are kept."""

MAX_COLUMNS: Final = 2_000
MAX_CELLS: Final = 3_000_000
"""Cells of one sheet that are looked at for formulas."""

_FORMULA_TAG: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN: Final = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, lzma.LZMAError, EOFError,
    OSError, KeyError, ValueError, struct.error, OverflowError,
)  # fmt: skip


class WorkbookError(Exception):
    """The workbook cannot be read; ``construct`` says why."""

    def __init__(self, construct: str) -> None:
        super().__init__(construct)
        self.construct = construct


class _EnoughError(Exception):
    """What is wanted of a sheet was seen."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of a cell; ``shift`` columns to the right of where its text was written."""

    row: int
    column: int
    text: str
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A part of a sheet that is a table with a name."""

    name: str
    sheet: str
    cells: Ref
    columns: tuple[str, ...]


@dataclass(slots=True)
class Sheet:
    """A sheet: headers by the number of their column, and the formulas."""

    name: str
    header_row: int = 0
    headers: dict[int, str] = field(default_factory=dict[int, str])
    formulas: list[Formula] = field(default_factory=list[Formula])
    width: int = 0


@dataclass(slots=True)
class Workbook:
    """What is needed of a workbook to follow its columns.

    ``names`` are the defined names, in lower case, with what they stand for; ``externals`` the
    paths of other workbooks by their number; ``constructs`` what cannot be followed.
    """

    sheets: list[Sheet] = field(default_factory=list[Sheet])
    tables: list[Table] = field(default_factory=list[Table])
    names: dict[str, str] = field(default_factory=dict[str, str])
    externals: dict[int, str] = field(default_factory=dict[int, str])
    constructs: list[str] = field(default_factory=list[str])


def read_workbook(content: bytes) -> Workbook:
    """Return what a workbook holds.

    Raises
    ------
    WorkbookError
        If it is damaged, encrypted or too large.
    XmlRefusedError, XmlBrokenError
        For a part that is dangerous or no XML.
    """
    if content.startswith(_OLE):
        # An encrypted workbook is wrapped in the format of old ones.
        raise WorkbookError("sheet_broken")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _Parts(archive)
            if "content.xml" in parts.names:
                return _OpenDocument(parts).book
            return _OfficeOpen(parts).read()
    except _BROKEN as error:
        raise WorkbookError("sheet_broken") from error


class _Parts:
    """The parts of an archive, opened within one budget."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        infos = archive.infolist()
        if len(infos) > MAX_PARTS:
            raise WorkbookError("sheet_too_large")
        self.names = {info.filename.lstrip("/"): info for info in infos}
        self._archive = archive
        self._left = MAX_UNPACKED

    def open(self, name: str) -> IO[bytes]:
        """Open a part; reading beyond the budget raises :class:`WorkbookError`."""
        return cast("IO[bytes]", _Counted(self._archive.open(self.names[name]), self))

    def take(self, number: int) -> None:
        """Count bytes that were unpacked."""
        self._left -= number
        if self._left < 0:
            raise WorkbookError("sheet_too_large")

    def tree(self, name: str) -> Element | None:
        """Return a small part as a tree; ``None`` if it is not there."""
        if name not in self.names:
            return None
        with self.open(name) as stream:
            return read_xml(stream)


class _Counted:
    """A part that tells how much was read of it."""

    def __init__(self, stream: IO[bytes], parts: _Parts) -> None:
        self._stream = stream
        self._parts = parts

    def read(self, size: int = 1 << 18) -> bytes:
        block = self._stream.read(size)
        self._parts.take(len(block))
        return block

    def __enter__(self) -> _Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


@dataclass(slots=True)
class _Grid:
    """What is kept of a sheet while its cells come by."""

    sheet: Sheet
    cells: dict[int, dict[int, tuple[bool, str]]] = field(
        default_factory=dict[int, "dict[int, tuple[bool, str]]"]
    )
    """The first rows: for each filled cell whether it is text, and the text."""
    _seen: dict[int, set[str]] = field(default_factory=dict[int, "set[str]"])

    def fill(self, row: int, column: int, text: str, *, is_text: bool) -> None:
        """Keep a cell of the first rows."""
        if row <= HEADER_WITHIN and column <= MAX_COLUMNS:
            self.cells.setdefault(row, {})[column] = (is_text, text)

    def add_formula(self, row: int, column: int, text: str, shift: int = 0) -> None:
        """Keep a formula, unless the column has one that only differs in its rows."""
        seen = self._seen.setdefault(column, set())
        key = f"{shift}:" + _ROWS.sub(r"\1", text)
        if key not in seen and len(seen) < MAX_FORMULAS and column <= MAX_COLUMNS:
            seen.add(key)
            self.sheet.formulas.append(Formula(row, column, text, shift))

    def find_header(self, texts: Callable[[str], str] = str) -> None:
        """Take the first row that is as wide as the table for the header, if it is text."""
        width = max((len(row) for row in self.cells.values()), default=0)
        self.sheet.width = max((max(row) for row in self.cells.values()), default=0)
        for number in sorted(self.cells):
            row = self.cells[number]
            if len(row) * 2 <= width and len(row) < width:
                continue
            named = {
                column: texts(text).strip() for column, (is_text, text) in row.items() if is_text
            }
            if len(named) * 2 > len(row):
                self.sheet.header_row = number
                self.sheet.headers = {
                    column: " ".join(name.split())[:255] for column, name in named.items() if name
                }
            return


_ROWS: Final = re.compile(r"(?<![A-Za-z_.])(\$?[A-Z]{1,3}\$?)\d+(?![\w(!'])")


# ── Office Open XML ─────────────────────────────────────────────────────────────────────────


class _OfficeOpen:
    """Reads xlsx and xlsm."""

    def __init__(self, parts: _Parts) -> None:
        self.parts = parts
        self.book = Workbook()

    def read(self) -> Workbook:
        """Read the workbook and all its sheets."""
        names = self.parts.names
        main = "xl/workbook.xml"
        root = self.parts.tree(main)
        if root is None:
            raise WorkbookError("sheet_broken")
        if any(n.lower().endswith("vbaproject.bin") or "/macrosheets/" in n for n in names):
            self.book.constructs.append("sheet_macros")
        if "xl/connections.xml" in names or any(n.startswith("xl/queryTables/") for n in names):
            self.book.constructs.append("sheet_query")
        targets = self._targets(main)
        for part in root.find("externalReferences"):
            for number, reference in enumerate(part.children, 1):
                self._external(number, targets.get(reference.get("id"), ""))
        for part in root.find("definedNames"):
            for name in part.children:
                self.book.names[name.get("name").lower()] = name.text
        grids: list[_Grid] = []
        for part in root.find("sheets"):
            for sheet in part.children:
                target = targets.get(sheet.get("id"), "")
                if target in names and "chartsheet" not in target:
                    grids.append(self._sheet(sheet.get("name"), target))
        strings = self._strings(
            {text for grid in grids for row in grid.cells.values()
             for _, text in row.values() if text.startswith("\x1f")}
        )  # fmt: skip
        for grid in grids:
            grid.find_header(lambda text: strings.get(text, "" if text[:1] == "\x1f" else text))
            self.book.sheets.append(grid.sheet)
        return self.book

    def _targets(self, part: str) -> dict[str, str]:
        """Return the parts that a part refers to, by their id."""
        folder, base = posixpath.split(part)
        root = self.parts.tree(f"{folder}/_rels/{base}.rels")
        targets: dict[str, str] = {}
        for each in root.children if root is not None else ():
            target = each.get("Target")
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            targets[each.get("Id")] = target
        return targets

    def _external(self, number: int, part: str) -> None:
        for target in self._targets(part).values() if part else ():
            self.book.externals.setdefault(number, target)

    def _sheet(self, name: str, part: str) -> _Grid:
        grid = _Grid(Sheet(name))
        rows = None if self._has_formulas(part) else HEADER_WITHIN
        cells = _SheetCells(grid, rows)
        try:
            with self.parts.open(part) as stream:
                stream_xml(stream, cells.start, cells.end, cells.text)
        except _EnoughError:
            if rows is None:
                self.book.constructs.append("sheet_too_large")
        for target in self._targets(part).values():
            if target.startswith("xl/tables/"):
                self._table(name, target)
        return grid

    def _has_formulas(self, part: str) -> bool:
        """Return whether a sheet holds a formula at all; looking for one is quick."""
        before = b""
        with self.parts.open(part) as stream:
            while block := stream.read():
                if _FORMULA_TAG.search(before + block):
                    return True
                before = block[-40:]
        return False

    def _table(self, sheet: str, part: str) -> None:
        root = self.parts.tree(part)
        if root is None:
            return
        cells = parse_cells(root.get("ref"))
        columns = [column for each in root.find("tableColumns") for column in each.children]
        names = tuple(_unescaped(column.get("name")) for column in columns)
        name = root.get("displayName") or root.get("name")
        self.book.tables.append(Table(name, sheet, cells, names))

    def _strings(self, wanted: set[str]) -> dict[str, str]:
        """Return the shared texts that headers use, by their number behind a sign."""
        found: dict[str, str] = {}
        if not wanted or "xl/sharedStrings.xml" not in self.parts.names:
            return found
        number, pieces, is_open = -1, list[str](), False

        def start(name: str, space: str, attributes: dict[str, str], line: int) -> None:
            nonlocal number, is_open
            del space, attributes, line
            if name == "si":
                number += 1
                pieces.clear()
            # What tells how a text sounds (rPh) is no part of it.
            is_open = name == "t" or (is_open and name != "rPh")

        def end(name: str) -> None:
            nonlocal is_open
            if name == "si" and f"\x1f{number}" in wanted:
                found[f"\x1f{number}"] = "".join(pieces)
            is_open = False

        def text(data: str) -> None:
            if is_open and len(pieces) < 100:  # no header is cut so often
                pieces.append(data)

        with self.parts.open("xl/sharedStrings.xml") as stream:
            stream_xml(stream, start, end, text)
        return found


def _unescaped(name: str) -> str:
    """Return a header in which Excel wrote the ends of lines as ``_x000a_``."""
    plain = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), name)
    return " ".join(plain.split())


class _SheetCells:
    """Takes the elements of a sheet as they come."""

    def __init__(self, grid: _Grid, rows: int | None) -> None:
        self.grid = grid
        self.rows = rows
        self.cells = 0
        self.row = 0
        self.column = 0
        self.kind = ""
        self.inside = ""
        self.pieces: list[str] = []
        self.shared: dict[str, tuple[int, str]] = {}
        self.formula: dict[str, str] = {}

    def start(self, name: str, space: str, attributes: dict[str, str], line: int) -> None:
        """Take the beginning of an element."""
        del space, line
        if name == "c":
            self.cells += 1
            if self.cells > MAX_CELLS:
                raise _EnoughError
            self.kind = attributes.get("t", "n")
            place = attributes.get("r", "")
            letters = place.rstrip("0123456789")
            self.column = column_number(letters) if letters.isalpha() else self.column + 1
        elif name == "row":
            place = attributes.get("r", "")
            self.row = int(place) if place.isdigit() else self.row + 1
            self.column = 0
            if self.rows is not None and self.row > self.rows:
                raise _EnoughError
        elif name in ("f", "v", "t"):
            self.inside, self.pieces = name, []
            if name == "f":
                self.formula = attributes
        elif name == "rPh":
            self.inside = ""

    def text(self, data: str) -> None:
        """Take text."""
        if self.inside == "f" or (self.inside and self.row <= HEADER_WITHIN):
            self.pieces.append(data)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name != self.inside:
            return
        text = "".join(self.pieces)
        self.inside = ""
        if name == "f":
            self._formula(text)
        elif text:
            is_text = self.kind in ("s", "str", "inlineStr")
            shown = f"\x1f{text}" if self.kind == "s" else text
            self.grid.fill(self.row, self.column, shown, is_text=is_text)

    def _formula(self, text: str) -> None:
        kind, number = self.formula.get("t", ""), self.formula.get("si", "")
        shift = 0
        if kind == "dataTable":
            text = ",".join(self.formula.get(key, "") for key in ("r1", "r2"))
        elif kind == "shared" and text:
            self.shared[number] = (self.column, text)
        elif kind == "shared" and number in self.shared:
            column, text = self.shared[number]
            shift = self.column - column
        if text:
            self.grid.add_formula(self.row, self.column, text, shift)


# ── OpenDocument ────────────────────────────────────────────────────────────────────────────


class _OpenDocument:
    """Reads ods."""

    def __init__(self, parts: _Parts) -> None:
        self.book = Workbook()
        self.grid: _Grid | None = None
        self.row = self.column = 0
        self.rows = self.columns = 1
        self.pieces: list[str] = []
        self.kind = ""
        self.notes = 0
        self.depth = 0
        if any(name.startswith(("Basic/", "Scripts/")) for name in parts.names):
            self.book.constructs.append("sheet_macros")
        manifest = parts.tree("META-INF/manifest.xml")
        if manifest is not None and any(e.name == "encryption-data" for e in manifest.walk()):
            raise WorkbookError("sheet_broken")
        with parts.open("content.xml") as stream:
            stream_xml(stream, self.start, self.end, self.text)

    def start(self, name: str, space: str, attributes: dict[str, str], line: int) -> None:
        """Take the beginning of an element."""
        del space, line
        if name == "annotation":
            self.notes += 1
        elif name == "table":
            self.depth += 1
            if self.depth == 1:
                self.grid = _Grid(Sheet(attributes.get("name", "")))
                self.row = 0
        elif name == "named-range":
            cells = from_open_range(attributes.get("cell-range-address", ""))
            self.book.names[attributes.get("name", "").lower()] = cells
        elif name == "named-expression":
            formula = from_open_formula(attributes.get("expression", ""))
            self.book.names[attributes.get("name", "").lower()] = formula
        elif self.depth == 1 and name == "table-row":
            self.row += 1
            self.rows = _repeats(attributes, "number-rows-repeated")
            self.column = 0
        elif self.depth == 1 and name in ("table-cell", "covered-table-cell"):
            self.column += 1
            self.columns = _repeats(attributes, "number-columns-repeated")
            self.kind = attributes.get("value-type", "")
            self.pieces = []
            if attributes.get("formula") and self.grid is not None:
                formula = from_open_formula(attributes["formula"])
                self.grid.add_formula(self.row, self.column, formula)

    def text(self, data: str) -> None:
        """Take text."""
        if self.kind and not self.notes and self.row <= HEADER_WITHIN:
            self.pieces.append(data)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name == "annotation":
            self.notes -= 1
        elif name == "table":
            self.depth -= 1
            if self.depth == 0 and self.grid is not None:
                self.grid.find_header()
                self.book.sheets.append(self.grid.sheet)
        elif self.depth == 1 and name == "table-row":
            self.row += self.rows - 1
        elif self.depth == 1 and name in ("table-cell", "covered-table-cell"):
            text = "".join(self.pieces)
            if text and self.grid is not None:
                for column in range(self.column, self.column + min(self.columns, 50)):
                    is_text = self.kind == "string"
                    self.grid.fill(self.row, column, text, is_text=is_text)
            self.column += self.columns - 1
            self.kind = ""


def _repeats(attributes: dict[str, str], key: str) -> int:
    text = attributes.get(key, "1")
    return int(text) if text.isdigit() and len(text) < 8 else 1
