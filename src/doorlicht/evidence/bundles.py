"""Bundles: what an auditor takes home and checks on a machine of their own.

A bundle holds the whole log, what the register says of each subject (its *records*, whose hashes
are in the log), the checkpoints, and reports. A manifest has the size and hash of each file and
seals every byte of the archive before it; a key of the log signs the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from doorlicht.evidence.bundle_archive import Archive, ArchiveWriter
from doorlicht.evidence.checkpoints import Checkpoint
from doorlicht.evidence.jcs import jcs
from doorlicht.evidence.notes import VerifierKey, parse_key
from doorlicht.evidence.signing import Signer
from doorlicht.evidence.statements import Statement, sign_statement

MANIFEST: Final = "manifest.json"
ENVELOPE: Final = "manifest.dsse.json"
ENTRIES: Final = "log/entries.jsonl"
NEWEST: Final = "log/checkpoint.txt"
KEYS: Final = "records/key.jsonl"
KIND: Final = "urn:doorlicht:bundle:1"

_CHUNK_BYTES: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What the register says of a key.

    Attributes
    ----------
    made_at, until, ended_at
        Moments as entries write them. ``until``: not used after it. ``ended_at``: revoked, or
        replaced by another one.
    """

    key: VerifierKey
    made_at: str
    until: str | None
    ended_at: str | None

    def is_valid(self, at: str) -> bool:
        """Whether something could be signed with it at a moment."""
        return self.made_at <= at and all(at < end for end in (self.until, self.ended_at) if end)


def key_record(said: Mapping[str, Any]) -> KeyRecord:
    """Read the record of a key.

    Raises
    ------
    InputError, LookupError, TypeError, ValueError
        If it is none.
    """
    (row,), events = said["keys"], said.get("key_events", [])
    at, until, ended = row["at"], row.get("until"), [one["at"] for one in events]
    if not all(type(one) is str for one in (at, *ended, until or "")):
        raise TypeError("a moment is text")
    return KeyRecord(parse_key(row["public"]), at, until, min(ended, default=None))


@dataclass(slots=True)
class BundleWriter:
    """Puts a bundle together; what it says of itself comes last and is signed.

    Parameters
    ----------
    file
        Empty, to be written, read and moved in.
    """

    file: BinaryIO
    _archive: ArchiveWriter = field(init=False)
    _files: list[dict[str, object]] = field(init=False, default_factory=list[dict[str, object]])

    def __post_init__(self) -> None:
        self._archive = ArchiveWriter(self.file)

    def add(self, path: str, chunks: Iterable[bytes]) -> str:
        """Add a file, and return its SHA-256."""
        size, digest = self._archive.add(path, chunks)
        self._files.append({"path": path, "bytes": size, "sha256": digest})
        return digest

    def add_lines(self, path: str, lines: Iterable[str]) -> str:
        """Add a file of lines, and return its SHA-256."""
        return self.add(path, _joined(f"{line}\n".encode() for line in lines))

    def add_records(self, kind: str, records: Iterable[tuple[str, bytes]]) -> None:
        """Add the records of one kind: each a subject, and canonical JSON that is hashed."""
        lines = (b"[" + jcs(subject) + b"," + said + b"]\n" for subject, said in records)
        self.add(f"records/{kind}.jsonl", _joined(lines))

    def seal(self, head: Checkpoint, said: Mapping[str, object], signer: Signer) -> str:
        """Write the manifest and its signature, end the file, and return the manifest's SHA-256.

        Parameters
        ----------
        said
            ``made`` (``at``, ``by``, ``for``, ``doorlicht``) and ``withheld``, the kinds of
            records that are not in the bundle.
        """
        size, digest = self._archive.so_far()
        manifest = {
            "archive": {"bytes": size, "sha256": digest},
            "bundle": 1,
            "files": sorted(self._files, key=lambda one: str(one["path"])),
            "log": {"origin": head.origin, "size": head.size},
            **said,
        }
        _, sealed = self._archive.add(MANIFEST, [jcs(manifest)], is_packed=False)
        about = {"origin": head.origin, "size": head.size}
        statement = Statement({MANIFEST: sealed}, KIND, about)
        envelope = sign_statement(statement, signer, head.origin)
        self._archive.add(ENVELOPE, [envelope.encode()], is_packed=False)
        self._archive.close()
        return sealed

    def abandon(self) -> None:
        """Let go of a bundle that will not be finished."""
        self._archive.abandon()

    def digest(self) -> str:
        """Return the SHA-256 of the whole file, once it is sealed."""
        return self._archive.so_far()[1]


def read_records(file: BinaryIO, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the records of one kind in a bundle: each a subject, and what the register held.

    The bundle must have been verified: nothing is checked here.
    """
    for line in Archive(file).lines(f"records/{kind}.jsonl"):
        subject, said = json.loads(line)
        yield subject, said


def _joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines in larger pieces: packing each by itself takes far longer."""
    waiting = bytearray()
    for line in lines:
        waiting += line
        if len(waiting) >= _CHUNK_BYTES:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)
