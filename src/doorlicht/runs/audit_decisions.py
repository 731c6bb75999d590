"""Decisions that were made: people counted where they lie, and whom the decisions picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from doorlicht.errors import InputError
from doorlicht.language import Text
from doorlicht.records import AuditReport, BlindSpot
from doorlicht.runs.audit_measures import Scored, measure_cells
from doorlicht.runs.audit_request import AuditProgress, AuditRequest, Tell
from doorlicht.sources.people import People
from doorlicht.sources.people_marks import Counting

MAX_SHEETS_TOLD: Final = 5


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
    groups = columns_of(people, request.groups)
    counting = Counting(
        (*groups, *columns_of(people, request.explained_by)),
        people.mark(selected),
        people.mark(request.outcome) if request.outcome else None,
        people.mark(request.sampled) if request.sampled else None,
        people.column(request.weights) if request.weights else None,
    )
    tell(AuditProgress("count"))
    cells = people.count(counting)
    limits, unread = limits_of_rows(people, request), rows_not_read(people)
    tell(AuditProgress("measure"))
    scored = None
    if request.score is not None:
        scored = _scored(people, request.score, counting, groups)
    report = measure_cells(cells, groups, request, scored=scored)
    return replace(
        report, limits=(*limits, *report.limits), blind_spots=(*report.blind_spots, *unread)
    )


def columns_of(people: People, names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns as the table writes them, each once.

    Raises
    ------
    InputError
        If one is not there.
    """
    return tuple(dict.fromkeys(people.column(name) for name in names))


def _scored(people: People, score: str, counting: Counting, groups: tuple[str, ...]) -> Scored:
    name = people.column(score)
    values = people.read([name])[name]
    if values.dtype == object:
        raise InputError("audit.no_score", column=score)
    outcome = people.truths(counting.outcome) if counting.outcome else None
    return Scored(values.astype(np.float64), {one: people.texts(one) for one in groups}, outcome)


def limits_of_rows(people: People, request: AuditRequest) -> list[Text]:
    """Return what is wrong with the rows: on another sheet, or of somebody met before."""
    limits = other_sheets(people)
    if request.person is not None:
        again, unknown = people.repeated(request.person)
        for key, rows in (("repeated", again), ("no_person", unknown)):
            if rows:
                params: dict[str, str | int | float] = {"rows": rows, "column": request.person}
                limits.append(Text(f"audit_limit.{key}", params))
    return limits


def other_sheets(people: People) -> list[Text]:
    """Return that a file has other sheets, which were not measured; nothing where it has none."""
    if not people.sheet:
        return []
    sheets = ", ".join(people.other_sheets[:MAX_SHEETS_TOLD])
    n = len(people.other_sheets)
    return [Text("audit_limit.other_sheets", {"sheet": people.sheet, "sheets": sheets, "n": n})]


def rows_not_read(people: People) -> tuple[BlindSpot, ...]:
    """Return, after the pass that counts, that rows could not be read; nothing where all were."""
    rows = people.left_out
    return (BlindSpot("", people.path, "rows.unreadable", {"rows": rows}),) if rows else ()
