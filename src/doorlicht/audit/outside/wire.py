"""What goes between an audit and the process that scores: sizes, JSON and plain numbers.

Nothing that comes back is unpickled: the process may have run what it scored.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

_SIZE: Final = struct.Struct("<Q")

MAX_HEAD: Final = 16 << 20


class WireError(Exception):
    """The other side has gone, or says something that is none of ours."""


def put(pipe: IO[bytes], head: object, *blocks: bytes) -> None:
    """Send a head and blocks of bytes."""
    said = json.dumps(head).encode()
    pipe.write(_SIZE.pack(len(said)) + said + _SIZE.pack(len(blocks)))
    for block in blocks:
        pipe.write(_SIZE.pack(len(block)))
        pipe.write(block)
    pipe.flush()


def take(pipe: IO[bytes], *, most_bytes: int) -> tuple[dict[str, Any], list[bytes]]:
    """Return the next head and its blocks.

    Raises
    ------
    WireError
        If the pipe has ended, or what comes is too large or no head of ours.
    """
    size = _SIZE.unpack(_exactly(pipe, _SIZE.size))[0]
    if size > MAX_HEAD:
        raise WireError
    try:
        head = json.loads(_exactly(pipe, size))
    except ValueError:
        raise WireError from None
    if not isinstance(head, dict):
        raise WireError
    blocks: list[bytes] = []
    left = most_bytes
    for _ in range(min(_SIZE.unpack(_exactly(pipe, _SIZE.size))[0], 1 << 20)):
        size = _SIZE.unpack(_exactly(pipe, _SIZE.size))[0]
        left -= size
        if left < 0:
            raise WireError
        blocks.append(_exactly(pipe, size))
    return head, blocks  # pyright: ignore[reportUnknownVariableType] (JSON)


def pack_column(values: Any) -> tuple[str, bytes]:
    """Return a column as its kind (``number`` or ``text``) and bytes; text may lack values."""
    array = np.asarray(values)
    if array.dtype.kind in "fiub":
        return "number", np.ascontiguousarray(array, np.float64).tobytes()
    plain = [None if one is None else str(one) for one in array.tolist()]
    return "text", json.dumps(plain).encode()


def unpack_column(kind: str, block: bytes) -> NDArray[Any]:
    """Return the column that was packed."""
    if kind == "number":
        return np.frombuffer(block, np.float64).copy()
    return np.array(json.loads(block), dtype=object)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = pipe.read(min(size, 1 << 20))
        if not part:
            raise WireError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
