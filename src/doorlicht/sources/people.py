"""Tables of people that are measured: counted by their marks where they lie, or read by column.

Decisions about people are counted by the engine: what comes out is how many people share the same
marks, and no person is loaded. Only where a model must score people, or a search goes through
ordinary columns, are those columns read.

Values of the columns that tell groups apart do come out, for they name the groups; a column with
about as many values as people is refused, because it names people.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportMissingTypeStubs=false
# pyarrow and duckdb bring no types; what comes out of them is checked by tests.

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

import duckdb
import numpy as np

from doorlicht.errors import InputError, nearest
from doorlicht.plugins import Limits
from doorlicht.records import Cell
from doorlicht.sources.people_marks import (
    MAX_GROUPS,
    MISSING,
    NEITHER,
    NO,
    SIGNS,
    WRITTEN,
    YES,
    Counting,
    Mark,
    cells_of,
    has_decimal_comma,
    listed,
    plain,
    refuse_weights,
)
from doorlicht.sources.people_tables import (
    as_reader,
    rows_set_aside,
    sheet_of,
    tables_of,
    told_as_source,
)
from doorlicht.sources.tables import BatchStream, Blob, OpenTable

MAX_ROWS_READ: Final = 20_000_000
"""Rows of which columns are loaded to be scored or searched; counting has no such limit."""


class People:
    """An open table of people.

    Parameters
    ----------
    path
        Of the file, as the user wrote it; for messages.
    table
        As a reader opened it.
    limits
        What counting may cost.
    unreadable
        Columns that hold something else than plain values.
    others
        Tables of the same file that are not read.
    """

    def __init__(
        self,
        path: str,
        table: OpenTable,
        limits: Limits,
        *,
        unreadable: Collection[str] = (),
        others: Sequence[OpenTable] = (),
    ) -> None:
        self.path = path
        self._unreadable = frozenset(name.casefold() for name in unreadable)
        self._others = tuple(others)
        self._table = table
        self._limits = limits
        self._set_aside = 0
        self._with_comma: dict[str, bool] = {}
        self._names: dict[str, str] = {}
        self._repeated: set[str] = set()
        for column in table.columns:
            name, again = column.name, 0
            while name in self._names:
                self._repeated.add(column.name)
                again += 1
                name = f"{column.name}.{again}"
            self._names[name] = column.engine_name

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, as the table writes them; a repeated one gets a number: ``a.1``."""
        return tuple(self._names)

    @property
    def left_out(self) -> int:
        """Rows that could not be read, in the last pass."""
        return int(self._table.reading.left_out()) + self._set_aside

    @property
    def sheet(self) -> str:
        """Name of the table in a file of several; empty where there is only one."""
        return sheet_of(self._table) if self._others else ""

    @property
    def other_sheets(self) -> tuple[str, ...]:
        """Names of the tables of the same file that are not read."""
        return tuple(sheet_of(table) for table in self._others)

    def mark(self, text: str) -> Mark:
        """Return how a mark is read: the name of a column, or a comparison with a value.

        Raises
        ------
        InputError
            If there is no such column.
        """
        if text in self._names:
            return Mark(self.column(text))
        found = WRITTEN.match(text)
        if found is None:
            return Mark(self.column(text))
        value = found["value"].strip("'\"")
        made = Mark(self.column(found["column"]), SIGNS[found["sign"]], value)
        if made.sign not in ("=", "<>"):
            self._look_for_commas(made.column)
        return made

    def _look_for_commas(self, name: str) -> None:
        """Find out, by its first rows, whether a column of texts has commas before decimals."""
        if name in self._with_comma:
            return
        column = self._sql(name)
        with self._engine() as (connection, source):
            rows = self._rows(
                connection,
                f"SELECT CAST({column} AS VARCHAR) FROM {source} LIMIT {_ROWS_FOR_COMMAS}",
            )
        texts = [row[0] for row in rows if row[0] is not None]
        self._with_comma[name] = has_decimal_comma(
            one for one in texts if one.strip().casefold() not in MISSING
        )

    def _number(self, name: str) -> str:
        column = self._sql(name)
        if self._with_comma.get(name):
            column = f"replace({column}, ',', '.')"
        return f"TRY_CAST({column} AS DOUBLE)"

    def column(self, name: str) -> str:
        """Return the name of a column, whatever its case.

        Raises
        ------
        InputError
            If there is none, or several of that name or that differ only by case.
        """
        if name in self._repeated:
            raise InputError("audit.same_name", column=name, path=self.path)
        if name in self._names:
            return name
        alike = [known for known in self._names if known.casefold() == name.casefold()]
        if len(alike) == 1:
            return alike[0]
        if not alike and name.casefold() in self._unreadable:
            raise InputError("audit.no_plain_values", column=name, path=self.path)
        for table in self._others:
            if name.casefold() in {column.name.casefold() for column in table.columns}:
                raise InputError(
                    "audit.other_sheet", column=name, path=self.path, sheet=sheet_of(self._table),
                    other=sheet_of(table), whole=f"{self.path}#{sheet_of(table)}",
                )  # fmt: skip
        line = self._header_below(name)
        if line is not None:
            raise InputError("audit.header_below", column=name, path=self.path, line=line)
        raise InputError(
            "audit.no_column", column=name, path=self.path, nearest=nearest(name, self._names)
        )

    def count(self, counting: Counting) -> tuple[Cell, ...]:
        """Return how many people have the same marks.

        Raises
        ------
        InputError
            If a column tells people apart and not groups, or a mark says neither yes nor no.
        SourceError
            If the table cannot be read to its end.
        """
        groups = [self._text(name) for name in counting.groups]
        selected = self._truth(counting.selected)
        outcome = self._truth(counting.outcome) if counting.outcome else "CAST(NULL AS INTEGER)"
        sampled = self._truth(counting.sampled) if counting.sampled else "0"
        parts = [*groups, selected, outcome, sampled]
        counted = ["count(*)"]
        if counting.weights is not None:
            self._look_for_commas(counting.weights)
            weight = self._number(counting.weights)
            wrong = [f"{weight} IS NULL", f"{weight} < 0",
                     f"isinf({weight}) OR isnan({weight})"]  # fmt: skip
            counted += [f"sum({weight})", f"sum({weight} * {weight})",
                        f"count(*) FILTER ({self._text(counting.weights)} IS NULL)",
                        *(f"count(*) FILTER ({one})" for one in wrong)]  # fmt: skip
        keys = ", ".join(f"{part} AS k{at}" for at, part in enumerate(parts))
        grouped = ", ".join(f"k{at}" for at in range(len(parts)))
        with self._engine() as (connection, source):
            rows = self._rows(
                connection,
                f"SELECT {grouped}, {', '.join(counted)} FROM (SELECT {keys}"
                + "".join(f", {self._sql(counting.weights)}" for _ in counted[1:2])
                + f" FROM {source}) GROUP BY {grouped} LIMIT {8 * MAX_GROUPS + 1}",
            )
        return cells_of(rows, counting, self.path)

    def read(self, names: Sequence[str]) -> dict[str, np.ndarray[Any, Any]]:
        """Return columns: numbers as such, else texts with ``None`` where a value is missing.

        Raises
        ------
        InputError
            If there are more than :data:`MAX_ROWS_READ` rows.
        SourceError
            If the table cannot be read to its end.
        """
        chosen = [name if name in self._names else self.column(name) for name in names]
        wanted = ", ".join(f"{self._sql(name)} AS c{at}" for at, name in enumerate(chosen))
        with self._engine() as (connection, source), told_as_source(self.path):
            read = connection.execute(
                f"SELECT {wanted} FROM {source} LIMIT {MAX_ROWS_READ + 1}"
            ).to_arrow_table()
        if read.num_rows > MAX_ROWS_READ:
            raise InputError("audit.too_many_rows", path=self.path, limit=MAX_ROWS_READ)
        return {name: plain(read.column(at)) for at, name in enumerate(chosen)}

    def weights(self, name: str) -> np.ndarray[Any, Any]:
        """Return for how many people each row stands, in the order of :meth:`read`.

        Raises
        ------
        InputError
            If one is missing, no number, negative or without end.
        """
        column = self.column(name)
        read = self.read([column])[column]
        if read.dtype == object:
            # What is missing has been set apart already; the rest holds a word.
            numbers, missing = np.zeros(1), any(one is None for one in read)
            words = 0 if missing else 1
        else:
            # Of words for what is not there nothing is left but that.
            numbers, missing, words = read, int(np.isnan(read).sum()), 0
        refuse_weights(
            name, self.path, missing, words, (numbers < 0).sum(), np.isinf(numbers).sum()
        )
        return read

    def repeated(self, name: str) -> tuple[int, int]:
        """Return how many rows are of somebody who was met before, and of how many it is not known.

        Somebody is met before if the value of the column was; where it is missing, nobody knows.
        """
        text = self._text(self.column(name))
        with self._engine() as (connection, source):
            rows = self._rows(
                connection,
                f"SELECT count({text}) - count(DISTINCT {text}), count(*) - count({text}) "
                f"FROM {source}",
            )
        return int(rows[0][0]), int(rows[0][1])

    def truths(self, mark: Mark) -> np.ndarray[Any, Any]:
        """Return yes (1), no (0) or not known (NaN) for each person, in the order of ``read``."""
        with self._engine() as (connection, source), told_as_source(self.path):
            read = connection.execute(
                f"SELECT {self._truth(mark)} AS mark FROM {source}"
            ).to_arrow_table()
        made = read.column(0).to_numpy(zero_copy_only=False).astype(np.float64)
        if (made == NEITHER).any():
            raise InputError("audit.unclear_mark", column=mark.column, path=self.path)
        return cast("np.ndarray[Any, Any]", made)

    def texts(self, name: str) -> list[str | None]:
        """Return a column as :meth:`count` names its groups, in the order of ``read``.

        Raises
        ------
        SourceError
            If the table cannot be read to its end.
        """
        with self._engine() as (connection, source), told_as_source(self.path):
            read = connection.execute(
                f"SELECT {self._text(name)} AS text FROM {source} LIMIT {MAX_ROWS_READ + 1}"
            ).to_arrow_table()
        return cast("list[str | None]", read.column(0).to_pylist())

    def _header_below(self, name: str) -> int | None:
        """Return the row, from 1, that looks like the header and holds a name; ``None`` without.

        Raises
        ------
        InputError
            If nothing stands under it: a header that is alone looks like a row.
        """
        wanted = ", ".join(f"CAST({self._sql(one)} AS VARCHAR)" for one in self._names)
        if not wanted:
            return None
        with self._engine() as (connection, source):
            rows = self._rows(
                connection, f"SELECT {wanted} FROM {source} LIMIT {_ROWS_OF_TITLE + 1}"
            )
        for line, row in enumerate(rows[:_ROWS_OF_TITLE], start=1):
            texts = [one.strip().casefold() for one in row if one is not None and one.strip()]
            is_header = len(set(texts)) == len(texts) and not any(_is_number(one) for one in texts)
            if is_header and name.casefold() in texts:
                if line == len(rows):
                    raise InputError("audit.nobody")
                return line
        return None

    # ── in words of the engine ──────────────────────────────────────────────────────────────

    def _sql(self, name: str | None) -> str:
        engine_name = self._names[name if name in self._names else self.column(name or "")]
        return '"' + engine_name.replace('"', '""') + '"'

    def _text(self, name: str) -> str:
        column = self._sql(name)
        # One missing value makes fractions of codes; 5041.0 is the code 5041.
        cast_text = (
            f"CASE WHEN typeof({column}) IN ('DOUBLE', 'FLOAT') "
            f"THEN regexp_replace(CAST({column} AS VARCHAR), '\\.0$', '') "
            f"ELSE trim(CAST({column} AS VARCHAR)) END"
        )
        return f"CASE WHEN lower({cast_text}) IN {listed(MISSING)} THEN NULL ELSE {cast_text} END"

    def _truth(self, mark: Mark) -> str:
        text = self._text(mark.column)
        if not mark.sign:
            return (
                f"CASE WHEN {text} IS NULL THEN NULL WHEN lower({text}) IN {listed(YES)} THEN 1 "
                f"WHEN lower({text}) IN {listed(NO)} THEN 0 ELSE {NEITHER} END"
            )
        if mark.sign in ("=", "<>"):
            values = [value.strip().strip("'\"") for value in mark.value.split("|")]
            values += [value.removesuffix(".0") for value in values if value.endswith(".0")]
            word = "IN" if mark.sign == "=" else "NOT IN"
            return (
                f"CASE WHEN {text} IS NULL THEN NULL "
                f"WHEN {text} {word} {listed(values)} THEN 1 ELSE 0 END"
            )
        try:
            is_comma = has_decimal_comma([mark.value])
            border = float(mark.value.replace(",", ".") if is_comma else mark.value)
        except ValueError:
            raise InputError("audit.no_number", mark=mark.text) from None
        number = self._number(mark.column)
        return (
            f"CASE WHEN {number} IS NULL OR isnan({number}) THEN NULL "
            f"WHEN {number} {mark.sign} {border!r} THEN 1 ELSE 0 END"
        )

    @contextmanager
    def _engine(self) -> Generator[tuple[Any, str]]:
        connection = duckdb.connect(
            config={
                "memory_limit": f"{self._limits.memory_bytes // (1 << 20)}MiB",
                "threads": self._limits.threads,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )
        try:
            for setting in ("SET temp_directory = ''", "SET preserve_insertion_order = true"):
                connection.execute(setting)
            reading = self._table.reading
            if isinstance(reading, BatchStream):
                connection.register("people", as_reader(reading, self._names.values()))
                yield connection, "people"
            else:
                with told_as_source(self.path):
                    for statement in reading.prepare:
                        connection.execute(statement)
                yield connection, reading.from_sql
                if reading.keeps_rejects:
                    self._set_aside = rows_set_aside(connection)
        finally:
            connection.close()

    def _rows(self, connection: Any, sql: str) -> list[tuple[Any, ...]]:
        with told_as_source(self.path):
            return connection.execute(sql).fetchall()


_ROWS_FOR_COMMAS: Final = 10_000
"""Rows by which it is told how numbers are written; what is written otherwise is not known."""

_ROWS_OF_TITLE: Final = 20
"""Rows above a table in which a title, a source and a date mostly fit."""


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


@contextmanager
def open_people(path: str, limits: Limits | None = None) -> Generator[People]:
    """Open a table of people: a file, or ``workbook.xlsx#sheet``.

    Raises
    ------
    InputError
        If there is no such file, no such sheet, or no table in it.
    SourceError
        If it cannot be read.
    """
    limits = limits or Limits()
    file, _, sheet = path.partition("#") if not Path(path).exists() else (path, "", "")
    where = Path(file).expanduser()
    if not where.is_file():
        raise InputError("audit.missing", path=path)
    blob = Blob(where.name, where.stat().st_size, lambda: where.open("rb"), where)
    with told_as_source(path):
        tables = list(tables_of(blob, limits, path))
    if sheet:
        named = [table for table in tables if sheet_of(table) == sheet]
        if not named:
            sheets = nearest(sheet, [sheet_of(table) for table in tables])
            raise InputError("audit.no_sheet", path=file, sheet=sheet, nearest=sheets)
        tables = named
    if not tables:
        raise InputError("audit.no_table", path=path)
    yield People(path, tables[0], limits, others=tables[1:])
