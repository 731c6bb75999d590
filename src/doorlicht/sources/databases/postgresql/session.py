"""The dialect of PostgreSQL: what :mod:`doorlicht.sources.databases.dialect` asks for, joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final

from doorlicht.plugins import Limits
from doorlicht.records import TableColumns, TextHits
from doorlicht.sources.databases.dialect import (
    Counted,
    DatabaseColumn,
    DatabaseProblem,
    DatabaseSession,
    LooseRows,
    Part,
    Relation,
    Seen,
    Stored,
)
from doorlicht.sources.databases.postgresql import definitions, plans, shapes, words
from doorlicht.sources.databases.postgresql.catalogue import Catalogue
from doorlicht.sources.databases.postgresql.connection import Connection
from doorlicht.sources.databases.postgresql.dictionary import Delivered, deliver
from doorlicht.sources.engine.session import loose_matcher
from doorlicht.vocabulary import Lexicon, LooseMatcher, TermFinder

_SCHEMES: Final = ("postgresql://", "postgres://")


class PostgreSQL:
    """Opens databases of PostgreSQL and of what speaks its language."""

    name = "postgresql"

    def connect(
        self, location: str, options: Mapping[str, object], limits: Limits
    ) -> DatabaseSession:
        """Open a database; passwords come from PGPASSWORD, a password file or a service file."""
        del options
        if not location.startswith(_SCHEMES):
            raise DatabaseProblem("database.bad_url")
        return PostgreSQLSession(Connection(location, limits))


class PostgreSQLSession:
    """An open database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._catalogue = Catalogue(connection)
        self._taught: tuple[Delivered, LooseMatcher] | None = None

    @property
    def _dictionary(self) -> Delivered:
        if self._taught is None:
            raise LookupError("the vocabulary was not brought to the database")
        return self._taught[0]

    def relations(self) -> Iterator[Relation]:
        """List tables, views, materialized views and foreign tables."""
        return self._catalogue.relations()

    def look_up(self, relation: Relation) -> tuple[Relation, Sequence[DatabaseColumn]]:
        """Return a relation with its size of now, and its columns."""
        return self._catalogue.look_up(relation)

    def teach(self, lexicon: Lexicon, terms: TermFinder) -> None:
        """Bring the vocabulary to the server; from then on nothing can be written."""
        if self._taught is None:
            self._taught = deliver(self._connection, lexicon, terms), loose_matcher(lexicon)

    def at_one_moment(self) -> AbstractContextManager[None]:
        """Open a transaction that sees one state and cannot write."""
        return self._connection.at_one_moment()

    def count_rows(self, relation: Relation) -> int:
        """Return the exact number of rows."""
        return int(self._connection.rows(f"SELECT count(*) FROM {relation.from_sql} AS t")[0][0])

    def whole(self, relation: Relation, columns: Sequence[DatabaseColumn]) -> Part:
        """Return all rows; where a sample by the page meets none, the first rows are glanced at."""
        glance = shapes.glance_sql(relation, columns)
        if not self._connection.rows(f"SELECT EXISTS ({glance})")[0][0]:
            most = shapes.glance_rows(len(columns))
            glance = f"SELECT {shapes.selected(columns)} FROM {relation.from_sql} AS t LIMIT {most}"
        return Part(relation, relation.from_sql, glance)

    def sample(
        self, relation: Relation, columns: Sequence[DatabaseColumn], rows: int, total: int
    ) -> Part:
        """Return rows spread over the table; of a view, those that come first."""
        source = f"{relation.from_sql} AS t"
        if relation.is_stored and 0 < rows < total:
            pages = (relation.size_bytes or 0) // shapes.PAGE_BYTES
            method = "SYSTEM" if pages * rows // total >= shapes.MIN_PAGES else "BERNOULLI"
            # A little more than asked for, for chance may give less.
            share = min(100.0, 100.0 * rows / total * 1.1 + 0.001)
            source += f" TABLESAMPLE {method} ({share:.6f}) REPEATABLE (1)"
        taken = f"(SELECT {shapes.selected(columns)} FROM {source} LIMIT {rows})"
        glance = f"SELECT * FROM {taken} AS t LIMIT {shapes.glance_rows(len(columns))}"
        return Part(relation, taken, glance, is_sample=True)

    def see(self, part: Part, columns: Sequence[DatabaseColumn]) -> Mapping[int, Seen]:
        """Return the shapes of columns."""
        return shapes.see(self._connection, part, columns)

    def count(
        self,
        part: Part,
        columns: Sequence[DatabaseColumn],
        seen: Mapping[int, Seen],
        tell: Callable[[int, float], None],
    ) -> tuple[int, Mapping[int, Counted]]:
        """Count whole values."""
        return plans.count(self._connection, self._dictionary, part, columns, seen, tell)

    def count_loose(self, part: Part, columns: Sequence[DatabaseColumn]) -> Mapping[int, LooseRows]:
        """Count values in other dress, in the sample."""
        if self._taught is None:
            raise LookupError("the vocabulary was not brought to the database")
        return words.count_loose(self._connection, *self._taught, part, columns)

    def count_terms(
        self, part: Part, column: DatabaseColumn, terms: TermFinder
    ) -> tuple[TextHits, ...]:
        """Count terms in free text."""
        return words.count_terms(self._connection, self._dictionary, terms, part, column)

    catalogues: Sequence[str] = definitions.CATALOGUES

    def columns(self) -> Iterator[TableColumns]:
        """Return the columns of all tables, views and the like."""
        return definitions.columns(self._connection)

    def stored(self, catalogue: str) -> Sequence[Stored]:
        """Return the views, routines, triggers or rules."""
        return definitions.stored(self._connection, catalogue)

    def definition(self, one: Stored) -> str:
        """Return the SQL of one of them."""
        return definitions.definition(self._connection, one)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
