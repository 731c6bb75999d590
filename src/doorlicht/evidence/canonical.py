"""How the register stores small structures, and how entries of form 1 were written: as ASCII.

Keys are sorted, there is no space, all but ASCII is escaped, and numbers are written as Python
writes them (the shortest text that reads back as the same number). Not-a-number and infinity are
refused: they have no JSON form.

Source: RFC 8785 (JSON Canonicalization Scheme) for the idea and the order; the escapes differ,
because names of files and columns may hold what UTF-8 cannot encode. What others should be able
to hash is written by :mod:`doorlicht.evidence.jcs`.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
)


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
    return _ENCODER.encode(content)


def content_hash(content: object) -> str:
    """Return the SHA-256 of the canonical form, as 64 hexadecimal digits.

    Examples
    --------
    >>> content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(canonical_json(content).encode("ascii")).hexdigest()
