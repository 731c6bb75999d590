"""What the name of a column says about origin.

A name is cut into words (``geb_land``, ``BirthCountry``, ``NATCD``, ``utrikesfodd``), each word is
looked up by meaning, and rules say what a combination of meanings stands for. The words and
the rules are data: ``terms/words.yaml``, ``terms/rules.yaml``, ``terms/elements.yaml``,
``terms/models.yaml``.

A match needs whole words: *totaal* is not *taal*, *destination* is not *nation*. A compound
counts only if it can be cut into known words without a rest, apart from long words (eight letters
or more) which are found inside any other.

Limits: a name in a language that no list covers says nothing here; the values may. Of other scripts
than Latin only a few words of the population registers of Europe are listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal, cast

from ahocorasick_rs import AhoCorasick

from doorlicht.errors import InputError
from doorlicht.shipped import read_yaml
from doorlicht.vocabulary.models import load_models, squash

Level = Literal["certain", "strong", "ambiguous", "hint"]
LEVELS: Final[tuple[Level, ...]] = ("certain", "strong", "ambiguous", "hint")

MODIFIERS: Final = frozenset(
    {"share", "time", "thing", "attitude", "quality", "birth_other", "person", "parents", "code"}
)
"""Meanings that change how much a name says, whatever the concept."""

MIN_INSIDE: Final = 8
"""A word of this many letters is found inside any longer one: by chance it stands there never."""

MIN_COMPOUND_PART: Final = 3
"""Shorter words are cut out of a compound only if they are in ``_SHORT_PARTS``."""

_SHORT_PARTS: Final = frozenset({"cd", "nr", "id", "gr", "us", "uk", "dt", "jr"})
_LINKS: Final = ("s", "en", "n", "e", "van", "der", "de", "of")
_MAX_NAME: Final = 200
"""Longer names are sentences; only their beginning is read."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A concept that a name stands for, how surely, and by which words (folded)."""

    concept: str
    level: Level
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameReading:
    """All that a name says.

    Attributes
    ----------
    matches
        At most one per concept, the surest first.
    modifiers
        Which of :data:`MODIFIERS` stand in it.
    unknown
        Number of words that are in no list.
    meanings
        Every meaning found.
    is_element
        Whether it is an element number of the Logisch Ontwerp BRP, or a name of a published data
        model (``models.yaml``); then no match means: not origin-related.
    """

    matches: tuple[NameMatch, ...] = ()
    modifiers: frozenset[str] = frozenset()
    unknown: int = 0
    meanings: frozenset[str] = frozenset()
    is_element: bool = False


