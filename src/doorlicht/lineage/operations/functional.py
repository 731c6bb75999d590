"""Functions that call functions: ``apply``, ``map``, ``do.call``, ``eval``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from doorlicht.lineage.callsite import CallSite
from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.noting import names_in
from doorlicht.lineage.operations.groups import note_each_group
from doorlicht.lineage.operations.operators import without
from doorlicht.lineage.operations.single_rows import selected
from doorlicht.lineage.selecting import names_of, read_column
from doorlicht.lineage.values import (
    HOLE,
    ClassValue,
    Column,
    Estimator,
    FormulaValue,
    Frame,
    FunctionValue,
    Gate,
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
    join_frames,
    join_values,
    option_of,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter


def apply_function(
    run: Interpreter,
    site: CallSite,
    function: Value | None,
    values: Sequence[Value],
    named: Sequence[tuple[str | None, Value]] = (),
) -> Value:
    """Return what a function gives for known arguments; also ``~ .x + 1`` and ``"mean"``."""
    given: list[tuple[str | None, Value]] = [(None, value) for value in values]
    given += list(named)
    if isinstance(function, FunctionValue):
        return run.call_function(function, given, site.place.line)
    if isinstance(function, FormulaValue) and function.node is not None:
        scope = Scope({}, function.scope or site.scope)
        for name, value in zip((".x", ".y"), values, strict=False):
            scope.names[name] = value
        if values:
            scope.names["."] = values[0]
        return run.evaluate(function.node.right, scope)
    if isinstance(function, (Known, ClassValue)):
        call = CallSite(run, "", site.place, [], site.scope, given=list(values))
        call.parts().extend((name, None, value) for name, value in named)
        return run.call(function, call)
    if isinstance(function, Text):
        found = site.scope.find(function.text) or run.project.find_function(run, function.text)
        if found is not None and not isinstance(found, Text):
            return apply_function(run, site, found, values, named)
        return apply_function(run, site, Known(name=function.text), values, named)
    deps = NOTHING.union(*(deps_of(value) for value in values)) if values else NOTHING
    return Unknown(deps | deps_of(function))


def apply(run: Interpreter, site: CallSite) -> Value:
    """Follow a function for each row, column or element."""
    subject = site.value("table")
    function = site.value("function")
    frame = run.as_frame(subject)
    extra: list[tuple[str | None, Value]] = [
        (n, v) for n, v in site.all_values() if n is not None and n not in ("axis", "args")
    ]
    if frame is not None:
        return _apply_to_table(run, site, frame, function)
    if isinstance(subject, (Vector, Record)):
        return _apply_to_each(run, site, subject, function, extra)
    if isinstance(subject, Column) and subject.content is not None and function is not None:
        return _apply_to_each(run, site, subject.content, function, extra)
    if isinstance(subject, Column):
        if function is not None:
            note_each_group(run, subject, site.place)
        argument: Value = Unknown(subject.deps, subject.name)
        result = apply_function(run, site, function, [argument])
        deps = subject.deps | deps_of(result)
        if isinstance(function, (Record, Vector)):
            deps |= deps_of(function)
        return Column(deps, subject.name, places=subject.places)
    result = apply_function(run, site, function, [subject] if subject is not None else [], extra)
    return Unknown(deps_of(subject) | deps_of(result)) if not isinstance(result, Frame) else result


def _apply_to_table(
    run: Interpreter, site: CallSite, frame: Frame, function: Value | None
) -> Value:
    axis = site.value("axis")
    by_row = (isinstance(axis, Literal_) and axis.value == 1) or any(
        text.text in ("columns", "index") for text in texts_of(axis)
    )
    if frame.groups or site.option("whole") == "yes":
        result = apply_function(run, site, function, [frame])
        if isinstance(result, Frame):
            return result
        keys = (
            NOTHING.union(*(read_column(run.state, frame, key, site.place) for key in frame.groups))
            if frame.groups
            else NOTHING
        )
        return Column(deps_of(result) | keys)
    if by_row:
        result = apply_function(run, site, function, [frame])
        if isinstance(result, Frame):
            return result
        return Column(deps_of(result) or NOTHING)
    if site.option("cells") == "yes" or run.at.language == "r":
        if not isinstance(function, (FunctionValue, FormulaValue)):
            return frame
        changed = frame.copy()
        for name, deps in frame.columns.items():
            apply_function(run, site, function, [Column(deps, name)])
        return changed
    return frame.copy()


def _apply_to_each(
    run: Interpreter,
    site: CallSite,
    subject: Vector | Record,
    function: Value | None,
    extra: list[tuple[str | None, Value]],
) -> Value:
    items = list(subject.items) if isinstance(subject, Vector) else list(subject.fields.items())
    named = [(n, v) for n, v in extra if n not in ("FUN", ".f", "X", ".x", "f", "SIMPLIFY")]
    results: list[tuple[str | None, Value]] = []
    for name, item in items[:40]:
        label = name if name is not None else (item.text if isinstance(item, Text) else None)
        results.append((label, apply_function(run, site, function, [item], named)))
    if site.option("kind") == "keep":
        return _kept(run, subject, items, [value for _, value in results], site.place.line)
    if isinstance(subject, Vector) and (subject.rests or subject.is_open):
        made = apply_function(run, site, function, [Text(NOTHING, HOLE)], named)
        texts = texts_of(made)
        rests = subject.rests
        if texts and HOLE in texts[0].text and texts[0].text != HOLE:
            rests = tuple(rest._replace(pattern=texts[0].text) for rest in rests)
        elif not texts:
            rests = ()
        return Vector(subject.deps, results, rests, subject.is_open, subject.by_data)
    if site.option("binds") == "yes":
        frames = [value for _, value in results if isinstance(value, Frame)]
        if frames:
            joined = frames[0]
            for frame in frames[1:]:
                joined = join_frames(joined, frame)
            return joined
    return Vector(subject.deps, results)


def _kept(
    run: Interpreter,
    subject: Vector | Record,
    items: Sequence[tuple[str | None, Value]],
    tests: list[Value],
    line: int,
) -> Vector:
    """Return the elements that a test lets stay, or of which it is not known."""
    kept = [
        (name, selected(run, item, deps_of(test), line))
        for (name, item), test in zip(items, tests, strict=False)
        if not (isinstance(test, Literal_) and test.value is False and not test.deps)
    ]
    if isinstance(subject, Record):
        return Vector(subject.deps, kept, is_open=subject.is_open)
    return Vector(subject.deps, kept, subject.rests, subject.is_open, subject.by_data)


def called(run: Interpreter, site: CallSite) -> Value:
    """``Depends(get_model)``: what a function gives that is called without arguments."""
    return apply_function(run, site, site.value("function"), [])


def pipe(run: Interpreter, site: CallSite) -> Value:
    """``df.pipe(function, ...)``: the function gets the table first."""
    function = site.value("function")
    subject = site.value("table")
    further = [value for name, value in site.all_values() if name is None][1:]
    named = [(name, value) for name, value in site.all_values() if name is not None]
    values = [subject, *further] if subject is not None else further
    return apply_function(run, site, function, values, named)


def reduce(run: Interpreter, site: CallSite) -> Value:
    """``reduce(function, values)``: joining or stacking one after the other."""
    function = site.value("function")
    values = run.elements(site.value("table") or Literal_())
    if not values:
        return site.unknown()
    result = values[0]
    for value in values[1:20]:
        result = apply_function(run, site, function, [result, value])
    return result


def do_call(run: Interpreter, site: CallSite) -> Value:
    """``do.call(f, list(...))``, ``partial``-made and looked-up functions."""
    function = site.value("function")
    arguments = site.value("arguments")
    values: list[Value] = []
    named: list[tuple[str | None, Value]] = []
    if isinstance(arguments, Vector):
        values = [item for name, item in arguments.items if name is None]
        named = [(name, item) for name, item in arguments.items if name is not None]
    elif isinstance(arguments, Record):
        named = list(arguments.fields.items())
    if isinstance(function, Text) and isinstance(arguments, (Vector, Record)):
        known = Known(name=function.text)
        found = site.scope.find(function.text) or run.project.find_function(run, function.text)
        function = found if found is not None and not isinstance(found, Text) else known
    if isinstance(function, Known):
        call = CallSite(run, "", site.place, [], site.scope, given=values)
        call.parts().extend((name, None, value) for name, value in named)
        return run.call(function, call)
    return apply_function(run, site, function, values, named)


def partial(run: Interpreter, site: CallSite) -> Value:
    """``functools.partial(f, ...)``: a function with some arguments filled in."""
    function = site.value("function")
    if isinstance(function, FunctionValue):
        further = site.all_values()[1:]
        return FunctionValue(
            function.deps, function.name, function.params, function.body, function.scope,
            function.file, function.line, function.language, function.receiver, function.owner,
            (*function.bound, *further),
        )  # fmt: skip
    del run
    return function if function is not None else site.unknown()


def evaluate_text(run: Interpreter, site: CallSite) -> Value:
    """``eval(parse(text = ...))``, ``exec``: followed if the text is known, and else lost."""
    value = site.value("code")
    texts = texts_of(value)
    frame = site.table() if site.entry is not None and "table" in site.entry.roles else None
    if texts and all(text.is_known for text in texts):
        result: Value = Literal_()
        for text in texts:
            unit = run.project.parse(run.at.language, text.text, run.at.file, site.place.line)
            if unit is None:
                continue
            if frame is not None:
                run.masks.append(frame)
            try:
                result = run.execute(unit.body, site.scope)
            finally:
                if frame is not None:
                    run.masks.pop()
        return result
    if not texts and isinstance(value, (Column, Frame, Estimator, FunctionValue, FormulaValue)):
        # A quoted expression was evaluated where it was quoted.
        return value
    run.lose(site.place.line, "dynamic_code", site.all_deps())
    return Unknown(site.all_deps(), lost=True)


def quoted(run: Interpreter, site: CallSite) -> Value:
    """``parse(text = x)``, ``quote(x)``, ``rlang::sym(x)``: the text or expression itself."""
    values = site.all_values()
    del run
    for name, value in values:
        if name in ("text", None) and texts_of(value):
            return value
    return values[0][1] if values else Literal_()


def import_module(run: Interpreter, site: CallSite) -> Value:
    """``importlib.import_module("a.b")``: a module of the code; which, is lost if computed."""
    texts = site.texts("name")
    for text in texts:
        if not text.is_known:
            continue
        level = len(text.text) - len(text.text.lstrip("."))
        node = code.Import(text.text.lstrip("."), None, "it", level, site.place.line)
        found = run.project.find_module(run, node)
        return found if found is not None else Known(name=text.text)
    run.lose(site.place.line, "dynamic_code", site.all_deps())
    return site.unknown()


def attribute_by_name(run: Interpreter, site: CallSite) -> Value:
    """``getattr(x, name)``, ``get(name)``, ``x[[name]]`` as a function."""
    base = site.value("base")
    texts = site.texts("name")
    if base is None:
        for text in texts:
            if run.masks and run.at.language == "r" and text.is_known:
                # ``dt[, x := get(v)]``: within a table a column goes before a variable.
                frame = run.masks[-1]
                if text.text in frame.columns or site.scope.find(text.text) is None:
                    return run.column(frame, text.text, site.place.line, text.places)
            found = site.scope.find(text.text) or run.project.find_function(run, text.text)
            if found is not None:
                return found
        if any(not text.is_known for text in texts) or not texts:
            run.lose(site.place.line, "dynamic_name", site.all_deps())
        return Unknown(site.all_deps(), texts[0].text if texts else "")
    known = [text for text in texts if text.is_known]
    if known:
        joined = run.attribute(base, known[0].text, site.place.line)
        for text in known[1:]:
            joined = join_values(joined, run.attribute(base, text.text, site.place.line))
        return joined
    run.lose(site.place.line, "dynamic_name", site.all_deps())
    return Unknown(site.all_deps())


def set_by_name(run: Interpreter, site: CallSite) -> Value:
    """``assign("name", value)``, ``setattr(x, name, value)``."""
    base, value = site.value("base"), site.value("value") or Literal_()
    for text in site.texts("name"):
        if base is None:
            run.bind(code.Name(text.text, site.place.line), value, site.scope, site.place.line)
        elif isinstance(base, (Record, Instance)):
            base.fields[text.text] = value
        elif isinstance(base, Frame):
            run.store_column(base, text.text, text.places, deps_of(value), site.place, value)
    return value


def call_or_value(run: Interpreter, site: CallSite) -> Value:
    """``tryCatch(expr, ...)``, ``suppressWarnings(expr)``, ``local({...})``: the expression."""
    values = site.all_values()
    del run
    plain = [value for name, value in values if name is None or name == "expr"]
    return plain[0] if plain else Literal_()


def choice(run: Interpreter, site: CallSite) -> Value:
    """``ifelse``, ``case_when``, ``np.where``, ``switch``: may be any of its values.

    The result depends on the condition too: a flag made from a nationality is about it.
    """
    deps = NOTHING
    chosen: list[Value] = []
    for name, value in site.all_values():
        if isinstance(value, FormulaValue) and value.node is not None:
            frame = run.masks[-1] if run.masks else None
            for side in (value.node.left, value.node.right):
                if side is not None:
                    deps |= deps_of(run.evaluate_masked(side, site.scope, frame))
            continue
        deps |= deps_of(value)
        del name
        chosen.append(value)
    frames = [value for value in chosen if isinstance(value, Frame)]
    if frames and site.option("test") == "switch":
        joined = frames[0]
        for frame in frames[1:]:
            joined = join_frames(joined, frame)
        return joined
    if site.option("test") == "switch" and len(chosen) > 1:
        joined_value = chosen[1]
        for value in chosen[2:]:
            joined_value = join_values(joined_value, value)
        return joined_value
    if not deps and chosen and all(isinstance(value, (Text, Literal_)) for value in chosen[1:]):
        joined_value = chosen[-1]
        for value in chosen[1:-1]:
            joined_value = join_values(joined_value, value)
        return joined_value
    return Column(deps)


def make_list(run: Interpreter, site: CallSite) -> Value:
    """``list(a = 1, b)`` of R; ``dict(a=1)``."""
    items = site.all_values()
    del run
    if items and all(name is not None for name, _ in items):
        record = Record()
        for name, value in items:
            if name is not None:
                record.fields[name] = value
                record.places[name] = frozenset({site.place})
        return record
    return Vector(NOTHING, [(name, value) for name, value in items])


def listing(run: Interpreter, site: CallSite) -> Value:
    """``list(x)``, ``sorted(x)``, ``unique(x)``, ``set(x)``: the same elements."""
    value = site.value("table")
    if value is None:
        values = site.all_values()
        value = values[0][1] if values else None
    if value is None:
        return Vector()
    frame = run.as_frame(value)
    if frame is not None and run.at.language == "python":
        return frame if frame.is_rows else names_of(frame)
    if isinstance(value, Record) and run.at.language == "python":
        items: list[tuple[str | None, Value]] = [
            (None, Text(NOTHING, name, value.places.get(name, frozenset())))
            for name in value.fields
        ]
        return Vector(value.deps, items, is_open=value.is_open)
    return value


def subclasses(run: Interpreter, site: CallSite) -> Value:
    """``Base.__subclasses__()``: the classes of the project that inherit from it."""
    base = site.receiver
    found = [one for one in run.classes.values() if any(each is base for each in one.bases)]
    return Vector(NOTHING, [(None, one) for one in found])


def attach(run: Interpreter, site: CallSite) -> Value:
    """``attach(df)``, ``list2env(x, globalenv())``: what is inside is found by its name."""
    value = site.value("table")
    frame = run.as_frame(value)
    if frame is not None:
        run.attached.append(frame)
    elif isinstance(value, Record):
        site.scope.top().names.update(value.fields)
    elif isinstance(value, Vector):
        site.scope.top().names.update({n: v for n, v in value.items if n is not None})
    return Literal_()


def merge_lists(run: Interpreter, site: CallSite) -> Value:
    """``modifyList(x, val)``: the fields of both; those of the second win."""
    first, second = site.value("first"), site.value("second")
    del run
    if not isinstance(first, Record) or not isinstance(second, Record):
        return join_values(first or Record(), second or Record())
    return Record(
        first.deps | second.deps, {**first.fields, **second.fields},
        first.is_open or second.is_open, {**first.places, **second.places},
    )  # fmt: skip


def pairs(run: Interpreter, site: CallSite) -> Value:
    """``d.items()``, ``enumerate(x)``, ``zip(a, b)``: tuples of what they run over."""
    kind = site.option("kind")
    if kind == "items":
        record = site.receiver
        if isinstance(record, Record):
            made: list[tuple[str | None, Value]] = []
            for name, value in record.fields.items():
                text = Text(NOTHING, name, record.places.get(name, frozenset()))
                made.append((None, Vector(NOTHING, [(None, text), (None, value)])))
            return Vector(record.deps, made, is_open=record.is_open)
        frame = run.as_frame(record)
        if frame is not None and frame.groups:
            # ``df.groupby("x").groups.items()``: which rows each group has.
            keys = NOTHING.union(
                *(read_column(run.state, frame, name, site.place) for name in frame.groups)
            )
            pair = Vector(NOTHING, [(None, Unknown(keys)), (None, Column(keys))])
            return Vector(NOTHING, [(None, pair)])
        if frame is not None:
            made = [
                (None, Vector(NOTHING, [(None, Text(NOTHING, n)), (None, Column(d, n))]))
                for n, d in frame.columns.items()
            ]
            return Vector(NOTHING, made, is_open=bool(frame.rests))
        return Unknown(deps_of(record))
    lists = [run.elements(value) for _, value in site.all_values()]
    values = [value for _, value in site.all_values()]
    if kind == "enumerate":
        elements = lists[0] if lists else None
        if elements is None:
            one = run.element(values[0]) if values else Unknown()
            return Vector(NOTHING, [(None, Vector(NOTHING, [(None, Literal_()), (None, one)]))])
        return Vector(
            NOTHING,
            [
                (None, Vector(NOTHING, [(None, Literal_(NOTHING, at)), (None, element)]))
                for at, element in enumerate(elements)
            ],
        )
    if kind == "rows":
        frame = run.as_frame(site.receiver)
        row: Value = frame if frame is not None else Unknown(deps_of(site.receiver))
        return Vector(NOTHING, [(None, Vector(NOTHING, [(None, Literal_()), (None, row)]))])
    if kind == "records":
        frame = run.as_frame(site.receiver)
        return Vector(NOTHING, [(None, frame if frame is not None else Unknown())])
    if any(elements is None for elements in lists):
        return Vector(
            NOTHING, [(None, Vector(NOTHING, [(None, run.element(value)) for value in values]))]
        )
    known = [elements or [] for elements in lists]
    return Vector(
        NOTHING,
        [
            (None, Vector(NOTHING, [(None, part) for part in parts]))
            for parts in zip(*known, strict=False)
        ],
    )


def append(run: Interpreter, site: CallSite) -> Value:
    """``x.append(y)``, ``x.extend(ys)``, ``x.remove(y)``, ``append(x, y)``."""
    target = site.value("list")
    value = site.value("value") or Literal_()
    how = site.option("how")
    if not isinstance(target, Vector):
        return Unknown(deps_of(target) | deps_of(value))
    if run.at.gated:
        run.state.switch_off(texts_of(value), site.place)
    changed = (
        target
        if site.receiver is not None and not run.at.gated
        else Vector(target.deps, list(target.items), target.rests, target.is_open, target.by_data)
    )
    if how == "remove":
        gone = {text.text for text in texts_of(value)}
        for text in texts_of(value):
            run.state.note_text(text, "drop")
        changed.items = [
            (n, v) for n, v in changed.items if not (isinstance(v, Text) and v.text in gone)
        ]
        gate = Gate("in", tuple(sorted(gone)), is_kept=False)
        changed.rests = tuple(rest._replace(gates=(*rest.gates, gate)) for rest in changed.rests)
    elif how == "extend" or (site.receiver is None and isinstance(value, Vector)):
        inner = option_of(value, Vector)
        if isinstance(inner, Vector):
            changed.items.extend(inner.items)
            changed.rests = changed.rests + inner.rests
            changed.is_open = changed.is_open or inner.is_open
        elif isinstance(value, Text):
            changed.items.append((None, value))
        else:
            changed.is_open = True
    else:
        # A row that is put in a list if a test holds: the test selects it.
        chosen = selected(run, value, run.at.control, site.place.line)
        changed.items.append((None, chosen))
    return changed


def default_of(run: Interpreter, site: CallSite) -> Value:
    """``field(default_factory=lambda: [...])``: what a field of a data class holds at first."""
    made = site.value("factory")
    if isinstance(made, (FunctionValue, ClassValue)):
        return apply_function(run, site, made, [])
    value = site.value("value")
    return value if value is not None else Unknown()


def set_operation(run: Interpreter, site: CallSite) -> Value:
    """``setdiff``, ``intersect``, ``union`` of names; ``difference`` of sets."""
    first, second = site.value("first"), site.value("second")
    how = site.option("how")
    frame = run.as_frame(first)
    if frame is not None:
        first = names_of(frame)
    if not isinstance(first, Vector):
        if isinstance(first, Text):
            first = Vector(NOTHING, [(None, first)])
        else:
            return Vector(deps_of(first) | deps_of(second), is_open=True)
    texts = texts_of(second)
    if how == "without":
        for text in texts:
            run.state.note_text(text, "drop")
        result = without(first, texts)
        if isinstance(second, Vector) and (second.by_data or second.is_open):
            result.by_data = True
        return result
    if how == "both":
        names = {text.text for text in texts}
        if isinstance(second, Vector) and (second.rests or second.is_open):
            return Vector(first.deps, list(first.items), (), first.is_open or bool(first.rests))
        if first.rests or first.is_open:
            return second if isinstance(second, Vector) else first
        both: list[tuple[str | None, Value]] = [
            (n, v) for n, v in first.items if isinstance(v, Text) and v.text in names
        ]
        return Vector(first.deps, both)
    other = second if isinstance(second, Vector) else Vector(NOTHING, [(None, t) for t in texts])
    return Vector(
        first.deps | other.deps,
        first.items + other.items,
        first.rests + other.rests,
        first.is_open or other.is_open,
        first.by_data or other.by_data,
    )


def field_of(run: Interpreter, site: CallSite) -> Value:
    """``d.get("x", default)``, ``purrr::pluck``: a field, or the default."""
    base = site.value("base")
    default = site.value("default")
    texts = site.texts("name")
    if isinstance(base, Record):
        for text in texts:
            if text.text in base.fields:
                found = base.fields[text.text]
                # ``config.get(section, option)`` of a ConfigParser.
                if isinstance(found, Record) and isinstance(default, Text):
                    return found.fields.get(default.text, found)
                return found
        key = site.value("name")
        if not texts and key is not None and key.deps:
            # ``POINTS.get(row["country"], 1)``: the answer tells of the key.
            return Column(base.deps | deps_of(base) | deps_of(default) | key.deps)
        if default is not None and not base.is_open:
            return default
        name = texts[0].text if texts else ""
        if run.state.names.of_column(name) is not None and base.is_open:
            run.state.note_text(texts[0], "read")
            node = run.state.graph.add("read", name, site.place, base.deps)
            return Column(frozenset({node}), name)
        return Unknown(base.deps, name)
    frame = run.as_frame(base)
    if frame is not None and texts:
        return run.column(frame, texts[0].text, site.place.line, texts[0].places)
    if isinstance(base, Unknown) and texts and run.state.names.of_column(texts[0].text) is not None:
        run.state.note_text(texts[0], "read")
        node = run.state.graph.add("read", texts[0].text, site.place, base.deps)
        return Column(frozenset({node}), texts[0].text)
    return Unknown(site.all_deps(), texts[0].text if texts else "")


def values_of(run: Interpreter, site: CallSite) -> Value:
    """``d.values()``, ``unlist(x)``: what is inside, without names."""
    base = site.value("table")
    if isinstance(base, Record):
        items: list[tuple[str | None, Value]] = []
        for value in base.fields.values():
            if isinstance(value, Vector) and site.option("flat") == "yes":
                items.extend(value.items)
            else:
                items.append((None, value))
        return Vector(base.deps, items, is_open=base.is_open)
    if isinstance(base, Vector) and site.option("flat") == "yes":
        items = []
        is_open = base.is_open
        rests = base.rests
        for name, value in base.items:
            if isinstance(value, Vector):
                items.extend(value.items)
                is_open = is_open or value.is_open
                rests += value.rests
            elif isinstance(value, Record):
                items.extend(value.fields.items())
            else:
                items.append((name, value))
        return Vector(base.deps, items, rests, is_open, base.by_data)
    del run
    return base if base is not None else site.unknown()


def isolated_names(expr: code.Expr | None) -> list[str]:
    """Return the names that stand in an expression."""
    return [name for name, _ in names_in(expr)]


_ = Estimator
