"""What a pickle would make, as inert nodes: names stay names, and calls stay written down.

Lists and tuples are Python's own, and so are numbers, texts and bytes. A dictionary is a list of
pairs, because keys of a pickle may be anything, also what cannot be hashed. Nodes may be shared,
and may hold themselves: who walks through them keeps count of where he has been.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeGuard

Node = Any
"""A value of Python's own, or one of the classes below."""

How = Literal["reduce", "newobj", "inst", "obj"]


def is_tuple(node: Node) -> TypeGuard[tuple[Node, ...]]:
    """Return whether a node is a tuple."""
    return isinstance(node, tuple)


def is_list(node: Node) -> TypeGuard[list[Node]]:
    """Return whether a node is a list."""
    return isinstance(node, list)


RECONSTRUCTORS: Final = frozenset({"_reconstructor", "__newobj__", "__newobj_ex__"})
"""Functions of ``copyreg`` that only make an object of the class they are given."""


@dataclass(frozen=True, slots=True)
class Global:
    """A name that would be imported. ``module`` is empty where it would be computed."""

    module: str
    name: str

    @property
    def dotted(self) -> str:
        """The name with its module."""
        return f"{self.module}.{self.name}" if self.module else self.name


@dataclass(slots=True, eq=False, repr=False)
class Call:
    """A call that would be made, and what would be done with its outcome.

    ``states`` is what would be given to ``__setstate__`` or written into ``__dict__``; ``items``
    and ``pairs`` what would be added to it as to a list or a dictionary.
    """

    function: Node
    args: Node
    kwargs: Node
    how: How
    states: list[Node] = field(default_factory=list[Node])
    items: list[Node] = field(default_factory=list[Node])
    pairs: list[tuple[Node, Node]] = field(default_factory=list["tuple[Node, Node]"])

    @property
    def state(self) -> Node:
        """The last state that was set, or ``None``."""
        return self.states[-1] if self.states else None

    @property
    def made_of(self) -> Global | None:
        """The class or function that this is made by, seen through ``copyreg``; or ``None``."""
        function = self.function
        if not isinstance(function, Global):
            return None
        if function.name in RECONSTRUCTORS and is_tuple(self.args) and self.args:
            first = self.args[0]
            return first if isinstance(first, Global) else function
        return function


@dataclass(slots=True, eq=False, repr=False)
class Pairs:
    """A dictionary, in the order in which it was filled."""

    pairs: list[tuple[Node, Node]] = field(default_factory=list["tuple[Node, Node]"])

    def named(self) -> dict[str, Node]:
        """Return the entries whose key is a text; the last one of a name holds."""
        return {key: value for key, value in self.pairs if type(key) is str}


@dataclass(slots=True, eq=False, repr=False)
class Members:
    """A set or frozen set."""

    members: list[Node] = field(default_factory=list[Node])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Persistent:
    """Something that the pickle leaves to whoever loads it."""

    key: Node


@dataclass(frozen=True, slots=True)
class Extension:
    """A class by a number that only the registry of the loading program knows."""

    number: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RawArray:
    """An array whose bytes stand in the file itself, as joblib writes them."""

    dtype: Any
    shape: tuple[int, ...]
    is_fortran: bool
    content: memoryview


def parts_of(node: Node) -> Iterator[Node]:
    """Return what directly lies in a node."""
    if is_list(node) or is_tuple(node):
        yield from node
    elif isinstance(node, Call):
        yield from (node.function, node.args, node.kwargs)
        yield from node.states
        yield from node.items
        for pair in node.pairs:
            yield from pair
    elif isinstance(node, Pairs):
        for pair in node.pairs:
            yield from pair
    elif isinstance(node, Members):
        yield from node.members
    elif isinstance(node, Persistent):
        yield node.key


_LEAVES: Final = (str, bytes, int, float, type(None), Global, RawArray, Extension)


def walk(node: Node) -> Iterator[Node]:
    """Return a node and everything in it, each once, however often it is shared.

    Examples
    --------
    >>> inner = [1]
    >>> inner.append(inner)
    >>> [type(each).__name__ for each in walk((inner, inner))]
    ['tuple', 'list', 'int']
    """
    seen: set[int] = set()
    waiting: list[Node] = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, _LEAVES):
            yield each
            continue
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting.extend(parts_of(each))
