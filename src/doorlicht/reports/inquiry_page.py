"""The first page of an inquiry: how far each step is, what is new, what was made, what is open.

It is a document like the others, so that it reads without a mouse, a script or a network. Each page
that it names lies beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from doorlicht.language import Language, say
from doorlicht.organisation import Alert
from doorlicht.records import Coverage, Exclusion, InquiryRun, News, StepRun
from doorlicht.reports.documents.content import (
    Block,
    Document,
    Items,
    Line,
    Link,
    Note,
    Open,
    Paragraph,
    Run,
    Section,
    Table,
    Words,
    line,
)
from doorlicht.reports.inquiry_json import COUNTS, say_fault

INDEX: Final = "index.html"

MAX_IDS: Final = 20
"""Ids of what is new that are shown of each kind; the JSON of the run has them all."""

MAX_UNITS: Final = 500

_NEWS: Final = ("findings", "flows", "models", "uses", "audits", "blind_spots", "gone_findings",
                "gone_flows")  # fmt: skip
_FORMS: Final = frozenset({".html", ".pdf", ".docx", ".odt", ".json", ".csv", ".md", ".svg",
                           ".ttl", ".jsonld", ".dlb", ".bundle", ".dsse", ".zip"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of an inquiry tells.

    Attributes
    ----------
    done
        Every step as it is, also those that this time were not run, with what is new.
    is_whole
        Whether every step has ended well: only then is there anything to compare with.
    seconds
        How long each step took when it last ran, by its name.
    made
        Names of the pages of each step that are there, by its name.
    others
        Names of other files in the same folder.
    unseen
        Names of units of which no source was scanned; ``None`` where no unit is known. Used where
        there is no campaign.
    coverage, exclusions
        ``None`` where there is no campaign, or several and none is named.
    alerts
        Terms that are still open, most urgent first; ``None`` as above.
    unit_names
        By id.
    signed
        Titles of the reports that were signed off, with their day and id.
    """

    done: InquiryRun
    at: datetime
    organisation: str = ""
    is_whole: bool = False
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])
    made: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    others: Sequence[str] = ()
    unseen: Sequence[str] | None = None
    coverage: Coverage | None = None
    exclusions: Sequence[Exclusion] | None = None
    alerts: Sequence[Alert] | None = None
    unit_names: Mapping[str, str] = field(default_factory=dict[str, str])
    signed: Sequence[tuple[str, date, str]] = ()


