"""The flow graph: places where data is, and how it came there.

A node is a column, a variable, a feature or a step at a line of a file; its parents are what it was
made of. Nodes are only added: the same step with the same parents is the same node, so that
repeating an analysis (loops, several rounds) ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, TypeAlias

Deps: TypeAlias = frozenset[int]
NOTHING: Final[Deps] = frozenset()

MAX_PARENTS: Final = 400
"""A step with more parents than this gets one node for all of them."""


TRAVELS: Final = frozenset({"open", "write", "load", "feature", "choose"})
"""Steps of a table whose columns nobody named."""


class Place(NamedTuple):
    """A line of a file."""

    file: str
    line: int


class Node(NamedTuple):
    """A step: ``what`` happens to ``name`` at ``place``.

    ``dataset`` is filled for a column as it is read from a data set. ``doubt`` (0..1) is what the
    step takes off the confidence: 0 for an exact step.
    """

    what: str
    name: str
    place: Place
    parents: Deps = NOTHING
    dataset: str = ""
    doubt: float = 0.0


class FlowGraph:
    """Nodes by number, with the search for paths.

    Examples
    --------
    >>> graph = FlowGraph()
    >>> source = graph.add("read", "nat", Place("a.py", 1), dataset="people.csv")
    >>> made = graph.add("derive", "is_dutch", Place("a.py", 2), frozenset({source}))
    >>> [graph[step].what for step in graph.path(source, frozenset({made}))]
    ['read', 'derive']
    """

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}
        self._sources: dict[tuple[str, str], int] = {}
        self._scored: set[int] = set()

    def __getitem__(self, number: int) -> Node:
        return self._nodes[number]

    def __len__(self) -> int:
        return len(self._nodes)

    def add(
        self,
        what: str,
        name: str,
        place: Place,
        parents: Deps = NOTHING,
        *,
        dataset: str = "",
        doubt: float = 0.0,
    ) -> int:
        """Return the number of the node, which is made if it is new."""
        node = Node(what, name, place, parents, dataset, doubt)
        known = self._numbers.get(node)
        if known is None:
            known = len(self._nodes)
            self._nodes.append(node)
            self._numbers[node] = known
            if what == "score" or not self._scored.isdisjoint(parents):
                self._scored.add(known)
        return known

    def is_scored(self, number: int) -> bool:
        """Return whether a score of a model went into a node."""
        return number in self._scored

    def source(self, dataset: str, column: str, place: Place) -> int:
        """Return the one node of a column of a data set; ``place`` is where it was first read."""
        key = (dataset, column)
        known = self._sources.get(key)
        if known is None:
            known = self.add("read", column, place, dataset=dataset)
            self._sources[key] = known
        return known

    def reading(self, dataset: str, column: str, place: Place, step: int) -> int:
        """Return the node of a column of a data set as it is read at a place, out of a table.

        A path that begins at it goes through code that reads the column for this use, and not
        through whatever named it first. ``step`` is how the table came there.
        """
        source = self.source(dataset, column, place)
        step = self._above_choice(step)
        if self._nodes[step].what not in TRAVELS:
            # What the table itself was made of is no part of how a column of it is read.
            return self.add("read", column, place, frozenset({source}), dataset=dataset)
        return self.add("read", column, place, frozenset({source, step}), dataset=dataset)

    def is_reading(self, number: int) -> bool:
        """Return whether a node is a source column as code reads it at one of several places."""
        node = self._nodes[number]
        return node.what == "read" and any(
            self._sources.get((node.dataset, node.name)) == parent for parent in node.parents
        )

    def as_sources(self, deps: Deps) -> Deps:
        """Return nodes with each column as it was read replaced by the column itself."""
        return frozenset(
            self._sources[self._nodes[n].dataset, self._nodes[n].name] if self.is_reading(n) else n
            for n in deps
        )

    def travel(self, step: int) -> tuple[int, ...]:
        """Return how a table came to a place: opened, written and read again; the first first."""
        path: list[int] = []
        while self._nodes[step].what in TRAVELS and step not in path:
            path.append(step)
            above = [n for n in sorted(self._nodes[step].parents) if self._is_travel(n)]
            if not above:
                break
            step = above[0]
        return tuple(n for n in reversed(path) if self._nodes[n].what != "choose")

    def _is_travel(self, number: int) -> bool:
        return self._nodes[number].what in TRAVELS

    def _above_choice(self, step: int) -> int:
        """Return how a table came to where some of its columns were chosen by their names."""
        while self._nodes[step].what == "choose":
            above = [n for n in sorted(self._nodes[step].parents) if self._is_travel(n)]
            if not above:
                break
            step = above[0]
        return step

    def sources(self) -> Iterator[tuple[str, str]]:
        """Return every column of a data set that is in the graph: the data set, and its name."""
        yield from self._sources

    def columns_of(self, dataset: str) -> Iterator[tuple[str, int]]:
        """Return the columns of a data set that code names, with their nodes."""
        for (owner, column), number in self._sources.items():
            if owner == dataset:
                yield column, number

    def ancestors(self, deps: Iterable[int]) -> set[int]:
        """Return the given nodes and everything they were made of."""
        seen = set(deps)
        waiting = list(seen)
        while waiting:
            for parent in self._nodes[waiting.pop()].parents:
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return seen

    def path(self, source: int, ends: Deps) -> tuple[int, ...]:
        """Return the shortest path from ``source`` to one of ``ends``; empty if there is none."""
        towards: dict[int, int | None] = dict.fromkeys(sorted(ends), None)
        waiting = deque(towards)
        while waiting:
            number = waiting.popleft()
            if number == source:
                path: list[int] = []
                step: int | None = number
                while step is not None:
                    path.append(step)
                    step = towards[step]
                return tuple(path)
            for parent in sorted(self._nodes[number].parents):
                if parent not in towards:
                    towards[parent] = number
                    waiting.append(parent)
        return ()
