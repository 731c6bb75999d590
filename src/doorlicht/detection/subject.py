"""What the rows of a table are about: persons, groups of them, or things.

A running race has no ethnicity, the origin of a car is not a person's, and the share of a group in
a county describes no one in particular. So each finding is weighed by what the table is
about. That is told by the names of its columns (``vocabulary/terms/subjects.yaml``) and by
values that only persons have: sexes, given names, marital statuses, relatives, diplomas. Tables of
statistics have such values too, but beside totals (*both sexes*), or one column per period.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, cast

from doorlicht.detection.coverage import Coverage, coverage
from doorlicht.records import ColumnProfile, TableProfile
from doorlicht.shipped import read_yaml
from doorlicht.vocabulary.names import NameReading, fold, split_name

_SEX: Final = frozenset({"lookalike/sex"})
_BOTH: Final = frozenset({"male", "female"})
_GIVEN_NAMES: Final = frozenset({"name/given", "name/surname"})
_OF_PERSONS: Final = ("lookalike/marital", "lookalike/kin", "lookalike/education")
_TOTALS: Final = frozenset({"lookalike/total"})
_MIN_TOTALS: Final = 0.01
"""Share of a column that totals must fill: one cell among thousands is a slip."""

_PERIOD: Final = re.compile(
    r"^[xy_]?(19|20)\d\d([-_ ]?[mqkt]?[-_ ]?\d{1,2})?(\s*\[yr\d{4}\])?$", re.I
)
MIN_PERIODS: Final = 3
"""Columns that are called by a year or a month from which on rows are series of figures."""
_COUNTRIES: Final = frozenset(
    {"name/country", "iso/3166-alpha2", "iso/3166-alpha3", "ioc", "brp/34"}
)
_MIN_COUNTRY_ROWS: Final = 8
_MIN_TOLD: Final = 0.75
MIN_NAMES: Final = 6
"""Different values from which on a column of names holds names of persons."""


_NAMED: Final = 0.3
"""Share of full names from which on a column holds them: many given names are in no list."""

_EACH_ROW: Final = 0.8
_TITLED: Final = 0.2
"""Share of three words or more from which on texts may be titles."""

MIN_NUMBERS: Final = 20
"""Different numbers of persons from which on they tell that each row is one."""

_NUMBERED_SHARE: Final = 0.98
_FRACTIONS: Final = 0.01
_FIRST_YEAR: Final = 1800.0
_LAST_YEAR: Final = 2100.0
_NUMBER_WORDS: Final = frozenset(
    {
        "id", "ids", "uuid", "guid", "key", "sleutel", "nr", "no", "num", "nummer", "number",
        "numero", "hash", "pseudo", "pseudoniem", "pseudonym", "schluessel", "schlussel", "cle",
    }
)  # fmt: skip
"""What a column is called that holds the number of a row, whatever is in the row."""

_NUMBER_ENDINGS: Final = ("nummer", "nr", "number", "id")

MAX_ROWS_OF_COUNTRY: Final = 3.0
"""Rows of the most frequent country in a table with few rows for each."""


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
    aggregate_columns, thing_columns
        Positions of the columns that count in ``aggregates`` and in ``things``.
    animals
        Columns whose name is of an animal: its sex and its birth are no person's.
    is_statistics
        Totals stand among the values, or a column of figures for each period: rows are counts.
    """

    persons: int = 0
    person_values: int = 0
    aggregates: int = 0
    things: int = 0
    shares: int = 0
    is_row_per_country: bool = False
    aggregate_columns: frozenset[int] = frozenset()
    thing_columns: frozenset[int] = frozenset()
    is_statistics: bool = False
    animals: int = 0


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
    persons = aggregates = things = animals = 0
    aggregate_columns: set[int] = set()
    thing_columns: set[int] = set()
    for index, name in enumerate((*(column.name for column in table.columns), *texts)):
        kinds = _kinds_of(name, words)
        persons += "person" in kinds
        if "aggregate" in kinds and "person" not in kinds:
            aggregates += 1
            aggregate_columns.add(index)
        is_of_concept = index < len(readings) and _is_sure(readings[index])
        if "thing" in kinds and "person" not in kinds and not is_of_concept:
            things += 1
            thing_columns.add(index)
        animals += "animal" in kinds
    rows = max((column.filled_rows for column in table.columns), default=0)
    shares = sum(
        "share" in reading.modifiers and bool(reading.matches) and _is_measure(column)
        for column, reading in zip(table.columns, readings, strict=True)
    )
    person_values = sum(_holds_persons(column) for column in table.columns)
    person_values += _are_named_persons(table)
    if not persons + person_values:
        # *refugees* and *asylum_seekers* with amounts count people, as shares do.
        shares += sum(
            _is_sure(reading) and _is_measure(column)
            for column, reading in zip(table.columns, readings, strict=True)
        )
    has_years = any(_holds_years(column) for column in table.columns)
    is_numbered = any(
        _numbers_persons(column, words, has_years=has_years) for column in table.columns
    )
    return Subject(
        persons=persons,
        person_values=person_values,
        aggregates=aggregates,
        things=things,
        shares=shares,
        is_row_per_country=any(
            _is_row_per_country(column, rows, is_numbered=is_numbered) for column in table.columns
        ),
        aggregate_columns=frozenset(aggregate_columns),
        thing_columns=frozenset(thing_columns),
        is_statistics=_is_statistics(table),
        animals=animals,
    )


