"""Formulas of R: from the columns of the data to the columns that a model weighs.

Source: ``terms.object``, ``model.matrix`` and ``contrasts`` of R. A formula is data here: the few
functions that stand in formulas are computed by us, and any other is told by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.r_serial import RValue
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Block, Column, Floats, as_numbers, codes_of
from doorlicht.audit.scoring.preparing import Origin, Origins
from doorlicht.errors import InputError

MAX_DEPTH: Final = 50

_BINARY: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power,
    "%%": np.mod, "%/%": np.floor_divide, "<": np.less, "<=": np.less_equal, ">": np.greater,
    ">=": np.greater_equal, "pmin": np.minimum, "pmax": np.maximum,
}  # fmt: skip
_UNARY: Final[dict[str, Callable[[Any], Any]]] = {
    "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "exp": np.exp,
    "sqrt": np.sqrt, "abs": np.abs, "sin": np.sin, "cos": np.cos, "floor": np.floor,
    "ceiling": np.ceil, "sign": np.sign,
}  # fmt: skip
_PLAIN: Final = frozenset(["(", "I", "as.numeric", "as.double", "as.integer"])
_FACTORS: Final = frozenset(["factor", "as.factor", "as.character", "ordered"])


def written(node: RValue, depth: int = 0) -> str:
    """Return an expression as R writes it, where that is simple; it names terms."""
    if depth > MAX_DEPTH:
        raise LackingError("formula")
    if node.kind == "symbol":
        return str(node.data)
    if node.kind == "call":
        head, *args = (written(each, depth + 1) for each in node.items)
        if head in _BINARY and len(args) == 2 and head not in {"pmin", "pmax"}:
            space = "" if head in {"^", ":"} else " "
            return f"{args[0]}{space}{head}{space}{args[1]}"
        if head == "(":
            return f"({args[0]})"
        return f"{head}({', '.join(args)})"
    if node.kind == "character":
        return f'"{node.text()}"'
    numbers = node.numbers()
    return f"{numbers[0]:.15g}" if len(numbers) else "?"


def symbols(node: RValue, depth: int = 0) -> list[str]:
    """Return the names in an expression that stand for columns."""
    if depth > MAX_DEPTH:
        raise LackingError("formula")
    if node.kind == "symbol":
        return [str(node.data)]
    if node.kind == "call":
        return [name for each in node.items[1:] for name in symbols(each, depth + 1)]
    return []


def evaluated(node: RValue, block: Block, depth: int = 0) -> Column:
    """Return the column that an expression makes.

    Raises
    ------
    LackingError
        If a function in it is not known.
    """
    if depth > MAX_DEPTH:
        raise LackingError("formula")
    if node.kind == "symbol":
        if node.data not in block.names:
            raise LackingError(str(node.data))
        return block.columns[block.names.index(str(node.data))]
    if node.kind == "character":
        return np.full(block.rows, node.text(), dtype=object)
    if node.kind != "call":
        numbers = node.numbers()
        if len(numbers) != 1:
            raise LackingError("formula")
        return np.full(block.rows, numbers[0])
    return _called(node, block, depth)


def _called(node: RValue, block: Block, depth: int) -> Column:
    head = node.items[0].text()
    args = node.items[1:]
    given = dict(zip(node.tags[1:], args, strict=False))
    if head in _FACTORS or head in _PLAIN:
        made = evaluated(args[0], block, depth + 1)
        return made if head in _FACTORS else as_numbers(made, "")
    if head == "scale":
        made = as_numbers(evaluated(args[0], block, depth + 1), "")
        for name, function in (("center", np.subtract), ("scale", np.divide)):
            told = given.get(name)
            if told is not None and told.kind in {"double", "integer"}:
                made = function(made, told.numbers()[0])
        return made
    if head in {"==", "!=", "%in%"}:
        left = evaluated(args[0], block, depth + 1)
        values = _values(args[1])
        known: dict[object, int] = dict.fromkeys(values, 0)
        held = codes_of(left, known, -1) >= 0
        return (~held if head == "!=" else held).astype(np.float64)
    with np.errstate(all="ignore"):
        if head in _BINARY and len(args) == 2:
            left, right = (as_numbers(evaluated(each, block, depth + 1), "") for each in args)
            return np.asarray(_BINARY[head](left, right), np.float64)
        if head == "-" and len(args) == 1:
            return -as_numbers(evaluated(args[0], block, depth + 1), "")
        if head in _UNARY and len(args) == 1:
            return _UNARY[head](as_numbers(evaluated(args[0], block, depth + 1), ""))
        if head == "ifelse" and len(args) == 3:
            test, yes, no = (evaluated(each, block, depth + 1) for each in args)
            return np.where(as_numbers(test, "") > 0, yes, no)
    raise LackingError(head)


def _values(node: RValue) -> list[Any]:
    if node.kind == "call" and node.items[0].text() == "c":
        return [value for each in node.items[1:] for value in _values(each)]
    texts = node.texts()
    if texts:
        return list(texts)
    numbers = node.numbers().tolist()
    return [*numbers, *(f"{each:.15g}" for each in numbers)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Variable:
    """A variable of a formula: its expression, and its levels where it is a factor."""

    label: str
    node: RValue
    levels: tuple[str, ...] = ()
    contrast: NDArray[np.float64] | None = None
    suffixes: tuple[str, ...] = ()
    is_logical: bool = False

    def columns(self, block: Block, *, is_full: bool) -> list[tuple[str, Floats]]:
        """Return its columns, with what R writes behind the name of each."""
        made = evaluated(self.node, block)
        if not self.levels:
            numbers = as_numbers(made, self.label)
            return [("TRUE" if self.is_logical else "", numbers)]
        codes = self.codes(made)
        if is_full or self.contrast is None:
            table, suffixes = np.eye(len(self.levels)), self.levels
        else:
            table, suffixes = self.contrast, self.suffixes
        table = np.vstack([table, np.full(table.shape[1], np.nan)])
        rows = table[codes]
        return [(suffix, rows[:, place]) for place, suffix in enumerate(suffixes)]

    def codes(self, column: Column) -> NDArray[np.int64]:
        """Return the number of each level; -1 where nothing stands.

        Raises
        ------
        InputError
            If a level is not known, at which R stops as well.
        """
        known: dict[object, int] = {level: place for place, level in enumerate(self.levels)}
        for place, level in enumerate(self.levels):
            known.update(_as_number(level, place))
        codes = codes_of(column, known, -2)
        if (codes == -1).any():
            raise InputError("model.unknown_category", column=self.label)
        return np.where(codes == -2, -1, codes)


def _as_number(level: str, place: int) -> dict[object, int]:
    """Return a level also as the number it is written as, since data may hold numbers there."""
    try:
        return {float(level): place}
    except ValueError:
        return {}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Design:
    """The columns that a formula makes, by the names of the coefficients."""

    variables: tuple[Variable, ...]
    terms: tuple[tuple[tuple[int, bool], ...], ...]
    has_intercept: bool
    wanted: tuple[str, ...]

    def __call__(self, block: Block) -> Block:
        """Return the columns that are wanted, in their order."""
        found: dict[str, Floats] = {"(Intercept)": np.ones(block.rows)}
        for term in self.terms:
            parts: list[tuple[str, Floats]] = [("", np.ones(block.rows))]
            for place, is_full in term:
                variable = self.variables[place]
                more = variable.columns(block, is_full=is_full)
                # The levels of the first variable change fastest.
                parts = [
                    (
                        f"{name}:{variable.label}{suffix}" if name else variable.label + suffix,
                        before * column,
                    )
                    for suffix, column in more
                    for name, before in parts
                ]
            found.update(parts)
        absent = [name for name in self.wanted if name not in found]
        if absent:
            raise LackingError(absent[0])
        return Block(tuple(found[name] for name in self.wanted), self.wanted, block.rows)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the columns that are wanted, each with the features in it."""
        known = {each.label: each.features for each in origins}
        told: dict[str, Origin] = {}
        for term in self.terms:
            variables = [self.variables[place] for place, _ in term]
            read = (name for each in variables for name in symbols(each.node))
            features = tuple(dict.fromkeys(n for name in read for n in known.get(name, ())))
            is_plain = len(variables) == 1 and variables[0].node.kind == "symbol"
            names = [""]
            for (_, is_full), variable in zip(term, variables, strict=True):
                suffixes = _suffixes(variable, is_full=is_full)
                names = [
                    f"{name}:{variable.label}{suffix}" if name else variable.label + suffix
                    for suffix in suffixes
                    for name in names
                ]
            levels = variables[0].levels if len(variables) == 1 else ()
            for name in names:
                told[name] = Origin(name, features, is_plain and not levels, levels)
        return [told.get(name, Origin(name, ())) for name in self.wanted]


