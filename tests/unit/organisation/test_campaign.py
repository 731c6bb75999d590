"""A campaign goes from state to state only with what it needs, and says what is missing."""

from dataclasses import replace
from datetime import date

import pytest

from doorlicht.errors import InputError, RefusedError, WrongUseError
from doorlicht.language import LANGUAGES, say
from doorlicht.organisation import (
    Dossier,
    draw_statements,
    enter_state,
    find_contradicted,
    find_refusals,
    look_into,
    make_history,
    missing_chapters,
    move_step,
    of_campaign,
    plan_chapters,
)
from doorlicht.records import (
    Campaign,
    Chapter,
    Commitment,
    InventoryStep,
    Mandate,
    Meaning,
    NilStatement,
    OrganisationUnit,
    PlanOfApproach,
    ProjectLeader,
    Question,
    QuestionSet,
    ScopeDecision,
)
from doorlicht.records.campaigns import STEP_KINDS

BEGAN = date(2024, 1, 1)
TODAY = date(2025, 3, 1)

UNITS = [
    OrganisationUnit("m", "Ministerie van Waterlinie en Veren"),
    OrganisationUnit("a", "DG Ponten", parent="m"),
    OrganisationUnit("b", "DG Kolken", parent="m", until=date(2024, 12, 31), status="in_formation"),
    OrganisationUnit("b", "DG Kolken", since=date(2025, 1, 1), parent="m"),
]


def scope(unit, decision, on=BEGAN, review=None, ground="other"):
    return ScopeDecision(
        f"S-{unit}-{on}", unit, decision, "because", "A. Vries", on, review, ground
    )


def plan(form, letter="", without=()):
    chapters = tuple(Chapter(key, "text") for key in plan_chapters(form) if key not in without)
    return PlanOfApproach(f"P-{form}", "m", form, BEGAN, "A. Vries", chapters, letter)


def steps(*units, state="done"):
    return [
        InventoryStep(f"I-{unit}-{kind}", unit, kind, state, done_on=BEGAN)
        for unit in units
        for kind in STEP_KINDS
    ]


def nil(unit, **more):
    return NilStatement(f"N-{unit}", unit, "There is none.", "B. Smit", "director", BEGAN, **more)


def whole():
    """A dossier that may be closed: two units in scope, one left out that is not overdue."""
    campaign = Campaign(
        "C-1", "Inquiry", BEGAN, "reporting",
        (Mandate("M-1", "motion", "On the use of origin data", BEGAN, "99 999, no. 1"),),
        (Meaning("origin", "where somebody or their parents come from"),), "2026-11-01",
        ("motion-21",), "C. Bos", (ProjectLeader("m", "D. Kok"),),
    )  # fmt: skip
    return Dossier(
        campaign, make_history(UNITS),
        [scope("m", "in"), scope("b", "out_for_now", review=date(2026, 1, 1))],
        [plan("long"), plan("short", "L-1")], steps("m", "a"),
        [nil("m", state="upheld", sampled_by="E. Jong")], {"a": ["U-1"]},
    )  # fmt: skip


def refused(dossier, state="closed", day=TODAY):
    return [text.key.removeprefix("campaign.") for text in find_refusals(dossier, state, day)]


def test_a_dossier_with_all_it_needs_may_be_closed():
    assert refused(whole()) == []
    closed = enter_state(whole(), "closed", TODAY)
    assert (closed.state, closed.closed_on) == ("closed", TODAY)


def changed(**fields):
    return lambda one: replace(one, campaign=replace(one.campaign, **fields))


def with_(**fields):
    return lambda one: replace(one, **fields)


UNSOURCED = Mandate("M-1", "motion", "On origin data", BEGAN, " ")
OPEN = Commitment("T-1", "to report on DG Kolken", "the minister", BEGAN)
ASKED = QuestionSet("Q-1", "written", "On origin data", BEGAN, questions=(Question(1, "How?"),))

