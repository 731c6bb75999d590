"""Signed notes: a text with signatures under it, that people and programs can both read.

A note is UTF-8 text, an empty line, and a line for each signature: an em dash, the name of the
key, and base64 of a short id of the key and the signature. Who checks a note knows the keys that
count already; signatures by others are passed over, and prove nothing.

Two kinds of keys are known: those that sign the text itself, and those of witnesses, whose
signature also says at what moment they had seen nothing that contradicts it.

Source: C2SP signed-note v1.0.0; C2SP tlog-cosignature (``cosignature/v1`` with Ed25519). Bytes
are the same as those of Go's ``sumdb/note``, whose published examples are among the tests.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence.signing import Signer, is_signed_by

KeyKind = Literal["note", "witness"]

MAX_NOTE_BYTES: Final = 1 << 20
MAX_SIGNATURES: Final = 100
"""As Go's ``sumdb/note``; the specification asks for at least 16."""

_TYPES: Final[dict[KeyKind, int]] = {"note": 1, "witness": 4}
_KINDS: Final[dict[int, KeyKind]] = {number: kind for kind, number in _TYPES.items()}

_SIGNATURE_BYTES: Final[dict[KeyKind, int]] = {"note": 64, "witness": 72}

_KEY: Final = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_SIGNATURE: Final = re.compile(r"— ([^+\s]+) ([A-Za-z0-9+/=]+)")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public part of a key, with its name; what somebody must have to check a note.

    Attributes
    ----------
    name
        Without spaces and plus signs; that of a log is its origin.
    public
        32 bytes of Ed25519 (RFC 8032).
    kind
        ``note``: signs texts. ``witness``: signs a text together with a moment.

    Examples
    --------
    >>> key = parse_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    >>> key.name, key.kind, key.id.hex()
    ('example.com/foo', 'note', '530d903a')
    """

    name: str
    public: bytes
    kind: KeyKind = "note"

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of the same name apart; not safe against forgery."""
        head = self.name.encode() + b"\n" + bytes([_TYPES[self.kind]])
        return hashlib.sha256(head + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key in one line, as it is published and handed over."""
        material = bytes([_TYPES[self.kind]]) + self.public
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(material).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """A signature as it stands under a note; not yet checked.

    Attributes
    ----------
    key_id
        Four bytes; see :attr:`VerifierKey.id`.
    raw
        What the key made: for a witness eight bytes of a moment (seconds since 1970) before it.
    """

    name: str
    key_id: bytes
    raw: bytes

    @property
    def line(self) -> str:
        """The line under the note, without its end."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.raw).decode('ascii')}"

    @property
    def witnessed_seconds(self) -> int:
        """When a witness says it signed, in seconds since 1970."""
        return int.from_bytes(self.raw[:8], "big")


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a line end, and the signatures under it."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @property
    def full(self) -> str:
        """The note as it is published."""
        return f"{self.text}\n" + "".join(f"{one.line}\n" for one in self.signatures)

    def with_signatures(self, more: Iterable[NoteSignature]) -> Note:
        """Return the note with signatures added; one that is there already is not repeated."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


def parse_key(text: str) -> VerifierKey:
    """Read a public key from its one line.

    Raises
    ------
    InputError
        If it is no key, of another kind, or its short id does not fit the rest.
    """
    found = _KEY.fullmatch(text.strip())
    material = _from_base64(found[3]) if found else None
    kind = _KINDS.get(material[0]) if material else None
    if found is None or material is None or kind is None or len(material) != 33:
        raise InputError("proof.no_key")
    key = VerifierKey(found[1], material[1:], kind)
    if key.id.hex() != found[2]:
        raise InputError("proof.no_key")
    return key


def parse_note(content: bytes | str) -> Note:
    """Read a note; its signatures are not checked.

    Raises
    ------
    InputError
        If it does not follow the form, to the byte.
    """
    text = _decoded(content)
    head, between, tail = text.rpartition("\n\n")
    if not between or not head or not tail.endswith("\n") or _CONTROL.search(text):
        raise InputError("proof.no_note")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise InputError("proof.no_note")
    return Note(head + "\n", tuple(map(_signature_of, lines)))


def sign_note(text: str, signer: Signer, name: str) -> Note:
    """Return a text with a signature under it.

    Raises
    ------
    InputError
        If a note cannot hold the text or name a key so.
    """
    note = Note(text, (_signed(VerifierKey(name, signer.public_key), text.encode(), signer),))
    if parse_note(note.full) != note:
        raise InputError("proof.no_note")
    return note


def cosign(note: Note, signer: Signer, name: str, *, seconds: int) -> NoteSignature:
    """Return the signature of a witness over a note, with the moment in seconds since 1970.

    The witness must have seen that what the note says continues what it signed before.
    """
    moment = seconds.to_bytes(8, "big")
    key = VerifierKey(name, signer.public_key, "witness")
    return _signed(key, _witnessed(note.text, seconds), signer, moment)


def signers_of(note: Note, keys: Sequence[VerifierKey]) -> list[tuple[VerifierKey, NoteSignature]]:
    """Return which of the keys signed the note, in the order of the signatures.

    Signatures by other keys are passed over, as anybody can add one.

    Raises
    ------
    IntegrityError
        If a signature claims to be by one of the keys, and is not.
    """
    by_id = {(key.name, key.id): key for key in keys}
    found: list[tuple[VerifierKey, NoteSignature]] = []
    for one in note.signatures:
        key = by_id.get((one.name, one.key_id))
        if key is None:
            continue
        if not _is_by(key, one, note.text):
            raise IntegrityError("proof.false_signature", name=key.name)
        found.append((key, one))
    return found


def _is_by(key: VerifierKey, signature: NoteSignature, text: str) -> bool:
    if len(signature.raw) != _SIGNATURE_BYTES[key.kind]:
        return False
    if key.kind == "note":
        return is_signed_by(key.public, signature.raw, text.encode())
    seconds = signature.witnessed_seconds
    if seconds >= 1 << 63:
        return False
    return is_signed_by(key.public, signature.raw[8:], _witnessed(text, seconds))


def _signed(key: VerifierKey, message: bytes, signer: Signer, moment: bytes = b"") -> NoteSignature:
    return NoteSignature(key.name, key.id, moment + signer.sign(message))


def _witnessed(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _signature_of(line: str) -> NoteSignature:
    found = _SIGNATURE.fullmatch(line)
    raw = _from_base64(found[2]) if found else None
    if found is None or raw is None or len(raw) < 5:
        raise InputError("proof.no_note")
    return NoteSignature(found[1], raw[:4], raw[4:])


def _decoded(content: bytes | str) -> str:
    try:
        raw = content.encode() if isinstance(content, str) else content
        if len(raw) > MAX_NOTE_BYTES:
            raise InputError("proof.no_note")
        return raw.decode("utf-8")
    except UnicodeError:
        raise InputError("proof.no_note") from None


def _from_base64(text: str) -> bytes | None:
    """Return what a text stands for, only if nothing else is written the same."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode("ascii") == text else None
