"""The vocabulary as a whole: concepts, value tables, names of columns, lexicon, free text.

Everything is data beside this file, an edition with a date. A user can add a file of their own
(YAML), which is checked on the way in: an unknown key or concept stops the start.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, cast

from doorlicht.errors import InputError
from doorlicht.shipped import read_yaml
from doorlicht.vocabulary.lexicon import Lexicon, make_lexicon
from doorlicht.vocabulary.loose import LooseMatcher, make_loose_matcher
from doorlicht.vocabulary.names import NameTerms, load_name_terms, make_name_terms
from doorlicht.vocabulary.text import TermFinder, make_term_finder

Form = Literal["code", "word"]


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that is looked for; names and definitions by language."""

    id: str
    kind: Literal["direct", "derived", "proxy"]
    legal_class: str
    name: Mapping[str, str]
    definition: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class ValueTable:
    """Values that columns hold: an entry has an id, spellings, and a period in which it was valid.

    ``valid`` has ``from/until`` (YYYYMMDD, either may be empty) for the entries that have one.
    """

    id: str
    form: Form
    concepts: tuple[str, ...]
    source: str
    licence: str
    entries: Mapping[str, tuple[str, ...]]
    valid: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Vocabulary:
    """One edition of what counts as origin-related. Cheap to pickle: caches stay behind."""

    edition: str
    concepts: Mapping[str, Concept]
    tables: Mapping[str, ValueTable]
    user_terms: Mapping[str, tuple[str, ...]]

    @cached_property
    def lexicon(self) -> Lexicon:
        """The spellings to count in engines."""
        forms = {table.id: table.form for table in self.tables.values()}
        entries = {table.id: table.entries for table in self.tables.values()}
        return make_lexicon(self.edition, entries, forms)

    @cached_property
    def terms(self) -> TermFinder:
        """What to find in free text."""
        return make_term_finder({table.id: table.entries for table in self.tables.values()})

    @cached_property
    def names(self) -> NameTerms:
        """What names of columns say."""
        return make_name_terms(self.user_terms) if self.user_terms else load_name_terms()

    @cached_property
    def loose(self) -> LooseMatcher:
        """What values say that are written with dressing around them."""
        return make_loose_matcher(self.lexicon)

    def __getstate__(self) -> dict[str, Any]:
        """Leave what can be made again out of a pickle."""
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}


def load_vocabulary(user_files: Sequence[Path] = ()) -> Vocabulary:
    """Return the shipped edition, with the user's own files added in their order.

    Parameters
    ----------
    user_files
        YAML with ``concepts``, ``tables``, ``terms`` and ``switched_off``; see
        ``docs/how-to/add-your-own-vocabulary.md``. A table with the id of a shipped one adds to
        its entries; ``without`` takes entries out of it.

    Raises
    ------
    InputError
        If a file cannot be read, has an unknown key or concept, or switches off what is not there.

    Examples
    --------
    >>> vocabulary = load_vocabulary()
    >>> vocabulary.concepts["country_of_birth"].name["nl"]
    'geboorteland'
    """
    names = [str(Path(file).resolve()) for file in user_files]
    return _load(tuple((name, _read_user_text(name)) for name in names))


@lru_cache(maxsize=4)
def _load(user_files: tuple[tuple[str, str], ...]) -> Vocabulary:
    edition, concepts, tables = _shipped()
    terms: dict[str, tuple[str, ...]] = {}
    digest = hashlib.sha256()
    for name, text in user_files:
        digest.update(text.encode("utf-8"))
        # Only who has a file of their own waits for what checks it.
        from doorlicht.vocabulary.user_files import add_user_file, check_user_file

        add_user_file(check_user_file(text, name), name, concepts, tables, terms)
    if user_files:
        edition = f"{edition}+{digest.hexdigest()[:8]}"
    return Vocabulary(edition, concepts, tables, terms)


def _shipped() -> tuple[str, dict[str, Concept], dict[str, ValueTable]]:
    concepts = {
        name: Concept(name, row["kind"], row["legal_class"], row["name"], row["definition"],
                      row["source"])
        for name, row in _yaml("concepts.yaml").items()
    }  # fmt: skip
    index = _yaml("tables.yaml")
    words: dict[str, dict[str, dict[str, list[str]]]] = {}
    tables: dict[str, ValueTable] = {}
    for name, row in index["tables"].items():
        entries: dict[str, dict[str, None]] = {}
        valid: dict[str, str] = {}
        files = row.get("file", [])
        for file in [files] if isinstance(files, str) else files:
            _read_table(file, entries, valid)
        if "words" in row:
            if row["words"] not in words:
                words[row["words"]] = _yaml(f"words/{row['words']}.yaml")
            for entry, spellings in words[row["words"]].get(name, {}).items():
                entries.setdefault(str(entry), {}).update(dict.fromkeys(map(str, spellings)))
        tables[name] = ValueTable(
            name, row["form"], tuple(row["concepts"]), row["source"], row["licence"],
            {entry: tuple(found) for entry, found in entries.items()}, valid,
        )  # fmt: skip
    return index["edition"], concepts, tables


def _read_table(name: str, entries: dict[str, dict[str, None]], valid: dict[str, str]) -> None:
    file = resources.files("doorlicht.vocabulary") / "tables" / f"{name}.csv"
    rows = csv.reader(io.StringIO(file.read_text("utf-8"), newline=""))
    next(rows)
    for entry, spellings, period in rows:
        entries.setdefault(entry, {}).update(dict.fromkeys(spellings.split("|")))
        if period:
            valid[entry] = period


def _yaml(name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", read_yaml("doorlicht.vocabulary", name))


def _read_user_text(name: str) -> str:
    try:
        return Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("vocabulary.unreadable", path=name) from error
