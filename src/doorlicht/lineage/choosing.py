"""From arguments to chosen columns: names in a list, bare names, ranges, tests on names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from doorlicht.lineage.selecting import Choice, read_column
from doorlicht.lineage.values import (
    HOLE,
    Column,
    Frame,
    Gate,
    Known,
    Literal_,
    Mask,
    Record,
    Selector,
    Text,
    Value,
    Vector,
    deps_of,
    option_of,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

Parts = Sequence[tuple[str | None, code.Expr | None, Value | None]]


def choose_by_value(value: Value | None, choice: Choice) -> None:
    """Add what a value names: texts, names of another table, a test on names."""
    if value is None or isinstance(value, Literal_):
        return
    if isinstance(value, Mask):
        choice.gates.extend(value.gates)
        return
    if isinstance(value, Selector):
        if value.everything:
            choice.with_all = True
        choice.gates.extend(value.gates)
        return
    for text in texts_of(value):
        if text.text == HOLE:
            choice.is_open = True
        else:
            choice.picked.append((text.text, text.places))
    vector = option_of(value, Vector)
    if isinstance(vector, Vector):
        if vector.rests:
            choice.rests = (choice.rests or ()) + vector.rests
        if vector.is_open:
            choice.is_open = True
        if vector.by_data:
            choice.by_data = True
        for _, item in vector.items:
            if isinstance(item, (Mask, Selector)):
                choose_by_value(item, choice)
            elif isinstance(item, Vector) and (item.rests or item.is_open):
                choose_by_value(Vector(item.deps, [], item.rests, item.is_open), choice)
    elif not texts_of(value) and not isinstance(value, Record):
        # Something that is not known chooses: any column may be chosen.
        choice.is_open = True


def choose_by_parts(run: Interpreter, site: CallSite, frame: Frame, parts: Parts) -> Choice:
    """Return what the arguments of ``select`` choose (tidyselect)."""
    choice = Choice()
    for at, (name, expr, value) in enumerate(parts):
        if expr is None:
            choose_by_value(value, choice)
            continue
        if at == 0 and _is_exclusion(expr):
            choice.with_all = True
        _choose(run, site, frame, expr, choice, name)
    return choice


def _is_exclusion(expr: code.Expr) -> bool:
    if isinstance(expr, code.Op) and expr.op in ("-", "!", "~") and len(expr.operands) == 1:
        return True
    if isinstance(expr, code.Seq) and expr.items:
        return _is_exclusion(expr.items[0].value)
    return False


def _choose(
    run: Interpreter,
    site: CallSite,
    frame: Frame,
    expr: code.Expr,
    choice: Choice,
    new_name: str | None = None,
) -> None:
    if isinstance(expr, code.Op) and expr.op in ("-", "!", "~") and len(expr.operands) == 1:
        inner = Choice()
        _choose(run, site, frame, expr.operands[0], inner)
        exclude(choice, inner)
    elif isinstance(expr, code.Op) and expr.op in ("&", "|") and len(expr.operands) == 2:
        for operand in expr.operands:
            _choose(run, site, frame, operand, choice)
    elif isinstance(expr, code.Op) and expr.op == ":":
        _choose_range(run, site, frame, expr, choice)
    elif isinstance(expr, code.Seq):
        for arg in expr.items:
            _choose(run, site, frame, arg.value, choice, arg.name)
    elif isinstance(expr, code.Block) and len(expr.body) == 1 and type(expr.body[0]) is code.Do:
        # ``{{ x }}``
        _choose(run, site, frame, expr.body[0].value, choice, new_name)
    elif (
        isinstance(expr, code.Item) and isinstance(expr.base, code.Name) and expr.base.id == ".data"
    ):
        # ``.data[[x]]``
        for key in expr.keys:
            choose_by_value(run.evaluate(key, site.scope), choice)
    elif (
        isinstance(expr, code.Call)
        and isinstance(expr.func, code.Name)
        and expr.func.id in ("across", "pick", "vars")
    ):
        for arg in expr.args if expr.func.id == "vars" else expr.args[:1]:
            _choose(run, site, frame, arg.value, choice)
    elif isinstance(expr, code.Name) and (handed := _handed(run, site, frame, expr.id)):
        choice.picked.append((handed, frozenset()))
        if new_name is not None:
            choice.renamed[handed] = new_name
    elif isinstance(expr, code.Name) and _is_column(run, site, frame, expr.id):
        place = run.place(expr.line)
        run.state.note(frozenset({place}), expr.id, "read")
        choice.picked.append((expr.id, frozenset({place})))
        if new_name is not None:
            choice.renamed[expr.id] = new_name
    else:
        before = len(choice.picked)
        value = run.evaluate_masked(expr, site.scope, None)
        several = [item for _, item in value.items] if isinstance(value, Vector) else [value]
        columns = [item for item in several if isinstance(item, Column) and item.name]
        if run.at.language == "python" and (new_name or (columns and isinstance(expr, code.Call))):
            _choose_computed(run, site, frame, expr, choice, new_name)
        elif columns and len(columns) == len(several) and all(c.content is None for c in columns):
            choice.picked.extend((column.name, column.places) for column in columns)
        else:
            choose_by_value(value, choice)
        if new_name is not None and len(choice.picked) == before + 1:
            choice.renamed[choice.picked[-1][0]] = new_name


def _choose_computed(
    run: Interpreter,
    site: CallSite,
    frame: Frame,
    expr: code.Expr,
    choice: Choice,
    new_name: str | None,
) -> None:
    """Choose what an expression makes of columns: ``pl.col("a").alias("b")``, ``F.when(...)``."""
    value = run.evaluate_masked(expr, site.scope, frame)
    if new_name is not None:
        choice.computed[new_name] = Column(
            deps_of(value), new_name, places=frozenset({run.place(expr.line)})
        )
        return
    several = [item for _, item in value.items] if isinstance(value, Vector) else [value]
    for item in several:
        if not isinstance(item, Column) or not item.name:
            choose_by_value(item, choice)
        elif item.deps and item.deps != read_column(run.state, frame, item.name, site.place):
            choice.computed[item.name] = item
        else:
            choice.picked.append((item.name, item.places))


def _handed(run: Interpreter, site: CallSite, frame: Frame, name: str) -> str:
    """Return the bare name of a column that a parameter was given; else nothing."""
    known = site.scope.find(name)
    if name in frame.columns or not isinstance(known, Known):
        return ""
    return known.name if run.stands_for_column(known) else ""


def _is_column(run: Interpreter, site: CallSite, frame: Frame, name: str) -> bool:
    if name in frame.columns:
        return True
    known = site.scope.find(name)
    if known is not None and (texts_of(known) or isinstance(known, (Vector, Selector, Mask))):
        return False
    return run.project.find_global(run, name) is None


def _choose_range(
    run: Interpreter, site: CallSite, frame: Frame, expr: code.Op, choice: Choice
) -> None:
    """Follow ``first:last``: the columns between them are known only as far as they were named."""
    ends: list[str] = []
    for operand in expr.operands:
        inner = Choice()
        _choose(run, site, frame, operand, inner)
        ends.extend(name for name, _ in inner.picked)
        choice.picked.extend(inner.picked)
    names = list(frame.columns)
    if len(ends) == 2 and all(end in names for end in ends) and not frame.rests:
        first, last = sorted(names.index(end) for end in ends)
        for name in names[first : last + 1]:
            if all(name != picked for picked, _ in choice.picked):
                choice.picked.append((name, frame.named.get(name, frozenset())))
    else:
        choice.rests = (choice.rests or ()) + frame.rests


def exclude(choice: Choice, inner: Choice) -> None:
    """Turn what ``inner`` chooses into what ``choice`` leaves out."""
    if not (choice.picked or choice.gates or choice.rests):
        choice.with_all = True
    gone = {name for name, _ in inner.picked}
    choice.picked = [(name, places) for name, places in choice.picked if name not in gone]
    choice.left_out.extend(inner.picked)
    choice.by_data = choice.by_data or inner.by_data
    for gate in inner.gates:
        choice.gates.append(gate._replace(is_kept=not gate.is_kept))
    if inner.gates:
        choice.with_all = False


def text_gate(kind: str, words: Sequence[Text], *, is_kept: bool = True) -> Gate:
    """Return a test on names."""
    known = tuple(word.text for word in words)
    if kind == "starts":
        return Gate("starts", known, is_kept)
    if kind == "ends":
        return Gate("ends", known, is_kept)
    if kind == "contains":
        return Gate("contains", known, is_kept)
    if kind == "matches":
        return Gate("matches", known, is_kept)
    return Gate("in", known, is_kept)
