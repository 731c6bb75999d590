"""Tells sentences in one language, in which each number leads to where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from doorlicht.language import Language, pieces, placeholders, say, show_number
from doorlicht.records.figures import Figure
from doorlicht.reports.documents.content import Facts, Line, Mark, Open, Run, Words, line
from doorlicht.reports.documents.given import Given
from doorlicht.reports.figures import count_figure, queries

_REFERENCE: Final = re.compile(r"\{([a-z_]+)\}")
_SENTENCE: Final = re.compile(r"(?s).+?[.!?](?:\s+|$)|.+$")
_ENDS: Final = re.compile(r"[.!?]\s*$")


class Telling:
    """What a document is told with: the input, the language, and the figures so far.

    A figure gets its number when it is first told; told again it keeps that number.
    """

    def __init__(self, given: Given, language: Language) -> None:
        self.given = given
        self.language: Language = language
        self._figures: dict[str, Figure] = {}

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that were told, by their numbers."""
        return tuple(self._figures.values())

    def word(self, key: str, **params: str | float) -> str:
        """Return a sentence without figures, of those for documents."""
        return say(f"documents.{key}", self.language, **params)

    def open(self, what: str) -> Open:
        """Return the sign that nobody knows something yet."""
        return Open(self.word("open", what=what))

    def known(self, text: str, what: str) -> Run:
        """Return a text, or an open end where it is empty."""
        return Words(text) if text else self.open(what)

    def day(self, day: date | None) -> Run:
        """Return a day, or an open end."""
        return self.open(self.word("word.day")) if day is None else Words(self.say_day(day))

    def say_day(self, day: date) -> str:
        """Return a day in words.

        Examples
        --------
        >>> Telling(Given(date(2026, 11, 27)), "nl").say_day(date(2026, 3, 1))
        '1 maart 2026'
        """
        return f"{day.day} {self.word(f'month.{day.month}')} {day.year}"

    def label(self, query: str) -> str:
        """Return what a figure is of."""
        return say(f"figures.query.{query}.label", self.language)

    def figure(self, query: str, **parameters: str) -> Run:
        """Return a number with its mark, or an open end where the register holds nothing of it."""
        found = count_figure(self.given, query, **parameters)
        if found is None:
            return self.open(self.label(query))
        return self.mark(found)

    def mark(self, figure: Figure, text: str = "") -> Mark:
        """Return a figure that was counted, with its mark."""
        self._figures.setdefault(figure.id, figure)
        number = list(self._figures).index(figure.id) + 1
        return Mark(text or self.number(figure.value), figure.id, number)

    def number(self, value: int) -> str:
        """Return a number as the language writes it."""
        return show_number(value, ",", self.language)

    def sentence(self, key: str, **given: str | float) -> Line:
        """Return sentences in which names of figures stand for them, each with its mark.

        Where a figure is not known, its whole sentence gives way to saying that: half a sentence
        around a hole reads as if it said something.

        Parameters
        ----------
        key
            In the catalogue, whole.
        given
            What else goes into it; a text that is empty is an open end.
        """
        counted = {name: count_figure(self.given, name) for name in _names(key, self.language)}
        # What is not known is shown apart; the number only chooses the form of the words.
        params: dict[str, str | float] = {
            **{name: 0 if one is None else one.value for name, one in counted.items()},
            **given,
        }
        told, unknown = list[Run](), list[str]()
        ended: list[Run] = []
        for name, shown in _by_sentence(pieces(key, self.language, **params)):
            if name in counted:
                figure = counted[name]
                if figure is None:
                    unknown.append(self.label(name))
                else:
                    told.append(self._told(figure, shown))
            elif name and not shown:
                told.append(self.open(self.word(f"word.{name}")))
            else:
                told.append(Words(shown))
            if not name and _ENDS.search(shown):
                ended += self._or_unknown(told, unknown)
                told, unknown = [], []
        return (*ended, *self._or_unknown(told, unknown))

    def _or_unknown(self, told: list[Run], unknown: list[str]) -> list[Run]:
        if not unknown:
            return told
        last = told[-1] if told else None
        end = _ENDS.search(last.text) if isinstance(last, Words) else None
        labels = ", ".join(dict.fromkeys(unknown))
        runs: list[Run] = [Open(self.word("open_sentence", what=labels))]
        return runs if end is None else [*runs, Words(end[0])]

    def _told(self, figure: Figure, shown: str) -> Run:
        # Words that only follow a number ("was", "were") are no figure.
        has_number = any(sign.isdigit() for sign in shown)
        return self.mark(figure, shown) if has_number else Words(shown)

    def written(self, text: str) -> Line:
        """Return a text that a person wrote, in which ``{uses}`` and the like are live figures."""
        known = frozenset(queries())
        runs: list[Run] = []
        at = 0
        for found in _REFERENCE.finditer(text):
            if found[1] in known:
                runs.append(Words(text[at : found.start()]))
                runs.append(self.figure(found[1]))
                at = found.end()
        return (*runs, Words(text[at:]))

    def annex(self) -> tuple[Facts, ...]:
        """Return where each figure comes from, for at the end of a document."""
        return tuple(self._origin(number, one) for number, one in enumerate(self.figures, 1))

    def _origin(self, number: int, one: Figure) -> Facts:
        def told(name: str) -> str:
            return self.word(f"figure.{name}")

        asked: Mapping[str, str] = one.parameters
        query = "; ".join([one.query, *(f"{name} = {value}" for name, value in asked.items())])
        unit = say(f"figures.unit.{one.unit}", self.language)
        ledger = (
            self.open(told("ledger")) if one.entries is None else Words(self.number(one.entries))
        )
        return Facts(
            (
                (told("value"), line(f"{unit} {self.number(one.value)}, {self.say_day(one.day)}")),
                (
                    told("definition"),
                    line(say(f"figures.query.{one.query}.definition", self.language)),
                ),
                (told("query"), line(Words(query, is_name=True))),
                (told("snapshot"), line(Words(one.snapshot, is_name=True))),
                (told("ledger"), (ledger,)),
            ),
            line(f"[{number}] {one.id}: {self.label(one.query)}"),
            one.id,
        )


def _by_sentence(told: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the parts of sentences, of which each ends with the end of its sentence."""
    for name, shown in told:
        if name:
            yield name, shown
        else:
            yield from (("", part) for part in _SENTENCE.findall(shown))


def _names(key: str, language: Language) -> list[str]:
    """Return the figures that a sentence names."""
    known = frozenset(queries())
    return [name for name in dict.fromkeys(placeholders(key, language)) if name in known]
