"""JSON in the canonical form that every language can make: the JSON Canonicalization Scheme.

Names of members stand in the order of their UTF-16 code units, numbers as ECMAScript writes them,
and nothing is escaped that need not be. The bytes are UTF-8.

What the scheme has no form for is refused and not mended: half surrogates (see
:func:`as_i_json`), not-a-number and infinity, and whole numbers beyond 2**53 - 1, which other
languages would round.

Source: RFC 8785; RFC 7493 (I-JSON) for what is refused; ECMA-262, section 6.1.6.1.20, for numbers.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Final, cast

_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
_LARGEST: Final = 2**53 - 1

_BEHIND_SURROGATES: Final = re.compile("[\ud800-\U0010ffff]")
_EXPONENT: Final = re.compile("[0-9]e[-+]")
_LONG_NUMBER: Final = re.compile(r"[:,\[]-?[0-9]{16}")

ESCAPED: Final = "\ue000"
"""Opens a text that had to be escaped. It is a private-use character, which no name should hold;
one that does is escaped too.
"""


def jcs(content: object) -> bytes:
    r"""Return the content as canonical JSON.

    Parameters
    ----------
    content
        Dictionaries with text as keys, lists, tuples, text, numbers, booleans and ``None``.

    Raises
    ------
    TypeError, ValueError
        If the content has something that the scheme has no form for.

    Examples
    --------
    >>> jcs({"b": 1e21, "a": [0.5, 2.0, "\u20ac"]}).decode()
    '{"a":[0.5,2,"€"],"b":1e+21}'
    """
    text = _ENCODER.encode(content)
    if _may_differ(text):
        parts: list[str] = []
        _write(content, parts)
        text = "".join(parts)
    return text.encode("utf-8")


def jcs_sha256(content: object) -> str:
    """Return the SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(jcs(content)).hexdigest()


def escape_surrogates(text: str) -> str:
    r"""Return a text that UTF-8 can hold; a name of a file may have bytes that are no text.

    Such a text is opened by :data:`ESCAPED` and goes on as JSON in ASCII.

    Examples
    --------
    >>> escape_surrogates("x\udce9.csv").startswith(ESCAPED), escape_surrogates("land")
    (True, 'land')
    """
    if text.isascii() or not _needs_escape(text):
        return text
    return ESCAPED + json.dumps(text)


def unescape(text: str) -> str:
    r"""Return a text as it was before :func:`escape_surrogates`.

    Examples
    --------
    >>> unescape(escape_surrogates("x\udce9.csv")) == "x\udce9.csv", unescape("land")
    (True, 'land')
    """
    return str(json.loads(text[len(ESCAPED) :])) if text.startswith(ESCAPED) else text


def as_i_json(content: object) -> object:
    """Return the content as every language can read it, so that it has a canonical form.

    A text with half surrogates is escaped, and a whole number beyond 2**53 - 1 becomes text.

    Examples
    --------
    >>> as_i_json({"bytes": 2**60, "rows": 3})
    {'bytes': '1152921504606846976', 'rows': 3}
    """
    if isinstance(content, str):
        return escape_surrogates(content)
    if isinstance(content, int) and abs(content) > _LARGEST:
        return str(content)
    if isinstance(content, Mapping):
        given = cast("Mapping[str, object]", content)
        return {escape_surrogates(key): as_i_json(given[key]) for key in given}
    if isinstance(content, list | tuple):
        return [as_i_json(one) for one in cast("list[object]", content)]
    return content


def _may_differ(text: str) -> bool:
    """Whether Python's compiled encoder may have written something otherwise than the RFC says.

    That can be so for a name with characters behind the surrogates (their order), a whole number
    as a fraction (2.0), an exponent, and a large whole number. A text that merely looks like one
    of these is written again, to the same bytes.
    """
    if not text.isascii() and _BEHIND_SURROGATES.search(text):
        return True
    if ".0," in text or ".0]" in text or ".0}" in text or text.endswith(".0"):
        return True
    if ("e-" in text or "e+" in text) and _EXPONENT.search(text):
        return True
    return len(text) > 15 and bool(_LONG_NUMBER.search(text) or text[:16].lstrip("-").isdigit())


def _needs_escape(text: str) -> bool:
    return text.startswith(ESCAPED) or any("\ud800" <= letter <= "\udfff" for letter in text)


def _write(content: object, parts: list[str]) -> None:
    if isinstance(content, str):
        parts.append(encode_basestring(content))
    elif content is None or isinstance(content, bool):
        parts.append(_ENCODER.encode(content))
    elif isinstance(content, int):
        if abs(content) > _LARGEST:
            raise ValueError("a whole number beyond 2**53 has no canonical form in JSON")
        parts.append(str(content))
    elif isinstance(content, float):
        parts.append(_number(content))
    elif isinstance(content, Mapping):
        _write_members(cast("Mapping[object, object]", content), parts)
    elif isinstance(content, list | tuple):
        opening = "["
        for one in cast("list[object]", content):
            parts.append(opening)
            _write(one, parts)
            opening = ","
        parts.append("]" if opening == "," else "[]")
    else:
        raise TypeError(f"JSON has no form for a {type(content).__name__}")


def _write_members(content: Mapping[object, object], parts: list[str]) -> None:
    if not all(isinstance(name, str) for name in content):
        raise TypeError("a member of JSON has text as its name")
    names = sorted(cast("Mapping[str, object]", content), key=_utf_16)
    opening = "{"
    for name in names:
        parts.append(f"{opening}{encode_basestring(name)}:")
        _write(content[name], parts)
        opening = ","
    parts.append("}" if names else "{}")


def _utf_16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _number(number: float) -> str:
    """Return a number as ECMAScript writes it; Python finds the same digits, and places them."""
    if not math.isfinite(number):
        raise ValueError("JSON has no form for a number that is not finite")
    if number == 0:
        return "0"
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The value is 0.digits times ten to this power.
    power = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return ("-" if number < 0 else "") + _placed(digits, power)


def _placed(digits: str, power: int) -> str:
    count = len(digits)
    if count <= power <= 21:
        return digits + "0" * (power - count)
    if 0 < power <= 21:
        return f"{digits[:power]}.{digits[power:]}"
    if -6 < power <= 0:
        return f"0.{'0' * -power}{digits}"
    rest = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{rest}e{power - 1:+d}"
