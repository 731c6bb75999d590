"""What an auditor draws, judges, asks and finds, and who is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

SampleKind = Literal["clean-columns", "lawful-uses", "cleaned-places", "nil-statements"]
SAMPLE_KINDS: Final[tuple[SampleKind, ...]] = (
    "clean-columns", "lawful-uses", "cleaned-places", "nil-statements",
)  # fmt: skip

SampleStep = Literal["committed", "drawn", "judged"]
Judgment = Literal["right", "wrong", "unknown"]

Role = Literal["auditor"]
ROLES: Final[tuple[Role, ...]] = ("auditor",)

RemarkKind = Literal["question", "finding"]
RemarkStep = Literal["answered", "followed-up", "closed", "reopened"]
REMARK_STEPS: Final[tuple[RemarkStep, ...]] = ("answered", "followed-up", "closed", "reopened")


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """A step of an audit sample, with what came of it as JSON knows it."""

    kind: SampleStep
    content: Mapping[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AuditSample:
    """A population that was frozen, and what happened to it since.

    Attributes
    ----------
    population
        The file of the population; see :mod:`doorlicht.evidence.sampling`.
    plan
        ``population_sha256``, ``confidence``, ``at_most`` (a share), ``division``, and ``strata``:
        each with its ``size`` and how many are ``drawn``.
    """

    id: str
    kind: SampleKind
    population: str
    plan: Mapping[str, Any]
    by: str
    at: datetime
    events: tuple[SampleEvent, ...] = ()

    def last(self, kind: SampleStep) -> SampleEvent | None:
        """Return the last step of a kind, if there was one."""
        return next((one for one in reversed(self.events) if one.kind == kind), None)

    @property
    def state(self) -> Literal["frozen", "committed", "drawn", "judged"]:
        """How far it has come."""
        return self.events[-1].kind if self.events else "frozen"


@dataclass(frozen=True, slots=True)
class RoleEvent:
    """That somebody was given a role, or that it was taken back."""

    name: str
    role: Role
    kind: Literal["given", "taken"]
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RemarkEvent:
    """A step of a remark: what management answers, what was done, that the auditor closes it."""

    kind: RemarkStep
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """A question or finding of an auditor.

    Attributes
    ----------
    about
        The id of what it is about: a finding, use, sample, or nothing in particular.
    """

    id: str
    kind: RemarkKind
    about: str
    text: str
    by: str
    at: datetime
    events: tuple[RemarkEvent, ...] = ()

    @property
    def state(self) -> Literal["open", "answered", "followed-up", "closed"]:
        """How far it has come; one that was reopened is open."""
        last = self.events[-1].kind if self.events else "reopened"
        return "open" if last == "reopened" else last
