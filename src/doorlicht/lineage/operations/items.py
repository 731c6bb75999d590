"""Brackets, operators and comprehensions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from doorlicht.lineage.choosing import choose_by_parts, choose_by_value, exclude
from doorlicht.lineage.graph import NOTHING, Deps
from doorlicht.lineage.noting import note_filter
from doorlicht.lineage.operations.groups import note_groups
from doorlicht.lineage.operations.joining import join_tables
from doorlicht.lineage.operations.masks import keep_known_rows, mask_of
from doorlicht.lineage.operations.tables import filter_rows
from doorlicht.lineage.rules import is_answer
from doorlicht.lineage.selecting import Choice, choose, drop_column, read_column
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Choices,
    Column,
    Estimator,
    Frame,
    Gate,
    Instance,
    Literal_,
    Mask,
    Places,
    Record,
    Scope,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    join_values,
    option_of,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

MAX_ITEMS = 5_000
"""Known elements of a list that is put together; with more, there may be others."""

COMPARING = ("==", "!=", "<", ">", "<=", ">=", "in", "not in", "%in%", "is", "is not", "%like%")


def item(run: Interpreter, site: CallSite) -> Value:
    """``base[keys]``."""
    node = site.node
    assert isinstance(node, code.Item)  # noqa: S101 (the interpreter calls it with nothing else)
    base_expr = node.base
    indexer = ""
    if isinstance(base_expr, code.Attr) and base_expr.name in ("loc", "iloc", "at", "iat"):
        indexer, base_expr = base_expr.name, base_expr.base
    base = run.evaluate(base_expr, site.scope)
    if isinstance(base, Choices):
        for kind in (Frame, Record, Vector, Column):
            found = option_of(base, kind)
            if found is not None:
                base = found
                break
    if isinstance(base, Estimator):
        return base
    base = run.defined(base)
    frame = run.as_frame(base)
    keys: list[Value] = []
    if frame is None and isinstance(base, Unknown) and node.keys:
        keys = run.evaluate_all(node.keys, site.scope)
        # The key may have shown what it is: ``t[t["age"] > 18]``.
        frame = run.as_frame(base, force=_names_columns(node.keys[-1], keys[-1]))
    if frame is not None:
        alone = keys[0] if len(keys) == 1 else None
        return _of_frame(run, site, frame, node, indexer, alone)
    if isinstance(base, Record):
        return _of_record(run, site, base, node)
    if isinstance(base, Vector):
        return _of_vector(run, site, base, node)
    deps = deps_of(base)
    for value in keys or run.evaluate_all(node.keys, site.scope):
        deps |= deps_of(value)
    if isinstance(base, Text):
        return Text(base.deps, HOLE, base.places)
    if isinstance(base, Column):
        content = base.content
        if content is not None and node.keys:
            key = keys[-1] if keys else run.evaluate(node.keys[-1], site.scope)
            mask = mask_of(key)
            _note_left_out(run, content, mask)
            content = keep_known_rows(content, mask)
        return Column(deps, base.name, content, base.places)
    if isinstance(base, Instance):
        return Unknown(deps)
    return Unknown(deps)


def _names_columns(key: code.Expr, value: Value) -> bool:
    """Return whether a key tells that what it is a key of is a table: names of columns do."""
    if isinstance(key, (code.Const, code.Seq)) or isinstance(value, Vector):
        return bool(texts_of(value))
    return False


def _of_frame(
    run: Interpreter,
    site: CallSite,
    frame: Frame,
    node: code.Item,
    indexer: str,
    known: Value | None = None,
) -> Value:
    """Follow brackets after a table; ``known`` is the value of the only key, outside the table."""
    keys = list(node.keys)
    is_r = run.at.language == "r"
    if is_r and not node.is_element and (len(keys) > 1 or node.named or _is_by_table(keys)):
        return _r_brackets(run, site, frame, node)
    if not keys:
        return frame
    if len(keys) > 1:
        rows = run.evaluate(keys[0], site.scope)
        kept = frame
        if not isinstance(keys[0], (code.Slice, code.Missing)) and indexer in ("loc", ""):
            note_filter(run, keys[0])
            kept = filter_rows(run, frame, deps_of(rows), site.place, mask_of(rows))
        return _columns(run, site, kept, keys[1])
    key = keys[0]
    if isinstance(key, (code.Slice, code.Missing)):
        return frame
    value = run.evaluate(key, site.scope) if known is None else known
    if isinstance(value, Literal_) and isinstance(value.value, int) and not is_r:
        return frame if frame.is_rows else Unknown(frame.all_deps)
    mask = mask_of(value)
    if (
        isinstance(value, Column)
        and (value.content is None or mask is not None)
        and not (is_r and node.is_element)
    ):
        note_filter(run, key)
        return filter_rows(run, frame, value.deps, site.place, mask)
    if indexer:
        return filter_rows(run, frame, deps_of(value), site.place, mask)
    return _columns(run, site, frame, key, value)


def _is_by_table(keys: list[code.Expr]) -> bool:
    return any(
        (isinstance(key, code.Op) and key.op == ":=")
        or (isinstance(key, code.Call) and isinstance(key.func, code.Name) and key.func.id == ":=")
        for key in keys
    )


def _columns(
    run: Interpreter,
    site: CallSite,
    frame: Frame,
    key: code.Expr,
    value: Value | None = None,
) -> Value:
    """Return the columns that a key names: one as a column, several as a table."""
    if isinstance(key, (code.Slice, code.Missing)):
        return frame
    if value is None:
        value = run.evaluate(key, site.scope)
    if isinstance(value, Text):
        if value.text == HOLE and not value.deps:
            return Column(frame.all_deps, "", places=value.places)
        return run.column(frame, value.text, site.place.line, value.places)
    if isinstance(value, Literal_):
        return _by_position(run, frame, value.value) if isinstance(value.value, int) else frame
    if isinstance(value, Mask):
        choice = Choice()
        choose_by_value(value, choice)
        return choose(run.state, frame, choice, site.place)
    if isinstance(value, Unknown) and not texts_of(value):
        return filter_rows(run, frame, value.deps, site.place)
    choice = Choice()
    if run.at.language == "r" and isinstance(key, code.Op) and key.op == "-":
        inner = Choice()
        choose_by_value(run.evaluate(key.operands[0], site.scope), inner)
        if inner.by_data or inner.is_open:
            kept = frame.copy()
            kept.chosen_by_data = True
            return kept
        exclude(choice, inner)
    else:
        choose_by_value(value, choice)
    for name, places in choice.picked:
        run.state.note(places, name, "read")
    if choice.by_data and not choice.picked:
        kept = frame.copy()
        kept.chosen_by_data = True
        return kept
    return choose(run.state, frame, choice, site.place)


def _by_position(run: Interpreter, frame: Frame, number: object) -> Column:
    """Return a column by its number; of a small file of names also what stands in it."""
    names = list(frame.columns)
    at = number - (run.at.language == "r") if isinstance(number, int) else len(names)
    content = frame.lists.get(names[at]) if not frame.rests and 0 <= at < len(names) else None
    return Column(frame.all_deps, content=content)


def _r_brackets(run: Interpreter, site: CallSite, frame: Frame, node: code.Item) -> Value:
    """Follow ``df[rows, columns]`` and ``dt[i, j, by]`` of data.table."""
    keys = list(node.keys)
    named = {arg.name: arg.value for arg in node.named}
    kept = frame
    changes = len(keys) > 1 and _is_by_table(keys[1:2])
    if not isinstance(keys[0], (code.Missing, code.Slice)):
        value = run.evaluate_masked(keys[0], site.scope, frame)
        if not isinstance(value, Literal_) or value.deps:
            table = run.as_frame(value)
            if table is not None and not isinstance(value, Column):
                kept = join_tables(run, frame, table, [], site.place)
            else:
                note_filter(run, keys[0])
                kept = filter_rows(run, frame, deps_of(value), site.place, mask_of(value))
                if changes:
                    # Rows are chosen to change them; all of them stay.
                    kept = replace(kept, rows=frame.rows, deps=frame.deps, chosen=deps_of(value))
    if len(keys) < 2 or isinstance(keys[1], code.Missing):
        return kept
    by: list[str] = []
    for name in ("by", "keyby"):
        if name in named:
            choice = choose_by_parts(run, site, kept, [(None, _plain(named[name]), None)])
            by.extend(picked for picked, _ in choice.picked)
    if len(keys) > 2:
        choice = choose_by_parts(run, site, kept, [(None, _plain(keys[2]), None)])
        by.extend(picked for picked, _ in choice.picked)
    return _j_of_table(run, site, kept, keys[1], by, named)


def _plain(expr: code.Expr) -> code.Expr:
    """Return ``.(a, b)`` and ``list(a, b)`` as a vector of names."""
    if (
        isinstance(expr, code.Call)
        and isinstance(expr.func, code.Name)
        and expr.func.id
        in (
            ".",
            "list",
        )
    ):
        return code.Seq(expr.args, "vector", expr.line)
    return expr


def _j_of_table(
    run: Interpreter,
    site: CallSite,
    frame: Frame,
    key: code.Expr,
    by: list[str],
    named: dict[str | None, code.Expr],
) -> Value:
    groups: Deps = NOTHING
    for name in by:
        groups |= read_column(run.state, frame, name, site.place)
    if "on" in named:
        # ``d[l, on = "country", x := i.group]``: what is looked up tells of the key.
        keys = choose_by_parts(run, site, frame, [(None, _plain(named["on"]), None)])
        for name, _ in keys.picked:
            read = read_column(run.state, frame, name, site.place)
            groups |= read if run.state.is_about_origin(read) else NOTHING
    subset = _subset_of_data(run, site, frame, named)
    if subset is not None:
        if isinstance(key, code.Name) and key.id == ".SD":
            return subset
        site.scope = Scope({".SD": subset}, site.scope)
    elif isinstance(key, code.Name) and key.id == ".SD":
        return frame.copy()
    if isinstance(key, code.Call) and isinstance(key.func, code.Name) and key.func.id == "mget":
        return _columns(run, site, frame, key.args[0].value) if key.args else frame
    if isinstance(key, code.Op) and key.op == ":=":
        return _walrus(run, site, frame, key.operands[0], key.operands[1], groups)
    if isinstance(key, code.Call) and isinstance(key.func, code.Name) and key.func.id == ":=":
        changed = frame.copy()
        for arg in key.args:
            if arg.name is not None:
                value = run.evaluate_masked(arg.value, site.scope, changed)
                places = frozenset({site.place})
                run.store_column(changed, arg.name, places, deps_of(value) | groups, site.place)
        return changed
    if (
        isinstance(key, code.Call)
        and isinstance(key.func, code.Name)
        and key.func.id
        in (
            ".",
            "list",
        )
    ):
        result = Frame(rows=frame.rows, dropped=dict(frame.dropped))
        subject: Deps = NOTHING
        for arg in key.args:
            value = run.evaluate_masked(arg.value, site.scope, frame)
            name = arg.name or (arg.value.id if isinstance(arg.value, code.Name) else "")
            deps = deps_of(value)
            subject |= deps
            if name:
                result.columns[name] = deps | groups
                result.named[name] = frozenset({run.place(getattr(arg.value, "line", 0))})
        for name in by:
            result.columns[name] = read_column(run.state, frame, name, site.place)
        if by:
            note_groups(run, frame, by, groups, subject, site.place)
        return result
    value = run.evaluate(key, site.scope)
    if (
        isinstance(key, (code.Const, code.Seq))
        or texts_of(value)
        or isinstance(value, (Mask, Vector))
    ):
        return _columns(run, site, frame, key, value)
    if isinstance(key, code.Op) and key.op in ("-", "!"):
        inner = Choice()
        choose_by_value(run.evaluate(key.operands[0], site.scope), inner)
        choice = Choice(with_all=True, by_data=inner.by_data)
        exclude(choice, inner)
        if inner.by_data:
            kept = frame.copy()
            kept.chosen_by_data = True
            return kept
        return choose(run.state, frame, choice, site.place)
    if isinstance(key, code.Op) and key.op in COMPARING:
        kept = frame.copy()
        kept.chosen_by_data = True
        return kept
    if (
        "with" in named
        or isinstance(key, code.Slice)
        or (isinstance(key, code.Op) and key.op == ":")
    ):
        return frame.copy()
    masked = run.evaluate_masked(key, site.scope, frame)
    if by:
        note_groups(run, frame, by, groups, deps_of(masked), site.place)
    if isinstance(masked, Literal_):
        return _by_position(run, frame, masked.value)
    return masked


def _one_by_one(value: Value, names: list[str]) -> dict[str, Deps]:
    """Return what each of several new columns is made of, if the value tells them apart."""
    if isinstance(value, Frame) and not value.rests:
        if all(name in value.columns for name in names):
            return {name: value.columns[name] for name in names}
        if len(value.columns) == len(names):
            return dict(zip(names, value.columns.values(), strict=True))
    if isinstance(value, Vector) and len(value.items) == len(names) > 1:
        items = (deps_of(item) for _, item in value.items)
        return dict(zip(names, items, strict=True))
    return {}


def _subset_of_data(
    run: Interpreter, site: CallSite, frame: Frame, named: dict[str | None, code.Expr]
) -> Frame | None:
    """Return ``.SD`` with the columns that ``.SDcols`` names, if it names any."""
    expr = named.get(".SDcols")
    if expr is None:
        return None
    choice = choose_by_parts(run, site, frame, [(None, expr, None)])
    return choose(run.state, frame, choice, site.place)


def _walrus(
    run: Interpreter,
    site: CallSite,
    frame: Frame,
    left: code.Expr,
    right: code.Expr,
    groups: Deps,
) -> Frame:
    changed = frame.copy()
    names: list[tuple[str, Places]] = []
    # ``(names) := value``: the reader leaves parentheses out.
    told = site.scope.find(left.id) if isinstance(left, code.Name) else None
    if isinstance(left, code.Name) and (left.id in frame.columns or not texts_of(told)):
        names.append((left.id, frozenset({run.place(left.line)})))
    else:
        names.extend((text.text, text.places) for text in texts_of(run.evaluate(left, site.scope)))
    if isinstance(right, code.Const) and right.value is None:
        for name, places in names:
            run.state.note(places, name, "drop")
            drop_column(run.state, frame, changed, name, site.place)
        return changed
    since = len(run.reads)
    value = run.evaluate_masked(right, site.scope, frame)
    run.note_derived(since)
    changed.chosen = NOTHING
    each = _one_by_one(value, [name for name, _ in names])
    for name, places in names:
        old = changed.columns.get(name, NOTHING)
        deps = each.get(name, deps_of(value)) | groups | frame.chosen
        run.store_column(changed, name, places, deps | old, site.place, value)
    return changed


def _of_record(run: Interpreter, site: CallSite, record: Record, node: code.Item) -> Value:
    key = run.evaluate(node.keys[0], site.scope) if node.keys else Literal_()
    texts = texts_of(key)
    found = [record.fields[text.text] for text in texts if text.text in record.fields]
    if found:
        if len(texts) > 1:
            return Record(
                record.deps,
                {t.text: record.fields[t.text] for t in texts if t.text in record.fields},
            )
        return found[0]
    if isinstance(key, Literal_) and isinstance(key.value, int):
        values = list(record.fields.values())
        at = key.value - (1 if run.at.language == "r" else 0)
        label = str(key.value)
        if label in record.fields:
            return record.fields[label]
        if 0 <= at < len(values) and run.at.language == "r":
            return values[at]
    if not texts and record.fields:
        values = list(record.fields.values())
        joined = values[0]
        for value in values[1:8]:
            joined = join_values(joined, value)
        if key.deps and is_answer(joined):
            # ``POINTS[row["country"]]``: the answer tells of the key.
            return Column(deps_of(joined) | key.deps)
        return joined
    name = texts[0].text if texts else ""
    value = Column(record.deps | deps_of(key), name)
    meaning = run.state.names.of_column(name) if name and record.is_open else None
    if meaning is not None:
        node_number = run.state.graph.add("read", name, site.place, value.deps)
        run.state.note_text(texts[0], "read")
        return Column(frozenset({node_number}), name, places=texts[0].places)
    return Unknown(record.deps | deps_of(key), name)


def _note_left_out(run: Interpreter, vector: Vector, mask: list[bool] | None) -> None:
    """Note the names of a list that are read and not kept."""
    if mask is not None and len(mask) == len(vector.items):
        for (_, value), is_kept in zip(vector.items, mask, strict=True):
            if not is_kept and isinstance(value, Text):
                run.state.note_text(value, "read")


def _of_vector(run: Interpreter, site: CallSite, vector: Vector, node: code.Item) -> Value:
    if not node.keys:
        return vector
    key_node = node.keys[0]
    if isinstance(key_node, code.Slice):
        return Vector(vector.deps, list(vector.items), vector.rests, vector.is_open)
    key = run.evaluate(key_node, site.scope)
    if isinstance(key, Mask):
        return apply_gates(vector, key.gates)
    mask = mask_of(key)
    if mask is not None and len(mask) == len(vector.items):
        _note_left_out(run, vector, mask)
        return keep_known_rows(vector, mask)
    if isinstance(key, Column) or (isinstance(key, Vector) and key.by_data):
        # Which of the names stay is computed: ``columns[selector.support_]``.
        deps = vector.deps | deps_of(key)
        return Vector(deps, list(vector.items), vector.rests, vector.is_open, by_data=True)
    texts = texts_of(key)
    if texts:
        named = [item for name, item in vector.items if name == texts[0].text]
        if named:
            return named[-1]
        return Unknown(deps_of(vector), texts[0].text)
    if isinstance(key, Literal_) and isinstance(key.value, int) and not isinstance(key.value, bool):
        at = key.value - (1 if run.at.language == "r" else 0)
        if key.value < 0 and run.at.language == "r":
            return Vector(
                vector.deps,
                [i for n, i in enumerate(vector.items) if n != -key.value - 1],
                vector.rests,
                vector.is_open,
            )
        if -len(vector.items) <= at < len(vector.items):
            return vector.items[at][1]
    if node.is_element or run.at.language == "python":
        return run.element(vector)
    deps = vector.deps | deps_of(key)
    by_data = vector.by_data or (isinstance(key, Vector) and key.by_data) or bool(deps_of(key))
    return Vector(deps, list(vector.items), vector.rests, vector.is_open, by_data)


def apply_gates(vector: Vector, gates: tuple[Gate, ...]) -> Vector:
    """Return only the names that all tests let."""
    items = [
        (name, value)
        for name, value in vector.items
        if not isinstance(value, Text) or all(gate.lets(value.text) for gate in gates)
    ]
    rests = tuple(rest._replace(gates=rest.gates + gates) for rest in vector.rests)
    return Vector(vector.deps, items, rests, vector.is_open, vector.by_data)


_ = NOWHERE
