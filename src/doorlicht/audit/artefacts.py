"""A model as a record, from what a reader understood of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from doorlicht.audit.reading.things import Understood
from doorlicht.audit.scoring.blocks import Floats, Scores
from doorlicht.audit.scoring.preparing import After, Origin
from doorlicht.audit.scoring.program import Program, rows_at_once
from doorlicht.records import (
    BlindSpot,
    ModelArtefact,
    ModelFeature,
    ModelTerm,
    TreeShape,
)

MAX_CATEGORIES: Final = 10_000
"""Categories that are kept of one feature."""

_LIBRARIES: Final = {"sklearn": "scikit-learn", "sklearn_pandas": "sklearn-pandas"}


def artefact_of(
    made: Understood,
    name: str,
    kind_of_file: str,
    *,
    dangerous: tuple[str, ...] = (),
    foreign: tuple[str, ...] = (),
    spots: Sequence[BlindSpot] = (),
) -> ModelArtefact:
    """Return the record of a model that was understood, whole or in part.

    What was not understood is a blind spot in it.
    """
    names = made.input_names()
    origins = made.terms()
    weights = made.coefficients
    count = _count(made)
    if origins is None or (count is not None and len(origins) != count):
        origins, count, weights = None, None, None
    told = list(spots)
    lacks = list(dict.fromkeys(lack for part in made.all_parts() for lack in part.lacks))
    scores, score = made.predictor.best
    if lacks:
        told.append(
            BlindSpot(
                "",
                name,
                "model.not_followed",
                {"algorithm": made.algorithm, "parts": ", ".join(lacks[:12])},
            )
        )
    if any(part.keeps_rows for part in made.all_parts()):
        told.append(BlindSpot("", name, "model.keeps_rows", {"algorithm": made.algorithm}))
    if not names and made.kind != "unknown":
        told.append(BlindSpot("", name, "model.no_features", {"algorithm": made.algorithm}))
    elif made.names is None and names:
        told.append(BlindSpot("", name, "model.unnamed_features", {"number": len(names)}))
    return ModelArtefact(
        name=name,
        format=kind_of_file,
        kind=made.kind,
        algorithm=_innermost(made),
        library=_library(made),
        classes=tuple(dict.fromkeys(part.algorithm for part in made.all_parts())),
        features=_features(names, origins, made, weights),
        are_named=made.names is not None,
        terms=_terms(origins, made, weights),
        intercept=made.intercept,
        importance_by=made.importance_by if made.importances is not None else "",
        trees=TreeShape(*made.trees) if made.trees else None,
        target=made.target,
        target_classes=tuple(str(each) for each in made.outcomes),
        score=score,
        link=made.link,
        dangerous=dangerous,
        foreign=foreign,
        blind_spots=tuple(told),
        scoring=_program(made, names, scores),
    )


def _innermost(made: Understood) -> str:
    """Return the class of the model itself: the last step of a pipeline, the best of a search."""
    while made.parts and made.algorithm in _WRAPPERS:
        made = made.parts[-1]
    return made.algorithm


_WRAPPERS: Final = frozenset(
    ["Pipeline", "PMMLPipeline", "GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV",
     "HalvingRandomSearchCV", "BayesSearchCV", "TunedThresholdClassifierCV",
     "FixedThresholdClassifier"]
)  # fmt: skip


def _library(made: Understood) -> str:
    versions = [part.version for part in made.all_parts() if part.version]
    name = _LIBRARIES.get(made.package, made.package)
    return f"{name} {versions[0]}" if versions else name


def _count(made: Understood) -> int | None:
    if made.importances is not None:
        return len(made.importances)
    if made.coefficients is not None:
        return made.coefficients.shape[1]
    return len(made.used) if made.used is not None else None


def _features(
    names: Sequence[str], origins: Sequence[Origin] | None, made: Understood, weights: Floats | None
) -> tuple[ModelFeature, ...]:
    importance: dict[str, float] = {}
    used: dict[str, bool] = {}
    coefficient: dict[str, float] = {}
    categories: dict[str, tuple[str, ...]] = {}
    for place, origin in enumerate(origins or ()):
        for feature in origin.features:
            if made.importances is not None:
                part = float(made.importances[place]) / len(origin.features)
                importance[feature] = importance.get(feature, 0.0) + part
            if made.used is not None:
                used[feature] = used.get(feature, False) or bool(made.used[place])
            if weights is not None and len(weights) == 1 and origin.is_plain:
                coefficient[feature] = float(weights[0, place])
            if origin.categories:
                more = categories.get(feature, ()) + origin.categories
                categories[feature] = more[:MAX_CATEGORIES]
    # A column that nothing is made of is not looked at.
    reached = {feature for origin in origins or () for feature in origin.features}
    known = origins is not None and made.predictor.best[0] is not None
    return tuple(
        ModelFeature(
            name,
            used.get(name, False if known and name not in reached else None),
            importance.get(name, 0.0 if importance else None),
            coefficient.get(name),
            "category" if name in categories else "unknown",
            tuple(dict.fromkeys(categories.get(name, ()))),
        )
        for name in names
    )


def _terms(
    origins: Sequence[Origin] | None, made: Understood, weights: Floats | None
) -> tuple[ModelTerm, ...]:
    if origins is None or (_count(made) is None and not any(each.word for each in origins)):
        return ()
    terms: list[ModelTerm] = []
    for place, origin in enumerate(origins):
        weight = float(weights[0, place]) if weights is not None and len(weights) == 1 else None
        share = float(made.importances[place]) if made.importances is not None else None
        terms.append(ModelTerm(origin.label, origin.features, weight, share, origin.word))
    return tuple(terms)


def _program(made: Understood, names: tuple[str, ...], scores: Scores | None) -> Program | None:
    if scores is None or not names:
        return None
    for step in reversed(made.before):
        scores = After(step, scores)
    is_binary = made.kind == "classifier" and len(made.outcomes) <= 2
    knows_none = any(part.knows_none for part in made.all_parts())
    return Program(names, scores, is_binary, knows_none, rows_at_once(_widest(made)))


def _widest(made: Understood) -> int:
    """Return into how many columns the model or a part of it makes what goes in."""
    widest = 1
    for part in made.all_parts():
        terms = [Origin(name, (name,), True) for name in part.input_names()]
        for step in part.before if terms else ():
            try:
                terms = step.outputs(terms)
            except (IndexError, ValueError):
                break
            widest = max(widest, len(terms))
    return widest
