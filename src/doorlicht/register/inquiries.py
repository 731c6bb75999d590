"""How far the steps of an inquiry are: every start and end is kept, the last one counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from doorlicht.records import Fault, StepRun
from doorlicht.register import states
from doorlicht.register.stored import made_id
from doorlicht.register.tables import blind_spots, findings, inquiry_steps, scans, uses

if TYPE_CHECKING:
    from datetime import datetime

    from doorlicht.register.ledger import Writing


def keep_step(writing: Writing, inquiry: str, step: StepRun, *, by: str) -> None:
    """Keep how far a step is now."""
    fault = step.fault
    values: dict[str, Any] = {
        "inquiry": inquiry,
        "step": step.name,
        "kind": step.kind,
        "status": step.status,
        "key": step.key,
        "outcome": dict(step.outcome),
        "found": step.found,
        "is_complete": step.is_complete,
        "fault": None if fault is None else {"code": fault.code, "details": dict(fault.details)},
        "process": step.process,
        "by": by,
    }
    made = writing.connection.execute(inquiry_steps.insert().values(**values, at=writing.at))
    writing.record(
        f"inquiry.step_{step.status}", by=by,
        changed=[states.subject("inquiry-step", made_id(made))],
    )  # fmt: skip


def read_steps(connection: sa.Connection, inquiry: str) -> list[StepRun]:
    """Return everything that was kept of the steps of an inquiry, oldest first."""
    query = (
        sa.select(inquiry_steps)
        .where(inquiry_steps.c.inquiry == inquiry)
        .order_by(inquiry_steps.c.id)
    )
    return [
        StepRun(
            row.step, row.kind, row.status, row.key, row.outcome, row.found, row.is_complete,
            None if row.fault is None else Fault(row.fault["code"], row.fault["details"]),
            row.process, row.by, row.at,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def read_gone_findings(connection: sa.Connection, since: datetime, least: float) -> list[str]:
    """Return the findings of at least a probability that scans after a moment saw no more."""
    query = (
        sa.select(findings.c.id)
        .join(scans, scans.c.id == findings.c.gone_since_scan)
        .where(scans.c.started_at > since, findings.c.probability >= least)
        .order_by(findings.c.id)
    )
    return list(connection.scalars(query))


def read_new_blind_spots(connection: sa.Connection, since: datetime | None) -> list[str]:
    """Return where scans after a moment met what they could not look at, and still cannot."""
    query = (
        sa.select(blind_spots.c.source_id, blind_spots.c.path)
        .where(blind_spots.c.gone_since_scan.is_(None))
        .order_by(blind_spots.c.source_id, blind_spots.c.path)
        .distinct()
    )
    if since is not None:
        query = query.join(scans, scans.c.id == blind_spots.c.first_seen_scan).where(
            scans.c.started_at > since
        )
    return [":".join(filter(None, row)) for row in connection.execute(query)]


def read_new_uses(connection: sa.Connection, since: datetime | None) -> list[str]:
    """Return the uses that were proposed or added after a moment."""
    query = sa.select(uses.c.id).order_by(uses.c.made_at, uses.c.id)
    if since is not None:
        query = query.where(uses.c.made_at > since)
    return list(connection.scalars(query))
