"""TOML as nodes with exact lines; the parser of Python keeps no lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from doorlicht.lineage.readers.list_trees import (
    MAX_DEPTH,
    MAX_NODES,
    Builder,
    Content,
    TooLargeError,
    json_value,
    list_of,
    number_of,
)
from doorlicht.records.code import Comment, Const, Dict, Expr, Hidden

_TOML_TOKEN: Final = re.compile(
    r'(?P<long>"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\')'
    r'|(?P<text>"[^"\\\n]*(?:\\.[^"\\\n]*)*"|\'[^\'\n]*\')|(?P<sign>[{}\[\]=,.\n])'
    r'|(?P<comment>\#[^\n]*)|(?P<bare>[^\s{}\[\]=,"\'#.]+(?:\.\d[^\s{}\[\]=,"\'#]*)?)'
    r'|(?P<broken>["\'])',
    re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


@dataclass(slots=True)
class _Table:
    line: int
    entries: dict[str, tuple[int, Expr | _Table | list[_Table]]]


def read_toml(text: str) -> Content:
    r"""Return TOML; what is no TOML is passed over line by line, and told.

    Examples
    --------
    >>> read_toml('[model]\nfeatures = ["a",\n"b"]').expr.pairs[0][0]
    Const(value='model', line=1)
    """
    tokens, comments = _toml_tokens(text)
    root = _Table(1, {})
    current = root
    hidden: list[Hidden] = []
    at = 0
    nodes = 0
    while at < len(tokens):
        if tokens[at].text == "\n":
            at += 1
            continue
        line = tokens[at].line
        if tokens[at].text == "[":
            is_many = at + 1 < len(tokens) and tokens[at + 1].text == "["
            path, at = _toml_path(tokens, at + 1 + is_many, "]")
            place = _toml_place(root, path, line, is_many=is_many)
            at += is_many
        else:
            path, at = _toml_path(tokens, at, "=")
            expr, at, size = _toml_value(tokens, at)
            nodes += size
            place = _toml_place(current, path[:-1], line) if path and expr is not None else None
            if place is not None and expr is not None:
                place.entries[path[-1]] = (line, expr)
                at, line = at, 0
        if nodes > MAX_NODES:
            raise TooLargeError(line)
        if place is None:
            hidden.append(Hidden("list_broken", line))
        elif line:
            current = place
        while at < len(tokens) and tokens[at].text != "\n":
            at += 1
    return Content(_toml_expr(root), tuple(comments), tuple(hidden[:20]))


def _toml_tokens(text: str) -> tuple[list[_Token], list[Comment]]:
    tokens: list[_Token] = []
    comments: list[Comment] = []
    line, at = 1, 0
    for match in _TOML_TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        kind = match.lastgroup or ""
        if kind == "comment":
            comments.append(Comment(match.group().lstrip("# "), line))
        else:
            tokens.append(_Token(kind, match.group(), line))
    return tokens, comments


def _toml_path(tokens: list[_Token], at: int, end: str) -> tuple[list[str], int]:
    """Return the parts of a key and the place behind ``end``; no parts if it does not end."""
    parts: list[str] = []
    while at < len(tokens) and tokens[at].text not in (end, "\n"):
        kind, text, _ = tokens[at]
        if kind == "text":
            parts.append(str(_toml_scalar(tokens[at])))
        elif kind == "bare":
            # A key such as 1.2 is read as one number.
            parts.extend(text.split("."))
        at += 1
    if at >= len(tokens) or tokens[at].text != end or len(parts) > MAX_DEPTH:
        return [], at
    return parts, at + 1


def _toml_place(
    root: _Table, path: list[str], line: int, *, is_many: bool = False
) -> _Table | None:
    """Return the table at a path, made where it is not there yet."""
    table = root
    for number, part in enumerate(path):
        is_last = number == len(path) - 1
        known = table.entries.get(part, (0, None))[1]
        if is_last and is_many:
            made = _Table(line, {})
            if not isinstance(known, list):
                known = []
                table.entries[part] = (line, known)
            known.append(made)
            table = made
        elif isinstance(known, list):
            table = known[-1]
        elif isinstance(known, _Table):
            table = known
        elif known is None:
            made = _Table(line, {})
            table.entries[part] = (line, made)
            table = made
        else:
            return None
    return table if path or not is_many else None


def _toml_value(tokens: list[_Token], at: int) -> tuple[Expr | None, int, int]:
    """Return a value, the place behind it, and how many nodes it has."""
    builder = Builder()
    size = 0
    while at < len(tokens):
        token = tokens[at]
        if (
            token.kind == "broken"
            or token.text == "."
            or (token.text == "\n" and not builder.depth)
        ):
            break
        at += 1
        if token.text in ("[", "{"):
            builder.open(token.line, is_map=token.text == "{")
        elif token.text in ("]", "}"):
            builder.close()
        elif token.kind in ("text", "long"):
            builder.add(Const(_toml_scalar(token), token.line))
        elif token.kind == "bare":
            value = token.text if builder.wants_key else _toml_scalar(token)
            builder.add(Const(value, token.line))
        size += 1
        if builder.done and not builder.depth:
            return (None if builder.hidden else builder.done[0]), at, size
    return None, at, size


def _toml_scalar(token: _Token) -> str | int | float | bool:
    kind, text, _ = token
    if kind == "long":
        return text[3:-3].removeprefix("\n")
    if kind == "text":
        return text[1:-1] if text[0] == "'" else str(json_value("text", text))
    if text in ("true", "false"):
        return text == "true"
    number = number_of(text)
    return text if number is None else number


def _toml_expr(table: _Table, depth: int = 0) -> Dict:
    pairs: list[tuple[Expr | None, Expr]] = []
    for name, (line, entry) in table.entries.items():
        if isinstance(entry, _Table):
            value: Expr = _toml_expr(entry, depth + 1)
        elif isinstance(entry, list):
            value = list_of([_toml_expr(each, depth + 1) for each in entry], line)
        else:
            value = entry
        pairs.append((Const(name, line), value))
    return Dict(tuple(pairs), table.line)
