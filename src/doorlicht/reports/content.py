"""What the reports of a scan say, gathered from the register once for every form of report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from doorlicht.errors import InputError
from doorlicht.evidence.residual import Residual
from doorlicht.records import BlindSpot, Source, Unit
from doorlicht.register import KeptFinding, LookedAt, Register, ScanRecord
from doorlicht.vocabulary import Concept

FLOOR: Final = 0.02
"""Findings less probable than this are not kept at all."""

SHOWN_FROM: Final = 0.5
"""Findings from this probability up are more likely true than not, and are shown first."""


@dataclass(frozen=True, slots=True)
class ReportContent:
    """One scan, with everything that a report of it needs.

    Attributes
    ----------
    findings
        All that stand, by source, asset and column; rejected ones too.
    concepts
        The vocabulary's concepts by id.
    residual
        What may still be there; ``None`` where nobody worked that out.
    """

    scan: ScanRecord
    units: tuple[Unit, ...]
    sources: tuple[Source, ...]
    findings: tuple[KeptFinding, ...]
    blind_spots: tuple[BlindSpot, ...]
    looked_at: LookedAt
    concepts: Mapping[str, Concept]
    residual: Residual | None = None

    @property
    def sample_rows(self) -> int | None:
        """Rows per table that were looked at, where a sample was asked for."""
        value = self.scan.settings.get("sample_rows")
        return value if isinstance(value, int) else None

    def found(self, threshold: float = SHOWN_FROM) -> list[KeptFinding]:
        """Return the findings that are direct or derived, probable, and not rejected."""
        return [
            one
            for one in self.findings
            if one.finding.kind != "proxy"
            and one.finding.probability >= threshold
            and one.triage != "rejected"
        ]

    def rejected(self) -> list[KeptFinding]:
        """Return the findings that people have rejected; the reports count them."""
        return [one for one in self.findings if one.triage == "rejected"]

    def proxies(self, threshold: float = SHOWN_FROM) -> list[KeptFinding]:
        """Return the proxies that are probable and not rejected."""
        return [
            one
            for one in self.findings
            if one.finding.kind == "proxy"
            and one.finding.probability >= threshold
            and one.triage != "rejected"
        ]


def content_of(
    register: Register,
    concepts: Mapping[str, Concept],
    *,
    scan: int | None = None,
) -> ReportContent:
    """Return what there is to report of a scan, by default the last one.

    Raises
    ------
    InputError
        If the register has no scan yet.
    """
    record = register.scan(scan) if scan is not None else _last_scan(register)
    findings = sorted(
        register.findings(scan=record.id),
        key=lambda one: (
            one.finding.location.source,
            one.finding.location.table,
            one.finding.location.column_index,
            one.finding.kind == "proxy",
            one.finding.concept,
        ),
    )
    return ReportContent(
        scan=record,
        units=tuple(register.units()),
        sources=tuple(s for s in register.sources() if s.id in record.sources),
        findings=tuple(findings),
        blind_spots=tuple(register.blind_spots(scan=record.id)),
        looked_at=register.looked_at(scan=record.id),
        concepts=concepts,
    )


def _last_scan(register: Register) -> ScanRecord:
    scans = register.scans()
    if not scans:
        raise InputError("report.no_scan", register=register.location)
    return scans[-1]