@dataclass(frozen=True, slots=True)
class NameRule:
    """One line of ``rules.yaml``."""

    concept: str
    level: Level
    all: frozenset[str]
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NameTerms:
    """The words and rules, ready to match; made by :func:`load_name_terms`."""

    whole: Mapping[str, frozenset[str]]
    parts: Mapping[str, frozenset[str]]
    stems: Sequence[tuple[str, str]]
    rules: Sequence[NameRule]
    elements: Mapping[str, str]
    element_groups: frozenset[str]
    parent_categories: frozenset[str]
    parents_of: Mapping[str, str]
    read: dict[str, NameReading] = field(
        default_factory=dict[str, NameReading], compare=False, repr=False
    )
    _finder: list[AhoCorasick] = field(
        default_factory=list[AhoCorasick], compare=False, repr=False, init=False
    )
    """Finds the stems in a word, all at once; made when it is first needed."""
    _tokens: dict[str, tuple[tuple[str, frozenset[str]], ...]] = field(
        default_factory=dict[str, "tuple[tuple[str, frozenset[str]], ...]"],
        compare=False, repr=False, init=False,
    )  # fmt: skip
    """The known words in single tokens: names share them."""
    _wholes: dict[str, frozenset[str] | None] = field(
        default_factory=dict[str, "frozenset[str] | None"], compare=False, repr=False, init=False
    )
    """What single tokens mean as a whole."""
    _rules_by: dict[str, list[int]] = field(
        default_factory=dict[str, "list[int]"], compare=False, repr=False, init=False
    )
    """The numbers of the rules that need a meaning; each rule stands with one that it needs."""

    def read_name(self, name: str) -> NameReading:
        """Return what a name says.

        Examples
        --------
        >>> terms = load_name_terms()
        >>> terms.read_name("GEB_LAND").matches[0].concept
        'country_of_birth'
        >>> terms.read_name("totaal").matches
        ()
        """
        known = self.read.get(name)
        if known is None:
            known = self._read(name[:_MAX_NAME])
            if len(self.read) < _CACHED_NAMES:
                self.read[name] = known
        return known

    def read_row(self, names: Sequence[str]) -> tuple[NameReading, ...]:
        """Return what the names of the columns of one table say, each knowing the others.

        A bare ``6310`` is a number; beside ``0120`` and ``0510`` it is element 63.10.

        Examples
        --------
        >>> terms = load_name_terms()
        >>> terms.read_row(["0120", "0510", "6310"])[2].matches[0].concept
        'nationality_change'
        >>> terms.read_row(["account", "amount", "6310"])[2].matches
        ()
        """
        if not self.are_elements(
            [name for name in names if _BARE_ELEMENT.match(name.strip())], MIN_ELEMENTS
        ):
            short = load_models().of_row(names)
            return tuple(
                _of_model(name, short[index]) if index in short else self.read_name(name)
                for index, name in enumerate(names)
            )
        return tuple(
            self.read_name(f"{name[:-2]}.{name[-2:]}")
            if len(name) == _BARE_LENGTH and _BARE_ELEMENT.match(name)
            else self.read_name(name)
            for name in (name.strip() for name in names)
        )

    def are_elements(self, names: Sequence[str], least: int) -> bool:
        """Return whether all names are element numbers without dots, and one is surely so.

        Examples
        --------
        >>> load_name_terms().are_elements(["0120", "0510", "6310"], 3)
        True
        """
        return (
            len(names) >= least
            and len(set(names)) == len(names)
            and all(
                _BARE_ELEMENT.match(name) and name[-4:-2] in self.element_groups for name in names
            )
            and any(self.read_name(name).is_element for name in names)
        )

    def telling_words(self) -> frozenset[str]:
        """Return words of which every name that surely stands for a concept holds at least one.

        They serve to pass over other names quickly. Of each certain or strong rule the meaning
        with the fewest words is taken.

        Examples
        --------
        >>> telling = load_name_terms().telling_words()
        >>> any(word in "nationaliteit_nl" for word in telling)
        True
        """
        words: dict[str, set[str]] = {}
        for word, meanings in (*self.whole.items(), *self.parts.items()):
            for meaning in meanings:
                words.setdefault(meaning, set()).add(word)
        for stem, meaning in self.stems:
            words.setdefault(meaning, set()).add(stem)
        telling: set[str] = set(load_models().written)
        for rule in self.rules:
            if rule.level in ("certain", "strong"):
                telling |= min((words.get(meaning, set()) for meaning in rule.all), key=len)
        return frozenset(telling)

    def _read(self, name: str) -> NameReading:
        element = _element_number(name, self.element_groups)
        if element is not None:
            return self._read_element(*element)
        concept = load_models().of_name(name)
        if concept is not None:
            return _of_model(name, concept)
        words, unknown = self._words(split_name(name))
        meanings = frozenset(meaning for _, found in words for meaning in found)
        return NameReading(
            matches=self._apply_rules(words, meanings),
            modifiers=_modifiers(words),
            unknown=unknown,
            meanings=meanings,
        )

    def _read_element(self, category: str, element: str) -> NameReading:
        concept = self.elements.get(element)
        if concept is None:
            return NameReading(is_element=True)
        if category in self.parent_categories:
            concept = self.parents_of.get(concept, concept)
        level: Level = "certain" if category else "strong"
        return NameReading((NameMatch(concept, level, (element,)),), is_element=True)

    def _words(self, tokens: Sequence[str]) -> tuple[list[tuple[str, frozenset[str]]], int]:
        """Look up runs of tokens, the longest run first; then their parts."""
        found: list[tuple[str, frozenset[str]]] = []
        unknown = 0
        position = 0
        while position < len(tokens):
            for length in range(min(4, len(tokens) - position), 0, -1):
                word = "".join(tokens[position : position + length])
                meanings = self._whole_word(word) if length == 1 else self.whole.get(word)
                if length > 1 and meanings is not None and _is_only_filler(meanings):
                    meanings = None
                if meanings is not None:
                    found.append((word, meanings))
                    position += length
                    break
            else:
                token = tokens[position]
                parts = self._parts_of(token)
                found.extend(parts)
                if token.isdigit():
                    found.append((token, _A_NUMBER))
                elif not parts:
                    unknown += 1
                position += 1
        return found, unknown

    def _whole_word(self, word: str) -> frozenset[str] | None:
        if word in self._wholes:
            return self._wholes[word]
        found = self._stem_in(word)
        if len(self._wholes) < _CACHED_NAMES:
            self._wholes[word] = found
        return found

    def _stem_in(self, word: str) -> frozenset[str] | None:
        meanings = self.whole.get(word)
        if meanings is not None:
            return meanings
        if not self._finder:
            self._finder.append(AhoCorasick([stem for stem, _ in self.stems]))
        # The first stem of the list counts, wherever in the word it is.
        found = [
            number
            for number, start, _ in self._finder[0].find_matches_as_indexes(word, overlapping=True)
            if start == 0 or len(self.stems[number][0]) >= MIN_INSIDE
        ]
        return frozenset({self.stems[min(found)][1]}) if found else None

    def _parts_of(self, token: str) -> tuple[tuple[str, frozenset[str]], ...]:
        known = self._tokens.get(token)
        if known is None:
            known = tuple(self._cut(token))
            if len(self._tokens) < _CACHED_NAMES:
                self._tokens[token] = known
        return known

    def _cut(self, token: str) -> list[tuple[str, frozenset[str]]]:
        for spelling in _spellings(token):
            meanings = self._whole_word(spelling)
            if meanings is not None:
                return [(spelling, meanings)]
            parts = self._compound(spelling)
            if parts:
                return [(part, self.parts[part]) for part in parts]
        return []

    def _compound(self, token: str) -> list[str]:
        """Cut a token into known words without a rest; the fewest words win."""
        if not 5 <= len(token) <= 60:
            return []
        best: dict[int, list[str]] = {0: []}
        for end in range(1, len(token) + 1):
            for start in range(max(0, end - 24), end):
                if start not in best:
                    continue
                piece = token[start:end]
                if piece in self.parts and (
                    len(piece) >= MIN_COMPOUND_PART or piece in _SHORT_PARTS
                ):
                    cut = [*best[start], piece]
                elif piece in _LINKS and start > 0 and end < len(token):
                    cut = best[start]
                else:
                    continue
                if end not in best or len(cut) < len(best[end]):
                    best[end] = cut
        words = best.get(len(token), [])
        if len(words) < 2 or all(_is_only_filler(self.parts[word]) for word in words):
            return []
        return words

    def _apply_rules(
        self, words: Sequence[tuple[str, frozenset[str]]], meanings: frozenset[str]
    ) -> tuple[NameMatch, ...]:
        if not meanings or "lookalike" in meanings:
            meanings = meanings - _BLOCKED_BY_LOOKALIKE
        best: dict[str, tuple[int, int, NameMatch]] = {}
        if not self._rules_by:
            for number, rule in enumerate(self.rules):
                self._rules_by.setdefault(min(rule.all), []).append(number)
        numbers = sorted(
            number for meaning in meanings for number in self._rules_by.get(meaning, ())
        )
        for rule in map(self.rules.__getitem__, numbers):
            if not rule.all <= meanings or rule.without & meanings:
                continue
            used = tuple(word for word, found in words if found & rule.all)
            if len(rule.all) > 1 and len(used) < 2:
                continue
            rank = (LEVELS.index(rule.level), -len(rule.all))
            if rule.concept not in best or rank < best[rule.concept][:2]:
                best[rule.concept] = (*rank, NameMatch(rule.concept, rule.level, used))
        ordered = sorted(best.values(), key=lambda item: (item[0], item[1], item[2].concept))
        return tuple(match for _, _, match in _drop_covered(ordered))


