"""Comprehensions, and the conditions by which a list of names is thinned out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.choosing import text_gate
from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.operations.single_rows import selected
from doorlicht.lineage.selecting import names_of
from doorlicht.lineage.values import (
    HOLE,
    Gate,
    Literal_,
    Record,
    Rest,
    Scope,
    Text,
    Value,
    Vector,
    deps_of,
    held_by,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def comprehension(run: Interpreter, site: CallSite) -> Value:
    """``[element for target in iterable if condition]``."""
    node = site.node
    assert isinstance(node, code.Each)  # noqa: S101 (the interpreter calls it with nothing else)
    scope = Scope({}, site.scope)
    items: list[tuple[str | None, Value]] = []
    record = Record()
    is_open = _each(run, node, 0, scope, items, record)
    if node.kind == "dict":
        record.is_open = is_open
        return record
    target, iterable_expr = node.loops[0]
    iterable = run.evaluate(iterable_expr, scope)
    rests = _rests_through(run, node, target, iterable, scope)
    opened = is_open and not rests
    return Vector(NOTHING, items, rests, opened)


def _each(
    run: Interpreter,
    node: code.Each,
    depth: int,
    scope: Scope,
    items: list[tuple[str | None, Value]],
    record: Record,
) -> bool:
    """Fill in the known elements; return whether there may be others."""
    if depth == len(node.loops):
        by: Deps = NOTHING
        for condition in node.conditions:
            value = run.evaluate(condition, scope)
            by |= deps_of(value)
            if isinstance(value, Literal_) and value.value is False and not value.deps:
                if node.key is None and isinstance(node.element, code.Name):
                    # A name that a list leaves out is built for nothing.
                    left = run.evaluate(node.element, scope)
                    run.state.switch_off(
                        [left] if isinstance(left, Text) else [], site_of(run, node)
                    )
                return False
        element = run.evaluate(node.element, scope)
        if node.key is not None:
            for text in texts_of(run.evaluate(node.key, scope)):
                record.fields[text.text] = element
                record.places[text.text] = text.places
        else:
            items.append((None, selected(run, element, by, node.line)))
        return False
    target, iterable_expr = node.loops[depth]
    iterable = run.evaluate(iterable_expr, scope)
    iterable = held_by(iterable) or iterable
    elements = run.elements(iterable)
    is_open = False
    if elements is None:
        run.bind(target, run.element(iterable), scope, node.line)
        _each(run, node, depth + 1, scope, items, record)
        return True
    for element in elements[:400]:
        run.bind(target, element, scope, node.line)
        is_open = _each(run, node, depth + 1, scope, items, record) or is_open
    if isinstance(iterable, Vector):
        is_open = is_open or iterable.is_open or bool(iterable.rests)
    frame = run.as_frame(iterable)
    return is_open or (frame is not None and bool(frame.rests))


def site_of(run: Interpreter, node: code.Each) -> Place:
    """Return where a comprehension stands."""
    return run.place(node.line)


def _rests_through(
    run: Interpreter, node: code.Each, target: code.Expr, iterable: Value, scope: Scope
) -> tuple[Rest, ...]:
    """Return the unnamed columns that come through the conditions, if the element is the name."""
    frame = run.as_frame(iterable)
    vector = names_of(frame) if frame is not None else iterable
    if not isinstance(vector, Vector) or not vector.rests or not isinstance(target, code.Name):
        return ()
    gates: list[Gate] = []
    for condition in node.conditions:
        gates.extend(gates_of(run, condition, target.id, scope))
    rests = tuple(rest._replace(gates=rest.gates + tuple(gates)) for rest in vector.rests)
    if isinstance(node.element, code.Name) and node.element.id == target.id:
        return rests
    # The element is made of the name: try it on a name that is not known.
    inner = Scope({target.id: Text(NOTHING, HOLE)}, scope)
    made = texts_of(run.evaluate(node.element, inner))
    if made and HOLE in made[0].text:
        return tuple(rest._replace(pattern=made[0].text) for rest in rests)
    return ()


def gates_of(run: Interpreter, expr: code.Expr, name: str, scope: Scope) -> list[Gate]:
    """Return the tests on a name that a condition makes, as far as they are understood."""
    if isinstance(expr, code.Op) and expr.op in ("and", "&", "&&"):
        return [gate for part in expr.operands for gate in gates_of(run, part, name, scope)]
    if isinstance(expr, code.Op) and expr.op in ("not", "!", "~") and len(expr.operands) == 1:
        inner = gates_of(run, expr.operands[0], name, scope)
        return (
            [gate._replace(is_kept=not gate.is_kept) for gate in inner] if len(inner) == 1 else []
        )
    if isinstance(expr, code.Op) and len(expr.operands) == 2:
        first, second = expr.operands
        if _is_about(first, name) and expr.op in ("in", "not in", "%in%", "==", "!="):
            words = texts_of(run.evaluate(second, scope))
            return (
                [text_gate("in", words, is_kept=expr.op in ("in", "%in%", "=="))] if words else []
            )
        if _is_about(second, name) and expr.op in ("in", "not in"):
            words = texts_of(run.evaluate(first, scope))
            return [text_gate("contains", words, is_kept=expr.op == "in")] if words else []
        return []
    if isinstance(expr, code.Call):
        return _gates_of_call(run, expr, name, scope)
    return []


def _is_about(expr: code.Expr, name: str) -> bool:
    if isinstance(expr, code.Name):
        return expr.id == name
    if isinstance(expr, code.Call) and isinstance(expr.func, code.Attr):
        return expr.func.name in ("lower", "upper", "strip", "casefold") and _is_about(
            expr.func.base, name
        )
    return False


def _gates_of_call(run: Interpreter, call: code.Call, name: str, scope: Scope) -> list[Gate]:
    if not isinstance(call.func, code.Attr):
        if isinstance(call.func, code.Name) and call.func.id in ("any", "all") and call.args:
            return _gates_of_any(run, call, name, scope)
        if isinstance(call.func, code.Name) and call.func.id in (
            "grepl",
            "str_detect",
            "startsWith",
        ):
            words = [t for arg in call.args for t in texts_of(run.evaluate(arg.value, scope))]
            kind = "starts" if call.func.id == "startsWith" else "matches"
            known = [word for word in words if word.text != HOLE]
            return [text_gate(kind, known)] if known else []
        return []
    kinds = {"startswith": "starts", "endswith": "ends", "match": "matches", "search": "matches",
             "fullmatch": "matches", "isin": "in"}  # fmt: skip
    kind = kinds.get(call.func.name)
    if kind is None or not call.args:
        return []
    # ``re.search(pattern, name)`` and ``name.startswith(text)``, but ``pattern.search(name)``.
    is_of_pattern = kind == "matches" and _is_about(call.args[0].value, name)
    given = call.func.base if is_of_pattern else call.args[0].value
    words = texts_of(run.evaluate(given, scope))
    if kind == "matches" and call.func.name != "search":
        words = [
            Text(w.deps, w.text if w.text.startswith("^") else f"^{w.text}", w.places)
            for w in words
        ]
    return [text_gate(kind, words)] if words else []


def _gates_of_any(run: Interpreter, call: code.Call, name: str, scope: Scope) -> list[Gate]:
    """Follow ``any(word in name for word in words)``."""
    each = call.args[0].value
    if not isinstance(each, code.Each) or len(each.loops) != 1:
        return []
    target, iterable = each.loops[0]
    words = texts_of(run.evaluate(iterable, scope))
    if not isinstance(target, code.Name) or not words:
        return []
    element = each.element
    if isinstance(element, code.Op) and element.op in ("in", "not in"):
        return [text_gate("contains", words, is_kept=element.op == "in")]
    if isinstance(element, code.Call) and isinstance(element.func, code.Attr):
        kinds = {
            "startswith": "starts",
            "endswith": "ends",
            "search": "matches",
            "match": "matches",
        }
        kind = kinds.get(element.func.name)
        return [text_gate(kind, words)] if kind else []
    del name
    return []
