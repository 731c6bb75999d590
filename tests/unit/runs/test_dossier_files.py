"""Files of a dossier, taken in with each run: what people changed since is left as it is."""

from dataclasses import replace
from datetime import date

import pytest

from doorlicht.errors import InputError
from doorlicht.records import (
    Campaign,
    Commitment,
    Extension,
    NilStatement,
    OrganisationUnit,
    QuestionSet,
)
from doorlicht.register import open_register
from doorlicht.runs.dossier import add_commitment, set_statement
from doorlicht.runs.dossier_files import keep_file, take_in
from doorlicht.testing import SteppingClock

UNITS = "id;naam;van;onder\nvbz;Ministerie;;\ndgx;DG X;2024-01-01;vbz\n"
DOSSIER = """
campaign: {id: C-1, name: Onderzoek, since: 2026-01-05}
nil_statements:
  - {id: N-1, unit: dgx, text: niets, signed_by: B. Smit, function: directeur, on: 2026-02-01}
"""
ASKED = """
question_sets:
  - id: Q-1
    kind: written
    title: Over afkomst
    asked_on: 2026-03-02
    questions: [{number: 1, text: Is ook naar beeldmateriaal gekeken?}]
"""


@pytest.fixture
def register(tmp_path):
    with open_register(tmp_path / "x.register", clock=SteppingClock()) as found:
        yield found


@pytest.fixture
def files(tmp_path):
    for name, text in (("dossier.yaml", DOSSIER), ("asked.yaml", ASKED), ("units.csv", UNITS)):
        (tmp_path / name).write_text(text, "utf-8")
    return [tmp_path / name for name in ("dossier.yaml", "asked.yaml", "units.csv")]


def test_all_files_are_taken_in_whatever_their_order(register, files):
    done = take_in(register, files, by="Jo")
    assert (done.records, done.kept, done.left) == (5, 5, ())
    assert {one.id for one in register.dossier.all(OrganisationUnit)} == {"vbz", "dgx"}
    (asked,) = register.dossier.all(QuestionSet)
    assert asked.questions[0].themes == ("image_material",)


def test_taking_in_the_same_files_again_keeps_nothing(register, files):
    take_in(register, files, by="Jo")
    assert take_in(register, files, by="Jo").kept == 0


def test_what_people_changed_since_is_left_and_what_changed_in_a_file_is_kept(register, files):
    take_in(register, files, by="Jo")
    set_statement(register, "N-1", "contradicted", by="A. Toets", today=date(2026, 6, 1),
                  finding="een lijst")  # fmt: skip
    files[0].write_text(DOSSIER.replace("Onderzoek", "Ander onderzoek"), "utf-8")
    done = take_in(register, files, by="Jo")
    assert (done.kept, done.left) == (1, ("nil_statement/N-1",))
    assert register.dossier.find(NilStatement, "N-1").state == "contradicted"
    assert register.dossier.find(Campaign, "C-1").name == "Ander onderzoek"


def test_of_a_file_with_a_fault_nothing_is_kept_nor_of_the_others(register, files):
    files[0].write_text(DOSSIER.replace("unit: dgx", "unit: dgy"), "utf-8")
    with pytest.raises(InputError):
        take_in(register, files, by="Jo")
    assert register.dossier.all(QuestionSet) == []


def test_two_campaigns_in_one_dossier_are_refused(register, files):
    files[1].write_text("campaign: {id: C-2, name: Ander, since: 2026-01-05}", "utf-8")
    with pytest.raises(InputError) as error:
        take_in(register, files, by="Jo")
    assert error.value.code == "dossier.two_campaigns"


PROMISED = """
commitments:
  - {id: T-1, text: een brief, by: de minister, on: 2026-02-01}
"""


