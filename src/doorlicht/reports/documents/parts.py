"""The parts of documents that are made from the register, each under the name a template gives it.

A part is nothing but records to content: no part asserts what the input does not hold. Where the
input holds nothing of its subject the part is an open end, marked as such.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from doorlicht.language import say
from doorlicht.organisation import plan_chapters
from doorlicht.records.campaigns import PlanOfApproach
from doorlicht.reports.documents import comparing
from doorlicht.reports.documents import parliament_parts as parliament
from doorlicht.reports.documents import scope_parts as scope
from doorlicht.reports.documents.charts import (
    chart_coverage,
    chart_disparities,
    chart_verdicts,
)
from doorlicht.reports.documents.content import (
    Block,
    Facts,
    Items,
    Line,
    Note,
    Paragraph,
    Run,
    Section,
    Words,
    line,
)
from doorlicht.reports.documents.open_ends import open_end
from doorlicht.reports.documents.tables import table_of
from doorlicht.reports.documents.telling import Telling
from doorlicht.reports.documents.timeline import chart_terms
from doorlicht.reports.figures import count_figure

Part = Block | Section
Maker = Callable[[Telling], list[Part]]


def _mandates(telling: Telling) -> list[Part]:
    dossier = telling.given.dossier
    if dossier is None:
        return [open_end(telling, "campaign")]
    rows = [
        (line(one.title), line(say(f"campaign.mandate.{one.kind}", telling.language)),
         (telling.day(one.on),), line(one.source))
        for one in dossier.campaign.mandates
    ]  # fmt: skip
    return table_of(telling, "mandates", ("title", "kind", "day", "where"), rows)


def _people(telling: Telling) -> list[Part]:
    dossier = telling.given.dossier
    if dossier is None:
        return [open_end(telling, "campaign")]
    campaign = dossier.campaign
    word = telling.word
    rows: list[tuple[str, Line]] = [
        (word("word.coordinator"), (telling.known(campaign.coordinator, word("word.coordinator")),))
    ]
    for leader in campaign.leaders:
        name = word("word.leader", ministry=telling.given.unit_name(leader.ministry))
        rows.append((name, (telling.known(leader.name, name),)))
    if not campaign.leaders:
        rows.append((word("word.leaders"), (telling.open(word("word.leaders")),)))
    rows.append(
        (word("word.vocabulary"), (telling.known(campaign.vocabulary, word("word.vocabulary")),))
    )
    frameworks = ", ".join(campaign.frameworks)
    rows.append((word("word.frameworks"), (telling.known(frameworks, word("word.frameworks")),)))
    state = say(f"campaign.state.{campaign.state}", telling.language)
    rows.append((word("word.state"), line(state)))
    return [Facts(tuple(rows))]


def _meanings(telling: Telling) -> list[Part]:
    dossier = telling.given.dossier
    if dossier is None:
        return [open_end(telling, "campaign")]
    rows = [(line(one.term), line(one.meaning), line(one.source))
            for one in dossier.campaign.meanings]  # fmt: skip
    return table_of(telling, "meanings", ("word", "meaning", "where"), rows)


def _units(telling: Telling) -> list[Part]:
    dossier, coverage = telling.given.dossier, telling.given.coverage
    if dossier is None or coverage is None:
        return [open_end(telling, "campaign")]
    taking_part = {row.unit for row in coverage.rows}
    out = {one.unit: one for one in telling.given.exclusions or ()}
    rows: list[tuple[Line, ...]] = []
    for _, unit in dossier.history.tree(telling.given.day):
        status = say(f"organisation.status.{unit.status}", telling.language)
        if unit.id in taking_part:
            stand = line(say("scope.decision.in", telling.language))
        elif unit.id in out:
            stand = line(say(f"scope.decision.{out[unit.id].decision.decision}", telling.language))
        elif unit.id in coverage.undecided:
            stand = (telling.open(telling.word("word.decision")),)
        else:
            # Left out with the unit above it.
            stand = line(say("scope.decision.out", telling.language))
        rows.append((line(unit.name), line(status), stand))
    return table_of(telling, "units", ("unit", "status", "scope"), rows)


def _exclusions(telling: Telling) -> list[Part]:
    if telling.given.exclusions is None:
        return [open_end(telling, "campaign")]
    rows: list[tuple[Line, ...]] = []
    for one in telling.given.exclusions:
        decision = one.decision
        due = (telling.day(one.due),) if one.is_for_now else line(telling.word("for_good"))
        late = telling.word("overdue") if one.is_overdue else ""
        rows.append(
            (line(telling.given.unit_name(one.unit)), line(decision.reason), line(decision.by),
             (*due, Words(f". {late}", is_strong=True)) if late else due)
        )  # fmt: skip
    return table_of(telling, "exclusions", ("unit", "reason", "by", "review"), rows)


def _steps(telling: Telling) -> list[Part]:
    dossier = telling.given.dossier
    if dossier is None:
        return [open_end(telling, "campaign")]
    return [Items(tuple(line(telling.word(f"step.{kind}")) for kind in dossier.campaign.steps))]


def _plans(telling: Telling) -> list[Part]:
    """Return what each unit wrote in its plan; a chapter that a form needs is an open end."""
    dossier = telling.given.dossier
    if dossier is None:
        return [open_end(telling, "campaign")]
    if not dossier.plans:
        return [open_end(telling, "plans")]
    return [_plan(telling, at, one) for at, one in enumerate(dossier.plans, 1)]


def _plan(telling: Telling, at: int, plan: PlanOfApproach) -> Section:
    written = {one.key: one.text for one in plan.chapters}
    chapters = [
        Section(
            say(f"campaign.chapter.{key}", telling.language),
            f"plan-{at}-{key}",
            (Paragraph(telling.written(text)),)
            if (text := written.get(key, ""))
            else (open_end(telling, "chapter"),),
        )
        for key in plan_chapters(plan.form)
    ]
    about = telling.word("plan_of", by=plan.by, day=telling.say_day(plan.on))
    title = telling.given.unit_name(plan.unit)
    if plan.form == "short":
        title = telling.word("plan_short", unit=title)
    return Section(title, f"plan-{at}", (Paragraph(line(about)), *chapters))


def _coverage(telling: Telling) -> list[Part]:
    if telling.given.coverage is None:
        return [open_end(telling, "campaign")]
    chart = chart_coverage(telling)
    return [Paragraph(line(telling.word("none.coverage")))] if chart is None else [chart]


def _never(telling: Telling) -> list[Part]:
    coverage = telling.given.coverage
    if coverage is None:
        return [open_end(telling, "campaign")]
    rows = [
        (line(telling.given.unit_name(one.unit)),
         line(say(f"campaign.step.{one.kind}", telling.language)),
         line(Words(one.source, is_name=True)) if one.source else line(telling.word("everywhere")))
        for one in coverage.never
    ]  # fmt: skip
    return table_of(telling, "never", ("unit", "step", "source"), rows)


def _statements(telling: Telling) -> list[Part]:
    dossier = telling.given.dossier
    if dossier is None:
        return [open_end(telling, "campaign")]
    rows = [
        (line(telling.given.unit_name(one.unit)), line(f"{one.signed_by}, {one.function}"),
         (telling.day(one.on),), line(say(f"campaign.statement.{one.state}", telling.language)),
         line(one.finding))
        for one in dossier.statements if one.on <= telling.given.day
    ]  # fmt: skip
    return table_of(telling, "statements", ("unit", "signed", "day", "stand", "found"), rows)


def _by_concept(telling: Telling) -> list[Part]:
    inventory = telling.given.inventory
    if inventory is None:
        return [open_end(telling, "inventory")]
    concepts = sorted({one.use.concept for one in inventory.lines})
    rows = [
        (line(telling.given.concept_name(one, telling.language)),
         *((telling.figure(query, concept=one),) for query in ("uses", "uses_decided")),
         (_wrong(telling, concept=one),))
        for one in concepts
    ]  # fmt: skip
    columns = ("concept", "uses", "decided", "wrong")
    return table_of(telling, "by_concept", columns, rows, frozenset({1, 2, 3}))


def _wrong(telling: Telling, **parameters: str) -> Run:
    """Return how many fail the test, or in few words that nobody judged any of them yet."""
    if count_figure(telling.given, "uses_wrong", **parameters) is None:
        return telling.open(telling.word("word.verdict"))
    return telling.figure("uses_wrong", **parameters)


def _by_role(telling: Telling) -> list[Part]:
    inventory = telling.given.inventory
    if inventory is None:
        return [open_end(telling, "inventory")]
    roles = sorted({one.use.told_role for one in inventory.lines})
    rows = [
        ((Words(say(f"uses.role.{one}", telling.language)),) if one
         else (telling.open(telling.word("word.role")),),
         (telling.figure("uses", role=one),), (_wrong(telling, role=one),))
        for one in roles
    ]  # fmt: skip
    return table_of(telling, "by_role", ("role", "uses", "wrong"), rows, frozenset({1, 2}))


def _verdicts(telling: Telling) -> list[Part]:
    if telling.given.inventory is None:
        return [open_end(telling, "inventory")]
    chart = chart_verdicts(telling)
    return [Paragraph(line(telling.word("none.uses")))] if chart is None else [chart]


def _disparities(telling: Telling) -> list[Part]:
    if telling.given.audits is None:
        return [open_end(telling, "audits")]
    return [*chart_disparities(telling)] or [Paragraph(line(telling.word("none.disparities")))]


def _uses(telling: Telling) -> list[Part]:
    inventory = telling.given.inventory
    if inventory is None:
        return [open_end(telling, "inventory")]
    given, language = telling.given, telling.language
    rows: list[tuple[Line, ...]] = []
    for one in inventory.lines:
        use = one.use
        role = use.told_role
        verdict = given.verdict_name(one.verdict, language) if one.verdict else ""
        rows.append(
            (line(Words(use.id, is_name=True)), line(given.concept_name(use.concept, language)),
             line(Words(use.processing, is_name=True)),
             (telling.known(say(f"uses.role.{role}", language) if role else "",
                            telling.word("word.role")),),
             (telling.known(given.unit_name(use.unit), telling.word("word.unit")),),
             (telling.known(verdict, telling.word("word.verdict")),))
        )  # fmt: skip
    columns = ("id", "concept", "processing", "role", "unit", "verdict")
    return table_of(telling, "uses", columns, rows)


def _measures(telling: Telling) -> list[Part]:
    if telling.given.measures is None:
        return [open_end(telling, "measures")]
    rows: list[tuple[Line, ...]] = []
    for one in telling.given.measures:
        what = telling.given.measure_name(one.kind, telling.language)
        rows.append(
            (line(Words(one.id, is_name=True)), line(Words(one.use, is_name=True)), line(what),
             (telling.known(one.owner, telling.word("word.owner")),), (telling.day(one.due),),
             line(say(f"measures_taken.state.{one.state}", telling.language)))
        )  # fmt: skip
    columns = ("id", "use", "measure", "owner", "due", "stand")
    return table_of(telling, "measures", columns, rows)


def _was_read(telling: Telling) -> bool:
    """Whether a scan read a column at all; of none nothing can be missed, which says nothing."""
    seen = telling.given.looked_at
    return seen is None or seen.columns > 0


def _risk(telling: Telling) -> list[Part]:
    """Return what may still be missed, by each way of telling; none takes another's place."""
    residual = telling.given.residual
    if residual is None or residual.basis == "nothing" or not _was_read(telling):
        return [open_end(telling, "risk")]
    made: list[Part] = []
    if residual.samples:
        confidence = residual.samples[0].confidence
        made.append(
            Paragraph(telling.sentence("documents.text.risk_sample", confidence=confidence))
        )
    else:
        made.append(open_end(telling, "sample"))
    if residual.recall is not None:
        recall = residual.recall.recall
        told = telling.sentence(
            "documents.text.risk_recall", found=recall.found, labelled=recall.labelled,
            confidence=residual.confidence,
        )  # fmt: skip
        made.append(Paragraph(told))
    limit = line(telling.word("text.risk_limit"))
    return [*made, Note(telling.word("label.note"), limit)]


