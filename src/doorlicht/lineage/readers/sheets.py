"""Workbooks whose formulas compute something: each column with a formula, from what it reads.

A sheet is a table; the name of a column is its header. A formula that is filled down a column
is one statement, on the line (row) where it first stands; a name has the line of the header in
which it is spelled. A column whose header says that it decides about people is a rule set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from doorlicht.lineage.readers.formulas import (
    NamedRef,
    Ref,
    column_letters,
    read_formula,
    shifted,
)
from doorlicht.lineage.readers.workbooks import (
    Formula,
    Sheet,
    Table,
    Workbook,
    WorkbookError,
    read_workbook,
)
from doorlicht.records.code import (
    Arg,
    Assign,
    Call,
    CodeUnit,
    Const,
    Expr,
    Hidden,
    Item,
    Name,
    Op,
    Seq,
    Stmt,
)
from doorlicht.shipped import read_yaml
from doorlicht.vocabulary.names import split_name
from doorlicht.xml_elements import XmlBrokenError, XmlRefusedError

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_READ: Final = 300
"""Columns that one column may be computed from; a range over a whole sheet has more."""

MAX_NAMES: Final = 5
"""Names that stand for names."""


class SheetReader:
    """Reads the formulas of workbooks."""

    name = "sheets"
    suffixes = frozenset({".xlsx", ".xlsm", ".ods"})
    most_bytes = MAX_BYTES

    def read(self, path: str, content: bytes) -> tuple[CodeUnit, ...]:
        """Return the columns that are computed; a workbook of only values holds none.

        Examples
        --------
        >>> SheetReader().read("a.xlsx", b"no workbook")[0].hidden
        (Hidden(construct='sheet_broken', line=1),)
        """
        try:
            book = read_workbook(content)
        except WorkbookError as error:
            return (CodeUnit(path, "data", (), (), (Hidden(error.construct, 1),)),)
        except (XmlRefusedError, XmlBrokenError):
            return (CodeUnit(path, "data", (), (), (Hidden("sheet_broken", 1),)),)
        follower = _Follower(path, book)
        body = follower.statements()
        hidden = [Hidden(construct, 1) for construct in book.constructs]
        return (CodeUnit(path, "data", body, (), (*hidden, *follower.hidden)),)


@cache
def _deciding_words() -> frozenset[str]:
    return frozenset(read_yaml("doorlicht.lineage", "library/sheet_words.yaml")["decides"])


def decides(header: str) -> bool:
    """Return whether a header says that its column decides about people.

    Examples
    --------
    >>> decides("Risico-score 2020"), decides("Priorität"), decides("scoreboard")
    (True, True, False)
    """
    return not _deciding_words().isdisjoint(split_name(header))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a sheet; ``line`` is where its name is spelled."""

    sheet: str
    name: str
    line: int

    @property
    def key(self) -> tuple[str, str]:
        return (self.sheet, self.name)


@dataclass(slots=True)
class _Computed:
    """A column that has formulas: the first row with one, and all that they read."""

    column: _Column
    line: int
    reads: dict[tuple[str, str], _Column] = field(default_factory=dict[tuple[str, str], _Column])


