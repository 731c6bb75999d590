"""How often a selection was right and wrong, per group, as far as that can be known.

Outcomes are as a rule known for people who were looked at, and people were looked at because they
were selected. Then a false positive or negative rate is not a number but a range: all that is
possible with what is known (method ``bounds``). Where people were also drawn at random, the range
becomes an estimate with an interval (method ``random-sample``). Nothing is guessed.

Source: names as in Verma and Rubin (2018), "Fairness Definitions Explained", section 3. Bounds:
Manski (2003), Partial Identification of Probability Distributions, section 1.2. With a random
sample a false negative rate is ``u q / (u q + s p)``: ``s`` and ``u`` people selected and not, of
whom shares ``p`` and ``q`` turn out positive. That rises with ``q / p``, so that its interval
follows from that of a ratio of two rates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Final

import numpy as np

from doorlicht.audit import intervals
from doorlicht.audit.comparing import (
    Rates,
    choose_reference,
    known,
    limits_of_ratio,
    measure_each,
    measure_rates,
    rates_of,
)
from doorlicht.audit.intervals import Array, Interval
from doorlicht.language import Text
from doorlicht.records import ALL_OTHERS, Group, Measure, Outcomes

RANDOM_SAMPLE: Final = "random-sample"
BOUNDS: Final = "bounds"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A rate: which cells stand above the line, and which others only below it.

    The cells are numbered as in :class:`Outcomes`.
    """

    name: str
    above: int
    beside: int
    is_within_selection: bool

    @property
    def cells(self) -> tuple[int, int]:
        """Both cells below the line."""
        return self.above, self.beside


_TP, _FP, _FN, _TN = 0, 1, 2, 3

KINDS: Final = (
    _Kind("precision", _TP, _FP, True),
    _Kind("fdr", _FP, _TP, True),
    _Kind("fpr", _FP, _TN, False),
    _Kind("fnr", _FN, _TP, False),
    _Kind("npv", _TN, _FN, True),
    _Kind("for", _FN, _TN, True),
)
"""Precision and false discovery rate among the selected; false positive rate among those of whom
the outcome was negative; false negative rate among the positive; negative predictive value and
false omission rate among those who were not selected."""


def measure_error_rates(
    groups: Sequence[Group], *, reference: str | None = None, level: float = 0.95
) -> tuple[Measure, ...]:
    """Return ``precision``, ``fdr``, ``fpr``, ``fnr``, ``npv`` and ``for``, and compare them.

    Where outcomes of some people are not known, and none were drawn at random, a measure that
    needs them has no value; ``low`` and ``high`` are all that is possible.

    Examples
    --------
    >>> group = Group("a", 1000, 100, Outcomes(60, 40, 0, 0))
    >>> for one in measure_error_rates([group]):
    ...     print(one.measure, one.value, round(one.low, 3), round(one.high, 3), one.method)
    precision 0.6 0.502 0.691 wilson
    fdr 0.4 0.309 0.498 wilson
    fpr None 0.043 1.0 bounds
    fnr None 0.0 0.938 bounds
    npv None 0.0 1.0 bounds
    for None 0.0 1.0 bounds
    """
    if not any(group.outcomes and group.outcomes.known for group in groups):
        return ()
    chosen = choose_reference(groups, reference)
    complete = [kind for kind in KINDS if all(_is_complete(kind, group) for group in groups)]
    counted = _of_counts(complete, groups, chosen, level)
    each = len(counted) // max(len(complete), 1)
    measures: list[Measure] = []
    for kind in KINDS:
        if kind in complete:
            start = complete.index(kind) * each
            measures += counted[start : start + each]
        else:
            measures += _of_parts(kind, groups, chosen, level)
    return tuple(measures)


def limits_of_outcomes(groups: Sequence[Group]) -> tuple[Text, ...]:
    """Return what cannot be known from these outcomes, and what would make it known."""
    unknown = sum(group.selected_unknown + group.unselected_unknown for group in groups)
    if not any(group.outcomes and group.outcomes.known for group in groups):
        return (Text("audit_limit.no_outcomes"),)
    if not unknown:
        return ()
    samples = [group.sample for group in groups if group.sample]
    drawn = sum(one.known for one in samples)
    gaps = sum(one.selected_unknown + one.unselected_unknown for one in samples)
    if drawn:
        told = Text("audit_limit.random_sample", {"drawn": round(drawn)})
        if gaps <= _NEGLIGIBLE * drawn:
            return (told,)
        return told, Text("audit_limit.sample_gaps", {"gaps": round(gaps)})
    return (Text("audit_limit.only_checked", {"unknown": round(unknown)}),)


def _seen(group: Group) -> tuple[float, float, float, float]:
    return _cells(group.outcomes)


def _cells(outcomes: Outcomes | None) -> tuple[float, float, float, float]:
    one = outcomes or Outcomes()
    return (
        one.selected_positive,
        one.selected_negative,
        one.unselected_positive,
        one.unselected_negative,
    )


_NEGLIGIBLE: Final = 1e-9
"""Sums of weights differ by this much because of rounding alone."""


