"""Scanned tables by the names under which code reads them.

A column that a scan found and a column that code reads are one when the names of their tables can
be the same: ``read_csv("../data/people.csv")`` reads the scanned ``data/people.csv``, and
``SELECT * FROM people`` the table ``people`` of a scanned database. Then what the scan found in its
values counts too, where the name says nothing (``v07``).

Limits: a table is known by its name alone. Of several scanned tables of one name those count whose
folders agree best with what the code spells; if that does not tell them apart, all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from doorlicht.lineage.naming import Meaning
from doorlicht.lineage.paths import normal_dataset, same_dataset
from doorlicht.lineage.values import HOLE
from doorlicht.records.scanned import ScannedColumn, ScannedFinding, ScannedTable

_DATABASE_FILE: Final = re.compile(r"\.(sqlite3?|db3?|gpkg|duckdb|ddb|mdb|accdb)$", re.IGNORECASE)


class Joined(NamedTuple):
    """A column of a scanned table, and the id of the source of that table."""

    source: str
    column: ScannedColumn

    def finding(self, concept: str) -> ScannedFinding | None:
        """Return the finding of a concept, or else the surest of the column."""
        found = self.column.findings
        return next((one for one in found if one.concept == concept), found[0] if found else None)


class _Named(NamedTuple):
    name: str
    """As code may spell it, in normal form."""
    whole: str
    """The same behind the place of its source."""
    table: ScannedTable


def names_of(table: ScannedTable) -> Iterator[str]:
    """Yield how code may spell the name of a scanned table, in normal form.

    Examples
    --------
    >>> list(names_of(ScannedTable("hr", "/data", "Zaken.sqlite#personen", ())))
    ['personen']
    >>> list(names_of(ScannedTable("hr", "/data", "uit/export.zip!2019/People.csv", ())))
    ['uit/export.zip', '2019/people.csv']
    """
    outer, mark, inner = table.path.partition("!")
    if mark:
        yield normal_dataset(outer)
    path = inner if mark else outer
    file, mark, within = path.rpartition("#")
    if mark:
        path = within if _DATABASE_FILE.search(file) else file
    yield normal_dataset(path)


@dataclass(slots=True)
class ScannedTables:
    """Finds what a scan knows of a data set that code reads."""

    tables: Sequence[ScannedTable] = ()
    _by_last: dict[str, list[_Named]] = field(default_factory=dict[str, "list[_Named]"])
    _by_tail: dict[str, list[_Named]] = field(default_factory=dict[str, "list[_Named]"])
    _found: dict[str, tuple[ScannedTable, ...]] = field(
        default_factory=dict[str, "tuple[ScannedTable, ...]"]
    )
    _columns: dict[tuple[str, str], Joined | None] = field(
        default_factory=dict[tuple[str, str], "Joined | None"]
    )

    def __post_init__(self) -> None:
        """Index the tables by the last part of their names."""
        for table in self.tables:
            for name in names_of(table):
                whole = normal_dataset(f"{table.location}/{name}")
                named = _Named(name, whole, table)
                last = name.rsplit("/", 1)[-1]
                self._by_last.setdefault(last, []).append(named)
                parts = last.split(".")
                for at in range(1, len(parts)):
                    self._by_tail.setdefault(".".join(parts[at:]), []).append(named)

    def of(self, dataset: str) -> tuple[ScannedTable, ...]:
        """Return the tables that a data set can be; mostly none or one."""
        if not self.tables:
            return ()
        known = self._found.get(dataset)
        if known is None:
            known = self._found[dataset] = self._look_for(normal_dataset(dataset))
        return known

    def _look_for(self, dataset: str) -> tuple[ScannedTable, ...]:
        last = dataset.rsplit("/", 1)[-1]
        if HOLE in last:
            near = [one for name, many in self._by_last.items()
                    if same_dataset(name, last) for one in many]  # fmt: skip
        else:
            near = [*self._by_last.get(last, ()), *self._by_tail.get(last, ())]
            parts = last.split(".")
            for at in range(1, len(parts)):
                near += self._by_last.get(".".join(parts[at:]), ())
        same = [one for one in near if same_dataset(one.name, dataset)]
        if not same:
            return ()
        agreed = [_parts_agreed(one.whole, dataset) for one in same]
        best = max(agreed)
        return tuple(
            {id(one.table): one.table
             for one, parts in zip(same, agreed, strict=True) if parts == best}.values()
        )  # fmt: skip

    def columns_of(self, dataset: str) -> list[str] | None:
        """Return the columns of a data set; ``None`` if no scan knows it."""
        tables = self.of(dataset)
        if not tables:
            return None
        # What a database tells now is newer than what a scan saw.
        tables = [table for table in tables if table.is_told] or tables
        return list(dict.fromkeys(column.name for table in tables for column in table.columns))

    def column(self, dataset: str, name: str) -> Joined | None:
        """Return the scanned column that code reads, upper and lower case alike."""
        if not self.tables or not dataset:
            return None
        key = (dataset, name.lower())
        if key not in self._columns:
            same = [
                Joined(table.source, column)
                for table in self.of(dataset) for column in table.columns
                if column.name.lower() == key[1]
            ]  # fmt: skip
            same.sort(key=lambda one: (not one.column.findings, not one.source))
            self._columns[key] = same[0] if same else None
        return self._columns[key]

    def meaning(self, dataset: str, name: str, named: Meaning | None) -> Meaning | None:
        """Return the concept of a column that code reads.

        Parameters
        ----------
        named
            What its name alone says. A finding counts where the name says nothing, or says only
            that origin could be guessed from it.
        """
        if named is not None and named.kind == "direct":
            return named
        joined = self.column(dataset, name)
        if joined is None or not joined.column.findings:
            return named
        found = joined.column.findings
        first = next((one for one in found if one.kind != "proxy"), found[0])
        if named is not None and first.kind == "proxy":
            return named
        return Meaning(first.concept, "proxy" if first.kind == "proxy" else "direct")

    def about_origin(self) -> set[str]:
        """Return the names of the tables in which something was found that is no proxy."""
        return {
            name
            for table in self.tables
            if any(one.kind != "proxy" for column in table.columns for one in column.findings)
            for name in names_of(table)
        }


def _parts_agreed(first: str, second: str) -> int:
    """Return how many parts at the end of two paths are the same."""
    count = 0
    for one, other in zip(reversed(first.split("/")), reversed(second.split("/")), strict=False):
        if one != other:
            break
        count += 1
    return count
