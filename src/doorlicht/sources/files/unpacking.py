"""Compressed files and archives, opened in memory and within limits; nothing is unpacked to disk.

A library that only opens files by name gets one that has no name on any disk: an anonymous
file in memory, where the system has them (Linux). Elsewhere such a member is a blind spot.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from doorlicht.plugins import Limits
from doorlicht.sources.files.walking import printable
from doorlicht.sources.tables import Blob, UnreadableError

MEMBER_BYTES: Final = 2 << 30
"""Most bytes of one member that are held in memory."""

_MARKS: Final = (
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
)
_ERRORS: Final = (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError,
                  zlib.error, ValueError, NotImplementedError, RuntimeError)  # fmt: skip


def packed_kind(head: bytes) -> str | None:
    """Return the kind of packing (zip, tar, gz, bz2, xz, zst) of what must be unpacked first."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    for mark, kind in _MARKS:
        if head.startswith(mark):
            return kind
    return None


def is_workbook(blob: Blob) -> bool:
    """Whether a zip is a workbook and not an archive of files."""
    try:
        with blob.open() as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except _ERRORS:
        return blob.suffix in {"xlsx", "xlsm", "xlsb", "ods"}
    is_office = "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)
    return is_office or ("content.xml" in names and "mimetype" in names)


def members(blob: Blob, kind: str, limits: Limits) -> Iterator[tuple[str, Blob] | UnreadableError]:
    """Return the files in an archive, or the one file in a compressed file, with their place in it.

    The place is ``!`` and the path inside, and empty for the one file in a compressed file; a place
    that was there already gets a number. The name of the blob is its name inside. Sizes are checked
    while unpacking, for what an archive says of itself may be a lie.
    """
    places: Counter[str] = Counter()
    try:
        if kind == "zip":
            found = _zip_members(blob, limits)
        elif kind == "tar":
            found = _tar_members(blob, blob.open, limits)
        else:
            found = _single(blob, kind, limits)
        for place, member in found:
            places[place] += 1
            if places[place] > 1:
                place = f"{place}!{places[place]}"
            if isinstance(member, UnreadableError):
                member.suffix = place
                yield member
            else:
                yield place, member
    except UnreadableError as error:
        yield error
    except _ERRORS:
        yield UnreadableError("file.broken")


_Members = Iterator[tuple[str, Blob | UnreadableError]]


def _place(name: str) -> str:
    return f"!{printable(name)}"


def _zip_members(blob: Blob, limits: Limits) -> _Members:
    with blob.open() as file, zipfile.ZipFile(file) as archive:
        total = 0
        for entry in archive.infolist():
            if entry.is_dir() or entry.filename.startswith("__MACOSX/"):
                continue
            place = _place(entry.filename)
            if entry.flag_bits & 0x1:
                yield place, UnreadableError("file.encrypted")
                continue
            total += entry.file_size
            ratio = entry.file_size / max(1, entry.compress_size)
            if ratio > limits.unpacked_ratio and entry.file_size > _RATIO_FROM:
                yield place, UnreadableError("limit.unpacked", ratio=limits.unpacked_ratio)
                continue
            if total > limits.unpacked_bytes:
                raise UnreadableError("limit.unpacked", ratio=limits.unpacked_ratio)
            member = Blob(
                entry.filename,
                entry.file_size,
                lambda entry=entry: _held_member(archive, entry),
            )
            yield place, member


def _held_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> BinaryIO:
    try:
        stream = archive.open(entry)
    except _ERRORS:  # its own header is damaged, or is of another member
        raise UnreadableError("file.broken") from None
    return _held(stream, entry.file_size)


_RATIO_FROM: Final = 10 << 20
"""Small files may be packed as much as they like."""


def _tar_members(blob: Blob, open_tar: Callable[[], BinaryIO], limits: Limits) -> _Members:
    total = 0
    with open_tar() as file, tarfile.open(fileobj=file, mode="r|") as archive:
        for entry in archive:
            if not entry.isfile():
                continue
            total += entry.size
            too_much = total > max(_RATIO_FROM, blob.size * limits.unpacked_ratio)
            if too_much or total > limits.unpacked_bytes:
                raise UnreadableError("limit.unpacked", ratio=limits.unpacked_ratio)
            content = archive.extractfile(entry)
            if content is None:
                continue
            if entry.size > MEMBER_BYTES:
                error = UnreadableError("limit.document", mebibytes=MEMBER_BYTES >> 20)
                yield _place(entry.name), error
                continue
            data = content.read()
            member = Blob(entry.name, entry.size, lambda data=data: io.BytesIO(data))
            yield _place(entry.name), member


def _single(blob: Blob, kind: str, limits: Limits) -> _Members:
    def unpack() -> BinaryIO:
        return cast("BinaryIO", _Bounded(blob.open(), kind, blob.size, limits))

    with unpack() as file:
        head = file.read(512)
    inner = blob.name.rpartition("/")[2]
    inner = inner.rpartition(".")[0] if "." in inner else inner
    if head[257:262] == b"ustar":
        yield from _tar_members(blob, unpack, limits)
    else:
        yield "", Blob(inner, max(blob.size, 1), lambda: _held(unpack(), None))


def _decompressor(file: BinaryIO, kind: str) -> Any:
    if kind == "gz":
        return gzip.GzipFile(fileobj=file)
    if kind == "bz2":
        return bz2.BZ2File(file)
    if kind == "xz":
        return lzma.LZMAFile(file)
    import pyarrow as pa

    return pa.CompressedInputStream(pa.PythonFile(file), "zstd")


class _Bounded(io.RawIOBase):
    """A stream that ends with an error when more comes out than may."""

    def __init__(self, file: BinaryIO, kind: str, packed: int, limits: Limits) -> None:
        self._file = file
        self._inner = _decompressor(file, kind)
        self._read = 0
        self._most = min(limits.unpacked_bytes, max(_RATIO_FROM, packed * limits.unpacked_ratio))
        self._ratio = limits.unpacked_ratio

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._inner.close()
        self._file.close()
        super().close()

    def read(self, size: int = -1) -> bytes:
        data = self._inner.read(size if size >= 0 else 1 << 20)
        self._read += len(data)
        if self._read > self._most:
            raise UnreadableError("limit.unpacked", ratio=self._ratio)
        return bytes(data)


def _held(stream: Any, size: int | None) -> BinaryIO:
    """Return the whole stream in memory, with seek, if it fits."""
    if size is not None and size > MEMBER_BYTES:
        raise UnreadableError("limit.document", mebibytes=MEMBER_BYTES >> 20)
    held = io.BytesIO()
    try:
        with stream:
            while part := stream.read(1 << 20):
                held.write(part)
                if held.tell() > MEMBER_BYTES:
                    raise UnreadableError("limit.document", mebibytes=MEMBER_BYTES >> 20)
    except _ERRORS:
        raise UnreadableError("file.broken") from None
    held.seek(0)
    return held


@contextmanager
def on_disk(blob: Blob) -> Generator[Path]:
    """Give a path by which a library can open a blob, without its content touching a disk.

    Raises
    ------
    UnreadableError
        Where the system has no files in memory and the blob is not on disk already.
    """
    if blob.path is not None:
        yield blob.path
        return
    if sys.platform != "linux":
        raise UnreadableError("archive.needs_path")
    number = os.memfd_create("doorlicht")
    try:
        with blob.open() as file:
            while part := file.read(1 << 20):
                os.write(number, part)
        yield Path(f"/proc/self/fd/{number}")
    finally:
        os.close(number)
