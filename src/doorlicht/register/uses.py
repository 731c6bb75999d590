"""Uses in the register: what was proposed, what people made of it, and what they answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from doorlicht.errors import InputError
from doorlicht.records import Answer, Use
from doorlicht.register.reasons import refuse_origin_in
from doorlicht.register.states import subject
from doorlicht.register.tables import dossier_records, units, use_answers, use_events, uses

if TYPE_CHECKING:
    from doorlicht.register.ledger import Writing

_ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class UseEvent:
    """Something that happened to a use: by whom, when and why."""

    use: str
    action: str
    reason: str
    content: Mapping[str, Any]
    by: str
    at: datetime


def keep_proposed(writing: Writing, proposed: Sequence[Use], *, by: str) -> tuple[int, int]:
    """Keep uses that are new, and new evidence of those that are known; return how many of each.

    What people made of a use stays as it is: a rejected or merged use is not proposed again.
    """
    known = {one.id: one for one in read_uses(writing.connection)}
    new = [one for one in proposed if one.id not in known]
    more = [with_more(known[one.id], one) for one in proposed if has_more(known.get(one.id), one)]
    for start in range(0, len(new), _ROWS_AT_ONCE):
        batch = new[start : start + _ROWS_AT_ONCE]
        writing.connection.execute(
            uses.insert(), [{**_row(one), "made_by": by, "made_at": writing.at} for one in batch]
        )
    for one in more:
        writing.connection.execute(
            uses.update().where(uses.c.id == one.id).values(evidence=list(one.evidence))
        )
    writing.record(
        "uses.proposed", by=by, changed=[subject("use", one.id) for one in [*new, *more]],
    )  # fmt: skip
    return len(new), len(more)


def has_more(known: Use | None, proposed: Use) -> bool:
    """Whether a proposal brings evidence that a known use lacks.

    Examples
    --------
    >>> one = Use("U-1", "nationality", "m", "M-1", "score", evidence=("FL-1",))
    >>> has_more(one, one), has_more(None, one), has_more(replace(one, evidence=()), one)
    (False, False, True)
    """
    return (
        known is not None and known.is_open and bool(set(proposed.evidence) - set(known.evidence))
    )


def with_more(known: Use, proposed: Use) -> Use:
    """Return a known use with the evidence of a proposal."""
    return replace(known, evidence=tuple(dict.fromkeys([*known.evidence, *proposed.evidence])))


def read_uses(
    connection: sa.Connection,
    *,
    ids: Collection[str] | None = None,
    statuses: Collection[str] | None = None,
) -> list[Use]:
    """Return uses in the order in which they were proposed."""
    query = sa.select(uses).order_by(uses.c.made_at, uses.c.processing, uses.c.concept, uses.c.id)
    if ids is not None:
        query = query.where(uses.c.id.in_(list(ids)))
    if statuses is not None:
        query = query.where(uses.c.status.in_(list(statuses)))
    return [_use(row) for row in connection.execute(query)]


def read_dates(connection: sa.Connection) -> dict[str, date]:
    """Return on which day each use was proposed or added."""
    return {row.id: row.made_at.date() for row in connection.execute(sa.select(uses))}


def read_use(connection: sa.Connection, use: str) -> Use:
    """Return one use.

    Raises
    ------
    InputError
        If there is none of this id.
    """
    found = read_uses(connection, ids=[use])
    if not found:
        raise InputError("register.no_such_use", id=use)
    return found[0]


def change_uses(
    writing: Writing,
    action: str,
    *,
    changed: Sequence[Use],
    made: Sequence[Use] = (),
    reason: str,
    by: str,
    content: Mapping[str, Any] | None = None,
) -> None:
    """Keep what a person made of uses: how they are now, and which new ones came of it.

    Raises
    ------
    InputError
        If one that is new is there already.
    RefusedError
        If what somebody wrote of one says the origin of a person.
    """
    _refuse_origin(writing.connection, changed, made)
    for one in made:
        exists = read_uses(writing.connection, ids=[one.id])
        if exists:
            raise InputError("register.use_exists", id=one.id)
        writing.connection.execute(
            uses.insert().values(**_row(one), made_by=by, made_at=writing.at)
        )
    for one in changed:
        writing.connection.execute(uses.update().where(uses.c.id == one.id).values(**_row(one)))
    happened = dict(content or {})
    for one in [*changed, *made]:
        writing.connection.execute(
            use_events.insert().values(
                use_id=one.id, action=action, reason=reason, content=happened, by=by, at=writing.at
            )
        )
    writing.record(
        f"use.{action}", by=by, changed=[subject("use", one.id) for one in [*changed, *made]],
        reason=reason,
    )  # fmt: skip


def _refuse_origin(connection: sa.Connection, changed: Sequence[Use], made: Sequence[Use]) -> None:
    """Read what people wrote of uses: what is new there, and no unit that the register knows.

    A unit is often called after a country or an island, and names nobody by that.
    """
    known = read_uses(connection, ids=[one.id for one in changed])
    said = {text for one in known for text in (one.purpose, one.unit, one.processing)}
    rows = connection.execute(sa.select(units.c.id, units.c.name))
    said.update(text for row in rows for text in row)
    for key in connection.scalars(
        sa.select(dossier_records.c.content).where(dossier_records.c.kind == "unit")
    ):
        said.update((str(key["id"]), str(key["name"])))
    for one in (*changed, *made):
        texts = {"purpose": one.purpose, "unit": one.unit, "processing": one.processing}
        refuse_origin_in({name: text for name, text in texts.items() if text not in said})


def read_events(connection: sa.Connection, use: str) -> list[UseEvent]:
    """Return what happened to a use, oldest first."""
    query = sa.select(use_events).where(use_events.c.use_id == use).order_by(use_events.c.id)
    return [
        UseEvent(row.use_id, row.action, row.reason, row.content, row.by, row.at)
        for row in connection.execute(query)
    ]


def keep_answers(writing: Writing, use: str, answers: Sequence[Answer], *, by: str) -> None:
    """Keep answers on facts of a use; earlier ones stay.

    Raises
    ------
    InputError
        If there is no such use.
    RefusedError
        If a note, or a title of what an answer rests on, says the origin of a person.
    """
    for one in answers:
        refuse_origin_in({"evidence": "; ".join(one.evidence)})
    read_use(writing.connection, use)
    rows = [
        {
            "use_id": use, "fact": one.fact, "value": one.value, "source": one.source,
            "evidence": list(one.evidence), "note": one.note, "by": one.by, "at": writing.at,
        }
        for one in answers
    ]  # fmt: skip
    writing.connection.execute(use_answers.insert(), rows)
    writing.record(
        "use.answered", by=by, changed=[subject("use", use)],
        reason="; ".join(dict.fromkeys(one.note for one in answers if one.note)),
    )  # fmt: skip


def read_answers(
    connection: sa.Connection, uses_wanted: Collection[str] | None = None
) -> dict[str, list[Answer]]:
    """Return every answer by use, oldest first; the last one on a fact counts."""
    query = sa.select(use_answers).order_by(use_answers.c.id)
    if uses_wanted is not None:
        query = query.where(use_answers.c.use_id.in_(list(uses_wanted)))
    found: dict[str, list[Answer]] = {}
    for row in connection.execute(query):
        answer = Answer(
            row.fact, row.value, row.by, row.at, row.source, tuple(row.evidence), row.note
        )
        found.setdefault(row.use_id, []).append(answer)
    return found


def _row(use: Use) -> dict[str, Any]:
    return {
        "id": use.id, "status": use.status, "concept": use.concept, "processing": use.processing,
        "processing_id": use.processing_id, "observed_role": use.observed_role,
        "declared_role": use.declared_role, "unit": use.unit, "purpose": use.purpose,
        "since": use.since, "until": use.until, "evidence": list(use.evidence),
        "into": list(use.into),
    }  # fmt: skip


def _use(row: sa.Row[Any]) -> Use:
    return Use(
        row.id, row.concept, row.processing, row.processing_id, row.observed_role, row.unit,
        row.declared_role, row.purpose, row.since, row.until, tuple(row.evidence), row.status,
        tuple(row.into),
    )  # fmt: skip
