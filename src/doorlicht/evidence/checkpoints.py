"""Checkpoints: what a log says of itself at one size, in three lines that can be signed.

Whoever holds a checkpoint can later be shown that the log only grew since. Two checkpoints of one
size and different roots prove that somebody keeps two histories.

Source: C2SP tlog-checkpoint; for what is handed to a witness C2SP tlog-witness (the body of
``add-checkpoint``).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from doorlicht.errors import InputError
from doorlicht.evidence.notes import Note, parse_note

MAX_SIZE: Final = 1 << 63
"""One more than the largest size that other programs can hold."""

MAX_PROOF: Final = 63
"""Hashes in the longest proof that there can be."""

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_HASH: Final = re.compile(r"[A-Za-z0-9+/]{43}=")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: whose log, how many entries, and the root of the tree over them.

    Attributes
    ----------
    origin
        Which log it is.
    size
        Number of entries.
    root
        32 bytes.

    Examples
    --------
    >>> print(Checkpoint("example.com/log", 2, bytes(32)).text, end="")
    example.com/log
    2
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def checkpoint_of(note: Note) -> Checkpoint:
    """Read what a note says as a checkpoint; its signatures are not checked.

    Lines after the third, which other logs may add, are signed too but mean nothing here.

    Raises
    ------
    InputError
        If it is another kind of note.
    """
    lines = note.text[:-1].split("\n")
    if len(lines) < 3 or not all(lines) or not _SIZE.fullmatch(lines[1]):
        raise InputError("proof.no_checkpoint")
    size = int(lines[1])
    if size >= MAX_SIZE:
        raise InputError("proof.no_checkpoint")
    return Checkpoint(lines[0], size, _hash_of(lines[2]))


@dataclass(frozen=True, slots=True)
class Consistency:
    """That one checkpoint continues another: the old size, the proof, and the new checkpoint.

    The text is what a witness is asked with.

    Examples
    --------
    >>> note = Note(Checkpoint("example.com/log", 2, bytes(32)).text, ())
    >>> print(Consistency(1, (bytes(32),), note).text, end="")
    old 1
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    <BLANKLINE>
    example.com/log
    2
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    <BLANKLINE>
    """

    old_size: int
    proof: tuple[bytes, ...]
    note: Note

    @property
    def text(self) -> str:
        """The request as it is written down."""
        hashes = "".join(f"{to_base64(one)}\n" for one in self.proof)
        return f"old {self.old_size}\n{hashes}\n{self.note.full}"


def parse_consistency(content: bytes | str) -> Consistency:
    """Read a request to a witness; nothing is checked yet.

    Raises
    ------
    InputError
        If it does not follow the form.
    """
    try:
        text = content if isinstance(content, str) else content.decode("utf-8")
    except UnicodeError:
        raise InputError("proof.no_proof") from None
    head, between, rest = text.partition("\n\n")
    first, *hashes = head.split("\n")
    word, _, size = first.partition(" ")
    if not between or word != "old" or not _SIZE.fullmatch(size) or len(hashes) > MAX_PROOF:
        raise InputError("proof.no_proof")
    return Consistency(int(size), _hashes_of(hashes), parse_note(rest))


def to_base64(raw: bytes) -> str:
    """Return bytes in the base64 of RFC 4648, section 4."""
    return base64.b64encode(raw).decode("ascii")


def _hashes_of(lines: Sequence[str]) -> tuple[bytes, ...]:
    try:
        return tuple(map(_hash_of, lines))
    except InputError:
        raise InputError("proof.no_proof") from None


def _hash_of(text: str) -> bytes:
    raw = base64.b64decode(text) if _HASH.fullmatch(text) else b""
    if to_base64(raw) != text:
        raise InputError("proof.no_checkpoint")
    return raw
