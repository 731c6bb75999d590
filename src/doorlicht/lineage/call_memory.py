"""Calls in which nothing happens to data are followed once, and not again for each caller.

Most functions of a code base never see a table. Such a call is told by what goes in (values that
can be compared), by what comes out (a plain value), and by what it leaves behind: nothing new in
the flow graph, and the same values. The next call with the same gets the same answer.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from doorlicht.lineage.values import (
    Choices,
    ClassValue,
    Column,
    FunctionValue,
    Instance,
    Known,
    Literal_,
    Module,
    Record,
    Text,
    Unknown,
    Value,
    Vector,
)

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter

MAX_PARTS: Final = 60
"""Values inside what a call is given, up to which they are compared."""

MAX_DEPTH: Final = 3
MAX_TEXT: Final = 200

Key: TypeAlias = tuple[Hashable, ...]
Values: TypeAlias = Sequence[tuple[str | None, Value]]


class Call(NamedTuple):
    """A call as it can be compared with another, before it is followed."""

    key: Key
    fields: dict[str, Value]
    told: dict[str, Hashable]
    args: Key
    nodes: int
    writes: int


@dataclass(frozen=True, slots=True)
class _Answer:
    value: Value
    same_as: int | None
    """Which argument it returns, if it returns one of them."""
    fields: tuple[tuple[str, Value], ...]
    """What the call set in the object that it belongs to."""
    held: tuple[object, ...]
    """What the key names by identity, so that no other object gets the same."""


class CallMemory:
    """Answers of plain calls, for as long as no name at the top of a file is given a value."""

    def __init__(self) -> None:
        self._answers: dict[Key, _Answer] = {}

    def forget(self) -> None:
        """Forget everything: a function may see what has changed."""
        if self._answers:
            self._answers.clear()

    def call(self, run: Interpreter, function: FunctionValue, values: Values) -> Call | None:
        """Return what a call is known by; ``None`` if it is given more than can be compared."""
        receiver = function.receiver
        fields = receiver.fields if isinstance(receiver, Instance) else {}
        telling = _Telling()
        told = telling.fields(fields)
        args = telling.args(values)
        if told is None or args is None or function.bound:
            return None
        if receiver is not None and not isinstance(receiver, Instance):
            return None
        key = (
            id(function.scope), function.file, function.line, run.at.gated, run.at.branches > 0,
            run.at.control, id(receiver.of) if receiver is not None else 0,
            tuple(told.items()), args,
        )  # fmt: skip
        return Call(key, dict(fields), told, args, len(run.state.graph), run.state.writes)

    def recall(self, call: Call, function: FunctionValue, values: Values) -> Value | None:
        """Return the answer to a call that was followed before."""
        known = self._answers.get(call.key)
        if known is None:
            return None
        if isinstance(function.receiver, Instance):
            function.receiver.fields.update(known.fields)
        if known.same_as is not None:
            return values[known.same_as][1]
        value = known.value
        return Unknown(value.deps, value.name) if isinstance(value, Unknown) else value

    def keep(
        self, call: Call, run: Interpreter, function: FunctionValue, values: Values, value: Value
    ) -> None:
        """Keep an answer, if nothing happened to data."""
        if len(run.state.graph) != call.nodes or run.state.writes != call.writes:
            return
        same_as = next((at for at, (_, given) in enumerate(values) if given is value), None)
        telling = _Telling()
        if same_as is None and not telling.is_fixed(value):
            return
        if telling.args(values) != call.args:
            return
        changed: list[tuple[str, Value]] = []
        receiver = function.receiver
        if isinstance(receiver, Instance):
            for name, field in receiver.fields.items():
                if call.fields.get(name) is not field:
                    if not telling.is_fixed(field):
                        return
                    changed.append((name, field))
                elif telling.value(field) != call.told.get(name):
                    return
        held = (function.scope, receiver, call.fields, tuple(values))
        self._answers[call.key] = _Answer(value, same_as, tuple(changed), held)


class _Telling:
    """Tells values apart by what is known of them, up to a number of parts."""

    def __init__(self) -> None:
        self.left = MAX_PARTS

    def fields(self, fields: dict[str, Value]) -> dict[str, Hashable] | None:
        """Return what tells each field; ``None`` if one can hold a table."""
        told: dict[str, Hashable] = {}
        for name, value in fields.items():
            found = self.value(value)
            if found is None:
                return None
            told[name] = found
        return told

    def args(self, values: Values) -> Key | None:
        """Return what tells each argument; ``None`` if one can hold a table."""
        told: list[Hashable] = []
        for name, value in values:
            found = self.value(value)
            if found is None:
                return None
            told.append((name, found))
        return tuple(told)

    def is_fixed(self, value: Value) -> bool:
        """Return whether a value can be given out twice: nobody can change it."""
        if isinstance(value, (Vector, Record, Instance)):
            return False
        if isinstance(value, Choices):
            return all(self.is_fixed(option) for option in value.options)
        return self.value(value) is not None

    def value(self, value: Value, depth: int = 0) -> Hashable | None:
        """Return what tells a value; ``None`` for what can hold a table or is too much."""
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            return None
        told = self._told(value, depth)
        return None if told is None else (type(value), value.deps, told)

    def _told(self, value: Value, depth: int) -> Hashable | None:
        found: Hashable | None = None
        if isinstance(value, Unknown):
            found = value.name if value.frame is None else None
        elif isinstance(value, Literal_):
            found = (type(value.value), value.value)
        elif isinstance(value, Text):
            found = (value.text, value.places) if len(value.text) <= MAX_TEXT else None
        elif isinstance(value, Known):
            inner = "" if value.receiver is None else self.value(value.receiver, depth + 1)
            found = None if inner is None else (value.name, inner)
        elif isinstance(value, (ClassValue, Module)):
            found = id(value)
        elif isinstance(value, FunctionValue):
            bound = "" if value.receiver is None else self.value(value.receiver, depth + 1)
            owner = (value.file, value.line, id(value.scope))
            found = None if bound is None or value.bound else (owner, bound)
        elif isinstance(value, Column):
            is_plain = value.content is None and value.frame is None
            found = (value.name, value.places) if is_plain else None
        elif isinstance(value, Instance):
            parts = self._parts(list(value.fields.items()), depth)
            found = None if parts is None else (id(value.of), parts)
        elif isinstance(value, Vector):
            parts = self._parts(value.items, depth)
            found = None if parts is None else (parts, value.rests, value.is_open, value.by_data)
        elif isinstance(value, Record):
            parts = self._parts(list(value.fields.items()), depth)
            found = None if parts is None else (parts, value.is_open)
        elif isinstance(value, Choices):
            found = self._parts([(None, option) for option in value.options], depth)
        return found

    def _parts(self, parts: Sequence[tuple[str | None, Value]], depth: int) -> Key | None:
        told: list[Hashable] = []
        for name, part in parts:
            found = self.value(part, depth + 1)
            if found is None:
                return None
            told.append((name, found))
        return tuple(told)
