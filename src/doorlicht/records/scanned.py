"""What a scan knows of tables, for whoever follows code that reads them: names and findings."""

from __future__ import annotations

from dataclasses import dataclass

from doorlicht.records.findings import Kind


@dataclass(frozen=True, slots=True)
class ScannedFinding:
    """A finding of a column, as far as following code needs it; ``probability`` is 0..1."""

    id: str
    concept: str
    kind: Kind
    probability: float


@dataclass(frozen=True, slots=True)
class ScannedColumn:
    """A column of a scanned table, with what was found in it; the surest first."""

    name: str
    findings: tuple[ScannedFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class ScannedTable:
    """A table that a scan read.

    ``source`` is the id of its source and ``location`` where that lies; ``path`` is that of
    :class:`~doorlicht.records.Location`, with ``#sheet`` or ``!member``. ``is_told`` is set for a
    table that its database tells of at this moment, without a scan.
    """

    source: str
    location: str
    path: str
    columns: tuple[ScannedColumn, ...]
    is_told: bool = False
