"""Tasks and learners of mlr3: a task is a table that knows which of its columns are features.

A task changes itself: ``task$select("a")`` and ``task$col_roles$feature <- "a"`` need no
assignment. Source: mlr3 book, *Data and Basic Modeling*; mlr3, help page *Task*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.choosing import choose_by_value
from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.operations.models import as_features, train
from doorlicht.lineage.selecting import Choice, choose, drop_column, leave_out, names_of
from doorlicht.lineage.values import (
    Estimator,
    Literal_,
    Record,
    Value,
    Vector,
    option_of,
    replace_frame,
    texts_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

_FEATURE: Final = "feature"


def task(run: Interpreter, site: CallSite) -> Value:
    """``TaskClassif$new(backend = df, target = "y")``: a table without its target."""
    frame = run.as_frame(site.value("table"))
    if frame is None:
        frames = [run.as_frame(value) for _, value in site.all_values()]
        frame = next((each for each in frames if each is not None), None) or site.table()
    if frame is None:
        return site.unknown()
    left = frame.copy()
    left.is_task = True
    for text in site.texts("target"):
        left.columns.pop(text.text, None)
        left.rests = leave_out(left.rests, [text.text])
    return left


def task_field(run: Interpreter, site: CallSite) -> Value:
    """``task$feature_names``, ``task$col_roles``: what a task tells of itself."""
    frame = run.as_frame(site.given[0])
    names = names_of(frame) if frame is not None else Vector(is_open=True)
    if site.name == "feature_names":
        return names
    if site.name == "col_roles":
        return Record(NOTHING, {_FEATURE: names}, is_open=True)
    return site.nothing


def task_roles(run: Interpreter, site: CallSite) -> Value:
    """``task$col_roles$feature <- names``: which columns are features from here on."""
    frame, roles = run.as_frame(site.given[0]), site.given[1]
    features = roles.fields.get(_FEATURE) if isinstance(roles, Record) else None
    if frame is not None and features is not None:
        choice = Choice()
        choose_by_value(features, choice)
        replace_frame(frame, choose(run.state, frame, choice, site.place))
    return site.nothing


def col_roles(run: Interpreter, site: CallSite) -> Value:
    """``task$set_col_roles("a", roles = "stratum")``: no longer a feature, or just so."""
    frame = run.as_frame(site.receiver)
    if frame is None:
        return site.unknown()
    roles, without = site.texts("roles"), site.texts("without")
    is_out = any(text.text == _FEATURE for text in without) or (
        bool(roles) and all(text.text != _FEATURE for text in roles)
    )
    if is_out:
        changed = frame.copy()
        for text in site.texts("columns"):
            run.state.note_text(text, "drop")
            drop_column(run.state, frame, changed, text.text, site.place)
        replace_frame(frame, changed)
    return frame


def resample_task(run: Interpreter, site: CallSite) -> Value:
    """``resample(task, learner, cv)``, ``benchmark_grid(tasks, learners)``: learners are fitted."""
    learner, subject = site.value("learner"), site.value("task")
    learners = [item for _, item in learner.items] if isinstance(learner, Vector) else [learner]
    tasks = [item for _, item in subject.items] if isinstance(subject, Vector) else [subject]
    frames = [frame for each in tasks if (frame := run.as_frame(each)) is not None]
    for each in learners:
        estimator = option_of(each, Estimator)
        for frame in frames if isinstance(estimator, Estimator) else ():
            assert isinstance(estimator, Estimator)  # noqa: S101 (looked at just now)
            if estimator.key is None:
                train(run, site, estimator, as_features(run, frame))
    return learner if learner is not None else Literal_()


def learners(run: Interpreter, site: CallSite) -> Value:
    """``lrns(c("classif.rpart", "classif.ranger"))``: a learner for each."""
    del run
    items: list[tuple[str | None, Value]] = [
        (None, Estimator(NOTHING, text.text, "model", place=site.place))
        for _, value in site.all_values()
        for text in texts_of(value)
    ]
    return Vector(NOTHING, items)


def learner(run: Interpreter, site: CallSite) -> Value:
    """``as_learner(graph)``, ``auto_tuner(learner = l)``: the learner within."""
    values = [value for _, value in site.all_values()]
    del run
    found = next((v for v in values if isinstance(option_of(v, Estimator), Estimator)), None)
    return found if found is not None else site.unknown()
