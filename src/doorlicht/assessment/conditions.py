"""Conditions over facts that may be unknown, as a lawyer writes them in a framework file.

The language is small on purpose::

    targeted_control and (attr is race or refers_to_race)
    role in [selection, score] and not answered special

A name is a fact of type yes/no, or a term that the framework defines. The logic is Kleene's strong
three-valued one (S. C. Kleene, *Introduction to Metamathematics*, 1952, §64): ``and`` is no as soon
as one part is no, ``or`` is yes as soon as one part is yes, everything else with an unknown part is
unknown. So a condition that is yes or no stays so whatever else becomes known; that property
carries the whole engine.

``answered x`` is yes if ``x`` is known and otherwise unknown, never no. ``unanswered x`` is yes or
no; it may only be used where something is asked or advised, never where a verdict hangs on it, for
what it says changes when an answer comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from doorlicht.errors import FrameworkError

FactValue = bool | str
Facts = Mapping[str, FactValue | None]
"""Facts by name; what is missing or nothing is unknown."""

Truth = bool | None
"""Yes, no, or unknown."""


@dataclass(frozen=True, slots=True)
class IsTrue:
    """A fact of type yes/no."""

    fact: str


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """A fact that has one of some values."""

    fact: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class IsAnswered:
    """A fact that is known; unknown, rather than no, as long as it is not."""

    fact: str


@dataclass(frozen=True, slots=True)
class IsUnanswered:
    """A fact that is not known yet."""

    fact: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Condition


@dataclass(frozen=True, slots=True)
class And:
    """All parts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Always:
    """Yes, whatever the facts are."""


Condition = IsTrue | IsOneOf | IsAnswered | IsUnanswered | Not | And | Or | Always

Test = Callable[[Facts], Truth]


def parse_condition(text: str, terms: Mapping[str, Condition] | None = None) -> Condition:
    """Return the condition that a text spells; ``terms`` are the names it may use for others.

    Raises
    ------
    FrameworkError
        If the text is no condition. The error names the place.

    Examples
    --------
    >>> parse_condition("a and not b is c")
    And(parts=(IsTrue(fact='a'), Not(part=IsOneOf(fact='b', values=frozenset({'c'})))))
    """
    return _Parser(text, terms or {}).parse()


def weigh(condition: Condition, facts: Facts) -> Truth:
    """Return whether a condition holds, as far as the facts tell.

    Examples
    --------
    >>> one = parse_condition("a or b")
    >>> weigh(one, {"a": True}), weigh(one, {"a": False}), weigh(one, {"a": False, "b": False})
    (True, None, False)
    """
    return compile_condition(condition)(facts)


@lru_cache(maxsize=8192)
def compile_condition(condition: Condition) -> Test:
    """Return a function that says of facts whether a condition holds."""
    match condition:
        case IsTrue(fact):
            return lambda facts: (
                value if (value := facts.get(fact)) is True or value is False else None
            )
        case IsOneOf(fact, values):
            return lambda facts: None if (value := facts.get(fact)) is None else value in values
        case IsAnswered(fact):
            return lambda facts: None if facts.get(fact) is None else True
        case IsUnanswered(fact):
            return lambda facts: facts.get(fact) is None
        case Not(part):
            return _opposite(compile_condition(part))
        case And(parts):
            return _all_of(tuple(compile_condition(part) for part in parts))
        case Or(parts):
            return _any_of(tuple(compile_condition(part) for part in parts))
        case Always():
            return lambda _: True


