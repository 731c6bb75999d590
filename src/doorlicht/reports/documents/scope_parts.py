"""Parts on what was left out and came in later, on what failed the test, and what is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from doorlicht.language import say
from doorlicht.organisation import History, standing_exclusions
from doorlicht.records import ScopeDecision
from doorlicht.reports.documents.content import (
    Block,
    Facts,
    Line,
    Paragraph,
    Run,
    Section,
    Table,
    Words,
    line,
)
from doorlicht.reports.documents.open_ends import open_end
from doorlicht.reports.documents.telling import Telling
from doorlicht.reports.figures import count_figure

Part = Block | Section


def _left_out_before(telling: Telling) -> list[Part]:
    """Return the units that were left out and take part now; nothing where there are none."""
    dossier = telling.given.dossier
    if dossier is None:
        return [open_end(telling, "campaign")]
    rows: list[tuple[Line, ...]] = []
    for out, taken_in in _ended_exclusions(telling):
        due, is_late = _due(telling, dossier.history, out, taken_in.on)
        late = f". {telling.word('was_late')}" if is_late else ""
        rows.append(
            (line(telling.given.unit_name(out.unit)), line(out.reason), (telling.day(out.on),),
             (due,), (telling.day(taken_in.on), Words(late)))
        )  # fmt: skip
    if not rows:
        return []
    columns = ("unit", "reason", "left_out", "due", "taken_in")
    head = tuple(telling.word(f"column.{one}") for one in columns)
    told = Paragraph(line(telling.word("text.left_out_before")))
    return [told, Table(telling.word("table.left_out_before"), head, tuple(rows))]


def _due(
    telling: Telling, history: History, out: ScopeDecision, taken_in: date
) -> tuple[Run, bool]:
    """Return by when a unit was to be looked at again, and whether that day had passed.

    As it stood the day before the unit came in.
    """
    stood = standing_exclusions(history, [out], taken_in - timedelta(days=1))
    if not stood or not stood[0].is_for_now:
        return Words(telling.word("for_good")), False
    return telling.day(stood[0].due), stood[0].is_overdue


def _ended_exclusions(telling: Telling) -> Iterator[tuple[ScopeDecision, ScopeDecision]]:
    """Yield decisions that left a unit out, each with the one by which it came in."""
    dossier, day = telling.given.dossier, telling.given.day
    decisions = [] if dossier is None else [one for one in dossier.decisions if one.on <= day]
    for out in decisions:
        later = sorted(
            (one for one in decisions if one.unit == out.unit and one.on > out.on),
            key=lambda one: one.on,
        )
        if out.decision != "in" and later and later[0].decision == "in":
            yield out, later[0]


def _wrong_uses(telling: Telling) -> list[Part]:
    """Return the uses that failed the test, each with what it was for."""
    given, language = telling.given, telling.language
    if given.inventory is None:
        return [open_end(telling, "inventory")]
    if count_figure(given, "uses_wrong") is None:
        # Nobody judged any of them: that none failed would read as if all were well.
        return [Paragraph((telling.open(telling.label("uses_wrong")),))]
    rows: list[tuple[Line, ...]] = []
    for one in given.inventory.lines:
        if not given.is_wrong(one.verdict):
            continue
        use = one.use
        role = say(f"uses.role.{use.told_role}", language) if use.told_role else ""
        rows.append(
            (line(given.concept_name(use.concept, language)),
             (telling.known(role, telling.word("word.role")),),
             (telling.known(use.purpose, telling.word("word.purpose")),),
             (telling.known(given.unit_name(use.unit), telling.word("word.unit")),),
             line(given.verdict_name(one.verdict, language)))
        )  # fmt: skip
    if not rows:
        return [Paragraph(line(telling.word("none.wrong_uses")))]
    columns = ("concept", "role", "purpose", "unit", "verdict")
    head = tuple(telling.word(f"column.{one}") for one in columns)
    return [Table(telling.word("table.wrong_uses"), head, tuple(rows))]


def _measures_by_kind(telling: Telling) -> list[Part]:
    """Return what is done, by kind of measure: how many, how many are checked, how many open."""
    given = telling.given
    if given.measures is None:
        return [open_end(telling, "measures")]
    rows = [
        (line(given.consequence_text(one, telling.language)),
         *((telling.figure(query, consequence=one),)
           for query in ("measures", "measures_verified", "measures_open")))
        for one in _in_order(telling, {each.consequence for each in given.measures})
    ]  # fmt: skip
    if not rows:
        return [Paragraph(line(telling.word("none.measures")))]
    head = tuple(telling.word(f"column.{one}") for one in ("measure", "count", "checked", "open"))
    caption = telling.word("table.measures_by_kind")
    return [Table(caption, head, tuple(rows), frozenset({1, 2, 3}))]


def _in_order(telling: Telling, consequences: set[str]) -> list[str]:
    """Return kinds of measures in the order of their framework, what it does not know last."""
    framework = telling.given.framework
    known = [] if framework is None else list(framework.consequence_by_id)
    return sorted(
        consequences, key=lambda one: (known.index(one) if one in known else len(known), one)
    )


def _note_head(telling: Telling) -> list[Part]:
    """Return for whom a note is, its day and its subject."""
    word, asked = telling.word, telling.given.asked
    to = "" if asked is None else asked.to
    about = "" if asked is None else asked.title
    if not about and telling.given.dossier is not None:
        about = telling.given.dossier.campaign.name
    rows: list[tuple[str, Line]] = [
        (word("word.to"), (telling.known(to, word("word.addressee")),)),
        (word("word.day"), line(telling.say_day(telling.given.day))),
        (word("word.subject"), (telling.known(about, word("word.subject")),)),
    ]
    return [Facts(tuple(rows))]


MAKERS: Final[Mapping[str, Callable[[Telling], list[Part]]]] = {
    "left_out_before": _left_out_before, "wrong_uses": _wrong_uses,
    "measures_by_kind": _measures_by_kind, "note_head": _note_head,
}  # fmt: skip
