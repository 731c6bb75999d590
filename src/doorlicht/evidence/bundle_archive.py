"""The file that a bundle is: a plain ZIP of which every byte is accounted for.

Any program opens it. There is one way to write it: files one behind the other from the first byte
on, without folders, links, comments, dates or spare fields, then the list. So the list can be
checked against the headers to the byte, and nothing can hide between the files.

Source: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16; no ZIP64.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO, Final, NamedTuple

from doorlicht.errors import InputError, IntegrityError

MAX_FILES: Final = 10_000
MAX_LINE_BYTES: Final = 1 << 26
MAX_SMALL_BYTES: Final = 1 << 24
"""Of a file that is read as a whole."""

MAX_UNPACKED_BYTES: Final = 1 << 33
"""Of all files together: more than a bundle of ten million entries has, less than fills a disk."""

_NAME: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?:/[A-Za-z0-9][A-Za-z0-9_.-]{0,99}){0,3}"
)
"""Names in ASCII and relative, so that no system takes one for a place elsewhere."""

_HEADER: Final = struct.Struct("<4sHHHHHIIIHH")
_LISTED: Final = struct.Struct("<4sBBHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")

_VERSION, _UNIX, _DATE = 20, 3, 33
_MODE: Final = 0o100644 << 16
_STORED, _DEFLATED = 0, 8

_CHUNK_BYTES: Final = 1 << 18


class Member(NamedTuple):
    """A file in the archive: where its content begins, and how it is packed."""

    start: int
    packed_bytes: int
    bytes: int
    method: int
    crc: int


class ArchiveWriter:
    """Writes files into a bundle, one behind the other.

    Parameters
    ----------
    file
        Empty, to be written, read and moved in.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", allowZip64=False)

    def add(self, name: str, chunks: Iterable[bytes], *, is_packed: bool = True) -> tuple[int, str]:
        """Add a file; return its bytes and SHA-256.

        Raises
        ------
        InputError
            If the file or the archive is too large for a ZIP that every program opens (4 GB).
        """
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.create_system, info.external_attr = _UNIX, _MODE
        info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(info, "w") as member:
                for chunk in chunks:
                    member.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
        except (RuntimeError, zipfile.LargeZipFile):
            raise InputError("bundle.too_large", name=name) from None
        return size, digest.hexdigest()

    def so_far(self) -> tuple[int, str]:
        """Return how many bytes were written until now, and their SHA-256."""
        end = self._file.seek(0, 2)
        return end, _digest(self._file, end)

    def close(self) -> None:
        """Write the list of files."""
        try:
            self._zip.close()
        except zipfile.LargeZipFile:
            raise InputError("bundle.too_large", name="-") from None

    def abandon(self) -> None:
        """Let go of a file that will not be finished."""
        with suppress(ValueError, OSError, zipfile.LargeZipFile):
            self._zip.close()


