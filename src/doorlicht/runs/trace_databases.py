"""What databases hold for a trace: the SQL of views and routines, and the columns of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from doorlicht.plugins import PluginFailure, SchemaTeller, find_plugin
from doorlicht.records import (
    BlindSpot,
    CodePlace,
    Definition,
    LostPath,
    Source,
    TableColumns,
)

GROUP: Final = "doorlicht.sources"

SUFFIXES: Final = frozenset({
    ".sqlite", ".sqlite3", ".db", ".db3", ".gpkg", ".duckdb", ".ddb",
})  # fmt: skip
"""Files in a traced folder that can be a database."""

_LOOSE: Final = frozenset({".db", ".db3"})
"""Also the suffix of much that is no database."""

_MARKS: Final = ((0, b"SQLite format 3\x00", "sqlite"), (8, b"DUCK", "duckdb"))

_WORD: Final = re.compile(r"\w+")

_CONSTRUCTS: Final = {
    "source.denied": "database_denied",
    "source.missing": "database_missing",
    "source.unreachable": "database_unreachable",
    "database.connection_lost": "database_lost",
    "database.language": "database_language",
    "database.no_schema": "database_no_schema",
    "database.other_kind": "database_broken",
    "database.broken": "database_broken",
}
"""Of a blind spot of a source, as a trace calls it; of any other the code is told."""

MAX_FILE_BYTES: Final = 1 << 50
"""Of a database only the catalogue is read, however large it is."""


class DatabaseFiles:
    """Stands among the readers of code, so that walking finds databases too."""

    suffixes = SUFFIXES
    most_bytes = MAX_FILE_BYTES


READER: Final = "doorlicht.database"
"""The name under which :class:`DatabaseFiles` stands among the readers."""


@dataclass(slots=True)
class Schemas:
    """What was learned of databases.

    ``texts`` are definitions by the path that a trace calls them by; ``columns`` those of tables.
    """

    texts: dict[str, str] = field(default_factory=dict[str, str])
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    lost: list[LostPath] = field(default_factory=list[LostPath])

    def take(self, told: Iterable[object], label: str, shown: str) -> None:
        """Take in what a connector tells; paths get a label, ``shown`` is the database itself."""
        for one in told:
            if isinstance(one, TableColumns):
                self.columns[label.replace("#", "/") + one.path] = one.columns
            elif isinstance(one, Definition):
                self.texts[label + one.path] = one.text
            elif isinstance(one, BlindSpot):
                self.lost.append(lost_path(one, label, shown))


def lost_path(spot: BlindSpot, label: str, shown: str) -> LostPath:
    """Return a blind spot of a source as a trace tells it."""
    place = CodePlace(label + spot.asset if spot.asset else shown, 1)
    reason = spot.details.get("language") or spot.details.get("state") or spot.code
    return LostPath(place, _CONSTRUCTS.get(spot.code, "database_failed"), str(reason))


def read_databases(sources: Sequence[Source], labels: Sequence[str]) -> Schemas:
    """Ask each database for its tables and definitions; what does not answer is a blind spot."""
    schemas = Schemas()
    for source, label in zip(sources, labels, strict=True):
        shown = label.rstrip("/#") or source.name or source.id
        connector: Any = find_plugin(GROUP, source.kind)
        if isinstance(connector, PluginFailure):
            lost = LostPath(CodePlace(shown, 1), "plugin_failed", connector.reason)
            schemas.lost.append(lost)
            continue
        if not isinstance(connector, SchemaTeller):
            spot = BlindSpot(source.id, "", "database.no_schema")
            schemas.lost.append(lost_path(spot, label, shown))
            continue
        try:
            schemas.take(connector.schema(source), label, shown)
        # A connector is a plugin: whatever it raises is told, and the rest goes on.
        except Exception as error:  # noqa: BLE001
            lost = LostPath(CodePlace(shown, 1), "reader_failed", type(error).__name__)
            schemas.lost.append(lost)
    return schemas


def read_file(path: Path, shown: str, schemas: Schemas) -> None:
    """Take in what a database file in a traced folder tells; its paths are ``file#schema.view``."""
    try:
        with path.open("rb") as file:
            head = file.read(32)
    except OSError as error:
        lost = LostPath(CodePlace(shown, 1), "unreadable", type(error).__name__)
        schemas.lost.append(lost)
        return
    kind = next((k for at, mark, k in _MARKS if head[at : at + len(mark)] == mark), None)
    if kind is None:
        if head and path.suffix.lower() not in _LOOSE:
            spot = BlindSpot("", "", "database.other_kind")
            schemas.lost.append(lost_path(spot, "", shown))
        return
    source = Source("", kind, f"{kind}:///{quote(str(path.absolute()))}", shown)
    found = read_databases([source], [f"{shown}#"])
    schemas.texts |= found.texts
    schemas.columns |= found.columns
    schemas.lost += found.lost


def tables_in(text: str, tables: Set[str]) -> set[str]:
    """Return the ties of a definition to the tables and views whose names are among its words."""
    return {f"table:{word}" for word in set(_WORD.findall(text.lower())) & tables}
