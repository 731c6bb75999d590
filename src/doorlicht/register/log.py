"""Reading the log of a register: its entries in order, its tree, and proofs from it.

By what they are about entries are found in ``ledger_subjects``: a number made of the id, without
its kind, so that both ``use:U-1`` and ``U-1`` lead to it. Other ids can have the same number; what
is found is read.

The tree is that of RFC 6962 over the lines of the entries. Full subtrees of 256, 256**2, ...
leaves are kept, so that a proof in a log of millions of entries reads some hundreds of hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from doorlicht.evidence import (
    LedgerEntry,
    Placed,
    escape_surrogates,
    form_1_line,
    leaf_hash,
    read_entry,
    root_of,
)
from doorlicht.register.stored import insert_all
from doorlicht.register.tables import ledger_entries, ledger_nodes, ledger_subjects

if TYPE_CHECKING:
    from datetime import datetime

BITS: Final = 8
"""A kept node stands over two to this power of nodes on the level below."""

WIDTH: Final = 1 << BITS

_ROWS_AT_ONCE: Final = 10_000


def read_log(connection: sa.Connection, *, after: int = 0) -> Iterator[Placed]:
    """Yield the entries behind number ``after`` as they are kept, in the order of their places."""
    query = (
        sa.select(ledger_entries)
        .where(ledger_entries.c.number > after)
        .order_by(ledger_entries.c.number)
    )
    for row in connection.execute(query.execution_options(yield_per=1000)):
        yield placed(row)


def placed(row: sa.Row[Any]) -> Placed:
    """Return an entry as it is kept; entries of form 1 are kept in columns."""
    line = row.line
    if line is None:
        line = form_1_line(
            row.number, row.at, row.by, row.action, row.subjects or [],
            row.content_sha256 or "", row.previous_hash or "",
        )  # fmt: skip
    return Placed(row.number, line, row.hash)


def read_one(connection: sa.Connection, number: int) -> LedgerEntry | None:
    """Return the entry of a number; ``None`` if none that can be read stands there."""
    row = connection.execute(
        sa.select(ledger_entries).where(ledger_entries.c.number == number)
    ).one_or_none()
    try:
        return None if row is None else read_entry(placed(row).line)
    except ValueError:
        return None


def read_entries(
    connection: sa.Connection,
    *,
    after: int = 0,
    subject: str | None = None,
    action: str | None = None,
    by: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    is_reversed: bool = False,
) -> Iterator[LedgerEntry]:
    """Yield the entries that fit every given filter, in order, or the newest first.

    Parameters
    ----------
    subject
        Id with its kind (``use:U-1``) or without (``U-1``).
    action
        Whole (``use.changed``), or what it begins with (``use``).
    since, until
        The first moment, and the first one that is too late.
    """
    columns = ledger_entries.c
    order = columns.number.desc() if is_reversed else columns.number
    query = sa.select(ledger_entries).where(columns.number > after).order_by(order)
    if action is not None:
        begins = columns.action.startswith(f"{action}.", autoescape=True)
        query = query.where((columns.action == action) | begins)
    if by is not None:
        query = query.where(columns.by == by)
    if since is not None:
        query = query.where(columns.at >= since)
    if until is not None:
        query = query.where(columns.at < until)
    wanted = None if subject is None else escape_surrogates(subject)
    if wanted is not None:
        keys = {subject_key(wanted), subject_key(f":{wanted}")}
        numbers = sa.select(ledger_subjects.c.number).where(ledger_subjects.c.key.in_(keys))
        query = query.where(columns.number.in_(numbers))
    for row in connection.execute(query.execution_options(yield_per=1000)):
        entry = read_entry(placed(row).line)
        if wanted is None or any(_is_called(one, wanted) for one in entry.subjects):
            yield entry


def subject_key(subject: str) -> int:
    """Return under which number entries about a subject, with its kind before it, are found.

    Examples
    --------
    >>> subject_key("use:U-1") == subject_key("finding:U-1") != subject_key("use:U-2")
    True
    """
    name = subject.partition(":")[2]
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


def keep_subjects(connection: sa.Connection) -> None:
    """Make the entries that are there findable by what they are about."""
    rows: list[dict[str, int]] = []
    for one in read_log(connection):
        try:
            subjects = read_entry(one.line).subjects
        except ValueError:
            # What was altered is told by `log verify`, and found by nothing.
            continue
        rows += subject_rows(one.place, subjects)
        if len(rows) >= _ROWS_AT_ONCE:
            insert_all(connection, ledger_subjects.insert(), rows)
            rows = []
    insert_all(connection, ledger_subjects.insert(), rows)


def subject_rows(number: int, subjects: Iterable[str]) -> list[dict[str, int]]:
    """Return the rows by which an entry is found."""
    return [{"key": key, "number": number} for key in dict.fromkeys(map(subject_key, subjects))]


def _is_called(subject: str, wanted: str) -> bool:
    return subject == wanted or subject.partition(":")[2] == wanted


@dataclass(slots=True)
class StoredTree:
    """The tree over the log, by the hashes that the register keeps.

    Give :meth:`hash_at` to the functions of :mod:`doorlicht.evidence.merkle`. What was read is
    remembered: use one for one proof, or a few.
    """

    connection: sa.Connection
    _known: dict[tuple[int, int], bytes] = field(default_factory=dict[tuple[int, int], bytes])
    _rows: dict[tuple[int, int], list[bytes]] = field(
        default_factory=dict[tuple[int, int], list[bytes]]
    )

    def size(self) -> int:
        """Return the number of entries, which is that of the last one."""
        return self.connection.scalar(sa.select(sa.func.max(ledger_entries.c.number))) or 0

    def hash_at(self, level: int, position: int) -> bytes:
        """Return the hash of a full subtree.

        Raises
        ------
        LookupError
            If the register lacks an entry or node of it.
        """
        known = self._known.get((level, position))
        if known is None:
            known = self._known[level, position] = self._made(level, position)
        return known

    def _made(self, level: int, position: int) -> bytes:
        kept, rest = divmod(level, BITS)
        begin = position << rest
        row = self._row(kept, begin >> BITS)
        begin %= WIDTH
        part = row[begin : begin + (1 << rest)]
        if len(part) != 1 << rest:
            raise LookupError("the register lacks a part of the tree over its log")
        return root_of(part)

    def _row(self, level: int, number: int) -> list[bytes]:
        found = self._rows.get((level, number))
        if found is None:
            read = read_leaves if level == 0 else read_nodes
            found = read(self.connection, level, number * WIDTH, (number + 1) * WIDTH)
            self._rows[level, number] = found
        return found


def _is_among(column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return column.between(sa.bindparam("first"), sa.bindparam("last"))


_AMONG: Final = (
    sa.select(ledger_entries)
    .where(_is_among(ledger_entries.c.number))
    .order_by(ledger_entries.c.number)
)
_HASHES: Final = (
    sa.select(ledger_entries.c.hash)
    .where(_is_among(ledger_entries.c.number))
    .order_by(ledger_entries.c.number)
)
_HAS_NO_LINE: Final = sa.select(ledger_entries.c.line.is_(None)).where(
    ledger_entries.c.number == sa.bindparam("first")
)
_NODES: Final = (
    sa.select(ledger_nodes.c.hash)
    .where(ledger_nodes.c.level == sa.bindparam("level"), _is_among(ledger_nodes.c.position))
    .order_by(ledger_nodes.c.position)
)


def read_leaves(connection: sa.Connection, level: int, begin: int, end: int) -> list[bytes]:
    """Return the leaf hashes of the entries behind the first ``begin``, up to ``end``."""
    del level
    among = {"first": begin + 1, "last": end}
    # Entries of form 1, which have no line, stand before all others.
    old = connection.scalar(_HAS_NO_LINE, {"first": begin + 1})
    if not old:
        return list(map(bytes.fromhex, connection.scalars(_HASHES, among).all()))
    return [leaf_hash(placed(row).line.encode()) for row in connection.execute(_AMONG, among)]


def read_nodes(connection: sa.Connection, level: int, begin: int, end: int) -> list[bytes]:
    """Return the kept nodes of a level, from one position up to another."""
    among = {"level": level, "first": begin, "last": end - 1}
    return list(map(bytes.fromhex, connection.scalars(_NODES, among).all()))


def keep_full_subtrees(connection: sa.Connection, old_size: int, size: int) -> None:
    """Keep the hash of every subtree that became full as the log grew from one size to another."""
    read, level = read_leaves, 0
    while (full := size >> BITS) > (known := old_size >> BITS):
        rows: list[dict[str, object]] = []
        for at in range(known, full):
            part = read(connection, level, at * WIDTH, (at + 1) * WIDTH)
            # What is missing from the log is not covered up by a node over the rest.
            if len(part) == WIDTH:
                rows.append({"level": level + 1, "position": at, "hash": root_of(part).hex()})
        if rows:
            connection.execute(ledger_nodes.insert(), rows)
        read, level, old_size, size = read_nodes, level + 1, known, full