def inquiry_document(told: Overview, language: Language, *, version: str) -> Document:
    """Return the first page of an inquiry."""
    page = _Page(told, language)
    parts = (
        ("steps", page.steps()), ("news", page.news()), ("made", page.made()),
        ("unseen", page.unseen()), ("terms", page.terms()),
    )  # fmt: skip
    return Document(
        told.done.name,
        language,
        told.at.date(),
        tuple(Section(page.word(name), name, tuple(several)) for name, several in parts),
        subtitle=page.word("subtitle", at=_moment(told.at)),
        organisation=told.organisation,
        has_contents=True,
        version=version,
        contents_title=say("documents.contents", language),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    told: Overview
    language: Language

    def word(self, key: str, **params: str | float) -> str:
        return say(f"inquiry.index.{key}", self.language, **params)

    def table(self, name: str, columns: Sequence[str], rows: Sequence[tuple[Line, ...]]) -> Table:
        head = tuple(self.word(f"column.{one}") for one in columns)
        return Table(self.word(f"table.{name}"), head, tuple(rows))

    def steps(self) -> list[Block]:
        failed = self.told.done.failed
        made: list[Block] = []
        if failed:
            label = say("documents.label.mind", self.language)
            made.append(Note(label, line(self.word("failed", n=len(failed))), "warning"))
        rows = [self._step(one) for one in self.told.done.steps]
        return [*made, self.table("steps", ("step", "state", "at", "took", "outcome"), rows)]

    def _step(self, step: StepRun) -> tuple[Line, ...]:
        seconds = self.told.seconds.get(step.name)
        took = "-" if seconds is None else self.word("seconds", n=f"{seconds:.1f}")
        return (
            line(step_name(step.name, self.language)),
            line(say(f"inquiry.status.{step.status}", self.language)),
            line("-" if step.at is None else _moment(step.at)),
            line(took),
            line(step_outcome(step, self.language)),
        )

    def news(self) -> list[Block]:
        news = self.told.done.news
        if news.since is None:
            key = "first" if self.told.is_whole else "unfinished"
            return [Paragraph(line(say(f"inquiry.news.{key}", self.language)))]
        since = _moment(news.since)
        rows = [self._new(kind, news) for kind in _NEWS if getattr(news, kind)]
        if not rows:
            return [Paragraph(line(say("inquiry.news.none", self.language, since=since)))]
        head = (self.word("column.what"), self.word("column.which"))
        return [Table(say("inquiry.news.since", self.language, since=since), head, tuple(rows))]

    def _new(self, kind: str, news: News) -> tuple[Line, ...]:
        ids: tuple[str, ...] = getattr(news, kind)
        shown = ", ".join(ids[:MAX_IDS])
        more = f", {self.word('more', n=len(ids) - MAX_IDS)}" if len(ids) > MAX_IDS else ""
        told = say(f"inquiry.news.{kind}", self.language, n=len(ids))
        return line(told), (Words(shown, is_name=True), *((Words(more),) if more else ()))

    def made(self) -> list[Block]:
        by_hand = {self.word("other"): self.told.others} if self.told.others else {}
        by_step = {step_name(step, self.language): one for step, one in self.told.made.items()}
        rows = [
            (line(who), _links(several))
            for who, names in {**by_step, **by_hand}.items()
            for several in _alike(names)
        ]
        made: list[Block] = [
            self.table("made", ("made_by", "file"), rows)
            if rows
            else Paragraph(line(self.word("nothing_made")))
        ]
        if self.told.signed:
            signed = [
                (line(title), line(day.isoformat()), line(Words(name, is_name=True)))
                for title, day, name in self.told.signed
            ]
            made.append(self.table("signed", ("report", "day", "id"), signed))
        return made

    def unseen(self) -> list[Block]:
        told = self.told
        if told.coverage is None or told.exclusions is None:
            if told.unseen is None:
                return [Paragraph((Open(self.word("no_units")),))]
            if not told.unseen:
                return [Paragraph(line(self.word("all_scanned")))]
            return [
                Paragraph(line(self.word("not_scanned", n=len(told.unseen)))),
                Items(tuple(line(one) for one in told.unseen[:MAX_UNITS])),
            ]
        rows = [*self._left_out(told.exclusions), *self._looked_at(told.coverage)]
        if not rows:
            return [Paragraph(line(self.word("all_done")))]
        made: list[Block] = [self.table("unseen", ("unit", "stand"), rows[:MAX_UNITS])]
        if len(rows) > MAX_UNITS:
            label = say("documents.label.note", self.language)
            made.append(Note(label, line(self.word("more", n=len(rows) - MAX_UNITS))))
        return made

    def _left_out(self, exclusions: Sequence[Exclusion]) -> list[tuple[Line, ...]]:
        rows: list[tuple[Line, ...]] = []
        for one in exclusions:
            state = "overdue" if one.is_overdue else "for_now" if one.is_for_now else "for_good"
            due = "-" if one.due is None else one.due.isoformat()
            told = self.word(state, due=due, reason=one.decision.reason)
            text = Words(told, is_strong=one.is_overdue)
            rows.append((line(self._unit(one.unit)), (text,)))
        return rows

    def _looked_at(self, coverage: Coverage) -> list[tuple[Line, ...]]:
        rows = [(line(self._unit(one)), line(self.word("undecided"))) for one in coverage.undecided]
        for row in coverage.rows:
            never = sum(cell.state == "never" for cell in row.cells)
            if never:
                key = "never" if never == len(row.cells) else "partly"
                stand = self.word(key, n=never, of=len(row.cells))
                rows.append((line(row.name), line(stand)))
        return rows

    def _unit(self, unit: str) -> str:
        return self.told.unit_names.get(unit, unit)

    def terms(self) -> list[Block]:
        alerts = self.told.alerts
        if alerts is None:
            return [Paragraph((Open(self.word("no_campaign")),))]
        if not alerts:
            return [Paragraph(line(self.word("no_terms")))]
        rows = [self._term(one) for one in alerts]
        return [self.table("terms", ("id", "what", "stand"), rows)]

    def _term(self, one: Alert) -> tuple[Line, ...]:
        family = "questions" if one.kind == "questions" else "commitments"
        state = one.term.state
        if family == "commitments" and state == "overdue_unasked":
            state = "overdue"
        due = "-" if one.term.due is None else one.term.due.isoformat()
        told = say(f"{family}.term.{state}", self.language, due=due, n=one.term.late_days)
        stand = [Words(told, is_strong=one.term.is_overdue)]
        if one.term.recess:
            recess = say("questions.in_recess", self.language, recess=one.term.recess)
            stand.append(Words(f"; {recess}"))
        if not one.term.is_recess_known:
            stand.append(Words("; " + say("questions.recess_unknown", self.language)))
        return line(Words(one.id, is_name=True)), line(one.title), tuple(stand)


def step_name(step: str, language: Language) -> str:
    """Return what a step is called."""
    kind, _, name = step.partition(":")
    return say(f"inquiry.step.{kind}", language) + (f" {name}" if name else "")


def step_outcome(step: StepRun, language: Language) -> str:
    """Return what a step gave, or what it failed on."""
    if step.fault is not None:
        return say_fault(step.fault, language)
    return ", ".join(
        say(f"inquiry.count.{name}", language, n=step.outcome[name])
        for name in COUNTS
        # What a step took in last time is not new where it had nothing to do this time.
        if step.outcome.get(name) and not (name == "taken_in" and step.status == "unchanged")
    )


def is_told(name: str) -> bool:
    """Whether a file of this name is something that an inquiry tells people or machines.

    Examples
    --------
    >>> is_told("final-report.pdf"), is_told("inquiry.register"), is_told("index.html")
    (True, False, False)
    """
    return PurePath(name).suffix.casefold() in _FORMS and name != INDEX


def _alike(names: Sequence[str]) -> list[list[str]]:
    """Return files of one name and several forms together."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(PurePath(name).stem, []).append(name)
    return list(found.values())


def _links(names: Sequence[str]) -> Line:
    """Return files that can be reached; each by its whole name, which says its form."""
    runs: list[Run] = []
    for name in names:
        if runs:
            runs.append(Words(", "))
        runs.append(Link(name, f"./{quote(name)}"))
    return tuple(runs)


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