class _Follower:
    """Turns the formulas of a workbook into statements."""

    def __init__(self, path: str, book: Workbook) -> None:
        self.path = path
        self.book = book
        self.sheets = {sheet.name.lower(): sheet for sheet in book.sheets}
        self.tables = {table.name.lower(): table for table in book.tables}
        self.hidden: list[Hidden] = []

    def statements(self) -> tuple[Stmt, ...]:
        """Return the sheets that are read, and then what is computed, in the order of need."""
        computed: dict[tuple[str, str], _Computed] = {}
        for sheet in self.book.sheets:
            for formula in sheet.formulas:
                self._follow(sheet, formula, computed)
        if not computed:
            return ()
        used = {name for name, _ in computed}
        used |= {name for each in computed.values() for name, _ in each.reads}
        ordered = [sheet.name for sheet in self.book.sheets if sheet.name in used]
        ordered += sorted(used - set(ordered))
        body: list[Stmt] = [self._open(name) for name in ordered]
        for each in _in_order_of_need(computed):
            body.extend(_compute(each, computed))
        return tuple(body)

    def _open(self, name: str) -> Assign:
        dataset = f"{self.path}#{name}"
        if name.startswith("["):
            number, _, sheet = name[1:].partition("]")
            target = self.book.externals.get(int(number) if number.isdigit() else 0, number)
            dataset = f"{target}#{sheet}"
        read = Call(Name("@read", 1), (Arg(None, Const(dataset, 1)),), 1)
        return Assign((Name(name, 1),), read, 1)

    def _follow(
        self, sheet: Sheet, formula: Formula, computed: dict[tuple[str, str], _Computed]
    ) -> None:
        target = self._column(sheet, formula.column, formula.row)
        each = computed.setdefault(target.key, _Computed(target, formula.row))
        each.line = min(each.line, formula.row)
        reads = read_formula(formula.text)
        if reads.is_dynamic:
            self.hidden.append(Hidden("sheet_indirect", formula.row))
        for ref in reads.refs:
            moved = shifted(ref, formula.shift) if isinstance(ref, Ref) else ref
            for column in self._columns(sheet, formula, moved):
                if len(each.reads) < MAX_READ:
                    each.reads.setdefault(column.key, column)

    # ── from cells to columns ───────────────────────────────────────────────────────────────

    def _column(self, sheet: Sheet, number: int, row: int) -> _Column:
        """Return the column that a cell stands in, or the cell itself above the header."""
        for table in self.book.tables:
            cells = table.cells
            if table.sheet != sheet.name or cells.first_row is None or cells.last_row is None:
                continue
            first = cells.first_column or 1
            if cells.first_row < row <= cells.last_row and 0 <= number - first < len(table.columns):
                return _Column(sheet.name, table.columns[number - first], cells.first_row)
        letters = column_letters(number)
        if row <= sheet.header_row:
            return _Column(sheet.name, f"{letters}{row}", row)
        header = sheet.headers.get(number)
        return _Column(sheet.name, header or letters, sheet.header_row if header else row)

    def _columns(
        self, sheet: Sheet, formula: Formula, ref: Ref | NamedRef, depth: int = 0
    ) -> Iterator[_Column]:
        if isinstance(ref, Ref):
            yield from self._columns_of_cells(sheet, ref, formula.row)
            return
        table = self.tables.get(ref.name.lower()) if ref.name else self._table_at(sheet, formula)
        if table is not None:
            line = table.cells.first_row or 1
            for name in _chosen(table, ref.columns):
                spelled = formula.row if ref.columns else line
                yield _Column(table.sheet, name, spelled)
            return
        meaning = self.book.names.get(ref.name.lower())
        if meaning is not None and depth < MAX_NAMES:
            for inner in read_formula(meaning).refs:
                yield from self._columns(sheet, formula, inner, depth + 1)

    def _columns_of_cells(self, sheet: Sheet, ref: Ref, row: int) -> Iterator[_Column]:
        other = self.sheets.get(ref.sheet.lower()) if ref.sheet else sheet
        if other is None:
            if not ref.sheet.startswith("["):
                return
            other = Sheet(ref.sheet)
        header = other.header_row
        first_row, last_row = ref.first_row, ref.last_row
        if first_row is not None and first_row == last_row == header:
            # A header that is read tells which column is meant, and nothing about a person.
            return
        if first_row is None:
            row = max(header + 1, 1) if other is not sheet else max(row, header + 1)
        else:
            row = min(max(first_row, header + 1), last_row or first_row)
        if ref.first_column is None or ref.last_column is None:
            numbers: Sequence[int] = sorted(other.headers)
        else:
            last = min(ref.last_column, max(other.width, ref.first_column))
            numbers = range(ref.first_column, last + 1)
        for number in numbers[:MAX_READ]:
            yield self._column(other, number, row)

    def _table_at(self, sheet: Sheet, formula: Formula) -> Table | None:
        for table in self.book.tables:
            cells = table.cells
            rows = range(cells.first_row or 1, (cells.last_row or 1) + 1)
            columns = range(cells.first_column or 1, (cells.last_column or 1) + 1)
            if table.sheet == sheet.name and formula.row in rows and formula.column in columns:
                return table
        return None


