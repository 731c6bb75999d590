"""An object of a pickle by its class and attributes, and what a reader made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.pickles.arrays import array_of, scalar_of
from doorlicht.audit.pickles.nodes import Call, Node, Pairs, is_list, is_tuple
from doorlicht.audit.scoring.blocks import Floats
from doorlicht.audit.scoring.preparing import Origin, Preparation
from doorlicht.audit.scoring.program import Predictor
from doorlicht.records.models import ModelKind


class LackingError(Exception):
    """An attribute that is needed is not there, or not in a form that is known."""

    def __init__(self, attribute: str) -> None:
        super().__init__(attribute)
        self.attribute = attribute


class Thing:
    """An object: its class, and its attributes as nodes."""

    __slots__ = ("attributes", "module", "name", "node")

    def __init__(self, node: Call) -> None:
        made_of = node.made_of
        self.node = node
        self.name = made_of.name.rpartition(".")[2] if made_of is not None else "?"
        self.module = made_of.module if made_of is not None else ""
        self.attributes = _attributes(node.state)

    def __contains__(self, name: str) -> bool:
        return name in self.attributes

    @property
    def package(self) -> str:
        """The first part of the module."""
        return self.module.partition(".")[0]

    @property
    def args(self) -> tuple[Node, ...]:
        """What the class would be called with."""
        return self.node.args if is_tuple(self.node.args) else ()

    def get(self, *names: str) -> Node:
        """Return the first of some attributes that is there, as a node; or ``None``."""
        return next((self.attributes[name] for name in names if name in self.attributes), None)

    def scalar(self, *names: str) -> Any:
        """Return a number or text, or ``None``."""
        return scalar_of(self.get(*names))

    def number(self, *names: str) -> float:
        """Return a number.

        Raises
        ------
        LackingError
            If there is none.
        """
        value = self.scalar(*names)
        if not isinstance(value, int | float):
            raise LackingError(names[0])
        return float(value)

    def text(self, *names: str) -> str:
        """Return a text, or an empty one."""
        value = self.scalar(*names)
        return value if isinstance(value, str) else ""

    def array(self, *names: str) -> NDArray[Any]:
        """Return an array.

        Raises
        ------
        LackingError
            If there is none.
        """
        found = array_of(self.get(*names))
        if found is None:
            raise LackingError(names[0])
        return found

    def floats(self, *names: str) -> Floats:
        """Return an array of numbers, also where it is one number or a list; see ``array``."""
        node = self.get(*names)
        found = array_of(node)
        if found is None:
            values = (
                [scalar_of(each) for each in node]
                if is_list(node) or is_tuple(node)
                else [scalar_of(node)]
            )
            if not values or not all(isinstance(each, int | float) for each in values):
                raise LackingError(names[0])
            found = np.array(values, dtype=np.float64)
        if found.dtype.kind not in "biuf":
            raise LackingError(names[0])
        return found.astype(np.float64)

    def maybe(self, *names: str) -> Floats | None:
        """Return an array of numbers, or ``None``."""
        try:
            return self.floats(*names)
        except LackingError:
            return None

    def thing(self, *names: str) -> Thing:
        """Return an object in an attribute.

        Raises
        ------
        LackingError
            If there is none.
        """
        node = self.get(*names)
        if not isinstance(node, Call):
            raise LackingError(names[0])
        return Thing(node)

    def listed(self, *names: str) -> list[Node]:
        """Return the nodes of a list, a tuple or an array of objects.

        Raises
        ------
        LackingError
            If there is none.
        """
        found = nodes_of(self.get(*names))
        if found is None:
            raise LackingError(names[0])
        return found


def _attributes(state: Node) -> dict[str, Node]:
    if isinstance(state, Pairs):
        return state.named()
    if is_tuple(state):
        # What stands in __dict__ and what in __slots__.
        return {key: value for each in state for key, value in _attributes(each).items()}
    return {}


def nodes_of(node: Node) -> list[Node] | None:
    """Return the nodes of a list, a tuple or an array of objects, flat; or ``None``."""
    if is_list(node):
        return node
    if is_tuple(node):
        return list(node)
    found = array_of(node)
    return list(found.reshape(-1).tolist()) if found is not None else None


def values_of(node: Node) -> list[Any] | None:
    """Return the values of an array, a list or a tuple; ``None`` if some are no values.

    What is missing is ``None``.
    """
    found = array_of(node)
    if found is not None and not found.dtype.hasobject:
        listed: list[Any] = found.reshape(-1).tolist()
        return listed
    nodes = nodes_of(node)
    if nodes is None:
        return None
    made: list[Any] = []
    for each in nodes:
        value = scalar_of(each)
        if value is None and each is not None and type(each).__name__ not in {"Global", "Call"}:
            return None
        made.append(value)
    return made


def names_of(node: Node) -> tuple[str, ...] | None:
    """Return names, where the node holds nothing but texts."""
    values = values_of(node)
    if not values or not all(isinstance(each, str) for each in values):
        return None
    return tuple(values)


MAX_COLUMNS: Final = 1 << 21
"""Columns or outcomes that a file may say there are: twice what hashed words mostly go into."""


def within(number: int, most: int = MAX_COLUMNS) -> int:
    """Return a number that a file says without showing what is counted, if room can be made for it.

    Raises
    ------
    OverflowError
        If it is larger: a few digits in a damaged or hostile file would take all memory there is.

    Examples
    --------
    >>> within(20)
    20
    """
    if number > most:
        raise OverflowError(number)
    return number


@dataclass(slots=True)
class Understood:
    """What a reader made of an object.

    ``coefficients``, ``importances`` and ``used`` have an entry for each column that goes into
    the object (a row of them for each outcome, for coefficients). ``before`` is what a model
    does with columns first, ``preparation`` what the object does with columns if it is no model.
    ``knows_none``: ``None`` is a category of its own. ``keeps_rows``: rows that it was made of
    stand in it. ``lacks`` names what was missing or is not
    known, as attributes or classes.
    """

    algorithm: str
    kind: ModelKind
    package: str = ""
    names: tuple[str, ...] | None = None
    width: int | None = None
    outcomes: tuple[Any, ...] = ()
    predictor: Predictor = field(default_factory=Predictor)
    preparation: Preparation | None = None
    before: list[Preparation] = field(default_factory=list[Preparation])
    coefficients: Floats | None = None
    importances: Floats | None = None
    importance_by: str = ""
    used: NDArray[np.bool_] | None = None
    intercept: tuple[float, ...] = ()
    link: str = ""
    trees: tuple[int, int, int] | None = None
    parts: list[Understood] = field(default_factory=list["Understood"])
    lacks: list[str] = field(default_factory=list[str])
    version: str = ""
    knows_none: bool = False
    target: str = ""
    keeps_rows: bool = False

    def all_parts(self) -> Iterator[Understood]:
        """Return this and everything in it, from the outside in."""
        yield self
        for part in self.parts:
            yield from part.all_parts()

    def input_names(self) -> tuple[str, ...]:
        """Return the names of what goes in, made up from their place where there are none."""
        if self.names is not None:
            return self.names
        return tuple(f"x{place}" for place in range(self.width or 0))

    def terms(self) -> list[Origin] | None:
        """Return what the model weighs, after its preparations; ``None`` if that is not known."""
        made = [Origin(name, (name,), True) for name in self.input_names()]
        try:
            for step in self.before:
                made = step.outputs(made)
        except (IndexError, ValueError):
            return None
        return made
