"""Decisions that were made: people counted where they lie, and whom the decisions picked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np

from doorlicht.errors import InputError
from doorlicht.language import Text
from doorlicht.records import AuditReport
from doorlicht.runs.audit_measures import Scored, measure_cells
from doorlicht.runs.audit_request import AuditProgress, AuditRequest, Tell
from doorlicht.sources.people import Counting, People


def audit_decisions(people: People, request: AuditRequest, tell: Tell) -> AuditReport:
    """Return whom decisions picked, by the groups of the request.

    Raises
    ------
    InputError
        If a column, group or threshold is not there, or a mark says neither yes nor no.
    SourceError
        If the table cannot be read to its end.
    """
    if not request.groups:
        raise InputError("audit.no_groups")
    selected = request.selected
    if selected is None:
        if request.score is None:
            raise InputError("audit.no_selection")
        if request.threshold is None:
            raise InputError("audit.no_threshold", column=request.score)
        selected = f"{people.column(request.score)} >= {request.threshold!r}"
    counting = Counting(
        tuple(people.column(name) for name in (*request.groups, *request.explained_by)),
        people.mark(selected),
        people.mark(request.outcome) if request.outcome else None,
        people.mark(request.sampled) if request.sampled else None,
        people.column(request.weights) if request.weights else None,
    )
    tell(AuditProgress("count"))
    cells = people.count(counting)
    limits = limits_of_rows(people, request)
    tell(AuditProgress("measure"))
    scored = None
    if request.score is not None:
        scored = _scored(people, request, counting)
    attributes = counting.groups[: len(request.groups)]
    report = measure_cells(cells, attributes, request, scored=scored)
    return replace(report, limits=(*limits, *report.limits))


def _scored(people: People, request: AuditRequest, counting: Counting) -> Scored:
    read = people.read([*request.groups, request.score or ""])
    values = read[people.column(request.score or "")]
    if values.dtype == object:
        raise InputError("audit.no_score", column=request.score or "")
    outcome = people.truths(counting.outcome) if counting.outcome else None
    groups = {name: names_of(read[people.column(name)]) for name in request.groups}
    return Scored(values.astype(np.float64), groups, outcome)


def names_of(column: np.ndarray[Any, Any]) -> list[str | None]:
    """Return the groups of people from a column as it was read; ``None`` where it is missing."""
    if column.dtype == object:
        return [None if one is None else str(one).strip() for one in column.tolist()]
    numbers = cast("list[float]", column.tolist())
    return [
        None if one != one else str(int(one)) if one == int(one) else str(one) for one in numbers
    ]


def limits_of_rows(people: People, request: AuditRequest) -> list[Text]:
    """Return what is wrong with the rows themselves: not read, or of somebody met before."""
    limits: list[Text] = []
    if people.left_out:
        limits.append(Text("audit_limit.rows_left_out", {"rows": people.left_out}))
    if request.person is not None:
        again = people.repeated(request.person)
        if again:
            limits.append(Text("audit_limit.repeated", {"rows": again, "column": request.person}))
    return limits
