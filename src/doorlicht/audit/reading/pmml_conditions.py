"""Fields, conditions and formulas of PMML, column by column.

Source: Data Mining Group, *PMML 4.4.1*: Transformations, Built-in functions, and predicates of
TreeModel. A condition is true (1), false (0) or unknown (-1), as the standard asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Column, Floats, as_numbers, is_missing
from doorlicht.xml_elements import Element

Truth = NDArray[np.int8]

MAX_DEPTH: Final = 60
"""How deep fields rest on each other."""

PREDICATES: Final = frozenset(
    ["SimplePredicate", "SimpleSetPredicate", "CompoundPredicate", "True", "False"]
)
EXPRESSIONS: Final = frozenset(
    ["Constant", "FieldRef", "NormContinuous", "NormDiscrete", "Discretize", "MapValues", "Apply"]
)


class Fields:
    """The columns of some rows by name: those of the data, and those that are derived."""

    def __init__(
        self,
        columns: Mapping[str, Column],
        rows: int,
        derived: Mapping[str, Element] | None = None,
        above: Fields | None = None,
    ) -> None:
        self.columns: dict[str, Column] = dict(columns)
        self.rows = rows
        self.derived = derived or {}
        self.above = above
        self.depth = 0

    def column(self, name: str) -> Column:
        """Return a column.

        Raises
        ------
        LackingError
            If there is none with that name.
        """
        found = self.columns.get(name)
        if found is not None:
            return found
        element = self.derived.get(name)
        if element is not None:
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise LackingError(name)
            inner = next((each for each in element.children if each.name in EXPRESSIONS), None)
            if inner is None:
                raise LackingError(name)
            made = value_of(inner, self)
            self.depth -= 1
            self.columns[name] = made
            return made
        if self.above is not None:
            return self.above.column(name)
        raise LackingError(name)

    def numbers(self, name: str) -> Floats:
        """Return a column as numbers."""
        return as_numbers(self.column(name), name)

    def taken(self, rows: NDArray[np.int64]) -> Fields:
        """Return the same fields for some of the rows."""
        return _Taken(self, rows)


class _Taken(Fields):
    """Fields of some rows; a column is looked up where all rows are, and then cut."""

    def __init__(self, whole: Fields, chosen: NDArray[np.int64]) -> None:
        super().__init__({}, len(chosen))
        self.whole = whole
        self.chosen = chosen

    def column(self, name: str) -> Column:
        return self.whole.column(name)[self.chosen]

    def taken(self, rows: NDArray[np.int64]) -> Fields:
        return _Taken(self.whole, self.chosen[rows])


# -- conditions


def truth_of(element: Element, fields: Fields) -> Truth:
    """Return where a condition is true, false or unknown."""
    if element.name == "True":
        return np.ones(fields.rows, np.int8)
    if element.name == "False":
        return np.zeros(fields.rows, np.int8)
    if element.name == "SimplePredicate":
        return _simple(element, fields)
    if element.name == "SimpleSetPredicate":
        return _in_set(element, fields)
    if element.name == "CompoundPredicate":
        return _compound(element, fields)
    raise LackingError(element.name)


def predicate_of(element: Element) -> Element | None:
    """Return the condition that stands in an element."""
    return next((each for each in element.children if each.name in PREDICATES), None)


_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "lessThan": np.less, "lessOrEqual": np.less_equal, "greaterThan": np.greater,
    "greaterOrEqual": np.greater_equal,
}  # fmt: skip


def _simple(element: Element, fields: Fields) -> Truth:
    column = fields.column(element.get("field"))
    operator, value = element.get("operator"), element.get("value")
    missing = is_missing(column)
    if operator == "isMissing":
        return missing.astype(np.int8)
    if operator == "isNotMissing":
        return (~missing).astype(np.int8)
    if operator in _COMPARE:
        numbers = as_numbers(column, element.get("field"))
        with np.errstate(invalid="ignore"):
            held = _COMPARE[operator](numbers, float(value))
    elif operator in {"equal", "notEqual"}:
        held = equals(column, value)
        held = ~held if operator == "notEqual" else held
    else:
        raise LackingError(operator)
    return np.where(missing, -1, held).astype(np.int8)


def equals(column: Column, value: str) -> NDArray[np.bool_]:
    """Return where a column holds a value that is written as text."""
    if column.dtype.kind in "biuf":
        number = _number(value)
        return np.zeros(len(column), bool) if number is None else column == number
    number = _number(value)
    found = (
        each == value or (number is not None and not isinstance(each, str) and each == number)
        for each in column.tolist()
    )
    return np.fromiter((bool(each) for each in found), bool, len(column))


def _number(value: str) -> float | None:
    if value in {"true", "false"}:
        return float(value == "true")
    try:
        return float(value)
    except ValueError:
        return None


def words_of(element: Element) -> list[str]:
    """Return the values of an array: parted by blanks, those with blanks in quotes."""
    text = element.text.strip()
    if '"' not in text:
        return text.split()
    words: list[str] = []
    word, is_quoted, is_open, at = "", False, False, 0
    while at < len(text):
        letter = text[at]
        if letter == "\\" and text[at + 1 : at + 2] == '"':
            word += '"'
            at += 1
        elif letter == '"':
            is_quoted, is_open = not is_quoted, True
        elif letter.isspace() and not is_quoted:
            if is_open or word:
                words.append(word)
            word, is_open = "", False
        else:
            word += letter
        at += 1
    if is_open or word:
        words.append(word)
    return words


def _in_set(element: Element, fields: Fields) -> Truth:
    column = fields.column(element.get("field"))
    array = element.first("Array")
    if array is None:
        raise LackingError("Array")
    values = words_of(array)
    missing = is_missing(column)
    if column.dtype.kind in "biuf":
        held = np.isin(column, [each for each in map(_number, values) if each is not None])
    else:
        known: set[object] = {*values, *(each for each in map(_number, values) if each is not None)}
        held = np.fromiter((each in known for each in column.tolist()), bool, len(column))
    if element.get("booleanOperator") == "isNotIn":
        held = ~held
    return np.where(missing, -1, held).astype(np.int8)


def _compound(element: Element, fields: Fields) -> Truth:
    operator = element.get("booleanOperator")
    parts = [truth_of(each, fields) for each in element.children if each.name in PREDICATES]
    if not parts:
        raise LackingError("CompoundPredicate")
    if operator == "surrogate":
        made = parts[0].copy()
        for part in parts[1:]:
            made = np.where(made == -1, part, made)
        return made.astype(np.int8)
    stacked = np.stack(parts)
    unknown = (stacked == -1).any(axis=0)
    if operator == "and":
        return np.where((stacked == 0).any(axis=0), 0, np.where(unknown, -1, 1)).astype(np.int8)
    if operator == "or":
        return np.where((stacked == 1).any(axis=0), 1, np.where(unknown, -1, 0)).astype(np.int8)
    if operator == "xor":
        return np.where(unknown, -1, (stacked == 1).sum(axis=0) % 2).astype(np.int8)
    raise LackingError(operator)


# -- formulas


def value_of(element: Element, fields: Fields) -> Column:
    """Return what an expression makes."""
    made = _FORMULAS.get(element.name)
    if made is None:
        raise LackingError(element.name)
    return made(element, fields)


def _constant(element: Element, fields: Fields) -> Column:
    if element.get("missing") == "true":
        return np.full(fields.rows, np.nan)
    number = _number(element.text.strip()) if element.get("dataType") != "string" else None
    if number is not None:
        return np.full(fields.rows, number)
    return np.full(fields.rows, element.text, dtype=object)


def _field(element: Element, fields: Fields) -> Column:
    column = fields.column(element.get("field"))
    return _filled(column, is_missing(column), element.get("mapMissingTo") or None)


def _filled(column: Column, where: NDArray[np.bool_], value: str | None) -> Column:
    if value is None or not where.any():
        return column
    number = _number(value)
    if column.dtype.kind in "biuf" and number is not None:
        return np.where(where, number, column)
    made = column.astype(object)
    made[where] = value
    return made


def _continuous(element: Element, fields: Fields) -> Column:
    numbers = fields.numbers(element.get("field"))
    points = sorted(
        (float(p.get("orig")), float(p.get("norm"))) for p in element.find("LinearNorm")
    )
    made = line_of(numbers, points)
    low, high = points[0], points[-1]
    how = element.get("outliers", "asIs")
    if how == "asExtremeValues":
        made = np.where(numbers < low[0], low[1], np.where(numbers > high[0], high[1], made))
    elif how == "asMissingValues":
        made = np.where((numbers < low[0]) | (numbers > high[0]), np.nan, made)
    gone = np.isnan(numbers)
    return _filled(np.where(gone, np.nan, made), gone, element.get("mapMissingTo") or None)


def line_of(numbers: Floats, points: list[tuple[float, float]]) -> Floats:
    """Return where numbers come on a broken line, of which the outer pieces go on.

    Raises
    ------
    LackingError
        With fewer than two points.
    """
    if len(points) < 2:
        raise LackingError("NormContinuous")
    places, norms = (np.array(each) for each in zip(*points, strict=True))
    made = np.interp(numbers, places, norms)
    low = (norms[1] - norms[0]) / (places[1] - places[0])
    high = (norms[-1] - norms[-2]) / (places[-1] - places[-2])
    made = np.where(numbers < places[0], norms[0] + (numbers - places[0]) * low, made)
    return np.where(numbers > places[-1], norms[-1] + (numbers - places[-1]) * high, made)


def _discrete(element: Element, fields: Fields) -> Column:
    column = fields.column(element.get("field"))
    gone = is_missing(column)
    made = np.where(gone, np.nan, equals(column, element.get("value")).astype(np.float64))
    return _filled(made, gone, element.get("mapMissingTo") or None)


def _bins(element: Element, fields: Fields) -> Column:
    numbers = fields.numbers(element.get("field"))
    made = np.full(fields.rows, element.get("defaultValue") or None, dtype=object)
    done = np.isnan(numbers)
    made[done] = element.get("mapMissingTo") or None
    for part in element.find("DiscretizeBin"):
        interval = part.first("Interval")
        if interval is None:
            raise LackingError("Interval")
        held = in_interval(interval, numbers) & ~done
        made[held] = part.get("binValue")
        done |= held
    return _typed(made, element.get("dataType"))


def in_interval(interval: Element, numbers: Floats) -> NDArray[np.bool_]:
    """Return which numbers lie in an interval, whose edges may be open or closed."""
    closure = interval.get("closure")
    held = np.ones(len(numbers), bool)
    with np.errstate(invalid="ignore"):
        if interval.get("leftMargin"):
            edge = float(interval.get("leftMargin"))
            held &= numbers >= edge if closure.startswith("closed") else numbers > edge
        if interval.get("rightMargin"):
            edge = float(interval.get("rightMargin"))
            held &= numbers <= edge if closure.endswith("Closed") else numbers < edge
    return held


def _typed(made: Column, kind: str) -> Column:
    if kind in {"double", "float", "integer"}:
        return as_numbers(made, "")
    return made


def _mapped(element: Element, fields: Fields) -> Column:
    pairs = [(each.get("column"), each.get("field")) for each in element.find("FieldColumnPair")]
    table = element.first("InlineTable")
    if table is None:
        raise LackingError("TableLocator")
    output = element.get("outputColumn")
    columns = [fields.column(name) for _, name in pairs]
    gone = np.zeros(fields.rows, bool)
    for column in columns:
        gone |= is_missing(column)
    made = np.full(fields.rows, element.get("defaultValue") or None, dtype=object)
    for row in table.find("row"):
        cells = {cell.name: cell.text for cell in row.children}
        held = ~gone
        for (name, _), column in zip(pairs, columns, strict=True):
            held &= equals(column, cells.get(name, ""))
        made[held] = cells.get(output)
    made[gone] = element.get("mapMissingTo") or None
    return _typed(made, element.get("dataType"))


_ARITHMETIC: Final[dict[str, Callable[..., Any]]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "pow": np.power,
    "log10": np.log10, "ln": np.log, "sqrt": np.sqrt, "abs": np.abs, "exp": np.exp,
    "floor": np.floor, "ceil": np.ceil, "round": np.rint, "ln1p": np.log1p, "expm1": np.expm1,
    "modulo": np.mod,
}  # fmt: skip
_TESTS: Final[dict[str, Callable[..., Any]]] = {
    "lessThan": np.less, "lessOrEqual": np.less_equal, "greaterThan": np.greater,
    "greaterOrEqual": np.greater_equal,
}  # fmt: skip


def _apply(element: Element, fields: Fields) -> Column:
    name = element.get("function")
    parts = [value_of(each, fields) for each in element.children if each.name in EXPRESSIONS]
    missing = [is_missing(part) for part in parts]
    if name in {"isMissing", "isNotMissing"}:
        return (missing[0] if name == "isMissing" else ~missing[0]).astype(np.float64)
    if name == "if":
        held = as_numbers(parts[0], "") > 0
        other = parts[2] if len(parts) > 2 else np.full(fields.rows, np.nan)
        return np.where(held, parts[1], other)
    gone = np.any(np.stack(missing), axis=0) if missing else np.zeros(fields.rows, bool)
    with np.errstate(all="ignore"):
        made = _called(name, parts)
    if element.get("mapMissingTo"):
        return _filled(np.where(gone, np.nan, made), gone, element.get("mapMissingTo"))
    return _filled(np.where(gone, np.nan, made), gone, element.get("defaultValue") or None)


def _called(name: str, parts: list[Column]) -> Column:
    if name in _ARITHMETIC:
        return _ARITHMETIC[name](*(as_numbers(part, "") for part in parts))
    if name in _TESTS:
        return _TESTS[name](*(as_numbers(part, "") for part in parts)).astype(np.float64)
    if name in {"equal", "notEqual"}:
        same = np.array([a == b for a, b in zip(parts[0].tolist(), parts[1].tolist(), strict=True)])
        return (same if name == "equal" else ~same).astype(np.float64)
    numbers = [as_numbers(part, "") for part in parts] if name in _SEVERAL else []
    if numbers:
        return _SEVERAL[name](np.stack(numbers))
    if name == "not":
        return 1.0 - as_numbers(parts[0], "")
    raise LackingError(name)


_SEVERAL: Final[dict[str, Callable[[Floats], Floats]]] = {
    "min": lambda told: told.min(axis=0), "max": lambda told: told.max(axis=0),
    "sum": lambda told: told.sum(axis=0), "avg": lambda told: told.mean(axis=0),
    "product": lambda told: told.prod(axis=0), "and": lambda told: told.min(axis=0),
    "or": lambda told: told.max(axis=0),
}  # fmt: skip

_FORMULAS: Final[dict[str, Callable[[Element, Fields], Column]]] = {
    "Constant": _constant, "FieldRef": _field, "NormContinuous": _continuous,
    "NormDiscrete": _discrete, "Discretize": _bins, "MapValues": _mapped, "Apply": _apply,
}  # fmt: skip
