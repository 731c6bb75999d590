"""Literal texts and numbers of Python, and texts that are filled in with ``%`` or ``format``.

Source: the Python language reference, 2.4.1 (escapes), and the library reference, *printf-style
string formatting* and *format string syntax*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from string import Formatter
from typing import Final, cast

from doorlicht.records import code

_ESCAPE: Final = re.compile(
    r"\\(?:(\r\n|\n|\r)|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})"
    r"|N\{([^}]*)\}|(.))",
    re.DOTALL,
)
_SHORT: Final = {
    "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
    "\\": "\\", "'": "'", '"': '"',
}  # fmt: skip
_SURROGATES: Final = range(0xD800, 0xE000)
_MAX_CODE: Final = 0x10FFFF
_PERCENT: Final = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?[-+ #0]*(?P<width>\*|\d+)?(?:\.(?P<digits>\*|\d+))?[hlL]?"
    r"(?P<kind>[diouxXeEfFgGcrsab%])"
)


def _unescape(match: re.Match[str]) -> str:
    newline, octal, two, four, eight, name, other = match.groups()
    if newline:
        return ""
    if octal:
        return chr(int(octal, 8))
    if two or four or eight:
        number = int(two or four or eight, 16)
        return "\ufffd" if number > _MAX_CODE or number in _SURROGATES else chr(number)
    if name is not None:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            return match.group()
    return _SHORT.get(other, match.group())


def unescape(text: str) -> str:
    r"""Return a text with its escapes carried out; half characters become U+FFFD.

    Examples
    --------
    >>> unescape(r"a\x62\q")
    'ab\\q'
    """
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def number_of(text: str) -> int | float | None:
    """Return a number as it is written in Python 2 or 3; ``None`` if it is too long to be one.

    The imaginary part of a complex number counts as a number.

    Examples
    --------
    >>> number_of("0777"), number_of("1_0L"), number_of("2.5j")
    (511, 10, 2.5)
    """
    bare = text.replace("_", "").rstrip("jJlL")
    try:
        return int(bare, 0)
    except ValueError:
        pass  # Not a whole number as Python 3 writes it.
    try:
        return int(bare, 8) if bare.isdigit() and bare.startswith("0") else float(bare)
    except ValueError:
        return None


def split_percent(text: str) -> list[str | tuple[str | None, int]] | None:
    """Split the left side of ``text % values`` in texts and (key, or ``None``; number of values).

    ``None`` if the text is not of that form.

    Examples
    --------
    >>> split_percent("%s_x%%")
    [(None, 1), '_x%']
    >>> split_percent("%(naam)s")
    [('naam', 1)]
    """
    parts: list[str | tuple[str | None, int]] = []
    at = 0
    plain = ""
    for match in _PERCENT.finditer(text):
        plain += text[at : match.start()]
        at = match.end()
        if match["kind"] == "%":
            plain += "%"
            continue
        if plain:
            parts.append(plain)
        plain = ""
        stars = (match["width"] == "*") + (match["digits"] == "*")
        parts.append((match["key"], 1 + stars))
    plain += text[at:]
    if plain:
        parts.append(plain)
    return parts if any(not isinstance(part, str) for part in parts) else None


def split_format(text: str) -> list[str | tuple[str, int]] | None:
    """Split a text for ``.format`` in texts and (field, its number among the unnamed or -1).

    ``None`` if the text is broken, or has fields within fields.

    Examples
    --------
    >>> split_format("{}_{naam:>3}_{1}")
    [('', 0), '_', ('naam', -1), '_', ('1', -1)]
    """
    parts: list[str | tuple[str, int]] = []
    unnamed = 0
    try:
        for plain, field, spec, _ in Formatter().parse(text):
            if plain:
                parts.append(plain)
            if field is None:
                continue
            if spec and "{" in spec:
                return None
            parts.append((field, -1 if field else unnamed))
            unnamed += not field
    except ValueError:
        return None
    return parts


def join_parts(parts: Sequence[code.Expr], line: int) -> code.Const | code.Format:
    """Return parts of a text as one; texts on the same line grow together."""
    joined: list[code.Expr] = []
    for part in parts:
        last = joined[-1] if joined else None
        if (
            isinstance(part, code.Const)
            and isinstance(last, code.Const)
            and (last.line == part.line or not part.value)
        ):
            joined[-1] = code.Const(f"{last.value}{part.value}", last.line)
        else:
            joined.append(part)
    if not joined:
        return code.Const("", line)
    if len(joined) == 1 and isinstance(joined[0], code.Const):
        return joined[0]
    return code.Format(tuple(joined), line)


def fill_format(text: code.Const, args: tuple[code.Arg, ...]) -> code.Expr | None:
    """Return ``"{}".format(x)`` in its parts; ``None`` if it is not clear which goes where."""
    if not isinstance(text.value, str) or any(arg.spread for arg in args):
        return None
    pieces = split_format(text.value)
    if pieces is None:
        return None
    unnamed = [arg.value for arg in args if arg.name is None]
    named = {arg.name: arg.value for arg in args if arg.name is not None}
    parts: list[code.Expr] = []
    for piece in pieces:
        if isinstance(piece, str):
            parts.append(code.Const(piece, text.line))
            continue
        field, number = piece
        name = field.split(".")[0].split("[")[0]
        if number < 0 and name.isdecimal():
            number = int(name)
        value = named.get(name) if number < 0 else (unnamed[number : number + 1] or [None])[0]
        if value is None:
            return None
        # ``{x.name}`` and ``{x[0]}`` show a part of the value.
        parts.append(value if name == field or not field else code.Opaque((value,), text.line))
    return join_parts(parts, text.line)


def fill_percent(text: code.Expr, values: code.Expr) -> code.Expr | None:
    """Return ``"%s" % x`` in its parts; ``None`` if the left side is not such a text."""
    if isinstance(text, code.Const) and isinstance(text.value, str):
        pieces: tuple[code.Expr, ...] = (text,)
    elif isinstance(text, code.Format) and all(isinstance(p, code.Const) for p in text.parts):
        pieces = text.parts
    else:
        return None
    given = list(values.items) if isinstance(values, code.Seq) and values.kind == "tuple" else None
    keyed = (
        {key.value: value for key, value in values.pairs if isinstance(key, code.Const)}
        if isinstance(values, code.Dict)
        else {}
    )
    parts: list[code.Expr] = []
    taken = 0
    is_filled = False
    for piece in pieces:
        plain = cast("code.Const", piece)
        split = split_percent(str(plain.value))
        if split is None:
            parts.append(plain)
            continue
        is_filled = True
        for part in split:
            if isinstance(part, str):
                parts.append(code.Const(part, plain.line))
                continue
            key, count = part
            if key is not None:
                item = code.Item(values, (code.Const(key, plain.line),), values.line)
                parts.append(keyed.get(key, item))
                continue
            taken += count
            if given is None:
                parts.append(values)
            elif taken <= len(given):
                value = given[taken - 1]
                parts.append(
                    code.Opaque((value.value,), plain.line) if value.spread else value.value
                )
            else:
                parts.append(code.Opaque((values,), plain.line))
    return code.Format(tuple(parts), text.line) if is_filled else None