def _chosen(table: Table, wanted: tuple[str, ...]) -> Sequence[str]:
    """Return the columns of a table that are named; all if none is."""
    if not wanted:
        return table.columns
    places = {name.lower(): at for at, name in enumerate(table.columns)}
    at = [places[plain] for name in wanted if (plain := " ".join(name.split()).lower()) in places]
    if len(wanted) > 1 and wanted[1] == ":" and len(at) > 1:
        return table.columns[min(at) : max(at) + 1]
    return [table.columns[number] for number in at]


def _in_order_of_need(
    computed: dict[tuple[str, str], _Computed],
) -> Iterator[_Computed]:
    """Return columns behind those that they are computed from; circles are cut anywhere."""
    done: set[tuple[str, str]] = set()
    for start in computed:
        waiting = [(start, False)]
        while waiting:
            key, is_ready = waiting.pop()
            if is_ready:
                yield computed[key]
            elif key not in done:
                done.add(key)
                waiting.append((key, True))
                needs = [need for need in computed[key].reads if need in computed]
                waiting.extend((need, False) for need in reversed(needs) if need not in done)


def _compute(each: _Computed, computed: dict[tuple[str, str], _Computed]) -> Iterator[Stmt]:
    """Return the statements that compute one column."""
    target, line = each.column, each.line
    if decides(target.name):
        inputs = _inputs(each, computed)
        if inputs:
            yield from _decide(each, inputs)
            return
    operands = tuple(_item(read) for read in each.reads.values() if read.key != target.key)
    yield Assign((_item(target),), Op("formula", operands, line), line)


def _inputs(each: _Computed, computed: dict[tuple[str, str], _Computed]) -> list[_Column]:
    """Return what a rule set reads; in the place of a score what that score reads itself."""
    inputs: dict[tuple[str, str], _Column] = {}
    seen = {each.column.key}
    waiting = list(reversed(each.reads.values()))
    while waiting:
        column = waiting.pop()
        if column.key in seen:
            continue
        seen.add(column.key)
        other = computed.get(column.key)
        if other is not None and other.reads and decides(column.name):
            waiting.extend(reversed(other.reads.values()))
        else:
            inputs[column.key] = column
    return list(inputs.values())


def _decide(each: _Computed, reads: list[_Column]) -> Iterator[Stmt]:
    """Return a rule set; what it reads of other sheets is first looked up into its own."""
    target, line = each.column, each.line
    own = {column.name for column in reads if column.sheet == target.sheet}
    inputs: list[Arg] = []
    for column in reads:
        if column.sheet != target.sheet and column.name not in own:
            own.add(column.name)
            beside = _Column(target.sheet, column.name, column.line)
            yield Assign((_item(beside),), _item(column), line)
        inputs.append(Arg(None, Const(column.name, column.line)))
    args = (
        Arg(None, Name(target.sheet, line)),
        Arg("inputs", Seq(tuple(inputs), "list", line)),
        Arg("output", Const(target.name, target.line)),
        Arg("name", Const(target.sheet, line)),
    )
    # The rule set gives the column its value: so what reads it rests on the rule set.
    yield Assign((_item(target),), Call(Name("@rules", line), args, line), line)


def _item(column: _Column) -> Expr:
    return Item(Name(column.sheet, column.line), (Const(column.name, column.line),), column.line)
