"""Whether a reason that somebody writes says the origin of a person.

Reasons go into a log from which nothing is taken out. So before one is kept, it is read for: a
citizen service number; a value of origin (a nationality, a country, a religion, a colour of skin)
that is said of one person, by a word for a person, a name, or the number of a file; and a value
behind a label or by itself, where it can only be meant of somebody. What is said of everybody
passes: a law that asks for a nationality, an agreement on nationals of a country, a group of people
in general, and what such a group is accused of too: an auditor must be able to read that reason.

Limits: it reads words and not meaning. Who wants to can write around it (a riddle, a word in
another language); and now and then it refuses a sentence that says nothing of anybody, which can
then be put otherwise. Letters that look alike, signs and spaces within words, digits for letters
and one letter too many or too few are read through. The words stand in ``reason_words.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from doorlicht.records.persons import plain_letters
from doorlicht.shipped import read_yaml
from doorlicht.vocabulary import Vocabulary, load_vocabulary
from doorlicht.vocabulary.names import fold
from doorlicht.vocabulary.text import read_text_settings

Said = Literal["number", "origin"]

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019\-.@$*_][^\W_]+)*|[^\w\s]|\n+")
_SPACED: Final = re.compile(r"(?<!\w)(?:[^\W_][\s._*\-]{1,3}){3,}[^\W_](?!\w)")
_INNER: Final = re.compile(r"[\-.*_'\u2019]")
_LEET: Final = str.maketrans("0134578@$", "oieastbas")
_BSN: Final = re.compile(r"(?<!\d)(?<!\d[\-./ ])\d(?:[ .\-/]{0,2}\d){8}(?![\-./ ]?\d)")
_NAMED_BSN: Final = re.compile(
    r"\b(?:bsn|sofi\w*|burgerservicenummer)\W{0,3}(?:\w+\W+){0,2}\d{8,9}\b", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"\d{2,}")
_ENDS: Final = frozenset(".;!?\n")
_JOINS: Final = frozenset(
    ["en", "and", "maar", "but", "omdat", "because", "want", "since",
     ",", ":", "-", "\u2013", "(", ")"]
)  # fmt: skip
_SUBORDINATE: Final = frozenset({"dat", "that"})
_ABBREVIATED: Final = frozenset(
    ["dhr", "mevr", "mw", "mr", "mrs", "ms", "dr", "geb", "nr", "no", "art", "fam", "nat"]
)
_ENGLISH_PLURALS: Final = ("ians", "ccans", "icans", "eans", "qis", "lis", "stanis")
_DUTCH_PLURALS: Final = ("anen", "ezen", "ieren", "aren", "eten", "oten")
_TABLES: Final = ("name/nationality", "name/country", "name/religion")
_LONGEST: Final = 4
_LONG_WORD: Final = 7
"""From so many letters on, a word that is one letter off is taken for the word."""

_REACH: Final = 6
"""Words between a person and a verb, and between that and the value."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words by which reasons are read, and the values of origin."""

    lists: Mapping[str, frozenset[str]]
    values: frozenset[str]
    only_said: frozenset[str]
    peoples: frozenset[str]
    near: frozenset[str]
    given: frozenset[str]
    surnames: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    is_capital: bool
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Value:
    start: int
    end: int
    is_weak: bool
    is_general: bool
    is_people: bool


def find_origin_of_person(text: str, vocabulary: Vocabulary | None = None) -> Said | None:
    """Return what a text says of a person that a log may not keep; ``None`` if nothing.

    Returns
    -------
    str or None
        ``number`` for a citizen service number, ``origin`` for the origin of a person.

    Examples
    --------
    >>> find_origin_of_person("The Dutch Nationality Act requires the nationality.")
    >>> find_origin_of_person("Rejected because the applicant is Moroccan.")
    'origin'
    """
    plain = plain_letters(unicodedata.normalize("NFKC", text))
    if _NAMED_BSN.search(plain) or any(_is_bsn(found[0]) for found in _BSN.finditer(plain)):
        return "number"
    words = _words(vocabulary or load_vocabulary())
    joined = _SPACED.sub(lambda found: re.sub(r"[\s._*\-]", "", found[0]), plain)
    sentences = list(_sentences(joined))
    known = [(one, _values(one, words)) for one in sentences]
    named_before = False
    for sentence, values in known:
        named = _has_name(sentence, words)
        if (
            any(_is_said_of_somebody(sentence, value, words) for value in values)
            or _is_label(sentence, values, words)
            or _is_born(sentence, words)
            or _is_bare(sentence, values, words)
            or ((named or named_before) and _has_value(values))
        ):
            return "origin"
        named_before = named
    return None


