"""Where things are: units, sources, assets and locations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

UnitStatus = Literal["active", "being_founded", "abolished"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the organisation tree, with the dates on which it existed.

    ``being_founded`` (*in oprichting*) is a status of its own because in the real inquiries
    whole directorates were missed while they were being founded.
    """

    id: str
    name: str
    parent: str | None = None
    status: UnitStatus = "active"
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A place to look: a folder, a file, a database, a bucket.

    Attributes
    ----------
    id
        Short and stable: it is part of the id of each finding.
    kind
        Name of the connector that opens it: ``files``, ``postgresql``, ``sqlite``, ...
    location
        Path or URL, without a password (that comes from the environment or a file).
    options
        What the connector needs to know more (an encoding, a column layout, a schema).
    """

    id: str
    kind: str
    location: str
    name: str = ""
    unit: str | None = None
    options: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing in a source that is read as a whole: a file, or a table of a database.

    Attributes
    ----------
    path
        Relative to the root of the source, with ``/``; for a database ``schema.table``.
    format
        Name of the reader that takes it, for instance ``csv``, ``parquet``, ``excel``.
    size_bytes
        Size where it lies; ``None`` where the source does not tell.
    fingerprint
        Changes when the content does; ``None`` where the source cannot tell, and then the
        asset is read again at every scan.
    """

    source: str
    path: str
    format: str
    size_bytes: int | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A stable address: a column of a table.

    ``table`` is the path of the asset, with ``#sheet`` (or ``!member`` for a file in an archive)
    for a table inside.
    """

    source: str
    table: str
    column: str
    column_index: int
