"""Sentences by key, in Dutch and English.

A catalogue is a set of YAML files ``texts/<subject>.<language>.yaml`` of nested keys. Code never
holds a sentence that a user reads: it makes a :class:`Text`, which travels in records and in the
register, and the door that shows it chooses the language. So a register filled by a Dutch
scan can be read in English.

Both languages hold the same keys and the same placeholders; a test compares them.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Final, Literal, cast

from doorlicht.shipped import parse_yaml

Language = Literal["nl", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")

Param = str | int | float


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence that is not yet in a language: the key of a catalogue and what goes into it.

    Examples
    --------
    >>> Text("scan.nothing_found", {}).key
    'scan.nothing_found'
    """

    key: str
    params: dict[str, Param] = field(default_factory=dict[str, Param])

    def in_language(self, language: Language) -> str:
        """Return the sentence; a missing key or placeholder raises ``KeyError``."""
        return say(self.key, language, **self.params)


def say(key: str, language: Language, /, **params: Param) -> str:
    """Return the sentence under ``key`` with its placeholders filled.

    Numbers are written with the separators of the language: 1.234,5 in Dutch, 1,234.5 in
    English. A placeholder in the catalogue is ``{name}``; ``{name:.0%}`` and the like follow
    Python's format language. ``{name:# file|# files}`` chooses by the number, which stands for
    ``#``; ``{name:? (#)}`` says nothing where the name is not given, as in older registers.
    ``{name:@family}`` tells ids, parted by commas, by their names under ``family``, and
    ``{name:@=family}`` with the ids behind them, for who has to type one.

    Raises
    ------
    KeyError
        If the catalogue lacks the key, or the sentence needs a placeholder that is not given.
    """
    template = _catalogue(language)[key]
    shown = {name: _Shown(value, language) for name, value in params.items()}
    return template.format_map(_Given(shown))


def pieces(key: str, language: Language, /, **params: Param) -> list[tuple[str, str]]:
    """Return the sentence under ``key`` in its parts: the name of a placeholder and what it shows.

    What stands between placeholders has no name. So a reader can be led from a number in a
    sentence to where it comes from.

    Raises
    ------
    KeyError
        As :func:`say`.
    """
    found: list[tuple[str, str]] = []
    for literal, name, spec, _ in string.Formatter().parse(_catalogue(language)[key]):
        if literal:
            found.append(("", literal))
        if name is not None:
            shown = _Shown(params[name], language) if name in params else _Absent(name)
            found.append((name, format(shown, spec or "")))
    return found


def placeholders(key: str, language: Language) -> list[str]:
    """Return the names of all that goes into the sentence under ``key``."""
    parsed = string.Formatter().parse(_catalogue(language)[key])
    return [name for _, name, _, _ in parsed if name is not None]


def show_number(value: float, spec: str, language: Language) -> str:
    """Return a number in a format of Python, with the separators of the language.

    Examples
    --------
    >>> show_number(1234.5, ",.1f", "nl"), show_number(0.125, ".1%", "en")
    ('1.234,5', '12.5%')
    """
    shown = format(value, spec)
    return shown.translate(_SWAP_SEPARATORS) if language == "nl" else shown


@cache
def known_keys(language: Language) -> frozenset[str]:
    """Return every key of the catalogue of one language."""
    return frozenset(_catalogue(language))


class _Given(dict[str, object]):
    """What goes into a sentence; only what it marks as optional may be missing."""

    def __missing__(self, name: str) -> _Absent:
        return _Absent(name)


@dataclass(frozen=True, slots=True)
class _Absent:
    """A parameter that was not given."""

    name: str

    def __format__(self, spec: str) -> str:
        if spec.startswith(_OPTIONAL):
            return ""
        raise KeyError(self.name)


class _Shown:
    """A parameter that formats itself by the habits of a language."""

    __slots__ = ("_language", "_value")

    def __init__(self, value: Param, language: Language) -> None:
        self._value = value
        self._language: Language = language

    def __format__(self, spec: str) -> str:
        if _CHOICE in spec:
            one, _, many = spec.partition(_CHOICE)
            return (one if self._value in {1, "1"} else many).replace("#", format(self, ""))
        if spec.startswith(_OPTIONAL):
            return spec[1:].replace("#", format(self, ""))
        if spec.startswith(_NAMED):
            return self._named(spec[1:])
        if isinstance(self._value, str):
            return format(self._value, spec)
        spec = spec or ("," if isinstance(self._value, int) else ",.2f")
        return show_number(self._value, spec, self._language)

    def _named(self, family: str) -> str:
        """Return ids as the catalogue names them; one that has no name there stays as it is."""
        has_ids = family.startswith(_WITH_ID)
        sentences, family = _catalogue(self._language), family.removeprefix(_WITH_ID)
        told: list[str] = []
        for one in str(self._value).split(_BETWEEN):
            name = sentences.get(f"{family}.{one}", one)
            told.append(f"{name} ({one})" if has_ids and name != one else name)
        return _BETWEEN.join(told)


_CHOICE: Final = "|"
_NAMED: Final = "@"
_WITH_ID: Final = "="
_BETWEEN: Final = ", "
_OPTIONAL: Final = "?"
_SWAP_SEPARATORS: Final = str.maketrans(",.", ".,")


@cache
def _catalogue(language: Language) -> dict[str, str]:
    sentences: dict[str, str] = {}
    folder = resources.files("doorlicht.language") / "texts"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(f".{language}.yaml"):
            tree = parse_yaml(file.read_text("utf-8"))
            _flatten(tree, "", sentences)
    return sentences


def _flatten(tree: object, prefix: str, into: dict[str, str]) -> None:
    if isinstance(tree, dict):
        for name, branch in cast("dict[object, object]", tree).items():
            _flatten(branch, f"{prefix}.{name}" if prefix else str(name), into)
    elif isinstance(tree, str):
        if prefix in into:
            raise KeyError(f"the catalogue has {prefix} twice")
        into[prefix] = tree
