"""Tables: choosing, changing, joining and reshaping columns."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from doorlicht.lineage.choosing import choose_by_parts, choose_by_value, exclude
from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.noting import names_in, note_filter
from doorlicht.lineage.operations.expressions import columns_in_text
from doorlicht.lineage.operations.masks import keep_listed, mask_of
from doorlicht.lineage.selecting import (
    Choice,
    choose,
    drop_column,
    leave_out,
    names_of,
    read_column,
)
from doorlicht.lineage.state import BiasTest
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Choices,
    Column,
    Estimator,
    Frame,
    FunctionValue,
    Literal_,
    Places,
    Record,
    Selector,
    Text,
    Unknown,
    Value,
    Vector,
    any_value_of,
    deps_of,
    join_frames,
    replace_frame,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def same(run: Interpreter, site: CallSite) -> Value:
    """Return the argument as it was: copies, sorting, sampling, printing."""
    value = site.value("table")
    if value is None:
        values = site.all_values()
        value = site.receiver if site.receiver is not None else (values[0][1] if values else None)
    if value is None:
        return site.unknown()
    if isinstance(value, Frame) and run.at.language == "python":
        return value.copy()
    if isinstance(value, Column) and value.frame is not None and site.name in SUMMARIES:
        _note_part(run, value, value.frame.rows, site.place)
    return value


SUMMARIES: Final = frozenset({"mean", "sum", "median", "std", "value_counts", "describe"})


def _note_part(run: Interpreter, column: Column, rows: Deps, place: Place) -> None:
    """Remember a measurement of scores within the rows of one group."""
    if not rows or not run.state.is_about_origin(rows):
        return
    behind = run.state.graph.ancestors(column.deps)
    if any(run.state.graph[number].what == "score" for number in behind):
        run.state.see_bias_test(BiasTest(place, rows, column.deps))


def shown(run: Interpreter, site: CallSite) -> Value:
    """``print(a, b)``: each argument is looked at, whatever becomes of it."""
    site.all_values()
    return same(run, site)


def rows(run: Interpreter, site: CallSite) -> Value:
    """``df.to_dict("records")``, ``cursor.fetchall()``: a table as a list of its rows."""
    value = site.value("table")
    frame = run.as_frame(value)
    if frame is None:
        return value if value is not None else site.unknown()
    told = site.all_values()
    listed = site.name.rsplit(".", 1)[-1] != "to_dict" or any(
        text.text.startswith("r") for _, each in told for text in texts_of(each)
    )
    if run.at.language != "python" or not listed:
        return frame
    kept = frame.copy()
    kept.is_rows = True
    return kept


def count_rows(run: Interpreter, site: CallSite) -> Value:
    """Return how many rows there are: it tells of what chose the rows, not of the columns."""
    value = site.value("table")
    frame = value.frame if isinstance(value, Column) else run.as_frame(value)
    return Unknown(deps_of(value) if frame is None else frame.rows)


def make(run: Interpreter, site: CallSite) -> Value:
    """Return a table put together from columns: ``DataFrame({...})``, ``data.frame(a = x)``."""
    frame = Frame()
    parts = site.further("pairs") if site.entry and "pairs" in site.entry.roles else []
    for name, expr, given in parts:
        value = (
            given
            if given is not None
            else run.evaluate_masked(expr or code.Missing(0), site.scope, frame)
        )
        line = getattr(expr, "line", site.place.line)
        if name is None:
            _take_in(run, frame, value, expr, line)
        else:
            places = frozenset({run.place(line)})
            run.store_column(frame, name, places, deps_of(value), run.place(line), value)
    data = site.value("data")
    if data is not None:
        _take_data(run, site, frame, data)
    names = site.value("columns")
    if names is not None:
        frame = _named_columns(run, site, frame, names)
    return frame


def _take_in(
    run: Interpreter, frame: Frame, value: Value, expr: code.Expr | None, line: int
) -> None:
    table = run.as_frame(value)
    if table is not None:
        merged = _beside(frame, table)
        frame.columns, frame.rests = merged.columns, merged.rests
        frame.named, frame.rows = merged.named, merged.rows
        return
    name = value.name if isinstance(value, Column) and value.name else ""
    if isinstance(expr, code.Name):
        name = expr.id
    if name:
        places = frozenset({run.place(line)})
        run.store_column(frame, name, places, deps_of(value), run.place(line), value)
    elif isinstance(value, Vector):
        for key, item in value.items:
            if key is not None:
                places = frozenset({run.place(line)})
                run.store_column(frame, key, places, deps_of(item), run.place(line), item)
            else:
                _take_in(run, frame, item, None, line)


def _take_data(run: Interpreter, site: CallSite, frame: Frame, data: Value) -> None:
    table = run.as_frame(data)
    if table is not None:
        merged = _beside(frame, table)
        frame.columns, frame.rests = merged.columns, merged.rests
        frame.named, frame.rows, frame.made = merged.named, merged.rows, merged.made
        frame.dropped = merged.dropped
        return
    record = data
    if isinstance(data, Vector):
        from doorlicht.lineage.operations.files import rows_in

        listed = rows_in(data)
        if listed is not None:
            _take_data(run, site, frame, listed)
            return
    if isinstance(record, Record):
        for name, value in record.fields.items():
            places = record.places.get(name, frozenset({site.place}))
            run.store_column(frame, name, places, deps_of(value), site.place, value)
    else:
        frame.deps |= deps_of(data)


def _named_columns(run: Interpreter, site: CallSite, frame: Frame, names: Value) -> Frame:
    texts = texts_of(names)
    if frame.columns or frame.rests:
        choice = Choice()
        choose_by_value(names, choice)
        return choose(run.state, frame, choice, site.place)
    for text in texts:
        node = run.state.graph.add("derive", text.text, site.place, frame.deps)
        frame.columns[text.text] = frozenset({node})
        frame.named[text.text] = text.places
    if isinstance(names, Vector):
        frame.rests = names.rests
    return frame


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
        _assign_one(run, chosen, name, column.places, column, site.place)
    return chosen


def select_like(run: Interpreter, site: CallSite) -> Value:
    """``df.filter(items=, like=, regex=)`` of pandas; columns by their type."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    choice = Choice()
    if site.has("items"):
        choose_by_value(site.value("items"), choice)
    from doorlicht.lineage.choosing import text_gate

    if site.has("like"):
        choice.gates.append(text_gate("contains", site.texts("like")))
    if site.has("regex"):
        choice.gates.append(text_gate("matches", site.texts("regex")))
    if not (choice.picked or choice.gates or choice.rests):
        choice.with_all = True
    return choose(run.state, frame, choice, site.place)


