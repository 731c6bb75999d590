"""By when an answer is due: worked dates, recesses, the turn of a year, and what is not said."""

from dataclasses import replace
from datetime import date

import pytest

from doorlicht.errors import InputError
from doorlicht.organisation import (
    check_recesses,
    check_set,
    shipped_rules,
    term_of,
    term_of_commitment,
)
from doorlicht.records import Commitment, Extension, Question, QuestionSet, Recess

RULES = shipped_rules()
LATER = date(2099, 1, 1)


def d(text):
    return date.fromisoformat(text)


def asked(day, *extensions, **more):
    given = tuple(Extension(d(on), "not all units answered yet") for on in extensions)
    return QuestionSet("Q-1", "written", "On origin data", day and d(day), extensions=given, **more)


def with_recess(rule):
    kinds = {kind: replace(one, recess=rule) for kind, one in RULES.kinds.items()}
    return replace(RULES, kinds=kinds)


WORKED = [
    # asked, notices, recess rule, due, recess in which it ends
    ("2026-11-02", [], "runs_on", "2026-11-23", ""),
    ("2026-11-06", [], "runs_on", "2026-11-27", ""),
    ("2026-11-08", [], "runs_on", "2026-11-29", ""),  # a Sunday stays a Sunday
    ("2024-02-09", [], "runs_on", "2024-03-01", ""),  # over a leap day
    ("2023-02-09", [], "runs_on", "2023-03-02", ""),  # and without one
    ("2026-12-18", [], "runs_on", "2027-01-08", ""),  # over the turn of a year
    ("2024-03-11", [], "runs_on", "2024-04-01", ""),  # over the beginning of summer time
    ("2023-12-18", [], "runs_on", "2024-01-08", "Kerstreces 2023"),
    ("2023-12-18", [], "moved", "2024-01-16", ""),
    ("2023-12-18", [], "paused", "2024-02-02", ""),
    ("2023-12-01", [], "moved", "2024-01-16", ""),  # ends on the first day of the recess
    ("2023-11-30", [], "moved", "2023-12-21", ""),  # ends on the day before it
    ("2024-06-20", [], "runs_on", "2024-07-11", "Zomerreces 2024"),
    ("2024-07-08", [], "paused", "2024-09-23", ""),  # asked in a recess
    ("2024-07-08", [], "moved", "2024-09-03", ""),
    ("2026-11-02", ["2026-11-20"], "runs_on", "2026-12-14", ""),
    ("2026-11-02", ["2026-11-23"], "runs_on", "2026-12-14", ""),  # on the last day
    ("2026-11-02", ["2026-11-24"], "runs_on", "2026-11-23", ""),  # a day too late
    ("2026-11-02", ["2026-11-20", "2026-12-10"], "runs_on", "2026-12-14", ""),  # once only
    ("2023-12-01", ["2023-12-20"], "runs_on", "2024-01-12", "Kerstreces 2023"),
    ("2023-11-27", ["2023-12-18"], "moved", "2024-01-16", ""),
    ("2023-11-27", ["2023-12-18"], "paused", "2024-02-02", ""),
]


@pytest.mark.parametrize(
    ("day", "notices", "rule", "due", "recess"),
    [
        pytest.param(*one, id=f"{one[0]}-{one[2]}-{len(one[1])}-{at}")
        for at, one in enumerate(WORKED)
    ],
)
def test_a_term_is_what_a_calendar_says(day, notices, rule, due, recess):
    term = term_of(asked(day, *notices), LATER, with_recess(rule))
    assert (term.due, term.recess) == (d(due), recess)


STANDS = [
    ("2026-11-15", [], "running", 0), ("2026-11-16", [], "soon", 0),
    ("2026-11-22", [], "soon", 0), ("2026-11-23", [], "due_today", 0),
    ("2026-11-24", [], "overdue_unasked", 1), ("2027-03-01", [], "overdue_unasked", 98),
    ("2026-11-24", ["2026-11-20"], "running", 0), ("2026-12-15", ["2026-11-20"], "overdue", 1),
    ("2026-11-19", ["2026-11-20"], "soon", 0), ("2026-11-26", ["2026-11-25"], "overdue_unasked", 3),
]  # fmt: skip


@pytest.mark.parametrize(("today", "notices", "state", "late"), STANDS)
def test_a_term_says_how_it_stands_and_whether_an_extension_was_asked(today, notices, state, late):
    term = term_of(asked("2026-11-02", *notices), d(today), RULES)
    assert (term.state, term.late_days) == (state, late)


def test_an_extension_that_was_asked_too_late_is_told_and_changes_nothing():
    term = term_of(asked("2026-11-02", "2026-11-25"), d("2026-11-26"), RULES)
    assert (term.is_asked_late, term.is_extended, term.due) == (True, False, d("2026-11-23"))


def test_an_answer_after_the_term_is_late_and_says_by_how_many_days():
    sent = asked("2024-03-04", "2024-03-22", letter="L-1", answered_on=d("2024-06-18"))
    term = term_of(sent, d("2026-01-01"), RULES)
    assert (term.state, term.late_days, term.due) == ("late", 64, d("2024-04-15"))
    assert term_of(sent, d("2024-06-17"), RULES).state == "overdue"
    assert term_of(replace(sent, answered_on=d("2024-04-15")), LATER, RULES).state == "met"


def test_a_committee_sets_its_term_and_agrees_to_another():
    given = QuestionSet(
        "Q-1", "consultation", "On the report", d("2026-05-01"), due=d("2026-06-15")
    )
    assert term_of(given, d("2026-06-16"), RULES).state == "overdue_unasked"
    longer = (Extension(d("2026-06-10"), "the auditor needs time", until=d("2026-07-20")),)
    assert term_of(replace(given, extensions=longer), d("2026-06-16"), RULES).due == d("2026-07-20")
    assert term_of(replace(given, due=None), d("2026-06-16"), RULES).state == "unknown"


