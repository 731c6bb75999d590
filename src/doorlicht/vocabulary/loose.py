"""Values that are an entry of the vocabulary but for their dress.

``1. White``, ``non.white1``, ``UNITED_STATES``, ``Male-African-American``, ``Asian/Pacific
Islander``: the exact count in the engine does not know them. So the different values of a
sample are read again, in memory: signs become spaces, numbering is left out, and what is left must
be made of entries and of words that say nothing by themselves, without a rest. *Black eyes* is no
entry, for *eyes* is a rest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from doorlicht.records import ValueHits
from doorlicht.vocabulary.lexicon import Lexicon
from doorlicht.vocabulary.names import fold
from doorlicht.vocabulary.text import read_text_settings

TABLES: Final = (
    "census/us",
    "census/uk",
    "census/ca",
    "census/other",
    "cbs/",
    "word/",
    "name/nationality",
    "name/country",
    "name/religion",
    "name/language",
)
"""Tables (or beginnings of their ids) whose values people write with dressing around them."""

_UNION: Final = "census/any"
"""Table under which an entry of any census list is counted too."""

_FILLER_TABLES: Final = ("neutral/", "lookalike/sex")
_SIGNS: Final = re.compile(r"[^0-9a-z]+")
_NUMBER: Final = re.compile(r"^\d+$|(?<=[a-z])\d+$")
_COUNTRY: Final = "name/country"
_PLACE: Final = re.compile(r"^[^\W\d_][^\d(]*(?:, ?([^,()\d]+)|\(([^()\d]+)\))$")
"""A place and its country: behind a comma, or in brackets."""

_LONGEST_ENTRY: Final = 7
_LONGEST_VALUE: Final = 90
"""Longer values are sentences, not categories."""


@dataclass(frozen=True, slots=True)
class LooseMatcher:
    """Reads values by their words; made from a lexicon by :func:`make_loose_matcher`."""

    entries: Mapping[str, tuple[tuple[str, str], ...]]
    filler: frozenset[str]

    def read(self, value: str) -> tuple[tuple[str, str], ...]:
        """Return the ``(value table, entry)`` pairs that a value is made of, or nothing.

        A pair is returned only for tables that have an entry in the value. Of a place with its
        country (*Lagos, Nigeria*) the country is returned.
        """
        if len(value) > _LONGEST_VALUE:
            return ()
        return self._read_words(value) or self._read_country(value)

    def _read_country(self, value: str) -> tuple[tuple[str, str], ...]:
        place = _PLACE.match(value)
        if place is None:
            return ()
        found = self._read_words(place[1] or place[2])
        return tuple(pair for pair in found if pair[0] == _COUNTRY)

    def _read_words(self, value: str) -> tuple[tuple[str, str], ...]:
        tokens = [
            token
            for token in (_NUMBER.sub("", part) for part in _SIGNS.split(fold(value)))
            if token
        ]
        found: list[tuple[str, str]] = []
        position = 0
        while position < len(tokens):
            for length in range(min(_LONGEST_ENTRY, len(tokens) - position), 0, -1):
                words = " ".join(tokens[position : position + length])
                if words in self.entries:
                    found.extend(self.entries[words])
                    position += length
                    break
            else:
                if tokens[position] not in self.filler:
                    return ()
                position += 1
        return tuple(found)

    def count(self, rows_per_value: Mapping[str, int]) -> tuple[ValueHits, ...]:
        """Return hits per value table for the counted values of a sample.

        A row counts once for a table, under the first entry of that table in it.
        """
        return count_readings((self.read(value), rows) for value, rows in rows_per_value.items())


def count_readings(
    readings: Iterable[tuple[Iterable[tuple[str, str]], int]],
) -> tuple[ValueHits, ...]:
    """Return hits per value table for what values were read as, each with its rows."""
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for pairs, count in readings:
        seen: set[str] = set()
        for table, entry in pairs:
            # Lists of different countries are mixed in practice; together they are one.
            for name in (table, _UNION) if table.startswith("census/") else (table,):
                if name not in seen:
                    seen.add(name)
                    rows[name][entry] += count
    return tuple(ValueHits(table, dict(rows[table])) for table in sorted(rows))


def make_loose_matcher(lexicon: Lexicon) -> LooseMatcher:
    """Return a matcher for the word tables of a lexicon."""
    entries: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    filler = set(read_text_settings()["filler"])
    # Spellings of one entry share their pairs, and mostly differ in capitals only.
    roles: dict[tuple[tuple[str, str], ...], tuple[list[tuple[str, str]], bool]] = {}
    words_of: dict[str, str] = {}
    for spelling, pairs in zip(lexicon.spellings, lexicon.entries, strict=True):
        role = roles.get(pairs)
        if role is None:
            role = roles[pairs] = (
                [pair for pair in pairs if pair[0].startswith(TABLES)],
                any(table.startswith(_FILLER_TABLES) for table, _ in pairs),
            )
        named, is_filler = role
        if not named and not is_filler:
            continue
        lowered = spelling.lower()
        words = words_of.get(lowered)
        if words is None:
            tokens = _SIGNS.split(fold(spelling))
            words = words_of[lowered] = " ".join([token for token in tokens if token])
        if len(words) > 2:
            for pair in named:
                entries[words][pair] = None
        if is_filler:
            filler.update(words.split())
    return LooseMatcher(
        {words: tuple(found) for words, found in entries.items()}, frozenset(filler)
    )
