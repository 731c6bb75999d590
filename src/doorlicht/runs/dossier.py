"""The dossier of an inquiry, gathered from the register, and the steps that people take in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from doorlicht.errors import InputError
from doorlicht.organisation import (
    Dossier,
    History,
    check_commitment,
    check_decision,
    check_set,
    draw_statements,
    enter_state,
    find_bearers,
    look_into,
    make_history,
    move_step,
    of_campaign,
    with_proposed_themes,
)
from doorlicht.records import (
    Assignment,
    Bearing,
    Campaign,
    Commitment,
    InventoryStep,
    NilStatement,
    Obligation,
    OrganisationUnit,
    PlanOfApproach,
    Question,
    QuestionSet,
    ScopeDecision,
)
from doorlicht.records.campaigns import CampaignState, StatementState, StepKind, StepState
from doorlicht.records.flows import trace_id
from doorlicht.records.organisation import Ground, ScopeKind
from doorlicht.records.parliament import CommitmentState, QuestionKind
from doorlicht.records.persons import clean_text
from doorlicht.register import Register
from doorlicht.register.dossier import record_key

Change = Callable[[QuestionSet, str], QuestionSet]
"""Makes a set of questions another one, in somebody's name."""


def history_of(register: Register, more: Iterable[OrganisationUnit] = ()) -> History:
    """Return the organisation through time, with units that are about to be kept.

    Raises
    ------
    InputError
        If there are no units, or they have a fault.
    """
    units = {record_key(one): one for one in [*register.dossier.all(OrganisationUnit), *more]}
    if not units:
        raise InputError("dossier.no_units")
    return make_history(units.values())


def gather_dossier(register: Register, campaign: str | None = None) -> Dossier:
    """Return all that is known of a campaign; the only one where none is named.

    Uses count for their unit by its id or name, at any time.
    """
    kept = register.dossier
    history = history_of(register)
    ids = unit_ids(history)
    uses: dict[str, list[str]] = {}
    proposed: list[str] = []
    unplaced: list[str] = []
    for one in register.judging.uses(statuses=["proposed", "confirmed"]):
        if one.status == "proposed":
            proposed.append(one.id)
        elif one.unit.casefold() in ids:
            uses.setdefault(ids[one.unit.casefold()], []).append(one.id)
        else:
            unplaced.append(one.id)
    sources: dict[str, list[str]] = {}
    for source in register.sources():
        unit = ids.get((source.unit or "").casefold())
        if unit is not None:
            sources.setdefault(unit, []).append(source.id)
    found, campaigns = find_campaign(register, campaign), kept.all(Campaign)
    return Dossier(
        found, history, kept.all(ScopeDecision),
        kept.all(PlanOfApproach), kept.all(InventoryStep), kept.all(NilStatement), uses, sources,
        of_campaign(kept.all(Commitment), found, campaigns),
        of_campaign(kept.all(QuestionSet), found, campaigns), proposed, unplaced,
    )  # fmt: skip


def unit_ids(history: History) -> dict[str, str]:
    """Return the unit of each id and name, in small letters; of two with one name neither."""
    found: dict[str, set[str]] = {}
    for unit, several in history.versions.items():
        for one in several:
            found.setdefault(one.name.casefold(), set()).add(unit)
    named = {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}
    return {**named, **{unit.casefold(): unit for unit in history.versions}}


def find_campaign(register: Register, campaign: str | None = None) -> Campaign:
    """Return a campaign; the only one where none is named.

    Raises
    ------
    InputError
        If there is none, or several and none is named.
    """
    if campaign is not None:
        return register.dossier.find(Campaign, campaign)
    known = register.dossier.all(Campaign)
    if len(known) != 1:
        code = "dossier.several_campaigns" if known else "dossier.no_campaign"
        raise InputError(code, known=", ".join(one.id for one in known) or "-")
    return known[0]


def decide_scope(
    register: Register,
    unit: str,
    decision: ScopeKind,
    *,
    by: str,
    today: date,
    reason: str,
    review: date | None = None,
    ground: Ground = "other",
) -> ScopeDecision:
    """Keep whether a unit takes part.

    Raises
    ------
    InputError
        If the unit is not known, or the decision could be forgotten.
    """
    number = len(register.dossier.all(ScopeDecision)) + 1
    name = trace_id("S", unit, str(today), str(number))
    made = ScopeDecision(name, unit, decision, reason, by, today, review, ground)
    checked = check_decision(made, history_of(register))
    register.dossier.keep([checked], action="scope_decided", by=by, reason=checked.reason)
    return checked


def assign(
    register: Register, obligation: str, unit: str, *, by: str, today: date, reason: str
) -> Assignment:
    """Keep who takes over an obligation, where people decide other than the rule.

    Raises
    ------
    InputError
        If the unit is not known, or a reason is missing.
    """
    history_of(register).last(unit)
    if not reason.strip():
        raise InputError("scope.no_reason", unit=unit)
    made = Assignment(obligation, unit, clean_text(reason), by, today)
    register.dossier.keep([made], action="assigned", by=by, reason=reason)
    return made


def set_state(
    register: Register,
    state: CampaignState,
    *,
    by: str,
    today: date,
    campaign: str | None = None,
    reason: str = "",
) -> Campaign:
    """Take a campaign to another state.

    Raises
    ------
    RefusedError
        If something that the state needs is missing.
    """
    after = enter_state(gather_dossier(register, campaign), state, today, reason)
    register.dossier.keep([after], action=f"campaign_{state}", by=by, reason=reason)
    return after


