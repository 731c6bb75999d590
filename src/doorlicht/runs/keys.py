"""Keys of a log and of witnesses: made, replaced, ended; and the signer that has the secret part.

A key is the log's from the moment it is kept in the register. A key that was replaced or revoked
does not come back: what it signed before stays as it was, and what it signs later proves nothing.
"""

from __future__ import annotations

from datetime import datetime

from doorlicht.errors import InputError, RefusedError
from doorlicht.evidence import Signer, VerifierKey, parse_key
from doorlicht.records.persons import clean_text
from doorlicht.register import Register
from doorlicht.register.attested import KeptKey


def origin_of(register: Register, *, by: str) -> str:
    """Return the name of the log; a register without entries gets its first one."""
    if (origin := register.attested.origin()) is not None:
        return origin
    register.attested.begin(by=by)
    return origin_of(register, by=by)


def keep_log_key(
    register: Register, public: bytes, *, by: str, until: datetime | None = None
) -> KeptKey:
    """Let a key sign for the log from now on.

    Parameters
    ----------
    public
        32 bytes of Ed25519.
    until
        From when on it may not be used.
    """
    key = VerifierKey(origin_of(register, by=by), public)
    return register.attested.key(register.attested.keep_key(key, "log", by=by, until=until))


def keep_witness_key(register: Register, text: str, *, by: str) -> KeptKey:
    """Know a witness by its public key, in one line.

    Raises
    ------
    InputError
        If it is no key of a witness, or known already.
    """
    key = parse_key(text)
    if key.kind != "witness":
        raise InputError("key.no_witness", name=key.name)
    return register.attested.key(register.attested.keep_key(key, "witness", by=by))


def rotate_key(
    register: Register,
    old: str,
    public: bytes,
    *,
    now: datetime,
    by: str,
    until: datetime | None = None,
) -> KeptKey:
    """Replace a key of the log by another one.

    Raises
    ------
    InputError
        If there is no such key of the log, or it was ended before.
    """
    kept = _usable(register, old, now)
    if kept.use != "log":
        raise InputError("key.not_of_log", id=old)
    made = keep_log_key(register, public, by=by, until=until)
    register.attested.end_key(old, "rotated", reason=made.id, by=by)
    return made


def revoke_key(register: Register, key_id: str, *, reason: str, by: str) -> None:
    """Note that a key may no longer be relied on, and why.

    Raises
    ------
    InputError
        If there is no such key, it was revoked before, or no reason is given.
    """
    kept = register.attested.key(key_id)
    if any(one.kind == "revoked" for one in kept.events):
        raise InputError("key.ended", id=key_id, state="revoked")
    if not reason.strip():
        raise InputError("key.no_reason", id=key_id)
    register.attested.end_key(key_id, "revoked", reason=clean_text(reason), by=by)


def key_of(register: Register, signer: Signer, now: datetime) -> KeptKey:
    """Return which key of the log a signer has.

    Raises
    ------
    RefusedError
        If it is none, or one that may not be used at this moment.
    """
    for one in register.attested.known_keys(use="log"):
        if one.key.public == signer.public_key:
            if (state := one.state(now)) != "valid":
                raise RefusedError("key.not_valid", id=one.id, state=state)
            return one
    raise RefusedError("key.not_of_this_log")


def _usable(register: Register, key_id: str, now: datetime) -> KeptKey:
    kept = register.attested.key(key_id)
    if (state := kept.state(now)) in ("revoked", "rotated"):
        raise InputError("key.ended", id=key_id, state=state)
    return kept
