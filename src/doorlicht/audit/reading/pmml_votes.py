"""What models in PMML say together.

Source: Data Mining Group, *PMML 4.4.1*: MiningModel, Segmentation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.pmml_outcomes import Outcome, from_chances
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Floats

Parts = list[tuple[Outcome, NDArray[np.bool_], float]]


def _values(told: Parts) -> tuple[Floats, Floats]:
    """Return a row of numbers and one of weights for each model; no weight where it is silent."""
    values = [each.value for each, _, _ in told]
    if any(value is None for value in values):
        raise LackingError("multipleModelMethod")
    table = np.stack([value for value in values if value is not None])
    weights = np.stack([held.astype(np.float64) * weight for _, held, weight in told])
    return table, weights


def _sum(told: Parts, count: int) -> Outcome:
    del count
    table, weights = _values(told)
    return Outcome(np.where(weights != 0, table, 0.0).sum(axis=0))


def _weighted_sum(told: Parts, count: int) -> Outcome:
    del count
    table, weights = _values(told)
    return Outcome((np.where(weights != 0, table, 0.0) * weights).sum(axis=0))


def _average(told: Parts, count: int) -> Outcome:
    return _mean([(each, held, 1.0) for each, held, _ in told], count)


def _mean(told: Parts, count: int) -> Outcome:
    if told[0][0].value is not None:
        table, weights = _values(told)
        return Outcome(
            np.where(weights != 0, table * weights, 0.0).sum(axis=0) / weights.sum(axis=0)
        )
    total = np.zeros(count)
    chances: dict[str, Floats] = {}
    for each, held, weight in told:
        total += held * weight
        for label, chance in each.chances.items():
            chances[label] = chances.get(label, np.zeros(count)) + chance * held * weight
    if not chances:
        raise LackingError("ScoreDistribution")
    return from_chances({label: chance / total for label, chance in chances.items()})


def _median(told: Parts, count: int) -> Outcome:
    del count
    table, weights = _values(told)
    return Outcome(np.nanmedian(np.where(weights != 0, table, np.nan), axis=0))


def _largest(told: Parts, count: int) -> Outcome:
    del count
    table, weights = _values(told)
    return Outcome(np.where(weights != 0, table, -np.inf).max(axis=0))


def _vote(told: Parts, count: int) -> Outcome:
    votes: dict[str, Floats] = {}
    total = np.zeros(count)
    for each, held, weight in told:
        if each.label is None:
            raise LackingError("label")
        total += held * weight
        for label in {str(name) for name in each.label.tolist() if name is not None}:
            chosen = (each.label == label) & held
            votes[label] = votes.get(label, np.zeros(count)) + chosen * weight
    return from_chances(
        {label: vote / np.where(total == 0, 1, total) for label, vote in votes.items()}
    )


def _plain_vote(told: Parts, count: int) -> Outcome:
    return _vote([(each, held, 1.0) for each, held, _ in told], count)


def _first(told: Parts, count: int) -> Outcome:
    made = Outcome(np.full(count, np.nan) if told[0][0].value is not None else None)
    made.label = np.full(count, None, dtype=object) if told[0][0].label is not None else None
    done = np.zeros(count, bool)
    for each, held, _ in told:
        chosen = held & ~done
        if made.value is not None and each.value is not None:
            made.value[chosen] = each.value[chosen]
        if made.label is not None and each.label is not None:
            made.label[chosen] = each.label[chosen]
        for label, chance in each.chances.items():
            made.chances.setdefault(label, np.zeros(count))[chosen] = chance[chosen]
        done |= held
    return made


COMBINED: Final[dict[str, Callable[[Parts, int], Outcome]]] = {
    "sum": _sum, "weightedSum": _weighted_sum, "average": _average, "weightedAverage": _mean,
    "median": _median, "max": _largest, "majorityVote": _plain_vote,
    "weightedMajorityVote": _vote, "selectFirst": _first,
}  # fmt: skip
