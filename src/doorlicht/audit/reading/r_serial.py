"""Objects of R as they are serialised: vectors, lists and calls as data; nothing is evaluated.

Source: ``src/main/serialize.c`` of R, formats 2 and 3, binary (``X``, ``B``). The parser of rdata
reads data frames well and stops at the compiled functions that every ``glm`` carries with it; here
those are passed over.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MAX_DEPTH: Final = 150
"""Deeper things are in no model; each level takes four frames of Python."""
MAX_ITEMS: Final = 20_000_000

NA_INTEGER: Final = -(1 << 31)

_NAMES: Final = {
    1: "symbol", 2: "pairlist", 3: "closure", 4: "environment", 5: "promise", 6: "call",
    10: "logical", 13: "integer", 14: "double", 15: "complex", 16: "character", 17: "dots",
    19: "list", 20: "expression", 22: "pointer", 24: "raw", 25: "s4",
}  # fmt: skip
_EMPTY: Final = frozenset({254, 253, 252, 251, 250, 242, 241})
"""What stands for itself: nothing, and the environments that every session has."""


class RBrokenError(Exception):
    """These bytes are no objects of R, or not to their end; ``code`` is that of a blind spot."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RValue:
    """An object: its kind, what it holds, and its attributes.

    ``items`` are the members of a list, a pairlist or a call (whose first is the function), with
    ``tags`` beside them; ``data`` the numbers or texts of a vector.
    """

    __slots__ = ("attributes", "data", "items", "kind", "tags")

    def __init__(self, kind: str, data: Any = None) -> None:
        self.kind = kind
        self.data = data
        self.items: list[RValue] = []
        self.tags: list[str] = []
        self.attributes: dict[str, RValue] = {}

    @property
    def names(self) -> list[str]:
        """The names of the elements; empty texts where there are none."""
        told = self.attributes.get("names")
        if told is not None and told.kind == "character":
            return [each or "" for each in told.data]
        return list(self.tags)

    @property
    def classes(self) -> list[str]:
        """The classes that the object says it has."""
        told = self.attributes.get("class")
        return (
            [each or "" for each in told.data]
            if told is not None and told.kind == "character"
            else []
        )

    def get(self, name: str) -> RValue | None:
        """Return an element of a list by its name."""
        names = self.names
        return self.items[names.index(name)] if name in names and self.items else None

    def texts(self) -> list[str]:
        """Return texts; also the levels of a factor for each of its codes."""
        if self.kind == "character":
            return [each or "" for each in self.data]
        levels = self.attributes.get("levels")
        if self.kind == "integer" and levels is not None and levels.kind == "character":
            known = levels.texts()
            return [
                known[code - 1] if 0 < code <= len(known) else "" for code in self.data.tolist()
            ]
        return []

    def numbers(self) -> NDArray[np.float64]:
        """Return numbers; what is missing is not a number."""
        if self.kind == "double":
            return np.asarray(self.data, np.float64)
        if self.kind in {"integer", "logical"}:
            return np.where(self.data == NA_INTEGER, np.nan, self.data.astype(np.float64))
        return np.zeros(0)

    def matrix(self) -> NDArray[np.float64]:
        """Return numbers in the shape of their ``dim``."""
        dim = self.attributes.get("dim")
        made = self.numbers()
        return made if dim is None else made.reshape(dim.numbers().astype(int), order="F")

    def text(self) -> str:
        """Return the first text, or the name of a symbol."""
        if self.kind == "symbol":
            return str(self.data)
        told = self.texts()
        return told[0] if told else ""

    def __iter__(self) -> Iterator[RValue]:
        return iter(self.items)


NOTHING: Final = RValue("null")