def selector(run: Interpreter, site: CallSite) -> Value:
    """``starts_with("x")``, ``everything()``, ``where(is.numeric)``."""
    from doorlicht.lineage.choosing import text_gate

    kind = site.option("test")
    del run
    if kind == "all":
        return Selector(everything=True)
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


def in_place(run: Interpreter, site: CallSite, frame: Frame, changed: Frame) -> Value:
    if site.flag("inplace") or site.option("inplace") == "yes":
        replace_frame(frame, changed)
        return Literal_() if site.option("inplace") != "yes" else frame
    del run
    return changed


def assign(run: Interpreter, site: CallSite) -> Value:
    """Follow new or changed columns: ``mutate``, ``assign``, ``withColumn``, ``transform``."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    changed = frame.copy()
    made: list[str] = []
    name_text = site.text("name")
    if name_text is not None:
        since = len(run.reads)
        value = site.masked("value", changed) or Unknown()
        value = _called_on(run, site, value, changed)
        run.note_derived(since)
        _assign_one(run, changed, name_text.text, name_text.places, value, site.place)
        made.append(name_text.text)
    for name, expr, given in site.further("pairs"):
        line = getattr(expr, "line", site.place.line)
        since = len(run.reads)
        if name is None and run.at.language == "python":
            value = given
            if value is None:
                value = run.evaluate_masked(expr or code.Missing(line), site.scope, changed)
            for column in _columns_in(value):
                _assign_one(run, changed, column.name, column.places, column, run.place(line))
            if isinstance(value, Record):
                for key, item in value.fields.items():
                    at = value.places.get(key, frozenset({run.place(line)}))
                    _assign_one(run, changed, key, at, item, run.place(line))
            run.note_derived(since)
            continue
        if name is None and isinstance(expr, code.Op) and expr.op == ":=":
            value = run.evaluate_masked(expr.operands[1], site.scope, changed)
            run.note_derived(since)
            for text in texts_of(run.evaluate(_filled_name(expr.operands[0]), site.scope)):
                at = run.place(line)
                _assign_one(run, changed, text.text, text.places or frozenset({at}), value, at)
                changed.made[text.text] = "derived-name"
                made.append(text.text)
            continue
        if name is None:
            _assign_across(run, site, changed, expr, given)
            run.note_derived(since)
            continue
        value = (
            given
            if given is not None
            else run.evaluate_masked(
                expr or code.Missing(line), site.scope, changed if site.has_columns else None
            )
        )
        value = _called_on(run, site, value, changed)
        run.note_derived(since)
        pieces = _spelled_name(site, name)
        _assign_one(run, changed, pieces, frozenset({run.place(line)}), value, run.place(line))
        made.append(pieces)
    if site.option("only") == "new":
        kept = [*made, *frame.groups]
        return choose(
            run.state,
            changed,
            Choice([(n, changed.named.get(n, NOWHERE)) for n in kept]),
            site.place,
        )
    return changed


def _filled_name(expr: code.Expr) -> code.Expr:
    """Return ``"{x}_nl"`` and ``!!x`` as what they stand for; anything else as it is."""
    if isinstance(expr, code.Call) and isinstance(expr.func, code.Name) and expr.args:
        return expr.args[0].value if expr.func.id == "@unquote" else expr
    if not isinstance(expr, code.Const) or not isinstance(expr.value, str):
        return expr
    parts: list[code.Expr] = []
    for at, piece in enumerate(re.split(r"\{+\s*([\w.]+)\s*\}+", expr.value)):
        if piece:
            name = code.Name(piece, expr.line)
            parts.append(name if at % 2 else code.Const(piece, expr.line))
    return code.Format(tuple(parts), expr.line) if len(parts) > 1 else expr


def _columns_in(value: Value | None) -> list[Column]:
    """Return the columns with a name in what ``with_columns(a, [b, c])`` of Polars is given."""
    if isinstance(value, Column):
        return [value] if value.name else []
    if isinstance(value, Vector):
        return [column for _, item in value.items for column in _columns_in(item)]
    return []


def rename_column(run: Interpreter, site: CallSite) -> Value:
    """``column.alias("x")``: the column, under another name."""
    column, text = site.value("table"), site.text("name")
    del run
    if not isinstance(column, Column) or text is None:
        return column if column is not None else site.unknown()
    return Column(column.deps, text.text, None, text.places)


def _spelled_name(site: CallSite, name: str) -> str:
    """Return ``name``, or what ``!!name`` stands for."""
    if not name.startswith("!!"):
        return name
    texts = texts_of(site.scope.find(name.lstrip("!").strip()))
    return texts[0].text if texts else HOLE


def _assign_one(
    run: Interpreter, frame: Frame, name: str, places: Places, value: Value, place: Place
) -> None:
    if (
        isinstance(value, Literal_)
        and value.value is None
        and not value.deps
        and run.at.language == "r"
    ):
        run.state.note(places, name, "drop")
        drop_column(run.state, frame, frame, name, place)
        return
    deps = deps_of(value) | run.at.control
    grouped: Deps = NOTHING
    for key in frame.groups:
        grouped |= read_column(run.state, frame, key, place)
    frame.spelled.pop(name, None)
    if isinstance(value, Text) and HOLE in value.text and value.text.strip(f"{HOLE}_- "):
        frame.spelled[name] = value.text
    run.see_overruled(frame, name, deps_of(value), place)
    run.store_column(frame, name, places, deps | grouped, place, value)


def _called_on(run: Interpreter, site: CallSite, value: Value, frame: Frame) -> Value:
    """Return what ``assign(x=lambda d: ...)`` gives."""
    if isinstance(value, FunctionValue):
        return run.call_function(value, [(None, frame)], site.place.line)
    return value


def _assign_across(
    run: Interpreter, site: CallSite, frame: Frame, expr: code.Expr | None, given: Value | None
) -> None:
    """Follow ``across(columns, function, .names=)`` and unnamed tables in ``mutate``."""
    if (
        isinstance(expr, code.Call)
        and isinstance(expr.func, code.Name)
        and expr.func.id == "across"
    ):
        parts = [(arg.name, arg.value, None) for arg in expr.args[:1]]
        chosen = choose(run.state, frame, choose_by_parts(run, site, frame, parts), site.place)
        pattern = ""
        for arg in expr.args:
            if arg.name == ".names":
                for text in texts_of(run.evaluate(arg.value, site.scope))[:1]:
                    pattern = text.text
        for name, deps in chosen.columns.items():
            new = pattern.replace("{.col}", name).replace("{col}", name) if pattern else name
            node = run.state.graph.add("derive", new, site.place, deps)
            frame.columns[new] = frozenset({node})
            if new != name:
                frame.made[new] = "derived-name"
        if pattern:
            # Columns that nobody named yet get a second name as well.
            frame.rests += tuple(
                rest._replace(pattern=pattern.replace("{.col}", HOLE).replace("{col}", HOLE))
                for rest in chosen.rests
                if rest.pattern == HOLE
            )
        return
    value = given
    if value is None and expr is not None:
        value = run.evaluate_masked(expr, site.scope, frame)
    table = run.as_frame(value)
    if table is not None:
        merged = _beside(frame, table)
        frame.columns, frame.rests = merged.columns, merged.rests
    elif isinstance(value, Record):
        for name, item in value.fields.items():
            places = value.places.get(name, frozenset({site.place}))
            _assign_one(run, frame, name, places, item, site.place)
    elif isinstance(value, Vector):
        for key, item in value.items:
            if key is not None:
                _assign_one(run, frame, key, frozenset({site.place}), item, site.place)


def keep_rows(run: Interpreter, site: CallSite) -> Value:
    """Only some rows: ``filter``, ``query``, ``where``, ``subset``."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    rows: Deps = NOTHING
    masks: list[list[bool] | None] = []
    for name, expr, value in site.further("condition"):
        if name is None or value is not None:
            if value is None:
                value = run.evaluate_masked(
                    expr or code.Missing(0), site.scope, frame if site.has_columns else None
                )
            rows |= _condition_deps(run, site, frame, value)
            masks.append(mask_of(value))
            note_filter(run, expr)
    single = site.index("condition") if not site.further("condition") else None
    if single is not None:
        value = site.masked("condition", frame)
        expr = site.parts()[single][1]
        note_filter(run, expr)
        rows |= _condition_deps(run, site, frame, value)
        masks.append(mask_of(value))
    known = [mask for mask in masks if mask is not None]
    mask = [all(row) for row in zip(*known, strict=False)] if known else None
    kept = filter_rows(run, frame, rows, site.place, mask)
    if site.index("columns") is not None:
        parts = [site.parts()[site.index("columns") or 0]]
        kept = choose(run.state, kept, choose_by_parts(run, site, kept, parts), site.place)
    return kept


