r"""Which names of a file of Python carry origin on, and what the code that does so mentions.

In large code nearly every file is tied to every other. A function, class or variable at the top of
a file can carry origin-related data only if its text has a name of origin, or mentions another
that can; and what such code calls is among the words of its text. So files are tied along those
names, without a grammar: too many, as ``get`` is one name wherever it stands.

What a statement without a name does (filling a registry, a patch) concerns every name in it.

Source: M. Weiser, *Program Slicing* (ICSE 1981), for the idea; this is one of names, without
control.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Final, NamedTuple

WORD: Final = re.compile(r"[^\W\d]\w*")
_ALIAS: Final = re.compile(r"\b(\w+)\s+as\s+(\w+)")
_DEFINES: Final = re.compile(r"(?:async\s+def|def|class)\s+(\w+)")
_ASSIGNS: Final = re.compile(r"((?:\w+\s*(?::[^=\n]+)?[=,]\s*)+)(?!=)")
_CAN_BE_FILLED: Final = re.compile(
    r"=\s*(?:[{\[]|(?:\w+\.)*"
    r"(?!TypeVar|ParamSpec|NewType|NamedTuple|Enum|Path|Lock|RLock)"
    r"(?:[A-Z]\w*|\w*dict|set|list|deque|Counter)\()"
)
"""A container, or an object of a class that may be one."""

_IMPORTS: Final = re.compile(r"(?:from|import)\b")
_MAIN: Final = re.compile(r"if\s+__name__\s*==|if\s+(?:\w+\.)?TYPE_CHECKING\b")
_GOES_ON: Final = re.compile(r"[)\]}]|(?:else|elif|except|finally)\b|\"\"\"|'''")
_HARMLESS: Final = frozenset(
    ["dataclass", "dataclasses", "property", "staticmethod", "classmethod", "contextmanager",
     "contextlib", "cache", "lru_cache", "functools", "overload", "typing", "final", "attr",
     "attrs", "define", "frozen", "total_ordering", "runtime_checkable", "unique", "enum",
     "wraps", "s"]
)  # fmt: skip
"""Decorators that hand what they decorate to nobody else."""


class Piece(NamedTuple):
    """A statement at the top of a file: what it defines, and the words in it.

    ``is_open`` tells that what it does may concern others without being named: a loop that fills a
    registry, a function that is registered.
    """

    names: frozenset[str]
    words: frozenset[str]
    is_open: bool = False
    is_state: bool = False
    """Whether what it defines can be filled later, by others too."""


@dataclass(slots=True)
class Pieces:
    """A file of Python in the pieces that lie at its top."""

    pieces: list[Piece] = field(default_factory=list[Piece])
    aliases: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Names that are imported under another one."""

    words: frozenset[str] = frozenset()
    """Every word of the file, also of its imports."""
    names: frozenset[str] = frozenset()
    """What is defined at the top."""

    def met_by(self, words: Set[str]) -> list[Piece]:
        """Return the pieces that have one of these words, or mention a name that has."""
        known = set(words)
        found: list[Piece] = []
        waiting = list(self.pieces)
        while True:
            known.update(alias for name, alias in self.aliases if name in known)
            met = [piece for piece in waiting if not known.isdisjoint(piece.words)]
            if not met:
                return found
            waiting = [piece for piece in waiting if known.isdisjoint(piece.words)]
            found += met
            for piece in met:
                known |= piece.names

    def filled_by(self, words: Set[str]) -> set[str]:
        """Return what can be filled here by a statement elsewhere with these words."""
        states = frozenset[str]().union(*(p.names for p in self.pieces if p.is_state))
        found = set(states & words)
        for piece in self.pieces:
            if not piece.is_state and not words.isdisjoint(piece.names):
                found |= states & piece.words
        return found

    def mentioned(self, names: Iterable[str]) -> set[str]:
        """Return the words of all pieces that define these names, or what those mention."""
        known = set(names)
        found = set[str]()
        waiting = list(self.pieces)
        while True:
            known.update(name for name, alias in self.aliases if alias in known)
            met = [piece for piece in waiting if not known.isdisjoint(piece.names)]
            if not met:
                return found | known
            waiting = [piece for piece in waiting if known.isdisjoint(piece.names)]
            for piece in met:
                found |= piece.words
                known |= piece.words


def pieces_of(text: str) -> Pieces:
    r"""Return the pieces of a file.

    Examples
    --------
    >>> made = pieces_of("from a import b as c\nX = c(1)\n\ndef f():\n    return X\n")
    >>> [sorted(piece.names) for piece in made.met_by({"b"})]
    [['X'], ['f']]
    >>> sorted(made.mentioned({"f"}) & {"X", "c", "b"})
    ['X', 'b', 'c']
    """
    made = Pieces()
    before: list[str] = []
    for block in _blocks(text):
        first = block[0]
        if first.startswith("@"):
            before += block
            continue
        whole = "\n".join([*before, *block])
        decorators, before = before, []
        if _IMPORTS.match(first):
            made.aliases.extend(_ALIAS.findall(whole))
            continue
        words = frozenset(WORD.findall(whole))
        defined = _DEFINES.match(first)
        assigned = _ASSIGNS.match(first)
        if defined is not None:
            used = {word for line in decorators for word in WORD.findall(line.split("(")[0])}
            made.pieces.append(Piece(frozenset(defined.groups()), words, not used <= _HARMLESS))
        elif assigned is not None:
            names = frozenset(WORD.findall(re.sub(r":[^=\n]+=", "=", assigned[1])))
            names = frozenset(name for name in names if not name.startswith("__"))
            is_state = _CAN_BE_FILLED.search(first) is not None
            made.pieces.append(Piece(names, words, is_state=is_state))
        else:
            is_end = _MAIN.match(first) is not None or first[0] in "\"'"
            made.pieces.append(Piece(frozenset(), words, not is_end))
            made.aliases.extend(_ALIAS.findall(whole) if "import" in whole else ())
    made.names = frozenset[str]().union(*(piece.names for piece in made.pieces))
    made.words = frozenset[str]().union(
        *(piece.words for piece in made.pieces), *(frozenset(pair) for pair in made.aliases)
    )
    return made


def _blocks(text: str) -> Iterable[list[str]]:
    """Yield the lines of each statement that begins at the left."""
    block: list[str] = []
    for line in text.split("\n"):
        is_begin = line[:1].strip() and line[0] not in "#" and not _GOES_ON.match(line)
        if is_begin:
            if block:
                yield block
            block = [line]
        elif block:
            block.append(line)
    if block:
        yield block
