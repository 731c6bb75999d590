"""A question from received to sent, and what has to be known at each step."""

from dataclasses import replace
from datetime import date

import pytest

from doorlicht.errors import InputError, RefusedError, WrongUseError
from doorlicht.organisation import (
    change_question,
    extend,
    find_alerts,
    move_question,
    send_answers,
    shipped_rules,
)
from doorlicht.records import Commitment, Extension, Question, QuestionSet

ASKED = date(2026, 11, 2)


def moved(question, *steps):
    for state, given in steps:
        question = move_question(question, state, **{"by": "A. Vries", **given})
    return question


ASSIGNED = ("assigned", {"unit": "dgp", "owner": "A. Vries"})
DRAFTED = ("drafted", {"answer": "It was not used."})
CHECKED = ("checked", {"by": "B. Smit"})
APPROVED = ("approved", {"by": "C. Bos"})


def test_a_question_goes_from_received_to_approved_by_different_people():
    done = moved(Question(1, "How?"), ASSIGNED, DRAFTED, CHECKED, APPROVED)
    assert (done.state, done.drafted_by, done.approved_by) == ("approved", "A. Vries", "C. Bos")


REFUSED = [
    pytest.param([("drafted", {"answer": "x"})], WrongUseError, "no_step", id="not-assigned"),
    pytest.param([("assigned", {"owner": "A. Vries"})], InputError, "no_owner", id="no-unit"),
    pytest.param([ASSIGNED, ("drafted", {"answer": " "})], InputError, "no_answer", id="empty"),
    pytest.param([ASSIGNED, DRAFTED, ("checked", {"by": "a vries"})], RefusedError, "own_answer",
                 id="checks-its-own"),
    pytest.param([ASSIGNED, DRAFTED, CHECKED, ("approved", {})], RefusedError, "own_answer",
                 id="approves-its-own"),
    pytest.param([ASSIGNED, DRAFTED, ("assigned", {})], InputError, "no_reason", id="back"),
    pytest.param([("withdrawn", {})], InputError, "no_reason", id="withdrawn-without-a-reason"),
    pytest.param([ASSIGNED, DRAFTED, CHECKED, APPROVED, ("sent", {})], WrongUseError, "no_step",
                 id="sent-by-itself"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "error", "code"), REFUSED)
def test_a_step_that_lacks_something_is_refused(steps, error, code):
    with pytest.raises(error) as refusal:
        moved(Question(1, "How?"), *steps)
    assert refusal.value.code == f"questions.{code}"


def test_an_answer_that_is_drafted_again_must_be_approved_again():
    done = moved(Question(1, "How?"), ASSIGNED, DRAFTED, CHECKED, APPROVED)
    again = moved(done, ("drafted", {"answer": "It was.", "reason": "new facts", "by": "D. Kok"}))
    assert (again.drafted_by, again.approved_by) == ("D. Kok", "")


def a_set(*states, **more):
    questions = tuple(Question(at, "How?", state=state) for at, state in enumerate(states, start=1))
    return QuestionSet("Q-1", "written", "On origin data", ASKED, questions=questions, **more)


def test_answers_are_sent_together_once_all_are_approved():
    sent = send_answers(a_set("approved", "withdrawn"), "L-1", date(2026, 11, 20))
    assert [one.state for one in sent.questions] == ["sent", "withdrawn"]
    assert (sent.letter, sent.answered_on) == ("L-1", date(2026, 11, 20))


@pytest.mark.parametrize(
    ("given", "letter", "on", "error", "code"),
    [
        pytest.param(a_set("approved", "checked"), "L-1", ASKED, RefusedError,
                     "questions.not_approved", id="one-is-not-approved"),
        pytest.param(a_set(), "L-1", ASKED, RefusedError, "questions.not_approved", id="no-text"),
        pytest.param(a_set("approved"), " ", ASKED, InputError, "questions.no_letter", id="letter"),
        pytest.param(a_set("approved"), "L-1", date(2026, 11, 1), InputError,
                     "parliament.answer_first", id="before-it-was-asked"),
    ],
)  # fmt: skip
def test_answers_are_not_sent_half(given, letter, on, error, code):
    with pytest.raises(error) as refusal:
        send_answers(given, letter, on)
    assert refusal.value.code == code


def test_a_notice_of_extension_is_given_once_and_not_after_the_answer():
    notice = Extension(date(2026, 11, 20), "units are slow")
    longer = extend(a_set("drafted"), notice)
    assert longer.extensions == (notice,)
    for given, said, code in (
        (longer, notice, "parliament.extension_twice"),
        (a_set("sent", answered_on=ASKED), notice, "questions.answered"),
        (a_set("drafted"), replace(notice, reason=""), "parliament.extension_no_reason"),
    ):
        with pytest.raises(InputError) as refusal:
            extend(given, said)
        assert refusal.value.code == code


def test_a_question_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(InputError) as refusal:
        change_question(a_set("received", "received"), Question(3, "?"))
    assert refusal.value.details["known"] == "1, 2"


def test_alerts_tell_what_is_overdue_first_then_what_is_near_then_what_has_no_term():
    near = replace(a_set("drafted"), id="Q-2", asked_on=date(2026, 11, 12))
    far = replace(a_set("drafted"), id="Q-3", asked_on=date(2026, 11, 26))
    unknown = replace(a_set("drafted"), id="Q-4", asked_on=None)
    answered = replace(a_set("sent"), id="Q-5", answered_on=date(2026, 11, 20))
    untold = replace(a_set(), id="Q-6", asked_on=date(2026, 11, 3))
    promises = [
        Commitment("T-1", "to report", "the minister", ASKED, due=date(2026, 11, 20)),
        Commitment("T-2", "to report", "the minister", ASKED, due=date(2026, 11, 20),
                   state="fulfilled", fulfilled_on=date(2026, 11, 1)),
    ]  # fmt: skip
    alerts = find_alerts(
        [a_set("drafted"), near, far, unknown, answered, untold], promises, date(2026, 11, 27),
        shipped_rules(),
    )  # fmt: skip
    assert [(one.id, one.term.state, one.days_left) for one in alerts] == [
        ("T-1", "overdue", -7), ("Q-1", "overdue_unasked", -4), ("Q-6", "overdue_unasked", -3),
        ("Q-2", "soon", 6), ("Q-4", "unknown", 0),
    ]  # fmt: skip
