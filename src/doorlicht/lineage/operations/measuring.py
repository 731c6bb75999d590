"""Measuring by group: looked at and not used, if the groups are about origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.graph import NOTHING, Deps
from doorlicht.lineage.noting import names_in
from doorlicht.lineage.operations.groups import note_groups
from doorlicht.lineage.selecting import read_column
from doorlicht.lineage.state import BiasTest
from doorlicht.lineage.values import Column, FormulaValue, Frame, Unknown, Value, deps_of, texts_of
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def measure_by_group(run: Interpreter, site: CallSite) -> Value:
    """Remember a measure of fairness: the groups are looked at, not used."""
    groups = site.value("groups")
    deps = deps_of(groups)
    names = [text.text for text in texts_of(groups)]
    subject = site.all_deps()
    frame = site.table("table") if site.value("table") is not None else None
    for text in texts_of(groups):
        run.state.note_text(text, "bias-test")
        if frame is not None:
            deps |= read_column(run.state, frame, text.text, site.place)
        elif not deps and run.state.names.of_column(text.text) is not None:
            deps |= frozenset({run.state.graph.source("", text.text, site.place)})
    if isinstance(groups, Column):
        run.state.note(groups.places, groups.name, "bias-test")
        names.append(groups.name)
    table = run.as_frame(groups)
    if table is not None:
        deps |= table.all_deps
        names.extend(table.columns)
    if deps:
        run.state.see_bias_test(BiasTest(site.place, deps, subject, tuple(names)))
    return Unknown(subject)


def compare_groups(run: Interpreter, site: CallSite) -> Value:
    """``table(pred, group)``, ``chisq.test``, ``pd.crosstab``: a bias test if a score is in it."""
    deps = site.all_deps()
    frame: Frame | None = None
    names: list[str] = []
    groups: Deps = NOTHING
    for _, value in site.all_values():
        if isinstance(value, Column):
            if value.frame is not None and run.state.is_about_origin(value.frame.rows):
                # A measurement within rows of one group.
                groups |= value.frame.rows
            elif run.state.is_about_origin(value.deps):
                groups |= value.deps
                names.append(value.name)
        elif isinstance(value, Frame):
            frame = value
            for name, each in value.columns.items():
                if run.state.names.of_column(name) is not None:
                    groups |= each
                    names.append(name)
        elif isinstance(value, FormulaValue) and value.node is not None:
            data = site.table("table")
            if data is not None:
                for name, _ in names_in(value.node):
                    found = read_column(run.state, data, name, site.place)
                    deps |= found
                    if run.state.is_about_origin(found):
                        groups |= found
                        names.append(name)
    if groups:
        run.state.see_bias_test(BiasTest(site.place, groups, deps, tuple(names)))
    del frame
    return Frame(deps) if site.option("gives") == "table" else Unknown(deps)


def measure(run: Interpreter, site: CallSite) -> Value:
    """``roc_auc(grouped, truth, score)``: by group, if the table is grouped."""
    frame = run.as_frame(site.value("table"))
    if frame is None:
        return Unknown(site.all_deps())
    subject: Deps = NOTHING
    for name, expr, given in site.further("columns"):
        if name is not None and name.startswith("."):
            continue
        value = given
        if value is None:
            value = run.evaluate_masked(expr or code.Missing(0), site.scope, frame)
        subject |= deps_of(value)
    result = Frame(subject, rows=frame.rows)
    groups: Deps = NOTHING
    for key in frame.groups:
        deps = read_column(run.state, frame, key, site.place)
        groups |= deps
        result.columns[key] = deps
        result.named[key] = frame.named.get(key, frozenset())
    if frame.groups:
        note_groups(run, frame, list(frame.groups), groups, subject, site.place)
    return result
