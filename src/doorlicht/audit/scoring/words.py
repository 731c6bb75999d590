"""Texts as features: how often each word, or each piece of a word, stands in a text.

Source: ``sklearn.feature_extraction.text`` (``_analyze``, ``_word_ngrams``, ``_char_ngrams``,
``_char_wb_ngrams``, ``TfidfTransformer``) and ``_hashing_fast``; the hash is MurmurHash3 x86 32
of Austin Appleby (2011), in the public domain.

A word of a text may be the name of a person. What comes out is therefore called by its number in
the list of the model, and not by the word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

import numpy as np

from doorlicht.audit.scoring.blocks import Block, Floats, is_missing
from doorlicht.audit.scoring.preparing import Origin, Origins

PATTERNS: Final = frozenset(
    [r"(?u)\b\w\w+\b", r"\b\w\w+\b", r"(?u)\b\w+\b", r"\b\w+\b", r"(?u)\w+", r"\w+", r"\S+",
     r"[a-zA-Z]+", r"[a-z]+", r"\b[a-zA-Z]+\b", r"(?u)\b[a-zA-Z]+\b", r"(?u)\b[a-zA-Z]{2,}\b"]
)  # fmt: skip
"""Patterns of words that are followed: others could take for ever on a text made for that."""

_BLANKS: Final = re.compile(r"\s\s+")


@dataclass(frozen=True, slots=True)
class Analyzer:
    """How a text is cut: into words, or into pieces of letters, of some lengths."""

    unit: str
    lengths: tuple[int, int]
    is_lowered: bool = True
    accents: str = ""
    pattern: str = r"(?u)\b\w\w+\b"
    left_out: frozenset[str] = frozenset()

    def __call__(self, text: str) -> list[str]:
        """Return the pieces of a text, each as often as it stands in it.

        Examples
        --------
        >>> Analyzer("word", (1, 2))("A red, red car")
        ['red', 'red', 'car', 'red red', 'red car']
        >>> Analyzer("char", (2, 2))("abc")
        ['ab', 'bc']
        """
        text = text.lower() if self.is_lowered else text
        if self.accents:
            text = _without_accents(text, self.accents)
        if self.unit == "word":
            words = re.findall(self.pattern, text)
            return self._pieces([word for word in words if word not in self.left_out], " ")
        text = _BLANKS.sub(" ", text)
        if self.unit == "char":
            return self._pieces(list(text), "")
        return [piece for word in text.split() for piece in self._around(f" {word} ")]

    def _pieces(self, parts: list[str], between: str) -> list[str]:
        least, most = self.lengths
        return [
            between.join(parts[at : at + length])
            for length in range(least, min(most, len(parts)) + 1)
            for at in range(len(parts) - length + 1)
        ]

    def _around(self, word: str) -> list[str]:
        made: list[str] = []
        for length in range(self.lengths[0], self.lengths[1] + 1):
            made += [word[at : at + length] for at in range(max(len(word) - length, 0) + 1)]
            if length >= len(word):
                # A word that is shorter than the piece counts once.
                break
        return made


def _without_accents(text: str, how: str) -> str:
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFKD", text)
    if how == "ascii":
        return parted.encode("ascii", "ignore").decode("ascii")
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Counted:
    """How often each piece stands in a text, for the pieces that a model knows."""

    analyzer: Analyzer
    known: Mapping[str, int]
    width: int
    is_binary: bool = False

    def __call__(self, block: Block) -> Block:
        """Return a column for each piece, of the one column of texts."""
        return _tabulated(block, self.width, self._of)

    def _of(self, text: str) -> dict[int, float]:
        found = Counter(self.analyzer(text))
        at = {self.known[piece]: count for piece, count in found.items() if piece in self.known}
        return {place: 1.0 if self.is_binary else float(count) for place, count in at.items()}

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the pieces by their numbers."""
        made = _numbered(origins, self.width)
        for piece, place in self.known.items():
            made[place] = replace(made[place], word=piece)
        return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Hashed:
    """How often pieces stand in a text that a hash puts in the same column."""

    analyzer: Analyzer
    width: int
    is_signed: bool = True
    is_binary: bool = False

    def __call__(self, block: Block) -> Block:
        """Return a column for each value of the hash, of the one column of texts."""
        return _tabulated(block, self.width, self._of)

    def _of(self, text: str) -> dict[int, float]:
        made: dict[int, float] = {}
        for piece, count in Counter(self.analyzer(text)).items():
            value = murmur(piece.encode("utf-8", "surrogatepass"))
            place = abs(value) % self.width
            made[place] = made.get(place, 0.0) + (count if value >= 0 or not self.is_signed
                                                  else -count)  # fmt: skip
        return dict.fromkeys(made, 1.0) if self.is_binary else made

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the columns by their numbers."""
        return _numbered(origins, self.width)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Weighed:
    """Counts of pieces, weighed by how rare the piece is, and made as long as each other."""

    rarity: Floats | None
    norm: str
    is_logarithmic: bool

    def __call__(self, block: Block) -> Block:
        """Return the counts weighed."""
        matrix = block.matrix()
        if self.is_logarithmic:
            with np.errstate(divide="ignore", invalid="ignore"):
                matrix = np.where(matrix == 0, 0.0, np.log(matrix) + 1.0)
        if self.rarity is not None:
            matrix = matrix * self.rarity
        return Block.of_matrix(normed(matrix, self.norm), block.names)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the columns themselves, in another unit."""
        return [replace(each, is_plain=False) for each in origins]


def normed(matrix: Floats, norm: str) -> Floats:
    """Return rows of the same length, by the name of the norm; none without one."""
    if not norm:
        return matrix
    if norm == "l1":
        size = np.abs(matrix).sum(axis=1)
    elif norm == "max":
        size = np.abs(matrix).max(axis=1, initial=0.0)
    else:
        size = np.sqrt((matrix**2).sum(axis=1))
    return matrix / np.where(size == 0, 1, size)[:, None]


def _tabulated(block: Block, width: int, of: Callable[[str], dict[int, float]]) -> Block:
    if len(block.columns) != 1:
        # More than one column is not what texts are read from.
        raise ValueError
    column = block.columns[0]
    made = np.zeros((block.rows, width))
    gone = is_missing(column)
    for row, text in enumerate(cast("list[object]", column.tolist())):
        if gone[row] or not isinstance(text, str):
            made[row] = np.nan
            continue
        for place, count in of(text).items():
            made[row, place] = count
    return Block.of_matrix(made)


def _numbered(origins: Origins, width: int) -> list[Origin]:
    origin = origins[0]
    return [Origin(f"{origin.label}#{place}", origin.features) for place in range(width)]


_ROUND: Final = 0xFFFFFFFF


def murmur(content: bytes) -> int:
    """Return the hash of bytes, from seed nought, as a number with a sign.

    Examples
    --------
    >>> murmur(b"a"), murmur(b"hello")
    (1009084850, 613153351)
    """
    value = 0
    for start in range(0, len(content), 4):
        part = content[start : start + 4]
        mixed = int.from_bytes(part, "little") * 0xCC9E2D51 & _ROUND
        value ^= (mixed << 15 | mixed >> 17) * 0x1B873593 & _ROUND
        if len(part) == 4:
            value = ((value << 13 | value >> 19) & _ROUND) * 5 + 0xE6546B64 & _ROUND
    value ^= len(content)
    value = (value ^ value >> 16) * 0x85EBCA6B & _ROUND
    value = (value ^ value >> 13) * 0xC2B2AE35 & _ROUND
    value ^= value >> 16
    return value - (1 << 32) if value >> 31 else value
