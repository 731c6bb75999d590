"""One rate per group, and its ratio and difference to a reference, as measures.

A ratio of 1.5 means: one and a half times as often. It describes a difference, and says nothing
of its cause or lawfulness; that is for people, with the law beside it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit import intervals
from doorlicht.audit.intervals import Array, Interval
from doorlicht.errors import InputError, nearest
from doorlicht.language import Text
from doorlicht.records import ALL_OTHERS, UNKNOWN_GROUP, Group, Measure

EXACT_LIMITS: Final = "exact-limits"
"""Method of a difference or ratio that is made from the exact limits of its two sides."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Numbers of people and cases per group, of which a rate is made.

    Attributes
    ----------
    information
        How much one person tells: 1, or less where people have weights.
    """

    names: tuple[str, ...]
    k: Array
    n: Array
    information: Array

    @property
    def values(self) -> Array:
        """The rates; NaN where there is nobody."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.n > 0, self.k / self.n, np.nan)


def rates_of(
    groups: Sequence[Group], k: Sequence[float] | Array, n: Sequence[float] | Array
) -> Rates:
    """Return rates of groups from their numbers of cases and people."""
    return Rates(
        tuple(group.name for group in groups),
        np.asarray(k, dtype=np.float64),
        np.asarray(n, dtype=np.float64),
        np.array([group.information for group in groups], dtype=np.float64),
    )


def choose_reference(groups: Sequence[Group], wanted: str | None = None) -> str:
    """Return with which group the others are compared: the largest one, if none is named.

    Raises
    ------
    InputError
        If the group that is named is not there.

    Examples
    --------
    >>> choose_reference([Group("a", 5, 1), Group("b", 9, 1), Group("unknown", 20, 3)])
    'b'
    """
    names = [group.name for group in groups]
    if wanted == ALL_OTHERS:
        return ALL_OTHERS
    if wanted is not None:
        if wanted not in names:
            raise InputError("audit.no_reference", name=wanted, nearest=nearest(wanted, names))
        return wanted
    known = [group for group in groups if group.name != UNKNOWN_GROUP] or list(groups)
    if not known:
        return ALL_OTHERS
    return max(known, key=lambda group: group.n).name


def measure_rates(
    name: str,
    rates: Rates,
    *,
    reference: str | None,
    level: float = 0.95,
    stem: str | None = None,
    note: Text | None = None,
) -> tuple[Measure, ...]:
    """Return the rate of each group, and its ratio and difference to the reference.

    Parameters
    ----------
    name
        Of the rate, for instance ``selection_rate``.
    stem
        With which the names of ratio and difference begin; the name itself without it.
    note
        What stands beside each of them, unless something weightier does.
    """
    named = [(name, stem or name, rates)]
    return measure_each(named, reference=reference, level=level, note=note)


def measure_each(
    named: Sequence[tuple[str, str, Rates]],
    *,
    reference: str | None,
    level: float = 0.95,
    note: Text | None = None,
) -> tuple[Measure, ...]:
    """Return as :func:`measure_rates` several rates of the same groups.

    Their intervals are looked for together, which takes hardly longer than those of one.

    Parameters
    ----------
    named
        Each rate with its name, and the stem of its ratio and difference.
    """
    groups = named[0][2].names
    all_rates = [rates for _, _, rates in named]
    k = np.concatenate([rates.k * rates.information for rates in all_rates])
    n = np.concatenate([rates.n * rates.information for rates in all_rates])
    ends, small = intervals.rate(k, n, level), intervals.is_small(k, n)
    compared = None
    if reference is not None and len(groups) >= _ENOUGH_TO_COMPARE:
        compared = _comparisons(all_rates, k, n, reference, level)
    measures: list[Measure] = []
    for at, (name, stem, rates) in enumerate(named):
        part = slice(at * len(groups), (at + 1) * len(groups))
        low, high = ends
        measures += _alone(name, rates, (low[part], high[part]), small[part], level, note)
        if compared is not None and reference is not None:
            measures += _compared(stem, rates, compared, part, reference, level, note)
    return tuple(measures)


