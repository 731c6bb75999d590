"""Terms in free text: what is found in sentences, and what only has the same letters."""

from __future__ import annotations

import pickle

import pytest

from doorlicht.vocabulary import TermFinder, load_vocabulary
from doorlicht.vocabulary.text import add_text_hits

FINDER = load_vocabulary().terms


def found(text: str, finder: TermFinder = FINDER) -> set[tuple[str, str]]:
    return {(hit.concept, term) for hit in finder.count([text]) for term in hit.rows_per_term}


HITS = [
    ("Klant heeft de Turkse nationaliteit.", "nationality", "turkse"),
    ("Mw. bezit een dubbele nationaliteit", "nationality", "dubbele nationaliteit"),
    ("Zij is geboren in Paramaribo.", "country_of_birth", "geboren in"),
    ("Meneer spreekt geen Nederlands.", "language", "spreekt geen nederlands"),
    ("Haar MOEDERTAAL is Tigrinya", "language", "moedertaal"),
    ("Gezin met een migratieachtergrond", "migration_background", "migratieachtergrond"),
    ("niet-westerse allochtoon, zie dossier", "migration_background", "niet-westerse"),
    ("Verblijfsvergunning verlopen op 1 mei", "residence_status", "verblijfsvergunning"),
    ("betrokkene is statushouder", "residence_status", "statushouder"),
    ("tolk nodig bij het gesprek", "interpreter", "tolk nodig"),
    ("Gaat iedere week naar de moskee", "religion", "moskee"),
    ("buitenlands uiterlijk", "ethnicity_race", "buitenlands uiterlijk"),
    ("She was born in Morocco", "country_of_birth", "born in"),
    ("Applicant holds Syrian citizenship", "nationality", "syrian"),
    ("asylum seeker since 2015", "residence_status", "asylum seeker"),
    ("(Afghaanse)", "nationality", "afghaanse"),
    ("herkomst:Somalische", "nationality", "somalische"),
    ("Staatsangehörigkeit: unbekannt", "nationality", "staatsangehörigkeit"),
    ("İstanbul, Turkse winkel", "nationality", "turkse"),
]

MISSES = [
    "De kolk is schoon", "Betaald via de bank", "Hij werkt met java en python",
    "turksevlag", "xnationaliteit", "nationaliteit_code", "statushouders1",
    "De Nederlandse regels, in het Nederlands", "Turkey sandwich",
    "Engelse drop bij Jamin", "landelijk gemiddelde", "protein", "taalkundig", "", " \n ", "1234",
]  # fmt: skip


@pytest.mark.parametrize(("text", "concept", "term"), HITS, ids=[text for text, _, _ in HITS])
def test_a_term_in_a_sentence_is_found(text: str, concept: str, term: str) -> None:
    assert (concept, term) in found(text)


@pytest.mark.parametrize("text", MISSES, ids=range(len(MISSES)))
def test_a_lookalike_in_a_sentence_is_not(text: str) -> None:
    assert found(text) == set()


OWN = TermFinder(
    {"nationaliteit": "nationality", "dubbele nationaliteit": "second_nationality",
     "turks": "nationality", "turkse": "nationality", "moskee": "religion"}
)  # fmt: skip


def test_the_longest_term_wins_and_counts_once() -> None:
    assert found("een dubbele nationaliteit", OWN) == {
        ("second_nationality", "dubbele nationaliteit")
    }
    assert found("turkse", OWN) == {("nationality", "turkse")}


@pytest.mark.parametrize("sign", [" ", ",", ".", "(", "'", "-", "/", "\t", "\u201c"])
def test_signs_and_space_end_a_word(sign: str) -> None:
    assert found(f"x{sign}moskee{sign}x", OWN) == {("religion", "moskee")}


@pytest.mark.parametrize("sign", ["a", "7", "_", "é", "ß"])
def test_letters_digits_and_underscores_do_not(sign: str) -> None:
    assert found(f"{sign}moskee", OWN) == found(f"moskee{sign}", OWN) == set()


def test_rows_and_mentions_are_counted_apart() -> None:
    hits = OWN.count(["moskee", "moskee, moskee en Turks", "", "niets", "turkse moskee"])
    assert [(hit.concept, hit.rows, hit.mentions) for hit in hits] == [
        ("nationality", 2, 2), ("religion", 3, 4),
    ]  # fmt: skip
    assert hits[0].rows_per_term == {"turks": 1, "turkse": 1}


def test_a_term_does_not_run_on_into_the_next_cell() -> None:
    assert OWN.count(["dubbele", "nationaliteit"])[0].concept == "nationality"


def test_a_line_break_inside_a_cell_is_no_next_cell() -> None:
    assert [hit.rows for hit in OWN.count(["a\nb\nmoskee", "moskee"])] == [2]
    assert [hit.rows for hit in OWN.count(["moskee\nmoskee"])] == [1]


def test_batches_of_a_column_add_up_to_the_column() -> None:
    cells = ["moskee", "turkse moskee", "turks", "niets"]
    apart = add_text_hits([OWN.count(cells[:2]), OWN.count(cells[2:])])
    assert apart == OWN.count(cells)


def test_a_letter_that_grows_in_lower_case_moves_no_cell() -> None:
    assert [hit.rows for hit in OWN.count(["İ" * 50, "moskee", "x"])] == [1]
    assert found("İİİ moskee", OWN) == {("religion", "moskee")}


def test_a_finder_works_the_same_in_another_process() -> None:
    assert FINDER.count(["moskee"])
    again = pickle.loads(pickle.dumps(FINDER))  # noqa: S301 (made on this line)
    assert again.count(["moskee", "Turkse"]) == FINDER.count(["moskee", "Turkse"])


def test_terms_stand_alone_between_letters_of_more_than_one_byte():
    finder = TermFinder({"italya": "country_of_birth", "ümit": "ethnicity"})
    cells = ["İtalya, é", "éitalya", "italyaß", "«italya»", "Ümit", "x ümit_", ""]
    (country, ethnicity) = finder.count(cells)
    assert (country.rows, country.mentions) == (2, 2)
    assert (ethnicity.rows, ethnicity.mentions) == (1, 1)
