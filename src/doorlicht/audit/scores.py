"""Scores per group: who is at the top, and whether a score means the same in every group.

From bands: how many people of each group have a score in each band, and how many of those whose
outcome is known turned out positive. Scores that are no number are counted apart and told; an
infinite score has a place in the order, and no mean.

Source: calibration within groups as in Kleinberg, Mullainathan and Raghavan (2016), "Inherent
Trade-Offs in the Fair Determination of Risk Scores", section 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from doorlicht.audit import intervals
from doorlicht.audit.comparing import choose_reference, known, measure_rates, rates_of
from doorlicht.audit.counting import encode
from doorlicht.audit.intervals import Array
from doorlicht.errors import InputError
from doorlicht.language import Text
from doorlicht.records import UNKNOWN_GROUP, Band, Group, Measure

MAX_BANDS: Final = 4096
"""Scores are kept apart up to this many different ones; beyond it they are put together."""

DECILES: Final = tuple(at / 10 for at in range(1, 10))


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """How scores lie within groups.

    Attributes
    ----------
    tops
        The highest score of each band, rising; the same bands for every group.
    n, total, positive, checked
        Per group (rows) and band (columns): people, the sum of their scores, and of those whose
        outcome is known how many were positive, and how many there are.
    without_score
        People per group whose score is missing or no number.
    """

    names: tuple[str, ...]
    tops: Array
    n: Array
    total: Array
    positive: Array
    checked: Array
    without_score: Array


def tabulate_scores(
    score: ArrayLike, group: Sequence[str | None], outcome: ArrayLike | None = None
) -> ScoreTable:
    """Return how scores lie within groups, one entry a person in every array.

    Raises
    ------
    InputError
        If the arrays differ in length.

    Examples
    --------
    >>> table = tabulate_scores([0.1, 0.9, float("nan"), 0.9], ["a", "a", "a", None])
    >>> table.names, table.n.tolist(), table.without_score.tolist()
    (('a', 'unknown'), [[1.0, 1.0], [0.0, 1.0]], [1.0, 0.0])
    """
    scores = np.asarray(score, dtype=np.float64)
    people, told = encode(np.array(group, dtype=object))
    # A group that is called unknown and those whose group is missing are one.
    names = [UNKNOWN_GROUP if one is None else one for one in told]
    present = np.bincount(people, minlength=len(names)) > 0
    listed = sorted({name for name, is_there in zip(names, present, strict=True) if is_there})
    place = np.array([listed.index(name) if name in listed else 0 for name in names])
    codes = place[people]
    outcomes = (
        np.full(len(scores), np.nan) if outcome is None else np.asarray(outcome, dtype=np.float64)
    )
    if not len(scores) == len(codes) == len(outcomes):
        raise InputError("audit.lengths", rows=len(scores))
    counted = ~np.isnan(scores)
    tops, band = _bands(scores[counted])
    shape = (len(listed), len(tops))
    at = codes[counted] * max(len(tops), 1) + band
    seen = ~np.isnan(outcomes[counted])

    def added(weights: Array | None, chosen: NDArray[np.bool_] | None = None) -> Array:
        cells = at if chosen is None else at[chosen]
        return np.bincount(cells, weights, shape[0] * shape[1]).reshape(shape).astype(np.float64)

    return ScoreTable(
        tuple(listed),
        tops,
        added(None),
        added(scores[counted]),
        added(outcomes[counted][seen], seen),
        added(None, seen),
        np.bincount(codes[~counted], minlength=len(listed)).astype(np.float64),
    )


def _bands(scores: Array) -> tuple[Array, NDArray[np.int64]]:
    """Return the highest score of each band, and the band of each score."""
    tops, band = np.unique(scores, return_inverse=True)
    if len(tops) <= MAX_BANDS:
        return tops, band.astype(np.int64)
    edges = np.unique(np.quantile(scores, np.linspace(0, 1, MAX_BANDS + 1)[1:], method="higher"))
    return edges, np.searchsorted(edges, scores).astype(np.int64)


def measure_top_shares(
    table: ScoreTable,
    *,
    top: float = 0.1,
    reference: str | None = None,
    level: float = 0.95,
) -> tuple[Measure, ...]:
    """Return which share of each group is in the top of all scores, and compare the groups.

    Parameters
    ----------
    top
        Part of all people, 0..1: 0.1 is the highest decile. Named in the measure: ``top_10_share``.
        Where people at the border have the same score, a part of each group of them counts.

    Examples
    --------
    >>> table = tabulate_scores(range(100), ["a"] * 50 + ["b"] * 50)
    >>> [(one.group, one.value) for one in measure_top_shares(table)[:2]]
    [('a', 0.0), ('b', 0.2)]
    """
    people = table.n.sum(axis=0)
    above = people.sum() - np.cumsum(people)
    wanted = top * people.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.clip(np.where(people > 0, (wanted - above) / people, 0), 0, 1)
    groups = _groups(table)
    is_tied = bool(((part > 0) & (part < 1)).any())
    return measure_rates(
        f"top_{round(100 * top)}_share",
        rates_of(groups, table.n @ part, table.n.sum(axis=1)),
        reference=choose_reference(groups, reference),
        level=level,
        note=Text("audit_note.ties") if is_tied else None,
    )


def _groups(table: ScoreTable) -> list[Group]:
    people = table.n.sum(axis=1)
    return [Group(name, float(people[at]), 0) for at, name in enumerate(table.names)]


def calibrate(
    table: ScoreTable, *, shares: Sequence[float] = DECILES, level: float = 0.95
) -> tuple[Band, ...]:
    """Return per group and band of the score how often the outcome was positive.

    Parameters
    ----------
    shares
        Where bands end, as parts of all people, 0..1: deciles if not given. Scores that are the
        same stay together, so that there can be fewer bands.

    Examples
    --------
    >>> table = tabulate_scores([1, 1, 2, 2], ["a"] * 4, [0, 1, 1, 1])
    >>> [(one.top, one.people, one.outcome_rate) for one in calibrate(table)]
    [(1.0, 2.0, 0.5), (2.0, 2.0, 1.0)]
    """
    people = table.n.sum(axis=0)
    if not people.sum():
        return ()
    below = np.cumsum(people) / people.sum()
    ends = np.unique([*np.searchsorted(below, [s - 1e-12 for s in shares]), len(below) - 1])
    starts = np.concatenate([[0], ends[:-1] + 1])
    n, total, positive, checked = (
        np.add.reduceat(array, starts, axis=1)
        for array in (table.n, table.total, table.positive, table.checked)
    )
    low, high = intervals.rate(positive.ravel(), checked.ravel(), level)
    low, high = low.reshape(n.shape), high.reshape(n.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, rate = total / n, positive / checked
    return tuple(
        Band(
            group,
            float(table.tops[end]),
            float(n[row, column]),
            known(mean[row, column]),
            float(checked[row, column]),
            known(rate[row, column]),
            float(low[row, column]),
            float(high[row, column]),
            level,
        )
        for row, group in enumerate(table.names)
        for column, end in enumerate(ends)
    )


def limits_of_scores(table: ScoreTable) -> tuple[Text, ...]:
    """Return what cannot be told because scores are missing or endless."""
    missing = int(table.without_score.sum())
    endless = int(table.n.sum(axis=0)[~np.isfinite(table.tops)].sum())
    limits: list[Text] = []
    if missing:
        limits.append(Text("audit_limit.no_score", {"people": missing}))
    if endless:
        limits.append(Text("audit_limit.endless_score", {"people": endless}))
    return tuple(limits)