def _modifiers(words: Sequence[tuple[str, frozenset[str]]]) -> frozenset[str]:
    """Return the modifiers in a name; *app* is an applicant as well as a program.

    A word that may be a person's does not make a thing of what it stands beside.
    """
    found = frozenset(meaning for _, meanings in words for meaning in meanings & MODIFIERS)
    is_thing = any("thing" in meanings and "person" not in meanings for _, meanings in words)
    return found if is_thing else found - {"thing"}


def _of_model(name: str, concept: str) -> NameReading:
    """Return the reading of a name of a data model; without a concept it is not of origin."""
    matches = (NameMatch(concept, "certain", (squash(name),)),) if concept else ()
    return NameReading(matches, is_element=True)


_CACHED_NAMES: Final = 50_000
_BLOCKED_BY_LOOKALIKE: Final = frozenset({"birth", "place", "name"})
_FILLER: Final = frozenset({"code", "person", "time", "share", "quality", "one", "two"})


def _is_only_filler(meanings: frozenset[str]) -> bool:
    return meanings <= _FILLER


def _drop_covered(
    ordered: list[tuple[int, int, NameMatch]],
) -> list[tuple[int, int, NameMatch]]:
    """Leave out a match whose words are part of those of a surer one (birth *country*)."""
    kept: list[tuple[int, int, NameMatch]] = []
    for item in ordered:
        words = set(item[2].words)
        if not any(words <= set(other[2].words) for other in kept):
            kept.append(item)
    return kept


