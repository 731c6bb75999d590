"""Counts all columns of a table in one scan, for tables of which a column cannot be read alone.

There are two plans. *Unnested*: every column becomes rows of (position, value) that meet the
dictionary in a single join. *Grouped*: columns of few different values are grouped, the others are
joined with the dictionary one by one, all in the same scan, and only the groups leave it. The
second takes a fifth less time on a large table, but builds the dictionary for each column of many
values; and a sample decides which columns have few. See ``docs/decisions/007-one-pass.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final

from doorlicht.plugins import ProfileRequest
from doorlicht.records import TextHits
from doorlicht.sources.engine.counts import Counts
from doorlicht.sources.engine.nested import CountedColumn
from doorlicht.sources.engine.session import BLANK, Session
from doorlicht.sources.engine.shapes import ColumnSample
from doorlicht.sources.tables import UnreadableError

SLICE: Final = 500
"""Columns that are counted in one scan; the engine holds buffers for each of them."""

GROUPED_BYTES: Final = 32 << 20
"""Size of a file from which on grouping saves more than building the dictionary often costs."""

GROUPED_JOINS: Final = 24
"""Columns of many values that are joined in one scan; each join holds the dictionary once more,
which takes 10 MB."""

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
) -> None:
    """Count all scalar columns of a relation, in one scan for each :data:`SLICE` of them.

    Parameters
    ----------
    bytes_
        Size of the file that is read, which decides the plan and nothing else.
    """
    scalars = [(p, column) for p, column in enumerate(columns) if not column.is_list]
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
        value = f"CASE WHEN {shown}({value}) THEN {value} END"
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
    """Return a query with the same rows, which groups the columns of few values.

    Each row of ``seen`` belongs to one column, and is null in all others. What is null in its own
    column too is found by counting the rest.
    """
    many = [position for position in values if position not in few]
    named = ", ".join(f"{value} AS v{position}" for position, value in values.items())
    joins = " ".join(
        f"LEFT JOIN lexicon_text d{p} ON d{p}.value IS NOT DISTINCT FROM t.v{p}" for p in many
    )
    keys = ["t.one", *(f"t.v{p}" for p in few), *(f"d{p}.slot" for p in many)]
    columns = ["t.one AS one", *(f"t.v{p} AS v{p}" for p in few)]
    columns += [f"d{p}.slot AS s{p}" for p in many]
    rows = "(SELECT sum(n) FROM seen WHERE one IS NOT NULL)"
    parts = [f"SELECT -1, {BLANK}, {rows}"]
    for p in few:
        parts += [
            f"SELECT {p}, {BLANK}, {rows} - coalesce(sum(n), 0) FROM seen WHERE v{p} IS NOT NULL",
            f"SELECT {p}, d.slot, sum(seen.n) FROM seen JOIN lexicon_text d ON d.value = seen.v{p} "
            "GROUP BY 2",
        ]
    parts += [f"SELECT {p}, s{p}, n FROM seen WHERE s{p} IS NOT NULL" for p in many]
    return (
        f"WITH seen AS MATERIALIZED (SELECT {', '.join(columns)}, count(*) AS n "
        f"FROM (SELECT 1 AS one, {named} FROM {source}) t {joins} "
        f"GROUP BY GROUPING SETS ({', '.join(f'({key})' for key in keys)})) "
        + " UNION ALL ".join(parts)
    )


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
) -> Callable[[Sequence[str | None]], None]:
    """Return what looks through cells of text that pass by, and remembers only the counts."""

    def see(cells: Sequence[str | None]) -> None:
        found.append(request.terms.count([cell for cell in cells if cell]))

    return see
