"""Counts all columns of a table in one scan, for tables of which a column cannot be read alone.

There are two plans. *Unnested*: every column becomes rows of (position, value) that meet the
dictionary in a single join. *Grouped*: every column is grouped by itself, all in the same scan; of
columns of many different values only what has the hash of an entry, so that few are left. The
groups meet the dictionary then. The second takes a third less time on a large table, but looks up
hashes for each column of many values; and a sample decides which columns have few. See
``docs/decisions/007-one-pass.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final

from doorlicht.plugins import ProfileRequest
from doorlicht.records import TextHits
from doorlicht.sources.engine.counts import Counts
from doorlicht.sources.engine.nested import CountedColumn
from doorlicht.sources.engine.session import BLANK, Session
from doorlicht.sources.engine.shapes import ColumnSample
from doorlicht.sources.tables import UnreadableError
from doorlicht.vocabulary.text import SEPARATOR

SLICE: Final = 500
"""Columns that are counted in one scan; the engine holds buffers for each of them."""

GROUPED_BYTES: Final = 32 << 20
"""Size of a file from which on grouping saves more than building the dictionary often costs."""

GROUPED_JOINS: Final = 24
"""Columns of many values that are looked up in one scan; each look-up holds the hashes of the
dictionary once more, which takes 5 MB."""

_Part = Sequence[tuple[int, CountedColumn]]


def count_in_one_pass(
    session: Session,
    source: str,
    columns: Sequence[CountedColumn],
    samples: Mapping[int, ColumnSample],
    counts: Counts,
    request: ProfileRequest,
    *,
    bytes_: int = 0,
    only: Container[int] | None = None,
) -> None:
    """Count all scalar columns of a relation, in one scan for each :data:`SLICE` of them.

    Parameters
    ----------
    only
        Positions of the columns to count; all where it is ``None``.
    bytes_
        Size of the file that is read, which decides the plan and nothing else.
    """
    scalars = [
        (p, column)
        for p, column in enumerate(columns)
        if not column.is_list and (only is None or p in only)
    ]
    for start in range(0, max(1, len(scalars)), SLICE):
        part = scalars[start : start + SLICE]
        rows = _count_slice(session, source, part, samples, counts, request, bytes_)
        if start == 0:
            counts.rows += rows


def _count_slice(
    session: Session,
    source: str,
    part: _Part,
    samples: Mapping[int, ColumnSample],
    counts: Counts,
    request: ProfileRequest,
    bytes_: int,
) -> int:
    """Count columns of a relation in one scan, free text included; return the rows of it."""
    few = [p for p, _ in part if p in samples and samples[p].values]
    is_grouped = bytes_ >= GROUPED_BYTES and few and len(part) - len(few) <= GROUPED_JOINS
    for plan in (_grouped, _unnested) if is_grouped else (_unnested,):
        text: dict[int, list[tuple[TextHits, ...]]] = {}
        with ExitStack() as stack:
            values = {
                position: _value(session, stack, column, samples.get(position), seen, request)
                for position, column in part
                for seen in (text.setdefault(position, []),)
            }
            try:
                found = session.rows(plan(source, values, few))
            except UnreadableError as error:
                # The sample was wrong about columns of few values.
                if plan is _unnested or error.code != "limit.memory":
                    raise
                continue
        for position, seen in text.items():
            counts.text[position].extend(seen)
        return _add(session, found, [position for position, _ in part], counts)
    return 0


def _value(
    session: Session,
    stack: ExitStack,
    column: CountedColumn,
    sample: ColumnSample | None,
    seen: list[tuple[TextHits, ...]],
    request: ProfileRequest,
) -> str:
    """Return SQL of a value as the dictionary has it."""
    value = column.sql if column.spec.kind == "text" else f"CAST({column.sql} AS VARCHAR)"
    if sample is not None and sample.is_free_text:
        shown = stack.enter_context(session.seen_by(_seeing(seen, request)))
        value = f"CASE WHEN {shown}(lower({value}) || chr({SEPARATOR[0]})) THEN {value} END"
    if sample is not None and sample.is_padded:
        value = f"trim({value})"
    return value


def _unnested(source: str, values: Mapping[int, str], few: Sequence[int]) -> str:
    """Return a query with rows of (position, slot, number); position -1 is every row.

    Null stands in the dictionary as an empty value, so that what is filled follows from the
    number of rows.
    """
    del few
    cells = ", ".join(["''", *values.values()])
    return (
        "SELECT u.position, d.slot, count(*) FROM "
        f"(SELECT unnest({[-1, *values]}) AS position, unnest([{cells}]) AS value FROM {source}) u "
        "JOIN lexicon_text d ON d.value IS NOT DISTINCT FROM u.value GROUP BY 1, 2"
    )


def _grouped(source: str, values: Mapping[int, str], few: Sequence[int]) -> str:
    """Return a query with the same rows, which groups every column by itself.

    Of columns of many values only what has the hash of an entry is kept, so that they have few
    values too. What is kept for a hash alone falls out when the groups meet the dictionary. Each
    row of ``seen`` belongs to one column, and is null in all others; what is null in its own
    column too is found by counting the rest.
    """
    named = ", ".join(f"{value} AS v{p}" for p, value in values.items())
    kept = ", ".join(f"t.v{p}" if p in few else _kept(p) for p in values)
    keys = ["one", *(f"v{p}" for p in values)]
    groups = " UNION ALL ".join(
        f"SELECT {p} AS position, v{p} AS value, n FROM seen WHERE v{p} IS NOT NULL" for p in values
    )
    # What is null in a column of few values is in no group of it.
    filled = " UNION ALL ".join(
        f"SELECT {p}, {BLANK}, -sum(n) FROM seen WHERE v{p} IS NOT NULL" for p in few
    )
    rows = "SELECT unnest({}), {}, sum(n) FROM seen WHERE one IS NOT NULL"
    return (
        f"WITH seen AS MATERIALIZED (SELECT {', '.join(keys)}, count(*) AS n FROM "
        f"(SELECT t.one, {kept} FROM (SELECT 1 AS one, {named} FROM {source}) t) "
        f"GROUP BY GROUPING SETS ({', '.join(f'({key})' for key in keys)})) "
        "SELECT g.position, d.slot, sum(g.n) "
        f"FROM ({groups}) g JOIN lexicon_text d ON d.value = g.value GROUP BY 1, 2 "
        f"UNION ALL {filled} UNION ALL {rows.format([-1, *few], BLANK)}"
    )


def _kept(position: int) -> str:
    """Return SQL of a value where an entry of the dictionary has its hash; null is kept as ''."""
    value = f"t.v{position}"
    is_hit = f"hash({value}) IN (SELECT value FROM lexicon_hash)"
    return f"CASE WHEN {is_hit} THEN coalesce({value}, '') END AS v{position}"


def _add(
    session: Session, found: Iterable[tuple[Any, ...]], positions: Sequence[int], counts: Counts
) -> int:
    """Add what a query found, and return how many rows there are.

    The join keeps only entries and empty values; what is filled follows from the number of rows.
    """
    rows = 0
    for position, slot, number in found:
        if number is None:
            continue
        if position < 0:
            rows = int(number)
        else:
            ids = session.dictionary.ids(slot, is_number=False)
            counts.add(position, slot, int(number), ids)
    for position in positions:
        counts.filled[position] += rows
    return rows


def _seeing(
    found: list[tuple[TextHits, ...]], request: ProfileRequest
) -> Callable[[memoryview, Sequence[int]], None]:
    """Return what looks through cells of text that pass by, and remembers only the counts."""

    def see(text: memoryview, starts: Sequence[int]) -> None:
        found.append(request.terms.count_lowered(text, starts))

    return see
