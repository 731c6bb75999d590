"""Calls of R that mean something to the language itself: ``c``, ``library``, ``glue``, operators.

Source: R Language Definition (4.4); the manuals of glue, box, pacman and rlang for their own forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from doorlicht.records import code

Args = tuple[code.Arg, ...]

_PERCENT: Final = re.compile(
    r"%(?:(%)|(?:(\d+)\$)?[-+ #0]*(\*|\d+)?(?:\.(\*|\d*))?[sdifgGeEaAxXoc])"
)
_WORD: Final = re.compile(r"[A-Za-z.][\w.]*")
_UNQUOTED: Final = ("+", "-", "*", "/", "^", "==", "!=", "<", ">", "<=", ">=", "&", "|", "!", ":",
                    "&&", "||", "%in%", "%/%", "%%")  # fmt: skip


class Reads(Protocol):
    """Reads R that stands in a text."""

    def __call__(self, text: str, line: int) -> code.Expr:
        """Return the expression in a text."""
        ...


def make_call(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Expr | code.Stmt:
    """Return the node for a call; ``reads`` translates what stands in braces in a text."""
    if isinstance(func, code.Const) and isinstance(func.value, str):
        func = code.Name(func.value, func.line)
    if type(func) is code.Name:
        special = _SPECIAL.get(func.id)
    elif isinstance(func, code.Attr) and isinstance(func.base, code.Name):
        special = _OF_PACKAGES.get(func.name)
    else:
        special = None
    if special is not None:
        made = special(func, args, line, reads)
        if made is not None:
            return made
    return code.Call(func, args, line)


Special = Callable[[code.Expr, Args, int, Reads], "code.Expr | code.Stmt | None"]


def _vector(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Expr:
    del func, reads
    return code.Seq(
        tuple(arg for arg in args if not isinstance(arg.value, code.Missing)), "vector", line
    )


def _return(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Stmt:
    del func, reads
    return code.Return(args[0].value if args else None, line)


def _import(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Stmt | None:
    del func, reads
    given = {arg.name: arg.value for arg in args}
    package = next((given[name] for name in ("package", None) if name in given), None)
    if given.get("package") is None and args and args[0].name is None:
        package = args[0].value
    computed = given.get("character.only")
    if isinstance(package, code.Const) and isinstance(package.value, str):
        return code.Import(package.value, "*", None, 0, line)
    if isinstance(package, code.Name) and not (isinstance(computed, code.Const) and computed.value):
        return code.Import(package.id, "*", None, 0, line)
    return None


def _imports(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Expr | None:
    """``pacman::p_load(a, b)``: a package for each."""
    found = [
        _import(func, (arg,), arg.value.line, reads)
        for arg in args
        if arg.name is None and isinstance(arg.value, (code.Name, code.Const))
    ]
    made = tuple(each for each in found if each is not None)
    return code.Block(made, line) if made else None


def _box(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Expr | None:
    """``box::use(dplyr[filter, n], tools = ./lib/tools)``: packages, and scripts by their path."""
    del reads
    if not (isinstance(func, code.Attr) and isinstance(func.base, code.Name)):
        return None
    if func.base.id != "box":
        return None
    body: list[code.Stmt] = []
    for arg in args:
        value = arg.value
        names: Sequence[code.Expr] = ()
        if isinstance(value, code.Item):
            names, value = value.keys, value.base
        path = _spelled_path(value)
        at = value.line
        if path.startswith("."):
            script = code.Const(f"{path}.R", at)
            call = code.Call(code.Name("source", at), (code.Arg(None, script),), at)
            body.append(code.Do(call, at))
        named = [each.id for each in names if isinstance(each, code.Name) and each.id != "..."]
        if not named:
            body.append(code.Import(path, "*", arg.name, 0, at))
        body.extend(code.Import(path, name, None, 0, at) for name in named)
    return code.Block(tuple(body), line)


def _spelled_path(expr: code.Expr) -> str:
    parts: list[str] = []
    while isinstance(expr, code.Op) and expr.op == "/" and len(expr.operands) == 2:
        parts.append(_spelled_path(expr.operands[1]))
        expr = expr.operands[0]
    if isinstance(expr, code.Name):
        parts.append(expr.id)
    elif isinstance(expr, code.Const):
        parts.append(str(expr.value))
    return "/".join(reversed(parts))


def _remove(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Stmt | None:
    del func, reads
    targets: list[code.Expr] = []
    for arg in args:
        if arg.name == "list":
            return None
        if isinstance(arg.value, code.Const) and isinstance(arg.value.value, str):
            targets.append(code.Name(arg.value.value, arg.value.line))
        elif arg.name is None:
            targets.append(arg.value)
    return code.Delete(tuple(targets), line)


def _percent(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Expr | None:
    """``sprintf("%s_x", y)``: the text, with what stands in the places of ``%``."""
    del func, reads
    formats = [arg for arg in args if arg.name in ("fmt", None)]
    if not formats or not isinstance(formats[0].value, code.Const):
        return None
    pattern = formats[0].value.value
    if not isinstance(pattern, str):
        return None
    values = [arg.value for arg in args if arg is not formats[0]]
    parts = _Parts(formats[0].value.line)
    end = taken = 0
    for match in _PERCENT.finditer(pattern):
        parts.text(pattern[end : match.start()])
        end = match.end()
        if match[1]:
            parts.text("%")
            continue
        taken += (match[3] == "*") + (match[4] == "*")
        at = int(match[2]) - 1 if match[2] and len(match[2]) < 4 else taken
        taken += not match[2]
        if at >= len(values):
            return None
        parts.expr(values[at])
    parts.text(pattern[end:])
    return code.Format(parts.made(), line)


class _Parts:
    """Pieces of text and expressions that are put together."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.found: list[code.Expr] = []
        self.held = ""

    def text(self, text: str) -> None:
        self.held += text

    def expr(self, expr: code.Expr) -> None:
        self.flush()
        self.found.append(expr)

    def flush(self) -> None:
        if self.held:
            self.found.append(code.Const(self.held, self.line))
            self.line += self.held.count("\n")
            self.held = ""

    def made(self) -> tuple[code.Expr, ...]:
        self.flush()
        return tuple(self.found)


