"""Charts of a document: coverage, verdicts, intervals of disparities, and terms in time.

Each is drawn as the pictures of an audit are, and stands beside a table with its numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from doorlicht.language import say
from doorlicht.organisation import term_of, term_of_commitment
from doorlicht.records import Term
from doorlicht.reports.audit_words import say_group, show_certain
from doorlicht.reports.documents.bars import Bar, bar_chart
from doorlicht.reports.documents.content import Chart, Run, Table, Words, line, plain
from doorlicht.reports.documents.given import is_answered
from doorlicht.reports.documents.telling import Telling
from doorlicht.reports.figures import count_figure
from doorlicht.reports.pictures import (
    MAX_ROWS,
    Axis,
    Picture,
    Row,
    row_y,
)
from doorlicht.reports.rate_picture import draw_ratios
from doorlicht.reports.small_numbers import LIMIT


def chart_coverage(telling: Telling) -> Chart | None:
    """Return how many steps of each unit are done; nothing where no unit takes part."""
    coverage = telling.given.coverage
    if coverage is None or not coverage.rows:
        return None
    bars: list[Bar] = []
    for row in coverage.rows:
        done, every, never = (
            telling.figure(query, unit=row.unit)
            for query in ("cells_covered", "cells", "cells_never")
        )
        covered = sum(cell.is_covered for cell in row.cells)
        text = telling.word("chart.done", done=covered, every=len(row.cells))
        bars.append(
            Bar(
                row.name,
                100 * covered / len(row.cells) if row.cells else 0.0,
                text,
                (line(row.name), (done,), (every,), (never,)),
                is_marked=any(cell.state == "never" for cell in row.cells),
            )
        )
    head = [telling.word(f"column.{one}") for one in ("unit", "done", "steps", "never")]
    return _bars(telling, "coverage", bars, head, frozenset({1, 2, 3}), is_share=True)


def chart_verdicts(telling: Telling) -> Chart | None:
    """Return how many uses have which verdict; nothing where there is no use."""
    inventory = telling.given.inventory
    if inventory is None or not inventory.lines:
        return None
    verdicts = dict.fromkeys(one.verdict for one in inventory.lines if one.verdict)
    framework = telling.given.framework
    known = () if framework is None else tuple(framework.outcomes)
    ordered = sorted(verdicts, key=lambda one: (known.index(one) if one in known else -1, one))
    bars = [
        _counted(telling, telling.given.verdict_name(one, telling.language), "uses", verdict=one)
        for one in ordered
    ]
    bars.append(_counted(telling, telling.word("chart.no_verdict"), "uses_undecided"))
    head = [telling.word("column.verdict"), telling.word("column.uses")]
    return _bars(telling, "verdicts", bars, head, frozenset({1}))


def chart_disparities(telling: Telling) -> list[Chart]:
    """Return the ratios between groups of each audit, with their intervals."""
    charts: list[Chart] = []
    for report in telling.given.audits or ():
        for each in report.audited:
            picture = draw_ratios(each, each.ratio, telling.language)
            if picture is None:
                continue
            rows = [
                (line(say_group(one.group, telling.language)), line(value), line(between))
                for one in each.shown_measures(LIMIT)
                if one.measure == each.ratio
                for value, between in [show_certain(one, telling.language)]
            ]
            head = [telling.word(f"column.{name}") for name in ("group", "ratio", "interval")]
            table = Table(picture.title, tuple(head), tuple(rows), frozenset({1, 2}))
            charts.append(Chart(picture, table))
    return charts


def chart_terms(telling: Telling) -> Chart | None:
    """Return what Parliament waits for in time; nothing where it asked nothing with a day."""
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
            one.told,
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
            (line(one.name), line(telling.say_day(one.since)), (telling.day(one.due),),
             line(one.told))
            for one in spans
        ),
    )  # fmt: skip
    return Chart(picture, table)


def _counted(telling: Telling, name: str, query: str, **parameters: str) -> Bar:
    figure = count_figure(telling.given, query, **parameters)
    run: Run = Words("") if figure is None else telling.mark(figure)
    value = 0 if figure is None else figure.value
    return Bar(name, value, telling.number(value), (line(name), (run,)))


def _bars(
    telling: Telling,
    name: str,
    bars: Sequence[Bar],
    head: Sequence[str],
    numeric: frozenset[int],
    *,
    is_share: bool = False,
) -> Chart:
    title, note = telling.word(f"chart.{name}.title"), telling.word(f"chart.{name}.note")
    return bar_chart(name, title, note, bars, head, numeric, is_share=is_share)


@dataclass(frozen=True, slots=True)
class _Span:
    """Something that is waited for: from when, to when, and the day on which it was due."""

    name: str
    since: date
    end: date
    due: date | None
    told: str


def _spans(telling: Telling) -> Iterable[_Span]:
    given = telling.given
    if given.dossier is None:
        return
    for asked in given.dossier.question_sets:
        if asked.asked_on is not None:
            term = term_of(asked, given.day, given.rules, given.recesses)
            told = say_term(telling, "questions", term)
            end = _end(asked.answered_on, term, given.day)
            yield _Span(asked.title, asked.asked_on, end, term.due, told)
    for one in given.dossier.commitments:
        if one.on is not None:
            term = term_of_commitment(one, given.day, given.rules, given.recesses)
            told = say_term(telling, "commitments", term)
            yield _Span(one.text, one.on, _end(one.fulfilled_on, term, given.day), term.due, told)


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
