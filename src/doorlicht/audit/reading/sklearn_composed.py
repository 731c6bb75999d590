"""Pipelines, transformers of columns and searches: what is made of other parts.

Source: ``sklearn.pipeline``, ``sklearn.compose``, ``sklearn.model_selection``; the mapper is
``sklearn_pandas.DataFrameMapper``, versions 1.6 to 2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from doorlicht.audit.pickles.arrays import array_of, scalar_of
from doorlicht.audit.pickles.nodes import Call, Node, Pairs, is_list, is_tuple
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.sklearn_preparing import inverse_of
from doorlicht.audit.reading.sklearn_trees import Understand
from doorlicht.audit.reading.things import LackingError, Thing, Understood, names_of, nodes_of
from doorlicht.audit.scoring.blocks import Floats
from doorlicht.audit.scoring.preparing import Beside, Chosen, Preparation, Same, Steps
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then


def pipeline(thing: Thing, understand: Understand) -> Understood:
    """Read a pipeline: its last step is what it is."""
    try:
        steps = [_pair(node)[1] for node in thing.listed("steps")]
    except LackingError as error:
        made = begin(thing, "unknown")
        made.lacks.append(error.attribute)
        return made
    parts: list[Understood] = [understand(step) for step in steps if _is_step(step)]
    if not parts:
        made = begin(thing, "unknown")
        made.lacks.append("steps")
        return made
    *before, last = parts
    made = begin(thing, last.kind)
    made.parts = parts
    _names_of_first(made, parts)
    made.lacks += [each.algorithm for each in before if each.preparation is None]
    chain = [each.preparation for each in before if each.preparation is not None]
    if last.kind == "preparation":
        if last.preparation is not None and not made.lacks:
            made.preparation = Steps((*chain, last.preparation))
        return made
    made.outcomes = made.outcomes or last.outcomes
    made.link, made.trees = last.link, last.trees
    made.intercept = last.intercept
    if not made.lacks:
        made.before = [*chain, *last.before]
        made.predictor = last.predictor
        made.coefficients, made.importances = last.coefficients, last.importances
        made.importance_by, made.used = last.importance_by, last.used
    return made


def _names_of_first(made: Understood, parts: list[Understood]) -> None:
    if made.names is None:
        made.names = parts[0].names
    if made.width is None:
        made.width = parts[0].width


def _is_step(node: Node) -> bool:
    return isinstance(node, Call)


def _pair(node: Node) -> tuple[Any, ...]:
    """Return the name, the object and what else stands in a step."""
    if is_tuple(node) and len(node) >= 2:
        return node
    if is_list(node) and len(node) >= 2:
        return tuple(node)
    raise LackingError("steps")


def columns(thing: Thing, understand: Understand) -> Understood:
    """Read a transformer of columns: preparations beside each other."""
    made = begin(thing, "preparation")
    try:
        fitted = [_pair(node) for node in thing.listed("transformers_")]
        told = thing.get("_transformer_to_input_indices")
        places = told.named() if isinstance(told, Pairs) else {}
        width = made.width
        parts: list[tuple[tuple[int, ...], Preparation]] = []
        for name, inner, *rest in fitted:
            if scalar_of(inner) == "drop" or (inner is None):
                continue
            chosen = _places(places.get(str(name)), rest[0] if rest else None, made)
            if scalar_of(inner) == "passthrough":
                parts.append((chosen, Same()))
                continue
            if not chosen:
                continue
            part: Understood = understand(inner)
            made.parts.append(part)
            if part.preparation is None:
                made.lacks.append(part.algorithm)
                continue
            parts.append((chosen, part.preparation))
        if not made.lacks:
            made.preparation = Beside(tuple(parts))
        if width is None and parts:
            made.width = max((max(each, default=-1) for each, _ in parts), default=-1) + 1
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _places(told: Node, written: Node, made: Understood) -> tuple[int, ...]:
    """Return which columns a transformer takes, by their places."""
    found = nodes_of(told)
    if found is not None:
        return tuple(int(scalar_of(each)) for each in found)
    return places_of(written, made)


def places_of(written: Node, made: Understood) -> tuple[int, ...]:
    """Return the places of columns that are written as names, numbers, flags or a slice.

    Raises
    ------
    LackingError
        If they are written otherwise, such as by a function.
    """
    array = array_of(written)
    if array is not None and array.dtype.kind == "b":
        return tuple(int(place) for place in np.flatnonzero(array))
    if isinstance(written, Call):
        function = written.made_of
        if function is not None and function.name == "slice" and made.width is not None:
            cut = [None if each is None else int(scalar_of(each)) for each in written.args]
            return tuple(range(made.width)[slice(*cut)])
        if array is None:
            raise LackingError("columns")
    listed = nodes_of(written)
    values = [scalar_of(each) for each in (listed if listed is not None else [written])]
    if values and all(type(each) is bool for each in values):
        return tuple(place for place, each in enumerate(values) if each)
    if all(isinstance(each, int) for each in values):
        return tuple(cast("list[int]", values))
    names = made.names or ()
    if not all(each in names for each in values):
        raise LackingError("feature_names_in_")
    return tuple(names.index(each) for each in values)


def union(thing: Thing, understand: Understand) -> Understood:
    """Read a union of features: preparations that all take every column."""
    made = begin(thing, "preparation")
    try:
        for node in thing.listed("transformer_list"):
            inner = _pair(node)[1]
            if scalar_of(inner) in {"drop", "passthrough"}:
                raise LackingError("transformer_list")
            made.parts.append(understand(inner))
        if made.parts:
            _names_of_first(made, made.parts)
        made.lacks += [each.algorithm for each in made.parts if each.preparation is None]
        if made.width is None:
            raise LackingError("n_features_in_")
        every = tuple(range(made.width))
        if not made.lacks:
            steps = [each.preparation for each in made.parts]
            made.preparation = Beside(tuple((every, each) for each in steps if each is not None))
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def mapper(thing: Thing, understand: Understand) -> Understood:
    """Read a mapper of data frames: for each column by its name a chain of preparations."""
    made = begin(thing, "preparation")
    try:
        key = "built_features" if thing.get("built_features") is not None else "features"
        names: list[str] = []
        parts: list[tuple[tuple[int, ...], Preparation]] = []
        for node in thing.listed(key):
            written, inner, *_ = _pair(node)
            chosen = _mapped_names(written)
            for name in chosen:
                if name not in names:
                    names.append(name)
            places = tuple(names.index(name) for name in chosen)
            parts.append((places, _mapped_steps(inner, understand, made)))
        made.names, made.width = tuple(names), len(names)
        default = thing.get("built_default", "default")
        if default is not False and default is not None:
            made.lacks.append("default")
        if not made.lacks:
            made.preparation = Beside(tuple(parts))
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _mapped_names(written: Node) -> list[str]:
    value = scalar_of(written)
    if isinstance(value, str):
        return [value]
    listed = names_of(written)
    if listed is None:
        raise LackingError("features")
    return list(listed)


def _mapped_steps(inner: Node, understand: Understand, made: Understood) -> Preparation:
    if inner is None:
        return Same()
    nodes = inner if is_list(inner) else [inner]
    if isinstance(inner, Call):
        # A chain is kept as a pipeline of its own class, whose steps have names.
        chain = Thing(inner)
        if chain.name == "TransformerPipeline":
            nodes = [_pair(node)[1] for node in chain.listed("steps")]
    steps: list[Preparation] = []
    for node in nodes:
        if node is None:
            continue
        part: Understood = understand(node)
        made.parts.append(part)
        if part.preparation is None:
            made.lacks.append(part.algorithm)
        else:
            steps.append(part.preparation)
    return Steps(tuple(steps))


def search(thing: Thing, understand: Understand) -> Understood:
    """Read a search over settings: what it chose is what it is."""
    return _around(thing, understand, ("best_estimator_", "estimator"))


def target(thing: Thing, understand: Understand) -> Understood:
    """Read a model of something in another unit, of which the predictions are turned back."""
    made = _around(thing, understand, ("regressor_", "estimator_", "estimator"))
    inner = made.predictor.value
    made.predictor = Predictor()
    # A coefficient is in the other unit.
    made.link = ""
    try:
        if inner is None:
            raise LackingError(thing.name)
        made.predictor = Predictor(value=Then(inner, inverse_of(thing.thing("transformer_"))))
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _around(thing: Thing, understand: Understand, names: Sequence[str]) -> Understood:
    for name in names:
        node = thing.get(name)
        if isinstance(node, Call):
            inner: Understood = understand(node)
            made = begin(thing, inner.kind)
            made.parts = [inner]
            made.names, made.width = inner.names or made.names, inner.width or made.width
            made.outcomes = made.outcomes or inner.outcomes
            made.predictor, made.preparation = inner.predictor, inner.preparation
            made.before, made.coefficients = inner.before, inner.coefficients
            made.importances, made.importance_by = inner.importances, inner.importance_by
            made.used, made.link = inner.used, inner.link
            made.intercept, made.trees = inner.intercept, inner.trees
            if name == "estimator" and "best_estimator_" not in thing.attributes:
                made.lacks.append("best_estimator_")
            return made
    made = begin(thing, "unknown")
    made.lacks.append(names[0])
    return made


def selected_by_model(thing: Thing, understand: Understand) -> Understood:
    """Read a choice of columns by what another model weighs."""
    made = begin(thing, "preparation")
    try:
        inner: Understood = understand(thing.get("estimator_"))
        made.parts = [inner]
        scores = inner.importances
        if scores is None and inner.coefficients is not None:
            weights = np.atleast_2d(inner.coefficients)
            scores = np.abs(weights[0]) if len(weights) == 1 else np.abs(weights).sum(axis=0)
        if scores is None or thing.get("max_features") is not None:
            raise LackingError("max_features")
        edge = _edge(thing, inner, scores)
        made.width = made.width or len(scores)
        made.preparation = Chosen(tuple(int(each) for each in np.flatnonzero(scores >= edge)))
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _edge(thing: Thing, inner: Understood, scores: Floats) -> float:
    """Return from which weight on a column is kept: a number, or so many times the mean."""
    told = thing.scalar("threshold")
    if isinstance(told, int | float):
        return float(told)
    if told is None:
        if inner.coefficients is not None:
            # Whether a linear model was made to leave columns out decides, and is not read here.
            raise LackingError("threshold")
        told = "mean"
    factor, _, measure = str(told).rpartition("*")
    level = {"mean": np.mean, "median": np.median}.get(measure.strip())
    if level is None:
        raise LackingError("threshold")
    return (float(factor) if factor.strip() else 1.0) * float(level(scores))