def _suffixes(variable: Variable, *, is_full: bool) -> Sequence[str]:
    if not variable.levels:
        return ("TRUE" if variable.is_logical else "",)
    return variable.levels if is_full or variable.contrast is None else variable.suffixes


def design_of(model: RValue, wanted: Sequence[str]) -> tuple[Design, tuple[str, ...]]:
    """Return the design of a model with terms, and the features that go into it.

    Raises
    ------
    LackingError
        If there are no terms, or a contrast that is not known.
    """
    terms = model.get("terms") or model.get("Terms")
    if terms is None:
        raise LackingError("terms")
    told = terms.attributes
    written_variables = told.get("predvars") or told.get("variables")
    labels = told.get("variables")
    if written_variables is None or labels is None or "factors" not in told:
        raise LackingError("terms")
    response = int(told["response"].numbers()[0]) if "response" in told else 0
    names = [written(each) for each in labels.items[1:]]
    factors = told["factors"].matrix()
    if factors.ndim != 2 or len(factors) != len(names):
        raise LackingError("factors")
    if "offset" in told:
        raise LackingError("offset")
    levels = model.get("xlevels")
    contrasts = model.get("contrasts")
    classes = told.get("dataClasses")
    logical = dict(zip(classes.names, classes.texts(), strict=False)) if classes is not None else {}
    variables: list[Variable] = []
    for place, node in enumerate(written_variables.items[1:]):
        label = names[place]
        known = levels.get(label) if levels is not None else None
        is_logical = logical.get(label) == "logical"
        if known is None or place + 1 == response:
            variables.append(Variable(label, node, is_logical=is_logical))
            continue
        texts = tuple(known.texts())
        table, suffixes = _contrast(contrasts.get(label) if contrasts is not None else None, texts)
        variables.append(Variable(label, node, texts, table, suffixes))
    chosen = tuple(
        tuple((int(row), bool(column[row] == 2)) for row in np.flatnonzero(column))
        for column in factors.T
    )
    used = {place for term in chosen for place, _ in term}
    features = tuple(
        dict.fromkeys(name for place in sorted(used) for name in symbols(variables[place].node))
    )
    has_intercept = "intercept" in told and bool(told["intercept"].numbers()[0])
    return Design(tuple(variables), chosen, has_intercept, tuple(wanted)), features


def _contrast(
    told: RValue | None, levels: tuple[str, ...]
) -> tuple[NDArray[np.float64] | None, tuple[str, ...]]:
    """Return the columns that stand for the levels of a factor, and their names."""
    count = len(levels)
    if told is None or (told.kind == "character" and told.text() == "contr.treatment"):
        return np.eye(count)[:, 1:], levels[1:]
    if told.kind == "character" and told.text() == "contr.SAS":
        return np.eye(count)[:, :-1], levels[:-1]
    if told.kind == "character" and told.text() == "contr.sum":
        table = np.vstack([np.eye(count - 1), -np.ones(count - 1)])
        return table, tuple(str(place + 1) for place in range(count - 1))
    if told.kind in {"double", "integer"}:
        table = told.matrix()
        names = told.attributes.get("dimnames")
        columns = names.items[1].texts() if names is not None and len(names.items) > 1 else []
        suffixes = columns or [str(place + 1) for place in range(table.shape[1])]
        return table, tuple(suffixes)
    raise LackingError(told.text() or "contrasts")
