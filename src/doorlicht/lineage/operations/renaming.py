"""Columns under other names: ``rename``, ``rename_with``, ``names(df) <- ...``, ``set_names``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.choosing import choose_by_parts
from doorlicht.lineage.graph import NOTHING, Place
from doorlicht.lineage.operations.functional import apply_function
from doorlicht.lineage.operations.tables import in_place
from doorlicht.lineage.selecting import Choice, leave_out, names_of, rename_columns
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Frame,
    Gate,
    Literal_,
    Mask,
    Places,
    Record,
    Rest,
    Text,
    Value,
    Vector,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def rename(run: Interpreter, site: CallSite) -> Value:
    """Other names for some columns."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    names: dict[str, tuple[str, Places]] = {}
    mapping = site.value("mapping")
    if isinstance(mapping, Record):
        new_to_old = site.option("order") == "new"
        for key, value in mapping.fields.items():
            for text in texts_of(value)[:1]:
                here = mapping.places.get(key, NOWHERE)
                run.state.note(here, key, "derive")
                run.state.note_text(text, "derive")
                if new_to_old:
                    names[text.text] = (key, here or text.places)
                else:
                    names[key] = (text.text, text.places)
    elif (
        mapping is not None
        and not texts_of(mapping)
        and not isinstance(mapping, (Vector, Literal_))
    ):
        return in_place(run, site, frame, _rename_by_function(run, site, frame, mapping))
    old, new = site.texts("old"), site.texts("new")
    for before, after in zip(old, new, strict=False):
        run.state.note_text(before, "derive")
        names[before.text] = (after.text, after.places)
    for name, expr, value in site.further("pairs"):
        if name is None:
            if isinstance(value, Vector):
                for key, item in value.items:
                    for text in texts_of(item)[:1]:
                        names[text.text] = (key or text.text, text.places)
            continue
        spelled = _name_in(run, site, expr, value)
        if spelled is not None:
            here = frozenset({run.place(getattr(expr, "line", site.place.line))})
            run.state.note(here, spelled, "derive")
            run.state.note(here, name, "derive")
            names[spelled] = (name, here)
    changed = rename_columns(run.state, frame, names, site.place)
    return in_place(run, site, frame, changed)


def _name_in(
    run: Interpreter, site: CallSite, expr: code.Expr | None, value: Value | None
) -> str | None:
    if isinstance(expr, code.Name) and not texts_of(site.scope.find(expr.id)):
        return expr.id
    if value is None and expr is not None:
        value = run.evaluate(expr, site.scope)
    texts = texts_of(value)
    return texts[0].text if texts else None


def rename_all(run: Interpreter, site: CallSite) -> Value:
    """``df.columns = names``, ``names(df) <- names``: as many names as columns, in their order."""
    frame, names = site.given[0], site.given[1]
    if not isinstance(frame, Frame):
        return site.unknown()
    return _renamed_in_order(run, frame, names, site.place)


def _renamed_in_order(run: Interpreter, frame: Frame, names: Value, place: Place) -> Frame:
    texts = texts_of(names)
    old = list(frame.columns)
    if isinstance(names, Vector) and names.rests and not frame.rests:
        return frame
    if isinstance(names, Vector) and names.rests:
        # Names made of the names there were: lower case, another spelling.
        changed = frame.copy()
        changed.rests = names.rests
        renamed: dict[str, tuple[str, Places]] = {}
        for before, text in zip(old, texts, strict=False):
            if before != text.text:
                renamed[before] = (text.text, text.places)
        return rename_columns(run.state, changed, renamed, place) if renamed else changed
    if frame.rests or len(texts) != len(old):
        changed = frame.copy()
        step = run.state.graph.add("rename", "", place, frame.all_deps, doubt=0.2)
        if not texts:
            return changed
        changed.columns = {}
        for text in texts:
            node = run.state.graph.add(
                "rename",
                text.text,
                place,
                frozenset({step})
                if not frame.rests
                else frozenset({run.state.graph.source(frame.rests[0].dataset, text.text, place)}),
            )
            changed.columns[text.text] = frozenset({node})
            changed.named[text.text] = text.places
        changed.rests = ()
        return changed
    pairs = {
        before: (text.text, text.places)
        for before, text in zip(old, texts, strict=True)
        if before != text.text
    }
    return rename_columns(run.state, frame, pairs, place)


def rename_some(run: Interpreter, site: CallSite) -> Value:
    """``names(df)[names(df) == "a"] <- "b"``, ``names(df)[-1] <- ...``: some columns renamed."""
    frame, key, value = site.given
    if not isinstance(frame, Frame):
        return site.unknown()
    names = list(frame.columns)
    old: list[str] = []
    gates: tuple[Gate, ...] = ()
    if isinstance(key, Literal_) and isinstance(key.value, int) and not frame.rests:
        at = key.value
        old = names[at - 1 : at] if at > 0 else [*names[: -at - 1], *names[-at:]]
    elif isinstance(key, Mask):
        gates = key.gates
        if all(gate.kind == "in" and gate.is_kept for gate in gates):
            old = [word for gate in gates for word in gate.words]
        else:
            old = [name for name in names if all(gate.lets(name) for gate in gates)]
    elif isinstance(key, Vector):
        old = [text.text for text in texts_of(key)]
    pairs = {a: (b.text, b.places) for a, b in zip(old, texts_of(value), strict=False)}
    for name in pairs:
        run.state.note(frozenset({site.place}), name, "derive")
    changed = rename_columns(run.state, frame, pairs, site.place)
    for name, (new, places) in pairs.items():
        if new != name and not places:
            changed.made[new] = "derived-name"
    if gates and isinstance(value, Vector) and value.rests:
        changed.rests = (*value.rests, *_without(changed.rests, gates))
    return changed


