"""Tables: choosing, changing, joining and reshaping columns."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from doorlicht.lineage.choosing import choose_by_parts, choose_by_value
from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.noting import names_in, note_filter
from doorlicht.lineage.operations.expressions import columns_in_text
from doorlicht.lineage.operations.joining import beside
from doorlicht.lineage.operations.masks import keep_listed, mask_of
from doorlicht.lineage.operations.single_rows import rows_in
from doorlicht.lineage.selecting import (
    Choice,
    choose,
    drop_column,
    read_column,
    rename_columns,
)
from doorlicht.lineage.state import BiasTest
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Column,
    Frame,
    FunctionValue,
    Literal_,
    Places,
    Record,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    held_by,
    replace_frame,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


_TABLES_OF_QUERY: Final = frozenset({"fetchdf", "fetch_df", "df", "to_df", "fetch_pandas_all"})
_OF_QUERY: Final = _TABLES_OF_QUERY | {"fetchone", "mappings", "scalars", "all", "first"}
"""How the rows of a query that was carried out are asked for."""


def same(run: Interpreter, site: CallSite) -> Value:
    """Return the argument as it was: copies, sorting, sampling, printing."""
    value = site.value("table")
    if value is None:
        values = site.all_values()
        value = site.receiver if site.receiver is not None else (values[0][1] if values else None)
    if value is None:
        return site.unknown()
    if site.name in _OF_QUERY:
        value = held_by(value) or value
    if isinstance(value, Frame) and run.at.language == "python":
        return replace(value.copy(), is_rows=value.is_rows and site.name not in _TABLES_OF_QUERY)
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
    frame = held_by(value) or run.as_frame(value)
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
        merged = beside(frame, table)
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
    table = held_by(data) or run.as_frame(data)
    if table is not None:
        merged = beside(frame, table)
        frame.columns, frame.rests = merged.columns, merged.rests
        frame.named, frame.rows, frame.made = merged.named, merged.rows, merged.made
        frame.dropped = merged.dropped
        return
    record = data
    if isinstance(data, Vector):
        listed = rows_in(data)
        if listed is not None:
            _take_data(run, site, frame, listed)
            return
    if isinstance(record, Record):
        for name, value in record.fields.items():
            places = record.places.get(name, frozenset({site.place}))
            run.store_column(frame, name, places, deps_of(value), site.place, value)
            listed = rows_in(value) if isinstance(value, Vector) else None
            frame.rows |= listed.rows if listed is not None else NOTHING
    else:
        frame.deps |= deps_of(data)


def _named_columns(run: Interpreter, site: CallSite, frame: Frame, names: Value) -> Frame:
    texts = texts_of(names)
    given = site.value("data")
    table = held_by(given) or run.as_frame(given)
    if table is not None and table.is_rows and frame.columns and not frame.rests:
        # Rows of a query are tuples, which get their names here, in their order.
        if not texts:
            return frame
        if len(texts) == len(frame.columns) and {t.text for t in texts} != set(frame.columns):
            pairs = zip(frame.columns, ((t.text, t.places) for t in texts), strict=True)
            return rename_columns(run.state, frame, dict(pairs), site.place)
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
        assign_one(run, changed, name_text.text, name_text.places, value, site.place)
        made.append(name_text.text)
    for name, expr, given in site.further("pairs"):
        line = getattr(expr, "line", site.place.line)
        since = len(run.reads)
        if name is None and run.at.language == "python":
            value = given
            if value is None:
                value = run.evaluate_masked(expr or code.Missing(line), site.scope, changed)
            for column in columns_in(value):
                assign_one(run, changed, column.name, column.places, column, run.place(line))
            if isinstance(value, Record):
                for key, item in value.fields.items():
                    at = value.places.get(key, frozenset({run.place(line)}))
                    assign_one(run, changed, key, at, item, run.place(line))
            run.note_derived(since)
            continue
        if name is None and isinstance(expr, code.Op) and expr.op == ":=":
            value = run.evaluate_masked(expr.operands[1], site.scope, changed)
            run.note_derived(since)
            for text in texts_of(run.evaluate(_filled_name(expr.operands[0]), site.scope)):
                at = run.place(line)
                assign_one(run, changed, text.text, text.places or frozenset({at}), value, at)
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
        assign_one(run, changed, pieces, frozenset({run.place(line)}), value, run.place(line))
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


def columns_in(value: Value | None) -> list[Column]:
    """Return the columns with a name in what ``with_columns(a, [b, c])`` of Polars is given."""
    if isinstance(value, Column):
        return [value] if value.name else []
    if isinstance(value, Vector):
        return [column for _, item in value.items for column in columns_in(item)]
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


def assign_one(
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
        merged = beside(frame, table)
        frame.columns, frame.rests = merged.columns, merged.rests
    elif isinstance(value, Record):
        for name, item in value.fields.items():
            places = value.places.get(name, frozenset({site.place}))
            assign_one(run, frame, name, places, item, site.place)
    elif isinstance(value, Vector):
        for key, item in value.items:
            if key is not None:
                assign_one(run, frame, key, frozenset({site.place}), item, site.place)


def keep_rows(run: Interpreter, site: CallSite) -> Value:
    """Only some rows: ``filter``, ``query``, ``where``, ``subset``."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    if site.has("like") or site.has("regex") or site.has("items"):
        return run.operations["select_like"](run, site)
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
        assign_one(run, changed, text.text, text.places, value, site.place)
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
