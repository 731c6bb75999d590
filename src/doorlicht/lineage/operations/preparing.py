"""What is made of columns before a model gets them, and which columns the data itself chooses.

``dummyVars`` and ``preProcess`` of caret only describe; ``predict`` does it to a table. Boruta and
``rfe`` fit models to tell which columns are of use: what they choose, the data has chosen.

Source: caret, *Pre-Processing* and *Feature Selection*; Boruta, help pages; R, help page *predict*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.operations.formulas import by_formula
from doorlicht.lineage.selecting import Choice, choose, names_of
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Estimator,
    FormulaValue,
    Frame,
    Text,
    Value,
    Vector,
    option_of,
    texts_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

_CHOOSING: Final = frozenset({"nzv", "zv", "corr", "conditionalx"})
"""Methods of ``preProcess`` that leave columns out because of what is in them."""


def dummy_vars(run: Interpreter, site: CallSite) -> Value:
    """``dummyVars(~ a + b, data = df)``: how columns of values become columns of zero and one."""
    formula = site.value("formula")
    frame = site.table("table") if site.value("table") is not None else None
    if formula is None:
        return site.unknown()
    made = Estimator(NOTHING, "dummyVars", "transformer", place=site.place)
    made.parts = (("formula", formula, None),)
    made.fitted = by_formula(run, site, formula, frame)[0]
    return made


def preprocess(run: Interpreter, site: CallSite) -> Value:
    """``preProcess(x, method = c("center", "nzv"))``: how columns are made alike, or left out."""
    frame = site.table("table")
    methods = {text.text.lower() for text in site.texts("method")}
    role = "selector" if methods & _CHOOSING else "transformer"
    made = Estimator(NOTHING, "preProcess", role, place=site.place)
    made.fitted = frame.copy() if frame is not None else None
    del run
    return made


def prepared(
    run: Interpreter, site: CallSite, estimator: Estimator, frame: Frame | None
) -> Frame | None:
    """Return a table as ``predict(dummies, df)`` makes it; none if the object only chooses."""
    if frame is None:
        frame = estimator.fitted
    if frame is None or estimator.algorithm not in ("dummyVars", "preProcess"):
        return None
    frame = frame.copy()
    if estimator.role == "selector":
        frame.chosen_by_data = True
    formula = next((part for name, part, _ in estimator.parts if name == "formula"), None)
    if formula is None:
        return frame
    chosen = by_formula(run, site, formula, frame)[0]
    return one_hot(run, site, chosen, ".")


def one_hot(run: Interpreter, site: CallSite, frame: Frame, mark: str) -> Frame:
    """Return a table with a column for each value of columns that may hold words.

    Which columns do is not known here; one that is about origin is taken to, so that what it
    becomes gets a name of which a piece is a value.
    """
    made = frame.copy()
    for name, deps in frame.columns.items():
        new = name if HOLE in name else f"{name}{mark}{HOLE}"
        if run.state.names.of_column(name) is None or new == name:
            continue
        node = run.state.graph.add("one-hot", new, site.place, deps)
        del made.columns[name]
        made.columns[new] = frozenset({node})
        made.made[new] = "data-value"
        made.named[new] = frame.named.get(name, NOWHERE)
        made.named.pop(name, None)
    return made


def eliminate(run: Interpreter, site: CallSite) -> Value:
    """Columns that the data itself decides on: ``nearZeroVar``, ``findCorrelation``, ``step_nzv``.

    What these return are names or numbers of columns; which, only the data can tell.
    """
    value = site.value("table")
    if site.option("gives") == "names":
        frame = run.as_frame(value)
        deps = frame.all_deps if frame is not None else NOTHING
        return Vector(deps, is_open=True, by_data=True)
    frame = site.table()
    if frame is None:
        return site.unknown()
    kept = frame.copy()
    kept.chosen_by_data = True
    return kept


def choose_by_model(run: Interpreter, site: CallSite) -> Value:
    """``Boruta(y ~ ., data)``, ``rfe(x, y)``: an object that knows which columns are of use."""
    formula = site.value("formula")
    frame = site.table("table") if site.value("table") is not None else None
    if isinstance(formula, Frame):
        frame, formula = formula, None
    if frame is None:
        frame = run.as_frame(site.value("x"))
    made = Estimator(
        NOTHING, site.name.rsplit(".", 1)[-1].rsplit("::", 1)[-1], "selector", place=site.place
    )
    if isinstance(formula, FormulaValue) or texts_of(formula):
        made.fitted, made.options["@target"] = _by_formula(run, site, formula, frame)
    elif frame is not None:
        made.fitted = frame.copy()
    return made


def _by_formula(
    run: Interpreter, site: CallSite, formula: Value | None, frame: Frame | None
) -> tuple[Frame, Value]:
    assert formula is not None  # noqa: S101 (a text or a formula)
    features, target = by_formula(run, site, formula, frame)
    return features, Text(NOTHING, target)


def chosen_names(run: Interpreter, site: CallSite) -> Value:
    """``getSelectedAttributes(b)``, ``predictors(rfe)``: names that the data chose."""
    subject = site.value("model")
    estimator = option_of(subject, Estimator)
    if isinstance(estimator, Estimator) and estimator.fitted is not None:
        names = chosen_by(estimator)
        if site.option("gives") == "formula":
            target = texts_of(estimator.options.get("@target"))
            return FormulaValue(NOTHING, terms=names, response=target[0].text if target else "")
        return names
    if isinstance(subject, Vector):
        return Vector(subject.deps, list(subject.items), subject.rests, subject.is_open, True)
    frame = run.as_frame(subject)
    if frame is not None:
        names = names_of(frame)
        return Vector(names.deps, list(names.items), names.rests, names.is_open, by_data=True)
    return Vector(is_open=True, by_data=True)


def chosen_by(estimator: Estimator) -> Vector:
    """Return the names that a selector chooses among."""
    if estimator.fitted is None:
        return Vector(is_open=True, by_data=True)
    names = names_of(estimator.fitted)
    return Vector(names.deps, list(names.items), names.rests, names.is_open, by_data=True)


def narrowed(run: Interpreter, site: CallSite, frame: Frame, names: Vector) -> Frame:
    """Return a table with the columns that a vector names."""
    choice = Choice(by_data=names.by_data)
    for text in texts_of(names):
        choice.picked.append((text.text, text.places))
    choice.rests = names.rests or None
    return choose(run.state, frame, choice, site.place)