def _is_bsn(text: str) -> bool:
    """Tell whether nine digits pass the test of eleven; source: Logisch Ontwerp BSN, annex."""
    digits = [int(one) for one in text if one.isdigit()]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * digit for weight, digit in zip(weights, digits, strict=True))
    return total % 11 == 0 and any(digits[:2])


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(fold(str(word)) for word in words)
        for name, words in read_yaml("doorlicht.detection", "reason_words.yaml").items()
    }


_MADE: dict[str, Words] = {}


def _words(vocabulary: Vocabulary) -> Words:
    """Return the words of a vocabulary; they are made once an edition and its user files."""
    made = _MADE.get(vocabulary.edition)
    if made is None:
        made = _MADE[vocabulary.edition] = _make_words(vocabulary)
    return made


def _make_words(vocabulary: Vocabulary) -> Words:
    lists = _lists()
    phrases = read_text_settings()["phrases"]
    mentions = {fold(term) for one in phrases.values() for term in one}
    no_value = frozenset[str]().union(
        *(lists[name] for name in ("persons", "pronouns", "says", "rules", "laws", "things",
                                   "states", "groups", "determiners", "concepts", "titles"))
    )  # fmt: skip
    spelled: dict[str, set[str]] = {name: set() for name in _TABLES}
    for name in _TABLES:
        for spellings in vocabulary.tables[name].entries.values():
            spelled[name].update(fold(one) for one in spellings)
    everything = set[str]().union(*spelled.values()) - mentions
    values = {
        word for word in everything | lists["values"]
        if word not in no_value and (len(word) > 3 or word in lists["values"])
        and not any(sign.isdigit() for sign in word)
    }  # fmt: skip
    left_out = {fold(str(one)) for one in read_text_settings()["not_in_text"]} - lists["values"]
    peoples = (spelled["name/nationality"] | spelled["name/religion"] | lists["values"]) & values
    weak = lists["only_said"] | left_out | {one for one in values if len(one) < 4}
    near = {short for one in values - weak if len(one) >= _LONG_WORD and one.isalpha()
            for short in _shorter(one)}  # fmt: skip
    names = [
        frozenset(fold(one) for entry in vocabulary.tables[name].entries.values() for one in entry)
        for name in ("name/given", "name/surname")
    ]
    return Words(lists, frozenset(values), frozenset(weak & values), frozenset(peoples),
                 frozenset(near), names[0], names[1])  # fmt: skip


