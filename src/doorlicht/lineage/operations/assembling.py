"""Estimators that name their columns themselves, as those of Spark do.

``VectorAssembler(inputCols=["age", "nat_ix"], outputCol="features")`` bundles columns into one, and
a model is told the name of the bundle (``featuresCol``) and not of the columns in it.

Source: Apache Spark, *ML Pipelines*: parameters ``inputCol(s)``, ``outputCol(s)``,
``featuresCol`` ("features" if it is not given) and ``labelCol``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING, Place
from doorlicht.lineage.operations.fairness import reweighed
from doorlicht.lineage.selecting import Choice, choose, read_column
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Column,
    Estimator,
    Frame,
    Places,
    Unknown,
    Vector,
    texts_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter

_INPUTS: Final = ("inputCols", "inputCol")
_OUTPUTS: Final = ("outputCols", "outputCol")
_MAX_NESTED: Final = 5
"""Bundles within bundles."""


def assemble(run: Interpreter, estimator: Estimator, frame: Frame, place: Place) -> Frame:
    """Return the table with the columns that a transformer of named columns makes."""
    if estimator.algorithm in run.library().words.get("reweighers", ()):
        return reweighed(run, estimator, frame, place)
    inputs = [t for key in _INPUTS for t in texts_of(estimator.options.get(key))]
    outputs = [t for key in _OUTPUTS for t in texts_of(estimator.options.get(key))]
    if not outputs or not (inputs or is_open(estimator)):
        return frame
    made = frame.copy()
    for text in inputs:
        run.state.note_text(text, "derive")
    is_bundle = "inputCols" in estimator.options and "outputCols" not in estimator.options
    if len(outputs) == len(inputs) and not is_bundle:
        for given, out in zip(inputs, outputs, strict=True):
            deps = read_column(run.state, made, given.text, place)
            run.store_column(made, out.text, out.places, deps, place)
            if given.text in made.bundles:
                made.bundles[out.text] = made.bundles[given.text]
        return made
    deps = NOTHING.union(*(read_column(run.state, made, text.text, place) for text in inputs))
    for out in outputs:
        run.store_column(made, out.text, out.places, deps, place)
        made.bundles[out.text] = tuple((text.text, text.places) for text in inputs)
        if is_open(estimator):
            made.bundles[out.text] += ((HOLE, NOWHERE),)
    return made


def is_open(estimator: Estimator) -> bool:
    """Return whether more columns may go in than are known."""
    for key in _INPUTS:
        value = estimator.options.get(key)
        if isinstance(value, (Unknown, Column)):
            return True
        if isinstance(value, Vector) and (value.is_open or value.rests):
            return True
    return False


def bundled(run: Interpreter, estimator: Estimator, frame: Frame, place: Place) -> Frame:
    """Return what a model gets of a table: the columns in its bundle, if it gets a bundle."""
    told = texts_of(estimator.options.get("featuresCol"))
    bundle = told[0].text if told else "features"
    if bundle not in frame.bundles:
        return frame
    choice = Choice()
    names = _names_in(frame, bundle)
    choice.picked.extend((name, places) for name, places in names if name != HOLE)
    # Which columns are in it is not known: it may be any.
    choice.is_open = len(choice.picked) < len(names)
    return choose(run.state, frame, choice, place)


def label_of(estimator: Estimator) -> str:
    """Return the name of the target that a model was told when it was made; else nothing."""
    told = texts_of(estimator.options.get("labelCol"))
    return told[0].text if len(told) == 1 else ""


def _names_in(frame: Frame, bundle: str, depth: int = 0) -> list[tuple[str, Places]]:
    names: list[tuple[str, Places]] = []
    for name, places in frame.bundles.get(bundle, ()):
        if name in frame.bundles and depth < _MAX_NESTED:
            names.extend(_names_in(frame, name, depth + 1))
        else:
            names.append((name, places))
    return names
