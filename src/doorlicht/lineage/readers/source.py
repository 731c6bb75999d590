"""Bytes of a file as text and as a syntax tree, within limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from tree_sitter import Node, Parser
from tree_sitter_language_pack import SupportedLanguage, get_parser

from doorlicht.records.code import Hidden

MAX_BYTES: Final = 8 * 1024 * 1024
"""Code that people write is smaller; what is larger was made by a program."""

MAX_DEPTH: Final = 150
"""Expressions within expressions; deeper ones become opaque."""

MAX_HIDDEN: Final = 1_000
"""Damaged places of a file that are looked for; of many, only the first are told one by one."""

_COOKIE: Final = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


@cache
def parser_of(language: SupportedLanguage) -> Parser:
    """Return the parser of a language, made once."""
    return get_parser(language)


def read_text(content: bytes) -> str:
    """Return code as text: by its mark or cookie, else UTF-8, else Windows-1252.

    Examples
    --------
    >>> read_text("naïef".encode("latin-1"))
    'naïef'
    """
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    ):  # fmt: skip
        if content.startswith(mark):
            return _clean(content.decode(name, "replace"))
    encoding = "utf-8"
    for line in content.split(b"\n", 2)[:2]:
        cookie = _COOKIE.match(line)
        # What ``unicode_escape`` takes for escapes are those of the code itself.
        if cookie is not None and b"escape" not in cookie[1]:
            encoding = cookie[1].decode("ascii", "replace")
    try:
        return _clean(content.decode(encoding))
    # LookupError: no such encoding, or one that is not of text.
    except (UnicodeError, LookupError):
        return _clean(content.decode("cp1252", "replace"))


def _clean(text: str) -> str:
    return text.replace("\x00", " ").replace("\r\n", "\n").replace("\r", "\n")


def damaged(root: Node) -> Iterator[Hidden]:
    """Yield one blind spot per damaged region of a tree, the outermost only."""
    if not root.has_error:
        return
    found = 0
    waiting = [root]
    lines: set[int] = set()
    while waiting and found < MAX_HIDDEN:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            line = node.start_point[0] + 1
            if line not in lines:
                lines.add(line)
                found += 1
                yield Hidden("syntax_error", line)
        elif node.has_error:
            waiting.extend(reversed(node.children))
