"""The vocabulary, brought to the server: as temporary tables, or as arrays where those are refused.

A standby, a pooler or a careful administrator refuses temporary tables. Then the words travel as
parameters with every query that needs them, which costs some megabytes for each.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from doorlicht.sources.databases.dialect import DatabaseProblem
from doorlicht.sources.databases.postgresql.connection import Connection
from doorlicht.sources.engine.session import BLANK, loose_matcher, make_dictionary
from doorlicht.vocabulary import Lexicon, TermFinder

FILLER: Final = -1
"""Number of a word that says nothing by itself, in a value in other dress."""

FILTER_BITS: Final = 1 << 22
"""Bits of the filter: with 170,000 words one value in 25 slips through. Two bits for each word
would let fewer through, and cost more than that saves."""

SEPARATORS: Final = "\t\n\r !\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~\u00a0«»·–—‘’“”„…•¿¡"  # noqa: RUF001
"""What stands between words; an underscore does not."""


@dataclass(frozen=True, slots=True)
class Words:
    """One list of the vocabulary: a table of columns with their types in PostgreSQL."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def table(self) -> str:
        """Its name as a temporary table."""
        return f"pg_temp.doorlicht_{self.name}"

    @property
    def arrays(self) -> str:
        """SQL of the same as a set of arrays."""
        given = ", ".join(f"%({self.name}_{column})s::{kind}[]" for column, kind in self.columns)
        return f"unnest({given})"

    def params(self) -> dict[str, Any]:
        """Return the arrays by the name of their parameter."""
        turned = zip(*self.rows, strict=True) if self.rows else [()] * len(self.columns)
        return {
            f"{self.name}_{column}": list(values)
            for (column, _), values in zip(self.columns, turned, strict=True)
        }


@dataclass(slots=True)
class Delivered:
    """The vocabulary as queries on one connection refer to it.

    ``lowest`` and ``highest`` are the ends of the range of its codes, as numbers.
    """

    lists: Mapping[str, Words]
    has_tables: bool
    lowest: int
    highest: int
    params: dict[str, Any] = field(default_factory=dict[str, Any])

    def __call__(self, name: str, alias: str = "d") -> str:
        """Return what stands behind FROM for a list: its columns are known by their names."""
        words = self.lists[name]
        if self.has_tables:
            return f"{words.table} AS {alias}"
        columns = ", ".join(column for column, _ in words.columns)
        return f"{words.arrays} AS {alias}({columns})"


def deliver(connection: Connection, lexicon: Lexicon, terms: TermFinder) -> Delivered:
    """Bring the vocabulary to the server and make the connection read-only.

    Raises
    ------
    DatabaseProblem
        If neither way works.
    """
    lists = {words.name: words for words in _lists(lexicon, terms, connection.encoding)}
    has_tables = _make_tables(connection, lists.values())
    connection.read_only()
    numbers = make_dictionary(lexicon).numbers or (0,)
    delivered = Delivered(lists, has_tables, min(numbers), max(numbers))
    if not has_tables:
        for words in lists.values():
            delivered.params |= words.params()
        try:
            connection.rows(f"SELECT count(*) FROM {delivered('text')}", delivered.params)
        except DatabaseProblem as problem:
            if problem.is_lost:
                raise
            raise DatabaseProblem("database.no_temp_table") from None
    delivered.params["filter"] = _filter(connection, delivered)
    return delivered


_TYPES: Final = {"text": 'text COLLATE "C"', "int": "int"}


def _make_tables(connection: Connection, lists: Iterable[Words]) -> bool:
    """Make and fill the temporary tables; false where the server refuses them."""
    try:
        connection.rows("BEGIN READ WRITE")
        for words in lists:
            columns = ", ".join(f"{column} {_TYPES[kind]}" for column, kind in words.columns)
            name = f"doorlicht_{words.name}"
            connection.rows(f"CREATE TEMP TABLE {name} ({columns})")
            connection.load(words.table, words.rows)
            connection.rows(f"CREATE INDEX ON {words.table} ({words.columns[0][0]})")
        connection.rows("COMMIT")
    except DatabaseProblem as problem:
        if problem.is_lost:
            raise
        connection.rows("ROLLBACK")
        return False
    return True


@lru_cache(maxsize=2)
def _filter_of(hashes: tuple[int, ...]) -> bytes:
    bits = bytearray(FILTER_BITS // 8)
    for value in hashes:
        bit = value & (FILTER_BITS - 1)
        bits[bit >> 3] |= 1 << (bit & 7)
    return bytes(bits)


def _filter(connection: Connection, delivered: Delivered) -> bytes:
    """Return which hashes the words have, by the server's own hash, a bit for each.

    A value whose bit is not set is no word: that is told in parallel and without the dictionary,
    which the server's parallel processes cannot see.
    """
    found = connection.rows(f"SELECT hashtext(value) FROM {delivered('text')}", delivered.params)
    return _filter_of(tuple(row[0] for row in found))


def may_be_word(text_sql: str) -> str:
    """Return SQL of whether a text can be in the dictionary."""
    return f"get_bit(%(filter)b::bytea, hashtext({text_sql}) & {FILTER_BITS - 1}) = 1"


def _lists(lexicon: Lexicon, terms: TermFinder, encoding: str) -> tuple[Words, ...]:
    dictionary = make_dictionary(lexicon)
    fits = fits_in(encoding)
    texts = [(text, slot) for slot, text in enumerate(dictionary.texts) if fits(text)]
    texts.append(("", BLANK))
    matcher = loose_matcher(lexicon)
    loose = [(words, n) for n, words in enumerate(matcher.entries)]
    loose += [(word, FILLER) for word in sorted(matcher.filler)]
    return (
        Words("text", (("value", "text"), ("slot", "int")), tuple(texts)),
        Words("loose", (("words", "text"), ("entry", "int")), tuple(loose)),
        Words(
            "term",
            (
                ("head", "text"),
                ("second", "text"),
                ("phrase", "text"),
                ("length", "int"),
                ("term", "int"),
            ),
            tuple(_terms(tuple(terms.concept_of), fits)),
        ),
    )


_TO_SPACES: Final = str.maketrans(dict.fromkeys(SEPARATORS, " "))


def _terms(
    terms: Sequence[str], fits: Callable[[str], bool]
) -> list[tuple[str, str, str, int, int]]:
    found: list[tuple[str, str, str, int, int]] = []
    for number, term in enumerate(terms):
        phrase = term.translate(_TO_SPACES)
        if fits(phrase):
            words = phrase.split(" ")
            second = words[1] if len(words) > 1 else ""
            found.append((words[0], second, phrase, len(words), number))
    return found


def fits_in(encoding: str) -> Callable[[str], bool]:
    """Return whether a text can be written in an encoding of the server at all."""
    name = re.sub("^WIN", "cp", encoding.replace("MULE_INTERNAL", "UTF8"))
    try:
        codec = codecs.lookup(name if name != "SQL_ASCII" else "utf-8").name
    except LookupError:
        codec = "utf-8"
    if codec == "utf-8":
        return lambda text: "\x00" not in text

    def fits(text: str) -> bool:
        try:
            text.encode(codec)
        except UnicodeEncodeError:
            return False
        return True

    return fits