def _kinds_of(name: str, words: dict[str, frozenset[str]]) -> set[str]:
    tokens = split_name(name)
    pairs = ["".join(pair) for pair in pairwise(tokens)]
    whole = "".join(tokens)
    kinds: set[str] = set()
    for token in (*tokens, *pairs, whole):
        kinds |= words.get(token, frozenset())
    return kinds


def _is_sure(reading: NameReading) -> bool:
    return any(match.level in {"certain", "strong"} for match in reading.matches)


def _is_measure(column: ColumnProfile) -> bool:
    shape = column.shape
    return shape.digits + shape.fractional > 0.9 and shape.distinct > 10


def _is_statistics(table: TableProfile) -> bool:
    if any(coverage(column, _TOTALS).rows >= _least_totals(column) for column in table.columns):
        return True
    periods = [column for column in table.columns if _PERIOD.match(column.name.strip())]
    return len(periods) >= MIN_PERIODS and all(
        column.shape.digits + column.shape.fractional > 0.9
        for column in periods
        if column.filled_rows
    )


def _least_totals(column: ColumnProfile) -> float:
    return max(1.0, _MIN_TOTALS * column.filled_rows)


def _holds_persons(column: ColumnProfile) -> bool:
    sexes = coverage(column, _SEX)
    # Where a third of the rows is T, for both together, rows are counts.
    is_told = sexes.rows >= _MIN_TOLD * (sexes.rows + sexes.neutral_rows)
    both = sexes.rows_per_entry.keys() >= _BOTH
    if sexes.share >= 0.9 and both and column.shape.distinct <= 6 and is_told:
        return True
    for table in _OF_PERSONS:
        found = coverage(column, frozenset({table}))
        if found.share >= _MIN_TOLD and found.entries >= 2 and _has_several_words(found):
            return True
    names = coverage(column, _GIVEN_NAMES)
    return names.share >= 0.4 and _differ(column, names)


def _are_named_persons(table: TableProfile) -> bool:
    """Whether each row has another full name, and nothing else that rows are called by.

    A title beside it is that of a book, a film or a picture, and the name that of its maker.
    """
    texts = [
        column.shape
        for column in table.columns
        if column.shape.distinct >= _EACH_ROW * column.shape.sampled_rows > 0
    ]
    return any(
        shape.names >= _NAMED and shape.distinct >= MIN_NAMES for shape in texts
    ) and not any(
        shape.names < _NAMED / 2 and shape.spaced >= _TITLED and shape.letters >= _TITLED
        for shape in texts
    )


def _has_several_words(found: Coverage) -> bool:
    """Whether no single entry fills the column: *single* is also a room or a wrapper."""
    return max(found.rows_per_entry.values(), default=0) < 0.98 * found.rows


def _differ(column: ColumnProfile, names: Coverage) -> bool:
    """Whether there are many names: a few may be places, ships or storms."""
    return names.rows >= MIN_NAMES and column.shape.distinct >= MIN_NAMES


def _holds_years(column: ColumnProfile) -> bool:
    shape = column.shape
    return (
        shape.digits > 0.9
        and shape.distinct >= MIN_PERIODS
        and shape.low is not None
        and shape.high is not None
        and shape.low >= _FIRST_YEAR
        and shape.high <= _LAST_YEAR
    )


def _numbers_persons(
    column: ColumnProfile, words: dict[str, frozenset[str]], *, has_years: bool
) -> bool:
    """Return whether a column numbers persons: by its name, or as the number of each row.

    A person can have several rows; then only the name tells. What is measured of a country, its
    *population* or *median age*, is called after persons as well, and is no number of one. Rows of
    countries by year can be numbered too.
    """
    shape = column.shape
    if shape.distinct < MIN_NUMBERS or shape.fractional > _FRACTIONS:
        return False
    tokens = split_name(column.name)
    is_number = bool(tokens) and (tokens[0] in _NUMBER_WORDS or tokens[-1] in _NUMBER_WORDS)
    kinds = _kinds_of(column.name, words)
    if "person" in kinds and "aggregate" not in kinds:
        # Compounds are one word in Dutch and German: "klantnummer", "Kundennummer".
        is_number = is_number or column.name.lower().endswith(_NUMBER_ENDINGS)
        return is_number or shape.distinct >= _NUMBERED_SHARE * shape.sampled_rows
    is_each_row = shape.distinct >= _NUMBERED_SHARE * shape.sampled_rows
    return is_number and is_each_row and not has_years


def _is_row_per_country(column: ColumnProfile, rows: int, *, is_numbered: bool) -> bool:
    """Return whether rows are countries, once each or once for each year.

    Persons of ten countries can be spread as evenly; each of them has a number of their own.
    """
    found = coverage(column, _COUNTRIES)
    if found.share < 0.8 or found.entries < _MIN_COUNTRY_ROWS or column.filled_rows < rows / 2:
        return False
    top = max(found.rows_per_entry.values(), default=0)
    average = found.rows / found.entries
    return top <= MAX_ROWS_OF_COUNTRY or (not is_numbered and top <= 1.6 * average)


@cache
def _subject_words() -> dict[str, frozenset[str]]:
    tree = cast(
        "dict[str, dict[str, list[str]]]",
        read_yaml("doorlicht.vocabulary", "terms/subjects.yaml"),
    )
    kinds: dict[str, set[str]] = {}
    for kind, languages in tree.items():
        for word in _words(languages.values()):
            kinds.setdefault(word, set()).add(kind)
    return {word: frozenset(found) for word, found in kinds.items()}


def _words(lists: Iterable[list[str]]) -> Iterable[str]:
    for words in lists:
        for word in words:
            yield "".join(split_name(fold(str(word))))
