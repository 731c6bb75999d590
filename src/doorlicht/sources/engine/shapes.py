"""The shape of columns: form, spread and length of the values of a sample, in aggregates.

The sample is taken at several places of a columnar table and at the head of one that is read in a
pass. It lives in the engine's memory while the table is counted. Of columns with few different
values the values themselves come into our memory, to be read by their words
(:mod:`doorlicht.vocabulary.loose`), and are forgotten with the sample.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from doorlicht.records import Shape
from doorlicht.sources.engine.nested import CountedColumn
from doorlicht.sources.engine.session import Session

SAMPLE_CELLS: Final = 400_000
"""Cells of a sample: about 16,000 rows of 24 columns."""

SLICE: Final = 500
"""Columns that are sampled together; the engine holds buffers for each of them."""

COLUMNAR_SLICE: Final = 32
"""The same for a columnar file, of which whole row groups are unpacked to sample them. What lies in
memory already is not: there every query costs as much as the table is wide."""

MAX_SAMPLE_ROWS: Final = 12_000
MIN_SAMPLE_ROWS: Final = 200
PLACES: Final = 4
"""Places of a columnar table that the sample is taken from: tables are often sorted."""

MAX_CATEGORIES: Final = 400
"""Different values up to which a column is read by its words."""

NAME_VALUES: Final = 200
"""About so many different values are looked at to see whether they are names of persons."""

NAME_LENGTHS: Final = (4, 40)
NAME_DIGITS: Final = 0.1

FREE_TEXT_LENGTH: Final = 25
FREE_TEXT_SPACED: Final = 0.4
FREE_TEXT_DISTINCT: Final = 0.3
MANY_TEXTS: Final = 30
"""More different sentences than this are no answers to choose from; they may be put together from
standard phrases, and so be few beside the rows."""

PADDED: Final = 0.01
"""Share of values with space around them from which on every value is trimmed."""


@dataclass(frozen=True, slots=True)
class ColumnSample:
    """What the sample says of one column.

    ``values`` (rows per value) is filled only for few different values, ``words`` (different
    values) only where they may be names of persons; both stay in memory.
    """

    shape: Shape = field(default_factory=Shape)
    is_padded: bool = False
    is_free_text: bool = False
    values: Mapping[str, int] = field(default_factory=dict[str, int], repr=False)
    words: Sequence[str] = field(default=(), repr=False)


_SHAPES: Final = r"""
SELECT position, CAST(sum(n) AS BIGINT), count(*), max(n),
  min(length(v)), sum(length(v) * n) / sum(n), max(length(v)),
  sum(n) FILTER (regexp_full_match(v, '[-+]?[0-9]+([.]0+)?')) / sum(n),
  sum(n) FILTER (regexp_full_match(v, '[\p{L}][\p{L} .''-]*')) / sum(n),
  sum(n) FILTER (v = upper(v) AND v <> lower(v)) / sum(n),
  sum(n) FILTER (regexp_matches(v, '^([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}|(19|20)[0-9]{2}(0[0-9]|1[0-2])[0-3][0-9]$)')) / sum(n),
  sum(n) FILTER (regexp_matches(v, '\S+\s+\S+\s+\S')) / sum(n),
  sum(n) FILTER (regexp_full_match(v, '[-+]?[0-9]*[.,][0-9]+([eE][-+]?[0-9]+)?')
    AND NOT regexp_full_match(v, '[-+]?[0-9]+[.]0+')) / sum(n),
  min(TRY_CAST(replace(v, ',', '.') AS DOUBLE)), max(TRY_CAST(replace(v, ',', '.') AS DOUBLE)),
  sum(n) FILTER (padded) / sum(n)
