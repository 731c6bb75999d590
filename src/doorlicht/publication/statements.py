"""What a text says, and what it denies: clause by clause, with the words of ``statements.yaml``.

A reader for one purpose: does a published record say that something is used, or that it is not? It
knows the ways in which records say that, and no more of Dutch. What it does not recognise it
leaves alone: then nothing is said, and nothing denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from doorlicht.publication.plain_text import readable
from doorlicht.shipped import read_yaml

MAX_SAID: Final = 200
"""Letters of a published sentence that are repeated."""

MAX_TEXT: Final = 20_000
"""Letters of a field that are read; the longest field of the register takes 5,000."""

_SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A clause that speaks of something, in the sentence that it is part of."""

    field: str
    sentence: str
    is_denied: bool

    @property
    def said(self) -> str:
        """The sentence, or its beginning."""
        return self.sentence if len(self.sentence) <= MAX_SAID else self.sentence[:MAX_SAID] + "…"


@cache
def words(name: str) -> re.Pattern[str]:
    """Return a pattern by its name.

    Examples
    --------
    >>> bool(words("dpia").search("Er is een DPIA gedaan"))
    True
    """
    return re.compile(str(_data()[name]), re.IGNORECASE)


@cache
def words_of(concept: str, label: str) -> re.Pattern[str]:
    """Return how texts speak of a concept; of one that is not known, its label.

    Examples
    --------
    >>> bool(words_of("nationality", "").search("Nationaliteiten"))
    True
    """
    known: Mapping[str, str] = _data()["concepts"]
    return re.compile(known.get(concept) or re.escape(label or concept), re.IGNORECASE)


def common_words() -> frozenset[str]:
    """Return words by which no source or law is recognised."""
    return frozenset(str(one) for one in _data()["common"])


@cache
def _data() -> Mapping[str, Any]:
    return read_yaml("doorlicht.publication", "statements.yaml")


def statements_on(field: str, text: str, pattern: re.Pattern[str]) -> Iterator[Statement]:
    """Yield what a text says on something: each clause that speaks of it, and whether it denies.

    Clauses on a norm, or on sharing and keeping, are left out: they say nothing of what is used.

    Examples
    --------
    >>> text = "Nationaliteit wordt niet gebruikt, maar postcode wel."
    >>> [one.is_denied for one in statements_on("data", text, words_of("nationality", ""))]
    [True]
    >>> [one.is_denied for one in statements_on("data", text, words_of("neighbourhood", ""))]
    [False]
    """
    for sentence in sentences(text):
        for clause in _clauses(sentence):
            found = pattern.search(clause)
            if found is not None and not words("other_subject").search(clause):
                yield Statement(field, sentence, _is_turned(clause, found.start()))


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, without HTML.

    Examples
    --------
    >>> sentences("<p>Een. Twee</p><p>drie</p>")
    ['Een.', 'Twee', 'drie']
    """
    return [one.strip() for one in _SENTENCE.split(readable(text[:MAX_TEXT])) if one.strip()]


def _is_turned(clause: str, at: int) -> bool:
    """Whether what stands at a place in a clause is denied."""
    shown = words("not_turning").sub(lambda one: " " * len(one[0]), clause)
    before = words("before").search(shown)
    is_turned = words("around").search(shown) is not None or (
        before is not None and before.start() < at
    )
    return is_turned != (words("excludes").search(shown) is not None)


def _clauses(sentence: str) -> Iterator[str]:
    for half in _at_turns(sentence):
        yield from _at_commas(half)


def _at_turns(sentence: str) -> list[str]:
    parts: list[str] = []
    begin = 0
    for one in words("turns").finditer(sentence):
        # "postcode wel": what turns at the end belongs to what stands before it.
        is_last = not sentence[one.end() :].strip(" .!?;,")
        if one.start() > begin and not is_last:
            parts.append(sentence[begin : one.start()])
            begin = one.start()
    return [*parts, sentence[begin:]]


def _at_commas(half: str) -> list[str]:
    """Return the clauses between commas; what has no verb of its own goes with its list."""
    clauses: list[str] = []
    ahead = ""
    for part in half.split(","):
        turns_itself = words("around").search(part) or words("before").search(part)
        if words("verbs").search(part) or (turns_itself and not ahead):
            clauses.append(f"{ahead}, {part}" if ahead else part)
            ahead = ""
        elif not ahead and clauses and words("before").search(clauses[-1]):
            # "geen nationaliteit, geboorteland of etniciteit": the list goes on.
            clauses[-1] += f", {part}"
        else:
            ahead = f"{ahead}, {part}" if ahead else part
    if ahead:
        if clauses and not words("around").search(clauses[-1]):
            clauses[-1] += f", {ahead}"
        else:
            clauses.append(ahead)
    return clauses