MISSING = [
    pytest.param(changed(mandates=()), "mandated", "no_mandate", id="no-mandate"),
    pytest.param(changed(mandates=(UNSOURCED,)), "mandated", "mandate_unsourced", id="no-source"),
    pytest.param(changed(meanings=()), "mandated", "no_meanings", id="no-definitions"),
    pytest.param(changed(vocabulary=""), "mandated", "no_vocabulary", id="no-edition"),
    pytest.param(changed(coordinator=" "), "planned", "no_coordinator", id="no-coordinator"),
    pytest.param(changed(leaders=()), "planned", "no_leader", id="no-project-leader"),
    pytest.param(
        changed(leaders=(ProjectLeader("n", "D. Kok"),)), "planned", "no_leader",
        id="project-leader-of-another-ministry",
    ),
    pytest.param(
        with_(decisions=[scope("a", "in")]), "planned", "undecided", id="nobody-decided",
    ),
    pytest.param(
        with_(decisions=[scope("m", "out")]), "planned", "nothing_in_scope", id="nothing-in-scope"
    ),
    pytest.param(with_(plans=[plan("short", "L-1")]), "planned", "no_plan.long", id="no-plan"),
    pytest.param(
        with_(plans=[plan("long", without=("external_audit",)), plan("short", "L-1")]), "planned",
        "plan_incomplete", id="a-chapter-is-missing",
    ),
    pytest.param(with_(plans=[plan("long")]), "running", "no_plan.short", id="no-short-plan"),
    pytest.param(
        with_(plans=[plan("long"), plan("short")]), "reporting", "plan_not_sent", id="not-sent"
    ),
    pytest.param(with_(steps=steps("m")), "reporting", "not_covered.scan", id="not-looked-at"),
    pytest.param(
        with_(steps=steps("m", "a", state="started")), "reporting", "not_covered.interview",
        id="not-finished",
    ),
    pytest.param(with_(proposed_uses=["U-1"]), "reporting", "uses_proposed", id="not-judged"),
    pytest.param(with_(unplaced_uses=["U-1"]), "reporting", "uses_unplaced", id="of-no-unit"),
    pytest.param(with_(statements=[]), "reporting", "no_nil_statement", id="no-nil-statement"),
    pytest.param(with_(uses={"m": ["U-1"]}), "reporting", "nil_contradicted", id="nil-is-wrong"),
    pytest.param(
        with_(statements=[nil("m", state="contradicted")]), "reporting", "nil_contradicted",
        id="auditor-found-otherwise",
    ),
    pytest.param(
        with_(decisions=[scope("m", "in"), scope("b", "out_for_now", review=date(2025, 2, 28))]),
        "closed", "exclusion_overdue", id="left-out-and-overdue",
    ),
    pytest.param(
        with_(decisions=[
            scope("m", "in"), scope("b", "out_for_now", review=date(2030, 1, 1),
                                    ground="in_formation"),
        ]),
        "closed", "exclusion_overdue", id="left-out-and-founded-since",
    ),
    pytest.param(with_(statements=[nil("m")]), "closed", "nil_not_sampled", id="not-sampled"),
    pytest.param(with_(commitments=[OPEN]), "closed", "commitment_open", id="open-commitment"),
    pytest.param(with_(question_sets=[ASKED]), "closed", "questions_open", id="open-questions"),
    pytest.param(
        with_(question_sets=[replace(ASKED, questions=())]), "closed", "questions_open",
        id="open-questions-of-which-the-text-is-not-known",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "state", "code"), MISSING)
def test_a_state_is_refused_by_what_is_missing_and_so_is_each_after_it(change, state, code):
    dossier = change(whole())
    order = ["mandated", "planned", "running", "reporting", "closed"]
    for later in order:
        is_there = code in refused(dossier, later)
        assert is_there is (order.index(later) >= order.index(state)), later
    with pytest.raises(RefusedError):
        enter_state(dossier, "closed", TODAY)


