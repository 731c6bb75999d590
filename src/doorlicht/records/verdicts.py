"""What a framework says of a use: the path through its nodes, what is missing, what follows.

A proposal is made by rules from answers; it is no verdict. A verdict exists after people have
looked at it (:mod:`doorlicht.records.uses`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Status = Literal["passes", "fails", "open", "provisional", "skipped", "waits", "not_in_force"]
"""What became of a node.

``provisional``: it would fail, but it is not yet certain that it applies. ``waits``: whether it is
asked at all hangs on an answer that is missing. ``not_in_force``: its law did not apply in the
period.
"""

OPEN: frozenset[Status] = frozenset({"open", "provisional"})
"""Nodes that a person has to answer something for."""

GapStatus = Literal["missing", "unknown", "in_place", "not_yet"]

WhyEnded = Literal["ends", "fails", "open", "passes"]


@dataclass(frozen=True, slots=True)
class PathStep:
    """A node on the way to a proposal.

    Attributes
    ----------
    answer
        ``yes``, ``no``, ``unknown``, or the value of the fact that the node asks for.
    """

    node: str
    status: Status
    answer: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A duty beside the verdict: whether it is met, and from when it must be."""

    node: str
    status: GapStatus
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a framework proposes for one set of facts.

    Attributes
    ----------
    verdict
        Id of an outcome of the framework, for instance ``onrechtmatig``.
    is_at_least
        Whether open nodes could still make the verdict more serious.
    failed, open
        Nodes in the order of the framework. ``open`` holds what is asked, also where a fail is
        not yet certain.
    lawyer
        Questions of which the framework says that a lawyer answers them.
    missing
        Facts without which the open nodes stay open, in the order in which they are asked.
    consequences
        Ids of what follows from the verdict.
    unused
        Facts that were stated and on which nothing here depends.
    """

    framework: str
    edition: str
    verdict: str
    failed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    lawyer: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    path: tuple[PathStep, ...] = ()
    is_at_least: bool = False
    why: WhyEnded = "passes"
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A smallest set of answers that would change a proposal, and to what."""

    answers: dict[str, bool | str]
    verdict: str
    size: int = field(default=0)
