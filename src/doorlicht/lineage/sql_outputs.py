"""What a query gives, and the tables that it takes from: columns by what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

Pair: TypeAlias = tuple[str, str]
"""A stored table and a column of it, as spelled; the table is empty if it is not known."""

Pairs: TypeAlias = tuple[Pair, ...]

How: TypeAlias = Literal["plain", "derived", "case"]


@dataclass(frozen=True, slots=True)
class SqlColumn:
    """A column that a statement makes: of which columns of stored tables, and how.

    ``how`` is ``plain`` for a bare column (renamed or not), ``case`` if a ``CASE`` or ``IF`` is in
    it, whose conditions are among the inputs too, and else ``derived``.
    """

    name: str
    inputs: Pairs
    line: int
    how: How = "derived"

    @property
    def is_plain(self) -> bool:
        """Whether it is a bare column."""
        return self.how == "plain"


@dataclass(frozen=True, slots=True)
class SqlStar:
    """All columns of a stored table (``*``) but those left out; ``renamed`` is (new, old)."""

    table: str
    left_out: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    line: int = 0


@dataclass(slots=True)
class Output:
    """What a query gives: its columns in their order, and whole tables."""

    columns: list[SqlColumn] = field(default_factory=list[SqlColumn])
    stars: list[SqlStar] = field(default_factory=list[SqlStar])

    def all_pairs(self) -> Pairs:
        """Return everything that its named columns are made of."""
        return joined(column.inputs for column in self.columns)


@dataclass(slots=True)
class Source:
    """A table in ``FROM``: stored (``table``), or the outcome of another query (``output``)."""

    label: str
    table: str | None = None
    output: Output | None = None
    by_name: dict[str, SqlColumn] = field(default_factory=dict[str, SqlColumn])
    known: frozenset[str] | None = None
    spread: Pairs | None = None
    """Of what any column is made, for a table that is unpacked from a column."""
    pivot: Pairs = ()
    keyed: Pairs = ()
    """Columns of other tables that it is joined by: they decide which of its rows is met."""

    @property
    def is_open(self) -> bool:
        """Whether it may have columns that nobody named yet."""
        if self.table is not None:
            return self.known is None
        return self.spread is not None or bool(self.output and self.output.stars)

    def find(self, name: str, *, is_sure: bool = False) -> Pairs | None:
        """Return what a column is made of; none if it is not (or not surely) a column here."""
        found = self._find(name, is_sure=is_sure)
        return joined((found, self.keyed)) if found and self.keyed else found

    def _find(self, name: str, *, is_sure: bool) -> Pairs | None:
        low = name.lower()
        if self.table is not None:
            if self.known is not None:
                return ((self.table, name),) if low in self.known else None
            return None if is_sure else ((self.table, name), *self.pivot)
        column = self.by_name.get(low)
        if column is not None:
            return column.inputs
        if is_sure:
            return None
        if self.spread is not None:
            return self.spread
        if self.output is None or not self.output.stars:
            return None
        return joined(through_star(star, name) for star in self.output.stars) or None


def through_star(star: SqlStar, name: str) -> Pairs:
    """Return the column of the stored table that comes through a star under a name."""
    low = name.lower()
    for new, old in star.renamed:
        if new.lower() == low:
            return ((star.table, old),)
    if low in star.left_out or any(old.lower() == low for _, old in star.renamed):
        return ()
    return ((star.table, name),)


def joined(parts: Iterable[Pairs]) -> Pairs:
    """Return all pairs once, in the order in which they come."""
    return tuple(dict.fromkeys(pair for part in parts for pair in part))


Scope: TypeAlias = list[dict[str, Source]]
"""Sources by label in lower case: those of the query at hand first, then those around it."""


def labelled(scope: Scope, label: str) -> Source | None:
    """Return the nearest source of a label; a stored table is known by its last name, too."""
    low = str(label).lower()
    for own in scope:
        if low in own:
            return own[low]
        for source in own.values():
            if source.table is not None and source.table.lower().rsplit(".", 1)[-1] == low:
                return source
    return None


def derived_source(label: str, output: Output) -> Source:
    """Return the outcome of a query as a source; of columns of one name the first counts."""
    by_name: dict[str, SqlColumn] = {}
    for column in output.columns:
        by_name.setdefault(column.name.lower(), column)
    return Source(label, output=output, by_name=by_name)


def everything(source: Source, line: int) -> Output:
    """Return what ``*`` takes of a source."""
    if source.table is not None:
        made = [SqlColumn("", source.pivot, line)] if source.pivot else []
        return Output(made, [SqlStar(source.table, line=line)])
    if source.spread is not None:
        return Output([SqlColumn("", source.spread, line)] if source.spread else [])
    return source.output or Output()


def renamed_column(column: SqlColumn, renamed: tuple[tuple[str, str], ...]) -> SqlColumn:
    """Return a column under the new name, where ``renamed`` (new, old) has one for it."""
    for new, old in renamed:
        if old.lower() == column.name.lower():
            return replace(column, name=new)
    return column


def with_names(output: Output, names: Sequence[str]) -> Output:
    """Return the output with the names that stand after its alias: ``t(a, b)``."""
    if not names or output.stars:
        return output
    columns = [
        replace(column, name=names[at] if at < len(names) else column.name)
        for at, column in enumerate(output.columns)
    ]
    return Output(columns, output.stars)


def stacked(outputs: Sequence[Output], *, by_name: bool) -> Output:
    """Return what ``UNION`` makes of queries: columns by place, or by name where that is asked."""
    first = outputs[0]
    stars = list(dict.fromkeys(star for output in outputs for star in output.stars))
    if stars or by_name:
        # Positions are not known: put together what has the same name.
        named: dict[str, SqlColumn] = {}
        for column in (column for output in outputs for column in output.columns):
            known = named.get(column.name.lower())
            named[column.name.lower()] = column if known is None else _both(known, column)
        return Output(list(named.values()), stars)
    columns: list[SqlColumn] = list(first.columns)
    for output in outputs[1:]:
        for at, column in enumerate(output.columns[: len(columns)]):
            columns[at] = _both(columns[at], column)
    return Output(columns, stars)


def _both(first: SqlColumn, second: SqlColumn) -> SqlColumn:
    how = first.how if first.how == second.how else "derived" if first.how != "case" else "case"
    return replace(first, inputs=joined((first.inputs, second.inputs)), how=how)