class Archive:
    """A bundle that is read; making one checks every header of it.

    Raises
    ------
    IntegrityError
        ``bundle.archive``, with the file or place, if a byte is not as it must be.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.members: dict[str, Member] = {}
        size = file.seek(0, 2)
        end = self._read_at(max(0, size - _END.size), _END.size)
        if len(end) != _END.size:
            raise _broken("-")
        mark, disk, list_disk, here, count, listed_bytes, place, comment = _END.unpack(end)
        if (mark, disk, list_disk, here, comment) != (b"PK\5\6", 0, 0, count, 0):
            raise _broken("-")
        if count > MAX_FILES or place + listed_bytes + _END.size != size:
            raise _broken("-")
        listed, at = self._read_at(place, listed_bytes), 0
        for _ in range(count):
            at = self._take(listed, at)
        if at != listed_bytes or self._end() != place:
            raise _broken("-")
        if sum(one.bytes for one in self.members.values()) > MAX_UNPACKED_BYTES:
            raise _broken("-")

    def __contains__(self, name: str) -> bool:
        return name in self.members

    @property
    def names(self) -> list[str]:
        """The files in their order."""
        return list(self.members)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of a file, and never more of it than the list says.

        Raises
        ------
        IntegrityError
            If it cannot be unpacked, or is shorter or other than the list says.
        """
        member = self.members[name]
        parts = self._packed(member)
        seen, crc = 0, 0
        for chunk in _inflated(parts, name) if member.method == _DEFLATED else parts:
            # What a damaged stream gives beyond it is cut off, as other programs do.
            taken = chunk[: member.bytes - seen]
            seen, crc = seen + len(taken), zlib.crc32(taken, crc)
            # The last chunk is handed out only if the whole is as it was.
            if seen == member.bytes and crc != member.crc:
                raise _broken(name)
            yield taken
            if seen == member.bytes:
                return
        if (seen, crc) != (member.bytes, member.crc):
            raise _broken(name)

    def content(self, name: str) -> bytes:
        """Return a small file.

        Raises
        ------
        IntegrityError
            ``bundle.file``, if it is missing or not small.
        """
        if name not in self.members or self.members[name].bytes > MAX_SMALL_BYTES:
            raise IntegrityError("bundle.file", place=name)
        return b"".join(self.chunks(name))

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a file without their ends; nothing if there is no such file.

        Raises
        ------
        ValueError
            If the last line has no end, or one is absurdly long.
        """
        rest = b""
        for chunk in self.chunks(name) if name in self.members else ():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > MAX_LINE_BYTES:
                raise ValueError(name)
        if rest:
            raise ValueError(name)

    def digest_before(self, name: str) -> tuple[int, str]:
        """Return how many bytes stand before a file and its header, and their SHA-256."""
        end = self.members[name].start - _HEADER.size - len(name)
        return end, _digest(self._file, end)

    def _take(self, listed: bytes, at: int) -> int:
        """Take one member from the list, and return where the next one begins."""
        if len(listed) - at < _LISTED.size:
            raise _broken("-")
        fields = _LISTED.unpack_from(listed, at)
        method, crc, packed, size, length = fields[5], *fields[8:12]
        raw = listed[at + _LISTED.size : at + _LISTED.size + length]
        name = raw.decode("ascii", "replace")
        if not _NAME.fullmatch(name) or name in self.members:
            raise _broken(name)
        if method not in (_STORED, _DEFLATED) or (method == _STORED and packed != size):
            raise _broken(name)
        place = self._end()
        common = (0, method, 0, _DATE, crc, packed, size, length, 0)
        expected = _LISTED.pack(
            b"PK\1\2", _VERSION, _UNIX, _VERSION, *common, 0, 0, 0, _MODE, place
        )  # fmt: skip
        header = _HEADER.pack(b"PK\3\4", _VERSION, *common) + raw
        is_same = listed[at : at + _LISTED.size] == expected
        if not is_same or self._read_at(place, len(header)) != header:
            raise _broken(name)
        self.members[name] = Member(place + len(header), packed, size, method, crc)
        return at + _LISTED.size + length

    def _end(self) -> int:
        """Return where the last member so far ends."""
        if not self.members:
            return 0
        last = next(reversed(self.members.values()))
        return last.start + last.packed_bytes

    def _packed(self, member: Member) -> Iterator[bytes]:
        place, left = member.start, member.packed_bytes
        while left:
            chunk = self._read_at(place, min(left, _CHUNK_BYTES))
            if not chunk:
                return
            yield chunk
            place, left = place + len(chunk), left - len(chunk)

    def _read_at(self, place: int, count: int) -> bytes:
        self._file.seek(place)
        return self._file.read(count)


def _inflated(parts: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Unpack a file in chunks of bounded size, however much a few bytes may stand for.

    Bits behind the end of the stream mean nothing to any program; the seal of the archive has them.
    """
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for part in parts:
            waiting = part
            while waiting:
                yield inflating.decompress(waiting, _CHUNK_BYTES)
                waiting = inflating.unconsumed_tail
    except zlib.error:
        raise _broken(name) from None


def _digest(file: BinaryIO, end: int) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    left = end
    while left:
        chunk = file.read(min(left, 1 << 20))
        if not chunk:
            break
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _broken(place: str) -> IntegrityError:
    return IntegrityError("bundle.archive", place=place)
