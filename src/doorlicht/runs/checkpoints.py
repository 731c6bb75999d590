"""Checkpoints of a log: signed, compared with what others hold, and sealed by witnesses and time.

Whoever holds a checkpoint can later see whether the log only grew since. So a checkpoint is never
signed that contradicts an earlier one, and one from elsewhere is told apart by what it shows: the
same history, another one (somebody keeps two), or a log that was cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import (
    Checkpoint,
    Consistency,
    Note,
    NoteSignature,
    Signer,
    VerifierKey,
    certificates_in,
    check_timestamp,
    checkpoint_of,
    cosign,
    sign_note,
    signers_of,
    verify_consistency,
)
from doorlicht.register import Register
from doorlicht.register.attested import KeptCheckpoint, KeptKey
from doorlicht.runs.keys import key_of


@dataclass(frozen=True, slots=True)
class CheckedCheckpoint:
    """A checkpoint from elsewhere that is of this history.

    Attributes
    ----------
    signers
        Keys of the log and of witnesses that signed it.
    grown
        Entries since.
    """

    head: Checkpoint
    signers: tuple[KeptKey, ...]
    grown: int


def make_checkpoint(
    register: Register, signer: Signer, *, now: datetime, by: str
) -> KeptCheckpoint:
    """Sign what the log is now, and keep it.

    Raises
    ------
    RefusedError
        If the signer has no valid key of this log.
    IntegrityError
        If the log is no longer the one that was signed before.
    """
    key = key_of(register, signer, now)
    refuse_fork(register)
    found = register.log.head()
    head = Checkpoint(key.key.name, found.size, found.root)
    note = sign_note(head.text, signer, key.key.name)
    register.attested.keep_checkpoint(head, note, key.id, by=by)
    return register.attested.checkpoints()[-1]


def refuse_fork(register: Register) -> None:
    """Compare the log with every checkpoint that was made of it.

    Raises
    ------
    IntegrityError
        ``checkpoint.cut_off`` or ``checkpoint.forked``, with the size of the first that differs.
    """
    for one in sorted(register.attested.checkpoints(), key=lambda one: one.size):
        compare_head(register, one.size, one.root)


def check_checkpoint(register: Register, note: Note) -> CheckedCheckpoint:
    """Compare a checkpoint that somebody holds with the log.

    Raises
    ------
    InputError
        If it is no checkpoint, or of another log.
    IntegrityError
        If no key of this log signed it, its signature is false, or it is of another history.
    """
    head = checkpoint_of(note)
    known = register.attested.known_keys()
    if head.origin != register.attested.origin():
        raise InputError("checkpoint.other_log", origin=head.origin)
    signed = {key for key, _ in signers_of(note, [one.key for one in known])}
    signers = tuple(one for one in known if one.key in signed)
    if not any(one.use == "log" for one in signers):
        raise IntegrityError("checkpoint.unsigned")
    compare_head(register, head.size, head.root)
    return CheckedCheckpoint(head, signers, register.log.head().size - head.size)


def find_checkpoint(register: Register, size: int | None) -> KeptCheckpoint:
    """Return the newest checkpoint, or the newest of one size.

    Raises
    ------
    InputError
        If there is none.
    """
    found = [one for one in register.attested.checkpoints() if size is None or one.size == size]
    if not found:
        raise InputError("checkpoint.none", size=-1 if size is None else size)
    return found[-1]


def prove_growth(register: Register, old_size: int, size: int | None) -> Consistency:
    """Return the proof that a checkpoint continues the log as it was at an older size.

    What comes out can be handed to a witness that holds the older one.

    Raises
    ------
    InputError
        If there is no checkpoint of the newer size, or the older one is larger.
    """
    newer = find_checkpoint(register, size)
    growth = register.log.growth(old_size, newer.size)
    return Consistency(old_size, tuple(growth.proof), newer.note)


def add_cosignatures(register: Register, note: Note, *, by: str) -> list[KeptKey]:
    """Keep what witnesses signed under a checkpoint of ours; return whose is new.

    Raises
    ------
    InputError
        If it is no checkpoint that was made here, or no known witness signed it.
    IntegrityError
        If a signature is false.
    """
    known = {one.key: one for one in register.attested.known_keys(use="witness")}
    signed = signers_of(note, list(known))
    for one in register.attested.checkpoints():
        if one.signed.text == note.text:
            kept = one
            break
    else:
        raise InputError("checkpoint.none", size=checkpoint_of(note).size)
    if not signed:
        raise InputError("checkpoint.no_witness")
    there = {seal.content for seal in kept.seals}
    added = [(known[key], line) for key, line in signed if line.line not in there]
    for witness, line in added:
        register.attested.keep_cosignature(kept, line, witness.id, by=by)
    return [witness for witness, _ in added]


def add_timestamp(
    register: Register, size: int | None, answer: bytes, roots: bytes, *, by: str
) -> datetime:
    """Keep the answer of a time-stamp authority over a checkpoint; return its moment.

    Parameters
    ----------
    roots
        Certificates in PEM that the user trusts.
    """
    kept = find_checkpoint(register, size)
    seen_at = check_timestamp(answer, kept.signed.full.encode(), certificates_in(roots))
    register.attested.keep_timestamp(kept, answer, seen_at, by=by)
    return seen_at


def witness(
    asked: Consistency,
    seen: Note | None,
    log: VerifierKey,
    signer: Signer,
    name: str,
    *,
    seconds: int,
) -> NoteSignature:
    """Co-sign a checkpoint of somebody else's log, if it continues what was seen of it before.

    Parameters
    ----------
    asked
        The new checkpoint, and the proof from the size that was seen before.
    seen
        The checkpoint that this witness signed last; ``None`` the first time.
    log
        The key of the log.
    seconds
        The moment, in seconds since 1970.

    Raises
    ------
    InputError
        If the proof begins at another size than was seen.
    IntegrityError
        If the log did not sign it, or it does not continue what was seen.
    """
    if not signers_of(asked.note, [log]):
        raise IntegrityError("checkpoint.unsigned")
    head = checkpoint_of(asked.note)
    old = Checkpoint(head.origin, 0, b"") if seen is None else checkpoint_of(seen)
    if old.origin != head.origin:
        raise InputError("checkpoint.other_log", origin=head.origin)
    if asked.old_size != old.size:
        raise InputError("checkpoint.other_proof", size=old.size, given=asked.old_size)
    is_grown = old.size <= head.size and (
        not old.size or verify_consistency(old.size, old.root, head.size, head.root, asked.proof)
    )
    if not is_grown:
        raise IntegrityError("checkpoint.forked", size=old.size)
    return cosign(asked.note, signer, name, seconds=seconds)


def compare_head(register: Register, size: int, root: bytes) -> None:
    """Compare what a log was, as somebody holds it, with the log.

    Raises
    ------
    IntegrityError
        ``checkpoint.cut_off`` or ``checkpoint.forked``.
    """
    there = register.log.head()
    if size > there.size:
        raise IntegrityError("checkpoint.cut_off", size=size, there=there.size)
    if register.log.head(size).root != root:
        raise IntegrityError("checkpoint.forked", size=size)
