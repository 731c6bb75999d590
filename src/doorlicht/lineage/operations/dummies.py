"""One column per value: ``get_dummies``, ``dummyVars``, ``model.matrix``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.selecting import leave_out, read_column
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Column,
    Frame,
    Record,
    Text,
    Value,
    texts_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def dummies(run: Interpreter, site: CallSite) -> Value:
    """Follow one column per value, under the name of the column or what the code gives."""
    value = site.value("table")
    if isinstance(value, Column):
        if value.name:
            run.state.note(value.places, value.name, "derive")
        name = f"{value.name}_{HOLE}" if value.name else HOLE
        prefix = site.text("prefix")
        if prefix is not None:
            name = f"{prefix.text}_{HOLE}"
        node = run.state.graph.add("one-hot", name, site.place, value.deps)
        return Frame(
            columns={name: frozenset({node})}, made={name: "data-value"}, named={name: value.places}
        )
    frame = site.table()
    if frame is None:
        return site.unknown()
    columns = site.value("columns")
    chosen = None
    if columns is not None and texts_of(columns):
        chosen = [text.text for text in texts_of(columns)]
    begins = _beginnings(site.value("prefix"), chosen)
    mark = site.text("mark")
    between = mark.text if mark is not None else "_"
    result = frame.copy()
    result.columns, result.named = {}, {}
    if chosen is not None:
        result.columns.update({n: d for n, d in frame.columns.items() if n not in chosen})
        result.named.update({n: p for n, p in frame.named.items() if n not in chosen})
        result.rests = leave_out(frame.rests, chosen)
    for name in chosen if chosen is not None else list(frame.columns):
        deps = read_column(run.state, frame, name, site.place)
        new = name if HOLE in name else f"{begins.get(name, name)}{between}{HOLE}"
        node = run.state.graph.add("one-hot", new, site.place, deps)
        result.columns[new] = frozenset({node})
        result.made[new] = "data-value"
        result.named[new] = frame.named.get(name, NOWHERE)
        if chosen is None:
            # A column of numbers keeps its name.
            result.columns[name] = frozenset({node})
            result.named[name] = frame.named.get(name, NOWHERE)
            result.columns.pop(new, None)
            result.made.pop(new, None)
    if columns is not None:
        for text in texts_of(columns):
            run.state.note_text(text, "read")
    return result


def _beginnings(prefix: Value | None, chosen: list[str] | None) -> dict[str, str]:
    """Return what the new names begin with, by column: one text, one for each, or by name."""
    names = chosen or []
    if isinstance(prefix, Text):
        return dict.fromkeys(names, prefix.text)
    if isinstance(prefix, Record):
        return {
            name: text.text for name, value in prefix.fields.items() for text in texts_of(value)
        }
    texts = texts_of(prefix) if prefix is not None else []
    if len(texts) != len(names):
        return {}
    return {name: text.text for name, text in zip(names, texts, strict=True)}