@pytest.mark.parametrize(("change", "state", "code"), MISSING)
def test_each_refusal_says_why_in_both_languages(change, state, code):
    (text, *_) = [
        one for one in find_refusals(change(whole()), state, TODAY) if one.key.endswith(code)
    ]
    for language in LANGUAGES:
        for part in ("what", "why", "effect", "remedy"):
            assert say(f"error.{text.key}.{part}", language, **text.params)


def test_questions_that_were_answered_or_withdrawn_do_not_hold_up_the_closing():
    gone = replace(ASKED, questions=(replace(ASKED.questions[0], state="withdrawn"),))
    answered = replace(ASKED, answered_on=TODAY)
    assert refused(replace(whole(), question_sets=[gone, answered])) == []


def test_states_follow_each_other_and_a_step_back_needs_a_reason():
    dossier = whole()
    for state, wrong in (("prepared", "planned"), ("running", "closed"), ("mandated", "closed")):
        with pytest.raises(WrongUseError) as refusal:
            enter_state(changed(state=state)(dossier), wrong, TODAY)
        assert refusal.value.code == "campaign.no_step"
    with pytest.raises(InputError) as missing:
        enter_state(dossier, "running", TODAY)
    assert missing.value.code == "campaign.no_reason"
    assert enter_state(dossier, "running", TODAY, "a unit was forgotten").state == "running"


def test_a_unit_that_was_founded_meanwhile_holds_up_the_closing():
    new = OrganisationUnit("c", "DG Dijken", since=date(2025, 2, 1), parent="m")
    dossier = replace(whole(), history=make_history([*UNITS, new]))
    assert refused(dossier, day=date(2025, 1, 31)) == []
    assert "not_covered.scan" in refused(dossier)
    assert "no_nil_statement" in refused(dossier)


def test_a_use_of_a_successor_contradicts_the_statement_of_its_predecessor():
    units = [
        OrganisationUnit("a", "A", until=date(2024, 6, 30), status="split", successors=("b", "c")),
        OrganisationUnit("b", "B", since=date(2024, 7, 1)),
        OrganisationUnit("c", "C", since=date(2024, 7, 1)),
        OrganisationUnit("d", "D", since=date(2024, 7, 1), parent="c"),
    ]
    for unit, covers_below, wrong in (
        ("c", False, 1), ("b", False, 1), ("d", True, 1), ("d", False, 0)
    ):  # fmt: skip
        statement = nil("a", covers_below=covers_below)
        dossier = replace(
            whole(), history=make_history(units), uses={unit: ["U-1"]}, statements=[statement]
        )
        assert len(find_contradicted(dossier, TODAY)) == wrong


def test_the_short_form_of_a_plan_has_fewer_chapters_all_of_the_long_one():
    assert set(plan_chapters("short")) < set(plan_chapters("long"))
    blank = replace(plan("short"), chapters=(Chapter("purpose", " "),))
    assert missing_chapters(blank) == plan_chapters("short")


def test_a_draw_of_nil_statements_can_be_repeated_and_grows_with_its_share():
    statements = [nil(f"u{n}") for n in range(30)]
    few = draw_statements(statements, 0.1, "seed")
    assert few == draw_statements(statements[::-1], 0.1, "seed")
    assert draw_statements(statements, 0.5, "seed")[:3] == few
    assert few != draw_statements(statements, 0.1, "another seed")
    assert draw_statements([nil("a", state="withdrawn")], 0.1, "seed") == []


def test_who_signed_a_nil_statement_does_not_look_into_it():
    with pytest.raises(RefusedError) as refusal:
        look_into(nil("a"), "upheld", TODAY, by="b. smit", finding="nothing found")
    assert refusal.value.code == "campaign.statement_own"
    done = look_into(nil("a"), "contradicted", TODAY, by="E. Jong", finding="a list was found")
    assert (done.state, done.sampled_by, done.sampled_on) == ("contradicted", "E. Jong", TODAY)
    assert look_into(
        done, "withdrawn", TODAY, by="B. Smit", finding="we missed it"
    ).is_standing is (False)


