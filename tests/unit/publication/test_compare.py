"""Where a published record and the evidence disagree, and where they do not."""

from dataclasses import replace
from datetime import date

import pytest

from doorlicht.errors import InputError
from doorlicht.language import LANGUAGES
from doorlicht.publication.compare import compare_record, say_disagreement
from doorlicht.publication.known_facts import Decided, Given, KnownFacts, Measured, OriginData
from doorlicht.publication.published import as_of_today, find_record, read_json, records_of

TODAY = date(2026, 11, 27)
NATIONALITY = OriginData(
    "nationality", "nationaliteit", "direct", "nationality", "used", "natcd", "natcd",
    "data/brp_personen_2019.csv", ("FL-1", "F-1"),
)  # fmt: skip
BIRTH = replace(
    NATIONALITY, concept="country_of_birth", label="geboorteland",
    legal_class="race_or_ethnic_origin", evidence=("FL-2",),
)  # fmt: skip
RELIGION = replace(NATIONALITY, concept="religion", label="godsdienst", legal_class="religion")
AREA = replace(NATIONALITY, concept="neighbourhood", label="buurt of postcode", kind="proxy")
FACTS = KnownFacts(
    "M-1", "risicomodel", ("M-1", "U-1"), algorithm="xgboost.XGBClassifier", origin=(NATIONALITY,),
    is_confirmed=True, since=date(2019, 5, 1),
)  # fmt: skip
AGREES = {
    "name": "Risicomodel", "status": "In gebruik", "begin_date": "2019-05",
    "source_data": "Leeftijd en nationaliteit uit de BRP (personen).",
    "methods_and_models": "Boosting: een reeks beslisbomen, getraind met machine learning.",
    "lawful_basis": "Participatiewet",
    "impacttoetsen_grouping": [{"title": "DPIA"}],
    "human_intervention": "Een medewerker beslist.", "risks": "Discriminatie wordt gemeten.",
    "publication_category": "Impactvolle algoritmes",
}  # fmt: skip


def told(changes=None, facts=FACTS, today=TODAY):
    record = {**AGREES, **(changes or {})}
    record = {name: value for name, value in record.items() if value is not ...}
    return {(one.field, one.degree, one.rule) for one in compare_record(record, facts, today=today)}


def with_answer(fact, value, *documents):
    return replace(FACTS, answers={fact: Given(value, "U-1", documents)})


def test_a_record_that_says_what_the_evidence_says_agrees():
    assert told() == set()


def test_nothing_is_known_so_nothing_disagrees():
    assert told(facts=KnownFacts("M-1", "x")) == set()


