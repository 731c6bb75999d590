"""Names of columns that a published data model gives."""

from __future__ import annotations

import pytest

from doorlicht.vocabulary.load import load_vocabulary
from doorlicht.vocabulary.models import load_models, squash
from doorlicht.vocabulary.names import load_name_terms

TERMS = load_name_terms()

SURE = [
    ("GBAHERKOMSTGROEPERING", "migration_background"),
    ("GBAAANTALOUDERSBUITENLAND", "parents_country_of_birth"),
    ("PB220A", "nationality"),
    ("COUNTRYB", "country_of_birth"),
    ("COBFATH", "parents_country_of_birth"),
    ("CRYOX7", "country_of_birth"),
    ("NATOX7", "nationality"),
    ("PEFNTVTY", "parents_country_of_birth"),
    ("YOEP", "immigration_history"),
    ("DVISMIN", "ethnicity_race"),
    ("MTNNO", "language"),
    ("INATC", "nationality"),
    ("cntbrthd", "country_of_birth"),
    ("rlgdnnl", "religion"),
    ("COBN_S", "country_of_birth"),
    ("ENTIDAD_NAC", "place_of_birth"),
    ("RIDRETH3", "ethnicity_race"),
]


@pytest.mark.parametrize(("name", "concept"), [pytest.param(*row, id=row[0]) for row in SURE])
def test_a_name_of_a_data_model_stands_for_its_concept_alone(name: str, concept: str) -> None:
    assert [match.concept for match in TERMS.read_name(name).matches] == [concept]


@pytest.mark.parametrize("name", ["ENG", "CIT", "NOP", "KOL", "DECADE", "V131", "Q263", "EF368"])
def test_a_short_name_alone_is_not_taken_for_one_of_a_model(name: str) -> None:
    matches = TERMS.read_row(["id", "amount", name])[2].matches
    assert not [match for match in matches if match.level == "certain"]


@pytest.mark.parametrize(
    ("names", "concept"),
    [
        (["SERIALNO", "AGEP", "ENG"], "language"),
        (["CASEID", "V012", "V131"], "ethnicity_race"),
        (["PPSORT", "HDGREE", "KOL"], "language"),
        (["EF1", "EF44", "EF368"], "nationality"),
    ],
    ids=["acs", "dhs", "canada", "mikrozensus"],
)
def test_a_short_name_counts_among_others_of_its_model(names: list[str], concept: str) -> None:
    assert [match.concept for match in TERMS.read_row(names)[-1].matches] == [concept]


def test_the_country_of_a_survey_is_known_for_something_else() -> None:
    reading = TERMS.read_row(["idno", "essround", "gndr", "cntry"])[-1]
    assert reading.is_element
    assert reading.matches == ()


def test_every_concept_of_the_models_is_one_of_the_vocabulary() -> None:
    models = load_models()
    named = {*models.sure.values(), *(c for model in models.models for c in model.among.values())}
    assert named - {""} <= set(load_vocabulary().concepts)


def test_code_that_names_a_column_of_a_model_is_not_passed_over() -> None:
    assert {"pb220a", "cobn_s"} <= TERMS.telling_words()
    assert squash("COBN_S") == "cobns"
