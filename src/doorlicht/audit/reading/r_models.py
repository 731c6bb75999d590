"""Models of R: which reader reads which class, linear models, and wrappers around other models.

Source: ``stats::lm`` and ``glm``; ``caret`` (``train``); ``xgboost`` (``xgb.Booster``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from doorlicht.audit.reading.r_boosting import gbm
from doorlicht.audit.reading.r_columns import need
from doorlicht.audit.reading.r_forests import random_forest, ranger
from doorlicht.audit.reading.r_formulas import design_of
from doorlicht.audit.reading.r_serial import RValue
from doorlicht.audit.reading.r_trees import rpart
from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.audit.reading.xgboost_models import NoModelError, document_of, learner
from doorlicht.audit.scoring.blocks import Block, Floats
from doorlicht.audit.scoring.forest import TreesBrokenError
from doorlicht.audit.scoring.links import both, inverse
from doorlicht.audit.scoring.preparing import Origin, Origins
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Linear, Then


def understand_r(model: RValue) -> Understood:
    """Read an object of R; what is not followed is told. Never raises for what it holds."""
    classes = model.classes
    for name in classes:
        reader = _READERS.get(name)
        if reader is not None:
            made = Understood(name, "unknown", _PACKAGES.get(name, "R"))
            try:
                reader(model, made)
            except (LackingError, TreesBrokenError) as error:
                made.predictor = Predictor()
                made.lacks.append(getattr(error, "attribute", "trees"))
            except (ValueError, IndexError, TypeError, KeyError, AttributeError, OverflowError):
                made.predictor = Predictor()
                made.lacks.append(name)
            return made
    made = Understood(classes[0] if classes else "?", "unknown", "R")
    made.lacks.append(made.algorithm)
    return made


def is_model(value: RValue) -> bool:
    """Return whether an object is of a class that is known."""
    return any(name in _READERS for name in value.classes)


def _linear(model: RValue, made: Understood) -> None:
    told = need(model.get("coefficients"), "coefficients")
    weights = told.numbers()
    # What depends on the others has no coefficient, and counts for nothing.
    weights = np.where(np.isnan(weights), 0.0, weights)
    names = told.names
    design, features = design_of(model, [name for name in names if name != "(Intercept)"])
    made.names, made.width = features, len(features)
    kept = np.array([name != "(Intercept)" for name in names])
    made.intercept = tuple(weights[~kept].tolist()) or (0.0,)
    made.before = [design]
    made.coefficients = weights[kept][None, :]
    made.used = weights[kept] != 0
    sums = Linear(made.coefficients, np.array(made.intercept))
    family = model.get("family")
    if "glm" not in model.classes or family is None:
        made.kind, made.link = "regressor", "identity"
        made.predictor = Predictor(value=sums)
        return
    name, link = (need(family.get(part), part).text() for part in ("family", "link"))
    made.link = {"1/mu^2": "?", "mu^2": "?"}.get(link, link)
    if inverse(made.link, np.zeros(1)) is None:
        raise LackingError(link)
    score = Then(sums, lambda margin: _score(made.link, margin))
    if name in {"binomial", "quasibinomial"}:
        made.kind = "classifier"
        made.outcomes = _levels_of_response(model) or (0, 1)
        made.predictor = Predictor(Then(score, both), sums)
    else:
        made.kind = "regressor"
        made.predictor = Predictor(value=score)


def _score(link: str, margin: Floats) -> Floats:
    told = inverse(link, margin)
    return margin if told is None else told


def _levels_of_response(model: RValue) -> tuple[Any, ...]:
    frame = model.get("model")
    if frame is None or not frame.items:
        return ()
    levels = frame.items[0].attributes.get("levels")
    return tuple(levels.texts()) if levels is not None else ()


def _caret(model: RValue, made: Understood) -> None:
    final = need(model.get("finalModel"), "finalModel")
    inner = understand_r(final)
    made.parts = [inner]
    made.kind, made.link, made.trees = inner.kind, inner.link, inner.trees
    levels = model.get("levels")
    made.outcomes = (
        tuple(levels.texts()) if levels is not None and levels.texts() else inner.outcomes
    )
    if len(made.outcomes) != len(inner.outcomes):
        made.outcomes = inner.outcomes
    made.names, made.width = inner.names, inner.width
    preparation = model.get("preProcess")
    if preparation is not None and preparation.kind == "list":
        raise LackingError("preProcess")
    if inner.lacks:
        return
    taken = inner.input_names()
    before = list(inner.before)
    if model.get("terms") is not None:
        design, features = design_of(model, [_unquoted(name) for name in taken])
        made.names, made.width = features, len(features)
        before = [design, _Renamed(taken), *before]
    made.before, made.predictor = before, inner.predictor
    made.coefficients, made.importances = inner.coefficients, inner.importances
    made.importance_by, made.used = inner.importance_by, inner.used
    made.intercept = inner.intercept


def _unquoted(name: str) -> str:
    return name.strip("`")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Renamed:
    """Columns under the names that the next step knows them by."""

    names: tuple[str, ...]

    def __call__(self, block: Block) -> Block:
        return Block(block.columns, self.names, block.rows)

    def outputs(self, origins: Origins) -> list[Origin]:
        # A formula of the next step finds its columns by their labels.
        return [
            Origin(name, each.features, each.is_plain, each.categories)
            for name, each in zip(self.names, origins, strict=True)
        ]


def _xgboost(model: RValue, made: Understood) -> None:
    raw = model.get("raw")
    if raw is None or raw.kind != "raw":
        raise LackingError("raw")
    try:
        inner = learner(document_of(raw.data))
    except NoModelError:
        raise LackingError("raw") from None
    names = model.get("feature_names") or model.get("xNames")
    made.kind, made.outcomes, made.predictor = inner.kind, inner.outcomes, inner.predictor
    made.names, made.width, made.before = inner.names, inner.width, inner.before
    made.importances, made.importance_by = inner.importances, inner.importance_by
    made.used, made.link, made.trees, made.lacks = inner.used, inner.link, inner.trees, inner.lacks
    if made.names is None and names is not None and len(names.texts()) == made.width:
        made.names = tuple(names.texts())


_READERS: Final[dict[str, Callable[[RValue, Understood], None]]] = {
    "train": _caret, "glm": _linear, "lm": _linear, "rpart": rpart,
    "randomForest": random_forest, "gbm": gbm, "ranger": ranger, "xgb.Booster": _xgboost,
}  # fmt: skip
_PACKAGES: Final = {
    "train": "caret", "rpart": "rpart", "randomForest": "randomForest", "gbm": "gbm",
    "ranger": "ranger", "xgb.Booster": "xgboost",
}  # fmt: skip
