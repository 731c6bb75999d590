"""Whom a selection picks among people who are alike in what may lawfully count.

Three questions. *Stratified*: within people with the same stated factors, how much more often is a
group selected (Mantel and Haenszel)? *Adjusted*: the same by regression, where strata get too
small. *Simpson*: does the difference turn round once like is compared with like? Which factors may
count is for a lawyer to say: a factor that is itself a stand-in for origin explains a difference
away that it causes.

Source: Mantel and Haenszel (1959), JNCI 22:719-748; variance of the ratio and the difference:
Greenland and Robins (1985), Biometrics 41:55-68; odds ratio: Robins, Breslow and Greenland (1986),
Biometrics 42:311-323; homogeneity: Breslow and Day (1980) with Tarone's (1985) correction; Simpson
(1951), JRSS B 13:238-241.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from doorlicht.audit.counting import AND, groups_of
from doorlicht.audit.distributions import chi_square_above, normal_two_tails
from doorlicht.audit.intervals import Array, normal_quantile
from doorlicht.audit.regression import fit_logistic
from doorlicht.language import Text
from doorlicht.records import UNKNOWN_GROUP, Cell, Measure

METHOD: Final = "mantel-haenszel"
REGRESSION: Final = "logistic-regression"

Simpson = Literal["holds", "vanishes", "reversed", "unclear"]


@dataclass(frozen=True, slots=True)
class Stratum:
    """People who are alike in the stated factors: a group and its reference among them."""

    name: str
    k1: float
    n1: float
    k0: float
    n0: float


def strata_of(
    cells: Iterable[Cell], *, group_at: int, factors_at: Sequence[int], group: str, reference: str
) -> tuple[Stratum, ...]:
    """Return a group and its reference within each combination of factors.

    A missing factor is a factor of its own, ``unknown``: people are not dropped.

    Examples
    --------
    >>> cells = [Cell(("a", "x"), True, 3), Cell(("a", "x"), False, 7), Cell(("b", "x"), False, 9)]
    >>> strata_of(cells, group_at=0, factors_at=[1], group="a", reference="b")
    (Stratum(name='x', k1=3.0, n1=10.0, k0=0.0, n0=9.0),)
    """
    alike: dict[tuple[str, ...], list[Cell]] = {}
    for cell in cells:
        factors = tuple(_told(cell.group[at]) for at in factors_at)
        alike.setdefault(factors, []).append(cell)
    strata: list[Stratum] = []
    for factors, members in sorted(alike.items()):
        factor = AND.join(factors)
        groups = {one.name: one for one in groups_of(members, by=[group_at])}
        own, base = groups.get(group), groups.get(reference)
        if own or base:
            strata.append(
                Stratum(
                    factor,
                    own.selected * own.information if own else 0,
                    own.n * own.information if own else 0,
                    base.selected * base.information if base else 0,
                    base.n * base.information if base else 0,
                )
            )
    return tuple(strata)


def _told(mark: str | None) -> str:
    return UNKNOWN_GROUP if mark is None else mark


def _columns(strata: Sequence[Stratum]) -> tuple[Array, Array, Array, Array]:
    shared = [one for one in strata if one.n1 > 0 and one.n0 > 0]
    k1, n1, k0, n0 = (
        np.array([getattr(one, name) for one in shared], dtype=np.float64)
        for name in ("k1", "n1", "k0", "n0")
    )
    return k1, n1, k0, n0


def measure_stratified(
    strata: Sequence[Stratum], *, group: str, reference: str, level: float = 0.95
) -> tuple[Measure, ...]:
    """Return ratio, difference and odds ratio of selection among people who are alike.

    Strata in which one of the two has nobody say nothing, and the measure says how many people
    that leaves out.

    Examples
    --------
    >>> strata = [Stratum("x", 20, 50, 10, 50), Stratum("y", 5, 50, 5, 100)]
    >>> for one in measure_stratified(strata, group="a", reference="b"):
    ...     print(one.measure, round(one.value, 3), round(one.low, 3), round(one.high, 3))
    selection_ratio_conditional 2.0 1.129 3.542
    selection_difference_conditional 0.114 0.022 0.206
    selection_odds_ratio_conditional 2.481 1.192 5.165
    """
    k1, n1, k0, n0 = _columns(strata)
    left_out = sum(one.n1 + one.n0 for one in strata if not (one.n1 > 0 and one.n0 > 0))
    note = Text("audit_note.left_out", {"people": round(left_out)}) if left_out else None
    p_value = cochran_mantel_haenszel(strata)
    z = normal_quantile(level)
    measures: list[Measure] = []
    for name, (value, error, is_log) in {
        "selection_ratio_conditional": _ratio(k1, n1, k0, n0),
        "selection_difference_conditional": _difference(k1, n1, k0, n0),
        "selection_odds_ratio_conditional": _odds_ratio(k1, n1, k0, n0),
    }.items():
        low, high = (0.0, math.inf) if is_log else (-1.0, 1.0)
        if value is not None and error is not None and (value > 0 or not is_log):
            if is_log:
                low, high = value * math.exp(-z * error), value * math.exp(z * error)
            else:
                low, high = max(value - z * error, -1.0), min(value + z * error, 1.0)
        measures.append(
            Measure(name, group, reference, value, low, high, level, METHOD,
                    note or (Text("audit_note.no_common") if value is None else None), p_value)
        )  # fmt: skip
    return tuple(measures)


_Estimate = tuple[float | None, float | None, bool]


def _ratio(k1: Array, n1: Array, k0: Array, n0: Array) -> _Estimate:
    n = n1 + n0
    above, below = float((k1 * n0 / n).sum()), float((k0 * n1 / n).sum())
    if below <= 0:
        return None, None, True
    if above <= 0:
        return 0.0, None, True
    spread = ((k1 + k0) * n1 * n0 / n**2 - k1 * k0 / n).sum()
    return above / below, math.sqrt(max(float(spread), 0) / (above * below)), True


def _difference(k1: Array, n1: Array, k0: Array, n0: Array) -> _Estimate:
    n = n1 + n0
    weight = n1 * n0 / n
    if not weight.sum():
        return None, None, False
    value = float(((k1 * n0 - k0 * n1) / n).sum() / weight.sum())
    # Greenland and Robins (1985), formula 7: right for few large strata and for many small ones.
    spread = (k1 * (n1 - k1) * n0**3 + k0 * (n0 - k0) * n1**3) / (n1 * n0 * n**2)
    return value, math.sqrt(float(spread.sum())) / float(weight.sum()), False


def _odds_ratio(k1: Array, n1: Array, k0: Array, n0: Array) -> _Estimate:
    n = n1 + n0
    a, b, c, d = k1, n1 - k1, k0, n0 - k0
    r, s = a * d / n, b * c / n
    if not s.sum():
        return None, None, True
    if not r.sum():
        return 0.0, None, True
    p, q = (a + d) / n, (b + c) / n
    spread = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    return float(r.sum() / s.sum()), math.sqrt(float(spread)), True


def cochran_mantel_haenszel(strata: Sequence[Stratum]) -> float | None:
    """Return how often chance alone gives such a difference among people who are alike.

    Examples
    --------
    >>> strata = [Stratum("x", 20, 50, 10, 50), Stratum("y", 5, 50, 5, 100)]
    >>> round(cochran_mantel_haenszel(strata), 4)
    0.0142
    """
    k1, n1, k0, n0 = _columns(strata)
    n, found = n1 + n0, k1 + k0
    spread = np.where(n > 1, n1 * n0 * found * (n - found) / (n**2 * np.maximum(n - 1, 1)), 0.0)
    if not spread.sum():
        return None
    score = float((k1 - n1 * found / n).sum()) / math.sqrt(float(spread.sum()))
    return float(normal_two_tails(np.array([score]))[0])


def are_alike(strata: Sequence[Stratum]) -> float | None:
    """Return how often chance alone makes odds ratios of strata as different as these are.

    A small number: one common ratio does not describe all of them. Nothing with fewer than two
    strata that say anything.
    """
    k1, n1, k0, n0 = _columns(strata)
    informative = (k1 + k0 > 0) & (k1 + k0 < n1 + n0)
    k1, n1, k0, n0 = (column[informative] for column in (k1, n1, k0, n0))
    common = _odds_ratio(k1, n1, k0, n0)[0] if len(k1) > 1 else None
    if not common:
        return None
    expected = _expected_at(common, k1 + k0, n1, n0)
    found = k1 + k0
    cells = np.array([expected, n1 - expected, found - expected, n0 - found + expected])
    variance = 1 / (1 / cells).sum(axis=0)
    statistic = float(((k1 - expected) ** 2 / variance).sum())
    statistic -= float((k1 - expected).sum()) ** 2 / float(variance.sum())
    # Strata that are the same leave nought, or the least below it by rounding.
    return float(chi_square_above(np.array([max(statistic, 0.0)]), len(k1) - 1)[0])


def _expected_at(odds_ratio: float, found: Array, n1: Array, n0: Array) -> Array:
    """Return how many of the group would be selected if the odds ratio were the common one."""
    if abs(odds_ratio - 1) < 1e-12:
        return n1 * found / (n1 + n0)
    a = 1 - odds_ratio
    b = n0 - found + odds_ratio * (n1 + found)
    c = -odds_ratio * n1 * found
    return (-b + np.sqrt(b * b - 4 * a * c)) / (2 * a)


def check_simpson(strata: Sequence[Stratum], *, level: float = 0.95) -> Text:
    """Return whether the overall difference holds once like is compared with like.

    Examples
    --------
    Berkeley 1973 in small: women apply where few are admitted.

    >>> strata = [Stratum("x", 80, 100, 500, 800), Stratum("y", 180, 900, 20, 200)]
    >>> check_simpson(strata).key
    'audit_verdict.simpson_reversed'
    """
    whole = [
        Stratum(
            "",
            sum(one.k1 for one in strata),
            sum(one.n1 for one in strata),
            sum(one.k0 for one in strata),
            sum(one.n0 for one in strata),
        )
    ]
    overall, within = (
        measure_stratified(part, group="", reference="", level=level)[1] for part in (whole, strata)
    )
    kind = _simpson(overall, within)
    return Text(
        f"audit_verdict.simpson_{kind}",
        {"overall": overall.value or 0.0, "within": within.value or 0.0, "strata": len(strata)},
    )


def _simpson(overall: Measure, within: Measure) -> Simpson:
    if overall.value is None or within.value is None:
        return "unclear"
    is_seen, is_seen_within = (not one.low <= 0 <= one.high for one in (overall, within))
    if is_seen and is_seen_within:
        return "holds" if overall.value * within.value > 0 else "reversed"
    if is_seen:
        return "vanishes"
    return "reversed" if is_seen_within and overall.value * within.value < 0 else "unclear"


def measure_adjusted(
    cells: Sequence[Cell],
    *,
    group_at: int,
    factors_at: Sequence[int],
    reference: str,
    level: float = 0.95,
) -> tuple[Measure, ...]:
    """Return the odds ratio of selection for each group, with all factors held equal at once.

    Examples
    --------
    >>> cells = [Cell(("a", "x"), True, 20), Cell(("a", "x"), False, 30),
    ...          Cell(("b", "x"), True, 10), Cell(("b", "x"), False, 40)]
    >>> one, = measure_adjusted(cells, group_at=0, factors_at=[1], reference="b")
    >>> round(one.value, 3)
    2.667
    """
    kinds: dict[tuple[str, ...], list[float]] = {}
    for cell in cells:
        if cell.selected is None:
            continue
        marks = tuple(_told(cell.group[at]) for at in (group_at, *factors_at))
        weight = cell.n if cell.weight is None else cell.weight
        kind = kinds.setdefault(marks, [0.0, 0.0])
        kind[0] += weight if cell.selected else 0
        kind[1] += weight
    if not kinds:
        return ()
    names, columns = _dummies(list(kinds), reference)
    k, n = np.array(list(kinds.values())).T
    filled = np.maximum(n, 1e-300)
    fit = fit_logistic(names, columns, k / filled, n)
    measures: list[Measure] = []
    for group in sorted({marks[0] for marks in kinds} - {reference}):
        coefficient = fit.named(f"0={group}")
        odds = coefficient.odds_ratio(level)
        value, low, high = odds or (None, 0.0, math.inf)
        why = "not_own" if coefficient.standard_error is None else "decided"
        note = Text(f"audit_note.{'endless' if coefficient.is_endless else why}")
        measures.append(
            Measure("selection_odds_ratio_adjusted", group, reference, value, low, high, level,
                    REGRESSION, None if odds else note, coefficient.p_value if odds else None)
        )  # fmt: skip
    return tuple(measures)


def _dummies(kinds: Sequence[tuple[str, ...]], reference: str) -> tuple[list[str], Array]:
    """Return a column of nought and one for each value of each factor but one."""
    names: list[str] = []
    columns: list[Array] = []
    for at in range(len(kinds[0])):
        values = sorted({marks[at] for marks in kinds})
        base = reference if at == 0 and reference in values else values[0]
        for value in values:
            if value != base:
                names.append(f"{at}={value}")
                columns.append(np.array([float(marks[at] == value) for marks in kinds]))
    return names, np.array(columns).T.reshape(len(kinds), len(names))
