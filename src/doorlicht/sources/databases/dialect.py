"""What a database must tell and do to be scanned: the contract of a dialect.

A dialect writes SQL and reads the catalogue of one kind of database. It is a plugin: a package
declares ``DatabaseConnector(MyDialect())`` under the entry points ``doorlicht.sources``; see
``docs/how-to/add-a-dialect.md``.

Two rules hold for every dialect. What comes back over the wire is counts, names and lengths, and
never a value. And the words of the database's errors are dropped, for they quote values: an error
becomes a :class:`DatabaseProblem` with a code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from math import inf
from typing import Literal, Protocol, runtime_checkable

from doorlicht.plugins import Limits
from doorlicht.records import ColumnKind, DefinitionKind, Shape, TableColumns, TextHits
from doorlicht.vocabulary import Lexicon, TermFinder

Matching = Literal["text", "number", "none"]
"""Whether whole values are looked up as text, as whole numbers, or not at all (dates, binary)."""


class DatabaseProblem(Exception):  # noqa: N818 (it is a fact about a table, told as a blind spot)
    """What went wrong in the database, as the code of a blind spot; never in its own words.

    ``details`` hold names, limits and the state code of the database. ``is_lost`` says that the
    connection is gone, and that the next table needs a new one.
    """

    def __init__(self, code: str, *, is_lost: bool = False, **details: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.is_lost = is_lost
        self.details = details


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, view or the like, as the catalogue has it.

    Attributes
    ----------
    path
        ``schema.table``; a part that holds a dot or a quote is quoted, so that no two are alike.
    from_sql
        What stands behind FROM, names quoted.
    kind
        In the words of the database: ``table``, ``view``, ``foreign table`` ...
    is_stored
        Whether its rows lie in the database; a view is worked out anew each time it is read.
    estimated_rows
        As the database believes; ``None`` where it has no idea.
    hides_rows
        Whether a rule of the database hides some of its rows from us.
    """

    path: str
    from_sql: str
    kind: str
    comment: str = ""
    size_bytes: int | None = None
    fingerprint: str | None = None
    is_stored: bool = True
    estimated_rows: int | None = None
    hides_rows: bool = False


@dataclass(frozen=True, slots=True)
class DatabaseColumn:
    """A column of a relation.

    Attributes
    ----------
    sql
        Its name, quoted, as a column of the row.
    text_sql
        SQL over a row that gives the value as text, as the vocabulary would spell it.
    number_sql
        SQL of the value as a number; empty where it is none.
    elements_sql
        For lists and documents: SQL of a set of texts, one row for each element.
    comment, value_labels
        What the database itself says of the column; the labels of an enum stand for themselves.
    is_readable
        A table can be open to us and one of its columns closed.
    """

    name: str
    index: int
    kind: ColumnKind
    matching: Matching
    sql: str
    text_sql: str
    number_sql: str = ""
    elements_sql: str = ""
    comment: str = ""
    value_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a relation that are looked at: all of them, or a sample that stays the same.

    ``glance_sql`` gives some thousands of them, always the same, to take shapes from.
    """

    relation: Relation
    from_sql: str
    glance_sql: str
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What a sample said of a column, all of it counted in the database.

    ``expected_distinct`` is a guess at the different values of the whole table, infinite where
    the sample tells nothing.
    """

    shape: Shape = field(default_factory=Shape)
    is_padded: bool = False
    is_free_text: bool = False
    expected_distinct: float = inf


@dataclass(slots=True)
class Counted:
    """Counts of a column: values that are not null, and rows per slot of the dictionary.

    Slots are those of texts in ``Dictionary`` of ``sources/engine/session.py``; ``BLANK`` is that
    of empty text.
    """

    filled: int = 0
    rows_per_slot: dict[int, int] = field(default_factory=dict[int, int])


LooseRows = Mapping[tuple[tuple[str, str], ...], int]
"""Rows of the sample per combination of entries that the words of a value stand for."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A view, routine or trigger, as the catalogue lists it; its text is asked for by ``key``.

    ``language`` is that of its text; only SQL and the procedural languages of the database itself
    can be read.
    """

    path: str
    kind: DefinitionKind
    key: object
    is_readable: bool = True
    language: str = "sql"


@runtime_checkable
class SchemaSession(Protocol):
    """What a session can do if its database is to be traced. All may raise `DatabaseProblem`."""

    catalogues: Sequence[str]
    """Parts of the catalogue, each of which can be open or closed to us."""

    def columns(self) -> Iterator[TableColumns]:
        """Return the columns of all tables, views and the like."""
        ...

    def stored(self, catalogue: str) -> Sequence[Stored]:
        """Return what a part of the catalogue lists."""
        ...

    def definition(self, one: Stored) -> str:
        """Return the SQL of one; empty if it is gone by now."""
        ...


class DatabaseSession(Protocol):
    """An open database. Every method may raise :class:`DatabaseProblem`."""

    def relations(self) -> Iterator[Relation]:
        """List what can be read, each once: a partitioned table and not its partitions."""
        ...

    def look_up(self, relation: Relation) -> tuple[Relation, Sequence[DatabaseColumn]]:
        """Return a relation as it is now, and its columns in their order, numbered from 0.

        Listing must not wait for a table that somebody holds; this may.
        """
        ...

    def teach(self, lexicon: Lexicon, terms: TermFinder) -> None:
        """Bring the vocabulary to the database, at the first call only."""
        ...

    def at_one_moment(self) -> AbstractContextManager[None]:
        """Keep what is read within it as it was at one moment."""
        ...

    def count_rows(self, relation: Relation) -> int:
        """Return the exact number of rows."""
        ...

    def whole(self, relation: Relation, columns: Sequence[DatabaseColumn]) -> Part:
        """Return all rows of the columns; a glance is shorter for more of them."""
        ...

    def sample(
        self, relation: Relation, columns: Sequence[DatabaseColumn], rows: int, total: int
    ) -> Part:
        """Return at most ``rows`` of ``total`` rows, the same ones each time they are read."""
        ...

    def see(self, part: Part, columns: Sequence[DatabaseColumn]) -> Mapping[int, Seen]:
        """Return what a sample says of each column that has values, by its index."""
        ...

    def count(
        self,
        part: Part,
        columns: Sequence[DatabaseColumn],
        seen: Mapping[int, Seen],
        tell: Callable[[int, float], None],
    ) -> tuple[int, Mapping[int, Counted]]:
        """Return the rows, and the counts of each column by its index.

        ``tell`` takes the rows and the share (0..1) done so far.
        """
        ...

    def count_loose(self, part: Part, columns: Sequence[DatabaseColumn]) -> Mapping[int, LooseRows]:
        """Return what values in other dress stand for, by the index of the column."""
        ...

    def count_terms(
        self, part: Part, column: DatabaseColumn, terms: TermFinder
    ) -> tuple[TextHits, ...]:
        """Return mentions of terms in free text."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class Dialect(Protocol):
    """Opens databases of one kind."""

    name: str

    def connect(
        self, location: str, options: Mapping[str, object], limits: Limits
    ) -> DatabaseSession:
        """Open a database for reading only; ``location`` has its variables filled in.

        Raises
        ------
        DatabaseProblem
            If the address is not one of this kind, or the database cannot be reached, or it does
            not let us in.
        """
        ...
