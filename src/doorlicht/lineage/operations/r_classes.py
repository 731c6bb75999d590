"""Classes of R: R6, reference classes, S4, and the methods of S3 that are named after a class.

A method of R6 finds its object under the names ``self`` and ``private``; one of a reference class
finds the fields themselves, beside ``.self``. What ``UseMethod`` and ``standardGeneric`` choose is
chosen by the class of the first argument if that is known, and else every method is followed.

Source: R6, *Introduction*; R, help pages *ReferenceClasses*, *Classes_Details*, *UseMethod*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.values import (
    ClassValue,
    FunctionValue,
    Instance,
    Known,
    Literal_,
    Parent,
    Record,
    Scope,
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

CLASS: Final = "@class"
"""The field of a list under which its S3 classes are kept."""

_SELVES: Final = ("self", "private", ".self")


def define(run: Interpreter, site: CallSite) -> Value:
    """``R6Class("Name", public = list(...))``, ``setRefClass``, ``setClass``: a class."""
    name = site.text("name")
    label = name.text if name is not None else ""
    bases: list[Value] = []
    for role in ("inherit", "contains"):
        value = site.value(role)
        if isinstance(value, ClassValue):
            bases.append(value)
        bases += [run.r_classes[t.text] for t in texts_of(value) if t.text in run.r_classes]
    made = ClassValue(
        NOTHING, code.Class(label, (), (), site.place.line), tuple(bases), {}, run.at.file
    )
    for role in ("public", "private", "active", "fields", "methods"):
        for member, value in _named(site.value(role)):
            if role == "fields":
                value = Unknown(NOTHING, member)
            _add_member(made, member, value)
    if label:
        run.r_classes[label] = made
    return made


def _named(value: Value | None) -> list[tuple[str, Value]]:
    if isinstance(value, Record):
        return list(value.fields.items())
    if isinstance(value, Vector):
        texts = [(t.text, t) for n, t in value.items if n is None and isinstance(t, Text)]
        return [(name, item) for name, item in value.items if name is not None] + list(texts)
    return []


def _add_member(of: ClassValue, name: str, value: Value) -> None:
    if isinstance(value, FunctionValue):
        value.name, value.owner = name, of
    of.members[name] = value


def add_methods(run: Interpreter, site: CallSite) -> Value:
    """``Class$methods(fit = function() ...)``, ``Class$set("public", "fit", function() ...)``."""
    of = site.receiver
    if not isinstance(of, ClassValue):
        return site.unknown()
    del run
    values = site.all_values()
    if site.name.rsplit(".", 1)[-1] == "set":
        texts = [value for _, value in values if isinstance(value, Text)]
        functions = [value for _, value in values if isinstance(value, FunctionValue)]
        if len(texts) > 1 and functions:
            _add_member(of, texts[1].text, functions[0])
        return of
    for name, value in values:
        if name is not None:
            _add_member(of, name, value)
        for member, inner in _named(value) if name is None else ():
            _add_member(of, member, inner)
    return of


def member_of_class(run: Interpreter, of: ClassValue, name: str) -> Value | None:
    """Return ``Class$new`` and the like; none if it is a member of the class itself."""
    if name == "new":
        return of
    if name in ("methods", "set") and name not in of.members:
        return Known(NOTHING, name, of)
    del run
    return None


def bind_self(scope: Scope, function: FunctionValue) -> None:
    """Give a method the names under which it finds its object, and its fields in S4 style."""
    instance = function.receiver
    if not isinstance(instance, Instance):
        return
    for name in _SELVES:
        scope.names.setdefault(name, instance)
    if function.owner is not None:
        scope.names.setdefault("super", Parent(instance.deps, function.owner, instance))


def method_scope(method: FunctionValue, instance: Value) -> Scope | None:
    """Return the scope of a method: fields of its object, then where the class stands."""
    if not isinstance(instance, Instance):
        return method.scope
    return Scope(instance.fields, method.scope)


def make_object(run: Interpreter, site: CallSite) -> Value:
    """``new("Class", field = value)`` of S4 and of reference classes."""
    name = site.text("name")
    of = run.r_classes.get(name.text) if name is not None else None
    if of is None:
        return site.unknown()
    made = Instance(NOTHING, of)
    init = of.members.get("initialize")
    given = site.all_values()[1:]
    if isinstance(init, FunctionValue):
        bound = run.bound(init, made)
        if isinstance(bound, FunctionValue):
            run.call_function(bound, given, site.place.line)
    for field, value in given:
        if field is not None:
            made.fields[field] = value
    return made


def set_method(run: Interpreter, site: CallSite) -> Value:
    """``setMethod("fit", "Class", function(object) ...)`` of S4."""
    name, of = site.text("name"), site.texts("of")
    function = site.value("function")
    if name is None or not isinstance(function, FunctionValue):
        return site.unknown()
    function.name = function.name or name.text
    methods = run.r_methods.setdefault(name.text, [])
    label = of[0].text if of else ""
    methods[:] = [each for each in methods if each[0] != label]
    methods.append((label, function))
    return Text(NOTHING, name.text, name.places)


def set_generic(run: Interpreter, site: CallSite) -> Value:
    """``setGeneric("fit", function(object) standardGeneric("fit"))``: a function."""
    name, function = site.text("name"), site.value("function")
    if name is not None and isinstance(function, FunctionValue):
        run.bind(code.Name(name.text, site.place.line), function, site.scope, site.place.line)
    return function if function is not None else site.unknown()


def dispatch(run: Interpreter, site: CallSite) -> Value:
    """``UseMethod("fit")``, ``standardGeneric("fit")``: the method for the first argument."""
    name = site.text("name")
    function = run.functions.get(run.calls[-1]) if run.calls else None
    if name is None or function is None:
        return site.unknown()
    values: list[tuple[str | None, Value]] = []
    for param in function.params:
        value = site.scope.names.get(param.name)
        if param.spread and isinstance(value, Vector):
            values.extend(value.items)
        elif value is not None and not _is_not_given(value, param.name):
            values.append((None if not values else param.name, value))
    subject = values[0][1] if values else None
    methods = methods_for(run, name.text, subject, every=True)
    if not methods:
        deps = NOTHING.union(*(deps_of(value) for _, value in values)) if values else NOTHING
        return Unknown(deps, name.text)
    joined = run.call_function(methods[0], values, site.place.line)
    for method in methods[1:]:
        joined = join_values(joined, run.call_function(method, values, site.place.line))
    return joined


def _is_not_given(value: Value, name: str) -> bool:
    return isinstance(value, Unknown) and value.name.startswith(f"{name}@") and not value.deps


def methods_for(
    run: Interpreter, generic: str, subject: Value | None, *, every: bool = False
) -> list[FunctionValue]:
    """Return the methods of a generic function for an object; all of them if its class is unknown.

    Without ``every``, only a method that is known to be meant.
    """
    by_class = dict(run.r_methods.get(generic, ()))
    for name, function in run.project.functions_under(run, f"{generic}."):
        by_class.setdefault(name, function)
    if not by_class:
        return []
    classes = classes_of(subject)
    for name in classes:
        if name in by_class:
            return [by_class[name]]
    if classes and "default" in by_class:
        return [by_class["default"]]
    return list(by_class.values()) if every else []


def classes_of(value: Value | None) -> list[str]:
    """Return the classes of an object, the nearest first."""
    if isinstance(value, Record) and CLASS in value.fields:
        return [text.text for text in texts_of(value.fields.get(CLASS))]
    if isinstance(value, Instance):
        found: list[str] = []
        waiting: list[Value] = [value.of] if value.of is not None else []
        while waiting:
            of = waiting.pop(0)
            if isinstance(of, ClassValue) and of.node is not None:
                found.append(of.node.name)
                waiting.extend(of.bases)
        return found
    return []


def with_class(value: Value, classes: Value | None) -> Value:
    """Return a list that knows its S3 classes; anything else as it is."""
    names = texts_of(classes)
    if not names:
        return value
    if (
        isinstance(value, Vector)
        and not value.is_open
        and all(n is not None for n, _ in value.items)
    ):
        value = Record(value.deps, {n: v for n, v in value.items if n is not None})
    if not isinstance(value, Record):
        return value
    fields = {**value.fields, CLASS: Vector(NOTHING, [(None, text) for text in names])}
    return Record(value.deps, fields, value.is_open, dict(value.places))


def structure(run: Interpreter, site: CallSite) -> Value:
    """``structure(list(model = m), class = "scorer")``: the list, with its class."""
    value = site.value("table")
    del run
    return with_class(value if value is not None else Literal_(), site.value("class"))
