"""Assesses uses of a register: facts from evidence and people, a proposal, and who said what of it.

A person's answer goes before that of evidence, and the difference is shown. The observed role
counts unless a person answered: that a unit declares something else is told, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from doorlicht.assessment import (
    FactValue,
    Framework,
    Period,
    check_fact,
    check_facts,
    load_framework,
    propose,
)
from doorlicht.assessment.changes import smallest_changes
from doorlicht.assessment.conditions import weigh
from doorlicht.assessment.evidence_facts import Conflict, EvidenceAnswer, facts_from_evidence
from doorlicht.assessment.reviewing import LAWFUL_CODE, Standing, check_review, standing
from doorlicht.errors import InputError, RefusedError
from doorlicht.evidence import content_hash
from doorlicht.language import Language
from doorlicht.records import (
    Answer,
    Assessment,
    Change,
    Evidence,
    Proposal,
    Review,
    ReviewKind,
    Use,
)
from doorlicht.records.flows import trace_id
from doorlicht.records.persons import clean_text
from doorlicht.register import Register
from doorlicht.reports.assessment_json import proposal_tree
from doorlicht.runs.evidence import evidence_of, gather_evidence, who_ran
from doorlicht.runs.uses import predecessors
from doorlicht.vocabulary import load_vocabulary


@dataclass(frozen=True, slots=True)
class KnownFact:
    """An answer that counts, with where it comes from.

    Attributes
    ----------
    answer
        What a person said, if one did.
    seen
        What evidence says, if it does; also where a person said something else.
    """

    value: FactValue
    answer: Answer | None = None
    seen: EvidenceAnswer | None = None

    @property
    def disagrees(self) -> bool:
        """Whether a person answered something else than evidence says."""
        return self.answer is not None and self.seen is not None and self.seen.value != self.value


@dataclass(frozen=True, slots=True)
class UseState:
    """A use with all that is known of it, what is proposed now and, if it differs, what was then.

    Attributes
    ----------
    then
        The proposal by the law of the period of the use; nothing where that is the same period.
    """

    use: Use
    framework: Framework
    facts: Mapping[str, KnownFact]
    conflicts: tuple[Conflict, ...]
    evidence: tuple[Evidence, ...]
    proposal: Proposal
    then: Proposal | None
    changes: tuple[Change, ...] = ()

    @property
    def values(self) -> dict[str, FactValue]:
        """The facts alone."""
        return {name: one.value for name, one in self.facts.items()}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is read once for many uses."""

    framework: Framework
    evidence: Sequence[Evidence]
    answers: Mapping[str, Sequence[Answer]]
    came_from: Callable[[str], list[str]]
    today: date

    def answers_of(self, use: Use) -> list[Answer]:
        """Return what was answered on a use, and before that on what it came from."""
        return [one for name in self.came_from(use.id) for one in self.answers.get(name, ())]


def know(
    register: Register, *, framework: str, edition: str | None = None, today: date
) -> Knowledge:
    """Read what is needed to look at uses by a framework."""
    return Knowledge(
        load_framework(framework, edition),
        gather_evidence(register, load_vocabulary()),
        register.judging.answers(),
        predecessors(register.judging.uses()),
        today,
    )


