"""The ledger in the register: the one way to write, with its entry in the same transaction.

An entry has the state of each subject that was changed, before and after; see
:mod:`doorlicht.register.states`. The entries are the leaves of a Merkle tree, of which the hashes
of full subtrees are kept (:mod:`doorlicht.register.log`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from doorlicht.evidence import START, Change, Draft, entry_hash, entry_line
from doorlicht.register.log import keep_full_subtrees, subject_rows
from doorlicht.register.reasons import refuse_origin_of_persons
from doorlicht.register.roles import refuse_by_role
from doorlicht.register.states import (
    KEYS_AT_ONCE,
    SEALED,
    Subject,
    read_records,
    read_subjects,
    state_of,
)
from doorlicht.register.stored import insert_all
from doorlicht.register.tables import ledger_entries, ledger_states, ledger_subjects
from doorlicht.version import __version__

if TYPE_CHECKING:
    from datetime import datetime

SEALED_BY: Final = "doorlicht"
"""In whose name a register that is brought up to date seals what it holds."""


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to the register in one go, of which one entry is made.

    Attributes
    ----------
    action
        For instance ``asset.kept``.
    changed
        Subjects of which something was written.
    about
        What it is about as well, without changing it.
    reason
        Why, in the words of who did it.
    evidence
        SHA-256 of what it rests on and the register does not keep, by a name.
    versions
        Editions that were used; the version of doorlicht is added.
    """

    action: str
    by: str
    changed: Sequence[Subject] = ()
    about: Sequence[Subject] = ()
    reason: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict[str, str])
    versions: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class Writing:
    """A transaction that changes the register: its connection, its moment, and its entries."""

    connection: sa.Connection
    at: datetime
    entries: int = 0

    def record(
        self,
        action: str,
        *,
        by: str,
        changed: Sequence[Subject] = (),
        about: Sequence[Subject] = (),
        reason: str = "",
        evidence: Mapping[str, str] | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        """Add the ledger entry of what was written in this transaction; see :class:`Act`."""
        self.record_all([Act(action, by, changed, about, reason, evidence or {}, versions or {})])

    def record_all(self, acts: Sequence[Act]) -> None:
        """Add an entry for each of many acts that were written in this transaction.

        Raises
        ------
        ValueError
            If two of them changed the same subject: its state in between is not known any more.
        RefusedError
            If a reason says the origin of a person, or an auditor writes what an auditor may not.
        """
        refuse_by_role(self.connection, ((act.by, act.action) for act in acts))
        refuse_origin_of_persons(dict.fromkeys(act.reason for act in acts))
        changed = _named(one for act in acts for one in act.changed)
        before = _kept_states(self.connection, changed)
        after = _states_now(self.connection, changed)
        if sum(len(dict.fromkeys(act.changed)) for act in acts) != len(after):
            raise ValueError("a subject changed twice, and there is one state of it to record")
        first, previous = last_number_and_hash(self.connection)
        rows: list[dict[str, object]] = []
        about: list[dict[str, int]] = []
        last_change: dict[str, int] = {}
        for number, act in enumerate(acts, start=first + 1):
            draft = _draft(act, changed, before, after)
            last_change.update((one.subject, number) for one in draft.changes)
            about += subject_rows(
                number, (*(one.subject for one in draft.changes), *draft.subjects)
            )
            line = entry_line(draft, number, self.at, previous)
            previous = entry_hash(line, 2)
            rows.append(
                {
                    "number": number, "at": self.at, "by": act.by, "action": act.action,
                    "hash": previous, "line": line,
                }
            )  # fmt: skip
        insert_all(self.connection, _ENTRIES, rows)
        insert_all(self.connection, _SUBJECTS, about)
        if rows:
            keep_full_subtrees(self.connection, first, first + len(rows))
        _keep_states(self.connection, changed, after, last_change)
        self.entries += len(rows)


def seal_all(writing: Writing) -> None:
    """Make entries of the state of everything that a register holds and no entry has a state of.

    For a register of before entries had states. A subject of each kind goes into each entry.
    """
    for sealed in SEALED:
        for batch in read_subjects(writing.connection, sealed.kind):
            writing.record("register.sealed", by=SEALED_BY, changed=batch)


def last_number_and_hash(connection: sa.Connection) -> tuple[int, str]:
    """Return the number and hash of the last entry."""
    row = connection.execute(_LAST).first()
    return (0, START) if row is None else (row.number, row.hash)


def lock_writers_out(connection: sa.Connection) -> None:
    """Let other writers wait until this transaction ends, so that the chain has no forks.

    SQLite has one writer at a time by itself.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE ledger_entries IN EXCLUSIVE MODE"))


def state_key(subject: str) -> str:
    """Return under which key the state of a subject is kept.

    Examples
    --------
    >>> state_key("scan:3")[:8]
    'd066e9f2'
    """
    return hashlib.sha256(subject.encode()).hexdigest()


class _Named(NamedTuple):
    """How entries name a subject, and under which key its state is kept."""

    name: str
    key: str


def _named(subjects: Iterable[Subject]) -> dict[Subject, _Named]:
    named: dict[Subject, _Named] = {}
    for one in subjects:
        if one not in named:
            name = str(one)
            named[one] = _Named(name, state_key(name))
    return named


def _draft(
    act: Act,
    changed: Mapping[Subject, _Named],
    before: Mapping[str, str | None],
    after: Mapping[Subject, str | None],
) -> Draft:
    changes: list[Change] = []
    unchanged: list[str] = []
    for one in dict.fromkeys(act.changed):
        name, key = changed[one]
        change = Change(name, before.get(key), after[one])
        if change.before == change.after:
            unchanged.append(name)
        else:
            changes.append(change)
    subjects = dict.fromkeys([*unchanged, *map(str, act.about)])
    versions = {"doorlicht": __version__, **act.versions}
    return Draft(act.action, act.by, changes, list(subjects), act.reason, act.evidence, versions)


def _states_now(
    connection: sa.Connection, subjects: Iterable[Subject]
) -> dict[Subject, str | None]:
    by_kind: dict[str, list[Subject]] = {}
    for one in subjects:
        by_kind.setdefault(one.kind, []).append(one)
    states: dict[Subject, str | None] = {}
    for kind, some in by_kind.items():
        records = read_records(connection, kind, [one.key for one in some])
        states.update((one, state_of(records.get(one.key, {}))) for one in some)
    return states


def _kept_states(
    connection: sa.Connection, changed: Mapping[Subject, _Named]
) -> dict[str, str | None]:
    keys = [key for _, key in changed.values()]
    states: dict[str, str | None] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = {"keys": keys[start : start + KEYS_AT_ONCE]}
        states.update((key, state) for key, state in connection.execute(_STATES, some))
    return states


def _keep_states(
    connection: sa.Connection,
    changed: Mapping[Subject, _Named],
    after: Mapping[Subject, str | None],
    last_change: Mapping[str, int],
) -> None:
    lost: list[dict[str, object]] = []
    kept: list[dict[str, object]] = []
    for one, (name, key) in changed.items():
        number, state = last_change.get(name), after[one]
        if number is None:
            continue
        if state is None:
            lost.append({"lost_key": key})
        else:
            kept.append({"key": key, "subject": name, "hash": state, "number": number})
    if lost:
        connection.execute(
            ledger_states.delete().where(ledger_states.c.key == sa.bindparam("lost_key")), lost
        )
    if kept:
        insert_all(connection, _renewal(connection.dialect.name), kept)


# Made once: what a statement is known by in the cache of SQLAlchemy is found out only once then.
_LAST: Final = (
    sa.select(ledger_entries.c.number, ledger_entries.c.hash)
    .order_by(ledger_entries.c.number.desc())
    .limit(1)
)
_STATES: Final = sa.select(ledger_states.c.key, ledger_states.c.hash).where(
    ledger_states.c.key.in_(sa.bindparam("keys", expanding=True))
)
_ENTRIES: Final = ledger_entries.insert()
_SUBJECTS: Final = ledger_subjects.insert()


@cache
def _renewal(dialect: str) -> sa.Insert:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(ledger_states)
    return insert.on_conflict_do_update(
        index_elements=["key"],
        set_={"hash": insert.excluded.hash, "number": insert.excluded.number},
    )
