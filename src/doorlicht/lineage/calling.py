"""Following calls: which function is meant, what its parameters get, what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from doorlicht.lineage.attributes import as_estimator, library_base
from doorlicht.lineage.binding import named_variable
from doorlicht.lineage.call_frame import CallFrame
from doorlicht.lineage.callsite import CallSite
from doorlicht.lineage.entrances import handed_in
from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.library import Kind
from doorlicht.lineage.operations.expressions import columns_given
from doorlicht.lineage.operations.networks import forward, is_network
from doorlicht.lineage.operations.r_classes import bind_self, methods_for
from doorlicht.lineage.rules import see_overrule, see_rule_function
from doorlicht.lineage.values import (
    Choices,
    ClassValue,
    Column,
    Estimator,
    Frame,
    FunctionValue,
    Instance,
    Known,
    Literal_,
    Record,
    Scope,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    join_values,
    option_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter

MAX_CALLS: Final = 30
"""Calls within calls; deeper ones are taken as unknown."""

MAX_SAME_CALL: Final = 2
"""Times a function may be inside itself."""


def method_for(run: Interpreter, function: Known, site: CallSite) -> Value:
    """Return the method that code gives a function of a library for the class of its object."""
    name = function.name.rsplit("::", 1)[-1]
    if not site.args or site.args[0].spread or not run.project.has_methods(run, name):
        return function
    found = methods_for(run, name, site.at(0))
    return found[0] if found else function


def callee_of(run: Interpreter, node: code.Call, scope: Scope) -> Value:
    if isinstance(node.func, code.Name):
        name = node.func.id
        if name.startswith("@"):
            return Known(name=name)
        value = scope.find(name)
        if value is None or isinstance(value, (Column, Frame, Vector, Text, Literal_)):
            # What the code defines itself hides what a package defines.
            found = run.project.find_function(run, name)
            if found is not None:
                return found
            known = Known(name=name)
            return known if value is None or entry_of(run, known) is not None else value
        return value
    if isinstance(node.func, code.Attr) and run.at.language == "r":
        base = node.func.base
        if isinstance(base, code.Name) and not _is_object(run, base.id, scope):
            return _of_package(run, base.id, node.func.name)
    return run.evaluate(node.func, scope)


def _of_package(run: Interpreter, package: str, name: str) -> Value:
    """Return ``package::name``: of a library, or of the package that the code itself makes."""
    whole = f"{package}.{name}"
    if whole in run.library().entries["functions"]:
        return Known(name=whole)
    known = Known(name=name)
    if entry_of(run, known) is not None:
        return known
    return run.project.find_function(run, name) or known


def _is_object(run: Interpreter, name: str, scope: Scope) -> bool:
    """Return whether a name before ``$`` or ``::`` is a value, and not a package."""
    if scope.find(name) is not None:
        return True
    shared = run.project.find_global(run, name)
    return isinstance(shared, (ClassValue, Instance, Record, Vector, Estimator))


def entry_of(run: Interpreter, known: Known) -> Any:
    library = run.libraries["intrinsics"] if known.name.startswith("@") else run.library()
    if known.receiver is None:
        return library.find("functions", known.name)
    kind = _kind_of(known.receiver)
    return library.find(kind, known.name) or library.find("any", known.name)


def _kind_of(value: Value) -> Kind:
    kinds: list[tuple[type[Value], Kind]] = [
        (Frame, "table"), (Column, "column"), (Estimator, "estimator"), (Text, "text"),
        (Vector, "list"), (Record, "dict"),
    ]  # fmt: skip
    for kind, name in kinds:
        if option_of(value, kind) is not None:
            frame = option_of(value, Frame)
            if kind is Frame and isinstance(frame, Frame) and frame.groups:
                return "group"
            if kind is Frame and isinstance(frame, Frame) and frame.is_queryset:
                return "queryset"
            return name
    if isinstance(value, Unknown) and value.frame is not None:
        return "table"
    return "any"


def call(run: Interpreter, function: Value, site: CallSite) -> Value:
    """Follow a call of anything."""
    if isinstance(function, Choices):
        results = [run.call(option, site) for option in function.options]
        joined = results[0]
        for result in results[1:]:
            joined = join_values(joined, result)
        return joined
    if isinstance(function, FunctionValue):
        values = site.all_values()
        if any(name == "@columns" for name, _ in function.bound):
            values = columns_given(run, site)
        return run.call_function(function, values, site.place.line)
    if isinstance(function, ClassValue):
        return run.instantiate(function, site)
    if isinstance(function, Instance):
        for name in ("__call__", "forward"):
            member = run.member(function, name)
            if isinstance(member, FunctionValue):
                answer = run.call_function(member, site.all_values(), site.place.line)
                network = run.network_of(function)
                return answer if network is None else _forward(run, site, network, answer)
    if isinstance(function, Estimator) and function.role == "model" and site.parts():
        return _forward(run, site, function, None)
    if isinstance(function, Known):
        return _call_known(run, function, site)
    if isinstance(function, Unknown) and function.name:
        return _call_known(run, Known(function.deps, function.name), site)
    return Unknown(deps_of(function) | site.all_deps())


def _forward(run: Interpreter, site: CallSite, network: Estimator, answer: Value | None) -> Value:
    return forward(run, site, network, answer)


def network_of(run: Interpreter, instance: Instance) -> Estimator | None:
    """Return an object as a model, if its class inherits from that of networks."""
    base = library_base(run, instance.of) if instance.of is not None else None
    if base is None or not is_network(base):
        return None
    made = as_estimator(run, instance, base)
    return made if isinstance(made, Estimator) else None


def _call_known(run: Interpreter, known: Known, site: CallSite) -> Value:
    site.name = known.name
    site.receiver = known.receiver
    receiver = known.receiver
    entry = entry_of(run, known)
    if entry is None and isinstance(receiver, Unknown) and receiver.frame is None:
        # A method that only tables have tells that the unknown value is a table.
        entry = run.library().find("table", known.name) or run.library().find(
            "estimator", known.name
        )
        if entry is not None and run.library().find("table", known.name) is not None:
            run.as_frame(receiver, force=True)
    if entry is None and isinstance(receiver, Instance):
        entry = run.library().find("estimator", known.name)
    if entry is not None:
        operation = run.operations.get(entry.does)
        if operation is None:
            raise KeyError(entry.does)
        site.entry = entry
        return operation(run, site)
    made = run.operations["construct"](run, site)
    if made is not site.nothing:
        return made
    deps = known.deps | deps_of(receiver) | site.all_deps()
    if isinstance(receiver, Column) and run.at.language == "python":
        return Column(run.gathered(deps, site.place.line), receiver.name, None, receiver.places)
    return Unknown(run.gathered(deps, site.place.line), known.name)


def instantiate(run: Interpreter, of: ClassValue, site: CallSite) -> Value:
    """Follow the making of an object."""
    made = Instance(NOTHING, of)
    init = _maker_of(run, of)
    values = site.all_values()
    if isinstance(init, FunctionValue):
        bound = run.bound(init, made)
        if isinstance(bound, FunctionValue):
            run.call_function(bound, values, site.place.line)
    else:
        # A dataclass, or a class that inherits from a library.
        names = [name for name in of.members if not name.startswith("_")]
        for at, (name, value) in enumerate(values):
            if name is not None:
                made.fields[name] = value
            elif at < len(names):
                made.fields[names[at]] = value
    return made


def _maker_of(run: Interpreter, of: ClassValue) -> Value | None:
    name = "initialize" if run.at.language == "r" else "__init__"
    return of.members.get(name) or run.inherited(of, name)


def project_instance(run: Interpreter, of: ClassValue) -> Instance:
    """Return an object of a class that the code itself never makes."""
    made = Instance(NOTHING, of)
    init = _maker_of(run, of)
    if isinstance(init, FunctionValue):
        bound = run.bound(init, made)
        if isinstance(bound, FunctionValue):
            run.call_function(bound, [], init.line)
    return made


def call_function(
    run: Interpreter, function: FunctionValue, values: Sequence[tuple[str | None, Value]], line: int
) -> Value:
    """Follow a function of the code with what it is called with."""
    key = (function.file, function.line)
    run.called.add(key)
    if len(run.calls) >= MAX_CALLS or run.calls.count(key) >= MAX_SAME_CALL:
        deps = NOTHING.union(*(deps_of(value) for _, value in values)) if values else NOTHING
        return Unknown(deps)
    call = run.memory.call(run, function, values)
    if call is None or (run.masks and function.language == "python"):
        return _follow_call(run, function, values, line, key)
    known = run.memory.recall(call, function, values)
    if known is None:
        known = _follow_call(run, function, values, line, key)
        run.memory.keep(call, run, function, values, known)
    return known


def _follow_call(
    run: Interpreter,
    function: FunctionValue,
    values: Sequence[tuple[str | None, Value]],
    line: int,
    key: tuple[str, int],
) -> Value:
    scope = Scope({}, function.scope)
    before, masks, depth = run.at, run.masks, len(run.calls)
    run.calls.append(key)
    run.at = CallFrame(function.file, function.language, before.control, before.gated)
    run.at.branches = before.branches
    if function.language != "python":
        run.masks = []
    try:
        _bind_params(run, function, values, scope, line)
        last = run.execute(function.body, scope)
        results = run.at.returned
        under = run.at.answers_under - before.control
        if function.language == "r" or (len(function.body) == 1 and not function.name):
            results = [*results, last]
    finally:
        run.at, run.masks = before, masks
        del run.calls[depth:]
    if not results:
        return Literal_()
    joined = results[0]
    for result in results[1:]:
        joined = join_values(joined, result)
    if under and not isinstance(joined, Frame):
        see_overrule(run, function.name, deps_of(joined), under, function.line)
    return see_rule_function(run, function, joined) if function.name else joined


def _bind_params(
    run: Interpreter,
    function: FunctionValue,
    values: Sequence[tuple[str | None, Value]],
    scope: Scope,
    line: int,
) -> None:
    params = list(function.params)
    given = [(n, v) for n, v in function.bound if n is None or not n.startswith("@")]
    given += list(values)
    if function.language == "r":
        bind_self(scope, function)
    elif function.receiver is not None and params:
        scope.names[params[0].name] = function.receiver
        params = params[1:]
    by_name = {name: value for name, value in given if name is not None}
    positional = [value for name, value in given if name is None]
    taken: set[str] = set()
    for param in params:
        if param.spread == "*":
            rest: list[tuple[str | None, Value]] = [(None, value) for value in positional]
            positional = []
            if function.language == "r":
                rest += [(n, v) for n, v in by_name.items() if n not in taken]
            scope.names[param.name] = Vector(NOTHING, rest)
        elif param.spread == "**":
            left = {n: v for n, v in by_name.items() if n not in taken}
            scope.names[param.name] = Record(NOTHING, left)
        else:
            _bind_param(run, function, param, by_name, positional, taken, scope, line)


def _bind_param(
    run: Interpreter,
    function: FunctionValue,
    param: code.Param,
    by_name: dict[str, Value],
    positional: list[Value],
    taken: set[str],
    scope: Scope,
    line: int,
) -> None:
    if param.name in by_name:
        value = by_name[param.name]
        taken.add(param.name)
    elif positional:
        value = positional.pop(0)
    elif param.default is not None:
        value = run.evaluate(param.default, scope)
    else:
        value = handed_in(run, function, param)
    if isinstance(value, (Unknown, Column)) and not (
        isinstance(value, Unknown) and value.frame is not None
    ):
        named = named_variable(run, param.name, value, function.line or line)
        # A table that code makes of this value later is the table of the caller too.
        value = named if named is not value else value
    scope.names[param.name] = value
