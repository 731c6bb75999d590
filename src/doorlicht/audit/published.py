"""Checks figures that others published, against the counts that they published with them.

A figure *holds* if the counts give it to the printed digit. It is *possible* if they do not, but
counts that would be rounded to those printed do. It is *impossible* otherwise; then it is looked up
whether another measure of the same counts gives it, for names of rates are often mixed up.

Source: the consistency test of Brown and Heathers (2017), "The GRIM Test", Social Psychological
and Personality Science 8:363-369, here for rates and their ratios.

Limits: a figure that holds was computed as it says. Whether its counts are right is not told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from doorlicht.audit.aggregates.sheet import MOST_PEOPLE, number_in
from doorlicht.audit.delimited import read_delimited
from doorlicht.errors import InputError, nearest
from doorlicht.language import Text
from doorlicht.records import FigureCheck, FigureVerdict

MAX_FIGURES: Final = 100_000

SLACK: Final = 1e-9
"""Part of a number by which two are the same in spite of the computer's rounding."""

RATES: Final[Mapping[str, tuple[str, str]]] = {
    "selection_rate": ("selected", "unselected"),
    "precision": ("tp", "fp"),
    "fdr": ("fp", "tp"),
    "fpr": ("fp", "tn"),
    "fnr": ("fn", "tp"),
    "npv": ("tn", "fn"),
    "for": ("fn", "tn"),
}
"""Above the line of each rate, and what stands beside it below the line."""

STEMS: Final = {"selection": "selection_rate"}
KINDS: Final = ("ratio", "difference")
REFERENCE: Final = "reference_"
COUNTS: Final = ("selected", "people", "unselected", "tp", "fp", "fn", "tn")
COLUMNS: Final = (
    "figure",
    "measure",
    "printed",
    "printed_low",
    "printed_high",
    "rounding",
    *COUNTS,
    *(REFERENCE + name for name in COUNTS),
)

_PRINTED: Final = re.compile(
    r"(?P<sign>-?)(?:(?P<many>\d{1,3}(?P<mark>[., '\u2019])\d{3}(?:(?P=mark)\d{3})*)"
    r"(?:(?!(?P=mark))[.,](?P<rest>\d+))|(?P<whole>\d*)(?:[.,](?P<decimals>\d+))?)"
    r"\s*(?P<unit>[%\u2030]?)",
    re.ASCII,
)
"""A number as papers print it: ``.07``, ``7,1 %``, ``1.234,5``; a single mark is decimal."""

MAX_PRINTED: Final = 40
"""Characters of a printed figure; nobody prints more."""

