"""The states of a question, from received to sent, and the alerts before a term ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from doorlicht.errors import InputError, RefusedError, WrongUseError
from doorlicht.organisation.terms import TermRules, check_extensions, term_of, term_of_commitment
from doorlicht.records import Commitment, Extension, Question, QuestionSet, Recess, Term
from doorlicht.records.parliament import QuestionState
from doorlicht.records.persons import clean_text, person_key

STEPS: Final[Mapping[QuestionState, tuple[QuestionState, ...]]] = {
    "received": ("assigned", "withdrawn"),
    "assigned": ("drafted", "received", "withdrawn"),
    "drafted": ("checked", "assigned", "withdrawn"),
    "checked": ("approved", "drafted", "withdrawn"),
    "approved": ("drafted", "withdrawn"),
    "sent": (),
    "withdrawn": ("received",),
}
"""From each state, the states that can follow; *sent* follows for the whole set at once."""

_ORDER: Final = tuple(STEPS)


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that Parliament waits for, whose term is near or over.

    Attributes
    ----------
    days_left
        Under zero: days over the term.
    """

    kind: Literal["questions", "commitment"]
    id: str
    title: str
    term: Term
    days_left: int


def move_question(
    question: Question,
    state: QuestionState,
    *,
    by: str,
    unit: str | None = None,
    owner: str | None = None,
    answer: str | None = None,
    reason: str = "",
) -> Question:
    """Return a question in its next state, or in an earlier one, which needs a reason.

    Raises
    ------
    WrongUseError
        If that state does not follow.
    InputError
        If something that it needs is missing.
    RefusedError
        If who drafted an answer checks or approves it.
    """
    if state not in STEPS[question.state]:
        raise WrongUseError(
            "questions.no_step", number=question.number, state=question.state,
            following=", ".join(STEPS[question.state]) or "-",
        )  # fmt: skip
    is_back = _ORDER.index(state) < _ORDER.index(question.state)
    if (is_back or state == "withdrawn") and not reason.strip():
        raise InputError("questions.no_reason", number=question.number)
    after = replace(
        question,
        state=state,
        unit=question.unit if unit is None else unit,
        owner=question.owner if owner is None else clean_text(owner),
        answer=question.answer if answer is None else answer.strip(),
        reason=clean_text(reason),
    )
    if state == "assigned" and not (after.owner and after.unit):
        raise InputError("questions.no_owner", number=question.number)
    if state in ("drafted", "checked", "approved"):
        if not after.answer:
            raise InputError("questions.no_answer", number=question.number)
        after = _with_people(after, state, by)
    return after


def _with_people(question: Question, state: QuestionState, by: str) -> Question:
    if state == "drafted":
        return replace(question, drafted_by=clean_text(by), approved_by="")
    if person_key(by) == person_key(question.drafted_by):
        raise RefusedError("questions.own_answer", number=question.number, by=by)
    return replace(question, approved_by=clean_text(by)) if state == "approved" else question


def send_answers(asked: QuestionSet, letter: str, on: date) -> QuestionSet:
    """Return a set as it is after its answers went to the Chamber with a letter.

    Raises
    ------
    InputError
        If no letter is named, or the day lies before the questions.
    RefusedError
        If an answer was not approved; it names the questions.
    """
    if not letter.strip():
        raise InputError("questions.no_letter", id=asked.id)
    if asked.asked_on is not None and on < asked.asked_on:
        raise InputError("parliament.answer_first", id=asked.id, answered=str(on))
    open_ones = [str(q.number) for q in asked.questions if q.state not in ("approved", "withdrawn")]
    if open_ones or not asked.questions:
        raise RefusedError(
            "questions.not_approved", id=asked.id, numbers=", ".join(open_ones) or "-"
        )
    sent = tuple(
        replace(one, state="sent") if one.state == "approved" else one for one in asked.questions
    )
    return replace(asked, questions=sent, letter=letter.strip(), answered_on=on)


def extend(asked: QuestionSet, extension: Extension) -> QuestionSet:
    """Return a set with the notice that its answer takes longer; a reason is needed.

    Raises
    ------
    InputError
        If the reason or the new day of a committee is missing, the answer was sent, or the notice
        is older than the questions or there already.
    """
    if asked.answered_on is not None:
        raise InputError("questions.answered", id=asked.id, on=str(asked.answered_on))
    if any(one.on == extension.on for one in asked.extensions):
        raise InputError("parliament.extension_twice", id=asked.id, on=str(extension.on))
    check_extensions(replace(asked, extensions=(extension,)))
    return replace(asked, extensions=(*asked.extensions, extension))


def change_question(asked: QuestionSet, question: Question) -> QuestionSet:
    """Return a set with one question as it is now.

    Raises
    ------
    InputError
        If the set has no question of that number.
    """
    find_question(asked, question.number)
    changed = (question if one.number == question.number else one for one in asked.questions)
    return replace(asked, questions=tuple(changed))


def find_question(asked: QuestionSet, number: int) -> Question:
    """Return a question by its number.

    Raises
    ------
    InputError
        If the set has none of it.
    """
    for one in asked.questions:
        if one.number == number:
            return one
    known = ", ".join(str(one.number) for one in asked.questions) or "-"
    raise InputError("questions.no_such_number", id=asked.id, number=number, known=known)


def find_alerts(
    sets: Iterable[QuestionSet],
    commitments: Iterable[Commitment],
    day: date,
    rules: TermRules,
    recesses: Sequence[Recess] = (),
) -> list[Alert]:
    """Return what is due soon or overdue, and what has no term, most urgent first."""
    found = find_open_terms(sets, commitments, day, rules, recesses)
    return [one for one in found if one.term.state != "running"]


def find_open_terms(
    sets: Iterable[QuestionSet],
    commitments: Iterable[Commitment],
    day: date,
    rules: TermRules,
    recesses: Sequence[Recess] = (),
) -> list[Alert]:
    """Return all that Parliament waits for, most urgent first; what has no term comes last."""
    found: list[Alert] = []
    for asked in sets:
        if any(one.state not in ("sent", "withdrawn") for one in asked.questions) or (
            not asked.questions and asked.answered_on is None
        ):
            term = term_of(asked, day, rules, recesses)
            found.append(Alert("questions", asked.id, asked.title, term, _left(term, day)))
    for one in commitments:
        if one.state in ("open", "partly"):
            term = term_of_commitment(one, day, rules, recesses)
            found.append(Alert("commitment", one.id, one.text, term, _left(term, day)))
    return sorted(found, key=lambda one: (one.term.due is None, one.days_left, one.id))


def _left(term: Term, day: date) -> int:
    return 0 if term.due is None else (term.due - day).days