def _condition_deps(run: Interpreter, site: CallSite, frame: Frame, value: Value | None) -> Deps:
    """Return what a condition rests on; also one that is written in a text."""
    deps = deps_of(value)
    for text in texts_of(value):
        deps |= columns_in_text(run, frame, text, site.place, "filter")
    return deps


def filter_rows(
    run: Interpreter, frame: Frame, rows: Deps, place: Place, mask: list[bool] | None = None
) -> Frame:
    """Return the table with only rows that ``rows`` decided on; ``mask`` if they are known."""
    kept = frame.copy()
    keep_listed(kept, mask)
    if rows:
        kept.rows = frame.rows | {run.state.graph.add("filter", "", place, rows)}
    return kept


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
    joined.rests = tuple(dict.fromkeys(frame.rests + other.rests))
    for name, deps in other.dropped.items():
        if name not in joined.columns:
            joined.dropped.setdefault(name, deps)
    joined.rows = frame.rows | other.rows
    joined.deps = frame.deps | other.deps
    joined.chosen_by_data = frame.chosen_by_data or other.chosen_by_data
    return joined


def _beside(frame: Frame, other: Frame) -> Frame:
    joined = frame.copy()
    for name, deps in other.columns.items():
        joined.columns[name] = joined.columns.get(name, NOTHING) | deps
        joined.named[name] = other.named.get(name, NOWHERE)
        if name in other.made:
            joined.made[name] = other.made[name]
        if name in other.lists:
            joined.lists[name] = other.lists[name]
        joined.dropped.pop(name, None)
    joined.rests = tuple(dict.fromkeys(frame.rests + other.rests))
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
    beside = (
        site.option("beside") == "yes"
        or (isinstance(axis, Literal_) and axis.value == 1)
        or any(text.text == "columns" for text in texts_of(axis))
    )
    joined = tables[0]
    for table in tables[1:]:
        joined = _beside(joined, table) if beside else join_frames(joined, table)
    return joined


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
            made = _columns_in(value)
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


