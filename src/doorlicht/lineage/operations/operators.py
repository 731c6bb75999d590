"""Operators over columns, texts and lists of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.choosing import text_gate
from doorlicht.lineage.graph import NOTHING, Deps
from doorlicht.lineage.operations.items import COMPARING, MAX_ITEMS
from doorlicht.lineage.operations.masks import answers
from doorlicht.lineage.operations.texts import paste_values
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Column,
    Estimator,
    Frame,
    Gate,
    Literal_,
    Mask,
    Record,
    Rest,
    Selector,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    join_values,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def operator(run: Interpreter, site: CallSite) -> Value:
    """Return what an operator makes of its operands."""
    node = site.node
    assert isinstance(node, code.Op)  # noqa: S101 (the interpreter calls it with nothing else)
    values = [run.evaluate(operand, site.scope) for operand in node.operands]
    made = _operated(run, node, values)
    known = answers(node.op, values)
    if known is None:
        return made
    return Column(deps_of(made), made.name if isinstance(made, Column) else "", known)


def _operated(run: Interpreter, node: code.Op, values: list[Value]) -> Value:
    if node.op == "+" and any(isinstance(value, Text) for value in values):
        return paste_values(run, [[value] for value in values], "")
    if node.op in ("+", "|", "-", "&", "|=") and any(isinstance(v, Vector) for v in values):
        return _vectors(node.op, values)
    if node.op in ("/", "%/%") and len(values) == 2 and texts_of(values[1]):
        return paste_values(run, [[value] for value in values], "/")
    if node.op in ("!", "~", "not", "-") and len(values) == 1:
        only = values[0]
        if node.op == "-" and isinstance(only, Literal_) and type(only.value) is int:
            return Literal_(only.deps, -only.value)
        return _negated(only)
    if node.op == "%>>%":
        # A graph of mlr3: what its last learner gets has gone through the rest.
        last = next((v for v in reversed(values) if isinstance(v, Estimator)), None)
        return last if last is not None else values[-1]
    masks = [value for value in values if isinstance(value, Mask)]
    if masks and node.op in ("&", "and", "&&"):
        return Mask(NOTHING, masks[0].vector, tuple(g for m in masks for g in m.gates))
    if node.op in COMPARING and len(values) == 2:
        known = _compare(run, node.op, values)
        if known is not None:
            return known
    if node.op in ("and", "or", "&&", "||", "&", "|"):
        truths = [v.value if isinstance(v, Literal_) and not v.deps else None for v in values]
        if all(isinstance(truth, bool) for truth in truths):
            return Literal_(NOTHING, all(truths) if node.op in ("and", "&&", "&") else any(truths))
        if node.op == "or" and _is_nothing(values[0]):
            # ``names or DEFAULT``, of which no names were given.
            return values[-1]
        if node.op == "or" and not any(isinstance(v, Column) for v in values):
            joined = values[0]
            for value in values[1:]:
                joined = join_values(joined, value)
            return joined
    if node.op == "%+%":
        return paste_values(run, [[value] for value in values], "")
    return _computed(run, node, values)


def _is_nothing(value: Value) -> bool:
    return isinstance(value, Literal_) and value.value is None and not value.deps


def _computed(run: Interpreter, node: code.Op, values: list[Value]) -> Value:
    deps = NOTHING.union(*(deps_of(value) for value in values)) if values else NOTHING
    names = [value.name for value in values if isinstance(value, Column) and value.name]
    places = NOWHERE.union(*(v.places for v in values if isinstance(v, Column)))
    frame = next((value for value in values if isinstance(value, Frame)), None)
    if frame is not None and node.op not in COMPARING:
        return frame
    if any(isinstance(value, (Column, Frame)) for value in values):
        return Column(deps, names[0] if len(names) == 1 else "", places=places)
    if all(isinstance(value, Literal_) for value in values):
        return Literal_(deps)
    del run
    return Unknown(deps) if not isinstance(values[0], Column) else Column(deps)


def _negated(value: Value) -> Value:
    if isinstance(value, Mask):
        gates = tuple(gate._replace(is_kept=not gate.is_kept) for gate in value.gates)
        return Mask(value.deps, value.vector, gates)
    if isinstance(value, Selector):
        return Selector(gates=tuple(g._replace(is_kept=not g.is_kept) for g in value.gates))
    if isinstance(value, Literal_) and isinstance(value.value, bool):
        return Literal_(value.deps, not value.value)
    return value


def _vectors(op: str, values: list[Value]) -> Value:
    items: list[tuple[str | None, Value]] = []
    rests: tuple[Rest, ...] = ()
    first = values[0]
    if op == "-" and isinstance(first, Vector) and len(values) > 1:
        return without(first, texts_of(values[1]))
    is_open = False
    deps: Deps = NOTHING
    by_data = False
    for value in values:
        if isinstance(value, Vector):
            items.extend(value.items)
            rests += value.rests
            is_open = is_open or value.is_open
            by_data = by_data or value.by_data
            deps |= value.deps
        elif isinstance(value, Text):
            items.append((None, value))
        elif not isinstance(value, Literal_):
            deps |= deps_of(value)
            is_open = True
    if len(items) > MAX_ITEMS:
        items, is_open = items[:MAX_ITEMS], True
    return Vector(deps, items, rests, is_open, by_data)


def without(vector: Vector, texts: list[Text]) -> Vector:
    """Return the names without some."""
    gone = {text.text for text in texts}
    items = [
        (name, value)
        for name, value in vector.items
        if not (isinstance(value, Text) and value.text in gone)
    ]
    known = tuple(sorted(name for name in gone if HOLE not in name))
    gates = (Gate("in", known, is_kept=False),) if known else ()
    rests = tuple(rest._replace(gates=rest.gates + gates) for rest in vector.rests)
    return Vector(vector.deps, items, rests, vector.is_open, vector.by_data)


def _compare(run: Interpreter, op: str, values: list[Value]) -> Value | None:
    first, second = values
    if (
        isinstance(first, Vector)
        and not isinstance(second, (Column, Unknown))
        and op
        in (
            "%in%",
            "==",
            "!=",
        )
    ):
        gate = text_gate("in", texts_of(second), is_kept=op != "!=")
        return Mask(NOTHING, first, (gate,))
    if isinstance(first, Text) and first.is_known:
        if op in ("in", "not in", "%in%") and isinstance(second, (Vector, Record)):
            if isinstance(second, Record):
                found = first.text in second.fields
                sure = not second.is_open
            else:
                names = [text.text for text in texts_of(second)]
                found = first.text in names
                sure = not (second.rests or second.is_open)
            if found or sure:
                return Literal_(NOTHING, found is (op != "not in"))
            return None
        if (
            op in ("in", "not in")
            and isinstance(second, Text)
            and not second.is_known
            and first.text in second.text
        ):
            # ``"nat" in "nationality_<hole>"``, whatever comes behind.
            return Literal_(NOTHING, op == "in")
        if op in ("in", "not in") and isinstance(second, Text) and second.is_known:
            return Literal_(NOTHING, (first.text in second.text) is (op == "in"))
        if isinstance(second, Text) and second.is_known and op in ("==", "!="):
            return Literal_(NOTHING, (first.text == second.text) is (op == "=="))
    if (
        isinstance(first, Literal_)
        and isinstance(second, Literal_)
        and not (first.deps or second.deps)
    ):
        if op in ("==", "is") and first.value is not None and second.value is not None:
            return Literal_(NOTHING, first.value == second.value)
        if op in ("!=", "is not") and first.value is not None and second.value is not None:
            return Literal_(NOTHING, first.value != second.value)
    del run
    return None
