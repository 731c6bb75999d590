"""Tables by group, and what is summed up of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.choosing import choose_by_parts, choose_by_value
from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.operations.tables import columns_in, same
from doorlicht.lineage.selecting import Choice, choose, leave_out, read_column
from doorlicht.lineage.state import BiasTest
from doorlicht.lineage.values import (
    NOWHERE,
    Column,
    Frame,
    Places,
    Record,
    Value,
    Vector,
    deps_of,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def group(run: Interpreter, site: CallSite) -> Value:
    """Rows gathered by columns; what is computed next depends on those."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    chosen = _keys(run, site, frame)
    grouped = frame.copy()
    grouped.groups = tuple(name for name, _ in chosen)
    for name, places in chosen:
        grouped.named[name] = places
    return grouped


def number_in_group(run: Interpreter, site: CallSite) -> Value:
    """``df.groupby("x").cumcount()``: a number that tells of the groups and of no other column."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    keys = [read_column(run.state, frame, name, site.place) for name in frame.groups]
    return Column(NOTHING.union(*keys, frame.rows))


def _key_names(run: Interpreter, site: CallSite, frame: Frame) -> list[str]:
    return [name for name, _ in _keys(run, site, frame)]


def _keys(run: Interpreter, site: CallSite, frame: Frame) -> list[tuple[str, Places]]:
    """Return the columns by which rows are gathered, and where they are spelled."""
    choice = Choice()
    parts = site.further("by")
    if not parts and site.index("by") is not None:
        parts = [site.parts()[site.index("by") or 0]]
    if site.is_masking:
        for name, expr, value in parts:
            inner = choose_by_parts(run, site, frame, [(None, expr, value)])
            if name is not None and name not in ("by", ".by") and not inner.picked:
                inner.picked.append((name, frozenset({site.place})))
            choice.picked.extend(inner.picked)
    else:
        for _, expr, value in parts:
            known = (
                value if value is not None else run.evaluate(expr or code.Missing(0), site.scope)
            )
            if isinstance(known, Column) and known.name and known.content is None:
                choice.picked.append((known.name, known.places))
            elif isinstance(known, Vector):
                for _, item in known.items:
                    if isinstance(item, Column) and item.name:
                        choice.picked.append((item.name, item.places))
                    else:
                        choose_by_value(item, choice)
            else:
                choose_by_value(known, choice)
    for name, places in choice.picked:
        run.state.note(places, name, "read")
    return choice.picked


def ungroup(run: Interpreter, site: CallSite) -> Value:
    """Return the table without groups."""
    frame = site.table()
    if frame is None:
        return same(run, site)
    plain = frame.copy()
    plain.groups = ()
    return plain


def aggregate(run: Interpreter, site: CallSite) -> Value:
    """One row per group: ``summarise``, ``agg``, ``value_counts``, ``count``."""
    frame = site.table()
    if frame is None:
        column = site.value("table")
        return Column(deps_of(column) | site.all_deps(), getattr(column, "name", ""))
    keys = [*frame.groups, *_key_names(run, site, frame)]
    key_deps: Deps = NOTHING
    result = Frame(frame.deps, rows=frame.rows, dropped=dict(frame.dropped))
    result.spelled, result.keys = dict(frame.spelled), tuple(keys)
    for key in keys:
        deps = read_column(run.state, frame, key, site.place)
        key_deps |= deps
        result.columns[key] = deps
        result.named[key] = frame.named.get(key, NOWHERE)
    subject: Deps = NOTHING
    grouped = frame.copy()
    whole = site.value("columns")
    specs = [] if whole is None else [whole]
    for name, expr, given in site.further("pairs"):
        line = getattr(expr, "line", site.place.line)
        value = (
            given
            if given is not None
            else run.evaluate_masked(
                expr or code.Missing(line), site.scope, grouped if site.has_columns else None
            )
        )
        if name is None and run.at.language == "python":
            made = columns_in(value)
            for column in made:
                subject |= column.deps
                deps, at = column.deps | key_deps, run.place(line)
                run.store_column(result, column.name, column.places, deps, at)
            specs += [] if made else [value]
            continue
        deps = deps_of(value)
        for text in texts_of(value):
            deps |= read_column(run.state, frame, text.text, site.place)
            run.state.note_text(text, "read")
        subject |= deps
        if name is not None:
            places = frozenset({run.place(line)})
            run.store_column(result, name, places, deps | key_deps, run.place(line))
            run.store_column(grouped, name, places, deps | key_deps, run.place(line))
    for spec in specs:
        subject |= _aggregate_columns(run, site, frame, result, spec, key_deps)
    if not site.further("pairs") and not specs:
        for name, deps in frame.columns.items():
            if name not in keys:
                result.columns[name] = deps | key_deps
                subject |= deps
        result.rests = leave_out(frame.rests, list(keys))
        subject |= frame.all_deps
    counted = site.option("count") or ("n" if site.option("counts") else "")
    if counted:
        run.store_column(result, counted, NOWHERE, key_deps, site.place)
    note_groups(run, frame, keys, key_deps, subject, site.place)
    return result


def _aggregate_columns(
    run: Interpreter, site: CallSite, frame: Frame, result: Frame, spec: Value, keys: Deps
) -> Deps:
    subject: Deps = NOTHING
    if isinstance(spec, Record):
        for name, value in spec.fields.items():
            places = spec.places.get(name, NOWHERE)
            run.state.note(places, name, "read")
            deps = read_column(run.state, frame, name, site.place)
            subject |= deps
            result.columns[name] = deps | keys
            result.named[name] = places
            del value
    else:
        choice = Choice()
        choose_by_value(spec, choice)
        functions = not choice.picked or all(
            run.state.names.of_column(name) is None
            and name not in frame.columns
            and not any(rest.lets(name) and rest.dataset for rest in ())
            for name, _ in choice.picked
        )
        for name, deps in frame.columns.items():
            result.columns[name] = deps | keys
            subject |= deps
        if not functions:
            chosen = choose(run.state, frame, choice, site.place)
            result.columns = {n: d | keys for n, d in chosen.columns.items()}
            subject = chosen.all_deps
        result.rests = frame.rests
        subject |= frame.all_deps
    return subject


def note_groups(
    run: Interpreter, frame: Frame, keys: list[str], groups: Deps, subject: Deps, place: Place
) -> None:
    """Remember that something is measured by group, if the groups are about origin."""
    if not any(
        run.state.names.of_column(key) is not None for key in keys
    ) and not run.state.is_about_origin(groups):
        return
    places = {key: frame.named[key] for key in keys if key in frame.named}
    run.state.see_bias_test(BiasTest(place, groups, subject, tuple(keys), places))


def note_each_group(run: Interpreter, groups: Column, place: Place) -> None:
    """Remember that something is done for each value of a column about origin in turn."""
    if groups.frame is not None and groups.content is None and groups.name:
        frame = groups.frame.copy()
        frame.named[groups.name] = groups.places
        note_groups(run, frame, [groups.name], groups.deps, frame.all_deps, place)
