"""One way to write a record down as bytes, so that the same record always has the same hash.

Keys are sorted, there is no space, all but ASCII is escaped, and numbers are written as Python
writes them (the shortest text that reads back as the same number). Not-a-number and infinity are
refused: they have no JSON form.

Source: RFC 8785 (JSON Canonicalization Scheme) for the idea and the order; the escapes differ,
because names of files and columns may hold what UTF-8 cannot encode.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from typing import Final, cast

_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
)


@dataclass(frozen=True, slots=True)
class Canonical:
    """Something that was written down before, in its one canonical form.

    It may stand for the whole of a content, or for a value in the outermost dictionary: what is
    kept and goes into a hash too is then written down once.
    """

    text: str


def canonical_list(parts: Iterable[object]) -> Canonical:
    """Return a list in its canonical form; some of its elements may have theirs already.

    Examples
    --------
    >>> canonical_list([1, Canonical('{"a":2}')]).text
    '[1,{"a":2}]'
    """
    return Canonical(f"[{','.join(map(canonical_json, parts))}]")


def canonical_json(content: object) -> str:
    """Return the content as JSON in its one canonical form, in ASCII.

    Raises
    ------
    TypeError, ValueError
        If the content has something that JSON has no form for.

    Examples
    --------
    >>> canonical_json({"b": 1, "a": [True, None, 0.5]})
    '{"a":[true,null,0.5],"b":1}'
    """
    if isinstance(content, str):
        return encode_basestring_ascii(content)
    if isinstance(content, Canonical):
        return content.text
    if isinstance(content, dict):
        given = cast("dict[str, object]", content)
        if Canonical in map(type, given.values()):
            inside = (
                f"{_ENCODER.encode(key)}:{canonical_json(given[key])}" for key in sorted(given)
            )
            return f"{{{','.join(inside)}}}"
    return _ENCODER.encode(content)


def content_hash(content: object) -> str:
    """Return the SHA-256 of the canonical form, as 64 hexadecimal digits.

    Examples
    --------
    >>> content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(canonical_json(content).encode("ascii")).hexdigest()
