"""Words inside values, looked up in the server: values in other dress, and terms in free text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, cast

from doorlicht.records import TextHits
from doorlicht.sources.databases.dialect import DatabaseColumn, LooseRows, Part
from doorlicht.sources.databases.postgresql.connection import Connection
from doorlicht.sources.databases.postgresql.dictionary import FILLER, SEPARATORS, Delivered, fits_in
from doorlicht.sources.databases.postgresql.shapes import cells_sql
from doorlicht.vocabulary import LooseMatcher, TermFinder

_LONGEST_ENTRY: Final = 7
_LONGEST_VALUE: Final = 90

_WALK: Final = """
WITH RECURSIVE {cells}, tokens AS MATERIALIZED (
  SELECT p, n, ARRAY(
    SELECT k FROM (SELECT regexp_replace(w, '[0-9]+$', '') AS k, o FROM
      regexp_split_to_table({folded}, '[^0-9a-z]+') WITH ORDINALITY AS r(w, o)) AS r
    WHERE k <> '' ORDER BY o) AS words
  FROM cells WHERE length(v) <= {longest}
), steps AS (
  SELECT p, n, words, 1 AS position, ARRAY[]::int[] AS path FROM tokens WHERE words <> '{{}}'
  UNION ALL
  SELECT s.p, s.n, s.words, s.position + m.k, s.path || m.entry
  FROM steps AS s, LATERAL (
    SELECT k, d.entry FROM generate_series(1, {entry}) AS g(k)
    JOIN {loose} ON d.words = array_to_string(s.words[s.position:s.position + k - 1], ' ')
    WHERE s.position + k - 1 <= cardinality(s.words)
    ORDER BY d.entry = {filler}, k DESC LIMIT 1
  ) AS m
)
SELECT p, path, sum(n)::bigint FROM steps
WHERE position > cardinality(words) AND path <> '{{}}' GROUP BY 1, 2
"""

_TERMS: Final = """
WITH cells AS (
  SELECT row_number() OVER () AS r,
    string_to_array(regexp_replace(
      lower(({text}) COLLATE "default") COLLATE "C", %(separators)s, ' ', 'g'), ' ') AS words
  FROM {source} AS t WHERE {text} <> ''
), found AS (
  SELECT r, i, i + d.length AS until, d.term
  FROM cells, unnest(words, words[2:]) WITH ORDINALITY AS u(word, next, i)
  JOIN {terms} ON d.head = u.word COLLATE "C"
  WHERE d.length = 1 OR (d.second = u.next COLLATE "C"
    AND (d.length = 2 OR array_to_string(words[i:i + d.length - 1], ' ') = d.phrase))
), longest AS (
  SELECT DISTINCT ON (r, i) r, i, until, term FROM found ORDER BY r, i, until DESC, term
), kept AS (
  SELECT * FROM (SELECT *, max(until) OVER (PARTITION BY r ORDER BY i
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered FROM longest) AS l
  WHERE covered IS NULL OR covered <= i
)
SELECT c.concept, CASE WHEN grouping(k.term) = 0 THEN k.term END,
  count(DISTINCT k.r), count(*)
FROM kept AS k JOIN unnest(%(numbers)s::int[], %(concepts)s::int[]) AS c(term, concept)
  ON c.term = k.term
GROUP BY GROUPING SETS ((c.concept), (c.concept, k.term))
"""


def count_loose(
    connection: Connection,
    dictionary: Delivered,
    matcher: LooseMatcher,
    part: Part,
    columns: Sequence[DatabaseColumn],
) -> Mapping[int, LooseRows]:
    """Return rows of the sample per combination of entries, by index of the column.

    Each value is walked through from its first word on, always by the longest entry; a value with
    a word that is neither entry nor filler leads nowhere.
    """
    if not columns:
        return {}
    folded = "lower(v)"
    if connection.encoding == "UTF8":
        folded = r"lower(regexp_replace(normalize(v, NFKD), '[\u0300-\u036f]', '', 'g'))"
    sql = _WALK.format(
        cells=cells_sql(part, columns),
        folded=folded,
        longest=_LONGEST_VALUE,
        entry=_LONGEST_ENTRY,
        loose=dictionary("loose"),
        filler=FILLER,
    )
    pairs = tuple(matcher.entries.values())
    loose: dict[int, dict[tuple[tuple[str, str], ...], int]] = defaultdict(lambda: defaultdict(int))
    for index, path, rows in connection.rows(sql, dictionary.params):
        entries = cast("list[int]", path)
        stood_for = tuple(pair for entry in entries if entry != FILLER for pair in pairs[entry])
        if stood_for:
            loose[index][stood_for] += rows
    return loose


def count_terms(
    connection: Connection,
    dictionary: Delivered,
    terms: TermFinder,
    part: Part,
    column: DatabaseColumn,
) -> tuple[TextHits, ...]:
    """Return mentions per concept; the longest term counts, as in :class:`TermFinder`."""
    names = tuple(terms.concept_of)
    concepts = sorted(set(terms.concept_of.values()))
    numbers = {concept: number for number, concept in enumerate(concepts)}
    found = connection.rows(
        _TERMS.format(text=column.text_sql, source=part.from_sql, terms=dictionary("term")),
        {
            **dictionary.params,
            "separators": _separators(connection.encoding),
            "numbers": list(range(len(names))),
            "concepts": [numbers[concept] for concept in terms.concept_of.values()],
        },
    )
    totals: dict[int, tuple[int, int]] = {
        row[0]: (row[2], row[3]) for row in found if row[1] is None
    }
    per_term: dict[int, dict[str, int]] = defaultdict(dict)
    for concept, term, rows, _ in sorted(row for row in found if row[1] is not None):
        per_term[concept][names[term]] = rows
    return tuple(
        TextHits(concepts[concept], *totals[concept], per_term[concept])
        for concept in sorted(totals)
    )


def _separators(encoding: str) -> str:
    """Return the expression of a sign between words; spaces are left as they are.

    A server that knows no encoding looks byte by byte, and would tear other signs apart.
    """
    fits = str.isascii if encoding == "SQL_ASCII" else fits_in(encoding)
    signs = "".join(sign for sign in SEPARATORS if sign not in " ]\\-" and fits(sign))
    return f"[]{signs}\\\\-]"
