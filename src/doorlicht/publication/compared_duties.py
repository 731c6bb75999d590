"""Where a record says otherwise than people did: the law, the period, assessments, the verdict."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from doorlicht.publication.disagreement import (
    TEXTS,
    Comparing,
    Disagreement,
    Found,
    HowFar,
    PublishedRecord,
    by_concept,
    excerpt,
    ids_of,
    tokens,
)
from doorlicht.publication.known_facts import KnownFacts
from doorlicht.publication.statements import words

# ── by what right, and since when ───────────────────────────────────────────────────────────────


def _basis(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find a law that does not permit it, and the one that people named."""
    del today
    text = published.text("lawful_basis") or published.text("lawful_basis_grouping")
    for fact, value in (("law_permits", "none"), ("art6", False)):
        if facts.answer(fact) == value and text:
            yield Disagreement(
                "lawful_basis", "contradicts", f"basis_{fact}", excerpt(text),
                (facts.answers[fact].use,),
            )  # fmt: skip
    documents = [
        name for fact in ("law_permits", "art6") if fact in facts.answers
        for name in facts.answers[fact].documents
    ]  # fmt: skip
    whole = f"{published.text('lawful_basis')} {published.text('lawful_basis_grouping')}".casefold()
    other = [
        name for name in dict.fromkeys(documents)
        if (parts := [one for one in tokens(name) if len(one) > 4])
        and not any(part in whole for part in parts)
    ]  # fmt: skip
    if other:
        uses = tuple(
            facts.answers[fact].use for fact in ("law_permits", "art6") if fact in facts.answers
        )
        yield Disagreement(
            "lawful_basis", "less" if text else "not_said", "basis_other", excerpt(text),
            tuple(dict.fromkeys(uses)), {"documents": "; ".join(other)[:120]},
        )  # fmt: skip
    elif not text and any(one.kind != "proxy" for each in by_concept(facts).values()
                          for one in each):  # fmt: skip
        found = [one for each in by_concept(facts).values() for one in each]
        yield Disagreement("lawful_basis", "not_said", "basis_not_said", "", ids_of(found))


def _decided(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find a verdict that the use may not be."""
    del today
    whole = " ".join(published.text(name) for name in TEXTS).casefold()
    for one in facts.decided:
        if one.is_fail and one.label.casefold() not in whole:
            status = published.text("status")
            yield Disagreement(
                "status", "less" if status else "not_said", "verdict", status,
                (one.assessment, one.use), {"verdict": one.label},
            )  # fmt: skip


def _period(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find where it is in use or not, since and until when, otherwise than people confirmed."""
    if not facts.is_confirmed:
        return
    status, uses = published.text("status"), facts.uses
    begin, end = published.text("begin_date")[:7], published.text("end_date")[:7]
    has_ended = facts.until is not None and facts.until < today
    has_begun = facts.since is not None and facts.since <= today
    if status == "In gebruik" and has_ended:
        yield Disagreement(
            "status", "contradicts", "ended", status, uses, {"day": str(facts.until)}
        )
    if status == "Buiten gebruik" and has_begun and facts.until is not None and not has_ended:
        yield Disagreement(
            "status", "contradicts", "not_ended", status, uses, {"day": str(facts.until)}
        )
    if status == "In ontwikkeling" and has_begun:
        yield Disagreement(
            "status", "contradicts", "begun", status, uses, {"day": str(facts.since)}
        )
    if facts.since is not None:
        month = f"{facts.since:%Y-%m}"
        if _is_month(begin) and begin > month:
            yield Disagreement(
                "begin_date", "contradicts", "began_before", begin, uses, {"month": month}
            )
        elif not begin:
            yield Disagreement("begin_date", "not_said", "begin_not_said", "", uses,
                               {"month": month})  # fmt: skip
    if facts.until is not None and has_ended:
        month = f"{facts.until:%Y-%m}"
        if _is_month(end) and end < month:
            yield Disagreement(
                "end_date", "contradicts", "ended_after", end, uses, {"month": month}
            )
        elif not end:
            yield Disagreement("end_date", "not_said", "end_not_said", "", uses, {"month": month})


def _is_month(text: str) -> bool:
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) is not None


def _assessed(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find assessments that were not done, or that are not named."""
    del today
    listed = published.text("impacttoetsen_grouping")
    explained = published.text("impacttoetsen")
    for fact, name in (("dpia_done", "dpia"), ("fria_done", "rights_assessment")):
        pattern = words(name)
        value = facts.answer(fact)
        is_listed = pattern.search(listed) is not None
        if value is False and is_listed:
            yield Disagreement(
                "impacttoetsen_grouping", "contradicts", f"{name}_not_done", excerpt(listed),
                (facts.answers[fact].use,),
            )  # fmt: skip
        elif value is True and not is_listed:
            denied = [one for one in published.on(pattern, ["impacttoetsen"]) if one.is_denied]
            said = denied[0].said if denied else excerpt(listed)
            degree: HowFar = "contradicts" if denied else "less" if listed else "not_said"
            yield Disagreement(
                "impacttoetsen_grouping", degree, f"{name}_done", said, (facts.answers[fact].use,)
            )
    found = [one for each in by_concept(facts).values() for one in each if one.kind != "proxy"]
    if (
        found
        and facts.answer("dpia_done") is None
        and not words("dpia").search(f"{listed} {explained}")
    ):
        yield Disagreement(
            "impacttoetsen_grouping", "less" if listed or explained else "not_said",
            "dpia_not_said", excerpt(listed or explained), ids_of(found),
        )  # fmt: skip


def _category(published: PublishedRecord, facts: KnownFacts, today: date) -> Found:
    """Find a category that is too light."""
    del today
    said = published.text("publication_category")
    for fact, start in (("high_risk_ai", "Hoog"), ("impactful", ("Hoog", "Impactvol"))):
        if facts.answer(fact) is True and said and not said.startswith(start):
            yield Disagreement(
                "publication_category", "contradicts", f"category_{fact}", said,
                (facts.answers[fact].use,),
            )  # fmt: skip


DUTIES: Final[tuple[Comparing, ...]] = (_basis, _decided, _period, _assessed, _category)
