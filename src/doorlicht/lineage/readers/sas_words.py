"""SAS as words: comments, strings, data between the lines, and statements that end with ``;``.

The grammar packages for SAS know the language of DATA steps only in part (data set options, ``IF``
and most procedures come out as errors), while its words are simple. So they are cut here.

Source: *SAS 9.4 Language Reference: Concepts*, "Words in the SAS Language".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from doorlicht.records.code import Comment

HOLE: Final = "\ufffc"
"""Stands for a piece of text that is not known until the code runs."""


class Word(NamedTuple):
    """One word. ``kind``: ``name``, ``number``, ``text``, ``macro`` (``%x``), ``end`` or ``mark``.

    ``value`` is the content of a text without its quotes, and else the word as spelled;
    ``is_glued`` if nothing stands between it and the word before; ``file`` is filled if it is of
    another file than the one that is read (a macro that is defined there).
    """

    kind: str
    value: str
    line: int
    is_glued: bool = False
    quote: str = ""
    file: str = ""

    @property
    def low(self) -> str:
        """The word in lower case: names mean the same in any case."""
        return self.value.lower()


_WORD: Final = re.compile(
    r"""(?P<space>\s+)
    | (?P<comment>/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z))
    | (?P<text>'(?:[^']|'')*+'(?:dt|[dtnxb])?(?!\w) | "(?:[^"]|"")*+"(?:dt|[dtnxb])?(?!\w)
        | '(?:[^']|'')*+' | "(?:[^"]|"")*+")
    | (?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w&]) | \.\d+(?!\w))
    | (?P<macro>%[A-Za-z_]\w*)
    | (?P<name>(?:&+[A-Za-z_]\w*\.?|[\w\ufffc])+)
    | (?P<end>;)
    | (?P<mark>\*\*|\|\||!!|[\^~¬]=|<>|><|<=|>=|=:|.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_DATA_LINES: Final = frozenset(("datalines", "cards", "lines", "datalines4", "cards4", "parmcards"))


def words_of(text: str, line: int = 1) -> tuple[list[Word], list[Comment]]:
    """Return the words of a text, without its comments and the data between its lines.

    Examples
    --------
    >>> [word.value for word in words_of("* a note; set bron.people; /* b */ x='it''s';")[0]]
    ['set', 'bron', '.', 'people', ';', 'x', '=', "it's", ';']
    """
    words: list[Word] = []
    comments: list[Comment] = []
    at, is_glued = 0, False
    while at < len(text):
        begins = not words or words[-1].kind == "end"
        end = _end_of_comment(text, at) if begins else -1
        if end > 0:
            comments.append(Comment(text[at:end], line))
            line += text.count("\n", at, end)
            at, is_glued = end, False
            continue
        match = _WORD.match(text, at)
        if match is None:  # pragma: no cover (the last branch takes any letter)
            break
        kind, found = match.lastgroup or "mark", match.group(0)
        at = match.end()
        if kind == "comment":
            comments.append(Comment(found, line))
        elif kind == "text":
            quote = found[0]
            content, _, suffix = found[1:].rpartition(quote)
            content = content.replace(quote * 2, quote)
            if suffix.lower() == "n":
                words.append(Word("name", content, line, is_glued))
            else:
                words.append(Word("text", content, line, is_glued, quote))
        elif kind != "space":
            words.append(Word(kind, found, line, is_glued))
            if found == ";" and _starts_data(words):
                close = text.find(";;;;" if words[-2].low.endswith("4") else ";", at)
                close = len(text) if close < 0 else close
                line += text.count("\n", at, close)
                at = close
        is_glued = kind not in ("space", "comment")
        line += found.count("\n")
    return words, comments


def _end_of_comment(text: str, at: int) -> int:
    """Return where a comment ends that is a statement (``* ...;``), or -1 if there is none."""
    if text.startswith(("*", "%*"), at) or text[at : at + 8].lower() == "comment ":
        end = text.find(";", at)
        return len(text) if end < 0 else end + 1
    return -1


def _starts_data(words: Sequence[Word]) -> bool:
    return (
        len(words) > 1
        and words[-2].low in _DATA_LINES
        and (len(words) == 2 or words[-3].kind == "end")
    )


def spelled(words: Sequence[Word]) -> str:
    """Return words as one text, spaces where they stood.

    Examples
    --------
    >>> spelled(words_of("a.b  = 'c'")[0])
    "a.b = 'c'"
    """
    parts: list[str] = []
    for word in words:
        if parts and not word.is_glued:
            parts.append(" ")
        parts.append(f"{word.quote}{word.value}{word.quote}" if word.kind == "text" else word.value)
    return "".join(parts)


def statements_of(words: Sequence[Word]) -> list[list[Word]]:
    """Return the statements, without the ``;`` at their end and without empty ones."""
    found: list[list[Word]] = []
    statement: list[Word] = []
    for word in words:
        if word.kind == "end":
            if statement:
                found.append(statement)
            statement = []
        else:
            statement.append(word)
    if statement:
        found.append(statement)
    return found


def closing(words: Sequence[Word], start: int) -> int:
    """Return the index of the bracket that closes the one at ``start``, or the number of words."""
    depth = 0
    for at in range(start, len(words)):
        if words[at].kind != "mark":
            continue
        if words[at].value in "([{":
            depth += 1
        elif words[at].value in ")]}":
            depth -= 1
            if depth == 0:
                return at
    return len(words)
