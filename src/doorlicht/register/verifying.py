"""Whether a register holds: its log by itself, against what others know of it, and its tables.

What is looked at, in this order; the first thing that does not hold is told first:

1. the entries: their numbers, hashes and chain, the columns they are looked up by, and whether
   each knows the state that the entries before it left;
2. the kept nodes of the tree;
3. tree heads that others hold: cut off behind one, or another history under it;
4. the kept state of each subject: that of its last entry;
5. the rows of every subject, and rows that belong to none;
6. what the last scan of each source was the last to see;
7. by what entries are found.

A clock that ran backwards is told and is no damage: clocks of computers do that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa

from doorlicht.evidence import (
    EMPTY_ROOT,
    DamageKind,
    LedgerEntry,
    LogWalk,
    escape_surrogates,
    leaf_hash,
    moment,
    name_damage,
    root_of,
)
from doorlicht.register.ledger import state_key
from doorlicht.register.log import BITS, WIDTH, placed, read_log, subject_rows
from doorlicht.register.states import (
    SEALED,
    Subject,
    read_moment,
    read_records,
    read_strays,
    read_subjects,
    seen_sha256,
    state_of,
)
from doorlicht.register.tables import (
    checkpoints,
    ledger_entries,
    ledger_nodes,
    ledger_states,
    ledger_subjects,
    scan_sources,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ProblemKind = (
    DamageKind
    | Literal[
        "column", "node", "truncated", "forked", "state", "edited", "removed", "unknown", "stray",
        "seen", "index", "unsigned", "no_valid_key", "other_log",
    ]
)  # fmt: skip

UNREADABLE: Final = (ValueError, TypeError, RecursionError)
"""What reading a row raises of which a column has something else than its type."""

_NO_HASH: Final = "unreadable"

_MOST_LEVELS: Final = 7
"""More entries than a database can number."""

MAX_PROBLEMS: Final = 100
"""More are counted and not told one by one."""


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What somebody knows of a log: its root when it had so many entries."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not hold.

    Attributes
    ----------
    number
        Of the entry where it does not, or that left the subject as it should be; 0: of none.
    subject
        What it is about: a subject, a table, a source; empty where it is the log itself.
    """

    kind: ProblemKind
    number: int
    subject: str = ""


@dataclass(slots=True)
class Checkup:
    """What was looked at, and what did not hold, the first thing first.

    Attributes
    ----------
    size, root
        Of the log, as far as it holds.
    subjects, heads
        How many subjects and tree heads were compared.
    clock_went_back
        The first entry that is older than the one before it; 0 if there is none.
    count
        Of problems, also those over :data:`MAX_PROBLEMS`.
    """

    size: int = 0
    root: bytes = EMPTY_ROOT
    subjects: int = 0
    heads: int = 0
    clock_went_back: int = 0
    problems: list[Problem] = field(default_factory=list[Problem])
    count: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.count

    def tell(self, problem: Problem) -> None:
        """Add a problem."""
        self.count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)


@dataclass(slots=True)
class _Seen:
    """By which entry a scan ended, and what it was the last to see in a source."""

    number: int
    scan: int
    sha256: str


def verify_register(connection: sa.Connection, heads: Sequence[TreeHead] = ()) -> Checkup:
    """Look at everything in a register that its log speaks of.

    Parameters
    ----------
    heads
        What others know of this log. The checkpoints that the register signed are compared too.
    """
    checkup, walk = Checkup(), LogWalk()
    heads = [*_own_heads(connection), *heads]
    seen: dict[str, _Seen] = {}
    last_of_scan: dict[int, int] = {}
    wanted = {head.size for head in heads}
    roots, nodes, about = {0: EMPTY_ROOT}, _Nodes(), _Rows()
    for entry in _walk(connection, walk, checkup):
        nodes.add(leaf_hash(entry.line.encode()))
        for row in subject_rows(entry.number, entry.subjects):
            about.add(row["key"], row["number"])
        if walk.size in wanted:
            roots[walk.size] = walk.edge.root()
        _follow_scans(entry, seen, last_of_scan)
    is_whole = all(one.kind == "column" for one in checkup.problems)
    checkup.size, checkup.root = walk.size, walk.edge.root()
    checkup.clock_went_back = walk.clock_went_back
    _check_nodes(connection, nodes, walk.size, is_whole, checkup)
    _check_heads(heads, roots, walk.size, checkup)
    if is_whole:
        # Behind a break nothing is known of what the entries left.
        _check_kept_states(connection, walk, checkup)
        _check_rows(connection, walk, checkup)
        _check_seen(connection, seen, last_of_scan, checkup)
        _check_subjects(connection, about, walk.size, checkup)
    return checkup


def _own_heads(connection: sa.Connection) -> Iterator[TreeHead]:
    for row in connection.execute(sa.select(checkpoints.c.size, checkpoints.c.root)):
        try:
            yield TreeHead(row.size, bytes.fromhex(row.root))
        except ValueError:
            # An edited one, that no log has the root of.
            yield TreeHead(row.size, b"")


