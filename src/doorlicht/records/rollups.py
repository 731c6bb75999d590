"""What an organisation tells its coordinator, and what a coordinator makes of many.

Nothing here names a person, a file, a column or a purpose: counts, ids, and names of units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class ExportedUse:
    """A use as the coordinator sees it.

    Attributes
    ----------
    proposed, verdict
        What the framework proposes, and what people decided; empty while they did not.
    open_facts, open_measures, late_measures
        How many.
    """

    id: str
    concept: str
    role: str
    unit: str
    status: str
    proposed: str
    verdict: str
    open_facts: int = 0
    open_measures: int = 0
    late_measures: int = 0


@dataclass(frozen=True, slots=True)
class ExportedUnit:
    """A unit, and whether anything of it was looked at.

    ``identifier`` is that of a public register. Only by it can two organisations mean the same
    unit: every ministry may have a *Directie Financiën*.
    """

    id: str
    name: str
    status: str = "active"
    is_covered: bool = False
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """What one organisation hands to its coordinator.

    Attributes
    ----------
    log
        Name of the log of its register; tells two registers apart.
    entries, root
        Size of that log, and the root (64 hexadecimal digits) of its tree.
    editions
        Of vocabulary, weights, framework and doorlicht, by name.
    looked_at
        ``assets``, ``tables``, ``columns``, ``rows``.
    blind_spots, findings, flows
        How many of each code, concept and verdict.
    """

    organisation: str
    log: str
    entries: int
    root: str
    made_at: datetime
    day: date
    editions: Mapping[str, str]
    units: tuple[ExportedUnit, ...] = ()
    uses: tuple[ExportedUse, ...] = ()
    looked_at: Mapping[str, int] = field(default_factory=dict[str, int])
    blind_spots: Mapping[str, int] = field(default_factory=dict[str, int])
    findings: Mapping[str, int] = field(default_factory=dict[str, int])
    flows: Mapping[str, int] = field(default_factory=dict[str, int])
    models: int = 0
    audits: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """An export as it came in: from which file, and which known keys signed it."""

    file: str
    export: Export
    signed_by: tuple[str, ...] = ()


RemarkKind = Literal[
    "unsigned", "replaced", "forked", "same_name", "unit_twice", "unit_alike", "not_covered",
    "no_units", "edition_differs", "not_received",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the exports together that the totals alone do not show."""

    kind: RemarkKind
    organisation: str = ""
    what: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """One organisation in the overview of all."""

    organisation: str
    day: date
    units: int
    covered: int
    uses: int
    decided: int
    open_facts: int
    open_measures: int
    late_measures: int
    blind_spots: int
    models: int
    audits: int
    is_signed: bool


@dataclass(frozen=True, slots=True)
class RollUp:
    """Many organisations together.

    Attributes
    ----------
    totals
        Uses by concept, role and verdict; an undecided use has an empty verdict.
    """

    lines: tuple[OrganisationLine, ...]
    totals: Mapping[tuple[str, str, str], int]
    remarks: tuple[Remark, ...]
    looked_at: Mapping[str, int]