def _glue(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Expr | None:
    """``glue("a_{x}")``: the text, with the code in its braces read as R."""
    name = func.id if isinstance(func, code.Name) else getattr(func, "name", "")
    given = {arg.name: arg.value for arg in args if arg.name is not None}
    plain = [arg.value for arg in args if arg.name is None]
    data = given.get(".x")
    if name.endswith("_data") or name == "glue_data_sql":
        if data is None and plain:
            data = plain.pop(0)
        if data is None:
            return None
    if not any(isinstance(each, code.Const) for each in plain):
        return None
    start, end = ("${" if name == "str_interp" else "{"), "}"
    opening, closing = given.get(".open"), given.get(".close")
    if isinstance(opening, code.Const) and isinstance(closing, code.Const):
        start, end = str(opening.value) or start, str(closing.value) or end
    found: list[code.Expr] = []
    for each in plain:
        if isinstance(each, code.Const) and isinstance(each.value, str):
            found.extend(_filled(each.value, each.line, start, end, given, reads))
        else:
            found.append(each)
    made = code.Format(tuple(found), line)
    if data is None:
        return made
    return code.Call(code.Name("with", line), (code.Arg(None, data), code.Arg(None, made)), line)


def _filled(
    text: str, line: int, start: str, end: str, given: dict[str, code.Expr], reads: Reads
) -> tuple[code.Expr, ...]:
    parts = _Parts(line)
    at = 0
    while True:
        begin = text.find(start, at)
        if begin < 0:
            break
        parts.text(text[at:begin].replace(end * 2, end))
        inside = begin + len(start)
        if text.startswith(start, inside):
            parts.text(start)
            at = inside + len(start)
            continue
        close = _close_of(text, inside, start[-1:], end)
        if close < 0:
            at = begin
            break
        inner = text[inside:close].strip().removesuffix("*").strip()
        at_line = line + text.count("\n", 0, inside)
        if inner in given:
            parts.expr(given[inner])
        elif _WORD.fullmatch(inner):
            parts.expr(code.Name(inner, at_line))
        elif inner:
            parts.expr(reads(inner, at_line))
        parts.line = at_line
        at = close + len(end)
    parts.text(text[at:].replace(end * 2, end))
    return parts.made()


def _close_of(text: str, at: int, opens: str, closes: str) -> int:
    """Return where the code that begins at ``at`` ends; -1 if it does not."""
    if len(closes) > 1 or opens == closes:
        return text.find(closes, at)
    depth, quote = 1, ""
    for position in range(at, len(text)):
        letter = text[position]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'`":
            quote = letter
        elif letter == closes:
            depth -= 1
            if not depth:
                return position
        elif letter == opens:
            depth += 1
    return text.find(closes, at)


def _operator(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Expr | None:
    """```+`(x, y)``: the operator itself."""
    del reads
    if not isinstance(func, code.Name) or not args:
        return None
    if any(arg.name is not None or arg.spread for arg in args):
        return None
    return code.Op(func.id, tuple(arg.value for arg in args), line)


def _element(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Expr | None:
    """```[[`(x, "a")``, ``x %>% pluck("a", "b")``."""
    del reads
    name = func.id if isinstance(func, code.Name) else getattr(func, "name", "")
    if len(args) < 2 or args[0].name not in (None, ".x"):
        return None
    base, *rest = args
    keys = tuple(arg.value for arg in rest if arg.name is None)
    named = tuple(arg for arg in rest if arg.name is not None)
    if not keys:
        return None
    if name != "pluck":
        return code.Item(base.value, keys, line, name != "[", named)
    made = base.value
    for key in keys:
        made = code.Item(made, (key,), line, True)
    return made


def _field(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Expr | None:
    del func, line, reads
    if len(args) != 2:
        return None
    name = args[1].value
    if isinstance(name, code.Name):
        return code.Attr(args[0].value, name.id, name.line)
    if isinstance(name, code.Const) and isinstance(name.value, str):
        return code.Attr(args[0].value, name.value, name.line)
    return None


def _assign(func: code.Expr, args: Args, line: int, reads: Reads) -> code.Stmt | None:
    del reads
    if len(args) != 2 or not isinstance(func, code.Name):
        return None
    return code.Assign((args[0].value,), args[1].value, line, func.id == "<<-")


_OF_PACKAGES: Final[dict[str, Special]] = {
    "library": _import, "require": _import, "requireNamespace": _import,
    "loadNamespace": _import, "attachNamespace": _import, "p_load": _imports, "use": _box,
    "rm": _remove, "sprintf": _percent, "gettextf": _percent,
    "glue": _glue, "str_glue": _glue, "glue_sql": _glue, "glue_data": _glue,
    "str_glue_data": _glue, "glue_data_sql": _glue, "str_interp": _glue,
    "extract2": _element, "getElement": _element, "pluck": _element,
}  # fmt: skip
_SPECIAL: Final[dict[str, Special]] = {
    **_OF_PACKAGES,
    "c": _vector, "return": _return, "[[": _element, "[": _element, "$": _field, "@": _field,
    "<-": _assign, "<<-": _assign, "=": _assign,
    **dict.fromkeys(_UNQUOTED, _operator),
}  # fmt: skip
