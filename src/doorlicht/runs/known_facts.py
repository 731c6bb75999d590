"""Gathers what a register knows of a model or a use, for a record of the Algorithm Register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from doorlicht.assessment import load_framework
from doorlicht.errors import FrameworkError, InputError
from doorlicht.publication.known_facts import (
    Decided,
    Degree,
    Given,
    KnownFacts,
    Measured,
    OriginData,
)
from doorlicht.records import Answer, Use
from doorlicht.register import Register
from doorlicht.register.audits import AuditRecord
from doorlicht.register.traces import TraceItem
from doorlicht.runs.evidence import disparities, last_audits, stem_of
from doorlicht.vocabulary import Vocabulary, load_vocabulary

_DEGREES: Final[Mapping[str, Degree]] = {
    "used": "used",
    "selection-rule": "selection-rule",
    "candidate": "candidate",
    "weights-only": "weights-only",
    "bias-test-only": "bias-test-only",
}
"""What a flow shows that a record speaks of; what a model does not use, it does not."""


def known_facts(
    register: Register, wanted: str, vocabulary: Vocabulary | None = None
) -> KnownFacts:
    """Return what is known of a model (``M-…``) with its uses, or of one use (``U-…``).

    Raises
    ------
    InputError
        If the id is of something else, there is none, or the use is no longer open.
    """
    known = vocabulary or load_vocabulary()
    kind = wanted.partition("-")[0].upper()
    if kind == "U":
        use = register.judging.use(wanted)
        if not use.is_open:
            into = ", ".join(use.into) or "-"
            raise InputError("uses.closed", id=use.id, status=use.status, into=into)
        uses = [use]
        model = use.processing_id if use.processing_id.startswith("M-") else ""
    elif kind == "M":
        model = wanted
        register.trace_item(model)
        uses = [
            one for one in register.judging.uses() if one.processing_id == model and one.is_open
        ]
    else:
        raise InputError("publish.bad_id", id=wanted[:60])
    return _facts(register, wanted, model, uses, known)


def _facts(
    register: Register, wanted: str, model: str, uses: Sequence[Use], vocabulary: Vocabulary
) -> KnownFacts:
    items = _items(register, model) if model else []
    nothing: Mapping[str, Any] = {}
    content = next((one.content for one in items if one.id == model), nothing)
    name = str(content.get("name") or "") or (uses[0].processing if uses else "")
    flows = [
        one for one in items if one.kind == "flow" and one.content["model"] == model
        and one.content["verdict"] in _DEGREES
    ]  # fmt: skip
    audits = _audits(register, uses, name if model else "")
    measured = [one.content["model"] for one in audits if one.content.get("model")]
    of_model = cast("Mapping[str, Any]", measured[-1]) if measured else nothing
    unit_names = {one.id: one.name for one in register.units()}
    scans = register.scans()
    is_confirmed = bool(uses) and all(one.status == "confirmed" for one in uses)
    starts, ends = [one.since for one in uses], [one.until for one in uses]
    origin = [*_origin(flows, vocabulary), *_stored(register, uses, vocabulary)]
    return KnownFacts(
        wanted,
        name,
        evidence=tuple(one for one in (model, *(use.id for use in uses)) if one),
        is_algorithm=bool(model),
        organisation=scans[-1].organisation if scans else "",
        units=_once(unit_names.get(one.unit, one.unit) for one in uses),
        purposes=_once(one.purpose for one in uses),
        roles=_once(role for one in uses for role in (one.observed_role, one.declared_role)),
        algorithm=str(content.get("algorithm") or of_model.get("algorithm") or ""),
        library=str(of_model.get("library") or ""),
        target=str(content.get("target") or ""),
        features=tuple(content.get("features") or ()),
        feature_source=str(content.get("feature_source") or "unknown"),
        outputs=tuple(content.get("outputs") or ()),
        datasets=_once(one.dataset for one in origin),
        origin=tuple(origin),
        measured=tuple(one for record in audits for one in _measured(record, vocabulary)),
        is_confirmed=is_confirmed,
        since=min((one for one in starts if one), default=None) if all(starts) else None,
        until=max((one for one in ends if one), default=None) if all(ends) else None,
        answers=_agreed(register.judging.answers([one.id for one in uses])),
        decided=tuple(_decided(register, uses)),
        lost=sum(one.kind == "lost" for one in items),
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _items(register: Register, model: str) -> list[TraceItem]:
    """Return everything that the last trace which has the model showed."""
    return register.trace_items(register.trace_item(model).trace)


def _origin(flows: Sequence[TraceItem], vocabulary: Vocabulary) -> Iterator[OriginData]:
    for one in flows:
        content = one.content
        source = cast("Mapping[str, Any]", content["source"])
        concept = str(content["concept"])
        known = vocabulary.concepts.get(concept)
        finding = source.get("finding") or ""
        yield OriginData(
            concept,
            known.name["nl"] if known else concept,
            known.kind if known else str(content["kind"]),
            known.legal_class if known else "other",
            _DEGREES[str(content["verdict"])],
            str(source.get("column") or ""),
            str(content.get("feature") or ""),
            str(source.get("dataset") or ""),
            tuple(each for each in (one.id, str(finding)) if each),
        )


def _stored(
    register: Register, uses: Sequence[Use], vocabulary: Vocabulary
) -> Iterator[OriginData]:
    """Yield the columns on which uses rest that reach no model as far as is known."""
    for use in uses:
        known = vocabulary.concepts.get(use.concept)
        for one in use.evidence:
            if not one.startswith("F-"):
                continue
            place = register.finding(one).finding.location
            yield OriginData(
                use.concept,
                known.name["nl"] if known else use.concept,
                known.kind if known else "direct",
                known.legal_class if known else "other",
                "stored",
                place.column,
                "",
                place.table,
                (one,),
            )


def _audits(register: Register, uses: Sequence[Use], name: str) -> list[AuditRecord]:
    """Return the last audits of uses, and of a model by its name."""
    linked = {one for use in uses for one in use.evidence}
    called = name.casefold()
    return [
        record
        for record in last_audits(register)
        if record.audit in linked or (called and stem_of(record.subject).casefold() == called)
    ]


def _measured(record: AuditRecord, vocabulary: Vocabulary) -> Iterator[Measured]:
    groups: dict[str, set[str]] = {}
    differing: dict[str, set[str]] = {}
    for one in disparities(record.content, vocabulary):
        attribute = str(one["attribute"])
        groups.setdefault(attribute, set()).add(str(one["group"]))
        if one["differs"]:
            differing.setdefault(attribute, set()).add(str(one["group"]))
    for attribute, found in groups.items():
        yield Measured(
            record.audit, attribute, len(found), len(differing.get(attribute, ())),
            record.ended_at.date(),
        )  # fmt: skip


def _agreed(answers: Mapping[str, Sequence[Answer]]) -> dict[str, Given]:
    """Return the last answers, of those facts on which all uses that have one agree."""
    found: dict[str, list[Given]] = {}
    for use, given in answers.items():
        last = {one.fact: one for one in given}
        for fact, one in last.items():
            if one.value is not None:
                found.setdefault(fact, []).append(Given(one.value, use, one.evidence))
    return {
        fact: given[0] for fact, given in found.items() if len({one.value for one in given}) == 1
    }


def _decided(register: Register, uses: Sequence[Use]) -> Iterator[Decided]:
    """Yield the last verdict of a controller on each use."""
    last: dict[str, Decided] = {}
    for one in register.judging.assessments(uses=[use.id for use in uses]):
        decided = [review.verdict for review in one.reviews if review.kind == "decision"]
        if not decided:
            continue
        verdict = decided[-1]
        try:
            outcome = load_framework(one.framework, one.edition).outcomes.get(verdict)
        except (FrameworkError, InputError):
            # A framework of the user that is not here: its verdict counts, what it means does not.
            outcome = None
        last[one.use] = Decided(
            one.use, one.id, verdict, outcome.label["nl"] if outcome else verdict,
            outcome.role == "fail" if outcome else None,
        )  # fmt: skip
    yield from last.values()
