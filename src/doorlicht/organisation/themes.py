"""Themes of questions, proposed from their text; people decide (``themes.yaml`` holds the words).

A proposal names the words by which it was made. Nothing is learned: the words are few, can be read
and argued about, and work from the first question on. A question without any of them gets none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from doorlicht.errors import InputError, nearest
from doorlicht.language import Language
from doorlicht.shipped import read_yaml

_WORD: Final = re.compile(r"[^\W_]+")
_SENTENCE: Final = re.compile(r"[.?!;:]\s+|\n")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with the words that propose it."""

    id: str
    label: dict[Language, str]
    words: tuple[re.Pattern[str], ...]
    together: tuple[tuple[re.Pattern[str], ...], ...]


@dataclass(frozen=True, slots=True)
class ThemeProposal:
    """A theme that is proposed, and the words by which."""

    theme: str
    words: tuple[str, ...]


@cache
def known_themes() -> dict[str, Theme]:
    """Return the themes by id, in the order of a reading guide.

    Examples
    --------
    >>> list(known_themes())[:2]
    ['organisations_not_covered', 'external_audit']
    """
    tree: dict[str, dict[str, Any]] = read_yaml("doorlicht.organisation", "themes.yaml")["themes"]
    return {
        name: Theme(
            name,
            {"nl": one["nl"], "en": one["en"]},
            tuple(_pattern(word) for word in one["words"]),
            tuple(tuple(_pattern(word) for word in row) for row in one.get("together", ())),
        )
        for name, one in tree.items()
    }


def propose_themes(text: str) -> list[ThemeProposal]:
    """Return the themes of a text, in the order of a reading guide.

    Examples
    --------
    >>> propose_themes("Is dit door de Auditdienst Rijk getoetst?")
    [ThemeProposal(theme='external_audit', words=('auditdienst',))]
    """
    sentences = [_plain(one) for one in _SENTENCE.split(text)]
    found: list[ThemeProposal] = []
    for theme in known_themes().values():
        words = [
            match.group()
            for sentence in sentences
            for pattern in theme.words
            if (match := pattern.search(sentence))
        ]
        for sentence in sentences:
            for row in theme.together:
                matches = [pattern.search(sentence) for pattern in row]
                words += [one.group() for one in matches if one] if all(matches) else []
        if words:
            found.append(ThemeProposal(theme.id, tuple(dict.fromkeys(words))))
    return found


def check_themes(names: Iterable[str]) -> tuple[str, ...]:
    """Return themes in the order of a reading guide, each once.

    Raises
    ------
    InputError
        If one is not known.
    """
    given = set(names)
    for name in given:
        if name not in known_themes():
            raise InputError(
                "questions.no_such_theme", theme=name, nearest=nearest(name, known_themes())
            )
    return tuple(name for name in known_themes() if name in given)


def _plain(text: str) -> str:
    """Return words in small letters without accents, one space between."""
    flat = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(one for one in flat if not unicodedata.combining(one))
    return " ".join(_WORD.findall(bare))


def _pattern(words: str) -> re.Pattern[str]:
    parts: Sequence[str] = [re.escape(one).replace(r"\*", r"\w*") for one in words.split()]
    return re.compile(rf"\b{' '.join(parts)}\b")
