"""The vocabulary as a whole: what each concept says of itself, and what a user adds."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from doorlicht.errors import InputError
from doorlicht.language import LANGUAGES, say
from doorlicht.vocabulary import load_vocabulary

CONCEPTS = {
    "direct": [
        "nationality", "second_nationality", "nationality_change", "country_of_birth",
        "place_of_birth", "parents_nationality", "parents_country_of_birth",
        "parents_place_of_birth", "country_of_origin", "ethnicity_race", "skin_colour",
        "residence_status", "immigration_history", "travel_document_country", "language",
        "interpreter", "language_requirement", "religion",
    ],
    "derived": ["migration_background"],
    "proxy": ["name", "neighbourhood", "country_of_residence"],
}  # fmt: skip
LEGAL_CLASSES = {"race_or_ethnic_origin", "nationality", "religion", "other"}
SHIPPED = load_vocabulary()


def test_the_concepts_are_those_of_the_documentation_with_their_kind() -> None:
    found = {concept.id: concept.kind for concept in SHIPPED.concepts.values()}
    assert found == {id_: kind for kind, ids in CONCEPTS.items() for id_ in ids}


@pytest.mark.parametrize("concept", SHIPPED.concepts.values(), ids=SHIPPED.concepts)
def test_a_concept_says_in_both_languages_what_it_is_and_where_that_comes_from(concept) -> None:
    assert set(concept.name) == set(concept.definition) == set(LANGUAGES)
    assert all(text.strip() for text in concept.name.values())
    assert all(re.fullmatch(r"\S.{15,}\.", text) for text in concept.definition.values())
    assert concept.name["nl"] != concept.definition["nl"] != concept.definition["en"]
    assert concept.legal_class in LEGAL_CLASSES
    assert concept.source.strip()


@pytest.mark.parametrize("table", SHIPPED.tables.values(), ids=SHIPPED.tables)
def test_a_value_table_has_entries_a_source_a_licence_and_known_concepts(table) -> None:
    assert table.entries
    assert all(spellings for spellings in table.entries.values())
    assert table.source
    assert table.licence
    assert set(table.concepts) <= set(SHIPPED.concepts)
    assert bool(table.concepts) != table.id.startswith(("neutral/", "lookalike/"))


def test_the_edition_is_a_year_and_a_month() -> None:
    assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", SHIPPED.edition)


def test_a_vocabulary_travels_to_another_process_without_what_can_be_made_again() -> None:
    SHIPPED.lexicon, SHIPPED.terms, SHIPPED.names, SHIPPED.loose  # noqa: B018 (makes the caches)
    pickled = pickle.dumps(SHIPPED)
    again = pickle.loads(pickled)  # noqa: S301 (made one line above)
    assert again == SHIPPED
    assert again.lexicon.spellings == SHIPPED.lexicon.spellings
    assert len(pickled) < 2_000_000


def test_the_same_vocabulary_is_loaded_once() -> None:
    assert load_vocabulary() is SHIPPED


# --- files of the user -----------------------------------------------------------------------


@pytest.fixture
def user_file(tmp_path: Path):
    def write(text: str, name: str = "own.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.mark.parametrize("concept", SHIPPED.concepts)
def test_a_word_of_the_user_for_a_concept_is_certain(user_file, concept: str) -> None:
    vocabulary = load_vocabulary([user_file(f"terms: {{{concept}: [zzqx]}}")])
    match = vocabulary.names.read_name("zzqx_code").matches[0]
    assert (match.concept, match.level) == (concept, "certain")


def test_words_that_are_shipped_become_no_surer_by_a_word_of_the_user(user_file) -> None:
    vocabulary = load_vocabulary([user_file("terms: {language: [zzqx]}")])
    assert vocabulary.names.read_name("lang").matches == SHIPPED.names.read_name("lang").matches


TABLE = "concepts: [nationality], source: own"


def test_a_table_of_the_user_with_a_shipped_id_adds_to_it(user_file) -> None:
    own = user_file(f"tables: {{brp/32: {{{TABLE}, entries: {{'9001': ['9001', 'ZX1']}}}}}}")
    table = load_vocabulary([own]).tables["brp/32"]
    assert table.entries == {**SHIPPED.tables["brp/32"].entries, "9001": ("9001", "ZX1")}
    assert table.valid == SHIPPED.tables["brp/32"].valid


def test_codes_that_a_user_adds_to_stay_codes(user_file) -> None:
    own = user_file(f"tables: {{brp/32: {{{TABLE}, entries: {{'9001': ['9001']}}}}}}")
    assert load_vocabulary([own]).tables["brp/32"].form == "code"


def test_a_user_takes_an_entry_out_and_switches_a_table_off(user_file) -> None:
    own = user_file(
        f"tables: {{brp/32: {{{TABLE}, without: ['0001']}}}}\nswitched_off: [name/city]"
    )
    vocabulary = load_vocabulary([own])
    assert "0001" in SHIPPED.tables["brp/32"].entries
    assert "0001" not in vocabulary.tables["brp/32"].entries
    assert "name/city" not in vocabulary.tables


CLAN = """
concepts:
  clan:
    kind: direct
    name: {nl: clan, en: clan}
    definition: {nl: De clan waartoe iemand behoort., en: The clan to which a person belongs.}
    source: own inquiry
