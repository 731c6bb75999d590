"""Notebooks of Jupyter: cells of Python, R and SQL, with the lines of the file itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, cast

from doorlicht.lineage.readers.python import read_python
from doorlicht.lineage.readers.source import MAX_BYTES, read_text
from doorlicht.records import code

_MAGIC: Final = re.compile(r"^\s*(%%?\w*|!|\?)")
_CELL_MAGIC: Final = re.compile(r"^\s*%%(\w+)")


class NotebookReader:
    """Reads the code cells of a notebook; their output is not looked at."""

    name = "notebook"
    suffixes = frozenset({".ipynb"})

    def read(self, path: str, content: bytes) -> tuple[code.CodeUnit, ...]:
        """Return one unit per language."""
        if len(content) > MAX_BYTES * 4:
            return (code.CodeUnit(path, "python", (), (), (code.Hidden("too_large", 1),)),)
        text = read_text(content)
        try:
            book = cast("dict[str, Any]", json.loads(text))
            cells = list(_cells(book))
        except (ValueError, TypeError, AttributeError, RecursionError):
            return (code.CodeUnit(path, "python", (), (), (code.Hidden("notebook_broken", 1),)),)
        by_language: dict[str, list[tuple[int, str]]] = {}
        lines = _LineFinder(text)
        for language, source in cells:
            by_language.setdefault(language, []).append((lines.find(source), "".join(source)))
        return tuple(
            _unit(path, language, found) for language, found in sorted(by_language.items())
        )


def _cells(book: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    metadata = book.get("metadata") or {}
    kernel = metadata.get("language_info", {}).get("name") or metadata.get("kernelspec", {}).get(
        "language", "python"
    )
    default = "r" if str(kernel).lower() in ("r", "ir") else "python"
    cells = book.get("cells")
    if cells is None:
        cells = [cell for sheet in book.get("worksheets", []) for cell in sheet.get("cells", [])]
    for cell in cells:
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input", ""))
        lines = source.splitlines(keepends=True) if isinstance(source, str) else list(source)
        language = default
        for line in lines:
            magic = _CELL_MAGIC.match(line)
            if magic is not None:
                language = {"r": "r", "sql": "sql", "bigquery": "sql"}.get(
                    magic[1].lower(), default
                )
            if line.strip():
                break
        yield language, [str(line) for line in lines]


class _LineFinder:
    """Finds the line of the file where a cell stands, going forward."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.at = 0

    def find(self, source: list[str]) -> int:
        """Return the line of the first line of a cell; the last known one if it is not found."""
        first = next((line for line in source if line.strip()), None)
        if first is None:
            return self.at + 1
        spelled = json.dumps(first, ensure_ascii=False)[1:-1]
        other = json.dumps(first)[1:-1]
        for number in range(self.at, len(self.lines)):
            line = self.lines[number]
            if spelled in line or other in line:
                self.at = number + 1
                return number + 1 - source.index(first)
        return self.at + 1


def _unit(path: str, language: str, cells: list[tuple[int, str]]) -> code.CodeUnit:
    body: list[code.Stmt] = []
    comments: list[code.Comment] = []
    hidden: list[code.Hidden] = []
    for line, text in cells:
        plain = "\n".join(
            "" if _MAGIC.match(each) else each for each in text.rstrip("\n").split("\n")
        )
        if language == "sql":
            query = code.Call(
                code.Name("@sql", line), (code.Arg(None, code.Const(plain, line)),), line
            )
            body.append(code.Do(query, line))
            continue
        if language == "r":
            from doorlicht.lineage.readers.r import read_r

            unit = read_r(path, plain, line)
        else:
            unit = read_python(path, plain, line)
        body.extend(unit.body)
        comments.extend(unit.comments)
        hidden.extend(unit.hidden)
    return code.CodeUnit(path, language, tuple(body), tuple(comments), tuple(hidden))  # type: ignore[arg-type]
