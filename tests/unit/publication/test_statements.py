"""What a published text says is used, and what it denies; and what it only seems to."""

import pytest

from doorlicht.publication.statements import statements_on, words, words_of
from doorlicht.vocabulary import load_vocabulary

NATIONALITY = words_of("nationality", "")
BIRTH = words_of("country_of_birth", "")
RELIGION = words_of("religion", "")
AREA = words_of("neighbourhood", "")


@pytest.mark.parametrize(
    ("text", "pattern", "denied"),
    [
        ("Nationaliteit wordt niet gebruikt.", NATIONALITY, [True]),
        ("Wij gebruiken geen nationaliteit.", NATIONALITY, [True]),
        ("Het model werkt zonder gegevens over nationaliteit.", NATIONALITY, [True]),
        ("Geen nationaliteit, geboorteland of religie.", RELIGION, [True]),
        ("Er worden geen gegevens over nationaliteit, geboorteland of religie gebruikt.", BIRTH,
         [True]),
        ("Nationaliteit, geboorteland en religie worden niet gebruikt.", NATIONALITY, [True]),
        ("Nationaliteit speelt nooit een rol.", NATIONALITY, [True]),
        ("No nationality is used.", NATIONALITY, [True]),
        ("<p>Nationaliteit</p><p>wordt niet gebruikt</p>", NATIONALITY, [False]),
        ("Nationaliteit wordt gebruikt.", NATIONALITY, [False]),
        ("Leeftijd, nationaliteit en bedrag.", NATIONALITY, [False]),
        ("Het gebruikt nationaliteit, geen religie.", NATIONALITY, [False]),
        ("Het gebruikt nationaliteit, geen religie.", RELIGION, [True]),
        ("Nationaliteit en postcode worden gebruikt, religie niet.", NATIONALITY, [False]),
        ("Nationaliteit en postcode worden gebruikt, religie niet.", RELIGION, [True]),
        ("Nationaliteit wordt niet gebruikt, maar postcode wel.", AREA, [False]),
        ("Geen religie, wel nationaliteit.", NATIONALITY, [False]),
        ("Niet alleen nationaliteit telt mee.", NATIONALITY, [False]),
        ("Nationaliteit wordt niet gedeeld met derden.", NATIONALITY, []),
        ("Discriminatie op nationaliteit is niet toegestaan.", NATIONALITY, []),
        ("Religie wordt niet gebruikt. Nationaliteit wordt gebruikt.", NATIONALITY, [False]),
        ("De internationale handel.", NATIONALITY, []),
        ("", NATIONALITY, []),
        ("Kenmerken als afkomst en nationaliteit zijn uitgesloten.", NATIONALITY, [True]),
        ("Nationaliteit is buiten beschouwing gelaten.", NATIONALITY, [True]),
        ("Dat nationaliteit meetelt is niet uitgesloten.", NATIONALITY, [False]),
        ("Nationaliteit speelt geen rol.", NATIONALITY, [True]),
        ("Geen persoonsgegevens.", words("personal"), [True]),
        ("Er worden geen andere persoonsgegevens gebruikt dan naam.", words("personal"), [False]),
        ("Naast persoonsgegevens worden geen aantallen gebruikt.", words("personal"), [False]),
        ("Er zijn geen bijzondere persoonsgegevens.", words("special"), [True]),
    ],
)  # fmt: skip
def test_a_denial_is_told_from_what_only_looks_like_one(text, pattern, denied):
    assert [one.is_denied for one in statements_on("source_data", text, pattern)] == denied


def test_every_concept_of_the_vocabulary_has_words_of_its_own_that_its_name_fits():
    for name, concept in load_vocabulary().concepts.items():
        pattern = words_of(name, "")
        assert pattern.pattern != name, name
        assert any(pattern.search(part) for part in (concept.name["nl"], concept.name["en"])), name


def test_a_long_text_is_read_in_good_time():
    text = "geen nationaliteit, " * 20_000
    assert len(list(statements_on("data", text, NATIONALITY))) < 5_000


def test_only_the_beginning_of_a_long_sentence_is_repeated():
    (one,) = statements_on("data", "nationaliteit " + "x" * 5_000, NATIONALITY)
    assert len(one.said) <= 201