terms: {clan: [clannaam]}
tables: {own/clans: {concepts: [clan], source: own, entries: {a: [Zzqxia]}}}
"""


def test_a_concept_of_the_user_is_found_in_names_and_in_values(user_file) -> None:
    vocabulary = load_vocabulary([user_file(CLAN)])
    assert vocabulary.names.read_name("CLANNAAM").matches[0].concept == "clan"
    place = vocabulary.lexicon.spellings.index("zzqxia")
    assert vocabulary.lexicon.entries[place] == (("own/clans", "a"),)


def test_a_later_file_of_the_user_goes_before_an_earlier_one(user_file) -> None:
    later = CLAN.replace("own inquiry", "second inquiry")
    files = [user_file(CLAN), user_file(later, "later.yaml")]
    assert load_vocabulary(files).concepts["clan"].source == "second inquiry"


def test_the_edition_tells_with_which_words_of_the_user_a_scan_was_made(user_file) -> None:
    first = load_vocabulary([user_file("terms: {religion: [zzqx]}")]).edition
    second = load_vocabulary([user_file("terms: {religion: [zzqy]}")]).edition
    assert re.fullmatch(re.escape(SHIPPED.edition) + r"\+[0-9a-f]{8}", first)
    assert first != second


def test_the_shipped_vocabulary_stays_as_it_is_when_a_user_adds_to_it(user_file) -> None:
    load_vocabulary([user_file(CLAN)])
    assert "clan" not in load_vocabulary().concepts


def case(text, code, name, **details):
    return pytest.param(text, code, details, id=name)


MISTAKES = [
    case("termen: {religion: [x]}", "invalid", "unknown-key", where="termen", nearest="terms"),
    case("tables: {own/x: {concept: [religion], source: s}}", "invalid", "unknown-key-of-a-table",
         where="tables.own/x.concepts", nearest="concepts"),
    case("concepts: {clan: {kind: straight}}", "invalid", "unknown-kind",
         where="concepts.clan.kind", nearest="kind"),
    case("terms: {religion: [no]}", "invalid", "no-without-quotes", where="terms.religion.0"),
    case("- religion", "invalid", "a-list"),
    case("terms: {religon: [x]}", "unknown_concept", "concept-of-a-term",
         concept="religon", nearest="religion"),
    case("tables: {own/x: {concepts: [race], source: s}}", "unknown_concept",
         "concept-of-a-table", concept="race"),
    case("switched_off: [name/cities]", "unknown_table", "table", nearest="name/city"),
    case("terms:\n  religion: [x", "no_yaml", "open-bracket", line=2),
    case("terms:\n\treligion: [x]", "no_yaml", "tab", line=2),
    case("terms: {religion: [2021-02-31]}", "no_yaml", "no-such-date", line="?"),
    case("[" * 5000, "no_yaml", "too-deep"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "details"), MISTAKES)
def test_a_mistake_in_a_file_of_the_user_is_told_with_its_place(
    user_file, text: str, code: str, details: dict[str, object]
) -> None:
    path = user_file(text)
    with pytest.raises(InputError) as caught:
        load_vocabulary([path])
    assert caught.value.code == f"vocabulary.{code}"
    told = caught.value.details
    assert told["path"] == str(path)
    assert {key: told[key] for key in details} == details


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_of_broken_yaml_is_in_the_message(user_file, language) -> None:
    with pytest.raises(InputError) as caught:
        load_vocabulary([user_file("terms:\n  religion: [x")])
    told = say("error.vocabulary.no_yaml.why", language, **caught.value.details)
    assert re.search(r"(line|regel) 2\b", told)


@pytest.mark.parametrize("content", [None, b"terms: {religion: ['\xff']}"], ids=["gone", "latin"])
def test_a_file_that_cannot_be_read_stops_the_start(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"vocabulary\.unreadable"):
        load_vocabulary([path])


def test_an_empty_file_adds_nothing(user_file) -> None:
    assert load_vocabulary([user_file("# nothing yet")]).tables == SHIPPED.tables
