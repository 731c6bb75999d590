"""Files of a dossier, taken in with each run: what people changed since is left as it is."""

from datetime import date

import pytest

from doorlicht.errors import InputError
from doorlicht.records import Campaign, NilStatement, OrganisationUnit, QuestionSet
from doorlicht.register import open_register
from doorlicht.runs.dossier import set_statement
from doorlicht.runs.dossier_files import take_in
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
