"""Terms of the vocabulary in free text.

All terms are looked for in one pass (Aho-Corasick) over lower-case text; a hit counts only if it
stands between word boundaries, and the longest wins. Words that are also ordinary words, and the
language and country of the organisation itself, are left out (``words/text.yaml``): better a
mention missed than a column full of false ones, for a column of text is judged by many cells.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from itertools import accumulate
from typing import Any, Final, cast

import ahocorasick_rs
import yaml

from doorlicht.records import TextHits

MIN_LETTERS: Final = 4
"""Shorter words of tables are abbreviations and accidents."""

MAX_WORDS: Final = 4
_SEPARATOR: Final = "\n"


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
    def _automaton(self) -> ahocorasick_rs.AhoCorasick:
        # As a full automaton: takes 50 ms to make, and reads twice as fast.
        return ahocorasick_rs.AhoCorasick(
            self._terms,
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
        text = _lower(_SEPARATOR.join(cells))
        matches = self._automaton.find_matches_as_indexes(text)
        if not matches:
            return ()
        starts = list(accumulate((len(cell) + 1 for cell in cells), initial=0))
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
    file = resources.files("doorlicht.vocabulary") / "words" / "text.yaml"
    return cast("dict[str, Any]", yaml.safe_load(file.read_text("utf-8")))


def make_term_finder(tables: Mapping[str, Mapping[str, Iterable[str]]]) -> TermFinder:
    """Return a finder for the phrases of ``words/text.yaml`` and the words of some tables."""
    settings = read_text_settings()
    left_out = {_lower(word) for word in settings["not_in_text"]}
    concept_of: dict[str, str] = {}
    for concept, phrases in settings["phrases"].items():
        for phrase in phrases:
            concept_of.setdefault(_lower(phrase), concept)
    for table, concept in settings["tables"].items():
        for spellings in tables.get(table, {}).values():
            for spelling in spellings:
                word = _lower(spelling)
                if word not in left_out and _is_distinct(word):
                    concept_of.setdefault(word, concept)
    return TermFinder(concept_of)


_WORDS: Final = re.compile(r"[^\W\d_]+(?:[ '\-][^\W\d_]+)*")


def _is_distinct(word: str) -> bool:
    letters = sum(letter.isalpha() for letter in word)
    return (
        letters >= MIN_LETTERS
        and len(word.split()) <= MAX_WORDS
        and _WORDS.fullmatch(word) is not None
    )


def _lower(text: str) -> str:
    """Return text in lower case, character by character, so that positions stay the same."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = start == 0 or not (text[start - 1].isalnum() or text[start - 1] == "_")
    after = end == len(text) or not (text[end].isalnum() or text[end] == "_")
    return before and after