def _is_complete(kind: _Kind, group: Group) -> bool:
    """Tell whether everybody who counts for this rate has an outcome."""
    selected = group.selected_unknown <= _NEGLIGIBLE * max(group.n, 1)
    unselected = group.unselected_unknown <= _NEGLIGIBLE * max(group.n, 1)
    if not kind.is_within_selection:
        return selected and unselected
    return selected if kind.above in (_TP, _FP) else unselected


def _of_counts(
    kinds: Sequence[_Kind], groups: Sequence[Group], reference: str, level: float
) -> tuple[Measure, ...]:
    if not kinds:
        return ()
    seen = [_seen(group) for group in groups]
    named: list[tuple[str, str, Rates]] = []
    for kind in kinds:
        k = [cells[kind.above] for cells in seen]
        n = [cells[kind.above] + cells[kind.beside] for cells in seen]
        named.append((kind.name, kind.name, rates_of(groups, k, n)))
    return measure_each(named, reference=reference, level=level)


@dataclass(frozen=True, slots=True)
class _Part:
    """A rate of one group with its interval or bounds; no value where there are only bounds."""

    value: float
    low: float
    high: float
    method: str
    note: Text | None


def _of_parts(kind: _Kind, groups: Sequence[Group], reference: str, level: float) -> list[Measure]:
    parts = {group.name: _part(kind, group, level) for group in groups}
    measures = [
        Measure(kind.name, name, None, known(part.value), part.low, part.high, level,
                part.method, part.note)
        for name, part in parts.items()
    ]  # fmt: skip
    if len(groups) == 1:
        return measures
    everybody = _together(groups)
    for group in groups:
        if group.name == reference:
            continue
        base = (
            _part(kind, _without(everybody, group), level)
            if reference == ALL_OTHERS
            else parts[reference]
        )
        measures += _compared(kind.name, group.name, reference, (parts[group.name], base), level)
    return measures


def _together(groups: Sequence[Group]) -> Group:
    """Return all people as one group."""
    information = sum(group.information * group.n for group in groups)
    return Group(
        ALL_OTHERS,
        sum(group.n for group in groups),
        sum(group.selected for group in groups),
        _added([group.outcomes for group in groups], 1),
        _added([group.sample for group in groups], 1),
        information if any(group.effective_n is not None for group in groups) else None,
    )


def _without(everybody: Group, group: Group) -> Group:
    effective = everybody.effective_n
    return Group(
        ALL_OTHERS,
        everybody.n - group.n,
        everybody.selected - group.selected,
        _added([everybody.outcomes, group.outcomes], -1),
        _added([everybody.sample, group.sample], -1),
        None if effective is None else effective - group.information * group.n,
    )


def _added(parts: Sequence[Outcomes | None], sign: int) -> Outcomes | None:
    """Return the first and the others added to it, or taken off."""
    if not any(parts):
        return None
    first, *others = (astuple(one or Outcomes()) for one in parts)
    return Outcomes(
        *(max(cell + sign * sum(one[at] for one in others), 0) for at, cell in enumerate(first))
    )


def _compared(
    name: str, group: str, reference: str, sides: tuple[_Part, _Part], level: float
) -> list[Measure]:
    one, other = sides
    values = tuple(np.array([side.value]) for side in sides)
    limits: tuple[Interval, Interval] = (
        (np.array([one.low]), np.array([one.high])),
        (np.array([other.low]), np.array([other.high])),
    )
    method = BOUNDS if BOUNDS in (one.method, other.method) else RANDOM_SAMPLE
    # Without a value in between, all that both can be is all that can be said of them together.
    is_bounds = method == BOUNDS or bool(np.isnan([one.value, other.value]).any())
    of: dict[str, Callable[[Array, Interval, Array, Interval], Interval]] = {
        "ratio": limits_of_ratio if is_bounds else intervals.ratio_of_limits,
        "difference": _limits_of_difference if is_bounds else intervals.difference_of_limits,
    }
    with np.errstate(divide="ignore", invalid="ignore"):
        value = {"ratio": values[0] / values[1], "difference": values[0] - values[1]}
    measures: list[Measure] = []
    for kind, make in of.items():
        low, high = make(values[0], limits[0], values[1], limits[1])
        shown = None if is_bounds else known(value[kind][0])
        measures.append(
            Measure(f"{name}_{kind}", group, reference, shown, float(low[0]), float(high[0]),
                    level, method, one.note or other.note)
        )  # fmt: skip
    return measures


def _limits_of_difference(
    values1: Array, limits1: Interval, values0: Array, limits0: Interval
) -> Interval:
    del values1, values0
    return limits1[0] - limits0[1], limits1[1] - limits0[0]


def _part(kind: _Kind, group: Group, level: float) -> _Part:
    if group.sample is not None and (drawn := _from_sample(kind, group, level)) is not None:
        return drawn
    if _is_complete(kind, group):
        rates = rates_of([group], *([v] for v in _counts_of(kind, group)))
        only = measure_rates(kind.name, rates, reference=None, level=level)[0]
        value = np.nan if only.value is None else only.value
        return _Part(value, only.low, only.high, only.method, only.note)
    return _bounds(kind, group)


