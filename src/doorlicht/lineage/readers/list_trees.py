"""YAML and JSON as nodes with exact lines, bounded in depth and size.

None of the usual parsers is used as it stands: they lose the lines, and they build what an alias
of YAML repeats. Here a parser only hands over events or tokens, and what is built is counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

import yaml

from doorlicht.records.code import Arg, Comment, Const, Dict, Expr, Hidden, Seq

MAX_DEPTH: Final = 60
"""Lists within lists; deeper ones are not written by people."""

MAX_PARSED_DEPTH: Final = 500
"""The parser of YAML takes time by the square of the depth, so it is stopped here."""

MAX_NODES: Final = 50_000
"""More than this is data, or an alias that was repeated to swamp the reader."""


class Content(NamedTuple):
    """What a file of names and settings holds; ``expr`` is ``None`` if it is data."""

    expr: Expr | None
    comments: tuple[Comment, ...] = ()
    hidden: tuple[Hidden, ...] = ()


class TooLargeError(Exception):
    """The file holds more than a list; ``by_alias`` if only repetition makes it large."""

    def __init__(self, line: int, *, by_alias: bool = False) -> None:
        super().__init__(line)
        self.line = line
        self.by_alias = by_alias


@dataclass(slots=True)
class _Open:
    is_map: bool
    line: int
    anchor: str | None
    parts: list[Expr] = field(default_factory=list[Expr])
    size: int = 1


class Builder:
    """Builds nested nodes from events, without recursion.

    In a map, keys and values are added in turn. What is deeper than :data:`MAX_DEPTH` is left
    out, and told in ``hidden``.
    """

    def __init__(self) -> None:
        self.done: list[Expr] = []
        self.hidden: list[Hidden] = []
        self._open: list[_Open] = []
        self._left_out = 0
        self._total = 0
        self._anchors: dict[str, tuple[Expr, int]] = {}

    @property
    def depth(self) -> int:
        """How many lists and maps are open."""
        return len(self._open) + self._left_out

    @property
    def wants_key(self) -> bool:
        """Whether the next node is a key of a map."""
        return bool(self._open) and self._open[-1].is_map and len(self._open[-1].parts) % 2 == 0

    @property
    def in_map(self) -> bool:
        """Whether the innermost open collection is a map."""
        return bool(self._open) and self._open[-1].is_map

    def open(self, line: int, *, is_map: bool, anchor: str | None = None) -> None:
        """Begin a list or map."""
        if self._left_out or len(self._open) >= MAX_DEPTH:
            if not self._left_out:
                self.hidden.append(Hidden("list_broken", line))
            self._left_out += 1
            return
        self._total += 1
        self._open.append(_Open(is_map, line, anchor))

    def add(self, node: Expr, anchor: str | None = None, size: int = 1) -> None:
        """Add a node to the innermost open collection, or to what is done."""
        if self._left_out:
            return
        self._total += size
        if self._total > MAX_NODES:
            raise TooLargeError(getattr(node, "line", 1), by_alias=size > 1)
        if anchor is not None:
            self._anchors[anchor] = (node, size)
        if self._open:
            self._open[-1].parts.append(node)
            self._open[-1].size += size
        else:
            self.done.append(node)

    def repeat(self, anchor: str, line: int) -> None:
        """Add what an alias stands for; one that stands for itself is nothing."""
        node, size = self._anchors.get(anchor, (Const(None, line), 1))
        self.add(node, size=size)

    def close(self) -> None:
        """End the innermost list or map."""
        if self._left_out:
            self._left_out -= 1
            if not self._left_out:
                self.add(Const(None, self._open[-1].line))
            return
        if not self._open:
            return
        ended = self._open.pop()
        self._total -= ended.size
        node = _map_of(ended) if ended.is_map else list_of(ended.parts, ended.line)
        self.add(node, ended.anchor, ended.size)

    def close_all(self) -> None:
        """End everything that is still open, for a file that breaks off."""
        while self.depth:
            self.close()

    def result(self, line: int = 1) -> Expr | None:
        """Return the one node, or a list of several."""
        self.close_all()
        if len(self.done) > 1:
            return list_of(self.done, line)
        return self.done[0] if self.done else None


def list_of(parts: list[Expr], line: int) -> Seq:
    return Seq(tuple(Arg(None, part) for part in parts), "list", line)


def _map_of(ended: _Open) -> Dict:
    parts = ended.parts
    if len(parts) % 2:
        parts = [*parts, Const(None, ended.line)]
    merged: list[tuple[Expr | None, Expr]] = []
    pairs: list[tuple[Expr | None, Expr]] = []
    for key, value in zip(parts[::2], parts[1::2], strict=True):
        if isinstance(key, Const) and key.value == "<<":
            spread = [arg.value for arg in value.items] if isinstance(value, Seq) else [value]
            merged.extend((None, each) for each in spread if isinstance(each, Dict))
        else:
            pairs.append((key if isinstance(key, Const) else Const("?", ended.line), value))
    # What is merged in gives way to what is written here.
    return Dict((*merged, *pairs), ended.line)


# ── YAML ────────────────────────────────────────────────────────────────────────────────────


# The stubs of yaml leave these without types.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_parse: Final[Any] = getattr(yaml, "parse")  # noqa: B009
_RESOLVER: Final[Any] = yaml.resolver.Resolver()
_YAML_TRUE: Final = frozenset({"true", "yes", "on"})
MAX_COMMENTED: Final = 2_000
"""Characters of a line in which a comment may begin."""

_YAML_COMMENT: Final = re.compile(r"(?:^|\s)#")


def read_yaml(text: str) -> Content:
    r"""Return YAML: several documents as a list, tags left off, aliases in their place.

    Examples
    --------
    >>> read_yaml("- a\n- b").expr.items[1].value
    Const(value='b', line=2)
    """
    builder = Builder()
    try:
        # Events carry nothing that could be made or called: a tag is only a text in them.
        for event in cast("Iterator[yaml.Event]", _parse(text, Loader=_LOADER)):
            _take_event(builder, event)
            if builder.depth > MAX_PARSED_DEPTH:
                break
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        builder.hidden.append(Hidden("list_broken", mark.line + 1 if mark is not None else 1))
    expr = builder.result()
    return Content(expr, yaml_comments(text), tuple(builder.hidden))


def _take_event(builder: Builder, event: yaml.Event) -> None:
    line = event.start_mark.line + 1
    if isinstance(event, yaml.ScalarEvent):
        builder.add(Const(_scalar(event), line), event.anchor)
    elif isinstance(event, yaml.AliasEvent):
        builder.repeat(event.anchor, line)
    elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
        builder.open(line, is_map=isinstance(event, yaml.MappingStartEvent), anchor=event.anchor)
    elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
        builder.close()


def _scalar(event: yaml.ScalarEvent) -> str | int | float | bool | None:
    value: str = event.value
    if not event.implicit[0]:
        return value
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False)).rpartition(":")[2]
    if tag == "null":
        return None
    if tag == "bool":
        return value.lower() in _YAML_TRUE
    if tag in ("int", "float"):
        number = number_of(value)
        return value if number is None else number
    return value


_NUMBER: Final = re.compile(
    r"[-+]?(?:\d[\d_]{0,17}(?:\.[\d_]{0,18})?|\.\d{1,18})(?:[eE][-+]?\d{1,3})?"
)


def number_of(text: str) -> int | float | None:
    """Return a number in its usual spelling; other spellings, and endless ones, are none.

    Examples
    --------
    >>> number_of("1_000"), number_of("0.5"), number_of("0x1F")
    (1000, 0.5, None)
    """
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return None


def yaml_comments(text: str) -> tuple[Comment, ...]:
    """Return comments behind ``#``, as far as they are not inside quotes."""
    found: list[Comment] = []
    for number, line in enumerate(text.split("\n"), 1):
        for match in _YAML_COMMENT.finditer(line[:MAX_COMMENTED]):
            before = line[: match.start()]
            if before.count('"') % 2 == 0 and before.count("'") % 2 == 0:
                found.append(Comment(line[match.end() :].strip(), number))
                break
    return tuple(found)


