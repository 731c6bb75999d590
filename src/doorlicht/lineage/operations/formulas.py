"""Formulas: which columns ``y ~ a + log(b) - c`` gives a model, and which one is its target.

A formula is written out, put together as a text (``as.formula(paste(...))``), or made of a list of
names (``reformulate``). Its names are columns of the table that goes with it, and else variables:
``glm(d$y ~ X)`` takes every column of the matrix ``X``.

Source: R, help pages *formula*, *reformulate* and *model.matrix*.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from doorlicht.lineage.choosing import choose_by_value
from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.noting import names_in
from doorlicht.lineage.selecting import Choice, choose, leave_out, read_column
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Column,
    FormulaValue,
    Frame,
    Places,
    Scope,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    texts_of,
    together,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

_NAME: Final = re.compile(r"(?<![\w.(])`?([A-Za-z_\ufffc][\w.\ufffc]*)`?(?!\()|\(\s*([A-Za-z_]\w*)")
"""A name in the text of a formula; that of a function is passed over for what it is called with."""

_ALL: Final = re.compile(r"(^|[+~\s])\.($|[+\-\s])")
"""The dot that stands for all other columns."""


@dataclass(slots=True)
class _Terms:
    """What the right side of a formula names: columns of the table, and variables beside it."""

    choice: Choice = field(default_factory=Choice)
    beside: Frame = field(default_factory=Frame)


def by_formula(
    run: Interpreter, site: CallSite, formula: Value, frame: Frame | None
) -> tuple[Frame, str]:
    """Return the columns that a formula names, and its target."""
    frame = frame if frame is not None else Frame()
    if isinstance(formula, FormulaValue) and formula.terms is not None:
        targets = [formula.response] if formula.response else []
        return _chosen(run, site, frame, _by_list(run, formula.terms), targets)
    if isinstance(formula, FormulaValue) and formula.node is not None:
        node = formula.node
        targets = names_on_the_left(node.left)
        terms = _Terms()
        scope = formula.scope if formula.scope is not None else site.scope
        _read(run, scope, frame, node.right, terms, targets)
        return _chosen(run, site, frame, terms, targets)
    texts = texts_of(formula)
    if texts:
        return _by_text(run, site, texts, frame)
    return frame, ""


def names_on_the_left(expr: code.Expr | None) -> list[str]:
    """Return the columns on the left of a formula: ``y``, ``d$y``, ``Surv(time, status)``."""
    if isinstance(expr, code.Name):
        return [expr.id]
    if isinstance(expr, code.Attr):
        return [expr.name]
    if isinstance(expr, code.Const):
        return [expr.value] if isinstance(expr.value, str) else []
    if isinstance(expr, code.Item):
        return [name for key in expr.keys for name in names_on_the_left(key)]
    if isinstance(expr, code.Call):
        return [name for arg in expr.args for name in names_on_the_left(arg.value)]
    if isinstance(expr, code.Op):
        return [name for operand in expr.operands for name in names_on_the_left(operand)]
    return []


def _chosen(
    run: Interpreter, site: CallSite, frame: Frame, terms: _Terms, targets: list[str]
) -> tuple[Frame, str]:
    choice = terms.choice
    choice.left_out = [(name, at) for name, at in choice.left_out if name not in targets]
    chosen = choose(run.state, frame, choice, site.place)
    for target in targets:
        chosen.columns.pop(target, None)
        chosen.dropped.pop(target, None)
    chosen.rests = leave_out(chosen.rests, targets) if targets else chosen.rests
    for name, deps in terms.beside.columns.items():
        chosen.columns[name] = chosen.columns.get(name, NOTHING) | deps
        chosen.named[name] = terms.beside.named.get(name, NOWHERE)
        chosen.dropped.pop(name, None)
        if name in terms.beside.made:
            chosen.made[name] = terms.beside.made[name]
    chosen.rests = together(chosen.rests, terms.beside.rests)
    chosen.deps |= terms.beside.deps
    chosen.rows |= terms.beside.rows
    chosen.chosen_by_data = chosen.chosen_by_data or terms.beside.chosen_by_data
    return chosen, targets[0] if targets else ""


def _read(
    run: Interpreter,
    scope: Scope,
    frame: Frame,
    expr: code.Expr,
    terms: _Terms,
    targets: list[str],
) -> None:
    if isinstance(expr, code.Name):
        if expr.id == ".":
            terms.choice.with_all = True
        elif expr.id not in targets:
            _name(run, scope, frame, expr, terms)
    elif isinstance(expr, code.Op) and expr.op == "-" and len(expr.operands) == 2:
        _read(run, scope, frame, expr.operands[0], terms, targets)
        without = _Terms()
        _read(run, scope, frame, expr.operands[1], without, targets)
        terms.choice.left_out.extend(without.choice.picked)
    elif isinstance(expr, code.Op):
        for operand in expr.operands:
            _read(run, scope, frame, operand, terms, targets)
    elif isinstance(expr, code.Call):
        for arg in expr.args:
            _read(run, scope, frame, arg.value, terms, targets)
    elif isinstance(expr, code.Attr):
        _field(run, scope, frame, expr, terms)
    elif isinstance(expr, code.Item):
        _beside(run, terms, run.evaluate(expr, scope), "", frozenset({run.place(expr.line)}))
    elif isinstance(expr, (code.Block, code.Opaque)):
        for name, line in names_in(expr):
            terms.choice.picked.append((name, frozenset({run.place(line)})))


def _name(run: Interpreter, scope: Scope, frame: Frame, expr: code.Name, terms: _Terms) -> None:
    """Take in a column of the table, or a variable if the table cannot have it."""
    place = frozenset({run.place(expr.line)})
    is_column = expr.id in frame.columns
    if not is_column and any(rest.lets(expr.id) for rest in frame.rests):
        # A table that was put together under this name, ``X <- model.matrix(...)``, was made to be
        # used here; that the data has a column of the same name too is hardly likely.
        is_column = not isinstance(scope.find(expr.id), Frame)
    if not is_column:
        value = run.evaluate(expr, scope)
        table = run.as_frame(value)
        if table is not None:
            _beside(run, terms, table, expr.id, place)
            return
        if isinstance(value, (Column, Unknown)) and value.deps and not frame.deps:
            _beside(run, terms, Column(value.deps, expr.id, places=place), expr.id, place)
            return
    run.state.note(place, expr.id, "feature")
    terms.choice.picked.append((expr.id, place))


def _field(run: Interpreter, scope: Scope, frame: Frame, expr: code.Attr, terms: _Terms) -> None:
    place = frozenset({run.place(expr.line)})
    table = run.as_frame(run.evaluate(expr.base, scope))
    if table is None or expr.name in frame.columns:
        terms.choice.picked.append((expr.name, place))
        return
    run.state.note(place, expr.name, "feature")
    deps = read_column(run.state, table, expr.name, run.place(expr.line))
    _beside(run, terms, Column(deps, expr.name, places=place), expr.name, place)


def _beside(run: Interpreter, terms: _Terms, value: Value, name: str, places: Places) -> None:
    beside = terms.beside
    table = run.as_frame(value)
    if table is None:
        label = value.name if isinstance(value, Column) and value.name else name
        deps = deps_of(value)
        if label:
            beside.columns[label] = beside.columns.get(label, NOTHING) | deps
            beside.named[label] = places
        else:
            beside.deps |= deps
        return
    for label, deps in table.columns.items():
        beside.columns[label] = beside.columns.get(label, NOTHING) | deps
        beside.named[label] = table.named.get(label, NOWHERE)
        if label in table.made:
            beside.made[label] = table.made[label]
    beside.rests += table.rests
    beside.deps |= table.deps
    beside.rows |= table.rows
    beside.chosen_by_data = beside.chosen_by_data or table.chosen_by_data


def _by_list(run: Interpreter, listed: Value) -> _Terms:
    """Read the terms of ``reformulate(terms, response)``: names, or pieces of a formula."""
    terms = _Terms()
    choose_by_value(listed, terms.choice)
    picked, terms.choice.picked = terms.choice.picked, []
    for text, places in picked:
        _term(run, terms.choice, text, places, ())
    return terms


def _term(
    run: Interpreter, choice: Choice, text: str, places: Places, targets: tuple[str, ...]
) -> None:
    """Take in what a text of one or more terms names."""
    if _ALL.search(text):
        choice.with_all = True
    for word in _NAME.findall(text):
        name = word[0] or word[1]
        if name == HOLE:
            choice.is_open = True
        elif name and name not in targets:
            run.state.note(places, name, "feature")
            choice.picked.append((name, places))


def _by_text(
    run: Interpreter, site: CallSite, texts: list[Text], frame: Frame
) -> tuple[Frame, str]:
    """Follow a formula that is written in a text: ``as.formula(paste("y ~", ...))``."""
    terms = _Terms()
    target = ""
    for text in texts:
        left, tilde, right = text.text.partition("~")
        if not tilde:
            left, right = "", left
        words = re.findall(r"[A-Za-z_\ufffc][\w.\ufffc]*", left)
        words = [word for word in words if not re.search(re.escape(word) + r"\s*\(", left)] or words
        target = target or (words[0] if words else "")
        _term(run, terms.choice, right, text.places, (target,))
    return _chosen(run, site, frame, terms, [target] if target else [])


def reformulate(run: Interpreter, site: CallSite) -> Value:
    """``reformulate(c("a", "b"), response = "y")``: a formula of names that are listed."""
    terms, response = site.value("terms"), site.value("response")
    if terms is None:
        return site.unknown()
    named = texts_of(response)
    label = named[0].text if named else ""
    expr = site.expr("response")
    if not label and isinstance(expr, code.Name):
        label = expr.id
    del run
    return FormulaValue(deps_of(terms), terms=terms, response=label)


def updated(old: FormulaValue, new: FormulaValue) -> FormulaValue:
    """Return a formula in which dots stand for the parts of an older one: ``. ~ . + c``."""
    if old.node is None or new.node is None:
        return old
    left = new.node.left
    if left is None or (isinstance(left, code.Name) and left.id == "."):
        left = old.node.left
    right = _filled_in(new.node.right, old.node.right)
    return FormulaValue(NOTHING, code.Formula(left, right, old.node.line), old.scope)


def _filled_in(expr: code.Expr, old: code.Expr) -> code.Expr:
    """Return an expression with ``old`` in the place of its dots."""
    if isinstance(expr, code.Name) and expr.id == ".":
        return old
    if isinstance(expr, code.Op):
        return expr._replace(operands=tuple(_filled_in(each, old) for each in expr.operands))
    return expr


def design(run: Interpreter, site: CallSite) -> Value:
    """``model.matrix(~ a + b, data = df)``: the columns that a formula names."""
    frame = site.table("table") if site.value("table") is not None else None
    formula = site.value("formula")
    if isinstance(formula, Frame):
        return formula.copy()
    if formula is None:
        return frame if frame is not None else site.unknown()
    features, target = by_formula(run, site, formula, frame)
    if site.option("gives") != "both":
        return features
    # ``y, X = dmatrices("y ~ a", d)``
    deps = NOTHING if frame is None else read_column(run.state, frame, target, site.place)
    return Vector(NOTHING, [(None, Column(deps, target)), (None, features)])
