"""Texts, numbers and names of R, and the kinds of its syntax tree.

Source: R Language Definition (4.4), section 10.3; help page *Quotes* (raw texts, escapes).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final, cast

from doorlicht.records import code

new: Final = cast("Callable[..., Any]", tuple.__new__)
"""Makes a named tuple at twice the speed of calling its class."""

_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
                   "\n": "\n"}  # fmt: skip
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|u\{([0-9a-fA-F]{1,4})\}"
    r"|U([0-9a-fA-F]{1,8})|U\{([0-9a-fA-F]{1,8})\}|([0-7]{1,3})|(.))",
    re.DOTALL,
)
_RAW: Final = re.compile(r"[rR][\"'](-*)[(\[{](.*)[)\]}]\1[\"']", re.DOTALL)
_SURROGATES: Final = range(0xD800, 0xE000)
_HIGHEST: Final = 0x10FFFF
_DIGITS: Final = 15


def plain_text(text: str) -> str:
    r"""Return a text literal of R as its text.

    Examples
    --------
    >>> plain_text(r"'C:\\data'"), plain_text('r"(a\\b)"'), plain_text('"\\u00e9"')
    ('C:\\data', 'a\\b', 'é')
    """
    if text[:1] in ("r", "R"):
        raw = _RAW.fullmatch(text)
        return text if raw is None else raw[2]
    quote = text[:1]
    if quote not in ('"', "'"):
        return text
    inner = text[1:-1] if len(text) > 1 and text[-1] == quote else text[1:]
    return _ESCAPE.sub(_unescaped, inner) if "\\" in inner else inner


def _unescaped(match: re.Match[str]) -> str:
    if match[7] is not None:
        return _ESCAPES.get(match[7], match[7])
    octal = match[6]
    digits = match[1] or match[2] or match[3] or match[4] or match[5] or "0"
    number = int(octal, 8) if octal is not None else int(digits, 16)
    # Half a pair, or what is no character at all, cannot be written anywhere.
    return "\ufffd" if number in _SURROGATES or number > _HIGHEST else chr(number)


def plain_name(text: str) -> str:
    """Return a name without the ticks around it.

    Examples
    --------
    >>> plain_name("`geb land`")
    'geb land'
    """
    return text[1:-1].replace("\\`", "`") if text[:1] == "`" and len(text) > 1 else text


def number_of(text: str) -> int | float | None:
    """Return a number of R; none for one that is infinite.

    Examples
    --------
    >>> number_of("1e5"), number_of("0x10L"), number_of(".5"), number_of("1e999")
    (100000, 16, 0.5, None)
    """
    bare = text.rstrip("Li")
    if len(bare) <= _DIGITS and bare.isdecimal():
        return int(bare)
    try:
        value = float.fromhex(bare) if bare[:2].lower() == "0x" else float(bare)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(value):
        return None
    return int(value) if "." not in bare and value.is_integer() else value


def as_statement(made: Any) -> code.Stmt:
    """Return what was translated, an expression or a statement, as a statement."""
    return made if type(made) in STATEMENTS else code.Do(made, made.line)


def as_expression(made: Any, depth: int = 0) -> code.Expr:
    """Return what was translated as an expression: in R every statement has a value."""
    if type(made) not in STATEMENTS:
        return made
    if isinstance(made, code.Do):
        return made.value
    if isinstance(made, code.If) and depth < MAX_CHOICES:
        yes = _simple(made.body, depth)
        no = _simple(made.orelse, depth)
        if yes is not None and (no is not None or not made.orelse):
            return code.Choice(made.test, yes, no, made.line)
    return code.Block((made,), made.line)


def _simple(body: tuple[code.Stmt, ...], depth: int) -> code.Expr | None:
    """Return the only expression of a branch, if it is no more than that."""
    if len(body) != 1:
        return None
    if isinstance(body[0], code.If):
        made = as_expression(body[0], depth + 1)
        return made if isinstance(made, code.Choice) else None
    return body[0].value if isinstance(body[0], code.Do) else None


def body_of(made: Any) -> tuple[code.Stmt, ...]:
    """Return the statements of a function, a branch or a loop."""
    return made.body if isinstance(made, code.Block) else (as_statement(made),)


MAX_CHOICES: Final = 20
"""Branches of ``if ... else if ...`` in one expression; further ones stay statements."""

STATEMENTS: Final = frozenset({
    code.Assign, code.Do, code.If, code.Loop, code.Function, code.Class, code.Return,
    code.Import, code.Delete, code.With,
})  # fmt: skip
