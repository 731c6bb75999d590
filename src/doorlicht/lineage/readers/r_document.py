"""R Markdown, Quarto and Sweave: the chunks of code in a document, with its own line numbers."""

from __future__ import annotations

import re
from typing import Any, Final, cast

import yaml

from doorlicht.lineage.readers.python import read_python
from doorlicht.lineage.readers.r import read_r
from doorlicht.lineage.readers.source import MAX_BYTES, read_text
from doorlicht.records import code

_OPEN: Final = re.compile(r"^\s*(`{3,}|~{3,})\s*\{\s*\.?(\w+)[^}]*\}\s*$")
_OUTPUT: Final = re.compile(r"""output[.-]var\s*[=:]\s*["']?([\w.]+)""")
"""The name under which the code of the document knows what a chunk of SQL gives."""

_SWEAVE: Final = re.compile(r"^<<.*>>=\s*$")
_LANGUAGES: Final = {"r": "r", "python": "python", "sql": "sql"}


class RDocumentReader:
    """Reads documents with chunks of code."""

    name = "r_document"
    suffixes = frozenset({".rmd", ".qmd", ".rnw"})

    def read(self, path: str, content: bytes) -> tuple[code.CodeUnit, ...]:
        """Return one unit per language."""
        if len(content) > MAX_BYTES:
            return (code.CodeUnit(path, "r", (), (), (code.Hidden("too_large", 1),)),)
        lines = read_text(content).split("\n")
        chunks = _chunks(lines)
        units = [_unit(path, language, found, lines) for language, found in sorted(chunks.items())]
        params = _params(lines)
        if params is None:
            return tuple(units)
        return tuple(
            code.CodeUnit(u.path, u.language, (params, *u.body), u.comments, u.hidden)
            if u.language == "r"
            else u
            for u in units
        )


def _chunks(lines: list[str]) -> dict[str, list[tuple[int, str, str]]]:
    """Return the chunks of each language: the line, the text, and the name of what SQL gives."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    language, fence, start, held, output = "", "", 0, list[str](), ""
    for number, line in enumerate(lines, start=1):
        if not fence:
            opened = _OPEN.match(line)
            if opened is not None:
                fence, start, held = opened[1], number + 1, []
                language = _LANGUAGES.get(opened[2].lower(), "")
                output = _output_of(line)
            elif _SWEAVE.match(line):
                fence, start, held, language = "@", number + 1, [], "r"
        elif line.strip().startswith(fence):
            if language:
                whose = "r" if language == "sql" and output else language
                found.setdefault(whose, []).append((start, "\n".join(held), output))
            fence, output = "", ""
        else:
            if line.lstrip().startswith(("#|", "--|")):
                output = _output_of(line) or output
            held.append("" if line.lstrip().startswith("#|") else line)
    if fence and language:
        whose = "r" if language == "sql" and output else language
        found.setdefault(whose, []).append((start, "\n".join(held), output))
    return found


def _output_of(line: str) -> str:
    named = _OUTPUT.search(line)
    return named[1] if named is not None else ""


def _unit(
    path: str, language: str, chunks: list[tuple[int, str, str]], lines: list[str]
) -> code.CodeUnit:
    del lines
    body: list[code.Stmt] = []
    comments: list[code.Comment] = []
    hidden: list[code.Hidden] = []
    for line, text, output in chunks:
        if language == "sql" or output:
            query = code.Call(
                code.Name("@sql", line), (code.Arg(None, code.Const(text, line)),), line
            )
            name = (code.Name(output, line),)
            body.append(code.Assign(name, query, line) if output else code.Do(query, line))
            continue
        unit = read_python(path, text, line) if language == "python" else read_r(path, text, line)
        body.extend(unit.body)
        comments.extend(unit.comments)
        hidden.extend(unit.hidden)
    return code.CodeUnit(path, language, tuple(body), tuple(comments), tuple(hidden))  # type: ignore[arg-type]


def _params(lines: list[str]) -> code.Assign | None:
    """Return the ``params`` of the header as an assignment."""
    if not lines or lines[0].strip() != "---":
        return None
    end = next(
        (n for n, line in enumerate(lines[1:], start=1) if line.strip() in ("---", "...")), 0
    )
    try:
        header = yaml.safe_load("\n".join(lines[1:end]))
    except yaml.YAMLError:
        return None
    if not isinstance(header, dict):
        return None
    given = cast("dict[str, Any]", header).get("params")
    if not isinstance(given, dict):
        return None
    params = cast("dict[str, Any]", given)
    pairs: list[tuple[code.Expr | None, code.Expr]] = []
    for name, value in params.items():
        line = next((n + 1 for n, text in enumerate(lines[:end]) if f"{name}:" in text), 1)
        if isinstance(value, (str, int, float, bool)) or value is None:
            pairs.append((code.Const(str(name), line), code.Const(value, line)))
    return code.Assign((code.Name("params", 1),), code.Dict(tuple(pairs), 1), 1)
