"""What a record of a file must fit as well: the guards that hold for a command hold for a file.

A dossier that says *closed*, *fulfilled* or *upheld* would otherwise say what no guard allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar, cast

from doorlicht.errors import InputError, RefusedError
from doorlicht.organisation.files import DossierFile
from doorlicht.organisation.plans import plan_chapters
from doorlicht.organisation.terms import check_set
from doorlicht.records import (
    Campaign,
    Commitment,
    InventoryStep,
    NilStatement,
    PlanOfApproach,
    QuestionSet,
)
from doorlicht.records.parliament import QuestionState
from doorlicht.records.persons import person_key

_ANSWERED: Final[tuple[QuestionState, ...]] = ("drafted", "checked", "approved", "sent")
RecordT = TypeVar("RecordT")

_LOOKED_INTO: Final = ("upheld", "contradicted")


def check_records(given: DossierFile) -> None:
    """Refuse records that no command would have made.

    Raises
    ------
    InputError
        The first that is found: no name under a nil statement, a commitment that is fulfilled
        without a letter, an answer that nobody wrote, a step that is done with nothing to show.
    """
    if given.campaign is not None:
        _check_campaign(given.campaign)
    for one in given.plans:
        _check_plan(one)
    for one in given.nil_statements:
        _check_statement(one)
    for one in given.steps:
        _check_step(one)
    for one in given.commitments:
        check_commitment(one)
    for one in given.question_sets:
        check_set(one)
        _check_answers(one)


def check_commitment(one: Commitment) -> Commitment:
    """Return a commitment of which the days and the letter can be so.

    Raises
    ------
    InputError
        If it is due or fulfilled before it was made, or fulfilled without a letter.

    Examples
    --------
    >>> check_commitment(Commitment("T-1", "een brief", "de minister", None)).state
    'open'
    """
    if one.state == "fulfilled" and not one.letter.strip():
        raise InputError("dossier.no_letter", id=one.id)
    for day in (one.due, one.fulfilled_on):
        if one.on is not None and day is not None and day < one.on:
            raise InputError("parliament.commitment_first", id=one.id, on=str(one.on), day=str(day))
    return one


def check_campaign_state(given: Campaign, known: Sequence[Campaign]) -> Campaign:
    """Return a campaign of a file in the state that it has: a file does not change it.

    Parameters
    ----------
    known
        Those of the register.

    Raises
    ------
    InputError
        If the file gives it another state, which only a command can, as that looks what is missing.
    """
    now = next((one for one in known if one.id == given.id), None)
    state, closed_on = ("prepared", None) if now is None else (now.state, now.closed_on)
    if given.state not in ("prepared", state) or given.closed_on not in (None, closed_on):
        raise InputError("campaign.state_by_file", id=given.id, state=given.state, now=state)
    return replace(given, state=state, closed_on=closed_on)


def with_progress(given: RecordT, known: RecordT | None) -> RecordT:
    """Return a record of a file with what people did with it by commands, which no file takes back.

    Parameters
    ----------
    known
        As the register has it; nothing where it is new.

    Raises
    ------
    InputError
        If a nil statement is another one than that which an auditor looked into.
    """
    made: object = given
    if isinstance(given, NilStatement) and isinstance(known, NilStatement):
        made = _statement_with_progress(given, known)
    elif isinstance(given, Commitment) and isinstance(known, Commitment):
        if given.state == "open":
            made = replace(
                given, state=known.state, letter=known.letter, fulfilled_on=known.fulfilled_on
            )
    elif isinstance(given, QuestionSet) and isinstance(known, QuestionSet):
        made = _set_with_progress(given, known)
    return cast("RecordT", made)


def _statement_with_progress(given: NilStatement, known: NilStatement) -> NilStatement:
    if given.state != "signed" or known.state == "signed":
        return given
    kept = replace(
        given, state=known.state, sampled_by=known.sampled_by, sampled_on=known.sampled_on,
        finding=known.finding, is_wrong=known.is_wrong,
    )  # fmt: skip
    if kept != known:
        raise InputError("campaign.statement_other", id=given.id)
    return kept


def _set_with_progress(given: QuestionSet, known: QuestionSet) -> QuestionSet:
    before = {one.number: one for one in known.questions}
    questions = tuple(
        old
        if one.state == "received"
        and (old := before.get(one.number, one)).state != "received"
        and old.text == one.text
        else one
        for one in given.questions
    )
    days = {one.on for one in given.extensions}
    noted = (one for one in known.extensions if one.on not in days)
    return replace(
        given,
        questions=questions,
        extensions=tuple(sorted((*given.extensions, *noted), key=lambda one: one.on)),
        letter=given.letter or known.letter,
        answered_on=given.answered_on or known.answered_on,
    )


def _check_campaign(one: Campaign) -> None:
    if not one.steps or not 0 < one.nil_sample <= 1:
        raise InputError("campaign.asks_nothing", id=one.id, share=str(one.nil_sample))


def _check_plan(one: PlanOfApproach) -> None:
    keys, known = [chapter.key for chapter in one.chapters], plan_chapters(one.form)
    for key in keys:
        if key not in known or keys.count(key) > 1:
            raise InputError(
                "campaign.plan_chapter", id=one.id, key=key[:60], known=", ".join(known)
            )


def _check_statement(one: NilStatement) -> None:
    names = [one.signed_by, one.function, *([one.sampled_by] if one.state in _LOOKED_INTO else [])]
    if not all(name.strip() for name in (one.text, *names)):
        raise InputError("campaign.statement_no_name", id=one.id)
    if one.sampled_by and person_key(one.sampled_by) == person_key(one.signed_by):
        raise RefusedError("campaign.statement_own", id=one.id, by=one.sampled_by)
    if one.state in _LOOKED_INTO and not one.finding.strip():
        raise InputError("campaign.statement_no_finding", id=one.id)


def _check_step(one: InventoryStep) -> None:
    if one.state == "not_applicable" and not one.reason.strip():
        raise InputError("campaign.step_no_reason", id=one.id)
    if one.state == "done" and not any(shown.strip() for shown in one.evidence):
        raise InputError("campaign.step_no_evidence", id=one.id)


def _check_answers(asked: QuestionSet) -> None:
    for one in asked.questions:
        if one.state in _ANSWERED and not one.answer.strip():
            raise InputError("questions.no_answer", number=one.number)
        if one.approved_by and person_key(one.approved_by) == person_key(one.drafted_by):
            raise RefusedError("questions.own_answer", number=one.number, by=one.approved_by)
        if one.state in ("approved", "sent") and not one.approved_by.strip():
            raise InputError("questions.no_approval", number=one.number)
    is_sent = any(one.state == "sent" for one in asked.questions)
    if is_sent and not (asked.letter and asked.answered_on):
        raise InputError("questions.no_letter", id=asked.id)
