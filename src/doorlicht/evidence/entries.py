"""Entries of the ledger: who did what, when and why, and what it changed, as one line of JSON.

There are two forms. Form 2 is what is written now: canonical JSON (RFC 8785) with the hash of
each subject before and after, so that what the register holds can be checked against the log.
Form 1, of doorlicht 0.1, has one hash of what was written; such entries stay as they are.

The line of an entry is a leaf of the Merkle tree. The hash of an entry of form 2 is its leaf
hash; that of form 1 is the plain SHA-256 of its line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final, NamedTuple, cast

from doorlicht.evidence.canonical import canonical_json
from doorlicht.evidence.jcs import escape_surrogates, jcs
from doorlicht.evidence.merkle import leaf_hash

MEMBERS: Final = {
    1: ["action", "at", "by", "content_sha256", "number", "previous_hash", "subjects"],
    2: [
        "action", "at", "by", "changes", "evidence", "form", "number", "previous_hash", "reason",
        "subjects", "versions",
    ],
}  # fmt: skip


class Change(NamedTuple):
    """The hash of what the register holds of a subject, before and after.

    ``None`` before: there was nothing. ``None`` after: nothing is left.
    """

    subject: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What an entry says, before it has its place in the log.

    Attributes
    ----------
    action
        What was done, for instance ``finding.triaged``.
    subjects
        Ids with their kind (``scan:3``, ``finding:F-...``) of what it is about and did not change.
    evidence
        SHA-256 of what it rests on, by a name.
    versions
        Of the program, and the editions that were used.
    """

    action: str
    by: str
    changes: Sequence[Change] = ()
    subjects: Sequence[str] = ()
    reason: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict[str, str])
    versions: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry, as its line says it.

    Attributes
    ----------
    number
        1, 2, 3, ... without gaps.
    subjects
        Everything that it is about, what it changed first.
    previous_hash, hash
        ``hash`` covers all other fields.
    line
        The entry as it is hashed; a leaf of the tree.
    content_sha256
        Of form 1: the hash of what was written. Empty in form 2.
    """

    number: int
    at: datetime
    by: str
    action: str
    subjects: tuple[str, ...]
    previous_hash: str
    hash: str
    line: str
    form: int = 2
    reason: str = ""
    changes: tuple[Change, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict[str, str])
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    content_sha256: str = ""


def entry_line(draft: Draft, number: int, at: datetime, previous_hash: str) -> str:
    """Return an entry of form 2 in its canonical form.

    Examples
    --------
    >>> at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    >>> draft = Draft("scan.started", "jo", [Change("scan:1", None, "ab")], reason="new year")
    >>> line = entry_line(draft, 1, at, "00")
    >>> print(line[:92])
    {"action":"scan.started","at":"2026-01-05T09:00:00.000000Z","by":"jo","changes":[["scan:1",n
    >>> jcs(json.loads(line)).decode() == line
    True
    """
    changes = [(escape_surrogates(one.subject), one.before, one.after) for one in draft.changes]
    return _line(
        escape_surrogates(draft.action), moment(at), escape_surrogates(draft.by), changes,
        _escaped(draft.evidence), number, previous_hash, escape_surrogates(draft.reason),
        map(escape_surrogates, draft.subjects), _escaped(draft.versions),
    )  # fmt: skip


def _line(
    action: str,
    at: str,
    by: str,
    changes: Iterable[tuple[str, str | None, str | None]],
    evidence: Mapping[str, str],
    number: int,
    previous_hash: str,
    reason: str,
    subjects: Iterable[str],
    versions: Mapping[str, str],
) -> str:
    # Written by hand, for this is done for every entry; a test holds it equal to `jcs`.
    text = encode_basestring
    changed = ",".join(
        f"[{text(subject)},{_hash(before)},{_hash(after)}]" for subject, before, after in changes
    )
    return (
        f'{{"action":{text(action)},"at":"{at}","by":{text(by)},"changes":[{changed}],'
        f'"evidence":{_members(evidence)},"form":2,"number":{number},'
        f'"previous_hash":{text(previous_hash)},"reason":{text(reason)},'
        f'"subjects":[{",".join(map(text, subjects))}],"versions":{_members(versions)}}}'
    )


def form_1_line(
    number: int,
    at: datetime,
    by: str,
    action: str,
    subjects: Sequence[str],
    content_sha256: str,
    previous_hash: str,
) -> str:
    """Return an entry of form 1 as it is hashed."""
    return canonical_json(
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


@lru_cache(256)
def moment(at: datetime) -> str:
    """Return a moment as entries write it: in UTC, to the microsecond.

    Examples
    --------
    >>> moment(datetime(2026, 1, 5, 9, tzinfo=UTC))
    '2026-01-05T09:00:00.000000Z'
    """
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def entry_hash(line: str, form: int) -> str:
    """Return the hash of an entry, as the next one has it; 64 hexadecimal digits.

    Raises
    ------
    ValueError
        If the line has half surrogates: those are escaped in every entry.
    """
    encoded = line.encode("utf-8")
    return (leaf_hash(encoded) if form > 1 else hashlib.sha256(encoded).digest()).hex()


def read_entry(line: str) -> LedgerEntry:
    """Return the entry that a line is.

    Raises
    ------
    ValueError
        If it is no entry in its one canonical form.

    Examples
    --------
    >>> at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    >>> line = entry_line(Draft("scan.started", "jo", subjects=["scan:1"]), 7, at, "00" * 32)
    >>> entry = read_entry(line)
    >>> entry.number, entry.subjects, entry.at == at, len(entry.hash)
    (7, ('scan:1',), True, 64)
    """
    content: Any = json.loads(line)
    if not isinstance(content, dict):
        raise ValueError("an entry is an object")
    said = cast("dict[str, Any]", content)
    form = said.get("form", 1)
    if form not in (1, 2) or sorted(said) != MEMBERS[form]:
        raise ValueError("an entry has the members of its form, and no other")
    _check_texts(said, "action", "at", "by", "previous_hash")
    if not isinstance(said["number"], int) or isinstance(said["number"], bool):
        raise ValueError("the number of an entry is a whole number")
    return _read_form_1(said, line) if form == 1 else _read_form_2(said, line)


def _read_form_1(said: dict[str, Any], line: str) -> LedgerEntry:
    _check_texts(said, "content_sha256")
    subjects = _texts(said["subjects"])
    at = datetime.fromisoformat(said["at"])
    values = said["by"], said["action"], subjects, said["content_sha256"], said["previous_hash"]
    if form_1_line(said["number"], at, *values) != line:
        raise ValueError("the entry is not in its canonical form")
    return LedgerEntry(
        said["number"], at, said["by"], said["action"], tuple(subjects), said["previous_hash"],
        entry_hash(line, 1), line, form=1, content_sha256=said["content_sha256"],
    )  # fmt: skip


def _read_form_2(said: dict[str, Any], line: str) -> LedgerEntry:
    _check_texts(said, "reason")
    changes = tuple(_read_change(one) for one in _list(said["changes"]))
    about, at = tuple(_texts(said["subjects"])), datetime.fromisoformat(said["at"])
    evidence, versions = _named(said["evidence"]), _named(said["versions"])
    written = _line(
        said["action"], moment(at), said["by"], changes, evidence, said["number"],
        said["previous_hash"], said["reason"], about, versions,
    )  # fmt: skip
    if written != line:
        raise ValueError("the entry is not in its canonical form")
    return LedgerEntry(
        said["number"], at, said["by"], said["action"],
        (*(one.subject for one in changes), *about), said["previous_hash"], entry_hash(line, 2),
        line, 2, said["reason"], changes, evidence, versions,
    )  # fmt: skip


def _read_change(said: object) -> Change:
    parts = _list(said)
    if len(parts) != 3 or not isinstance(parts[0], str):
        raise ValueError("a change has a subject, and a hash before and after")
    for one in parts[1:]:
        if one is not None and not isinstance(one, str):
            raise ValueError("a hash is text, or null")
    return Change(*parts)


def _check_texts(said: Mapping[str, Any], *names: str) -> None:
    if not all(isinstance(said[name], str) for name in names):
        raise ValueError("a member of an entry that should be text is not")


def _list(said: object) -> list[Any]:
    if not isinstance(said, list):
        raise ValueError("a member of an entry that should be a list is not")
    return cast("list[Any]", said)


def _texts(said: object) -> list[str]:
    texts = _list(said)
    if not all(isinstance(one, str) for one in texts):
        raise ValueError("a list of texts in an entry has something else")
    return texts


def _named(said: object) -> dict[str, str]:
    if not isinstance(said, dict):
        raise ValueError("a member of an entry that should be an object is not")
    named = cast("dict[str, Any]", said)
    _texts(list(named.values()))
    return named


def _hash(digest: str | None) -> str:
    return "null" if digest is None else encode_basestring(digest)


def _escaped(named: Mapping[str, str]) -> Mapping[str, str]:
    return {escape_surrogates(name): escape_surrogates(named[name]) for name in named}


def _members(named: Mapping[str, str]) -> str:
    return _members_of(tuple(named.items())) if named else "{}"


@lru_cache(256)
def _members_of(named: tuple[tuple[str, str], ...]) -> str:
    """Return an object in its canonical form; entry upon entry has the same versions."""
    return jcs(dict(named)).decode()
