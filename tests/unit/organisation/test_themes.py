"""Themes are proposed from the words of a question, and the reading guide leaves nothing out."""

from dataclasses import replace

import pytest

from doorlicht.errors import InputError
from doorlicht.language import LANGUAGES
from doorlicht.organisation import (
    check_themes,
    known_themes,
    make_reading_guide,
    propose_themes,
    with_proposed_themes,
)
from doorlicht.records import Question, QuestionSet

# Invented questions on an invented ministry, with the themes that a person gave them.
QUESTIONS = [
    ("Welke organisaties van uw ministerie zijn bij het onderzoek niet meegenomen, en waarom?",
     {"organisations_not_covered"}),
    ("Waarom zijn twee directoraten-generaal die in oprichting waren buiten beschouwing gelaten?",
     {"organisations_not_covered"}),
    ("Wanneer worden de ontbrekende organisaties alsnog onderzocht?",
     {"organisations_not_covered"}),
    ("Heeft de Auditdienst Rijk de uitkomsten getoetst?", {"external_audit"}),
    ("Deelt u de mening dat dit zorgelijk is?", set()),
    ("Kunt u het rapport van de externe audit aan de Kamer sturen?", {"external_audit"}),
    ("Hoe stemt u de aanpak af met andere ministeries?", {"coordinated_approach"}),
    ("Komt er een rijksbreed plan van aanpak, en wie voert de regie?", {"coordinated_approach"}),
    ("Wat doet u als toch onrechtmatig gebruik van afkomstgegevens wordt gevonden?",
     {"wrong_use_found"}),
    ("Worden betrokkenen geïnformeerd, en worden hun gegevens vernietigd?", {"wrong_use_found"}),
    ("Is ook gekeken naar beeldmateriaal, zoals pasfoto's en camerabeelden?", {"image_material"}),
    ("Gebruikt een dienst gezichtsherkenning bij controles?", {"image_material"}),
    ("Op welke wijze is het onderzoek uitgevoerd en welke zoektermen zijn gebruikt?", {"method"}),
    ("Is er met een steekproef gewerkt?", {"method"}),
    ("Welke gegevens zijn echt noodzakelijk voor de taak, en welke bewaartermijnen gelden?",
     {"data_minimisation"}),
    ("Hoe wordt dataminimalisatie in de processen geborgd?", {"data_minimisation"}),
    ("Vallen deze risicomodellen onder het algoritmekader en de AI-verordening?",
     {"frameworks_for_algorithms"}),
    ("Staan alle algoritmes van het ministerie in het Algoritmeregister?",
     {"frameworks_for_algorithms"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), QUESTIONS, ids=range(1, len(QUESTIONS) + 1))
def test_the_themes_of_a_question_are_proposed_from_its_words(text, expected):
    assert {one.theme for one in propose_themes(text)} == expected


@pytest.mark.parametrize(
    "text",
    [
        "Hoe laat vaart het laatste pontveer op zondag?",
        "Wanneer is de brug klaar, en wat kost zij?",
        "Bent u bekend met het bericht over de sluizen?",
        "De adressen zijn gewijzigd. Klopt dat?",
        "Zijn de kaaien en de sluiskolk hersteld?",
    ],
)
def test_a_question_about_something_else_gets_no_theme(text):
    assert propose_themes(text) == []


def test_a_proposal_names_the_words_by_which_it_was_made():
    (found,) = propose_themes("Wordt GECOÖRDINEERD opgetrokken met alle ministeries?")
    assert found.words == ("gecoordineerd", "alle ministeries", "ministeries")


def test_words_that_stand_in_two_sentences_do_not_stand_together():
    together = "Zijn organisaties niet bezocht?"
    assert [one.theme for one in propose_themes(together)] == ["organisations_not_covered"]
    assert propose_themes("Er zijn organisaties bezocht. Dat was niet duur.") == []


def a_set(*questions):
    return QuestionSet("Q-1", "written", "On origin data", None, questions=questions)


def test_a_guide_names_for_each_theme_its_questions_and_those_without_any():
    asked = with_proposed_themes(
        a_set(*(Question(at, text) for at, (text, _) in enumerate(QUESTIONS, start=1)))
    )
    guide = make_reading_guide(asked)
    assert [one.theme for one in guide.entries] == list(known_themes())
    assert {one.theme: one.questions for one in guide.entries}["external_audit"] == (4, 6)
    assert guide.without == (5,)
    named = {number for one in guide.entries for number in one.questions} | set(guide.without)
    assert named == set(range(1, 19))


def test_what_people_chose_stays_and_a_withdrawn_question_is_not_in_the_guide():
    chosen = Question(2, "Is er met een steekproef gewerkt?", ("external_audit",))
    gone = replace(chosen, number=1, state="withdrawn", reason="asked elsewhere")
    guide = make_reading_guide(with_proposed_themes(a_set(chosen, gone)))
    assert [(one.theme, one.questions) for one in guide.entries] == [("external_audit", (2,))]


def test_themes_are_kept_in_the_order_of_the_guide_and_unknown_ones_refused():
    assert check_themes(["method", "external_audit", "method"]) == ("external_audit", "method")
    with pytest.raises(InputError) as refused:
        check_themes(["methods"])
    assert refused.value.details["nearest"] == "method"


def test_every_theme_has_a_name_in_both_languages():
    assert all(one.label[language] for one in known_themes().values() for language in LANGUAGES)
