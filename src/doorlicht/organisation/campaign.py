"""The states of a campaign, and what each needs: a refusal says why.

From *prepared* over *mandated*, *planned*, *running* and *reporting* to *closed*. A state needs
all that the states before it need, as of the day on which it is entered: a unit that was founded
meanwhile, or a promise that was made meanwhile, holds up the closing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeVar, get_args

from doorlicht.errors import InputError, RefusedError, WrongUseError
from doorlicht.language import Text
from doorlicht.organisation.coverage import measure_coverage
from doorlicht.organisation.history import History
from doorlicht.organisation.plans import missing_chapters
from doorlicht.organisation.scope import overdue_exclusions, undecided_units, units_in_scope
from doorlicht.organisation.steps import sample_size
from doorlicht.records import (
    Campaign,
    Commitment,
    Coverage,
    InventoryStep,
    NilStatement,
    OrganisationUnit,
    PlanOfApproach,
    QuestionSet,
    ScopeDecision,
)
from doorlicht.records.campaigns import CampaignState, PlanForm

STATES: Final[tuple[CampaignState, ...]] = get_args(CampaignState)

MAX_NAMED: Final = 5
"""Units that a refusal names; more are told as a number."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of a campaign, as its guards look at it.

    Attributes
    ----------
    uses
        Ids of the confirmed uses of each unit.
    sources
        Ids of the sources of each unit.
    commitments, question_sets
        Those that belong to the campaign.
    proposed_uses
        Uses that nobody confirmed or rejected yet.
    unplaced_uses
        Confirmed uses of which it is not known whose they are.
    """

    campaign: Campaign
    history: History
    decisions: Sequence[ScopeDecision] = ()
    plans: Sequence[PlanOfApproach] = ()
    steps: Sequence[InventoryStep] = ()
    statements: Sequence[NilStatement] = ()
    uses: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    commitments: Sequence[Commitment] = ()
    question_sets: Sequence[QuestionSet] = ()
    proposed_uses: Sequence[str] = ()
    unplaced_uses: Sequence[str] = ()

    def in_scope(self, day: date) -> list[OrganisationUnit]:
        """Return the units that take part on a day."""
        return units_in_scope(self.history, self.decisions, day)

    def coverage(self, day: date) -> Coverage:
        """Return the coverage matrix of a day."""
        return measure_coverage(
            self.history, self.decisions, self.steps, day, kinds=self.campaign.steps,
            sources=self.sources,
        )  # fmt: skip


Asked = TypeVar("Asked", QuestionSet, Commitment)


def of_campaign(
    several: Iterable[Asked], campaign: Campaign, campaigns: Iterable[Campaign]
) -> list[Asked]:
    """Return the questions or commitments that a campaign is about.

    What belongs to nothing that is known is of every campaign: a slip in a name must not make
    anybody forget what Parliament waits for.
    """
    ids = {one.id: {one.id, *(mandate.id for mandate in one.mandates)} for one in campaigns}
    known = set[str]().union(*ids.values())
    own = ids.get(campaign.id, {campaign.id})
    return [
        one for one in several
        if not (named := known.intersection(one.belongs_to)) or named & own
    ]  # fmt: skip


def enter_state(dossier: Dossier, state: CampaignState, today: date, reason: str = "") -> Campaign:
    """Return the campaign in its next state, or in the one before, which needs a reason.

    Raises
    ------
    WrongUseError
        If that state does not follow.
    InputError
        If a step back lacks a reason.
    RefusedError
        If something that the state needs is missing; :func:`find_refusals` gives all of it.
    """
    now = dossier.campaign.state
    step = STATES.index(state) - STATES.index(now)
    if abs(step) != 1:
        at = STATES.index(now)
        around = [*STATES[at + 1 : at + 2], *STATES[max(at - 1, 0) : at]]
        raise WrongUseError("campaign.no_step", state=now, following=", ".join(around))
    if step < 0:
        if not reason.strip():
            raise InputError("campaign.no_reason", state=state)
        return replace(dossier.campaign, state=state, closed_on=None)
    for refusal in find_refusals(dossier, state, today):
        raise RefusedError(refusal.key, **refusal.params)
    return replace(dossier.campaign, state=state, closed_on=today if state == "closed" else None)


def find_refusals(dossier: Dossier, state: CampaignState, today: date) -> list[Text]:
    """Return everything that stands between a campaign and a state, in the order of the states.

    Each is the code of an error with what goes into it.
    """
    needed = STATES[1 : STATES.index(state) + 1]
    return [text for one in needed for text in _GUARDS[one](dossier, today)]


def _mandated(dossier: Dossier, today: date) -> Iterator[Text]:
    del today
    campaign = dossier.campaign
    if not campaign.mandates:
        yield Text("campaign.no_mandate")
    for one in campaign.mandates:
        if not one.source.strip():
            yield Text("campaign.mandate_unsourced", {"id": one.id})
    if not campaign.meanings:
        yield Text("campaign.no_meanings")
    if not campaign.vocabulary.strip():
        yield Text("campaign.no_vocabulary")


def _planned(dossier: Dossier, today: date) -> Iterator[Text]:
    campaign, history = dossier.campaign, dossier.history
    if not campaign.coordinator.strip():
        yield Text("campaign.no_coordinator")
    yield from _named("campaign.undecided", undecided_units(history, dossier.decisions, today))
    units = dossier.in_scope(today)
    if not units:
        yield Text("campaign.nothing_in_scope")
    led = {one.ministry for one in campaign.leaders if one.name.strip()}
    for ministry in sorted({history.ministry(one.id, today) for one in units} - led):
        yield Text("campaign.no_leader", {"ministry": _told(history, ministry, today)})
    yield from _plans(dossier, units, today, "long")


def _running(dossier: Dossier, today: date) -> Iterator[Text]:
    yield from _plans(dossier, dossier.in_scope(today), today, "short")


def _reporting(dossier: Dossier, today: date) -> Iterator[Text]:
    unsent = [
        _told(dossier.history, one.unit, today)
        for one in dossier.plans
        if one.form == "short" and not one.letter
    ]
    if unsent:
        yield Text("campaign.plan_not_sent", {"units": _list(unsent), "n": len(unsent)})
    coverage = dossier.coverage(today)
    for kind in dossier.campaign.steps:
        left = [
            f"{row.name} ({row.unit})" for row in coverage.rows
            if any(cell.kind == kind and not cell.is_covered for cell in row.cells)
        ]  # fmt: skip
        if left:
            yield Text(f"campaign.not_covered.{kind}", {"units": _list(left), "n": len(left)})
    for code, uses in (
        ("campaign.uses_proposed", dossier.proposed_uses),
        ("campaign.uses_unplaced", dossier.unplaced_uses),
    ):
        if uses:
            yield Text(code, {"ids": _list(uses), "n": len(uses)})
    yield from _named("campaign.no_nil_statement", _without_outcome(dossier, today))
    wrong = find_contradicted(dossier, today)
    if wrong:
        yield Text(
            "campaign.nil_contradicted",
            {"ids": _list([one.id for one in wrong]), "n": len(wrong)},
        )


def _closed(dossier: Dossier, today: date) -> Iterator[Text]:
    for one in overdue_exclusions(dossier.history, dossier.decisions, today):
        unit = _told(dossier.history, one.unit, today)
        yield Text("campaign.exclusion_overdue", {"unit": unit, "due": str(one.due)})
    # One that was withdrawn because of what the auditor found was looked into all the same.
    counted = [one for one in dossier.statements if one.state != "withdrawn" or one.is_looked_into]
    wanted = sample_size(len(counted), dossier.campaign.nil_sample)
    looked_into = sum(one.is_looked_into for one in counted)
    if looked_into < wanted:
        yield Text("campaign.nil_not_sampled", {"done": looked_into, "wanted": wanted})
    for one in dossier.commitments:
        if one.state in ("open", "partly"):
            yield Text("campaign.commitment_open", {"id": one.id})
    for one in dossier.question_sets:
        is_withdrawn = bool(one.questions) and all(q.state == "withdrawn" for q in one.questions)
        if one.answered_on is None and not is_withdrawn:
            yield Text("campaign.questions_open", {"id": one.id})


_GUARDS: Final[Mapping[CampaignState, Callable[[Dossier, date], Iterator[Text]]]] = {
    "mandated": _mandated,
    "planned": _planned,
    "running": _running,
    "reporting": _reporting,
    "closed": _closed,
}


def _plans(
    dossier: Dossier, units: Iterable[OrganisationUnit], today: date, form: PlanForm
) -> Iterator[Text]:
    """Yield which units have no plan of their own nor of a unit above, and which is not whole."""
    history = dossier.history
    plans = [one for one in dossier.plans if one.form == form]
    held = {part for one in plans for part in history.parts(one.unit, today)}
    left = [one for one in units if not _is_under(history, one, held, today)]
    yield from _named(f"campaign.no_plan.{form}", left)
    for one in plans:
        missing = missing_chapters(one)
        if missing:
            yield Text(
                "campaign.plan_incomplete",
                {
                    "id": one.id,
                    "unit": _told(history, one.unit, today),
                    "chapters": ", ".join(missing),
                },
            )


def _is_under(history: History, unit: OrganisationUnit, held: set[str], day: date) -> bool:
    above: OrganisationUnit | None = unit
    while above is not None:
        if above.id in held:
            return True
        above = history.at(above.parent, day) if above.parent is not None else None
    return False


def units_without_use(
    history: History, statements: Iterable[NilStatement], today: date
) -> list[OrganisationUnit]:
    """Return the units of a day of which a standing statement says that there is nothing.

    Also those under a unit that spoke for all below it, and those that go on with its work.
    """
    own, below = _spoken_for(history, statements, today)
    return [
        one for one in history.on(today).values()
        if one.id in own or _is_under(history, one, below, today)
    ]  # fmt: skip


def _spoken_for(
    history: History, statements: Iterable[NilStatement], today: date
) -> tuple[set[str], set[str]]:
    """Return the units that a standing statement is of, and those with all that is below them."""
    standing = [one for one in statements if one.is_standing]
    own = {part for one in standing for part in history.parts(one.unit, today)}
    below = {
        part for one in standing if one.covers_below for part in history.parts(one.unit, today)
    }
    return own, below


def _without_outcome(dossier: Dossier, today: date) -> list[OrganisationUnit]:
    """Return the units of which neither a use is known nor a statement says that there is none."""
    history = dossier.history
    own, below = _spoken_for(history, dossier.statements, today)
    used = _used(dossier, today)
    return [
        one for one in dossier.in_scope(today)
        if one.id not in own | used and not _is_under(history, one, below, today)
    ]  # fmt: skip


def _used(dossier: Dossier, today: date) -> set[str]:
    """Return the units of a day that go on with one of which a use is known."""
    return {
        part
        for unit, uses in dossier.uses.items()
        if uses
        for part in dossier.history.parts(unit, today)
    }


def find_contradicted(dossier: Dossier, today: date) -> list[NilStatement]:
    """Return the statements that there is nothing, of units of which a use is known or was found.

    A use of any unit that goes on with a part of the work counts. A statement that was withdrawn
    stays in the records, and is no longer told here.
    """
    history = dossier.history
    used = _used(dossier, today)

    def is_contradicted(one: NilStatement) -> bool:
        parts = set(history.parts(one.unit, today))
        if used & parts:
            return True
        return one.covers_below and any(
            _is_under(history, history.at(unit, today) or history.last(unit), parts, today)
            for unit in used
        )

    return [
        one for one in dossier.statements
        if one.state == "contradicted" or (one.is_standing and is_contradicted(one))
    ]  # fmt: skip


def _named(code: str, units: Sequence[OrganisationUnit]) -> Iterator[Text]:
    if units:
        names = [f"{one.name} ({one.id})" for one in units]
        yield Text(code, {"units": _list(names), "n": len(units)})


def _told(history: History, unit: str, day: date) -> str:
    """Return what a unit is called on a day, with its id for who has to type it."""
    if unit not in history.versions:
        return unit
    return f"{(history.at(unit, day) or history.last(unit)).name} ({unit})"


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:MAX_NAMED]) + (", …" if len(names) > MAX_NAMED else "")
