"""SQL in the flow graph: what a statement reads, computes, selects and writes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.operations.files import read_dataset, see_output
from doorlicht.lineage.operations.models import train
from doorlicht.lineage.paths import normal_dataset
from doorlicht.lineage.selecting import Choice, choose, leave_out, read_column
from doorlicht.lineage.sql import SqlStatement, read_sql
from doorlicht.lineage.sql_routines import Context
from doorlicht.lineage.state import Decision, RuleFunction, Scoring
from doorlicht.lineage.values import Estimator, Frame, Text, Unknown, Value, together

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter
    from doorlicht.lineage.project import Project


_CALLED: Final = re.compile(r"(\w+)\s*\(")


def run_statement(project: Project, run: Interpreter, text: Text, site: CallSite) -> Value:
    """Follow the statements in a text; the value is the table of the last query."""
    start = min((place.line for place in text.places), default=site.place.line)
    dialect = site.text("dialect") if site.entry is not None else None
    reading = read_sql(
        text.text,
        line=start,
        dialect=dialect.text if dialect is not None and dialect.is_known else None,
        columns_of=lambda name: _columns_of(project, run, name),
        context=_context(site),
    )
    file = next((place.file for place in text.places), site.place.file)
    result: Value = Unknown(site.all_deps() if site.entry is not None else NOTHING)
    for hidden in reading.hidden:
        run.state.lose(Place(file, hidden.line), hidden.construct)
    for statement in reading.statements:
        _note(run, statement, file, text)
        if _names_origin(run, statement):
            run.state.asked_with_origin.update(map(str.lower, _CALLED.findall(text.text)))
        if statement.kind == "test":
            if not statement.is_parsed and _names_origin(run, statement):
                run.state.lose(Place(file, statement.line), "sql_not_parsed")
            continue
        frame = _follow(run, statement, file, site)
        if frame is not None:
            result = frame
    return result


def _context(site: CallSite) -> Context | None:
    """Return what is around a statement of a routine, as its reader found it."""
    found = site.text("context") if site.entry is not None else None
    if found is None or not found.is_known:
        return None
    held, variables, rows, conditions, assigns, target, parameters, answers, role = json.loads(
        found.text
    )
    return Context(
        held,
        tuple(variables),
        tuple((name, table) for name, table in rows),
        tuple((text, line) for text, line in conditions),
        tuple(assigns),
        target,
        tuple(parameters),
        answers,
        role,
    )


def _is_held(name: str) -> bool:
    """Return whether a table is that of the variables of a routine, or a record of it."""
    return name.endswith("()")


def _columns_of(project: Project, run: Interpreter, name: str) -> list[str] | None:
    for written in run.state.writers(name):
        if isinstance(written.value, Frame) and not written.value.rests:
            return list(written.value.columns)
    known = project.columns_of(normal_dataset(name))
    return list(known) if known is not None else None


def _table(run: Interpreter, name: str, site: CallSite, place: Place) -> Frame:
    """Return the table of a query: a data set, or a table of the program by that name."""
    held = site.scope.find(name)
    frame = run.as_frame(held)
    if frame is not None and not run.state.writers(name):
        return frame
    if _is_held(name) and not run.state.writers(name):
        return Frame()
    return read_dataset(run, name, place)


def _follow(run: Interpreter, statement: SqlStatement, file: str, site: CallSite) -> Frame | None:
    place = Place(file, statement.line)
    tables = {name: _table(run, name, site, place) for name in statement.tables}
    result = Frame()
    for star in statement.stars:
        table = tables.get(star.table)
        if table is None:
            table = tables[star.table] = _table(run, star.table, site, place)
        kept = choose(run.state, table, Choice(with_all=True), place)
        for name in star.left_out:
            kept.columns.pop(name, None)
        kept.rests = leave_out(kept.rests, list(star.left_out))
        result.columns.update(kept.columns)
        result.made.update(dict.fromkeys(kept.columns, "data-value"))
        result.rests = together(result.rests, kept.rests)
        result.rows |= kept.rows
    for column in statement.columns:
        here = Place(file, column.line)
        deps: Deps = NOTHING
        for owner, name in column.inputs:
            table = tables.get(owner)
            if table is not None:
                deps |= read_column(run.state, table, name, here)
        # A score that a routine worked out in a variable is made where it is stored.
        is_stored = not _is_held(statement.target or "()")
        is_made = is_stored and any(_is_held(owner) for owner, _ in column.inputs)
        # So is one that is looked up in a table of points.
        is_made |= run.project.is_score(column.name) and len({t for t, _ in column.inputs}) > 1
        is_plain = column.is_plain and not is_made
        is_same = is_plain and any(name.lower() == column.name.lower() for _, name in column.inputs)
        if is_same:
            result.columns[column.name] = deps
            result.named[column.name] = frozenset({here})
        elif is_plain and deps:
            node = run.state.graph.add("rename", column.name, here, deps)
            result.columns[column.name] = frozenset({node})
            result.named[column.name] = frozenset({here})
        elif statement.kind == "assign" and _is_held(statement.target or ""):
            # A variable is no score yet.
            node = run.state.graph.add("derive", column.name, here, deps)
            result.columns[column.name] = frozenset({node})
        else:
            run.store_column(result, column.name, frozenset({here}), deps, here)
    rows: Deps = NOTHING
    for use in statement.filters:
        table = tables.get(use.table)
        if table is None:
            continue
        deps = read_column(run.state, table, use.column, Place(file, use.line))
        if use.clause != "join" and deps:
            rows |= {run.state.graph.add("filter", use.column, Place(file, use.line), deps)}
    for table in tables.values():
        rows |= table.rows
    result.rows |= rows
    return _store(run, statement, result, site, place)


def _store(
    run: Interpreter, statement: SqlStatement, result: Frame, site: CallSite, place: Place
) -> Frame | None:
    for model in statement.scores:
        _score(run, model, result, place)
    if statement.kind == "model" and statement.target is not None:
        estimator = Estimator(NOTHING, statement.algorithm, "model", place=place)
        estimator.name = statement.target
        train(run, site, estimator, result.copy(), target=statement.label)
        run.state.write(statement.target, estimator, place)
        return None
    if statement.kind == "call":
        if run.state.is_about_origin(result.rows):
            run.lose(place.line, "call_not_followed", result.rows)
        return None
    if statement.kind == "answer":
        _answer(run, statement, result, place)
        return None
    if statement.target is None:
        return result if statement.kind == "select" else None
    if statement.kind in ("update", "assign"):
        held = _table(run, statement.target, site, place)
        changed = held.copy()
        known = {name.lower(): name for name in held.columns}
        # Rows that the update leaves alone keep what they had.
        before = {n: held.columns.get(known.get(n.lower(), n), NOTHING) for n in result.columns}
        for name, deps in result.columns.items():
            if statement.kind == "update" and result.rows and not run.project.is_score(name):
                # Which rows get it decides what the column holds; of a score that is told below.
                deps = frozenset({run.state.graph.add("derive", name, place, deps | result.rows)})
            changed.columns[known.get(name.lower(), name)] = deps | before[name]
        changed.named.update(result.named)
        run.state.write(statement.target, changed, place)
        for name in result.columns if statement.kind == "update" else ():
            if run.project.is_score(name) and result.rows:
                run.state.decisions[place, name] = Decision(
                    place, result.rows, result.columns[name] | before[name], name, "override"
                )
        return None
    if statement.kind == "delete":
        left = _table(run, statement.target, site, place).copy()
        left.rows |= result.rows
        if left.columns and result.rows:
            run.state.write(statement.target, left, place)
            see_output(run, left, statement.target, place)
        return None
    if not run.at.gated:
        run.state.write(statement.target, result.copy(), place)
        see_output(run, result, statement.target, place)
    return result


def _answer(run: Interpreter, statement: SqlStatement, result: Frame, place: Place) -> None:
    """Remember what a function answers whose name says that it scores or decides."""
    name = (statement.target or "").removesuffix("()").rsplit(".", 1)[-1]
    graph = run.state.graph
    # What is computed and compared in the answer itself has no name of its own.
    own = {
        number
        for number in result.all_deps | result.rows
        if graph[number].what == "filter" or graph[number].place == place
    }
    deps = (result.all_deps | result.rows) - own
    deps = deps.union(*(graph[number].parents or {number} for number in own))
    if not run.project.decides(name) or not run.state.is_about_origin(deps):
        return
    node = graph.add("derive", name, place, deps)
    begin = Place(place.file, statement.answers)
    run.state.rule_functions.setdefault(begin, RuleFunction(name, begin, is_sql=True)).nodes.add(
        node
    )


def _score(run: Interpreter, model: str, result: Frame, place: Place) -> None:
    """Remember where a model that a database trained is used."""
    for written in run.state.writers(model):
        if isinstance(written.value, Estimator) and written.value.key is not None:
            key = written.value.key
            node = run.state.graph.add("score", model, place, result.all_deps)
            run.state.scorings[key, place] = Scoring(key, place, None, node)


def _names_origin(run: Interpreter, statement: SqlStatement) -> bool:
    return any(run.state.names.of_column(each.name) is not None for each in statement.spelled)


def _note(run: Interpreter, statement: SqlStatement, file: str, text: Text) -> None:
    """Note every name in a statement where it is spelled.

    Of a text that was put together it is not known which piece stands where; then each line that
    a piece comes from is noted, and those that do not spell the name are left out later.
    """
    together = text.places if len(text.places) > 1 else None
    for each in statement.spelled:
        run.state.note(together or frozenset({Place(file, each.line)}), each.name, each.role)
