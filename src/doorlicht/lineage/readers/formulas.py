"""Which cells a formula of a workbook reads, as far as its text tells.

Source: ECMA-376 part 1, section 18.17 (formulas of Excel), and OASIS *OpenFormula 1.3*, whose
references are turned into the same form. A formula is not computed; of a lookup only the columns
that it searches and returns are taken, if the text says which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

MAX_LENGTH: Final = 8_192
"""Excel takes no longer formulas."""

MAX_COLUMN: Final = 16_384


class Ref(NamedTuple):
    """Cells that are read: columns and rows from 1, both ends included.

    ``sheet`` is empty for the sheet of the formula itself; ``None`` for a row means all rows,
    for a column all columns.
    """

    sheet: str
    first_column: int | None
    last_column: int | None
    first_row: int | None
    last_row: int | None
    is_absolute: tuple[bool, bool] = (False, False)
    """Whether the first and the last column stay when the formula is filled sideways."""


class NamedRef(NamedTuple):
    """A name for cells, or a column of a table (``table[column]``; ``table`` may be empty)."""

    name: str
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class Reads:
    """What a formula reads; ``is_dynamic`` if only computing tells (INDIRECT, OFFSET)."""

    refs: list[Ref | NamedRef] = field(default_factory=list["Ref | NamedRef"])
    is_dynamic: bool = False


_SHEET: Final = r"(?:'(?:[^']|'')+'|[^\W\d][\w.]*(?::[^\W\d][\w.]*)?|\[\d+\][\w. ]*)!"
_TOKEN: Final = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")
    |(?P<cells>(?:{_SHEET})?(?:
        \$?[A-Za-z]{{1,3}}\$?\d{{1,7}}(?::\$?[A-Za-z]{{1,3}}\$?\d{{1,7}})?(?![\w(.])
        |\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}(?![\w(.])
        |\$?\d{{1,7}}:\$?\d{{1,7}}(?![\w.])))
    |(?P<table>[^\W\d][\w.]*\[|\[(?=[@\#\[]|[^\W\d]))
    |(?P<function>[^\W\d][\w.]*\()
    |(?P<name>(?:{_SHEET})?[^\W\d\\][\w.\\]*)
    |(?P<number>\d+(?:\.\d*)?)
    |(?P<sign>[(),;{{}}])""",
    re.VERBOSE,
)
_CELLS: Final = re.compile(
    r"(?P<sheet>.*!)?(?P<d1>\$?)(?P<c1>[A-Za-z]{0,3})\$?(?P<r1>\d{0,7})"
    r"(?::(?P<d2>\$?)(?P<c2>[A-Za-z]{0,3})\$?(?P<r2>\d{0,7}))?$",
    re.DOTALL,
)
_CONSTANTS: Final = frozenset({"TRUE", "FALSE"})
_DYNAMIC: Final = frozenset({"INDIRECT", "OFFSET"})
_PREFIX: Final = re.compile(r"^(?:_xlfn\.|_xlws\.|_xll\.|_xludf\.)+", re.IGNORECASE)
_UNREAD: Final = frozenset({"ROW", "ROWS", "COLUMN", "COLUMNS", "CELL", "SHEET", "AREAS"})
"""Functions that look at where cells are, not at what is in them."""


def column_number(letters: str) -> int:
    """Return the number of a column from 1.

    Examples
    --------
    >>> column_number("A"), column_number("AA")
    (1, 27)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column.

    Examples
    --------
    >>> column_letters(27)
    'AA'
    """
    letters = ""
    while number > 0:
        number, left = divmod(number - 1, 26)
        letters = chr(65 + left) + letters
    return letters


@dataclass(slots=True)
class _Call:
    name: str
    args: list[list[Ref | NamedRef]] = field(default_factory=lambda: [list["Ref | NamedRef"]()])
    numbers: list[str] = field(default_factory=lambda: [""])


def read_formula(formula: str) -> Reads:
    """Return what a formula reads, in the order of its text.

    Examples
    --------
    >>> [ref.first_column for ref in read_formula("IF(B2>3,Blad2!$C$4,0)").refs]
    [2, 3]
    >>> read_formula("VLOOKUP(A2,Codes!A:F,3,0)").refs[1:]  # doctest: +ELLIPSIS
    [Ref(sheet='Codes', first_column=1, ...), Ref(sheet='Codes', first_column=3, ...)]
    """
    reads = Reads()
    stack = [_Call("")]
    at = 0
    formula = formula[:MAX_LENGTH]
    while (match := _TOKEN.search(formula, at)) is not None:
        at = match.end()
        kind, token = match.lastgroup, match.group()
        call = stack[-1]
        if kind == "cells":
            call.args[-1].append(parse_cells(token))
        elif kind == "table":
            ref, at = _table_ref(formula, match.end(), token[:-1])
            call.args[-1].append(ref)
        elif kind == "name" and token.upper() not in _CONSTANTS:
            call.args[-1].append(NamedRef(token.rpartition("!")[2]))
        elif kind == "number":
            call.numbers[-1] = token
        elif kind == "function":
            name = _PREFIX.sub("", token[:-1]).upper()
            reads.is_dynamic = reads.is_dynamic or name in _DYNAMIC
            stack.append(_Call(name))
        elif token in ("(", "{"):
            stack.append(_Call(""))
        elif token in (",", ";"):
            call.args.append([])
            call.numbers.append("")
        elif token in (")", "}") and len(stack) > 1:
            stack[-2].args[-1].extend(_result(stack.pop()))
    while len(stack) > 1:
        stack[-2].args[-1].extend(_result(stack.pop()))
    reads.refs = list(dict.fromkeys(ref for arg in stack[0].args for ref in arg))
    return reads