@pytest.mark.parametrize("where", ["in one file", "in two files"])
def test_a_record_that_comes_twice_and_differs_is_refused_and_none_is_lost(
    register, files, tmp_path, where
):
    other = PROMISED.replace("een brief", "een ander rapport")
    if where == "in one file":
        files[1].write_text(PROMISED + other.replace("commitments:\n", "").lstrip("\n"), "utf-8")
    else:
        files[1].write_text(PROMISED, "utf-8")
        (tmp_path / "more.yaml").write_text(other, "utf-8")
        files.append(tmp_path / "more.yaml")
    with pytest.raises(InputError) as error:
        take_in(register, files, by="Jo")
    assert error.value.code == "dossier.record_twice"
    assert register.dossier.all(Commitment) == []


def test_a_unit_that_two_ministries_claim_from_the_same_day_is_refused(register, files):
    files[2].write_text("id;naam;ministerie\nvbz;Ministerie;\ndgx;X;een\ndgx;X;twee\n", "utf-8")
    with pytest.raises(InputError) as error:
        take_in(register, files, by="Jo")
    assert error.value.code == "dossier.record_twice"


def test_a_commitment_to_a_unit_that_is_not_there_is_refused(register, files):
    files[1].write_text(PROMISED.replace("by:", "unit: nergens, by:"), "utf-8")
    with pytest.raises(InputError) as error:
        take_in(register, files, by="Jo")
    assert error.value.code == "organisation.no_such_unit"


def test_a_file_that_is_taken_in_again_leaves_the_state_of_its_campaign(register, files):
    take_in(register, files, by="Jo")
    (campaign,) = register.dossier.all(Campaign)
    register.dossier.keep(
        [replace(campaign, state="mandated")], action="campaign_mandated", by="Jo"
    )
    assert take_in(register, files, by="Jo").left == ()
    keep_file(register, files[0], by="Jo")
    assert register.dossier.all(Campaign)[0].state == "mandated"


def test_a_commitment_is_not_added_over_another_one(register):
    one = Commitment("T-1", "een brief", "de minister", date(2026, 2, 1))
    add_commitment(register, one, by="Jo")
    with pytest.raises(InputError) as error:
        add_commitment(register, replace(one, text="iets anders"), by="Jo")
    assert error.value.code == "dossier.commitment_known"
    assert register.dossier.all(Commitment) == [one]


def test_a_file_that_is_imported_again_takes_nothing_back_that_people_did(register, files):
    files[1].write_text(PROMISED + ASKED, "utf-8")
    for each in (files[2], files[0], files[1]):
        take_in(register, [each], by="Jo")
    set_statement(register, "N-1", "contradicted", by="A. Toets", today=date(2026, 6, 1),
                  finding="een lijst")  # fmt: skip
    (asked,) = register.dossier.all(QuestionSet)
    (question,) = asked.questions
    answered = replace(question, state="sent", answer="Ja.", drafted_by="B", approved_by="C")
    late = Extension(date(2026, 5, 1), "meer tijd")
    done = replace(asked, questions=(answered,), letter="L", answered_on=date(2026, 6, 1),
                   extensions=(late,))  # fmt: skip
    (promised,) = register.dossier.all(Commitment)
    kept = replace(promised, state="fulfilled", letter="L", fulfilled_on=date(2026, 6, 1))
    register.dossier.keep([done, kept], action="answers_sent", by="Jo")
    assert [keep_file(register, one, by="Jo") for one in files[:2]] == [0, 0]
    assert register.dossier.all(QuestionSet) == [done]
    assert register.dossier.all(Commitment) == [kept]
    assert register.dossier.find(NilStatement, "N-1").is_wrong
    # What else a file says is taken over; a statement that was looked into cannot become another.
    files[1].write_text((PROMISED + ASKED).replace("een brief", "een rapport"), "utf-8")
    assert keep_file(register, files[1], by="Jo") == 1
    assert register.dossier.all(Commitment) == [replace(kept, text="een rapport")]
    files[0].write_text(DOSSIER.replace("text: niets", "text: iets anders"), "utf-8")
    with pytest.raises(InputError) as error:
        keep_file(register, files[0], by="Jo")
    assert error.value.code == "campaign.statement_other"
