"""Columns that a text makes: ``selectExpr("a as b")``, ``F.expr("...")``, ``df.eval("c = a")``.

The text is a small piece of SQL or of pandas' own language. Which columns it rests on is told by
its words; what it computes does not matter for where it comes from.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.selecting import Choice, choose, read_column
from doorlicht.lineage.values import (
    Column,
    Frame,
    FunctionValue,
    Literal_,
    Text,
    Value,
    deps_of,
    replace_frame,
    texts_of,
)
from doorlicht.records.flows import Role

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

_TEXTS: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_WORD: Final = re.compile(r"`([^`]+)`|([A-Za-z_]\w*)(?!\s*\()")
"""A name, also between backticks; not that of a function."""

_ALIAS: Final = re.compile(r"^(.*\S)\s+as\s+`?(\w+)`?$", re.IGNORECASE | re.DOTALL)
_ASSIGNED: Final = re.compile(r"^\s*(\w+)\s*=(?!=)(.*)$", re.DOTALL)

_NO_COLUMNS: Final = frozenset(
    {
        "and", "or", "not", "in", "is", "null", "true", "false", "case", "when", "then", "else",
        "end", "as", "between", "like", "rlike", "cast", "distinct", "over", "partition", "by",
        "order", "asc", "desc", "int", "integer", "string", "double", "float", "date", "timestamp",
        "bigint",
    }
)  # fmt: skip
"""Words of the language itself, in lower case."""


def columns_in_text(run: Interpreter, frame: Frame, text: Text, place: Place, role: Role) -> Deps:
    """Return what ``"nat == 5 and age > 30"`` rests on, and note the names with their role."""
    deps: Deps = NOTHING
    for word in _WORD.findall(_TEXTS.sub(" ", text.text)):
        name = word[0] or word[1]
        if word[1].lower() in _NO_COLUMNS:
            continue
        found = read_column(run.state, frame, name, place)
        if found and (
            name in frame.columns or run.state.names.of_column(name) is not None or frame.rests
        ):
            run.state.note(text.places, name, role)
            deps |= found
    return deps


def expression(run: Interpreter, site: CallSite) -> Value:
    """``F.expr("case when a = 1 then b end")``: a column, made of columns of the table at hand."""
    text = site.text("text")
    if text is None:
        return site.unknown()
    made, name = _named(text)
    run.unbound += not run.masks
    frame = run.masks[-1] if run.masks else Frame()
    return Column(columns_in_text(run, frame, made, site.place, "derive"), name, None, text.places)


def column_function(run: Interpreter, site: CallSite) -> Value:
    """``F.max("a")``, ``F.coalesce(F.col("a"), "b")``, ``pl.concat_str("a", "b")``: of columns."""
    frame = run.masks[-1] if run.masks else None
    run.unbound += frame is None
    deps: Deps = NOTHING
    names: list[str] = []
    for _, value in site.all_values():
        deps |= deps_of(value)
        if isinstance(value, Column) and value.name:
            names.append(value.name)
        for text in texts_of(value):
            found = _column_called(run, frame, text, site.place)
            if found is not None:
                deps |= found
                names.append(text.text)
    name = names[0] if names else ""
    if name and site.option("named") == "call":
        name = f"{site.name.rsplit('.', 1)[-1]}({name})"
    return Column(deps, name, None, frozenset({site.place}))


def column_wise(run: Interpreter, site: CallSite) -> Value:
    """``F.udf(function)``: the function, for columns; a text that it is given names one."""
    function = site.value("function")
    del run
    if not isinstance(function, FunctionValue):
        return site.unknown()
    return replace(function, bound=(*function.bound, ("@columns", Literal_())))


def columns_given(run: Interpreter, site: CallSite) -> list[tuple[str | None, Value]]:
    """Return what a function for columns is called with, a name of a column as that column."""
    frame = run.masks[-1] if run.masks else None
    run.unbound += frame is None
    given: list[tuple[str | None, Value]] = []
    for name, value in site.all_values():
        for text in texts_of(value)[:1]:
            found = _column_called(run, frame, text, site.place)
            if found is not None:
                value = Column(found, text.text, None, text.places)
        given.append((name, value))
    return given


def _column_called(run: Interpreter, frame: Frame | None, text: Text, place: Place) -> Deps | None:
    """Return what a text stands for if it names a column, and not a pattern or a format."""
    is_origin = run.state.names.of_column(text.text) is not None
    if frame is not None and (text.text in frame.columns or is_origin):
        run.state.note_text(text, "read")
        return read_column(run.state, frame, text.text, place)
    if frame is None and is_origin:
        run.state.note_text(text, "read")
        return frozenset({run.state.graph.source("", text.text, place)})
    return None


def select_expressions(run: Interpreter, site: CallSite) -> Value:
    """``selectExpr("a", "b as c", "*")``: a table of what the texts make."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    choice = Choice()
    made: list[tuple[str, Text]] = []
    texts = [text for _, value in site.all_values() for text in texts_of(value)]
    for text in texts:
        part, name = _named(text)
        if part.text.strip() == "*":
            choice.with_all = True
        elif not name or name == part.text.strip("` "):
            plain = part.text.strip("` ")
            choice.picked.append((plain, text.places))
            run.state.note(text.places, plain, "read")
        else:
            made.append((name, part))
    choice.is_open = not texts
    chosen = choose(run.state, frame, choice, site.place)
    for name, part in made:
        deps = columns_in_text(run, frame, part, site.place, "derive")
        run.store_column(chosen, name, part.places, deps, site.place)
    return chosen


def assign_text(run: Interpreter, site: CallSite) -> Value:
    """``df.eval("c = a + b")`` of pandas, with a line for each new column."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    changed = frame.copy()
    deps: Deps = NOTHING
    is_table = False
    for text in site.texts("text"):
        for line in text.text.splitlines():
            assigned = _ASSIGNED.match(line)
            part = Text(text.deps, assigned[2] if assigned else line, text.places)
            found = columns_in_text(run, changed, part, site.place, "derive")
            deps |= found
            if assigned:
                is_table = True
                run.store_column(changed, assigned[1], text.places, found, site.place)
    if not is_table:
        return Column(deps)
    if site.flag("inplace"):
        replace_frame(frame, changed)
    return changed


def _named(text: Text) -> tuple[Text, str]:
    """Return an expression without its alias, and the alias."""
    found = _ALIAS.match(text.text.strip())
    if found is None:
        return text, ""
    return Text(text.deps, found[1], text.places), found[2]
