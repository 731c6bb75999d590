"""Universal Binary JSON, as XGBoost writes it.

Source: the specification *UBJSON draft 12*, with typed arrays; numbers are big-endian.
"""

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np

MAX_DEPTH: Final = 100
MAX_VALUES: Final = 20_000_000

_NUMBERS: Final = {
    "i": ">i1", "U": "u1", "I": ">i2", "l": ">i4", "L": ">i8", "d": ">f4", "D": ">f8",
}  # fmt: skip
_PLAIN: Final[dict[str, Any]] = {"T": True, "F": False, "Z": None, "N": None}


class UbjsonError(Exception):
    """These bytes are no UBJSON, or too much of it."""


def read_ubjson(content: bytes) -> Any:
    r"""Return the value that stands in some bytes; arrays of one type come as arrays of numpy.

    Raises
    ------
    UbjsonError
        If it is broken, cut off, too deep or too long.

    Examples
    --------
    >>> read_ubjson(b"{U\x01a[$i#U\x02\x01\x02U\x01bSU\x01x}")
    {'a': array([1, 2], dtype=int8), 'b': 'x'}
    """
    reader = _Reader(content)
    try:
        return reader.value(reader.marker(), 0)
    except (IndexError, struct.error, UnicodeDecodeError, KeyError, ValueError) as error:
        raise UbjsonError from error


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0
        self.values = 0

    def marker(self) -> str:
        found = chr(self.content[self.at])
        self.at += 1
        return self.marker() if found == "N" else found

    def _number(self, marker: str) -> int | float:
        kind = np.dtype(_NUMBERS[marker])
        found = np.frombuffer(self.content, kind, 1, self.at)[0].item()
        self.at += kind.itemsize
        return found

    def _length(self) -> int:
        length = self._number(self.marker())
        if not isinstance(length, int) or length < 0:
            raise UbjsonError
        return length

    def _text(self) -> str:
        length = self._length()
        if length > len(self.content) - self.at:
            raise UbjsonError
        piece = self.content[self.at : self.at + length]
        self.at += length
        return piece.decode("utf-8")

    def value(self, marker: str, depth: int) -> Any:
        self.values += 1
        if depth > MAX_DEPTH or self.values > MAX_VALUES:
            raise UbjsonError
        if marker in _NUMBERS:
            return self._number(marker)
        if marker in _PLAIN:
            return _PLAIN[marker]
        if marker in "SH":
            return self._text()
        if marker == "C":
            self.at += 1
            return chr(self.content[self.at - 1])
        if marker == "[":
            return self._array(depth)
        if marker == "{":
            return self._object(depth)
        raise UbjsonError

    def _head(self) -> tuple[str, int | None]:
        """Return the type and the number of what follows, where they stand ahead."""
        kind, count = "", None
        if self.content[self.at : self.at + 1] == b"$":
            kind = chr(self.content[self.at + 1])
            self.at += 2
        if self.content[self.at : self.at + 1] == b"#":
            self.at += 1
            count = self._length()
            if count > len(self.content) - self.at:
                raise UbjsonError
        elif kind:
            raise UbjsonError
        return kind, count

    def _array(self, depth: int) -> Any:
        kind, count = self._head()
        if kind in _NUMBERS and count is not None:
            made = np.frombuffer(self.content, np.dtype(_NUMBERS[kind]), count, self.at)
            self.at += made.nbytes
            return made.astype(made.dtype.newbyteorder("="))
        if count is not None:
            return [self.value(kind or self.marker(), depth + 1) for _ in range(count)]
        listed: list[Any] = []
        while (marker := self.marker()) != "]":
            listed.append(self.value(marker, depth + 1))
        return listed

    def _object(self, depth: int) -> dict[str, Any]:
        kind, count = self._head()
        made: dict[str, Any] = {}
        if count is not None:
            for _ in range(count):
                name = self._text()
                made[name] = self.value(kind or self.marker(), depth + 1)
            return made
        while self.content[self.at : self.at + 1] != b"}":
            name = self._text()
            made[name] = self.value(self.marker(), depth + 1)
        self.at += 1
        return made
