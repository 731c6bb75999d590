"""The bytes of a pickle from front to back, and what reading them may cost.

What is read is counted, so that a file that means harm ends in an error and not in a full memory;
a length that goes beyond the end of the file is never reserved.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

MAX_LONG_BYTES: Final = 1024
"""Whole numbers longer than this stand in no model; reading them as digits takes long."""

MAX_LINE: Final = 1 << 16
"""Characters of one line of protocol 0, texts excepted."""


class PickleBrokenError(Exception):
    """The pickle cannot be followed further; ``code`` is that of a blind spot."""

    def __init__(self, code: str, position: int) -> None:
        super().__init__(code, position)
        self.code = code
        self.position = position


@dataclass(slots=True)
class Budget:
    """What may still be spent; shared by all pickles of one file."""

    operations: int = 20_000_000
    memory_bytes: int = 2 << 30
    depth: int = 2_000


INT4 = struct.Struct("<i").unpack_from
UINT4 = struct.Struct("<I").unpack_from
UINT8 = struct.Struct("<Q").unpack_from
UINT2 = struct.Struct("<H").unpack_from
FLOAT8 = struct.Struct(">d").unpack_from


class Cursor:
    """A place in the bytes of a pickle; what is read moves it on."""

    def __init__(self, content: bytes | memoryview, budget: Budget, start: int) -> None:
        self.content = content
        self.view = memoryview(content)
        self.at = start
        self.budget = budget

    def fail(self, code: str) -> NoReturn:
        """End with the code of a blind spot."""
        raise PickleBrokenError(code, self.at)

    def take(self, length: int) -> memoryview:
        """Return the next bytes; a length beyond the end is never reserved."""
        end = self.at + length
        if length < 0:
            self.fail("model.broken")
        if end > len(self.view):
            self.fail("model.truncated")
        piece = self.view[self.at : end]
        self.at = end
        return piece

    def spend(self, size: int) -> None:
        """Count bytes of memory."""
        self.budget.memory_bytes -= size
        if self.budget.memory_bytes < 0:
            self.fail("model.too_much")

    def read_bytes(self, length: int) -> bytes:
        """Return the next bytes, copied."""
        piece = self.take(length)
        self.spend(length)
        return bytes(piece)

    def read_text(self, length: int) -> str:
        """Return the next bytes as a text."""
        piece = self.take(length)
        # A text of Python takes up to four bytes a character.
        self.spend(length * 2)
        return str(piece, "utf-8", "surrogatepass")

    def read_line(self, limit: int = MAX_LINE) -> bytes:
        """Return what stands before the end of the line."""
        view = self.view
        block = 256
        at = self.at
        while True:
            piece = bytes(view[at : at + block])
            found = piece.find(b"\n")
            if found >= 0:
                end = at + found
                line = bytes(view[self.at : end])
                self.at = end + 1
                self.spend(len(line))
                return line
            at += len(piece)
            if len(piece) < block:
                self.fail("model.truncated")
            if at - self.at > limit:
                self.fail("model.too_much")
            block = min(block * 2, 1 << 20)

    def read_number(self, read: Callable[..., tuple[Any, ...]], size: int) -> Any:
        """Return a number of some bytes."""
        (value,) = read(self.view, self.at)
        self.at += size
        return value

    def read_digits(self, line: bytes) -> int:
        """Return a number that is written in digits."""
        if len(line) > MAX_LONG_BYTES:
            self.fail("model.too_much")
        return int(line, 0)