def _counts_of(kind: _Kind, group: Group) -> tuple[float, float]:
    cells = _seen(group)
    return cells[kind.above], cells[kind.above] + cells[kind.beside]


def _bounds(kind: _Kind, group: Group) -> _Part:
    """Return the least and the most that the rate can be, whatever came out for the others."""
    cells = _seen(group)
    above, beside = cells[kind.above], cells[kind.beside]
    room = {
        True: group.selected_unknown,
        False: group.unselected_unknown,
    }
    # People without an outcome can be in either cell of their row. Those of the row above the line
    # are put there or left out (or beside it); those of the other row beside it or left out.
    own, other = room[kind.above in (_TP, _FP)], room[kind.beside in (_TP, _FP)]
    if kind.is_within_selection:
        total = above + beside + own
        low, high = (above / total, (above + own) / total) if total else (0.0, 1.0)
    else:
        most, least = above + own, above
        # If nobody can be above the line, the rate is 0 for whoever stands below it.
        high = most / (most + beside) if most + beside else float(not other)
        below = least + beside + other
        # If nobody else can count, those who do are all above the line.
        low = least / below if below else float(own > 0)
    unknown = group.selected_unknown + group.unselected_unknown
    if kind.is_within_selection:
        unknown = own
    return _Part(np.nan, low, high, BOUNDS, Text("audit_note.bounds", {"unknown": round(unknown)}))


def _from_sample(kind: _Kind, group: Group, level: float) -> _Part | None:
    """Return the rate as it follows from people who were drawn at random.

    Of those who were selected all outcomes are taken where all are known, else those drawn. People
    who were drawn and of whom nothing is known can be like the others or not: then there is no
    value, and the ends hold whatever would have come out for them.
    """
    drawn = _cells(group.sample)
    seen = _seen(group)
    scale = group.information
    is_whole = {
        True: group.selected_unknown <= _NEGLIGIBLE * max(group.n, 1),
        False: group.unselected_unknown <= _NEGLIGIBLE * max(group.n, 1),
    }
    yes = seen if is_whole[True] else drawn
    no = seen if is_whole[False] else drawn
    sample = group.sample or Outcomes()
    s_gap = 0.0 if is_whole[True] else sample.selected_unknown * scale
    u_gap = 0.0 if is_whole[False] else sample.unselected_unknown * scale
    picked = _Drawn(yes[_TP] * scale, yes[_FP] * scale, s_gap)
    passed = _Drawn(no[_FN] * scale, no[_TN] * scale, u_gap)
    note = Text("audit_note.random_sample", {"drawn": round(sum(drawn))})
    if kind.is_within_selection:
        row = picked if kind.above in (_TP, _FP) else passed
        row = row if kind.above in (_TP, _FN) else row.turned
        if not row.known:
            return None
        low, high = intervals.rate([row.k, row.k + row.gap], [row.n, row.n], level)
        return _Part(row.share, float(low[0]), float(high[1]), RANDOM_SAMPLE, note)
    selected, others = group.selected, group.n - group.selected
    if (not picked.known and selected) or (not passed.known and others):
        return None
    if kind.name == "fnr":
        return _odds_part((passed, picked), (others, selected), level, note)
    return _odds_part((picked.turned, passed.turned), (selected, others), level, note)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """People who tell of a row: how many are positive, negative, and not known."""

    k: float
    rest: float
    gap: float

    @property
    def known(self) -> float:
        return self.k + self.rest

    @property
    def n(self) -> float:
        return self.k + self.rest + self.gap

    @property
    def share(self) -> float:
        """The share of positives; nothing where that hangs on people of whom nothing is known."""
        is_known = self.n and self.gap <= _NEGLIGIBLE * self.n
        return self.k / self.n if is_known else np.nan

    @property
    def turned(self) -> _Drawn:
        """The same with positive and negative the other way round."""
        return _Drawn(self.rest, self.k, self.gap)


def _odds_part(
    rows: tuple[_Drawn, _Drawn],
    people: tuple[float, float],
    level: float,
    note: Text,
) -> _Part:
    """Return ``a x / (a x + b y)`` for rates ``x`` and ``y``, with the interval of ``x / y``."""
    (one, other), (above, beside) = rows, people
    x = above * one.share if above and one.n else 0.0
    y = beside * other.share if beside and other.n else 0.0
    value = x / (x + y) if x + y else np.nan
    if not above or not beside:
        known_value = np.isfinite(value)
        low = 0.0 if above or not known_value else value
        high = 1.0 if not beside or not known_value else value
        return _Part(value, low, high, RANDOM_SAMPLE, note)
    # It rises with the first share and falls with the second: so do its ends with who is not known.
    low, high = intervals.ratio(
        [one.k, one.k + one.gap], [one.n, one.n], [other.k + other.gap, other.k],
        [other.n, other.n], level,
    )  # fmt: skip
    odds = above / beside
    ends = [float(_share_of_odds(odds * float(end))) for end in (low[0], high[1])]
    return _Part(value, ends[0], ends[1], RANDOM_SAMPLE, note)


def _share_of_odds(odds: float) -> float:
    return 1.0 if np.isinf(odds) else odds / (1 + odds)