def _alone(
    name: str,
    rates: Rates,
    ends: Interval,
    small: NDArray[np.bool_],
    level: float,
    note: Text | None,
) -> list[Measure]:
    # Lists: of an array each number is made into an object of numpy first.
    columns = (rates.values, *ends, small, rates.n, rates.information)
    return [
        Measure(
            name, group, None, known(value), low, high, level,
            "clopper-pearson" if is_small else "wilson", _rate_note(n, information) or note,
        )
        for group, value, low, high, is_small, n, information in zip(
            rates.names, *(column.tolist() for column in columns), strict=True
        )
    ]  # fmt: skip


_ENOUGH_TO_COMPARE: Final = 2


def known(value: float) -> float | None:
    """Return a number, or nothing where there is none."""
    return float(value) if math.isfinite(value) else None


def _rate_note(n: float, information: float) -> Text | None:
    if n <= 0:
        return Text("audit_note.nobody")
    if information != 1:
        return Text("audit_note.weighted", {"effective": round(n * information, 1)})
    return None


def against(rates: Rates, reference: str) -> tuple[Array, Array, Array, Array]:
    """Return cases and people of the reference of each group, both raw and as information.

    For "all others" that is everybody outside the group itself.
    """
    k, n = rates.k * rates.information, rates.n * rates.information
    if reference == ALL_OTHERS:
        # Added up anew: a difference of sums would leave something of nothing behind.
        everybody = (rates.k.sum(), rates.n.sum(), k.sum(), n.sum())
        return cast(
            "tuple[Array, Array, Array, Array]",
            tuple(
                np.maximum(total - own, 0)
                for total, own in zip(everybody, (rates.k, rates.n, k, n), strict=True)
            ),
        )
    at = rates.names.index(reference)
    return cast(
        "tuple[Array, Array, Array, Array]",
        tuple(np.full(len(rates.names), column[at]) for column in (rates.k, rates.n, k, n)),
    )


def _comparisons(
    named: Sequence[Rates], k1: Array, n1: Array, reference: str, level: float
) -> _Found:
    """Return how each group of each rate differs from the reference."""
    bases = [against(rates, reference) for rates in named]
    k0 = np.concatenate([base[2] for base in bases])
    n0 = np.concatenate([base[3] for base in bases])
    return _Found(
        intervals.is_small_pair(k1, n1, k0, n0),
        intervals.difference_p_value(k1, n1, k0, n0),
        {
            "ratio": intervals.ratio(k1, n1, k0, n0, level),
            "difference": intervals.difference(k1, n1, k0, n0, level),
        },
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What was calculated for the groups of several rates, one after the other."""

    small: NDArray[np.bool_]
    p_values: Array
    limits: Mapping[str, Interval]


def _compared(
    stem: str,
    rates: Rates,
    found: _Found,
    part: slice,
    reference: str,
    level: float,
    note: Text | None,
) -> list[Measure]:
    raw_k, raw_n, _, _ = against(rates, reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        base = np.where(raw_n > 0, raw_k / raw_n, np.nan)
        own = rates.values
        values = {"ratio": own / base, "difference": own - base}
    columns = [
        (f"{stem}_{kind}", kind, values[kind].tolist(), low[part].tolist(), high[part].tolist())
        for kind, (low, high) in found.limits.items()
    ]
    told = (found.small[part], found.p_values[part], rates.n, rates.information, base)
    rows = zip(rates.names, *(column.tolist() for column in told), strict=True)
    return [
        Measure(
            name, group, reference, known(value[at]), low[at], high[at], level,
            EXACT_LIMITS if is_small else "miettinen-nurminen",
            _comparison_note(kind, n, information, one) or note, p_value,
        )
        for at, (group, is_small, p_value, n, information, one) in enumerate(rows)
        if group != reference
        for name, kind, value, low, high in columns
    ]  # fmt: skip


def _comparison_note(kind: str, n: float, information: float, base: float) -> Text | None:
    if n <= 0:
        return Text("audit_note.nobody")
    if math.isnan(base):
        return Text("audit_note.nobody_in_reference")
    if kind == "ratio" and base == 0:
        return Text("audit_note.none_in_reference")
    return _rate_note(n, information)


def limits_of_ratio(
    values1: Array, limits1: Interval, values0: Array, limits0: Interval
) -> Interval:
    """Return what is possible for a ratio if both sides can be anything within their bounds."""
    del values1, values0
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(limits0[1] > 0, limits1[0] / limits0[1], 0.0)
        high = np.where(limits0[0] > 0, limits1[1] / limits0[0], np.inf)
    return low, high