def _shorter(word: str) -> Iterator[str]:
    """Yield a word, and the word without each one of its letters."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _sentences(text: str) -> Iterator[list[_Token]]:
    sentence: list[_Token] = []
    for found in _WORD.finditer(text):
        raw = found[0]
        if raw[0] in _ENDS and not (raw == "." and sentence and _is_short(sentence[-1].word)):
            if sentence:
                yield sentence
            sentence = []
        elif raw != ".":
            sentence.append(_token(raw))
    if sentence:
        yield sentence


def _is_short(word: str) -> bool:
    return word in _ABBREVIATED or len(word) == 1


def _token(raw: str) -> _Token:
    word = fold(raw).replace("\u2019", "'")
    variants = [word]
    if _INNER.search(word):
        variants += [_INNER.sub("", word), *_INNER.split(word)]
    if any(sign.isdigit() or sign in "@$" for sign in word) and any(map(str.isalpha, word)):
        variants.append(_INNER.sub("", word).translate(_LEET))
    is_capital = raw[0].isupper() and (len(raw) == 1 or not raw.isupper())
    return _Token(word, is_capital, tuple(variants))


def _values(sentence: Sequence[_Token], words: Words) -> list[_Value]:
    found: list[_Value] = []
    at = 0
    while at < len(sentence):
        length = next((n for n in range(_LONGEST, 0, -1) if _match(sentence, at, n, words)), 0)
        if length:
            found.append(_value(sentence, at, at + length, words))
        at += length or 1
    return found


def _match(sentence: Sequence[_Token], at: int, length: int, words: Words) -> bool:
    part = sentence[at : at + length]
    if len(part) < length:
        return False
    if length > 1:
        return " ".join(one.word for one in part) in words.values
    return any(
        one in words.values or one in words.near
        or (len(one) >= _LONG_WORD and not words.near.isdisjoint(_shorter(one)))
        for one in part[0].variants
        if one not in words.lists["groups"]
    )  # fmt: skip


def _value(sentence: Sequence[_Token], start: int, end: int, words: Words) -> _Value:
    lists = words.lists
    word = " ".join(one.word for one in sentence[start:end])
    after = [one.word for one in sentence[end : end + 2]]
    before = [one.word for one in sentence[max(0, start - 4) : start]]
    many = word.endswith(_ENGLISH_PLURALS + _DUTCH_PLURALS)
    many = many or (word.endswith("en") and word[:-2] in words.values)
    is_general = (
        many
        or bool(after and after[0] in lists["groups"])
        or any(one in lists["states"] or one in lists["laws"] for one in after)
        or any(one in _AGREEMENTS for one in before)
    )
    variants = {word, *(sentence[start].variants if end == start + 1 else ())}
    is_weak = not variants.isdisjoint(words.only_said)
    # A word that only nearly is one can be of any kind.
    is_people = variants.isdisjoint(words.values) or not variants.isdisjoint(words.peoples)
    return _Value(start, end, is_weak, is_general, is_people)


_AGREEMENTS: Final = frozenset(
    ["verdrag", "treaty", "agreement", "overeenkomst", "associatieovereenkomst", "convention",
     "associatiebesluit", "associatieverdrag", "nationals", "onderdanen", "protocol"]
)  # fmt: skip


def _is_said_of_somebody(sentence: Sequence[_Token], value: _Value, words: Words) -> bool:
    if value.is_general:
        return False
    return (
        _is_beside_person(sentence, value, words)
        or any(
            _leads_to(sentence, at, value, words)
            for at in range(value.start)
            if _is_person(sentence, at, words)
        )
        or _is_one_of_a_people(sentence, value, words)
        or (not value.is_weak and _has_case(sentence, words))
    )


def _is_person(sentence: Sequence[_Token], at: int, words: Words) -> bool:
    """Tell whether one person is meant, and not a thing that is called after persons."""
    token, lists = sentence[at], words.lists
    after = sentence[at + 1].word if at + 1 < len(sentence) else ""
    if after in lists["things"]:
        return False
    if token.word in lists["persons"]:
        return True
    if token.word in {"zij", "ze"}:
        return after in {"is", "heeft", "komt", "was", "werd", "had", "kwam"}
    if token.word in {"deze", "die", "dit", "i", "zijn", "haar"}:
        return False
    return token.word in lists["pronouns"] or (
        token.is_capital and token.word in words.given and (after in lists["says"] or at > 0)
    )


def _leads_to(sentence: Sequence[_Token], person: int, value: _Value, words: Words) -> bool:
    """Tell whether a verb or a preposition joins a person to a value, and not as a condition."""
    says = [
        at for at in range(person + 1, min(value.start, person + _REACH))
        if sentence[at].word in words.lists["says"]
    ]  # fmt: skip
    if not any(value.start - at <= _REACH for at in says):
        return False
    word = sentence[person].word
    before = sentence[person - 1].word if person else ""
    is_this_one = word in words.lists["pronouns"] or before in words.lists["of_this_one"]
    stops = _JOINS | _SUBORDINATE if is_this_one else _JOINS
    start = next((at for at in range(person - 1, -1, -1) if sentence[at].word in stops), -1)
    clause = [one.word for one in sentence[start + 1 : value.start]]
    if not words.lists["rules"].isdisjoint(clause):
        return False
    # In a text on law, *an applicant* is everybody.
    return not (_speaks_of_law(sentence, words) and before in {"een", "a", "an"})


def _is_beside_person(sentence: Sequence[_Token], value: _Value, words: Words) -> bool:
    """Tell whether the value stands before a word for one person: *this Moroccan man*."""
    at = value.end
    persons = words.lists["persons"] | words.lists["standings"]
    if at >= len(sentence) or sentence[at].word not in persons:
        return False
    if at + 1 < len(sentence) and sentence[at + 1].word in words.lists["things"]:
        return False
    before = sentence[value.start - 1].word if value.start else ""
    if before in words.lists["of_this_one"]:
        return True
    if before in {"de", "het", "the"}:
        return not _speaks_of_law(sentence, words)
    return not any(
        one.word in words.lists["rules"] or one.word in words.lists["laws"] for one in sentence
    )


def _is_one_of_a_people(sentence: Sequence[_Token], value: _Value, words: Words) -> bool:
    """Tell whether somebody is called by a people: *a Moroccan*, *that Turk*."""
    if not value.is_people or not value.start:
        return False
    after = sentence[value.end].word if value.end < len(sentence) else ""
    is_last = not after or after in words.lists["says"] or after in _JOINS or not after[0].isalnum()
    before = sentence[value.start - 1].word
    if value.is_weak and not (
        before in words.lists["of_this_one"] and sentence[value.start].is_capital
    ):
        return False
    return (
        is_last
        and before in words.lists["determiners"] | words.lists["of_this_one"] | {"is", "als", "as"}
        and not _is_rule(sentence, words)
    )


def _is_label(sentence: Sequence[_Token], values: Sequence[_Value], words: Words) -> bool:
    """Tell whether a value stands behind a label: *nationality: Moroccan*."""
    for value in values:
        before = [one.word for one in sentence[max(0, value.start - 5) : value.start]]
        if not value.is_general and before and before[-1] in {":", "=", "-", "\u2013", "is", "was"}:
            label = [one for one in before[:-1] if one[0].isalnum()]
            ends = {" ".join(label[-n:]) for n in (1, 2, 3) if len(label) >= n}
            if ends & words.lists["concepts"] and not _is_rule(sentence, words):
                return True
    return False


def _is_born(sentence: Sequence[_Token], words: Words) -> bool:
    """Tell whether a place follows *born in* and the like."""
    if _is_rule(sentence, words):
        return False
    spelled = [one.word for one in sentence]
    for at in range(len(spelled)):
        for length in (2, 3):
            place = at + length
            if " ".join(spelled[at:place]) in words.lists["born"] and place < len(sentence):
                rest = sentence[place : place + 2]
                if any(one.is_capital and len(one.word) > 1 for one in rest):
                    return True
    return False


def _has_case(sentence: Sequence[_Token], words: Words) -> bool:
    """Tell whether the number of a file or a row tells of whom a value is said."""
    return not _is_rule(sentence, words) and any(
        sentence[at].word in words.lists["cases"]
        and any(_NUMBER.search(one.word) for one in sentence[at + 1 : at + 4])
        for at in range(len(sentence))
    )


def _has_name(sentence: Sequence[_Token], words: Words) -> bool:
    for at, token in enumerate(sentence):
        after = sentence[at + 1] if at + 1 < len(sentence) else None
        if after is None or not after.is_capital:
            continue
        if token.word in words.lists["titles"] and after.word not in words.values:
            return True
        if token.is_capital and token.word in words.given and after.word not in words.values:
            return True
        initials = len(token.word) == 1 and token.is_capital
        if initials and after.word in words.surnames:
            return True
    return False


def _has_value(values: Sequence[_Value]) -> bool:
    return any(not (value.is_general or value.is_weak) for value in values)


def _is_bare(sentence: Sequence[_Token], values: Sequence[_Value], words: Words) -> bool:
    """Tell whether hardly more than a value was written: it can only be meant of somebody."""
    spelled = {one.word for one in sentence if one.word[0].isalnum()}
    about = words.lists["things"] | words.lists["states"] | words.lists["groups"]
    return (
        len(spelled) <= 3
        and not spelled & about
        and not _is_rule(sentence, words)
        and any(not (value.is_general or value.is_weak) for value in values)
    )


def _is_rule(sentence: Sequence[_Token], words: Words) -> bool:
    return any(
        one.word in words.lists["rules"] or one.word in words.lists["laws"] for one in sentence
    )


def _speaks_of_law(sentence: Sequence[_Token], words: Words) -> bool:
    return any(one.word in words.lists["laws"] for one in sentence)
