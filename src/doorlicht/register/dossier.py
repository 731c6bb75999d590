"""The dossier in the register: units, scope, campaigns, and what Parliament asked.

Each record is kept whole, as JSON of its own form, with all that happened to it beside it. They are
few (some thousands for a ministry), are read together, and get fields as inquiries ask for them: a
table for each kind would be a migration for each of those.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import sqlalchemy as sa
from pydantic import TypeAdapter

from doorlicht.errors import InputError, nearest
from doorlicht.records import (
    Assignment,
    Campaign,
    Commitment,
    InventoryStep,
    Letter,
    Motion,
    NilStatement,
    OrganisationUnit,
    PlanOfApproach,
    QuestionSet,
    Recess,
    ScopeDecision,
)
from doorlicht.register.reasons import refuse_origin_of_persons
from doorlicht.register.states import KEYS_AT_ONCE, subject
from doorlicht.register.tables import dossier_events, dossier_records

if TYPE_CHECKING:
    from doorlicht.register.ledger import Writing

DossierRecord = (
    Assignment | Campaign | Commitment | InventoryStep | Letter | Motion | NilStatement
    | OrganisationUnit | PlanOfApproach | QuestionSet | Recess | ScopeDecision
)  # fmt: skip

RecordT = TypeVar("RecordT", bound=DossierRecord)

KINDS: Final[Mapping[str, type[DossierRecord]]] = {
    "unit": OrganisationUnit,
    "scope": ScopeDecision,
    "assignment": Assignment,
    "campaign": Campaign,
    "plan": PlanOfApproach,
    "step": InventoryStep,
    "nil_statement": NilStatement,
    "motion": Motion,
    "commitment": Commitment,
    "questions": QuestionSet,
    "letter": Letter,
    "recess": Recess,
}
"""What each kind is called in the register and the ledger."""

_KIND_OF: Final = {made: kind for kind, made in KINDS.items()}


@dataclass(frozen=True, slots=True)
class DossierEvent:
    """Something that happened to a record: by whom, when and why."""

    key: str
    action: str
    reason: str
    by: str
    at: datetime


def record_key(record: DossierRecord) -> str:
    """Return what a record is known by: its kind, and what tells it from others of the kind.

    Examples
    --------
    >>> record_key(OrganisationUnit("dgx", "DG X"))
    'unit/dgx@'
    """
    kind = _KIND_OF[type(record)]
    if isinstance(record, OrganisationUnit):
        return f"{kind}/{record.id}@{record.since or ''}"
    if isinstance(record, Assignment):
        return f"{kind}/{record.obligation}@{record.on}"
    if isinstance(record, Recess):
        return f"{kind}/{record.name}"
    return f"{kind}/{record.id}"


def keep_records(
    writing: Writing, kept: Sequence[DossierRecord], *, action: str, reason: str, by: str
) -> None:
    """Keep records as they are now, in the place of what was known of them.

    Raises
    ------
    RefusedError
        If a reason or finding in one of them says the origin of a person.
    """
    refuse_origin_of_persons(dict.fromkeys(text for one in kept for text in _reasons(one)))
    known = _known_keys(writing.connection, [record_key(one) for one in kept])
    for one in kept:
        key = record_key(one)
        values = {"content": record_tree(one), "changed_by": by, "changed_at": writing.at}
        if key in known:
            writing.connection.execute(
                dossier_records.update().where(dossier_records.c.key == key).values(**values)
            )
        else:
            kind = _KIND_OF[type(one)]
            writing.connection.execute(
                dossier_records.insert().values(key=key, kind=kind, **values)
            )
        writing.connection.execute(
            dossier_events.insert().values(
                record_key=key, action=action, reason=reason, by=by, at=writing.at
            )
        )
    changed = [subject("record", record_key(one)) for one in kept]
    writing.record(f"dossier.{action}", by=by, changed=changed, reason=reason)


def _reasons(record: DossierRecord) -> list[str]:
    """Return what people wrote in a record to say why, or what they found."""
    if isinstance(record, (Assignment, InventoryStep, ScopeDecision)):
        return [record.reason]
    if isinstance(record, NilStatement):
        return [record.finding]
    if isinstance(record, QuestionSet):
        return [one.reason for one in record.questions]
    return []


def read_records(connection: sa.Connection, made: type[RecordT]) -> list[RecordT]:
    """Return every record of a kind, in the order in which they were first kept."""
    query = (
        sa.select(dossier_records.c.content)
        .where(dossier_records.c.kind == _KIND_OF[made])
        .order_by(dossier_records.c.id)
    )
    adapter = _adapter(made)
    return [cast("RecordT", adapter.validate_python(tree)) for tree in connection.scalars(query)]


def read_events(connection: sa.Connection, key: str) -> list[DossierEvent]:
    """Return what happened to a record, oldest first."""
    query = (
        sa.select(dossier_events)
        .where(dossier_events.c.record_key == key)
        .order_by(dossier_events.c.id)
    )
    return [
        DossierEvent(row.record_key, row.action, row.reason, row.by, row.at)
        for row in connection.execute(query)
    ]


def read_last_actions(connection: sa.Connection) -> dict[str, str]:
    """Return by what each record became as it is: the last action on it, by its key."""
    last = (
        sa.select(sa.func.max(dossier_events.c.id))
        .group_by(dossier_events.c.record_key)
        .scalar_subquery()
    )
    query = sa.select(dossier_events.c.record_key, dossier_events.c.action).where(
        dossier_events.c.id.in_(last)
    )
    return {row.record_key: row.action for row in connection.execute(query)}


def _known_keys(connection: sa.Connection, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        query = sa.select(dossier_records.c.key).where(
            dossier_records.c.key.in_(keys[start : start + KEYS_AT_ONCE])
        )
        found.update(connection.scalars(query))
    return found


@cache
def _adapter(made: type[DossierRecord]) -> TypeAdapter[DossierRecord]:
    return TypeAdapter(made)


def record_tree(record: DossierRecord) -> dict[str, Any]:
    """Return a record as a tree of JSON.

    Examples
    --------
    >>> from datetime import date
    >>> record_tree(Recess("May", date(2026, 5, 1), date(2026, 5, 11)))["until"]
    '2026-05-11'
    """
    return _adapter(type(record)).dump_python(record, mode="json")


class Dossiers:
    """Reading and writing what belongs to a dossier; each method is one transaction.

    A part of :class:`doorlicht.register.Register`, reached by its ``dossier``.
    """

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[sa.Connection]],
        writing: Callable[[], AbstractContextManager[Writing]],
    ) -> None:
        self._reading = reading
        self._writing = writing

    def keep(
        self, records: Collection[DossierRecord], *, action: str, by: str, reason: str = ""
    ) -> int:
        """Keep records that are new or differ from what is known; return how many.

        Nothing is written where nothing differs. Of two with the same key the last one counts.
        """
        wanted = {record_key(one): one for one in records}
        with self._reading() as connection:
            known = {
                record_key(one): one
                for made in {type(one) for one in wanted.values()}
                for one in read_records(connection, made)
            }
        kept = [one for key, one in wanted.items() if known.get(key) != one]
        if kept:
            with self._writing() as writing:
                keep_records(writing, kept, action=action, reason=reason, by=by)
        return len(kept)

    def all(self, made: type[RecordT]) -> list[RecordT]:
        """Return every record of a kind."""
        with self._reading() as connection:
            return read_records(connection, made)

    def find(self, made: type[RecordT], name: str) -> RecordT:
        """Return the record of a kind with an id.

        Raises
        ------
        InputError
            If there is none.
        """
        kind = _KIND_OF[made]
        named = {record_key(one).partition("/")[2]: one for one in self.all(made)}
        if name not in named:
            raise InputError(f"dossier.no_such_{kind}", id=name, nearest=nearest(name, named))
        return named[name]

    def last_actions(self) -> dict[str, str]:
        """Return by what each record became as it is: the last action on it, by its key."""
        with self._reading() as connection:
            return read_last_actions(connection)

    def events(self, record: DossierRecord) -> list[DossierEvent]:
        """Return what happened to a record, oldest first."""
        with self._reading() as connection:
            return read_events(connection, record_key(record))
