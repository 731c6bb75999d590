"""Tables put beside or under each other.

Where a whole table is joined, columns travel that no code names.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.selecting import read_column
from doorlicht.lineage.values import (
    NOWHERE,
    Choices,
    Column,
    Frame,
    Literal_,
    Record,
    Text,
    Unknown,
    Value,
    Vector,
    join_frames,
    texts_of,
    together,
)

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def join(run: Interpreter, site: CallSite) -> Value:
    """Two tables side by side, matched on keys: all columns of both travel on."""
    frame, other = site.table(), site.table("other")
    if frame is None or other is None:
        return frame or other or site.unknown()
    keys = [text for role in ("by", "left", "right") for text in site.texts(role)]
    by = site.value("by")
    if isinstance(by, Vector):
        keys += [Text(NOTHING, name) for name, _ in by.items if name]
    return join_tables(run, frame, other, [key.text for key in keys], site.place, how=_how(site))


def _how(site: CallSite) -> str:
    text = site.text("how")
    return text.text if text is not None else site.option("how")


def join_tables(
    run: Interpreter, frame: Frame, other: Frame, keys: list[str], place: Place, how: str = ""
) -> Frame:
    """Return both tables in one; columns of the second depend on the keys as well."""
    decided: Deps = NOTHING
    for key in keys:
        decided |= read_column(run.state, frame, key, place)
        run.state.note(frozenset({place}), key, "read")
    decided = frozenset(
        number for number in decided if run.state.is_about_origin(frozenset({number}))
    )
    if decided:
        # Columns that nobody named yet depend on the keys as well.
        looked_up = tuple(rest._replace(also=rest.also | decided) for rest in other.rests)
        other = replace(other, rests=looked_up)
    joined = frame.copy()
    if how in ("semi", "anti", "leftsemi", "leftanti"):
        joined.rows = frame.rows | other.rows
        return joined
    for name, deps in other.columns.items():
        if name in keys and name in joined.columns:
            continue
        carried = deps | decided
        if name in joined.columns:
            joined.columns[name] = joined.columns[name] | carried
        else:
            joined.columns[name] = carried
        joined.named.setdefault(name, other.named.get(name, NOWHERE))
        if name in other.made:
            joined.made.setdefault(name, other.made[name])
        joined.dropped.pop(name, None)
    joined.rests = together(frame.rests, other.rests)
    for name, deps in other.dropped.items():
        if name not in joined.columns:
            joined.dropped.setdefault(name, deps)
    joined.rows = frame.rows | other.rows
    joined.deps = frame.deps | other.deps
    joined.chosen_by_data = frame.chosen_by_data or other.chosen_by_data
    return joined


def beside(frame: Frame, other: Frame) -> Frame:
    joined = frame.copy()
    for name, deps in other.columns.items():
        joined.columns[name] = joined.columns.get(name, NOTHING) | deps
        joined.named[name] = other.named.get(name, NOWHERE)
        if name in other.made:
            joined.made[name] = other.made[name]
        if name in other.lists:
            joined.lists[name] = other.lists[name]
        joined.dropped.pop(name, None)
    joined.rests = together(frame.rests, other.rests)
    joined.rows = frame.rows | other.rows
    joined.deps = frame.deps | other.deps
    for name, deps in other.dropped.items():
        if name not in joined.columns:
            joined.dropped.setdefault(name, deps)
    return joined


def _tables_in(run: Interpreter, site: CallSite) -> list[Frame]:
    tables: list[Frame] = []

    def gather(value: Value | None) -> None:
        frame = run.as_frame(value)
        if frame is not None:
            tables.append(frame)
        elif isinstance(value, Vector):
            for name, item in value.items:
                if isinstance(item, Column):
                    gather(_as_table(run, item, name))
                else:
                    gather(item)
        elif isinstance(value, Record):
            # ``pd.concat({"a": x, "b": y}, axis=1)``
            for name, item in value.fields.items():
                plain = Column(item.deps) if isinstance(item, Unknown) else item
                gather(_as_table(run, plain, name) if isinstance(plain, Column) else plain)
        elif isinstance(value, Column):
            gather(_as_table(run, value, None))
        elif isinstance(value, Choices):
            for option in value.options:
                gather(option)
        elif isinstance(value, Unknown) and value.deps:
            tables.append(Frame(value.deps))

    if site.entry is not None and "self" in site.entry.roles.get("table", ()):
        gather(site.receiver)
    for name, value in site.all_values():
        if name in (None, "objs", "items", "x", "y", "x1", "x2") or run.at.language == "r":
            if isinstance(value, Column) and name:
                gather(_as_table(run, value, name))
            else:
                gather(value)
    return tables


def _as_table(run: Interpreter, column: Column, name: str | None) -> Frame:
    named = name or column.name
    del run
    return Frame(
        NOTHING if named else column.deps,
        columns={named: column.deps} if named else {},
        named={named: column.places} if named else {},
    )


def stack(run: Interpreter, site: CallSite) -> Value:
    """Tables under each other, or beside each other with ``axis=1``."""
    tables = _tables_in(run, site)
    if not tables:
        return site.unknown()
    axis = site.value("axis")
    is_beside = (
        site.option("beside") == "yes"
        or (isinstance(axis, Literal_) and axis.value == 1)
        or any(text.text == "columns" for text in texts_of(axis))
    )
    joined = tables[0]
    for table in tables[1:]:
        joined = beside(joined, table) if is_beside else join_frames(joined, table)
    return joined
