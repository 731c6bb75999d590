"""An inquiry as a whole: its steps, how far each is, and what is new since the last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from doorlicht.errors import Detail

StepKind = Literal["dossier", "scan", "trace", "audit", "uses", "report"]

StepStatus = Literal["waiting", "running", "done", "unchanged", "failed", "interrupted"]
"""``unchanged``: what it would read is what it read last time, and so is what it would write."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a step failed: the code of an error and its details, which hold no value of a source."""

    code: str
    details: Mapping[str, Detail] = field(default_factory=dict[str, Detail])


@dataclass(frozen=True, slots=True)
class StepRun:
    """How far a step of an inquiry is.

    Attributes
    ----------
    name
        ``scan``, ``trace``, ``audit:`` with the name of the audit, ...
    key
        Hash of everything that decides what the step gives; empty where it always runs.
    outcome
        Counts, by a word of ``inquiry.count`` of the texts.
    found
        Whether origin-related data, a flow of it, or a difference was found.
    is_complete
        Whether everything could be read and followed.
    process
        What runs it, or ran it; tells later whether it still does.
    """

    name: str
    kind: StepKind
    status: StepStatus = "waiting"
    key: str = ""
    outcome: Mapping[str, int] = field(default_factory=dict[str, int])
    found: bool = False
    is_complete: bool = True
    fault: Fault | None = None
    process: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What an inquiry shows that it did not show when it was last finished.

    Attributes
    ----------
    since
        When that was; ``None`` at the first time, and then everything is new.
    findings, flows, models, uses, blind_spots, audits
        Ids that are new; of blind spots, where they are; of audits, the names of those that found a
        difference and had not.
    gone_findings, gone_flows
        Ids that were there and are no more.
    """

    since: datetime | None = None
    findings: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    blind_spots: tuple[str, ...] = ()
    audits: tuple[str, ...] = ()
    gone_findings: tuple[str, ...] = ()
    gone_flows: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether anything came since the last time."""
        return bool(
            self.findings
            or self.flows
            or self.models
            or self.uses
            or self.blind_spots
            or self.audits
        )


@dataclass(frozen=True, slots=True)
class InquiryRun:
    """What came of running an inquiry."""

    name: str
    steps: tuple[StepRun, ...]
    news: News = News()

    @property
    def failed(self) -> tuple[StepRun, ...]:
        """The steps that ended with an error."""
        return tuple(one for one in self.steps if one.status == "failed")
