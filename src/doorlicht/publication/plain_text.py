"""The text of a field without its HTML: what is counted, and what is compared.

Tags are recognised by their form alone, so that ``a < b`` stays as it is. An entity such as
``&eacute;`` is one letter.
"""

from __future__ import annotations

import html
import re
from typing import Final

_TAG: Final = re.compile(r"<!--.*?-->|</?([A-Za-z][A-Za-z0-9-]*)(?:[\s/][^<>]*)?>", re.DOTALL)
_UNSEEN: Final = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
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
    seen = _TAG.sub("\x00", _UNSEEN.sub("\x00", text))
    return [html.unescape(one) for one in seen.split("\x00") if one]


def readable(text: str) -> str:
    r"""Return a text without its HTML, with a new line where the page has one.

    Examples
    --------
    >>> readable("<p>een</p><p>t<b>ien</b></p>")
    'een\ntien'
    """

    def broken(found: re.Match[str]) -> str:
        return "\n" if (found[1] or "").lower() in _BREAKS else ""

    seen = html.unescape(_TAG.sub(broken, _UNSEEN.sub("", text)))
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in seen.split("\n")]
    return "\n".join(line for line in lines if line)


def tags_in(text: str) -> list[str]:
    """Return the names of the tags in a text, each once.

    Examples
    --------
    >>> tags_in("<p>een<br/></p><A href='x'>b</A>")
    ['p', 'br', 'a']
    """
    found = [(one[1] or "").lower() for one in _TAG.finditer(text)]
    return list(dict.fromkeys(name for name in found if name))


def length_in_register(text: str) -> int:
    """Return the length as the register counts it, with a space at each tag between texts.

    Source: the open code of the register (``backend/app/util/html.py``), which no schema tells.

    Examples
    --------
    >>> length_in_register("<p>een</p><p>tien</p>"), len(plain_text("<p>een</p><p>tien</p>"))
    (8, 7)
    """
    return len(" ".join(pieces(text)))
