"""The shape of columns: form, spread and length of the values of a sample, worked out there.

No range is asked for (``low`` and ``high`` of a shape): the ends of a range are values of persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final

from doorlicht.records import Shape
from doorlicht.sources.databases.dialect import DatabaseColumn, Part, Relation, Seen
from doorlicht.sources.databases.postgresql.connection import Connection
from doorlicht.sources.engine.shapes import (
    FREE_TEXT_DISTINCT,
    FREE_TEXT_LENGTH,
    FREE_TEXT_SPACED,
    MANY_TEXTS,
    MIN_SAMPLE_ROWS,
    PADDED,
    SAMPLE_CELLS,
)

PAGE_BYTES: Final = 8192
MIN_PAGES: Final = 400
"""Of fewer pages than this a sample by the page would be too coarse."""

MIN_SAMPLE_PAGES: Final = 50
"""Rows of one page resemble each other: they came in together."""

ROWS_PER_PAGE: Final = 60
"""Where the server has no idea of the number of rows."""

MAX_SAMPLE_ROWS: Final = 4_000
"""The server judges forms a few times slower than our own engine, so the sample is smaller."""

LONGEST: Final = 10_000
"""Characters of a value that its form is judged by."""

_FORM: Final = r"""
SELECT p, sum(n)::bigint, count(*), max(n)::bigint,
  min(length(v)), (sum(length(v) * n) / sum(n))::float8, max(length(v)),
  coalesce(sum(n) FILTER (WHERE v ~ '^[-+]?[0-9]+$'), 0)::bigint,
  coalesce(sum(n) FILTER (WHERE v ~ '^[[:alpha:]{more}][[:alpha:]{more} .''-]*$'), 0)::bigint,
  coalesce(sum(n) FILTER (WHERE v = upper(v) AND v <> lower(v)), 0)::bigint,
  coalesce(sum(n) FILTER (WHERE v ~ '^([0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}|[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.][0-9]{{2,4}}|(19|20)[0-9]{{2}}(0[0-9]|1[0-2])[0-3][0-9]$)'), 0)::bigint,
  coalesce(sum(n) FILTER (WHERE v ~ '\S+\s+\S+\s+\S'), 0)::bigint,
  coalesce(sum(n) FILTER (WHERE v ~ '^[-+]?[0-9]*[.,][0-9]+([eE][-+]?[0-9]+)?$'), 0)::bigint,
  coalesce(sum(n) FILTER (WHERE padded), 0)::bigint,
  count(*) FILTER (WHERE n = 1), count(*) FILTER (WHERE n = 2)
FROM cells GROUP BY p
"""  # noqa: E501 (one pattern per line)

_BEYOND_ASCII: Final = r"\u00C0-\u024F"
"""Letters that a server with the locale C takes for signs."""


def glance_rows(columns: int) -> int:
    """Return how many rows a sample for shapes has."""
    return 2 * max(MIN_SAMPLE_ROWS, min(MAX_SAMPLE_ROWS, SAMPLE_CELLS // max(1, columns)))


def selected(columns: Sequence[DatabaseColumn]) -> str:
    """Return a list of columns: ``*`` would ask for those that are closed to us too."""
    return ", ".join(column.sql for column in columns)


def glance_sql(relation: Relation, columns: Sequence[DatabaseColumn]) -> str:
    """Return SQL of a sample by the page of a large table, of the first rows of any other."""
    rows = most = glance_rows(len(columns))
    pages = (relation.size_bytes or 0) // PAGE_BYTES
    known = relation.estimated_rows or pages * ROWS_PER_PAGE
    method = ""
    if relation.is_stored and known > rows and pages >= MIN_PAGES:
        # Pages from all over the table say as much as twice as many rows from its beginning.
        rows //= 2
        share = min(100.0, max(100.0 * rows / known, 100.0 * MIN_SAMPLE_PAGES / pages))
        method = f"TABLESAMPLE SYSTEM ({share:.6f}) REPEATABLE (1) "
    return f"SELECT {selected(columns)} FROM {relation.from_sql} AS t {method}LIMIT {most}"


def cells_sql(part: Part, columns: Sequence[DatabaseColumn]) -> str:
    """Return CTEs up to ``cells`` (p, v, padded, n): different values per column of the sample."""
    scalars = [column for column in columns if not column.elements_sql]
    parts = [
        f"SELECT {column.index} AS p, e.v FROM glance AS t, LATERAL ({column.elements_sql}) AS e(v)"
        for column in columns
        if column.elements_sql
    ]
    if scalars:
        values = ", ".join(f"({column.index}, {column.text_sql})" for column in scalars)
        parts.append(f"SELECT x.p, x.v FROM glance AS t, LATERAL (VALUES {values}) AS x(p, v)")
    return (
        f"glance AS MATERIALIZED ({part.glance_sql}), cells AS MATERIALIZED ("
        f"SELECT p, btrim(left(v, {LONGEST})) AS v, bool_or(v <> btrim(v)) AS padded, "
        f"count(*) AS n FROM ({' UNION ALL '.join(parts)}) AS u "
        "WHERE btrim(v) <> '' GROUP BY 1, 2)"
    )


def see(connection: Connection, part: Part, columns: Sequence[DatabaseColumn]) -> dict[int, Seen]:
    """Return what a sample says of each column that has values."""
    if not columns:
        return {}
    more = _BEYOND_ASCII if connection.encoding == "UTF8" else ""
    found = connection.rows(f"WITH {cells_sql(part, columns)} {_FORM.format(more=more)}")
    return {int(row[0]): _seen(*row[1:]) for row in found}


def _seen(
    rows: int, distinct: int, top: int, shortest: int, mean: float, longest: int,
    digits: int, letters: int, upper: int, dates: int, spaced: int, fractional: int, padded: int,
    once: int, twice: int,
) -> Seen:  # fmt: skip
    shape = Shape(
        sampled_rows=rows,
        distinct=distinct,
        top_share=top / rows,
        min_length=shortest,
        mean_length=mean,
        max_length=longest,
        digits=digits / rows,
        letters=letters / rows,
        upper=upper / rows,
        dates=dates / rows,
        spaced=spaced / rows,
        fractional=fractional / rows,
    )
    is_free_text = (
        mean >= FREE_TEXT_LENGTH
        and shape.spaced >= FREE_TEXT_SPACED
        and (distinct > MANY_TEXTS or distinct / rows >= FREE_TEXT_DISTINCT)
    )
    return Seen(shape, padded / rows > PADDED, is_free_text, _expected(distinct, once, twice))


def _expected(distinct: int, once: int, twice: int) -> float:
    """Return a guess at the different values there are, by those seen once and twice.

    Source: Chao (1984), "Nonparametric estimation of the number of classes in a population". It
    is a lower bound, and says nothing where nearly all was seen only once.
    """
    if once * 2 > distinct and once > twice * 20:
        return inf
    return distinct + once * once / (2 * twice or 1)
