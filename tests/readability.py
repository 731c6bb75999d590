"""How readable Dutch is, by a published formula.

Source: W.H. Douma (1960), *De leesbaarheid van landbouwbladen*, Landbouwhogeschool Wageningen:
``206.84 - 0.77 * syllables per 100 words - 0.93 * words per sentence``, the formula of Flesch
(1948) for Dutch. From 60 up a text is plain (*standaard*); from 70 fairly easy. It counts and does
not understand: it finds long words and long sentences, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?:;]+(?:\s|$)")
# The longest first: each is one sound, and a trema begins a new one.
_VOWELS = re.compile(
    r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ij|ei|au|ou|[aeiouyàáâèéêìíòóôùú]|[äëïöü]"
)


def syllables(word: str) -> int:
    """Return how many syllables a Dutch word has.

    Examples
    --------
    >>> [syllables(one) for one in ("onderzoek", "gegevens", "coördinator", "geïnteresseerd")]
    [3, 3, 5, 5]
    """
    return max(1, len(_VOWELS.findall(word.lower())))


def sentences(text: str) -> list[list[str]]:
    """Return the words of each sentence."""
    found = (_WORD.findall(one) for one in _SENTENCE.split(text))
    return [words for words in found if words]


def flesch_douma(texts: Sequence[str]) -> float:
    """Return the score of texts together; higher is easier."""
    parts = [words for text in texts for words in sentences(text)]
    words = [word for part in parts for word in part]
    per_hundred = 100 * sum(map(syllables, words)) / len(words)
    return 206.84 - 0.77 * per_hundred - 0.93 * len(words) / len(parts)
