"""Uses, assessments, reviews and measures over a register, as people go through them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from doorlicht.assessment import load_framework
from doorlicht.errors import InputError, RefusedError
from doorlicht.records import Evidence, Source
from doorlicht.register import open_register
from doorlicht.runs import assess, measures, uses
from doorlicht.testing import EDITIONS, SteppingClock

MOTION = load_framework("motion-21")
TODAY = date(2026, 11, 27)
AT = datetime(2026, 11, 27, tzinfo=UTC)

ALL_GOOD = {
    "personal_data": True, "prohibited_ai": False, "refers_to_race": False,
    "targeted_control": True, "art6": True, "law_permits": "explicit", "purpose_ok": True,
    "necessary": True, "retention_ok": True, "special": False, "automated": False,
    "statutory_criterion": True, "eu_law_ok": True,
}  # fmt: skip


def flow(number=1, verdict="used", concept="nationality", model="M-1"):
    place = {"file": "a.py", "line": 1}
    return (
        "flow", f"FL-{number}",
        {
            "id": f"FL-{number}", "concept": concept, "kind": "direct", "feature": "nat",
            "source": {"system": "hr", "dataset": "people", "column": "nat", "place": place,
                       "finding": ""},
            "hops": [], "model": model, "verdict": verdict, "visibility": "literal",
            "confidence": 0.9,
        },
    )  # fmt: skip


def keep(register, *flows):
    model = {"id": "M-1", "name": "fraud", "algorithm": "xgboost"}
    register.keep_trace(
        by="tracer", started_at=AT, roots=["/code"], vocabulary="2026", doorlicht="0", files=1,
        lines=2, items=[("model", "M-1", model), *flows],
    )  # fmt: skip


@pytest.fixture
def register():
    with open_register(":memory:", clock=SteppingClock(AT)) as opened:
        opened.start_scan(
            by="scanner", editions=EDITIONS, settings={},
            sources=[Source("hr", "files", "/data/hr", unit="Directorate X")],
        )  # fmt: skip
        keep(opened, flow())
        yield opened


def proposed(register):
    return uses.propose(register, by="lead").uses


def assessed(register, answers, use=None):
    use = use or proposed(register)[0]
    assess.answer(register, use.id, MOTION, answers, by="anna", at=AT)
    known = assess.know(register, framework="motion-21", today=TODAY)
    state = assess.look_at(register.judging.use(use.id), known)
    return state, assess.assess(register, state, by="anna", at=AT, language="nl")


def say(register, kept, kind, by, verdict="rechtmatig", **more):
    if kind == "decision" and register.judging.use(kept.use).status == "proposed":
        uses.confirm(register, kept.use, uses.Details(), by="lead", reason="")
    return assess.review(register, kept.id, kind=kind, by=by, at=AT, verdict=verdict, **more)


# ── uses ────────────────────────────────────────────────────────────────────────────────────


def test_a_flow_into_a_model_proposes_a_use_with_the_role_that_it_shows(register):
    (one,) = proposed(register)
    assert (one.concept, one.observed_role, one.processing) == ("nationality", "score", "fraud")
    assert one.evidence == ("FL-1",)
    assert one.unit == "Directorate X"


def test_proposing_again_proposes_nothing_new_and_writes_nothing(register):
    proposed(register)
    before = len(register.ledger())
    made = uses.propose(register, by="lead")
    assert (made.new, made.more_evidence) == (0, 0)
    assert len(register.ledger()) == before


def test_new_evidence_is_added_to_the_use_that_is_there(register):
    proposed(register)
    keep(register, flow(), flow(2))
    made = uses.propose(register, by="lead")
    assert (made.new, made.more_evidence) == (0, 1)
    assert made.uses[0].evidence == ("FL-1", "FL-2")


def test_what_a_model_does_not_use_is_no_use(register):
    keep(register, flow(3, "not-used", "country_of_birth"))
    assert [one.concept for one in proposed(register)] == []


def test_a_rejected_use_is_not_proposed_again_and_can_be_reopened(register):
    (one,) = proposed(register)
    with pytest.raises(InputError, match="no_reason"):
        uses.reject(register, one.id, by="lead", reason=" ")
    uses.reject(register, one.id, by="lead", reason="a test set")
    assert [use.status for use in proposed(register)] == ["rejected"]
    with pytest.raises(InputError, match=r"uses\.closed"):
        uses.confirm(register, one.id, uses.Details(), by="lead", reason="")
    assert uses.reopen(register, one.id, by="lead", reason="it is live").status == "proposed"


def test_merged_and_split_uses_say_what_became_of_them(register):
    keep(register, flow(), flow(2, "selection-rule"))
    measures_of_all = proposed(register)
    measures.lay_hold(register, measures_of_all[0].id, reason="appeal", by="lawyer")
    assess.answer(register, measures_of_all[1].id, MOTION, {"art6": True}, by="anna", at=AT)
    first, second = proposed(register)
    merged = uses.merge(register, [first.id, second.id], by="lead", reason="one process")
    assert set(merged.evidence) == {"FL-1", "FL-2"}
    assert register.judging.use(first.id).into == (merged.id,)
    assert measures.holds_on(register, merged.id)
    known = assess.know(register, framework="motion-21", today=TODAY)
    assert assess.look_at(merged, known).values["art6"] is True
    with pytest.raises(InputError, match=r"uses\.closed"):
        assess.answer(register, first.id, MOTION, {"art6": False}, by="anna", at=AT)
    parts = uses.split(
        register, merged.id, ["FL-2"], unit="Directorate Y", by="lead", reason="two units"
    )
    assert [part.evidence for part in parts] == [("FL-2",), ("FL-1",)]
    assert register.judging.use(merged.id).status == "split"
    assert {use.id for use in proposed(register) if use.is_open} == {part.id for part in parts}
    assert all(measures.holds_on(register, part.id) for part in parts)


@pytest.mark.parametrize("ids", [1, 2])
def test_what_cannot_be_merged_is_told(register, ids):
    (one,) = proposed(register)
    with pytest.raises(InputError, match=r"uses\.no_merge"):
        uses.merge(register, [one.id] * ids, by="lead", reason="x")


def test_a_declared_role_that_differs_is_a_conflict_and_changes_no_fact(register):
    (one,) = proposed(register)
    changed = uses.confirm(
        register, one.id, uses.Details(role="opgeslagen", purpose="archive"), by="lead", reason=""
    )
    assert changed.declared_role == "stored"
    assert changed.roles_conflict
    state, _ = assessed(register, {}, changed)
    assert state.values["role"] == "score"


def test_a_use_that_no_program_saw_can_be_added(register):
    made = uses.add(
        register, concept="nationality", processing="interview list", role="lijst",
        details=uses.Details(unit="Z"), by="lead", reason="told in an interview",
    )  # fmt: skip
    assert made.status == "confirmed"
    state, _ = assessed(register, {}, made)
    assert state.values["role"] == "list"


def test_evidence_that_is_not_there_cannot_be_attached(register):
    (one,) = proposed(register)
    with pytest.raises(InputError, match="no_such_evidence"):
        uses.confirm(register, one.id, uses.Details(evidence=("AU-NOPE",)), by="lead", reason="")


# ── facts ───────────────────────────────────────────────────────────────────────────────────


def test_evidence_answers_what_it_proves_and_no_more(register):
    (one,) = proposed(register)
    known = assess.know(register, framework="motion-21", today=TODAY)
    state = assess.look_at(one, known)
    assert state.values == {
        "attr": "nationality", "role": "score", "distinction": "direct_nationality",
    }  # fmt: skip
    assert state.facts["distinction"].seen.evidence == ("FL-1",)


def test_a_person_goes_before_evidence_and_the_difference_is_told(register):
    state, kept = assessed(register, {"distinction": "none"})
    assert state.facts["distinction"].disagrees
    assert kept.proposal["from"]["distinction"]["seen"] == "direct_nationality"
    state, _ = assessed(register, {"distinction": "onbekend"})
    assert state.values["distinction"] == "direct_nationality"


def test_a_measured_disparity_makes_the_distinction_of_a_proxy_indirect():
    from doorlicht.assessment.evidence_facts import facts_from_evidence
    from doorlicht.records import Use

    use = Use("U-1", "language", "model", "M-1", "score", evidence=("AU-1",))
    seen = {"concept": "country_of_birth", "differs": True}
    audit = Evidence("AU-1", "audit", "language", "used", "model", "model",
                     details={"disparities": [seen]})  # fmt: skip
    answers, _ = facts_from_evidence(MOTION, use, [audit])
    assert {one.fact: one.value for one in answers} == {
        "distinction": "indirect", "indirect_ground": "race",
    }  # fmt: skip
    calm = replace(audit, details={"disparities": [{**seen, "differs": False}]})
    assert facts_from_evidence(MOTION, use, [calm]) == ([], [])


def test_evidence_that_disagrees_counts_for_nothing_and_is_told():
    from doorlicht.assessment.evidence_facts import facts_from_evidence
    from doorlicht.records import Use

    use = Use("U-1", "language", "model", "M-1", "score", evidence=("AU-1",))
    audits = [
        Evidence("AU-1", "audit", "", "audit", "m", "m",
                 details={"disparities": [{"concept": concept, "differs": True}]})
        for concept in ("nationality", "country_of_birth")
    ]  # fmt: skip
    answers, conflicts = facts_from_evidence(MOTION, use, audits)
    assert {one.fact for one in answers} == {"distinction"}
    assert [one.fact for one in conflicts] == ["indirect_ground"]


def test_an_answer_that_cannot_be_is_refused(register):
    (one,) = proposed(register)
    with pytest.raises(InputError, match="no_such_fact"):
        assess.answer(register, one.id, MOTION, {"arrt": "x"}, by="a", at=AT)
    with pytest.raises(InputError, match="bad_answer"):
        assess.answer(register, one.id, MOTION, {"art6": "perhaps"}, by="a", at=AT)
    assert register.judging.answers() == {}


def test_the_same_facts_give_the_same_assessment_and_other_facts_another(register):
    _, first = assessed(register, {"art6": True})
    _, again = assessed(register, {"art6": True})
    _, other = assessed(register, {"art6": False, "personal_data": True})
    assert first.id == again.id != other.id
    assert other.verdict == "onrechtmatig"


def test_then_and_now_can_differ(register):
    (one,) = proposed(register)
    uses.confirm(
        register, one.id, uses.Details(since=date(2015, 1, 1), until=date(2019, 12, 31)),
        by="lead", reason="",
    )  # fmt: skip
    state, kept = assessed(register, {**ALL_GOOD, "prohibited_ai": True})
    assert state.proposal.verdict == "onrechtmatig"
    assert state.then.verdict == kept.proposal["then"] == "rechtmatig"


# ── reviews ─────────────────────────────────────────────────────────────────────────────────


def test_a_verdict_needs_four_different_people(register):
    _, kept = assessed(register, ALL_GOOD)
    assert kept.verdict == "rechtmatig"
    with pytest.raises(RefusedError, match="too_early"):
        say(register, kept, "second", "bo")
    say(register, kept, "first", "anna")
    with pytest.raises(RefusedError, match="two_hats"):
        say(register, kept, "second", "Anna ")
    say(register, kept, "second", "bo")
    with pytest.raises(RefusedError, match="too_early"):
        say(register, kept, "decision", "dirk")
    _, now = say(register, kept, "lawyer", "carla", code="lawful")
    assert now.needed == ("decision",)
    with pytest.raises(RefusedError, match="two_hats"):
        say(register, kept, "decision", "carla")
    _, now = say(register, kept, "decision", "dirk")
    assert (now.needed, now.verdict, now.is_overruled) == ((), "rechtmatig", False)
    with pytest.raises(RefusedError, match="said_already"):
        say(register, kept, "decision", "dirk")


@pytest.mark.parametrize(
    "who",
    ["tracer", " TRACER", "tra  cer.", "tr\u0430cer", "tra\u200bcer", "\uff54racer", "tr\u00e1cer"],
)
def test_who_ran_it_does_not_assess_it(register, who):
    _, kept = assessed(register, ALL_GOOD)
    with pytest.raises(RefusedError, match="ran_it"):
        say(register, kept, "first", who)


def test_overruling_needs_a_reason_and_stays_visible(register):
    _, kept = assessed(register, {**ALL_GOOD, "necessary": False})
    assert kept.verdict == "onrechtmatig"
    with pytest.raises(RefusedError, match="no_reason"):
        say(register, kept, "first", "anna")
    after, now = say(register, kept, "first", "anna", reason="it is needed after all")
    assert now.is_overruled
    assert after.verdict == "onrechtmatig"
    assert after.reviews[0].reason == "it is needed after all"
    # Somebody now says "lawful" of something that treats people differently: a lawyer is needed.
    assert "lawyer:lawful" in now.needed


def test_a_verdict_in_words_is_understood_and_another_refused(register):
    _, kept = assessed(register, {**ALL_GOOD, "necessary": False})
    with pytest.raises(RefusedError, match="no_such_verdict"):
        say(register, kept, "first", "anna", verdict="fine")
    after, _ = say(register, kept, "first", "anna", verdict="Unlawful")
    assert after.reviews[0].verdict == "onrechtmatig"


def unlawful(register, kept):
    codes = assess.codes_for_lawyer(kept, MOTION)
    for kind, by, code in [
        ("first", "anna", ""), ("second", "bo", ""), *(("lawyer", "cas", one) for one in codes),
        ("decision", "dee", ""),
    ]:  # fmt: skip
        say(register, kept, kind, by, "onrechtmatig", code=code)


def test_an_assessment_after_which_something_changed_gets_no_verdict(register):
    (one,) = proposed(register)
    _, first = assessed(register, ALL_GOOD, one)
    _, later = assessed(register, {**ALL_GOOD, "art6": False}, one)
    with pytest.raises(RefusedError, match=r"review\.outdated"):
        say(register, first, "first", "anna")
    say(register, later, "first", "anna", "onrechtmatig")
    assess.answer(register, one.id, MOTION, {"necessary": False}, by="eva", at=AT)
    with pytest.raises(RefusedError, match=r"review\.outdated"):
        say(register, later, "second", "bo", "onrechtmatig")
    with pytest.raises(RefusedError, match=r"review\.outdated"):
        measures.propose_measures(register, later.id, by="lead", today=TODAY)


def test_a_declared_role_that_treats_people_differently_is_judged(register):
    made = uses.add(
        register, concept="nationality", processing="table", role="stored",
        details=uses.Details(), by="lead", reason="told",
    )  # fmt: skip
    _, kept = assessed(register, ALL_GOOD, made)
    uses.confirm(register, made.id, uses.Details(role="score"), by="lead", reason="")
    state, _ = assessed(register, {}, register.judging.use(made.id))
    assert state.values["role"] == "score"
    with pytest.raises(RefusedError, match=r"review\.outdated"):
        say(register, kept, "first", "anna")


def test_nothing_is_erased_before_there_is_a_verdict(register):
    _, kept = assessed(register, {**ALL_GOOD, "necessary": False})
    made = measures.propose_measures(register, kept.id, by="lead", today=TODAY)
    clean = next(one.id for one in made if one.consequence == "clean_up")
    measures.move_measure(register, clean, "accepted", by="eva", owner="eva")
    with pytest.raises(RefusedError, match="no_verdict"):
        measures.move_measure(register, clean, "started", by="eva")
    unlawful(register, kept)
    assert measures.move_measure(register, clean, "started", by="eva").state == "started"


def test_uses_of_different_units_are_not_merged(register):
    keep(register, flow(), flow(2, "selection-rule"))
    first, second = proposed(register)
    uses.confirm(register, second.id, uses.Details(unit="Other"), by="lead", reason="")
    with pytest.raises(InputError, match="several_units"):
        uses.merge(register, [first.id, second.id], by="lead", reason="x")


def test_what_people_write_stays_on_one_line_without_signs_that_steer_a_screen(register):
    (one,) = proposed(register)
    details = uses.Details(purpose="a\n\x1b[31mred\x07", unit="X\u202e")
    changed = uses.confirm(register, one.id, details, by="lead", reason="b\nVerdict: lawful.")
    assert (changed.purpose, changed.unit) == ("a [31mred", "X")
    assert register.judging.use_events(one.id)[-1].reason == "b Verdict: lawful."


# ── measures ────────────────────────────────────────────────────────────────────────────────


def test_measures_follow_from_the_verdict_and_go_step_by_step(register):
    _, kept = assessed(register, {**ALL_GOOD, "necessary": False})
    made = measures.propose_measures(register, kept.id, by="lead", today=TODAY)
    by_name = {one.consequence: one for one in made}
    assert {"stop_now", "freeze", "clean_up", "supervisor"} <= set(by_name)
    assert by_name["stop_now"].due == date(2026, 11, 28)
    assert measures.propose_measures(register, kept.id, by="lead", today=TODAY) == made
    stop = by_name["stop_now"].id
    with pytest.raises(InputError, match="no_step"):
        measures.move_measure(register, stop, "done", by="eva")
    with pytest.raises(InputError, match="no_owner"):
        measures.move_measure(register, stop, "accepted", by="eva")
    measures.move_measure(register, stop, "accepted", by="eva", owner="eva")
    measures.move_measure(register, stop, "started", by="eva")
    with pytest.raises(InputError, match="no_proof"):
        measures.move_measure(register, stop, "done", by="eva")
    measures.move_measure(register, stop, "done", by="eva", proof="log of 28 November")
    with pytest.raises(RefusedError, match="verifies_own"):
        measures.move_measure(register, stop, "verified", by="Eva")
    after = measures.move_measure(register, stop, "verified", by="fred")
    assert (after.state, after.verifier) == ("verified", "fred")
    assert [one.state for one in register.judging.measure_events(stop)] == [
        "proposed", "accepted", "started", "done", "verified",
    ]  # fmt: skip


def test_a_legal_hold_blocks_erasing_until_it_is_lifted(register):
    _, kept = assessed(register, {**ALL_GOOD, "necessary": False})
    made = measures.propose_measures(register, kept.id, by="lead", today=TODAY)
    clean = next(one.id for one in made if one.consequence == "clean_up")
    stop = next(one.id for one in made if one.consequence == "stop_now")
    unlawful(register, kept)
    measures.lay_hold(register, kept.use, reason="appeal", by="lawyer")
    for one in (clean, stop):
        measures.move_measure(register, one, "accepted", by="eva", owner="eva")
    measures.move_measure(register, stop, "started", by="eva")
    with pytest.raises(RefusedError, match=r"measures\.held"):
        measures.move_measure(register, clean, "started", by="eva")
    assert measures.lift_holds(register, kept.use, reason="decided", by="lawyer") == 1
    assert measures.move_measure(register, clean, "started", by="eva").state == "started"


def test_a_refused_measure_keeps_its_reason(register):
    _, kept = assessed(register, {**ALL_GOOD, "necessary": False})
    made = measures.propose_measures(register, kept.id, by="lead", today=TODAY)
    with pytest.raises(InputError, match="no_reason"):
        measures.move_measure(register, made[0].id, "refused", by="eva")
    measures.move_measure(register, made[0].id, "refused", by="eva", reason="no budget")
    assert register.judging.measure_events(made[0].id)[-1].reason == "no budget"


def test_every_change_has_its_ledger_entry(register):
    _, kept = assessed(register, ALL_GOOD)
    say(register, kept, "first", "anna")
    measures.propose_measures(register, kept.id, by="lead", today=TODAY)
    measures.lay_hold(register, kept.use, reason="appeal", by="lawyer")
    actions = [entry.action for entry in register.ledger()]
    assert {
        "uses.proposed", "use.answered", "assessment.kept", "assessment.first",
        "measures.proposed", "hold.laid",
    } <= set(actions)  # fmt: skip
    assert register.first_broken_entry() is None
