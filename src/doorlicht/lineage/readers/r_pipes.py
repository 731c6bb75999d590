"""Pipes of R, as the calls that they stand for.

A dot as an argument of the right side takes the place of the first argument; deeper in it the left
side still comes first. Source: magrittr 2.0, *Introducing magrittr* and the help page of ``%>%``;
R 4.3, help page *Pipe Operators*, for ``|>`` and its ``_``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from doorlicht.lineage.readers.r_calls import Reads, make_call
from doorlicht.lineage.readers.r_literals import STATEMENTS, as_expression, as_statement
from doorlicht.records import code

PIPES: Final = frozenset({"%>%", "|>", "%<>%", "%T>%", "%$%", "%!>%"})

MAX_STEPS: Final = 40
"""Steps of one pipe that are nested; then the result so far gets a name."""


class Flow:
    """What has come out of a pipe so far; the steps after it go on with the same object.

    ``before`` names what a step needs more than once. ``targets`` is filled by ``%<>%``;
    ``is_function`` by a pipe that begins with a dot.
    """

    __slots__ = ("before", "is_function", "line", "steps", "targets", "value")

    def __init__(self, value: code.Expr, line: int) -> None:
        self.value = value
        self.line = line
        self.before: list[code.Stmt] = []
        self.targets: tuple[code.Expr, ...] = ()
        self.is_function = False
        self.steps = 0

    def made(self) -> code.Expr | code.Stmt:
        """Return the whole pipe as one node."""
        last: code.Expr | code.Stmt = self.value
        if self.targets:
            last = code.Assign(self.targets, self.value, self.targets[0].line)
        if self.is_function:
            body = (*self.before, as_statement(last))
            return code.Lambda((code.Param("."),), body, self.line)
        if not self.before:
            return last
        return code.Block((*self.before, as_statement(last)), self.line)


@dataclass(slots=True)
class Step:
    """One step, while its right side is read: what a dot in it means, and where dots were.

    ``frame`` is the node of the step; ``op`` is empty where a dot means something else.
    """

    op: str
    flow: Flow
    frame: object | None
    line: int
    column: int
    outer: Step | None
    direct: int = 0
    is_head: bool = False
    is_used: bool = False
    dot: code.Name = field(init=False)
    name: code.Name = field(init=False)

    def __post_init__(self) -> None:
        self.dot = code.Name("_" if self.op == "|>" else ".", self.line)
        self.name = code.Name(f".pipe{self.line}_{self.column}", self.line)

    def take(self, right: Any, reads: Reads) -> Flow:
        """Let the right side follow the flow."""
        flow = self.flow
        if isinstance(flow.value, code.Name) and flow.value.id == "." and self.op != "|>":
            flow.is_function = True
        flow.steps += 1
        places = self.direct + self.is_head
        is_bare = isinstance(flow.value, code.Name)
        if (
            self.is_used
            or (not is_bare and (places > 1 or self.op == "%T>%"))
            or flow.steps % MAX_STEPS == 0
        ):
            flow.before.append(code.Assign((self.name,), flow.value, self.line))
            flow.value = self.name
        if self.op == "%<>%":
            left = flow.before[-1] if flow.value is self.name else None
            flow.targets = (left.value if isinstance(left, code.Assign) else flow.value,)
        made = self._result(right, flow.value, reads)
        if self.op == "%T>%":
            flow.before.append(as_statement(made))
        else:
            flow.value = as_expression(made)
        return flow

    def _result(self, right: Any, value: code.Expr, reads: Reads) -> Any:
        if self.op == "%$%":
            args = (code.Arg(None, value), code.Arg(None, as_expression(right)))
            return code.Call(code.Name("with", right.line), args, right.line)
        if right is self.dot:
            return value
        if self.is_used and self.op == "|>":
            # R takes no mark deeper in the right side; what flows, flows there.
            return right
        if self.is_head:
            return _with_head(right, self.dot, value)
        if self.direct:
            return _with_dots(right, self.dot, value, reads)
        return _with_first(right, value, self.is_used, reads)


def _with_head(expr: Any, dot: code.Name, value: code.Expr) -> code.Expr:
    """Return ``.$a[1]`` with a value in the place of the dot."""
    chain: list[Any] = []
    while expr is not dot:
        if not isinstance(expr, (code.Attr, code.Item, code.Call)):
            # The beginning became something else; what flows, flows through both.
            return code.Opaque((value, as_expression(chain[0] if chain else expr)), dot.line)
        chain.append(expr)
        expr = expr.func if isinstance(expr, code.Call) else expr.base
    for each in reversed(chain):
        if isinstance(each, code.Call):
            value = each._replace(func=value)
        else:
            value = each._replace(base=value)
    return value


def _in_place(args: Sequence[code.Arg], dot: code.Name, value: code.Expr) -> tuple[code.Arg, ...]:
    return tuple(arg._replace(value=value) if arg.value is dot else arg for arg in args)


def _with_dots(right: Any, dot: code.Name, value: code.Expr, reads: Reads) -> Any:
    """Return a call with a value in the place of its dots."""
    if isinstance(right, code.Call):
        return make_call(right.func, _in_place(right.args, dot, value), right.line, reads)
    if isinstance(right, code.Seq):
        return right._replace(items=_in_place(right.items, dot, value))
    if isinstance(right, code.Format):
        return right._replace(parts=tuple(value if p is dot else p for p in right.parts))
    if isinstance(right, code.Op):
        return right._replace(operands=tuple(value if p is dot else p for p in right.operands))
    if isinstance(right, code.Return):
        return right._replace(value=value)
    if isinstance(right, (code.Attr, code.Item)):
        return right._replace(base=value)
    return code.Opaque((value, as_expression(right)), dot.line)


def _with_first(right: Any, value: code.Expr, is_used: bool, reads: Reads) -> Any:
    """Return a call with a value as its first argument."""
    first = code.Arg(None, value)
    if isinstance(right, code.Call):
        return make_call(right.func, (first, *right.args), right.line, reads)
    if isinstance(right, (code.Name, code.Const, code.Lambda)) or (
        isinstance(right, code.Attr) and not is_used
    ):
        return make_call(right, (first,), right.line, reads)
    if isinstance(right, code.Seq):
        return right._replace(items=(first, *right.items))
    if isinstance(right, code.Format):
        return right._replace(parts=(value, *right.parts))
    if isinstance(right, code.Op) and not is_used:
        return right._replace(operands=(value, *right.operands))
    if isinstance(right, code.Return) and right.value is None:
        return right._replace(value=value)
    if isinstance(right, code.Item) and not is_used:
        return code.Call(right, (first,), right.line)
    if is_used or isinstance(right, code.Block) or type(right) in STATEMENTS:
        return right
    return code.Opaque((value, as_expression(right)), right.line)