@pytest.mark.parametrize(
    ("changes", "facts", "expected"),
    [
        ({"source_data": "Er wordt geen nationaliteit gebruikt, wel BRP."}, FACTS,
         ("source_data", "contradicts", "origin_denied")),
        ({"source_data": "BRP", "risks": "Afkomst speelt geen rol bij discriminatie."}, FACTS,
         ("risks", "contradicts", "origin_denied")),
        ({"source_data": "Leeftijd uit de BRP"}, FACTS,
         ("source_data", "less", "origin_not_named")),
        ({"source_data": ..., "source_data_grouping": [{"title": "BRP", "link": "x"}]}, FACTS,
         ("source_data", "not_said", "origin_not_named")),
        ({"source_data": "BRP, nationaliteit wordt niet gebruikt"},
         replace(FACTS, origin=(replace(NATIONALITY, degree="candidate"),)),
         ("source_data", "less", "origin_making_denied")),
        ({"source_data": "BRP"},
         replace(FACTS, origin=(replace(NATIONALITY, degree="weights-only"),)),
         ("source_data", "less", "origin_making_not_named")),
        ({"source_data": "BRP, nationaliteit"}, replace(FACTS, origin=(NATIONALITY, AREA)),
         ("source_data", "less", "origin_not_named")),
        ({"goal": "Er zijn geen persoonsgegevens."}, FACTS,
         ("goal", "contradicts", "personal_denied")),
        ({"source_data": "BRP, nationaliteit, geloof. Geen bijzondere persoonsgegevens."},
         replace(FACTS, origin=(NATIONALITY, RELIGION)),
         ("source_data", "contradicts", "special_denied")),
        ({"source_data": "BRP, geboorteland. Geen bijzondere persoonsgegevens."},
         replace(FACTS, origin=(BIRTH,)), ("source_data", "less", "special_asked")),
        ({"source_data": "BRP, geboorteland. Geen bijzondere persoonsgegevens."},
         replace(with_answer("special", True), origin=(BIRTH,)),
         ("source_data", "contradicts", "special_denied")),
        ({"goal": "Er vindt geen risicoselectie plaats."}, FACTS,
         ("goal", "contradicts", "selects_denied")),
        ({}, replace(FACTS, datasets=("x/belastingaangiften_2020.parquet",)),
         ("source_data", "less", "source_not_named")),
        ({"methods_and_models": "Regels, zonder machine learning. Boosting."}, FACTS,
         ("methods_and_models", "contradicts", "learned_denied")),
        ({"methods_and_models": "Boosting bestaat uitsluitend uit vaste regels."}, FACTS,
         ("methods_and_models", "contradicts", "learned_denied")),
        ({"methods_and_models": "Een neuraal netwerk."}, FACTS,
         ("methods_and_models", "contradicts", "algorithm_other")),
        ({"methods_and_models": "Vaste beslisregels."}, FACTS,
         ("methods_and_models", "contradicts", "algorithm_other")),
        ({"methods_and_models": "Een zelflerend systeem."}, replace(FACTS, algorithm="rules"),
         ("methods_and_models", "contradicts", "algorithm_other")),
        ({"methods_and_models": "Een model."}, FACTS,
         ("methods_and_models", "less", "algorithm_not_named")),
        ({"methods_and_models": None}, FACTS,
         ("methods_and_models", "not_said", "algorithm_not_named")),
        ({}, with_answer("automated", True),
         ("human_intervention", "contradicts", "human_automated")),
        ({"human_intervention": ""}, with_answer("automated", True),
         ("human_intervention", "not_said", "human_automated")),
        ({}, with_answer("human_review", False),
         ("human_intervention", "contradicts", "human_human_review")),
        ({"human_intervention": "Er is geen menselijke tussenkomst."},
         with_answer("human_review", True), ("human_intervention", "contradicts", "human_denied")),
        ({"risks": "Het algoritme discrimineert niet."},
         replace(FACTS, measured=(Measured("AU-1", "natcd", 3, 2, TODAY),)),
         ("risks", "contradicts", "difference_denied")),
        ({"risks": "Er is monitoring."},
         replace(FACTS, measured=(Measured("AU-1", "natcd", 3, 2, TODAY),)),
         ("risks", "less", "difference_not_named")),
        ({}, with_answer("law_permits", "none"),
         ("lawful_basis", "contradicts", "basis_law_permits")),
        ({}, with_answer("art6", False), ("lawful_basis", "contradicts", "basis_art6")),
        ({}, with_answer("law_permits", "explicit", "Vreemdelingenwet art. 107"),
         ("lawful_basis", "less", "basis_other")),
        ({"lawful_basis": None}, FACTS, ("lawful_basis", "not_said", "basis_not_said")),
        ({}, replace(FACTS, decided=(Decided("U-1", "A-1", "onrechtmatig", "onrechtmatig", True),)),
         ("status", "less", "verdict")),
        ({"end_date": "2024-03"}, replace(FACTS, until=date(2024, 3, 1)),
         ("status", "contradicts", "ended")),
        ({"status": "Buiten gebruik"}, replace(FACTS, until=date(2028, 1, 1)),
         ("status", "contradicts", "not_ended")),
        ({"status": "In ontwikkeling"}, FACTS, ("status", "contradicts", "begun")),
        ({"begin_date": "2020-01"}, FACTS, ("begin_date", "contradicts", "began_before")),
        ({"begin_date": None}, FACTS, ("begin_date", "not_said", "begin_not_said")),
        ({"status": "Buiten gebruik", "end_date": "2023-01"},
         replace(FACTS, until=date(2024, 3, 1)), ("end_date", "contradicts", "ended_after")),
        ({"status": "Buiten gebruik"}, replace(FACTS, until=date(2024, 3, 1)),
         ("end_date", "not_said", "end_not_said")),
        ({}, with_answer("dpia_done", False),
         ("impacttoetsen_grouping", "contradicts", "dpia_not_done")),
        ({"impacttoetsen_grouping": None}, with_answer("dpia_done", True),
         ("impacttoetsen_grouping", "not_said", "dpia_done")),
        ({"impacttoetsen_grouping": [{"title": "IAMA"}]}, with_answer("dpia_done", True),
         ("impacttoetsen_grouping", "less", "dpia_done")),
        ({"impacttoetsen_grouping": [], "impacttoetsen": "Er is geen DPIA nodig."},
         with_answer("dpia_done", True), ("impacttoetsen_grouping", "contradicts", "dpia_done")),
        ({"impacttoetsen_grouping": None}, FACTS,
         ("impacttoetsen_grouping", "not_said", "dpia_not_said")),
        ({"impacttoetsen_grouping": [{"title": "DPIA"}, {"title": "IAMA"}]},
         with_answer("fria_done", False),
         ("impacttoetsen_grouping", "contradicts", "rights_assessment_not_done")),
        ({}, with_answer("fria_done", True),
         ("impacttoetsen_grouping", "less", "rights_assessment_done")),
        ({}, with_answer("high_risk_ai", True),
         ("publication_category", "contradicts", "category_high_risk_ai")),
        ({"publication_category": "Overige algoritmes"}, with_answer("impactful", True),
         ("publication_category", "contradicts", "category_impactful")),
    ],
)  # fmt: skip
def test_each_disagreement_has_its_degree(changes, facts, expected):
    assert told(changes, facts) == {expected}
    record = {name: value for name, value in {**AGREES, **changes}.items() if value is not ...}
    (one,) = compare_record(record, facts, today=TODAY)
    assert one.evidence
    assert bool(one.said) == (one.degree != "not_said")
    for language in LANGUAGES:
        assert say_disagreement(one, language)


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({}, replace(FACTS, origin=(replace(NATIONALITY, degree="bias-test-only"),))),
        ({"source_data": "Geen BRP"}, replace(FACTS, origin=())),
        ({}, replace(FACTS, origin=(NATIONALITY,), datasets=("export_2019.csv",))),
        ({"methods_and_models": "Een random forest."}, FACTS),
        ({"methods_and_models": "Iets."}, replace(FACTS, algorithm="EigenModel")),
        ({}, with_answer("automated", False)),
        ({"human_intervention": "Er is geen menselijke tussenkomst."},
         with_answer("automated", True)),
        ({}, replace(FACTS, measured=(Measured("AU-1", "natcd", 3, 0, TODAY),))),
        ({}, with_answer("law_permits", "explicit", "Participatiewet art. 17")),
        ({"risks": "Discriminatie. De minister oordeelde: onrechtmatig."},
         replace(FACTS, decided=(Decided("U-1", "A-1", "onrechtmatig", "onrechtmatig", True),))),
        ({}, replace(FACTS, decided=(Decided("U-1", "A-1", "rechtmatig", "rechtmatig", False),))),
        ({"begin_date": "2018-01"}, FACTS),
        ({"begin_date": "2024-01"}, replace(FACTS, is_confirmed=False)),
        ({"status": "Buiten gebruik", "end_date": "2024-06"},
         replace(FACTS, until=date(2024, 3, 1))),
        ({}, with_answer("high_risk_ai", False)),
        ({"publication_category": "Hoog-risico AI-systeem"}, with_answer("impactful", True)),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_disagreement_is_none(changes, facts):
    assert told(changes, facts) == set()


