"""What is known fills a record; what is not known is missing, and nothing is invented."""

from dataclasses import replace
from datetime import date

import pytest

from doorlicht.errors import InputError
from doorlicht.language import LANGUAGES, say
from doorlicht.publication import check_record, passes
from doorlicht.publication.algorithms import families, families_in, family_of
from doorlicht.publication.answers import read_answers
from doorlicht.publication.fields import register_fields
from doorlicht.publication.fill import fill_record
from doorlicht.publication.forms import to_standard
from doorlicht.publication.known_facts import Given, KnownFacts, Measured, OriginData
from doorlicht.publication.plain_text import plain_text

TODAY = date(2026, 11, 27)
FORM_ONLY = {"standard_version", "lang", "source_id"}

PARENT = OriginData(
    "parents_country_of_birth", "geboorteland van ouders", "direct", "race_or_ethnic_origin",
    "used", "landgeb_moeder", "ouder_elders", "toekenningen_2026.parquet", ("FL-1",),
)  # fmt: skip
MODEL = KnownFacts(
    "M-1", "risicomodel", ("M-1", "U-1"), organisation="Ministerie van Voorbeeldzaken",
    units=("Directie Handhaving",), purposes=("kiezen wie wordt heronderzocht",),
    roles=("score",), algorithm="GradientBoostingClassifier", library="scikit-learn 1.5.2",
    target="heronderzoek", features=("leeftijd", "ouder_elders"), feature_source="code",
    outputs=("../uit/lijst.csv",), datasets=("../../uitkeringen/toekenningen_2026.parquet",),
    origin=(PARENT,), is_confirmed=True, since=date(2021, 3, 1),
)  # fmt: skip


def filled(facts=MODEL, answers=None, today=TODAY):
    return fill_record(facts, answers, today=today)


def field(name, facts=MODEL, **more):
    return next((one for one in filled(facts, **more).fields if one.name == name), None)


def test_a_model_of_which_nothing_is_known_fills_nothing():
    made = filled(KnownFacts("M-1", ""))
    assert set(made.record) == FORM_ONLY
    assert "goal" in made.missing
    assert "website" in made.optional


def test_every_field_is_filled_missing_or_optional():
    for facts in (MODEL, KnownFacts("M-1", "")):
        made = filled(facts)
        told = [*made.record, *made.missing, *made.optional]
        assert sorted(told) == sorted(
            one.name for one in register_fields() if one.name not in ("lars", "publication_dt")
        )


def test_what_is_filled_rests_on_evidence_and_passes_where_it_is_filled():
    made = filled()
    for one in made.fields:
        assert one.evidence or one.source == "form", one.name
        for language in LANGUAGES:
            assert not one.lacks or say(one.lacks, language)
    wrong = [one for one in check_record(made.record) if one.rule != "missing"]
    assert passes(wrong)
    wrong = [one for one in check_record(to_standard(made.record)[0]) if one.rule != "missing"]
    assert passes(wrong)


def test_origin_related_data_is_named_with_its_column_and_its_flow():
    data = field("source_data")
    assert "geboorteland van ouders (kolom landgeb_moeder)" in plain_text(data.value)
    assert set(data.evidence) == {"M-1", "FL-1"}
    assert "toekenningen_2026" in data.value
    only_test = replace(MODEL, origin=(replace(PARENT, degree="bias-test-only"),))
    assert "Alleen om te toetsen" in field("source_data", only_test).value
    unused = replace(MODEL, origin=())
    assert "afkomst" not in field("source_data", unused).value


def test_features_that_are_not_known_are_said_to_be_incomplete():
    assert field("source_data").lacks == "publication.lacks.source_data"
    for facts in (replace(MODEL, lost=1), replace(MODEL, feature_source="unknown")):
        assert field("source_data", facts).lacks == "publication.lacks.source_data_open"


