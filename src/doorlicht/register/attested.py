"""Keys and signed checkpoints in the register: who could sign for the log, and what was signed.

A part of :class:`doorlicht.register.Register`, reached by its ``attested``; each method is one
transaction. No secret part of a key is ever kept here.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa

from doorlicht.errors import InputError
from doorlicht.evidence import Checkpoint, Note, NoteSignature, VerifierKey, parse_key, parse_note
from doorlicht.records.flows import trace_id
from doorlicht.register.states import subject
from doorlicht.register.tables import (
    checkpoint_seals,
    checkpoints,
    key_events,
    keys,
    ledger_entries,
)

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from doorlicht.register.ledger import Writing

KeyUse = Literal["log", "witness"]
KeyEnd = Literal["revoked", "rotated"]
SealKind = Literal["cosignature", "timestamp"]

ORIGIN_DIGITS: Final = 16
"""Of the hash of the first entry, in the name of a log: enough to tell all logs apart."""


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """Why a key is no longer used: ``rotated`` into another one, or ``revoked``."""

    kind: KeyEnd
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A public key that the register knows.

    Attributes
    ----------
    until
        From when on it may not be used; ``None``: it does not expire.
    """

    id: str
    use: KeyUse
    key: VerifierKey
    until: datetime | None
    by: str
    at: datetime
    events: tuple[KeyEvent, ...] = ()

    def state(self, at: datetime) -> Literal["valid", "expired", "revoked", "rotated"]:
        """Return what may be done with it at a moment."""
        for kind in ("revoked", "rotated"):
            if any(one.kind == kind and one.at <= at for one in self.events):
                return kind
        return "expired" if self.until is not None and self.until <= at else "valid"