def facts_in(condition: Condition) -> Iterator[str]:
    """Yield the facts that a condition reads, in the order of its text; some more than once."""
    match condition:
        case IsTrue(fact) | IsOneOf(fact, _) | IsAnswered(fact) | IsUnanswered(fact):
            yield fact
        case Not(part):
            yield from facts_in(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from facts_in(part)
        case Always():
            return


def undecided_facts(condition: Condition, facts: Facts) -> Iterator[str]:
    """Yield the unknown facts on which it still hangs whether a condition holds.

    Examples
    --------
    >>> one = parse_condition("(a and b) or c")
    >>> list(undecided_facts(one, {"a": False})), list(undecided_facts(one, {"c": True}))
    (['c'], [])
    """
    truth, undecided = _weigh_and_ask(condition, facts)
    if truth is None:
        yield from undecided


def _weigh_and_ask(condition: Condition, facts: Facts) -> tuple[Truth, Sequence[str]]:
    """Return whether a condition holds and, if that is not known, on which facts it hangs."""
    match condition:
        case Not(part):
            truth, asked = _weigh_and_ask(part, facts)
            return (None if truth is None else not truth), asked
        case And(parts) | Or(parts):
            settles = isinstance(condition, Or)
            found: list[str] = []
            is_open = False
            for part in parts:
                truth, asked = _weigh_and_ask(part, facts)
                if truth is settles:
                    return settles, ()
                if truth is None:
                    is_open = True
                    found += asked
            return (None, found) if is_open else (not settles, ())
        case IsTrue(fact):
            value = facts.get(fact)
            return (value, ()) if isinstance(value, bool) else (None, (fact,))
        case IsOneOf(fact, values):
            value = facts.get(fact)
            return (None, (fact,)) if value is None else (value in values, ())
        case IsAnswered(fact):
            return (None, (fact,)) if facts.get(fact) is None else (True, ())
        case IsUnanswered(fact):
            return facts.get(fact) is None, ()
        case Always():
            return True, ()


def parts_of(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and everything it is made of."""
    yield condition
    match condition:
        case Not(part):
            yield from parts_of(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from parts_of(part)
        case _:
            return


def _opposite(test: Test) -> Test:
    def opposite(facts: Facts) -> Truth:
        found = test(facts)
        return None if found is None else not found

    return opposite


def _all_of(tests: tuple[Test, ...]) -> Test:
    def all_of(facts: Facts) -> Truth:
        found: Truth = True
        for test in tests:
            one = test(facts)
            if one is False:
                return False
            if one is None:
                found = None
        return found

    return all_of


def _any_of(tests: tuple[Test, ...]) -> Test:
    def any_of(facts: Facts) -> Truth:
        found: Truth = False
        for test in tests:
            one = test(facts)
            if one is True:
                return True
            if one is None:
                found = None
        return found

    return any_of


_TOKEN: Final = re.compile(r"\s*([A-Za-z_][\w.:/-]*|[()\[\],])")
_WORDS: Final = frozenset({"and", "or", "not", "is", "in", "answered", "unanswered", "always"})
MAX_DEPTH: Final = 50
"""Brackets and negations inside each other; no sentence of a lawyer comes near."""

MAX_SHOWN: Final = 200
"""Characters of a condition in a message."""


class _Parser:
    """Reads one text from left to right (recursive descent)."""

    def __init__(self, text: str, terms: Mapping[str, Condition]) -> None:
        self._text = text
        self._terms = terms
        self._tokens = list(self._split())
        self._at = 0
        self._depth = 0

    def parse(self) -> Condition:
        found = self._either()
        if self._at < len(self._tokens):
            raise self._wrong()
        return found

    def _split(self) -> Iterator[str]:
        position, end = 0, len(self._text.rstrip())
        while position < end:
            found = _TOKEN.match(self._text, position)
            if found is None:
                raise FrameworkError(
                    "framework.bad_condition",
                    condition=self._text[:MAX_SHOWN],
                    near=self._text[position:][:20],
                )
            yield found[1]
            position = found.end()

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._takes("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._negated()]
        while self._takes("and"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negated(self) -> Condition:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._wrong()
        found = Not(self._negated()) if self._takes("not") else self._single()
        self._depth -= 1
        return found

    def _single(self) -> Condition:
        if self._takes("("):
            found = self._either()
            self._expect(")")
            return found
        if self._takes("always"):
            return Always()
        if self._takes("answered"):
            return IsAnswered(self._name())
        if self._takes("unanswered"):
            return IsUnanswered(self._name())
        name = self._name()
        if self._takes("is"):
            is_not = self._takes("not")
            found = IsOneOf(name, frozenset({self._name()}))
            return Not(found) if is_not else found
        if self._takes("in"):
            return IsOneOf(name, self._list())
        return self._terms.get(name) or IsTrue(name)

    def _list(self) -> frozenset[str]:
        self._expect("[")
        values = [self._name()]
        while self._takes(","):
            values.append(self._name())
        self._expect("]")
        return frozenset(values)

    def _name(self) -> str:
        if self._at < len(self._tokens):
            word = self._tokens[self._at]
            if word not in _WORDS and word not in "()[],":
                self._at += 1
                return word
        raise self._wrong()

    def _takes(self, token: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == token:
            self._at += 1
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._takes(token):
            raise self._wrong()

    def _wrong(self) -> FrameworkError:
        near = self._tokens[self._at] if self._at < len(self._tokens) else "-"
        return FrameworkError(
            "framework.bad_condition", condition=self._text[:MAX_SHOWN], near=near[:20]
        )
