"""A zip with a password that nobody has: a scan must say that it could not look inside.

Python reads such archives but does not write them, so the old cipher of the format stands here.
It protects nothing by today's standards, which does not matter: what is inside is invented, and
the password is thrown away.

Source: PKWARE, APPNOTE.TXT, section 6.1 (traditional PKWARE encryption).
"""

from __future__ import annotations

import binascii
import io
import zipfile
from pathlib import Path
from random import Random
from typing import Final

ENCRYPTED: Final = 0x1
"""General purpose bit 0 of a member."""


def write_locked_zip(
    path: Path,
    member: str,
    content: bytes,
    moment: tuple[int, int, int, int, int, int],
    random: Random,
) -> None:
    """Write one member, stored, locked with a password drawn from ``random``."""
    password = bytes(random.randrange(256) for _ in range(24))
    checksum = binascii.crc32(content)
    # The last byte of the twelve in front tells a reader whether the password was right.
    front = bytes(random.randrange(256) for _ in range(11)) + bytes([checksum >> 24])
    locked = _Cipher(password).lock(front + content)

    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(member, moment), content)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_with_locked_member(plain.getvalue(), content, locked))


def _with_locked_member(archive: bytes, content: bytes, locked: bytes) -> bytes:
    """Put the locked bytes in the place of the plain ones, and mend the headers around them."""
    start = archive.index(content)
    local, directory = bytearray(archive[:start]), bytearray(archive[start + len(content) :])
    extra = len(locked) - len(content)
    end = directory.index(b"PK\x05\x06")
    local[6] |= ENCRYPTED
    directory[8] |= ENCRYPTED
    local[18:22] = len(locked).to_bytes(4, "little")
    directory[20:24] = len(locked).to_bytes(4, "little")
    offset = int.from_bytes(directory[end + 16 : end + 20], "little") + extra
    directory[end + 16 : end + 20] = offset.to_bytes(4, "little")
    return bytes(local) + locked + bytes(directory)


class _Cipher:
    """The three keys of the old cipher, turning with every byte."""

    def __init__(self, password: bytes) -> None:
        self._keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self._turn(byte)

    def lock(self, content: bytes) -> bytes:
        locked = bytearray()
        for byte in content:
            seed = self._keys[2] | 2
            locked.append(byte ^ (((seed * (seed ^ 1)) >> 8) & 0xFF))
            self._turn(byte)
        return bytes(locked)

    def _turn(self, byte: int) -> None:
        first, second, third = self._keys
        first = _crc(first, byte)
        second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self._keys = [first, second, _crc(third, second >> 24)]


def _crc(key: int, byte: int) -> int:
    # The CRC of zlib without the inversion before and after.
    return binascii.crc32(bytes([byte]), key ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