def _outside_audit(telling: Telling) -> list[Part]:
    audit = telling.given.outside_audit
    if audit is None:
        return [open_end(telling, "outside_audit")]
    facts = Facts(
        (
            (telling.word("word.auditor"), line(audit.by)),
            (telling.word("word.day"), (telling.day(audit.on),)),
            (
                telling.word("word.opinion"),
                (telling.known(audit.opinion, telling.word("word.opinion")),),
            ),
        )
    )
    rows = [
        (line(Words(one.id, is_name=True)), line(one.text),
         (telling.known(one.response, telling.word("word.response")),),
         line(telling.word("closed" if one.is_closed else "not_closed")))
        for one in audit.remarks
    ]  # fmt: skip
    return [facts, *table_of(telling, "remarks", ("id", "remark", "response", "stand"), rows)]


def _blind_spots(telling: Telling) -> list[Part]:
    if telling.given.blind_spots is None:
        return [open_end(telling, "scan")]
    rows = [
        (line(Words(f"{one.source} {one.asset}".strip(), is_name=True)),
         line(one.message.in_language(telling.language)),
         line(one.remedy.in_language(telling.language)))
        for one in telling.given.blind_spots
    ]  # fmt: skip
    return table_of(telling, "blind_spots", ("place", "why", "remedy"), rows)


def _terms(telling: Telling) -> list[Part]:
    if telling.given.dossier is None:
        return [open_end(telling, "campaign")]
    chart = chart_terms(telling)
    return [Paragraph(line(telling.word("none.terms")))] if chart is None else [chart]


def _figures(telling: Telling) -> list[Part]:
    return [*telling.annex()]


MAKERS: Final[Mapping[str, Maker]] = {
    "mandates": _mandates, "people": _people, "meanings": _meanings, "units": _units,
    "exclusions": _exclusions, "steps": _steps, "plans": _plans, "coverage": _coverage,
    "never": _never, "statements": _statements, "by_concept": _by_concept, "by_role": _by_role,
    "verdicts": _verdicts, "disparities": _disparities, "uses": _uses, "measures": _measures,
    "risk": _risk, "outside_audit": _outside_audit, "blind_spots": _blind_spots,
    "terms": _terms, "figures": _figures, **comparing.MAKERS, **parliament.MAKERS,
    **scope.MAKERS,
}  # fmt: skip
"""By the names that templates use."""
