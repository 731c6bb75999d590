"""Units of an organisation through time, what is out of scope, and what a unit is held to.

A unit that gets another name or another place in the tree is written again under the same id, with
other dates. A unit that is merged, split, renamed into another id or abolished names those that go
on with its work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Literal

STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
"""How these records are read from a file: a key that is not known is an error."""

OrganisationStatus = Literal["in_formation", "active", "merged", "split", "renamed", "abolished"]
"""``in_formation`` (*in oprichting*): it does not formally exist yet, and may hold data."""

ENDED: Final[frozenset[OrganisationStatus]] = frozenset({"merged", "split", "renamed", "abolished"})
"""States in which a unit is there no longer, from the day after its last."""


@dataclass(frozen=True, slots=True)
class OrganisationUnit:
    """A unit as it was from one day to another.

    Attributes
    ----------
    id
        Stable. Several of one id are one unit in different periods, which do not overlap.
    since, until
        First and last day, both included; nothing: not known, or not ended.
    parent
        Id of the unit above it; nothing for a ministry.
    status
        Until its last day an ended unit was active; the status says how it ended.
    kind
        As its source calls it, for instance *Directoraat-generaal*.
    ministry
        Id of the ministry that says it has this unit; empty: the top of its tree.
    successors
        Ids, the one that takes over what is not divided first.
    identifier
        In a public register (TOOI), as a URI.
    """

    id: str
    name: str
    since: date | None = None
    until: date | None = None
    parent: str | None = None
    status: OrganisationStatus = "active"
    kind: str = ""
    ministry: str = ""
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    identifier: str = ""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    def is_there(self, day: date) -> bool:
        """Whether the unit was there on a day, also while it was being founded.

        Examples
        --------
        >>> unit = OrganisationUnit("dg", "DG", since=date(2024, 1, 1), until=date(2024, 6, 30))
        >>> unit.is_there(date(2024, 6, 30)), unit.is_there(date(2024, 7, 1))
        (True, False)
        """
        return (self.since or date.min) <= day <= (self.until or date.max)


ScopeKind = Literal["in", "out_for_now", "out"]
Ground = Literal["in_formation", "no_personal_data", "not_ours", "other"]


@dataclass(frozen=True, slots=True)
class ScopeDecision:
    """Whether a unit takes part in an inquiry, who decided that, and why.

    Attributes
    ----------
    decision
        ``out_for_now`` must be looked at again, at the latest on ``review``; ``out`` is for good.
    ground
        ``in_formation`` ends by itself on the day that the unit is no longer in formation.
    """

    id: str
    unit: str
    decision: ScopeKind
    reason: str
    by: str
    on: date
    review: date | None = None
    ground: Ground = "other"

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A unit that is out of scope, as it stands on a day.

    Attributes
    ----------
    unit
        The one that is there now: an exclusion moves to a successor.
    due
        Day on which it must be looked at again; nothing for what is out for good.
    is_ground_gone
        Whether what it rested on (being founded) is no longer so.
    """

    decision: ScopeDecision
    unit: str
    due: date | None
    is_overdue: bool
    is_ground_gone: bool = False

    @property
    def is_for_now(self) -> bool:
        """Whether the unit is to be looked at later."""
        return self.decision.decision == "out_for_now"


ObligationKind = Literal[
    "commitment", "question", "measure", "step", "nil_statement", "exclusion", "plan"
]


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that a unit has to do, from the day on which it took that on."""

    id: str
    kind: ObligationKind
    unit: str
    since: date


@dataclass(frozen=True, slots=True)
class Bearing:
    """Who bears an obligation on a day.

    Attributes
    ----------
    path
        The units that bore it, oldest first, the present one last.
    is_by_rule
        Whether a rule chose between heirs (the first successor of a split, or the unit above one
        that was abolished), so that people should look whether that is right.
    """

    obligation: Obligation
    unit: str
    path: tuple[str, ...]
    is_by_rule: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """A decision of people on who takes over an obligation of a unit that ended."""

    obligation: str
    unit: str
    reason: str
    by: str
    on: date

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT
