"""Arrays of numpy from the nodes of a pickle: from their bytes, and never by loading objects.

Source: ``numpy.ndarray.__reduce__``, ``numpy.dtype.__reduce__`` and
``numpy._core.numeric._frombuffer``; the states that they write have not changed since numpy 1.0.
"""

from __future__ import annotations

import math
import re
import sys
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.pickles.nodes import Call, Global, Node, Pairs, RawArray, is_list, is_tuple

_CODE: Final = re.compile(r"[<>=|]?(?:[biufcSUVamMO]\d{0,9}|bool|object|[?])")
"""The kinds of dtype that are made from a text; no names of fields, no nested text."""

MAX_FIELDS: Final = 1_000
MAX_DEPTH: Final = 8
MAX_ITEM_BYTES: Final = 1 << 20


def dtype_of(node: Node, depth: int = 0) -> np.dtype[Any] | None:
    """Return the dtype that a node stands for, or ``None``."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(node, Global):
        # A scalar type of numpy, such as numpy.float64.
        known = node.module.split(".")[0] == "numpy" and _CODE.fullmatch(
            _SCALARS.get(node.name, "")
        )
        return np.dtype(_SCALARS[node.name]) if known else None
    if not isinstance(node, Call) or not _is_numpy(node.function, "dtype"):
        return None
    code = node.args[0] if is_tuple(node.args) and node.args else None
    if isinstance(code, Global):
        return dtype_of(code, depth + 1)
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return None
    try:
        made = np.dtype(code)
        state = node.state
        return made if state is None else _with_state(made, state, depth)
    except (TypeError, ValueError, OverflowError):
        return None


_SCALARS: Final = {
    "float64": "f8", "float32": "f4", "float16": "f2", "int64": "i8", "int32": "i4", "int16": "i2",
    "int8": "i1", "uint64": "u8", "uint32": "u4", "uint16": "u2", "uint8": "u1", "bool_": "?",
    "bool": "?", "object_": "O",
}  # fmt: skip


def _with_state(made: np.dtype[Any], state: Node, depth: int) -> np.dtype[Any] | None:
    if not is_tuple(state) or len(state) < 5:
        return None
    order, subarray, names, fields = state[1], state[2], state[3], state[4]
    if subarray is not None:
        return None
    if is_tuple(names) and isinstance(fields, Pairs):
        return _structured(names, fields, state[5] if len(state) > 5 else -1, depth)
    if made.kind in "mM":
        unit = state[8] if len(state) > 8 else None
        step = unit[1] if is_tuple(unit) and len(unit) == 2 else None
        if not is_tuple(step) or len(step) < 2 or type(step[1]) is not int:
            return None
        name = (bytes_of(step[0]) or b"").decode("ascii", "replace")
        if name not in _UNITS:
            return None
        made = np.dtype(f"{made.kind}8[{step[1]}{name}]")
    return made.newbyteorder(order) if order in {"<", ">", "="} else made


_UNITS: Final = frozenset(["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns"])


def _structured(names: tuple[Node, ...], fields: Pairs, size: Node, depth: int) -> Any:
    told = fields.named()
    if len(names) > MAX_FIELDS or type(size) is not int or not 0 < size <= MAX_ITEM_BYTES:
        return None
    formats: list[np.dtype[Any]] = []
    offsets: list[int] = []
    for name in names:
        field = told.get(name) if isinstance(name, str) else None
        if not is_tuple(field) or len(field) < 2 or type(field[1]) is not int:
            return None
        inner = dtype_of(field[0], depth + 1)
        if inner is None or field[1] < 0 or field[1] + inner.itemsize > size:
            return None
        formats.append(inner)
        offsets.append(field[1])
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})


def _is_numpy(node: Node, *names: str) -> bool:
    return isinstance(node, Global) and node.name in names and node.module.split(".")[0] == "numpy"


def array_of(node: Node) -> NDArray[Any] | None:
    """Return the array that a node stands for, or ``None`` if it stands for something else.

    An array of objects holds nodes: they are not looked into. Bytes are not copied.
    """
    try:
        return _array(node)
    except (TypeError, ValueError, OverflowError, MemoryError):
        return None


def _array(node: Node) -> NDArray[Any] | None:
    if isinstance(node, RawArray):
        return _shaped(node.content, node.dtype, node.shape, node.is_fortran)
    if not isinstance(node, Call):
        return None
    made_of = node.made_of
    if made_of is None:
        return None
    if _is_numpy(made_of, "_reconstruct"):
        return _from_state(node.state)
    if _is_numpy(made_of, "_frombuffer") and is_tuple(node.args) and len(node.args) == 4:
        buffer, dtype, shape, order = node.args
        made = dtype_of(dtype)
        if made is None or not isinstance(buffer, bytes) or not is_tuple(shape):
            return None
        return _shaped(memoryview(buffer), made, shape, order == "F")
    if _is_numpy(made_of, "ndarray") and node.state is not None:
        return _from_state(node.state)
    if made_of.name == "MaskedArray" or made_of.name == "_mareconstruct":
        return None
    return None


def _from_state(state: Node) -> NDArray[Any] | None:
    if not is_tuple(state) or len(state) < 4:
        return None
    shape, dtype, is_fortran, content = state[-4:]
    made = dtype_of(dtype)
    if made is None or not is_tuple(shape):
        return None
    if is_list(content):
        if not made.hasobject or math.prod(shape) != len(content):
            return None
        array = np.empty(len(content), dtype=object)
        # One by one: numpy would look into nodes that are lists.
        for index, item in enumerate(content):
            array[index] = item
        return array.reshape(shape, order="F" if is_fortran else "C")
    raw = bytes_of(content)
    return None if raw is None else _shaped(memoryview(raw), made, shape, bool(is_fortran))


def _shaped(
    content: memoryview, dtype: np.dtype[Any], shape: tuple[Node, ...], is_fortran: bool
) -> NDArray[Any] | None:
    if dtype.hasobject or not all(type(each) is int and each >= 0 for each in shape):
        return None
    count = math.prod(shape)
    if count * dtype.itemsize != len(content):
        return None
    if dtype.itemsize == 0:
        return None
    if count == 0:
        return np.zeros(shape, dtype)
    flat = np.frombuffer(content, dtype=dtype, count=count)
    if not dtype.isnative:
        flat = flat.astype(dtype.newbyteorder("="))
    if not all(_are_letters(flat[name]) for name in dtype.names or ()) or not _are_letters(flat):
        return None
    return flat.reshape(shape, order="F" if is_fortran else "C")


def _are_letters(flat: NDArray[Any]) -> bool:
    """Return whether texts consist of letters that exist: numpy does not look, and breaks later."""
    if flat.dtype.kind != "U":
        return True
    return int(np.ascontiguousarray(flat).view(np.uint32).max(initial=0)) <= sys.maxunicode


def bytes_of(node: Node) -> bytes | None:
    """Return bytes as each protocol writes them: plain, as text, or as a call that encodes."""
    if isinstance(node, bytes):
        return node
    if isinstance(node, str):
        # From Python 2, or a text in protocol 0: each character is a byte.
        try:
            return node.encode("latin-1")
        except UnicodeEncodeError:
            return None
    if isinstance(node, Call) and isinstance(node.function, Global):
        args = node.args if is_tuple(node.args) else ()
        if node.function.dotted == "_codecs.encode" and args and isinstance(args[0], str):
            return bytes_of(args[0])
        if node.function.name in {"bytes", "bytearray"}:
            return bytes_of(args[0]) if args else b""
    return None


def scalar_of(node: Node) -> Any:
    """Return a number, text or truth value; ``None`` if the node stands for something else.

    A scalar of numpy becomes one of Python.
    """
    if isinstance(node, str | bytes | int | float):
        return node
    if isinstance(node, RawArray):
        found = array_of(node) if not node.shape else None
        return None if found is None else found.item()
    if isinstance(node, Call) and is_tuple(node.args) and node.made_of is not None:
        args = node.args
        if _is_numpy(node.made_of, "scalar") and len(args) == 2:
            dtype, raw = dtype_of(args[0]), bytes_of(args[1])
            if dtype is None:
                return None
            if dtype.hasobject:
                return args[1] if isinstance(args[1], str | int | float) else None
            if raw is not None and len(raw) == dtype.itemsize and dtype.itemsize:
                value = np.frombuffer(raw, dtype)[0]
                return value if dtype.kind in "mMV" else value.item()
        if node.made_of.module.split(".")[0] == "numpy" and len(args) == 1:
            return args[0] if isinstance(args[0], str | int | float) else None
    return None
