"""The text of a field without its HTML: what is counted, and what is compared.

Tags are recognised by their form alone, so that ``a < b`` stays as it is, and ``<x:y>`` is a tag
as for any reader of HTML. What is not closed stays text: so nothing counts for too little. An
entity such as ``&eacute;`` is one letter. A text is gone through once, however it is nested.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_TAG: Final = re.compile(r"</?([A-Za-z][^\s/<>]*)(?:[\s/][^<>]*)?>")
_OTHER: Final = re.compile(r"<[!?][^<>]*>")
_UNSEEN: Final = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
"""Elements of which the text is not shown, and how they end."""

_BREAKS: Final = frozenset({"br", "p", "div", "li", "ul", "ol", "tr", "td", "h1", "h2", "h3", "h4"})


def plain_text(text: str) -> str:
    """Return a text without its HTML.

    Examples
    --------
    >>> plain_text("<p>Idee&euml;n: a < b</p>")
    'Ideeën: a < b'
    """
    return "".join(pieces(text))


def pieces(text: str) -> list[str]:
    """Return the texts between the tags, without those that are empty.

    Examples
    --------
    >>> pieces("<p>een</p><p>tien</p>")
    ['een', 'tien']
    """
    return [html.unescape(one.text) for one in _parts(text) if one.text]


def readable(text: str) -> str:
    r"""Return a text without its HTML, with a new line where the page has one.

    Examples
    --------
    >>> readable("<p>een</p><p>t<b>ien</b></p>")
    'een\ntien'
    """
    seen = html.unescape("".join("\n" if one.tag in _BREAKS else one.text for one in _parts(text)))
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in seen.split("\n")]
    return "\n".join(line for line in lines if line)


def tags_in(text: str) -> list[str]:
    """Return the names of the tags in a text, each once.

    Examples
    --------
    >>> tags_in("<p>een<br/></p><A href='x'>b</A>")
    ['p', 'br', 'a']
    """
    return list(dict.fromkeys(one.tag for one in _parts(text) if one.tag))


def length_in_register(text: str) -> int:
    """Return the length as the register counts it, with a space at each tag between texts.

    Source: the open code of the register (``backend/app/util/html.py``), which no schema tells.

    Examples
    --------
    >>> length_in_register("<p>een</p><p>tien</p>"), len(plain_text("<p>een</p><p>tien</p>"))
    (8, 7)
    """
    return len(" ".join(pieces(text)))


class _Part(NamedTuple):
    """A text between tags, or a tag by its name; of comments neither."""

    text: str = ""
    tag: str = ""


def _parts(text: str) -> Iterator[_Part]:
    begin = at = 0
    unclosed: set[str] = set()
    while (at := text.find("<", at)) >= 0:
        tag, end = _mark_at(text, at, unclosed)
        if end == at:
            at += 1
            continue
        yield _Part(text[begin:at])
        yield _Part(tag=tag)
        begin = at = end
        if tag in _UNSEEN and tag not in unclosed:
            closing = _UNSEEN[tag].search(text, at)
            if closing is None:
                # Searched for once: what follows has no end of it either.
                unclosed.add(tag)
            else:
                begin = at = closing.end()
    yield _Part(text[begin:])


def _mark_at(text: str, at: int, unclosed: set[str]) -> tuple[str, int]:
    """Return the name of the tag that begins here and where it ends; the same place if none."""
    if text.startswith("<!--", at):
        end = -1 if "<!--" in unclosed else text.find("-->", at + 4)
        if end < 0:
            unclosed.add("<!--")
            return "", at
        return "", end + 3
    found = _TAG.match(text, at)
    if found is not None:
        return found[1].lower(), found.end()
    found = _OTHER.match(text, at)
    return "", at if found is None else found.end()