def read_r(content: bytes) -> RValue:
    """Return the object in some bytes, of a file ``rds`` or ``RData``.

    Raises
    ------
    RBrokenError
        If they are something else, or cut off.
    """
    for magic in (b"RDX2\n", b"RDX3\n", b"RDB2\n", b"RDB3\n"):
        if content.startswith(magic):
            content = content[len(magic) :]
    if content[:2] in {b"A\n", b"A\r"}:
        raise RBrokenError("model.packing")
    if content[:2] not in {b"X\n", b"B\n"}:
        raise RBrokenError("model.broken")
    reader = _Reader(content, ">" if content[:1] == b"X" else "<")
    try:
        return reader.document()
    except (struct.error, IndexError) as error:
        raise RBrokenError("model.truncated") from error
    except (ValueError, KeyError, UnicodeDecodeError, RecursionError) as error:
        raise RBrokenError("model.broken") from error


class _Reader:
    def __init__(self, content: bytes, order: str) -> None:
        self.content = content
        self.order = order
        self.at = 2
        self.depth = 0
        self.items = 0
        self.references: list[RValue] = []
        self.int4 = struct.Struct(f"{order}i").unpack_from

    def document(self) -> RValue:
        version = self._int()
        self.at += 8
        if version == 3:
            self._bytes(self._int())
        elif version != 2:
            raise RBrokenError("model.newer")
        return self.item()

    def _int(self) -> int:
        (value,) = self.int4(self.content, self.at)
        self.at += 4
        return value

    def _bytes(self, length: int) -> bytes:
        if length < 0 or length > len(self.content) - self.at:
            raise IndexError(length)
        piece = self.content[self.at : self.at + length]
        self.at += length
        return piece

    def _length(self) -> int:
        length = self._int()
        if length == -1:
            length = (self._int() << 32) + (self._int() & 0xFFFFFFFF)
        if length < 0 or length > len(self.content) - self.at:
            raise IndexError(length)
        return length

    def _array(self, kind: str) -> NDArray[Any]:
        length = self._length()
        dtype = np.dtype(self.order + kind)
        if length * dtype.itemsize > len(self.content) - self.at:
            raise IndexError(length)
        made = np.frombuffer(self.content, dtype, length, self.at)
        self.at += made.nbytes
        return made.astype(dtype.newbyteorder("="))

    def item(self) -> RValue:
        self.depth += 1
        self.items += 1
        if self.depth > MAX_DEPTH:
            raise RBrokenError("model.too_deep")
        if self.items > MAX_ITEMS:
            raise RBrokenError("model.too_much")
        made = self._item()
        self.depth -= 1
        return made

    def _item(self) -> RValue:
        flags = self._int()
        kind, has_attributes, has_tag = flags & 0xFF, bool(flags & 0x200), bool(flags & 0x400)
        if kind in _EMPTY:
            return NOTHING
        if kind == 255:
            place = flags >> 8
            return self.references[(place or self._int()) - 1]
        if kind in {2, 3, 5, 6, 17}:
            return self._pairs(kind, has_attributes, has_tag)
        if kind == 1:
            made = RValue("symbol", self.item().data)
            self.references.append(made)
            return made
        if kind == 4:
            return self._environment()
        if kind in {247, 248, 249}:
            self._int()
            made = RValue("namespace", [self.item().data for _ in range(self._length())])
            self.references.append(made)
            return made
        if kind == 9:
            length = self._int()
            text = None if length == -1 else _decoded(self._bytes(length))
            if has_attributes:
                self.item()
            return RValue("text", text)
        if kind == 238:
            return self._alternative()
        made = self._vector(kind)
        if has_attributes:
            made.attributes = _named(self.item())
        return made

    def _vector(self, kind: int) -> RValue:
        if kind in {7, 8}:
            return RValue("function", _decoded(self._bytes(self._length())))
        if kind == 21:
            repeated = self._int()
            self._bytecode(repeated)
            return RValue("bytecode")
        if kind in {22, 23}:
            made = RValue("pointer")
            self.references.append(made)
            if kind == 22:
                self.item()
                self.item()
            return made
        made = RValue(_NAMES[kind])
        if kind in {10, 13}:
            made.data = self._array("i4")
        elif kind == 14:
            made.data = self._array("f8")
        elif kind == 15:
            made.data = self._array("c16")
        elif kind == 24:
            made.data = self._bytes(self._length())
        elif kind == 16:
            made.data = [self.item().data for _ in range(self._length())]
        elif kind in {19, 20}:
            made.items = [self.item() for _ in range(self._length())]
        return made

    def _pairs(self, kind: int, has_attributes: bool, has_tag: bool) -> RValue:
        """Read a pairlist or call; its tail is followed step by step, however long it is."""
        made = RValue(_NAMES[kind])
        while True:
            if has_attributes:
                told = _named(self.item())
                made.attributes = made.attributes or told
            tag = self.item() if has_tag else None
            made.tags.append(str(tag.data) if tag is not None and tag.kind == "symbol" else "")
            made.items.append(self.item())
            if kind in {3, 5}:
                # A function or promise ends with its body.
                made.items.append(self.item())
                return made
            (flags,) = self.int4(self.content, self.at)
            if flags & 0xFF not in {2, 6}:
                rest = self.item()
                if rest is not NOTHING:
                    made.items.append(rest)
                    made.tags.append("")
                return made
            self.at += 4
            has_attributes, has_tag = bool(flags & 0x200), bool(flags & 0x400)

    def _environment(self) -> RValue:
        self._int()
        made = RValue("environment")
        self.references.append(made)
        self.item()
        frame, table, _ = self.item(), self.item(), self.item()
        for part in (frame, *table.items):
            if part.kind == "pairlist":
                made.items += part.items
                made.tags += part.tags
        return made

    def _alternative(self) -> RValue:
        """Read what R keeps in another form: sequences, numbers as text, and wrapped vectors."""
        about, state, attributes = self.item(), self.item(), self.item()
        name = str(about.items[0].data) if about.items else ""
        if name in {"compact_intseq", "compact_realseq"}:
            count, first, step = state.numbers()[:3]
            if not 0 <= count <= MAX_ITEMS:
                raise RBrokenError("model.too_much")
            values = first + step * np.arange(int(count))
            made = RValue("integer", values.astype(np.int32))
            if name == "compact_realseq":
                made = RValue("double", values)
        elif name.startswith("wrap_") or name == "mmap_real":
            made = state.items[0] if state.items else NOTHING
        elif name == "deferred_string":
            inner = state.items[0].numbers() if state.items else np.zeros(0)
            made = RValue("character", [f"{each:.15g}" for each in inner.tolist()])
        else:
            made = RValue("other")
        if attributes.items:
            made.attributes = _named(attributes)
        return made

    # Compiled code is read past; nothing of it is kept.

    def _bytecode(self, repeated: int) -> None:
        if repeated < 0:
            raise RBrokenError("model.broken")
        self.item()
        for _ in range(self._length()):
            kind = self._int()
            if kind == 21:
                self.depth += 1
                if self.depth > MAX_DEPTH:
                    raise RBrokenError("model.too_deep")
                self._bytecode(repeated)
                self.depth -= 1
            elif kind in _CODE_PAIRS:
                self._code_pair(kind)
            else:
                self.item()

    def _code_pair(self, kind: int) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise RBrokenError("model.too_deep")
        while kind in _CODE_PAIRS:
            if kind == 243:
                self._int()
                break
            if kind == 244:
                self._int()
                kind = self._int()
            if kind in {239, 240}:
                self.item()
            self.item()
            head = self._int()
            self._code_pair(head)
            kind = self._int()
        else:
            self.item()
        self.depth -= 1


_CODE_PAIRS: Final = frozenset({2, 6, 239, 240, 243, 244})


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _named(pairs: RValue) -> dict[str, RValue]:
    return dict(zip(pairs.tags, pairs.items, strict=False))
