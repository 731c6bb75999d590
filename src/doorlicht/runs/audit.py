"""The audit: people counted where they lie, a model opened and not run, and everything measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import doorlicht
from doorlicht.errors import InputError
from doorlicht.records import AuditReport
from doorlicht.register import check_register, open_register
from doorlicht.reports.audit_json import render_audit_json
from doorlicht.runs.audit_aggregates import audit_aggregates
from doorlicht.runs.audit_decisions import audit_decisions
from doorlicht.runs.audit_models import audit_model
from doorlicht.runs.audit_published import audit_published
from doorlicht.runs.audit_request import AuditProgress, AuditRequest, Tell, settings_of
from doorlicht.runs.audit_unasked import audit_without_groups
from doorlicht.runs.model_cards import with_prints
from doorlicht.runs.recorded import audit_settings
from doorlicht.sources.people import open_people

LEVELS: Final = (0.5, 0.9999)
"""Between what levels an interval says anything."""


def _silent(progress: AuditProgress) -> None:
    del progress


def _now() -> datetime:
    return datetime.now(UTC)


def audit(
    request: AuditRequest,
    on_progress: Tell = _silent,
    *,
    clock: Callable[[], datetime] = _now,
) -> AuditReport:
    """Measure whom a selection picks and a model uses, keep it, and return it.

    Raises
    ------
    InputError
        If a file, column, group or threshold is not there, or a mark says neither yes nor no.
    SourceError
        If a table cannot be read to its end.
    """
    started = clock()
    check_numbers(request)
    if request.register is not None:
        check_register(request.register, clock=clock)
    if request.published is not None:
        on_progress(AuditProgress("measure"))
        report = audit_published(request.published)
    elif request.aggregates is not None:
        if request.spec is None:
            raise InputError("audit.no_spec")
        on_progress(AuditProgress("measure"))
        report = audit_aggregates(request.aggregates, request.spec)
    elif request.without_groups:
        if request.selected is None:
            raise InputError("audit.no_selection")
        on_progress(AuditProgress("search"))
        with open_people(request.subject, request.limits) as people:
            report = audit_without_groups(
                people, request.subject, request.selected, outcome=request.outcome,
                leave_out=tuple(request.leave_out), level=request.level,
                settings=settings_of(request),
            )  # fmt: skip
    elif request.data is not None:
        report = audit_model(request, on_progress)
        report = with_prints(report, model=request.subject, data=request.data)
    else:
        on_progress(AuditProgress("open"))
        with open_people(request.subject, request.limits) as people:
            report = audit_decisions(people, request, on_progress)
    if request.register is not None:
        keep_audit(
            report, request.register, by=request.by, started_at=started, clock=clock,
            settings=audit_settings(request, report),
        )  # fmt: skip
    return report


def check_numbers(request: AuditRequest) -> None:
    """Refuse numbers that nothing can be measured with."""
    for name, number in (("--level", request.level), ("--threshold", request.threshold)):
        if number is not None and not math.isfinite(number):
            raise InputError("audit.endless", option=name)
    if not LEVELS[0] <= request.level <= LEVELS[1]:
        raise InputError("audit.level", low=LEVELS[0], high=LEVELS[1])


def keep_audit(
    report: AuditReport,
    register: str | Path | None,
    *,
    by: str,
    started_at: datetime,
    settings: Mapping[str, Any],
    clock: Callable[[], datetime] = _now,
) -> None:
    """Keep an audit in the register, if there is one.

    Parameters
    ----------
    settings
        With what it can be repeated: see :mod:`doorlicht.runs.recorded`.
    """
    if register is None:
        return
    kept = open_register(register, clock=clock)
    try:
        kept.keep_audit(
            by=by, started_at=started_at, doorlicht=doorlicht.__version__, audit=report.id,
            kind=report.kind, subject=report.subject,
            content=render_audit_json(report, None, doorlicht=doorlicht.__version__),
            settings=settings,
        )  # fmt: skip
    finally:
        kept.close()
