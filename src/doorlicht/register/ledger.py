"""The ledger in the register: the one way to write, with its entry in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from doorlicht.evidence import LedgerEntry, next_entry
from doorlicht.register.tables import ledger_entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime


@dataclass(slots=True)
class Writing:
    """A transaction that changes the register: its connection, its moment, and who does it."""

    connection: sa.Connection
    at: datetime
    entries: list[LedgerEntry] = field(default_factory=list[LedgerEntry])

    def record(self, action: str, *, by: str, subjects: Sequence[str], content: object) -> None:
        """Add the ledger entry of what was written in this transaction.

        Parameters
        ----------
        action
            What was done, for instance ``asset.kept``.
        subjects
            Ids with their kind, for instance ``finding:F-...``.
        content
            What was written, as JSON knows it; only its hash is kept.
        """
        last = self.entries[-1] if self.entries else last_entry(self.connection)
        entry = next_entry(
            last, at=self.at, by=by, action=action, subjects=subjects, content=content
        )
        self.connection.execute(
            ledger_entries.insert(),
            {
                "number": entry.number,
                "at": entry.at,
                "by": entry.by,
                "action": entry.action,
                "subjects": list(entry.subjects),
                "content_sha256": entry.content_sha256,
                "previous_hash": entry.previous_hash,
                "hash": entry.hash,
            },
        )
        self.entries.append(entry)


def last_entry(connection: sa.Connection) -> LedgerEntry | None:
    """Return the entry with the highest number."""
    row = connection.execute(
        sa.select(ledger_entries).order_by(ledger_entries.c.number.desc()).limit(1)
    ).one_or_none()
    return None if row is None else _entry_of(row)


def read_entries(connection: sa.Connection, *, after: int = 0) -> Iterator[LedgerEntry]:
    """Yield the entries behind number ``after``, in order."""
    query = (
        sa.select(ledger_entries)
        .where(ledger_entries.c.number > after)
        .order_by(ledger_entries.c.number)
    )
    for row in connection.execution_options(yield_per=1000).execute(query):
        yield _entry_of(row)


def lock_writers_out(connection: sa.Connection) -> None:
    """Let other writers wait until this transaction ends, so that the chain has no forks.

    SQLite has one writer at a time by itself.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE ledger_entries IN EXCLUSIVE MODE"))


def _entry_of(row: sa.Row[tuple[object, ...]]) -> LedgerEntry:
    return LedgerEntry(
        number=row.number,
        at=row.at,
        by=row.by,
        action=row.action,
        subjects=tuple(row.subjects),
        content_sha256=row.content_sha256,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
