"""Records of a dossier come back as they were kept, each change with one entry in the ledger."""

from datetime import date

import pytest

from doorlicht.errors import InputError
from doorlicht.records import (
    Assignment,
    Campaign,
    Chapter,
    Commitment,
    Extension,
    InventoryStep,
    Letter,
    Mandate,
    Motion,
    NilStatement,
    OrganisationUnit,
    PlanOfApproach,
    ProjectLeader,
    Question,
    QuestionSet,
    Recess,
    ScopeDecision,
)
from doorlicht.register.dossier import KINDS, record_key

DAY = date(2026, 3, 2)
RECORDS = [
    OrganisationUnit("dgx", "Coördinatie", DAY, None, "m", "in_formation", successors=("a", "b")),
    OrganisationUnit("dgx", "DG X", None, date(2026, 3, 1)),
    ScopeDecision("S-1", "dgx", "out_for_now", "later", "jo", DAY, date(2027, 1, 1)),
    Assignment("T-1", "dgx", "has the files", "jo", DAY),
    Campaign(
        "C-1", "Inquiry", DAY, mandates=(Mandate("M-1", "motion", "On data", DAY, "99"),),
        leaders=(ProjectLeader("m", "D. Kok"),), nil_sample=0.25,
    ),
    PlanOfApproach("P-1", "dgx", "short", DAY, "jo", (Chapter("scope", "all"),), "L-1"),
    InventoryStep("I-1", "dgx", "scan", "done", "hr", done_on=DAY, evidence=("scan 1",)),
    NilStatement("N-1", "dgx", "none", "B. Smit", "director", DAY),
    Motion("2026Z1", "On data", None),
    Commitment("T-1", "to report", "the minister", DAY),
    QuestionSet(
        "Q-1", "written", "On data", DAY, questions=(Question(1, "How?", ("method",)),),
        extensions=(Extension(DAY, "slow"),),
    ),
    Letter("L-1", "Answer", DAY),
    Recess("May", DAY, date(2026, 3, 9)),
]  # fmt: skip


BOTH = pytest.mark.parametrize(
    "location",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)


def keep(register, *records, **more):
    return register.dossier.keep(records, **{"action": "kept", "by": "jo", **more})


@BOTH
def test_every_kind_of_record_comes_back_as_it_was_kept(register):
    assert {type(one) for one in RECORDS} == set(KINDS.values())
    assert keep(register, *RECORDS) == len(RECORDS)
    for made in KINDS.values():
        assert register.dossier.all(made) == [one for one in RECORDS if type(one) is made]
    assert len({record_key(one) for one in RECORDS}) == len(RECORDS)


@BOTH
def test_a_change_leaves_one_entry_and_what_did_not_change_none(register):
    keep(register, *RECORDS)
    assert keep(register, *RECORDS) == 0
    before = len(register.ledger())
    moved = InventoryStep("I-1", "dgx", "scan", "started", "hr")
    assert keep(register, *RECORDS[:3], moved, action="step_started", reason="a disk") == 1
    (entry,) = register.ledger(after=before)
    assert (entry.action, entry.by, entry.reason) == ("dossier.step_started", "jo", "a disk")
    assert [one.subject for one in entry.changes] == ["record:step/I-1"]
    assert register.dossier.find(InventoryStep, "I-1") == moved
    told = [(one.action, one.reason) for one in register.dossier.events(moved)]
    assert told == [("kept", ""), ("step_started", "a disk")]
    assert register.first_broken_entry() is None


def test_a_record_that_is_not_there_is_told_with_the_one_that_was_probably_meant(register):
    keep(register, *RECORDS)
    with pytest.raises(InputError) as refused:
        register.dossier.find(Campaign, "C-2")
    assert (refused.value.code, refused.value.details["nearest"]) == (
        "dossier.no_such_campaign", "C-1",
    )  # fmt: skip
