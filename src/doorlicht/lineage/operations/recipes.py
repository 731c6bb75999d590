"""Recipes and workflows of tidymodels: what is done to columns, and which model gets them.

A recipe is the table as the model will get it. Without a formula its columns have no role until
``update_role`` gives them one; only predictors reach the model.

Source: recipes, *Roles in Recipes*; workflows, *Getting started*; parsnip, help pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.choosing import choose_by_parts
from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.operations.formulas import by_formula
from doorlicht.lineage.operations.models import as_features, train
from doorlicht.lineage.selecting import choose, drop_column
from doorlicht.lineage.values import (
    Column,
    Estimator,
    FormulaValue,
    Frame,
    Text,
    Value,
    option_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def recipe(run: Interpreter, site: CallSite) -> Value:
    """``recipe(y ~ ., data = df)``: the columns that the model will get."""
    frame = site.table("table")
    formula = site.value("formula")
    if isinstance(formula, Frame):
        frame, formula = formula, site.value("table")
    if frame is None:
        return site.unknown()
    if isinstance(formula, FormulaValue):
        return by_formula(run, site, formula, frame)[0]
    without = frame.copy()
    without.has_roles = False
    return without


def update_role(run: Interpreter, site: CallSite) -> Value:
    """``update_role(recipe, a, b, new_role = "id")``: no longer what the model gets, or just so."""
    frame = site.table()
    if frame is None:
        return site.unknown()
    told = site.text("role")
    role = told.text.lower() if told is not None else "predictor"
    parts = site.further("columns")
    choice = choose_by_parts(run, site, frame, parts)
    if role != "predictor":
        kept = frame.copy()
        for name, places in choice.picked:
            if role != "outcome":
                run.state.note(places, name, "drop")
            drop_column(run.state, frame, kept, name, site.place)
            if role == "outcome":
                kept.dropped.pop(name, None)
        if choice.rests and not choice.picked:
            kept.rests = ()
        return kept
    if frame.has_roles:
        return frame
    for name, places in choice.picked:
        run.state.note(places, name, "feature")
    return choose(run.state, frame, choice, site.place)


def variables(run: Interpreter, site: CallSite) -> Value:
    """``add_variables(workflow, outcomes = y, predictors = c(a, b))``."""
    outcomes, predictors = site.expr("outcomes"), site.expr("predictors")
    subject = site.value("table")
    base = option_of(subject, Estimator)
    made = Estimator(NOTHING, "", "model", place=site.place)
    if isinstance(base, Estimator):
        made.algorithm, made.parts, made.name = base.algorithm, base.parts, base.name
    if predictors is not None:
        formula = FormulaValue(
            NOTHING, code.Formula(outcomes, predictors, site.place.line), site.scope
        )
        made.parts = (*made.parts, ("formula", formula, None))
    del run
    return made


def workflow(run: Interpreter, site: CallSite) -> Value:
    """``workflow()``, ``add_recipe``, ``add_model``, ``set_engine``: what will be fitted."""
    subject = site.value("table")
    part = site.value("part")
    base = option_of(subject, Estimator)
    made = Estimator(NOTHING, "", "model", place=site.place)
    if isinstance(base, Estimator):
        made.algorithm, made.fitted, made.parts = base.algorithm, base.fitted, base.parts
        made.keeps_others, made.key, made.name = base.keeps_others, base.key, base.name
    inner = option_of(part, Estimator)
    if isinstance(inner, Estimator) and inner.algorithm:
        made.algorithm = inner.algorithm
    frame = run.as_frame(part)
    if frame is not None:
        made.fitted = frame
    if isinstance(part, FormulaValue):
        made.parts = (*made.parts, ("formula", part, None))
    if base is None and isinstance(subject, Frame):
        made.fitted = subject
    return made


def fit_workflow(run: Interpreter, site: CallSite) -> Value:
    """``fit(workflow, data = df)``, ``fit(spec, y ~ ., data = df)``, ``fit_xy(spec, x, y)``."""
    subject = site.value("table")
    estimator = option_of(subject, Estimator)
    if not isinstance(estimator, Estimator):
        return site.unknown()
    if site.value("x") is not None:
        y = site.value("y")
        target = y.name if isinstance(y, Column) else ""
        train(run, site, estimator, as_features(run, site.value("x")), target=target)
        return estimator
    frame = site.table("data")
    formula = site.value("formula")
    if formula is None or not isinstance(formula, (FormulaValue, Text)):
        if frame is None:
            frame = run.as_frame(formula)
        formula = next((part for name, part, _ in estimator.parts if name == "formula"), None)
    target = ""
    if formula is not None:
        features, target = by_formula(run, site, formula, frame)
    elif estimator.fitted is not None:
        features = estimator.fitted.copy()
    else:
        features = frame
    train(run, site, estimator, (features or Frame()).copy(), target=target)
    return estimator