def _without(rests: tuple[Rest, ...], gates: tuple[Gate, ...]) -> tuple[Rest, ...]:
    """Return the columns that one of the tests keeps out."""
    return tuple(
        rest._replace(gates=(*rest.gates, gate._replace(is_kept=not gate.is_kept)))
        for rest in rests
        for gate in gates
    )


def _rename_by_function(
    run: Interpreter, site: CallSite, frame: Frame, function: Value, only: Choice | None = None
) -> Frame:
    """Return the table with its names, or only those that a choice takes, through a function."""
    names = names_of(frame)
    renamed: dict[str, tuple[str, Places]] = {}
    for _, item in names.items:
        old = item.text if isinstance(item, Text) else ""
        if only is not None and not _takes(only, old):
            continue
        result = apply_function(run, site, function, [item])
        for text in texts_of(result)[:1]:
            if text.text != old:
                renamed[old] = (text.text, text.places)
    changed = rename_columns(run.state, frame, renamed, site.place)
    for name, _ in renamed.values():
        changed.made[name] = "derived-name"
    pattern = apply_function(run, site, function, [Text(NOTHING, HOLE)])
    for text in texts_of(pattern)[:1]:
        if text.text != HOLE and HOLE in text.text:
            changed.rests = _rests_called(changed.rests, text.text, only)
    return changed


def _takes(choice: Choice, name: str) -> bool:
    low = name.lower()
    if any(low == gone.lower() for gone, _ in choice.left_out):
        return False
    if choice.with_all or choice.is_open or any(low == one.lower() for one, _ in choice.picked):
        return True
    return any(gate.lets(name) for gate in choice.gates)


def _rests_called(rests: tuple[Rest, ...], pattern: str, only: Choice | None) -> tuple[Rest, ...]:
    """Return columns that nobody named yet under their new names, and those that keep theirs."""
    whole = tuple(rest._replace(pattern=pattern) for rest in rests)
    if only is None:
        return whole
    if only.gates:
        chosen = tuple(r._replace(gates=(*r.gates, gate)) for r in whole for gate in only.gates)
        return (*chosen, *_without(rests, tuple(only.gates)))
    if only.with_all or only.is_open:
        gone = [name for name, _ in only.left_out]
        kept = Gate("in", tuple(gone), True)
        same = tuple(r._replace(gates=(*r.gates, kept)) for r in rests) if gone else ()
        lower = frozenset(name.lower() for name in gone)
        return (*(r._replace(left_out=r.left_out | lower) for r in whole), *same)
    picked = [name for name, _ in only.picked]
    taken = Gate("in", tuple(picked), True)
    chosen = tuple(r._replace(gates=(*r.gates, taken)) for r in whole) if picked else ()
    return (*chosen, *leave_out(rests, picked))


def _function(run: Interpreter, site: CallSite) -> Value | None:
    """Return what changes the names; ``funs(paste0("x_", .))`` and ``list(~ ...)`` hold it."""
    expr = site.expr("function")
    if isinstance(expr, code.Call) and isinstance(expr.func, code.Name) and len(expr.args) == 1:
        inner = expr.args[0].value
        if expr.func.id == "funs" and not isinstance(inner, (code.Name, code.Formula)):
            inner = code.Formula(None, inner, expr.line)
        if expr.func.id in ("funs", "list"):
            return run.evaluate(inner, site.scope)
    return site.value("function")


def rename_with(run: Interpreter, site: CallSite) -> Value:
    """Follow names changed by a function: ``rename_with(df, toupper)``, ``add_prefix``."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    prefix, suffix = site.text("prefix"), site.text("suffix")
    if prefix is not None or suffix is not None:
        before = prefix.text if prefix else ""
        after = suffix.text if suffix else ""
        changed = frame.copy()
        changed.columns, changed.named = {}, {}
        for name, deps in frame.columns.items():
            if name in frame.index:
                changed.columns[name] = deps
                changed.named[name] = frame.named.get(name, NOWHERE)
                continue
            node = run.state.graph.add("rename", before + name + after, site.place, deps)
            changed.columns[before + name + after] = frozenset({node})
            changed.made[before + name + after] = "derived-name"
        changed.rests = tuple(
            rest._replace(pattern=before + rest.pattern + after) for rest in frame.rests
        )
        return changed
    function = _function(run, site)
    if function is None:
        return frame
    if isinstance(function, (Vector, Text)):
        return _renamed_in_order(run, frame, function, site.place)
    only = None
    at = site.index("columns")
    if at is not None and at >= 0:
        only = choose_by_parts(run, site, frame, [site.parts()[at]])
    return _rename_by_function(run, site, frame, function, only)
