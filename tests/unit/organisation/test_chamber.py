"""The open data of the Chamber gives motions, commitments and questions with their terms."""

import json
from datetime import date
from pathlib import Path

import pytest

from doorlicht.errors import InputError
from doorlicht.organisation import read_chamber, shipped_rules, term_of, term_of_commitment

SAMPLE = Path(__file__).parents[2] / "data/chamber"
PAGES = {path.name: path.read_bytes() for path in sorted(SAMPLE.glob("*.json"))}


def test_written_questions_come_with_their_notice_and_answer_and_give_a_term():
    asked, undated, consultation = read_chamber(PAGES).question_sets
    assert (asked.id, asked.by, asked.to) == (
        "2024Z90001", "Q. Verzonnen (Lijst Veer)", "minister van Waterlinie en Veren",
    )  # fmt: skip
    assert [(one.on, one.letter) for one in asked.extensions] == [
        (date(2024, 3, 22), "2024D90002"),
    ]
    assert (asked.answered_on, asked.letter) == (date(2024, 6, 18), "2024D90003")
    term = term_of(asked, date(2026, 1, 1), shipped_rules())
    assert (term.state, term.due, term.late_days) == ("late", date(2024, 4, 15), 64)
    assert undated.asked_on is None
    assert (consultation.kind, consultation.due) == ("consultation", None)


def test_commitments_come_with_who_promised_what_where_and_until_when():
    open_one, done = read_chamber(PAGES).commitments
    assert (open_one.id, open_one.by, open_one.at, open_one.on, open_one.due, open_one.state) == (
        "TZ202404-901", "Minister van Waterlinie en Veren, Bedacht, A.",
        "Commissiedebat Veren 2024A90001", date(2024, 4, 10), date(2024, 10, 1), "open",
    )  # fmt: skip
    assert term_of_commitment(open_one, date(2026, 1, 1), shipped_rules()).state == "overdue"
    assert (done.state, done.letter, done.due) == ("fulfilled", "2024D90050", None)


def test_motions_and_letters_are_read_and_what_was_deleted_is_not():
    found = read_chamber(PAGES)
    assert [(one.id, one.state, one.on) for one in found.motions] == [
        ("2024Z90003", "tabled", date(2023, 11, 7)),
    ]
    assert [(one.id, one.on) for one in found.letters] == [("2024D90050", date(2024, 9, 3))]


def test_only_what_has_a_word_is_kept():
    found = read_chamber(PAGES).about(["AFKOMST"])
    assert [one.id for one in found.question_sets] == ["2024Z90001", "2024A90010"]
    assert [one.id for one in found.commitments] == ["TZ202404-901"]
    assert (len(found.motions), len(found.letters)) == (1, 0)


def page(name, **more):
    return json.dumps({**json.loads(PAGES[name]), **more}).encode()


def changed(name, **fields):
    tree = json.loads(PAGES[name])
    tree["value"][0].update(fields)
    return json.dumps(tree).encode()


def test_a_page_that_says_that_another_follows_needs_that_other_one():
    more = page("zaak.json", **{"@odata.nextLink": "https://x.example/Zaak?$skiptoken=2"})
    with pytest.raises(InputError) as refused:
        read_chamber({"1.json": more})
    assert refused.value.code == "chamber.more_pages"
    last = page("zaak.json", value=[])
    assert len(read_chamber({"1.json": more, "2.json": last}).question_sets) == 2


def test_one_record_on_two_pages_counts_once_and_must_be_the_same():
    again = {"1.json": PAGES["toezegging.json"], "2.json": PAGES["toezegging.json"]}
    assert len(read_chamber(again).commitments) == 2
    other = changed("toezegging.json", Status="Voldaan")
    with pytest.raises(InputError) as refused:
        read_chamber({"1.json": PAGES["toezegging.json"], "2.json": other})
    assert refused.value.code == "chamber.record_twice"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"<feed/>", "no_page", id="xml"),
        pytest.param(b"[" * 100_000, "no_page", id="nested-without-end"),
        pytest.param(b'{"value": []}', "no_page", id="no-context"),
        pytest.param(page("zaak.json", value={}), "no_page", id="no-list"),
        pytest.param(page("zaak.json", value=["x"]), "no_page", id="no-records"),
        pytest.param(
            page("zaak.json", **{"@odata.context": "https://x.example/$metadata#Stemming"}),
            "unknown_entity", id="another-entity",
        ),
        pytest.param(changed("toezegging.json", Status="Zoek"), "unknown_state", id="state"),
        pytest.param(changed("toezegging.json", DatumNakoming="morgen"), "no_date", id="date"),
        pytest.param(changed("toezegging.json", Nummer=None), "no_number", id="number"),
    ],
)  # fmt: skip
def test_what_is_no_page_of_the_chamber_is_refused(content, code):
    with pytest.raises(InputError) as refused:
        read_chamber({"page.json": content})
    assert refused.value.code == f"chamber.{code}"


@pytest.mark.parametrize(
    ("name", "field"),
    [("zaak.json", "Soort"), ("zaak.json", "Document"), ("toezegging.json", "Tekst")],
)
def test_a_record_without_what_it_is_or_what_became_of_it_is_refused(name, field):
    # Written questions without their documents would look overdue, with no extension asked.
    tree = json.loads(PAGES[name])
    (one, *_) = [one for one in tree["value"] if one.get("Soort") in (None, "Schriftelijke vragen")]
    del one[field]
    with pytest.raises(InputError) as error:
        read_chamber({name: json.dumps(tree).encode()})
    assert (error.value.code, error.value.details["field"]) == ("chamber.incomplete", field)