def look_at(use: Use, known: Knowledge, *, with_changes: bool = False) -> UseState:
    """Return a use with its facts and proposal."""
    framework = known.framework
    evidence = evidence_of(use.evidence, known.evidence, use.concept)
    seen, conflicts = facts_from_evidence(framework, use, evidence)
    facts = {one.fact: KnownFact(one.value, seen=one) for one in seen}
    judged = _role(framework, use)
    if judged is not None and "role" in facts and facts["role"].value != judged:
        # What is declared treats people differently, and what was seen does not.
        del facts["role"]
    for fact, value in (("attr", _attribute(framework, use)), ("role", _role(framework, use))):
        if value is not None and fact not in facts:
            facts[fact] = KnownFact(value)
    for answer in known.answers_of(use):
        if answer.fact not in framework.facts:
            continue
        before = facts.get(answer.fact)
        backed = before.seen if before else None
        if answer.value is None:
            facts.pop(answer.fact, None)
            if backed is not None:
                facts[answer.fact] = KnownFact(backed.value, seen=backed)
        elif answer.value in framework.facts[answer.fact].choices:
            facts[answer.fact] = KnownFact(answer.value, answer, backed)
    values = {name: one.value for name, one in facts.items()}
    now = Period(use.since, known.today if use.until is None else max(use.until, known.today))
    proposal = propose(framework, values, now)
    then = propose(framework, values, Period(use.since, use.until)) if use.until else None
    return UseState(
        use,
        framework,
        facts,
        tuple(conflicts),
        tuple(evidence),
        proposal,
        then,
        tuple(smallest_changes(framework, values, now)) if with_changes else (),
    )


def answer(
    register: Register,
    use_id: str,
    framework: Framework,
    given: Mapping[str, object],
    *,
    by: str,
    at: datetime,
    evidence: Sequence[str] = (),
    note: str = "",
    from_file: bool = False,
) -> list[Answer]:
    """Keep answers of a person on facts of a use.

    Raises
    ------
    InputError
        If a fact is not known, or an answer is not possible.
    """
    known, unknown = check_facts(framework, given)
    if unknown:
        raise InputError("assess.no_such_fact", fact=unknown[0][:60])
    taken_back = [
        name for name, value in given.items() if check_fact(framework.facts[name], value) is None
    ]
    source = "file" if from_file else "document" if evidence else "person"
    _need_open(register, use_id)
    told = tuple(clean_text(one) for one in evidence)
    made = [
        Answer(name, known.get(name), by, at, source, told, clean_text(note))
        for name in [*known, *taken_back]
    ]
    if made:
        register.judging.keep_answers(use_id, made, by=by)
    return made


def assess(
    register: Register, state: UseState, *, by: str, at: datetime, language: Language
) -> Assessment:
    """Keep the proposal for a use as it is now; the same facts and edition give the same id."""
    framework, use, proposal = state.framework, state.use, state.proposal
    _need_open(register, use.id)
    values = dict(sorted(state.values.items()))
    key = content_hash([values, framework.digest])
    period = Period(use.since, use.until)
    made = Assessment(
        trace_id(
            "A",
            use.id,
            framework.name,
            framework.edition,
            str(period.since),
            str(period.until),
            key,
        ),
        use.id,
        framework.name,
        framework.edition,
        framework.digest,
        by,
        at,
        period.since,
        period.until,
        values,
        proposal.verdict,
        {
            **proposal_tree(framework, proposal, values, language, changes=state.changes),
            "from": _from(state),
            "then": None if state.then is None else state.then.verdict,
        },
    )
    return register.judging.keep_assessment(made)


def _from(state: UseState) -> dict[str, Any]:
    """Return by whom and on what each fact rests, as JSON knows it."""
    return {
        name: {
            "value": one.value,
            "by": one.answer.by if one.answer else "",
            "at": one.answer.at.isoformat() if one.answer else "",
            "source": one.answer.source if one.answer else "evidence",
            "note": one.answer.note if one.answer else "",
            "evidence": [
                *(one.answer.evidence if one.answer else ()),
                *(one.seen.evidence if one.seen else ()),
            ],
            "rule": one.seen.rule if one.seen else "",
            "seen": one.seen.value if one.seen else None,
        }
        for name, one in state.facts.items()
    }