FROM values_seen GROUP BY position
"""  # noqa: E501 (one pattern per line)


def read_samples(
    session: Session,
    source: str,
    columns: Sequence[CountedColumn],
    *,
    is_columnar: bool,
    is_in_memory: bool = False,
) -> dict[int, ColumnSample]:
    """Return what a sample says, by position of the column; empty columns are left out."""
    rows = max(MIN_SAMPLE_ROWS, min(MAX_SAMPLE_ROWS, SAMPLE_CELLS // max(1, len(columns))))
    session.run("DROP TABLE IF EXISTS values_seen")
    session.run(
        "CREATE TEMP TABLE values_seen (position INTEGER, v VARCHAR, padded BOOLEAN, n BIGINT)"
    )
    try:
        # A columnar table is not read again for the next columns.
        width = COLUMNAR_SLICE if is_columnar and not is_in_memory else SLICE
        for start in range(0, len(columns), width):
            part = list(enumerate(columns))[start : start + width]
            named = ", ".join(f"{column.sql} AS p{position}" for position, column in part)
            query = _sample_query(session, source, named, rows, is_columnar)
            session.run("DROP TABLE IF EXISTS sample_rows")
            session.run(f"CREATE TEMP TABLE sample_rows AS {query}")
            _see_scalars(session, [position for position, column in part if not column.is_list])
            for position in (position for position, column in part if column.is_list):
                _see(session, position, f"(SELECT unnest(p{position}) AS e FROM sample_rows)", "e")
        return _read(session)
    finally:
        session.run("DROP TABLE IF EXISTS sample_rows")
        session.run("DROP TABLE IF EXISTS values_seen")


def _sample_query(session: Session, source: str, named: str, rows: int, is_columnar: bool) -> str:
    head = f"SELECT {named} FROM {source} LIMIT {rows}"
    if not is_columnar:
        return head
    total = int(session.rows(f"SELECT count(*) FROM {source}")[0][0])
    if total <= rows * 2:
        return f"SELECT {named} FROM {source} LIMIT {rows * 2}"
    part = rows // PLACES
    places = [total * place // PLACES for place in range(PLACES)]
    return " UNION ALL ".join(
        f"(SELECT {named} FROM {source} LIMIT {part} OFFSET {place})" for place in places
    )


def _see_scalars(session: Session, positions: Sequence[int]) -> None:
    if not positions:
        return
    parts = ", ".join(f"CAST(p{position} AS VARCHAR) AS p{position}" for position in positions)
    session.run(
        "INSERT INTO values_seen SELECT CAST(substr(position, 2) AS INTEGER), trim(v), "
        f"bool_or(v <> trim(v)), count(*) FROM (UNPIVOT (SELECT {parts} FROM sample_rows) "
        "ON COLUMNS(*) INTO NAME position VALUE v) WHERE trim(v) <> '' GROUP BY 1, 2"
    )


def _see(session: Session, position: int, source: str, value: str) -> None:
    session.run(
        f"INSERT INTO values_seen SELECT {position}, trim(CAST({value} AS VARCHAR)), false, "
        f"count(*) FROM {source} WHERE trim(CAST({value} AS VARCHAR)) <> '' GROUP BY 2"
    )


def _read(session: Session) -> dict[int, ColumnSample]:
    shapes = {int(row[0]): row for row in session.rows(_SHAPES)}
    few = [position for position, row in shapes.items() if row[2] <= MAX_CATEGORIES]
    values: dict[int, dict[str, int]] = defaultdict(dict)
    if few:
        named = ", ".join(str(position) for position in few)
        for position, value, n in session.rows(
            f"SELECT position, v, n FROM values_seen WHERE position IN ({named})"
        ):
            values[int(position)][value] = int(n)
    words = _some_words(session, shapes, values)
    return {
        position: _column_sample(row, values.get(position, {}), words.get(position, ()))
        for position, row in shapes.items()
    }


def _some_words(
    session: Session, shapes: Mapping[int, tuple[Any, ...]], values: Mapping[int, Mapping[str, int]]
) -> dict[int, list[str]]:
    """Return different values of the columns that may hold names of persons, by position."""
    named = {position: row[2] for position, row in shapes.items() if _may_be_names(row)}
    words = {position: list(values[position]) for position in named if position in values}
    many = [
        f"(position = {position} AND hash(v) % {distinct // NAME_VALUES} = 0)"
        for position, distinct in named.items()
        if position not in words
    ]
    if many:
        query = f"SELECT position, v FROM values_seen WHERE {' OR '.join(many)}"
        for position, value in session.rows(query):
            words.setdefault(int(position), []).append(value)
    return words


def _may_be_names(row: tuple[Any, ...]) -> bool:
    (_, _, _, _, _, mean, _, digits, _, upper, dates, _, fractional, *_) = row
    shortest, longest = NAME_LENGTHS
    others = (digits or 0.0) + (dates or 0.0) + (fractional or 0.0)
    return shortest <= mean <= longest and others < NAME_DIGITS and (upper or 0.0) < 1.0


def _column_sample(
    row: tuple[Any, ...], values: Mapping[str, int], words: Sequence[str]
) -> ColumnSample:
    (_, rows, distinct, top, shortest, mean, longest, digits, letters, upper, dates, spaced,
     fractional, low, high, padded) = row  # fmt: skip
    numbers = (digits or 0.0) + (fractional or 0.0)
    shape = Shape(
        sampled_rows=rows,
        distinct=distinct,
        top_share=top / rows,
        min_length=shortest,
        mean_length=mean,
        max_length=longest,
        digits=digits or 0.0,
        letters=letters or 0.0,
        upper=upper or 0.0,
        dates=dates or 0.0,
        spaced=spaced or 0.0,
        fractional=fractional or 0.0,
        low=low if numbers >= 0.5 else None,
        high=high if numbers >= 0.5 else None,
    )
    is_free_text = (
        mean >= FREE_TEXT_LENGTH
        and shape.spaced >= FREE_TEXT_SPACED
        and (distinct > MANY_TEXTS or distinct / rows >= FREE_TEXT_DISTINCT)
    )
    return ColumnSample(shape, (padded or 0.0) > PADDED, is_free_text, values, words)
