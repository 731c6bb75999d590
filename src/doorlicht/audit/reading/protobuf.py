"""The wire format of protocol buffers: numbered fields, without a schema.

Source: *Protocol Buffers, Encoding*. Groups, which nobody writes any more, are refused.
"""

from __future__ import annotations

import struct
from typing import Any, Final, TypeGuard

import numpy as np
from numpy.typing import NDArray

MAX_FIELDS: Final = 5_000_000
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MASK: Final = (1 << 64) - 1


class ProtobufError(Exception):
    """These bytes are no message of protocol buffers."""


class Message:
    """The fields of one message, by number; each as often as it stands there."""

    __slots__ = ("content", "fields")

    def __init__(self, content: memoryview) -> None:
        self.content = content
        self.fields: dict[int, list[Any]] = {}
        try:
            self._read()
        except (IndexError, struct.error, ValueError) as error:
            raise ProtobufError from error

    def _read(self) -> None:
        content, at, count = self.content, 0, 0
        while at < len(content):
            count += 1
            if count > MAX_FIELDS:
                raise ProtobufError
            tag, at = _varint(content, at)
            number, kind = tag >> 3, tag & 7
            values = self.fields.setdefault(number, [])
            if kind == _VARINT:
                if len(values) == _MANY and tag < _ONE_BYTE:
                    more, at = _run_of_varints(content, at - 1, tag)
                    values.extend(more)
                    continue
                value, at = _varint(content, at)
                values.append(value)
            elif kind == _BYTES:
                length, at = _varint(content, at)
                if length > len(content) - at:
                    raise ProtobufError
                values.append(content[at : at + length])
                at += length
            elif kind == _FIXED32:
                if len(values) == _MANY and tag < _ONE_BYTE:
                    more, at = _run_of_floats(content, at - 1, tag)
                    values.extend(more)
                    continue
                values.append(struct.unpack_from("<f", content, at)[0])
                at += 4
            elif kind == _FIXED64:
                values.append(struct.unpack_from("<d", content, at)[0])
                at += 8
            else:
                raise ProtobufError

    def number(self, field: int, default: int = 0) -> int:
        """Return a whole number, signed."""
        found = self.fields.get(field)
        return _signed(int(found[-1])) if found else default

    def text(self, field: int) -> str:
        """Return a text."""
        found = self.fields.get(field)
        return bytes(found[-1]).decode("utf-8", "replace") if found else ""

    def texts(self, field: int) -> list[str]:
        """Return all texts of a field."""
        return [bytes(each).decode("utf-8", "replace") for each in self.fields.get(field, ())]

    def message(self, field: int) -> Message | None:
        """Return a message inside this one."""
        found = self.fields.get(field)
        return Message(found[-1]) if found else None

    def messages(self, field: int) -> list[Message]:
        """Return all messages of a field."""
        return [Message(each) for each in self.fields.get(field, ())]

    def numbers(self, field: int) -> NDArray[np.int64]:
        """Return whole numbers, packed or one by one."""
        parts: list[NDArray[np.int64]] = []
        plain: list[int] = []
        for each in self.fields.get(field, ()):
            if _is_packed(each):
                parts.append(_packed(each))
            else:
                plain.append(_signed(int(each)))
        return np.concatenate([*parts, np.array(plain, np.int64)])

    def floats(self, field: int, kind: str = "<f4") -> NDArray[np.float64]:
        """Return numbers, packed or one by one; ``<f8`` for those of 64 bits."""
        parts: list[NDArray[np.float64]] = []
        plain: list[float] = []
        for each in self.fields.get(field, ()):
            if _is_packed(each):
                if len(each) % np.dtype(kind).itemsize:
                    raise ProtobufError
                parts.append(np.frombuffer(each, kind).astype(np.float64))
            else:
                plain.append(float(each))
        return np.concatenate([*parts, np.array(plain, np.float64)])


def _is_packed(value: object) -> TypeGuard[memoryview]:
    return isinstance(value, memoryview)


_MANY: Final = 32
"""From so many on, fields that repeat are read at once."""
_ONE_BYTE: Final = 128


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _varint(content: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < _ONE_BYTE:
            return value & _MASK, at
        shift += 7
        if shift > 63:
            raise ProtobufError


def _packed(content: memoryview) -> NDArray[np.int64]:
    """Return numbers that follow each other without anything between them."""
    raw = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(raw < _ONE_BYTE)
    if not len(raw):
        return np.zeros(0, np.int64)
    if not len(ends) or ends[-1] != len(raw) - 1:
        raise ProtobufError
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    if lengths.max() > 10:
        raise ProtobufError
    values = np.zeros(len(starts), np.uint64)
    for place in range(int(lengths.max())):
        there = lengths > place
        part = (raw[starts[there] + place] & 0x7F).astype(np.uint64)
        values[there] |= part << np.uint64(7 * place)
    return values.astype(np.int64)


def _run_of_varints(content: memoryview, at: int, tag: int) -> tuple[list[int], int]:
    """Return the values of a field that follows itself many times, and where it ends."""
    raw = np.frombuffer(content[at:], np.uint8)
    ends = np.flatnonzero(raw < _ONE_BYTE)
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    # Tags and values take turns; a tag of this field is a single byte.
    tags = starts[0::2]
    other = np.flatnonzero((raw[tags] != tag) | (ends[0::2] != tags))
    count = min(int(other[0]) if len(other) else len(tags), len(ends) // 2)
    if count == 0:
        raise ProtobufError
    last = int(ends[2 * count - 1]) + 1
    values = _packed(content[at : at + last])[1::2]
    return [int(each) & _MASK for each in values.tolist()], at + last


def _run_of_floats(content: memoryview, at: int, tag: int) -> tuple[list[float], int]:
    count = (len(content) - at) // 5
    rows = np.frombuffer(content[at : at + 5 * count], np.uint8).reshape(count, 5)
    other = np.flatnonzero(rows[:, 0] != tag)
    count = int(other[0]) if len(other) else count
    if count == 0:
        raise ProtobufError
    values = np.ascontiguousarray(rows[:count, 1:]).view("<f4").reshape(-1)
    return values.astype(np.float64).tolist(), at + 5 * count
