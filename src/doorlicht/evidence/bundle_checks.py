"""Checking a bundle: every byte, every entry, every record, every signature.

``verify_bundle.py`` beside this file checks the same without any of this code, and goes along in
each bundle. Tests hold both to the same answer.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, Final, Literal, cast

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence.bundle_archive import Archive
from doorlicht.evidence.bundles import (
    ENTRIES,
    ENVELOPE,
    KEYS,
    KIND,
    MANIFEST,
    NEWEST,
    KeyRecord,
    key_record,
)
from doorlicht.evidence.chain import START
from doorlicht.evidence.checkpoints import Checkpoint, checkpoint_of
from doorlicht.evidence.entries import read_entry
from doorlicht.evidence.jcs import jcs
from doorlicht.evidence.merkle import Frontier, leaf_hash
from doorlicht.evidence.notes import VerifierKey, parse_note, signers_of
from doorlicht.evidence.statements import open_statement, plain_envelope

Check = Literal[
    "archive", "manifest", "file", "checkpoint", "entries", "fork", "record", "key"
]  # fmt: skip
CHECKS: Final[tuple[Check, ...]] = (
    "archive", "manifest", "file", "checkpoint", "entries", "fork", "record", "key",
)  # fmt: skip
"""In the order in which they are made; the first one that does not hold is told."""

_CHECKPOINT: Final = re.compile(r"log/checkpoint\.txt|log/checkpoints/[0-9]+\.txt")

_PLAIN: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
"""Canonical JSON of what is in ASCII and has no fractions."""


def _refuse(text: str) -> int:
    raise ValueError(text)


_READ: Final = json.JSONDecoder(
    parse_int=lambda text: range(1 << 53).index(int(text)), parse_float=_refuse,
    parse_constant=_refuse,
).decode  # fmt: skip
"""Reads JSON in which every number is written the same everywhere: no fractions, none beyond 53
bits. Entries and manifests have no others, and whoever signs one could make two programs differ."""

_BAD_FORM: Final = (
    InputError, ValueError, LookupError, TypeError, AttributeError, RecursionError,
)  # fmt: skip
"""What reading a file of another form than it should have can raise."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A bundle of which everything holds.

    Attributes
    ----------
    is_vouched
        Whether the key that signed is one that whoever checks had from elsewhere. If not,
        anybody may have made the bundle.
    records
        How many there are, by kind.
    held
        How many checkpoints from elsewhere agree with the log.
    """

    manifest: Mapping[str, Any]
    signer: VerifierKey
    is_vouched: bool
    entries: int
    checkpoints: int
    held: int
    records: Mapping[str, int]
    clock_went_back: int


def verify_bundle(
    file: BinaryIO,
    *,
    trusted: Sequence[VerifierKey] = (),
    held: Mapping[str, bytes] | None = None,
    tell: Callable[[Check], object] = bool,
) -> Verified:
    """Check a bundle from its first byte to its last.

    Parameters
    ----------
    trusted
        Keys that whoever checks has from elsewhere.
    held
        Checkpoints that they were given before, each by a name for messages.
    tell
        Called with each check that holds.

    Raises
    ------
    IntegrityError
        ``bundle.<check>`` with a ``place``, at the first thing that does not hold.
    """
    archive = Archive(file)
    if archive.names[-2:] != [MANIFEST, ENVELOPE]:
        raise _broken("archive", MANIFEST)
    tell("archive")
    records = _keys(archive)
    manifest, signer = _manifest(archive, [one.key for one in records])
    tell("manifest")
    _check_files(archive, manifest)
    tell("file")
    origin, size = str(manifest["log"]["origin"]), cast("int", manifest["log"]["size"])
    heads = _heads(archive, [one.key for one in records], origin, held or {})
    if (NEWEST, size) not in [(place, head.size) for place, head in heads]:
        raise _broken("checkpoint", NEWEST)
    tell("checkpoint")
    log = _walk(archive, heads)
    if log.edge.size != size:
        raise _broken("entries", log.edge.size + 1)
    tell("entries")
    tell("fork")
    counts = _check_records(archive, log, cast("list[str]", manifest["withheld"]))
    tell("record")
    made_at = str(manifest["made"]["at"])
    record = next(one for one in records if one.key == signer)
    # Who has a key that ended could put the clock back: the log says how late it was already.
    moments = made_at, max(made_at, log.latest)
    if not all(map(record.is_valid, moments)) or (trusted and signer not in trusted):
        raise _broken("key", signer.text)
    tell("key")
    return Verified(
        manifest, signer, bool(trusted), size, len(heads) - len(held or {}), len(held or {}),
        counts, log.clock_went_back,
    )  # fmt: skip


def _keys(archive: Archive) -> list[KeyRecord]:
    try:
        lines = archive.content(KEYS).splitlines()
        return [key_record(json.loads(line)[1]) for line in lines]
    except _BAD_FORM:
        raise _broken("key", KEYS) from None


def _manifest(
    archive: Archive, keys: Sequence[VerifierKey]
) -> tuple[Mapping[str, Any], VerifierKey]:
    """Return the manifest and who signed it, if it seals all that stands before it."""
    raw, envelope = archive.content(MANIFEST), archive.content(ENVELOPE)
    try:
        manifest: Any = _READ(raw.decode())
        statement, signers = open_statement(envelope, keys)
        # Another way to write the same envelope would be bytes that nobody signed.
        is_plain = plain_envelope(envelope) == envelope and jcs(manifest) == raw
        size, digest = archive.digest_before(MANIFEST)
        is_sealed = manifest["archive"] == {"bytes": size, "sha256": digest}
        says_so = statement.files == {MANIFEST: sha256(raw).hexdigest()} and statement.kind == KIND
        if len(signers) != 1 or not (is_plain and is_sealed and says_so):
            raise _broken("manifest", ENVELOPE)
        if manifest["bundle"] != 1:
            raise _broken("manifest", MANIFEST)
        _check_head(manifest)
    except IntegrityError as error:
        raise _broken("manifest", str(error.details.get("place", ENVELOPE))) from None
    except _BAD_FORM:
        raise _broken("manifest", MANIFEST) from None
    return manifest, signers[0]


def _check_head(manifest: Mapping[str, Any]) -> None:
    """See to it that what is used of a manifest is there and of its kind."""
    texts = [manifest["log"]["origin"], manifest["made"]["at"], *manifest["withheld"]]
    texts += [part for one in manifest["files"] for part in (one["path"], one["sha256"])]
    sizes = [manifest["log"]["size"], *(one["bytes"] for one in manifest["files"])]
    if not all(type(one) is str for one in texts) or not all(type(one) is int for one in sizes):
        raise _broken("manifest", MANIFEST)
    if len({one["path"] for one in manifest["files"]}) != len(manifest["files"]):
        raise _broken("manifest", MANIFEST)


def _check_files(archive: Archive, manifest: Mapping[str, Any]) -> None:
    listed = {str(one["path"]): one for one in manifest["files"]}
    for name in sorted(set(listed) ^ (set(archive.names) - {MANIFEST, ENVELOPE})):
        raise _broken("file", name)
    for name, said in sorted(listed.items()):
        digest = sha256()
        for chunk in archive.chunks(name):
            digest.update(chunk)
        if (said["bytes"], said["sha256"]) != (archive.members[name].bytes, digest.hexdigest()):
            raise _broken("file", name)


def _heads(
    archive: Archive, keys: Sequence[VerifierKey], origin: str, held: Mapping[str, bytes]
) -> list[tuple[str, Checkpoint]]:
    """Return every checkpoint, in the bundle and from elsewhere, if a key of the log signed it."""
    found: list[tuple[str, Checkpoint]] = []
    own = {name: archive.content(name) for name in archive.names if _CHECKPOINT.fullmatch(name)}
    for place, raw in (*own.items(), *held.items()):
        try:
            note = parse_note(raw)
            head = checkpoint_of(note)
            is_signed = any(key.kind == "note" for key, _ in signers_of(note, keys))
        except (InputError, IntegrityError):
            raise _broken("checkpoint", place) from None
        if not is_signed or head.origin != origin:
            raise _broken("checkpoint", place)
        found.append((place, head))
    return found


_KINDS: Final = {
    **dict.fromkeys(("action", "at", "by", "previous_hash", "reason"), str),
    "changes": list, "evidence": dict, "form": int, "number": int, "subjects": list,
    "versions": dict,
}  # fmt: skip
"""Of what kind each member of an entry of form 2 is."""


class _Log:
    """A log as it is gone through: what a `LogWalk` checks, for a million entries.

    Attributes
    ----------
    states
        The hash of each subject after its last change.
    clock_went_back
        The first entry that is older than the one before it; 0 if there is none.
    latest
        The latest moment that an entry tells.
    """

    def __init__(self) -> None:
        self.edge = Frontier()
        self.states: dict[str, str | None] = {}
        self.clock_went_back = 0
        self.latest = ""
        self._head, self._at = START, ""

    def add(self, raw: bytes) -> None:
        """Take the next entry.

        Raises
        ------
        ValueError, LookupError, TypeError, AttributeError, RecursionError
            If it is no entry in its canonical form, or does not follow the one before it.
        """
        line = raw.decode()
        said = _READ(line)
        form = said.get("form", 1)
        # A record of each entry takes four times as long to make, and says no more here.
        kinds: dict[str, type[object]] = {name: type(value) for name, value in said.items()}
        is_plain = form == 2 and kinds == _KINDS and _PLAIN(said) == line
        if not (is_plain and line.isascii()):
            read_entry(line)
        if (said["number"], said["previous_hash"]) != (self.edge.size + 1, self._head):
            raise ValueError("the entry does not follow the one before it")
        for subject, before, after in said.get("changes", ()):
            if self.states.get(subject) != before:
                raise ValueError("the log left this subject otherwise")
            if type(subject) is not str:
                raise TypeError("a subject is text")
            self.states[subject] = after
        leaf = leaf_hash(raw)
        self._head = leaf.hex() if form == 2 else sha256(raw).hexdigest()
        self.edge.add(leaf)
        if said["at"] < self._at and not self.clock_went_back:
            self.clock_went_back = self.edge.size
        self._at = said["at"]
        self.latest = max(self.latest, self._at)


def _walk(archive: Archive, heads: Sequence[tuple[str, Checkpoint]]) -> _Log:
    """Go through the log, and see that it has the root of every checkpoint."""
    log = _Log()
    waiting: dict[int, list[tuple[str, Checkpoint]]] = {}
    for place, head in heads:
        waiting.setdefault(head.size, []).append((place, head))
    try:
        for raw in archive.lines(ENTRIES):
            log.add(raw)
            for place, head in waiting.pop(log.edge.size, ()):
                if log.edge.root() != head.root:
                    raise _broken("fork", place)
    except _BAD_FORM:
        raise _broken("entries", log.edge.size + 1) from None
    for place, _ in (one for found in waiting.values() for one in found):
        raise _broken("fork", place)
    return log


def _check_records(archive: Archive, log: _Log, withheld: Sequence[str]) -> Mapping[str, int]:
    """Compare each record with the hash that the log gave its subject last; count them by kind."""
    wanted = {
        subject: after
        for subject, after in log.states.items()
        if after is not None and _kind(subject) not in withheld
    }
    counts: Counter[str] = Counter()
    for name in (one for one in archive.names if one.startswith("records/")):
        number = 0
        try:
            for number, line in enumerate(archive.lines(name), 1):
                subject, _ = json.loads(line)
                start = b"[" + jcs(subject) + b","
                if not (line.startswith(start) and line.endswith(b"]")):
                    raise _broken("record", f"{name}:{number}")
                if wanted.pop(subject, None) != sha256(line[len(start) : -1]).hexdigest():
                    raise _broken("record", f"{name}:{number}")
                counts[_kind(subject)] += 1
        except _BAD_FORM:
            raise _broken("record", f"{name}:{number}") from None
    if wanted:
        raise _broken("record", min(wanted))
    return counts


def _kind(subject: str) -> str:
    return subject.partition(":")[0]


def _broken(check: Check, place: object) -> IntegrityError:
    return IntegrityError(f"bundle.{check}", place=str(place))
