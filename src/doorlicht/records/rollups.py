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

    Attributes
    ----------
    identifier
        That of a public register. Only by it can two organisations mean the same unit: every
        ministry may have a *Directie Financiën*.
    scope
        Empty where no campaign decides on it.
    is_overdue
        Whether it was left out for now and the day to look again is past.
    """

    id: str
    name: str
    status: str = "active"
    is_covered: bool = False
    identifier: str = ""
    scope: Literal["", "in", "out", "out_for_now", "undecided"] = ""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class ExportedTerm:
    """Questions or a commitment that are still open, without what they say."""

    id: str
    kind: Literal["questions", "commitment"]
    state: str
    due: date | None = None
    late_days: int = 0

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been done."""
        return self.state in ("overdue", "overdue_unasked")


@dataclass(frozen=True, slots=True)
class ExportedCoverage:
    """Steps of all units in scope: how many there are, are done, and were never begun."""

    steps: int
    done: int
    never: int


@dataclass(frozen=True, slots=True)
class GrownFrom:
    """An earlier state of the log, with the proof that it only grew since (RFC 6962, 2.1.2).

    ``root`` and each hash of ``proof`` are 64 hexadecimal digits.
    """

    entries: int
    root: str
    proof: tuple[str, ...] = ()


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
    coverage, terms
        ``None`` where there is no campaign: that is not nought.
    grown_from
        The earlier export that this one continues, where that was asked.
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
    coverage: ExportedCoverage | None = None
    terms: tuple[ExportedTerm, ...] | None = None
    grown_from: GrownFrom | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """An export as it came in: from which file (and its hash), and which known keys signed it."""

    file: str
    export: Export
    signed_by: tuple[str, ...] = ()
    sha256: str = ""


RemarkKind = Literal[
    "unsigned", "replaced", "same_name", "uses_unknown", "unit_twice", "unit_alike", "not_covered",
    "left_out", "unit_overdue", "undecided", "unit_nowhere", "no_units", "edition_differs",
    "not_received",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the exports together that the totals alone do not show."""

    kind: RemarkKind
    organisation: str = ""
    what: str = ""
    others: tuple[str, ...] = ()


Totals = Mapping[tuple[str, str, str], int]
"""Uses by concept, role and verdict; an undecided use has an empty verdict."""


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """One organisation in the overview of all.

    Attributes
    ----------
    has_uses
        Whether anybody looked for uses: where there are findings and no use at all nobody did, and
        nought is not nought.
    coverage, questions, questions_late, commitments, commitments_late
        ``None`` where it has no campaign. The last four count what is still open, and overdue.
    """

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
    file: str = ""
    sha256: str = ""
    entries: int = 0
    root: str = ""
    coverage: ExportedCoverage | None = None
    questions: int | None = None
    questions_late: int | None = None
    commitments: int | None = None
    commitments_late: int | None = None
    totals: Totals = field(default_factory=dict[tuple[str, str, str], int])
    has_uses: bool = True


@dataclass(frozen=True, slots=True)
class Growth:
    """What came between two exports of one log.

    Attributes
    ----------
    day, file, entries, uses, decided
        At the earlier moment; all uses of the organisation, also of units that count for another.
    is_proven
        Whether a proof shows that the log only grew.
    """

    organisation: str
    day: date
    file: str
    entries: int
    uses: int
    decided: int
    entries_now: int
    uses_now: int
    decided_now: int
    is_proven: bool


@dataclass(frozen=True, slots=True)
class RollUp:
    """Many organisations together.

    Attributes
    ----------
    terms
        What is overdue, with the organisation that owes it; what is longest overdue comes first.
    editions
        By name of what has editions, then by edition: the organisations that use it.
    """

    lines: tuple[OrganisationLine, ...]
    totals: Totals
    remarks: tuple[Remark, ...]
    looked_at: Mapping[str, int]
    growths: tuple[Growth, ...] = ()
    terms: tuple[tuple[str, ExportedTerm], ...] = ()
    editions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(
        default_factory=dict[str, Mapping[str, tuple[str, ...]]]
    )