def test_a_long_list_is_shortened_to_what_fits_and_says_how_many_more_there_are():
    names = tuple(f"{'kenmerk' * 20}_{at}" for at in range(500))
    value = field("source_data", replace(MODEL, features=names)).value
    assert len(plain_text(value)) <= 2499
    assert "500 kenmerken" in value
    assert "andere" in value


def test_a_name_that_is_very_long_is_cut_and_so_fits():
    facts = KnownFacts(
        "M-1", "m", ("M-1",), features=tuple(f"{at}{'x' * 900}" for at in range(9)),
        feature_source="code", datasets=("y" * 3000,), outputs=("z" * 6000,), algorithm="rules",
    )  # fmt: skip
    record = fill_record(facts, today=TODAY).record
    assert "0" + "x" * 78 + "…" in record["source_data"]
    for form, made in (("api", record), ("standard", to_standard(record)[0])):
        assert {one.rule for one in check_record(made, form)} <= {"missing", "wanted"}


def test_names_of_columns_cannot_bring_html_in():
    odd = replace(MODEL, features=("<script>a</script>", "b & c"), target="<b>x</b>")
    record = filled(odd).record
    assert passes([one for one in check_record(record) if one.rule == "tags"])
    assert "&lt;script&gt;" in record["source_data"]


@pytest.mark.parametrize(
    ("since", "until", "confirmed", "status", "begin", "end"),
    [
        (date(2021, 3, 1), None, True, "In gebruik", "2021-03", None),
        (date(2021, 3, 1), TODAY, True, "In gebruik", "2021-03", None),
        (date(2021, 3, 1), date(2022, 5, 9), True, "Buiten gebruik", "2021-03", "2022-05"),
        (None, date(2022, 5, 9), True, "Buiten gebruik", None, "2022-05"),
        (date(2027, 1, 1), None, True, "In ontwikkeling", "2027-01", None),
        (None, None, True, None, None, None),
        (date(2021, 3, 1), None, False, None, None, None),
    ],
)
def test_only_a_confirmed_period_gives_status_and_dates(
    since, until, confirmed, status, begin, end
):
    facts = replace(MODEL, since=since, until=until, is_confirmed=confirmed)
    record = filled(facts).record
    found = [record.get(name) for name in ("status", "begin_date", "end_date")]
    assert found == [status, begin, end]


@pytest.mark.parametrize(
    ("fact", "value", "field_name", "words"),
    [
        ("high_risk_ai", True, "publication_category", "Hoog-risico AI-systeem"),
        ("high_risk_ai", False, "publication_category", None),
        ("impactful", True, "publication_category", "Impactvolle algoritmes"),
        ("automated", True, "human_intervention", "geen menselijke tussenkomst"),
        ("automated", False, "human_intervention", None),
        ("human_review", True, "human_intervention", "beoordeelt elke selectie"),
        ("human_review", False, "human_intervention", "Niet elke selectie"),
        ("dpia_done", True, "impacttoetsen_grouping", "DPIA"),
        ("dpia_done", False, "impacttoetsen_grouping", None),
        ("dpia_done", False, "impacttoetsen", "geen DPIA"),
        ("fria_done", True, "impacttoetsen_grouping", "Grondrechtentoets"),
        ("risk_managed", True, "risks", "risicobeheer"),
        ("law_permits", "none", "lawful_basis", None),
        ("law_permits", "explicit", "lawful_basis", "Participatiewet"),
    ],
)
def test_answers_in_an_assessment_fill_only_what_they_say(fact, value, field_name, words):
    given = Given(value, "U-1", ("Participatiewet art. 17",))
    made = field(field_name, replace(MODEL, answers={fact: given}))
    if words is None:
        assert made is None
    else:
        assert words in str(made.value)
        assert made.evidence == ("U-1",)


def test_a_law_is_named_only_where_an_answer_names_it():
    given = Given("explicit", "U-1")
    assert field("lawful_basis", replace(MODEL, answers={"law_permits": given})) is None


