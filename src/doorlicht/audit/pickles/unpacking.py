"""The bytes of a pickle out of what they are packed in, up to a limit.

Source: the magic numbers are those of RFC 1950, RFC 1952, bzip2, xz and LZ4; joblib writes
each of these formats.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Any, Final

_BLOCK: Final = 1 << 20

MIN_UNPACKED: Final = 64 << 20
"""Below this no ratio is looked at: a model of zeros packs well."""


class UnpackError(Exception):
    """It cannot be unpacked; ``code`` is that of a blind spot."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def packing_of(content: bytes | memoryview) -> str:
    """Return what the bytes are packed with: ``zlib``, ``gzip``, ``bz2``, ``xz``, ``lzma``, ...

    Examples
    --------
    >>> packing_of(zlib.compress(b"a")), packing_of(b"plain")
    ('zlib', '')
    """
    head = bytes(content[:8])
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    if head[:3] == b"BZh":
        return "bz2"
    if head[:6] == b"\xfd7zXZ\x00":
        return "xz"
    if head[:4] == b"\x04\x22\x4d\x18":
        return "lz4"
    if head[:4] == b"\x28\xb5\x2f\xfd":
        return "zstd"
    if head[:2] == b"ZF":
        return "zfile"
    if head[:3] == b"\x5d\x00\x00":
        return "lzma"
    # The two bytes of a zlib header are a multiple of 31; in a pickle "x" begins no instruction.
    if len(head) >= 2 and head[0] == 0x78 and int.from_bytes(head[:2], "big") % 31 == 0:
        return "zlib"
    return ""


_OPENERS: Final[dict[str, Callable[[], Any]]] = {
    "zlib": zlib.decompressobj,
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(memlimit=256 << 20),
    "lzma": lambda: lzma.LZMADecompressor(memlimit=256 << 20),
}


def unpack(content: bytes, packing: str, most_bytes: int, most_ratio: int) -> bytes:
    """Return what is packed in ``content``.

    Raises
    ------
    UnpackError
        If the packing cannot be read, is damaged, or holds more than is allowed.
    """
    opener = _OPENERS.get(packing)
    if opener is None:
        raise UnpackError("model.packing")
    limit = min(most_bytes, max(MIN_UNPACKED, len(content) * most_ratio))
    out: list[bytes] = []
    size = 0
    rest = memoryview(content)
    try:
        while len(rest):
            machine = opener()
            waiting: Any = rest
            while not machine.eof:
                piece = machine.decompress(waiting, _BLOCK)
                size += len(piece)
                if size > limit:
                    raise UnpackError("model.bomb")
                out.append(piece)
                if isinstance(machine, bz2.BZ2Decompressor | lzma.LZMADecompressor):
                    if machine.needs_input and not machine.eof:
                        raise UnpackError("model.truncated")
                    waiting = b""
                else:
                    waiting = machine.unconsumed_tail
                    if not waiting and not piece and not machine.eof:
                        raise UnpackError("model.truncated")
            after = machine.unused_data
            # Several streams may follow each other; anything else behind them is no data.
            rest = memoryview(after if packing_of(after) == packing else b"")
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        raise UnpackError("model.broken") from error
    return b"".join(out)