def codes_for_lawyer(assessment: Assessment, framework: Framework) -> list[str]:
    """Return the questions that a lawyer answers before there is a verdict.

    Those of the framework; and where the proposal or a reviewer says "lawful" of something that
    treats people differently, whether that holds.
    """
    codes = [str(one) for one in assessment.proposal["lawyer"]]
    said = {assessment.verdict, *(one.verdict for one in assessment.reviews)}
    passes = framework.by_role["pass"]
    term = framework.terms.get("differential")
    if passes in said and term is not None and weigh(term, assessment.facts) is not False:
        codes.append(LAWFUL_CODE)
    return codes


def review(
    register: Register,
    assessment_id: str,
    *,
    kind: ReviewKind,
    by: str,
    at: datetime,
    verdict: str,
    reason: str = "",
    code: str = "",
) -> tuple[Assessment, Standing]:
    """Keep what a person says of a proposal, if the rules let them.

    Raises
    ------
    RefusedError
        If they may not: spoke in another capacity, ran the scan, too early, no reason.
    """
    kept = register.judging.assessment(assessment_id)
    framework = load_framework(kept.framework, kept.edition)
    ran = who_ran(register)
    use = _need_open(register, kept.use)
    refuse_outdated(register, kept)
    if kind == "decision" and use.status != "confirmed":
        raise RefusedError("review.unconfirmed", use=use.id)
    kinds = {"F": "finding", "FL": "flow", "AU": "audit"}
    ran_by = {who for one in use.evidence for who in ran[kinds[one.partition("-")[0]]]}
    said = Review(kind, by, at, _verdict(framework, verdict), clean_text(reason), code)

    def check(now: Assessment) -> None:
        codes = codes_for_lawyer(now, framework)
        check_review(now, said, codes=codes, outcomes=list(framework.outcomes), ran_by=ran_by)

    after = register.judging.keep_review(assessment_id, said, check=check)
    return after, standing(after, codes_for_lawyer(after, framework))


def refuse_outdated(register: Register, kept: Assessment) -> None:
    """Refuse to go on with an assessment after which something changed.

    Raises
    ------
    RefusedError
        If there is a later one of the use by the framework, or its facts or period are no longer
        those that are known.
    """
    later = [
        one for one in register.judging.assessments(uses=[kept.use])
        if one.framework == kept.framework
    ]  # fmt: skip
    if later and later[-1].id != kept.id:
        raise RefusedError("review.outdated", id=kept.id, use=kept.use)
    known = know(register, framework=kept.framework, edition=kept.edition, today=kept.at.date())
    state = look_at(register.judging.use(kept.use), known)
    if is_outdated(kept, state):
        raise RefusedError("review.outdated", id=kept.id, use=kept.use)


def is_outdated(kept: Assessment, state: UseState) -> bool:
    """Whether facts, period or edition are no longer those of an assessment that was kept."""
    use = state.use
    return (
        dict(kept.facts) != state.values
        or (kept.since, kept.until) != (use.since, use.until)
        or kept.digest != state.framework.digest
    )


def _need_open(register: Register, use_id: str) -> Use:
    use = register.judging.use(use_id)
    if not use.is_open:
        into = ", ".join(use.into) or "-"
        raise InputError("uses.closed", id=use_id, status=use.status, into=into)
    return use


def _verdict(framework: Framework, given: str) -> str:
    folded = given.strip().casefold()
    for one in framework.outcomes.values():
        if folded in {one.id.casefold(), *(label.casefold() for label in one.label.values())}:
            return one.id
    return given


def _attribute(framework: Framework, use: Use) -> FactValue | None:
    fact = framework.facts.get("attr")
    for value in fact.values if fact else ():
        if use.concept in value.matches:
            return value.id
    return None


def _role(framework: Framework, use: Use) -> FactValue | None:
    """Return the role that is judged: the observed one, or the declared one if it is stricter."""
    fact = framework.facts.get("role")
    term = framework.terms.get("differential")
    role = use.observed_role or use.declared_role
    if term is not None and use.declared_role and weigh(term, {"role": use.declared_role}):
        role = role if weigh(term, {"role": role}) else use.declared_role
    return role if fact is not None and role in fact.choices else None