def test_questions_without_a_date_have_no_term_and_that_is_said():
    assert term_of(asked(None), LATER, RULES).state == "unknown"
    with pytest.raises(InputError) as refused:
        check_set(asked(None))
    assert refused.value.code == "parliament.no_date"


def test_a_recess_of_the_register_counts_beside_those_that_are_shipped():
    own = [Recess("Verkiezingsreces", d("2026-11-20"), d("2026-12-01"))]
    assert term_of(asked("2026-11-02"), LATER, RULES, own).recess == "Verkiezingsreces"
    assert term_of(asked("2026-11-02"), LATER, with_recess("moved"), own).due == d("2026-12-02")


@pytest.mark.parametrize(
    ("day", "rule", "is_known"),
    [
        ("2024-08-12", "runs_on", True),  # ends on the last day that is known
        ("2024-08-13", "runs_on", False),
        ("2024-08-13", "moved", False),
        ("2026-05-04", "paused", True),
        ("2026-11-02", "runs_on", False),
    ],
)
def test_a_term_in_a_time_of_which_no_recesses_are_known_says_so(day, rule, is_known):
    assert term_of(asked(day), LATER, with_recess(rule)).is_recess_known is is_known


def test_recesses_of_the_register_make_the_days_from_the_first_to_the_last_known():
    own = [Recess("Herfstreces", d("2026-10-16"), d("2026-10-26")),
           Recess("Kerstreces", d("2026-12-18"), d("2027-01-11"))]  # fmt: skip
    assert term_of(asked("2026-11-02"), LATER, RULES, own).is_recess_known
    assert not term_of(asked("2027-01-04"), LATER, RULES, own).is_recess_known
    # Of the first days of September it is still not known.
    assert not term_of(asked("2026-08-20"), LATER, with_recess("paused"), own).is_recess_known


def test_a_recess_of_the_register_takes_the_place_of_a_shipped_one_at_the_same_time():
    own = [Recess("Meireces 2026, korter", d("2026-04-24"), d("2026-05-04"))]
    assert term_of(asked("2026-04-16"), LATER, with_recess("moved")).due == d("2026-05-12")
    assert term_of(asked("2026-04-16"), LATER, with_recess("moved"), own).due == d("2026-05-07")


def test_every_shipped_recess_lies_in_a_time_that_is_known_and_names_its_source():
    check_recesses(RULES.recesses)
    for one in RULES.recesses:
        assert one.source
        assert any(
            known.since <= one.since and one.until <= known.until for known in RULES.known
        ), one.name


def test_a_commitment_is_overdue_after_its_day_and_without_a_day_has_no_term():
    one = Commitment("T-1", "to report", "the minister", d("2024-04-10"), due=d("2024-10-01"))
    assert term_of_commitment(one, d("2024-10-02"), RULES).state == "overdue"
    assert term_of_commitment(replace(one, due=None), LATER, RULES).state == "unknown"
    done = replace(one, fulfilled_on=d("2024-09-30"), state="fulfilled")
    assert term_of_commitment(done, LATER, RULES).state == "met"


def consultation(**more):
    given = {"kind": "consultation", "due": d("2026-12-01"), **more}
    return replace(asked("2026-11-02"), **given)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        pytest.param(consultation(due=None), "no_term", id="no-term-of-a-committee"),
        pytest.param(consultation(due=d("2026-11-01")), "due_first", id="due-before-asked"),
        pytest.param(
            asked("2026-11-02", answered_on=d("2026-11-01")), "answer_first", id="answer-first"
        ),
        pytest.param(
            replace(asked("2026-11-02"), extensions=(Extension(d("2026-11-03"), " "),)),
            "extension_no_reason", id="extension-without-a-reason",
        ),
        pytest.param(asked("2026-11-02", "2026-11-01"), "extension_first", id="extension-first"),
        pytest.param(
            consultation(extensions=(Extension(d("2026-11-03"), "busy"),)), "extension_no_day",
            id="committee-extension-without-a-day",
        ),
        pytest.param(
            asked("2026-11-02", questions=(Question(1, "a"), Question(1, "b"))), "number_twice",
            id="one-number-twice",
        ),
        pytest.param(asked("2026-11-02", questions=(Question(0, "a"),)), "number_twice", id="zero"),
    ],
)  # fmt: skip
def test_a_set_of_which_no_term_can_be_told_is_refused(wrong, code):
    with pytest.raises(InputError) as refused:
        check_set(wrong)
    assert refused.value.code == f"parliament.{code}"
    assert check_set(asked("2026-11-02", "2026-11-20"))


@pytest.mark.parametrize(
    ("recesses", "code"),
    [
        pytest.param([("a", "2026-02-02", "2026-02-01")], "bad_recess", id="ends-first"),
        pytest.param([("a", "2026-02-02", "2036-02-01")], "bad_recess", id="of-ten-years"),
        pytest.param(
            [("a", "2026-02-02", "2026-02-09"), ("b", "2026-02-09", "2026-02-12")], "recess_twice",
            id="one-day-in-two",
        ),
    ],
)  # fmt: skip
def test_recesses_that_contradict_themselves_are_refused(recesses, code):
    with pytest.raises(InputError) as refused:
        check_recesses([Recess(name, d(since), d(until)) for name, since, until in recesses])
    assert refused.value.code == f"parliament.{code}"


def test_the_shipped_recesses_are_sound():
    check_recesses(RULES.recesses)
    assert set(RULES.kinds) == {"written", "consultation"}
