"""Measures and legal holds in the register, each with all that happened to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from doorlicht.errors import InputError
from doorlicht.records import Hold, MeasureTaken
from doorlicht.register.reasons import refuse_origin_in
from doorlicht.register.states import subject
from doorlicht.register.tables import holds, measure_events, measures

if TYPE_CHECKING:
    from doorlicht.register.ledger import Writing


@dataclass(frozen=True, slots=True)
class MeasureEvent:
    """A step of a measure: to which state, by whom, when and why."""

    measure: str
    state: str
    reason: str
    content: Mapping[str, Any]
    by: str
    at: datetime


def keep_measures(writing: Writing, made: Sequence[MeasureTaken], *, by: str) -> None:
    """Keep measures that were proposed."""
    for one in made:
        writing.connection.execute(measures.insert().values(**_row(one)))
        _event(writing, one, reason="", content={}, by=by)
    writing.record(
        "measures.proposed", by=by, changed=[subject("measure", one.id) for one in made],
        about=[subject("use", use) for use in dict.fromkeys(one.use for one in made)],
    )  # fmt: skip


def change_measure(
    writing: Writing, measure: MeasureTaken, *, reason: str, content: Mapping[str, Any], by: str
) -> None:
    """Keep a measure as it is now, and the step that made it so.

    Raises
    ------
    RefusedError
        If its reason or proof says the origin of a person.
    """
    refuse_origin_in({"proof": measure.proof})
    writing.connection.execute(
        measures.update().where(measures.c.id == measure.id).values(**_row(measure))
    )
    _event(writing, measure, reason=reason, content=content, by=by)
    writing.record(
        "measure.changed", by=by, changed=[subject("measure", measure.id)],
        about=[subject("use", measure.use)], reason=reason,
    )  # fmt: skip


def read_measures(
    connection: sa.Connection,
    *,
    ids: Collection[str] | None = None,
    uses: Collection[str] | None = None,
) -> list[MeasureTaken]:
    """Return measures, those with the nearest term first."""
    query = sa.select(measures).order_by(measures.c.due.is_(None), measures.c.due, measures.c.id)
    if ids is not None:
        query = query.where(measures.c.id.in_(list(ids)))
    if uses is not None:
        query = query.where(measures.c.use_id.in_(list(uses)))
    return [_measure(row) for row in connection.execute(query)]


def read_measure(connection: sa.Connection, measure: str) -> MeasureTaken:
    """Return one measure.

    Raises
    ------
    InputError
        If there is none of this id.
    """
    found = read_measures(connection, ids=[measure])
    if not found:
        raise InputError("register.no_such_measure", id=measure)
    return found[0]


def read_measure_events(connection: sa.Connection, measure: str) -> list[MeasureEvent]:
    """Return the steps of a measure, oldest first."""
    query = (
        sa.select(measure_events)
        .where(measure_events.c.measure_id == measure)
        .order_by(measure_events.c.id)
    )
    return [
        MeasureEvent(row.measure_id, row.state, row.reason, row.content, row.by, row.at)
        for row in connection.execute(query)
    ]


def keep_hold(writing: Writing, use: str, *, reason: str, by: str) -> None:
    """Lay a legal hold on a use."""
    writing.connection.execute(
        holds.insert().values(
            use_id=use, reason=reason, by=by, at=writing.at,
            lifted_by="", lifted_at=None, lifted_reason="",
        )
    )  # fmt: skip
    writing.record("hold.laid", by=by, changed=[subject("use", use)], reason=reason)


def lift_hold(writing: Writing, hold: Hold, *, reason: str, by: str) -> None:
    """Lift a legal hold."""
    writing.connection.execute(
        holds.update()
        .where(holds.c.id == hold.id)
        .values(lifted_by=by, lifted_at=writing.at, lifted_reason=reason)
    )
    writing.record("hold.lifted", by=by, changed=[subject("use", hold.use)], reason=reason)


def read_holds(connection: sa.Connection, uses: Collection[str] | None = None) -> list[Hold]:
    """Return every hold, also those that were lifted, oldest first."""
    query = sa.select(holds).order_by(holds.c.id)
    if uses is not None:
        query = query.where(holds.c.use_id.in_(list(uses)))
    return [
        Hold(
            row.id, row.use_id, row.reason, row.by, row.at, row.lifted_by, row.lifted_at,
            row.lifted_reason,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _event(
    writing: Writing, measure: MeasureTaken, *, reason: str, content: Mapping[str, Any], by: str
) -> None:
    writing.connection.execute(
        measure_events.insert().values(
            measure_id=measure.id, state=measure.state, reason=reason, content=dict(content),
            by=by, at=writing.at,
        )
    )  # fmt: skip


def _row(one: MeasureTaken) -> dict[str, Any]:
    return {
        "id": one.id, "use_id": one.use, "assessment_id": one.assessment,
        "consequence": one.consequence, "kind": one.kind, "is_held": one.is_held,
        "owner": one.owner, "due": one.due, "proof": one.proof, "verifier": one.verifier,
        "state": one.state,
    }  # fmt: skip


def _measure(row: sa.Row[Any]) -> MeasureTaken:
    return MeasureTaken(
        row.id, row.use_id, row.assessment_id, row.consequence, row.kind, row.is_held, row.owner,
        row.due, row.proof, row.verifier, row.state,
    )  # fmt: skip
