"""What a database must tell and do to be scanned: the contract of a dialect.

A dialect writes SQL and reads the catalogue of one kind of database. It is a plugin: a package
declares ``DatabaseConnector(MyDialect())`` under the entry points ``doorlicht.sources``; see
``docs/how-to/add-a-dialect.md``.

Two rules hold for every dialect. What comes back over the wire is counts, names and lengths, and
never a value. And the words of the database's errors are dropped, for they quote values: an error
becomes a :class:`DatabaseProblem` with a code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from doorlicht.plugins import Limits
from doorlicht.records import ColumnKind, Shape, TextHits
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
    can_sample
        Whether the database can look at a part of it without reading the whole.
    estimated_rows
        As the database believes, ``None`` where it has no idea.
    hides_rows
        Whether a rule of the database hides some of its rows from us.
    """

    path: str
    from_sql: str
    kind: str
    comment: str = ""
    size_bytes: int | None = None
    fingerprint: str | None = None
    can_sample: bool = False
    estimated_rows: int | None = None
    hides_rows: bool = False


@dataclass(frozen=True, slots=True)
class DatabaseColumn:
    """A column of a relation.

    Attributes
    ----------
    sql
        Its name, quoted, or an expression over it that gives one scalar value for each row.
    value_sql
        The expression as it is looked up: a text or a number, whatever the type in the table.
    elements_from
        For lists: a lateral source of ``elements(value)``; then ``value_sql`` is over ``value``.
    value_labels
        Code to meaning where the database keeps them: the labels of an enum.
    is_readable
        Whether we may read it; tables can be open and one of their columns closed.
    """

    name: str
    index: int
    kind: ColumnKind
    matching: Matching
    sql: str
    value_sql: str
    elements_from: str = ""
    comment: str = ""
    value_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a relation that are looked at: all, or a sample that stays the same."""

    relation: Relation
    from_sql: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a sample said of a column, all of it counted in the database."""

    shape: Shape = field(default_factory=Shape)
    is_padded: bool = False
    is_free_text: bool = False


class DatabaseSession(Protocol):
    """A connection with the dictionary at hand. Every method may raise ``DatabaseProblem``."""

    def relations(self) -> Iterator[Relation]:
        """List what can be read, each once: a partitioned table and not its partitions."""
        ...

    def columns(self, relation: Relation) -> Sequence[DatabaseColumn]:
        """Return the columns of a relation, in their order."""
        ...

    def whole(self, relation: Relation) -> Part:
        """Return all rows."""
        ...

    def sample(self, relation: Relation, rows: int, total: int) -> Part:
        """Return about ``rows`` rows of ``total``: the same ones each time they are asked for."""
        ...

    def count_filled(self, part: Part, columns: Sequence[DatabaseColumn]) -> tuple[int, list[int]]:
        """Return the rows, and for each column the values that are not null."""
        ...

    def see(self, part: Part, columns: Sequence[DatabaseColumn]) -> Mapping[int, Seen]:
        """Return the shape of each column that has values, by its index."""
        ...

    def count_entries(self, part: Part, column: DatabaseColumn, seen: Seen) -> Mapping[int, int]:
        """Return rows per slot of the dictionary; ``BLANK`` for empty text."""
        ...

    def count_loose(
        self, part: Part, column: DatabaseColumn
    ) -> Mapping[tuple[tuple[str, str], ...], int]:
        """Return rows per combination of entries that the words of a value stand for."""
        ...

    def count_terms(self, part: Part, column: DatabaseColumn) -> tuple[TextHits, ...]:
        """Return mentions of terms in free text."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class Dialect(Protocol):
    """Opens databases of one kind."""

    name: str

    def check(self, location: str) -> None:
        """Refuse a location that cannot be used, before anything is opened.

        Raises
        ------
        DatabaseProblem
            If the address is not one of this kind, or holds a password.
        """
        ...

    def connect(self, location: str, options: Mapping[str, Any], limits: Limits) -> DatabaseSession:
        """Open a database for reading only.

        Raises
        ------
        DatabaseProblem
            If it cannot be reached or does not let us in.
        """
        ...

    def teach(self, session: Any, lexicon: Lexicon, terms: TermFinder) -> None:
        """Bring the vocabulary to the database, once per connection."""
        ...
