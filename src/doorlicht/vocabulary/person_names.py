"""Whether texts are full names of persons: *Anna de Vries*, *Vries, A. de*, *mevr. Bakker*.

It serves only to see that the rows of a table are persons. A name says nothing about the origin of
who bears it, and doorlicht never infers that.

Limits: given names of the vocabulary's own list, and Latin letters. Of names without a frequent
given name or initials nothing is seen, so a column counts from a share on that is far below one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from doorlicht.vocabulary.lexicon import Lexicon
from doorlicht.vocabulary.names import fold

GIVEN: Final = "name/given"
MAX_WORDS: Final = 6
"""A name with more words is the title of something."""

_TITLES: Final = frozenset(
    ["dhr", "mevr", "mw", "mr", "mrs", "ms", "miss", "herr", "frau", "mme", "mlle", "sra", "srta"]
)
_INITIALS_FIRST: Final = re.compile(
    r"^(?:[A-Z]\.[ -]?){1,5} ?(?:[a-z']{1,4} ){0,3}[^\W\d_][\w'\u2019-]+$"
)
_INITIALS_LAST: Final = re.compile(
    r"^[^\W\d_][\w'\u2019 -]+, ?(?:[A-Z]\.[ -]?){1,5}(?: ?[a-z' ]{1,12})?$"
)
_WORD: Final = re.compile(r"^[^\W\d_][^\W\d_'\u2019.-]*(?:['\u2019.-][^\W\d_]+)*\.?$")


@dataclass(frozen=True, slots=True)
class PersonNames:
    """Reads texts as names of persons, by a list of given names (folded)."""

    given: Collection[str]

    def share(self, values: Collection[str]) -> float:
        """Return the part (0..1) of the values that are full names; 0 where there are none.

        Examples
        --------
        >>> PersonNames({"anna"}).share(["Anna de Vries", "Vries, A. de", "Anna", "Rotterdam"])
        0.5
        """
        return sum(map(self.is_name, values)) / len(values) if values else 0.0

    def is_name(self, value: str) -> bool:
        """Return whether a value is a given name or initials with a surname."""
        if _INITIALS_FIRST.match(value) or _INITIALS_LAST.match(value):
            return True
        surname, comma, first = value.partition(",")
        words = [*first.split(), *surname.split()] if comma else value.split()
        if not 2 <= len(words) <= MAX_WORDS or not all(map(_WORD.match, words)):
            return False
        lead = fold(words[0]).rstrip(".")
        if not words[-1][:1].isupper():
            return False
        if lead in _TITLES:
            return True
        return words[0][:1].isupper() and (lead in self.given or lead.split("-")[0] in self.given)


@lru_cache(maxsize=2)
def person_names(lexicon: Lexicon) -> PersonNames:
    """Return the reader for a lexicon, made once per process."""
    return PersonNames(frozenset(_given(lexicon)))


def _given(lexicon: Lexicon) -> Iterable[str]:
    # Spellings of one entry share their pairs: a few thousand are looked into, and not all.
    named: dict[int, bool] = {}
    for spelling, pairs in zip(lexicon.spellings, lexicon.entries, strict=True):
        is_given = named.get(id(pairs))
        if is_given is None:
            is_given = named[id(pairs)] = any(table == GIVEN for table, _ in pairs)
        if is_given:
            yield fold(spelling)