def set_step(
    register: Register,
    unit: str,
    kind: StepKind,
    state: StepState,
    *,
    by: str,
    today: date,
    source: str = "",
    owner: str = "",
    due: date | None = None,
    covers_below: bool | None = None,
    reason: str = "",
    evidence: str = "",
) -> InventoryStep:
    """Keep a step of a unit, new or in its next state."""
    history_of(register).last(unit)
    name = trace_id("I", unit, kind, source)
    known = {one.id: one for one in register.dossier.all(InventoryStep)}
    step = known.get(name) or InventoryStep(name, unit, kind, source=source)
    if (name not in known and state == "planned") or (name in known and state == step.state):
        after = step
    else:
        after = move_step(step, state, today, reason=reason, evidence=evidence)
    after = replace(
        after, owner=owner or after.owner, due=due or after.due,
        covers_below=after.covers_below if covers_below is None else covers_below,
    )  # fmt: skip
    register.dossier.keep([after], action=f"step_{state}", by=by, reason=reason)
    return after


def set_statement(
    register: Register, statement: str, state: StatementState, *, by: str, today: date, finding: str
) -> NilStatement:
    """Keep what an auditor found of a nil statement, or that a unit withdrew it."""
    known = register.dossier.find(NilStatement, statement)
    after = look_into(known, state, today, by=by, finding=finding)
    register.dossier.keep([after], action=f"nil_statement_{state}", by=by, reason=finding)
    return after


def draw(register: Register, seed: str, campaign: str | None = None) -> list[NilStatement]:
    """Return the nil statements that an auditor is to look into."""
    share = find_campaign(register, campaign).nil_sample
    return draw_statements(register.dossier.all(NilStatement), share, seed)


def keep_set(
    register: Register, asked: QuestionSet, *, action: str, by: str, reason: str = ""
) -> QuestionSet:
    """Keep a set of questions, with themes proposed for those that have none."""
    after = with_proposed_themes(asked)
    register.dossier.keep([after], action=action, by=by, reason=reason)
    return after


def add_questions(
    register: Register,
    name: str,
    *,
    by: str,
    kind: str | None,
    title: str | None,
    asked_on: date | None,
    due: date | None,
    asked_by: str | None,
    to: str | None,
    texts: Sequence[str],
    belongs_to: Sequence[str] = (),
) -> QuestionSet:
    """Keep a new set of questions, or what was not known of one that is there.

    Raises
    ------
    InputError
        If it has no date, or no term where a committee sets it.
    """
    known = {one.id: one for one in register.dossier.all(QuestionSet)}
    before = known.get(name) or QuestionSet(name, "written", title or name, None)
    number = max((one.number for one in before.questions), default=0)
    new = [Question(number + at, clean_text(text)) for at, text in enumerate(texts, start=1)]
    asked = replace(
        before,
        kind=cast("QuestionKind", kind or before.kind),
        title=title or before.title,
        asked_on=asked_on or before.asked_on,
        due=due or before.due,
        by=asked_by or before.by,
        to=to or before.to,
        questions=(*before.questions, *new),
        belongs_to=tuple(belongs_to) or before.belongs_to,
    )
    return keep_set(register, check_set(asked), action="questions_added", by=by)


def commitment_bearers(
    register: Register, commitments: Sequence[Commitment], day: date
) -> dict[str, Bearing]:
    """Return who bears each commitment on a day, of those that name a unit."""
    placed = [
        Obligation(one.id, "commitment", one.unit, one.on or day) for one in commitments if one.unit
    ]
    if not placed:
        return {}
    bearings = find_bearers(history_of(register), placed, day, register.dossier.all(Assignment))
    return {one.obligation.id: one for one in bearings}


def changed_commitment(
    commitment: Commitment, state: CommitmentState, *, letter: str, on: date, reason: str
) -> Commitment:
    """Return a commitment in another state.

    Raises
    ------
    InputError
        If it is fulfilled without a letter or before it was made, or withdrawn or taken up again
        without a reason.
    """
    if state == "fulfilled" and not (letter or commitment.letter):
        raise InputError("dossier.no_letter", id=commitment.id)
    if state in ("withdrawn", "open") and not reason.strip():
        raise InputError("dossier.no_reason", id=commitment.id)
    return check_commitment(
        replace(
            commitment, state=state, letter=letter or commitment.letter,
            fulfilled_on=on if state == "fulfilled" else None,
        )
    )  # fmt: skip


def add_commitment(register: Register, commitment: Commitment, *, by: str) -> None:
    """Keep a new commitment.

    Raises
    ------
    InputError
        If there is one of its id, which would be lost, or it cannot be so.
    """
    if any(one.id == commitment.id for one in register.dossier.all(Commitment)):
        raise InputError("dossier.commitment_known", id=commitment.id)
    keep_commitment(register, check_commitment(commitment), action="commitment_added", by=by)


def keep_commitment(
    register: Register, commitment: Commitment, *, action: str, by: str, reason: str = ""
) -> None:
    """Keep a commitment; a unit that it names must be known."""
    if commitment.unit:
        history_of(register).last(commitment.unit)
    register.dossier.keep([commitment], action=action, by=by, reason=reason)
