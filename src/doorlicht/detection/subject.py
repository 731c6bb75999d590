"""What the rows of a table are about: persons, groups of them, or things.

A running race has no ethnicity, the origin of a car is not a person's, and the share of a group in
a county describes no one in particular. So each finding is weighed by what the table is
about. That is told by the names of its columns (``vocabulary/terms/subjects.yaml``) and by
values that only persons have: sexes, given names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final, cast

import yaml

from doorlicht.detection.coverage import coverage
from doorlicht.records import ColumnProfile, TableProfile
from doorlicht.vocabulary.names import NameReading, fold, split_name

_SEX: Final = frozenset({"lookalike/sex"})
_GIVEN_NAMES: Final = frozenset({"name/given", "name/surname"})
_COUNTRIES: Final = frozenset(
    {"name/country", "iso/3166-alpha2", "iso/3166-alpha3", "ioc", "brp/34"}
)
_MIN_COUNTRY_ROWS: Final = 8
_MIN_TOLD: Final = 0.75


@dataclass(frozen=True, slots=True)
class Subject:
    """Counts of columns that speak for each kind of rows.

    Attributes
    ----------
    persons, aggregates, things
        Columns whose name says so.
    person_values
        Columns whose values are sexes or names of persons.
    shares
        Columns that are a share or a count of people of some origin.
    is_row_per_country
        A country stands in every row, at most a few times: rows are countries (and years).
    aggregate_columns
        Positions of the columns that count in ``aggregates``.
    """

    persons: int = 0
    person_values: int = 0
    aggregates: int = 0
    things: int = 0
    shares: int = 0
    is_row_per_country: bool = False
    aggregate_columns: frozenset[int] = frozenset()


def read_subject(
    table: TableProfile, readings: Sequence[NameReading], texts: Sequence[str] = ()
) -> Subject:
    """Return what a table is about.

    Parameters
    ----------
    readings
        Of the names of the columns, in the same order.
    texts
        Labels of columns, which count like names.
    """
    words = _subject_words()
    persons = aggregates = things = 0
    aggregate_columns: set[int] = set()
    for index, name in enumerate((*(column.name for column in table.columns), *texts)):
        kinds = _kinds_of(name, words)
        persons += "person" in kinds
        if "aggregate" in kinds and "person" not in kinds:
            aggregates += 1
            aggregate_columns.add(index)
        things += "thing" in kinds and "person" not in kinds
    shares = sum(
        "share" in reading.modifiers and bool(reading.matches) and _is_measure(column)
        for column, reading in zip(table.columns, readings, strict=True)
    )
    return Subject(
        persons=persons,
        person_values=sum(_holds_persons(column) for column in table.columns),
        aggregates=aggregates,
        things=things,
        shares=shares,
        is_row_per_country=any(_is_row_per_country(column) for column in table.columns),
        aggregate_columns=frozenset(aggregate_columns),
    )


def _kinds_of(name: str, words: dict[str, frozenset[str]]) -> set[str]:
    tokens = split_name(name)
    pairs = ["".join(pair) for pair in pairwise(tokens)]
    whole = "".join(tokens)
    kinds: set[str] = set()
    for token in (*tokens, *pairs, whole):
        kinds |= words.get(token, frozenset())
    return kinds


def _is_measure(column: ColumnProfile) -> bool:
    shape = column.shape
    return shape.digits + shape.fractional > 0.9 and shape.distinct > 10


def _holds_persons(column: ColumnProfile) -> bool:
    sexes = coverage(column, _SEX)
    # Where a third of the rows is T, for both together, rows are counts.
    is_told = sexes.rows >= _MIN_TOLD * (sexes.rows + sexes.neutral_rows)
    if sexes.share >= 0.9 and sexes.entries >= 2 and column.shape.distinct <= 6 and is_told:
        return True
    names = coverage(column, _GIVEN_NAMES)
    return names.share >= 0.4 and names.entries >= 8


def _is_row_per_country(column: ColumnProfile) -> bool:
    found = coverage(column, _COUNTRIES)
    if found.share < 0.8 or found.entries < _MIN_COUNTRY_ROWS:
        return False
    top = max(found.rows_per_entry.values(), default=0)
    average = found.rows / found.entries
    return top <= max(3.0, 1.6 * average)


@cache
def _subject_words() -> dict[str, frozenset[str]]:
    file = resources.files("doorlicht.vocabulary") / "terms" / "subjects.yaml"
    tree = cast("dict[str, dict[str, list[str]]]", yaml.safe_load(file.read_text("utf-8")))
    kinds: dict[str, set[str]] = {}
    for kind, languages in tree.items():
        for word in _words(languages.values()):
            kinds.setdefault(word, set()).add(kind)
    return {word: frozenset(found) for word, found in kinds.items()}


def _words(lists: Iterable[list[str]]) -> Iterable[str]:
    for words in lists:
        for word in words:
            yield "".join(split_name(fold(str(word))))
