"""Models of scikit-learn over scores of other models: stacks, calibration, one against the rest.

Source: ``sklearn.ensemble._stacking``, ``sklearn.calibration`` and ``sklearn.multiclass``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from doorlicht.audit.pickles.arrays import scalar_of
from doorlicht.audit.pickles.nodes import Call
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.sklearn_trees import Understand
from doorlicht.audit.reading.sklearn_votes import fold_importances, scores_of, together
from doorlicht.audit.reading.things import LackingError, Thing, Understood, nodes_of, values_of
from doorlicht.audit.scoring.blocks import Block, Floats, Scores
from doorlicht.audit.scoring.links import both, logistic, shares, softmax
from doorlicht.audit.scoring.preparing import After
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Mean, Then


def stacking(thing: Thing, understand: Understand) -> Understood:
    """Read a model over the scores of other models."""
    is_classifier = "Classifier" in thing.name
    made = begin(thing, "classifier" if is_classifier else "regressor")
    try:
        members: list[Understood] = [understand(node) for node in thing.listed("estimators_")]
        last: Understood = understand(thing.get("final_estimator_"))
        made.parts = [*members, last]
        together(made, members)
        fold_importances(made, members, np.ones(len(members)))
        # The importance of the members says nothing of how the last one weighs them.
        made.importances = None
        methods = [scalar_of(each) for each in nodes_of(thing.get("stack_method_")) or ()]
        if len(methods) != len(members):
            raise LackingError("stack_method_")
        told_by = [
            _told_to_last(each, str(method), len(made.outcomes))
            for each, method in zip(members, methods, strict=True)
        ]
        takes_all = thing.scalar("passthrough") is True
        if takes_all:
            # What the last one makes of the columns themselves is a use of all of them.
            made.used = None
        final = scores_of(last, is_classifier=is_classifier)

        def stacked(block: Block) -> Floats:
            told = [each(block) for each in told_by]
            columns = [each[:, None] if each.ndim == 1 else each for each in told]
            if takes_all:
                columns.append(block.matrix())
            return final(Block.of_matrix(np.hstack(columns)))

        made.predictor = Predictor(proba=stacked) if is_classifier else Predictor(value=stacked)
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _told_to_last(each: Understood, method: str, outcomes: int) -> Scores:
    """Return what a member tells the last model, by the method that was chosen for it."""
    if method == "predict_proba":
        scores = scores_of(each, is_classifier=True)
        return Then(scores, lambda told: told[:, 1:]) if outcomes == 2 else scores
    if method == "decision_function" and each.predictor.margin is not None:
        return scores_of(replace(each, predictor=Predictor(value=each.predictor.margin)),
                         is_classifier=False)  # fmt: skip
    if method == "predict" and not outcomes:
        return scores_of(each, is_classifier=False)
    raise LackingError("stack_method_")


def calibrated(thing: Thing, understand: Understand) -> Understood:
    """Read a classifier whose probabilities were set right afterwards."""
    made = begin(thing, "classifier")
    try:
        members = [Thing(each) for each in thing.listed("calibrated_classifiers_")]
        inner: list[Understood] = [
            understand(member.get("estimator", "base_estimator")) for member in members
        ]
        made.parts = inner
        together(made, inner)
        fold_importances(made, inner, np.ones(len(inner)))
        if len(inner) == 1 or all(each.coefficients is None for each in inner):
            made.link = inner[0].link if inner else ""
        scores = [
            _calibration(member, each, len(made.outcomes))
            for member, each in zip(members, inner, strict=True)
        ]
        made.predictor = Predictor(proba=Mean(scores, np.ones(len(scores))))
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _calibration(member: Thing, inner: Understood, outcomes: int) -> Scores:
    predictor = inner.predictor
    scores = predictor.margin if predictor.margin is not None else predictor.proba
    if scores is None:
        raise LackingError(inner.algorithm)
    is_margin = predictor.margin is not None
    for step in reversed(inner.before):
        scores = After(step, scores)
    if member.text("method") == "temperature":
        found = [Thing(node) for node in member.listed("calibrators") if isinstance(node, Call)]
        if len(found) != 1:
            raise LackingError("calibrators")
        return Then(scores, _cooled(found[0].number("beta_"), is_margin=is_margin))
    functions = [
        _calibrator(Thing(node))
        for node in member.listed("calibrators", "calibrators_")
        if isinstance(node, Call)
    ]
    if len(functions) != (outcomes if outcomes > 2 else 1):
        raise LackingError("calibrators")

    def calibrate(block: Block) -> Floats:
        told = scores(block)
        if told.ndim == 1:
            told = told[:, None]
        elif outcomes == 2 and not is_margin:
            told = told[:, 1:]
        made = np.stack([f(told[:, place]) for place, f in enumerate(functions)], axis=1)
        made = both(made[:, 0]) if outcomes == 2 else shares(made)
        made[(made > 1.0) & (made <= 1.0 + 1e-5)] = 1.0
        return made

    return calibrate


def _calibrator(thing: Thing) -> Callable[[Floats], Floats]:
    if thing.name == "_SigmoidCalibration":
        slope, shift = thing.number("a_"), thing.number("b_")
        return lambda told: logistic(-(slope * told + shift))
    if thing.name == "IsotonicRegression":
        places, values = thing.floats("X_thresholds_"), thing.floats("y_thresholds_")
        low, high = thing.number("X_min_"), thing.number("X_max_")
        return lambda told: np.interp(np.clip(told, low, high), places, values)
    raise LackingError(thing.name)


_OFF_NOUGHT: Final = 1e-12


def _cooled(factor: float, *, is_margin: bool) -> Callable[[Floats], Floats]:
    """Return probabilities of which the logarithms are multiplied by one number."""

    def cool(told: Floats) -> Floats:
        if told.ndim == 1:
            told = np.stack([-told, told], axis=1)
        return softmax(factor * (told if is_margin else np.log(told + _OFF_NOUGHT)))

    return cool


def one_against_rest(thing: Thing, understand: Understand) -> Understood:
    """Read a model for each outcome, of which the probabilities are made to add up to one."""
    made = begin(thing, "classifier")
    try:
        members: list[Understood] = [understand(node) for node in thing.listed("estimators_")]
        made.parts = members
        together(made, members)
        fold_importances(made, members, np.ones(len(members)))
        binarizer = thing.thing("label_binarizer_")
        made.outcomes = tuple(values_of(binarizer.get("classes_")) or ())
        if binarizer.text("y_type_").startswith("multilabel"):
            raise LackingError("multilabel_")
        if len(members) != (1 if len(made.outcomes) == 2 else len(made.outcomes)):
            raise LackingError("estimators_")
        scores = [scores_of(each, is_classifier=True) for each in members]

        def chances(block: Block) -> Floats:
            told = np.stack([each(block)[:, 1] for each in scores], axis=1)
            if len(scores) == 1:
                return both(told[:, 0])
            total = told.sum(axis=1, keepdims=True)
            found: Floats = np.divide(told, total, out=told, where=total != 0)
            return found

        made.predictor = Predictor(proba=chances)
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made
