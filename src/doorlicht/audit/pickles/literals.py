"""Numbers and texts as they stand in a pickle, each put on the stack.

Source: as :mod:`doorlicht.audit.pickles.machine`, which follows the other instructions.
"""

from __future__ import annotations

import codecs

from doorlicht.audit.pickles.cursor import (
    FLOAT8,
    INT4,
    MAX_LONG_BYTES,
    UINT2,
    UINT4,
    UINT8,
    Budget,
    Cursor,
)
from doorlicht.audit.pickles.nodes import Node


class Literals(Cursor):
    """The instructions that take nothing from the stack; a method is called as its instruction."""

    def __init__(self, content: bytes | memoryview, budget: Budget, start: int) -> None:
        super().__init__(content, budget, start)
        self.stack: list[Node] = []

    def push_none(self) -> None:
        self.stack.append(None)

    def push_true(self) -> None:
        self.stack.append(True)

    def push_false(self) -> None:
        self.stack.append(False)

    def int_line(self) -> None:
        line = self.read_line()
        if line in {b"00", b"01"}:
            self.stack.append(line == b"01")
        else:
            self.stack.append(self.read_digits(line))

    def long_line(self) -> None:
        self.stack.append(self.read_digits(self.read_line().rstrip(b"L")))

    def int4(self) -> None:
        self.stack.append(self.read_number(INT4, 4))

    def int1(self) -> None:
        self.stack.append(self.view[self.at])
        self.at += 1

    def int2(self) -> None:
        self.stack.append(self.read_number(UINT2, 2))

    def long1(self) -> None:
        length = self.view[self.at]
        self.at += 1
        self.stack.append(int.from_bytes(self.take(length), "little", signed=True))

    def long4(self) -> None:
        length = self.read_number(INT4, 4)
        if length > MAX_LONG_BYTES:
            self.fail("model.too_much")
        self.stack.append(int.from_bytes(self.take(length), "little", signed=True))

    def float_line(self) -> None:
        self.stack.append(float(self.read_line()))

    def float8(self) -> None:
        self.stack.append(self.read_number(FLOAT8, 8))

    def string_line(self) -> None:
        line = self.read_line(len(self.view)).strip()
        if len(line) < 2 or line[:1] not in {b'"', b"'"} or line[-1:] != line[:1]:
            self.fail("model.broken")
        plain: bytes = codecs.escape_decode(line[1:-1])[0]  # type: ignore[assignment]
        self.stack.append(plain.decode("latin-1"))

    def string4(self) -> None:
        self.stack.append(self.read_bytes(self.read_number(INT4, 4)).decode("latin-1"))

    def string1(self) -> None:
        length = self.view[self.at]
        self.at += 1
        self.stack.append(self.read_bytes(length).decode("latin-1"))

    def unicode_line(self) -> None:
        line = self.read_line(len(self.view))
        self.stack.append(str(line, "raw-unicode-escape"))

    def unicode1(self) -> None:
        length = self.view[self.at]
        self.at += 1
        self.stack.append(self.read_text(length))

    def unicode4(self) -> None:
        self.stack.append(self.read_text(self.read_number(UINT4, 4)))

    def unicode8(self) -> None:
        self.stack.append(self.read_text(self.read_number(UINT8, 8)))

    def bytes1(self) -> None:
        length = self.view[self.at]
        self.at += 1
        self.stack.append(self.read_bytes(length))

    def bytes4(self) -> None:
        self.stack.append(self.read_bytes(self.read_number(UINT4, 4)))

    def bytes8(self) -> None:
        self.stack.append(self.read_bytes(self.read_number(UINT8, 8)))
