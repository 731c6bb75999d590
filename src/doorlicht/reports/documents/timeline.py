"""The campaign in time: itself, what was left out for now, and what Parliament waits for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from doorlicht.language import say
from doorlicht.organisation import Dossier, term_of, term_of_commitment
from doorlicht.records import Term
from doorlicht.reports.documents.content import Chart, Table, Words, line, plain
from doorlicht.reports.documents.given import is_answered
from doorlicht.reports.documents.telling import Telling
from doorlicht.reports.pictures import MAX_ROWS, Axis, Picture, Row, row_y


def chart_terms(telling: Telling) -> Chart | None:
    """Return the campaign in time with all terms; nothing where there is no campaign."""
    spans = sorted(_spans(telling), key=lambda one: (one.since, one.name))
    if not spans:
        return None
    day = telling.given.day
    start = min(one.since for one in spans)
    end = max(day, *(one.end for one in spans))
    axis = Axis(start.toordinal(), max(end, start + timedelta(days=1)).toordinal())
    drawn = spans[:MAX_ROWS]
    rows = tuple(
        Row(
            row_y(at),
            plain(one.name),
            one.short,
            axis.x(one.since.toordinal()),
            axis.x(one.end.toordinal()),
            None if one.due is None else axis.x(one.due.toordinal()),
        )
        for at, one in enumerate(drawn)
    )
    title = telling.word("chart.terms.title")
    picture = Picture(
        "terms",
        title,
        (telling.word("chart.terms.note", day=telling.say_day(day)),),
        rows,
        tuple((axis.x(one.toordinal()), one.isoformat()) for one in _round_days(start, end)),
        axis.x(day.toordinal()),
        len(spans) - len(drawn),
    )
    head = [telling.word(f"column.{one}") for one in ("what", "since", "due", "stand")]
    table = Table(
        title,
        tuple(head),
        tuple(
            (line(one.name), line(telling.say_day(one.since)),
             (telling.day(one.due) if one.has_term else Words("-"),), line(one.told))
            for one in spans
        ),
    )  # fmt: skip
    return Chart(picture, table)


@dataclass(frozen=True, slots=True)
class _Span:
    """Something that takes time: from when, to when, and the day on which it was due.

    ``told`` stands in the table, ``short`` in the picture.
    """

    name: str
    since: date
    end: date
    due: date | None
    told: str
    short: str
    has_term: bool = True


def _spans(telling: Telling) -> Iterable[_Span]:
    dossier = telling.given.dossier
    if dossier is None:
        return
    yield _campaign(telling, dossier)
    yield from _left_out(telling)
    yield from _of_parliament(telling, dossier)


def _campaign(telling: Telling, dossier: Dossier) -> _Span:
    campaign, day = dossier.campaign, telling.given.day
    end = max(campaign.closed_on or day, campaign.since)
    state = say(f"campaign.state.{campaign.state}", telling.language)
    return _Span(campaign.name, campaign.since, end, campaign.closed_on, state, state,
                 has_term=False)  # fmt: skip


def _left_out(telling: Telling) -> Iterable[_Span]:
    """Yield the units that are left out for now, with the day on which to look again."""
    given = telling.given
    for one in given.exclusions or ():
        since = one.decision.on
        if one.is_for_now and one.due is not None:
            late = (given.day - one.due).days
            short = telling.word("chart.late", n=late) if one.is_overdue and late > 0 else ""
            told = telling.word("chart.left_out", due=telling.say_day(one.due))
            text = f"{told}; {short}" if short else told
            name = telling.word("chart.unit", name=given.unit_name(one.unit))
            end = max(given.day, one.due, since)
            yield _Span(name, since, end, one.due, text, short or telling.word("chart.open"))


def _of_parliament(telling: Telling, dossier: Dossier) -> Iterable[_Span]:
    """Yield what Parliament asked or was promised on a day."""
    given = telling.given
    for asked in dossier.question_sets:
        if asked.asked_on is not None:
            term = term_of(asked, given.day, given.rules, given.recesses)
            told = say_term(telling, "questions", term)
            end = _end(asked.answered_on, term, given.day)
            yield _Span(asked.title, asked.asked_on, end, term.due, told, _short(telling, term))
    for one in dossier.commitments:
        if one.on is not None:
            term = term_of_commitment(one, given.day, given.rules, given.recesses)
            told, short = say_term(telling, "commitments", term), _short(telling, term)
            end = _end(one.fulfilled_on, term, given.day)
            yield _Span(one.text, one.on, end, term.due, told, short)


def _short(telling: Telling, term: Term) -> str:
    """Return how a term stands in few words, which keep a picture large enough to read."""
    if term.late_days:
        return telling.word("chart.late", n=term.late_days)
    if term.due is None:
        return telling.word("chart.no_term")
    return telling.word("chart.in_time" if is_answered(term) else "chart.open")


def _end(answered: date | None, term: Term, day: date) -> date:
    """Return how far the line of what is waited for goes: to the answer, or on to the day."""
    if answered is not None:
        return answered
    return day if term.due is None or is_answered(term) else max(day, term.due)


def say_term(telling: Telling, kind: str, term: Term) -> str:
    """Return how a term stands, in words; an extension of a commitment is no form of words."""
    state = term.state
    if kind == "commitments" and state == "overdue_unasked":
        state = "overdue"
    due = "" if term.due is None else telling.say_day(term.due)
    return say(f"{kind}.term.{state}", telling.language, due=due, n=term.late_days)


def _round_days(start: date, end: date) -> list[date]:
    """Return at most six first days of a quarter, or of a year, between two days."""
    quarters = [
        date(year, month, 1)
        for year in range(start.year, end.year + 1)
        for month in (1, 4, 7, 10)
        if start <= date(year, month, 1) <= end
    ]
    step = -(-len(quarters) // _MOST_DAYS) or 1
    return quarters[::step] or [start]


_MOST_DAYS: Final = 5
