"""Notebooks of Jupyter: cells of Python, R and SQL, with the lines of the file itself.

Source: the notebook format of nbformat, versions 3 and 4. Outputs are not looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, cast

from doorlicht.lineage.readers.notebook_magics import SQL_WORD, plain_python, take_apart
from doorlicht.lineage.readers.python import read_python
from doorlicht.lineage.readers.r import read_r
from doorlicht.lineage.readers.source import MAX_BYTES, read_text
from doorlicht.lineage.readers.sql import SqlReader
from doorlicht.records import code
from doorlicht.records.code import CodeUnit, Hidden

MAX_NOTEBOOK_BYTES: Final = 8 * MAX_BYTES
"""Most of a large notebook is pictures."""

_SOURCE: Final = re.compile(r'"(?:source|input)"\s*:\s*(?=[\["])')
_KERNELS: Final = {"ir": "r", "sparkr": "r"}
_BLANK: Final = re.compile(r"[\s,]*")
_new = cast("Callable[[type[Any], tuple[object, ...]], object]", tuple.__new__)
_WORDS: Final = {SQL_WORD.encode(): "@sql"}


class NotebookReader:
    """Reads the code cells of a notebook."""

    name = "notebook"
    suffixes = frozenset({".ipynb"})

    def read(self, path: str, content: bytes) -> tuple[CodeUnit, ...]:
        """Return one unit per language; an empty one of Python if there is no code.

        Examples
        --------
        >>> cell = b'{"cells": [{"cell_type": "code", "source": ["x = 1"]}]}'
        >>> NotebookReader().read("a.ipynb", cell)[0].body[0].targets
        (Name(id='x', line=1),)
        """
        if len(content) > MAX_NOTEBOOK_BYTES:
            return (CodeUnit(path, "python", (), (), (Hidden("too_large", 1),)),)
        text = read_text(content)
        try:
            book = json.loads(text)
        except (ValueError, RecursionError):
            return (CodeUnit(path, "python", (), (), (Hidden("notebook_broken", 1),)),)
        if not isinstance(book, dict) or not _has_cells(cast("dict[str, Any]", book)):
            return (CodeUnit(path, "python", (), (), (Hidden("notebook_broken", 1),)),)
        return _units(path, text, cast("dict[str, Any]", book))


def _units(path: str, text: str, book: dict[str, Any]) -> tuple[CodeUnit, ...]:
    found: dict[str, list[CodeUnit]] = {}
    finder = _LineFinder(text)
    language = _language(book)
    size = 0
    for cell, source in _cells(book):
        rows = finder.rows_of(source)
        if cell.get("cell_type") != "code":
            continue
        own = cell.get("language", language)
        lines = "".join(source) if isinstance(source, list) else source
        size += len(lines)
        if size > MAX_BYTES:
            found.setdefault("python", []).append(_hidden(path, "too_large", rows))
            break
        for unit in _read_cell(path, lines, str(own).lower(), rows):
            found.setdefault(unit.language, []).append(unit)
    joined = tuple(_join(path, units) for _, units in sorted(found.items()))
    return joined or (CodeUnit(path, "python", ()),)


def _has_cells(book: dict[str, Any]) -> bool:
    return isinstance(book.get("cells"), list) or isinstance(book.get("worksheets"), list)


def _language(book: dict[str, Any]) -> str:
    """Return the language of the kernel."""
    metadata = _mapping(book.get("metadata"))
    kernel = _mapping(metadata.get("kernelspec"))
    info = _mapping(metadata.get("language_info"))
    found = info.get("name") or kernel.get("language") or kernel.get("name") or "python"
    return str(found).lower()


def _mapping(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _cells(book: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[str] | str]]:
    """Yield every cell with its source, of all kinds and in the order of the file."""
    sheets = [book, *(_mapping(sheet) for sheet in _sequence(book.get("worksheets")))]
    for sheet in sheets:
        for each in _sequence(sheet.get("cells")):
            cell = _mapping(each)
            source = cell.get("source", cell.get("input", ""))
            if isinstance(source, list):
                yield cell, [str(line) for line in cast("list[object]", source)]
            elif isinstance(source, str):
                yield cell, source


def _sequence(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _read_cell(path: str, text: str, kernel: str, rows: Sequence[int]) -> list[CodeUnit]:
    """Return the code of one cell; what R takes and gives is handed over by name."""
    default = (
        "python" if "python" in kernel else {"ir": "r", "ipython": "python"}.get(kernel, kernel)
    )
    cell = take_apart(text, default)
    line = rows[0] if rows else 1
    if cell.language == "python":
        return [_placed(read_python(path, plain_python(cell.text), 1, dict(_WORDS)), rows)]
    if cell.language == "r":
        return _read_r(path, cell.text, cell.given, cell.result, rows)
    if cell.language == "sql" and cell.result:
        query = _call("@sql", line, _const(cell.text, line))
        targets = tuple(code.Name(name, line) for name in cell.result)
        return [CodeUnit(path, "python", (code.Assign(targets, query, line),))]
    if cell.language == "sql":
        return [
            _placed(unit, rows)
            for unit in SqlReader().read(path, cell.text.encode("utf-8", "replace"))
        ]
    if cell.language == "markup" or not cell.text.strip():
        return []
    return [_hidden(path, "cell_language", rows)]


def _read_r(
    path: str, text: str, given: Sequence[str], result: Sequence[str], rows: Sequence[int]
) -> list[CodeUnit]:
    unit = _placed(read_r(path, text), rows)
    line = rows[0] if rows else 1
    if not given and not result:
        return [unit]
    python: list[code.Stmt] = []
    before: list[code.Stmt] = []
    after: list[code.Stmt] = []
    for name in given:
        python.append(_write(path, name, line))
        before.append(_read(path, name, line))
    for name in result:
        after.append(_write(path, name, line))
        python.append(_read(path, name, line))
    body = (*before, *unit.body, *after)
    return [
        CodeUnit(path, "r", body, unit.comments, unit.hidden),
        CodeUnit(path, "python", tuple(python)),
    ]


def _const(text: str, line: int) -> code.Const:
    return code.Const(text, line)


def _call(name: str, line: int, *values: code.Expr) -> code.Call:
    return code.Call(code.Name(name, line), tuple(code.Arg(None, v) for v in values), line)


def _write(path: str, name: str, line: int) -> code.Stmt:
    place = _const(f"{path}#{name}", line)
    return code.Do(_call("@write", line, code.Name(name, line), place), line)


def _read(path: str, name: str, line: int) -> code.Stmt:
    place = _const(f"{path}#{name}", line)
    return code.Assign((code.Name(name, line),), _call("@read", line, place), line)


def _hidden(path: str, construct: str, rows: Sequence[int]) -> CodeUnit:
    return CodeUnit(path, "python", (), (), (Hidden(construct, rows[0] if rows else 1),))


def _join(path: str, units: Sequence[CodeUnit]) -> CodeUnit:
    return CodeUnit(
        path,
        units[0].language,
        tuple(statement for unit in units for statement in unit.body),
        tuple(comment for unit in units for comment in unit.comments),
        tuple(hidden for unit in units for hidden in unit.hidden),
    )


def _placed(unit: CodeUnit, rows: Sequence[int]) -> CodeUnit:
    """Return a unit with the lines of the file, of which it has those of the cell."""
    return CodeUnit(
        unit.path,
        unit.language,
        cast("tuple[code.Stmt, ...]", _at_rows(unit.body, rows)),
        cast("tuple[code.Comment, ...]", _at_rows(unit.comments, rows)),
        cast("tuple[Hidden, ...]", _at_rows(unit.hidden, rows)),
    )


def _at_rows(node: object, rows: Sequence[int]) -> object:
    if not isinstance(node, tuple):
        return node
    whole = cast("tuple[object, ...]", node)
    parts: list[object] = []
    # A comprehension would take a second call on the stack for each level of nesting.
    for part in whole:
        parts.append(_at_rows(part, rows))  # noqa: PERF401
    fields = cast("tuple[str, ...]", getattr(whole, "_fields", ()))
    if "line" in fields:
        at = fields.index("line")
        line = cast("int", parts[at])
        parts[at] = rows[min(line, len(rows)) - 1] if rows else 1
    return _new(type(whole), tuple(parts))


class _LineFinder:
    """Finds the lines of the file on which cells stand, going forward."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.decoder = json.JSONDecoder()
        self.at = 0
        self.counted = 0
        self.is_lost = False
        self.line = 1

    def rows_of(self, source: list[str] | str) -> list[int]:
        """Return for each line of a cell its line in the file."""
        if self.is_lost:
            return [self.line]
        for match in _SOURCE.finditer(self.text, self.at):
            try:
                value, end = self.decoder.raw_decode(self.text, match.end())
            except (ValueError, RecursionError):
                continue
            if value == source:
                rows = self._rows(match.end(), source)
                self.at = end
                return rows
        self.is_lost = True
        return [self.line]

    def _rows(self, start: int, source: list[str] | str) -> list[int]:
        if isinstance(source, str):
            return [self._line_at(start)] * (source.count("\n") + 1)
        rows: list[int] = []
        at = start + 1
        begins = True
        for text in source:
            blank = _BLANK.match(self.text, at)
            at = blank.end() if blank is not None else at
            line = self._line_at(at)
            for piece in text.splitlines(keepends=True):
                if begins:
                    rows.append(line)
                # Without a line end, the line goes on in the next element.
                begins = piece.endswith("\n")
            _, at = self.decoder.raw_decode(self.text, at)
        return rows or [self._line_at(start)]

    def _line_at(self, position: int) -> int:
        self.line += self.text.count("\n", self.counted, position)
        self.counted = max(position, self.counted)
        return self.line
