"""What may still be there after nothing more was found, each way of telling by itself.

Four things are known, and none can take the place of another:

- *coverage*: what was never looked at. Nothing below says anything about it;
- *recall*: on labelled tables the detectors found a measured share. If they miss here as often,
  and each miss is by itself, the number found tells how many there can be in all;
- *the audit sample*: people judged items drawn by lot. This needs no detector to be right;
- *capture and recapture*: how far independent signals found the same (:mod:`.capture`).

The statement leads with what rests on the least: the sample, if there is one. Nothing is added up,
for each tells of the same things. No end of an interval is ever nought: of what was looked at, one
item more can never be excluded unless people judged every one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from doorlicht.evidence.bounds import risk_of
from doorlicht.evidence.capture import Missed
from doorlicht.evidence.tails import binomial_below

Basis = Literal["sample", "recall", "nothing"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at, and what was not.

    Attributes
    ----------
    looked_at
        Items (columns) that were read.
    blind_spots
        Places that could not be read, or not wholly. How many items they hold is not known.
    elsewhere, blind_elsewhere
        The same of what other scans than this one looked at.
    """

    looked_at: int
    blind_spots: int
    elsewhere: int = 0
    blind_elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Recall:
    """How much detectors found of what is there, on tables labelled by hand.

    Attributes
    ----------
    found, labelled
        Counts of items.
    low, high
        Exact two-sided interval of the share, at the confidence of the statement.
    source
        Name of the measurement, for instance the set of tables and the date.
    """

    found: int
    labelled: int
    low: float
    high: float
    source: str


@dataclass(frozen=True, slots=True)
class MissedByRecall:
    """How many items of what was looked at the detectors can have missed.

    ``expected`` is ``None`` where nothing was found: then a share of it tells nothing.
    ``high`` is the end at the confidence of the statement; never under 1.
    """

    recall: Recall
    expected: float | None
    high: int


@dataclass(frozen=True, slots=True)
class SampleBound:
    """What an audit sample showed of one population.

    Attributes
    ----------
    population, drawn, wrong
        Counts of items; ``wrong`` includes those that nobody could judge.
    at_most
        Upper bound of the wrong items in the population, at this confidence.
    outside
        Items of the population that were not in the list that was drawn from: they came later, or
        were left out. Nobody could draw them, so ``at_most`` counts all of them.
    unfinished
        Other samples of this kind that were begun and have no result.
    """

    sample: str
    kind: str
    population: int
    drawn: int
    wrong: int
    at_most: int
    confidence: float
    outside: int = 0
    unfinished: int = 0

    @property
    def share(self) -> float:
        """The bound as a share of the population."""
        return self.at_most / self.population if self.population else 1.0


@dataclass(frozen=True, slots=True)
class Residual:
    """The statement: what may still be there, by each way of telling.

    Attributes
    ----------
    found
        Items in which something was found and nobody rejected it.
    basis
        What the leading sentence rests on: the audit sample if there is one, otherwise the measured
        recall, otherwise nothing: then how much was missed is not known.
    by_values_alone
        The recall where the name of a column tells nothing; it is told and not counted with, for
        nobody knows how many columns are like that.
    """

    coverage: Coverage
    found: int
    confidence: float
    recall: MissedByRecall | None
    samples: tuple[SampleBound, ...]
    recapture: tuple[Missed, ...]
    basis: Basis
    by_values_alone: Recall | None = None


def missed_by_recall(found: int, recall: Recall, confidence: float = 0.95) -> MissedByRecall:
    """Return how many items can have been missed, given how many were found.

    Half of the risk goes to the recall being lower than measured, half to bad luck here: the end is
    the largest total of which so few are found with a chance above ``(1 - confidence) / 2``, each
    by itself with the low end of the recall. That end must be one-sided at the same half.

    Parameters
    ----------
    recall
        Its ``low`` is above nought only if something was found in the measurement.

    Raises
    ------
    ValueError
        If the low end of the recall is nought: then there is no end to what can be missed.

    Examples
    --------
    >>> recall = Recall(45, 48, 0.828, 0.987, "second set")
    >>> missed_by_recall(100, recall).high, missed_by_recall(0, recall).high
    (31, 2)
    """
    if recall.low <= 0:
        raise ValueError("a recall of nought sets no end to what is missed")
    risk = float(risk_of(confidence)) / 2
    low, high = found, found + 1
    while binomial_below(found, high, recall.low) > risk:
        high = found + 2 * (high - found)
    while high - low > 1:
        middle = (low + high) // 2
        if binomial_below(found, middle, recall.low) > risk:
            low = middle
        else:
            high = middle
    measured = recall.found / recall.labelled
    expected = found * (1 / measured - 1) if found else None
    return MissedByRecall(recall, expected, max(1, low - found))


def make_residual(
    coverage: Coverage,
    found: int,
    *,
    recall: Recall | None,
    samples: Sequence[SampleBound],
    recapture: Sequence[Missed],
    confidence: float = 0.95,
    by_values_alone: Recall | None = None,
) -> Residual:
    """Return the statement of what is known.

    Raises
    ------
    ValueError
        If more was found than was looked at.

    Examples
    --------
    >>> make_residual(Coverage(10, 1), 0, recall=None, samples=[], recapture=[]).basis
    'nothing'
    """
    if found > coverage.looked_at:
        raise ValueError("more was found than was looked at")
    missed = None
    if recall is not None and recall.low > 0:
        missed = missed_by_recall(found, recall, confidence)
        most = coverage.looked_at - found
        missed = MissedByRecall(recall, missed.expected, min(missed.high, max(1, most)))
    basis: Basis = "sample" if samples else "recall" if missed else "nothing"
    return Residual(
        coverage, found, confidence, missed, tuple(samples), tuple(recapture), basis,
        by_values_alone,
    )  # fmt: skip