def masked_block(run: Interpreter, site: CallSite) -> Value:
    """``with(df, expression)``, ``df %$% expression``, ``within``."""
    del run
    frame = site.table()
    value = site.masked("value", frame)
    return value if value is not None else site.unknown()


def set_by_reference(run: Interpreter, site: CallSite) -> Value:
    """``set(dt, j = "x", value = v)`` of data.table, which changes the table itself."""
    frame = site.table()
    value = site.value("value") or Literal_()
    if frame is None:
        return site.unknown()
    changed = frame.copy()
    for text in site.texts("columns"):
        _assign_one(run, changed, text.text, text.places, value, site.place)
    replace_frame(frame, changed)
    return frame


def changed_block(run: Interpreter, site: CallSite) -> Value:
    """``within(df, { x <- a + b; rm(a) })``: what is assigned becomes a column."""
    frame = site.table()
    expr = site.expr("value")
    if frame is None or expr is None:
        return frame if frame is not None else site.unknown()
    changed = frame.copy()
    body = expr.body if isinstance(expr, code.Block) else (code.Do(expr, site.place.line),)
    for statement in body:
        if isinstance(statement, code.Assign):
            value = run.evaluate_masked(statement.value, site.scope, changed)
            for target in statement.targets:
                if isinstance(target, code.Name):
                    at = run.place(target.line)
                    run.store_column(changed, target.id, frozenset({at}), deps_of(value), at, value)
        elif isinstance(statement, code.Delete):
            for name, line in (pair for gone in statement.targets for pair in names_in(gone)):
                run.state.note(frozenset({run.place(line)}), name, "drop")
                drop_column(run.state, changed, changed, name, site.place)
        elif isinstance(statement, code.Do):
            run.evaluate_masked(statement.value, site.scope, changed)
        else:
            # What a branch or a loop in it does to columns is not told apart.
            run.lose(site.place.line, "not_followed", changed.all_deps)
    return changed