def first_broken(connection: sa.Connection) -> int | None:
    """Return the place of the first entry that does not fit; ``None`` if the log holds."""
    checkup, walk = Checkup(), LogWalk()
    for _ in _walk(connection, walk, checkup):
        pass
    return checkup.problems[0].number if checkup.problems else None


def _walk(connection: sa.Connection, walk: LogWalk, checkup: Checkup) -> Iterator[LedgerEntry]:
    for number, row in _rows(connection):
        if row is None:
            checkup.tell(
                Problem("altered" if number == walk.size + 1 else "dropped", walk.size + 1)
            )
            return
        entry = walk.add(placed(row))
        if entry is None:
            if walk.is_contradicted:
                checkup.tell(Problem("contradicting", walk.size + 1))
            else:
                damage = name_damage(walk, read_log(connection))
                checkup.tell(Problem(damage.kind, damage.place))
            return
        if not _are_columns_of(row, entry):
            checkup.tell(Problem("column", entry.number))
        yield entry


_STORED: Final = sa.select(
    ledger_entries, sa.type_coerce(ledger_entries.c.at, sa.types.NullType()).label("stored_at")
)


def _rows(connection: sa.Connection) -> Iterator[tuple[int, sa.Row[Any] | None]]:
    """Yield the number of each entry and its row; no row where it has what a column cannot hold."""
    query, number = _STORED.order_by(ledger_entries.c.number), 0
    try:
        for row in connection.execute(query.execution_options(yield_per=1000)):
            number = row.number
            yield number, row
    except UNREADABLE:
        # Rows are read many at once: which of them it is, is seen one by one.
        numbers = sa.select(ledger_entries.c.number).where(ledger_entries.c.number > number)
        for number in connection.scalars(numbers.order_by(ledger_entries.c.number)):
            yield number, _row(connection, number)


def _row(connection: sa.Connection, number: int) -> sa.Row[Any] | None:
    query = _STORED.where(ledger_entries.c.number == number)
    try:
        return connection.execute(query).one()
    except UNREADABLE:
        return None


def _are_columns_of(row: sa.Row[Any], entry: LedgerEntry) -> bool:
    """Whether the columns that entries are looked up by say what the entry says."""
    if entry.form == 1:
        return True
    unused = row.subjects, row.content_sha256, row.previous_hash
    said = moment(entry.at), entry.by, entry.action
    stored = read_moment(row.stored_at), escape_surrogates(row.by), row.action
    return stored == said and unused == (None,) * 3


@dataclass(slots=True)
class _Nodes:
    """The nodes that a register should keep of the entries so far."""

    kept: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    rows: list[list[bytes]] = field(default_factory=lambda: [[]])

    def add(self, leaf: bytes) -> None:
        level, found = 0, leaf
        while True:
            self.rows[level].append(found)
            if len(self.rows[level]) % WIDTH:
                return
            found = root_of(self.rows[level][-WIDTH:])
            if level == 0:
                self.rows[0].clear()
            level += 1
            if level == len(self.rows):
                self.rows.append([])
            self.kept[level, len(self.rows[level])] = found.hex()


def _check_nodes(
    connection: sa.Connection, nodes: _Nodes, size: int, is_whole: bool, checkup: Checkup
) -> None:
    expected, wrong = dict(nodes.kept), list[int]()
    for row in connection.execute(sa.select(ledger_nodes)):
        end = _end_of(row.level, row.position)
        if end is None:
            wrong.append(size)
        elif end > size:
            # The entries under it were there once, or it would not be.
            if is_whole:
                checkup.tell(Problem("truncated", size + 1))
                return
        elif expected.pop((row.level, row.position), None) != row.hash:
            wrong.append(end)
    wrong += [(position + 1) << BITS * level for level, position in expected]
    for end in sorted(wrong):
        checkup.tell(Problem("node", end))


def _end_of(level: object, position: object) -> int | None:
    """Return the last entry under a node; nothing for a node that there cannot be."""
    if not isinstance(level, int) or not isinstance(position, int):
        return None
    is_sound = 1 <= level <= _MOST_LEVELS and 0 <= position < 1 << 63
    return (position + 1) << BITS * level if is_sound else None


@dataclass(slots=True)
class _Rows:
    """Rows of two numbers, whatever their order: how many, and the sum of their hashes.

    Keeping all of them would take more memory than everything else here.
    """

    count: int = 0
    total: int = 0

    def add(self, key: object, number: object) -> None:
        self.count += 1
        row = hashlib.blake2b(f"{key} {number}".encode(), digest_size=32)
        self.total = (self.total + int.from_bytes(row.digest())) % _MODULUS


_MODULUS: Final = 1 << 256


