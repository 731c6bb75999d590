"""What ``base.name`` is, or ``base$name`` of R: columns, fields, methods and what is inherited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from doorlicht.lineage.callsite import CallSite
from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.operations.fairness import without_weights
from doorlicht.lineage.operations.querysets import MANAGER, of_manager
from doorlicht.lineage.operations.r_classes import member_of_class, method_scope
from doorlicht.lineage.selecting import names_of
from doorlicht.lineage.values import (
    HOLE,
    Choices,
    ClassValue,
    Column,
    Estimator,
    Frame,
    FunctionValue,
    Instance,
    Known,
    Literal_,
    Module,
    Parent,
    Record,
    Scope,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    is_unset,
    texts_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter

_NUMBERED: Final = re.compile(r"[VX][1-9][0-9]?")
"""How R calls the columns of a file without a header."""


def attribute(run: Interpreter, base: Value, name: str, line: int) -> Value:
    """Return ``base.name``, or ``base$name`` of R."""
    if isinstance(base, Choices):
        best = next((o for o in base.options if not isinstance(o, (Literal_, Unknown))), None)
        base = best if best is not None else base.options[0]
    if isinstance(base, Module):
        found = base.scope.find(name) if base.scope is not None else None
        return found or run.project.submodule(run, base, name) or Unknown(name=name)
    if name == MANAGER and run.at.language == "python":
        rows = of_manager(run, base, line)
        if rows is not None:
            return rows
    if isinstance(base, Known):
        if base.receiver is None and not base.name.startswith("."):
            return Known(NOTHING, f"{base.name}.{name}")
        if (
            isinstance(base.receiver, Frame)
            and run.at.language == "python"
            and run.library().find("table", base.name) is None
        ):
            # ``df.id.map(x)``: no method of tables, so a column that nobody named yet.
            return Known(base.deps, name, run.column(base.receiver, base.name, line))
        return Known(base.deps, f"{base.name}.{name}", base.receiver)
    if isinstance(base, Instance):
        return run.member(base, name, line)
    if isinstance(base, (ClassValue, FunctionValue)) and name in ("__name__", "__qualname__"):
        called = base.node if isinstance(base, ClassValue) else base
        return Text(NOTHING, HOLE if called is None else called.name)
    if isinstance(base, ClassValue):
        special = member_of_class(run, base, name) if run.at.language == "r" else None
        if special is not None:
            return special
        if name == "__subclasses__":
            return Known(NOTHING, name, base)
        found = base.members.get(name) or run.inherited(base, name) or Unknown()
        if isinstance(found, FunctionValue) and _is_of_class(found):
            return run.bound(found, base)
        return found
    if isinstance(base, Parent):
        return _of_parent(run, base, name)
    if isinstance(base, Record) and name in base.fields:
        return base.fields[name]
    if isinstance(base, Vector):
        named = [item for key, item in base.items if key == name]
        if named:
            return named[-1]
    if isinstance(base, Estimator):
        return _of_estimator(run, base, name)
    frame = run.as_frame(base)
    if frame is not None and not (frame.is_queryset and run.library().find("queryset", name)):
        return _of_frame(run, base, frame, name, line)
    if isinstance(base, Record):
        return _open_field(run, base, name)
    if isinstance(base, Text) and name in ("path", "value"):
        # ``entry.path``, and the value of a member of an enumeration.
        return base
    if isinstance(base, Unknown) and _is_field_of_origin(run, name):
        # ``application.nationality``: an object with fields is a row of a table.
        found = run.as_frame(base, force=True)
        if found is not None:
            return run.column(found, name, line)
    return Known(deps_of(base), name, base)


def _is_field_of_origin(run: Interpreter, name: str) -> bool:
    return run.state.names.of_word(name) is not None


def _of_parent(run: Interpreter, base: Parent, name: str) -> Value:
    found = run.inherited(base.below, name)
    if isinstance(found, FunctionValue):
        return run.bound(found, base.instance)
    if found is not None:
        return found
    base_name = library_base(run, base.below)
    if base_name is not None and isinstance(base.instance, Instance):
        return Known(NOTHING, name, as_estimator(run, base.instance, base_name))
    return Unknown(name=name)


def parent_of(run: Interpreter, scope: Scope) -> Parent | None:
    """Return what ``super()`` is in the method that is followed now."""
    method = run.functions.get(run.calls[-1]) if run.calls else None
    if method is None or method.owner is None or not method.params:
        return None
    instance = scope.find(method.params[0].name)
    if instance is None or not any(isinstance(b, ClassValue) for b in method.owner.bases):
        return None
    return Parent(instance.deps, method.owner, instance)


def _open_field(run: Interpreter, base: Record, name: str) -> Value:
    if run.at.language == "r" or not run.library().find("dict", name):
        return Unknown(deps_of(base) if base.is_open else NOTHING, name)
    return Known(base.deps, name, base)


def _of_estimator(run: Interpreter, base: Estimator, name: str) -> Value:
    if name in ("best_estimator_", "estimator", "base_estimator", "finalModel", "model"):
        return base
    if name in ("feature_names_in_", "feature_names", "xNames") and base.fitted is not None:
        return names_of(base.fitted)
    entry = run.library().find("estimator", name)
    if entry is not None and entry.does == "importance" and name.endswith("_"):
        # A field of a fitted estimator: what the data says of the features.
        known = names_of(base.fitted) if base.fitted is not None else Vector(is_open=True)
        return Vector(known.deps, known.items, known.rests, known.is_open, by_data=True)
    if run.at.language == "r" and run.library().find("estimator", name) is None:
        return base
    return Known(base.deps, name, base)


def _of_frame(run: Interpreter, base: Value, frame: Frame, name: str, line: int) -> Value:
    if run.at.language == "r":
        if frame.is_task:
            field = run.operations["task_field"](
                run, CallSite(run, name, run.place(line), (), Scope(), given=(base,))
            )
            if not isinstance(field, Literal_):
                return field
            if run.library().find("table", name) is not None:
                return Known(NOTHING, name, base)
        if _NUMBERED.fullmatch(name) and frame.lists and name not in frame.columns:
            return _without_header(frame, int(name[1:]))
        return run.column(frame, name, line)
    if name == "columns":
        return names_of(frame)
    if name in frame.columns:
        return run.column(frame, name, line)
    if name in run.library().words.get("properties", ()):
        return frame
    if frame.groups and name in ("groups", "indices"):
        return frame
    if name == "features":
        return without_weights(frame)
    if run.library().find("table", name) is not None or run.library().find("any", name):
        return Known(NOTHING, name, base)
    meaning = run.state.names.of_column(name)
    if meaning is not None:
        return run.column(frame, name, line)
    return Known(frame.all_deps, name, base)


def _without_header(frame: Frame, number: int) -> Value:
    """Return a column of a file of names that has no header: its first line is one of them."""
    names = list(frame.lists)[number - 1 : number]
    items: list[tuple[str | None, Value]] = []
    for name in names:
        places = frozenset(
            at._replace(line=1) for text in texts_of(frame.lists[name]) for at in text.places
        )
        items += [(None, Text(NOTHING, name, places)), (None, frame.lists[name])]
    return Column(frame.all_deps, content=Vector(NOTHING, items))


def member(run: Interpreter, instance: Instance, name: str, line: int = 0) -> Value:
    """Return a field or a bound method of an object."""
    if name in instance.fields:
        return instance.fields[name]
    if instance.of is not None:
        found = instance.of.members.get(name) or run.inherited(instance.of, name)
        if isinstance(found, FunctionValue):
            return run.bound(found, instance)
        if is_unset(found) and _is_field_of_origin(run, name):
            return _field_of(run, instance, name, line)
        if found is not None:
            return found
        base = library_base(run, instance.of)
        if base is not None:
            return Known(NOTHING, name, as_estimator(run, instance, base))
    return Known(NOTHING, name, instance)


def _field_of(run: Interpreter, instance: Instance, name: str, line: int) -> Value:
    """Return a field that a class declares and the code never fills (a record from outside)."""
    node = instance.of.node if instance.of is not None else None
    declared = node.name if node is not None else ""
    place = run.place(line)
    run.state.note(frozenset({place}), name, "read")
    source = run.state.graph.source(declared, name, place)
    instance.fields[name] = Column(frozenset({source}), name, places=frozenset({place}))
    return instance.fields[name]


def as_estimator(run: Interpreter, instance: Instance, base: str) -> Value:
    known = instance.fields.get("@estimator")
    if known is None:
        role = run.library().models.get(base.rsplit(".", 1)[-1])
        if role is None:
            return instance
        of = instance.of
        name = of.node.name if of is not None and of.node is not None else base
        made = Estimator(
            NOTHING, name, "model", place=run.place(of.node.line if of and of.node else 0)
        )
        instance.fields["@estimator"] = known = made
    return known


def library_base(run: Interpreter, of: ClassValue) -> str | None:
    for base in of.bases:
        if isinstance(base, Known):
            return base.name
        if isinstance(base, ClassValue):
            found = library_base(run, base)
            if found is not None:
                return found
    return None


def bound(run: Interpreter, method: FunctionValue, instance: Value) -> Value:
    """Return a method that knows the object that it belongs to."""
    marks = {name for name, _ in method.bound}
    if "@class" in marks and isinstance(instance, Instance) and instance.of is not None:
        instance = instance.of
    scope = method_scope(method, instance) if method.language == "r" else method.scope
    bound = FunctionValue(
        method.deps, method.name, method.params, method.body, scope, method.file,
        method.line, method.language, None if "@static" in marks else instance, method.owner,
        method.bound,
    )  # fmt: skip
    if "@property" in marks:
        return run.call_function(bound, [], method.line)
    return bound


def inherited(run: Interpreter, of: ClassValue, name: str, depth: int = 0) -> Value | None:
    if depth > 20:
        return None
    for base in of.bases:
        if isinstance(base, ClassValue):
            found = base.members.get(name) or run.inherited(base, name, depth + 1)
            if found is not None:
                return found
    return None


def _is_of_class(method: FunctionValue) -> bool:
    return any(name == "@class" for name, _ in method.bound)
