"""The connector for databases: lists tables and views, and has each counted where it lies.

One connection is kept for a source. If it drops, the table that was being read becomes a blind
spot, and the next one is read over a new connection.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast
from urllib.parse import urlsplit

from doorlicht.errors import SourceError
from doorlicht.plugins import Limits, ProfileRequest
from doorlicht.records import Asset, BlindSpot, Definition, Source, TableColumns, TableProfile
from doorlicht.sources.databases.counting import count_relation
from doorlicht.sources.databases.dialect import (
    DatabaseProblem,
    DatabaseSession,
    Dialect,
    Relation,
    SchemaSession,
    Stored,
)

_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")


@dataclass(slots=True)
class _Open:
    """A source that is open, with what its catalogue listed."""

    source: Source
    limits: Limits
    session: DatabaseSession
    relations: dict[str, Relation] = field(default_factory=dict[str, Relation])


class DatabaseConnector:
    """Reads the databases of one dialect; see :mod:`doorlicht.plugins` for the contract."""

    def __init__(self, dialect: Dialect, environment: Mapping[str, str] | None = None) -> None:
        self.name = dialect.name
        self._dialect = dialect
        self._environment = os.environ if environment is None else environment
        self._open: _Open | None = None

    def assets(self, source: Source) -> Iterator[Asset | BlindSpot]:
        """List tables, views and the like.

        Raises
        ------
        SourceError
            If the database cannot be opened or its catalogue cannot be read.
        """
        try:
            opened = self._opened(source, Limits())
            opened.relations = {one.path: one for one in opened.session.relations()}
        except DatabaseProblem as problem:
            self.close()
            raise _source_error(source, problem) from None
        for relation in opened.relations.values():
            yield Asset(
                source.id, relation.path, relation.kind, relation.size_bytes, relation.fingerprint
            )

    def profiles(
        self, source: Source, asset: Asset, request: ProfileRequest
    ) -> Iterator[TableProfile | BlindSpot]:
        """Count one table; what cannot be counted is a blind spot."""
        try:
            yield from self._profiles(source, asset, request)
        except DatabaseProblem as problem:
            if problem.is_lost:
                self.close()
            yield BlindSpot(source.id, asset.path, problem.code, problem.details)

    def _profiles(
        self, source: Source, asset: Asset, request: ProfileRequest
    ) -> Iterator[TableProfile | BlindSpot]:
        opened = self._opened(source, request.limits)
        if asset.path not in opened.relations:
            opened.relations = {one.path: one for one in opened.session.relations()}
        relation = opened.relations.get(asset.path)
        if relation is None:
            raise DatabaseProblem("database.gone")
        relation, columns = opened.session.look_up(relation)
        readable = [column for column in columns if column.is_readable]
        if not readable and columns:
            raise DatabaseProblem("source.denied")
        limit = request.limits.columns
        if len(columns) > limit:
            raise DatabaseProblem("limit.columns", columns=len(columns), limit=limit)
        yield count_relation(opened.session, relation, readable, source.id, request)
        closed = [column.name for column in columns if not column.is_readable]
        if closed:
            yield BlindSpot(
                source.id,
                asset.path,
                "database.columns_denied",
                {"number": len(closed), "columns": ", ".join(closed[:10])},
            )
        if relation.hides_rows:
            yield BlindSpot(source.id, asset.path, "database.rows_hidden")

    def schema(self, source: Source) -> Iterator[TableColumns | Definition | BlindSpot]:
        """Return tables with their columns, and the SQL of views, routines, triggers and rules."""
        try:
            yield from self._schema(source)
        except DatabaseProblem as problem:
            yield BlindSpot(source.id, "", problem.code, problem.details)
        finally:
            self.close()

    def _schema(self, source: Source) -> Iterator[TableColumns | Definition | BlindSpot]:
        session = self._opened(source, Limits()).session
        if not isinstance(session, SchemaSession):
            raise DatabaseProblem("database.no_schema")
        parts: list[Stored] = []
        try:
            yield from session.columns()
        except DatabaseProblem as problem:
            if problem.is_lost:
                raise
            yield BlindSpot(source.id, "columns", problem.code, problem.details)
        for catalogue in session.catalogues:
            try:
                parts += session.stored(catalogue)
            except DatabaseProblem as problem:
                if problem.is_lost:
                    raise
                yield BlindSpot(source.id, catalogue, problem.code, problem.details)
        for one in parts:
            if not one.is_readable:
                language = {"language": one.language}
                yield BlindSpot(source.id, one.path, "database.language", language)
                continue
            # Where the connection was lost the next definition is asked for over a new one; if
            # there is none to be had, that ends the source.
            session = cast("SchemaSession", self._opened(source, Limits()).session)
            try:
                text = session.definition(one)
            except DatabaseProblem as problem:
                if problem.is_lost:
                    self.close()
                yield BlindSpot(source.id, one.path, problem.code, problem.details)
                continue
            if text:
                yield Definition(one.path, one.kind, text)

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._open is not None:
            self._open.session.close()
            self._open = None

    def _opened(self, source: Source, limits: Limits) -> _Open:
        opened = self._open
        if opened is None or opened.source != source or opened.limits != limits:
            self.close()
            location = filled_in(source.location, self._environment)
            session = self._dialect.connect(location, source.options, limits)
            opened = self._open = _Open(source, limits, session)
        return opened


def filled_in(location: str, environment: Mapping[str, str]) -> str:
    """Return a location with ``${NAME}`` replaced by what the environment has for it.

    Raises
    ------
    DatabaseProblem
        If a variable is not set, or the location holds a password: it would end up in the register.

    Examples
    --------
    >>> filled_in("postgresql://${HOST}/zaken", {"HOST": "db1"})
    'postgresql://db1/zaken'
    """
    try:
        plain = urlsplit(_VARIABLE.sub("", location))
        has_password = bool(plain.password) or re.search(r"(^|&)password=[^&]", plain.query)
    except ValueError:
        raise DatabaseProblem("database.bad_url") from None
    if has_password:
        raise DatabaseProblem("database.password")
    missing = [name for name in _VARIABLE.findall(location) if name not in environment]
    if missing:
        raise DatabaseProblem("database.no_variable", name=missing[0])
    return _VARIABLE.sub(lambda found: environment[found[1]], location)


def shown(location: str) -> str:
    """Return a location without user, password and parameters, to be put in a message.

    Examples
    --------
    >>> shown("postgresql://jo:secret@db1:5433/zaken?sslmode=require")
    'postgresql://db1:5433/zaken'
    """
    try:
        parts = urlsplit(location)
        address = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "?"
    return f"{parts.scheme}://{address}{parts.path}"


def _source_error(source: Source, problem: DatabaseProblem) -> SourceError:
    return SourceError(problem.code, location=shown(source.location), **problem.details)