def _check_subjects(connection: sa.Connection, about: _Rows, size: int, checkup: Checkup) -> None:
    kept, is_cut_off = _Rows(), False
    query = sa.select(ledger_subjects.c.key, ledger_subjects.c.number)
    for key, number in connection.execute(query.execution_options(yield_per=10_000)):
        kept.add(key, number)
        is_cut_off = is_cut_off or (isinstance(number, int) and number > size)
    if is_cut_off and checkup.holds:
        # The entry was there once, or nothing would lead to it.
        checkup.tell(Problem("truncated", size + 1))
    elif kept != about:
        checkup.tell(Problem("index", 0))


def _check_heads(
    heads: Iterable[TreeHead], roots: dict[int, bytes], size: int, checkup: Checkup
) -> None:
    for head in sorted(heads, key=lambda one: one.size):
        checkup.heads += 1
        if head.size > size:
            if checkup.holds:
                checkup.tell(Problem("truncated", size + 1))
        elif roots[head.size] != head.root:
            checkup.tell(Problem("forked", head.size))


def _check_kept_states(connection: sa.Connection, walk: LogWalk, checkup: Checkup) -> None:
    expected = {
        state_key(subject): (subject, state, number)
        for subject, (state, number) in walk.states.items()
        if state is not None
    }
    query = sa.select(ledger_states).order_by(ledger_states.c.number, ledger_states.c.key)
    rows = connection.execute(query.execution_options(yield_per=1000))
    for row in rows:
        known = expected.pop(row.key, None)
        # SQLite keeps a text in a column of numbers, where somebody puts one there.
        if isinstance(row.number, int) and row.number > walk.size:
            # The entry was there once, or this state would not be.
            checkup.tell(Problem("truncated", walk.size + 1, row.subject))
        elif known is None or known != (row.subject, row.hash, row.number):
            checkup.tell(Problem("state", 0 if known is None else known[2], row.subject))
    for subject, _, number in sorted(expected.values(), key=lambda one: one[2]):
        checkup.tell(Problem("state", number, subject))


def _check_rows(connection: sa.Connection, walk: LogWalk, checkup: Checkup) -> None:
    standing = {name for name, (state, _) in walk.states.items() if state is not None}
    for sealed in SEALED:
        for batch in read_subjects(connection, sealed.kind):
            states = _states(connection, batch)
            for one in batch:
                checkup.subjects += 1
                _check_subject(one, states.get(one.key), walk, standing, checkup)
    for name in sorted(standing, key=lambda one: walk.states[one][1]):
        checkup.tell(Problem("removed", walk.states[name][1], name))
    for table in read_strays(connection):
        checkup.tell(Problem("stray", 0, table))


def _states(connection: sa.Connection, batch: Sequence[Subject]) -> dict[str | int, str | None]:
    """Return the state of each subject; no hash at all where a column has what it cannot hold."""
    kind = batch[0].kind
    try:
        records = read_records(connection, kind, [one.key for one in batch])
        return {key: state_of(records[key]) for key in records}
    except UNREADABLE:
        if len(batch) == 1:
            return {batch[0].key: _NO_HASH}
        return {key: state for one in batch for key, state in _states(connection, [one]).items()}


def _check_subject(
    one: Subject, state: str | None, walk: LogWalk, standing: set[str], checkup: Checkup
) -> None:
    name = str(one)
    standing.discard(name)
    known, number = walk.states.get(name, (None, 0))
    if known is None and state is not None:
        checkup.tell(Problem("unknown", number, name))
    elif known != state:
        checkup.tell(Problem("edited", number, name))


def _follow_scans(entry: LedgerEntry, seen: dict[str, _Seen], last_of_scan: dict[int, int]) -> None:
    """Remember where each scan last wrote, and what it said that it saw when it ended."""
    if not entry.action.startswith(("scan.", "asset.", "assets.", "source.")):
        return
    for subject in entry.subjects:
        kind, _, number = subject.partition(":")
        if kind == "scan" and number.isdecimal():
            last_of_scan[int(number)] = entry.number
            for name, digest in entry.evidence.items():
                if name.startswith("seen:"):
                    seen[name[5:]] = _Seen(entry.number, int(number), digest)
            return


def _check_seen(
    connection: sa.Connection,
    seen: dict[str, _Seen],
    last_of_scan: dict[int, int],
    checkup: Checkup,
) -> None:
    scans_of: dict[str, set[int]] = {}
    for row in connection.execute(sa.select(scan_sources)):
        scans_of.setdefault(row.source_id, set()).add(row.scan_id)
    for source, said in seen.items():
        # A scan that goes on, or ran at the same time, moves what the other one was last to see.
        is_last = all(last_of_scan.get(scan, 0) <= said.number for scan in scans_of.get(source, ()))
        if is_last and _seen_now(connection, said.scan, source) != said.sha256:
            checkup.tell(Problem("seen", said.number, f"source:{source}"))


def _seen_now(connection: sa.Connection, scan: int, source: str) -> str:
    try:
        return seen_sha256(connection, scan, source)
    except UNREADABLE:
        return _NO_HASH
