"""Terms of the vocabulary in free text.

All terms are looked for in one pass (Aho-Corasick) over the bytes of lower-case text; a hit counts
only if it stands between word boundaries, and the longest wins. Words that are also ordinary words,
and the language and country of the organisation itself, are left out (``words/text.yaml``): better
a mention missed than a column full of false ones, for a column of text is judged by many cells.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from typing import Any, Final, cast

import ahocorasick_rs

from doorlicht.records import TextHits
from doorlicht.shipped import read_yaml

MIN_LETTERS: Final = 4
"""Shorter words of tables are abbreviations and accidents."""

MAX_WORDS: Final = 4
SEPARATOR: Final = b"\n"
"""Stands between cells, and in no term."""


@dataclass(frozen=True)
class TermFinder:
    """Finds terms in free text; made by :func:`make_term_finder`.

    Attributes
    ----------
    concept_of
        Each term, in lower case, to the concept that it speaks of.
    """

    concept_of: Mapping[str, str]

    @cached_property
    def _terms(self) -> tuple[str, ...]:
        return tuple(self.concept_of)

    @cached_property
    def _concepts(self) -> tuple[str, ...]:
        return tuple(self.concept_of.values())

    @cached_property
    def _automaton(self) -> ahocorasick_rs.BytesAhoCorasick:
        # As a full automaton: takes 50 ms to make, and reads twice as fast. Over bytes, so that
        # text of an engine need not become text of Python first.
        return ahocorasick_rs.BytesAhoCorasick(
            [term.encode() for term in self._terms],
            matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
            implementation=ahocorasick_rs.Implementation.DFA,
        )

    def __getstate__(self) -> dict[str, Any]:
        """Leave the automaton out of a pickle; it is made again."""
        return {"concept_of": self.concept_of}

    def count(self, cells: Sequence[str]) -> tuple[TextHits, ...]:
        """Return mentions per concept in a batch of cells, ordered by concept.

        Examples
        --------
        >>> finder = TermFinder({"moedertaal": "language"})
        >>> finder.count(["Haar moedertaal is Tamazight.", "Belde over de huur."])[0].rows
        1
        """
        parts = [lower(cell).encode("utf-8", "replace") + SEPARATOR for cell in cells]
        starts = [*accumulate((len(part) for part in parts), initial=0)]
        return self.count_lowered(memoryview(b"".join(parts)), starts)

    def count_lowered(self, text: memoryview, starts: Sequence[int]) -> tuple[TextHits, ...]:
        """Return mentions per concept in cells that lie one after the other.

        Parameters
        ----------
        text
            The cells as UTF-8 (format ``B``), as :func:`lower` leaves them, each with
            :data:`SEPARATOR` behind it.
        starts
            Where in ``text`` each cell begins, in bytes, and where the last one ends.
        """
        matches = self._automaton.find_matches_as_indexes(text)
        if not matches:
            return ()
        rows: dict[str, set[int]] = defaultdict(set)
        mentions: dict[str, int] = defaultdict(int)
        per_term: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for number, start, end in matches:
            if not _stands_alone(text, start, end):
                continue
            concept = self._concepts[number]
            row = bisect_right(starts, start) - 1
            rows[concept].add(row)
            mentions[concept] += 1
            per_term[concept][self._terms[number]].add(row)
        return tuple(
            TextHits(
                concept,
                len(rows[concept]),
                mentions[concept],
                {term: len(found) for term, found in sorted(per_term[concept].items())},
            )
            for concept in sorted(rows)
        )


def add_text_hits(parts: Iterable[tuple[TextHits, ...]]) -> tuple[TextHits, ...]:
    """Return the hits of several batches of the same column as one."""
    rows: dict[str, int] = defaultdict(int)
    mentions: dict[str, int] = defaultdict(int)
    terms: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for part in parts:
        for hit in part:
            rows[hit.concept] += hit.rows
            mentions[hit.concept] += hit.mentions
            for term, count in hit.rows_per_term.items():
                terms[hit.concept][term] += count
    return tuple(
        TextHits(concept, rows[concept], mentions[concept], dict(terms[concept]))
        for concept in sorted(rows)
    )


@cache
def read_text_settings() -> dict[str, Any]:
    """Return ``words/text.yaml``: phrases, tables to look for, words to leave out, filler."""
    return cast("dict[str, Any]", read_yaml("doorlicht.vocabulary", "words/text.yaml"))


def make_term_finder(tables: Mapping[str, Mapping[str, Iterable[str]]]) -> TermFinder:
    """Return a finder for the phrases of ``words/text.yaml`` and the words of some tables."""
    settings = read_text_settings()
    left_out = {lower(word) for word in settings["not_in_text"]}
    concept_of: dict[str, str] = {}
    for concept, phrases in settings["phrases"].items():
        for phrase in phrases:
            concept_of.setdefault(lower(phrase), concept)
    for table, concept in settings["tables"].items():
        for spellings in tables.get(table, {}).values():
            for spelling in spellings:
                word = lower(spelling)
                if word not in left_out and _is_distinct(word):
                    concept_of.setdefault(word, concept)
    return TermFinder(concept_of)


_CONTINUES: Final = 0x80
"""First two bits of a byte that continues a character of UTF-8 (RFC 3629)."""

_WORDS: Final = re.compile(r"[^\W\d_]+(?:[ '\-][^\W\d_]+)*")


def _is_distinct(word: str) -> bool:
    letters = sum(letter.isalpha() for letter in word)
    return (
        letters >= MIN_LETTERS
        and len(word.split()) <= MAX_WORDS
        and _WORDS.fullmatch(word) is not None
    )


def lower(text: str) -> str:
    """Return text in lower case, each character as one, as engines do it.

    Examples
    --------
    >>> lower("İtalya"), len(lower("İ"))
    ('italya', 1)
    """
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower()[0] for c in text)


def _stands_alone(text: memoryview, start: int, end: int) -> bool:
    """Return whether no letter, digit or underscore touches a part of UTF-8 text."""
    return not (_is_of_word(_before(text, start)) or _is_of_word(_from(text, end)))


def _before(text: memoryview, end: int) -> bytes:
    """Return the bytes of the character that ends somewhere; none at the beginning."""
    start = end - 1
    while start > 0 and text[start] & 0xC0 == _CONTINUES:
        start -= 1
    return bytes(text[max(start, 0) : end])


def _from(text: memoryview, start: int) -> bytes:
    """Return the bytes of the character that begins somewhere; none at the end."""
    end = start + 1
    while end < len(text) and text[end] & 0xC0 == _CONTINUES:
        end += 1
    return bytes(text[start:end])


def _is_of_word(character: bytes) -> bool:
    shown = character.decode("utf-8", "replace")
    return shown.isalnum() or shown == "_"
