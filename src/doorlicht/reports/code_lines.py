r"""Lines of code for a report, without what may be a value of a person.

A report goes from hand to hand, and a line of code can hold a name or a number that somebody typed
in. So of each line only the code is shown: comments are left out, and of texts and long numbers no
more than an ellipsis remains, unless the text is a name that the report shows anyway (a column, a
feature, a data set), the name of a data file, or a query. The whole line stands in the file, and
``doorlicht explain`` shows it on the screen.

Limits: a text over several lines is masked where it begins and ends; a line in its middle counts as
code of its own (SQL in a long text of Python).
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from doorlicht.lineage.paths import FILE_ENDINGS
from doorlicht.lineage.readers.source import read_text
from doorlicht.records import CodePlace, TraceResult

MAX_LINE: Final = 240
"""A longer line is made by a program, and tells a reader nothing."""

MAX_FILE_BYTES: Final = 8 * 1024 * 1024

_COMMENTS: Final[dict[str, str]] = {
    ".py": "#", ".r": "#", ".rmd": "#", ".qmd": "#", ".ipynb": "#", ".sql": "--", ".sas": "/*",
}  # fmt: skip
"""How a comment begins, by the kind of file; other files hold data or settings and no code."""

_PIECE: Final = re.compile(
    r"""(?P<long>\"{3}.*?\"{3}|'{3}.*?'{3})|(?P<open>\"{3}|'{3})(?!.*\b(?i:select|from|where|join)\b)"""
    r"""|(?P<query>\"{3}|'{3})|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<broken>["'].*)"""
    r"""|(?P<number>(?<![\w.])\d[\d_]{4,}(?:\.\d+)?)"""
)
_QUERY: Final = re.compile(
    r"\s*(select|with|insert\s+into|update|delete\s+from|create)\s", re.IGNORECASE
)
_FILE: Final = re.compile(rf"[\w./\\:{{}}$%-]+\.({'|'.join(sorted(FILE_ENDINGS))})", re.IGNORECASE)
"""The name of a data file: the register keeps those of scanned files too."""

HIDDEN: Final = "…"


def masked(line: str, suffix: str, known: Collection[str]) -> str:
    r"""Return a line of code without comments, texts and long numbers; empty if it is no code.

    Parameters
    ----------
    suffix
        Of its file, in lower case with the point.
    known
        Texts that may be shown, in lower case.

    Examples
    --------
    >>> masked("x = t[t['naam'] != 'Jansen']  # ask Jansen", ".py", {"naam"})
    "x = t[t['naam'] != '…']"
    >>> masked("WHERE bsn <> 999912345 AND land = 6030 -- Jansen", ".sql", ())
    'WHERE bsn <> … AND land = 6030'
    """
    comment = _COMMENTS.get(suffix)
    if comment is None:
        return ""
    if suffix == ".ipynb":
        line = _line_of_notebook(line)
    line = line.strip()
    if not line or len(line) > MAX_LINE:
        return ""
    shown: list[str] = []
    at = 0
    for match in _PIECE.finditer(line):
        code = line[at : match.start()]
        if comment in code:
            break
        shown += [code, _shown(match, known)]
        at = match.end()
        if match["open"]:
            # Prose, or the end of a text of several lines: what follows is told from no code.
            at = len(line)
            break
    rest = line[at:].partition(comment)[0]
    return "".join([*shown, rest]).strip()


def _shown(match: re.Match[str], known: Collection[str]) -> str:
    piece = match.group()
    if match["query"]:
        return piece
    if match["long"]:
        return piece[:3] + HIDDEN + piece[:3]
    if match["open"]:
        return piece + HIDDEN
    if match["text"]:
        inner = piece[1:-1]
        if not inner or inner.lower() in known or _FILE.fullmatch(inner):
            return piece
        if _QUERY.match(inner):
            return piece[0] + masked(inner, ".sql", known) + piece[0]
        return f"{piece[0]}{HIDDEN}{piece[0]}"
    return piece[0] + HIDDEN if match["broken"] else HIDDEN


def _line_of_notebook(line: str) -> str:
    """Return the code in a line of the file of a notebook, where each line of code is a text."""
    try:
        text: object = json.loads(line.strip().rstrip(","))
    except (ValueError, RecursionError):
        return ""
    return text if isinstance(text, str) and "\n" not in text.rstrip("\n") else ""


def known_names(result: TraceResult) -> frozenset[str]:
    """Return the texts that a report of a trace shows anyway, in lower case."""
    names: set[str] = set()
    for model in result.models:
        names.update((*model.features, model.name, model.target, *model.outputs))
    for flow in result.flows:
        names.update((flow.source.column, flow.source.dataset, flow.feature))
        names.update(hop.name for hop in flow.hops)
    names.update(reference.identifier for reference in result.references)
    return frozenset(name.lower() for name in names if name)


def line_reader(
    result: TraceResult, file_at: Callable[[str], Path | None]
) -> Callable[[CodePlace], str]:
    """Return what gives the masked line of a place; empty where there is none to show."""
    known = known_names(result)

    @lru_cache(maxsize=64)
    def lines(path: str) -> tuple[str, ...]:
        file = file_at(path)
        try:
            if file is None or file.stat().st_size > MAX_FILE_BYTES:
                return ()
            return tuple(_lines_of(file))
        except OSError:
            # It was read a moment ago; the report does without.
            return ()

    def read(place: CodePlace) -> str:
        suffix = posixpath.splitext(place.file)[1].lower()
        if suffix not in _COMMENTS:
            return ""
        found = lines(place.file)
        return masked(found[place.line - 1], suffix, known) if place.line <= len(found) else ""

    return read


def _lines_of(file: Path) -> Iterator[str]:
    yield from read_text(file.read_bytes()).split("\n")