def test_what_was_measured_is_told_with_how_much_and_not_for_whom():
    one = Measured("AU-1", "nationaliteit", 12, 3, date(2026, 10, 2))
    risks = field("risks", replace(MODEL, measured=(one, replace(one, differing=0))))
    assert "3 van 12 vergelijkingen" in risks.value
    assert "geen verschil" in risks.value
    assert risks.evidence == ("AU-1",)


def test_rules_are_told_as_made_by_people_and_models_as_trained():
    assert "met gegevens getraind" in field("methods_and_models").value
    rules = replace(MODEL, algorithm="rules", library="", target="", roles=("selection",))
    assert "door mensen opgesteld" in field("methods_and_models", rules).value
    assert "kiest gevallen uit" in field("description_short", rules).value
    unknown = replace(MODEL, algorithm="Onbekend")
    method = field("methods_and_models", unknown).value
    assert "Onbekend" in method
    assert "getraind" not in method
    assert "mensen" not in method


def test_people_go_before_evidence_and_that_is_told():
    made = {one.name: one for one in filled(answers={"name": "Kiezen", "provider": "Zelf",
                                                     "source_data": None}).fields}  # fmt: skip
    assert made["name"].value == "Kiezen"
    assert made["name"].replaced
    assert not made["provider"].replaced
    assert "source_data" not in made


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"theme": "Werk"}, {"category": ["Werk"]}),
        ({"category": ["Werk"]}, {"category": ["Werk"]}),
        ({"publication_category": "Overige algoritmes (Categorie C)"},
         {"publication_category": "Overige algoritmes"}),
        ({"impact_assessments": "DPIA", "impact_assessment_link": "https://a.example"},
         {"impacttoetsen_grouping": [{"title": "DPIA", "link": "https://a.example"}]}),
        ({"impacttoetsen_grouping": ["DPIA", "IAMA"]},
         {"impacttoetsen_grouping": [{"title": "DPIA"}, {"title": "IAMA"}]}),
        ({"impact_assessments": "Geen"}, {"impacttoetsen_grouping": []}),
        ({"start_date": date(2021, 3, 1)}, {"begin_date": "2021-03-01"}),
        ({"purpose_and_impact": " Doel "}, {"goal": "Doel"}),
        ({"legal_basis": None}, {"lawful_basis": None}),
        ({}, {}),
    ],
)  # fmt: skip
def test_answers_may_use_the_names_of_either_form(given, made):
    assert read_answers(given) == made


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([1], "publish.no_answers"),
        (None, "publish.no_answers"),
        ({"naam": "x"}, "publish.unknown_field"),
        ({3: "x"}, "publish.unknown_field"),
        ({"goal": "a", "purpose_and_impact": "b"}, "publish.given_twice"),
    ],
)
def test_answers_that_cannot_be_used_are_told(given, code):
    with pytest.raises(InputError) as told:
        read_answers(given)
    assert told.value.code == code


@pytest.mark.parametrize(
    ("algorithm", "family"),
    [
        ("xgboost.XGBClassifier", "boosting"), ("HistGradientBoostingRegressor", "boosting"),
        ("RandomForestClassifier", "forest"), ("DecisionTreeClassifier", "tree"),
        ("sklearn.linear_model.LogisticRegression", "logistic"), ("stats::glm", "linear"),
        ("rules", "rules"), ("IsolationForest", "isolation"), ("MLPClassifier", "neural"),
        ("mijn_model", None), ("", None), ("psql", None),
    ],
)  # fmt: skip
def test_a_class_is_of_one_family_or_of_none(algorithm, family):
    found = family_of(algorithm)
    assert (found.id if found else None) == family


def test_every_family_has_a_name_by_which_a_text_is_recognised():
    for one in families():
        told = say(f"publication.text.family.{one.id}", "nl")
        assert one.group in {found.group for found in families_in(told)}, one.id
