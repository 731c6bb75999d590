"""Rates and ratios by group with their intervals or bounds, as pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from doorlicht.language import Language, say, show_number
from doorlicht.records import Audited, Measure
from doorlicht.reports.audit_words import (
    say_attribute,
    say_group,
    say_measure,
    say_rate,
    show_certain,
)
from doorlicht.reports.pictures import (
    MAX_ROWS,
    Axis,
    Picture,
    Row,
    even_axis,
    even_ticks,
    ratio_axis,
    ratio_ticks,
    row_y,
)
from doorlicht.reports.small_numbers import LIMIT

BOUNDS: Final = "bounds"


def draw_rates(audited: Audited, measure: str, language: Language) -> Picture | None:
    """Return the picture of a rate per group, or none where there is nothing to draw."""
    rates = _shown(audited, measure)
    if not rates:
        return None
    drawn = rates[:MAX_ROWS]
    most = max(max(_finite(one)) for one in drawn)
    axis = even_axis(most or 1.0, at_most=max(1.0, most))
    reference = next((one.reference for one in audited.measures if one.reference), None)
    base = next((one.value for one in rates if one.group == reference), None)
    notes = _notes(drawn, language)
    if base is not None and reference is not None:
        notes.append(_told("base", language, reference=say_group(reference, language)))
    return Picture(
        _name(audited, measure),
        _title("rates", audited, measure, language),
        tuple(notes),
        _rows(drawn, axis, language),
        tuple((axis.x(at), _share(at, language)) for at in even_ticks(axis)),
        None if base is None else axis.x(base),
        len(rates) - len(drawn),
    )  # fmt: skip


def draw_ratios(audited: Audited, measure: str, language: Language) -> Picture | None:
    """Return the picture of the ratios to the reference, evenly by their logarithm."""
    ratios = _shown(audited, measure)
    if not ratios:
        return None
    drawn = ratios[:MAX_ROWS]
    values = [
        found
        for one in drawn
        if (found := one.value or (one.low if math.isfinite(one.low) else 0.0)) > 0
        and math.isfinite(found)
    ]
    ends = [end for one in drawn for end in _finite(one) if end > 0]
    # A line that goes on to nought or without end must not press all others together.
    least = max(min(ends, default=1.0), min(values, default=1.0) / _REACH)
    most = min(max(ends, default=1.0), max(values, default=1.0) * _REACH)
    axis = ratio_axis(least, most)
    reference = next((one.reference for one in drawn if one.reference), None) or ""
    return Picture(
        _name(audited, measure),
        _title("ratios", audited, measure, language, reference=say_group(reference, language)),
        tuple(_notes(drawn, language)),
        _rows(drawn, axis, language),
        tuple((axis.x(at), show_number(at, "g", language)) for at in ratio_ticks(axis)),
        axis.x(1.0),
        len(ratios) - len(drawn),
    )  # fmt: skip


_REACH: Final = 10
"""How many times further than the numbers themselves the ends of their lines are followed."""


def _shown(audited: Audited, measure: str) -> list[Measure]:
    return [one for one in audited.shown_measures(LIMIT) if one.measure == measure]


def _finite(one: Measure) -> list[float]:
    ends = [end for end in (one.low, one.value, one.high) if end is not None]
    return [end for end in ends if math.isfinite(end)] or [0.0]


def _rows(drawn: Sequence[Measure], axis: Axis, language: Language) -> tuple[Row, ...]:
    return tuple(
        Row(
            row_y(at),
            say_group(one.group, language),
            _number(one, language),
            axis.x(one.low),
            axis.x(one.high),
            None if one.value is None or axis.is_beyond(one.value) else axis.x(one.value),
            opens_left=axis.is_before(one.low),
            opens_right=axis.is_beyond(one.high),
        )
        for at, one in enumerate(drawn)
    )


def _number(one: Measure, language: Language) -> str:
    value, between = show_certain(one, language)
    return between if one.value is None else f"{value} ({between})"


def _notes(drawn: Sequence[Measure], language: Language) -> list[str]:
    """Return what the lines are: intervals, or all that is possible."""
    kinds = {one.method == BOUNDS for one in drawn}
    level = next((one.level for one in drawn if one.method != BOUNDS), 1.0)
    notes = [_told("intervals", language, level=round(100 * level, 2))] if False in kinds else []
    if True in kinds:
        notes.append(_told("bounds" if kinds == {True} else "some_bounds", language))
    return notes


def _share(share: float, language: Language) -> str:
    return show_number(100 * share, ".3g", language) + "%"


def _told(key: str, language: Language, **params: str | float) -> str:
    return say(f"audit.picture.{key}", language, **params)


def _name(audited: Audited, measure: str) -> str:
    """Return the name of a picture; of a published rate what it is called by is said once."""
    if audited.attribute == audited.rate:
        return measure
    return f"{measure}-{audited.attribute}"


def _title(kind: str, audited: Audited, measure: str, language: Language, **params: str) -> str:
    if audited.attribute == audited.rate:
        kind = f"{kind}_published"
    rate = say_rate(audited, language)
    if measure not in (audited.rate, audited.ratio):
        rate = say_measure(measure, language)
    elif kind.startswith("ratios"):
        rate = say("audit.measure_ratio", language, rate=rate)
    told = _told(kind, language, measure=rate, attribute=say_attribute(audited.attribute, language),
                 **params)  # fmt: skip
    return told[:1].upper() + told[1:]
