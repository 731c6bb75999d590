"""Steps of scikit-learn that make features of texts: counts of words, weighed or hashed.

Source: ``sklearn.feature_extraction.text``, versions 0.19 to 1.9. Functions of the user's own that
cut texts are not followed, nor are patterns of words that could take for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from doorlicht.audit.pickles.arrays import array_of, scalar_of
from doorlicht.audit.pickles.nodes import Call, Members, Pairs
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.things import LackingError, Thing, Understood, nodes_of
from doorlicht.audit.scoring.blocks import Floats
from doorlicht.audit.scoring.preparing import Preparation, Steps
from doorlicht.audit.scoring.words import PATTERNS, Analyzer, Counted, Hashed, Weighed

MAX_WIDTH: Final = 1 << 16
"""Columns that are made of one text: with more, a row takes more memory than its text is worth."""

MAX_PIECES: Final = 50
"""Words or letters in one piece; a text has as many pieces of each length as words."""

_UNITS: Final = frozenset({"word", "char", "char_wb"})
_ACCENTS: Final = frozenset({"", "ascii", "unicode"})


def texts(thing: Thing) -> Understood:
    """Read a step that makes features of one column of texts, or weighs those."""
    made = begin(thing, "preparation")
    made.width = made.width if thing.name == "TfidfTransformer" else 1
    try:
        made.preparation = _READERS[thing.name](thing)
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _counted(thing: Thing) -> Preparation:
    node = thing.get("vocabulary_")
    if not isinstance(node, Pairs):
        raise LackingError("vocabulary_")
    known: dict[str, int] = {}
    for piece, place in node.pairs:
        number = scalar_of(place)
        if not isinstance(piece, str) or not isinstance(number, int):
            raise LackingError("vocabulary_")
        known[piece] = number
    width = len(known)
    if not width or sorted(known.values()) != list(range(width)):
        raise LackingError("vocabulary_")
    if width > MAX_WIDTH:
        raise LackingError("max_features")
    return Counted(_analyzer(thing), known, width, thing.scalar("binary") is True)


def _hashed(thing: Thing) -> Preparation:
    width = int(thing.number("n_features"))
    if not 0 < width <= MAX_WIDTH:
        raise LackingError("n_features")
    if thing.scalar("non_negative") is True:
        raise LackingError("non_negative")
    analyzer = _analyzer(thing)
    is_signed = thing.scalar("alternate_sign") is not False
    counts = Hashed(analyzer, width, is_signed, thing.scalar("binary") is True)
    return Steps((counts, Weighed(None, _norm(thing), False)))


def _analyzer(thing: Thing) -> Analyzer:
    for name in ("preprocessor", "tokenizer"):
        if thing.get(name) is not None:
            raise LackingError(name)
    unit, accents = thing.text("analyzer"), thing.text("strip_accents")
    if unit not in _UNITS:
        raise LackingError("analyzer")
    if accents not in _ACCENTS or (not accents and thing.get("strip_accents") is not None):
        raise LackingError("strip_accents")
    lengths = [scalar_of(each) for each in thing.listed("ngram_range")]
    if len(lengths) != 2 or not all(
        isinstance(each, int) and 0 < each <= MAX_PIECES for each in lengths
    ):
        raise LackingError("ngram_range")
    pattern = thing.text("token_pattern")
    if unit == "word" and pattern not in PATTERNS:
        raise LackingError("token_pattern")
    if thing.text("input") not in {"", "content"}:
        raise LackingError("input")
    left_out = _left_out(thing, lengths[1]) if unit == "word" else frozenset[str]()
    return Analyzer(
        unit, (lengths[0], lengths[1]), thing.scalar("lowercase") is not False, accents, pattern,
        left_out,
    )  # fmt: skip


def _left_out(thing: Thing, longest: int) -> frozenset[str]:
    """Return the words that are passed over."""
    node = thing.get("stop_words")
    if node is None:
        return frozenset()
    if isinstance(node, str):
        # The list of the library is not in the file. Of single words none is in what was learned.
        if longest > 1 or thing.scalar("fixed_vocabulary_") is not False:
            raise LackingError("stop_words")
        return frozenset()
    words = node.members if isinstance(node, Members) else nodes_of(node)
    if words is None or not all(isinstance(word, str) for word in words):
        raise LackingError("stop_words")
    return frozenset(str(word) for word in words)


def _weighed(thing: Thing) -> Preparation:
    rarity: Floats | None = None
    if thing.scalar("use_idf") is not False:
        rarity = thing.maybe("idf_")
        diagonal = thing.get("_idf_diag")
        if rarity is None and isinstance(diagonal, Call):
            # Older versions keep it as a matrix of which only the diagonal is filled.
            found = array_of(Thing(diagonal).get("data", "_data"))
            rarity = None if found is None else found.astype(np.float64).reshape(-1)
        if rarity is None:
            raise LackingError("idf_")
    return Weighed(rarity, _norm(thing), thing.scalar("sublinear_tf") is True)


def _norm(thing: Thing) -> str:
    norm = thing.text("norm")
    if norm not in {"", "l1", "l2", "max"}:
        raise LackingError("norm")
    return norm


def _counted_and_weighed(thing: Thing) -> Preparation:
    return Steps((_counted(thing), _weighed(thing.thing("_tfidf"))))


_READERS: Final[dict[str, Callable[[Thing], Preparation]]] = {
    "CountVectorizer": _counted,
    "TfidfVectorizer": _counted_and_weighed,
    "HashingVectorizer": _hashed,
    "TfidfTransformer": _weighed,
}

TEXTS: Final = tuple(_READERS)
