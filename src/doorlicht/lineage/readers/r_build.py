"""What each kind of node of R becomes, once its parts are built.

Assignments, ``if`` and loops have a value in R: what is built is the statement, and
``as_expression`` makes an expression of it where one is needed. Parts that do not have the form of
whole code are kept by :func:`odd`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from doorlicht.lineage.readers.r_calls import make_call
from doorlicht.lineage.readers.r_kinds import (
    BINARY,
    COMMA,
    ERROR,
    SUBSET2,
    Beside,
    Comma,
    Frame,
    Wide,
    named,
)
from doorlicht.lineage.readers.r_literals import as_expression, body_of, new
from doorlicht.lineage.readers.r_pipes import Flow, Step
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.readers.r_tree import Translation

MAX_SPINE: Final = 50
"""Operators on the left of each other (``a + b + c``) that are nested; longer ones are flat."""

MAX_BRANCHES: Final = 30
"""Branches of one ``if ... else if ...`` that are nested."""

Builder = Callable[["Translation", Frame, list[Any]], Any]

_ASSIGNS: Final = frozenset({"<-", "=", "<<-", "%<-%"})
_ASSIGNS_RIGHT: Final = frozenset({"->", "->>", "%->%"})
_NOT_WIDE: Final = frozenset({"~", ":=", *_ASSIGNS, *_ASSIGNS_RIGHT})
_FLAT: Final = frozenset({"+", "|", "||", "&", "&&"})
_PAIR, _TRIPLE = 2, 3
_PLAIN: Final = frozenset({code.Const, code.Call, code.Attr, code.Item, code.Seq, code.Formula})


def odd(t: Translation, frame: Frame, out: list[Any]) -> code.Expr:
    """Keep what is whole in something damaged."""
    for each in out:
        if isinstance(each, Step):
            t.step = each.outer
            each.frame = None
    parts: list[Any] = []
    for each in out:
        if isinstance(each, list):
            inner = cast("list[Any]", each)
            parts.extend(one for one in inner if not isinstance(one, code.Param))
        elif isinstance(each, (Wide, Flow)):
            parts.append(each.made())
        elif isinstance(each, Step):
            parts.append(each.op or "~")
        elif not isinstance(each, (Comma, code.Param)):
            parts.append(each)
    body: list[code.Stmt] = []
    at = 0
    while at < len(parts):
        each, (op, after) = parts[at], (*parts[at + 1 : at + 3], None, None)[:2]
        if isinstance(each, str):
            at += 1
        elif op in ("<-", "=", "<<-") and after is not None and not isinstance(after, str):
            body.append(_assigned(each, after, op, frame.line))
            at += 3
        else:
            body.extend(t.statements([each]))
            at += 1
    return code.Block(tuple(body), frame.line)


# ── operators ───────────────────────────────────────────────────────────────────────────────


def _binary(t: Translation, frame: Frame, out: list[Any]) -> Any:
    if len(out) != _TRIPLE:
        return odd(t, frame, out)
    left, op, right = out
    if isinstance(op, Step):
        t.step = op.outer
        op.frame = None
        if op.op:
            return op.take(right, t.reads)
        op = "~"
    if not isinstance(op, str):
        return odd(t, frame, out)
    if frame.spine > MAX_SPINE or (isinstance(left, Wide) and op not in _NOT_WIDE):
        row = (
            left if isinstance(left, Wide) else Wide(op, as_expression(_finished(left)), frame.line)
        )
        row.add(op, as_expression(right))
        return row
    left = _finished(left)
    if op in _ASSIGNS:
        return _assigned(left, right, op, frame.line)
    if op in _ASSIGNS_RIGHT:
        return _assigned(right, left, op, frame.line)
    left, right = as_expression(left), as_expression(right)
    if op == "~":
        return code.Formula(left, right, frame.line)
    if op in _FLAT and isinstance(left, code.Op) and left.op == op and len(left.operands) > 1:
        return code.Op(op, (*left.operands, right), frame.line)
    return code.Op(op, (left, right), frame.line)


def _finished(made: Any) -> Any:
    return made.made() if isinstance(made, (Wide, Flow)) else made


def _unary(t: Translation, frame: Frame, out: list[Any]) -> Any:
    if len(out) != _PAIR or not isinstance(out[0], (str, Step)):
        return odd(t, frame, out)
    op, line = out[0], frame.line
    inner = as_expression(out[1])
    if isinstance(op, Step):
        t.step = op.outer
        op.frame = None
        return code.Formula(None, inner, line)
    if op == "?":
        return code.Opaque((inner,), line)
    if op == "!" and t.text.startswith("!!", frame.start):
        # ``!!x`` and ``!!!x`` of rlang put the value of x in this place.
        if isinstance(inner, code.Op) and inner.op == "!":
            unquoted = (code.Arg(None, inner.operands[0]),)
            return code.Call(code.Name("@unquote", line), unquoted, line)
        if isinstance(inner, code.Call) and _label(inner.func) == "@unquote":
            return code.Op("!!!", (inner.args[0].value,), line)
    return code.Op(op, (inner,), line)


def _label(made: Any) -> str:
    if isinstance(made, code.Name):
        return made.id
    return str(made.value) if isinstance(made, code.Const) else ""


def _target(made: Any) -> code.Expr:
    target = as_expression(made)
    if isinstance(target, code.Const):
        if isinstance(target.value, bool):
            return code.Name("T" if target.value else "F", target.line)
        if isinstance(target.value, str):
            return code.Name(target.value, target.line)
    return target


def _assigned(left: Any, right: Any, op: str, line: int) -> code.Assign:
    is_global = op in ("<<-", "->>")
    first: tuple[code.Expr, ...]
    if isinstance(left, code.Assign):
        # The grammar takes ``a = b <- 3`` for ``(a = b) <- 3``.
        first = (*left.targets, _target(left.value))
    else:
        first = (_target(left),)
        line = first[0].line or line
    if isinstance(right, code.Assign) and right.is_global == is_global:
        return code.Assign((*first, *right.targets), right.value, line, is_global)
    return code.Assign(first, as_expression(right), line, is_global)


# ── calls and brackets ──────────────────────────────────────────────────────────────────────


def _call(t: Translation, frame: Frame, out: list[Any]) -> Any:
    if not out or out[0] is COMMA:
        return odd(t, frame, out)
    func = as_expression(out[0])
    line = func.line if isinstance(func, (code.Name, code.Attr)) else frame.line
    return make_call(func, _arguments(t, frame, out, 1), line, t.reads)


def _subset(t: Translation, frame: Frame, out: list[Any]) -> code.Expr:
    if not out or out[0] is COMMA:
        return odd(t, frame, out)
    args = _arguments(t, frame, out, 1)
    if out[-1] is COMMA:
        # Between brackets nothing after the comma means all columns.
        args = (*args, code.Arg(None, code.Missing(frame.line)))
    keys = tuple(arg.value for arg in args if arg.name is None)
    named_keys = tuple(arg for arg in args if arg.name is not None)
    is_element = frame.kind == SUBSET2
    return code.Item(as_expression(out[0]), keys, frame.line, is_element, named_keys)


def _arguments(t: Translation, frame: Frame, out: list[Any], at: int) -> tuple[code.Arg, ...]:
    """Return what stands between commas from ``at`` on; a comma at the end adds nothing."""
    found: list[code.Arg] = []
    begin, size = at, len(out)
    while begin < size:
        end = begin
        while end < size and out[end] is not COMMA:
            end += 1
        if end == begin + 1 and type(out[begin]) in _PLAIN:
            found.append(new(code.Arg, (None, out[begin], "")))
        else:
            found.append(_argument(t, frame, out[begin:end]))
        begin = end + 1
    return tuple(found)


def _argument(t: Translation, frame: Frame, parts: list[Any]) -> code.Arg:
    label: str | None = None
    if len(parts) == 1:
        value = as_expression(parts[0])
    elif not parts:
        return code.Arg(None, code.Missing(frame.line))
    elif parts[1] == "=":
        label = _label(parts[0])
        if len(parts) == _PAIR:
            return code.Arg(label, code.Missing(getattr(parts[0], "line", frame.line)))
        value = as_expression(parts[2]) if len(parts) == _TRIPLE else odd(t, frame, parts[2:])
    else:
        value = odd(t, frame, parts)
    if isinstance(value, code.Name):
        return code.Arg(label, value, "*" if value.id == "..." else "")
    if isinstance(value, code.Op) and value.op == "!!!":
        return code.Arg(label, value.operands[0], "*")
    return code.Arg(label, value)


def _extract(t: Translation, frame: Frame, out: list[Any]) -> code.Expr:
    if len(out) != _PAIR:
        return odd(t, frame, out)
    base, name = as_expression(out[0]), as_expression(out[1])
    if isinstance(name, code.Name):
        return code.Attr(base, name.id, name.line)
    if isinstance(name, code.Const) and isinstance(name.value, str):
        return code.Attr(base, name.value, name.line)
    return code.Item(base, (name,), name.line, True)


def _parentheses(t: Translation, frame: Frame, out: list[Any]) -> code.Expr:
    if len(out) != 1:
        return odd(t, frame, out)
    inner = as_expression(out[0])
    around = frame.outer
    if isinstance(inner, code.Call) and around is not None and around.kind == BINARY:
        # ``x %>% (f(y))``: the call gives the function that x goes into.
        step = around.out[-1] if around.out else None
        if isinstance(step, Step) and step.op and not step.is_used:
            return code.Call(inner, (), inner.line)
    return inner


# ── functions, branches and loops ───────────────────────────────────────────────────────────


def _braces(t: Translation, frame: Frame, out: list[Any]) -> code.Block:
    return code.Block(t.statements(out), frame.line)


class _Params(list[code.Param]):
    """Parameters; ``has_dot`` if a dot is one of them."""

    has_dot = False


def _parameters(t: Translation, frame: Frame, out: list[Any]) -> _Params:
    found = _Params()
    for arg in _arguments(t, frame, out, 0):
        if arg.name is not None:
            found.append(code.Param(arg.name, arg.value))
        elif isinstance(arg.value, code.Name):
            found.append(code.Param(arg.value.id, None, arg.spread))
    if any(each.name == "." for each in found):
        found.has_dot = True
        t.stop_dots(frame)
    return found


def _function(t: Translation, frame: Frame, out: list[Any]) -> code.Expr:
    params: Any = out[0] if out else None
    if isinstance(params, _Params) and params.has_dot and t.step is not None:
        t.step.frame = None
        t.step = t.step.outer
    if len(out) != _PAIR or not isinstance(params, _Params):
        return odd(t, frame, [each for each in out if not isinstance(each, _Params)])
    return code.Lambda(tuple(params), body_of(out[1]), frame.line)


def _if(t: Translation, frame: Frame, out: list[Any]) -> Any:
    if len(out) not in (_PAIR, _TRIPLE):
        return odd(t, frame, out)
    test, body = as_expression(out[0]), body_of(out[1])
    last: Any = out[2] if len(out) == _TRIPLE else None
    if frame.spine > MAX_BRANCHES:
        beside = last if isinstance(last, Beside) else Beside()
        if last is not None and last is not beside:
            beside.extend(reversed(body_of(last)))
        beside.append(code.If(test, body, (), frame.line))
        return beside
    orelse: tuple[code.Stmt, ...] = ()
    if isinstance(last, Beside):
        orelse = tuple(reversed(last))
    elif last is not None:
        orelse = body_of(last)
    return code.If(test, body, orelse, frame.line)


def _for(t: Translation, frame: Frame, out: list[Any]) -> Any:
    if len(out) != _TRIPLE:
        return odd(t, frame, out)
    target, iterable = as_expression(out[0]), as_expression(out[1])
    return code.Loop(target, iterable, body_of(out[2]), frame.line)


def _while(t: Translation, frame: Frame, out: list[Any]) -> Any:
    if len(out) != _PAIR:
        return odd(t, frame, out)
    test = code.Do(as_expression(out[0]), frame.line)
    return code.Loop(None, None, (test, *body_of(out[1])), frame.line)


def _repeat(t: Translation, frame: Frame, out: list[Any]) -> Any:
    if len(out) != 1:
        return odd(t, frame, out)
    return code.Loop(None, None, body_of(out[0]), frame.line)


def _program(t: Translation, frame: Frame, out: list[Any]) -> Any:
    """Join an ``else`` on a line of its own, which R takes in braces only, to the ``if`` before."""
    found: list[code.Stmt] = []
    waits = False
    for each in t.statements(out):
        last = found[-1] if found else None
        value = each.value if isinstance(each, code.Do) else each
        if isinstance(value, code.Name) and value.id == "else" and isinstance(last, code.If):
            waits = not last.orelse
        elif waits and isinstance(last, code.If):
            found[-1] = last._replace(orelse=body_of(value))
            waits = False
        else:
            found.append(each)
    return code.Block(tuple(found), frame.line)


_BY_NAME: Final[dict[str, Builder]] = {
    "program": _program, "binary_operator": _binary, "unary_operator": _unary, "call": _call,
    "subset": _subset, "subset2": _subset, "extract_operator": _extract,
    "namespace_operator": _extract, "parenthesized_expression": _parentheses,
    "braced_expression": _braces, "function_definition": _function, "parameters": _parameters,
    "if_statement": _if, "for_statement": _for, "while_statement": _while,
    "repeat_statement": _repeat,
}  # fmt: skip
BUILDERS: Final[dict[int, Builder]] = {
    **{number: builder for name, builder in _BY_NAME.items() for number in named(name)},
    ERROR: odd,
}
"""By the number of the kind of node."""
