"""What a score does with one feature: turn only that, and see who changes sides.

The score is any function from columns to one number a person; where it comes from (a model that
was opened, a table of rules, a function in a notebook) is not known here.

Source: flips as in Kusner et al. (2017), "Counterfactual Fairness", section 2, without its causal
model: only the feature itself changes, and nothing that follows from it; partial dependence:
Friedman (2001), Annals of Statistics 29:1189-1232, section 8.2; ablation by shuffling: Breiman
(2001), Machine Learning 45:5-32, section 10.

Limits: a feature that has no part in the score gives no flips although others may stand in for it
(``proxies.py``); and people with a changed feature may be people that do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from doorlicht.audit.intervals import Array
from doorlicht.audit.proxies import area_under_curve
from doorlicht.errors import InputError
from doorlicht.records import Ablation, Dependence, SettingFlip

Columns = Mapping[str, NDArray[np.generic]]
Score = Callable[[Columns], ArrayLike]
Setting = Mapping[str, object]
"""Columns and what they are set to; several of them where one feature stands in many columns."""

REPEATS: Final = 5


def _scored(score: Score, people: Columns) -> Array:
    scores = np.asarray(score(people), dtype=np.float64).ravel()
    expected = len(next(iter(people.values()))) if people else 0
    if len(scores) != expected:
        raise InputError("audit.lengths", rows=expected)
    return scores


def _with(people: Columns, setting: Setting) -> Columns:
    """Return people with some columns set to one value; other columns are shared, not copied."""
    changed = dict(people)
    for name, value in setting.items():
        if name not in people:
            raise InputError("audit.no_feature", name=name)
        column = people[name]
        kind = column.dtype if not isinstance(value, str) else np.dtype(object)
        changed[name] = np.full(len(column), value, dtype=kind)
    return changed


def measure_flips(
    score: Score,
    people: Columns,
    settings: Mapping[str, Setting],
    *,
    border: float,
    groups: Sequence[str] | None = None,
) -> tuple[SettingFlip, ...]:
    """Return, for each value that a feature can be set to, how many people change sides.

    Parameters
    ----------
    settings
        By the name of each value what the columns of the feature are then.
    border
        A score of at least this is selected.
    groups
        The group of each person: then flips are also told for each group by itself.

    Examples
    --------
    >>> people = {"born_abroad": np.array([0, 0, 1, 1]), "debts": np.array([1, 3, 1, 3])}
    >>> flips = measure_flips(lambda p: p["debts"] + 2 * p["born_abroad"], people,
    ...                       {"abroad": {"born_abroad": 1}, "here": {"born_abroad": 0}}, border=3)
    >>> [(flip.value, flip.newly_selected, flip.no_longer_selected) for flip in flips]
    [('abroad', 1, 0), ('here', 0, 1)]
    """
    before = _scored(score, people)
    marks = None if groups is None else np.array([str(one) for one in groups])
    flips: list[SettingFlip] = []
    for value, setting in settings.items():
        after = _scored(score, _with(people, setting))
        flips.append(_flip(value, None, before, after, border))
        if marks is not None:
            flips += [
                _flip(value, name, before[marks == name], after[marks == name], border)
                for name in sorted(set(marks.tolist()))
            ]
    return tuple(flips)


def _flip(value: str, group: str | None, before: Array, after: Array, border: float) -> SettingFlip:
    counted = ~(np.isnan(before) | np.isnan(after))
    was, now = before[counted], after[counted]
    with np.errstate(invalid="ignore"):
        shift = np.nan_to_num(now - was, nan=0.0, posinf=np.inf, neginf=-np.inf)
    finite = shift[np.isfinite(shift)]
    return SettingFlip(
        value,
        group,
        int(counted.sum()),
        int((~counted).sum()),
        int(((was < border) & (now >= border)).sum()),
        int(((was >= border) & (now < border)).sum()),
        int((shift != 0).sum()),
        float(finite.mean()) if len(finite) else 0.0,
        float(np.abs(finite).max(initial=0.0)),
    )


def measure_dependence(
    score: Score, people: Columns, settings: Mapping[str, Setting]
) -> tuple[Dependence, ...]:
    """Return the mean score if everybody had a value of a feature (partial dependence).

    Examples
    --------
    >>> people = {"x": np.array([0.0, 1.0]), "y": np.array([2.0, 4.0])}
    >>> [one.mean_score for one in measure_dependence(lambda p: p["x"] + p["y"], people,
    ...                                               {"0": {"x": 0}, "1": {"x": 1}})]
    [3.0, 4.0]
    """
    found: list[Dependence] = []
    for value, setting in settings.items():
        scores = _scored(score, _with(people, setting))
        finite = scores[np.isfinite(scores)]
        found.append(Dependence(value, float(finite.mean()) if len(finite) else None, len(finite)))
    return tuple(found)


def measure_ablation(
    score: Score,
    people: Columns,
    columns: Sequence[str],
    random: np.random.Generator,
    *,
    border: float,
    outcome: ArrayLike | None = None,
) -> Ablation:
    """Return what is lost if a feature says nothing any more: its columns shuffled over people.

    Examples
    --------
    >>> people = {"x": np.arange(100.0), "y": np.zeros(100)}
    >>> lost = measure_ablation(lambda p: p["x"] + p["y"], people, ["y"], np.random.default_rng(1),
    ...                         border=50)
    >>> lost.changed_sides, lost.same_selected
    (0.0, 1.0)
    """
    before = _scored(score, people)
    for name in columns:
        if name not in people:
            raise InputError("audit.no_feature", name=name)
    truth = None if outcome is None else np.asarray(outcome, np.float64)
    changed: list[float] = []
    same: list[float] = []
    areas: list[float] = []
    was = before >= border
    for _ in range(REPEATS):
        order = random.permutation(len(before))
        # Columns of one feature stay together, so that no impossible person is made of them.
        after = _scored(score, {**people, **{name: people[name][order] for name in columns}})
        now = after >= border
        changed.append(float((was != now).sum()))
        either = int((was | now).sum())
        same.append(float((was & now).sum()) / either if either else 1.0)
        if truth is not None:
            areas.append(_area(after, truth))
    area = _area(before, truth) if truth is not None else None
    return Ablation(
        tuple(columns),
        len(before),
        float(np.mean(changed)),
        float(np.mean(same)),
        area,
        float(np.mean(areas)) if areas else None,
    )


def _area(scores: Array, truth: Array) -> float:
    counted = ~(np.isnan(scores) | np.isnan(truth))
    return area_under_curve(scores[counted], truth[counted] > 0)[0]
