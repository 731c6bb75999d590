"""The ledger as a chain: each entry holds the hash of the one before it.

Who alters, drops, swaps or inserts an entry breaks the chain from there on, unless every later
entry is made anew. Against that, only a hash that somebody else holds can help.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from doorlicht.evidence.canonical import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

START: Final = "0" * 64
"""What the first entry has for the hash of the one before it."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """Who did what, when, to which subjects.

    Attributes
    ----------
    number
        1, 2, 3, ... without gaps.
    subjects
        Ids of what it is about, each with its kind: ``scan:3``, ``finding:F-...``.
    content_sha256
        Hash of the canonical form of what was written. The content itself stands in the register
        and not in the ledger, so that the duty to erase can be met.
    previous_hash, hash
        ``hash`` covers all other fields.
    """

    number: int
    at: datetime
    by: str
    action: str
    subjects: tuple[str, ...]
    content_sha256: str
    previous_hash: str
    hash: str


def next_entry(
    last: LedgerEntry | None,
    *,
    at: datetime,
    by: str,
    action: str,
    subjects: Iterable[str],
    content: object,
) -> LedgerEntry:
    """Return the entry that follows ``last``, or the first one.

    Examples
    --------
    >>> at = datetime(2026, 1, 5, tzinfo=UTC)
    >>> first = next_entry(None, at=at, by="jo", action="made", subjects=["scan:1"], content={})
    >>> second = next_entry(first, at=at, by="jo", action="ended", subjects=[], content={})
    >>> second.number, second.previous_hash == first.hash
    (2, True)
    """
    number = 1 if last is None else last.number + 1
    previous = START if last is None else last.hash
    about, digest = tuple(subjects), content_hash(content)
    return LedgerEntry(
        number=number,
        at=at,
        by=by,
        action=action,
        subjects=about,
        content_sha256=digest,
        previous_hash=previous,
        hash=_hash_of(number, at, by, action, about, digest, previous),
    )


def first_broken(entries: Iterable[LedgerEntry]) -> int | None:
    """Return the number of the first entry that does not fit, or ``None`` if the chain holds.

    ``entries`` start at the first and stand in order. An entry that is missing at the very end
    cannot be seen from the chain alone.

    Examples
    --------
    >>> at = datetime(2026, 1, 5, tzinfo=UTC)
    >>> entry = next_entry(None, at=at, by="jo", action="made", subjects=[], content={})
    >>> first_broken([entry])
    """
    previous = START
    for expected, entry in enumerate(entries, start=1):
        is_whole = entry.hash == _hash_of(
            entry.number,
            entry.at,
            entry.by,
            entry.action,
            entry.subjects,
            entry.content_sha256,
            entry.previous_hash,
        )
        if entry.number != expected or entry.previous_hash != previous or not is_whole:
            return expected
        previous = entry.hash
    return None


def _hash_of(
    number: int,
    at: datetime,
    by: str,
    action: str,
    subjects: tuple[str, ...],
    content_sha256: str,
    previous_hash: str,
) -> str:
    return content_hash(
        {
            "number": number,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "by": by,
            "action": action,
            "subjects": list(subjects),
            "content_sha256": content_sha256,
            "previous_hash": previous_hash,
        }
    )
