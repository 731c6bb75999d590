"""What a ministry sends out can be read by who has to read it (language level B1)."""

from __future__ import annotations

import pytest
from tests.document_input import invented
from tests.readability import flesch_douma, sentences, syllables

from doorlicht.reports.documents.content import Items, Note, Paragraph, text_of, walk
from doorlicht.reports.documents.making import KINDS, make_document

LEAST = 70
"""From this score up a text is fairly easy by the table of the formula."""

MOST_WORDS = 25
"""Of one sentence; Parliament and persons concerned read the same sentences."""


@pytest.mark.parametrize(
    ("word", "count"),
    [
        pytest.param("wet", 1, id="one"),
        pytest.param("leeuw", 1, id="three-letters-one-sound"),
        pytest.param("onderzoek", 3, id="oe"),
        pytest.param("toezegging", 3, id="oe-and-e"),
        pytest.param("geïnd", 2, id="trema"),
        pytest.param("coördinator", 5, id="trema-within"),
        pytest.param("bijlage", 3, id="ij"),
        pytest.param("mts", 1, id="no-vowel"),
    ],
)
def test_syllables_are_counted_as_a_reader_does(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_formula_gives_what_it_was_published_to_give() -> None:
    # Ten words of one syllable in one sentence: 206.84 - 77 - 9.3.
    assert flesch_douma(["De man zag de kat op de mat bij haar."]) == pytest.approx(120.54)


def texts_of(kind: str) -> list[str]:
    made, _ = make_document(kind, invented(), "nl", version="0")
    lines = []
    for part, _ in walk(made.parts):
        match part:
            case Paragraph() | Note():
                lines.append(text_of(part.line))
            case Items():
                lines += [text_of(one) for one in part.items]
    return lines


@pytest.mark.parametrize("kind", KINDS)
def test_every_template_is_plain_dutch(kind: str) -> None:
    told = texts_of(kind)
    assert sum(len(one) for one in told) > 300
    assert flesch_douma(told) >= LEAST


@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_of_a_template_is_too_long(kind: str) -> None:
    long = [
        " ".join(words)
        for text in texts_of(kind)
        for words in sentences(text)
        if len(words) > MOST_WORDS
    ]
    assert long == []


def test_a_hard_text_falls_under_the_mark() -> None:
    hard = (
        "Overeenkomstig de departementale inventarisatiesystematiek worden afkomstgerelateerde "
        "persoonsgegevensverwerkingen interdepartementaal gecoördineerd geïdentificeerd."
    )
    assert flesch_douma([hard]) < LEAST
