"""The progress report on many organisations, made of what they hand to their coordinator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from doorlicht.language import Language, say, show_number
from doorlicht.organisation.rollup import uses_by
from doorlicht.records import OrganisationLine, Remark, RemarkKind, RollUp
from doorlicht.reports.documents.bars import Bar, bar_chart
from doorlicht.reports.documents.content import (
    Block,
    Document,
    Items,
    Line,
    Note,
    Open,
    Paragraph,
    Section,
    Table,
    Words,
    line,
)

Names = Mapping[str, Mapping[str, str]]
"""Under ``concept``, ``role`` and ``verdict``: what to call each id."""

MAX_ROWS: Final = 500
"""Rows of a table in the document; the JSON has every one."""

_BY: Final = ("concept", "role", "verdict")
_OVERLAPS: Final[tuple[RemarkKind, ...]] = ("unit_twice", "unit_alike")
_UNSEEN: Final[tuple[RemarkKind, ...]] = (
    "unit_overdue", "undecided", "left_out", "not_covered", "unit_nowhere",
)  # fmt: skip
_OTHERS: Final[tuple[RemarkKind, ...]] = (
    "not_received", "uses_unknown", "unsigned", "replaced", "same_name", "no_units",
)  # fmt: skip


def rollup_document(
    made: RollUp, language: Language, *, day: date, version: str, names: Names
) -> Document:
    """Return the overview as a document."""
    page = _Page(made, language, names)
    parts = (
        ("progress", page.progress()), ("coverage", page.coverage()), ("uses", page.uses()),
        ("judging", page.judging()), ("parliament", page.parliament()),
        ("overlaps", page.remarks(_OVERLAPS, "no_overlaps")), ("unseen", page.unseen()),
        ("editions", page.editions()), ("remarks", page.remarks(_OTHERS, "no_remarks")),
        ("basis", page.basis()),
    )  # fmt: skip
    sections = tuple(
        Section(page.word(f"section.{name}"), name, tuple(several)) for name, several in parts
    )
    return Document(
        page.word("title"), language, day, (*page.head(), *sections),
        subtitle=page.word("subtitle", day=str(day)), has_contents=True, version=version,
        contents_title=say("documents.contents", language),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Page:
    made: RollUp
    language: Language
    names: Names

    def word(self, key: str, **params: str | int) -> str:
        return say(f"rollup.{key}", self.language, **params)

    def number(self, value: int | None) -> Line:
        """Return a number; what an organisation has no campaign for is not nought but unknown."""
        if value is None:
            return (Open(self.word("unknown")),)
        return line(show_number(value, ",", self.language))

    def name(self, kind: str, one: str) -> str:
        if not one:
            return self.word("undecided" if kind == "verdict" else "not_told")
        return self.names[kind].get(one, one)

    def table(
        self, name: str, columns: Sequence[str], rows: Sequence[tuple[Line, ...]],
        numeric: Sequence[int] = (),
    ) -> list[Block]:  # fmt: skip
        head = tuple(self.word(f"column.{one}") for one in columns)
        made: list[Block] = [
            Table(self.word(f"table.{name}"), head, tuple(rows[:MAX_ROWS]), frozenset(numeric))
        ]
        if len(rows) > MAX_ROWS:
            text = self.word("more_rows", n=len(rows) - MAX_ROWS)
            made.append(Note(say("documents.label.note", self.language), line(text)))
        return made

    def head(self) -> list[Block]:
        made = self.made
        missing = sum(one.kind == "not_received" for one in made.remarks)
        uses = sum(made.totals.values())
        parts: list[Block] = [Paragraph(line(self.word("intro", n=len(made.lines), uses=uses)))]
        if missing:
            text = line(self.word("missing", n=missing))
            parts.append(Note(self.word("incomplete"), text, "warning"))
        return parts

    def progress(self) -> list[Block]:
        if not self.made.growths:
            return [Paragraph(line(self.word("no_growth")))]
        rows: list[tuple[Line, ...]] = []
        for one in self.made.growths:
            proof = self.word("proven" if one.is_proven else "not_proven")
            rows.append(
                (line(one.organisation), line(one.day.isoformat()), self.number(one.uses),
                 self.number(one.uses_now), self.number(one.decided), self.number(one.decided_now),
                 line(self.word("entries", n=one.entries_now - one.entries) + "; " + proof))
            )  # fmt: skip
        columns = ("organisation", "since", "uses_then", "uses_now", "decided_then",
                   "decided_now", "log")  # fmt: skip
        return self.table("progress", columns, rows, (2, 3, 4, 5))

    def coverage(self) -> list[Block]:
        bars: list[Bar] = []
        for one in self.made.lines:
            steps = one.coverage
            bars.append(
                Bar(
                    one.organisation,
                    100 * one.covered / one.units if one.units else 0.0,
                    self.word("chart.covered", done=one.covered, of=one.units),
                    (line(one.organisation), self.number(one.units), self.number(one.covered),
                     *(self.number(None if steps is None else value)
                       for value in ((0, 0, 0) if steps is None
                                     else (steps.steps, steps.done, steps.never)))),
                    is_marked=one.covered < one.units,
                )
            )  # fmt: skip
        columns = ("organisation", "units", "covered", "steps", "done", "never")
        chart = bar_chart(
            "coverage", self.word("table.coverage"), self.word("chart.coverage"), bars,
            [self.word(f"column.{name}") for name in columns], frozenset(range(1, 6)),
            is_share=True,
        )  # fmt: skip
        looked = [
            (line(one.organisation), line(one.day.isoformat()), self.number(one.blind_spots),
             self.number(one.models), self.number(one.audits))
            for one in self.made.lines
        ]  # fmt: skip
        columns = ("organisation", "day", "blind_spots", "models", "audits")
        return [chart, *self.table("looked", columns, looked, (2, 3, 4))]

    def uses(self) -> list[Block]:
        if not self.made.totals:
            return [Paragraph(line(self.word("no_uses")))]
        by_verdict = uses_by(self.made, _BY.index("verdict"))
        bars = [
            Bar(self.name("verdict", one), n, show_number(n, ",", self.language),
                (line(self.name("verdict", one)), self.number(n)))
            for one, n in by_verdict.items()
        ]  # fmt: skip
        head = [self.word("column.verdict"), self.word("column.uses")]
        chart = bar_chart(
            "verdicts", self.word("by.verdict"), self.word("chart.verdicts"), bars, head,
            frozenset({1}),
        )  # fmt: skip
        each = [one for kind in _BY for one in self._where(kind)]
        return [chart, *each]

    def _where(self, kind: str) -> list[Block]:
        """Return how many uses have a concept, role or verdict, and of which organisations."""
        place = _BY.index(kind)
        by_line = [(one.organisation, uses_by(one, place)) for one in self.made.lines]
        rows: list[tuple[Line, ...]] = []
        for one, n in uses_by(self.made, place).items():
            where = [
                f"{organisation} {show_number(found[one], ',', self.language)}"
                for organisation, found in by_line
                if one in found
            ]
            rows.append((line(self.name(kind, one)), self.number(n), line(", ".join(where))))
        return self.table(kind, (kind, "uses", "where"), rows, (1,))

    def judging(self) -> list[Block]:
        columns = ("uses", "decided", "open_facts", "open_measures", "late_measures")
        rows = [
            (line(one.organisation),
             *(self.number(getattr(one, name)) if one.has_uses
               else (Open(self.word("unknown_uses")),) for name in columns))
            for one in self.made.lines
        ]  # fmt: skip
        return self.table("judged", ("organisation", *columns), rows, range(1, 6))

    def parliament(self) -> list[Block]:
        columns = ("questions", "questions_late", "commitments", "commitments_late")
        rows = [
            (line(one.organisation), *(self.number(getattr(one, name)) for name in columns))
            for one in self.made.lines
        ]
        parts = self.table("parliament", ("organisation", *columns), rows, range(1, 5))
        without = sum(one.questions is None for one in self.made.lines)
        if without:
            text = line(self.word("without_campaign", n=without))
            parts.append(Note(say("documents.label.mind", self.language), text, "warning"))
        if not self.made.terms:
            return [*parts, Paragraph(line(self.word("nothing_overdue")))]
        late = [
            (line(organisation), line(Words(one.id, is_name=True)),
             line(self.word(f"kind.{one.kind}")), line("-" if one.due is None else str(one.due)),
             self.number(one.late_days))
            for organisation, one in self.made.terms
        ]  # fmt: skip
        return [*parts, *self.table("overdue", ("organisation", "id", "kind", "due", "late"),
                                    late, (4,))]  # fmt: skip

    def remarks(self, kinds: Sequence[RemarkKind], none: str) -> list[Block]:
        told = self._of(kinds)
        if not told:
            return [Paragraph(line(self.word(none)))]
        texts = tuple(line(say_remark(one, self.language)) for one in told[:MAX_ROWS])
        if len(told) > MAX_ROWS:
            left = self.word("more_rows", n=len(told) - MAX_ROWS)
            texts = (*texts, line(left))
        return [Items(texts)]

    def _of(self, kinds: Sequence[RemarkKind]) -> list[Remark]:
        found = [one for one in self.made.remarks if one.kind in kinds]
        return sorted(found, key=lambda one: kinds.index(one.kind))

    def unseen(self) -> list[Block]:
        rows = [
            (line(one.what), line(one.organisation or self.word("nobody")),
             line(self.word(f"why.{one.kind}")))
            for one in self._of(_UNSEEN)
        ]  # fmt: skip
        if not rows:
            return [Paragraph(line(self.word("all_seen")))]
        return self.table("unseen", ("unit", "organisation", "why"), rows)

    def editions(self) -> list[Block]:
        rows = [
            (line(name), line(edition), line(", ".join(who)))
            for name, each in self.made.editions.items()
            for edition, who in each.items()
        ]
        is_same = not self._of(("edition_differs",))
        text = self.word("same_editions" if is_same else "other_editions")
        return [
            Paragraph(line(text)),
            *self.table("editions", ("what", "edition", "who"), rows),
        ]

    def basis(self) -> list[Block]:
        rows = [
            (line(one.organisation), line(Words(one.file, is_name=True)), self._signed(one),
             self.number(one.entries), line(Words(one.root, is_name=True)),
             line(Words(one.sha256, is_name=True)))
            for one in self.made.lines
        ]  # fmt: skip
        columns = ("organisation", "file", "is_signed", "entries", "root", "sha256")
        return [Paragraph(line(self.word("basis"))), *self.table("basis", columns, rows, (3,))]

    def _signed(self, one: OrganisationLine) -> Line:
        return line(self.word(f"signed.{'yes' if one.is_signed else 'no'}"))


def say_remark(remark: Remark, language: Language) -> str:
    """Return what is said of the exports together as a sentence."""
    return say(
        f"rollup.remark.{remark.kind}", language, organisation=remark.organisation,
        what=remark.what, others="; ".join(remark.others),
    )  # fmt: skip
