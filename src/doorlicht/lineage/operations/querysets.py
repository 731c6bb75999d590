"""Tables that code reaches through the objects of an ORM: ``Client.objects.filter(...).values()``.

Source: Django documentation, "QuerySet API reference".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING, Deps
from doorlicht.lineage.selecting import read_column
from doorlicht.lineage.values import ClassValue, Frame, Known, Rest, Text, Unknown, Value, texts_of
from doorlicht.records import code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

MANAGER: Final = "objects"
LOOKUPS: Final = frozenset(
    ["exact", "iexact", "contains", "icontains", "in", "gt", "gte", "lt", "lte", "startswith",
     "istartswith", "endswith", "iendswith", "range", "date", "year", "month", "day", "isnull",
     "regex", "iregex", "week", "quarter"]
)  # fmt: skip
"""What stands behind the name of a field to say how it is compared."""


def of_manager(run: Interpreter, model: Value, line: int) -> Frame | None:
    """Return the rows of a model, if the value can be one: a class, or what was imported."""
    if isinstance(model, ClassValue):
        name = model.node.name if model.node is not None else ""
    elif isinstance(model, Known):
        name = model.name.rsplit(".", 1)[-1] if model.receiver is None else ""
    else:
        name = model.name if isinstance(model, Unknown) and model.frame is None else ""
    if not name[:1].isupper():
        return None
    place = run.place(line)
    step = run.state.graph.add("load", name, place, NOTHING)
    return Frame(rests=(Rest(name.lower(), step),), is_queryset=True)


def keep_rows(run: Interpreter, site: CallSite) -> Value:
    """``filter``, ``exclude`` and ``get``: rows by fields, also within ``Q(...)``."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    rows: Deps = NOTHING
    fields = [name for name, _, _ in site.parts() if name is not None]
    fields += [name for _, expr, _ in site.parts() for name in _fields_in(expr)]
    for field in fields:
        name = _column_of(field)
        rows |= read_column(run.state, frame, name, site.place)
        run.state.note(frozenset({site.place}), name, "filter")
    kept = frame.copy()
    if rows:
        kept.rows = frame.rows | {run.state.graph.add("filter", "", site.place, rows)}
    return kept


def choose_fields(run: Interpreter, site: CallSite) -> Value:
    """``values`` and ``values_list``: a table of some fields; without names, of all."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    names = [text for name, value in site.all_values() if name is None for text in texts_of(value)]
    if not names:
        return replace(frame.copy(), is_queryset=False, is_rows=True)
    chosen = Frame(frame.deps, rows=frame.rows, is_rows=True)
    for text in names:
        column = _column_of(text.text)
        places = text.places or frozenset({site.place})
        for place in sorted(places)[:1]:
            chosen.columns[text.text] = read_column(run.state, frame, column, place)
        chosen.named[text.text] = places
        run.state.note_text(Text(NOTHING, column, places), "read")
    return chosen


def _column_of(field: str) -> str:
    """Return the field at the end of a path: ``person__nationality__in``."""
    parts = [part for part in field.split("__") if part]
    while len(parts) > 1 and parts[-1] in LOOKUPS:
        parts.pop()
    return parts[-1] if parts else field


def _fields_in(expr: code.Expr | None) -> Iterator[str]:
    if isinstance(expr, code.Call):
        yield from (arg.name for arg in expr.args if arg.name is not None and not arg.spread)
        for arg in expr.args:
            yield from _fields_in(arg.value)
    elif isinstance(expr, code.Op):
        for part in expr.operands:
            yield from _fields_in(part)
