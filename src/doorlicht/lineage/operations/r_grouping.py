"""Tables of R taken apart by group: ``aggregate``, ``split``, ``by``.

Source: R, help pages *aggregate*, *split* and *by*; dplyr, *group_split* and *group_map*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.graph import NOTHING, Deps
from doorlicht.lineage.operations.formulas import names_on_the_left
from doorlicht.lineage.operations.functional import apply_function
from doorlicht.lineage.operations.groups import note_groups
from doorlicht.lineage.selecting import read_column
from doorlicht.lineage.values import (
    Column,
    FormulaValue,
    Frame,
    Literal_,
    Places,
    Record,
    Value,
    Vector,
    deps_of,
    texts_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def aggregate(run: Interpreter, site: CallSite) -> Value:
    """``aggregate(y ~ g, data = df, FUN = mean)``, ``aggregate(df$y, list(g = df$g), mean)``."""
    formula = site.value("formula")
    frame = run.as_frame(site.value("table")) or run.as_frame(formula)
    groups: list[tuple[str, Deps, Places]] = []
    subjects: list[tuple[str, Deps]] = []
    if isinstance(formula, FormulaValue) and formula.node is not None and frame is not None:
        groups = _of_table(run, site, frame, names_on_the_left(formula.node.right))
        for name in names_on_the_left(formula.node.left):
            if name == ".":
                subjects.extend(frame.columns.items())
            else:
                subjects.append((name, read_column(run.state, frame, name, site.place)))
    else:
        by = site.value("by")
        subject = run.as_frame(formula)
        groups = _named_groups(run, site, by, frame)
        if subject is not None:
            subjects.extend(subject.columns.items())
        else:
            subjects.append(("x", deps_of(formula)))
    keys = NOTHING.union(*(deps for _, deps, _ in groups)) if groups else NOTHING
    result = Frame(rows=frame.rows if frame is not None else NOTHING)
    for name, deps, places in groups:
        result.columns[name] = deps
        result.named[name] = places
    for name, deps in subjects:
        result.columns[name] = deps | keys
    measured = NOTHING.union(*(deps for _, deps in subjects)) if subjects else NOTHING
    whole = frame if frame is not None else Frame()
    note_groups(run, whole, [name for name, _, _ in groups], keys, measured, site.place)
    return result


def _of_table(
    run: Interpreter, site: CallSite, frame: Frame, names: list[str]
) -> list[tuple[str, Deps, Places]]:
    here: Places = frozenset({site.place})
    for name in names:
        run.state.note(here, name, "read")
    return [(name, read_column(run.state, frame, name, site.place), here) for name in names]


def _named_groups(
    run: Interpreter, site: CallSite, by: Value | None, frame: Frame | None
) -> list[tuple[str, Deps, Places]]:
    items: list[tuple[str | None, Value]] = []
    if isinstance(by, Record):
        items = list(by.fields.items())
    elif isinstance(by, Vector):
        items = list(by.items)
    elif by is not None:
        items = [(None, by)]
    found: list[tuple[str, Deps, Places]] = []
    for name, item in items:
        if isinstance(item, Column):
            found.append((name or item.name, item.deps, item.places))
        elif frame is not None:
            for text in texts_of(item):
                deps = read_column(run.state, frame, text.text, site.place)
                run.state.note_text(text, "read")
                found.append((text.text, deps, text.places))
    return found


def split_by(run: Interpreter, site: CallSite) -> Value:
    """``split(df, df$g)``, ``group_split(df, g)``, ``by(df, df$g, f)``: a table for each group."""
    subject = site.value("table")
    frame = run.as_frame(subject)
    by = site.masked("by", frame)
    names = [(n, d, p) for n, d, p in _named_groups(run, site, by, frame) if n]
    if isinstance(by, FormulaValue) and by.node is not None and frame is not None:
        names = _of_table(run, site, frame, names_on_the_left(by.node.right))
    if frame is None:
        return Vector(deps_of(subject) | deps_of(by), [(None, subject or Literal_())])
    groups = [*frame.groups, *(name for name, _, _ in names)]
    deps = NOTHING.union(*(each for _, each, _ in names)) if names else NOTHING
    for key in frame.groups:
        deps |= read_column(run.state, frame, key, site.place)
    part = frame.copy()
    part.groups = ()
    note_groups(run, frame, groups, deps, frame.all_deps, site.place)
    function = site.value("function")
    if function is not None:
        result = apply_function(run, site, function, [part])
        return result if isinstance(result, Frame) else Vector(NOTHING, [(None, result)])
    return Vector(NOTHING, [(None, part)])
