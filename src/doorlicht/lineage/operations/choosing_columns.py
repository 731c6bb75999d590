"""Columns chosen from a table, or left out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.choosing import choose_by_parts, choose_by_value, exclude, text_gate
from doorlicht.lineage.graph import NOTHING, Deps
from doorlicht.lineage.operations.tables import assign_one, in_place
from doorlicht.lineage.selecting import Choice, choose, names_of
from doorlicht.lineage.values import (
    NOWHERE,
    Column,
    Estimator,
    Record,
    Selector,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def select(run: Interpreter, site: CallSite) -> Value:
    """Only some columns."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    parts = site.further("columns") or (
        [] if site.index("columns") is None else [site.parts()[site.index("columns") or 0]]
    )
    choice = choose_by_parts(run, site, frame, parts)
    if site.option("keeps") == "others":
        choice.with_all = True
    chosen = choose(run.state, frame, choice, site.place)
    for old, new in choice.renamed.items():
        run.state.note(frozenset({site.place}), new, "derive")
        run.state.note(frozenset({site.place}), old, "derive")
    for name, column in choice.computed.items():
        assign_one(run, chosen, name, column.places, column, site.place)
    return chosen


def select_like(run: Interpreter, site: CallSite) -> Value:
    """``df.filter(items=, like=, regex=)`` of pandas; columns by their type."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    choice = Choice()
    if site.has("items"):
        choose_by_value(site.value("items"), choice)
    if site.has("like"):
        choice.gates.append(text_gate("contains", site.texts("like")))
    if site.has("regex"):
        choice.gates.append(text_gate("matches", site.texts("regex")))
    if not (choice.picked or choice.gates or choice.rests):
        choice.with_all = True
    return choose(run.state, frame, choice, site.place)


def selector(run: Interpreter, site: CallSite) -> Value:
    """``starts_with("x")``, ``everything()``, ``where(is.numeric)``, ``pl.all().exclude("x")``."""
    kind = site.option("test")
    if kind == "all":
        return Selector(everything=True)
    if kind == "without":
        if site.receiver is not None and not isinstance(site.receiver, Selector):
            return site.unknown()
        words = [text for _, value in site.all_values() for text in texts_of(value)]
        for word in words:
            run.state.note_text(word, "drop")
        return Selector(gates=(text_gate("in", words, is_kept=False),))
    return Selector(gates=(text_gate(kind, site.texts("words")),))


def drop(run: Interpreter, site: CallSite) -> Value:
    """Without some columns."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    choice = Choice(with_all=True)
    inner = Choice()
    parts = site.further("columns")
    if parts:
        inner = choose_by_parts(run, site, frame, parts)
    else:
        choose_by_value(site.value("columns"), inner)
    exclude(choice, inner)
    if inner.rests:
        choice.with_all = False
        choice.picked = []
    chosen = choose(run.state, frame, choice, site.place)
    return in_place(run, site, frame, chosen)


def pull(run: Interpreter, site: CallSite) -> Value:
    """One column: ``pull``, ``df.get("x")``, ``col("x")``."""
    frame = site.table()
    index = site.index("column")
    if frame is None or index is None:
        return site.unknown()
    _, expr, _ = site.parts()[index]
    if site.is_masking and isinstance(expr, code.Name) and not texts_of(site.scope.find(expr.id)):
        return run.column(frame, expr.id, expr.line)
    for text in texts_of(site.at(index))[:1]:
        return run.column(frame, text.text, site.place.line, text.places)
    return Column(frame.all_deps)


def free_column(run: Interpreter, site: CallSite) -> Value:
    """Return a column of the table at hand: ``F.col("x")``, ``pl.col("x")``, ``sym("x")``."""
    texts = site.texts("column")
    for _, expr, value in site.further("column"):
        if value is None and expr is not None:
            value = run.evaluate(expr, site.scope)
        texts.extend(texts_of(value))
    if not texts:
        return site.unknown()
    if run.masks:
        columns = [run.column(run.masks[-1], t.text, site.place.line, t.places) for t in texts]
        return columns[0] if len(columns) == 1 else Vector(NOTHING, [(None, c) for c in columns])
    run.unbound += 1
    made: list[tuple[str | None, Value]] = []
    for text in texts:
        meaning = run.state.names.of_column(text.text)
        deps: Deps = NOTHING
        if meaning is not None:
            run.state.note_text(text, "read")
            deps = frozenset({run.state.graph.source("", text.text, site.place)})
        made.append((None, Column(deps, text.text, places=text.places)))
    return made[0][1] if len(made) == 1 else Vector(NOTHING, made)


def column_names(run: Interpreter, site: CallSite) -> Value:
    """Return the names of the columns of a table, or of a list."""
    value = site.value("table")
    frame = run.as_frame(value)
    if frame is not None and site.option("rows") == "yes":
        return Unknown(frame.rows)
    if frame is not None:
        return names_of(frame)
    if isinstance(value, Vector) and value.by_data:
        # The names of what the data chose.
        return value
    if isinstance(value, Vector):
        return Vector(
            NOTHING, [(None, Text(NOTHING, n)) for n, _ in value.items if n], is_open=value.is_open
        )
    if isinstance(value, Record):
        items: list[tuple[str | None, Value]] = [
            (None, Text(NOTHING, n, value.places.get(n, NOWHERE))) for n in value.fields
        ]
        return Vector(NOTHING, items, is_open=value.is_open)
    if isinstance(value, Estimator) and value.fitted is not None:
        names = names_of(value.fitted)
        names.by_data = value.role == "selector"
        return names
    return Vector(deps_of(value), is_open=True)
