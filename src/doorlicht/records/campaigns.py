"""A campaign: an inquiry with its mandate, plans, steps per unit and signed nil statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Literal

from doorlicht.records.organisation import STRICT

CampaignState = Literal["prepared", "mandated", "planned", "running", "reporting", "closed"]
MandateKind = Literal["motion", "commitment", "letter", "decision"]
PlanForm = Literal["long", "short"]
StepKind = Literal["scan", "interview", "register_search", "instruction_scan", "supplier_request"]
StepState = Literal["planned", "started", "done", "not_applicable"]
StatementState = Literal["signed", "upheld", "contradicted", "withdrawn"]

STEP_KINDS: Final[tuple[StepKind, ...]] = (
    "scan",
    "interview",
    "register_search",
    "instruction_scan",
    "supplier_request",
)

AT_AN_END: Final[frozenset[StepState]] = frozenset({"done", "not_applicable"})


@dataclass(frozen=True, slots=True)
class Mandate:
    """Why an inquiry is held: a motion, commitment, letter or decision, with where it stands."""

    id: str
    kind: MandateKind
    title: str
    on: date
    source: str

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word means in a campaign, and by which document."""

    term: str
    meaning: str
    source: str = ""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class ProjectLeader:
    """Who leads the inquiry of one ministry (its id)."""

    ministry: str
    name: str

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class Campaign:
    """An inquiry as a whole.

    Attributes
    ----------
    vocabulary, frameworks
        Editions by which was looked and judged.
    steps
        What has to be done for every unit in scope.
    nil_sample
        Share (0..1) of the nil statements that an auditor looks into, at least one.
    """

    id: str
    name: str
    since: date
    state: CampaignState = "prepared"
    mandates: tuple[Mandate, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    vocabulary: str = ""
    frameworks: tuple[str, ...] = ()
    coordinator: str = ""
    leaders: tuple[ProjectLeader, ...] = ()
    steps: tuple[StepKind, ...] = STEP_KINDS
    nil_sample: float = 0.1
    closed_on: date | None = None

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of a plan of approach; ``key`` is one of those that a form has to have."""

    key: str
    text: str

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class PlanOfApproach:
    """How a unit is inquired into, in the long form or in the short one for Parliament.

    Attributes
    ----------
    letter
        Id of the letter with which it went to Parliament.
    """

    id: str
    unit: str
    form: PlanForm
    on: date
    by: str
    chapters: tuple[Chapter, ...] = ()
    letter: str = ""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class InventoryStep:
    """Something that is done to find uses in a unit.

    Attributes
    ----------
    source
        Id of a source, title of a register or instruction, name of a supplier; who was spoken to
        is named by function.
    covers_below
        Whether it holds for the units below as well.
    reason
        Why it does not apply.
    evidence
        Ids or titles of what came of it.
    """

    id: str
    unit: str
    kind: StepKind
    state: StepState = "planned"
    source: str = ""
    owner: str = ""
    due: date | None = None
    done_on: date | None = None
    covers_below: bool = False
    reason: str = ""
    evidence: tuple[str, ...] = ()

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    @property
    def is_at_an_end(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in AT_AN_END


@dataclass(frozen=True, slots=True)
class NilStatement:
    """The signed statement that a unit does not use origin-related data.

    Attributes
    ----------
    sampled_by
        The auditor who looked into it, with what was found in ``finding``.
    is_wrong
        Whether an auditor found that there is something; that stays when the unit withdraws it.
    """

    id: str
    unit: str
    text: str
    signed_by: str
    function: str
    on: date
    covers_below: bool = False
    state: StatementState = "signed"
    sampled_by: str = ""
    sampled_on: date | None = None
    finding: str = ""
    is_wrong: bool = False

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    @property
    def is_looked_into(self) -> bool:
        """Whether an auditor looked into it, also if it was withdrawn after that."""
        return self.state in ("upheld", "contradicted") or bool(self.sampled_by)

    @property
    def is_standing(self) -> bool:
        """Whether it still says that there is nothing."""
        return self.state in ("signed", "upheld")


CellState = Literal[
    "done", "not_applicable", "started", "planned", "covered", "taken_over", "partly", "never"
]  # fmt: skip
"""``covered``: by a step of a unit above; ``taken_over``: by one of each unit it came from;
``partly``: done before the unit took over another one, of which it was not."""


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """What was done for one unit, by one kind of step, at one source."""

    unit: str
    kind: StepKind
    source: str
    state: CellState
    on: date | None = None
    steps: tuple[str, ...] = ()

    @property
    def is_covered(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in ("done", "not_applicable", "covered", "taken_over")


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A unit in scope with its cells, in the order of the kinds of steps."""

    unit: str
    name: str
    depth: int
    cells: tuple[CoverageCell, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at on a day, and what never was.

    Attributes
    ----------
    rows
        Units in scope, each under the one above it.
    never
        The cells of which nothing was ever started.
    excluded, undecided
        Ids of units that are not among the rows: left out, or on which nobody decided.
    """

    day: date
    rows: tuple[CoverageRow, ...]
    excluded: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()

    @property
    def never(self) -> tuple[CoverageCell, ...]:
        """The cells of which nothing was ever started."""
        return tuple(one for row in self.rows for one in row.cells if one.state == "never")
