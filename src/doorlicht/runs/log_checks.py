"""Whether a log holds, and whether the checkpoints of it were signed by a key that counts.

A checkpoint that nobody signed proves nothing, and one that another log made is about that log.
Which keys count: those that whoever checks has from elsewhere, and without such those that the
register knows. Its own checkpoints must have been signed by the key that it says, while that key
was valid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from doorlicht.errors import DoorlichtError, IntegrityError
from doorlicht.evidence import Note, VerifierKey, checkpoint_of, signers_of
from doorlicht.register import Checkup, Problem, Register, TreeHead
from doorlicht.register.attested import KeptCheckpoint, KeptKey

KeyState = Literal["given", "valid", "expired", "revoked", "rotated"]


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Which key signed a checkpoint from elsewhere, and what may be done with that key now."""

    place: str
    key: str
    state: KeyState


@dataclass(frozen=True, slots=True)
class CheckedLog:
    """What was looked at, and who signed the checkpoints that were given."""

    checkup: Checkup
    signed: tuple[SignedBy, ...] = field(default=())


def check_log(
    register: Register,
    held: Mapping[str, Note],
    *,
    trusted: Sequence[VerifierKey] = (),
    now: datetime,
) -> CheckedLog:
    """Look at everything that the log speaks of, and at every signature under its checkpoints.

    Parameters
    ----------
    held
        Checkpoints that others hold, each by a name for messages.
    trusted
        Keys from elsewhere; where there are none, those that the register knows count.

    Raises
    ------
    InputError
        If a note is no checkpoint.
    """
    heads = {place: checkpoint_of(note) for place, note in held.items()}
    known, origin = _known_keys(register), register.attested.origin()
    count = trusted or [one.key for one in known.values() if one.use == "log"]
    ours = {place: note for place, note in held.items() if heads[place].origin == origin}
    signers = {place: keys for place, note in ours.items() if (keys := _signers(note, count))}
    # What nobody signed says nothing of this log, and is compared with nothing.
    checkup = register.log.check(
        [TreeHead(heads[place].size, heads[place].root) for place in signers]
    )
    for one in _own(register):
        _check_own(one, known, checkup)
    for place in held:
        if place not in signers:
            kind = "unsigned" if place in ours else "other_log"
            checkup.tell(Problem(kind, heads[place].size, place))
    signed = [
        SignedBy(place, one.text, _state(one, known, trusted, now))
        for place, keys in signers.items()
        for one in keys
    ]
    return CheckedLog(checkup, tuple(signed))


def _known_keys(register: Register) -> dict[str, KeptKey]:
    try:
        return {one.id: one for one in register.attested.known_keys()}
    except (DoorlichtError, ValueError):
        # An edited one, which the log names already.
        return {}


def _own(register: Register) -> list[KeptCheckpoint]:
    try:
        return register.attested.checkpoints()
    except (DoorlichtError, ValueError):
        return []


def _check_own(one: KeptCheckpoint, known: Mapping[str, KeptKey], checkup: Checkup) -> None:
    key = known.get(one.key)
    if key is None or not _signers(one.signed, [key.key]):
        checkup.tell(Problem("unsigned", one.size, f"checkpoint:{one.id}"))
    elif key.state(one.at) != "valid":
        checkup.tell(Problem("no_valid_key", one.size, f"checkpoint:{one.id}"))


def _signers(note: Note, keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    """Return the keys of the log that signed a note; none if a signature is false."""
    try:
        return [key for key, _ in signers_of(note, keys) if key.kind == "note"]
    except IntegrityError:
        return []


def _state(
    key: VerifierKey, known: Mapping[str, KeptKey], trusted: Sequence[VerifierKey], now: datetime
) -> KeyState:
    kept = next((one for one in known.values() if one.key == key), None)
    if kept is None:
        return "given"
    state = kept.state(now)
    return "given" if key in trusted and state == "valid" else state
