"""Tests of one value, as scorecards and decision tables write them: a range, a list, a gap.

``18-25``, ``[18,25)``, ``< 18``, ``65+``, ``NL, BE``, ``missing``, ``other``; and from FEEL, the
language of decision tables, ``[18..25]``, ``"NL","BE"``, ``not(...)`` and ``-``.

Source: Object Management Group, *Decision Model and Notation 1.5*, 7.3.2 (unary tests); the bins of
the R package ``scorecard`` (``A%,%B``, ``[-Inf,26)``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.scoring.blocks import Column, as_numbers, is_missing
from doorlicht.errors import InputError
from doorlicht.shipped import read_yaml

_NUMBER: Final = r"[-+]?(?:\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?|inf(?:inity)?|\u221e)"
_EDGES: Final = re.compile(
    rf"^([\[(\]])\s*({_NUMBER})?\s*(?:\.\.|;|,\s|,(?=[-+\d\s\u221ei])|:)\s*({_NUMBER})?\s*([\])\[])$",
    re.I,
)
_SPAN: Final = re.compile(
    rf"^(?:van\s+|from\s+|between\s+|tussen\s+)?({_NUMBER})\s*"
    rf"(?:-|\u2013|t/m|tot en met|to|and|en|\.\.)\s*({_NUMBER})$",
    re.I,
)
_UNTIL: Final = re.compile(rf"^(?:van\s+)?({_NUMBER})\s+tot\s+({_NUMBER})$", re.I)
_COMPARED: Final = re.compile(rf"^(<=|>=|<|>|=<|=>|\u2264|\u2265)\s*({_NUMBER})$")
_OR_MORE: Final = re.compile(
    rf"^({_NUMBER})\s*(?:\+|en ouder|of meer|en hoger|or more|and over)$", re.I
)
_LESS: Final = re.compile(rf"^(?:minder dan|jonger dan|less than|under)\s+({_NUMBER})$", re.I)
_MORE: Final = re.compile(rf"^(?:meer dan|ouder dan|more than|over)\s+({_NUMBER})$", re.I)


@cache
def _words(role: str) -> frozenset[str]:
    told = cast(
        "dict[str, list[str]]", read_yaml("doorlicht.audit", "reading/scorecard_words.yaml")
    )
    return frozenset(told[role])


@dataclass(frozen=True, slots=True, eq=False)
class ValueTest:
    """A test: a value is missing, or lies in the range, or is one of a list."""

    low: float | None = None
    high: float | None = None
    takes_low: bool = True
    takes_high: bool = True
    values: tuple[str, ...] = ()
    is_gap: bool = False
    is_other: bool = False
    is_negated: bool = False

    def held(self, column: Column, name: str) -> NDArray[np.bool_]:
        """Return for which rows it holds; a gap holds for no test but its own."""
        gone = is_missing(column)
        if self.is_other:
            return np.ones(len(column), bool)
        if self.is_gap:
            return gone if not self.is_negated else ~gone
        if self.low is not None or self.high is not None:
            made = self._in_range(column, name)
        else:
            made = self._in_list(column)
        return (~made if self.is_negated else made) & ~gone

    def _in_range(self, column: Column, name: str) -> NDArray[np.bool_]:
        try:
            numbers = as_numbers(column, name)
        except InputError:
            # Codes of a country may stand in a column of which other rules ask numbers.
            if column.dtype.kind not in "OUS":
                raise
            numbers = np.array([_as_float(value) for value in column.tolist()])
        made = ~np.isnan(numbers)
        with np.errstate(invalid="ignore"):
            if self.low is not None:
                made &= numbers >= self.low if self.takes_low else numbers > self.low
            if self.high is not None:
                made &= numbers <= self.high if self.takes_high else numbers < self.high
        return made

    def _in_list(self, column: Column) -> NDArray[np.bool_]:
        wanted: set[object] = set(self.values)
        for value in self.values:
            number = _as_float(value)
            if not np.isnan(number):
                wanted.add(number)
            if value.lower() in {"true", "false"}:
                wanted.add(value.lower() == "true")
        found = (value in wanted for value in column.tolist())
        return np.fromiter(found, bool, len(column))


def _as_float(value: object) -> float:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return float("nan")


def _edge(text: str | None) -> float | None:
    """Return a number, or nothing where it is no limit."""
    if text is None:
        return None
    plain = text.strip().lower().replace(",", ".").replace("\u221e", "inf")
    value = float(plain)
    return None if np.isinf(value) else value


def read_bin(text: str) -> ValueTest:
    """Return the test that a bin of a scorecard stands for; what is no range is a list of values.

    Examples
    --------
    >>> test = read_bin("[18,25)")
    >>> test.held(np.array([17.0, 18.0, 25.0, float("nan")]), "age").tolist()
    [False, True, False, False]
    >>> read_bin("NL, BE").values, read_bin("65+").low, read_bin("onbekend").is_gap
    (('NL', 'BE'), 65.0, True)
    """
    plain = text.strip()
    lower = plain.lower()
    if lower in _words("missing"):
        return ValueTest(is_gap=True)
    if lower in _words("other"):
        return ValueTest(is_other=True)
    found = _range_of(plain)
    if found is not None:
        return found
    negated = re.match(r"^(?:!=|<>|not in|niet in|not|niet)\s*(.+)$", plain, re.I)
    if negated is not None:
        return replace(read_bin(negated.group(1)), is_negated=True)
    listed = re.match(r"^(?:=|==|in|is)\s+(.+)$|^(?:=|==)(.+)$|^in\s*\((.+)\)$", plain, re.I)
    if listed is not None:
        plain = next(part for part in listed.groups() if part)
    return ValueTest(values=_listed(plain))


def _range_of(plain: str) -> ValueTest | None:
    edges = _EDGES.match(plain)
    if edges is not None:
        opening, low, high, closing = edges.groups()
        made = ValueTest(_edge(low), _edge(high), opening == "[", closing == "]")
        return made if made.low is not None or made.high is not None else ValueTest(is_other=True)
    compared = _COMPARED.match(plain)
    if compared is not None:
        sign, number = compared.groups()
        value = _edge(number)
        takes = "=" in sign or sign in {"\u2264", "\u2265"}
        if "<" in sign or sign == "\u2264":
            return ValueTest(None, value, True, takes)
        return ValueTest(value, None, takes, True)
    until = _UNTIL.match(plain)
    if until is not None:
        return ValueTest(_edge(until.group(1)), _edge(until.group(2)), True, False)
    span = _SPAN.match(plain)
    if span is not None:
        return ValueTest(_edge(span.group(1)), _edge(span.group(2)))
    for pattern, takes, is_low in (
        (_OR_MORE, True, True),
        (_MORE, False, True),
        (_LESS, False, False),
    ):
        match = pattern.match(plain)
        if match is not None:
            value = _edge(match.group(1))
            return ValueTest(value, None, takes) if is_low else ValueTest(None, value, True, takes)
    return None


def _listed(plain: str) -> tuple[str, ...]:
    if "%,%" in plain:
        parts = plain.split("%,%")
    elif plain[:1] in "({[" and plain[-1:] in ")}]":
        parts = re.split(r"[;,|]", plain[1:-1])
    else:
        parts = re.split(r"[;,|]", plain)
    return tuple(part.strip().strip("'\"") for part in parts if part.strip())


# -- FEEL

_FEEL_EDGES: Final = re.compile(rf"^([\[(\]])\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*([\])\[])$")
_TEXT: Final = re.compile(r'^"((?:[^"\\]|\\.)*)"$')
_PLAIN_NUMBER: Final = re.compile(rf"^{_NUMBER}$")


def read_unary_tests(text: str) -> tuple[ValueTest, ...] | None:
    """Return the tests of a cell of a decision table, of which one must hold; ``None`` if unknown.

    Examples
    --------
    >>> [test.values for test in read_unary_tests('"NL","BE"')], read_unary_tests("-")[0].is_other
    ([('NL',), ('BE',)], True)
    >>> read_unary_tests("date(x) < today()") is None
    True
    """
    plain = text.strip()
    if plain in {"", "-"}:
        return (ValueTest(is_other=True),)
    inner = re.match(r"^not\s*\((.*)\)$", plain, re.DOTALL)
    if inner is not None:
        tests = read_unary_tests(inner.group(1))
        if tests is None or (len(tests) != 1 and any(not test.values for test in tests)):
            return None
        if len(tests) == 1:
            return (replace(tests[0], is_negated=not tests[0].is_negated),)
        values = tuple(value for test in tests for value in test.values)
        return (ValueTest(values=values, is_negated=True),)
    made: list[ValueTest] = []
    for part in _parted(plain):
        test = _unary(part.strip())
        if test is None:
            return None
        made.append(test)
    return tuple(made)


def _parted(text: str) -> list[str]:
    """Return what stands between commas that are in no text and no range."""
    parts: list[str] = []
    part, depth, is_text = "", 0, False
    for letter in text:
        if letter == '"':
            is_text = not is_text
        if not is_text:
            depth += (letter in "([") - (letter in ")]")
        if letter == "," and not is_text and depth <= 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    return [*parts, part]


def _unary(part: str) -> ValueTest | None:
    if part == "null":
        return ValueTest(is_gap=True)
    if part in {"true", "false"}:
        return ValueTest(values=(part,))
    found = _TEXT.match(part)
    if found is not None:
        return ValueTest(values=(found.group(1).replace('\\"', '"'),))
    if _PLAIN_NUMBER.match(part):
        return ValueTest(values=(part,))
    edges = _FEEL_EDGES.match(part)
    if edges is not None:
        opening, low, high, closing = edges.groups()
        return ValueTest(_edge(low), _edge(high), opening == "[", closing == "]")
    if _COMPARED.match(part):
        return _range_of(part)
    equal = re.match(r"^(!?=)\s*(.+)$", part)
    if equal is not None:
        test = _unary(equal.group(2).strip())
        if test is None:
            return None
        return replace(test, is_negated=equal.group(1) == "!=")
    return None
