"""What functions of libraries do, as data: ``library/*.yaml``.

A line says what a function does and where its arguments are:

``merge: join table=self other=0|right by=on|left_on|right_on how=how``

The first word is an operation (``operations/``). ``0`` is the first argument without a name,
``right`` an argument by its name, ``self`` what the method is called on, ``1..`` every further
argument without a name, ``**`` every named argument that no other role took. ``key:value`` is
handed to the operation as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal, cast

from doorlicht.shipped import read_yaml

Selector = int | str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one function does.

    ``roles`` gives for each role of the operation where to find the argument; ``rests`` roles
    that take every further argument from a position on; ``named`` the role of the other named
    arguments.
    """

    does: str
    roles: Mapping[str, tuple[Selector, ...]]
    rests: Mapping[str, int]
    named: str | None
    options: Mapping[str, str]


Kind = Literal[
    "functions", "table", "queryset", "column", "group", "estimator", "text", "list", "dict", "any"
]
KINDS: Final[tuple[Kind, ...]] = (
    "functions", "table", "queryset", "column", "group", "estimator", "text", "list", "dict",
    "any",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Library:
    """The functions and methods known for one language, by name."""

    entries: Mapping[Kind, Mapping[str, Entry]]
    models: Mapping[str, str]
    """Class or function that makes a model, a transformer ... to its role."""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, "tuple[str, ...]"])

    def find(self, kind: Kind, name: str) -> Entry | None:
        """Return the entry of a dotted name: the full name first, then its last part."""
        known = self.entries.get(kind, {})
        entry = known.get(name)
        if entry is None and "." in name:
            parts = name.split(".")
            for start in range(1, len(parts)):
                entry = known.get(".".join(parts[start:]))
                if entry is not None:
                    break
        return entry


def parse_entry(line: str) -> Entry:
    """Return an entry from its line.

    Examples
    --------
    >>> parse_entry("join table=self other=0|right").roles["other"]
    (0, 'right')
    """
    does, *parts = line.split()
    roles: dict[str, tuple[Selector, ...]] = {}
    rests: dict[str, int] = {}
    options: dict[str, str] = {}
    named: str | None = None
    for part in parts:
        if "=" not in part:
            key, _, value = part.partition(":")
            options[key] = value
            continue
        role, _, places = part.partition("=")
        selectors: list[Selector] = []
        for place in places.split("|"):
            if place == "**":
                named = role
            elif place.endswith(".."):
                rests[role] = int(place[:-2])
            elif place.isdigit():
                selectors.append(int(place))
            else:
                selectors.append(place)
        roles[role] = tuple(selectors)
    return Entry(does, roles, rests, named, options)


@cache
def load_library(language: str) -> Library:
    """Return the library of ``python``, ``r`` or ``intrinsics``."""
    content = cast(
        "dict[str, dict[str, str]]", read_yaml("doorlicht.lineage", f"library/{language}.yaml")
    )
    entries: dict[Kind, dict[str, Entry]] = {}
    for kind in KINDS:
        known: dict[str, Entry] = {}
        for names, line in content.get(kind, {}).items():
            entry = parse_entry(line)
            for name in names.split():
                known[name] = entry
        entries[kind] = known
    models: dict[str, str] = {}
    for role, names in content.get("models", {}).items():
        for name in names.split():
            models[name] = role
    words = {name: tuple(line.split()) for name, line in content.get("words", {}).items()}
    return Library(entries, models, words)