_UNITS: Final = {"": 1.0, "%": 0.01, "\u2030": 0.001}


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure.

    Attributes
    ----------
    printed
        As it was printed: the number of decimals counts, and so does a per cent sign.
    printed_low, printed_high
        Ends of its interval, if it has one.
    counts
        Published with it: ``tp``, ``fp``, ``fn``, ``tn``, or ``selected`` with ``people``; those
        of the reference begin with ``reference_``.
    rounding
        To multiples of what the counts were rounded; 1 if they were not.
    """

    name: str
    measure: str
    printed: str
    counts: Mapping[str, float]
    rounding: float = 1
    printed_low: str = ""
    printed_high: str = ""


def read_figures(path: Path) -> tuple[Figure, ...]:
    """Return the figures of a CSV file with the columns of :data:`COLUMNS`; most may be missing.

    Raises
    ------
    InputError
        If the file cannot be read, or has a column or measure that is not known, or no number
        where there should be one.
    """
    rows = read_delimited(path)
    if rows is None:
        raise InputError("figures.unreadable", path=str(path))
    names = [name.strip().casefold() for name in rows[0]] if rows else []
    for name in names:
        if name not in COLUMNS:
            raise InputError("figures.column", name=name, nearest=nearest(name, COLUMNS))
        if names.count(name) > 1:
            raise InputError("figures.column_twice", name=name)
    for name in ("measure", "printed"):
        if name not in names:
            raise InputError("figures.no_column", name=name)
    figures: list[Figure] = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(names) :]):
            # A comma between thousands has moved every count behind it.
            raise InputError("figures.row_too_long", row=number)
        if len(figures) >= MAX_FIGURES:
            raise InputError("figures.too_many", limit=MAX_FIGURES)
        figures.append(_figure(dict(zip(names, cells, strict=False)), number))
    if not figures:
        raise InputError("figures.none", path=str(path))
    return tuple(figures)


def _figure(row: Mapping[str, str], number: int) -> Figure:
    measure = (row.get("measure") or "").strip().casefold()
    if not measure:
        raise InputError("figures.no_measure", row=number)
    _parts(measure)
    counts = {
        name: _count(row.get(name) or "", number, name)
        for name in COLUMNS
        if name.removeprefix(REFERENCE) in COUNTS and (row.get(name) or "").strip()
    }
    rounding = _count(row.get("rounding") or "1", number, "rounding")
    if rounding < 1:
        raise InputError("figures.number", row=number, column="rounding")
    return Figure(
        (row.get("figure") or "").strip() or str(number),
        measure,
        (row.get("printed") or "").strip(),
        counts,
        rounding,
        (row.get("printed_low") or "").strip(),
        (row.get("printed_high") or "").strip(),
    )


def _count(text: str, row: int, column: str) -> float:
    value = number_in(text)
    if value is None or not 0 <= value <= MOST_PEOPLE:
        raise InputError("figures.number", row=row, column=column)
    return value


def _parts(measure: str) -> tuple[str, str]:
    """Return the rate that a measure is made of, and how: ratio, difference or as it is."""
    stem, _, kind = measure.rpartition("_")
    if kind in KINDS:
        rate = STEMS.get(stem, stem)
    else:
        rate, kind = measure, ""
    if rate not in RATES:
        known = [*RATES, *(f"{name}_{kind}" for name in ("selection", *RATES) for kind in KINDS)]
        raise InputError("figures.measure", name=measure, nearest=nearest(measure, known))
    return rate, kind


def check_figures(figures: Sequence[Figure]) -> tuple[FigureCheck, ...]:
    """Return for each figure whether it holds.

    Examples
    --------
    >>> counts = {"tp": 40, "fp": 10, "fn": 20, "tn": 130}
    >>> for printed in ("7.1%", "20%", "9%"):
    ...     one, = check_figures([Figure("a", "fpr", printed, counts)])
    ...     print(one.verdict, one.meant)
    holds None
    impossible fdr
    impossible None
    """
    return tuple(map(_check, figures))


def _check(figure: Figure) -> FigureCheck:
    printed = printed_ends(figure.printed)
    exact = _range(figure, figure.measure, 0.0)
    contradiction = _contradiction(figure)
    if contradiction is not None:
        given = exact or (math.nan, math.nan)
        return _told(figure, "impossible", (math.nan, math.nan), contradiction, given[0])
    if printed is None or exact is None:
        key = "no_number" if printed is None else "no_counts"
        return _told(figure, "unknown", (math.nan, math.nan), Text(f"audit_figure.{key}"))
    half = figure.rounding / 2 if figure.rounding > 1 else 0.0
    possible = _range(figure, figure.measure, half) or exact
    verdict = _verdict(printed, exact, possible)
    meant = _meant(figure, printed, half) if verdict == "impossible" else None
    note: Text | None = None
    if meant:
        note = Text("audit_figure.meant", {"measure": figure.measure, "meant": meant})
    else:
        note = _of_interval(figure, printed)
    return _told(figure, verdict, possible, note, exact[0], meant)


def _told(
    figure: Figure,
    verdict: FigureVerdict,
    possible: tuple[float, float],
    note: Text | None,
    recomputed: float = math.nan,
    meant: str | None = None,
) -> FigureCheck:
    value = None if math.isnan(recomputed) else recomputed
    return FigureCheck(
        figure.name, figure.measure, figure.printed, value, *possible, verdict, meant, note
    )


def printed_ends(text: str) -> tuple[float, float] | None:
    """Return between which numbers one lies that is printed like this.

    Half of the last digit counts on both sides: how a half was rounded is not known.
    """
    text = text.strip().replace("\u2212", "-")
    found = _PRINTED.fullmatch(text) if len(text) <= MAX_PRINTED else None
    if found is None:
        return None
    whole = re.sub(r"\D", "", found["many"] or found["whole"] or "")
    decimals = found["rest"] or found["decimals"] or ""
    if not whole and not decimals:
        return None
    scale = _UNITS[found["unit"]]
    value = float(f"{found['sign']}{whole or 0}.{decimals or 0}") * scale
    half = 0.5 * 10.0 ** -len(decimals) * scale
    slack = SLACK * max(abs(value), half)
    return value - half - slack, value + half + slack


def _verdict(
    printed: tuple[float, float], exact: tuple[float, float], possible: tuple[float, float]
) -> FigureVerdict:
    if printed[0] <= exact[0] <= printed[1]:
        return "holds"
    if possible[0] <= printed[1] and possible[1] >= printed[0]:
        return "possible"
    return "impossible"


def _range(figure: Figure, measure: str, half: float) -> tuple[float, float] | None:
    """Return the least and most that a measure can be, with counts up to half a rounding off."""
    rate, kind = _parts(measure)
    own = _rate_range(figure.counts, "", rate, half)
    if own is None or not kind:
        return own
    base = _rate_range(figure.counts, REFERENCE, rate, half)
    if base is None:
        return None
    if kind == "difference":
        return own[0] - base[1], own[1] - base[0]
    if base[1] <= 0:
        return None
    return own[0] / base[1], own[1] / base[0] if base[0] > 0 else math.inf


def _rate_range(
    counts: Mapping[str, float], side: str, rate: str, half: float
) -> tuple[float, float] | None:
    above_name, beside_name = RATES[rate]
    above = _number(counts, side, above_name)
    beside = _number(counts, side, beside_name)
    people = counts.get(side + "people")
    if rate == "selection_rate" and beside is None and above is not None and people is not None:
        # Both are rounded by themselves: what is above the line is not part of what is below.
        low, high = max(above - half, 0), above + half
        least, most = max(people - half, 0), people + half
        if most <= 0:
            return None
        return low / most, min(high / least, 1.0) if least > 0 else 1.0
    if above is None or beside is None:
        return None
    ends: list[float] = []
    for sign in (-1, 1):
        one, other = max(above + sign * half, 0), max(beside - sign * half, 0)
        if one + other <= 0:
            return None
        ends.append(one / (one + other))
    return ends[0], ends[1]


def _number(counts: Mapping[str, float], side: str, name: str) -> float | None:
    """Return a count; people who were selected are also those of both outcomes together."""
    if side + name in counts:
        return counts[side + name]
    parts = {"selected": ("tp", "fp"), "unselected": ("fn", "tn")}.get(name)
    if parts and all(side + part in counts for part in parts):
        return sum(counts[side + part] for part in parts)
    return None


def _meant(figure: Figure, printed: tuple[float, float], half: float) -> str | None:
    """Return which other measure of the same counts gives the figure, if exactly one does."""
    _, kind = _parts(figure.measure)
    found: list[str] = []
    for rate in RATES:
        stem = "selection" if rate == "selection_rate" and kind else rate
        name = f"{stem}_{kind}" if kind else rate
        possible = None if name == figure.measure else _range(figure, name, half)
        if possible and possible[0] <= printed[1] and possible[1] >= printed[0]:
            found.append(name)
    return found[0] if len(found) == 1 else None


def _contradiction(figure: Figure) -> Text | None:
    """Return which counts of a figure cannot be of the same people, if there are any."""
    half = figure.rounding / 2 if figure.rounding > 1 else 0.0
    if not all(count.is_integer() for count in map(float, figure.counts.values())):
        half = max(half, 0.5)  # sums of weights, printed with few decimals
    for side in ("", REFERENCE):
        counts = {
            name: figure.counts[side + name] for name in COUNTS if side + name in figure.counts
        }
        for total, parts in _SUMS:
            if total not in counts or not all(part in counts for part in parts):
                continue
            gap = abs(sum(counts[part] for part in parts) - counts[total])
            if gap > half * (len(parts) + 1) + SLACK * counts[total]:
                return Text(
                    "audit_figure.counts_contradict",
                    {"total": side + total, "parts": " + ".join(side + part for part in parts)},
                )
        for total, part in _INSIDE:
            if total in counts and counts.get(part, 0) > counts[total] + 2 * half:
                return Text(
                    "audit_figure.part_too_large",
                    {"total": side + total, "part": side + part},
                )
    return None


_SUMS: Final = (
    ("people", ("selected", "unselected")),
    ("selected", ("tp", "fp")),
    ("unselected", ("fn", "tn")),
    ("people", ("tp", "fp", "fn", "tn")),
)
_INSIDE: Final = (
    *(("people", part) for part in ("selected", "unselected", "tp", "fp", "fn", "tn")),
    *(("selected", part) for part in ("tp", "fp")),
    *(("unselected", part) for part in ("fn", "tn")),
)
"""What cannot be more than what it is part of."""


def _of_interval(figure: Figure, printed: tuple[float, float]) -> Text | None:
    """Return what is wrong with the interval that was printed with a figure, if anything is."""
    ends = [printed_ends(end) if end else None for end in (figure.printed_low, figure.printed_high)]
    low, high = ends
    if (figure.printed_low and low is None) or (figure.printed_high and high is None):
        return Text("audit_figure.interval_no_number")
    if low is not None and high is not None and low[0] > high[1]:
        return Text("audit_figure.interval_reversed")
    if (low is not None and printed[1] < low[0]) or (high is not None and printed[0] > high[1]):
        return Text("audit_figure.outside_interval")
    return None


def check_replicates(replicates: ArrayLike) -> Text | None:
    """Return what is wrong with a published bootstrap, if anything can be seen.

    Examples
    --------
    >>> check_replicates([[0.1, 0.2], [0.1, 0.2], [0.1, 0.2]]).key
    'audit_figure.replicates_identical'
    >>> check_replicates([0.11, 0.12, 0.1]) is None
    True
    """
    values = np.asarray(replicates, dtype=np.float64)
    if len(values) < 2:  # a single repetition repeats nothing
        return Text("audit_figure.replicates_few", {"replicates": len(values)})
    rows = values.reshape(len(values), -1)
    if bool(((rows == rows[0]) | (np.isnan(rows) & np.isnan(rows[0]))).all()):
        return Text("audit_figure.replicates_identical", {"replicates": len(values)})
    different = len(np.unique(rows, axis=0))
    if different < len(values) / 2:
        return Text(
            "audit_figure.replicates_repeated",
            {"replicates": len(values), "different": different},
        )
    return None