@pytest.mark.parametrize(
    ("state", "given", "error", "code"),
    [
        pytest.param("done", {}, InputError, "step_no_evidence", id="nothing-to-show"),
        pytest.param("not_applicable", {}, InputError, "step_no_reason", id="no-reason"),
        pytest.param("planned", {}, WrongUseError, "step_no_state", id="already-so"),
    ],
)
def test_a_step_is_not_moved_without_what_it_needs(state, given, error, code):
    planned = InventoryStep("I-1", "a", "scan")
    with pytest.raises(error) as refusal:
        move_step(planned, state, TODAY, **given)
    assert refusal.value.code == f"campaign.{code}"


def test_a_step_that_is_done_has_a_day_and_something_to_show_and_can_be_taken_up_again():
    done = move_step(InventoryStep("I-1", "a", "scan"), "done", TODAY, evidence="scan 12")
    assert (done.done_on, done.evidence, done.is_at_an_end) == (TODAY, ("scan 12",), True)
    with pytest.raises(InputError):
        move_step(done, "started", TODAY)
    again = move_step(done, "started", TODAY, reason="a disk was missed")
    assert (again.done_on, again.reason) == (None, "a disk was missed")


def test_what_an_auditor_found_stays_when_the_unit_withdraws_its_statement():
    wrong = look_into(nil("a"), "contradicted", TODAY, by="E. Jong", finding="A list was found.")
    gone = look_into(wrong, "withdrawn", TODAY, by="B. Smit", finding="We withdraw it.")
    assert gone.finding == "A list was found. We withdraw it."
    assert (gone.is_wrong, gone.is_looked_into, gone.is_standing) == (True, True, False)
    unseen = look_into(nil("a"), "withdrawn", TODAY, by="B. Smit", finding="A mistake.")
    assert (unseen.is_wrong, unseen.is_looked_into) == (False, False)


def test_a_statement_that_was_looked_into_and_withdrawn_counts_for_the_sample():
    looked_into = look_into(nil("m"), "contradicted", TODAY, by="E. Jong", finding="a list")
    gone = look_into(looked_into, "withdrawn", TODAY, by="B. Smit", finding="withdrawn")
    for statements, is_refused in (([gone], False), ([nil("m", state="withdrawn")], False),
                                   ([nil("m"), nil("b", state="withdrawn")], True)):  # fmt: skip
        dossier = replace(whole(), statements=statements)
        assert ("nil_not_sampled" in refused(dossier)) is is_refused


def test_a_refusal_names_states_and_chapters_in_the_language_of_the_reader():
    prepared = replace(whole(), campaign=replace(whole().campaign, state="prepared"))
    with pytest.raises(WrongUseError) as refused:
        enter_state(prepared, "closed", TODAY)
    told = say(f"error.{refused.value.code}.why", "nl", **refused.value.details)
    assert "in voorbereiding" in told or "voorbereid" in told
    assert "(mandated)" in told


def test_questions_of_another_campaign_or_motion_hold_no_campaign_up():
    own = Campaign("C-1", "A", BEGAN, mandates=(Mandate("M-1", "motion", "M", BEGAN, "99 999"),))
    other = Campaign("C-2", "B", BEGAN)
    sets = [
        replace(ASKED, id=name, belongs_to=ids)
        for name, ids in (("all", ()), ("own", ("C-1",)), ("motion", ("M-1",)),
                          ("both", ("C-1", "C-2")), ("other", ("C-2",)), ("slip", ("C-9",)))
    ]  # fmt: skip
    both = [own, other]
    assert [one.id for one in of_campaign(sets, own, both)] == [
        "all",
        "own",
        "motion",
        "both",
        "slip",
    ]
    assert [one.id for one in of_campaign(sets, other, both)] == ["all", "both", "other", "slip"]


def test_a_refusal_names_units_by_their_names_with_the_id_that_commands_take():
    left_out = scope("b", "out_for_now", review=date(2025, 2, 1))
    late = replace(whole(), decisions=[scope("m", "in"), left_out])
    (one,) = find_refusals(late, "closed", TODAY)
    assert "DG Kolken (b)" in say(f"error.{one.key}.what", "nl", **one.params)
