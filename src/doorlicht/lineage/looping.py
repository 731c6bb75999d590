"""Loops: for each known element of what is gone through, or a few passes over the unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.operations.groups import note_each_group
from doorlicht.lineage.selecting import read_column
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Choices,
    ClassValue,
    Column,
    Frame,
    FunctionValue,
    Instance,
    Known,
    Literal_,
    Record,
    Scope,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    held_by,
    join_values,
    option_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter

MAX_ELEMENTS: Final = 40
"""Known elements that a loop is followed for one by one."""


def follow_loop(run: Interpreter, node: code.Loop, scope: Scope) -> Value:
    """Follow a loop; return the value of its last statement."""
    if node.target is None or node.iterable is None:
        if node.iterable is not None:
            run.evaluate(node.iterable, scope)
        last: Value = Literal_()
        for _ in range(_passes(run)):
            last = _pass(run, node, scope)
        return last
    iterable = run.evaluate(node.iterable, scope)
    iterable = held_by(iterable) or iterable
    last = Literal_()
    if isinstance(iterable, Column):
        _note_each_group(run, iterable, node.line)
    elements = run.elements(iterable)
    if elements is not None and len(elements) <= MAX_ELEMENTS:
        for element in elements:
            run.bind(node.target, element, scope, node.line)
            last = run.execute(node.body, scope)
        if not (isinstance(iterable, Vector) and (iterable.rests or iterable.is_open)):
            return last
    for _ in range(_passes(run)):
        run.bind(node.target, run.element(iterable), scope, node.line)
        last = _pass(run, node, scope)
    return last


def _note_each_group(run: Interpreter, groups: Column, line: int) -> None:
    note_each_group(run, groups, run.place(line))


def _passes(run: Interpreter) -> int:
    """Return how often a loop is followed: what its end makes, its begin may use.

    A loop within a loop comes by twice anyway.
    """
    return 1 if run.at.loops else 2


def _pass(run: Interpreter, node: code.Loop, scope: Scope) -> Value:
    run.at.branches += 1
    run.at.loops += 1
    last = run.execute(node.body, scope)
    run.at.loops -= 1
    run.at.branches -= 1
    return last


def elements(run: Interpreter, iterable: Value) -> list[Value] | None:
    """Return the known elements of a value, or none if they are not known."""
    if isinstance(iterable, Choices):
        iterable = option_of(iterable, Vector) or option_of(iterable, Record) or iterable
    if isinstance(iterable, Vector):
        return [item for _, item in iterable.items]
    if isinstance(iterable, Column) and iterable.content is not None:
        return [item for _, item in iterable.content.items]
    if isinstance(iterable, Record):
        if iterable.is_open and not iterable.fields:
            return None
        return [Text(NOTHING, name) for name in iterable.fields]
    if isinstance(iterable, Text) and run.at.language == "python":
        # A file that was opened stands for its path, and gives its lines.
        lines = run.project.lines_in(run, iterable)
        return elements(run, lines) if isinstance(lines, Vector) else None
    if isinstance(iterable, ClassValue) and _is_enumeration(iterable):
        return [
            v for n, v in iterable.members.items() if not n.startswith("_") and isinstance(v, Text)
        ]
    frame = run.as_frame(iterable) if run.at.language == "python" else None
    if frame is not None and not (frame.rests or frame.is_rows or frame.groups):
        return [Text(NOTHING, name, frame.named.get(name, NOWHERE)) for name in frame.columns]
    return None


def _is_enumeration(of: ClassValue) -> bool:
    names = {
        base.name.rsplit(".", 1)[-1] for base in of.bases if isinstance(base, (Known, Unknown))
    }
    return bool(names & {"Enum", "StrEnum", "IntEnum"})


def element(run: Interpreter, iterable: Value) -> Value:
    """Return what is known of any one element of a value."""
    if isinstance(iterable, Vector) and iterable.items:
        joined = iterable.items[0][1]
        for _, item in iterable.items[1:MAX_ELEMENTS]:
            joined = join_values(joined, item)
        return joined
    if isinstance(iterable, Vector) and iterable.rests:
        return Text(iterable.deps, HOLE)
    if isinstance(iterable, Column):
        return Unknown(iterable.deps, iterable.name)
    if isinstance(iterable, Instance):
        member = run.member(iterable, "__getitem__")
        if isinstance(member, FunctionValue):
            return run.call_function(member, [(None, Unknown())], member.line)
    if isinstance(iterable, Frame) and iterable.groups:
        # ``for key, part in df.groupby("x")``: each part has rows of one group.
        part = iterable.copy()
        keys = NOTHING.union(*(read_column(run.state, part, n, run.place(0)) for n in part.groups))
        part.groups, part.rows = (), part.rows | keys
        return Vector(NOTHING, [(None, Unknown(keys)), (None, part)])
    if isinstance(iterable, Frame):
        return iterable if iterable.is_rows else Unknown(iterable.all_deps)
    return Unknown(deps_of(iterable))
