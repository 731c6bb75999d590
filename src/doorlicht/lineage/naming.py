"""What the names in code say about origin.

The words are those of the vocabulary. In code a name that is only *often* meant so
(``language``, ``origin``, ``nat``) counts where it is the name of a column of a table, and not as a
setting, a variable or a word: ``"language": "python"`` says nothing about persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple, cast

from ahocorasick_rs import AhoCorasick

from doorlicht.records.flows import ReferenceKind
from doorlicht.shipped import read_yaml
from doorlicht.vocabulary import Vocabulary
from doorlicht.vocabulary.names import NameMatch, fold, split_name

_MAX_WORDS: Final = 5
_MAX_LENGTH: Final = 80
_IDENTIFIER: Final = re.compile(r"^[^\W\d][\w.$]*$|^[\w.%°#][\w .%/()°#-]*$")
_SHORT: Final = 4
"""Names of so few letters count only as the name of a column: BPL can be anything."""


@cache
def _code_words() -> tuple[tuple[frozenset[str], ...], ...]:
    """Return the words of each kind: each is the set of words that a match must have.

    They count only as a column, never, are ambiguous, make a name one of things, or do not count
    as the first of several words, unless a word of the last kind follows.
    """
    content = cast("dict[str, list[str]]", read_yaml("doorlicht.lineage", "code_words.yaml"))
    return tuple(
        _sets(content[kind])
        for kind in (
            "column_only",
            "never",
            "ambiguous",
            "of_things",
            "not_first",
            "code_like",
        )
    )


def _sets(lines: list[str]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(line.split()) for line in lines)


def _is_of_thing(name: str, match: NameMatch, of_things: tuple[frozenset[str], ...]) -> bool:
    """Return whether words beside a match tell that it says something of a thing.

    What is certain stays so, unless it is spelled out with the word beside it: ``zip file``.
    """
    tokens = split_name(name)
    if match.level == "certain":
        of_things = tuple(each for each in of_things if each & frozenset(match.words))
    return _has_any(tokens, of_things)


def _has_any(words: Iterable[str], sets: tuple[frozenset[str], ...]) -> bool:
    """Return whether words hold all words of one of the sets."""
    given = frozenset(words)
    return any(each <= given for each in sets)


class Meaning(NamedTuple):
    """A concept that a name stands for."""

    concept: str
    kind: ReferenceKind


@dataclass(slots=True)
class Names:
    """Reads names by the vocabulary."""

    vocabulary: Vocabulary
    _columns: dict[str, Meaning | None] = field(default_factory=dict[str, "Meaning | None"])
    _words: dict[str, Meaning | None] = field(default_factory=dict[str, "Meaning | None"])
    _ambiguous: set[str] = field(default_factory=set[str])
    _telling: AhoCorasick = field(init=False)

    def __post_init__(self) -> None:
        """Gather words of which every name about origin has one; most names of code have none."""
        self._telling = AhoCorasick(sorted(self.vocabulary.names.telling_words()))

    def of_column(self, name: str) -> Meaning | None:
        """Return what the name of a column of a table stands for."""
        if name not in self._columns:
            self._columns[name] = self._read(name, is_column=True)
        return self._columns[name]

    def of_word(self, name: str) -> Meaning | None:
        """Return what a name stands for of which it is not known whether it is a column."""
        if name not in self._words:
            can_be = len(name) > _SHORT and bool(self._telling.find_matches_as_indexes(fold(name)))
            self._words[name] = self._read(name, is_column=False) if can_be else None
        return self._words[name]

    def is_ambiguous(self, name: str) -> bool:
        """Return whether the name of a column is only often meant so (``origin``, ``ras``)."""
        self.of_column(name)
        return name in self._ambiguous

    def is_piece(self, word: str) -> bool:
        """Return whether a word can be a part of a name of origin, though it may say nothing alone.

        Examples
        --------
        >>> from doorlicht.vocabulary import load_vocabulary
        >>> names = Names(load_vocabulary(()))
        >>> names.is_piece("geboorte"), names.is_piece("timeout")
        (True, False)
        """
        known = self.vocabulary.names
        low = fold(word).strip("_")
        return low in known.parts or low in known.whole

    def may_tell(self, text: str) -> bool:
        """Return whether :meth:`of_word` can say anything of a word in a text."""
        return bool(self._telling.find_matches_as_indexes(fold(text)))

    def _read(self, name: str, *, is_column: bool) -> Meaning | None:
        if not 1 < len(name) <= _MAX_LENGTH or len(name.split()) > _MAX_WORDS:
            return None
        if not _IDENTIFIER.match(name):
            return None
        reading = self.vocabulary.names.read_name(name)
        if not reading.matches:
            return None
        column_only, never, ambiguous, of_things, not_first, code_like = _code_words()
        matches = [match for match in reading.matches if not _has_any(match.words, never)]
        first, *others = split_name(name) or [name]
        if others and not _has_any(others, code_like):
            # ``lang_verblijf`` is a long one; ``user_lang`` and ``lang_code`` are languages.
            matches = [m for m in matches if not _has_any([first] * (first in m.words), not_first)]
        if not is_column:
            matches = [match for match in matches if not _has_any(match.words, column_only)]
        if not matches:
            return None
        first = matches[0]
        if _is_of_thing(name, first, of_things):
            return None
        kind: ReferenceKind = (
            "proxy" if self.vocabulary.concepts[first.concept].kind == "proxy" else "direct"
        )
        if is_column and (first.level != "certain" or _has_any(first.words, ambiguous)):
            self._ambiguous.add(name)
        if first.level in ("certain", "strong"):
            if not is_column and len(name) <= _SHORT:
                return None
            return Meaning(first.concept, kind)
        if is_column and first.level == "ambiguous" and kind == "direct":
            return Meaning(first.concept, kind)
        return None
