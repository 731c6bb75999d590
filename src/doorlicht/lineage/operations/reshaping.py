"""Tables made wide or long: one column for each value, and back.

Source: tidyr, *pivot_wider* and *pivot_longer*; pandas, *pivot*, *melt* and *stack*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.choosing import choose_by_parts, choose_by_value
from doorlicht.lineage.graph import NOTHING, Deps
from doorlicht.lineage.noting import names_in
from doorlicht.lineage.selecting import Choice, choose, leave_out, read_column
from doorlicht.lineage.state import BiasTest
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Column,
    Frame,
    Value,
    Vector,
    any_value_of,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def widen(run: Interpreter, site: CallSite) -> Value:
    """Values become names of columns: ``pivot_wider``, ``crosstab``, ``dcast``, ``spread``."""
    frame = site.table()
    keys = _value_names(run, site, frame, "names")
    values = _value_names(run, site, frame, "values")
    rows = _value_names(run, site, frame, "rows")
    if not keys and frame is not None and site.option("by") == "keys":
        # ``unstack``: what the rows were gathered by last goes into the columns.
        keys = [(n, read_column(run.state, frame, n, site.place)) for n in frame.keys[-1:]]
    deps: Deps = NOTHING
    for name, each in (*keys, *values):
        del name
        deps |= each
    result = Frame(rows=NOTHING if frame is None else frame.rows)
    if frame is not None:
        result.dropped = dict(frame.dropped)
        gone = {name for name, _ in (*keys, *values)}
        for name, each in frame.columns.items():
            if name not in gone:
                result.columns[name] = each
                result.named[name] = frame.named.get(name, NOWHERE)
        result.rests = () if rows else leave_out(frame.rests, sorted(gone))
    for name, each in rows:
        result.columns[name] = each
    if site.option("index"):
        result.index = frozenset(name for name, _ in rows)
    prefix = site.text("prefix")
    before = prefix.text if prefix is not None else ""
    for name, each in keys:
        spelled = "" if frame is None else frame.spelled.get(name, "")
        new = f"{before}{spelled or HOLE}" if before or spelled or not name else any_value_of(name)
        node = run.state.graph.add("pivot", new, site.place, each | deps)
        result.columns[new] = frozenset({node})
        result.made[new] = "data-value"
    if site.option("test") == "groups":
        groups = NOTHING.union(*(each for _, each in rows)) if rows else NOTHING
        if run.state.is_about_origin(groups | deps):
            names = tuple(name for name, _ in rows)
            run.state.see_bias_test(BiasTest(site.place, groups, deps, names))
    return result


def _value_names(
    run: Interpreter, site: CallSite, frame: Frame | None, role: str
) -> list[tuple[str, Deps]]:
    index = site.index(role)
    if index is None:
        return []
    _, expr, value = site.parts()[index]
    if value is None and isinstance(expr, code.Formula):
        return [
            (name, read_column(run.state, frame, name, site.place) if frame else NOTHING)
            for name, _ in names_in(expr.right if role == "names" else expr.left)
        ]
    if site.is_masking and frame is not None and expr is not None:
        choice = choose_by_parts(run, site, frame, [(None, expr, value)])
        return [
            (name, read_column(run.state, frame, name, site.place)) for name, _ in choice.picked
        ]
    known = site.at(index)
    if isinstance(known, Column):
        return [(known.name, known.deps)]
    found: list[tuple[str, Deps]] = []
    if isinstance(known, Vector) and any(isinstance(item, Column) for _, item in known.items):
        found = [(i.name, i.deps) for _, i in known.items if isinstance(i, Column)]
    for text in texts_of(known):
        run.state.note_text(text, "read")
        if frame is not None:
            found.append((text.text, read_column(run.state, frame, text.text, site.place)))
    return found


def lengthen(run: Interpreter, site: CallSite) -> Value:
    """Names of columns become values: ``pivot_longer``, ``melt``, ``gather``."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    deps = frame.all_deps
    result = frame.copy()
    ids = site.value("ids")
    if ids is not None:
        choice = Choice()
        choose_by_value(ids, choice)
        result = choose(run.state, frame, choice, site.place)
    for role, standard in (("names_to", "variable"), ("values_to", "value")):
        text = site.text(role)
        name = text.text if text is not None else standard
        node = run.state.graph.add("pivot", name, site.place, deps)
        result.columns[name] = frozenset({node})
    return result
