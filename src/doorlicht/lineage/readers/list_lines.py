"""Settings and names written one a line: INI, properties, environment, DCF and plain lists."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from doorlicht.lineage.readers.list_trees import Content, list_of
from doorlicht.records.code import Comment, Const, Dict, Expr, Format, Hidden

MAX_BROKEN: Final = 20
"""Lines that are told one by one."""

Pairs = list[tuple[Expr | None, Expr]]


class _Entry(NamedTuple):
    key: str
    line: int
    values: list[Const]


_SECTION: Final = re.compile(r"\s*\[([^\]]*)\]\s*(?:[#;].*)?$")
_INI_PAIR: Final = re.compile(r"([^=:\s][^=:]*?)\s*[=:]\s?(.*)$")
_INI_NOTE: Final = re.compile(r"(?:^|\s)[#;](.*)$")


def read_ini(text: str) -> Content:
    r"""Return sections with their settings; settings before the first section stand beside them.

    A value over several lines is text put together of its lines, so that each name in it keeps
    its own.

    Examples
    --------
    >>> read_ini("[model]\nfeatures = a, b").expr.pairs[0][0]
    Const(value='model', line=1)
    """
    top: list[_Entry] = []
    sections: list[tuple[str, int, list[_Entry]]] = []
    comments: list[Comment] = []
    hidden: list[Hidden] = []
    entries = top
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip()
        note = _INI_NOTE.search(line)
        if note is not None:
            comments.append(Comment(note[1].strip(), number))
            line = line[: note.start()].rstrip()
        if not line.strip():
            continue
        section = _SECTION.match(line)
        if section is not None and not (line[0].isspace() and entries):
            entries = list[_Entry]()
            sections.append((section[1].strip(), number, entries))
            continue
        if line[0].isspace() and entries:
            entries[-1].values.append(Const(line.strip(), number))
            continue
        pair = _INI_PAIR.match(line.strip())
        if pair is not None:
            entries.append(_Entry(pair[1], number, [Const(pair[2].strip(), number)]))
        elif re.fullmatch(r"[\w.\-]+", line.strip()):
            entries.append(_Entry(line.strip(), number, []))
        else:
            hidden.append(Hidden("list_broken", number))
    pairs = _pairs(top)
    pairs += [(Const(name, line), Dict(tuple(_pairs(each)), line)) for name, line, each in sections]
    return Content(Dict(tuple(pairs), 1), tuple(comments), tuple(hidden[:MAX_BROKEN]))


def _pairs(entries: list[_Entry]) -> Pairs:
    return [(Const(entry.key, entry.line), _joined(entry)) for entry in entries]


def _joined(entry: _Entry) -> Expr:
    if not entry.values:
        return Const(None, entry.line)
    if len(entry.values) == 1:
        return entry.values[0]
    ended = [Const(f"{value.value}\n", value.line) for value in entry.values[:-1]]
    return Format((*ended, entry.values[-1]), entry.line)


_PROPERTY: Final = re.compile(r"((?:[^\\=:\s]|\\.)+)\s*[=:\s]?\s*(.*)$")


def read_properties(text: str) -> Content:
    """Return ``key = value`` of Java; a backslash at the end goes on in the next line."""
    entries: list[_Entry] = []
    comments: list[Comment] = []
    goes_on = False
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not goes_on and line[:1] in ("#", "!"):
            comments.append(Comment(line[1:].strip(), number))
            continue
        if not line:
            goes_on = False
            continue
        continues = line.endswith("\\")
        line = line.rstrip("\\").rstrip() if continues else line
        pair = None if goes_on else _PROPERTY.match(line)
        if pair is not None:
            entries.append(_Entry(pair[1], number, [Const(pair[2], number)]))
        elif entries:
            entries[-1].values.append(Const(line, number))
        goes_on = continues
    # What goes on in the next line is one text, without the ends of the lines.
    pairs: Pairs = [
        (
            Const(entry.key, entry.line),
            entry.values[0] if len(entry.values) == 1 else Format(tuple(entry.values), entry.line),
        )
        for entry in entries
    ]
    return Content(Dict(tuple(pairs), 1), tuple(comments))


_ENV_PAIR: Final = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*)$")


def read_env(text: str) -> Content:
    """Return the variables of ``.env`` and ``.Renviron``."""
    pairs: Pairs = []
    comments: list[Comment] = []
    hidden: list[Hidden] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#"):
            comments.append(Comment(line.strip("# \t"), number))
            continue
        pair = _ENV_PAIR.match(line)
        if pair is not None:
            pairs.append((Const(pair[1], number), Const(_env_value(pair[2]), number)))
        elif line.strip():
            hidden.append(Hidden("list_broken", number))
    return Content(Dict(tuple(pairs), 1), tuple(comments), tuple(hidden[:MAX_BROKEN]))


def _env_value(value: str) -> str:
    value = value.strip()
    if value[:1] in ("'", '"') and value.find(value[0], 1) > 0:
        return value[1 : value.find(value[0], 1)]
    return re.split(r"\s#", value, maxsplit=1)[0].rstrip()


_FIELD: Final = re.compile(r"([A-Za-z][\w@.\-]*)\s*:\s*(.*)$")


def read_dcf(text: str) -> Content:
    """Return the records of a Debian control file, in which R keeps settings."""
    records: list[list[_Entry]] = [[]]
    hidden: list[Hidden] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            if records[-1]:
                records.append([])
        elif line[0].isspace() and records[-1]:
            records[-1][-1].values.append(Const(line.strip(), number))
        else:
            pair = _FIELD.match(line)
            if pair is None:
                hidden.append(Hidden("list_broken", number))
            else:
                records[-1].append(_Entry(pair[1], number, [Const(pair[2].strip(), number)]))
    dicts: list[Expr] = [
        Dict(tuple(_pairs(record)), record[0].line) for record in records if record
    ]
    expr = None if not dicts else dicts[0] if len(dicts) == 1 else list_of(dicts, 1)
    return Content(expr, (), tuple(hidden[:MAX_BROKEN]))


MAX_LINES: Final = 2_000
_TOKEN: Final = re.compile(r"[^\s=<>(){};|\"']{1,128}")
_LETTER: Final = re.compile(r"[^\W\d_]")


def read_names(text: str) -> Content:
    r"""Return the lines of a text if each is one name; other text is no list.

    Examples
    --------
    >>> len(read_names("age\nincome\n").expr.items), read_names("Read me first.").expr
    (2, None)
    """
    names: list[Expr] = []
    comments: list[Comment] = []
    with_letters = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if number > MAX_LINES:
            return Content(None)
        if not line:
            continue
        if line.startswith("#"):
            comments.append(Comment(line.strip("# "), number))
            continue
        line = line.rstrip(",").strip("\"'")
        if not _TOKEN.fullmatch(line):
            return Content(None)
        with_letters += _LETTER.search(line) is not None
        names.append(Const(line, number))
    # A list of numbers holds keys of people or cases, no names of columns.
    if not names or with_letters * 2 < len(names):
        return Content(None)
    return Content(list_of(names, 1), tuple(comments))
