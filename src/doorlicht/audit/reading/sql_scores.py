"""Rules of SQL computed with numpy: what a rule takes, and how it scores.

What needs other rows (groups, windows, joins that multiply) is told and not computed. Unknown is
neither true nor false, as in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from doorlicht.audit.reading.sql_rules import MAX_DEPTH, Rule, chosen, resolve
from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.audit.scoring.blocks import Block, Column, Floats, as_numbers, is_missing
from doorlicht.audit.scoring.program import Predictor


def understand_rules(rules: list[Rule]) -> Understood:
    """Return what the rule takes, and how it scores."""
    rule = chosen(rules)
    made = Understood("SQL", "rules", "sql")
    names = _columns(rule)
    made.names, made.width = tuple(names), len(names)
    made.used = np.ones(len(names), bool)
    made.link = "identity"
    try:
        _check(rule.expression)
        made.predictor = Predictor(value=_Rows(rule))
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _columns(rule: Rule) -> list[str]:
    """Return the columns of the data that a rule rests on."""
    found: dict[str, None] = {}
    seen: set[tuple[int, str]] = set()
    waiting: list[tuple[exp.Expr, int]] = [(rule.expression, 0)]
    while waiting:
        expression, depth = waiting.pop()
        for column in expression.find_all(exp.Column, bfs=False):
            name = column.name
            inner, level = resolve(rule, name, depth)
            if inner is None:
                found.setdefault(name)
            elif (level, name.lower()) not in seen:
                seen.add((level, name.lower()))
                waiting.append((inner, level))
    return list(found)


def _check(expression: exp.Expr) -> None:
    """Refuse what cannot be computed from a row alone, before any row comes."""
    for node in expression.walk():
        if type(node) not in _KNOWN:
            raise LackingError(type(node).__name__)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Rows:
    rule: Rule

    def __call__(self, block: Block) -> Floats:
        made = _Evaluation(self.rule, block).value(self.rule.expression, 0, 0)
        if self.rule.is_choice:
            return np.where(np.isnan(as_numbers(made, "")), 0.0, as_numbers(made, ""))
        return as_numbers(made, self.rule.name)


class _Evaluation:
    """Computes expressions; truth is 1, 0, or not a number where it is unknown."""

    def __init__(self, rule: Rule, block: Block) -> None:
        self.rule = rule
        self.block = block
        self.columns = {
            name.lower(): column for name, column in zip(block.names, block.columns, strict=True)
        }
        self.known: dict[tuple[int, str], Column] = {}

    def value(self, node: exp.Expr, level: int, depth: int) -> Column:
        if depth > MAX_DEPTH:
            raise LackingError("depth")
        compute = _KNOWN.get(type(node))
        if compute is None:
            raise LackingError(type(node).__name__)
        return compute(self, node, level, depth + 1)

    def numbers(self, node: exp.Expr, level: int, depth: int) -> Floats:
        return as_numbers(self.value(node, level, depth), _name_of(node))

    def column(self, node: exp.Expr, level: int, depth: int) -> Column:
        inner, inner_level = resolve(self.rule, node.name, level)
        if inner is None:
            return self.columns[node.name.lower()]
        key = (inner_level, node.name.lower())
        if key not in self.known:
            self.known[key] = self.value(inner, inner_level, depth)
        return self.known[key]


def _name_of(node: exp.Expr) -> str:
    column = node.find(exp.Column)
    return column.name if column is not None else ""


Compute = Callable[[_Evaluation, Any, int, int], Column]


def _literal(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    del level, depth
    if node.is_string:
        return np.full(told.block.rows, node.this, dtype=object)
    return np.full(told.block.rows, float(node.this))


def _column(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    return told.column(node, level, depth)


def _null(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    del node, level, depth
    return np.full(told.block.rows, np.nan)


def _boolean(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    del level, depth
    return np.full(told.block.rows, float(node.this))


def _inner(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    return told.value(node.this, level, depth)


def _negative(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    return -told.numbers(node.this, level, depth)


def _cast(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    made = told.value(node.this, level, depth)
    kind = node.args["to"].this
    if kind in exp.DataType.NUMERIC_TYPES:
        numbers = as_numbers(made, _name_of(node))
        return np.trunc(numbers) if kind in exp.DataType.INTEGER_TYPES else numbers
    if kind in exp.DataType.TEXT_TYPES:
        gone = is_missing(made)
        texts = [
            None if hole else _as_text(value)
            for value, hole in zip(made.tolist(), gone, strict=True)
        ]
        return np.array(texts, dtype=object)
    raise LackingError("Cast")


def _as_text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _arithmetic(function: Callable[[Any, Any], Any]) -> Compute:
    def compute(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
        left = told.numbers(node.this, level, depth)
        right = told.numbers(node.expression, level, depth)
        with np.errstate(all="ignore"):
            return np.asarray(function(left, right), np.float64)

    return compute


def _pair(told: _Evaluation, left: Column, right: Column) -> tuple[Column, Column]:
    """Return two columns that can be compared: both numbers, or both as they are."""
    if left.dtype.kind in "biuf" and right.dtype.kind in "biuf":
        return left.astype(np.float64), right.astype(np.float64)
    if left.dtype.kind in "biuf" or right.dtype.kind in "biuf":
        del told
        return _loose(left), _loose(right)
    return left, right


def _loose(column: Column) -> Column:
    """Return numbers also where they are written as text; what is none is a gap."""
    if column.dtype.kind in "biuf":
        return column.astype(np.float64)
    made = np.full(len(column), np.nan)
    for place, value in enumerate(column.tolist()):
        try:
            made[place] = float(value)
        except (TypeError, ValueError):
            continue
    return made


def _comparison(function: Callable[[Any, Any], Any]) -> Compute:
    def compute(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
        left = told.value(node.this, level, depth)
        right = told.value(node.expression, level, depth)
        return _compared(told, function, left, right)

    return compute


def _compared(
    told: _Evaluation, function: Callable[[Any, Any], Any], left: Column, right: Column
) -> Floats:
    gone = is_missing(left) | is_missing(right)
    left, right = _pair(told, left, right)
    made = np.full(told.block.rows, np.nan)
    there = ~gone
    if left.dtype.kind == "f":
        made[there] = function(left[there], right[there])
    else:
        pairs = zip(left[there].tolist(), right[there].tolist(), strict=True)
        made[there] = [float(function(str(a), str(b))) for a, b in pairs]
    return made


def _and(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    left, right = (told.numbers(part, level, depth) for part in (node.this, node.expression))
    made = np.where(np.isnan(left) | np.isnan(right), np.nan, (left > 0) & (right > 0))
    return np.where((left == 0) | (right == 0), 0.0, made)


def _or(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    left, right = (told.numbers(part, level, depth) for part in (node.this, node.expression))
    made = np.where(np.isnan(left) | np.isnan(right), np.nan, (left > 0) | (right > 0))
    return np.where((left > 0) | (right > 0), 1.0, made)


def _not(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    inner = told.numbers(node.this, level, depth)
    return np.where(np.isnan(inner), np.nan, inner == 0)


def _is(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    inner = told.value(node.this, level, depth)
    if isinstance(node.expression, exp.Null):
        return is_missing(inner).astype(np.float64)
    wanted = told.numbers(node.expression, level, depth)
    return (as_numbers(inner, "") == wanted).astype(np.float64)


def _in(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    if not node.expressions:
        raise LackingError("In")
    left = told.value(node.this, level, depth)
    held = np.zeros(told.block.rows)
    for each in node.expressions:
        found = _compared(told, np.equal, left, told.value(each, level, depth))
        held = np.where(np.nan_to_num(found) > 0, 1.0, held)
    return np.where(is_missing(left), np.nan, held)


def _like(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    if not (isinstance(node.expression, exp.Literal) and node.expression.is_string):
        raise LackingError("Like")
    parts = re.split(r"([%_])", str(node.expression.this))
    pattern = "".join({"%": ".*", "_": "."}.get(part, re.escape(part)) for part in parts)
    flags = re.DOTALL | (re.IGNORECASE if isinstance(node, exp.ILike) else 0)
    matches = re.compile(pattern, flags).fullmatch
    made = told.value(node.this, level, depth)
    gone = is_missing(made)
    held = [matches(str(value)) is not None for value in made.tolist()]
    return np.where(gone, np.nan, np.array(held, np.float64))


def _between(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    value = told.value(node.this, level, depth)
    low = _compared(told, np.greater_equal, value, told.value(node.args["low"], level, depth))
    high = _compared(told, np.less_equal, value, told.value(node.args["high"], level, depth))
    return np.where(np.isnan(low) | np.isnan(high), np.nan, (low > 0) & (high > 0))


def _case(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    subject = node.args.get("this")
    branches: list[tuple[NDArray[np.bool_], Column]] = []
    for branch in node.args["ifs"]:
        if subject is None:
            test = told.numbers(branch.this, level, depth)
        else:
            left = told.value(subject, level, depth)
            test = _compared(told, np.equal, left, told.value(branch.this, level, depth))
        branches.append((np.nan_to_num(test) > 0, told.value(branch.args["true"], level, depth)))
    return _first_of(told, branches, node.args.get("default"), level, depth)


def _if(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    test = np.nan_to_num(told.numbers(node.this, level, depth)) > 0
    branches = [(test, told.value(node.args["true"], level, depth))]
    return _first_of(told, branches, node.args.get("false"), level, depth)


def _first_of(
    told: _Evaluation,
    branches: list[tuple[NDArray[np.bool_], Column]],
    default: Any,
    level: int,
    depth: int,
) -> Column:
    other = _null(told, None, 0, 0) if default is None else told.value(default, level, depth)
    is_text = any(
        value.dtype.kind not in "biuf" for _, value in [*branches, (np.zeros(0, bool), other)]
    )
    made = other.astype(object if is_text else np.float64)
    for held, value in reversed(branches):
        made = np.where(held, value, made)
    return made


def _coalesce(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    made = told.value(node.this, level, depth)
    for each in node.expressions:
        gone = is_missing(made)
        made = np.where(gone, told.value(each, level, depth), made)
    return made


def _extreme(function: Callable[..., Any]) -> Compute:
    def compute(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
        made = told.numbers(node.this, level, depth)
        for each in node.expressions:
            made = function(made, told.numbers(each, level, depth))
        return made

    return compute


def _of_number(function: Callable[[Any], Any]) -> Compute:
    def compute(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
        with np.errstate(all="ignore"):
            return np.asarray(function(told.numbers(node.this, level, depth)), np.float64)

    return compute


def _round(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
    made = told.numbers(node.this, level, depth)
    digits = node.args.get("decimals")
    factor = 10.0 ** (float(digits.this) if isinstance(digits, exp.Literal) else 0.0)
    # SQL rounds a half away from zero.
    return np.sign(made) * np.floor(np.abs(made) * factor + 0.5) / factor


def _of_text(function: Callable[[str], str]) -> Compute:
    def compute(told: _Evaluation, node: Any, level: int, depth: int) -> Column:
        made = told.value(node.this, level, depth)
        gone = is_missing(made)
        texts = [
            None if hole else function(str(value))
            for value, hole in zip(made.tolist(), gone, strict=True)
        ]
        return np.array(texts, dtype=object)

    return compute


_KNOWN: Final[dict[type, Compute]] = {
    exp.Literal: _literal, exp.Column: _column, exp.Null: _null, exp.Boolean: _boolean,
    exp.Paren: _inner, exp.Neg: _negative, exp.Cast: _cast, exp.TryCast: _cast,
    exp.Add: _arithmetic(np.add), exp.Sub: _arithmetic(np.subtract),
    exp.Mul: _arithmetic(np.multiply), exp.Div: _arithmetic(np.divide),
    exp.Mod: _arithmetic(np.mod), exp.Pow: _arithmetic(np.power),
    exp.EQ: _comparison(lambda a, b: a == b), exp.NEQ: _comparison(lambda a, b: a != b),
    exp.LT: _comparison(lambda a, b: a < b), exp.LTE: _comparison(lambda a, b: a <= b),
    exp.GT: _comparison(lambda a, b: a > b), exp.GTE: _comparison(lambda a, b: a >= b),
    exp.And: _and, exp.Or: _or, exp.Not: _not, exp.Is: _is, exp.In: _in,
    exp.Like: _like, exp.ILike: _like,
    exp.Between: _between, exp.Case: _case, exp.If: _if, exp.Coalesce: _coalesce,
    exp.Greatest: _extreme(np.maximum), exp.Least: _extreme(np.minimum),
    exp.Abs: _of_number(np.abs), exp.Exp: _of_number(np.exp), exp.Ln: _of_number(np.log),
    exp.Sqrt: _of_number(np.sqrt), exp.Floor: _of_number(np.floor), exp.Ceil: _of_number(np.ceil),
    exp.Round: _round, exp.Upper: _of_text(str.upper), exp.Lower: _of_text(str.lower),
    exp.Trim: _of_text(str.strip), exp.Identifier: _null, exp.DataType: _null,
}  # fmt: skip
