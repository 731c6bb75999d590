"""Short texts in an array as numbers, so that they are told apart without reading each as a text.

An array of texts of numpy keeps four bytes for each letter, and as much room for each text as the
longest may need: of numbers that were made into texts eighty bytes hold two letters. What stands in
which column of letters is seen by laying all texts over each other, once through memory.

Limits: letters of Western Europe (one byte each), in at most eight columns; other texts are told
apart as texts.
"""

from __future__ import annotations

from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

_PACKED: Final = 8
"""Letters that fit in one number, if each is one byte."""

_FEW: Final = 2
"""Letters of which each combination has a place of its own in a table."""

_TOGETHER: Final = 64
"""Texts that are laid over others at once: long rows go through memory fast."""


def pack(array: NDArray[Any]) -> tuple[NDArray[np.integer[Any]], list[str]] | None:
    """Return which text each one is, and the texts; nothing where they do not fit.

    Examples
    --------
    >>> codes, texts = pack(np.array(["b", "a", "b", ""]))
    >>> [texts[code] for code in codes]
    ['b', 'a', 'b', '']
    """
    length = array.dtype.itemsize // 4
    if not length or array.ndim != 1 or not len(array) or not array.dtype.isnative:
        return None
    letters = np.ascontiguousarray(array).view(np.uint32).reshape(len(array), length)
    overlaid = _overlay(letters)
    columns = np.flatnonzero(overlaid).tolist()
    if len(columns) > _PACKED or int(overlaid.max()) > 255:
        return None
    kind = np.uint8 if len(columns) <= 1 else np.uint16 if len(columns) <= _FEW else np.uint64
    packed = np.zeros(len(array), kind)
    for at, column in enumerate(columns):
        packed |= letters[:, column].astype(kind) << kind(8 * at)
    codes, found = _codes_of_few(packed) if len(columns) <= _FEW else _codes_of_many(packed)
    return codes, [_text(one, columns) for one in found]


def _overlay(letters: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the bits that are set anywhere, of each column."""
    rows, length = letters.shape
    whole = rows - rows % _TOGETHER
    laid = np.bitwise_or.reduce(letters[:whole].reshape(-1, _TOGETHER * length), axis=0)
    parts = (laid.reshape(_TOGETHER, length), letters[whole:])
    return np.bitwise_or.reduce(np.concatenate(parts), axis=0)


def _codes_of_few(packed: NDArray[Any]) -> tuple[NDArray[np.integer[Any]], list[int]]:
    found = np.flatnonzero(np.bincount(packed))
    place = np.zeros(int(found[-1]) + 1, np.min_scalar_type(len(found)))
    place[found] = np.arange(len(found))
    return place.take(packed), found.tolist()


def _codes_of_many(packed: NDArray[Any]) -> tuple[NDArray[np.integer[Any]], list[int]]:
    # Loading it takes longer than the whole of `doorlicht --help`.
    import pyarrow as pa  # pyright: ignore[reportMissingTypeStubs]

    encoded = cast("Any", pa).array(packed).dictionary_encode()
    return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()


def _text(packed: int, columns: list[int]) -> str:
    letters = ["\0"] * (max(columns, default=-1) + 1)
    for at, column in enumerate(columns):
        letters[column] = chr(packed >> 8 * at & 255)
    # As numpy does: room that is left at the end is no part of the text.
    return "".join(letters).rstrip("\0")
