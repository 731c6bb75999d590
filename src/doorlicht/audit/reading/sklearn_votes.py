"""Models of scikit-learn that let several models speak, and those that say the same of everybody.

Source: ``sklearn.ensemble._weight_boosting``, ``_bagging``, ``_voting`` and ``sklearn.dummy``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from doorlicht.audit.pickles.arrays import scalar_of
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.sklearn_trees import Understand, first_column
from doorlicht.audit.reading.things import LackingError, Thing, Understood, nodes_of
from doorlicht.audit.scoring.blocks import Block, Floats, Scores
from doorlicht.audit.scoring.links import TINY, softmax
from doorlicht.audit.scoring.preparing import After
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Constant, Mean, Then


def dummy(thing: Thing, understand: Understand) -> Understood:
    """Read a model that says the same of everybody."""
    del understand
    is_classifier = "Classifier" in thing.name
    made = begin(thing, "classifier" if is_classifier else "regressor")
    try:
        if is_classifier:
            prior = thing.floats("class_prior_")
            if thing.text("strategy") in {"most_frequent"}:
                prior = (np.arange(len(prior)) == prior.argmax()).astype(float)
            made.predictor = Predictor(proba=Constant(prior))
        else:
            constant = thing.floats("constant_").reshape(-1)
            made.predictor = Predictor(value=Then(Constant(constant), first_column))
        made.used = np.zeros(made.width or 0, bool)
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def adaboost(thing: Thing, understand: Understand) -> Understood:
    """Read AdaBoost: the weighted votes of small models, or the weighted median of their values."""
    is_classifier = "Classifier" in thing.name
    made = begin(thing, "classifier" if is_classifier else "regressor")
    try:
        members: list[Understood] = [understand(node) for node in thing.listed("estimators_")]
        weights = thing.floats("estimator_weights_")[: len(members)]
        _average_importance(made, members, weights)
        made.parts = members[:1]
        if not is_classifier:
            values = [scores_of(each, is_classifier=False) for each in members]
            made.predictor = Predictor(value=_median(values, weights))
            return made
        probabilities = [member.predictor.proba for member in members]
        if any(each is None for each in probabilities):
            raise LackingError("estimators_")
        # The older rule adds up logarithms of probabilities and not votes.
        votes = _logarithms if thing.text("algorithm") == "SAMME.R" else _counted
        made.predictor = _votes([each for each in probabilities if each], weights, made, votes)
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _median(members: list[Scores], weights: Floats) -> Scores:
    """Return the least value that half of the weight says or stays under."""

    def median(block: Block) -> Floats:
        told = np.stack([member(block) for member in members], axis=1)
        order = np.argsort(told, axis=1, kind="stable")
        summed = np.cumsum(weights[order], axis=1)
        place = (summed >= 0.5 * summed[:, -1:]).argmax(axis=1)
        rows = np.arange(block.rows)
        found: Floats = told[rows, order[rows, place]]
        return found

    return median


Vote = Callable[[Floats], Floats]


def _counted(chances: Floats) -> Floats:
    outcomes = chances.shape[1]
    made = np.full(chances.shape, -1.0 / (outcomes - 1))
    made[np.arange(len(chances)), chances.argmax(axis=1)] = 1.0
    return made


def _logarithms(chances: Floats) -> Floats:
    told = np.log(np.maximum(chances, TINY))
    return (chances.shape[1] - 1) * (told - told.mean(axis=1, keepdims=True))


def _votes(members: list[Scores], weights: Floats, made: Understood, vote: Vote) -> Predictor:
    outcomes = len(made.outcomes)

    def decide(block: Block) -> Floats:
        total = np.zeros((block.rows, outcomes))
        for member, weight in zip(members, weights, strict=True):
            total += weight * vote(member(block))
        total /= weights.sum()
        if outcomes == 2:
            total[:, 0] *= -1
            summed: Floats = total.sum(axis=1)
            return summed
        return total

    def probability(margin: Floats) -> Floats:
        if outcomes == 2:
            return softmax(np.stack([-margin, margin], axis=1) / 2)
        return softmax(margin / (outcomes - 1))

    made.link = "softmax"
    return Predictor(Then(decide, probability), decide)


def _average_importance(made: Understood, members: list[Understood], weights: Floats) -> None:
    arrays = [each.importances for each in members if each.importances is not None]
    if arrays and len(arrays) == len(members) and len({len(each) for each in arrays}) == 1:
        made.importances = np.average(np.stack(arrays), axis=0, weights=weights)
        made.importance_by = members[0].importance_by
        made.width = made.width or len(arrays[0])


def bagging(thing: Thing, understand: Understand) -> Understood:
    """Read bagging: the mean of models that each look at some of the columns."""
    is_classifier = "Classifier" in thing.name
    made = begin(thing, "classifier" if is_classifier else "regressor")
    try:
        members: list[Understood] = [understand(node) for node in thing.listed("estimators_")]
        made.parts = members[:1]
        chosen = [
            [int(scalar_of(place)) for place in nodes_of(each) or ()]
            for each in thing.listed("estimators_features_")
        ]
        scores: list[Scores] = []
        for member, places in zip(members, chosen, strict=True):
            inner = member.predictor.proba if is_classifier else member.predictor.value
            if inner is None or member.before:
                raise LackingError("estimators_")
            scores.append(_of_places(inner, tuple(places)))
        made.predictor = _mean_of(scores, is_classifier=is_classifier)
    except (LackingError, TypeError, ValueError) as error:
        made.lacks.append(getattr(error, "attribute", "estimators_features_"))
    return made


def _of_places(inner: Scores, places: tuple[int, ...]) -> Scores:
    return lambda block: inner(block.take(places))


def _mean_of(scores: list[Scores], *, is_classifier: bool) -> Predictor:
    def mean(block: Block) -> Floats:
        total = scores[0](block).astype(np.float64)
        for each in scores[1:]:
            total = total + each(block)
        return total / len(scores)

    return Predictor(proba=mean) if is_classifier else Predictor(value=mean)


def voting(thing: Thing, understand: Understand) -> Understood:
    """Read models that vote: the mean of what they say."""
    is_classifier = "Classifier" in thing.name
    made = begin(thing, "classifier" if is_classifier else "regressor")
    try:
        members: list[Understood] = [understand(node) for node in thing.listed("estimators_")]
        made.parts = members
        weights = thing.maybe("weights")
        told = np.ones(len(members)) if weights is None or len(weights) != len(members) else weights
        together(made, members)
        if is_classifier and thing.text("voting") != "soft":
            made.predictor = Predictor(label=_most_votes(members, told, len(made.outcomes)))
            fold_importances(made, members, told)
            return made
        scores = [scores_of(each, is_classifier=is_classifier) for each in members]
        mean = Mean(scores, told)
        made.predictor = Predictor(proba=mean) if is_classifier else Predictor(value=mean)
        fold_importances(made, members, told)
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _most_votes(members: list[Understood], weights: Floats, outcomes: int) -> Scores:
    """Return 1 for the outcome that most members choose, the first of them if several are."""
    choices = [_choice_of(each, outcomes) for each in members]

    def decide(block: Block) -> Floats:
        votes = np.zeros((block.rows, outcomes))
        rows = np.arange(block.rows)
        unknown = np.zeros(block.rows, bool)
        for choice, weight in zip(choices, weights, strict=True):
            told = choice(block)
            unknown |= np.isnan(told)
            votes[rows, np.nan_to_num(told).astype(np.int64)] += weight
        chosen: Floats = (votes.argmax(axis=1)[:, None] == np.arange(outcomes)).astype(np.float64)
        chosen[unknown] = np.nan
        return chosen

    return decide


def _choice_of(each: Understood, outcomes: int) -> Scores:
    """Return the number of the outcome that a model chooses."""
    if each.algorithm in {"SVC", "NuSVC"} and outcomes > 2:
        # They count votes of pairs, of which the scores do not tell every draw.
        raise LackingError(each.algorithm)
    if each.predictor.margin is not None:
        scores = each.predictor.margin
    else:
        scores = scores_of(replace(each, before=[]), is_classifier=True)
    for step in reversed(each.before):
        scores = After(step, scores)

    def choose(block: Block) -> Floats:
        told = scores(block)
        chosen = told > 0 if told.ndim == 1 else told.argmax(axis=1)
        gone = np.isnan(told) if told.ndim == 1 else np.isnan(told).any(axis=1)
        return np.where(gone, np.nan, chosen)

    return choose


def together(made: Understood, members: list[Understood]) -> None:
    for each in members:
        made.names = made.names or each.names
        made.width = made.width or each.width


def scores_of(each: Understood, *, is_classifier: bool) -> Scores:
    """Return the probability or value of a model, with what it does with columns first.

    Raises
    ------
    LackingError
        If it cannot tell.
    """
    scores = each.predictor.proba if is_classifier else each.predictor.value
    if scores is None:
        raise LackingError(each.algorithm)
    for step in reversed(each.before):
        scores = After(step, scores)
    return scores


def fold_importances(made: Understood, members: list[Understood], weights: Floats) -> None:
    """Note the mean importance of the columns that go in, where every member tells it."""
    width = made.width
    folded = [by_input(each) for each in members]
    if width is None or not folded:
        return
    used = [each.used for each in members if each.used is not None and not each.before]
    if len(used) == len(members) and all(len(each) == width for each in used):
        made.used = np.any(np.stack(used), axis=0)
    there = [each for each in folded if each is not None and len(each) == width]
    if len(there) == len(folded) and len({each.importance_by for each in members}) == 1:
        made.importances = np.average(np.stack(there), axis=0, weights=weights)
        made.importance_by = members[0].importance_by


def by_input(each: Understood) -> Floats | None:
    """Return the importance of each column that goes in, summed over what is made of it."""
    if each.importances is None:
        return None
    if not each.before:
        return each.importances
    names = each.input_names()
    terms = each.terms()
    if terms is None or len(terms) != len(each.importances):
        return None
    total = np.zeros(len(names))
    for term, value in zip(terms, each.importances, strict=True):
        for name in term.features:
            total[names.index(name)] += value / len(term.features)
    return total