_A_NUMBER: Final = frozenset({"number"})
_WITHOUT_UMLAUT: Final = re.compile("ae|oe|ue")


def _spellings(token: str) -> tuple[str, ...]:
    """Return a word, and how it is listed if it writes out its umlauts (*auslaender*)."""
    plain = _WITHOUT_UMLAUT.sub(lambda found: found[0][0], token)
    return (token,) if plain == token else (token, plain)


_SEPARATORS: Final = re.compile(r"[\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_STROKES: Final = str.maketrans(
    {"\u0142": "l", "\u00f8": "o", "\u0131": "i", "\u0111": "d", "\u00f0": "d", "\u00fe": "th",
     "\u00e6": "ae", "\u0153": "oe", "\u00df": "ss"}
)  # fmt: skip
"""Letters that Unicode does not take apart: l and o with a stroke, i without a dot, and such."""

_DIGITS: Final = re.compile(r"(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])")


def fold(text: str) -> str:
    """Return text in lower case without accents.

    Examples
    --------
    >>> fold("Nationalité"), fold("Fødeland")
    ('nationalite', 'fodeland')
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark)).lower()
    return bare.translate(_STROKES)


def split_name(name: str) -> list[str]:
    """Return the tokens of a name, folded: cut at signs, at digits and inside CamelCase.

    Examples
    --------
    >>> split_name("PctBornSameState")
    ['pct', 'born', 'same', 'state']
    >>> split_name("nat2_omschr")
    ['nat', '2', 'omschr']
    """
    humped = _CAMEL.sub("_", unicodedata.normalize("NFC", name))
    cut = _DIGITS.sub("_", fold(humped).replace("%", "_pct_"))
    return [token for token in _SEPARATORS.split(cut) if token]


_ELEMENT_FORMS: Final = (
    re.compile(r"^\D{0,12}?(?P<cat>\d\d)[._\- ](?P<group>\d\d)[._\- ](?P<element>\d\d)(?!\d)"),
    re.compile(r"^\D{0,12}?(?P<cat>\d\d)(?P<group>\d\d)(?P<element>\d\d)$"),
    re.compile(r"^\D{0,12}?(?P<cat>\d\d)[._\- ](?P<group>\d\d)(?P<element>\d\d)$"),
    re.compile(r"^(?P<cat>)(?P<group>\d\d)[._\-](?P<element>\d\d)(?!\d)"),
    re.compile(r"^(?P<cat>)(?P<group>0\d)(?P<element>\d0)(?!\d)"),
)
_BARE_ELEMENT: Final = re.compile(r"^(\d\d)?\d\d\d0$")
_BARE_LENGTH: Final = 4
MIN_ELEMENTS: Final = 3
"""So many element numbers without dots in one table are no accident."""

_CATEGORIES: Final = frozenset(f"{number:02d}" for number in (*range(1, 18), *range(51, 68)))


def _element_number(name: str, groups: frozenset[str]) -> tuple[str, str] | None:
    """Return category (may be empty) and ``group.element`` where a name is such a number."""
    for form in _ELEMENT_FORMS:
        match = form.match(name.strip())
        if match is None:
            continue
        category, group, element = match["cat"], match["group"], match["element"]
        if group not in groups or not element.endswith("0"):
            continue
        if category and category not in _CATEGORIES:
            continue
        return category, f"{group}.{element}"
    return None


@cache
def load_name_terms() -> NameTerms:
    """Return the words and rules that doorlicht ships with."""
    return make_name_terms()


def make_name_terms(extra_words: Mapping[str, Iterable[str]] | None = None) -> NameTerms:
    """Return the shipped words and rules with a user's own words added.

    Parameters
    ----------
    extra_words
        Meaning to words, written as in ``words.yaml``. A meaning is one of that file, or the id
        of a concept, which then is certain (also where the file has a meaning of that name).

    Raises
    ------
    InputError
        If a word has no letter or digit.
    """
    words = cast("dict[str, dict[str, list[str]]]", _read_yaml("words.yaml"))
    listed = [
        (meaning, word)
        for meaning, languages in words.items()
        for ws in languages.values()
        for word in ws
    ]
    rules = [
        NameRule(
            rule["concept"],
            rule["level"],
            frozenset(rule["all"]),
            frozenset(rule.get("without", ())),
        )
        for rule in cast("list[dict[str, Any]]", _read_yaml("rules.yaml"))
    ]
    concepts = {rule.concept for rule in rules}
    for meaning, own in (extra_words or {}).items():
        listed.extend((meaning, word) for word in own)
        if meaning not in words or meaning in concepts:
            # A meaning of its own: words that doorlicht ships with do not become surer by it.
            sure = f"own {meaning}"
            listed.extend((sure, word) for word in own)
            rules.append(NameRule(meaning, "certain", frozenset({sure})))
    whole: dict[str, set[str]] = {"1": {"one"}, "2": {"two"}, "ii": {"two"}}
    parts: dict[str, set[str]] = {}
    stems: list[tuple[str, str]] = []
    for meaning, written in listed:
        word = _SEPARATORS.sub("", fold(written))
        if not word:
            raise InputError("vocabulary.empty_word", meaning=meaning)
        whole.setdefault(word, set()).add(meaning)
        if not written.endswith("."):
            parts.setdefault(word, set()).add(meaning)
        if written.endswith("*"):
            stems.append((word, meaning))
    elements = cast("dict[str, Any]", _read_yaml("elements.yaml"))
    return NameTerms(
        whole={word: _without_doubt(found) for word, found in whole.items()},
        parts={word: _without_doubt(found) for word, found in parts.items()},
        stems=tuple(sorted(stems, key=lambda item: -len(item[0]))),
        rules=tuple(rules),
        elements=elements["elements"],
        element_groups=frozenset(elements["groups"]),
        parent_categories=frozenset(elements["parent_categories"]),
        parents_of=elements["parents_of"],
    )


def _without_doubt(meanings: set[str]) -> frozenset[str]:
    """Return the meanings of a word; one listed as a lookalike is nothing else."""
    return frozenset({"lookalike"} if "lookalike" in meanings else meanings)


def _read_yaml(name: str) -> object:
    return read_yaml("doorlicht.vocabulary", f"terms/{name}")
