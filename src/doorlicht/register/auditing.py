"""What a register remembers of auditors: samples, roles and remarks.

A part of :class:`doorlicht.register.Register`, reached by its ``auditing``; each method is one
transaction. Nothing of it is ever changed: steps are added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from doorlicht.errors import InputError
from doorlicht.records.auditors import (
    AuditSample,
    Remark,
    RemarkEvent,
    RemarkStep,
    Role,
    RoleEvent,
    SampleEvent,
    SampleStep,
)
from doorlicht.records.persons import person_key
from doorlicht.register.reasons import refuse_origin_of_persons
from doorlicht.register.roles import read_role_events, read_roles, refuse_by_role
from doorlicht.register.states import subject
from doorlicht.register.tables import remark_events, remarks, role_events, sample_events, samples

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from doorlicht.register.ledger import Writing


class Auditing:
    """Reading and writing what belongs to auditors."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[sa.Connection]],
        writing: Callable[[], AbstractContextManager[Writing]],
    ) -> None:
        self._reading = reading
        self._writing = writing

    # Samples.

    def keep_sample(self, sample: AuditSample, *, population_sha256: str) -> None:
        """Keep a population that was frozen, and the plan of its draw."""
        with self._writing() as writing:
            writing.connection.execute(
                samples.insert().values(
                    id=sample.id, kind=sample.kind, population=sample.population,
                    plan=dict(sample.plan), by=sample.by, at=writing.at,
                )
            )  # fmt: skip
            writing.record(
                "sample.frozen", by=sample.by, changed=[subject("sample", sample.id)],
                evidence={"population": population_sha256},
            )  # fmt: skip

    def add_step(
        self,
        sample: str,
        kind: SampleStep,
        content: Mapping[str, Any],
        *,
        by: str,
        evidence: Mapping[str, str] | None = None,
        notes: Sequence[str] = (),
        check: Callable[[AuditSample], None],
    ) -> None:
        """Add a step to a sample; ``check`` refuses it by what is kept at that very moment.

        Parameters
        ----------
        notes
            Texts within the content that a person wrote.
        """
        with self._writing() as writing:
            check(_sample(writing.connection, sample))
            refuse_origin_of_persons(notes)
            writing.connection.execute(
                sample_events.insert().values(
                    sample_id=sample, kind=kind, content=dict(content), by=by, at=writing.at
                )
            )
            writing.record(
                f"sample.{kind}", by=by, changed=[subject("sample", sample)], evidence=evidence
            )

    def samples(self) -> list[AuditSample]:
        """Return the samples, oldest first."""
        with self._reading() as connection:
            return _samples(connection)

    def sample(self, sample: str) -> AuditSample:
        """Return one sample.

        Raises
        ------
        InputError
            If there is none of this id.
        """
        with self._reading() as connection:
            return _sample(connection, sample)

    # Roles.

    def change_role(self, name: str, role: Role, kind: str, *, reason: str, by: str) -> None:
        """Give somebody a role, or take it back."""
        person = person_key(name)
        with self._writing() as writing:
            # Before it is written: nobody takes their own role back and acts without it.
            refuse_by_role(writing.connection, [(by, f"role.{kind}")])
            writing.connection.execute(
                role_events.insert().values(
                    person=person, name=name, role=role, kind=kind, reason=reason, by=by,
                    at=writing.at,
                )
            )  # fmt: skip
            writing.record(f"role.{kind}", by=by, changed=[subject("role", person)], reason=reason)

    def role_events(self) -> list[RoleEvent]:
        """Return who got or lost a role, oldest first."""
        with self._reading() as connection:
            return read_role_events(connection)

    def holders(self, role: Role) -> list[str]:
        """Return who has a role now."""
        with self._reading() as connection:
            return [name for (_, held), name in read_roles(connection).items() if held == role]

    def has_role(self, name: str, role: Role) -> bool:
        """Tell whether somebody has a role, however the name is spelled."""
        return person_key(name) in map(person_key, self.holders(role))

    # Remarks.

    def keep_remark(self, remark: Remark) -> None:
        """Keep a question or finding."""
        with self._writing() as writing:
            writing.connection.execute(
                remarks.insert().values(
                    id=remark.id, kind=remark.kind, about=remark.about, text=remark.text,
                    by=remark.by, at=writing.at,
                )
            )  # fmt: skip
            writing.record(
                "remark.made", by=remark.by, changed=[subject("remark", remark.id)],
                reason=remark.text,
            )  # fmt: skip

    def add_to_remark(
        self, remark: str, kind: RemarkStep, text: str, *, by: str, check: Callable[[Remark], None]
    ) -> None:
        """Add a step to a remark; ``check`` refuses it by what is kept at that very moment."""
        with self._writing() as writing:
            check(_remark(writing.connection, remark))
            writing.connection.execute(
                remark_events.insert().values(
                    remark_id=remark, kind=kind, text=text, by=by, at=writing.at
                )
            )
            writing.record(
                f"remark.{kind}", by=by, changed=[subject("remark", remark)], reason=text
            )

    def remarks(self) -> list[Remark]:
        """Return the remarks, oldest first."""
        with self._reading() as connection:
            return _remarks(connection)

    def remark(self, remark: str) -> Remark:
        """Return one remark.

        Raises
        ------
        InputError
            If there is none of this id.
        """
        with self._reading() as connection:
            return _remark(connection, remark)


def _samples(connection: sa.Connection, only: str | None = None) -> list[AuditSample]:
    query = sa.select(samples).order_by(samples.c.at, samples.c.id)
    steps = sa.select(sample_events).order_by(sample_events.c.id)
    if only is not None:
        query = query.where(samples.c.id == only)
        steps = steps.where(sample_events.c.sample_id == only)
    events: dict[str, list[SampleEvent]] = {}
    for row in connection.execute(steps):
        event = SampleEvent(row.kind, row.content, row.by, row.at)
        events.setdefault(row.sample_id, []).append(event)
    return [
        AuditSample(row.id, row.kind, row.population, row.plan, row.by, row.at,
                    tuple(events.get(row.id, ())))
        for row in connection.execute(query)
    ]  # fmt: skip


def _sample(connection: sa.Connection, sample: str) -> AuditSample:
    found = _samples(connection, sample)
    if not found:
        raise InputError("sample.unknown", id=sample)
    return found[0]


def _remarks(connection: sa.Connection, only: str | None = None) -> list[Remark]:
    query = sa.select(remarks).order_by(remarks.c.at, remarks.c.id)
    steps = sa.select(remark_events).order_by(remark_events.c.id)
    if only is not None:
        query = query.where(remarks.c.id == only)
        steps = steps.where(remark_events.c.remark_id == only)
    events: dict[str, list[RemarkEvent]] = {}
    for row in connection.execute(steps):
        event = RemarkEvent(row.kind, row.text, row.by, row.at)
        events.setdefault(row.remark_id, []).append(event)
    return [
        Remark(row.id, row.kind, row.about, row.text, row.by, row.at,
               tuple(events.get(row.id, ())))
        for row in connection.execute(query)
    ]  # fmt: skip


def _remark(connection: sa.Connection, remark: str) -> Remark:
    found = _remarks(connection, remark)
    if not found:
        raise InputError("remark.unknown", id=remark)
    return found[0]
