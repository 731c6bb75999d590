"""Measures: proposed from the consequences of a verdict, carried through by owners, verified.

A measure goes from *proposed* over *accepted* (it has an owner and a term), *started* and *done*
(it has proof) to *verified* by somebody who neither owns nor did it; it can be *refused* with a
reason, which stays visible. As long as a legal hold is in force, nothing is erased: measures that
the framework marks as such cannot be started.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from doorlicht.assessment import load_framework
from doorlicht.assessment.reviewing import standing
from doorlicht.errors import InputError, RefusedError
from doorlicht.records import Hold, MeasureTaken
from doorlicht.records.flows import trace_id
from doorlicht.records.persons import clean_text, person_key
from doorlicht.records.uses import MeasureState
from doorlicht.register import Register
from doorlicht.runs.assess import codes_for_lawyer, refuse_outdated
from doorlicht.runs.uses import predecessors

STEPS: Final[Mapping[MeasureState, tuple[MeasureState, ...]]] = {
    "proposed": ("accepted", "refused"),
    "accepted": ("started", "refused"),
    "started": ("done", "refused"),
    "done": ("verified", "started"),
    "verified": (),
    "refused": ("proposed",),
}
"""From each state, the states that can follow."""


def propose_measures(
    register: Register, assessment_id: str, *, by: str, today: date
) -> list[MeasureTaken]:
    """Propose what follows from a verdict, and keep it; what was proposed before stays as it is.

    Until the controller has decided, what follows from the proposal is proposed: an unlawful use is
    stopped before everybody has spoken.
    """
    kept = register.judging.assessment(assessment_id)
    refuse_outdated(register, kept)
    framework = load_framework(kept.framework, kept.edition)
    verdict = standing(kept, codes_for_lawyer(kept, framework)).verdict or kept.verdict
    made = [
        MeasureTaken(
            trace_id("ME", kept.use, framework.name, one.id),
            kept.use,
            kept.id,
            one.id,
            one.kind,
            one.is_held,
            due=None if one.term_days is None else today + timedelta(days=one.term_days),
        )
        for one in framework.consequences
        if verdict in one.outcomes and one.applies(kept.facts)
    ]
    register.judging.keep_measures(made, by=by)
    return register.judging.measures(uses=[kept.use])


def move_measure(
    register: Register,
    measure_id: str,
    state: MeasureState,
    *,
    by: str,
    reason: str = "",
    owner: str | None = None,
    due: date | None = None,
    proof: str | None = None,
    verifier: str | None = None,
) -> MeasureTaken:
    """Take a measure to its next state, or change its owner, term, proof or verifier.

    Raises
    ------
    InputError
        If that state does not follow, or something that it needs is missing.
    RefusedError
        If a legal hold forbids it, or the wrong person verifies.
    """
    now = register.judging.measure(measure_id)
    if state != now.state and state not in STEPS[now.state]:
        following = ", ".join(STEPS[now.state]) or "-"
        raise InputError("measures.no_step", id=measure_id, state=now.state, following=following)
    after = replace(
        now,
        state=state,
        owner=now.owner if owner is None else clean_text(owner),
        due=due or now.due,
        proof=now.proof if proof is None else clean_text(proof),
        verifier=now.verifier if verifier is None else clean_text(verifier),
    )
    if state in ("accepted", "started") and (not after.owner or after.due is None):
        raise InputError("measures.no_owner", id=measure_id)
    if state == "done" and not after.proof:
        raise InputError("measures.no_proof", id=measure_id)
    if state in ("refused", "proposed") and state != now.state and not reason.strip():
        raise InputError("measures.no_reason", id=measure_id)
    if after.is_held and state in ("started", "done"):
        if holds_on(register, now.use):
            raise RefusedError("measures.held", id=measure_id, use=now.use)
        _need_verdict(register, now)
    if state == now.state == "verified":
        raise InputError("measures.no_step", id=measure_id, state=now.state, following="-")
    if state == "verified":
        doers = {person_key(one.by) for one in register.judging.measure_events(measure_id)
                 if one.state in ("started", "done")}  # fmt: skip
        if person_key(by) in doers | {person_key(after.owner)}:
            raise RefusedError("measures.verifies_own", id=measure_id, by=by)
        after = replace(after, verifier=by)
    content = {
        "owner": after.owner, "due": after.due.isoformat() if after.due else None,
        "proof": after.proof, "verifier": after.verifier,
    }  # fmt: skip
    register.judging.change_measure(after, reason=clean_text(reason), content=content, by=by)
    return after


def holds_on(register: Register, use_id: str) -> list[Hold]:
    """Return the legal holds in force on a use, also those on what it was merged or split from."""
    ids = predecessors(register.judging.uses())(use_id)
    return [one for one in register.judging.holds(ids) if one.is_in_force]


def _need_verdict(register: Register, measure: MeasureTaken) -> None:
    """Refuse to erase before the controller has decided: a proposal erases nothing."""
    kept = register.judging.assessment(measure.assessment)
    framework = load_framework(kept.framework, kept.edition)
    verdict = standing(kept, codes_for_lawyer(kept, framework)).verdict
    consequence = framework.consequence_by_id[measure.consequence]
    if verdict is None or verdict not in consequence.outcomes:
        raise RefusedError("measures.no_verdict", id=measure.id, assessment=kept.id)


def lay_hold(register: Register, use_id: str, *, reason: str, by: str) -> None:
    """Lay a legal hold on a use; a reason is needed."""
    if not reason.strip():
        raise InputError("uses.no_reason", id=use_id)
    register.judging.keep_hold(use_id, reason=clean_text(reason), by=by)


def lift_holds(register: Register, use_id: str, *, reason: str, by: str) -> int:
    """Lift every legal hold on a use, and return how many there were; a reason is needed."""
    if not reason.strip():
        raise InputError("uses.no_reason", id=use_id)
    register.judging.use(use_id)
    found = holds_on(register, use_id)
    if not found:
        raise InputError("measures.no_hold", use=use_id)
    for hold in found:
        register.judging.lift_hold(hold, reason=clean_text(reason), by=by)
    return len(found)
