"""Who has a role, and what they may not write.

An auditor reads everything and changes nothing but samples and remarks. It is held at the one door
through which all is written, by the name that is given: a second spelling of a name is no other
person (:mod:`doorlicht.records.persons`). Without any role given everybody may do as before.

Limits: whoever can reach the register can call themselves what they like; names are not proven
here. What is written under a name stands in the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

import sqlalchemy as sa

from doorlicht.errors import RefusedError
from doorlicht.records.auditors import Role, RoleEvent
from doorlicht.records.persons import person_key
from doorlicht.register.tables import role_events

AUDITOR_WRITES: Final = frozenset(
    ["sample.frozen", "sample.committed", "sample.drawn", "sample.judged", "remark.made",
     "remark.followed-up", "remark.closed", "remark.reopened"]
)  # fmt: skip
"""Actions of an auditor; what management answers is not among them."""


def read_role_events(connection: sa.Connection) -> list[RoleEvent]:
    """Return who got or lost a role, oldest first."""
    query = sa.select(role_events).order_by(role_events.c.id)
    return [
        RoleEvent(row.name, row.role, row.kind, row.reason, row.by, row.at)
        for row in connection.execute(query)
    ]


def read_roles(connection: sa.Connection) -> dict[tuple[str, Role], str]:
    """Return who has which role now: the name, by the person and the role."""
    held: dict[tuple[str, Role], str] = {}
    query = sa.select(role_events).order_by(role_events.c.id)
    for row in connection.execute(query):
        key = (str(row.person), cast("Role", row.role))
        if row.kind == "given":
            held[key] = row.name
        else:
            held.pop(key, None)
    return held


def refuse_by_role(connection: sa.Connection, acts: Iterable[tuple[str, str]]) -> None:
    """Refuse what an auditor may not write; ``acts`` are who does what.

    Raises
    ------
    RefusedError
        ``role.auditor_reads``.
    """
    if connection.execute(sa.select(role_events.c.id).limit(1)).first() is None:
        return
    held = read_roles(connection)
    for by, action in dict.fromkeys(acts):
        if (person_key(by), "auditor") in held and action not in AUDITOR_WRITES:
            raise RefusedError("role.auditor_reads", by=by, action=action)
