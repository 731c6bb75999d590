"""Findings in the register, and what people decided on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from doorlicht.errors import InputError
from doorlicht.language import Text
from doorlicht.records import Finding, Kind, Location, Signal, TriageDecision
from doorlicht.register.inventory import seen_in
from doorlicht.register.kept import (
    KeptFinding,
    Triage,
    TriageRecord,
)
from doorlicht.register.states import subject
from doorlicht.register.tables import assets, findings, triage_decisions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from doorlicht.register.ledger import Writing


def read_findings(
    connection: sa.Connection,
    *,
    ids: Collection[str] | None = None,
    scan: int | None = None,
    sources: Collection[str] | None = None,
    asset: str | None = None,
    concepts: Collection[str] | None = None,
    kinds: Collection[Kind] | None = None,
    min_probability: float = 0.0,
    triage: Collection[Triage] | None = None,
    include_gone: bool = False,
) -> list[KeptFinding]:
    """Return findings by place (source, table, column), the surest first within a column."""
    query = (
        sa.select(findings, assets.c.source_id, assets.c.path.label("asset_path"))
        .join(assets, findings.c.asset_id == assets.c.id)
        .where(findings.c.probability >= min_probability)
        .order_by(
            assets.c.source_id,
            findings.c.table,
            findings.c.column_index,
            findings.c.probability.desc(),
            findings.c.id,
        )
    )
    if not include_gone:
        query = query.where(findings.c.gone_since_scan.is_(None))
    if ids is not None:
        query = query.where(findings.c.id.in_(ids))
    if scan is not None:
        query = query.where(seen_in(scan, findings, assets.c.source_id))
    if sources is not None:
        query = query.where(assets.c.source_id.in_(sources))
    if asset is not None:
        query = query.where(assets.c.path == asset)
    if concepts is not None:
        query = query.where(findings.c.concept.in_(concepts))
    if kinds is not None:
        query = query.where(findings.c.kind.in_(kinds))
    decided = _decisions(connection)
    kept = [_kept_finding(row, decided.get(row.id, [])) for row in connection.execute(query)]
    return [one for one in kept if triage is None or one.triage in triage]


def read_triage(connection: sa.Connection, finding_id: str) -> list[TriageRecord]:
    """Return every decision on a finding, oldest first; the last one counts."""
    return _decisions(connection, finding_id).get(finding_id, [])


def keep_triage(
    writing: Writing, finding_id: str, decision: TriageDecision, reason: str, by: str
) -> None:
    """Add a decision on a finding; earlier ones stay."""
    if not exists(writing.connection, finding_id):
        raise InputError("register.no_such_finding", id=finding_id)
    values = {"finding_id": finding_id, "decision": decision, "reason": reason, "by": by}
    writing.connection.execute(triage_decisions.insert().values(**values, at=writing.at))
    writing.record(
        "finding.triaged", by=by, changed=[subject("finding", finding_id)], reason=reason
    )


def exists(connection: sa.Connection, finding_id: str) -> bool:
    """Whether the register has the finding, gone or not."""
    query = sa.select(findings.c.id).where(findings.c.id == finding_id)
    return connection.execute(query).scalar() is not None


def _decisions(
    connection: sa.Connection, finding_id: str | None = None
) -> dict[str, list[TriageRecord]]:
    query = sa.select(triage_decisions).order_by(triage_decisions.c.id)
    if finding_id is not None:
        query = query.where(triage_decisions.c.finding_id == finding_id)
    decided: dict[str, list[TriageRecord]] = {}
    for row in connection.execute(query):
        record = TriageRecord(row.finding_id, row.decision, row.reason, row.by, row.at)
        decided.setdefault(row.finding_id, []).append(record)
    return decided


def _kept_finding(row: sa.Row[Any], decisions: Sequence[TriageRecord]) -> KeptFinding:
    signals = tuple(
        Signal(one["name"], one["weight"], Text(one["note"]["key"], one["note"]["params"]))
        for one in row.signals
    )
    return KeptFinding(
        finding=Finding(
            id=row.id,
            location=Location(row.source_id, row.table, row.column, row.column_index),
            concept=row.concept,
            kind=row.kind,
            probability=row.probability,
            signals=signals,
            is_free_text=row.is_free_text,
            is_sampled=row.is_sampled,
        ),
        asset=row.asset_path,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        is_gone=row.gone_since_scan is not None,
        decisions=tuple(decisions),
    )
