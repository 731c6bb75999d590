"""The vocabulary as engines use it: exact spellings to count."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from unicodedata import combining as _is_mark

from doorlicht.records import ValueHits


# Compared and hashed by identity: caches ask for the hash often, and that of 170,000 spellings
# takes milliseconds each time.
@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Spellings that may be the whole value of a cell, each with the entries it stands for.

    Folding is done here, once, and not in the engine for every row: case and accent variants of
    a term are spellings of their own.

    Attributes
    ----------
    edition
        Of the vocabulary it was made from.
    spellings
        Distinct, without surrounding space. The position is the id that an engine counts by.
    entries
        For each spelling the ``(value table, entry)`` pairs it stands for, at least one.
    integers
        ``(number, id of a spelling)``: codes as a numeric column has them, without leading zeros.
        A number may stand for several spellings.
    """

    edition: str
    spellings: tuple[str, ...]
    entries: tuple[tuple[tuple[str, str], ...], ...]
    integers: tuple[tuple[int, int], ...]

    def hits(self, rows_per_spelling: Mapping[int, int]) -> tuple[ValueHits, ...]:
        """Return counted spellings as hits per value table, ordered by the table's id."""
        rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for spelling, count in rows_per_spelling.items():
            for table, entry in self.entries[spelling]:
                rows[table][entry] += count
        return tuple(ValueHits(table, dict(rows[table])) for table in sorted(rows))


def make_lexicon(
    edition: str,
    tables: Mapping[str, Mapping[str, Iterable[str]]],
    forms: Mapping[str, str],
) -> Lexicon:
    """Return the lexicon of value tables (id to entry to spellings).

    A spelling stands for one entry of a table, the first: so that rows are never counted twice.
    Words get their variants of case and accent. Codes are kept as they are, and in lower case where
    they have letters; numeric codes also count as integers, where columns have lost the zeros.

    Examples
    --------
    >>> lexicon = make_lexicon("x", {"brp/32": {"0001": ["0001"]}}, {"brp/32": "code"})
    >>> lexicon.spellings, lexicon.integers
    (('0001',), ((1, 0),))
    """
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for table, entries in tables.items():
        make = _code_variants if forms[table] == "code" else _word_variants
        for entry, spellings in entries.items():
            # Most spellings stand for this alone, and share it: 20,000 tuples and not 170,000.
            alone = ((table, entry),)
            for spelling in spellings:
                for variant in make(spelling.strip()):
                    text = variant.strip()
                    known = found.setdefault(text, alone)
                    if known is not alone and table not in [other for other, _ in known]:
                        found[text] = (*known, *alone)
    found.pop("", None)
    integers = tuple(
        (int(spelling), number)
        for number, spelling in enumerate(found)
        if len(spelling) <= 9 and spelling.isdigit() and spelling.isascii()
    )
    return Lexicon(edition, tuple(found), tuple(found.values()), integers)


def _code_variants(code: str) -> tuple[str, ...]:
    if code.isdigit():
        return (code,)
    return (code, code.lower(), code.upper())


def _word_variants(word: str) -> Iterable[str]:
    first = word[:1].upper()
    variants = {
        word, word.lower(), word.upper(), word.title(), first + word[1:], first + word[1:].lower(),
    }  # fmt: skip
    if "-" in word:
        variants |= {v.replace("-", " ") for v in tuple(variants)}
    if " " in word:
        variants |= {v.replace(" ", "_") for v in tuple(variants)}
    if word.isascii():
        return sorted(variants)
    plain = {v.translate(_PLAIN) for v in variants}
    composed = {unicodedata.normalize("NFC", v) for v in variants}
    return sorted(composed | plain)


class _PlainLetters(dict[int, str]):
    """What is left of each letter without its marks; taken apart once, and not in each word."""

    def __missing__(self, letter: int) -> str:
        parts = unicodedata.normalize("NFKD", chr(letter))
        plain = self[letter] = "".join([part for part in parts if not _is_mark(part)])
        return plain


_PLAIN: Final = _PlainLetters()
