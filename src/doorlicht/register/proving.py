"""What a register can prove of itself: its log, proofs from it, and whether all of it holds.

A part of :class:`doorlicht.register.Register`, reached by its ``log``. Nothing here writes.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import sqlalchemy as sa

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import consistency_proof, inclusion_proof, jcs, root_at
from doorlicht.register.log import StoredTree, read_entries, read_log, read_one
from doorlicht.register.states import SEALED, read_records, read_subjects
from doorlicht.register.verifying import Checkup, TreeHead, first_broken, verify_register

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from contextlib import AbstractContextManager

    from doorlicht.evidence import LedgerEntry, Placed


_T = TypeVar("_T")


class Inclusion(NamedTuple):
    """That an entry is in a log of some size: the entry, and the hashes up to the root."""

    entry: LedgerEntry
    head: TreeHead
    proof: list[bytes]


class Growth(NamedTuple):
    """That a log of one size is the beginning of one of another size."""

    old: TreeHead
    new: TreeHead
    proof: list[bytes]


class SealedRecord(NamedTuple):
    """What the register holds of a subject, as canonical JSON; its SHA-256 is in the log."""

    subject: str
    record: bytes


class Log:
    """Looking into the ledger of a register."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[sa.Connection]],
        *,
        is_steady: bool = False,
    ) -> None:
        self._reading = reading
        self._is_steady = is_steady

    @contextmanager
    def _steady(self) -> Generator[sa.Connection]:
        """Read as of one moment, also while others write: or what is whole would look edited."""
        with self._reading() as connection:
            if connection.dialect.name == "postgresql" and not self._is_steady:
                connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            yield connection

    def entries(self, *, last: int | None = None, **filters: Any) -> list[LedgerEntry]:
        """Return entries in order.

        Parameters
        ----------
        last
            No more than so many, the newest.
        filters
            ``after``, ``subject``, ``action``, ``by``, ``since``, ``until``: see
            :func:`doorlicht.register.log.read_entries`.
        """
        with self._steady() as connection:
            if last is None:
                return list(read_entries(connection, **filters))
            newest = read_entries(connection, is_reversed=True, **filters)
            return list(islice(newest, last))[::-1]

    def lines(self) -> Generator[Placed]:
        """Yield every entry as it is kept and hashed, in order; the leaves of the tree."""
        with self._steady() as connection:
            yield from read_log(connection)

    def records(self, kind: str) -> Iterator[SealedRecord]:
        """Yield what the register holds of each subject of a kind."""
        with self._steady() as connection:
            for batch in read_subjects(connection, kind):
                found = read_records(connection, kind, [one.key for one in batch])
                for one in batch:
                    yield SealedRecord(str(one), jcs(found[one.key]))

    @contextmanager
    def snapshot(self) -> Generator[Log]:
        """Look at the log and the records as they are at one moment, while others write on."""
        with self._steady() as connection:
            yield Log(lambda: nullcontext(connection), is_steady=True)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of subjects that there can be records of."""
        return tuple(one.kind for one in SEALED)

    def size(self) -> int:
        """Return the number of entries."""
        with self._steady() as connection:
            return StoredTree(connection).size()

    def head(self, size: int | None = None) -> TreeHead:
        """Return the size and root of the log, now or when it had ``size`` entries.

        Raises
        ------
        InputError
            If it never had so many.
        IntegrityError
            If a part of the tree is missing.
        """
        with self._steady() as connection:
            return _head(StoredTree(connection), size)

    def inclusion(self, number: int, size: int | None = None) -> Inclusion:
        """Return the proof that an entry is in the log of ``size`` entries, or of now.

        Raises
        ------
        InputError
            If there is no such entry.
        IntegrityError
            If a part of the tree is missing.
        """
        with self._steady() as connection:
            tree = StoredTree(connection)
            head = _head(tree, size)
            if not 1 <= number <= head.size:
                raise InputError("log.no_such_entry", number=number, size=head.size)
            found = read_one(connection, number)
            if found is None:
                raise IntegrityError("log.broken_tree")
            proof = _whole(lambda: inclusion_proof(head.size, number - 1, tree.hash_at))
            return Inclusion(found, head, proof)

    def growth(self, old_size: int, size: int | None = None) -> Growth:
        """Return the proof that the log of ``old_size`` entries only grew since.

        Raises
        ------
        InputError
            If it never had so many, or shrank between the two.
        IntegrityError
            If a part of the tree is missing.
        """
        with self._steady() as connection:
            tree = StoredTree(connection)
            new = _head(tree, size)
            if old_size > new.size:
                raise InputError("log.no_such_entry", number=old_size, size=new.size)
            old = _head(tree, old_size)
            return Growth(
                old, new, _whole(lambda: consistency_proof(old.size, new.size, tree.hash_at))
            )

    def check(self, heads: Sequence[TreeHead] = ()) -> Checkup:
        """Look at everything that the log speaks of; see :mod:`doorlicht.register.verifying`.

        Parameters
        ----------
        heads
            What others know of this log.
        """
        with self._steady() as connection:
            return verify_register(connection, heads)

    def first_broken(self) -> int | None:
        """Return the place of the first entry that does not fit; ``None`` if all do."""
        with self._steady() as connection:
            return first_broken(connection)


def _head(tree: StoredTree, size: int | None) -> TreeHead:
    there = tree.size()
    wanted = there if size is None else size
    if not 0 <= wanted <= there:
        raise InputError("log.no_such_entry", number=wanted, size=there)
    return TreeHead(wanted, _whole(lambda: root_at(wanted, tree.hash_at)))


def _whole(make: Callable[[], _T]) -> _T:
    try:
        return make()
    except LookupError:
        raise IntegrityError("log.broken_tree") from None
