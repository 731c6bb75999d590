"""How whole values are counted, by the kind of relation and of column.

Measured on 2 million rows, as multiples of hashing one column; see
``docs/decisions/008-counting-in-postgresql.md``:

- few different values: several columns are grouped together in one scan that the server runs in
  parallel, and the groups meet the dictionary;
- many different values: a filter throws out nearly all rows in parallel, and the rest meets the
  dictionary; of numbers, those beyond the codes are thrown out;
- views, foreign and small tables: all columns in one pass, for a second one costs as much again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from doorlicht.sources.databases.dialect import Counted, DatabaseColumn, Part, Seen
from doorlicht.sources.databases.postgresql.connection import Connection
from doorlicht.sources.databases.postgresql.dictionary import Delivered, may_be_word

SMALL_BYTES: Final = 8 << 20
"""A stored table up to this size is counted in one pass."""

FEW: Final = 10_000
"""Different values, as far as the sample tells, up to which a column is grouped."""

MAX_GROUPS: Final = 30_000
"""Different combinations of values of columns that are grouped together."""

MAX_TOGETHER: Final = 6

Tell = Callable[[int, float], None]
_Totals = tuple[int, dict[int, Counted]]


def count(
    connection: Connection,
    dictionary: Delivered,
    part: Part,
    columns: Sequence[DatabaseColumn],
    seen: Mapping[int, Seen],
    tell: Tell,
) -> _Totals:
    """Return the rows of a part, and the counts of its columns by their index."""
    relation = part.relation
    scalars = [column for column in columns if not column.elements_sql]
    if not part.is_sample and relation.is_stored and (relation.size_bytes or 0) > SMALL_BYTES:
        rows, counted = _in_several(connection, dictionary, part, scalars, seen, tell)
    else:
        rows, counted = _in_one_pass(connection, dictionary, part, scalars, seen)
    for column in columns:
        if column.elements_sql:
            counted[column.index] = _elements(connection, dictionary, part, column)
            tell(rows, 1.0)
    return rows, counted


def _value(column: DatabaseColumn, seen: Mapping[int, Seen]) -> str:
    is_padded = column.index in seen and seen[column.index].is_padded
    return f"btrim({column.text_sql})" if is_padded else f"({column.text_sql})"


def _key(column: DatabaseColumn, seen: Mapping[int, Seen]) -> str:
    """Return what to group by: texts by their bytes, the rest as it is, which is faster."""
    return _value(column, seen) if column.kind == "text" else column.sql


def _in_one_pass(
    connection: Connection,
    dictionary: Delivered,
    part: Part,
    columns: Sequence[DatabaseColumn],
    seen: Mapping[int, Seen],
) -> _Totals:
    """Turn columns into rows of (column, value) that meet the dictionary in one join.

    The first pair is always there and counts the rows. Values that are not looked up count as
    filled by a text that is no word.
    """
    pairs = ["(-1, NULL)"]
    for column in columns:
        value = _value(column, seen)
        if column.matching == "none":
            value = f"CASE WHEN {column.sql} IS NOT NULL THEN chr(1) END"
        pairs.append(f"({column.index}, {value})")
    found = connection.rows(
        f"SELECT x.p, d.slot, count(*) FROM {part.from_sql} AS t, "
        f"LATERAL (VALUES {', '.join(pairs)}) AS x(p, v) "
        f'LEFT JOIN {dictionary("text")} ON d.value = x.v COLLATE "C" '
        "WHERE x.v IS NOT NULL OR x.p < 0 GROUP BY 1, 2",
        dictionary.params,
    )
    counted = {column.index: Counted() for column in columns}
    rows = sum(number for index, _, number in found if index < 0)
    for index, slot, number in found:
        if index >= 0:
            _add(counted[index], slot, number)
    return rows, counted


def _add(counted: Counted, slot: int | None, rows: int) -> None:
    counted.filled += rows
    if slot is not None:
        counted.rows_per_slot[slot] = counted.rows_per_slot.get(slot, 0) + rows


def _in_several(
    connection: Connection,
    dictionary: Delivered,
    part: Part,
    columns: Sequence[DatabaseColumn],
    seen: Mapping[int, Seen],
    tell: Tell,
) -> _Totals:
    grouped = [column for column in columns if _has_few(column, seen)]
    single = [column for column in columns if column not in grouped]
    rows, counted, to_find = _fill(connection, part, single, dictionary)
    packs = _packs(grouped, seen)
    numbers = [column for column in to_find if column.matching == "number"]
    rest = [[column] for column in to_find if column.matching == "text"]
    rest += [numbers[n : n + MAX_TOGETHER] for n in range(0, len(numbers), MAX_TOGETHER)]
    steps = len(packs) + len(rest) + 1
    tell(rows, 1 / steps)
    for done, pack in enumerate(packs):
        counted |= _groups(connection, dictionary, part, pack, seen)
        tell(rows, (done + 2) / steps)
    for done, pack in enumerate(rest):
        for index, slot, number in _filtered(connection, dictionary, part, pack, seen):
            counted[index].rows_per_slot[slot] = number
        tell(rows, (len(packs) + done + 2) / steps)
    return rows, counted


def _has_few(column: DatabaseColumn, seen: Mapping[int, Seen]) -> bool:
    if column.matching == "none" or column.kind == "decimal" or column.index not in seen:
        return False
    return seen[column.index].expected_distinct <= FEW


def _packs(
    columns: Sequence[DatabaseColumn], seen: Mapping[int, Seen]
) -> list[list[DatabaseColumn]]:
    """Put columns together that have few combinations of values: the largest first, first fit."""
    packs: list[list[DatabaseColumn]] = []
    sizes: list[float] = []
    for column in sorted(columns, key=lambda one: -seen[one.index].expected_distinct):
        # Null is a value of its own in a group.
        values = seen[column.index].expected_distinct + 1
        for number, pack in enumerate(packs):
            if sizes[number] * values <= MAX_GROUPS and len(pack) < MAX_TOGETHER:
                pack.append(column)
                sizes[number] *= values
                break
        else:
            packs.append([column])
            sizes.append(values)
    return packs


def _groups(
    connection: Connection,
    dictionary: Delivered,
    part: Part,
    pack: Sequence[DatabaseColumn],
    seen: Mapping[int, Seen],
) -> dict[int, Counted]:
    """Group several columns in one scan, and look up the values of each among the groups."""
    values = ", ".join(f"{_key(column, seen)} AS v{n}" for n, column in enumerate(pack))
    keys = ", ".join(str(n + 1) for n in range(len(pack)))
    asked = " UNION ALL ".join(
        f"SELECT {column.index}, d.slot, sum(u.n)::bigint FROM "
        f'(SELECT v{n}::text COLLATE "C" AS v, sum(n) AS n '
        f"FROM g WHERE v{n} IS NOT NULL GROUP BY 1) AS u "
        f'LEFT JOIN {dictionary("text")} ON d.value = u.v COLLATE "C" GROUP BY d.slot'
        for n, column in enumerate(pack)
    )
    found = connection.rows(
        f"WITH g AS MATERIALIZED (SELECT {values}, count(*) AS n FROM {part.from_sql} AS t "
        f"GROUP BY {keys}) {asked}",
        dictionary.params,
    )
    counted = {column.index: Counted() for column in pack}
    for index, slot, rows in found:
        _add(counted[index], slot, rows)
    return counted


def _fill(
    connection: Connection, part: Part, columns: Sequence[DatabaseColumn], dictionary: Delivered
) -> tuple[int, dict[int, Counted], list[DatabaseColumn]]:
    """Count the rows and what is filled; return also the columns that can hold an entry at all.

    Of integers that are beyond the codes, as numbers of persons are, this is all that is asked.
    Whether a fraction is whole costs as much to find out as to look it up.
    """
    asked = ["count(*)"]
    for column in columns:
        asked.append(f"count({column.sql})")
        if column.kind == "integer":
            asked.append(f"count(*) FILTER (WHERE {_in_range(column, dictionary)})")
    found = iter(connection.rows(f"SELECT {', '.join(asked)} FROM {part.from_sql} AS t")[0])
    rows = next(found)
    counted: dict[int, Counted] = {}
    to_find: list[DatabaseColumn] = []
    for column in columns:
        counted[column.index] = Counted(next(found))
        possible = next(found) if column.kind == "integer" else counted[column.index].filled
        if possible and column.matching != "none":
            to_find.append(column)
    return rows, counted, to_find


def _in_range(column: DatabaseColumn, dictionary: Delivered) -> str:
    """Return SQL of whether a number can be a code: whole, and not beyond the codes."""
    value = column.number_sql
    is_whole = f"{value} = floor({value}) AND " if column.kind == "decimal" else ""
    return f"{is_whole}{value} BETWEEN {dictionary.lowest} AND {dictionary.highest}"


def _filtered(
    connection: Connection,
    dictionary: Delivered,
    part: Part,
    pack: Sequence[DatabaseColumn],
    seen: Mapping[int, Seen],
) -> list[tuple[int, int, int]]:
    """Look up the values of rows in which some column passes: (column, slot, rows)."""
    passes = " OR ".join(
        f"({_in_range(column, dictionary)})"
        if column.matching == "number"
        else may_be_word(_value(column, seen))
        for column in pack
    )
    names = ", ".join(column.sql for column in pack)
    pairs = ", ".join(f"({column.index}, {_value(column, seen)})" for column in pack)
    # OFFSET 0 keeps the test of the rows in one place, where the server runs it in parallel.
    return connection.rows(
        f"SELECT x.p, d.slot, count(*) FROM "
        f"(SELECT {names} FROM {part.from_sql} AS t WHERE {passes} OFFSET 0) AS t, "
        f"LATERAL (VALUES {pairs}) AS x(p, v) "
        f'JOIN {dictionary("text")} ON d.value = x.v COLLATE "C" GROUP BY 1, 2',
        dictionary.params,
    )


def _elements(
    connection: Connection, dictionary: Delivered, part: Part, column: DatabaseColumn
) -> Counted:
    """Count the elements of lists and documents."""
    found = connection.rows(
        f"SELECT d.slot, count(*) FROM {part.from_sql} AS t, "
        f"LATERAL ({column.elements_sql}) AS e(v) "
        f'LEFT JOIN {dictionary("text")} ON d.value = e.v COLLATE "C" '
        "WHERE e.v IS NOT NULL GROUP BY 1",
        dictionary.params,
    )
    counted = Counted()
    for slot, rows in found:
        _add(counted, slot, rows)
    return counted