# ── JSON ────────────────────────────────────────────────────────────────────────────────────


_JSON_TOKEN: Final = re.compile(
    r'(?P<text>"[^"\\]*(?:\\.[^"\\]*)*")|(?P<sign>[{}\[\]:,])|(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|(?P<bare>[^\s{}\[\]:,"]+)|(?P<broken>")',
    re.DOTALL,
)
_JSON_WORDS: Final = {"true": True, "false": False, "null": None, "NaN": None}


def read_json(text: str) -> Content:
    """Return JSON, also with comments and trailing commas; lines of JSON are data.

    Examples
    --------
    >>> read_json('{"a": [1]} // why').comments
    (Comment(text='why', line=1),)
    """
    builder = Builder()
    comments: list[Comment] = []
    brackets: list[str] = []
    for kind, sign, line in _json_tokens(text):
        if kind == "comment":
            comments.append(Comment(sign.strip("/* \t\n"), line))
            continue
        if not builder.depth and builder.done and sign != ",":
            # A second value: one record a line.
            return Content(None)
        if sign in ("{", "["):
            brackets.append(sign)
            builder.open(line, is_map=sign == "{")
        elif sign in ("}", "]"):
            if not brackets or brackets.pop() != _OPENING[sign]:
                builder.hidden.append(Hidden("list_broken", line))
                break
            builder.close()
        elif kind == "broken":
            builder.hidden.append(Hidden("list_broken", line))
            break
        elif kind != "sign":
            builder.add(Const(json_value(kind, sign), line))
    if brackets and not builder.hidden:
        builder.hidden.append(Hidden("list_broken", text.count("\n") + 1))
    return Content(builder.result(), tuple(comments), tuple(builder.hidden))


_OPENING: Final = {"}": "{", "]": "["}


def _json_tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line, at = 1, 0
    for match in _JSON_TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        yield match.lastgroup or "", match.group(), line


def json_value(kind: str, text: str) -> str | int | float | bool | None:
    if kind == "text":
        try:
            return str(json.loads(text, strict=False))
        except ValueError:
            return text[1:-1]
    if text in _JSON_WORDS:
        return _JSON_WORDS[text]
    number = number_of(text)
    return text.strip("'") if number is None else number
