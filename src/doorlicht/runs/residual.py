"""How sure is "none": puts together what a register knows of what may still be there.

Everything is about columns with origin-related data, proxies left out, as the report counts them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Final, cast

from doorlicht.evidence.capture import estimates
from doorlicht.evidence.residual import (
    Coverage,
    Recall,
    Residual,
    SampleBound,
    make_residual,
)
from doorlicht.records import Signal
from doorlicht.register import KeptFinding, Register
from doorlicht.reports import ReportContent
from doorlicht.runs.populations import population
from doorlicht.runs.sample_results import frozen_items, judged_samples
from doorlicht.shipped import read_yaml

CONFIDENCE: Final = 0.95
"""Of the whole statement; the shipped intervals of the recall are of the same."""

_WAYS: Final = {"name": ("name_", "label_"), "values": ("values_", "value_labels_", "text_")}
"""Signals by what they look at; the others look at the table around a column."""


def residual_of(register: Register, content: ReportContent, threshold: float) -> Residual:
    """Return what may still be there, given the reported scan and all that is known besides."""
    found = content.found(threshold)
    places = {_place(one) for one in found}
    named, by_values_alone = measured_recall()
    return make_residual(
        _coverage(register, content),
        min(len(places), content.looked_at.columns),
        recall=named,
        samples=_bounds(register, threshold, content.scan.started_at.date()),
        recapture=estimates(_found_by(register, found), confidence=CONFIDENCE),
        confidence=CONFIDENCE,
        by_values_alone=by_values_alone,
    )


def _coverage(register: Register, content: ReportContent) -> Coverage:
    columns, blind = content.looked_at.columns, len(content.blind_spots)
    return Coverage(
        columns,
        blind,
        elsewhere=max(0, register.looked_at().columns - columns),
        blind_elsewhere=max(0, len(register.blind_spots()) - blind),
    )


def with_residual(register: Register, content: ReportContent, threshold: float) -> ReportContent:
    """Return the content of a report with what may still be there."""
    return replace(content, residual=residual_of(register, content, threshold))


@cache
def measured_recall() -> tuple[Recall, Recall]:
    """Return the shipped recall of the detectors: with real names, and by values alone."""
    data = cast("dict[str, Any]", read_yaml("doorlicht.detection", "recall.yaml"))

    def recall(key: str) -> Recall:
        one = data[key]
        return Recall(
            int(one["found"]), int(one["labelled"]), float(one["low"]), float(one["high"]),
            str(data["set"]),
        )  # fmt: skip

    return recall("named"), recall("by_values_alone")


def _bounds(register: Register, threshold: float, day: date) -> list[SampleBound]:
    """Return what audit samples of clean columns showed; the last one first.

    A list was frozen once. What is reported as clean now and was not on it, because it was scanned
    later or the list was made at another threshold, could not be drawn, and can all be wrong.
    """
    judged = [one for one in judged_samples(register) if one.sample.kind == "clean-columns"]
    if not judged:
        return []
    reported = {
        one.id
        for one in population(
            register, "clean-columns", strata="none", threshold=threshold, day=day
        )
    }
    bounds: list[SampleBound] = []
    for one in reversed(judged):
        outside = len(reported - {item.id for item in frozen_items(one.sample)})
        bounds.append(SampleBound(
            one.sample.id, one.sample.kind, one.population + outside, one.drawn,
            sum(stratum.counted for stratum in one.strata), one.at_most + outside, one.confidence,
            outside, one.unfinished,
        ))  # fmt: skip
    return bounds


def _found_by(register: Register, found: list[KeptFinding]) -> Counter[frozenset[str]]:
    """Return how many columns were found by exactly these ways together."""
    in_code = _columns_in_code(register)
    ways: dict[tuple[str, str, int], set[str]] = {}
    for one in found:
        by = ways.setdefault(_place(one), set())
        by.update(way for way in _WAYS if any(_speaks(s, way) for s in one.finding.signals))
        if one.finding.id in in_code:
            by.add("code")
    return Counter(frozenset(by) for by in ways.values() if by)


def _speaks(signal: Signal, way: str) -> bool:
    return signal.weight > 0 and signal.name.startswith(_WAYS[way])


def _columns_in_code(register: Register) -> set[str]:
    """Return the findings at which a flow of a trace begins."""
    return {
        str(item.content.get("source", {}).get("finding"))
        for trace in register.traces()
        for item in register.trace_items(trace.id)
        if item.kind == "flow"
    }


def _place(one: KeptFinding) -> tuple[str, str, int]:
    place = one.finding.location
    return (place.source, place.table, place.column_index)
