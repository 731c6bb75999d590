"""The data sets of a SAS program: which were made in it, where others lie, what options say.

A data set that the program makes is a variable of the small language, named ``library.name``
(``work.train``); one that it did not make is read by that name. What goes to a library that
stays is also written, so that another program finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from doorlicht.lineage.readers.sas_expressions import Expressions, name_list
from doorlicht.lineage.readers.sas_words import HOLE, Word, closing, spelled
from doorlicht.records.code import (
    Arg,
    Assign,
    Call,
    Const,
    Dict,
    Do,
    Expr,
    Hidden,
    Name,
    Seq,
    Stmt,
)


class Reference(NamedTuple):
    """A data set as named in a program, with its options: ``bron.people(keep=a where=(b=1))``."""

    name: str
    line: int
    options: dict[str, list[Word]]
    is_path: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether it stays after the program ends."""
        return self.is_path or not self.name.startswith(("work.", "_null_"))


def call(function: str, /, *args: Expr, line: int, **named: Expr | None) -> Call:
    """Return a call of an intrinsic; arguments that are none are left out."""
    given = [Arg(None, value) for value in args]
    given += [Arg(key, value) for key, value in named.items() if value is not None]
    return Call(Name(function, line), tuple(given), line)


def dataset_name(spelled_name: str) -> str:
    """Return the name of a data set with its library.

    Examples
    --------
    >>> dataset_name("People"), dataset_name("Bron.People"), dataset_name("_null_")
    ('work.people', 'bron.people', '_null_')
    """
    low = spelled_name.lower()
    if "." in low or low == "_null_":
        return low
    return f"work.{low}"


def references_in(words: Sequence[Word]) -> list[Reference]:
    """Return the data sets named in a row, as after ``SET`` and ``DATA``."""
    found: list[Reference] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word.value == "/" or (
            word.kind == "name" and at + 1 < len(words) and words[at + 1].value == "="
        ):
            break  # Options of the statement: ``set a b nobs=n;``
        if word.kind in ("name", "text"):
            reference, at = reference_at(words, at)
            found.append(reference)
        else:
            at += 1
    return found


def reference_at(words: Sequence[Word], at: int) -> tuple[Reference, int]:
    """Return the data set named at a place, and where it ends."""
    word = words[at]
    name = word.value
    at += 1
    while (
        word.kind == "name"
        and at + 1 < len(words)
        and words[at].value == "."
        and words[at].is_glued
        and words[at + 1].is_glued
        and words[at + 1].kind in ("name", "number", "text")
    ):
        name += "." + words[at + 1].value
        at += 2
    options: dict[str, list[Word]] = {}
    if at < len(words) and words[at].value == "(":
        end = closing(words, at)
        options = options_in(words[at + 1 : end])
        at = end + 1
    if word.kind == "text":
        return Reference(name, word.line, options, is_path=True), at
    return Reference(dataset_name(name), word.line, options), at


def options_in(words: Sequence[Word]) -> dict[str, list[Word]]:
    """Return options by name: ``keep=a b where=(x = 1)``; brackets around a value are left out.

    Examples
    --------
    >>> from doorlicht.lineage.readers.sas_words import words_of
    >>> options = options_in(words_of("keep=a b rename=(c=d)")[0])
    >>> {name: spelled(value) for name, value in options.items()}
    {'keep': 'a b', 'rename': 'c=d'}
    """
    found: dict[str, list[Word]] = {}
    name = ""
    at = 0
    while at < len(words):
        word = words[at]
        after = words[at + 1] if at + 1 < len(words) else None
        if word.kind == "name" and after is not None and after.value == "=":
            name = word.low
            found[name] = []
            at += 2
            if at < len(words) and words[at].value == "(":
                end = closing(words, at)
                found[name] = list(words[at + 1 : end])
                at = end + 1
        else:
            # A word on its own is an option that is on: ``descending``, ``nodupkey``.
            found[name].append(word) if name else found.setdefault(word.low, [])
            at += 1
    return found


