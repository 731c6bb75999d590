"""Key files on disk: made so that only their owner can read them, and refused where others can.

Whoever can write to the folder can put another file in its place, so the folder is looked at as
well. On systems without the permissions of POSIX only the encryption protects a key.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from doorlicht.errors import InputError, RefusedError, WrongUseError
from doorlicht.evidence import KeyInMemory, open_key, seal_key
from doorlicht.evidence.keys import MAX_FILE_BYTES

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_HAS_OWNERS: Final = hasattr(os, "geteuid")
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)


def make_key_file(path: Path, passphrase: str) -> KeyInMemory:
    """Make a new key and write it, encrypted, to a file that was not there.

    Raises
    ------
    WrongUseError
        If there is a file already.
    RefusedError
        If others can write to the folder.
    InputError
        If the passphrase is too short, or the file cannot be written.
    """
    key = KeyInMemory.of_seed(secrets.token_bytes(32))
    content = seal_key(
        key, passphrase, salt=secrets.token_bytes(16), start=secrets.token_bytes(16)
    )  # fmt: skip
    _check_folder(path)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise WrongUseError("key.exists", path=str(path)) from None
    except OSError:
        raise InputError("output.unwritable", path=str(path)) from None
    return key


def read_key_file(path: Path, passphrase: str) -> KeyInMemory:
    """Return the key in a file.

    Raises
    ------
    RefusedError
        If others than its owner can read the file, or write to its folder.
    InputError
        If it cannot be read, is no key file, or the passphrase is wrong.
    """
    return open_key(sealed_content(path), passphrase)


def sealed_content(path: Path) -> bytes:
    """Return what a key file holds, still encrypted, if nobody else can get at it."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise InputError("key.no_key_file")
            if _HAS_OWNERS and found.st_mode & _OTHERS:
                raise RefusedError("key.readable_by_others", path=str(path))
            if _HAS_OWNERS and found.st_uid not in (os.geteuid(), 0):
                raise RefusedError("key.other_owner", path=str(path))
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError:
        raise InputError("key.unreadable", path=str(path)) from None
    _check_folder(path)
    return content


def _check_folder(path: Path) -> None:
    folder = path.resolve().parent
    try:
        mode = folder.stat().st_mode
    except OSError:
        raise InputError("key.unreadable", path=str(folder)) from None
    if _HAS_OWNERS and mode & _OTHERS_WRITE:
        raise RefusedError("key.open_folder", folder=str(folder))