def test_contradictions_come_first():
    found = compare_record({"name": "x", "goal": "Geen nationaliteit."}, FACTS, today=TODAY)
    degrees = [one.degree for one in found]
    assert degrees == sorted(degrees, key=["contradicts", "less", "not_said"].index)
    assert len(set(degrees)) > 1


def test_a_record_of_the_standard_is_compared_as_well():
    record = {"name": "x", "theme": [], "data": "Nationaliteit wordt niet gebruikt.",
              "schema": "1.0.0"}  # fmt: skip
    first = compare_record(record, FACTS, today=TODAY)[0]
    assert (first.field, first.rule) == ("source_data", "origin_denied")


RECORDS = [{"name": "Eerste", "lars": "1"}, {"name": "Tweede", "lars": 2, "source_id": "M-2"}]


@pytest.mark.parametrize(
    ("tree", "wanted", "more", "name"),
    [
        (RECORDS[0], "", {}, "Eerste"),
        (RECORDS, "1", {}, "Eerste"),
        (RECORDS, "2", {}, "Tweede"),
        (RECORDS, " TWEEDE ", {}, "Tweede"),
        (RECORDS, "", {"own_id": "M-2"}, "Tweede"),
        (RECORDS, "", {"own_id": "M-9", "name": "eerste"}, "Eerste"),
        ({"results": RECORDS, "total_count": 2}, "1", {}, "Eerste"),
        ({"data": {"results": RECORDS}}, "1", {}, "Eerste"),
        ([None, 3, {}, *RECORDS], "1", {}, "Eerste"),
    ],
)
def test_the_record_that_is_meant_is_found(tree, wanted, more, name):
    assert find_record(records_of(tree), wanted, **more)["name"] == name


@pytest.mark.parametrize(
    ("tree", "wanted", "code"),
    [
        (RECORDS, "", "publish.which_record"),
        ([*RECORDS, *RECORDS], "Eerste", "publish.which_record"),
        (RECORDS, "Derde", "publish.no_such_record"),
    ],
)
def test_it_is_asked_which_record_is_meant(tree, wanted, code):
    with pytest.raises(InputError) as error:
        find_record(records_of(tree), wanted)
    assert error.value.code == code
    assert "Eerste" in str(error.value.details["known"])


@pytest.mark.parametrize("tree", [{}, [], [1], "x", None, {"results": []}, {"name": 3}])
def test_what_holds_no_record_is_told(tree):
    with pytest.raises(InputError) as error:
        records_of(tree)
    assert error.value.code == "publish.no_record"


def test_records_of_older_versions_are_read_by_the_names_of_today():
    record = as_of_today({
        "name": "Oud", "goal": "Doel", "impact": "Impact", "dpia": "Ja", "iama": "Nee",
        "lawful_basis_link": "https://a.example", "impacttoetsen": ["DEDA"], "department": "X",
    })  # fmt: skip
    assert record["goal"] == "Doel\nImpact"
    assert [one["title"] for one in record["impacttoetsen_grouping"]] == ["DEDA", "DPIA"]
    assert record["lawful_basis_grouping"][0]["link"] == "https://a.example"
    assert record["department"] == "X"


@pytest.mark.parametrize("text", ["", "{", '{"a": 1, "a": 2}', "[" * 100_000])
def test_json_that_cannot_be_used_is_told(text):
    with pytest.raises(ValueError):  # noqa: PT011 (of the library, as its message)
        read_json(text)
