"""Rows one by one: dictionaries, and what is kept of each in a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from doorlicht.lineage.graph import NOTHING, Deps
from doorlicht.lineage.values import (
    Column,
    Frame,
    Known,
    Record,
    Value,
    Vector,
    deps_of,
    join_frames,
)

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter


def selected(run: Interpreter, value: Value, by: Deps, line: int) -> Value:
    """Return a row that a test selects."""
    if not by:
        return value
    if isinstance(value, Record):
        value = frame_of_records([value]) or value
    frame = run.as_frame(value)
    if frame is not None:
        kept = frame.copy()
        kept.rows |= by
        return kept
    if isinstance(value, Known) and isinstance(value.receiver, Frame):
        value = run.column(value.receiver, value.name, line)
    if isinstance(value, Column) and value.name and run.state.is_about_origin(by):
        # ``picked.append(row.bsn)``: a list of persons, if only their numbers.
        columns = {value.name: value.deps | by}
        return Frame(columns=columns, named={value.name: value.places}, rows=by)
    return value


def frame_of_records(values: Sequence[Value]) -> Frame | None:
    """Return rows, each a dictionary or a table of one row, as a table; none if one is neither."""
    joined: Frame | None = None
    for value in values:
        frame = value if isinstance(value, Frame) else None
        if isinstance(value, Record):
            frame = Frame(value.deps if value.is_open else NOTHING)
            for name, item in value.fields.items():
                frame.columns[name] = deps_of(item)
                frame.named[name] = value.places.get(name, frozenset())
        if frame is None:
            return None
        joined = frame if joined is None else join_frames(joined, frame)
    if joined is not None:
        joined = joined.copy()
        joined.is_rows = True
    return joined


def rows_in(value: Value | None) -> Frame | None:
    """Return a list of dictionaries, or one of them, as a table."""
    if isinstance(value, Vector) and value.items:
        items = [item for _, item in value.items]
        if all(isinstance(item, (Frame, Record)) for item in items):
            return frame_of_records(items)
    return frame_of_records([value]) if isinstance(value, Record) else None
