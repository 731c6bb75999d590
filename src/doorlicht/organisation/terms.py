"""By when an answer is due, and how that stands on a day; the rules are data (``terms.yaml``).

Written questions have a term of weeks, counted in days of the calendar: the last day is the same
day of the week, some weeks on. A notice with reasons, given before the term ends, adds weeks once;
one that is given later changes nothing, and both are told. A committee sets the term of its written
consultation itself, and agrees to another one itself.

The Algemene termijnenwet, which moves a last day from a weekend to a Monday, is about terms in
laws, and does not apply to rules of procedure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, Final, Literal

from doorlicht.errors import InputError
from doorlicht.records import Commitment, QuestionSet, Recess, Term
from doorlicht.records.parliament import QuestionKind
from doorlicht.shipped import read_yaml

RecessRule = Literal["runs_on", "moved", "paused"]

MAX_DAYS: Final = 3660
"""Of a term with its pauses; more is a recess without an end."""


@dataclass(frozen=True, slots=True)
class TermRule:
    """The term of one kind of questions.

    Attributes
    ----------
    weeks
        Nothing: whoever asks sets the day.
    extensions
        How often weeks are added.
    """

    recess: RecessRule
    source: str
    weeks: int | None = None
    extension_weeks: int = 0
    extensions: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """Days of which every recess is known, first and last included."""

    since: date
    until: date
    source: str = ""


@dataclass(frozen=True, slots=True)
class TermRules:
    """The terms of an edition.

    Attributes
    ----------
    known
        Of other days than these it is not known whether the Chamber met.
    checked_by
        A person who compared the edition with the rules of procedure; empty where nobody did.
    """

    edition: str
    kinds: Mapping[QuestionKind, TermRule]
    soon_days: int
    recesses: tuple[Recess, ...]
    checked_by: str = ""
    known: tuple[Known, ...] = ()


@cache
def shipped_rules() -> TermRules:
    """Return the terms that doorlicht ships with.

    Examples
    --------
    >>> shipped_rules().kinds["written"].weeks
    3
    """
    tree: dict[str, Any] = read_yaml("doorlicht.organisation", "terms.yaml")
    return TermRules(
        tree["edition"],
        {kind: TermRule(**rule) for kind, rule in tree["kinds"].items()},
        tree["soon_days"],
        tuple(Recess(**one) for one in tree["recesses"]),
        tree["checked_by"],
        tuple(Known(**one) for one in tree["known"]),
    )


def check_set(asked: QuestionSet) -> QuestionSet:
    """Return a set of questions of which a term can be told.

    Raises
    ------
    InputError
        If its day, its term, the reason of an extension or a number is missing or out of order.
    """
    if asked.asked_on is None:
        raise InputError("parliament.no_date", id=asked.id)
    if asked.kind == "consultation" and asked.due is None:
        raise InputError("parliament.no_term", id=asked.id)
    if asked.due is not None and asked.due < asked.asked_on:
        raise InputError(
            "parliament.due_first", id=asked.id, due=str(asked.due), asked=str(asked.asked_on)
        )
    if asked.answered_on is not None and asked.answered_on < asked.asked_on:
        raise InputError("parliament.answer_first", id=asked.id, answered=str(asked.answered_on))
    check_extensions(asked)
    numbers = [one.number for one in asked.questions]
    for number in numbers:
        if number < 1 or numbers.count(number) > 1:
            raise InputError("parliament.number_twice", id=asked.id, number=number)
    return asked


def check_extensions(asked: QuestionSet) -> None:
    """Refuse a notice without a reason or a day, or one that is older than the questions.

    Raises
    ------
    InputError
        If there is one: it would give a term that nobody gave.
    """
    for one in asked.extensions:
        if not one.reason.strip():
            raise InputError("parliament.extension_no_reason", id=asked.id, on=str(one.on))
        if asked.asked_on is not None and one.on < asked.asked_on:
            raise InputError("parliament.extension_first", id=asked.id, on=str(one.on))
        if asked.kind == "consultation" and one.until is None:
            raise InputError("parliament.extension_no_day", id=asked.id, on=str(one.on))


def term_of(
    asked: QuestionSet, day: date, rules: TermRules, recesses: Sequence[Recess] = ()
) -> Term:
    """Return by when a set of questions is to be answered, as it stands on a day.

    Parameters
    ----------
    recesses
        Beside those of the rules, or in the place of those at the same time.
    """
    rule = rules.kinds[asked.kind]
    known = _all_recesses(rules, recesses)
    first = _first_due(asked, rule, known)
    if first is None:
        return Term("unknown")
    due, in_time, asked_late = first, 0, False
    for one in sorted(asked.extensions, key=lambda one: one.on):
        if one.on > day:
            continue
        if one.on > due:
            asked_late = True
        elif rule.weeks is None:
            due, in_time = max(due, one.until or due), in_time + 1
        elif in_time < rule.extensions:
            due = _end(due, rule.extension_weeks, rule.recess, known)
            in_time += 1
    answered = asked.answered_on if asked.answered_on and asked.answered_on <= day else None
    # Where recesses do not move a term, only that of its last day matters.
    since = due if rule.recess == "runs_on" else asked.asked_on or due
    return _stands(
        day, first, due, answered, rules.soon_days, known, was_asked=in_time > 0,
        asked_late=asked_late, is_recess_known=_is_known(since, due, rules, recesses),
    )  # fmt: skip


def term_of_commitment(
    one: Commitment, day: date, rules: TermRules, recesses: Sequence[Recess] = ()
) -> Term:
    """Return by when a commitment is to be fulfilled; unknown where no day was named."""
    if one.due is None:
        return Term("unknown")
    done = one.fulfilled_on if one.fulfilled_on and one.fulfilled_on <= day else None
    return _stands(
        day, one.due, one.due, done, rules.soon_days, _all_recesses(rules, recesses),
        was_asked=True, is_recess_known=_is_known(one.due, one.due, rules, recesses),
    )  # fmt: skip


def _all_recesses(rules: TermRules, recesses: Sequence[Recess]) -> tuple[Recess, ...]:
    """Return the recesses of the rules and of a register; the latter take the place of the former.

    Whoever adds one at the same time knows of a change, or only names it otherwise.
    """
    left = (
        one
        for one in rules.recesses
        if not any(own.since <= one.until and one.since <= own.until for own in recesses)
    )
    return (*left, *recesses)


def _is_known(since: date, until: date, rules: TermRules, recesses: Sequence[Recess]) -> bool:
    """Whether of all days of a period it is known if the Chamber met.

    Whoever adds recesses adds all from the first to the last of them.
    """
    known = [(one.since, one.until) for one in rules.known]
    if recesses:
        known.append((min(one.since for one in recesses), max(one.until for one in recesses)))
    left = since
    for start, end in sorted(known):
        if start <= left <= end:
            left = end + timedelta(days=1)
    return left > until


def find_recess(day: date, recesses: Iterable[Recess]) -> Recess | None:
    """Return the recess in which a day lies."""
    return next((one for one in recesses if one.since <= day <= one.until), None)


def check_recesses(recesses: Sequence[Recess]) -> None:
    """Refuse a recess that ends before it begins, or that overlaps another one.

    Raises
    ------
    InputError
        If there is one.
    """
    ordered = sorted(recesses, key=lambda one: one.since)
    for one in ordered:
        if one.until < one.since or (one.until - one.since).days > MAX_DAYS // 10:
            raise InputError(
                "parliament.bad_recess", name=one.name, since=str(one.since), until=str(one.until)
            )
    for before, after in pairwise(ordered):
        if after.since <= before.until:
            raise InputError("parliament.recess_twice", name=before.name, other=after.name)


def _first_due(asked: QuestionSet, rule: TermRule, known: Sequence[Recess]) -> date | None:
    if rule.weeks is None:
        return asked.due
    return None if asked.asked_on is None else _end(asked.asked_on, rule.weeks, rule.recess, known)


def _end(start: date, weeks: int, rule: RecessRule, known: Sequence[Recess]) -> date:
    end = start + timedelta(weeks=weeks)
    if rule == "moved":
        while (recess := find_recess(end, known)) is not None:
            end = recess.until + timedelta(days=1)
    elif rule == "paused":
        left, end = weeks * 7, start
        while left:
            end += timedelta(days=1)
            left -= find_recess(end, known) is None
    return end


def _stands(
    day: date,
    first: date,
    due: date,
    answered: date | None,
    soon_days: int,
    known: Sequence[Recess],
    *,
    was_asked: bool,
    asked_late: bool = False,
    is_recess_known: bool = True,
) -> Term:
    recess = find_recess(due, known)
    late = max(((answered or day) - due).days, 0)
    if answered is not None:
        state = "late" if late else "met"
    elif late:
        state = "overdue" if was_asked else "overdue_unasked"
    elif day == due:
        state = "due_today"
    else:
        state = "soon" if (due - day).days <= soon_days else "running"
    name = recess.name if recess else ""
    return Term(state, due, first, due != first, late, name, asked_late, is_recess_known)
