"""Audits in the register: each is kept whole, and found by its id or by that of a number in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from doorlicht.errors import InputError
from doorlicht.register import states
from doorlicht.register.tables import audit_numbers, audits

if TYPE_CHECKING:
    from doorlicht.register.ledger import Writing

_ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One audit: by whom, when, of what, and all that it measured, as JSON knows it.

    ``settings`` is ``None`` for one that was made before they were kept.
    """

    id: int
    by: str
    started_at: datetime
    ended_at: datetime
    audit: str
    kind: str
    subject: str
    doorlicht: str
    content: Mapping[str, Any]
    settings: Mapping[str, Any] | None = None


def keep_audit(
    writing: Writing,
    *,
    by: str,
    started_at: datetime,
    doorlicht: str,
    audit: str,
    kind: str,
    subject: str,
    content: Mapping[str, Any],
    settings: Mapping[str, Any] | None,
) -> int:
    """Keep an audit with all its numbers, and return its number."""
    done = writing.connection.execute(
        audits.insert().values(
            by=by, started_at=started_at, ended_at=writing.at, audit_id=audit, kind=kind,
            subject=subject, doorlicht=doorlicht, content=dict(content), settings=settings,
        )
    )  # fmt: skip
    key = done.inserted_primary_key
    if key is None:
        raise RuntimeError("the database gave no number to a new audit")
    number = int(key[0])
    ids = list(dict.fromkeys(one["id"] for one in content["measures"]))
    rows = [{"audit": number, "position": at, "number_id": one} for at, one in enumerate(ids)]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        writing.connection.execute(audit_numbers.insert(), rows[start : start + _ROWS_AT_ONCE])
    writing.record(
        "audit.kept", by=by, changed=[states.subject("audit", number)],
        versions={"doorlicht": doorlicht},
    )  # fmt: skip
    return number


def read_audits(connection: sa.Connection) -> list[AuditRecord]:
    """Return the audits, oldest first."""
    return [_record(row) for row in connection.execute(sa.select(audits).order_by(audits.c.id))]


def read_audit(connection: sa.Connection, wanted: str) -> AuditRecord:
    """Return the last audit of an id, or the last one in which a number has that id.

    Raises
    ------
    InputError
        If there is none.
    """
    query = sa.select(audits).where(audits.c.audit_id == wanted).order_by(audits.c.id.desc())
    found = connection.execute(query.limit(1)).first()
    if found is None:
        holding = sa.select(audit_numbers.c.audit).where(audit_numbers.c.number_id == wanted)
        query = sa.select(audits).where(audits.c.id.in_(holding)).order_by(audits.c.id.desc())
        found = connection.execute(query.limit(1)).first()
    if found is None:
        raise InputError("register.no_such_audit", id=wanted)
    return _record(found)


def _record(row: Any) -> AuditRecord:
    return AuditRecord(
        row.id, row.by, row.started_at, row.ended_at, row.audit_id, row.kind, row.subject,
        row.doorlicht, row.content, row.settings,
    )  # fmt: skip