@dataclass(frozen=True, slots=True)
class KeptSeal:
    """What a witness or a time-stamp authority added to a checkpoint.

    Attributes
    ----------
    content
        A cosignature: its line. A time stamp: the answer in base64.
    seen_at
        When they say that they saw it.
    """

    kind: SealKind
    content: str
    key: str | None
    seen_at: datetime
    by: str
    at: datetime

    @property
    def answer(self) -> bytes:
        """The answer of a time-stamp authority, in DER."""
        return base64.b64decode(self.content)


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint that was signed, with what was added to it since."""

    id: int
    size: int
    root: bytes
    signed: Note
    key: str
    by: str
    at: datetime
    seals: tuple[KeptSeal, ...] = ()

    @property
    def note(self) -> Note:
        """The checkpoint with the cosignatures under it."""
        lines = "".join(f"{one.content}\n" for one in self.seals if one.kind == "cosignature")
        return parse_note(self.signed.full + lines)


class Attested:
    """Reading and writing keys and checkpoints."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[sa.Connection]],
        writing: Callable[[], AbstractContextManager[Writing]],
    ) -> None:
        self._reading = reading
        self._writing = writing

    def origin(self) -> str | None:
        """Return the name of the log, which follows from its first entry; none if it has none."""
        with self._reading() as connection:
            first = connection.scalar(
                sa.select(ledger_entries.c.hash).where(ledger_entries.c.number == 1)
            )
        return None if first is None else f"doorlicht/{first[:ORIGIN_DIGITS]}"

    def begin(self, *, by: str) -> None:
        """Make the first entry of a log, so that it has a name."""
        with self._writing() as writing:
            writing.record("log.begun", by=by)

    # Keys.

    def known_keys(self, *, use: KeyUse | None = None) -> list[KeptKey]:
        """Return the keys in the order in which they came."""
        query = sa.select(keys).order_by(keys.c.at, keys.c.id)
        if use is not None:
            query = query.where(keys.c.kind == use)
        with self._reading() as connection:
            rows = list(connection.execute(query))
            events: dict[str, list[KeyEvent]] = {}
            for row in connection.execute(sa.select(key_events).order_by(key_events.c.id)):
                events.setdefault(row.key_id, []).append(
                    KeyEvent(row.kind, row.reason, row.by, row.at)
                )
        return [
            KeptKey(
                row.id, row.kind, parse_key(row.public), row.until, row.by, row.at,
                tuple(events.get(row.id, ())),
            )
            for row in rows
        ]  # fmt: skip

    def key(self, key_id: str) -> KeptKey:
        """Return a key by its id.

        Raises
        ------
        InputError
            If there is none.
        """
        for one in self.known_keys():
            if one.id == key_id:
                return one
        raise InputError("key.unknown", id=key_id)

    def keep_key(
        self, key: VerifierKey, use: KeyUse, *, by: str, until: datetime | None = None
    ) -> str:
        """Keep a public key, and return its id.

        Raises
        ------
        InputError
            If it is kept already: a key that was ended does not come back.
        """
        key_id = key_id_of(key)
        if any(one.id == key_id for one in self.known_keys()):
            raise InputError("key.known", id=key_id)
        with self._writing() as writing:
            writing.connection.execute(
                keys.insert().values(
                    id=key_id, kind=use, public=key.text, until=until, by=by, at=writing.at
                )
            )
            writing.record("key.kept", by=by, changed=[subject("key", key_id)])
        return key_id

    def end_key(self, key_id: str, kind: KeyEnd, *, reason: str, by: str) -> None:
        """Note that a key is no longer used."""
        with self._writing() as writing:
            writing.connection.execute(
                key_events.insert().values(
                    key_id=key_id, kind=kind, reason=reason, by=by, at=writing.at
                )
            )
            done = "key.revoked" if kind == "revoked" else "key.rotated"
            writing.record(done, by=by, changed=[subject("key", key_id)], reason=reason)

    # Checkpoints.

    def checkpoints(self) -> list[KeptCheckpoint]:
        """Return the checkpoints in the order in which they were signed."""
        with self._reading() as connection:
            rows = list(connection.execute(sa.select(checkpoints).order_by(checkpoints.c.id)))
            seals: dict[int, list[KeptSeal]] = {}
            for row in connection.execute(
                sa.select(checkpoint_seals).order_by(checkpoint_seals.c.id)
            ):
                seals.setdefault(row.checkpoint_id, []).append(_seal(row))
        return [
            KeptCheckpoint(
                row.id, row.size, bytes.fromhex(row.root), parse_note(row.note), row.key_id,
                row.by, row.at, tuple(seals.get(row.id, ())),
            )
            for row in rows
        ]  # fmt: skip

    def keep_checkpoint(self, head: Checkpoint, note: Note, key_id: str, *, by: str) -> None:
        """Keep a checkpoint that was signed."""
        with self._writing() as writing:
            done = writing.connection.execute(
                checkpoints.insert().values(
                    size=head.size, root=head.root.hex(), note=note.full, key_id=key_id, by=by,
                    at=writing.at,
                )
            )  # fmt: skip
            made = done.inserted_primary_key
            if made is None:
                raise RuntimeError("the database gave no number to a new checkpoint")
            writing.record(
                "checkpoint.made", by=by, changed=[subject("checkpoint", made[0])],
                about=[subject("key", key_id)],
            )  # fmt: skip

    def keep_cosignature(
        self, checkpoint: KeptCheckpoint, signature: NoteSignature, key_id: str, *, by: str
    ) -> None:
        """Keep what a witness signed under a checkpoint."""
        seen_at = datetime.fromtimestamp(signature.witnessed_seconds, UTC)
        self._keep_seal(checkpoint, "cosignature", signature.line, seen_at, key_id=key_id, by=by)

    def keep_timestamp(
        self, checkpoint: KeptCheckpoint, answer: bytes, seen_at: datetime, *, by: str
    ) -> None:
        """Keep the answer of a time-stamp authority over the signed text of a checkpoint."""
        content = base64.b64encode(answer).decode("ascii")
        self._keep_seal(checkpoint, "timestamp", content, seen_at, key_id=None, by=by)

    def record_bundle(self, *, audience: str, by: str, evidence: Mapping[str, str]) -> None:
        """Note that a bundle was made, for whom, and the SHA-256 of the file."""
        with self._writing() as writing:
            writing.record("bundle.made", by=by, reason=audience, evidence=evidence)

    def _keep_seal(
        self,
        checkpoint: KeptCheckpoint,
        kind: SealKind,
        content: str,
        seen_at: datetime,
        *,
        key_id: str | None,
        by: str,
    ) -> None:
        with self._writing() as writing:
            writing.connection.execute(
                checkpoint_seals.insert().values(
                    checkpoint_id=checkpoint.id, kind=kind, content=content, key_id=key_id,
                    seen_at=seen_at, by=by, at=writing.at,
                )
            )  # fmt: skip
            action = "checkpoint.cosigned" if kind == "cosignature" else "checkpoint.timestamped"
            about = [] if key_id is None else [subject("key", key_id)]
            writing.record(
                action, by=by, changed=[subject("checkpoint", checkpoint.id)], about=about
            )


def key_id_of(key: VerifierKey) -> str:
    """Return the id of a key in the register: the same for the same key and name."""
    return trace_id("K", key.text)


def _seal(row: sa.Row[Any]) -> KeptSeal:
    return KeptSeal(row.kind, row.content, row.key_id, row.seen_at, row.by, row.at)
