"""Giving values to names, columns, fields and elements: what stands left of an assignment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from doorlicht.lineage.callsite import CallSite
from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.noting import note_filter
from doorlicht.lineage.operations.r_classes import with_class
from doorlicht.lineage.rules import see_overrule
from doorlicht.lineage.selecting import drop_column, read_column
from doorlicht.lineage.state import Decision
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    ClassValue,
    Column,
    Estimator,
    Frame,
    FunctionValue,
    Instance,
    Literal_,
    Module,
    Places,
    Record,
    Scope,
    Unknown,
    Value,
    Vector,
    deps_of,
    option_of,
    replace_frame,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter

MAX_UNNAMED: Final = 100
"""Elements of a dictionary of functions whose keys are not known."""


def bind(
    run: Interpreter,
    target: code.Expr,
    value: Value,
    scope: Scope,
    line: int,
    *,
    is_global: bool = False,
) -> None:
    """Give a value to a name, a column, a field or several targets."""
    if isinstance(target, code.Name):
        _bind_name(run, target.id, value, scope, line, is_global=is_global)
    elif isinstance(target, code.Const) and isinstance(target.value, str):
        _bind_name(run, target.value, value, scope, line, is_global=is_global)
    elif isinstance(target, code.Seq):
        _unpack(run, target, value, scope, line)
    elif isinstance(target, code.Attr):
        _bind_attr(run, target, value, scope, line)
    elif isinstance(target, code.Item):
        _bind_item(run, target, value, scope, line)
    elif isinstance(target, code.Call):
        _bind_call(run, target, value, scope, line)


def _bind_name(
    run: Interpreter, name: str, value: Value, scope: Scope, line: int, *, is_global: bool
) -> None:
    if isinstance(value, FunctionValue) and not value.name and value.language == "r":
        value.name = name
    if isinstance(value, Estimator) and not value.name:
        value.name = name
    if isinstance(value, Estimator) and value.key is not None:
        seen = run.state.models[value.key]
        seen.name = seen.name or name
    if isinstance(value, (Column, Unknown)) and not (
        isinstance(value, Unknown) and value.frame is not None
    ):
        value = named_variable(run, name, value, line)
    if run.at.gated and isinstance(value, Vector):
        known = {text.text for text in texts_of(scope.names.get(name))}
        fresh = [text for text in texts_of(value) if text.text not in known]
        run.state.switch_off(fresh, run.place(line))
    if run.at.control:
        _overrule(run, name, scope.names.get(name), line)
    if is_global or name in scope.globals:
        holder = scope.holder(name) if run.at.language == "r" else scope.top()
        holder.names[name] = value
        run.memory.forget()
    else:
        scope.names[name] = value
        if scope.outer is None:
            run.memory.forget()


def _overrule(run: Interpreter, name: str, old: Value | None, line: int) -> None:
    if isinstance(old, (Column, Literal_, Unknown)):
        see_overrule(run, name, old.deps, run.at.control, line)


def named_variable(run: Interpreter, name: str, value: Value, line: int) -> Value:
    """Let a variable with a name of origin be a source, if what it was made of is not."""
    meaning = run.state.names.of_word(name)
    if meaning is None or run.state.is_about_origin(value.deps):
        return value
    place = run.place(line)
    run.state.note(frozenset({place}), name, "derive" if value.deps else "read")
    node = run.state.graph.add("derive", name, place, value.deps)
    if isinstance(value, Column):
        return Column(frozenset({node}), value.name or name, value.content, value.places)
    return Unknown(frozenset({node}), getattr(value, "name", ""))


def _unpack(run: Interpreter, target: code.Seq, value: Value, scope: Scope, line: int) -> None:
    vector = option_of(value, Vector)
    for position, arg in enumerate(target.items):
        if isinstance(vector, Vector) and position < len(vector.items) and not arg.name:
            part = vector.items[position][1]
        elif isinstance(value, Vector):
            part = Unknown(deps_of(value))
        else:
            part = run.element(value)
        run.bind(arg.value, part, scope, line)


def _bind_attr(run: Interpreter, target: code.Attr, value: Value, scope: Scope, line: int) -> None:
    base = run.evaluate(target.base, scope)
    if isinstance(base, Instance):
        if run.at.gated:
            known = {text.text for text in texts_of(base.fields.get(target.name))}
            fresh = [text for text in texts_of(value) if text.text not in known]
            run.state.switch_off(fresh, run.place(line))
            return
        base.fields[target.name] = value
        if isinstance(value, Estimator) and not value.name:
            value.name = target.name
    elif isinstance(base, Module) and base.scope is not None:
        base.scope.names[target.name] = value
    elif isinstance(base, Record):
        spelled = frozenset({run.place(line)})
        _set_field(run, target.base, base, target.name, value, scope, line, spelled)
    elif target.name == "col_roles" and isinstance(base, Frame) and base.is_task:
        given = (base, value)
        run.operations["task_roles"](
            run, CallSite(run, target.name, run.place(line), (), scope, given=given)
        )
    elif target.name in ("columns", "names") and _is_table(run, base):
        _rename_all(run, target.base, base, value, scope, line)
    elif _is_table(run, base):
        places = frozenset({run.place(target.line)})
        run.set_column(target.base, base, target.name, places, value, scope, line)
    elif run.at.language == "r":
        fields = Record(base.deps, {target.name: value}, is_open=True)
        run.bind(target.base, fields, scope, line)


def _set_field(
    run: Interpreter,
    base: code.Expr,
    record: Record,
    name: str,
    value: Value,
    scope: Scope,
    line: int,
    places: Places = NOWHERE,
) -> None:
    if run.at.language == "r":
        spelled = {**record.places, name: places}
        changed = Record(record.deps, {**record.fields, name: value}, record.is_open, spelled)
        run.bind(base, changed, scope, line)
    elif not run.at.gated:
        if run.at.control:
            _overrule(run, name, record.fields.get(name), line)
        record.fields[name] = value
        record.places[name] = places


def _is_table(run: Interpreter, value: Value) -> bool:
    return run.as_frame(value) is not None


def _rename_all(
    run: Interpreter, target: code.Expr, base: Value, value: Value, scope: Scope, line: int
) -> None:
    """Follow ``df.columns = names`` and ``names(df) <- names``."""
    frame = run.as_frame(base)
    if frame is None:
        return
    renamed = run.operations["rename_all"](
        run, CallSite(run, "rename_all", run.place(line), (), scope, given=(frame, value))
    )
    if run.at.language == "python" and isinstance(renamed, Frame):
        replace_frame(frame, renamed)
    else:
        run.bind(target, renamed, scope, line)


def _bind_item(run: Interpreter, target: code.Item, value: Value, scope: Scope, line: int) -> None:
    if run.at.language == "r" and _rename_some(run, target, value, scope, line):
        return
    base = run.defined(run.evaluate(target.base, scope))
    indexer = ""
    owner: code.Expr = target.base
    if isinstance(target.base, code.Attr) and target.base.name in ("loc", "iloc", "at", "iat"):
        indexer = target.base.name
        owner = target.base.base
        base = run.evaluate(owner, scope)
    if isinstance(base, Record):
        texts = texts_of(run.evaluate(target.keys[0], scope)) if target.keys else []
        for text in texts:
            _set_field(run, owner, base, text.text, value, scope, line, text.places)
        if not texts and isinstance(value, (FunctionValue, ClassValue, Instance)):
            # ``STEPS[key] = function``, of which the key is not known.
            unnamed = f"{HOLE}{sum(key.startswith(HOLE) for key in base.fields)}"
            if len(base.fields) < MAX_UNNAMED and value not in base.fields.values():
                _set_field(run, owner, base, unnamed, value, scope, line)
        return
    if isinstance(base, Vector):
        _set_element(run, owner, target, base, value, scope, line)
        return
    frame = run.as_frame(base)
    if frame is None:
        run.evaluate_all(target.keys, scope)
        if isinstance(base, (Column, Unknown)):
            deps = base.deps | deps_of(value) | _deps_of_keys(run, target.keys, scope)
            run.bind(owner, Column(deps, getattr(base, "name", "")), scope, line)
        return
    keys = list(target.keys)
    rows: Deps = NOTHING
    two = len(keys) > 1 or bool(indexer)
    if two:
        masked = run.at.language == "r"
        row_key = keys.pop(0)
        if not isinstance(row_key, (code.Missing, code.Slice)):
            note_filter(run, row_key)
            rows = deps_of(run.evaluate_masked(row_key, scope, frame if masked else None))
    if not keys or isinstance(keys[0], (code.Missing, code.Slice)):
        return
    texts = texts_of(run.evaluate(keys[0], scope))
    for at, text in enumerate(texts):
        run.state.note(text.places, text.text, "derive")
        part = _one_of(run, value, text.text, at, len(texts), line)
        run.set_column(
            owner, base, text.text, text.places, part, scope, line, rows=rows, is_part=two
        )
        base = run.evaluate(owner, scope)


def _one_of(run: Interpreter, value: Value, name: str, at: int, many: int, line: int) -> Value:
    """Return what one of several columns gets: ``df[names] = scaler.fit_transform(df[names])``.

    Each gets its own column of the table, by its name or else by its place.
    """
    frame = run.as_frame(value)
    if frame is None or many < 2:
        return value
    if name in frame.columns:
        return Column(frame.columns[name] | frame.deps, name)
    columns = list(frame.columns.values())
    if len(columns) == many and not frame.rests:
        return Column(columns[at] | frame.deps)
    if frame.rests and not frame.columns:
        return Column(read_column(run.state, frame, name, run.place(line)), name)
    return value


def _rename_some(
    run: Interpreter, target: code.Item, value: Value, scope: Scope, line: int
) -> bool:
    """Follow ``names(df)[names(df) == "a"] <- "b"``; return whether it is that."""
    call = target.base
    if not isinstance(call, code.Call) or not isinstance(call.func, code.Name):
        return False
    if call.func.id not in ("names", "colnames") or not call.args or not target.keys:
        return False
    table = call.args[0].value
    base = run.evaluate(table, scope)
    frame = run.as_frame(base)
    if frame is None:
        return False
    key = run.evaluate(target.keys[0], scope)
    renamed = run.operations["rename_some"](
        run, CallSite(run, "names", run.place(line), (), scope, given=(frame, key, value))
    )
    run.bind(table, renamed, scope, line)
    return True


def _deps_of_keys(run: Interpreter, keys: Sequence[code.Expr], scope: Scope) -> Deps:
    deps: Deps = NOTHING
    for key in keys:
        deps |= deps_of(run.evaluate(key, scope))
    return deps


def _set_element(
    run: Interpreter,
    owner: code.Expr,
    target: code.Item,
    vector: Vector,
    value: Value,
    scope: Scope,
    line: int,
) -> None:
    key = run.evaluate(target.keys[0], scope) if target.keys else Literal_()
    items = list(vector.items)
    texts = texts_of(key)
    if texts:
        for text in texts:
            items = [(name, item) for name, item in items if name != text.text]
            items.append((text.text, value))
    elif isinstance(key, Literal_) and isinstance(key.value, int):
        at = key.value - (1 if run.at.language == "r" else 0)
        if 0 <= at < len(items):
            items[at] = (items[at][0], value)
        else:
            items.append((None, value))
    else:
        items.append((None, value))
    changed = Vector(vector.deps, items, vector.rests, vector.is_open)
    if run.at.language == "python":
        vector.items = items
    else:
        run.bind(owner, changed, scope, line)


def _bind_call(run: Interpreter, target: code.Call, value: Value, scope: Scope, line: int) -> None:
    """Follow the replacement functions of R: ``names(df) <- v``, ``levels(x) <- v``."""
    if not target.args or not isinstance(target.func, code.Name):
        return
    inner = target.args[0].value
    base = run.evaluate(inner, scope)
    if target.func.id in ("names", "colnames", "setnames") and _is_table(run, base):
        _rename_all(run, inner, base, value, scope, line)
    elif target.func.id in ("names",) and isinstance(base, Vector):
        names = [text.text for text in texts_of(value)]
        items = [
            (names[at] if at < len(names) else name, item)
            for at, (name, item) in enumerate(base.items)
        ]
        run.bind(inner, Vector(base.deps, items, base.rests, base.is_open), scope, line)
    elif target.func.id in ("class", "oldClass"):
        run.bind(inner, with_class(base, value), scope, line)
    elif isinstance(base, Column):
        deps = base.deps | deps_of(value)
        run.bind(inner, Column(deps, base.name, base.content, base.places), scope, line)


def set_column(
    run: Interpreter,
    owner: code.Expr,
    base: Value,
    name: str,
    places: frozenset[Place],
    value: Value,
    scope: Scope,
    line: int,
    *,
    rows: Deps = NOTHING,
    is_part: bool = False,
) -> None:
    """Give a column of a table a value: in place in Python, as a changed copy in R."""
    frame = run.as_frame(base)
    if frame is None:
        return
    in_place = run.at.language == "python" and not run.at.gated
    changed = frame if in_place else frame.copy()
    if isinstance(value, Literal_) and value.value is None and not value.deps:
        if run.at.language == "r":
            run.state.note(places, name, "drop")
            drop_column(run.state, frame, changed, name, run.place(line))
            run.bind(owner, changed, scope, line)
        return
    deps = deps_of(value) | rows | run.at.control
    if run.at.control and not rows:
        see_overrule(run, name, frame.columns.get(name, NOTHING), run.at.control, line)
    if is_part or run.at.branches or (frame.columns.get(name) is None and is_part):
        deps |= frame.columns.get(name, NOTHING)
    if is_part and name not in frame.columns:
        deps |= read_column(run.state, frame, name, run.place(line))
    run.see_overruled(frame, name, deps_of(value), run.place(line))
    run.store_column(changed, name, places, deps, run.place(line), value)
    if is_part and rows:
        run.override(frame, name, rows, deps, run.place(line))
    if not in_place:
        run.bind(owner, changed, scope, line)


def store_column(
    run: Interpreter,
    frame: Frame,
    name: str,
    places: frozenset[Place],
    deps: Deps,
    place: Place,
    value: Value | None = None,
) -> None:
    """Put a column into a table, as a step of its own in the graph."""
    node = run.state.graph.add("derive", name, place, deps)
    frame.columns[name] = frozenset({node})
    frame.named[name] = places
    frame.dropped.pop(name, None)
    frame.made.pop(name, None)
    if not any(piece.line for piece in places) or HOLE in name:
        frame.made[name] = "derived-name"
    content = option_of(value, Vector) if value is not None else None
    if isinstance(content, Vector) and content.items:
        frame.lists[name] = content
    else:
        frame.lists.pop(name, None)
    run.state.note(places, name, "derive")
    if run.project.is_score(name) and deps:
        run.project.see_score(run, frame, name, node, place)


def see_overruled(run: Interpreter, frame: Frame, name: str, deps: Deps, place: Place) -> None:
    """Remember that origin goes into a score beside what a model gave it.

    ``d$p <- ifelse(d$nat == 1, 1, d$p)``: the column was there, or its name is that of a score.
    """
    if not deps or not (name in frame.columns or run.project.is_score(name)):
        return
    scored = {number for number in deps if run.state.graph.is_scored(number)}
    beside = frozenset(deps - scored)
    if scored and beside and run.state.is_about_origin(beside):
        run.state.decisions[place, name] = Decision(
            place, beside, frozenset(scored), name, "override"
        )


def override(
    run: Interpreter, frame: Frame, name: str, rows: Deps, deps: Deps, place: Place
) -> None:
    """Remember that data decides over part of a column, which may be a score."""
    del frame
    run.state.decisions[place, name] = Decision(place, rows, deps, name, "override")