def _result(call: _Call) -> list[Ref | NamedRef]:
    """Return what a call reads of its arguments."""
    if call.name in _UNREAD:
        return []
    args = call.args
    at = {"VLOOKUP": 1, "INDEX": 0}.get(call.name)
    if at is not None and len(args) > 2 and len(args[at]) == 1 and not args[2]:
        cells, wanted = args[at][0], call.numbers[2]
        if isinstance(cells, Ref) and cells.first_column is not None and wanted:
            found = cells.first_column + int(float(wanted)) - 1
            value = cells._replace(first_column=found, last_column=found)
            key = [cells._replace(last_column=cells.first_column)] if at else []
            before = args[0] if at else []
            return [*before, *key, value, *(ref for arg in args[at + 1 :] for ref in arg)]
    return [ref for arg in args for ref in arg]


def parse_cells(text: str) -> Ref:
    """Return a reference such as ``'My sheet'!$A$1:B2``, ``A:C`` or ``1:3``."""
    match = _CELLS.match(text)
    if match is None:
        return Ref("", None, None, None, None)
    first = column_number(match["c1"]) if match["c1"] else None
    last = column_number(match["c2"]) if match["c2"] else first
    first_row = int(match["r1"]) if match["r1"] else None
    last_row = int(match["r2"]) if match["r2"] else first_row
    absolute = (match["d1"] == "$", (match["d2"] if match["c2"] else match["d1"]) == "$")
    if first is not None and last is not None and first > last:
        first, last = last, first
    return Ref(_sheet_name(match["sheet"] or ""), first, last, first_row, last_row, absolute)


def _sheet_name(text: str) -> str:
    name = text.removesuffix("!")
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    # Of several sheets (``Jan:Dec!A1``) the first stands for all: they are alike.
    return name.split(":", 1)[0] if not name.startswith("[") else name


def shifted(ref: Ref, columns: int) -> Ref:
    """Return a reference as it is when its formula is filled so many columns to the right."""
    if not columns or ref.first_column is None or ref.last_column is None:
        return ref
    first = ref.first_column + (0 if ref.is_absolute[0] else columns)
    last = ref.last_column + (0 if ref.is_absolute[1] else columns)
    return ref._replace(first_column=max(first, 1), last_column=min(max(last, 1), MAX_COLUMN))


_BRACKETED: Final = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_ITEM: Final = re.compile(r"#[^\]\[,]*|@")


def _table_ref(formula: str, at: int, name: str) -> tuple[NamedRef, int]:
    """Return ``Table[...]`` from behind its bracket, and the place behind it."""
    depth, start, end = 1, at, at
    while end < len(formula) and depth:
        sign = formula[end]
        if sign == "'" and end + 1 < len(formula):
            end += 1
        elif sign == "[":
            depth += 1
        elif sign == "]":
            depth -= 1
        end += 1
    inner = formula[start : end - 1] if not depth else formula[start:end]
    inner = inner.removeprefix("@")
    pieces = [inner] if "[" not in inner else _BRACKETED.findall(inner)
    columns = [re.sub(r"'(.)", r"\1", p.lstrip("@")) for p in pieces if not _ITEM.fullmatch(p)]
    is_range = "]:[" in inner and len(columns) > 1
    found = tuple(column for column in columns if column)
    return NamedRef(name, (found[0], ":", found[-1]) if is_range else found), end


# ── OpenDocument ────────────────────────────────────────────────────────────────────────────

_OPEN_REF: Final = re.compile(r"\[([^\[\]]*)\]")
_OPEN_PART: Final = re.compile(r"(?P<sheet>\$?(?:'(?:[^']|'')+'|[^'.:]*))\.(?P<cell>.*)$")
_OPEN_RANGE: Final = re.compile(r":(?=(?:[^']*'[^']*')*[^']*$)")


def from_open_formula(formula: str) -> str:
    """Return a formula of OpenDocument in the form of Excel.

    Examples
    --------
    >>> from_open_formula("of:=SUM([.A2:.B3];[$Blad2.$C$4];['Mijn blad'.D1])")
    "SUM(A2:B3;'Blad2'!$C$4;'Mijn blad'!D1)"
    """
    formula = re.sub(r"^(?:[\w-]+:)?=", "", formula[:MAX_LENGTH])
    return _OPEN_REF.sub(lambda match: from_open_range(match[1]), formula)


def from_open_range(text: str) -> str:
    """Return a range of cells of OpenDocument (``$Blad1.$A$1:.$B$9``) in the form of Excel."""
    sheet, cells = "", list[str]()
    for part in _OPEN_RANGE.split(text):
        match = _OPEN_PART.match(part)
        cells.append(match["cell"] if match is not None else part)
        if match is not None and match["sheet"] and not sheet:
            sheet = match["sheet"].lstrip("$")
    quoted = sheet if not sheet or sheet.startswith("'") else f"'{sheet}'"
    return (f"{quoted}!" if quoted else "") + ":".join(cells)
