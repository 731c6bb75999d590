"""What IPython and its like add to Python in a cell: magics, commands of the shell, help.

Source: the IPython documentation, *Built-in magic commands*; JupySQL, BigQuery magics, rpy2 and
Databricks for the magics that hold another language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from doorlicht.lineage.readers.source import parser_of

SQL_WORD: Final = "doorlicht_sql_line"
"""Stands for ``@sql`` in a cell whose ``%sql`` lines were made into Python."""

_CELL: Final = re.compile(r"\s*(%%?)(\w+)[ \t]*([^\n]*)\n?(.*)", re.DOTALL)
_LANGUAGES: Final = {
    "r": "r", "sql": "sql", "bigquery": "sql", "sparksql": "sql", "python": "python",
    "python3": "python", "py": "python", "time": "python", "timeit": "python",
    "capture": "python", "prun": "python", "local": "python", "spark": "python",
    "pyspark": "python", "memit": "python", "script": "", "bash": "", "sh": "", "scala": "",
    "julia": "", "perl": "", "ruby": "", "cython": "python", "cmd": "", "writefile": "",
    "sas": "",
}  # fmt: skip
_MARKUP: Final = frozenset(
    ("md", "markdown", "html", "latex", "svg", "javascript", "js", "css", "configure", "pip")
)
_QUERY: Final = re.compile(
    r"(?:select|with|insert|update|delete|merge|create|replace)\b", re.IGNORECASE
)
_RESULT: Final = re.compile(r"(?:^|\s)(\w+)\s*<<|(?:-o|--save|--output)[ =]+(\w+)|(?:^)(\w+)\b")
_R_GIVEN: Final = re.compile(r"(?:-i|--input)[ =]+([\w.,]+)")
_R_RESULT: Final = re.compile(r"(?:-o|--output)[ =]+([\w.,]+)")
_LINE: Final = re.compile(r"([ \t]*)(?:(\w+)[ \t]*=[ \t]*)?(%%?|!{1,2}|\?{1,2})(\w*)[ \t]*(.*)")
_RUNS: Final = frozenset(("time", "timeit", "prun", "memit", "mprun", "lprun", "snakeviz"))
_OPTION: Final = re.compile(r"(?:-\w+(?:[ \t]*\d+)?[ \t]+)*")
_HELP: Final = re.compile(r"[ \t]*[\w.]+\?{1,2}[ \t]*$")
_SCRIPT: Final = re.compile(r"((?:\.{1,2}/)*)([A-Za-z_][\w/]*?)(?:\.(?:py|ipynb))?\s*$")


@dataclass(frozen=True, slots=True)
class Cell:
    """The code in a cell.

    Attributes
    ----------
    language
        ``python``, ``r``, ``sql``; empty for another language, ``markup`` for what is no code.
    text
        What to read, with as many lines as the cell.
    result
        The variables of the notebook that get the result.
    given
        The variables of the notebook that go in.
    """

    language: str
    text: str
    result: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


def take_apart(text: str, default: str) -> Cell:
    r"""Return what a cell holds; ``default`` is the language of the notebook.

    Examples
    --------
    >>> take_apart("%%R -i df\nx <- df", "python")
    Cell(language='r', text='\nx <- df', result=(), given=('df',))
    """
    match = _CELL.match(text)
    if match is None:
        return Cell(default, text)
    marks, name, rest, body = match.groups()
    name = name.lower()
    blank = "\n" * text[: match.start(4)].count("\n")
    is_whole = marks == "%%" or (not rest.strip() and (name in _LANGUAGES or name in _MARKUP))
    if name == "sql" and marks == "%" and body.strip() and _is_broken(body):
        is_whole = True
    if name in ("md", "markdown"):
        is_whole = True
    if not is_whole:
        return Cell(default, text)
    if name in _MARKUP:
        return Cell("markup", "")
    language = _LANGUAGES.get(name, "")
    if language == "r":
        given, result = _R_GIVEN.findall(rest), _R_RESULT.findall(rest)
        return Cell("r", blank + body, _split(result), _split(given))
    if language == "sql":
        return _query(name, rest, blank, body)
    if name == "time" and rest.strip():
        return Cell(language, f"{_OPTION.sub('', rest, count=1)}\n{body}".removeprefix("\n"))
    return Cell(language, blank + body)


def _split(found: list[str]) -> tuple[str, ...]:
    return tuple(name for each in found for name in each.split(",") if name)


def _query(name: str, rest: str, blank: str, body: str) -> Cell:
    if _QUERY.match(rest):
        return Cell("sql", blank.removesuffix("\n") + rest + "\n" + body)
    result = _RESULT.search(rest)
    if result is None or (result[3] and name != "bigquery"):
        return Cell("sql", blank + body)
    return Cell("sql", blank + body, (result[1] or result[2] or result[3],))


def _is_broken(text: str) -> bool:
    return parser_of("python").parse(text.encode("utf-8", "replace")).root_node.has_error


def plain_python(text: str) -> str:
    r"""Return a cell of Python without what only IPython knows; lines stay where they are.

    Examples
    --------
    >>> plain_python("%matplotlib inline\n%time model.fit(X)\nfiles = !ls")
    'pass\nmodel.fit(X)\nfiles = None'
    """
    # Only a cell that is no Python has such lines; ``%d`` may well begin one within a text.
    if not any(mark in text for mark in "%!?") or not _is_broken(text):
        return text
    return "\n".join(_plain_line(line) for line in text.split("\n"))


def _plain_line(line: str) -> str:
    if _HELP.match(line):
        return ""
    match = _LINE.match(line)
    if match is None:
        return line
    indent, target, mark, name, rest = match.groups()
    if mark.startswith("%") and not name:
        return line
    start = f"{indent}{target} = " if target else indent
    if mark == "%" and name in _RUNS:
        return start + _OPTION.sub("", rest, count=1)
    if mark == "%" and name == "sql":
        return _sql_line(start, rest)
    if mark == "%" and name == "run" and not target:
        return indent + _run_line(rest)
    return f"{start}None" if target else f"{indent}pass"


def _sql_line(start: str, rest: str) -> str:
    name, mark, query = rest.partition("<<")
    if mark and name.strip().isidentifier():
        start, rest = f"{start}{name.strip()} = ", query
    return f"{start}{SQL_WORD}({rest.strip()!r})"


def _run_line(rest: str) -> str:
    """Return an import of everything for ``%run path``, which runs a script in the notebook."""
    match = _SCRIPT.match(rest.strip().strip("\"'").replace("\\", "/"))
    if match is None:
        return "pass"
    ups, path = match.groups()
    dots = "." * (ups.count("../") + bool(ups))
    return f"from {dots}{path.strip('/').replace('/', '.')} import *"