@dataclass(slots=True)
class Program:
    """What is known of a program up to a statement, and the statements translated so far."""

    libraries: dict[str, str] = field(default_factory=dict[str, str])
    files: dict[str, str] = field(default_factory=dict[str, str])
    made: set[str] = field(default_factory=set[str])
    columns: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    scorers: dict[str, str] = field(default_factory=dict[str, str])
    """Variables that hold a model, by the file that its scoring code was written to."""
    body: list[Stmt] = field(default_factory=list[Stmt])
    hidden: list[Hidden] = field(default_factory=list[Hidden])
    last: str = ""
    numbers: int = 0
    path: str = ""
    file: str = ""
    """The file that a step is of, if it is another: the macro that makes it is defined there."""

    def enter(self, word: Word) -> None:
        """Go on with what stands in the file of a word."""
        if word.file != self.file:
            self.file = word.file
            at = Const(word.file or self.path, word.line)
            self.do(call("@at", at, line=word.line), word.line)

    def hide(self, construct: str, line: int) -> None:
        """Remember what could not be translated."""
        if self.file:
            self.do(call("@lose", Const(construct, line), line=line), line)
        else:
            self.hidden.append(Hidden(construct, line))

    def variable(self, kind: str, line: int) -> str:
        """Return a name for a table or model on the way; a dot keeps it apart from columns."""
        self.numbers += 1
        return f"{kind}.{line}.{self.numbers}"

    def assign(self, name: str, value: Expr, line: int) -> None:
        """Give a value to a variable."""
        self.body.append(Assign((Name(name, line),), value, line))

    def do(self, value: Expr, line: int) -> None:
        """Do something for what it does."""
        self.body.append(Do(value, line))

    def path_of(self, words: Sequence[Word]) -> str:
        """Return the path that words name: a text, or a name that ``FILENAME`` gave it."""
        if not words:
            return HOLE
        if words[0].kind == "text":
            return words[0].value
        return self.files.get(words[0].low, spelled(words).lower())

    # ── reading ─────────────────────────────────────────────────────────────────────────────

    def read(self, reference: Reference, flags: frozenset[str] = frozenset()) -> Expr:
        """Return the table of a data set, after its options."""
        if reference.name == "work._last_" and self.last:
            reference = reference._replace(name=self.last)
        return self.after_options(self.open(reference.name, reference.line), reference, flags)

    def open(self, name: str, line: int) -> Expr:
        """Return a data set, or whatever else is stored under the name."""
        if name in self.made:
            return Name(name, line)
        return call("@read", Const(name, line), line=line)

    def known_columns(self, reference: Reference) -> set[str]:
        """Return columns that the program itself made in a data set."""
        return self.columns.get(reference.name, set())

    def after_options(
        self, table: Expr, reference: Reference, flags: frozenset[str] = frozenset()
    ) -> Expr:
        """Return a table after ``keep=``, ``drop=``, ``rename=`` and ``where=``, in their order."""
        options, line = reference.options, reference.line
        if options.get("keep"):
            table = call("@keep", table, name_list(options["keep"], line), line=line)
        if options.get("drop"):
            table = call("@drop", table, name_list(options["drop"], line), line=line)
        if options.get("rename"):
            table = renamed(table, options["rename"], line)
        if options.get("where"):
            condition = Expressions(flags=flags).parse(options["where"])
            table = call("@filter", table, condition, line=options["where"][0].line)
        return table

    # ── writing ─────────────────────────────────────────────────────────────────────────────

    def store(
        self, reference: Reference, table: Expr, line: int, columns: set[str] | None = None
    ) -> None:
        """Make a data set."""
        if reference.name == "_null_":
            self.do(table, line)
            return
        self.assign(reference.name, self.after_options(table, reference), line)
        self.made.add(reference.name)
        self.columns[reference.name] = set(columns or ())
        self.last = reference.name
        self.keep(reference, line)

    def keep(self, reference: Reference, line: int) -> None:
        """Write a data set that stays: under its name, and as a file where its library lies."""
        if not reference.is_kept:
            return
        places = [reference.name]
        library, _, name = reference.name.partition(".")
        if not reference.is_path and self.libraries.get(library):
            places.append(f"{self.libraries[library].rstrip('/')}/{name}.sas7bdat")
        for place in places:
            written = call("@write", Name(reference.name, line), Const(place, line), line=line)
            self.do(written, line)

    def mention(self, table: Expr, words: Sequence[Word], line: int) -> None:
        """Remember that columns are named, where nothing is done with them that matters here."""
        names = name_list(words, line)
        if names.items:
            self.do(call("@keep", table, names, line=line), line)


def renamed(table: Expr, words: Sequence[Word], line: int) -> Expr:
    """Return a table after ``old=new`` pairs."""
    pairs: list[tuple[Expr | None, Expr]] = []
    for at, word in enumerate(words):
        if word.value == "=" and 0 < at < len(words) - 1:
            old, new = words[at - 1], words[at + 1]
            pairs.append((Const(new.low, new.line), Const(old.low, old.line)))
    return call("@rename", table, Dict(tuple(pairs), line), line=line) if pairs else table


def names_seq(names: Sequence[Const], line: int) -> Seq:
    """Return names as a list."""
    return Seq(tuple(Arg(None, name) for name in names), "list", line)
